"""How likely the second sentence follows the first, as a bar with its number."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import LIGHT, Theme

_BAR = 90


class Verdict(QWidget):
    """Words, a bar from 0 to 1, a percentage; words alone while there is nothing to judge."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._theme = LIGHT
        self.probability: float | None = None
        self.retranslate()

    def sizeHint(self) -> QSize:
        """One line."""
        width = self.fontMetrics().horizontalAdvance
        return QSize(width(self._words) + _BAR + width("100.0 %") + 28,
                     self.fontMetrics().height() + 4)

    def minimumSizeHint(self) -> QSize:
        """The bar and the number are never left out."""
        return QSize(_BAR + self.fontMetrics().horizontalAdvance("100.0 %") + 20,
                     self.fontMetrics().height() + 4)

    def retranslate(self) -> None:
        """Say it in the language of the moment."""
        self._words = self.tr("follows the first")
        self.setToolTip(self.tr(
            "The probability of the next-sentence head that sentence 2 follows sentence 1."))
        self.setAccessibleName(self.tr("Next-sentence verdict"))
        self.updateGeometry()
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Colour it anew."""
        self._theme = theme
        self.update()

    def show_probability(self, probability: float | None) -> None:
        """Draw this probability; None where nothing has been judged."""
        self.probability = probability
        self.setAccessibleDescription("" if probability is None else f"{probability:.1%}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Words, bar, number."""
        painter = QPainter(self)
        measure, line = painter.fontMetrics(), self.height()
        number = measure.horizontalAdvance("100.0 %") + 8
        bar = QRectF(self.width() - number - _BAR, line / 2 - 5, _BAR, 10)
        painter.setPen(QColor(self._theme.muted))
        room = QRectF(0, 0, bar.left() - 8, line)
        words = measure.elidedText(self._words, Qt.TextElideMode.ElideRight, int(room.width()))
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(room, right, words)
        painter.drawRect(bar)
        said = "–"
        if self.probability is not None:
            said = f"{self.probability * 100:.1f} %"
            filled = bar.adjusted(1, 1, 0, 0)
            filled.setWidth(filled.width() * self.probability)
            painter.fillRect(filled, QColor(self._theme.accent))
        painter.setPen(QColor(self._theme.text))
        painter.drawText(QRectF(self.width() - number, 0, number, line), right, said)
        painter.end()
