"""What the sheet's tint and the table of readings ask: in a number, what each head does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from core.errors import Refusal
from core.trace import Ask

if TYPE_CHECKING:  # the window opens before numpy is there
    import numpy as np
    from numpy.typing import NDArray

Reading = Literal[
    "previous_token", "self", "next_token", "duplicate_token", "induction", "first_token",
    "delimiter", "distance", "entropy", "broad",
]
READINGS: tuple[Reading, ...] = (
    "previous_token", "self", "next_token", "duplicate_token", "induction", "first_token",
    "delimiter", "distance", "entropy", "broad",
)
"""Every one there is; ``core.readings.live`` defines them."""


@dataclass(frozen=True, eq=False)
class Readings:
    """Of every head of the attention on screen."""

    values: Mapping[Reading, NDArray[np.float32]]
    """[layer, head] of each reading that is defined here; NaN of a head whose weights are no
    numbers, and of a layer in which no query can do it."""
    alike: Mapping[Reading, NDArray[np.float32]]
    """[layer]: what a head would have that looks at every key it sees alike; NaN of a layer in
    which no query can do it."""
    most: Mapping[Reading, float]
    """The upper end of the range, whose lower end is 0."""
    declined: Mapping[Reading, Refusal]
    """Why the others have no number here."""


@dataclass(frozen=True)
class ReadingsAsk(Ask[Readings]):
    """All readings of all heads; the same whichever is selected."""
