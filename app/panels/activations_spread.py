"""A histogram of one tensor, of one position in it, and of what lies far outside."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.paint.stroke import stroke
from app.panels.colour_bar import signed
from app.panels.drawn import Drawn
from core.asks.activations import BINS, OUTLIER, Spread


class Histogram(Drawn):
    """Bars by value, as high as the logarithm of their count; a line for one position."""

    pointed = Signal(object)
    """The bin under the pointer, or None."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._spread: Spread | None = None
        self._own = ""
        self._at: int | None = None
        self.retranslate()

    def sizeHint(self) -> QSize:
        """About half a page."""
        return QSize(440, 300)

    def minimumSizeHint(self) -> QSize:
        """Bars and two lines of words."""
        return QSize(200, 7 * self.fontMetrics().height())

    def retranslate(self) -> None:
        """Say it in the language of the moment."""
        self._all = self.tr("all positions")
        self._far = self.tr("beyond {number} sd").format(number=f"{OUTLIER:g}")
        self.setToolTip(self.tr(
            "Values by size; each bar is as high as the logarithm of how many there are. Dashed "
            "lines: {number} standard deviations from the mean, on either side."
        ).format(number=f"{OUTLIER:g}"))
        self.update()

    def show_spread(self, spread: Spread, own: str) -> None:
        """Draw this; ``own`` names the position of its own line."""
        self._spread, self._own = spread, own
        self.update()

    @property
    def at(self) -> int | None:
        """The bin that is read."""
        return self._at

    def area(self) -> QRectF:
        """Where the bars are."""
        measure = self.fontMetrics()
        line, left = measure.height(), measure.horizontalAdvance("1,000,000") + 8
        return QRectF(left, line * 1.5, max(self.width() - left - 8, 1),
                      max(self.height() - line * 3.2, 1))

    # -- drawing ----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Legend, bars, line, axes."""
        painter = QPainter(self)
        if self._spread is not None:
            area, spread = self.area(), self._spread
            top = math.log10(max(int(spread.counts.max()), 1) + 1)
            self._draw_counts(painter, area, top)
            self._draw_bars(painter, area, spread, top)
            self._draw_own(painter, area, spread, top)
            self._draw_values(painter, area, spread)
            self._draw_legend(painter, area)
        self.draw_focus(painter)
        painter.end()

    def _draw_counts(self, painter: QPainter, area: QRectF, top: float) -> None:
        line, reached = painter.fontMetrics().height(), math.inf
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for count in (0, *(10**power for power in range(math.floor(top + 0.01) + 1))):
            y = area.bottom() - math.log10(count + 1) / top * area.height()
            if reached - y < line:
                continue
            reached = y
            painter.setPen(stroke(painter, self.theme.line))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(QColor(self.theme.muted))
            painter.drawText(QRectF(0, y - line / 2, area.left() - 6, line), right, f"{count:,}")

    def _draw_bars(self, painter: QPainter, area: QRectF, spread: Spread, top: float) -> None:
        step = area.width() / BINS
        gap = 1 if step > 4 else 0
        for index, count in enumerate(spread.counts.tolist()):
            if not count:
                continue
            height = math.log10(count + 1) / top * area.height()
            bar = QRectF(area.left() + index * step, area.bottom() - height, step - gap, height)
            colour = self.theme.warning if _outside(spread, index) else self.theme.key
            painter.fillRect(bar, QColor(colour))
        if self._at is not None:
            painter.setPen(stroke(painter, self.theme.text))
            painter.drawRect(
                QRectF(area.left() + self._at * step, area.top(), step, area.height()))

    def _draw_own(self, painter: QPainter, area: QRectF, spread: Spread, top: float) -> None:
        step, steps = area.width() / BINS, QPolygonF()
        for index, count in enumerate(spread.own.tolist()):
            y = area.bottom() - math.log10(count + 1) / top * area.height()
            steps.append(QPointF(area.left() + index * step, y))
            steps.append(QPointF(area.left() + (index + 1) * step, y))
        painter.setPen(stroke(painter, self.theme.accent, 1.5))
        painter.drawPolyline(steps)

    def _draw_values(self, painter: QPainter, area: QRectF, spread: Spread) -> None:
        measure = painter.fontMetrics()
        line, summary = measure.height(), spread.summary

        def x_of(value: float) -> float:
            return area.left() + (value / spread.most + 1) / 2 * area.width()

        painter.setPen(stroke(painter, self.theme.muted, 1, Qt.PenStyle.DashLine))
        for side in (-OUTLIER, OUTLIER):
            value = summary.mean + side * summary.deviation
            if abs(value) < spread.most:
                x = x_of(value)
                painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        painter.setPen(QColor(self.theme.muted))
        ends = -spread.most, 0.0, spread.most
        for value, text in zip(ends, map(signed, ends), strict=True):
            wide = measure.horizontalAdvance(text) + 2
            left = min(max(x_of(value) - wide / 2, 0), self.width() - wide)
            painter.drawText(QRectF(left, area.bottom() + 2, wide, line),
                             Qt.AlignmentFlag.AlignCenter, text)

    def _draw_legend(self, painter: QPainter, area: QRectF) -> None:
        measure, left = painter.fontMetrics(), 6.0
        line = measure.height()
        parts = ((self.theme.key, self._all), (self.theme.accent, self._own),
                 (self.theme.warning, self._far))
        room = (self.width() - 12) / len(parts) - 22
        for colour, words in parts:
            painter.fillRect(QRectF(left, line * 0.35, 10, line * 0.5), QColor(colour))
            painter.setPen(QColor(self.theme.muted))
            words = measure.elidedText(words, Qt.TextElideMode.ElideMiddle, int(room))
            wide = measure.horizontalAdvance(words) + 2
            painter.drawText(QRectF(left + 14, 0, wide, line * 1.2),
                             Qt.AlignmentFlag.AlignVCenter, words)
            left += wide + 26

    # -- what the user does -----------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read the bin under the pointer."""
        area, place = self.area(), event.position()
        inside = area.contains(place)
        share = (place.x() - area.left()) / area.width()
        self._point(min(int(share * BINS), BINS - 1) if inside else None)

    def leaveEvent(self, event: QEvent) -> None:
        """Read none."""
        self._point(None)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The keys read something else."""
        super().focusOutEvent(event)
        self._point(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right read bin after bin."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        key = Qt.Key(event.key())
        if key not in steps or self._spread is None:
            super().keyPressEvent(event)
            return
        at = BINS // 2 if self._at is None else self._at + steps[key]
        self._point(min(max(at, 0), BINS - 1))

    def _point(self, at: int | None) -> None:
        if at != self._at:
            self._at = at
            self.pointed.emit(at)
            self.update()


def edges(spread: Spread, index: int) -> tuple[float, float]:
    """Where a bin begins and ends."""
    width = 2 * spread.most / BINS
    return -spread.most + index * width, -spread.most + (index + 1) * width


def _outside(spread: Spread, index: int) -> bool:
    """Whether a whole bin lies further out than outliers begin."""
    low, high = edges(spread, index)
    reach = OUTLIER * spread.summary.deviation
    return low > spread.summary.mean + reach or high < spread.summary.mean - reach
