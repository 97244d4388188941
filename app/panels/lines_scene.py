"""What both pictures of lines are drawn of, and which lines are drawn. No Qt in here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.paint.colour import weight_levels
from app.paint.palette import head_colours
from app.state import Cell
from app.theme import Theme
from core.asks.lines import Lines, Side, TokenWeights
from core.tokens import Tokens
from core.trace import Scale

_FAINTEST = 0.1
"""Opacity of the weakest line, so that whatever is drawn can be seen."""


class Focus(NamedTuple):
    """The one token whose lines are shown."""

    side: Side
    position: int


class Spot(NamedTuple):
    """What the pointer is at."""

    cell: Cell
    side: Side | None
    """The side of the token; None for a line, or for the other end of those that are held."""
    head: int | None = None
    """Of the line."""


class Strands(NamedTuple):
    """Lines to be drawn, the weakest first; [line] each."""

    head: NDArray[np.int32]
    query: NDArray[np.int32]
    key: NDArray[np.int32]
    weight: NDArray[np.float32]

    def where(self, kept: NDArray[np.bool_]) -> Strands:
        """Some of them."""
        return Strands(self.head[kept], self.query[kept], self.key[kept], self.weight[kept])

    def strongest(self, most: int) -> Strands:
        """As many, or all."""
        last = slice(-most, None)
        return Strands(self.head[last], self.query[last], self.key[last], self.weight[last])


@dataclass(frozen=True, eq=False)
class Scene:
    """The lines of a layer between its tokens, and what is selected of them."""

    queries: Tokens
    keys: Tokens
    crossed: bool
    """Whether keys are of another text than queries."""
    lines: Lines
    theme: Theme
    scale: Scale
    focus: Focus | None = None
    held: Focus | None = None
    """What is shown once the pointer is away."""
    cell: Cell | None = None
    token: TokenWeights | None = None
    """All weights of the token in focus, once they have come."""
    without: tuple[frozenset[int], frozenset[int]] = frozenset(), frozenset()
    """Queries and keys that are left out of the picture."""

    def lanes(self, heads: NDArray[np.int32]) -> NDArray[np.float64]:
        """Where each head's line is in the width of a token, from 0 to 1, so that none hides
        another."""
        shown = np.array(self.lines.heads, np.int32)
        places: NDArray[np.float64] = (np.searchsorted(shown, heads) + 0.5) / max(len(shown), 1)
        return places

    def ink(self, side: Side, position: int) -> str:
        """The colour of a token's word."""
        if side == "query" and self.lines.broken[position]:
            return self.theme.warning
        gone = self.without[side == "key"]
        return self.theme.muted if position in gone else self.theme.text

    @property
    def shift(self) -> int:
        """Keys before the first query: XLNet's memory."""
        return 0 if self.crossed else len(self.keys) - len(self.queries)

    @property
    def colours(self) -> tuple[str, ...]:
        """By head."""
        return head_colours(self.lines.count, self.theme)

    def best_cell(self, side: Side, position: int) -> Cell:
        """Of a token, the cell with the largest weight."""
        if side == "query":
            return position, int(self.lines.best_key[position])
        return int(self.lines.best_query[position]), position

    def strands(self) -> Strands:
        """Those of the token in focus; without one, all."""
        lines, focus = self.lines, self.focus
        every = Strands(lines.head, lines.query, lines.key, lines.weight)
        if focus is None:
            return every
        if self.token is None:  # the strongest have come already
            return every.where((every.query if focus.side == "query" else every.key)
                               == focus.position)
        weights = self.token.weights
        rows, others = np.nonzero((weights >= np.float32(lines.threshold)) & (weights > 0))
        found = weights[rows, others]
        order = np.argsort(found, kind="stable")
        heads = np.array(self.token.heads, np.int32)[rows[order]]
        ends = others[order].astype(np.int32), np.full(len(order), focus.position, np.int32)
        key, query = ends if focus.side == "query" else ends[::-1]
        return Strands(heads, query, key, found[order])

    def weights(self, cell: Cell) -> list[tuple[int, float]]:
        """Of a cell, each head and its weight, the largest first, as far as they are known."""
        focus = self.focus
        if self.token is not None and focus is not None:
            mine, other = cell if focus.side == "query" else cell[::-1]
            if mine == focus.position and other < self.token.weights.shape[1]:
                found = zip(self.token.heads, self.token.weights[:, other].tolist(), strict=True)
                return sorted(found, key=lambda one: -one[1])
        lines = self.lines
        at = np.flatnonzero((lines.query == cell[0]) & (lines.key == cell[1]))[::-1]
        return list(zip(lines.head[at].tolist(), lines.weight[at].tolist(), strict=True))

    def omitted(self, cell: Cell) -> bool:
        """Whether one of the two tokens is left out."""
        return cell[0] in self.without[0] or cell[1] in self.without[1]

    def masked(self, cell: Cell) -> bool:
        """Whether the query can't see the key, as far as it is known."""
        focus = self.focus
        if self.token is None or focus is None:
            return False
        mine, other = cell if focus.side == "query" else cell[::-1]
        known = mine == focus.position and other < len(self.token.visible)
        return known and not self.token.visible[other]


def opacities(weights: NDArray[np.float32], scale: Scale) -> NDArray[np.float64]:
    """From ``_FAINTEST`` to 1, as the colours of the sheet rise with the weight."""
    share = (weight_levels(weights, np.ones(weights.shape, np.bool_), scale) - 1.0) / 254
    opacity: NDArray[np.float64] = _FAINTEST + (1 - _FAINTEST) * share
    return opacity
