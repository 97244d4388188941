"""What curves along positions or distances show."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

COLOURS = ("#009e73", "#cc79a7", "#d55e00", "#8c7ae6", "#b08900", "#56b4e9")
"""Of curves that are not lit; told apart by colour-blind people too (after Okabe and Ito)."""


@dataclass(frozen=True, eq=False)
class Curve:
    """One line."""

    name: str
    """Empty: it has no entry in the legend."""
    values: NDArray[np.float32]
    colour: str = ""
    """Empty: of one of many."""
    lit: bool = False
    dashed: bool = False


@dataclass(frozen=True, eq=False)
class CurvesPicture:
    """What is drawn."""

    first: int
    """Where curves begin; each value is one further."""
    curves: tuple[Curve, ...]
    across: str
    title: str = ""
    logarithmic: bool = False
    levels: tuple[tuple[float, str], ...] = ()
    """Horizontal lines, and what they are."""
    edges: tuple[float, ...] = ()
    """Faint vertical lines, as between buckets."""
    within: tuple[int, int] | None = None
    """What is outside of it is shaded."""
