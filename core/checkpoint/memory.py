"""What a model will need of memory, from its headers and its configuration alone."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from core.checkpoint.folder import open_folder
from core.checkpoint.size import trace_numbers
from core.config import ModelConfig


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
        return trace_numbers(self.config, tokens, target or tokens) * itemsize


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
