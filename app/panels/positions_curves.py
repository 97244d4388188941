"""Values along positions or distances, as curves."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
)
from PySide6.QtWidgets import QWidget

from app.panels.positions_ticks import decades, real_ticks, say, whole_ticks
from app.theme import LIGHT, Theme

COLOURS = ("#009e73", "#cc79a7", "#d55e00", "#8c7ae6", "#b08900", "#56b4e9")
"""Of curves that are not lit; told apart by colour-blind people too (after Okabe and Ito)."""


@dataclass(frozen=True, eq=False)
class Curve:
    """One line."""

    name: str
    """Empty: it has no entry in the legend."""
    values: NDArray[np.float32]
    colour: str = ""
    """Empty: of one of many."""
    lit: bool = False
    dashed: bool = False


@dataclass(frozen=True, eq=False)
class CurvesPicture:
    """What is drawn."""

    first: int
    """Where curves begin; each value is one further."""
    curves: tuple[Curve, ...]
    across: str
    title: str = ""
    logarithmic: bool = False
    levels: tuple[tuple[float, str], ...] = ()
    """Horizontal lines, and what they are."""
    edges: tuple[float, ...] = ()
    """Faint vertical lines, as between buckets."""
    within: tuple[int, int] | None = None
    """What is outside of it is shaded."""


class Curves(QWidget):
    """Lines over a common axis, a legend, and a marker that keys and clicks move."""

    pointed = Signal(object)
    """The place and the curve under the pointer, or None."""
    clicked = Signal(int, int)
    """The place and the nearest curve."""
    stepped = Signal(int, int)
    """Curves and places to go, by key."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.theme: Theme = LIGHT
        self.picture: CurvesPicture | None = None
        self._marker: int | None = None
        self._lines: list[QPolygonF] = []
        self._made: tuple[object, ...] = ()
        self._drawn: tuple[object, ...] = ()
        self._pixmap = QPixmap()
        self._ends = (-1.0, 1.0)

    def sizeHint(self) -> QSize:
        """Wider than high."""
        return QSize(360, 200)

    def minimumSizeHint(self) -> QSize:
        """Room for ticks and a line."""
        line = self.fontMetrics().height()
        return QSize(9 * line, 6 * line)

    def show_picture(self, picture: CurvesPicture | None) -> None:
        """Draw it."""
        self.picture = picture
        self._ends = self._measure()
        self.update()

    def mark(self, place: int | None) -> None:
        """Mark this place."""
        if place != self._marker:
            self._marker = place
            self.update()

    @property
    def marker(self) -> int | None:
        """The place that is marked."""
        return self._marker

    # -- places -----------------------------------------------------------------------------

    def _count(self) -> int:
        return max((len(curve.values) for curve in self.picture.curves), default=1) if (
            self.picture) else 1

    def _range(self) -> tuple[float, float]:
        """The least and the greatest value, with room at both ends."""
        return self._ends

    def _measure(self) -> tuple[float, float]:
        if self.picture is None:
            return -1.0, 1.0
        ends = [level for level, _ in self.picture.levels]
        for curve in self.picture.curves:
            finite = curve.values[np.isfinite(curve.values)]
            if len(finite):
                ends += [float(finite.min()), float(finite.max())]
        low, high = min(ends, default=-1.0), max(ends, default=1.0)
        if self.picture.logarithmic:
            return low / 1.3, high * 1.3
        gap = (high - low) * 0.06 or 1.0
        return low - gap, high + gap

    def _legend(self) -> list[list[Curve]]:
        """Named curves, in lines that fit."""
        measure, lines, used = self.fontMetrics(), [], 0  # type: ignore[var-annotated]
        named = [curve for curve in self.picture.curves if curve.name] if self.picture else []
        for curve in named:
            wide = measure.horizontalAdvance(curve.name) + 34
            if not lines or used + wide > self.width():
                lines.append([])
                used = 0
            lines[-1].append(curve)
            used += wide
        return lines

    def field(self) -> QRectF:
        """Where the curves are."""
        line = self.fontMetrics().height()
        top = line * (len(self._legend()) + bool(self.picture and self.picture.title)) + 6
        left = self.fontMetrics().horizontalAdvance("−0.0000") + 4
        return QRectF(left, top, max(self.width() - left - 6, 1),
                      max(self.height() - top - 2.2 * line, 1))

    def x_of(self, place: float) -> float:
        """Where a place is drawn."""
        assert self.picture is not None
        field = self.field()
        return field.left() + (place - self.picture.first + 0.5) / self._count() * field.width()

    def _level(self, value: float) -> float:
        """0 at the top, 1 at the bottom."""
        assert self.picture is not None
        low, high = self._range()
        if self.picture.logarithmic:
            value, low, high = (math.log10(max(number, 1e-30)) for number in (value, low, high))
        return (high - value) / (high - low)

    def place_at(self, x: float) -> int | None:
        """The place drawn there."""
        field = self.field()
        if self.picture is None or not field.left() <= x <= field.right():
            return None
        index = int((x - field.left()) / field.width() * self._count())
        return self.picture.first + min(index, self._count() - 1)

    def nearest(self, point: QPointF) -> int:
        """The curve that passes nearest."""
        place, field = self.place_at(point.x()), self.field()
        if place is None or self.picture is None or not self.picture.curves:
            return 0
        index = place - self.picture.first
        away = [
            abs(field.top() + self._level(float(curve.values[index])) * field.height() - point.y())
            if index < len(curve.values) and np.isfinite(curve.values[index]) else math.inf
            for curve in self.picture.curves
        ]
        return int(np.argmin(away))

    # -- drawing ----------------------------------------------------------------------------

    def _polygons(self, picture: CurvesPicture, field: QRectF) -> list[QPolygonF]:
        made = (picture, field.getRect())
        if made != self._made:
            low, high = self._range()
            self._lines = []
            for curve in picture.curves:
                values = curve.values.astype(np.float64)
                if picture.logarithmic:
                    values = np.log10(np.maximum(values, 1e-30))
                    bottom, top = math.log10(low), math.log10(high)
                else:
                    bottom, top = low, high
                step = field.width() / self._count()
                xs = field.left() + (np.arange(len(values)) + 0.5) * step
                ys = field.top() + (top - values) / (top - bottom) * field.height()
                kept = np.isfinite(ys)
                self._lines.append(QPolygonF(
                    [QPointF(x, y) for x, y in zip(
                        xs[kept].tolist(), ys[kept].tolist(), strict=True)]))
            self._made = made
        return self._lines

    def paintEvent(self, event: QPaintEvent) -> None:
        """Axes, curves, legend, marker."""
        picture = self.picture
        if picture is None:
            return
        painter, field = QPainter(self), self.field()
        self._draw_axes(painter, picture, field)
        painter.drawPixmap(0, 0, self._draw_lines(picture, field))
        self._draw_marker(painter, picture, field)
        self._draw_words(painter, picture)
        if self.hasFocus():
            painter.setPen(QPen(QColor(self.theme.accent), 1))
            painter.drawRect(field.adjusted(-2, -2, 2, 2))
        painter.end()

    def _draw_lines(self, picture: CurvesPicture, field: QRectF) -> QPixmap:
        """The curves alone, drawn once: a marker that moves draws none of them anew."""
        dots = self.devicePixelRatioF()
        key = (picture, field.getRect(), dots, self.theme.name)
        if key == self._drawn:
            return self._pixmap
        self._drawn, self._pixmap = key, QPixmap(self.size() * dots)
        self._pixmap.setDevicePixelRatio(dots)
        self._pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(self._pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(field.adjusted(-1, -1, 1, 1))
        lines = list(zip(picture.curves, self._polygons(picture, field), strict=True))
        for curve, line in sorted(lines, key=lambda pair: pair[0].lit):
            painter.setPen(self._pen(curve))
            painter.drawPolyline(line)
            if line.size() == 1:
                painter.drawEllipse(line.first(), 2, 2)
        painter.end()
        return self._pixmap

    def _pen(self, curve: Curve) -> QPen:
        colour = self.theme.accent if curve.lit else curve.colour or self.theme.grid
        pen = QPen(QColor(colour), 2.4 if curve.lit else 1.3 if curve.colour else 0.8)
        if curve.dashed:
            pen.setStyle(Qt.PenStyle.DashLine)
        return pen

    def _draw_axes(self, painter: QPainter, picture: CurvesPicture, field: QRectF) -> None:
        measure, line = self.fontMetrics(), self.fontMetrics().height()
        if picture.within is not None:
            left, right = (self.x_of(place) for place in picture.within)
            for start, end in ((field.left(), left), (right, field.right())):
                if end > start:
                    painter.fillRect(QRectF(start, field.top(), end - start, field.height()),
                                     QColor(self.theme.masked))
        painter.setPen(QPen(QColor(self.theme.line)))
        painter.drawRect(field)
        painter.setPen(QPen(QColor(self.theme.line), 1, Qt.PenStyle.DotLine))
        for edge in picture.edges:
            painter.drawLine(QPointF(self.x_of(edge), field.top()),
                             QPointF(self.x_of(edge), field.bottom()))
        low, high = self._range()
        most = max(int(field.height() / (1.6 * line)), 1)
        values = decades(low, high, most) if picture.logarithmic else real_ticks(low, high, most)
        right_side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for value in values:
            y = field.top() + self._level(value) * field.height()
            painter.setPen(QPen(QColor(self.theme.line)))
            painter.drawLine(QPointF(field.left(), y), QPointF(field.right(), y))
            painter.setPen(QColor(self.theme.muted))
            painter.drawText(QRectF(0, y - line / 2, field.left() - 5, line), right_side,
                             say(value + 0.0))
        count = self._count()
        widest = measure.horizontalAdvance(say(-abs(picture.first) - count)) + line
        for number in whole_ticks(picture.first, count, widest / field.width() * count):
            x = self.x_of(number)
            painter.drawLine(QPointF(x, field.bottom()), QPointF(x, field.bottom() + 3))
            room = QRectF(x - widest / 2, field.bottom() + 3, widest, line)
            room.moveRight(min(room.right(), self.width()))
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, say(number))
        painter.drawText(
            QRectF(field.left(), field.bottom() + line + 1, field.width(), line),
            Qt.AlignmentFlag.AlignCenter,
            measure.elidedText(picture.across, Qt.TextElideMode.ElideRight, int(field.width())))
        for value, words in picture.levels:
            y = field.top() + self._level(value) * field.height()
            painter.setPen(QPen(QColor(self.theme.text), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(field.left(), y), QPointF(field.right(), y))
            room = QRectF(field.left() + 6, y - line - 1, field.width() - 12, line)
            if room.top() < field.top():
                room.moveTop(y + 1)
            painter.setPen(QColor(self.theme.text))
            painter.drawText(room, Qt.AlignmentFlag.AlignLeft, words)

    def _draw_words(self, painter: QPainter, picture: CurvesPicture) -> None:
        measure, line = self.fontMetrics(), self.fontMetrics().height()
        top, middle = 0, Qt.AlignmentFlag.AlignVCenter
        if picture.title:
            painter.setPen(QColor(self.theme.text))
            painter.drawText(QRectF(0, 0, self.width(), line), middle, measure.elidedText(
                picture.title, Qt.TextElideMode.ElideRight, self.width()))
            top = line
        for entries in self._legend():
            left = 2
            for curve in entries:
                painter.setPen(self._pen(curve))
                painter.drawLine(left, top + line // 2, left + 18, top + line // 2)
                painter.setPen(QColor(self.theme.text))
                room = QRectF(left + 23, top, max(self.width() - left - 23, 0), line)
                painter.drawText(room, middle, measure.elidedText(
                    curve.name, Qt.TextElideMode.ElideRight, int(room.width())))
                left += measure.horizontalAdvance(curve.name) + 34
            top += line

    def _draw_marker(self, painter: QPainter, picture: CurvesPicture, field: QRectF) -> None:
        place = self._marker
        if place is None or not picture.first <= place < picture.first + self._count():
            return
        x = self.x_of(place)
        painter.setPen(QPen(QColor(self.theme.accent), 1))
        painter.drawLine(QPointF(x, field.top()), QPointF(x, field.bottom()))
        painter.setBrush(QColor(self.theme.accent))
        for curve in picture.curves:
            index = place - picture.first
            if curve.lit and index < len(curve.values) and np.isfinite(curve.values[index]):
                y = field.top() + self._level(float(curve.values[index])) * field.height()
                painter.drawEllipse(QPointF(x, y), 3.5, 3.5)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    # -- what the user does -----------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell which place is there."""
        place = self.place_at(event.position().x())
        self.pointed.emit(None if place is None else (place, self.nearest(event.position())))

    def leaveEvent(self, event: QEvent) -> None:
        """None is."""
        self.pointed.emit(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose a place."""
        place = self.place_at(event.position().x())
        if place is not None:
            self.clicked.emit(place, self.nearest(event.position()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A place or a curve on."""
        steps: Sequence[tuple[Qt.Key, int, int]] = (
            (Qt.Key.Key_Left, 0, -1), (Qt.Key.Key_Right, 0, 1), (Qt.Key.Key_Up, -1, 0),
            (Qt.Key.Key_Down, 1, 0), (Qt.Key.Key_PageUp, 0, -10), (Qt.Key.Key_PageDown, 0, 10),
        )
        for key, curves, places in steps:
            if event.key() == key:
                self.stepped.emit(curves, places)
                return
        super().keyPressEvent(event)
