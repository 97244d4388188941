"""What T5 and XLNet have learnt: tokens of held-out text beside word counts, and telling heads."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from core.checkpoint import Checkpoint
from core.errors import Refusal, translate
from core.frame import NotableHead
from core.readings.heads import NAMED, HeadScore, mean_weight, score_heads, strongest
from core.training.permutation import asked_logits, held_out_orders
from core.training.sentences import Sentences
from core.training.spans import Marks, SpanBatch, held_out_spans, passage_length, span_counts
from core.training.tally import Tally
from core.training.text import Corpus
from core.two_stream import TwoStreamTransformer

ROWS = 1024
"""Rows that are measured on."""
SEQUENCES = 32
"""Of those, the ones that heads are scored on."""
SHOWN = 3
"""Heads that are named."""


@dataclass(frozen=True)
class GuessReport:
    """Nats and shares are over the same tokens of text; marks are left out."""

    what: str
    """Which tokens they are, such as "dropped"."""
    asked: int
    nats: float
    unigram_nats: float
    """Of counts in the training text, each token counted once more."""
    right: float
    unigram_right: float
    """Of always saying the most frequent token."""
    role: str
    """What the heads below do, as a card names it."""
    heads: tuple[HeadScore, ...]
    """Those that do it best, best first."""

    def notable(self) -> tuple[NotableHead, ...]:
        """Heads for the card."""
        return tuple(
            NotableHead(self.role, head.layer, head.head, round(head.score, 3))
            for head in self.heads if head.score >= NAMED
        )

    def __str__(self) -> str:
        role = self.role.replace("_", " ")
        return "\n".join([
            f"{self.what + ' tokens of held-out text':<38}{self.asked}",
            f"model                                 {self.nats:.4f} nats, {self.right:.3f} right",
            f"word counts alone                     {self.unigram_nats:.4f} nats, "
            f"{self.unigram_right:.3f} right",
            f"{role:<38}" + ", ".join(
                f"layer {h.layer} head {h.head} ({h.score:.3f})" for h in self.heads),
        ])


@torch.inference_mode()
def report_spans(checkpoint: Checkpoint, corpus: Corpus, window: int) -> GuessReport:
    """Measure on passages of the held-out text; alignment is a reading of the span's sentinel.

    Raises:
        Refusal: if the model has not both stacks, the tokenizer has too few sentinels, or there
            is not enough text.
    """
    model, tokenizer = checkpoint.model, checkpoint.tokenizer
    if len(checkpoint.config.stacks) != 2:
        raise Refusal(
            translate("core", "The objective spans trains an encoder and a decoder; this model "
                      "has {stacks}."), stacks=" + ".join(checkpoint.config.stacks),
        )
    marks = Marks.of(tokenizer, span_counts(passage_length(window))[1] + 1)
    tally = _tally(checkpoint, corpus)
    device = model.embedding.weight.device
    scores: list[Tensor] = []
    for batch in held_out_spans(corpus, tokenizer, window, ROWS):
        keep = len(scores) * len(batch.source) < SEQUENCES
        trace = model(batch.source.to(device), batch.target.to(device), keep=keep)
        text = ~torch.isin(batch.labels, torch.tensor([*marks.sentinels, marks.end]))
        assert trace.logits is not None  # a decoder has a head
        tally.add(trace.logits.cpu()[text], batch.labels[text])
        if keep:
            layers = trace.stack("decoder").layers
            patterns = torch.stack([layer.attention("cross").pattern for layer in layers])
            scores.append(_alignment(patterns.cpu(), batch, marks))
    return _report("dropped", tally, "alignment", torch.stack(scores).mean(0))


def _alignment(patterns: Tensor, batch: SpanBatch, marks: Marks) -> Tensor:
    """[layer, head]: the weight on the sentinel of the span whose next token is to be said.

    Args:
        patterns: [layer, B, H, T, S] of cross-attention.
        batch: what was read and said.
        marks: of the tokenizer.
    """
    sentinels = torch.tensor(marks.sentinels)
    turn = torch.isin(batch.target, sentinels).cumsum(dim=1) - 1  # the last sentinel that was read
    said = sentinels[turn.clamp_min(0)].masked_fill(turn < 0, marks.sentinels[0])
    wanted = said[:, :, None] == batch.source[:, None]  # [B, T, S]; none for the closing one
    rows = [
        torch.stack([mean_weight(layer[row], wanted[row]) for layer in patterns])
        for row in range(len(wanted))
    ]
    return torch.stack(rows).mean(0)


@torch.inference_mode()
def report_permutation(checkpoint: Checkpoint, corpus: Corpus, window: int) -> GuessReport:
    """Measure on rows of the held-out text, each in an order of its own.

    Raises:
        Refusal: if the model has one stream, the tokenizer has no such marks, or there is not
            enough text.
    """
    model = checkpoint.model
    if not isinstance(model, TwoStreamTransformer) or model.head is None:
        raise Refusal(
            translate("core", "The objective permutation trains a model with two streams and a "
                      "head, such as XLNet; this model has none.")
        )
    device = model.embedding.weight.device
    tally = _tally(checkpoint, corpus)
    batches = held_out_orders(corpus, checkpoint.tokenizer, window, ROWS)
    for batch in batches:
        tally.add(asked_logits(model, batch.to(device)).flatten(0, 1), batch.labels.flatten())
    whole = torch.cat([batch.ids for batch in batches if batch.ids.shape[1] == window])
    scores = score_heads(model, whole[:SEQUENCES])["previous_token"]
    return _report("predicted", tally, "previous_token", scores)


def _tally(checkpoint: Checkpoint, corpus: Corpus) -> Tally:
    text = Sentences(checkpoint.tokenizer, corpus.train).stream
    return Tally(text, checkpoint.config.vocabulary)


def _report(what: str, tally: Tally, role: str, scores: Tensor) -> GuessReport:
    return GuessReport(
        what, tally.asked, tally.nats, tally.unigram_nats, tally.right, tally.unigram_right, role,
        strongest(scores, SHOWN),
    )
