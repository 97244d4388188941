"""What the lens page asks: what each layer would predict if it were the last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.trace import Ask

if TYPE_CHECKING:  # the window opens before numpy is there
    import numpy as np
    from numpy.typing import NDArray

BEST = 5
"""Predictions of each cell."""


@dataclass(frozen=True, eq=False)
class Lens:
    """Rows are what enters the first layer, then what leaves each; columns are positions."""

    first: int
    """The position of the first column."""
    positions: int
    """Of the whole text."""
    vocabulary: int
    ids: NDArray[np.int64]
    """[row, column, BEST], the likeliest first; fewer than BEST of a smaller vocabulary."""
    probabilities: NDArray[np.float32]
    """Of each of them; NaN where the stream holds what is no number."""
    ranks: NDArray[np.int64]
    """[row, column]: where the answer of the last row stands here, from 1; 0 for nowhere."""
    answers: NDArray[np.float32]
    """[row, column]: the probability of the answer of the last row."""
    labels: Mapping[int, str]
    """The name of each id."""


@dataclass(frozen=True)
class LensAsk(Ask[Lens]):
    """A window of positions."""

    first: int = 0
    """Counted back from the end where below 0."""
    count: int = 8
