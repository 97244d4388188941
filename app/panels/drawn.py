"""What every widget is that draws itself: the pointer reads it, and keys while it has the focus."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from app.paint.stroke import stroke
from app.theme import LIGHT, Theme


class Drawn(QWidget):
    """It is painted anew when the focus comes or goes: Qt sees to that."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.theme: Theme = LIGHT

    def set_theme(self, theme: Theme) -> None:
        """Colour it anew."""
        self.theme = theme
        self.update()

    def draw_focus(self, painter: QPainter) -> None:
        """A frame around it, while keys go here."""
        if self.hasFocus():
            painter.setPen(stroke(painter, self.theme.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
