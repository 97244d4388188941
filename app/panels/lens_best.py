"""The likeliest tokens of one cell of the lens, and what the colours of all cells say."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.paint.colour import colour_table
from app.paint.share import draw_share
from app.panels.field_sides import draw_scale
from app.theme import LIGHT, Theme
from core.asks.lens import BEST

Row = tuple[str, float]
"""A token and its probability."""


class Best(QWidget):
    """A bar a token, as long as its probability."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self._theme = LIGHT
        self._rows: tuple[Row, ...] = ()

    def sizeHint(self) -> QSize:
        """A line a token."""
        return QSize(300, BEST * self._line())

    def minimumSizeHint(self) -> QSize:
        """Narrow, and the likeliest two."""
        return QSize(120, 2 * self._line())

    def _line(self) -> int:
        return self.fontMetrics().height() + 3

    def set_theme(self, theme: Theme) -> None:
        """Colour it anew."""
        self._theme = theme
        self.update()

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Draw these."""
        if tuple(rows) != self._rows:
            self._rows = tuple(rows)
            self.setAccessibleDescription(", ".join(f"{name} {share:.1%}" for name, share in rows))
            self.update()

    @property
    def rows(self) -> tuple[Row, ...]:
        """What is drawn."""
        return self._rows

    def paintEvent(self, event: QPaintEvent) -> None:
        """Bars behind their words; numbers in a column on the right."""
        painter = QPainter(self)
        line = self._line()
        for index, (name, share) in enumerate(self._rows[: self.height() // line]):
            box = QRectF(0, index * line, self.width() - 4, line)
            draw_share(painter, self._theme, box, name, share)
        painter.end()


class Scale(QWidget):
    """The colours in a row, with words at both ends."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._theme = LIGHT
        self._ends = ("0", "1")

    def sizeHint(self) -> QSize:
        """The words, and as much again."""
        measure = self.fontMetrics()
        words = sum(map(measure.horizontalAdvance, self._ends))
        return QSize(words + 8 * measure.averageCharWidth() + 14, measure.height() + 4)

    def minimumSizeHint(self) -> QSize:
        """It gives way to all else."""
        return QSize(0, self.sizeHint().height())

    def show_scale(self, theme: Theme, low: str, high: str) -> None:
        """What the first and the last colour say."""
        self._theme, self._ends = theme, (low, high)
        self.setAccessibleName(self.tr("Colours from {low} to {high}").format(low=low, high=high))
        self.updateGeometry()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Word, colours, word; nothing where they find no room."""
        if self.width() < self.sizeHint().width() - 4 * self.fontMetrics().averageCharWidth():
            return
        painter = QPainter(self)
        table = colour_table(self._theme.weights, self._theme.masked)
        ticks = tuple(enumerate(self._ends))
        draw_scale(painter, QRectF(self.rect()).adjusted(0, 0, -1, 0), table, ticks, self._theme)
        painter.end()
