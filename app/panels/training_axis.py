"""An axis of a plot by training step: linear or logarithmic."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.panels.positions_ticks import decades, real_ticks

_LEAST = 1e-12


@dataclass(frozen=True)
class Axis:
    """From ``low`` to ``high``; a logarithmic one has both above 0."""

    low: float
    high: float
    log: bool = False

    def at(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where values lie: 0 at ``low``, 1 at ``high``; what a logarithm has no place for, at 0.
        """
        if not self.log:
            return (values - self.low) / (self.high - self.low)
        low, high = math.log(self.low), math.log(self.high)
        return (np.log(np.maximum(values, self.low)) - low) / (high - low)

    def place(self, value: float) -> float:
        """Of one value."""
        return float(self.at(np.array([value]))[0])

    def value(self, place: float) -> float:
        """What lies there."""
        if not self.log:
            return self.low + place * (self.high - self.low)
        return float(self.low * (self.high / self.low) ** place)

    def ticks(self, most: int) -> list[float]:
        """About ``most`` numbers to name, at least one."""
        if not self.log:
            return real_ticks(self.low, self.high, most)
        found = decades(self.low, self.high, most)
        if len(found) >= min(most, 3):
            return found
        for digits in ((1, 2, 5), (1,)):  # less than a few decades: numbers between them
            first = math.floor(math.log10(self.low))
            last = math.ceil(math.log10(self.high))
            between = [
                digit * 10.0**power for power in range(first, last + 1) for digit in digits
                if self.low <= digit * 10.0**power <= self.high
            ]
            if 2 <= len(between) <= most + 1:
                return between
        return real_ticks(self.low, self.high, most)


def axis_of(parts: Iterable[NDArray[np.float64]], log: bool) -> Axis:
    """Around all finite numbers of ``parts``, with a little room; where there are none, 0 to 1."""
    arrays = [part[np.isfinite(part) & ((part > _LEAST) | (not log))] for part in parts]
    ends = [end for part in arrays if len(part) for end in (part.min(), part.max())]
    if not ends:
        return Axis(0.1, 1.0, log=True) if log else Axis(0.0, 1.0)
    low, high = float(min(ends)), float(max(ends))
    if log:
        room = max((high / low) ** 0.05, 1.05)
        return Axis(low / room, high * room, log=True)
    room = (high - low) * 0.05 or max(abs(high) * 0.05, 1e-9)
    return Axis(low - room, high + room)
