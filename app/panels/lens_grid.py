"""Layers down, positions across: in each cell what the layer would predict there."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QSizePolicy, QWidget

from app.paint.colour import Table, colour_table
from app.theme import LIGHT, Theme
from core.asks.lens import Lens

By = Literal["probability", "rank"]
Spot = tuple[int, int]
"""Row, 0 for what enters the first layer, and position."""
_BLOCK = 4  # positions are asked for in such blocks
_MOVES = {
    Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0),
    Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1),
}


class LensGrid(QAbstractScrollArea):
    """Only the cells in view are asked for and drawn."""

    pointed = Signal(object)
    """The Spot under the pointer, or None."""
    clicked = Signal(object)
    """A Spot that was clicked, or that Enter was pressed at."""
    scrolled = Signal()
    """Other positions are in view."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(self.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.viewport().setMouseTracking(True)
        self._theme = LIGHT
        self._lens: Lens | None = None
        self._labels: tuple[str, ...] = ()
        self._by: By = "probability"
        self._lit: tuple[int | None, int | None] = (None, None)
        self._at: Spot | None = None
        self._inks: tuple[Table, list[bool]] | None = None
        self.horizontalScrollBar().valueChanged.connect(self._scroll)
        self.retranslate()

    def sizeHint(self) -> QSize:
        """About half a page."""
        return QSize(440, 300)

    def minimumSizeHint(self) -> QSize:
        """A few cells."""
        return QSize(200, 6 * self.fontMetrics().height())

    def retranslate(self) -> None:
        """Say it in the language of the moment."""
        self.setAccessibleName(self.tr("Logit lens: layer by position"))
        self._first_row, self._layer = self.tr("embedding"), self.tr("layer {layer}")
        self._place()

    def set_theme(self, theme: Theme) -> None:
        """Colour it anew."""
        self._theme = theme
        self.viewport().update()

    def show_lens(self, lens: Lens, labels: tuple[str, ...], by: By) -> None:
        """Draw this, coloured by the probability of the best or by the rank of the last answer."""
        other = self._lens is None or len(labels) != len(self._labels)
        self._lens, self._labels, self._by = lens, labels, by
        if self._at is not None and not self._exists(self._at):
            self._at = None
        self._place()
        if other:
            self.reach(len(labels) - 1 if self._lit[1] is None else self._lit[1])
        self.viewport().update()

    def light(self, row: int | None, position: int | None) -> None:
        """Outline a row and a position, and bring the position in view."""
        if (row, position) == self._lit:
            return
        moved, self._lit = position != self._lit[1], (row, position)
        if moved and position is not None and self._at is None:
            self.reach(position)
        self.viewport().update()

    # -- where things are -------------------------------------------------------------------

    @property
    def at(self) -> Spot | None:
        """What is read."""
        return self._at

    @property
    def rows(self) -> int:
        """Layers and one."""
        return 0 if self._lens is None else self._lens.ids.shape[0]

    def cell(self) -> tuple[int, int]:
        """Width and height of a cell: room for a short word, and for two lines if there is."""
        measure = self.fontMetrics()
        line = measure.height()
        room = (self.viewport().height() - self.head()) / max(self.rows, 1)
        return round(measure.averageCharWidth() * 9.5), round(min(max(room, line + 4), 2.5 * line))

    def head(self) -> int:
        """Height of the line of tokens."""
        return round(self.fontMetrics().height() * 1.4)

    def left(self) -> int:
        """Width of the names of the rows."""
        names = (self._first_row, self._layer.format(layer=88))
        return max(map(self.fontMetrics().horizontalAdvance, names)) + 12

    def window_wanted(self) -> tuple[int, int]:
        """First position and count, by blocks, of what is in view; from the end at the start."""
        wide = self.cell()[0]
        visible = max(self.viewport().width() - self.left(), wide)
        if self._lens is None:
            count = -(-visible // wide)
            return -count, count
        start = self.horizontalScrollBar().value()
        first = start // wide // _BLOCK * _BLOCK
        past = (-(-(start + visible) // wide) // _BLOCK + 1) * _BLOCK
        return first, past - first

    def box(self, spot: Spot) -> QRectF:
        """Where a cell is, in the viewport."""
        wide, high = self.cell()
        x = self.left() + spot[1] * wide - self.horizontalScrollBar().value()
        y = self.head() + spot[0] * high - self.verticalScrollBar().value()
        return QRectF(x, y, wide, high)

    def reach(self, position: int) -> None:
        """Scroll as little as brings this position in view."""
        wide, bar = self.cell()[0], self.horizontalScrollBar()
        visible = self.viewport().width() - self.left()
        least, most = (position + 1) * wide - visible, position * wide
        bar.setValue(min(max(bar.value(), least), most))

    def _place(self) -> None:
        wide, high = self.cell()
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        visible = self.viewport().width() - self.left(), self.viewport().height() - self.head()
        across.setRange(0, max(len(self._labels) * wide - visible[0], 0))
        across.setPageStep(max(visible[0], 1))
        across.setSingleStep(wide)
        down.setRange(0, max(self.rows * high - visible[1], 0))
        down.setPageStep(max(visible[1], 1))
        down.setSingleStep(high)

    def _exists(self, spot: Spot) -> bool:
        return 0 <= spot[0] < self.rows and 0 <= spot[1] < len(self._labels)

    def spot_at(self, place: QPointF) -> Spot | None:
        """The cell that is drawn there."""
        if place.x() < self.left() or place.y() < self.head():
            return None
        wide, high = self.cell()
        spot = (
            int(place.y() - self.head() + self.verticalScrollBar().value()) // high,
            int(place.x() - self.left() + self.horizontalScrollBar().value()) // wide,
        )
        return spot if self._exists(spot) else None

    # -- drawing ----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Cells, then the names that stay while they are scrolled, then what is lit."""
        painter = QPainter(self.viewport())
        if self._lens is not None:
            cells = QRectF(self.left(), self.head(), self.viewport().width() - self.left(),
                           self.viewport().height() - self.head())
            painter.setClipRect(cells)
            self._draw_cells(painter, self._lens, cells)
            self._draw_lit(painter)
            painter.setClipping(False)
            self._draw_heads(painter, cells)
        if self.hasFocus():
            painter.setPen(QPen(QColor(self._theme.accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.viewport().rect().adjusted(0, 0, -1, -1))
        painter.end()

    def levels(self, lens: Lens) -> np.ndarray:
        """[row, column] uint8, 0 where there is no number."""
        share: np.ndarray
        if self._by == "probability":
            share = lens.probabilities[..., 0]
        else:
            share = np.where(lens.ranks > 0, lens.ranks, np.nan).astype(np.float32)
            share = 1 - np.log(share) / math.log(max(lens.vocabulary, 2))
        level = (np.nan_to_num(np.clip(share, 0, 1)) * 254 + 1.5).astype(np.uint8)
        return np.where(np.isnan(share), np.uint8(0), level)

    def _draw_cells(self, painter: QPainter, lens: Lens, cells: QRectF) -> None:
        table = colour_table(self._theme.weights, self._theme.masked)
        dark = self._dark(table)
        wide, high = self.cell()
        start = self.horizontalScrollBar().value()
        first = max(start // wide, lens.first)
        past = min(-(-int(start + cells.width()) // wide), lens.first + lens.ids.shape[1])
        levels, measure = self.levels(lens), painter.fontMetrics()
        hatch = QBrush(QColor(self._theme.hatch), Qt.BrushStyle.BDiagPattern)
        for row in range(self.rows):
            top = self.box((row, first))
            if top.bottom() < cells.top() or top.top() > cells.bottom():
                continue
            for position in range(first, past):
                column = position - lens.first
                level = int(levels[row, column])
                box = self.box((row, position)).adjusted(0, 0, -1, -1)
                painter.fillRect(box, QColor.fromRgb(int(table[level])))
                if not level:
                    painter.fillRect(box, hatch)
                painter.setPen(QColor("#ffffff" if dark[level] else "#000000"))
                words = lens.labels[int(lens.ids[row, column, 0])] if level else "NaN"
                words = measure.elidedText(words, Qt.TextElideMode.ElideRight, wide - 7)
                tall = bool(level) and high >= 2 * measure.height()
                under = self._under(lens, row, column) if tall else ""
                painter.drawText(box.adjusted(3, 0, -2, 0), Qt.AlignmentFlag.AlignCenter,
                                 f"{words}\n{under}" if under else words)

    def _under(self, lens: Lens, row: int, column: int) -> str:
        """The number of a cell."""
        if self._by == "rank":
            return f"#{int(lens.ranks[row, column]):,}"
        return f"{lens.probabilities[row, column, 0]:.0%}".replace("%", " %")

    def _dark(self, table: Table) -> list[bool]:
        """Of each colour, whether white is read on it better than black."""
        if self._inks is None or self._inks[0] is not table:
            parts = [(table >> shift & 255) / 255 for shift in (16, 8, 0)]
            red, green, blue = (np.where(p <= 0.04045, p / 12.92, ((p + 0.055) / 1.055) ** 2.4)
                                for p in parts)
            light = 0.2126 * red + 0.7152 * green + 0.0722 * blue
            self._inks = table, (light < 0.179).tolist()
        return self._inks[1]

    def _draw_lit(self, painter: QPainter) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        row, position = self._lit
        painter.setPen(QPen(QColor(self._theme.accent), 2))
        if position is not None and position < len(self._labels):
            column = self.box((0, position))
            if row is not None and row < self.rows:
                painter.drawRect(self.box((row, position)).adjusted(0, 0, -1, -1))
                painter.setPen(QPen(QColor(self._theme.accent), 1))
            column.setBottom(self.box((self.rows - 1, position)).bottom())
            painter.drawRect(column.adjusted(0, 0, -1, -1))
        if self._at is not None:
            painter.setPen(QPen(QColor(self._theme.text), 2))
            painter.drawRect(self.box(self._at).adjusted(0, 0, -1, -1))

    def _draw_heads(self, painter: QPainter, cells: QRectF) -> None:
        row_lit, position_lit = self._lit
        wide, high = self.cell()
        start = self.horizontalScrollBar().value()
        painter.setClipRect(QRectF(cells.left(), 0, cells.width(), cells.top()))
        past = min(-(-int(start + cells.width()) // wide), len(self._labels))
        for position in range(start // wide, past):
            box = self.box((0, position))
            head = QRectF(box.left(), 0, wide, self.head() - 2)
            self._draw_name(painter, head, self._labels[position], position == position_lit,
                            Qt.AlignmentFlag.AlignHCenter)
        painter.setClipRect(QRectF(0, cells.top(), cells.left(), cells.height()))
        for row in range(self.rows):
            box = self.box((row, 0))
            name = self._layer.format(layer=row - 1) if row else self._first_row
            side = QRectF(0, box.top(), cells.left() - 4, high)
            if side.bottom() >= cells.top() and side.top() <= cells.bottom():
                self._draw_name(painter, side, name, row == row_lit, Qt.AlignmentFlag.AlignRight)
        painter.setClipping(False)

    def _draw_name(
        self, painter: QPainter, box: QRectF, name: str, lit: bool, side: Qt.AlignmentFlag
    ) -> None:
        if lit:
            painter.fillRect(box, QColor(self._theme.query))
        painter.setPen(QColor(self._theme.text if lit else self._theme.muted))
        words = painter.fontMetrics().elidedText(
            name, Qt.TextElideMode.ElideRight, int(box.width()) - 6)
        painter.drawText(
            box.adjusted(3, 0, -3, 0), side | Qt.AlignmentFlag.AlignVCenter, words)

    # -- what the user does -----------------------------------------------------------------

    def _point(self, spot: Spot | None) -> None:
        if spot != self._at:
            self._at = spot
            self.pointed.emit(spot)
            self.viewport().update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read what is under the pointer."""
        self._point(self.spot_at(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose what is under the pointer."""
        spot = self.spot_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and spot is not None:
            self.clicked.emit(spot)

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer any more."""
        self._point(None)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The keys read something else."""
        super().focusOutEvent(event)
        self._point(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow keys read cell after cell; Home and End go to the ends; Enter keeps."""
        key, at = Qt.Key(event.key()), self._at
        row, position = at or (self._lit[0] or 0, self._lit[1] or 0)
        if key in _MOVES and self.rows:
            down, across = _MOVES[key] if at is not None else (0, 0)
            row, position = row + down, position + across
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End) and self.rows:
            position = 0 if key == Qt.Key.Key_Home else len(self._labels) - 1
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and at is not None:
            self.clicked.emit(at)
            return
        else:
            super().keyPressEvent(event)
            return
        spot = min(max(row, 0), self.rows - 1), min(max(position, 0), len(self._labels) - 1)
        self.reach(spot[1])
        high, down_bar = self.cell()[1], self.verticalScrollBar()
        least = (spot[0] + 1) * high - (self.viewport().height() - self.head())
        down_bar.setValue(min(max(down_bar.value(), least), spot[0] * high))
        self._point(spot)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll across where there is nothing to scroll down."""
        turn = event.angleDelta()
        bars = self.horizontalScrollBar(), self.verticalScrollBar()
        across = turn.x() or (turn.y() if not bars[1].maximum() else 0)
        if across:
            bars[0].setValue(bars[0].value() - across)
        else:
            bars[1].setValue(bars[1].value() - turn.y())
        event.accept()

    def _scroll(self) -> None:
        self.viewport().update()
        self.scrolled.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Other positions are in view."""
        super().resizeEvent(event)
        self._place()
        self.scrolled.emit()

    def changeEvent(self, event: QEvent) -> None:
        """Larger type leaves less room."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._place()
            self.scrolled.emit()
