"""Where the cells of several models lie: two in a row, or one where there is no room for two."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QScrollArea, QWidget

_GAP = 12
_LETTERS, _FRAMES = 26, 40
"""A cell's least width: letters in a row, and pixels around them."""


class _Rows(QGridLayout):
    """As high as its cells must be, whatever is said in one: words that say why there is no
    picture would ask for all that pictures would like, and a scroll bar would come with them."""

    def hasHeightForWidth(self) -> bool:
        """No."""
        return False


class SideGrid(QScrollArea):
    """As large as there is room; at large type it is scrolled."""

    def __init__(self, cells: Sequence[QWidget], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cells, self._count, self._columns = cells, 0, 0
        inside = QWidget()
        for cell in cells:
            cell.setParent(inside)  # none is a window of its own, be it shown or not
        self._grid = _Rows(inside)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(_GAP)
        self._grid.setVerticalSpacing(10)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(inside)
        for part in (self.viewport(), inside):  # the panel's own ground shows
            part.setAutoFillBackground(False)

    def show_first(self, count: int) -> None:
        """Show so many of the cells."""
        self._count = count
        for at, cell in enumerate(self._cells):
            cell.setVisible(at < count)
        self._lay_out(self._room())

    def _room(self) -> int:
        """Columns that find room."""
        narrow = _LETTERS * self.fontMetrics().averageCharWidth() + _FRAMES
        return min(2 if self.width() >= 2 * narrow + _GAP else 1, max(self._count, 1))

    def _lay_out(self, columns: int) -> None:
        self._columns = columns
        for at, cell in enumerate(self._cells):
            self._grid.removeWidget(cell)
            if at < self._count:
                self._grid.addWidget(cell, at // columns, at % columns)
        for at in range(len(self._cells)):
            self._grid.setRowStretch(at, int(at * columns < self._count))
            self._grid.setColumnStretch(at, int(at < columns))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More room, or less."""
        super().resizeEvent(event)
        if self._room() != self._columns:
            self._lay_out(self._room())

    def changeEvent(self, event: QEvent) -> None:
        """Larger type needs more of it."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and self._room() != self._columns:
            self._lay_out(self._room())
