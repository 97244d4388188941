"""What the lines from query to key are drawn of: cells above a threshold, and one token's row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from core.trace import Ask

if TYPE_CHECKING:  # the window opens before numpy is there
    import numpy as np
    from numpy.typing import NDArray

Side = Literal["query", "key"]
STEPS = (
    0.0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4,
    0.45, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99,
)
"""The thresholds that a slider stops at, and that one is chosen from where none is given."""
MOST = 20_000
"""Lines that are sent; the strongest where there are more."""
READABLE = 5
"""Lines a query, of all heads together, that a picture may hold where it chooses its threshold."""


@dataclass(frozen=True)
class LinesAsk(Ask["Lines"]):
    """Every cell of some heads of a layer whose weight is at least a threshold."""

    layer: int
    """The nearest there is."""
    heads: tuple[int, ...] | None = None
    """Those of them that the layer has; None for all."""
    threshold: float | None = None
    """None for the lowest of ``STEPS`` that leaves at most ``READABLE`` lines a query."""


@dataclass(frozen=True, eq=False)
class Lines:
    """One entry a line, the weakest first; cells that are masked or left out, and weights of 0,
    have none."""

    layer: int
    heads: tuple[int, ...]
    """Whose lines these are."""
    count: int
    """Heads that the layer has."""
    threshold: float
    head: NDArray[np.int32]
    query: NDArray[np.int32]
    key: NDArray[np.int32]
    weight: NDArray[np.float32]
    total: int
    """Cells above the threshold; more than lines where only the strongest were sent."""
    best_key: NDArray[np.int32]
    """By query, the key that the heads look at most."""
    best_query: NDArray[np.int32]
    """By key, the query whose look is strongest."""
    broken: NDArray[np.bool_]
    """By query, whether a weight is no number."""


@dataclass(frozen=True)
class TokenAsk(Ask["TokenWeights | None"]):
    """All weights of one token; None where there is no such token."""

    layer: int
    heads: tuple[int, ...] | None
    side: Side
    """Whether it is the query, and the weights go to keys, or the key, and they come from queries.
    """
    position: int


@dataclass(frozen=True, eq=False)
class TokenWeights:
    """What one query looks at, or who looks at one key."""

    heads: tuple[int, ...]
    weights: NDArray[np.float32]
    """[head, other], the heads in the order of ``heads``; 0 where masked or left out."""
    visible: NDArray[np.bool_]
    """[other], False where masked, and where one of the two is left out of the pictures."""
