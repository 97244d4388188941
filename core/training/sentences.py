"""Sentences of documents, and what is drawn from them: pairs, and passages."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import regex
import torch
from torch import Tensor

from core.errors import Refusal, translate
from core.tokens import Tokenizer

SHORT = 0.1
"""Share of batches that are of a random, smaller length."""
LEAST = 8
"""Tokens in the shortest of them."""

_SENTENCE = regex.compile(r"(?<=[.!?][\"'\u201d\u2019)]*)\s+")


def draw_length(window: int, random: np.random.Generator) -> int:
    """Mostly ``window``; else any from ``LEAST``, as prompts are short."""
    if random.random() < SHORT:
        return int(random.integers(min(LEAST, window), window + 1))
    return window


class Sentences:
    """Tokens of documents without any marks, and where sentences begin."""

    def __init__(self, tokenizer: Tokenizer, documents: Sequence[str]) -> None:
        ids: list[int] = []
        starts: list[tuple[int, int]] = []
        self.bounds = []
        for number, document in enumerate(documents):
            begun = len(ids)
            lines = (line for line in document.splitlines() if line.strip())
            sentences = [one for line in lines for one in _SENTENCE.split(line) if one]
            for read in tokenizer.inner.encode_batch(sentences, add_special_tokens=False):
                if read.ids:
                    starts.append((len(ids), number))
                    ids += read.ids
            self.bounds.append((begun, len(ids)))
        self.stream = torch.tensor(ids, dtype=torch.int64)
        self.starts = np.array([start for start, _ in starts], dtype=np.int64)
        """Where sentences begin, in order."""
        self.documents = np.array([number for _, number in starts], dtype=np.int64)
        """The document of each."""


class Pairs:
    """[CLS] A [SEP] B [SEP], B the text behind A or some other; the same seed draws the same."""

    def __init__(
        self, sentences: Sentences, marks: tuple[int, int], window: int, batch: int, seed: int
    ) -> None:
        """Draw rows of ``window`` tokens, or fewer.

        Args:
            sentences: what there is to read.
            marks: [CLS] and [SEP].
            window: the most tokens in a row, its marks included.
            batch: rows at a time.
            seed: of chance.

        Raises:
            Refusal: if the text is too short.
        """
        self.sentences, self.window, self.batch = sentences, window, batch
        self.random = np.random.default_rng(seed)
        self._marks = torch.tensor(marks)
        bounds = np.array(sentences.bounds, dtype=np.int64).reshape(-1, 2)[sentences.documents]
        inside = sentences.starts > bounds[:, 0]
        roomy = bounds[:, 1] - sentences.starts >= window
        self._begins, borders = bounds[:, 0], np.flatnonzero(inside & roomy)
        # Where only one is far enough from some border, it is the first or the last.
        self._borders = borders
        ends = borders[[0, -1]] if len(borders) else borders
        apart = [any(self._apart(at, end) for end in ends) for at in borders.tolist()]
        self._borders = borders[apart]
        if not len(self._borders):
            raise Refusal(
                translate("core", "The text is too short for pairs of sentences in windows of "
                          "{window} tokens; give more text or a smaller window."), window=window,
            )

    def draw(self) -> tuple[Tensor, Tensor, Tensor]:
        """ids and segments, [B, T], and [B]: 1 where the second is from elsewhere."""
        window = draw_length(self.window, self.random)
        first_mark, end_mark = self._marks[:1], self._marks[1:]
        rows, segments, unrelated = [], [], []
        for _ in range(self.batch):
            border = int(self.random.choice(self._borders))
            other = bool(self.random.random() < 0.5)
            first = self._before(border, int(self.random.integers(1, window - 3)))
            at = self._other(border) if other else border
            begin = int(self.sentences.starts[at])
            second = self.sentences.stream[begin : begin + window - 3 - len(first)]
            rows.append(torch.cat([first_mark, first, end_mark, second, end_mark]))
            segments.append(torch.arange(window) > len(first) + 1)
            unrelated.append(int(other))
        return torch.stack(rows), torch.stack(segments).long(), torch.tensor(unrelated)

    def _before(self, border: int, room: int) -> Tensor:
        """The text before a sentence: whole sentences where they fit, else the end of one."""
        end = int(self.sentences.starts[border])
        earliest = max(end - room, int(self._begins[border]))
        begin = int(self.sentences.starts[np.searchsorted(self.sentences.starts, earliest)])
        return self.sentences.stream[(begin if begin < end else earliest) : end]

    def _other(self, border: int) -> int:
        """A border in another document; in the same one, but far, where there is only one."""
        while True:
            other = int(self.random.choice(self._borders))
            if self._apart(border, other):
                return other

    def _apart(self, border: int, other: int) -> bool:
        documents, starts = self.sentences.documents, self.sentences.starts
        if documents[self._borders[0]] != documents[self._borders[-1]]:
            return bool(documents[border] != documents[other])
        return bool(abs(starts[border] - starts[other]) >= 2 * self.window)


class Passages:
    """Text that begins with a sentence, none across two documents; the same seed draws the same."""

    def __init__(self, sentences: Sentences, longest: int, batch: int, seed: int) -> None:
        """Draw rows of up to ``longest`` tokens, ``batch`` at a time.

        Raises:
            Refusal: if no document is as long.
        """
        self.batch, self._stream = batch, sentences.stream
        self.random = np.random.default_rng(seed)
        ends = np.array([end for _, end in sentences.bounds], dtype=np.int64)[sentences.documents]
        self._starts = sentences.starts[ends - sentences.starts >= longest]
        if not len(self._starts):
            raise Refusal(
                translate("core", "The text is too short for passages of {tokens} tokens; give "
                          "more text or a smaller window."), tokens=longest,
            )

    def draw(self, length: int) -> Tensor:
        """[batch, length] ids."""
        starts = torch.from_numpy(self.random.choice(self._starts, (self.batch, 1)))
        return self._stream[starts + torch.arange(length)]
