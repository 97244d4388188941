"""What stands along the sides of a field: names or numbers, marks, and its scale of colours."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPolygonF

from app.paint.colour import Table
from app.paint.stroke import stroke
from app.panels.field_picture import Picture, Side
from app.panels.positions_ticks import say, whole_ticks
from app.panels.token_axis import place_labels
from app.theme import Theme

MARK = 7
"""Pixels that marks take above and below."""
_MIDDLE = Qt.AlignmentFlag.AlignVCenter
_LEFT, _RIGHT = _MIDDLE | Qt.AlignmentFlag.AlignLeft, _MIDDLE | Qt.AlignmentFlag.AlignRight


def draw_name(
    painter: QPainter, box: QRectF, name: str, lit: bool, theme: Theme,
    flags: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignCenter,
    cut: Qt.TextElideMode = Qt.TextElideMode.ElideRight, pad: int = 0,
) -> None:
    """One name, so many pixels inside its box, on the colour of a query if it is lit."""
    if lit:
        painter.fillRect(box, QColor(theme.query))
    painter.setPen(QColor(theme.text if lit else theme.muted))
    inside = box.adjusted(pad, 0, -pad, 0)
    words = painter.fontMetrics().elidedText(name, cut, int(inside.width()) - (0 if pad else 2))
    painter.drawText(inside, flags, words)


def draw_row_names(
    painter: QPainter, area: QRectF, names: Sequence[str], lit: int | None, theme: Theme
) -> None:
    """On the left of the image, as many as find room, the lit one always."""
    line = painter.fontMetrics().height()
    for index, middle in place_labels(0, len(names), area.height(), line, len(names), lit):
        box = QRectF(2, area.top() + middle - line / 2, area.left() - 8, line)
        draw_name(painter, box, names[index], index == lit, theme, _RIGHT,
                  Qt.TextElideMode.ElideMiddle)


def draw_column_names(
    painter: QPainter, area: QRectF, names: Sequence[str], lit: int | None, theme: Theme
) -> None:
    """Above the image, as many as find room, the lit one always."""
    measure = painter.fontMetrics()
    wide = measure.averageCharWidth() * 8
    for index, middle in place_labels(0, len(names), area.width(), wide, len(names), lit):
        box = QRectF(area.left() + middle - wide / 2, 0, wide, measure.height())
        draw_name(painter, box, names[index], index == lit, theme)


def draw_numbers(
    painter: QPainter, area: QRectF, width: float, rows: Side, columns: Side, theme: Theme
) -> None:
    """Numbers of rows and of columns, each with its title, left of the image and below it.

    Args:
        width: of the widget.
    """
    measure = painter.fontMetrics()
    line, cut = measure.height(), Qt.TextElideMode.ElideRight
    high, wide = area.height() / max(rows.count, 1), area.width() / max(columns.count, 1)
    painter.setPen(QColor(theme.muted))
    for number in whole_ticks(rows.first, rows.count, line * 1.4 / high):
        y = area.top() + (number - rows.first + 0.5) * high
        painter.drawText(QRectF(0, y - line / 2, area.left() - 5, line), _RIGHT, say(number))
    widest = measure.horizontalAdvance(say(-columns.first - columns.count)) + line
    for number in whole_ticks(columns.first, columns.count, widest / wide):
        x = area.left() + (number - columns.first + 0.5) * wide
        room = QRectF(x - widest / 2, area.bottom() + 2, widest, line)
        room.moveRight(min(room.right(), width))
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, say(number))
    painter.drawText(
        QRectF(area.left(), area.bottom() + line + 2, area.width(), line),
        Qt.AlignmentFlag.AlignCenter, measure.elidedText(columns.title, cut, int(area.width())))
    painter.save()
    painter.translate(0, area.bottom())
    painter.rotate(-90)
    painter.drawText(
        QRectF(0, 0, area.height(), line), Qt.AlignmentFlag.AlignCenter,
        measure.elidedText(rows.title, cut, int(area.height())))
    painter.restore()


def draw_marks(painter: QPainter, area: QRectF, picture: Picture, theme: Theme) -> None:
    """Triangles at marked columns, and a line below the rows of the text."""
    painter.setPen(Qt.PenStyle.NoPen)
    step = area.width() / max(picture.columns.count, 1)
    for marks, base, tip, colour in (
        (picture.above, 0.0, area.top() - 1, theme.warning),
        (picture.below, area.bottom() + MARK, area.bottom() + 2, theme.muted),
    ):
        painter.setBrush(QColor(colour))
        for x in sorted({round(area.left() + (mark + 0.5) * step) for mark in marks}):
            painter.drawPolygon(QPolygonF(
                [QPointF(x - 3, base), QPointF(x + 3, base), QPointF(x, tip)]))
    if picture.inside is not None and picture.inside < picture.rows.count:
        y = area.top() + picture.inside * area.height() / picture.rows.count
        painter.setPen(stroke(painter, theme.text, 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))


def draw_scale(
    painter: QPainter, box: QRectF, table: Table, ticks: Sequence[tuple[float, str]], theme: Theme
) -> None:
    """The colours in a row, words at both ends, and short lines at the ticks between."""
    measure = painter.fontMetrics()
    low, high = (ticks[0][1], ticks[-1][1]) if ticks else ("", "")
    left = measure.horizontalAdvance(low) + 6 if low else 0
    right = measure.horizontalAdvance(high) + 6 if high else 0
    bar = QRectF(box.left() + left, box.top() + box.height() * 0.25,
                 max(box.width() - left - right, 4), box.height() * 0.5)
    colours = np.ascontiguousarray(table[1:][None])
    painter.drawImage(bar, QImage(colours.data, colours.shape[1], 1, 4 * colours.shape[1],
                                  QImage.Format.Format_RGB32))
    painter.setPen(stroke(painter, theme.line))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(bar)
    painter.setPen(QColor(theme.muted))
    painter.drawText(box, _LEFT, low)
    painter.drawText(box, _RIGHT, high)
    painter.setPen(stroke(painter, theme.text))
    for place, _ in ticks[1:-1]:
        x = bar.left() + place * bar.width()
        painter.drawLine(QPointF(x, bar.top() - 2), QPointF(x, bar.bottom() + 2))
