"""Many numbers as bars, in one image of the screen's own pixels."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from app.paint.palette import contrast, from_hex
from app.paint.stroke import unit
from app.theme import Theme


@dataclass(frozen=True)
class Range:
    """What the height of a strip stands for."""

    low: float
    high: float


def range_of(rows: list[NDArray[np.float32]]) -> Range:
    """From 0 where nothing is below it, else as far down as up; of what is finite, in any row."""
    finite = np.concatenate([row[np.isfinite(row)] for row in rows])
    most = float(np.abs(finite).max(initial=0.0)) or 1.0
    return Range(0.0 if float(finite.min(initial=0.0)) >= 0 else -most, most)


def column_ends(count: int, columns: int) -> NDArray[np.int64]:
    """The first bar of each column, and one more: where bars are fewer, several have the same."""
    return np.arange(columns + 1, dtype=np.int64) * count // columns


def bar_pixels(
    values: NDArray[np.float32], size: tuple[int, int], scale: Range, ink: int, lit: int,
    lit_bars: tuple[int, int] | None, masked: int, broken: int,
) -> NDArray[np.uint32]:
    """[height, width] of 0xaarrggbb, 0 where there is nothing.

    A column that stands for several bars reaches from the least to the most of them.

    Args:
        values: [bar]; -inf is masked, NaN and inf are marked over the whole height.
        size: width and height, in pixels of the screen.
        scale: of the height.
        ink: colour of a bar.
        lit: colour of those that are lit.
        lit_bars: from the first to before the second.
        masked: colour of a masked key.
        broken: colour of what is no number.
    """
    width, height = size
    count = len(values)
    ends = column_ends(count, width)
    starts = ends[:-1]
    finite = np.where(np.isfinite(values), values, 0.0)
    if count > width:
        most, least = np.maximum.reduceat(finite, starts), np.minimum.reduceat(finite, starts)
        hidden = np.logical_and.reduceat(np.isneginf(values), starts)
        wrong = np.logical_or.reduceat(np.isnan(values) | np.isposinf(values), starts)
    else:
        most = least = finite[starts]
        hidden = np.isneginf(values)[starts]
        wrong = (np.isnan(values) | np.isposinf(values))[starts]
    span = scale.high - scale.low

    def place(value: NDArray[np.float32]) -> NDArray[np.float64]:
        return np.round((scale.high - np.clip(value, scale.low, scale.high)) / span * (height - 1))

    top, bottom = place(np.maximum(most, 0)), place(np.minimum(least, 0))
    rows = np.arange(height)[:, None]
    colours = np.full(width, ink, np.uint32)
    if lit_bars is not None:
        colours[(starts < lit_bars[1]) & (np.maximum(ends[1:], starts + 1) > lit_bars[0])] = lit
    filled = (rows >= top) & (rows <= bottom) & ((most != 0) | (least != 0))
    pixels = np.where(filled, colours, np.uint32(0))
    hatch = (rows + np.arange(width)) % 6 < 3
    for which, colour in ((hidden, masked), (wrong, broken)):
        pixels = np.where(which & hatch, np.uint32(colour), np.where(which, np.uint32(0), pixels))
    if width >= 4 * count:  # a gap between bars that are wide enough
        gaps = np.append(starts[1:] != starts[:-1], False)
        pixels[:, gaps] = 0
    return pixels


def draw_bars(
    painter: QPainter, box: QRectF, values: NDArray[np.float32], scale: Range, theme: Theme,
    ink: str, lit_bars: tuple[int, int] | None,
) -> None:
    """Draw them into ``box``, on a line for 0."""
    ratio = painter.device().devicePixelRatioF()
    size = max(round(box.width() * ratio), 1), max(round(box.height() * ratio), 2)
    pixels = np.ascontiguousarray(bar_pixels(
        values, size, scale, _pixel(ink), _pixel(theme.accent), lit_bars, _pixel(theme.hatch),
        _pixel(theme.broken)))
    zero = box.top() + box.height() * scale.high / (scale.high - scale.low)
    image = QImage(pixels.data, size[0], size[1], 4 * size[0],
                   QImage.Format.Format_ARGB32_Premultiplied)
    thick = unit(painter.font())
    painter.fillRect(QRectF(box.left(), min(zero, box.bottom()) - thick / 2, box.width(), thick),
                     QColor(theme.line))
    painter.drawImage(box, image)


@cache
def strong(colour: str, ground: str) -> str:
    """The hue of a background, made fit to be drawn with: 3 to 1 (WCAG 2.2, 1.4.11).

    Args:
        colour: "#rrggbb".
        ground: "#rrggbb", what is drawn on.
    """
    paper, found = from_hex(ground), QColor(colour)
    step = 0.01 if QColor(ground).lightnessF() < 0.5 else -0.01
    while contrast(from_hex(found.name()), paper) < 3 and 0.05 < found.lightnessF() < 0.95:
        found = QColor.fromHslF(
            found.hslHueF(), found.hslSaturationF(), found.lightnessF() + step)
    return found.name()


def _pixel(colour: str) -> int:
    return 0xFF000000 | int(colour.lstrip("#"), 16)
