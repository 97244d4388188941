"""Two dimensions as a plane: vectors from the middle, and how far they turn."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.paint.stroke import stroke
from app.panels.drawn import Drawn
from app.panels.positions_ticks import say


@dataclass(frozen=True)
class Arrow:
    """A vector."""

    name: str
    across: float
    up: float
    colour: str
    faint: bool = False
    """Before it turns."""


@dataclass(frozen=True)
class CirclePicture:
    """What is drawn."""

    arrows: tuple[Arrow, ...]
    turns: tuple[tuple[int, int, float], ...]
    """From which arrow to which, and by how many radians, counter-clockwise."""
    across: str
    up: str


class Circle(Drawn):
    """Arrows, the circles that their ends turn on, and arcs for turns."""

    stepped = Signal(int, int)
    """Up and to the right, by key."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.picture: CirclePicture | None = None

    def sizeHint(self) -> QSize:
        """A square."""
        return QSize(220, 220)

    def minimumSizeHint(self) -> QSize:
        """Room for two arrows."""
        line = self.fontMetrics().height()
        return QSize(8 * line, 8 * line)

    def show_picture(self, picture: CirclePicture | None) -> None:
        """Draw it."""
        self.picture = picture
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Axes, circles, arcs, arrows."""
        picture = self.picture
        if picture is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = self.fontMetrics().height()
        middle = QPointF(self.width() / 2, self.height() / 2)
        radius = max(min(self.width(), self.height()) / 2 - 1.6 * line, 8)
        lengths = [math.hypot(arrow.across, arrow.up) for arrow in picture.arrows]
        most = max((length for length in lengths if math.isfinite(length)), default=0.0) or 1.0
        self._draw_axes(painter, picture, middle, radius)
        painter.setPen(stroke(painter, self.theme.line))
        for length in lengths:
            if math.isfinite(length):
                painter.drawEllipse(middle, length / most * radius, length / most * radius)
        for index, (start, _, angle) in enumerate(picture.turns):
            self._draw_turn(painter, picture.arrows[start], angle, middle,
                            radius * (0.3 + 0.12 * index))
        for arrow in picture.arrows:
            if math.isfinite(arrow.across + arrow.up):
                self._draw_arrow(painter, arrow, middle, radius / most)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QColor(self.theme.muted))
        painter.drawText(QRectF(0, middle.y() + radius + 2, self.width(), line),
                         Qt.AlignmentFlag.AlignHCenter, say(most))
        self.draw_focus(painter)
        painter.end()

    def _draw_axes(
        self, painter: QPainter, picture: CirclePicture, middle: QPointF, radius: float
    ) -> None:
        line = self.fontMetrics().height()
        painter.setPen(stroke(painter, self.theme.line))
        painter.drawLine(middle - QPointF(radius, 0), middle + QPointF(radius, 0))
        painter.drawLine(middle - QPointF(0, radius), middle + QPointF(0, radius))
        painter.setPen(QColor(self.theme.muted))
        room = QRectF(0, middle.y() - radius - line - 2, self.width(), line)
        painter.drawText(room, Qt.AlignmentFlag.AlignHCenter, picture.up)
        wide = self.fontMetrics().horizontalAdvance(picture.across)
        right = QRectF(min(middle.x() + radius + 3, self.width() - wide),
                       middle.y() + 2, wide + 1, line)
        painter.drawText(right, Qt.AlignmentFlag.AlignLeft, picture.across)

    def _draw_turn(
        self, painter: QPainter, start: Arrow, angle: float, middle: QPointF, radius: float
    ) -> None:
        if not math.isfinite(angle + start.across + start.up):
            return
        box = QRectF(middle.x() - radius, middle.y() - radius, 2 * radius, 2 * radius)
        first = math.degrees(math.atan2(start.up, start.across))
        shown = max(min(math.degrees(angle), 360.0), -360.0)
        painter.setPen(stroke(painter, start.colour, 2))
        painter.drawArc(box, round(first * 16), round(shown * 16))

    def _draw_arrow(
        self, painter: QPainter, arrow: Arrow, middle: QPointF, scale: float
    ) -> None:
        end = middle + QPointF(arrow.across * scale, -arrow.up * scale)
        pen = stroke(painter, arrow.colour, 1.6 if arrow.faint else 3)
        if arrow.faint:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.drawLine(middle, end)
        painter.setBrush(QColor(arrow.colour))
        painter.drawEllipse(end, 3, 3)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if arrow.name:
            measure = self.fontMetrics()
            wide, line = measure.horizontalAdvance(arrow.name), measure.height()
            left = end.x() + 6 if arrow.across >= 0 else end.x() - wide - 6
            room = QRectF(min(max(left, 0), self.width() - wide), end.y() - line / 2, wide, line)
            painter.fillRect(room, QColor(self.theme.surface))
            painter.setPen(QColor(self.theme.text))
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, arrow.name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step what it shows."""
        steps = {Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1),
                 Qt.Key.Key_Up: (1, 0), Qt.Key.Key_Down: (-1, 0)}
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self.stepped.emit(*step)
