"""What the activations page asks: one tensor of one layer, as a matrix, a distribution, norms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from core.trace import Ask

if TYPE_CHECKING:  # the window opens before numpy is there
    import numpy as np
    from numpy.typing import NDArray

Site = Literal[
    "embed", "positions", "segments", "resid_in", "self_read", "attention_out", "resid_mid",
    "cross_read", "cross_out", "resid_cross", "mlp_read", "mlp_act", "mlp_out", "resid_out",
    "final",
]
"""Which tensor of a stack, in the order in which they come about. The residual stream has the
names of the trace; ``..._read`` is what a sublayer reads where a norm comes before it, ``..._out``
is what a sublayer writes to the stream."""
ONCE: tuple[Site, ...] = ("embed", "positions", "segments", "final")
"""Those that a stack has once, and not by layer."""
OUTLIER = 6.0
"""Standard deviations from the mean beyond which a value is an outlier."""
SILENT = 1e-3
"""A dimension is dead if no value of it is larger than this share of the root mean square."""
DeadRule = Literal["never positive", "near zero"]
BINS = 101
"""Of a histogram; the middle one holds 0."""


@dataclass(frozen=True)
class Place:
    """Which tensor it is; another than was asked for where the model has none such."""

    site: Site
    layer: int
    layers: int
    sites: tuple[Site, ...]
    """All that the stack has."""


@dataclass(frozen=True, eq=False)
class Summary:
    """One tensor, [position, width], in numbers."""

    positions: int
    width: int
    mean: float
    deviation: float
    low: float
    high: float
    bulk: float
    """About 99 % of all magnitudes are at most this."""
    beyond: int
    """How many magnitudes are larger than ``bulk``."""
    broken: int
    """Values that are no numbers, or infinite; all else is of the rest."""
    outlying: tuple[tuple[int, int], ...]
    """(dimension, outliers in it), the most first; an outlier is a value more than ``OUTLIER``
    standard deviations from the mean."""
    dead: NDArray[np.int64]
    """Dimensions that are dead in this prompt, by ``rule``."""
    rule: DeadRule

    @property
    def outliers(self) -> int:
        """How many there are."""
        return sum(number for _, number in self.outlying)


@dataclass(frozen=True, eq=False)
class Matrix:
    """Position by dimension, as far as there is room."""

    place: Place
    summary: Summary
    values: NDArray[np.float32]
    """[row, column]; of each block of the tensor the value that is farthest from 0."""
    spots: NDArray[np.int64] | None
    """[row, column], position x width + dimension of each; None where nothing was reduced."""

    def spot(self, row: int, column: int) -> tuple[int, int]:
        """The position and the dimension of a value."""
        if self.spots is None:
            return row, column
        position, dimension = divmod(int(self.spots[row, column]), self.summary.width)
        return position, dimension


@dataclass(frozen=True, eq=False)
class Spread:
    """How the values are distributed."""

    place: Place
    summary: Summary
    most: float
    """The bins reach from minus this to this: the largest magnitude there is."""
    counts: NDArray[np.int64]
    """[BINS], of all positions."""
    own: NDArray[np.int64]
    """[BINS], of the position that was asked for."""
    position: int


@dataclass(frozen=True, eq=False)
class Norms:
    """Euclidean length of the vector at each position, by layer."""

    place: Place
    values: NDArray[np.float32]
    """[layer, column]; of each block of positions the largest; one row of a tensor there is once.
    """
    spots: NDArray[np.int64] | None
    """[layer, column], the position of each; None where nothing was reduced."""
    positions: int

    def position(self, row: int, column: int) -> int:
        """The position of a value."""
        return column if self.spots is None else int(self.spots[row, column])


@dataclass(frozen=True)
class MatrixAsk(Ask[Matrix]):
    """The values themselves."""

    site: Site = "resid_out"
    layer: int = 0
    rows: int = 256
    """At most so many positions; more are reduced."""
    columns: int = 256
    """At most so many dimensions; likewise."""


@dataclass(frozen=True)
class SpreadAsk(Ask[Spread]):
    """Their distribution, and that of one position."""

    site: Site = "resid_out"
    layer: int = 0
    position: int = -1
    """-1 for the last."""


@dataclass(frozen=True)
class NormsAsk(Ask[Norms]):
    """Lengths by layer and position."""

    site: Site = "resid_out"
    columns: int = 256
    """At most so many positions; more are reduced."""
