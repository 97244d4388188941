"""One equation in a line, typeset."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.paint.formula import draw_formula, in_characters, typeset
from app.theme import LIGHT, Theme


class EquationLine(QWidget):
    """As large as the type around it; smaller where it would not fit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._theme = LIGHT
        self._latex = ""

    def sizeHint(self) -> QSize:
        """A line with room for what stands above and below letters."""
        return QSize(100, round(self.fontMetrics().height() * 1.5))

    def minimumSizeHint(self) -> QSize:
        """It can be squeezed."""
        return QSize(0, self.sizeHint().height())

    def set_theme(self, theme: Theme) -> None:
        """Colour it anew."""
        self._theme = theme
        self.update()

    def show_equation(self, latex: str) -> None:
        """Draw this."""
        if latex != self._latex:
            self._latex = latex
            self.setAccessibleDescription(in_characters(latex))
            self.setToolTip(in_characters(latex))
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """From the left, on the middle of the line."""
        if not self._latex:
            return
        found, em = typeset(self._latex), self.fontMetrics().height() * 0.95
        em = min(em, self.width() / max(found.width, 0.1))
        baseline = (self.height() + (found.ascent - found.descent) * em) / 2
        painter = QPainter(self)
        draw_formula(painter, self._latex, 1, baseline, em, self._theme.text)
        painter.end()
