"""Whether the weights of a folder fit into memory, asked before any of them is read."""

from __future__ import annotations

import math
from pathlib import Path

import torch

from core.checkpoint.names import Plan
from core.checkpoint.weights import Weights
from core.device import best_device
from core.errors import TooLarge, translate
from core.memory import memory_available, readable_size

_MARGIN = 200 * 2**20  # bytes for a trace, and for what runs beside


def room_needed(weights: Weights, plan: Plan, dtype: torch.dtype) -> int:
    """Bytes of the weights in ``dtype``, of the largest tensor once more as the file has it while
    it is read, and a margin."""
    entries = [weights.by_name[name] for name in plan.parts]
    numbers = sum(math.prod(entry.shape) for entry in entries)
    return numbers * dtype.itemsize + max(entry.size for entry in entries) + _MARGIN


def check_room(
    folder: Path, weights: Weights, plan: Plan, dtype: torch.dtype, free: int | None = None
) -> None:
    """Refuse a model that does not fit, where the system says what is free.

    Args:
        folder: of the model.
        weights: its headers.
        plan: what will be read of them.
        dtype: the type in which the model will run.
        free: bytes; None for what the machine has, and its GPU where the model would run there.

    Raises:
        TooLarge: with the smaller type that would fit, if there is one.
    """
    if free is None:
        told = (memory_available(), memory_available(best_device()))
        free = min((some for some in told if some is not None), default=None)
    needed = room_needed(weights, plan, dtype)
    if free is None or needed <= free:
        return
    smaller = room_needed(weights, plan, torch.bfloat16)
    fits = dtype.itemsize > torch.bfloat16.itemsize and smaller <= free
    raise TooLarge(
        translate("core", "{path} needs {needed} of memory in {dtype}, and {free} are free; in "
                  "bfloat16 it needs {smaller}, which fits.") if fits else
        translate("core", "{path} needs {needed} of memory in {dtype}, and {free} are free; it "
                  "does not fit in bfloat16 either, which needs {smaller}."),
        path=folder, needed=readable_size(needed), dtype=str(dtype).removeprefix("torch."),
        free=readable_size(free), smaller=readable_size(smaller),
        offer="bfloat16" if fits else "",
    )
