"""Text to train on: what is read, what is held out, and how it becomes windows of tokens."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from core.errors import Refusal, translate
from core.tokens import Tokenizer
from core.training.tables import all_lines, is_table, named, rows
from core.training.vocabulary import END


@dataclass(frozen=True)
class Corpus:
    """Documents to train on and documents to measure on; none is in both."""

    train: tuple[str, ...]
    held_out: tuple[str, ...]
    alike: bool = False
    """All have as many characters, and a window that holds one of them begins with it."""


def read_corpus(
    path: Path, hold_out: Sequence[str] = (), hold_out_lines: int = 0, columns: Sequence[str] = ()
) -> Corpus:
    """Read a text file, every ``.txt`` file of a folder, or a column of a table, as UTF-8.

    Args:
        path: a file or a folder.
        hold_out: names of files that are measured on and never trained on.
        hold_out_lines: likewise, that many lines at the end of each other file, or rows of a table.
        columns: of a table, that of the text; ``text`` if empty. Each row is a document.

    Raises:
        Refusal: if there is nothing to read, a file is no UTF-8 text, a name in ``hold_out`` is
            no file, or nothing is left to train on or to measure on.
    """
    if not path.is_dir() and is_table(path, columns):
        return _read_table(path, hold_out, hold_out_lines, columns)
    files = sorted(path.glob("*.txt")) if path.is_dir() else [path]
    if not files:
        raise Refusal(
            translate("core", "{path} holds no .txt file; name a text file or a folder of them."),
            path=path,
        )
    train, held_out = [], []
    for file in files:
        text = read_text(file)
        if file.name in hold_out:
            held_out.append(text)
            continue
        lines = text.splitlines(keepends=True)
        cut = len(lines) - hold_out_lines if hold_out_lines else len(lines)
        train.append("".join(lines[: max(cut, 0)]))
        held_out.append("".join(lines[max(cut, 0) :]))
    _check_names(path, hold_out, files)
    return _checked(path, Corpus(tuple(filter(None, train)), tuple(filter(None, held_out))))


def _read_table(
    path: Path, hold_out: Sequence[str], hold_out_lines: int, columns: Sequence[str]
) -> Corpus:
    documents = tuple(text for _, (text,) in rows(path, named(columns, "text")))
    _check_names(path, hold_out, [path])
    whole = path.name in hold_out
    cut = 0 if whole else max(len(documents) - hold_out_lines, 0)
    return _checked(path, Corpus(documents[:cut], documents[cut:]))


def _check_names(path: Path, hold_out: Sequence[str], files: Sequence[Path]) -> None:
    unknown = sorted(set(hold_out) - {file.name for file in files})
    if unknown:
        raise Refusal(
            translate("core", "{path} has no file named {name}, which is to be held out."),
            path=path, name=unknown[0],
        )


def _checked(path: Path, corpus: Corpus) -> Corpus:
    if not corpus.train or not corpus.held_out:
        raise Refusal(
            translate("core", "{path} leaves {train} documents to train on and {held_out} to "
                      "measure on; both need one, so give more text or hold out less."),
            path=path, train=len(corpus.train), held_out=len(corpus.held_out),
        )
    return corpus


def read_text(file: Path) -> str:
    """A whole UTF-8 file.

    Raises:
        Refusal: if it can't be read, is no text, or is too large.
    """
    text = "".join(line for _, line in all_lines(file))
    return text.replace("\r\n", "\n").replace("\r", "\n")


def encode_documents(tokenizer: Tokenizer, documents: Sequence[str]) -> Tensor:
    """All tokens of all documents, [tokens] int64; each document ends with ``END``.

    A document is encoded whole, so that the model is trained on the tokens a prompt will have.

    Raises:
        Refusal: if the tokenizer has no ``END``.
    """
    end = tokenizer.inner.token_to_id(END)
    if end is None:
        raise Refusal(
            translate("core", "The tokenizer has no {end}, which stands between documents."),
            end=END,
        )
    ids = array("q")  # 8 bytes a token, where a list of numbers takes 36
    for document in documents:
        ids.extend(tokenizer.inner.encode(document).ids)
        ids.append(end)
    return torch.from_numpy(np.array(ids))


class Windows:
    """Windows drawn at random from a stream of tokens; the same seed draws the same ones."""

    def __init__(
        self, stream: Tensor, window: int, batch: int, repeats: float, seed: int, stride: int = 1
    ) -> None:
        """Draw from ``stream``, [tokens]; windows begin at multiples of ``stride``.

        Raises:
            Refusal: if the stream is shorter than one window.
        """
        if len(stream) <= window:
            raise Refusal(
                translate("core", "The text has {tokens} tokens and a window needs {window} and "
                          "one more; give more text or a smaller window."),
                tokens=len(stream), window=window,
            )
        self.stream, self.window, self.batch, self.repeats = stream, window, batch, repeats
        self.stride = stride
        self.random = torch.Generator().manual_seed(seed)

    def draw(self) -> Tensor:
        """[batch, window + 1] int64: inputs, and one further token to predict."""
        places = (len(self.stream) - self.window - 1) // self.stride + 1
        starts = torch.randint(places, (self.batch, 1), generator=self.random) * self.stride
        rows = self.stream[starts + torch.arange(self.window + 1)]
        # Periods differ, so that only looking for the same token tells what comes next.
        half = max(self.window // 2, 1)
        periods = torch.randint(max(half // 4, 1), half + 1, (self.batch, 1), generator=self.random)
        again = torch.rand(self.batch, 1, generator=self.random) < self.repeats
        place = torch.arange(self.window + 1).expand(self.batch, -1)
        return rows.gather(1, torch.where(again, place % periods, place))
