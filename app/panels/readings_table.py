"""The table of readings: a bar in each cell; read by keys and pointer, and sorted."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.paint.stroke import stroke, unit
from app.panels.readings_model import FIRST, Index, ReadingsModel
from app.state import Head
from app.theme import LIGHT, Theme
from core.asks.readings import READINGS

_WIDEST = 90  # pixels of a column, where there is room
_ROWS = 2  # that are always in view, however large the type
_NAMES = 3  # heights of a line that the names of columns have in any case


class ReadingsTable(QTableView):
    """Arrow keys and the pointer preview a head, Enter and a click pin it, Space sorts."""

    hovered = Signal(object)
    """The head that is previewed, or None."""
    pinned = Signal(object)
    """The head that was clicked, or entered."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = LIGHT
        self.lit: tuple[Head | None, Head | None] = (None, None)
        """The pinned head, and the one that is shown."""
        self.rows = ReadingsModel()
        self.setModel(self.rows)
        self.setItemDelegate(_Cells(self))
        self._header = _Header(self)
        self.setHorizontalHeader(self._header)
        self._header.sectionClicked.connect(self.sort_by)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setFrameShape(self.Shape.NoFrame)
        self.setMouseTracking(True)
        self._hovered: Head | None = None
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """Its names, which may be cut short, and a few rows."""
        return QSize(200, max(self._header.least() + self.rows_high(), 160))

    def rows_high(self) -> int:
        """Pixels of the rows that are always in view, and of what scrolls them sideways."""
        bar = self.horizontalScrollBar()
        return _ROWS * self.verticalHeader().defaultSectionSize() + (
            0 if bar.isHidden() else bar.sizeHint().height())

    def set_theme(self, theme: Theme) -> None:
        """Colour it anew."""
        self.theme = theme
        colours = self._header.palette()
        colours.setColor(colours.ColorRole.Window, QColor(theme.surface))  # where no column is
        self._header.setPalette(colours)
        self.viewport().update()
        self._header.viewport().update()

    def light(self, pinned: Head | None, shown: Head | None) -> None:
        """Mark the pinned head, and the one that is shown; bring that into view."""
        if self.lit == (pinned, shown):
            return
        before, self.lit = self.lit, (pinned, shown)
        for head in {*before, *self.lit}:
            if head in self.rows.heads:
                row = self.rows.heads.index(head)
                self.viewport().update(QRect(
                    0, self.rowViewportPosition(row), self.viewport().width(),
                    self.rowHeight(row)))
        self.reveal(shown)

    def reveal(self, head: Head | None) -> None:
        """Scroll to a head, if it is out of view."""
        if head in self.rows.heads:
            self.scrollTo(self.rows.index(self.rows.heads.index(head), 0))

    def sort_by(self, column: int) -> None:
        """Sort by a column, its greatest first; a second time the other way round."""
        rows, again = self.rows, column == self.rows.column
        self.sort_as(column, not rows.descending if again else column >= FIRST)

    def sort_as(self, column: int, descending: bool) -> None:
        """Sort by a column, and stay at the cell of the keys."""
        current = self.currentIndex()
        self.rows.sort_by(column, descending)
        self._header.viewport().update()
        if current.isValid():
            self.setCurrentIndex(self.rows.index(0, current.column()))
        self.scrollToTop()

    def _fit(self) -> None:
        """Columns as wide as their numbers, and wider where there is room."""
        measure = self.fontMetrics()
        self.verticalHeader().setDefaultSectionSize(measure.height() + 9)
        number = max(measure.horizontalAdvance(word) for word in ("0.00", "00.0", "NaN")) + 9
        widths = [max(measure.horizontalAdvance("00") + 12, measure.height() + 6)] * FIRST
        widths += [number] * len(READINGS)
        spare = (self.viewport().width() - sum(widths)) // len(widths)
        for column, width in enumerate(widths):
            most = max(round(_WIDEST * unit(self.font())), width)
            self.setColumnWidth(column, min(width + max(spare, 0), most))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More or less room."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Larger type."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    # -- what the user does -----------------------------------------------------------------

    def _head_at(self, row: int) -> Head | None:
        return self.rows.heads[row] if 0 <= row < len(self.rows.heads) else None

    def _hover(self, head: Head | None) -> None:
        if head != self._hovered:
            self._hovered = head
            self.hovered.emit(head)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Preview the head under the pointer."""
        self._hover(self._head_at(self.rowAt(int(event.position().y()))))

    def viewportEvent(self, event: QEvent) -> bool:
        """No head is under the pointer any more."""
        if event.type() == QEvent.Type.Leave:
            self._hover(None)
        return super().viewportEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pin the head that was clicked."""
        place = event.position().toPoint()
        head = self._head_at(self.rowAt(place.y()))
        if event.button() == Qt.MouseButton.LeftButton and head is not None:
            self.setCurrentIndex(self.indexAt(place))
            self.pinned.emit(head)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys move, preview, pin and sort."""
        current, key = self.currentIndex(), event.key()
        if event.modifiers() & Qt.KeyboardModifier.AltModifier:
            event.ignore()  # the sheet's keys
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            head = self._head_at(current.row())
            if head is not None:
                self.pinned.emit(head)
        elif key == Qt.Key.Key_Space:
            if current.isValid():
                self.sort_by(current.column())
        elif key == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)
            self._hover(self._head_at(self.currentIndex().row()))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Keys go elsewhere, and preview no more."""
        super().focusOutEvent(event)
        self._hover(None)


class _Cells(QStyledItemDelegate):
    """The number, and a bar below it as below the squares of the sheet."""

    def __init__(self, table: ReadingsTable) -> None:
        super().__init__(table)
        self._table = table

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one cell."""
        table, theme, rows = self._table, self._table.theme, self._table.rows
        head, column = rows.heads[index.row()], index.column()
        box: QRect = option.rect
        pinned, shown = table.lit
        found = head in rows.best
        sorted_here = column == rows.column
        painter.fillRect(box, QColor(theme.masked if head == shown else (
            theme.window if found else theme.surface)))
        share = rows.share(head, column) if column >= FIRST else None
        unreal = share is not None and math.isnan(share)
        if share is not None:
            thick = round(3 * unit(painter.font()))
            bar = QRect(box.left() + 3, box.bottom() - thick, box.width() - 6, thick)
            painter.fillRect(bar, QColor(theme.broken if unreal else theme.line))
            bar.setWidth(0 if unreal else round(bar.width() * min(max(share, 0), 1)))
            painter.fillRect(bar, QColor(theme.tint))
        bold = found and sorted_here
        if bold:
            font = QFont(painter.font())
            font.setBold(True)
            painter.setFont(font)
        absent = column >= FIRST and share is None
        painter.setPen(QColor(
            theme.muted if absent else theme.warning if unreal else theme.text))
        painter.drawText(box.adjusted(2, 0, -2, -3), Qt.AlignmentFlag.AlignCenter,
                         rows.text(head, column))
        if bold:
            painter.setFont(table.font())
        if head == pinned:
            painter.setPen(stroke(painter, theme.accent, 1.5))
            painter.drawLine(box.topLeft(), box.topRight())
            painter.drawLine(box.bottomLeft(), box.bottomRight())
        state = option.state
        if state & QStyle.StateFlag.State_HasFocus and table.hasFocus():
            painter.setPen(stroke(painter, theme.accent, 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(box.adjusted(1, 1, -1, -1))


class _Header(QHeaderView):
    """Names that read from below to above, so that columns are as narrow as numbers."""

    def __init__(self, table: ReadingsTable) -> None:
        super().__init__(Qt.Orientation.Horizontal, table)
        self._table = table
        self.setSectionsClickable(True)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setMinimumSectionSize(8)

    def sizeHint(self) -> QSize:
        """As high as the longest name; less where rows would find no room below it."""
        rows, measure = self._table.rows, self.fontMetrics()
        longest = max(
            measure.horizontalAdvance(f"{rows.headerData(at, Qt.Orientation.Horizontal)} ▼")
            for at in range(rows.columnCount()))
        room = max(self._table.height() - self._table.rows_high(), self.least())
        return QSize(super().sizeHint().width(), min(longest + 14, room))

    def least(self) -> int:
        """Pixels that names have in any case."""
        return _NAMES * self.fontMetrics().height()

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        """One name, and which way its column is sorted."""
        table, rows = self._table, self._table.rows
        theme, here = table.theme, section == rows.column
        painter.save()
        painter.fillRect(rect, QColor(theme.surface))
        words = str(rows.headerData(section, Qt.Orientation.Horizontal))
        way = "" if not here else " ▼" if rows.descending else " ▲"
        declined = section >= FIRST and rows.told is not None and (
            READINGS[section - FIRST] in rows.told.declined)
        painter.setPen(QColor(theme.accent if here else theme.muted if declined else theme.text))
        painter.translate(rect.left(), rect.bottom())
        painter.rotate(-90)
        box = QRect(6, 0, rect.height() - 8, rect.width())
        measure = self.fontMetrics()
        words = measure.elidedText(words, Qt.TextElideMode.ElideRight,
                                   box.width() - measure.horizontalAdvance(way)) + way
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)
        painter.restore()
        painter.save()
        painter.setPen(stroke(painter, theme.line))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.restore()
