"""Predictions on both sides: a token a row, its probability there and here, and the difference."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import LIGHT, Theme
from core.against import Shift


class Shifts(QWidget):
    """Two bars a token: the upper one is the other side's."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._theme = LIGHT
        self._shifts: tuple[Shift, ...] = ()
        self._there = self._here = ""

    def sizeHint(self) -> QSize:
        """Half a dozen tokens."""
        return QSize(420, 7 * self._row())

    def minimumSizeHint(self) -> QSize:
        """Two tokens and the heading."""
        return QSize(220, 3 * self._row())

    def _row(self) -> int:
        return round(self.fontMetrics().height() * 1.5)

    def set_theme(self, theme: Theme) -> None:
        """Colour it anew."""
        self._theme = theme
        self.update()

    def show_shifts(self, shifts: tuple[Shift, ...], there: str, here: str) -> None:
        """Draw these; ``there`` and ``here`` name the sides."""
        self._shifts, self._there, self._here = shifts, there, here
        self.setAccessibleDescription(", ".join(
            f"{one.label} {one.before:.1%} → {one.after:.1%}" for one in shifts[:5]))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A heading, then a row a token as far as there is room."""
        painter = QPainter(self)
        measure, row = painter.fontMetrics(), self._row()
        number = measure.horizontalAdvance("+100.0 ") + 4
        name = min(self.width() // 4, measure.horizontalAdvance("m" * 12))
        middle = Qt.AlignmentFlag.AlignVCenter
        right, bars = middle | Qt.AlignmentFlag.AlignRight, self.width() - name - 3 * number - 8
        if self._shifts:
            painter.setPen(QColor(self._theme.muted))
            for at, word in enumerate((self._there, self._here, "±")):
                box = QRectF(self.width() - (3 - at) * number, 0, number, row)
                words = measure.elidedText(word, Qt.TextElideMode.ElideRight, number - 4)
                painter.drawText(box, right, words)
        for index, shift in enumerate(self._shifts):
            top = (index + 1) * row
            if top + row > self.height() + 1:
                break
            painter.setPen(QColor(self._theme.text))
            label = measure.elidedText(shift.label, Qt.TextElideMode.ElideRight, name - 4)
            painter.drawText(QRectF(0, top, name, row), middle, label)
            for at, (share, colour) in enumerate((
                (shift.before, self._theme.muted), (shift.after, self._theme.accent)
            )):
                high = row * 0.3
                bar = QRectF(name, top + row * 0.16 + at * (high + 1), max(bars * share, 1.5), high)
                painter.fillRect(bar, QColor(colour))
            gap = (shift.after - shift.before) * 100
            painter.setPen(QColor(self._theme.text))
            for at, word in enumerate((
                f"{shift.before * 100:.1f}", f"{shift.after * 100:.1f}",
                f"{gap:+.1f}" if abs(gap) >= 0.05 else "0.0",
            )):
                box = QRectF(self.width() - (3 - at) * number, top, number, row)
                painter.drawText(box, right, word)
        painter.end()
