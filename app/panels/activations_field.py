"""Numbers as one image: rows with names, marked columns, and the colours' scale below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.paint.colour import Table
from app.panels.token_axis import place_labels
from app.theme import LIGHT, Theme

Spot = tuple[int, int]
"""Row and column of the numbers."""
_MARK = 7  # pixels that marks take above and below
_MOVES = {
    Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0),
    Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1),
}


@dataclass(frozen=True, eq=False)
class Picture:
    """All that is drawn."""

    pixels: NDArray[np.uint32]
    """[row, column], 0xffRRGGBB."""
    names: Sequence[str]
    """Of what the rows stand for, evenly from top to bottom; rows may be fewer."""
    table: Table
    """The colours, for the scale."""
    ticks: Sequence[tuple[float, str]]
    """Places from 0 to 1 along the scale, and what is written there."""
    columns: int = 1
    """What the columns stand for, evenly from left to right; they may be fewer."""
    heads: Sequence[str] = ()
    """The names of those, where :meth:`Field.name_columns` made room for them."""
    above: Sequence[int] = ()
    """Of those, which are marked above the image."""
    below: Sequence[int] = ()
    """And below."""


class Field(QWidget):
    """One widget, one image; the pointer and the arrow keys read it."""

    pointed = Signal(object)
    """The Spot under the pointer, or None."""
    clicked = Signal(object)
    """A Spot that was clicked, or that Enter was pressed at."""
    resized = Signal()
    """There is room for more numbers, or fewer."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._theme = LIGHT
        self._picture: Picture | None = None
        self._image = QImage()
        self._row: int | None = None
        self._column: int | None = None
        self._at: Spot | None = None
        self._headed = False

    def sizeHint(self) -> QSize:
        """About half a page."""
        return QSize(440, 300)

    def minimumSizeHint(self) -> QSize:
        """A few names and the scale."""
        return QSize(200, 6 * self.fontMetrics().height())

    def set_theme(self, theme: Theme) -> None:
        """Colour it anew; the picture comes with its own colours."""
        self._theme = theme
        self.update()

    def show_picture(self, picture: Picture) -> None:
        """Draw this."""
        self._picture = picture
        pixels = np.ascontiguousarray(picture.pixels)
        rows, columns = pixels.shape
        image = QImage(pixels.data, columns, rows, 4 * columns, QImage.Format.Format_RGB32)
        self._image = image.copy()  # the array may go
        if self._at is not None and (self._at[0] >= rows or self._at[1] >= columns):
            self._at = None
        self.update()

    def name_columns(self, named: bool) -> None:
        """Make room for names of columns."""
        if named != self._headed:
            self._headed, self._at = named, None
            self.update()

    def light(self, row: int | None, column: int | None = None) -> None:
        """Outline a row and a column, counted as the names and ``columns`` of the picture are."""
        if (row, column) != (self._row, self._column):
            self._row, self._column = row, column
            self.update()

    @property
    def at(self) -> Spot | None:
        """What is read."""
        return self._at

    def area(self) -> QRectF:
        """Where the image is; it depends on the size, the type and :meth:`name_columns` alone."""
        line = self.fontMetrics().height()
        left = min(max(round(self.width() * 0.2), 4 * line), 10 * line)
        above, below = round(line * 1.3) if self._headed else _MARK, round(line * 1.4) + _MARK + 6
        return QRectF(left, above, max(self.width() - left - 2, 1),
                      max(self.height() - above - below, 1))

    def room(self) -> tuple[int, int]:
        """Rows and columns that have a pixel of their own."""
        area = self.area()
        return int(area.height()), int(area.width())

    def box(self, spot: Spot) -> QRectF:
        """Where a number is drawn."""
        area = self.area()
        rows, columns = self._image.height(), self._image.width()
        high, wide = area.height() / max(rows, 1), area.width() / max(columns, 1)
        return QRectF(area.left() + spot[1] * wide, area.top() + spot[0] * high, wide, high)

    # -- drawing ----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Names, image, marks, what is lit, the scale."""
        painter = QPainter(self)
        if self._picture is not None:
            area = self.area()
            painter.drawImage(area, self._image)
            painter.setPen(QColor(self._theme.line))
            painter.drawRect(area)
            self._draw_names(painter, area, self._picture.names)
            self._draw_heads(painter, area, self._picture.heads)
            self._draw_marks(painter, area, self._picture)
            self._draw_lit(painter, area, self._picture)
            self._draw_scale(painter, area, self._picture)
        if self.hasFocus():
            painter.setPen(QPen(QColor(self._theme.accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _draw_names(self, painter: QPainter, area: QRectF, names: Sequence[str]) -> None:
        measure = painter.fontMetrics()
        line, room = measure.height(), area.left() - 8
        for index, middle in place_labels(
            0, len(names), area.height(), line, len(names), self._row
        ):
            box = QRectF(2, area.top() + middle - line / 2, room, line)
            if index == self._row:
                painter.fillRect(box, QColor(self._theme.query))
            painter.setPen(QColor(self._theme.text if index == self._row else self._theme.muted))
            words = measure.elidedText(names[index], Qt.TextElideMode.ElideMiddle, int(room) - 2)
            painter.drawText(
                box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)

    def _draw_heads(self, painter: QPainter, area: QRectF, heads: Sequence[str]) -> None:
        measure = painter.fontMetrics()
        line, wide = measure.height(), measure.averageCharWidth() * 8
        for index, middle in place_labels(
            0, len(heads), area.width(), wide, len(heads), self._column
        ):
            box = QRectF(area.left() + middle - wide / 2, 0, wide, line)
            lit = index == self._column
            if lit:
                painter.fillRect(box, QColor(self._theme.query))
            painter.setPen(QColor(self._theme.text if lit else self._theme.muted))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, measure.elidedText(
                heads[index], Qt.TextElideMode.ElideRight, int(wide) - 2))

    def _draw_marks(self, painter: QPainter, area: QRectF, picture: Picture) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        step = area.width() / max(picture.columns, 1)
        for marks, base, tip, colour in (
            (picture.above, 0.0, area.top() - 1, self._theme.warning),
            (picture.below, area.bottom() + _MARK, area.bottom() + 2, self._theme.muted),
        ):
            painter.setBrush(QColor(colour))
            for x in sorted({round(area.left() + (mark + 0.5) * step) for mark in marks}):
                painter.drawPolygon(QPolygonF(
                    [QPointF(x - 3, base), QPointF(x + 3, base), QPointF(x, tip)]))

    def _draw_lit(self, painter: QPainter, area: QRectF, picture: Picture) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self._theme.accent), 1.5))
        if self._row is not None and self._row < len(picture.names):
            high = area.height() / len(picture.names)
            top = area.top() + self._row * high
            painter.drawRect(QRectF(area.left(), top, area.width(), max(high, 2)))
        if self._column is not None and self._column < picture.columns:
            wide = area.width() / picture.columns
            left = area.left() + self._column * wide
            painter.drawRect(QRectF(left, area.top(), max(wide, 2), area.height()))
        if self._at is not None:
            box = self.box(self._at)
            middle = box.center()
            box.setSize(QSizeF(max(box.width(), 5), max(box.height(), 5)))
            box.moveCenter(middle)
            painter.setPen(QPen(QColor(self._theme.text), 1.5))
            painter.drawRect(box)

    def _draw_scale(self, painter: QPainter, area: QRectF, picture: Picture) -> None:
        measure = painter.fontMetrics()
        line = measure.height()
        words = [text for _, text in picture.ticks]
        widest = max(map(measure.horizontalAdvance, words), default=0)
        top = self.height() - line * 1.2
        column = np.ascontiguousarray(picture.table[1:][None])
        image = QImage(column.data, column.shape[1], 1, 4 * column.shape[1],
                       QImage.Format.Format_RGB32)
        left = area.left() + measure.horizontalAdvance(words[0]) + 6 if words else area.left()
        right = area.right() - measure.horizontalAdvance(words[-1]) - 6 if words else area.right()
        bar = QRectF(left, top + line * 0.25, max(right - left, 10), line * 0.5)
        painter.drawImage(bar, image)
        painter.setPen(QColor(self._theme.line))
        painter.drawRect(bar)
        painter.setPen(QColor(self._theme.muted))
        middle = Qt.AlignmentFlag.AlignVCenter
        if words:
            painter.drawText(QRectF(area.left(), top, widest + 4, line),
                             middle | Qt.AlignmentFlag.AlignLeft, words[0])
            painter.drawText(QRectF(right + 6, top, widest + 4, line),
                             middle | Qt.AlignmentFlag.AlignLeft, words[-1])
        for place, _ in picture.ticks[1:-1]:
            x = bar.left() + place * bar.width()
            painter.setPen(QPen(QColor(self._theme.text), 1))
            painter.drawLine(QPointF(x, bar.top() - 2), QPointF(x, bar.bottom() + 2))

    # -- what the user does -----------------------------------------------------------------

    def spot_at(self, place: QPointF) -> Spot | None:
        """The number that is drawn there."""
        area = self.area()
        if not area.contains(place) or self._image.isNull():
            return None
        rows, columns = self._image.height(), self._image.width()
        return (min(int((place.y() - area.top()) / area.height() * rows), rows - 1),
                min(int((place.x() - area.left()) / area.width() * columns), columns - 1))

    def _point(self, spot: Spot | None) -> None:
        if spot != self._at:
            self._at = spot
            self.pointed.emit(spot)
            self.update()

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
        """Arrow keys read, with Control ten at a time; Home and End go to the ends; Enter keeps."""
        rows, columns = self._image.height(), self._image.width()
        row, column = self._at or (self._image_row(), 0)
        key = Qt.Key(event.key())
        if key in _MOVES and rows:
            far = 10 if event.modifiers() & Qt.KeyboardModifier.ControlModifier else 1
            down, across = _MOVES[key] if self._at is not None else (0, 0)
            row, column = row + down * far, column + across * far
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End) and rows:
            column = 0 if key == Qt.Key.Key_Home else columns - 1
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._at is not None:
            self.clicked.emit(self._at)
            return
        else:
            super().keyPressEvent(event)
            return
        self._point((min(max(row, 0), rows - 1), min(max(column, 0), columns - 1)))

    def _image_row(self) -> int:
        """The first number of the row that is lit."""
        if self._row is None or self._picture is None or not self._picture.names:
            return 0
        rows, names = self._image.height(), len(self._picture.names)
        return min(self._row * rows // names, rows - 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask for as much as there is room for."""
        super().resizeEvent(event)
        self.resized.emit()

    def changeEvent(self, event: QEvent) -> None:
        """Larger type leaves less room."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.resized.emit()
