"""Buttons of a player, drawn in the theme's ink: a font or a style may lack their signs."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QToolButton, QWidget

Sign = Literal["first", "back", "play", "pause", "forward"]


class TimeButton(QToolButton):
    """A sign in a square."""

    def __init__(self, sign: Sign, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sign: Sign = sign
        self.setObjectName("choice")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def sizeHint(self) -> QSize:
        """As high as a line of words, and a little more."""
        side = self.fontMetrics().height() + 8
        return QSize(side + 2, side)

    def show_sign(self, sign: Sign, words: str) -> None:
        """Draw this one; ``words`` say what it does."""
        if (sign, words) == (self.sign, self.toolTip()):
            return
        self.sign = sign
        self.setToolTip(words)
        self.setAccessibleName(words)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The frame of any button, and the sign."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        group = self.palette().ColorGroup
        painter.setBrush(QColor(self.palette().color(
            group.Active if self.isEnabled() else group.Disabled, self.palette().ColorRole.Text)))
        unit = self.fontMetrics().height() * 0.32
        painter.translate(self.rect().toRectF().center())
        if self.sign in ("first", "back"):
            painter.scale(-1, 1)
        if self.sign == "pause":
            for left in (-0.9, 0.25):
                painter.drawRect(QRectF(left * unit, -unit, 0.65 * unit, 2 * unit))
        else:
            tip = QPointF(unit, 0)
            painter.drawPolygon(QPolygonF([
                QPointF(-0.7 * unit, -unit), tip, QPointF(-0.7 * unit, unit)]))
            if self.sign != "play":
                thin = 0.35 if self.sign == "first" else 0.18
                edge = unit if self.sign == "first" else -1.15 * unit
                painter.drawRect(QRectF(edge, -unit, thin * unit, 2 * unit))
        painter.end()
