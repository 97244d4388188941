"""Hidden words, and whether a sentence follows (Devlin et al. 2019): BERT's two tasks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from core.errors import Refusal, translate
from core.model import Transformer
from core.tokens import Tokenizer
from core.training.chance import chance_state, set_chance
from core.training.config import TrainConfig
from core.training.objective import Confusion
from core.training.sentences import Pairs, Sentences
from core.training.text import Corpus
from core.training.vocabulary import BREAK, FIRST, MASK, mark_id

HIDDEN = 0.15
"""Share of tokens that are to be told from the others."""
MASKED, REPLACED = 0.8, 0.1
"""Shares of those that show the mask, or a token at random; the rest show themselves."""
IGNORED = -100
"""The label of a token that is not asked for."""
MEASURED = 256
"""Rows that a held-out loss is measured on."""


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
    confusion: Confusion = ()

    def __init__(self, pairs: Pairs, held_out: Sequence[Batch], tokenizer: Tokenizer) -> None:
        self.pairs, self._held_out = pairs, held_out
        self._fixed, self._mask = marks_of(tokenizer), mark_id(tokenizer, MASK)
        self._random = torch.Generator().manual_seed(int(pairs.random.integers(2**31)))

    @property
    def tokens(self) -> int:
        """In one batch, but for those that are shorter."""
        return self.pairs.batch * self.pairs.window

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
        marks = pair_marks(tokenizer)
        pairs = Pairs(sentences, marks, config.window, config.batch, config.seed)
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

    def set_batch(self, size: int) -> None:
        """Pairs in a batch, from now on."""
        self.pairs.batch = size

    def state(self) -> list[Any]:
        """Of the chance that draws pairs, and of the one that hides."""
        return chance_state(self.pairs.random, self._random)

    def set_state(self, state: object) -> None:
        """The inverse."""
        set_chance(state, self.pairs.random, self._random)


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
    sentences = Sentences(tokenizer, corpus.held_out)
    pairs = Pairs(sentences, pair_marks(tokenizer), window, 16, seed=0)
    fixed, mask = marks_of(tokenizer), mark_id(tokenizer, MASK)
    random = torch.Generator().manual_seed(0)
    return tuple(make_batch(pairs, fixed, mask, random) for _ in range(0, rows, pairs.batch))


def pair_marks(tokenizer: Tokenizer) -> tuple[int, int]:
    """What begins a pair, and what ends each of its sentences."""
    return mark_id(tokenizer, FIRST), mark_id(tokenizer, BREAK)


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
