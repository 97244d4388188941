"""A pointer that is seen from the last row: a soft ring that follows the mouse."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QColor, QCursor, QPainter, QPaintEvent, QPen, QRadialGradient
from PySide6.QtWidgets import QWidget

_EVERY = 16  # milliseconds
REST = 3000
"""Milliseconds without a move, after which it is out of the way."""


class Pointer(QWidget):
    """Lies over a window, lets everything through; shown while the mouse moves."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._over = over
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        self._place = QPoint(-1, -1)
        self._still = QElapsedTimer()
        self._timer = QTimer(self, interval=_EVERY)  # not every widget tells of the mouse
        self._timer.timeout.connect(self._follow)

    @property
    def on(self) -> bool:
        """Whether it follows the mouse."""
        return self._timer.isActive()

    def set_on(self, on: bool) -> None:
        """Follow the mouse, or be gone."""
        self._place = QCursor.pos()
        if not on:
            self._timer.stop()
            self.hide()
        elif not self.on:
            self._timer.start()
            self._move()

    def _follow(self) -> None:
        place = QCursor.pos()
        if place != self._place:
            self._place = place
            self._move()
        elif self.isVisible() and self._still.elapsed() > REST:
            self.hide()

    def _move(self) -> None:
        over = self._over
        self._still.start()
        side = max(min(over.width(), over.height()) // 9, 48)
        place = over.mapFromGlobal(self._place)
        self.resize(side, side)
        self.move(place - QPoint(side // 2, side // 2))
        self.setVisible(over.rect().contains(place))
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Red within a light and a dark ring: on every picture one of the three is seen."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, radius = QPointF(self.rect().center()), self.width() / 2 - 2
        glow = QRadialGradient(middle, radius)
        glow.setColorAt(0.0, QColor(255, 40, 40, 150))
        glow.setColorAt(0.25, QColor(255, 40, 40, 90))
        glow.setColorAt(1.0, QColor(255, 40, 40, 20))
        painter.setBrush(glow)
        for tone, width in ((QColor(0, 0, 0, 170), 5.0), (QColor(255, 255, 255, 230), 2.0)):
            painter.setPen(QPen(tone, width))
            painter.drawEllipse(middle, radius - 2, radius - 2)
            painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.end()
