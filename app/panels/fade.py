"""The picture of an old scene, as it fades over the new one."""

from __future__ import annotations

from PySide6.QtCore import (
    Property,
    QEasingCurve,
    QElapsedTimer,
    QPoint,
    QPropertyAnimation,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

MILLISECONDS = 220
"""From the old scene to the new one, with the time that its picture takes; on a large screen that
leaves less for the fading."""


class Fade(QWidget):
    """Lies over a widget with the picture that it had, lets everything through, and is gone soon.

    What is below lives on meanwhile; it is seen more and more.
    """

    ended = Signal()

    def __init__(self, over: QWidget) -> None:
        super().__init__(over.window())  # a splitter would give a child of its own room
        clock = QElapsedTimer()
        clock.start()
        self._picture = over.grab()
        self._opacity = 1.0
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setGeometry(QRect(over.mapTo(over.window(), QPoint()), over.size()))
        self._animation = QPropertyAnimation(self, b"opacity", self)
        left = max(MILLISECONDS - clock.elapsed(), 1)  # of 0 it would end before it is kept
        self._animation.setDuration(left)
        self._animation.setStartValue(1.0)
        self._animation.setEndValue(0.0)
        self._animation.setEasingCurve(QEasingCurve.Type.InOutQuad)
        self._animation.finished.connect(self.end)
        self.show()
        self.raise_()
        self._animation.start()

    def _get_opacity(self) -> float:
        return self._opacity

    def _set_opacity(self, opacity: float) -> None:
        self._opacity = opacity
        self.update()

    opacity = Property(float, _get_opacity, _set_opacity)

    def end(self) -> None:
        """Be gone now."""
        self._animation.stop()
        self.hide()
        self.deleteLater()
        self.ended.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """As much of the old picture as is left."""
        painter = QPainter(self)
        painter.setOpacity(self._opacity)
        painter.drawPixmap(0, 0, self._picture)
        painter.end()
