"""What a translator has learnt: whole answers on held-out pairs, and which word a head reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import torch
from torch import Tensor

from core.checkpoint import Checkpoint
from core.config import TrainConfig
from core.frame import NotableHead
from core.readings.heads import HeadScore, mean_weight, strongest
from core.training.dates import Writing, is_held_out, writings
from core.training.translation import PairCorpus, Translation, collate, encode
from core.training.vocabulary import PAD, STOP, mark_id

ALIGNED = 200
"""Held-out dates that alignment is measured on."""
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
    """Of cross-attention: the weight that a digit's query puts on the words that tell that digit's
    year, month or day; best first. Empty where nobody knows which words do."""
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
    checkpoint: Checkpoint, corpus: PairCorpus, config: TrainConfig, dates: bool
) -> TranslationReport:
    """Measure a translator.

    Args:
        checkpoint: an encoder and a decoder.
        corpus: its held-out part is measured on.
        config: of the recipe.
        dates: whether the pairs are generated dates, whose words are known.

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
    scores, chance = align_dates(checkpoint, config.seed) if dates else (torch.zeros(0, 0), 0.0)
    return TranslationReport(
        len(corpus.held_out), nats, right / len(corpus.held_out),
        strongest(scores, scores.numel()), chance,
    )


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


@torch.inference_mode()
def align_dates(checkpoint: Checkpoint, seed: int) -> tuple[Tensor, float]:
    """How cross-attention aligns on held-out dates, [layer, head]; and an even pattern's score."""
    model, tokenizer = checkpoint.model, checkpoint.tokenizer
    model.eval()
    held_out = ((way, day) for way, day in writings(seed) if is_held_out(day))
    scores, even = [], []
    for writing, day in islice(held_out, ALIGNED):
        target = day.isoformat()
        [coded] = encode([(writing.text, target)], tokenizer)
        batch = collate([coded], mark_id(tokenizer, PAD))
        wanted = wanted_of_date(checkpoint, writing, target)
        layers = model(batch.source, batch.target, batch.source_visible).stack("decoder").layers
        patterns = torch.stack([layer.attention("cross").pattern[0] for layer in layers])
        scores.append(torch.stack([mean_weight(pattern, wanted) for pattern in patterns]))
        even.append(float(wanted[wanted.any(-1)].double().mean()))
    return torch.stack(scores).mean(0), sum(even) / len(even)


def wanted_of_date(checkpoint: Checkpoint, writing: Writing, target: str) -> Tensor:
    """[T, S] bool: the source tokens that tell what the query at T is about to write."""
    read = checkpoint.tokenizer.inner.encode(writing.text)
    said = checkpoint.tokenizer.inner.encode(target)
    wanted = torch.zeros(len(said.ids), len(read.ids), dtype=torch.bool)
    for (first, past), (begin, end) in zip(_ANSWERS, writing.parts, strict=True):
        rows = [at for at, (low, high) in enumerate(said.offsets) if first <= low < high <= past]
        keys = [at for at, (low, high) in enumerate(read.offsets) if low < end and high > begin]
        wanted[[[row] for row in rows], keys] = True
    return wanted
