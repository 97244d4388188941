"""Values along positions or distances, as curves."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from app.paint.stroke import stroke
from app.panels.curves_axes import Axes, draw_axes, ends_of
from app.panels.drawn import Drawn
from app.panels.positions_curves import Curve, CurvesPicture

_STEPS = {
    Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0), Qt.Key.Key_PageUp: (0, -10), Qt.Key.Key_PageDown: (0, 10),
}


class Curves(Drawn):
    """Lines over a common axis, a legend, and a marker that keys and clicks move."""

    pointed = Signal(object)
    """The place and the curve under the pointer, or None."""
    clicked = Signal(int, int)
    """The place and the nearest curve."""
    stepped = Signal(int, int)
    """Curves and places to go, by key."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.picture: CurvesPicture | None = None
        self._ends = (-1.0, 1.0)
        self._marker: int | None = None
        self._drawn: tuple[object, ...] = ()
        self._pixmap = QPixmap()

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
        self._ends = self._ends if picture is None else ends_of(picture)
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

    def axes(self, picture: CurvesPicture) -> Axes:
        """Where its values lie."""
        line = self.fontMetrics().height()
        top = line * (len(self._legend(picture)) + bool(picture.title)) + 6
        left = self.fontMetrics().horizontalAdvance("−0.0000") + 4
        field = QRectF(left, top, max(self.width() - left - 6, 1),
                       max(self.height() - top - 2.2 * line, 1))
        return Axes(picture, field, self._ends)

    def _legend(self, picture: CurvesPicture) -> list[list[Curve]]:
        """Named curves, in lines that fit."""
        measure, used = self.fontMetrics(), 0
        long = max(measure.height(), 18)
        lines: list[list[Curve]] = []
        for curve in (curve for curve in picture.curves if curve.name):
            wide = measure.horizontalAdvance(curve.name) + long + 16
            if not lines or used + wide > self.width():
                lines.append([])
                used = 0
            lines[-1].append(curve)
            used += wide
        return lines

    def _found(self, place: QPointF) -> tuple[int, int] | None:
        """The place there, and the nearest curve."""
        if self.picture is None:
            return None
        axes = self.axes(self.picture)
        found = axes.place_at(place.x())
        return None if found is None else (found, axes.nearest(place))

    # -- drawing ----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Axes, curves, legend, marker."""
        picture = self.picture
        if picture is None:
            return
        painter, axes = QPainter(self), self.axes(picture)
        draw_axes(painter, axes, self.width(), self.theme)
        painter.drawPixmap(0, 0, self._draw_lines(axes))
        self._draw_marker(painter, axes)
        self._draw_words(painter, picture)
        if self.hasFocus():
            painter.setPen(stroke(painter, self.theme.accent))
            painter.drawRect(axes.field.adjusted(-2, -2, 2, 2))
        painter.end()

    def _draw_lines(self, axes: Axes) -> QPixmap:
        """The curves alone, drawn once: a marker that moves draws none of them anew."""
        dots = self.devicePixelRatioF()
        key = (axes.picture, axes.field.getRect(), dots, self.theme.name)
        if key == self._drawn:
            return self._pixmap
        self._drawn, self._pixmap = key, QPixmap(self.size() * dots)
        self._pixmap.setDevicePixelRatio(dots)
        self._pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(self._pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(axes.field.adjusted(-1, -1, 1, 1))
        for curve in sorted(axes.picture.curves, key=lambda curve: curve.lit):
            line = axes.polygon(curve)
            painter.setPen(self._pen(painter, curve))
            painter.drawPolyline(line)
            if line.size() == 1:
                painter.drawEllipse(line.first(), 2, 2)
        painter.end()
        return self._pixmap

    def _pen(self, painter: QPainter, curve: Curve) -> QPen:
        colour = self.theme.accent if curve.lit else curve.colour or self.theme.grid
        pen = stroke(painter, colour, 2.4 if curve.lit else 1.3 if curve.colour else 0.8)
        if curve.dashed:
            pen.setStyle(Qt.PenStyle.DashLine)
        return pen

    def _draw_words(self, painter: QPainter, picture: CurvesPicture) -> None:
        measure, line = self.fontMetrics(), self.fontMetrics().height()
        top, middle, long = 0, Qt.AlignmentFlag.AlignVCenter, max(line, 18)
        if picture.title:
            painter.setPen(QColor(self.theme.text))
            painter.drawText(QRectF(0, 0, self.width(), line), middle, measure.elidedText(
                picture.title, Qt.TextElideMode.ElideRight, self.width()))
            top = line
        for entries in self._legend(picture):
            left = 2
            for curve in entries:
                painter.setPen(self._pen(painter, curve))
                painter.drawLine(left, top + line // 2, left + long, top + line // 2)
                painter.setPen(QColor(self.theme.text))
                room = QRectF(
                    left + long + 5, top, max(self.width() - left - long - 5, 0), line)
                painter.drawText(room, middle, measure.elidedText(
                    curve.name, Qt.TextElideMode.ElideRight, int(room.width())))
                left += measure.horizontalAdvance(curve.name) + long + 16
            top += line

    def _draw_marker(self, painter: QPainter, axes: Axes) -> None:
        place, first = self._marker, axes.picture.first
        if place is None or not first <= place < first + axes.count:
            return
        x = axes.x_of(place)
        painter.setPen(stroke(painter, self.theme.accent))
        painter.drawLine(QPointF(x, axes.field.top()), QPointF(x, axes.field.bottom()))
        painter.setBrush(QColor(self.theme.accent))
        for curve in axes.picture.curves:
            if curve.lit and axes.has(curve, place):
                painter.drawEllipse(axes.point(curve, place), 3.5, 3.5)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    # -- what the user does -----------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell which place is there."""
        self.pointed.emit(self._found(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """None is."""
        self.pointed.emit(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose a place."""
        found = self._found(event.position())
        if found is not None:
            self.clicked.emit(*found)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A place or a curve on."""
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self.stepped.emit(*step)
