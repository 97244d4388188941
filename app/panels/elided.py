"""A line of words that ends in an ellipsis where there is no room for all of it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QStyleOption, QWidget

_STEP = 48
"""Pixels by which steady words grow."""


class Elided(QLabel):
    """Plain text on one line; the whole of it is in the tool tip where some is left out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        """It can be squeezed to nothing."""
        return QSize(0, super().minimumSizeHint().height())

    def drawn(self) -> str:
        """What there is room for."""
        room = self.contentsRect().width()
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what there is room for, in the style sheet's ink."""
        option = QStyleOption()
        option.initFrom(self)
        painter = QPainter(self)
        words = self.drawn()
        self.setToolTip(self.text() if words != self.text() else "")
        painter.setFont(self.font())
        self.style().drawItemText(
            painter, self.contentsRect(), int(self.alignment()), option.palette,
            self.isEnabled(), words, self.foregroundRole(),
        )
        painter.end()


class Steady(Elided):
    """Words that change many times a second: nothing around them is laid out anew, unless they
    need much more room or less."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self._words = ""
        super().__init__(parent)

    def text(self) -> str:
        """What is said."""
        return self._words

    def setText(self, text: str) -> None:
        """Say this."""
        if text == self._words:
            return
        before, self._words = self.sizeHint(), text
        self.setAccessibleName(text)
        if self.sizeHint() != before:
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Room for the words, to the next step."""
        needed = self.fontMetrics().horizontalAdvance(self._words)
        return QSize(-(-needed // _STEP) * _STEP, super().sizeHint().height())
