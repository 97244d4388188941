"""Words in any order (Yang et al. 2019): XLNet says the last of each text from those read before.

Each row is read in an order of its own. What is read last is predicted, each token from all that
came before it in that order, wherever they stand; the others are context alone, since a token that
is read early has little to be told from ("partial prediction", section 2.3).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from core.errors import Refusal, translate
from core.model import Transformer
from core.tokens import Tokenizer
from core.training.chance import Generator, chance_state, set_chance
from core.training.config import TrainConfig
from core.training.objective import Confusion
from core.training.sentences import Pairs, Sentences
from core.training.text import Corpus
from core.training.vocabulary import CLOSE, SEPARATOR, mark_id
from core.two_stream import TwoStreamTransformer, reading

PART = 6
"""One token in so many is predicted (K)."""
MEASURED = 256
"""Rows that a held-out loss is measured on."""
CLOSING = 2
"""The segment of what closes a row."""


@dataclass(frozen=True)
class OrderBatch:
    """Rows are equally long, so that nothing is padding."""

    ids: Tensor
    """[B, T], none hidden: who may read what is said by the order."""
    segments: Tensor
    """[B, T]: 0 in the first text, 1 in the second, ``CLOSING`` at the end."""
    order: Tensor
    """[B, T]: when each position is read, from 0."""
    asked: Tensor
    """[B, P]: the positions that are predicted, those read last."""

    @property
    def labels(self) -> Tensor:
        """[B, P]: the tokens that are predicted."""
        return self.ids.gather(1, self.asked)

    def to(self, device: torch.device) -> OrderBatch:
        """The same batch there."""
        return OrderBatch(*(getattr(self, field.name).to(device) for field in fields(self)))


def draw_orders(marks: Tensor, random: torch.Generator) -> tuple[Tensor, Tensor]:
    """An order for each row, and which positions are last in it.

    All orders are equally likely in which no mark is among the last, so that none is predicted.

    Args:
        marks: [B, T] bool, True where a token stands for no text.
        random: where chance comes from.

    Returns:
        When each position is read, [B, T]; and the last of them, one in ``PART``, [B, P].
    """
    count = max(marks.shape[1] // PART, 1)
    chance = torch.rand(marks.shape, generator=random).masked_fill(marks, -1)
    asked = chance.topk(count, dim=1).indices.sort(dim=1).values
    late = torch.zeros(marks.shape).scatter(1, asked, 1.0)
    turn = torch.rand(marks.shape, generator=random) + late
    return turn.argsort(dim=1).argsort(dim=1), asked


def permutation_loss(model: TwoStreamTransformer, batch: OrderBatch) -> Tensor:
    """Mean cross-entropy of the predicted tokens, in nats."""
    return F.cross_entropy(asked_logits(model, batch).flatten(0, 1), batch.labels.flatten())


def asked_logits(model: TwoStreamTransformer, batch: OrderBatch) -> Tensor:
    """[B, P, V]; the query stream runs where a token is predicted alone."""
    logits: Tensor | None = model(
        batch.ids, segments=batch.segments, keep=False, reads=reading(batch.order),
        asked=batch.asked,
    ).logits
    assert logits is not None  # the objective asked for a head
    return logits


class Rows:
    """A <sep> B <sep> <cls>, half of the Bs the text behind A; the same seed draws the same."""

    def __init__(
        self, sentences: Sentences, tokenizer: Tokenizer, window: int, batch: int, seed: int
    ) -> None:
        """Draw rows of ``window`` tokens, or fewer.

        Raises:
            Refusal: if the text is too short, or the tokenizer has no such marks.
        """
        marks = mark_id(tokenizer, CLOSE), mark_id(tokenizer, SEPARATOR)
        self.pairs = Pairs(sentences, marks, window, batch, seed)
        self._marks = torch.tensor(marks)
        self._random = torch.Generator().manual_seed(int(self.pairs.random.integers(2**31)))

    @property
    def chance(self) -> tuple[Generator, Generator]:
        """What draws the pairs, and what draws their orders."""
        return self.pairs.random, self._random

    def draw(self) -> OrderBatch:
        """The next rows, each with an order."""
        ids, segments, _ = self.pairs.draw()
        ids, segments = ids.roll(-1, dims=1), segments.roll(-1, dims=1)  # what began them ends them
        segments[:, -1] = CLOSING
        order, asked = draw_orders(torch.isin(ids, self._marks), self._random)
        return OrderBatch(ids, segments, order, asked)


class Permutation:
    """Say the tokens that are read last."""

    unit = "nats a predicted token"
    confusion: Confusion = ()

    def __init__(self, rows: Rows, held_out: Sequence[OrderBatch]) -> None:
        self.rows, self._held_out = rows, held_out

    @property
    def tokens(self) -> int:
        """In one batch, but for those that are shorter."""
        return self.rows.pairs.batch * self.rows.pairs.window

    @classmethod
    def of(
        cls, corpus: Corpus, tokenizer: Tokenizer, model: Transformer, config: TrainConfig
    ) -> Permutation:
        """Learn from ``corpus``.

        Raises:
            Refusal: if the model has one stream or no head, the tokenizer has no such marks, or
                there is not enough text.
        """
        if not isinstance(model, TwoStreamTransformer) or model.head is None:
            raise Refusal(
                translate("core", "The objective permutation trains a model with two streams and a "
                          "head, such as XLNet; this model has none.")
            )
        held_out = held_out_orders(corpus, tokenizer, config.window)
        sentences = Sentences(tokenizer, corpus.train)
        return cls(Rows(sentences, tokenizer, config.window, config.batch, config.seed), held_out)

    def loss(self, model: Transformer) -> Tensor:
        """Of the next rows, in nats a predicted token."""
        assert isinstance(model, TwoStreamTransformer)  # looked at in ``of``
        return permutation_loss(model, self.rows.draw().to(model.embedding.weight.device))

    @torch.inference_mode()
    def held_out(self, model: Transformer) -> float:
        """Of rows of the held-out text."""
        assert isinstance(model, TwoStreamTransformer)
        model.eval()
        device = model.embedding.weight.device
        losses = [float(permutation_loss(model, batch.to(device))) for batch in self._held_out]
        return sum(losses) / len(losses)

    def set_batch(self, size: int) -> None:
        """Rows in a batch, from now on."""
        self.rows.pairs.batch = size

    def state(self) -> list[Any]:
        """Of the rows' chance."""
        return chance_state(*self.rows.chance)

    def set_state(self, state: object) -> None:
        """The inverse."""
        set_chance(state, *self.rows.chance)


def held_out_orders(
    corpus: Corpus, tokenizer: Tokenizer, window: int, rows: int = MEASURED
) -> tuple[OrderBatch, ...]:
    """Rows of the held-out text, of the same orders each time."""
    drawn = Rows(Sentences(tokenizer, corpus.held_out), tokenizer, window, 16, seed=0)
    return tuple(drawn.draw() for _ in range(0, rows, drawn.pairs.batch))
