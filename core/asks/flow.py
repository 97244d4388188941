"""What the page of rollout asks: how much of each token reaches each position by a layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.errors import Refusal
from core.trace import Ask

if TYPE_CHECKING:  # the window opens before numpy is there
    import numpy as np
    from numpy.typing import NDArray

MOST = 64
"""Tokens of the longest text whose flow is computed."""


@dataclass(frozen=True, eq=False)
class Flow:
    """Of one layer of the stack on screen, T positions and S tokens (XLNet's memory among them)."""

    layer: int
    layers: int
    """That the stack has."""
    values: NDArray[np.float32]
    """[row, column]: the rollout, [T, S]; of each block the largest where there is no room for all.
    Rows of the whole sum to 1; NaN where a weight on the way is no number."""
    spots: NDArray[np.int64] | None
    """[row, column], position x S + token of each; None where nothing was reduced."""
    visible: NDArray[np.bool_]
    """[row, column], False where no path leads from the position to the token."""
    query: int
    """The position that the rest is of."""
    rollout: NDArray[np.float32]
    """[S], the whole row of the query."""
    seen: NDArray[np.bool_]
    """[S], False where no path leads to the token."""
    flow: NDArray[np.float32] | Refusal
    """[S], the maximum flow from the query to each token, 0 to 1, or why there is none."""

    def spot(self, row: int, column: int) -> tuple[int, int]:
        """The position and the token of a value."""
        if self.spots is None:
            return row, column
        position, token = divmod(int(self.spots[row, column]), len(self.rollout))
        return position, token


@dataclass(frozen=True)
class FlowAsk(Ask[Flow]):
    """The rollout after a layer, and the flow of one position."""

    layer: int = 0
    """The nearest there is."""
    query: int = -1
    """The nearest position there is; -1 for the last."""
    rows: int = 256
    """At most so many positions; more are reduced."""
    columns: int = 256
    """At most so many tokens; likewise."""
