"""Each step's numbers on their way to ``metrics.jsonl``; they stay on the device till then."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import torch
from torch import Tensor

from core.errors import Refusal
from core.training.folder import RunFolder

PATIENCE = 0.5
"""Seconds between two looks at the losses, each of which makes a GPU wait."""


class Diary:
    """Of a run; what could not be written is kept, and written the next time."""

    def __init__(self, place: RunFolder, skips: bool) -> None:
        """``skips``: whether a step may be left out as its gradient is too large (float16)."""
        self._place, self._skips = place, skips
        self._rows: list[Mapping[str, Any]] = []
        self._told: list[Tensor] = []
        self._written = time.perf_counter()

    @property
    def due(self) -> bool:
        """Whether it is time to write."""
        return time.perf_counter() - self._written >= PATIENCE

    def add(self, loss: Tensor, gradient: Tensor, **row: float) -> None:
        """A step: its loss and the norm of its gradient, both scalars; and what else there is."""
        self._told.append(torch.stack([loss, gradient]))
        self._rows.append(row | {"time": round(time.time(), 3)})

    def write(self, sync: bool = False) -> int | None:
        """Write what there is; the step whose numbers are none, if one's are, and nothing after it.

        Raises:
            Refusal: if it can't be written.
        """
        rows = self._read()
        bad = next((at for at, row in enumerate(rows) if not self._sound(row)), None)
        if bad is not None:
            self._rows, self._told = [], []
            with suppress(Refusal):
                self._place.append(rows[:bad])
            return int(rows[bad]["step"])
        for row in rows:
            if not math.isfinite(row["gradient"]):
                row["gradient"] = None
        if rows:
            self._place.append(rows, sync)
        self._rows, self._told = [], []
        self._written = time.perf_counter()
        return None

    def _read(self) -> list[dict[str, Any]]:
        told = torch.stack(self._told).tolist() if self._told else []
        return [
            {"step": row["step"], "loss": loss, "gradient": gradient, **row}
            for row, (loss, gradient) in zip(self._rows, told, strict=True)
        ]

    def _sound(self, row: Mapping[str, Any]) -> bool:
        return math.isfinite(row["loss"]) and (self._skips or math.isfinite(row["gradient"]))
