"""What a translator has learnt: whole answers on held-out pairs, and which word a head reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import torch
from torch import Tensor

from core.checkpoint import Checkpoint
from core.frame import NotableHead
from core.readings.heads import HeadScore, strongest
from core.tokens import Span
from core.training.alignment import Telling, align, wanted_cells
from core.training.config import TrainConfig
from core.training.dates import Writing, is_held_out, writings
from core.training.tasks import TASKS, TaskName
from core.training.translation import PairCorpus, Translation, collate, encode
from core.training.vocabulary import PAD, STOP, mark_id

ALIGNED = 200
"""Held-out pairs that alignment is measured on."""
NAMED = 3
"""Heads that a card names, at most."""
_ANSWERS = ((0, 4), (5, 7), (8, 10))  # year, month and day in 2026-11-24


@dataclass(frozen=True)
class TranslationReport:
    """On held-out pairs."""

    pairs: int
    nats: float
    """A token of the right answer."""
    exact: float
    """Share of answers, written greedily, that are right to the last character."""
    aligned: tuple[HeadScore, ...]
    """Of cross-attention: the weight that a query puts on what tells the character it is about to
    write, such as a digit's year, month or day; best first. Empty where nobody knows what does."""
    chance: float
    """The same of an even pattern."""

    def notable(self) -> tuple[NotableHead, ...]:
        """Heads of the decoder that align best."""
        return tuple(
            NotableHead("alignment", head.layer, head.head, round(head.score, 3))
            for head in self.aligned[:NAMED] if head.score > self.chance
        )

    def __str__(self) -> str:
        heads = ", ".join(f"layer {h.layer} head {h.head} ({h.score:.3f})" for h in self.aligned)
        return "\n".join([
            f"held-out pairs                        {self.pairs}",
            f"right to the last character           {self.exact:.4f}",
            f"a token of the right answer           {self.nats:.4f} nats",
            f"alignment of cross-attention          {heads or 'unknown'}",
            f"alignment of an even pattern          {self.chance:.3f}",
        ])


def report_translation(
    checkpoint: Checkpoint, corpus: PairCorpus, config: TrainConfig, task: TaskName | None = None
) -> TranslationReport:
    """Measure a translator.

    Args:
        checkpoint: an encoder and a decoder.
        corpus: its held-out part is measured on.
        config: of the recipe.
        task: that generated the pairs: then it is known what tells each character.

    Raises:
        Refusal: if the model is no translator, or its tokenizer has no start and end.
    """
    model, tokenizer = checkpoint.model, checkpoint.tokenizer
    nats = Translation.of(corpus, tokenizer, model, config).held_out(model)
    right = 0
    for first in range(0, len(corpus.held_out), 64):
        some = corpus.held_out[first : first + 64]
        said = answer(checkpoint, [source for source, _ in some], config.window)
        right += sum(a == b for a, (_, b) in zip(said, some, strict=True))
    scores, chance = _align(checkpoint, corpus, config.seed, task)
    return TranslationReport(
        len(corpus.held_out), nats, right / len(corpus.held_out),
        strongest(scores, scores.numel()), chance,
    )


def _align(
    checkpoint: Checkpoint, corpus: PairCorpus, seed: int, task: TaskName | None
) -> tuple[Tensor, float]:
    if task == "dates":
        return align_dates(checkpoint, seed)
    told = None if task is None else TASKS[task].told
    if told is None:
        return torch.zeros(0, 0), 0.0
    some = corpus.held_out[:ALIGNED]
    return align(checkpoint, ((source, target, told(source, target)) for source, target in some))


@torch.inference_mode()
def answer(checkpoint: Checkpoint, sources: Sequence[str], most: int) -> list[str]:
    """The translations of ``sources``, each token the likeliest, of at most ``most`` tokens."""
    model, tokenizer = checkpoint.model, checkpoint.tokenizer
    model.eval()
    start, stop = (mark_id(tokenizer, mark) for mark in (PAD, STOP))
    batch = collate(encode([(source, "") for source in sources], tokenizer), start)
    encoder = None
    ids = torch.full((len(sources), 1), start)
    ended = torch.zeros(len(sources), dtype=torch.bool)
    for _ in range(most):
        trace = model(
            batch.source, ids, batch.source_visible, logits_at=[-1], keep=False, encoder=encoder
        )
        encoder = trace.encoder
        said = trace.logits[:, 0].argmax(-1)
        ids = torch.cat([ids, said[:, None]], dim=1)
        ended |= said == stop
        if ended.all():
            break
    return [
        tokenizer.decode(row[: row.index(stop)] if stop in row else row)
        for row in ids[:, 1:].tolist()
    ]


def align_dates(checkpoint: Checkpoint, seed: int) -> tuple[Tensor, float]:
    """How cross-attention aligns on held-out dates, [layer, head]; and an even pattern's score."""
    held_out = ((way, day.isoformat()) for way, day in writings(seed) if is_held_out(day))
    return align(checkpoint, (
        (way.text, day, _telling(way, day)) for way, day in islice(held_out, ALIGNED)
    ))


def wanted_of_date(checkpoint: Checkpoint, writing: Writing, target: str) -> Tensor:
    """[T, S] bool: the source tokens that tell what the query at T is about to write."""
    return wanted_cells(checkpoint, writing.text, target, _telling(writing, target))


def _telling(writing: Writing, target: str) -> Telling:
    telling: list[tuple[Span, ...]] = [()] * len(target)
    for (first, past), part in zip(_ANSWERS, writing.parts, strict=True):
        telling[first:past] = [(part,)] * (past - first)
    return telling
