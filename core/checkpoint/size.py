"""How many numbers a trace holds, from the configuration alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch

from core.config import ModelConfig
from core.trace import Trace
from core.two_stream import build_model


def trace_limit(config: ModelConfig, tokens: int) -> int:
    """More numbers than a trace with logits at two positions holds; found at once."""
    squares, rows, around = 12, 32, 16  # of a layer: both streams, or both kinds of attention
    numbers = 2 * config.vocabulary + around * tokens * config.width
    for stack in config.stacks:
        shape = config.shape(stack)
        widest = max(config.width, shape.mlp_width, shape.heads * shape.head_width)
        each = squares * shape.heads * tokens**2 + rows * tokens * widest
        numbers += config.layers(stack) * each
    return numbers


def trace_numbers(
    config: ModelConfig, source: int, target: int, layers: int | None = None,
    logits_at: Sequence[int] | None = None,
) -> int:
    """Count those of one layer, and what each further one adds; nothing is allocated.

    Args:
        config: of the model.
        source: tokens of the source.
        target: tokens of the target, for a model with two stacks.
        layers: of a stack that are held at once; None for all.
        logits_at: positions whose logits are wanted; None for all.
    """
    def traced(encoder: int, decoder: int) -> int:
        few = replace(
            config, encoder_layers=min(encoder, config.encoder_layers),
            decoder_layers=min(decoder, config.decoder_layers),
            windows=config.windows[: min(decoder, config.decoder_layers)],
        )
        return _traced(few, source, target, logits_at)

    def further(count: int) -> int:
        return max((count if layers is None else min(count, layers)) - 1, 0)

    one = traced(1, 1)
    encoder = further(config.encoder_layers) * (traced(2, 1) - one)
    return one + encoder + further(config.decoder_layers) * (traced(1, 2) - one)


def _traced(
    config: ModelConfig, source: int, target: int, logits_at: Sequence[int] | None
) -> int:
    """Run a model that has shapes and no numbers, and count each tensor once."""
    with torch.device("meta"), torch.no_grad():
        ids = (torch.zeros(1, count, dtype=torch.long) for count in (source, target))
        typed, target_ids = ids
        both = len(config.stacks) == 2
        trace: Trace = build_model(config).eval()(
            typed, target_ids if both else None, logits_at=logits_at)
    kept = {id(tensor): tensor.numel() for _, tensor in trace.named()}
    return sum(kept.values())
