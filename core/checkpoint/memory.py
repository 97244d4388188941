"""What a model will need of memory, from its headers and its configuration alone."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from core.checkpoint.folder import open_folder
from core.config import ModelConfig
from core.trace import Trace
from core.two_stream import build_model


@dataclass(frozen=True)
class Estimate:
    """Sizes in bytes; nothing has been read or allocated for them."""

    parameters: int
    """Numbers in the tensors that will be read."""
    file_bytes: int
    """Of the weights, in the type of the file."""
    float32_bytes: int
    """Of the weights in float32."""
    config: ModelConfig

    def trace_bytes(self, tokens: int, target: int = 0, itemsize: int = 4) -> int:
        """Of a full trace.

        Args:
            tokens: of the source.
            target: tokens of the target, for a model with two stacks; 0 for as many.
            itemsize: bytes of one number.
        """
        return _numbers(self.config, tokens, target or tokens) * itemsize


def estimate(folder: Path) -> Estimate:
    """Measure the model of a folder without reading it.

    Raises:
        Refusal: if the folder holds no model that can be opened.
    """
    with open_folder(folder) as opened:
        entries = [opened.weights.by_name[name] for name in opened.plan().parts]
        numbers = sum(math.prod(entry.shape) for entry in entries)
        size = sum(entry.size for entry in entries)
        return Estimate(numbers, size, 4 * numbers, opened.config)


def _numbers(config: ModelConfig, source: int, target: int) -> int:
    """How many numbers a trace holds: those of one layer, and what each further one adds."""
    def traced(encoder: int, decoder: int) -> int:
        few = replace(
            config, encoder_layers=min(encoder, config.encoder_layers),
            decoder_layers=min(decoder, config.decoder_layers),
            windows=config.windows[: min(decoder, config.decoder_layers)],
        )
        return _traced(few, source, target)

    one = traced(1, 1)
    further = max(config.encoder_layers - 1, 0) * (traced(2, 1) - one)
    return one + further + max(config.decoder_layers - 1, 0) * (traced(1, 2) - one)


def _traced(config: ModelConfig, source: int, target: int) -> int:
    """Run a model that has shapes and no numbers, and count each tensor once."""
    with torch.device("meta"), torch.no_grad():
        ids = (torch.zeros(1, count, dtype=torch.long) for count in (source, target))
        typed, target_ids = ids
        both = len(config.stacks) == 2
        trace: Trace = build_model(config).eval()(typed, target_ids if both else None)
    kept = {id(tensor): tensor.numel() for _, tensor in trace.named()}
    return sum(kept.values())
