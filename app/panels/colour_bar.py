"""The colour bar: what a colour says, in numbers."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.paint.colour import colour_table, tick_level
from app.paint.stroke import stroke
from app.paint.words import typeset
from app.theme import LIGHT, Theme
from core.trace import LOG_FLOOR, Scale

_TICKS: dict[Scale, tuple[float, ...]] = {
    "linear": (0, 0.25, 0.5, 0.75, 1),
    "root": (0, 0.01, 0.05, 0.1, 0.25, 0.5, 1),
    "log": (LOG_FLOOR, 0.001, 0.01, 0.1, 1),
}


class ColourBar(QWidget):
    """Weight 0 below, 1 above, and the swatch of masked cells."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self._theme: Theme = LIGHT
        self._scale: Scale = "linear"
        self._most: float | None = None
        self._name = ""
        self._marks = False
        self.retranslate()

    def sizeHint(self) -> QSize:
        """As wide as its longest label."""
        width = self.fontMetrics().horizontalAdvance
        widest = max(width(self._weight), width(self._masked), width("≤ 0.0001"), width("−0.0001"),
                     width(self._name), width(self._unreal) if self._marks else 0)
        return QSize(10 + self._thick() + widest, 200)

    def _thick(self) -> int:
        """Of the bar, and a side of a swatch, in pixels."""
        return max(round(self.fontMetrics().height() * 0.75), 12)

    def retranslate(self) -> None:
        """Say it in the language of the moment."""
        self._weight, self._masked = self.tr("weight"), self.tr("masked")
        self._unreal = self.tr("no number")
        self.setAccessibleName(self.tr("Colour bar of attention weights, 0 to 1"))
        self.updateGeometry()
        self.update()

    def show_scale(self, theme: Theme, scale: Scale) -> None:
        """Weights, for this theme and scale."""
        if (theme, scale, None) == (self._theme, self._scale, self._most):
            return
        self._theme, self._scale, self._most, self._name = theme, scale, None, ""
        self.setAccessibleName(self.tr("Colour bar of attention weights, 0 to 1"))
        self.updateGeometry()
        self.update()

    def show_signed(self, theme: Theme, most: float, name: str) -> None:
        """Values from ``-most`` to ``most`` of what is called ``name``."""
        self._theme, self._most, self._name = theme, most, name
        self.setAccessibleName(self.tr("Colour bar of {name}, {low} to {high}").format(
            name=name, low=signed(-most), high=signed(most)))
        self.updateGeometry()
        self.update()

    def mark_unreal(self, marks: bool) -> None:
        """Whether some cells are no numbers, and drawn in the colour that says so."""
        if marks != self._marks:
            self._marks = marks
            self.updateGeometry()
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Words, bar, ticks, swatch."""
        painter = QPainter(self)
        line = self.fontMetrics().height()
        below = 5.7 if self._marks else 4.2  # lines
        bar = QRectF(2, line * 1.6, self._thick(), self.height() - line * below)
        painter.setPen(QColor(self._theme.muted))
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        name = self._weight if self._most is None else self._name
        painter.drawText(QRectF(0, 0, self.width(), line), left, name)
        colours = self._theme.weights if self._most is None else self._theme.signed
        table = colour_table(colours, self._theme.masked)
        column = np.ascontiguousarray(table[:0:-1])
        image = QImage(column.data, 1, 255, 4, QImage.Format.Format_RGB32)
        painter.drawImage(bar, image)
        painter.setPen(stroke(painter, self._theme.line))
        painter.drawRect(bar)
        painter.setPen(stroke(painter, self._theme.muted))
        for place, words in self._ticks(bar.height(), line):
            y = bar.bottom() - place * bar.height()
            painter.drawLine(int(bar.right()), int(y), int(bar.right()) + 3, int(y))
            box = QRectF(bar.right() + 6, y - line / 2, self.width(), line)
            painter.drawText(box, left, words)
        hatch = QBrush(QColor(self._theme.hatch), Qt.BrushStyle.BDiagPattern)
        masked, unreal = QColor(self._theme.masked), QColor(self._theme.broken)
        self._draw_swatch(painter, 1.5, self._masked, masked, hatch)
        if self._marks:
            self._draw_swatch(painter, 3.0, self._unreal, unreal)
        painter.end()

    def _draw_swatch(self, painter: QPainter, lines: float, words: str, *fills: QBrush | QColor,
                     ) -> None:
        """What a colour that is on no scale says, so many lines from below."""
        line = self.fontMetrics().height()
        swatch = QRectF(2, self.height() - line * lines, self._thick(), self._thick())
        for fill in fills:
            painter.fillRect(swatch, fill)
        box = QRectF(swatch.right() + 6, swatch.center().y() - line / 2, self.width(), line)
        painter.drawText(
            box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)

    def _ticks(self, length: float, line: float) -> list[tuple[float, str]]:
        """Places from 0 to 1 along the bar, and what is written there."""
        if self._most is not None:
            halves = (0, 0.25, 0.5, 0.75, 1) if length > 6 * line else (0, 0.5, 1)
            return [(place, signed(self._most * (2 * place - 1))) for place in halves]
        lowest = self._scale == "log"
        return [
            (tick_level(weight, self._scale),
             f"≤ {weight:g}" if lowest and weight == LOG_FLOOR else f"{weight:g}")
            for weight in fitting_ticks(self._scale, length, line)
        ]


def signed(value: float) -> str:
    """A number with the minus of typography."""
    return typeset(f"{value:.3g}")


def fitting_ticks(scale: Scale, length: float, line: float) -> list[float]:
    """The weights to name beside a bar of ``length`` pixels, so that their words do not touch."""
    bottom, *between, top = _TICKS[scale]
    fitting, reached = [bottom], 0.0
    for weight in between:
        place = tick_level(weight, scale) * length
        if place - reached >= line and length - place >= line:
            fitting.append(weight)
            reached = place
    return [*fitting, top]
