"""Numbers by step, and their curves: a hundred thousand steps in a few hundred points."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.drive import Curve
from core.training.objective import Confusion


class Series:
    """Values by step, in order; it grows by doubling."""

    def __init__(self) -> None:
        self._data = np.empty((2, 64))
        self.count = 0

    def add(self, step: float, value: float) -> None:
        """The value at ``step``; what was at or after it is forgotten. NaN is left out."""
        if math.isnan(value):
            return
        if self.count and step <= self._data[0, self.count - 1]:
            self.count = int(np.searchsorted(self._data[0, : self.count], step))
        if self.count == self._data.shape[1]:
            self._data = np.concatenate([self._data, np.empty_like(self._data)], axis=1)
        self._data[:, self.count] = step, value
        self.count += 1

    def insert(self, step: float, value: float) -> None:
        """The value at ``step``, wherever it falls; NaN is left out."""
        if math.isnan(value):
            return
        at = int(np.searchsorted(self.steps, step))
        if at < self.count and self.steps[at] == step:
            self._data[1, at] = value
            return
        known = self._data[:, : self.count]
        self._data = np.insert(known, at, (step, value), axis=1)
        self.count += 1

    @property
    def steps(self) -> NDArray[np.float64]:
        """[value]."""
        return self._data[0, : self.count]

    @property
    def values(self) -> NDArray[np.float64]:
        """[value]."""
        return self._data[1, : self.count]

    @property
    def last(self) -> float | None:
        """The newest value."""
        return float(self._data[1, self.count - 1]) if self.count else None

    def curve(self, points: int) -> Curve:
        """At most ``points`` points; each stands for as many steps as the others.

        A peak of one step among a thousand is still seen: each point has its least and its
        greatest value.
        """
        steps, values = self.steps, self.values
        if self.count > points:
            starts = np.linspace(0, self.count, points, endpoint=False).astype(np.int64)
            sizes = np.diff(np.append(starts, self.count))
            middle = np.add.reduceat(steps, starts) / sizes
            mean = np.add.reduceat(values, starts) / sizes
            parts = middle, mean, np.minimum.reduceat(values, starts), np.maximum.reduceat(
                values, starts)
        else:
            parts = steps.copy(), values.copy(), values.copy(), values.copy()
        for part in parts:
            part.flags.writeable = False
        return Curve(*parts)


class History:
    """All series of a run, by name."""

    def __init__(self) -> None:
        self.series: dict[str, Series] = {}
        self.confusion: Confusion = ()
        """Of the last measure."""

    def add(self, step: int, values: Mapping[str, float | None]) -> None:
        """What there is to tell of a step."""
        for name, value in values.items():
            if value is not None:
                self.series.setdefault(name, Series()).add(step, value)

    def insert(self, step: int, values: Mapping[str, float]) -> None:
        """What there is to tell of a step that is not the last."""
        for name, value in values.items():
            self.series.setdefault(name, Series()).insert(step, value)

    def last(self, name: str) -> float | None:
        """The newest value of a series."""
        return self.series[name].last if name in self.series else None

    @property
    def newest(self) -> int:
        """The last step that is told of; 0 where there is none."""
        ends = [int(each.steps[-1]) for each in self.series.values() if each.count]
        return max(ends, default=0)

    def curves(self, points: int) -> dict[str, Curve]:
        """All of them."""
        return {name: series.curve(points) for name, series in self.series.items() if series.count}


MOST, LAST = 1e300, 10**15
"""No number of a run's is as large, and no step of it; what is can't be drawn."""
_TOLD = ("loss", "gradient", "rate", "held_out", "tokens_a_second", "right")


def read_history(path: Path) -> History:
    """Of a ``metrics.jsonl``; lines that can't be read are left out, as is a file that is missing.

    A line of a measure has the mean loss of the steps before it, and theirs are there too: of it,
    what is held out is taken alone.
    """
    history = History()
    try:
        lines = path.read_bytes().splitlines()
    except OSError:
        return history
    for line in lines:
        add_line(history, line)
    return history


def add_line(history: History, line: bytes) -> None:
    """What a line of a ``metrics.jsonl`` tells; nothing if it can't be read."""
    try:
        row = json.loads(line)
        step, measured = int(row["step"]), "held_out" in row
        found = {
            name: float(value) for name in _TOLD
            if isinstance(value := row.get(name), (int, float)) and abs(value) < MOST
            and not (measured and name in ("loss", "rate"))
        }
    except (ValueError, KeyError, TypeError, RecursionError, OverflowError):
        return
    if not 0 <= step < LAST:
        return
    history.add(step, found)
    history.confusion = _confusion(row.get("confusion")) or history.confusion


def _confusion(told: object) -> Confusion:
    """Of a row; empty if it is none."""
    if not isinstance(told, list) or not all(isinstance(row, list) for row in told):
        return ()
    square = all(len(row) == len(told) for row in told)
    counts = all(type(count) is int and 0 <= count < LAST for row in told for count in row)
    return tuple(map(tuple, told)) if square and counts else ()
