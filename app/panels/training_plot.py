"""Curves by training step: numbers on the left, shares of 1 on the right, the step looked at."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QWidget

from app.paint.stroke import stroke
from app.panels.drawn import Drawn
from app.panels.positions_ticks import say, say_ticks
from app.panels.training_axis import Axis, axis_of
from app.panels.training_lines import Line, PlotPicture, nearest

_SHARES = Axis(0.0, 1.0)
_DASH = 14.0
"""Pixels across, of a dash and the gap after it."""
_MOST = 10
"""Lines across, however high the plot is: curves are what is to be seen."""


class StepPlot(Drawn):
    """Lines over steps; a click looks at a step, the pointer reads one."""

    pointed = Signal(object)
    """The step under the pointer, a float, or None."""
    looked = Signal(object)
    """A step to look at; None for the newest."""
    strode = Signal(int)
    """Kept steps to go on, or back."""

    def __init__(self, parent: QWidget | None = None, compact: bool = False) -> None:
        """``compact``: small, without names below the steps."""
        super().__init__(parent)
        self._compact = compact
        if compact:
            self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.picture = PlotPicture()
        self.values, self.steps = Axis(0.0, 1.0), Axis(0.0, 1.0)
        self._looked: float | None = None
        self._pointed: float | None = None

    def sizeHint(self) -> QSize:
        """Wider than high."""
        line = self.fontMetrics().height()
        return QSize(12 * line, 5 * line) if self._compact else QSize(24 * line, 14 * line)

    def minimumSizeHint(self) -> QSize:
        """Room for ticks and lines."""
        line = self.fontMetrics().height()
        return QSize(7 * line, 5 * line) if self._compact else QSize(12 * line, 10 * line)

    # -- what it shows ----------------------------------------------------------------------

    def show_picture(self, picture: PlotPicture) -> None:
        """Draw it."""
        self.picture = picture
        first = 1.0 if picture.log_steps else 0.0
        self.steps = Axis(first, max(float(picture.last), first + 1.0), picture.log_steps)
        left = [line for line in picture.lines if not line.right]
        parts = [part for line in left for part in (
            (line.curve.low, line.curve.high) if line.band else (line.curve.middle,))]
        self.values = axis_of(parts, picture.log_values)
        self.update()

    def mark(self, looked: float | None, pointed: float | None) -> None:
        """Mark the step that is looked at, and the one that is read."""
        if (looked, pointed) != (self._looked, self._pointed):
            self._looked, self._pointed = looked, pointed
            self.update()

    # -- places -----------------------------------------------------------------------------

    @property
    def _shares(self) -> bool:
        return any(line.right for line in self.picture.lines)

    def field(self) -> QRectF:
        """Where the curves are."""
        measure = self.fontMetrics()
        line = measure.height()
        top = 1.4 * line + 2  # the uppermost number reaches above the field
        left = measure.horizontalAdvance("0.00e−00" if self._compact else "000.000") + 6
        if not self.picture.lines:
            left = 1  # no number stands there
        right = measure.horizontalAdvance("0.5") + 8 if self._shares else 8
        below = 6 if self._compact else line + 6
        return QRectF(left, top, max(self.width() - left - right, 1),
                      max(self.height() - top - below, 1))

    def x_of(self, step: float) -> float:
        """Where a step is drawn."""
        field = self.field()
        return field.left() + self.steps.place(step) * field.width()

    def step_at(self, x: float) -> float | None:
        """The step drawn there; None beside the curves."""
        field = self.field()
        if not field.left() - 4 <= x <= field.right() + 4:
            return None
        place = min(max((x - field.left()) / field.width(), 0.0), 1.0)
        return self.steps.value(place)

    def points(self, line: Line, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """[point, 2]: where the values of a line's points are drawn."""
        field = self.field()
        axis = _SHARES if line.right else self.values
        x = field.left() + self.steps.at(line.curve.steps) * field.width()
        y = field.bottom() - axis.at(values) * field.height()
        return np.stack((x, y), axis=1)

    # -- drawing ----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw axes, curves, and the marks."""
        painter = QPainter(self)
        painter.setFont(self.font())
        field = self.field()
        for line in self.picture.lines:
            if line.band:
                self._draw_band(painter, line)
        self._draw_axes(painter, field)
        if not self.picture.lines:
            painter.setPen(QColor(self.theme.muted))
            painter.drawText(field, Qt.AlignmentFlag.AlignCenter, self.tr("No numbers yet"))
        painter.save()
        painter.setClipRect(field.adjusted(-4, -4, 4, 4))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for line in self.picture.lines:
            self._draw_line(painter, line)
        painter.restore()
        self._draw_names(painter, field)
        self._draw_marks(painter, field)
        self.draw_focus(painter)
        painter.end()

    def _draw_axes(self, painter: QPainter, field: QRectF) -> None:
        measure = self.fontMetrics()
        line = measure.height()
        sides = Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignLeft
        middle = Qt.AlignmentFlag.AlignVCenter
        most = min(max(int(field.height() / (1.7 * line)), 2), _MOST)
        painter.setPen(stroke(painter, self.theme.line))
        painter.drawRect(field)
        ticks = [value + 0.0 for value in self._ticks(most)]
        said = map(say, ticks) if self._compact else say_ticks(ticks)
        for value, words in zip(ticks, said, strict=True):
            y = field.bottom() - self.values.place(value) * field.height()
            painter.setPen(stroke(painter, self.theme.line))
            painter.drawLine(QPointF(field.left(), y), QPointF(field.right(), y))
            painter.setPen(QColor(self.theme.muted))
            painter.drawText(QRectF(0, y - line / 2, field.left() - 5, line),
                             sides[0] | middle, words)
        if self._shares:
            painter.setPen(QColor(self.theme.muted))
            for value in (0.0, 0.5, 1.0):
                y = field.bottom() - value * field.height()
                painter.drawLine(QPointF(field.right(), y), QPointF(field.right() + 3, y))
                painter.drawText(QRectF(field.right() + 5, y - line / 2, self.width(), line),
                                 sides[1] | middle, say(value))
        if self._compact:
            return
        painter.setPen(QColor(self.theme.muted))
        kept = self.steps.at(np.array(self.picture.kept, dtype=np.float64)) * field.width()
        if 0 < len(kept) <= field.width() / 5:
            painter.drawLines([
                QLineF(x, field.bottom() - 4, x, field.bottom())
                for x in (field.left() + kept).tolist()])
        elif len(kept):  # too many to be told apart
            painter.fillRect(QRectF(field.left() + kept[0], field.bottom() - 2,
                                    kept[-1] - kept[0], 2), QColor(self.theme.muted))
        widest = measure.horizontalAdvance(say(int(self.steps.high))) + 2 * line
        end = -1.0
        for step in self.steps.ticks(max(int(field.width() / widest), 2)):
            x = self.x_of(step)
            room = QRectF(x - widest / 2, field.bottom() + 5, widest, line)
            room.moveRight(min(room.right(), float(self.width())))
            if step != int(step) or room.left() < end:
                continue
            end = room.right() - line
            painter.drawLine(QPointF(x, field.bottom()), QPointF(x, field.bottom() + 4))
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, say(int(step)))

    def _ticks(self, most: int) -> list[float]:
        """The numbers on the left; where there is no room for more, the least and the greatest."""
        left = [line.curve for line in self.picture.lines if not line.right]
        if not left or not self._compact:
            return self.values.ticks(most) if left else []
        low = min(float(curve.middle.min()) for curve in left)
        high = max(float(curve.middle.max()) for curve in left)
        apart = abs(self.values.place(high) - self.values.place(low)) * self.field().height()
        return [low, high] if apart > self.fontMetrics().height() else [high]

    def _pen(self, painter: QPainter, line: Line, width: float) -> QPen:
        pen = stroke(painter, line.colour, width)
        if line.dashed:
            pen.setStyle(Qt.PenStyle.DashLine)
        return pen

    def _draw_band(self, painter: QPainter, line: Line) -> None:
        """A bar a point, from the least to the greatest, as wide as the steps that it stands for.

        Not a polygon: that takes five times as long.
        """
        low, high = self.points(line, line.curve.low), self.points(line, line.curve.high)
        if len(low) < 2:
            return
        x = low[:, 0]
        edges = np.concatenate((x[:1], (x[1:] + x[:-1]) / 2, x[-1:]))
        bars = np.stack((edges[:-1], high[:, 1], np.diff(edges), low[:, 1] - high[:, 1]), axis=1)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_faint(line.colour, self.theme.surface))
        painter.drawRects([QRectF(*bar) for bar in bars.tolist()])
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _draw_line(self, painter: QPainter, line: Line) -> None:
        """A stroke from each point to the next: of a whole polyline, Qt works out the outline, and
        takes a hundred times as long for one that goes up and down."""
        points = self.points(line, line.curve.middle)
        painter.setPen(self._pen(painter, line, 1.2 if self._compact else 1.8))
        strokes = np.concatenate((points[:-1], points[1:]), axis=1)
        if line.dashed:  # a pen's own dashes begin anew with each stroke
            strokes = strokes[strokes[:, 0] % _DASH < 0.6 * _DASH]
        painter.drawLines([QLineF(*each) for each in strokes.tolist()])
        if line.dots or len(points) == 1:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(line.colour))
            size = 3.0 if len(points) <= 60 else 2.0
            for x, y in points.tolist():
                painter.drawEllipse(QPointF(x, y), size, size)
            painter.setBrush(Qt.BrushStyle.NoBrush)

    def _draw_names(self, painter: QPainter, field: QRectF) -> None:
        """The title, and beside it which curve is which."""
        measure = self.fontMetrics()
        line, left = measure.height(), 2
        if self.picture.title:
            value = self._value() if self._compact else ""
            room = self.width() - left - (measure.horizontalAdvance(value) + 6 if value else 0)
            painter.setPen(QColor(self.theme.text))
            words = measure.elidedText(self.picture.title, Qt.TextElideMode.ElideRight, room)
            painter.drawText(QRectF(left, 0, room, line), Qt.AlignmentFlag.AlignVCenter, words)
            painter.drawText(QRectF(left, 0, self.width() - left - 2, line),
                             Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, value)
            left += measure.horizontalAdvance(words) + line
        for each in self.picture.lines:
            long = max(line, 18)
            room = self.width() - left - long - 6
            if not each.name or room < 2 * line:
                continue
            painter.setPen(self._pen(painter, each, 2.0))
            painter.drawLine(left, line // 2, left + long, line // 2)
            if each.dots:
                painter.setBrush(QColor(each.colour))
                painter.drawEllipse(QPointF(left + long / 2, line / 2), 3, 3)
                painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QColor(self.theme.text))
            words = measure.elidedText(each.name, Qt.TextElideMode.ElideRight, room)
            left += long + 5
            painter.drawText(QRectF(left, 0, room, line), Qt.AlignmentFlag.AlignVCenter, words)
            left += measure.horizontalAdvance(words) + line

    def _value(self) -> str:
        """Of the point that is read."""
        if self._pointed is None or not self.picture.lines:
            return ""
        curve = self.picture.lines[0].curve
        at = nearest(curve, self._pointed)
        return "" if at is None else say(float(curve.middle[at]))

    def _draw_marks(self, painter: QPainter, field: QRectF) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        marks = ((self._looked, Qt.PenStyle.SolidLine, self.theme.accent),
                 (self._pointed, Qt.PenStyle.DotLine, self.theme.muted))
        for step, style, colour in marks:
            if step is None or not 0 <= step <= self.picture.last:
                continue
            x = self.x_of(step)
            painter.setPen(stroke(painter, colour, 1.5, style))
            painter.drawLine(QPointF(x, field.top()), QPointF(x, field.bottom()))
        if self._pointed is None:
            return
        for line in self.picture.lines:
            at = nearest(line.curve, self._pointed)
            if at is not None:
                x, y = self.points(line, line.curve.middle)[at]
                painter.setPen(stroke(painter, self.theme.surface))
                painter.setBrush(QColor(line.colour))
                painter.drawEllipse(QPointF(x, y), 4, 4)

    # -- what the user does -----------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell which step is there; with the button down, look at it."""
        step = self.step_at(event.position().x())
        self.pointed.emit(step)
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._look(step)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Look at this step."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._look(self.step_at(event.position().x()))

    def _look(self, step: float | None) -> None:
        if step is not None:
            self.looked.emit(None if round(step) >= self.picture.last else round(step))

    def leaveEvent(self, event: QEvent) -> None:
        """None is."""
        self.pointed.emit(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The kept step before, or after; the first, or the newest."""
        keys = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_PageUp: -10,
                Qt.Key.Key_PageDown: 10}
        if event.key() in keys:
            self.strode.emit(keys[Qt.Key(event.key())])
        elif event.key() == Qt.Key.Key_Home:
            self.looked.emit(self.picture.kept[0] if self.picture.kept else 0)
        elif event.key() == Qt.Key.Key_End:
            self.looked.emit(None)
        else:
            super().keyPressEvent(event)


def _faint(colour: str, ground: str) -> QColor:
    """A quarter of the colour: opaque, which is filled several times as fast."""
    ink, paper = QColor(colour), QColor(ground)
    return QColor(*(
        round(0.25 * one + 0.75 * other) for one, other in (
            (ink.red(), paper.red()), (ink.green(), paper.green()), (ink.blue(), paper.blue()))))
