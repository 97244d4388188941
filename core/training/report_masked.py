"""What an encoder has learnt: hidden words of held-out text beside word counts, and verdicts."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from core.checkpoint import Checkpoint
from core.frame import NotableHead
from core.readings.heads import NAMED, HeadScore, score_heads, strongest
from core.training.masked import IGNORED, held_out_batches, to_device
from core.training.sentences import Sentences
from core.training.tally import Tally
from core.training.text import Corpus

ROWS = 2048
"""Pairs that are measured on."""
SEQUENCES = 32
"""Of those, the ones that heads are scored on."""


@dataclass(frozen=True)
class MaskedReport:
    """Nats and shares are over the same hidden tokens."""

    hidden: int
    nats: float
    unigram_nats: float
    """Of counts in the training text, each token counted once more."""
    right: float
    unigram_right: float
    """Of always saying the most frequent token."""
    pairs: int
    verdicts_right: float | None
    """None where the model gives no verdict."""
    previous_token: tuple[HeadScore, ...]

    def notable(self) -> tuple[NotableHead, ...]:
        """Heads that look at the token before."""
        return tuple(
            NotableHead("previous_token", head.layer, head.head, round(head.score, 3))
            for head in self.previous_token if head.score >= NAMED
        )

    def __str__(self) -> str:
        verdicts = "none" if self.verdicts_right is None else f"{self.verdicts_right:.3f} right"
        return "\n".join([
            f"hidden tokens of held-out text        {self.hidden}",
            f"model                                 {self.nats:.4f} nats, {self.right:.3f} right",
            f"word counts alone                     {self.unigram_nats:.4f} nats, "
            f"{self.unigram_right:.3f} right",
            f"next sentence, {self.pairs} pairs             {verdicts}",
            "previous token                        " + ", ".join(
                f"layer {h.layer} head {h.head} ({h.score:.3f})" for h in self.previous_token),
        ])


@torch.inference_mode()
def report_masked(checkpoint: Checkpoint, corpus: Corpus, window: int) -> MaskedReport:
    """Measure on pairs of the held-out text, the same each time.

    Raises:
        Refusal: if the tokenizer has no mask, or there is not enough text.
    """
    model, tokenizer = checkpoint.model, checkpoint.tokenizer
    device = model.embedding.weight.device
    tally = Tally(Sentences(tokenizer, corpus.train).stream, checkpoint.config.vocabulary)
    verdicts = pairs = 0
    batches = held_out_batches(corpus, tokenizer, window, ROWS)
    for batch in batches:
        trace = model(to_device(batch, device).ids, segments=batch.segments.to(device), keep=False)
        asked = batch.labels != IGNORED
        assert trace.logits is not None  # the objective asked for a head
        tally.add(trace.logits.cpu()[asked], batch.labels[asked])
        if trace.next_sentence is not None:
            verdicts += int((trace.next_sentence.cpu().argmax(-1) == batch.unrelated).sum())
        pairs += len(batch.unrelated)
    whole = [batch.ids for batch in batches if batch.ids.shape[1] == window]
    scores = score_heads(model, torch.cat(whole)[:SEQUENCES])
    return MaskedReport(
        tally.asked, tally.nats, tally.unigram_nats, tally.right, tally.unigram_right, pairs,
        verdicts / pairs if checkpoint.config.pooled else None,
        strongest(scores["previous_token"], 3),
    )
