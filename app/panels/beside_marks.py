"""The frames around what is lit in a model's cells."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from app.paint.stroke import stroke
from app.theme import Theme

Lit = tuple[tuple[int, ...], tuple[int, ...]]
"""Tokens of the queries, and of the keys."""


def draw_lit(
    painter: QPainter, area: QRectF, lit: Lit, rows: int, columns: int, theme: Theme
) -> None:
    """A frame for each word, and one where they meet.

    Args:
        painter: of the widget.
        area: where the cells are.
        lit: tokens; those that follow one another are one word.
        rows: of cells.
        columns: of cells.
        theme: for the colour.
    """
    high, wide = area.height() / max(rows, 1), area.width() / max(columns, 1)
    across = [QRectF(area.left(), area.top() + first * high, area.width(), count * high)
              for first, count in runs(lit[0])]
    down = [QRectF(area.left() + first * wide, area.top(), count * wide, area.height())
            for first, count in runs(lit[1])]
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(stroke(painter, theme.accent, 1.5))
    for box in (*across, *down):
        painter.drawRect(box.intersected(area))
    painter.setPen(stroke(painter, theme.accent, 3))
    for box in across:
        for other in down:
            painter.drawRect(box.intersected(other).intersected(area))


def runs(tokens: tuple[int, ...]) -> list[tuple[int, int]]:
    """The first of each run of tokens that follow one another, and how many they are."""
    found: list[tuple[int, int]] = []
    for token in tokens:
        if found and sum(found[-1]) == token:
            found[-1] = found[-1][0], found[-1][1] + 1
        else:
            found.append((token, 1))
    return found
