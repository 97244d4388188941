"""Hidden words, and whether a sentence follows (Devlin et al. 2019): BERT's two tasks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import regex
import torch
from torch import Tensor
from torch.nn import functional as F

from core.config import TrainConfig
from core.errors import Refusal, translate
from core.model import Transformer
from core.tokens import Tokenizer
from core.training.text import Corpus
from core.training.vocabulary import BREAK, FIRST, MASK, mark_id

HIDDEN = 0.15
"""Share of tokens that are to be told from the others."""
MASKED, REPLACED = 0.8, 0.1
"""Shares of those that show the mask, or a token at random; the rest show themselves."""
SHORT = 0.1
"""Share of batches that are of a random, smaller length."""
LEAST = 8
"""Tokens in the shortest of them."""
IGNORED = -100
"""The label of a token that is not asked for."""
MEASURED = 256
"""Rows that a held-out loss is measured on."""

_SENTENCE = regex.compile(r"(?<=[.!?][\"'\u201d\u2019)]*)\s+")


@dataclass(frozen=True)
class Batch:
    """What both tasks need; rows are equally long, so that nothing is padding."""

    ids: Tensor
    """[B, T], some hidden."""
    segments: Tensor
    """[B, T]: 0 in the first sentence, 1 in the second."""
    labels: Tensor
    """[B, T]: the token that was there, or ``IGNORED``."""
    unrelated: Tensor
    """[B]: 0 where the second follows the first, 1 where it does not."""


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
        self, sentences: Sentences, tokenizer: Tokenizer, window: int, batch: int, seed: int
    ) -> None:
        """Draw rows of ``window`` tokens, or fewer.

        Raises:
            Refusal: if the text is too short, or the tokenizer has no such marks.
        """
        self.sentences, self.window, self.batch = sentences, window, batch
        self.random = np.random.default_rng(seed)
        self._first, self._break = (mark_id(tokenizer, name) for name in (FIRST, BREAK))
        bounds = np.array(sentences.bounds, dtype=np.int64).reshape(-1, 2)[sentences.documents]
        inside = sentences.starts > bounds[:, 0]
        roomy = bounds[:, 1] - sentences.starts >= window
        self._begins, self._borders = bounds[:, 0], np.flatnonzero(inside & roomy)
        ends = self._borders[[0, -1]] if len(self._borders) else self._borders
        if not any(self._apart(border, end) for border in ends for end in ends):
            raise Refusal(
                translate("core", "The text is too short for pairs of sentences in windows of "
                          "{window} tokens; give more text or a smaller window."), window=window,
            )

    def draw(self) -> tuple[Tensor, Tensor, Tensor]:
        """ids and segments, [B, T], and [B]: 1 where the second is from elsewhere."""
        window = self.window
        if self.random.random() < SHORT:
            window = int(self.random.integers(min(LEAST, window), window + 1))
        rows, segments, unrelated = [], [], []
        for _ in range(self.batch):
            border = int(self.random.choice(self._borders))
            other = bool(self.random.random() < 0.5)
            first = self._before(border, int(self.random.integers(1, window - 3)))
            at = self._other(border) if other else border
            begin = int(self.sentences.starts[at])
            second = self.sentences.stream[begin : begin + window - 3 - len(first)]
            marks = torch.tensor([self._first, self._break])
            rows.append(torch.cat([marks[:1], first, marks[1:], second, marks[1:]]))
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


def hide(ids: Tensor, fixed: Tensor, mask: int, random: torch.Generator) -> tuple[Tensor, Tensor]:
    """Choose ``HIDDEN`` of the tokens and hide most of them.

    Args:
        ids: [B, T].
        fixed: [V] bool: tokens that are never chosen and never stand for another.
        mask: the id of the mask.
        random: where chance comes from.

    Returns:
        What the model reads, and what it must say: the token, or ``IGNORED``. Both [B, T].
    """
    chosen = (torch.rand(ids.shape, generator=random) < HIDDEN) & ~fixed[ids]
    fate = torch.rand(ids.shape, generator=random)
    words = torch.arange(len(fixed))[~fixed]
    others = words[torch.randint(len(words), ids.shape, generator=random)]
    shown = torch.where(chosen & (fate < MASKED), mask, ids)
    replaced = chosen & (fate >= MASKED) & (fate < MASKED + REPLACED)
    return torch.where(replaced, others, shown), torch.where(chosen, ids, IGNORED)


def masked_loss(model: Transformer, batch: Batch) -> tuple[Tensor, Tensor]:
    """The mean cross-entropy of hidden tokens, and that of the verdicts (0 without a pooler).

    Both in nats; logits are made where they are asked for alone.
    """
    trace = model(batch.ids, segments=batch.segments, logits_at=[], keep=False)
    asked = batch.labels != IGNORED
    logits = model.read_out(trace.stack("encoder").final[asked])
    assert logits is not None  # the objective asked for a head
    total = F.cross_entropy(logits, batch.labels[asked], reduction="sum")
    words = total / asked.sum().clamp(min=1)
    if trace.next_sentence is None:
        return words, torch.zeros_like(words)
    return words, F.cross_entropy(trace.next_sentence, batch.unrelated)


class Masked:
    """Fill in hidden words; with a pooler, also tell whether the second sentence follows."""

    unit = "nats a hidden token"

    def __init__(self, pairs: Pairs, held_out: Sequence[Batch], tokenizer: Tokenizer) -> None:
        self.pairs, self._held_out = pairs, held_out
        self.tokens = pairs.batch * pairs.window
        self._fixed, self._mask = marks_of(tokenizer), mark_id(tokenizer, MASK)
        self._random = torch.Generator().manual_seed(int(pairs.random.integers(2**31)))

    @classmethod
    def of(
        cls, corpus: Corpus, tokenizer: Tokenizer, model: Transformer, config: TrainConfig
    ) -> Masked:
        """Learn from ``corpus``.

        Raises:
            Refusal: if the model can't say hidden words, the tokenizer has no mask, or there is
                not enough text.
        """
        if model.config.stacks != ("encoder",) or model.head is None:
            raise Refusal(
                translate("core", "The objective masked trains an encoder with a head for hidden "
                          "words; this model has {stacks}."),
                stacks=" + ".join(model.config.stacks),
            )
        held_out = held_out_batches(corpus, tokenizer, config.window)
        sentences = Sentences(tokenizer, corpus.train)
        pairs = Pairs(sentences, tokenizer, config.window, config.batch, config.seed)
        return cls(pairs, held_out, tokenizer)

    def loss(self, model: Transformer) -> Tensor:
        """Of the next pairs: both tasks' losses, added."""
        device = model.embedding.weight.device
        batch = make_batch(self.pairs, self._fixed, self._mask, self._random)
        words, verdicts = masked_loss(model, to_device(batch, device))
        return words + verdicts

    @torch.inference_mode()
    def held_out(self, model: Transformer) -> float:
        """Of hidden tokens alone."""
        model.eval()
        device = model.embedding.weight.device
        total, count = 0.0, 0
        for batch in self._held_out:
            asked = int((batch.labels != IGNORED).sum())
            total += float(masked_loss(model, to_device(batch, device))[0]) * asked
            count += asked
        return total / max(count, 1)


def make_batch(pairs: Pairs, fixed: Tensor, mask: int, random: torch.Generator) -> Batch:
    """The next pairs, with tokens hidden."""
    ids, segments, unrelated = pairs.draw()
    shown, labels = hide(ids, fixed, mask, random)
    return Batch(shown, segments, labels, unrelated)


def held_out_batches(
    corpus: Corpus, tokenizer: Tokenizer, window: int, rows: int = MEASURED
) -> tuple[Batch, ...]:
    """Pairs of the held-out text, the same each time.

    A pair that does not belong together is of two held-out documents if there are two.
    """
    pairs = Pairs(Sentences(tokenizer, corpus.held_out), tokenizer, window, 16, seed=0)
    fixed, mask = marks_of(tokenizer), mark_id(tokenizer, MASK)
    random = torch.Generator().manual_seed(0)
    return tuple(make_batch(pairs, fixed, mask, random) for _ in range(0, rows, pairs.batch))


def marks_of(tokenizer: Tokenizer) -> Tensor:
    """[V] bool: the tokens that stand for no text."""
    fixed = torch.zeros(tokenizer.largest_id + 1, dtype=torch.bool)
    fixed[list(tokenizer.inner.get_added_tokens_decoder())] = True
    return fixed


def to_device(batch: Batch, device: torch.device) -> Batch:
    """The same batch there."""
    return Batch(*(
        part.to(device) for part in (batch.ids, batch.segments, batch.labels, batch.unrelated)
    ))
