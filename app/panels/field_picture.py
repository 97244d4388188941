"""What a field of numbers shows, and the pixels that this is in a theme."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from app.paint.colour import Table, colour_table
from app.paint.sheet import pixel_of
from app.theme import Theme

Spot = tuple[int, int]
"""Row and column of the numbers."""
Colours = Literal["weights", "signed", "turns"]
"""From 0 to 1; from -1 to 1; from -1 to 1 where both ends are the same."""
_TURNS = "CET-CBC1"
"""Angles: its ends meet, and it is safe for colour-blind people."""


@dataclass(frozen=True, eq=False)
class Side:
    """What lies along one side, evenly; the numbers are fewer where they were reduced."""

    count: int
    names: Sequence[str] = ()
    """One each."""
    title: str = ""
    """What they are, where they are numbered instead."""
    first: int = 0
    """The number of the first."""


@dataclass(frozen=True, eq=False)
class Picture:
    """All that is drawn, in no theme yet."""

    values: NDArray[np.float32]
    """[row, column] along the colours; what is beyond is drawn at their end, and NaN and infinity
    in the colour that says so."""
    rows: Side
    columns: Side
    ticks: Sequence[tuple[float, str]] = ()
    """Places from 0 to 1 along the scale of colours, and what is written there."""
    colours: Colours = "weights"
    title: str = ""
    masked: NDArray[np.bool_] | None = None
    """[row, column], True where there is nothing to show."""
    above: Sequence[int] = ()
    """Columns that are marked above the image."""
    below: Sequence[int] = ()
    """And below."""
    inside: int | None = None
    """Rows of the text; a line is drawn below them."""
    start: int = 0
    """The first column that ``values`` holds, where others come as they are scrolled to."""
    words: Callable[[Spot], tuple[str, str]] | None = None
    """What is written in a cell, and below that where there is room for two lines."""


def reduce_signed(
    values: NDArray[np.float32], rows: int, columns: int
) -> NDArray[np.float32]:
    """At most [rows, columns]: of what each pixel covers, the largest magnitude with its sign.

    NaN wins, so that it is seen.
    """
    reduced = values
    for axis, most in ((0, rows), (1, columns)):
        if reduced.shape[axis] <= most:
            continue
        starts = _starts(reduced.shape[axis], most)
        high = np.maximum.reduceat(reduced, starts, axis=axis)
        low = np.minimum.reduceat(reduced, starts, axis=axis)
        reduced = np.where(-low > high, low, high)
    return reduced


def _starts(count: int, most: int) -> NDArray[np.int64]:
    return np.arange(most) * count // most


def _reduce_masks(masked: NDArray[np.bool_], rows: int, columns: int) -> NDArray[np.bool_]:
    """Of what each pixel covers, whether all is masked."""
    for axis, most in ((0, rows), (1, columns)):
        if masked.shape[axis] > most:
            starts = _starts(masked.shape[axis], most)
            masked = np.logical_and.reduceat(masked, starts, axis=axis)
    return masked


def table_of(colours: Colours, theme: Theme) -> Table:
    """256 pixels; entry 0 is for what is no number."""
    names = {"weights": theme.weights, "signed": theme.signed, "turns": _TURNS}
    return colour_table(names[colours], theme.broken)


def levels_of(values: NDArray[np.float32], colours: Colours) -> NDArray[np.uint8]:
    """Entries of the table of these colours; 0 for what is no number."""
    least, steps, first = (0, 254, 1.5) if colours == "weights" else (-1, 127, 128.5)
    scaled = np.clip(values, least, 1)
    scaled *= steps
    scaled += first
    scaled[~np.isfinite(values)] = 0
    return scaled.astype(np.uint8)


def pixels_of(
    picture: Picture, theme: Theme, rows: int, columns: int
) -> tuple[NDArray[np.uint32], bool]:
    """[row, column] 0xffRRGGBB, at most as many as there is room for; and whether some are of what
    is no number."""
    values = reduce_signed(picture.values, rows, columns)
    levels = levels_of(values, picture.colours)
    pixels = np.ascontiguousarray(table_of(picture.colours, theme)[levels])
    if picture.masked is not None:
        masked = _reduce_masks(picture.masked, rows, columns)
        pixels[masked & (levels > 0)] = pixel_of(theme.masked)
    return pixels, not levels.all()
