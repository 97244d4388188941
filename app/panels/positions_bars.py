"""Rows of bars that add up, a bar a dimension, all on one scale."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.paint.stroke import stroke
from app.panels.arrows import ARROWS
from app.panels.drawn import Drawn
from app.panels.field_picture import reduce_signed


@dataclass(frozen=True, eq=False)
class BarRow:
    """One row of bars."""

    name: str
    values: NDArray[np.float32]
    note: str
    """Beside its name, such as the norm."""
    colour: str


class Bars(Drawn):
    """Rows of equal height; columns can be pointed at, clicked, and stepped with arrow keys."""

    pointed = Signal(object)
    """The dimension under the pointer, or None."""
    clicked = Signal(int)
    stepped = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[BarRow, ...] = ()
        self._lit: int | None = None
        self._most = 1.0

    def sizeHint(self) -> QSize:
        """Three rows."""
        return QSize(360, self.minimumSizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """A line of words and a line of bars a row."""
        line = self.fontMetrics().height()
        return QSize(10 * line, round(max(len(self.rows), 1) * 2.2 * line))

    def show_rows(self, rows: tuple[BarRow, ...]) -> None:
        """Draw them; all share one scale."""
        count, self.rows = len(self.rows), rows
        ends = [np.abs(row.values[np.isfinite(row.values)]).max(initial=0.0) for row in rows]
        self._most = float(max(ends, default=0.0)) or 1.0
        if len(rows) != count:
            self.updateGeometry()
        self.update()

    @property
    def most(self) -> float:
        """What a bar of the full height says."""
        return self._most

    def light(self, column: int | None) -> None:
        """Mark this dimension."""
        if column != self._lit:
            self._lit = column
            self.update()

    @property
    def reduced(self) -> bool:
        """Whether there are more dimensions than pixels."""
        return any(len(row.values) > self.width() for row in self.rows)

    def _count(self) -> int:
        return max((len(row.values) for row in self.rows), default=1)

    def column_at(self, x: float) -> int | None:
        """The dimension drawn there."""
        if not self.rows or not 0 <= x < self.width():
            return None
        return int(x / self.width() * self._count())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Name and note, then bars, a row each."""
        painter, measure = QPainter(self), self.fontMetrics()
        line = measure.height()
        height = self.height() / max(len(self.rows), 1)
        for index, row in enumerate(self.rows):
            top = index * height
            wide = min(measure.horizontalAdvance(row.note) + 2, self.width() * 2 // 3)
            painter.setPen(QColor(self.theme.text))
            painter.drawText(
                QRectF(0, top, self.width() - wide - 8, line), Qt.AlignmentFlag.AlignVCenter,
                measure.elidedText(row.name, Qt.TextElideMode.ElideMiddle,
                                   self.width() - wide - 8))
            painter.setPen(QColor(self.theme.muted))
            painter.drawText(
                QRectF(self.width() - wide, top, wide, line),
                Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight,
                measure.elidedText(row.note, Qt.TextElideMode.ElideRight, wide))
            self._draw_bars(painter, row, QRectF(0, top + line + 1, self.width(),
                                                 max(height - line - 4, 4)))
        if self._lit is not None and self._lit < self._count():
            left = self._lit * self.width() / self._count()
            painter.setPen(stroke(painter, self.theme.accent))
            for index in range(len(self.rows)):
                painter.drawRect(QRectF(
                    left, index * height + line + 1, max(self.width() / self._count(), 2),
                    max(height - line - 5, 3)))
        self.draw_focus(painter)
        painter.end()

    def _draw_bars(self, painter: QPainter, row: BarRow, room: QRectF) -> None:
        """As an image, a column of pixels each: thousands of dimensions cost what ten do."""
        wide, high = int(room.width()), int(room.height())
        values = reduce_signed(row.values[None], 1, wide)[0]
        columns = values[np.arange(wide) * len(values) // wide]
        middle = high / 2
        ends = middle - np.nan_to_num(columns) / self._most * (middle - 1)
        low, top = np.minimum(ends, middle), np.maximum(ends, middle)
        y = np.arange(high)[:, None] + 0.5
        filled = (y >= low - 0.5) & (y <= top + 0.5)
        pixels = np.where(filled, _rgb(row.colour), _rgb(self.theme.surface))
        pixels = np.where(np.isfinite(columns), pixels, _rgb(self.theme.broken))
        pixels = np.ascontiguousarray(pixels, np.uint32)
        painter.drawImage(room.topLeft(), QImage(
            pixels.data, wide, high, 4 * wide, QImage.Format.Format_RGB32).copy())
        painter.setPen(stroke(painter, self.theme.line))
        painter.drawLine(QPointF(room.left(), room.top() + middle),
                         QPointF(room.right(), room.top() + middle))

    # -- what the user does -----------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell which dimension is there."""
        self.pointed.emit(self.column_at(event.position().x()))

    def leaveEvent(self, event: QEvent) -> None:
        """None is."""
        self.pointed.emit(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose a dimension."""
        column = self.column_at(event.position().x())
        if column is not None:
            self.clicked.emit(column)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A token or a dimension on."""
        step = ARROWS.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self.stepped.emit(*step)


def _rgb(colour: str) -> np.uint32:
    return np.uint32(QColor(colour).rgba())
