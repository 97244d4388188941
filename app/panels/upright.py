"""A line of text that reads from below to above."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget


class Upright(QWidget):
    """The name of an axis that goes down."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._text = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def set_text(self, text: str) -> None:
        """Say this."""
        if text == self._text:
            return
        self._text = text
        self.setAccessibleName(text)
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as a line is high."""
        return QSize(self.fontMetrics().height() + 2, 80)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Turn the painter and write."""
        painter = QPainter(self)
        painter.translate(0, self.height())
        painter.rotate(-90)
        painter.setPen(self.palette().windowText().color())
        box = QRectF(0, 0, self.height(), self.width())
        words = painter.fontMetrics().elidedText(
            self._text, Qt.TextElideMode.ElideRight, self.height()
        )
        self.setToolTip(self._text if words != self._text else "")
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
        painter.end()
