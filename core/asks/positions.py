"""What the page of positions asks, and what it is told.

A place is a position, or a distance where the scheme knows distances alone. A pair is two
dimensions that turn together, at one frequency.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from core.trace import Ask

if TYPE_CHECKING:  # the window opens before numpy is there
    import numpy as np
    from numpy.typing import NDArray

    from core.config import PositionScheme

    Floats = NDArray[np.float32]

Measure = Literal["cosine", "dot"]
PartName = Literal["token", "position", "segment", "start"]
LONGEST = 512
"""Places that are told at once."""
WIDEST = 2048
"""The widest scheme that may be tried."""


@dataclass(frozen=True)
class Trial:
    """A scheme with other numbers than the model's; None where they are the model's own."""

    length: int | None = None
    """Places: of positions, from 0; of distances, to both sides."""
    width: int | None = None
    base: float | None = None


@dataclass(frozen=True)
class AskPlaces(Ask["Places"]):
    """What the scheme says of each place."""

    trial: Trial = Trial()


@dataclass(frozen=True, eq=False)
class Places:
    """What the scheme says of each place, and the waves that it is made of."""

    scheme: PositionScheme
    first: int
    """The place of row 0: 0, or the farthest distance before which is told."""
    rows: Floats
    """[place, dimension]: what is added to the embedding (sinusoidal, learned); the wave of a
    distance (XLNet). Rotary: [place, pair], the angle of the turn in radians, from -pi to pi."""
    pairs: tuple[tuple[int, int], ...]
    """The two dimensions of each pair; none in a learned table."""
    frequencies: Floats
    """[pair], radians a place."""
    waves: Floats
    """[place, dimension or pair], what is drawn as curves: the rows; rotary: the turn's cosine."""
    length: int
    width: int
    """Of the model, or of the part of a head that turns."""
    base: float
    own: tuple[int, int, float]
    """Length, width and base as the model has them; the length is that of the picture."""
    context: int
    """Positions that the model reads."""
    beside: Floats | None = None
    """Sinusoids of the same shape, beside a learned table: the model does not use them."""

    @property
    def altered(self) -> bool:
        """Whether these numbers are not this model's."""
        return (self.width, self.base) != self.own[1:] and self.beside is None


@dataclass(frozen=True)
class AskLikeness(Ask["Likeness"]):
    """How alike places are."""

    trial: Trial = Trial()
    measure: Measure = "cosine"


@dataclass(frozen=True, eq=False)
class Likeness:
    """[place, place]: the dot product of rows, or its cosine."""

    values: Floats
    altered: bool
    beside: Floats | None = None
    """Of sinusoids, beside a learned table."""
    agreement: float | None = None
    """Pearson's correlation of the two, of unequal places."""


@dataclass(frozen=True)
class AskShift(Ask["Shift"]):
    """The rotation that a shift of ``by`` places is, for one pair."""

    pair: int
    place: int
    by: int
    trial: Trial = Trial()


@dataclass(frozen=True)
class Shift:
    """R(k) PE[place] = PE[place + k], for the pair (sine, cosine) of one frequency w.

    R(k) has the rows (cos wk, sin wk) and (-sin wk, cos wk), whatever the place (Vaswani et al.
    2017, section 3.5).
    """

    pair: int
    dimensions: tuple[int, int]
    frequency: float
    place: int
    by: int
    before: tuple[float, float]
    """PE[place], as the model has it."""
    matrix: tuple[tuple[float, float], tuple[float, float]]
    turned: tuple[float, float]
    """R(k) PE[place], in float64."""
    after: tuple[float, float]
    """PE[place + k], as the model has it."""
    altered: bool


@dataclass(frozen=True)
class AskSum(Ask["InputSum"]):
    """What enters the first layer at one position."""

    place: int


@dataclass(frozen=True, eq=False)
class InputPart:
    """One summand, [width] float32, its norm, and its cosine with the sum."""

    name: PartName
    values: Floats
    norm: float
    cosine: float


@dataclass(frozen=True, eq=False)
class InputSum:
    """token + position + segment = input, as far as the model has them."""

    place: int
    parts: tuple[InputPart, ...]
    total: Floats
    norm: float
    normed: Floats | None
    """After the norm on embeddings, where there is one (BERT)."""
    scaled: float
    """By what token embeddings were multiplied; 1 where they were not."""
    norms: Floats
    """[position, part]: the norm of each summand at every position."""


@dataclass(frozen=True)
class AskBias(Ask["DistanceBias"]):
    """What T5 adds to scores."""


Span = tuple[int, int | None]


@dataclass(frozen=True, eq=False)
class DistanceBias:
    """A bias by head and distance, key - query; shared by all layers of the stack."""

    distances: NDArray[np.int64]
    """[distance], ascending; of a causal stack none is above 0."""
    bias: Floats
    """[head, distance]."""
    bucket: NDArray[np.int64]
    """[distance]."""
    spans: tuple[Span | None, ...]
    """By bucket, its distances from the nearest to the farthest; None for no end. A bucket that no
    distance falls into has no span."""


@dataclass(frozen=True)
class AskTerm(Ask["DistanceTerm"]):
    """What XLNet's scores have of position alone, by distance."""

    head: tuple[int, int]
    query: int


@dataclass(frozen=True, eq=False)
class DistanceTerm:
    """(q + u) W_R r(d) / sqrt(d_k) by distance d = query - key, of one head (Dai et al. 2019)."""

    head: tuple[int, int]
    query: int
    distances: NDArray[np.int64]
    """[distance], ascending: all that the text has."""
    term: Floats
    """[distance], of the query."""
    constant: Floats
    """[distance], the part that no query changes: u W_R r(d)."""
    mean: Floats
    """[distance], over all queries."""
    reached: tuple[int, int]
    """The least and the greatest distance that this query has a key at."""


@dataclass(frozen=True)
class AskTurn(Ask["PairTurn"]):
    """How rotary positions turn one cell's query and key."""

    head: tuple[int, int]
    cell: tuple[int, int]
    pair: int


@dataclass(frozen=True, eq=False)
class PairTurn:
    """One pair of dimensions of a query and a key, and what each pair gives to the score."""

    head: tuple[int, int]
    cell: tuple[int, int]
    key_head: int
    pair: int
    dimensions: tuple[int, int]
    frequency: float
    query_before: tuple[float, float]
    query_after: tuple[float, float]
    key_before: tuple[float, float]
    key_after: tuple[float, float]
    flat: Floats
    """[pair], what each gives to the score without the turn, scaled as scores are."""
    turned: Floats
    """[pair], with it."""
    rest: float
    """What the dimensions give that do not turn."""
    masked: bool
