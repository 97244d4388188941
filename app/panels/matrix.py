"""One head large: a cell for each query and key, named by their tokens.

pyqtgraph is imported here and is slow to come; the window imports this file after its first paint.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pyqtgraph
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QStyleOptionGraphicsItem, QWidget

from app.paint.colour import colour_table, weight_levels
from app.paint.words import isolated
from app.panels.colour_bar import ColourBar
from app.panels.elided import Elided
from app.state import Cell, View
from app.theme import LIGHT, Theme
from core.frame import Frame, HeadPicture

_LABEL_SHARE = 0.22  # of the panel; a longer label is elided


class Cells(pyqtgraph.GraphicsObject):  # type: ignore[misc]
    """The cells as one image, the hatch where they are masked, and the lit row and column."""

    def __init__(self) -> None:
        super().__init__()
        self._image = QImage()
        self._pixels = np.zeros((1, 1), np.uint32)
        self._cell: Cell | None = None
        self._theme = LIGHT
        self.shape_of = (1, 1)

    def show_cells(self, pixels: np.ndarray, theme: Theme) -> None:
        """Show [query, key] pixels 0xAARRGGBB; 0 lets the hatch through."""
        if pixels.shape != self.shape_of:
            self.prepareGeometryChange()
        self.shape_of, self._pixels, self._theme = pixels.shape, pixels, theme
        rows, columns = pixels.shape
        self._image = QImage(
            pixels.data, columns, rows, 4 * columns, QImage.Format.Format_ARGB32_Premultiplied
        )
        self.update()

    def light(self, cell: Cell | None) -> None:
        """Outline the row and the column of ``cell``."""
        if cell != self._cell:
            self._cell = cell
            self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802
        """A unit square a cell."""
        return QRectF(0, 0, self.shape_of[1], self.shape_of[0])

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Hatch, cells, outlines."""
        area = self.boundingRect()
        hatch = QBrush(QColor(self._theme.hatch), Qt.BrushStyle.BDiagPattern)
        hatch.setTransform(painter.worldTransform().inverted()[0])
        painter.fillRect(area, QColor(self._theme.masked))
        painter.fillRect(area, hatch)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawImage(area, self._image)
        if self._cell is None:
            return
        query, key = self._cell
        for box in (QRectF(0, query, area.width(), 1), QRectF(key, 0, 1, area.height())):
            pen = QPen(QColor(self._theme.accent), 1.5)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawRect(box)


class Placed(NamedTuple):
    """A label that is drawn: of which token, and where its middle is, in pixels."""

    token: int
    middle: float


def place_labels(
    low: float, high: float, length: float, line: float, count: int, lit: int | None
) -> list[Placed]:
    """Choose labels that neither touch nor leave the axis; the lit one is always among them.

    Args:
        low: the first cell in view; a part of it may be out of view.
        high: past the last.
        length: pixels from ``low`` to ``high``.
        line: pixels that a label takes.
        count: tokens there are.
        lit: the token that must be named if it is in view.
    """
    side = length / max(high - low, 1e-9)
    first, past = max(int(low), 0), min(math.ceil(high), count)

    def place(index: int) -> Placed:
        middle = (index + 0.5 - low) * side
        return Placed(index, min(max(middle, line / 2), max(length - line / 2, line / 2)))

    stride = max(math.ceil(line / side), 1)
    fixed = place(lit) if lit is not None and first <= lit < past else None
    shown = [] if fixed is None else [fixed]
    reached = -math.inf
    for one in map(place, range(-(-first // stride) * stride, past, stride)):
        free = fixed is None or abs(one.middle - fixed.middle) >= line
        if free and one.middle - reached >= line:
            shown.append(one)
            reached = one.middle
    return sorted(shown)


class TokenAxis(pyqtgraph.AxisItem):  # type: ignore[misc]
    """Token labels along one side; every n-th where there is no room for all."""

    def __init__(self, side: str) -> None:
        super().__init__(side)
        self.drawn: list[Placed] = []
        self._labels: Sequence[str] = ()
        self._lit: int | None = None
        self._theme = LIGHT
        self._paper = LIGHT.query

    def show_labels(self, labels: Sequence[str], theme: Theme, paper: str, most: float) -> None:
        """Name the tokens.

        Args:
            labels: one a token.
            theme: for the ink.
            paper: the colour under the lit one.
            most: pixels that a label may take.
        """
        self._labels, self._theme, self._paper = labels, theme, paper
        longest = max((self._width(label) for label in labels[:512]), default=20)
        room = min(longest, most) + 8
        if self.orientation == "left":
            self.setWidth(room)
        else:
            self.setHeight(room)
        self.update()

    def light(self, index: int | None) -> None:
        """Light the label of this token."""
        if index != self._lit:
            self._lit = index
            self.update()

    def _width(self, label: str) -> int:
        if not self.scene():
            return 40
        return int(self.scene().views()[0].fontMetrics().horizontalAdvance(label))

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw the labels of the cells in view; the lit one is always among them."""
        view = self.linkedView()
        if view is None or not self._labels:
            return
        area = QRectF(self.mapRectFromParent(self.geometry()))
        upright = self.orientation == "left"
        low, high = view.viewRange()[1 if upright else 0]
        length = area.height() if upright else area.width()
        line = painter.fontMetrics().height()
        self.drawn = place_labels(low, high, length, line, len(self._labels), self._lit)
        for token, middle in self.drawn:
            lit = token == self._lit
            self._draw_label(painter, area, middle, self._labels[token], upright, lit)

    def _draw_label(
        self, painter: QPainter, area: QRectF, middle: float, label: str, upright: bool, lit: bool
    ) -> None:
        line = painter.fontMetrics().height()
        room = (area.width() if upright else area.height()) - 6
        label = painter.fontMetrics().elidedText(label, Qt.TextElideMode.ElideMiddle, int(room))
        painter.save()
        if upright:
            painter.translate(area.left(), area.top() + middle - line / 2)
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        else:
            painter.translate(area.left() + middle - line / 2, area.bottom())
            painter.rotate(-90)
            painter.translate(4, 0)
            flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        box = QRectF(0, 0, room, line)
        if lit:
            painter.fillRect(box.adjusted(-2, 0, 4, 0), QColor(self._paper))
        painter.setPen(QColor(self._theme.text if lit else self._theme.muted))
        painter.drawText(box, flags, label)
        painter.restore()


class HeadMatrix(QWidget):
    """The hovered or pinned head, with axes, colour bar and the number under the pointer."""

    pointed = Signal(object)
    """The cell under the pointer, (query, key), or None."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._frame: Frame | None = None  # the one that holds the head that is drawn
        self._view = View()
        self._drawn: tuple[object, ...] = ()
        self._plot = pyqtgraph.GraphicsLayoutWidget(parent=self)
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
        self._bar = ColourBar(self)
        self._key_title, self._query_title = Elided(self), _Upright(self)
        self._key_title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._reading = Elided(self)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(4)
        grid.addWidget(self._key_title, 0, 1)
        grid.addWidget(self._query_title, 1, 0)
        grid.addWidget(self._plot, 1, 1)
        grid.addWidget(self._bar, 1, 2)
        grid.addWidget(self._reading, 2, 0, 1, 3)
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
        self._key_title.setText(self.tr("key: the token that is looked at"))
        self._query_title.set_text(self.tr("query: the token that looks"))
        self._hint.setText(self.tr("Point at a head to see it here, click to keep it."))
        self._plot.setAccessibleName(self.tr("Attention of one head"))
        self._bar.retranslate()
        self._say_cell()

    def set_theme(self, theme: Theme) -> None:
        """Colour it anew."""
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

    def show_frame(self, frame: Frame, view: View) -> None:
        """Draw the shown head if ``frame`` holds it; until it comes, the one before stays."""
        self._view = view
        if view.shown is None:
            self._frame = None
        elif frame.head is not None and (frame.head.layer, frame.head.head) == view.shown:
            self._frame = frame
        self._draw()

    @property
    def _head(self) -> HeadPicture | None:
        return self._frame.head if self._frame is not None else None

    # -- drawing ----------------------------------------------------------------------------

    def _show_parts(self, shown: bool) -> None:
        for part in self._parts:
            part.setVisible(shown)
        self._hint.setVisible(not shown)

    def _draw(self) -> None:
        frame, head = self._frame, self._head
        if frame is None or head is None:
            self._show_parts(False)
            self._drawn = ()
            return
        if self._drawn != (head, frame.sight.scale):
            self._drawn = (head, frame.sight.scale)
            self._draw_cells(frame, head)
        cell = self._view.cell if self._cell_exists(self._view.cell) else None
        self._cells.light(cell)
        self._queries.light(cell[0] if cell else None)
        self._keys.light(cell[1] if cell else None)
        self._say_cell()
        self._show_parts(True)

    def _draw_cells(self, frame: Frame, head: HeadPicture) -> None:
        visible = ~np.isneginf(head.scores)
        levels = weight_levels(head.pattern, visible, frame.sight.scale)
        table = colour_table(self._theme.weights, self._theme.masked)
        pixels = np.where(visible, table[levels], np.uint32(0))
        whole = self._is_whole() or pixels.shape != self._cells.shape_of
        self._cells.show_cells(pixels, self._theme)
        self._name_tokens()
        self._bar.show_scale(self._theme, frame.sight.scale)
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
        frame, head, cell = self._frame, self._head, self._view.cell
        if frame is None or head is None or cell is None or not self._cell_exists(cell):
            self._reading.setText(self.tr("Point at a cell to read its weight."))
            return
        query, key = cell
        template = (
            self.tr("“{query}” ({i}) can't see “{key}” ({j}): masked")
            if np.isneginf(head.scores[cell])
            else self.tr("“{query}” ({i}) looks at “{key}” ({j}): weight {weight}, score {score}")
        )
        weight, score = f"{head.pattern[cell]:.6f}", f"{head.scores[cell]:.4f}"

        def say(query_name: str, key_name: str) -> str:
            return template.format(
                query=isolated(query_name), i=query, key=isolated(key_name), j=key,
                weight=weight, score=score,
            )

        measure = self._reading.fontMetrics()  # long names give way to the number behind them
        room = (self.width() - measure.horizontalAdvance(say("", ""))) // 2 - 4
        names = frame.queries.labels[query], frame.keys.labels[key]
        self._reading.setText(say(*(
            measure.elidedText(name, Qt.TextElideMode.ElideMiddle, room) for name in names
        )))

    def reading(self) -> str:
        """What is said of the cell under the pointer."""
        return self._reading.text()

    # -- what the user does -----------------------------------------------------------------

    def _move(self, place: QPointF) -> None:
        if not self._box.sceneBoundingRect().contains(place) or self._head is None:
            self.pointed.emit(None)
            return
        point = self._box.mapSceneToView(place)
        cell = (int(point.y()), int(point.x()))
        self.pointed.emit(cell if self._cell_exists(cell) and min(cell) >= 0 else None)

    def _click(self, event: object) -> None:
        if getattr(event, "double", bool)():
            self.fit()

    def leaveEvent(self, event: QEvent) -> None:
        """No cell is under the pointer any more."""
        self.pointed.emit(None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep all cells in view if they were."""
        super().resizeEvent(event)
        self._name_tokens()
        if self._head is not None and self._is_whole():
            self.fit()


class _Upright(QWidget):
    """A line of text that reads from below to above."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._text = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def set_text(self, text: str) -> None:
        """Say this."""
        self._text = text
        self.setAccessibleName(text)
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as a line is high."""
        return QSize(self.fontMetrics().height() + 2, 80)

    def paintEvent(self, event: QEvent) -> None:
        """Turn the painter and write."""
        painter = QPainter(self)
        painter.translate(0, self.height())
        painter.rotate(-90)
        painter.setPen(self.palette().windowText().color())
        box = QRectF(0, 0, self.height(), self.width())
        words = painter.fontMetrics().elidedText(
            self._text, Qt.TextElideMode.ElideRight, self.height()
        )
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
        painter.end()


if __name__ == "__main__":
    from app.panels.demo import run_demo

    raise SystemExit(run_demo(HeadMatrix, HeadMatrix.show_frame))
