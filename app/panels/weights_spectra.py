"""Singular values of what a head compares by and of what it carries, as bars side by side."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.language import in_turn
from app.paint.stroke import stroke
from app.panels import weights_words as words
from app.panels.colour_bar import signed
from app.theme import LIGHT, Theme
from core.asks.weights import Spectra

_GAP = 16


class SpectraBars(QWidget):
    """Two charts, each on its own scale, the largest value first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._theme = LIGHT
        self._spectra: Spectra | None = None

    def sizeHint(self) -> QSize:
        """A line of words, and bars."""
        return QSize(200, round(self.fontMetrics().height() * 3.2))

    def minimumSizeHint(self) -> QSize:
        """It can be narrow."""
        return QSize(0, self.sizeHint().height())

    def set_theme(self, theme: Theme) -> None:
        """Colour it anew."""
        self._theme = theme
        self.update()

    def show_spectra(self, spectra: Spectra | None) -> None:
        """Draw these."""
        self._spectra = spectra
        self.setAccessibleDescription(in_turn(
            words.spectrum(name, tuple(values.tolist())) for name, values in self._parts()))
        self.update()

    def _parts(self) -> list[tuple[str, NDArray[np.float64]]]:
        if self._spectra is None:
            return []
        return [("W_Q W_Kᵀ", self._spectra.score), ("W_V W_O", self._spectra.write)]

    def _bars(self, at: int) -> QRectF:
        wide = (self.width() - _GAP) / 2
        above = self.fontMetrics().height() + 2
        return QRectF(at * (wide + _GAP), above, wide, max(self.height() - above - 1, 1))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Names, the largest and the least value, bars."""
        painter, theme = QPainter(self), self._theme
        for at, (name, values) in enumerate(self._parts()):
            area = self._bars(at)
            line = QRectF(area.left(), 0, area.width(), area.top())
            painter.setPen(QColor(theme.muted))
            said = words.translate("weights", "σ {high} … {low}").format(
                high=signed(float(values[0])), low=signed(float(values[-1])))
            room = painter.fontMetrics().horizontalAdvance(said) + 8
            painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                             said)
            painter.setPen(QColor(theme.text))
            painter.drawText(
                line.adjusted(0, 0, -room, 0),
                Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
                painter.fontMetrics().elidedText(
                    name, Qt.TextElideMode.ElideRight, int(line.width() - room)))
            self._draw_bars(painter, area, values)
        painter.end()

    def _draw_bars(
        self, painter: QPainter, area: QRectF, values: NDArray[np.float64]
    ) -> None:
        theme, step = self._theme, area.width() / len(values)
        most = float(values[0])
        gap = 1.0 if step >= 4 else 0.0
        if np.isfinite(most) and most > 0:
            for index, value in enumerate(values.tolist()):
                high = value / most * area.height()
                painter.fillRect(QRectF(
                    area.left() + index * step, area.bottom() - high, step - gap, high),
                    QColor(theme.accent))
        elif not np.isfinite(most):
            painter.fillRect(area, QColor(theme.broken))
        painter.setPen(stroke(painter, theme.line))
        painter.drawLine(area.bottomLeft(), area.bottomRight())

    def event(self, event: QEvent) -> bool:
        """Say the value under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.value_at(event.pos().x()), self)
            return True
        return super().event(event)

    def value_at(self, x: float) -> str:
        """The singular value that is drawn there, with its rank from 1; empty between charts."""
        for at, (name, values) in enumerate(self._parts()):
            area = self._bars(at)
            rank = int((x - area.left()) / area.width() * len(values))
            if area.left() <= x < area.right() and rank < len(values):
                return f"{name}: σ[{rank + 1}] = {words.number(float(values[rank]))}"
        return ""
