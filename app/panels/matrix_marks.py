"""Where cells and tokens of the large matrix are drawn, for what is marked on it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from app.panels.matrix import HeadMatrix
    from app.state import Cell


def canvas(matrix: HeadMatrix) -> QWidget:
    """What the boxes are told in the units of."""
    found: QWidget = matrix._plot.viewport()
    return found


def cell_boxes(matrix: HeadMatrix, cells: Iterable[Cell]) -> list[QRectF]:
    """The cells that are in view."""
    rows, columns = matrix._cells.shape_of
    there = (cell for cell in cells if cell[0] < rows and cell[1] < columns)
    room = matrix._box.sceneBoundingRect()
    found = (
        matrix._box.mapViewToScene(QRectF(key, query, 1, 1)).boundingRect()
        for query, key in there)
    return [_on_canvas(matrix, box) for box in found if room.contains(box.center())]


def token_boxes(matrix: HeadMatrix, tokens: Iterable[int], on_queries: bool) -> list[QRectF]:
    """The labels of tokens on the axis of keys, and of queries if they are the same text."""
    boxes = []
    for axis, upright in ((matrix._keys, False), (matrix._queries, True)):
        if upright and not on_queries:
            continue
        area, line = axis.sceneBoundingRect(), matrix._plot.fontMetrics().height()
        for token, middle in axis.drawn:
            if token in tokens:
                box = QRectF(area.left() + 2, area.top() + middle - line / 2, area.width() - 4, line
                             ) if upright else QRectF(
                    area.left() + middle - line / 2, area.top() + 2, line, area.height() - 4)
                boxes.append(_on_canvas(matrix, box))
    return boxes


def _on_canvas(matrix: HeadMatrix, box: QRectF) -> QRectF:
    return QRectF(matrix._plot.mapFromScene(box).boundingRect())
