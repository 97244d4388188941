"""One head large: a cell for each query and key, named by their tokens.

pyqtgraph comes with it, slowly; the window imports this file after its first paint.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from app.paint.colour import colour_table, signed_levels, signed_range, weight_levels
from app.paint.sheet import pixel_of
from app.panels.cells import Cells
from app.panels.colour_bar import ColourBar
from app.panels.elided import Elided
from app.panels.matrix_plot import MatrixPlot
from app.panels.matrix_reading import quantity_names, say_cell, say_parts, slope_of
from app.panels.matrix_words import matrix_sentence
from app.panels.page import Page
from app.panels.rotation import Rotation
from app.panels.token_axis import TokenAxis
from app.panels.upright import Upright
from app.state import Cell, View, attention_of, other_head
from app.theme import LIGHT, Theme
from core.frame import Frame, HeadPicture
from core.tables import Tables
from core.told import tell_head

_LABEL_SHARE = 0.22  # of the panel; a longer label is elided
_NAME = 8  # letters of a name that are told, whatever the room


class HeadMatrix(Page):
    """The hovered or pinned head, with axes, colour bar and the number under the pointer."""

    clicked = Signal(int)
    """The position of a token that was clicked on an axis."""
    stepped = Signal(int, int)
    """Queries and keys that the held cell is to go, by key."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._frame: Frame | None = None  # the one that holds the head that is drawn
        self._view = View()
        self._drawn: tuple[object, ...] = ()
        self._plot = MatrixPlot(parent=self)
        self._plot.setObjectName("ringed")
        self._plot.ci.layout.setContentsMargins(0, 0, 0, 0)
        self._plot.ci.layout.setSpacing(0)
        self._box = self._plot.addViewBox(row=1, col=1, invertY=True, enableMenu=False)
        self._box.setDefaultPadding(0)
        self._keys, self._queries = TokenAxis("top"), TokenAxis("left")
        self._plot.addItem(self._keys, row=0, col=1)
        self._plot.addItem(self._queries, row=1, col=0)
        self._keys.linkToView(self._box)
        self._queries.linkToView(self._box)
        self._cells = Cells()
        self._box.addItem(self._cells)
        self._plot.scene().sigMouseMoved.connect(self._move)
        self._plot.scene().sigMouseClicked.connect(self._click)
        self._plot.stepped.connect(self._step)
        self._bar = ColourBar(self)
        self._key_title, self._query_title = Elided(self), Upright(self)
        self._key_title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._reading = Elided(self)
        self._sum = Elided(self)
        self._rotation = Rotation(self)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(4)
        grid.addWidget(self._key_title, 0, 1)
        grid.addWidget(self._query_title, 1, 0)
        grid.addWidget(self._plot, 1, 1)
        grid.addWidget(self._bar, 1, 2)
        grid.addWidget(self._reading, 2, 0, 1, 3)
        grid.addWidget(self._sum, 3, 0, 1, 3)
        grid.addWidget(self._rotation, 4, 0, 1, 3)
        grid.setColumnStretch(1, 1)
        self._hint = QLabel(self)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint.setWordWrap(True)
        self._parts = (self._key_title, self._query_title, self._plot, self._bar, self._reading)
        grid.addWidget(self._hint, 1, 1)
        self.retranslate()
        self.set_theme(LIGHT)
        self._show_parts(False)

    def sizeHint(self) -> QSize:
        """About as large as the sheet."""
        return QSize(460, 420)

    def minimumSizeHint(self) -> QSize:
        """Room for labels and a few cells."""
        return QSize(300, 200)

    def retranslate(self) -> None:
        """Say it in the language of the moment."""
        self._name_axes()
        self._hint.setText(self.tr("Point at a head to see it here, click to keep it."))
        self._plot.setAccessibleName(self.tr("Attention of one head"))
        self._bar.retranslate()
        self._rotation.retranslate()
        self._drawn = ()
        self._say_cell()

    def _name_axes(self) -> None:
        key, query = (
            self.tr("key: the token that is looked at"), self.tr("query: the token that looks"))
        if self._frame is not None and attention_of(self._frame) == "cross":
            key = self.tr("key: the source token that is looked at")
            query = self.tr("query: the target token that looks")
        self._key_title.setText(key)
        self._query_title.set_text(query)

    def set_theme(self, theme: Theme) -> None:
        """Colour it anew."""
        self._rotation.set_theme(theme)
        self._theme, self._drawn = theme, ()
        self._plot.setBackground(theme.surface)
        for words in (self._key_title, self._query_title):
            words.setStyleSheet(f"color: {theme.muted}")
        self._draw()

    def fit(self) -> None:
        """Show all cells."""
        queries, keys = self._cells.shape_of
        self._box.setLimits(xMin=0, xMax=keys, yMin=0, yMax=queries, minXRange=1, minYRange=1)
        self._box.setRange(xRange=(0, keys), yRange=(0, queries), padding=0)

    def lacks(self, picture: Frame, view: View) -> bool:
        """Whether the shown head is not in it."""
        head = picture.head
        return view.shown is not None and (head is None or view.shown != (head.layer, head.head))

    def show_frame(self, frame: Frame, view: View) -> None:
        """Draw the shown head if ``frame`` holds it; until it comes, the one before stays."""
        self._view = view
        if view.shown is None:
            self._frame = None
        elif not self.lacks(frame, view):
            self._frame = frame
        self._draw()

    @property
    def _head(self) -> HeadPicture | None:
        return self._frame.head if self._frame is not None else None

    # -- drawing ----------------------------------------------------------------------------

    def _show_parts(self, shown: bool) -> None:
        for part in self._parts:
            part.setVisible(shown)
        head = self._head
        several = head is not None and bool(head.terms)
        compared = self._frame is not None and other_head(self._frame) is not None
        sloped = self._frame is not None and self._frame.gradient is not None
        self._sum.setVisible(shown and (several or compared or sloped))
        self._rotation.setVisible(shown and head is not None and head.turn is not None)
        self._hint.setVisible(not shown)

    def _draw(self) -> None:
        frame, head = self._frame, self._head
        if frame is None or head is None:
            self._show_parts(False)
            self._drawn = ()
            return
        drawn = (
            head, frame.sight.scale, self._view.quantity, other_head(frame), frame.gradient)
        if self._drawn != drawn:
            self._drawn = drawn
            self._draw_cells(frame, head)
            self._name_axes()
        cell = self._view.at if self._cell_exists(self._view.at) else None
        self._cells.light(cell)
        self._queries.light(cell[0] if cell else None)
        self._keys.light(cell[1] if cell else None)
        self._say_cell()
        self._rotation.show_turn(frame, head.turn, cell)
        self._show_parts(True)

    def _draw_cells(self, frame: Frame, head: HeadPicture) -> None:
        visible = head.shown
        parts = {"scores": head.scores} | {term.name: term.scores for term in head.terms}
        other = other_head(frame)
        if other is not None:
            parts["difference"] = head.pattern - other.pattern
        slope = slope_of(frame, head)
        if slope is not None:
            parts["gradient"] = slope
        part = parts.get(self._view.quantity)
        if part is None:
            levels = weight_levels(head.pattern, visible, frame.sight.scale)
            table = colour_table(self._theme.weights, self._theme.masked)
            self._bar.show_scale(self._theme, frame.sight.scale)
        else:
            most = signed_range(np.where(visible, part, 0))
            levels = signed_levels(part, visible, most)
            table = colour_table(self._theme.signed, self._theme.masked)
            self._bar.show_signed(self._theme, most, quantity_names()[self._view.quantity])
        pixels = np.where(visible, table[levels], np.uint32(0))
        wrong = ~np.isfinite(head.pattern if part is None else part) & visible
        pixels[wrong] = pixel_of(self._theme.broken)
        self._bar.mark_unreal(bool(wrong.any()))
        whole = pixels.shape != self._cells.shape_of  # else it is in view as the user left it
        self._cells.show_cells(pixels, self._theme, bool(wrong.any()))
        self._plot.setAccessibleDescription(matrix_sentence(frame, head))
        self._name_tokens()
        if whole:
            self.fit()

    def _name_tokens(self) -> None:
        if self._frame is not None and self._head is not None:
            queries, keys, theme = self._frame.queries, self._frame.keys, self._theme
            most = _LABEL_SHARE * self.width(), _LABEL_SHARE * self.height()
            self._queries.show_labels(queries.labels, theme, theme.query, most[0])
            self._keys.show_labels(keys.labels, theme, theme.key, most[1])

    def _is_whole(self) -> bool:
        """Whether the user has not zoomed in."""
        (left, right), (top, bottom) = self._box.viewRange()
        queries, keys = self._cells.shape_of
        return bool(right - left > keys - 0.01 and bottom - top > queries - 0.01)

    def _cell_exists(self, cell: Cell | None) -> bool:
        if cell is None or self._head is None:
            return False
        queries, keys = self._head.pattern.shape
        return bool(cell[0] < queries and cell[1] < keys)

    def _say_cell(self) -> None:
        frame, head, cell = self._frame, self._head, self._view.at
        if frame is None or head is None or cell is None or not self._cell_exists(cell):
            self._reading.setText(self.tr("Point at a cell to read its weight."))
            self._sum.clear()
            return
        self._reading.setText(say_cell(frame, head, cell, self._shorten))
        self._sum.setText(say_parts(frame, head, cell))

    def _shorten(self, name: str, around: str) -> str:
        """Long names give way to the number behind them, but none becomes unknown."""
        measure = self._reading.fontMetrics()
        room = max((self.width() - measure.horizontalAdvance(around)) // 2 - 4,
                   _NAME * measure.averageCharWidth())
        return measure.elidedText(name, Qt.TextElideMode.ElideMiddle, room)

    def reading(self) -> str:
        """What is said of the cell under the pointer."""
        return " ".join(filter(None, (self._reading.text(), self._sum.text())))

    # -- what the user does -----------------------------------------------------------------

    def _move(self, place: QPointF) -> None:
        if not self._box.sceneBoundingRect().contains(place) or self._head is None:
            self._point(None)
        else:
            self._point(self._cell_at(place))

    def _cell_at(self, place: QPointF) -> Cell | None:
        point = self._box.mapSceneToView(place)
        cell = int(point.y()), int(point.x())
        return cell if min(point.x(), point.y()) >= 0 and self._cell_exists(cell) else None

    def _point(self, cell: Cell | None) -> None:
        if cell != self._view.cell:
            self.selected.emit({"cell": cell})

    def _click(self, event: object) -> None:
        if getattr(event, "double", bool)():
            self.fit()
            return
        place = getattr(event, "scenePos", QPointF)()
        if self._box.sceneBoundingRect().contains(place):
            cell = self._cell_at(place)
            self.selected.emit({"held": None if cell == self._view.held else cell})
            return
        point = self._box.mapSceneToView(place)
        for axis, at in ((self._queries, point.y()), (self._keys, point.x())):
            if axis.sceneBoundingRect().contains(place) and at >= 0:
                self.clicked.emit(int(at))

    def _step(self, queries: int, keys: int) -> None:
        self.stepped.emit(queries, keys)
        if self._view.held is not None:
            self._reach(*self._view.held)

    def _reach(self, query: int, key: int) -> None:
        """Bring a cell in view, where the user has zoomed in."""
        (left, right), (top, bottom) = self._box.viewRange()
        across = min(key - left, 0) + max(key + 1 - right, 0)
        down = min(query - top, 0) + max(query + 1 - bottom, 0)
        if across or down:
            self._box.translateBy(x=across, y=down)

    def leaveEvent(self, event: QEvent) -> None:
        """No cell is under the pointer any more."""
        self._point(None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep all cells in view if they were."""
        super().resizeEvent(event)
        self._name_tokens()
        if self._head is not None and self._is_whole():
            self.fit()

    def numbers(self, frame: Frame, view: View) -> Tables:
        """The head that is drawn."""
        return {} if self._frame is None else tell_head(self._frame)


if __name__ == "__main__":
    from app.panels.demo import run_demo

    raise SystemExit(run_demo(HeadMatrix, HeadMatrix.show_frame))
