"""A field with words in its cells, which scrolls where they find no room."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QScrollBar, QWidget

from app.paint.colour import Table
from app.paint.stroke import stroke
from app.panels.field import Field
from app.panels.field_picture import Picture, Spot, levels_of, table_of
from app.panels.field_sides import draw_name

_BLOCK = 4  # columns are asked for in such blocks


class WordField(Field):
    """Only the cells in view are asked for and drawn; the names of both sides stay."""

    scrolled = Signal()
    """Other columns are in view."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._inks: tuple[Table, list[QColor]] | None = None
        self._barred = (False, False)
        self._thick = 0  # pixels of a bar
        self.across = QScrollBar(Qt.Orientation.Horizontal, self)
        self.down = QScrollBar(Qt.Orientation.Vertical, self)
        for bar in (self.across, self.down):
            bar.hide()
            bar.valueChanged.connect(self._scroll)

    def show_picture(self, picture: Picture | None) -> None:
        """Draw this; at first, and where there are more columns or fewer, the lit one or the last
        is brought in view."""
        before = self.shape[1]
        super().show_picture(picture)
        self._place()
        count = self.shape[1]
        if count != before:
            self.reach_column(min(self._columns or (count - 1,)))

    def light(self, row: int | None, *columns: int) -> None:
        """Outline a row and a column, and bring the column in view unless another is read."""
        moved = columns != self._columns
        super().light(row, *columns)
        if moved and columns and self._at is None:
            self.reach_column(columns[0])

    # -- where things are -------------------------------------------------------------------

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns that can be scrolled to."""
        return (0, 0) if self._picture is None else (
            self._picture.rows.count, self._picture.columns.count)

    def area(self) -> QRectF:
        """Where cells are in view: right of the names and below them."""
        measure, thick = self.fontMetrics(), self._thick
        names = self._picture.rows.names if self._picture is not None else ()
        left = max(map(measure.horizontalAdvance, names), default=0) + 12
        above = round(measure.height() * 1.4)
        across, down = self._barred
        return QRectF(left, above, max(self.width() - left - down * thick, 1),
                      max(self.height() - above - across * thick, 1))

    def cell(self) -> tuple[float, float]:
        """Room for a short word, and for two lines if there is."""
        measure = self.fontMetrics()
        line = measure.height()
        room = self.area().height() / max(self.shape[0], 1)
        wide, count = measure.averageCharWidth() * 9.5, max(self.shape[1], 1)
        wide = min(max(self.area().width() / count, wide), 1.6 * wide)
        return round(wide), round(min(max(room, line + 4), 4 * line))

    def scrolled_by(self) -> QPointF:
        """As the bars say."""
        return QPointF(self.across.value(), self.down.value())

    def columns_wanted(self) -> tuple[int, int]:
        """First column and count, by blocks, of what is in view; from the end at the start."""
        wide, visible = self.cell()[0], self.area().width()
        if self._picture is None:
            count = -int(-visible // wide)
            return -count, count
        start = self.across.value()
        first = int(start // wide) // _BLOCK * _BLOCK
        past = (-int(-(start + visible) // wide) // _BLOCK + 1) * _BLOCK
        return first, past - first

    def reach(self, spot: Spot) -> None:
        """Scroll as little as brings this in view."""
        self.reach_column(spot[1])
        _reach(self.down, spot[0], self.cell()[1], self.area().height())

    def reach_column(self, column: int) -> None:
        """The same, of a column alone."""
        _reach(self.across, column, self.cell()[0], self.area().width())

    def _place(self) -> None:
        """Show the bars that are needed, each as far as there is something to scroll to."""
        rows, columns = self.shape
        self._barred, self._thick = (False, False), self.across.sizeHint().height()
        for _ in range(2):  # one bar takes room, and may make the other needed
            (wide, high), area = self.cell(), self.area()
            self._barred = columns * wide > area.width(), rows * high > area.height()
        (wide, high), area = self.cell(), self.area()
        for bar, shown, side, count, visible in (
            (self.across, self._barred[0], wide, columns, area.width()),
            (self.down, self._barred[1], high, rows, area.height()),
        ):
            bar.setVisible(shown)
            bar.setRange(0, max(round(count * side - visible), 0))
            bar.setPageStep(max(round(visible), 1))
            bar.setSingleStep(round(side))
        right, below = round(area.right()), round(area.bottom())
        self.across.setGeometry(0, below, right, self._thick)
        self.down.setGeometry(right, 0, self._thick, below)

    # -- drawing ----------------------------------------------------------------------------

    def _draw(self, painter: QPainter, picture: Picture, area: QRectF) -> None:
        painter.setClipRect(area)
        self._draw_cells(painter, picture, area)
        self._draw_lit(painter, picture, area)
        self._draw_names(painter, picture, area)
        painter.setClipping(False)

    def _in_view(self, area: QRectF) -> range:
        """Columns of which something is seen."""
        wide, start = self.cell()[0], self.across.value()
        return range(int(start // wide), min(-int(-(start + area.width()) // wide), self.shape[1]))

    def _draw_cells(self, painter: QPainter, picture: Picture, area: QRectF) -> None:
        assert picture.words is not None
        table = table_of(picture.colours, self.theme)
        inks, levels = self._inks_on(table), levels_of(picture.values, picture.colours)
        self._unreal = not levels.all()
        (wide, high), measure = self.cell(), painter.fontMetrics()
        two, room = high >= 2 * measure.height(), round(wide) - 7
        seen = [column - picture.start for column in self._in_view(area)
                if 0 <= column - picture.start < levels.shape[1]]
        corner = self.box((0, picture.start)).topLeft()
        for row in range(picture.rows.count):
            top = corner.y() + row * high
            if top > area.bottom() or top + high < area.top():
                continue
            for at in seen:
                level = int(levels[row, at])
                box = QRectF(corner.x() + at * wide, top, wide - 1, high - 1)
                painter.fillRect(box, QColor.fromRgb(int(table[level])))
                painter.setPen(inks[level])
                above, below = picture.words((row, at + picture.start)) if level else ("NaN", "")
                words = measure.elidedText(above, Qt.TextElideMode.ElideRight, room)
                painter.drawText(box.adjusted(3, 0, -2, 0), Qt.AlignmentFlag.AlignCenter,
                                 f"{words}\n{below}" if below and two else words)

    def _inks_on(self, table: Table) -> list[QColor]:
        """White or black, whichever is read better on each colour."""
        if self._inks is None or self._inks[0] is not table:
            parts = [(table >> shift & 255) / 255 for shift in (16, 8, 0)]
            red, green, blue = (np.where(p <= 0.04045, p / 12.92, ((p + 0.055) / 1.055) ** 2.4)
                                for p in parts)
            light = 0.2126 * red + 0.7152 * green + 0.0722 * blue
            white, black = QColor("#ffffff"), QColor("#000000")
            self._inks = table, [white if dark else black for dark in light < 0.179]
        return self._inks[1]

    def _draw_lit(self, painter: QPainter, picture: Picture, area: QRectF) -> None:
        rows, columns = self.shape
        for column in self._columns:
            if not 0 <= column < columns:
                continue
            whole = self.box((0, column)).united(self.box((rows - 1, column)))
            self._outline(painter, [whole.adjusted(0, 0, -1, -1)], 1)
            if self._row is not None and self._row < rows:
                box = self.box((self._row, column)).adjusted(0, 0, -1, -1)
                self._outline(painter, [box], 2)
        if self._at is not None:
            painter.setPen(stroke(painter, self.theme.text, 2))
            painter.drawRect(self.box(self._at).adjusted(0, 0, -1, -1))

    def _draw_names(self, painter: QPainter, picture: Picture, area: QRectF) -> None:
        wide, high = self.cell()
        painter.setClipRect(QRectF(area.left(), 0, area.width(), area.top()))
        for column in self._in_view(area):
            box = QRectF(self.box((0, column)).left(), 0, wide, area.top() - 2)
            name = picture.columns.names[column]
            draw_name(painter, box, name, column in self._columns, self.theme, pad=3)
        painter.setClipRect(QRectF(0, area.top(), area.left(), area.height()))
        for row, name in enumerate(picture.rows.names):
            box = QRectF(0, self.box((row, 0)).top(), area.left() - 4, high)
            draw_name(painter, box, name, row == self._row, self.theme,
                      Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, pad=3)

    # -- what the user does -----------------------------------------------------------------

    def _first(self) -> Spot:
        """Where keys begin to read: what is lit."""
        return self._row or 0, next(iter(self._columns), 0)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll across where there is nothing to scroll down."""
        turn = event.angleDelta()
        across = turn.x() or (turn.y() if not self.down.maximum() else 0)
        bar, by = (self.across, across) if across else (self.down, turn.y())
        bar.setValue(bar.value() - by)
        event.accept()

    def _scroll(self) -> None:
        self.update()
        self.scrolled.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Other columns are in view; the last stays, if it was."""
        ended = self.across.value() == self.across.maximum()
        self._place()
        if ended:
            self.across.setValue(self.across.maximum())
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Larger type leaves less room."""
        if event.type() == QEvent.Type.FontChange:
            self._place()
        super().changeEvent(event)


def _reach(bar: QScrollBar, at: int, side: float, visible: float) -> None:
    bar.setValue(round(min(max(bar.value(), (at + 1) * side - visible), at * side)))
