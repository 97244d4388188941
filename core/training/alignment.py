"""How much of its weight each head puts on what tells the next character, where that is known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import torch
from torch import Tensor

from core.checkpoint import Checkpoint
from core.readings.heads import mean_weight
from core.tokens import Span
from core.training.translation import collate, encode
from core.training.vocabulary import PAD, mark_id

Telling = Sequence[Sequence[Span]]
"""For each character of a target, the characters that tell it; none where nobody knows."""
Told = tuple[str, str, Telling]
"""A source, its target, and what tells it. Of one text, both are that text."""


@torch.inference_mode()
def align(checkpoint: Checkpoint, examples: Iterable[Told]) -> tuple[Tensor, float]:
    """The mean weight on what tells the character that a query is about to write.

    Args:
        checkpoint: a translator, whose cross-attention is measured; or a causal model, whose
            self-attention is.
        examples: at least one.

    Returns:
        [layer, head], and the same of an even pattern.
    """
    checkpoint.model.eval()
    scores, even = [], []
    for source, target, telling in examples:
        wanted = wanted_cells(checkpoint, source, target, telling)
        patterns, visible = _patterns(checkpoint, source, target)
        rows = wanted[len(wanted) - patterns.shape[2] :]  # no query comes before a text
        scores.append(torch.stack([mean_weight(pattern, rows) for pattern in patterns]))
        even.append(float(mean_weight((visible / visible.sum(-1, keepdim=True))[None], rows)))
    return torch.stack(scores).nanmean(0), float(torch.tensor(even).nanmean())


def _patterns(checkpoint: Checkpoint, source: str, target: str) -> tuple[Tensor, Tensor]:
    """[layer, head, query, key], the query before a token; and the cells that it may see, as 1."""
    model, tokenizer = checkpoint.model, checkpoint.tokenizer
    if model.config.stacks == ("decoder",):
        ids = torch.tensor([tokenizer.inner.encode(source).ids])
        layers = model(ids).stack("decoder").layers
        patterns = torch.stack([layer.attention("self").pattern[0] for layer in layers])
        return patterns[:, :, :-1], torch.ones(patterns.shape[2:]).tril()[:-1]
    [coded] = encode([(source, target)], tokenizer)
    batch = collate([coded], mark_id(tokenizer, PAD))
    layers = model(batch.source, batch.target, batch.source_visible).stack("decoder").layers
    patterns = torch.stack([layer.attention("cross").pattern[0] for layer in layers])
    return patterns, torch.ones(patterns.shape[2:])


def wanted_cells(
    checkpoint: Checkpoint, source: str, target: str, telling: Telling
) -> Tensor:
    """[T, S] bool: the source tokens that tell the target token at T, marks included."""
    read = checkpoint.tokenizer.inner.encode(source)
    said = checkpoint.tokenizer.inner.encode(target)
    wanted = torch.zeros(len(said.ids), len(read.ids), dtype=torch.bool)
    for row, (low, high) in enumerate(said.offsets):
        for begin, end in (span for spans in telling[low:high] for span in spans):
            for key, (first, past) in enumerate(read.offsets):
                wanted[row, key] |= first < end and past > begin
    return wanted
