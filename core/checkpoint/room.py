"""Whether a model fits into memory, its weights and a trace, asked before any of it is read."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import torch

from core.checkpoint.names import Plan
from core.checkpoint.size import trace_limit, trace_numbers
from core.checkpoint.weights import Weights
from core.config import ModelConfig
from core.device import best_device
from core.errors import TooLarge, translate
from core.memory import Way, memory_available, readable_size

TOKENS = 512
"""The text whose trace is counted, where the model reads as many."""
_MARGIN = 200 * 2**20  # bytes for what runs beside
_AT_ONCE = 2  # layers, where they are let go: the one at work, and what it makes on its way


@dataclass(frozen=True)
class Need:
    """A model as its headers and its configuration describe it."""

    weights: Weights
    plan: Plan
    config: ModelConfig

    def bytes(self, way: Way) -> int:
        """Of the weights, of the largest tensor once more as the file has it while it is read, of
        the trace of a text, and a margin."""
        return self._with(way, trace_numbers(
            self.config, self.tokens, self.tokens, _AT_ONCE if way.slim else None, (-1, -1)))

    def at_most(self, way: Way) -> int:
        """More bytes than that, found without a model that has shapes alone."""
        return self._with(way, trace_limit(self.config, self.tokens))

    def _with(self, way: Way, trace: int) -> int:
        entries = [self.weights.by_name[name] for name in self.plan.parts]
        numbers = sum(math.prod(entry.shape) for entry in entries) + trace
        itemsize: int = getattr(torch, way.dtype).itemsize
        return numbers * itemsize + max(entry.size for entry in entries) + _MARGIN

    @property
    def tokens(self) -> int:
        """Of the text whose trace is counted."""
        return min(TOKENS, self.config.context)


def check_room(
    folder: Path, need: Need, dtype: torch.dtype, slim: bool = False, free: int | None = None
) -> None:
    """Refuse a model that does not fit, where the system says what is free.

    Args:
        folder: of the model.
        need: what it needs.
        dtype: the type in which the model will run.
        slim: whether its traces are let go layer by layer.
        free: bytes; None for what the machine has, and its GPU where the model would run there.

    Raises:
        TooLarge: with the ways in which it would fit.
    """
    if free is None:
        told = (memory_available(), memory_available(best_device()))
        free = min((some for some in told if some is not None), default=None)
    way = Way(str(dtype).removeprefix("torch."), slim)
    if free is None or need.at_most(way) <= free or (needed := need.bytes(way)) <= free:
        return
    smaller = {other: need.bytes(other) for other in _smaller(way)}
    offers = {other: size for other, size in smaller.items() if size <= free}
    if len(offers) > 1:  # what gives up both is of no use where one is enough
        offers.pop(Way("bfloat16", True), None)
    least = min((*smaller.values(), needed))
    raise TooLarge(
        translate("core", "{path} needs {needed} of memory in {dtype} with a text of {tokens} "
                  "tokens, and {free} are free; in a smaller type or with fewer tensors kept it "
                  "fits.") if offers else
        translate("core", "{path} needs {needed} of memory in {dtype} with a text of {tokens} "
                  "tokens, and {free} are free; it does not fit in bfloat16 with fewer tensors "
                  "kept either, which needs {least}."),
        path=folder, needed=readable_size(needed), dtype=way.dtype, tokens=need.tokens,
        free=readable_size(free), least=readable_size(least),
        offers={other: readable_size(size) for other, size in offers.items()},
    )


def _smaller(way: Way) -> list[Way]:
    """Those that give up more than ``way`` does, the exact numbers last."""
    types = [way.dtype] if way.dtype != "float32" else ["float32", "bfloat16"]
    kinds = [way.slim] if way.slim else [False, True]
    return [
        other for dtype in types for slim in reversed(kinds)
        if (other := Way(dtype, slim)) != way
    ]
