"""What the views of positions are of: a frame, its answers, and what is chosen in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeVar

from app.panels.positions_words import pair_of
from app.state import View
from core.asks.positions import Measure, Places
from core.frame import Frame

Told = TypeVar("Told")


@dataclass
class Chosen:
    """What the user chose, through all views and models."""

    view: dict[str, str] = field(default_factory=dict)
    """By scheme."""
    measure: Measure = "cosine"
    dimension: int | None = None
    by: int = 3
    """Positions of a shift."""
    place: int | None = None
    places: Places | None = None
    """The last answer of the scheme; what dimensions and pairs are counted in."""

    @property
    def column(self) -> int:
        """The chosen dimension, as far as there are so many."""
        places = self.places
        if places is None:
            return self.dimension or 0
        last = int(places.rows.shape[1]) - 1
        if self.dimension is not None:
            return min(self.dimension, last)
        pair = round(len(places.pairs) * 0.15)  # a wave of a few words
        return min(places.pairs[pair][0], last) if places.pairs else 0

    @property
    def pair(self) -> int:
        """The pair of the chosen dimension."""
        places = self.places
        if places is not None and places.pairs:
            return pair_of(places, self.column)[0]
        return self.dimension or 0


@dataclass(frozen=True, eq=False)
class Scene:
    """Where the selection is among the positions of one frame."""

    frame: Frame
    view: View
    chosen: Chosen
    told: tuple[Any, ...] = ()

    def find(self, kind: type[Told]) -> Told | None:
        """The answer of this kind, if it was asked for."""
        return next((told for told in self.told if isinstance(told, kind)), None)

    def get(self, kind: type[Told]) -> Told:
        """The answer of this kind, which was asked for."""
        found = self.find(kind)
        assert found is not None
        return found

    @property
    def scheme(self) -> str:
        """How places reach this model."""
        return self.frame.card.positions

    @property
    def relative(self) -> bool:
        """Whether rows are distances."""
        return self.scheme == "relative"

    @property
    def place(self) -> int:
        """The position that is spoken of: the query that is selected, or the last."""
        last, at = len(self.frame.queries) - 1, self.view.at
        if at is not None and at[0] <= last:
            return at[0]
        return last if self.chosen.place is None else min(max(self.chosen.place, 0), last)

    @property
    def cell(self) -> tuple[int, int]:
        """The query and the key that are spoken of."""
        query, last, at = self.place, len(self.frame.keys) - 1, self.view.at
        if at is not None and at[0] == query and at[1] <= last:
            return at
        return query, min(max(query - 1, 0), last)

    @property
    def distance(self) -> int:
        """query - key of that cell, positions counted from the first that is remembered."""
        query, key = self.cell
        return query + len(self.frame.keys) - len(self.frame.queries) - key

    @property
    def head(self) -> int | None:
        """The number of the shown head in its layer."""
        return None if self.view.shown is None else self.view.shown[1]
