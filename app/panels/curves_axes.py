"""The axes of curves: where each value lies, and what is drawn there."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF

from app.paint.stroke import stroke
from app.panels.positions_curves import Curve, CurvesPicture
from app.panels.positions_ticks import decades, real_ticks, say, whole_ticks
from app.theme import Theme

_LEAST = 1e-30  # what a logarithm is taken of


def ends_of(picture: CurvesPicture) -> tuple[float, float]:
    """The least and the greatest value, with room at both ends."""
    ends = [level for level, _ in picture.levels]
    for curve in picture.curves:
        finite = curve.values[np.isfinite(curve.values)]
        if len(finite):
            ends += [float(finite.min()), float(finite.max())]
    low, high = min(ends, default=-1.0), max(ends, default=1.0)
    if picture.logarithmic:
        return low / 1.3, high * 1.3
    gap = (high - low) * 0.06 or 1.0
    return low - gap, high + gap


@dataclass(frozen=True)
class Axes:
    """Places across, values up."""

    picture: CurvesPicture
    field: QRectF
    """Where the curves are."""
    ends: tuple[float, float]
    """The values at its foot and at its top."""

    @property
    def count(self) -> int:
        """Places."""
        return max((len(curve.values) for curve in self.picture.curves), default=1)

    def x_of(self, place: float) -> float:
        """Where a place is drawn."""
        share = (place - self.picture.first + 0.5) / self.count
        return self.field.left() + share * self.field.width()

    def y_of(self, value: float) -> float:
        """Where a value is drawn."""
        low, high = self.ends
        if self.picture.logarithmic:
            value, low, high = (math.log10(max(one, _LEAST)) for one in (value, low, high))
        return self.field.top() + (high - value) / (high - low) * self.field.height()

    def place_at(self, x: float) -> int | None:
        """The place drawn there."""
        if not self.field.left() <= x <= self.field.right():
            return None
        index = int((x - self.field.left()) / self.field.width() * self.count)
        return self.picture.first + min(index, self.count - 1)

    def has(self, curve: Curve, place: int) -> bool:
        """Whether the curve has a number there."""
        index = place - self.picture.first
        return 0 <= index < len(curve.values) and bool(np.isfinite(curve.values[index]))

    def point(self, curve: Curve, place: int) -> QPointF:
        """Where that number is drawn."""
        value = float(curve.values[place - self.picture.first])
        return QPointF(self.x_of(place), self.y_of(value))

    def nearest(self, point: QPointF) -> int:
        """The curve that passes nearest."""
        place = self.place_at(point.x())
        if place is None or not self.picture.curves:
            return 0
        return int(np.argmin([
            abs(self.point(curve, place).y() - point.y()) if self.has(curve, place) else math.inf
            for curve in self.picture.curves]))

    def polygon(self, curve: Curve) -> QPolygonF:
        """All its numbers."""
        values, (low, high) = curve.values.astype(np.float64), self.ends
        if self.picture.logarithmic:
            values, low, high = (
                np.log10(np.maximum(values, _LEAST)), math.log10(low), math.log10(high))
        step = self.field.width() / self.count
        xs = self.field.left() + (np.arange(len(values)) + 0.5) * step
        ys = self.field.top() + (high - values) / (high - low) * self.field.height()
        kept = np.isfinite(ys)
        return QPolygonF([
            QPointF(x, y) for x, y in zip(xs[kept].tolist(), ys[kept].tolist(), strict=True)])


def draw_axes(painter: QPainter, axes: Axes, width: float, theme: Theme) -> None:
    """Frame, ticks on both axes, buckets and levels.

    Args:
        width: of the widget.
    """
    picture, field = axes.picture, axes.field
    if picture.within is not None:
        left, right = (axes.x_of(place) for place in picture.within)
        for start, end in ((field.left(), left), (right, field.right())):
            if end > start:
                painter.fillRect(QRectF(start, field.top(), end - start, field.height()),
                                 QColor(theme.masked))
    painter.setPen(stroke(painter, theme.line))
    painter.drawRect(field)
    painter.setPen(stroke(painter, theme.line, 1, Qt.PenStyle.DotLine))
    for edge in picture.edges:
        x = axes.x_of(edge)
        painter.drawLine(QPointF(x, field.top()), QPointF(x, field.bottom()))
    _draw_values(painter, axes, theme)
    _draw_places(painter, axes, width)
    _draw_levels(painter, axes, theme)


def _draw_values(painter: QPainter, axes: Axes, theme: Theme) -> None:
    field, line, (low, high) = axes.field, painter.fontMetrics().height(), axes.ends
    most = max(int(field.height() / (1.6 * line)), 1)
    values = decades(low, high, most) if axes.picture.logarithmic else real_ticks(low, high, most)
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    for value in values:
        y = axes.y_of(value)
        painter.setPen(stroke(painter, theme.line))
        painter.drawLine(QPointF(field.left(), y), QPointF(field.right(), y))
        painter.setPen(QColor(theme.muted))
        painter.drawText(
            QRectF(0, y - line / 2, field.left() - 5, line), right, say(value + 0.0))


def _draw_places(painter: QPainter, axes: Axes, width: float) -> None:
    measure, field, first = painter.fontMetrics(), axes.field, axes.picture.first
    line = measure.height()
    widest = measure.horizontalAdvance(say(-abs(first) - axes.count)) + line
    for number in whole_ticks(first, axes.count, widest / field.width() * axes.count):
        x = axes.x_of(number)
        painter.drawLine(QPointF(x, field.bottom()), QPointF(x, field.bottom() + 3))
        room = QRectF(x - widest / 2, field.bottom() + 3, widest, line)
        room.moveRight(min(room.right(), width))
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, say(number))
    painter.drawText(
        QRectF(field.left(), field.bottom() + line + 1, field.width(), line),
        Qt.AlignmentFlag.AlignCenter, measure.elidedText(
            axes.picture.across, Qt.TextElideMode.ElideRight, int(field.width())))


def _draw_levels(painter: QPainter, axes: Axes, theme: Theme) -> None:
    field, line = axes.field, painter.fontMetrics().height()
    for value, words in axes.picture.levels:
        y = axes.y_of(value)
        painter.setPen(stroke(painter, theme.text, 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(field.left(), y), QPointF(field.right(), y))
        room = QRectF(field.left() + 6, y - line - 1, field.width() - 12, line)
        if room.top() < field.top():
            room.moveTop(y + 1)
        painter.setPen(QColor(theme.text))
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft, words)
