"""Numbers as a picture: a row and a column each, in one colour scale that says its range."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.paint.colour import colour_table, signed_levels
from app.panels.positions_ticks import say, whole_ticks
from app.theme import LIGHT, Theme

TURNS = "CET-CBC1"
"""Angles: its ends meet, and it is safe for colour-blind people."""
_STEPS = {
    Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0), Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1), Qt.Key.Key_PageUp: (-10, 0), Qt.Key.Key_PageDown: (10, 0),
}


@dataclass(frozen=True, eq=False)
class HeatPicture:
    """What is drawn."""

    values: NDArray[np.float32]
    """[row, column]."""
    most: float
    """The colours go from ``-most`` to ``most``."""
    title: str
    down: str
    """What rows are."""
    across: str
    """What columns are."""
    first: tuple[int, int] = (0, 0)
    """The number of the first row and of the first column."""
    turns: bool = False
    """Values are angles, so that -pi and pi are one colour."""
    inside: int | None = None
    """Rows of the text; a line is drawn below them."""


def reduce_signed(
    values: NDArray[np.float32], rows: int, columns: int
) -> NDArray[np.float32]:
    """At most [rows, columns]: of what each pixel covers, the largest magnitude with its sign.

    NaN wins, so that it is seen.
    """
    reduced = values
    for axis, most in ((0, rows), (1, columns)):
        count = reduced.shape[axis]
        if count <= most:
            continue
        starts = np.arange(most) * count // most
        high = np.maximum.reduceat(reduced, starts, axis=axis)
        low = np.minimum.reduceat(reduced, starts, axis=axis)
        reduced = np.where(-low > high, low, high)
    return reduced


class Heat(QWidget):
    """One image; rows and columns can be lit, pointed at, clicked, and stepped with arrow keys."""

    pointed = Signal(object)
    """(row, column) under the pointer, or None."""
    clicked = Signal(int, int)
    stepped = Signal(int, int)
    """Rows and columns to go, by key."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.theme: Theme = LIGHT
        self.picture: HeatPicture | None = None
        self._rows: tuple[int, ...] = ()
        self._columns: tuple[int, ...] = ()
        self._image = QImage()
        self._made: tuple[object, ...] = ()
        self._pixels = np.zeros((1, 1), np.uint32)

    def sizeHint(self) -> QSize:
        """Large enough to be looked at."""
        return QSize(320, 260)

    def minimumSizeHint(self) -> QSize:
        """Room for ticks and a few rows."""
        line = self.fontMetrics().height()
        return QSize(7 * line, 7 * line)

    def show_picture(self, picture: HeatPicture | None) -> None:
        """Draw it."""
        self.picture = picture
        self.update()

    def light(self, rows: tuple[int, ...], columns: tuple[int, ...]) -> None:
        """Outline these rows and columns, counted from 0."""
        if (rows, columns) != (self._rows, self._columns):
            self._rows, self._columns = rows, columns
            self.update()

    # -- places -----------------------------------------------------------------------------

    def field(self) -> QRectF:
        """Where the cells are."""
        line = self.fontMetrics().height()
        left = line + 4 + self._digits() + 6
        return QRectF(left, line + 6, max(self.width() - left - 2, 1),
                      max(self.height() - 3.3 * line - 8, 1))

    def _digits(self) -> int:
        if self.picture is None:
            return 0
        first, last = self.picture.first[0], self.picture.first[0] + len(self.picture.values) - 1
        measure = self.fontMetrics()
        return max(measure.horizontalAdvance(say(number)) for number in (first, last))

    @property
    def reduced(self) -> bool:
        """Whether there are fewer pixels than cells."""
        if self.picture is None:
            return False
        rows, columns = self.picture.values.shape
        height, width = self._room()
        return bool(rows > height or columns > width)

    def _room(self) -> tuple[int, int]:
        field, dots = self.field(), self.devicePixelRatioF()
        return max(int(field.height() * dots), 1), max(int(field.width() * dots), 1)

    def cell_at(self, place: QPointF) -> tuple[int, int] | None:
        """The row and the column there."""
        field = self.field()
        if self.picture is None or not field.contains(place):
            return None
        rows, columns = self.picture.values.shape
        row = int((place.y() - field.top()) / field.height() * rows)
        column = int((place.x() - field.left()) / field.width() * columns)
        return min(row, rows - 1), min(column, columns - 1)

    def box(self, row: int, column: int) -> QRectF:
        """Where a cell is drawn."""
        assert self.picture is not None
        field, (rows, columns) = self.field(), self.picture.values.shape
        high, wide = field.height() / rows, field.width() / columns
        return QRectF(field.left() + column * wide, field.top() + row * high, wide, high)

    # -- drawing ----------------------------------------------------------------------------

    def _draw_image(self, picture: HeatPicture) -> QImage:
        height, width = self._room()
        made = (picture, height, width, self.theme.name)
        if made != self._made:
            values = reduce_signed(picture.values, height, width)
            finite = np.isfinite(values)
            levels = signed_levels(values, np.ones_like(finite), picture.most)
            table = self._table(picture)
            self._pixels = np.ascontiguousarray(
                np.where(finite, table[levels], np.uint32(QColor(self.theme.broken).rgba())))
            rows, columns = values.shape
            self._image = QImage(
                self._pixels.data, columns, rows, 4 * columns, QImage.Format.Format_RGB32)
            self._made = made
        return self._image

    def _table(self, picture: HeatPicture) -> NDArray[np.uint32]:
        return colour_table(TURNS if picture.turns else self.theme.signed, self.theme.masked)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The scale, the cells, the ticks, what is lit."""
        picture = self.picture
        if picture is None:
            return
        painter = QPainter(self)
        field = self.field()
        painter.drawImage(field, self._draw_image(picture))
        self._draw_scale(painter, picture)
        self._draw_ticks(painter, picture, field)
        self._draw_lit(painter, picture, field)
        if self.hasFocus():
            painter.setPen(QPen(QColor(self.theme.accent), 1))
            painter.drawRect(field.adjusted(-2, -2, 1, 1))
        painter.end()

    def _draw_scale(self, painter: QPainter, picture: HeatPicture) -> None:
        measure, line = self.fontMetrics(), self.fontMetrics().height()
        low, high = ("−π", "π") if picture.turns else (say(-picture.most), say(picture.most))
        wide = [measure.horizontalAdvance(words) for words in (low, high)]
        bar = QRectF(self.width() - wide[1] - 54, 2, 48, line - 4)
        column = np.ascontiguousarray(self._table(picture)[1:])
        image = QImage(column.data, 255, 1, 255 * 4, QImage.Format.Format_RGB32)
        painter.drawImage(bar, image)
        painter.setPen(QColor(self.theme.line))
        painter.drawRect(bar)
        painter.setPen(QColor(self.theme.muted))
        middle = Qt.AlignmentFlag.AlignVCenter
        left = bar.left() - wide[0] - 6
        painter.drawText(QRectF(left, 0, wide[0] + 2, line), middle, low)
        painter.drawText(QRectF(bar.right() + 6, 0, wide[1] + 2, line), middle, high)
        painter.setPen(QColor(self.theme.text))
        words = measure.elidedText(picture.title, Qt.TextElideMode.ElideRight, int(left) - 8)
        painter.drawText(QRectF(0, 0, max(left - 8, 0), line), middle, words)

    def _draw_ticks(self, painter: QPainter, picture: HeatPicture, field: QRectF) -> None:
        measure, line = self.fontMetrics(), self.fontMetrics().height()
        rows, columns = picture.values.shape
        high, wide = field.height() / rows, field.width() / columns
        painter.setPen(QColor(self.theme.muted))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for number in whole_ticks(picture.first[0], rows, line * 1.4 / high):
            y = field.top() + (number - picture.first[0] + 0.5) * high
            painter.drawText(QRectF(0, y - line / 2, field.left() - 5, line), right, say(number))
        widest = measure.horizontalAdvance(say(-picture.first[1] - columns)) + line
        for number in whole_ticks(picture.first[1], columns, widest / wide):
            x = field.left() + (number - picture.first[1] + 0.5) * wide
            room = QRectF(x - widest / 2, field.bottom() + 2, widest, line)
            room.moveRight(min(room.right(), self.width()))
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, say(number))
        painter.drawText(
            QRectF(field.left(), field.bottom() + line + 2, field.width(), line),
            Qt.AlignmentFlag.AlignCenter,
            measure.elidedText(picture.across, Qt.TextElideMode.ElideRight, int(field.width())))
        painter.save()
        painter.translate(0, field.bottom())
        painter.rotate(-90)
        painter.drawText(
            QRectF(0, 0, field.height(), line), Qt.AlignmentFlag.AlignCenter,
            measure.elidedText(picture.down, Qt.TextElideMode.ElideRight, int(field.height())))
        painter.restore()

    def _draw_lit(self, painter: QPainter, picture: HeatPicture, field: QRectF) -> None:
        rows, columns = picture.values.shape
        if picture.inside is not None and picture.inside < rows:
            y = field.top() + picture.inside * field.height() / rows
            painter.setPen(QPen(QColor(self.theme.text), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(field.left(), y), QPointF(field.right(), y))
        painter.setPen(QPen(QColor(self.theme.accent), 1.5))
        for row in self._rows:
            if 0 <= row < rows:
                box = self.box(row, 0)
                painter.drawRect(QRectF(field.left(), box.top(), field.width(),
                                        max(box.height(), 3)))
        for column in self._columns:
            if 0 <= column < columns:
                box = self.box(0, column)
                painter.drawRect(QRectF(box.left(), field.top(), max(box.width(), 3),
                                        field.height()))

    # -- what the user does -----------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell which cell is there."""
        self.pointed.emit(self.cell_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """None is."""
        self.pointed.emit(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose a cell."""
        cell = self.cell_at(event.position())
        if cell is not None:
            self.clicked.emit(*cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go a row or a column on."""
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None or self.picture is None:
            super().keyPressEvent(event)
        else:
            self.stepped.emit(*step)
