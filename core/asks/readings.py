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
BEST = 5
"""Heads that are named as those that do most of something."""


@dataclass(frozen=True, eq=False)
class Readings:
    """Of every head of the attention on screen, of the tokens that are not left out of it."""

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

    def best(self, reading: Reading) -> list[tuple[int, int, float]]:
        """Layer, head and value of those that do it most, at most ``BEST``, the best first.

        Each does at least half of what the first does; and, of a weight, more than it would if it
        looked at all it sees alike.
        """
        if reading not in self.values:
            return []
        bare = reading in ("distance", "entropy", "broad")
        found = sorted(
            ((layer, head, value)
             for layer, (row, alike) in enumerate(zip(
                 self.values[reading].tolist(), self.alike[reading].tolist(), strict=True))
             for head, value in enumerate(row) if value >= 0 if bare or value > alike),
            key=lambda one: -one[2],
        )
        return [one for one in found[:BEST] if one[2] >= found[0][2] / 2]


@dataclass(frozen=True)
class ReadingsAsk(Ask[Readings]):
    """All readings of all heads; the same whichever is selected."""
