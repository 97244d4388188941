"""Dropped spans (Raffel et al. 2020, section 3.1.4): T5 says what stood behind each sentinel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from core.errors import Refusal, translate
from core.model import Transformer
from core.tokens import Tokenizer
from core.training.chance import chance_state, set_chance
from core.training.config import TrainConfig
from core.training.objective import Confusion
from core.training.sentences import Passages, Sentences, draw_length
from core.training.text import Corpus
from core.training.translation import shift_right
from core.training.vocabulary import PAD, STOP, mark_id, sentinel

DROPPED = 0.15
"""Share of tokens that are dropped."""
SPAN = 3
"""The mean length of what is dropped in one place."""
MEASURED = 256
"""Rows that a held-out loss is measured on."""

Span = tuple[int, int]
"""First and past-the-last position."""


@dataclass(frozen=True)
class Marks:
    """The ids that say what is text and what is not."""

    start: int
    """What the decoder reads first."""
    end: int
    """What ends the source and the target."""
    sentinels: tuple[int, ...]
    """What stands for the first dropped span, for the second, and so on."""

    @classmethod
    def of(cls, tokenizer: Tokenizer, count: int) -> Marks:
        """Those of ``tokenizer``, with ``count`` sentinels.

        Raises:
            Refusal: if it has not as many.
        """
        sentinels = tuple(mark_id(tokenizer, sentinel(number)) for number in range(count))
        return cls(mark_id(tokenizer, PAD), mark_id(tokenizer, STOP), sentinels)


@dataclass(frozen=True)
class SpanBatch:
    """Rows are equally long, as as many tokens are dropped from each in as many places."""

    source: Tensor
    """[B, S]: the text, a sentinel for each dropped span, the end."""
    target: Tensor
    """[B, T]: what the decoder reads, the labels one place later."""
    labels: Tensor
    """[B, T]: each sentinel and what it stands for, one sentinel more, the end."""


def span_counts(tokens: int) -> tuple[int, int]:
    """How many of ``tokens`` are dropped, and in how many places."""
    dropped = min(max(round(DROPPED * tokens), 1), tokens - 1)
    return dropped, min(max(round(dropped / SPAN), 1), dropped, tokens - dropped)


def passage_length(window: int) -> int:
    """The most tokens of text, at least 2, whose source, with all marks, fits ``window``."""
    tokens = 2
    while _source_length(tokens + 1) <= window:
        tokens += 1
    return tokens


def _source_length(tokens: int) -> int:
    dropped, spans = span_counts(tokens)
    return tokens - dropped + spans + 1


def draw_spans(tokens: int, random: np.random.Generator) -> list[Span]:
    """Spans of random lengths in random places, in order; at least a token is between two.

    All ways to share the dropped tokens among the spans are equally likely, and all ways to share
    the others among the gaps; the first and the last gap may be empty.
    """
    dropped, spans = span_counts(tokens)
    lengths = _shares(dropped, spans, random)
    gaps = _shares(tokens - dropped + 2, spans + 1, random)
    found, at = [], -1  # the two outer gaps were drawn one too long
    for gap, length in zip(gaps, lengths, strict=False):
        begin = at + gap
        found.append((begin, begin + length))
        at = begin + length
    return found


def _shares(total: int, parts: int, random: np.random.Generator) -> list[int]:
    """``total`` as a sum of ``parts`` numbers above 0."""
    cuts = np.sort(random.choice(total - 1, parts - 1, replace=False)) + 1
    return [int(share) for share in np.diff(np.concatenate([[0], cuts, [total]]))]


def drop(ids: Sequence[int], spans: Sequence[Span], marks: Marks) -> tuple[list[int], list[int]]:
    """The source and the labels of one row.

    Args:
        ids: of the text.
        spans: what is dropped, in order.
        marks: with one sentinel more than there are spans.
    """
    source: list[int] = []
    labels: list[int] = []
    at = 0
    for (begin, end), mark in zip(spans, marks.sentinels, strict=False):
        source += [*ids[at:begin], mark]
        labels += [mark, *ids[begin:end]]
        at = end
    return [*source, *ids[at:], marks.end], [*labels, marks.sentinels[len(spans)], marks.end]


def make_spans(ids: Tensor, marks: Marks, random: np.random.Generator) -> SpanBatch:
    """Drop spans from each row of [B, tokens]."""
    rows = [drop(row, draw_spans(len(row), random), marks) for row in ids.tolist()]
    source, labels = (torch.tensor(side) for side in zip(*rows, strict=True))
    return SpanBatch(source, shift_right(labels, marks.start), labels)


class Spans:
    """Say what was dropped from the source."""

    unit = "nats a target token"
    confusion: Confusion = ()

    def __init__(
        self, passages: Passages, held_out: Sequence[SpanBatch], marks: Marks, window: int
    ) -> None:
        """Train on ``passages``, whose sources fill ``window``; measure on ``held_out``."""
        self.passages, self.marks, self.window, self._held_out = passages, marks, window, held_out

    @property
    def tokens(self) -> int:
        """In one batch, but for those that are shorter."""
        return self.passages.batch * self.window

    @classmethod
    def of(
        cls, corpus: Corpus, tokenizer: Tokenizer, model: Transformer, config: TrainConfig
    ) -> Spans:
        """Learn from ``corpus``.

        Raises:
            Refusal: if the model does not have both stacks, the tokenizer has too few sentinels,
                or there is not enough text.
        """
        if model.config.stacks != ("encoder", "decoder"):
            raise Refusal(
                translate("core", "The objective spans trains an encoder and a decoder; this model "
                          "has {stacks}."), stacks=" + ".join(model.config.stacks),
            )
        longest = passage_length(config.window)
        marks = Marks.of(tokenizer, span_counts(longest)[1] + 1)
        held_out = held_out_spans(corpus, tokenizer, config.window)
        passages = Passages(
            Sentences(tokenizer, corpus.train), longest, config.batch, config.seed
        )
        return cls(passages, held_out, marks, config.window)

    def draw(self) -> SpanBatch:
        """The next passages; the same seed draws the same ones."""
        random = self.passages.random
        length = passage_length(draw_length(self.window, random))
        return make_spans(self.passages.draw(length), self.marks, random)

    def loss(self, model: Transformer) -> Tensor:
        """Of the next passages, in nats a token of the target."""
        return span_loss(model, self.draw())

    @torch.inference_mode()
    def held_out(self, model: Transformer) -> float:
        """Of passages of the held-out text."""
        model.eval()
        losses = [float(span_loss(model, batch)) for batch in self._held_out]
        return sum(losses) / len(losses)

    def set_batch(self, size: int) -> None:
        """Passages in a batch, from now on."""
        self.passages.batch = size

    def state(self) -> list[Any]:
        """Of the passages' chance."""
        return chance_state(self.passages.random)

    def set_state(self, state: object) -> None:
        """The inverse."""
        set_chance(state, self.passages.random)


def span_loss(model: Transformer, batch: SpanBatch) -> Tensor:
    """Mean cross-entropy of the target, its marks included, in nats."""
    device = model.embedding.weight.device
    logits = model(batch.source.to(device), batch.target.to(device), keep=False).logits
    assert logits is not None  # a decoder has a head
    return F.cross_entropy(logits.flatten(0, 1), batch.labels.to(device).flatten())


def held_out_spans(
    corpus: Corpus, tokenizer: Tokenizer, window: int, rows: int = MEASURED
) -> tuple[SpanBatch, ...]:
    """Passages of the held-out text with spans dropped, the same each time."""
    longest = passage_length(window)
    marks = Marks.of(tokenizer, span_counts(longest)[1] + 1)
    passages = Passages(Sentences(tokenizer, corpus.held_out), longest, 16, seed=0)
    return tuple(
        make_spans(passages.draw(longest), marks, passages.random)
        for _ in range(0, rows, passages.batch)
    )
