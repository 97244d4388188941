"""Text to train on: what is read, what is held out, and how it becomes windows of tokens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import torch
from torch import Tensor

from core.errors import Refusal, translate
from core.tokens import Tokenizer

END = "<|endoftext|>"
"""Stands between documents, as in GPT-2."""

TokenizerKind = Literal["byte_bpe", "characters"]

LEAST_VOCABULARY = 257
"""Every byte and ``END``: what it takes to spell any text."""


@dataclass(frozen=True)
class TokenizerConfig:
    """How a tokenizer is made from text; see :func:`train_tokenizer`."""

    kind: TokenizerKind
    vocabulary: int


@dataclass(frozen=True)
class Corpus:
    """Documents to train on and documents to measure on; none is in both."""

    train: tuple[str, ...]
    held_out: tuple[str, ...]


def read_corpus(path: Path, hold_out: Sequence[str] = (), hold_out_lines: int = 0) -> Corpus:
    """Read a text file, or every ``.txt`` file of a folder, as UTF-8.

    Args:
        path: a file or a folder.
        hold_out: names of files that are measured on and never trained on.
        hold_out_lines: likewise, that many lines at the end of each other file.

    Raises:
        Refusal: if there is nothing to read, a file is no UTF-8 text, a name in ``hold_out`` is
            no file, or nothing is left to train on or to measure on.
    """
    files = sorted(path.glob("*.txt")) if path.is_dir() else [path]
    if not files:
        raise Refusal(
            translate("core", "{path} holds no .txt file; name a text file or a folder of them."),
            path=path,
        )
    train, held_out = [], []
    for file in files:
        text = _read_text(file)
        if file.name in hold_out:
            held_out.append(text)
            continue
        lines = text.splitlines(keepends=True)
        cut = len(lines) - hold_out_lines if hold_out_lines else len(lines)
        train.append("".join(lines[: max(cut, 0)]))
        held_out.append("".join(lines[max(cut, 0) :]))
    unknown = sorted(set(hold_out) - {file.name for file in files})
    if unknown:
        raise Refusal(
            translate("core", "{path} has no file named {name}, which is to be held out."),
            path=path, name=unknown[0],
        )
    corpus = Corpus(tuple(filter(None, train)), tuple(filter(None, held_out)))
    if not corpus.train or not corpus.held_out:
        raise Refusal(
            translate("core", "{path} leaves {train} documents to train on and {held_out} to "
                      "measure on; both need one, so give more text or hold out less."),
            path=path, train=len(corpus.train), held_out=len(corpus.held_out),
        )
    return corpus


def _read_text(file: Path) -> str:
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise _no_text(file, error.start) from error
    except (OSError, ValueError) as error:  # a ValueError for a NUL in the name
        raise Refusal(
            translate("core", "{path} can't be read: {reason}."),
            path=file, reason=getattr(error, "strerror", None) or str(error),
        ) from error
    if "\0" in text:
        raise _no_text(file, len(text[: text.index("\0")].encode()))
    return text.removeprefix("\ufeff")  # the mark that some editors put before UTF-8


def _no_text(file: Path, at: int) -> Refusal:
    return Refusal(
        translate("core", "{path} is not UTF-8 text (byte {at}); convert it first."),
        path=file, at=at,
    )


def train_tokenizer(kind: TokenizerKind, documents: Iterable[str], vocabulary: int) -> Tokenizer:
    """Make a tokenizer from text; either kind can spell any text there is.

    Args:
        kind: ``byte_bpe`` merges frequent pairs of bytes (Radford et al. 2019); ``characters``
            keeps the most frequent characters whole and spells others in bytes.
        documents: the text.
        vocabulary: the most tokens it may have.

    Raises:
        Refusal: if ``vocabulary`` has no room for every byte.
    """
    if vocabulary < LEAST_VOCABULARY:
        raise Refusal(
            translate("core", "A vocabulary of {vocabulary} tokens can't spell every text; it "
                      "needs at least {least}."),
            vocabulary=vocabulary, least=LEAST_VOCABULARY,
        )
    train = _train_byte_bpe if kind == "byte_bpe" else _train_characters
    return train(documents, vocabulary)


def _train_byte_bpe(documents: Iterable[str], vocabulary: int) -> Tokenizer:
    from tokenizers import Tokenizer as Inner
    from tokenizers import decoders, models, pre_tokenizers, processors, trainers

    inner = Inner(models.BPE())
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    inner.post_processor = processors.ByteLevel(trim_offsets=False)
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary, special_tokens=[END], show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )
    lines = (line for document in documents for line in document.splitlines(keepends=True))
    inner.train_from_iterator(lines, trainer)
    return Tokenizer(inner)


def _train_characters(documents: Iterable[str], vocabulary: int) -> Tokenizer:
    from tokenizers import Tokenizer as Inner
    from tokenizers import decoders, models

    spelled = [END, *(f"<0x{byte:02X}>" for byte in range(256))]
    counts = Counter(character for document in documents for character in document)
    frequent = sorted(counts, key=lambda character: (-counts[character], character))
    names = spelled + frequent[: max(vocabulary - len(spelled), 0)]
    inner = Inner(models.BPE(
        vocab={name: index for index, name in enumerate(names)}, merges=[], byte_fallback=True
    ))
    inner.decoder = decoders.Sequence([decoders.ByteFallback(), decoders.Fuse()])
    inner.add_special_tokens([END])
    return Tokenizer(inner)


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
    ids: list[int] = []
    for document in documents:
        ids += tokenizer.inner.encode(document).ids
        ids.append(end)
    return torch.tensor(ids, dtype=torch.int64)


class Windows:
    """Windows drawn at random from a stream of tokens; the same seed draws the same ones."""

    def __init__(self, stream: Tensor, window: int, batch: int, repeats: float, seed: int) -> None:
        """Draw from ``stream``, [tokens].

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
        self.random = torch.Generator().manual_seed(seed)

    def draw(self) -> Tensor:
        """[batch, window + 1] int64: inputs, and one further token to predict."""
        last = len(self.stream) - self.window
        starts = torch.randint(last, (self.batch, 1), generator=self.random)
        rows = self.stream[starts + torch.arange(self.window + 1)]
        # Periods differ, so that only looking for the same token tells what comes next.
        half = max(self.window // 2, 1)
        periods = torch.randint(max(half // 4, 1), half + 1, (self.batch, 1), generator=self.random)
        again = torch.rand(self.batch, 1, generator=self.random) < self.repeats
        place = torch.arange(self.window + 1).expand(self.batch, -1)
        return rows.gather(1, torch.where(again, place % periods, place))
