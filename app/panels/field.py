"""Numbers as one image: rows and columns with names or numbers, and the colours' scale."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.paint.stroke import stroke, unit
from app.panels.arrows import ARROWS, PAGES, TEN
from app.panels.drawn import Drawn
from app.panels.field_picture import Picture, Spot, pixels_of, table_of
from app.panels.field_sides import (
    MARK,
    draw_column_names,
    draw_marks,
    draw_numbers,
    draw_row_names,
    draw_scale,
)
from app.panels.positions_ticks import say

_MOVES = ARROWS | PAGES


class Field(Drawn):
    """One widget, one image; the pointer and the arrow keys read it."""

    pointed = Signal(object)
    """The Spot under the pointer, or None."""
    clicked = Signal(object)
    """A Spot that was clicked, or that Enter was pressed at."""
    stepped = Signal(int, int)
    """Rows and columns to go, by key, where keys move what is chosen."""
    resized = Signal()
    """There is room for more numbers, or fewer."""

    def __init__(self, parent: QWidget | None = None, steps: bool = False) -> None:
        """Arrow keys read number after number, or, if it ``steps``, move what is chosen."""
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._picture: Picture | None = None
        self._pixels = np.zeros((1, 1), np.uint32)
        self._image = QImage()
        self._unreal = False  # whether some numbers are none
        self._made: tuple[object, ...] = ()
        self._row: int | None = None
        self._columns: tuple[int, ...] = ()
        self._at: Spot | None = None
        self._headed = False
        self._steps = steps

    def sizeHint(self) -> QSize:
        """About half a page."""
        return QSize(440, 300)

    def minimumSizeHint(self) -> QSize:
        """A few names and the scale."""
        line = self.fontMetrics().height()
        return QSize(7 * line, 6 * line)

    def show_picture(self, picture: Picture | None) -> None:
        """Draw this."""
        self._picture = picture
        if self._at is not None and not self._has(self._at):
            self._at = None
        self.update()

    def name_columns(self, named: bool) -> None:
        """Make room for names of columns."""
        if named != self._headed:
            self._headed, self._at = named, None
            self.update()

    def light(self, row: int | None, *columns: int) -> None:
        """Outline a row and columns, counted as the sides of the picture are."""
        if (row, columns) != (self._row, self._columns):
            self._row, self._columns = row, columns
            self.update()

    # -- where things are -------------------------------------------------------------------

    @property
    def at(self) -> Spot | None:
        """What is read."""
        return self._at

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns that can be read."""
        if self._picture is None:
            return 0, 0
        rows, columns = self._picture.values.shape
        return rows, columns

    def _has(self, spot: Spot) -> bool:
        rows, columns = self.shape
        return 0 <= spot[0] < rows and 0 <= spot[1] < columns

    def area(self) -> QRectF:
        """Where the image is; of one with names, by the size, the type and :meth:`name_columns`
        alone."""
        line, picture = self.fontMetrics().height(), self._picture
        if picture is not None and picture.rows.title:
            first = picture.rows.first
            ends = (say(first), say(first + picture.rows.count - 1))
            left = line + 10 + max(map(self.fontMetrics().horizontalAdvance, ends))
            above, below = line + 6, round(2.3 * line) + 2
        else:
            left = min(max(round(self.width() * 0.2), 4 * line), 10 * line)
            above = round(line * 1.3) if self._headed else MARK
            below = round(line * 1.4) + MARK + 6
        return QRectF(left, above, max(self.width() - left - 2, 1),
                      max(self.height() - above - below, 1))

    def room(self) -> tuple[int, int]:
        """Rows and columns that have a pixel of their own."""
        area = self.area()
        return int(area.height()), int(area.width())

    def _dots(self) -> tuple[int, int]:
        """The same in the pixels of the screen."""
        area, dots = self.area(), self.devicePixelRatioF()
        return max(int(area.height() * dots), 1), max(int(area.width() * dots), 1)

    @property
    def reduced(self) -> bool:
        """Whether there are fewer pixels than numbers."""
        (rows, columns), (height, width) = self.shape, self._dots()
        return rows > height or columns > width

    def cell(self) -> tuple[float, float]:
        """Width and height of a number."""
        area, (rows, columns) = self.area(), self.shape
        return area.width() / max(columns, 1), area.height() / max(rows, 1)

    def scrolled_by(self) -> QPointF:
        """How far the first number is out of view."""
        return QPointF()

    def box(self, spot: Spot) -> QRectF:
        """Where a number is drawn."""
        (wide, high), away = self.cell(), self.area().topLeft() - self.scrolled_by()
        return QRectF(away.x() + spot[1] * wide, away.y() + spot[0] * high, wide, high)

    def spot_at(self, place: QPointF) -> Spot | None:
        """The number that is drawn there."""
        area, (wide, high) = self.area(), self.cell()
        if not area.contains(place):
            return None
        inside = place - area.topLeft() + self.scrolled_by()
        spot = int(inside.y() / high), int(inside.x() / wide)
        return spot if self._has(spot) else None

    # -- drawing ----------------------------------------------------------------------------

    @property
    def image(self) -> QImage:
        """The numbers, in the colours of the theme."""
        made = (self._picture, self.theme, *self._dots())
        if self._picture is not None and made != self._made:
            self._made = made
            self._pixels, self._unreal = pixels_of(self._picture, self.theme, *self._dots())
            rows, columns = self._pixels.shape
            self._image = QImage(
                self._pixels.data, columns, rows, 4 * columns, QImage.Format.Format_RGB32)
        return self._image

    def paintEvent(self, event: QPaintEvent) -> None:
        """The cells, what stands around them, what is lit."""
        painter = QPainter(self)
        if self._picture is not None:
            self._draw(painter, self._picture, self.area())
        self.draw_focus(painter)
        painter.end()

    def _draw(self, painter: QPainter, picture: Picture, area: QRectF) -> None:
        theme = self.theme
        painter.drawImage(area, self.image)
        painter.setPen(stroke(painter, theme.line))
        painter.drawRect(area)
        if picture.rows.title:
            draw_numbers(painter, area, self.width(), picture.rows, picture.columns, theme)
        else:
            draw_row_names(painter, area, picture.rows.names, self._row, theme)
            column = next(iter(self._columns), None)
            draw_column_names(painter, area, picture.columns.names, column, theme)
        draw_marks(painter, area, picture, theme)
        self._draw_lit(painter, picture, area)
        self._draw_scale(painter, picture, area)

    def _draw_lit(self, painter: QPainter, picture: Picture, area: QRectF) -> None:
        lit = []
        if self._row is not None and 0 <= self._row < picture.rows.count:
            high = area.height() / picture.rows.count
            top = area.top() + self._row * high
            lit.append(QRectF(area.left(), top, area.width(), max(high, 3)))
        for column in self._columns:
            if 0 <= column < picture.columns.count:
                wide = area.width() / picture.columns.count
                left = area.left() + column * wide
                lit.append(QRectF(left, area.top(), max(wide, 3), area.height()))
        self._outline(painter, lit, 1.5)
        if self._at is not None:
            box = self.box(self._at)
            middle = box.center()
            box.setSize(QSizeF(max(box.width(), 5), max(box.height(), 5)))
            box.moveCenter(middle)
            painter.setPen(stroke(painter, self.theme.text, 1.5))
            painter.drawRect(box)

    def _outline(self, painter: QPainter, boxes: Sequence[QRectF], width: float) -> None:
        """Boxes in the accent; where the colour of what is no number would hide it, on a ground."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        pens = [stroke(painter, self.theme.accent, width)]
        if self._unreal:
            pens.insert(0, stroke(painter, self.theme.surface, width + 2.5))
        for box in boxes:
            for pen in pens:
                painter.setPen(pen)
                painter.drawRect(box)

    def _draw_scale(self, painter: QPainter, picture: Picture, area: QRectF) -> None:
        """Below; where numbers are there, above, with the title."""
        measure = painter.fontMetrics()
        line = measure.height()
        table = table_of(picture.colours, self.theme)
        if not picture.rows.title:
            box = QRectF(area.left(), self.height() - line * 1.2, area.width(), line)
            draw_scale(painter, box, table, picture.ticks, self.theme)
            return
        wide = sum(measure.horizontalAdvance(words) + 6 for _, words in picture.ticks)
        wide += round(48 * unit(painter.font()))
        left = max(self.width() - wide - 2, 0)
        draw_scale(painter, QRectF(left, 0, wide, line), table, picture.ticks, self.theme)
        painter.setPen(QColor(self.theme.text))
        words = measure.elidedText(picture.title, Qt.TextElideMode.ElideRight, left - 8)
        painter.drawText(QRectF(0, 0, max(left - 8, 0), line), Qt.AlignmentFlag.AlignVCenter, words)

    # -- what the user does -----------------------------------------------------------------

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
        """Arrow keys go on, with Control ten at a time; Home and End to the ends; Enter keeps."""
        rows, columns = self.shape
        key, at = Qt.Key(event.key()), self._at
        row, column = self._first() if at is None else at
        if key in _MOVES and rows:
            far = TEN if event.modifiers() & Qt.KeyboardModifier.ControlModifier else 1
            down, across = (far * step for step in _MOVES[key])
            if self._steps:
                self.stepped.emit(down, across)
                return
            if at is not None:
                row, column = row + down, column + across
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End) and rows and not self._steps:
            column = 0 if key == Qt.Key.Key_Home else columns - 1
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and at is not None:
            self.clicked.emit(at)
            return
        else:
            super().keyPressEvent(event)
            return
        spot = min(max(row, 0), rows - 1), min(max(column, 0), columns - 1)
        self.reach(spot)
        self._point(spot)

    def reach(self, spot: Spot) -> None:
        """Bring it in view: all of this is."""

    def _first(self) -> Spot:
        """Where keys begin to read: the row that is lit."""
        picture = self._picture
        if self._row is None or picture is None or not picture.rows.count:
            return 0, 0
        return self._row * self.shape[0] // picture.rows.count, 0

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask for as much as there is room for."""
        super().resizeEvent(event)
        self.resized.emit()

    def changeEvent(self, event: QEvent) -> None:
        """Larger type leaves less room."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.resized.emit()
