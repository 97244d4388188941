"""What a plot by training step draws."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.drive import Curve


@dataclass(frozen=True, eq=False)
class Line:
    """One curve, and how it is drawn."""

    name: str
    """In the legend; empty: it has no entry there."""
    curve: Curve
    colour: str
    right: bool = False
    """Whether it is a share of 1, on the right axis."""
    band: bool = False
    """Whether what is between the least and the greatest of each point is shaded."""
    dots: bool = False
    dashed: bool = False


@dataclass(frozen=True, eq=False)
class PlotPicture:
    """What is drawn."""

    lines: tuple[Line, ...] = ()
    last: int = 1
    """The last step there is."""
    title: str = ""
    log_steps: bool = False
    log_values: bool = False
    kept: tuple[int, ...] = ()
    """Steps that can be looked at: small ticks."""


def nearest(curve: Curve, step: float) -> int | None:
    """Which point of a curve is nearest to a step; None of a curve without any."""
    if not len(curve.steps):
        return None
    after = int(np.searchsorted(curve.steps, step))
    around = [at for at in (after - 1, after) if 0 <= at < len(curve.steps)]
    return min(around, key=lambda at: abs(float(curve.steps[at]) - step))
