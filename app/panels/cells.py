"""The cells of one head as an image inside pyqtgraph's view."""

from __future__ import annotations

import numpy as np
import pyqtgraph
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QTransform
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from app.paint.stroke import stroke
from app.state import Cell
from app.theme import LIGHT, Theme


class Cells(pyqtgraph.GraphicsObject):  # type: ignore[misc]
    """The cells as one image, the hatch where they are masked, and the lit row and column."""

    def __init__(self) -> None:
        super().__init__()
        self._image = QImage()
        self._pixels = np.zeros((1, 1), np.uint32)
        self._cell: Cell | None = None
        self._theme = LIGHT
        self._unreal = False
        self.shape_of = (0, 0)  # none yet

    def show_cells(self, pixels: np.ndarray, theme: Theme, unreal: bool = False) -> None:
        """Show [query, key] pixels 0xAARRGGBB; 0 lets the hatch through.

        Args:
            pixels: of the cells.
            theme: of what is drawn around them.
            unreal: whether some of them are no numbers.
        """
        self._unreal = unreal
        if pixels.shape != self.shape_of:
            self.prepareGeometryChange()
        self.shape_of, self._pixels, self._theme = pixels.shape, pixels, theme
        rows, columns = pixels.shape
        self._image = QImage(
            pixels.data, columns, rows, 4 * columns, QImage.Format.Format_ARGB32_Premultiplied
        )
        self.update()

    @property
    def _outline(self) -> tuple[tuple[str, float], ...]:
        """Colours and widths of pens, one over the other: on the colour of cells that are no
        numbers the accent alone is hardly seen."""
        line = (self._theme.accent, 1.5)
        return ((self._theme.surface, 4.0), line) if self._unreal else (line,)

    def light(self, cell: Cell | None) -> None:
        """Outline the row and the column of ``cell``."""
        if cell != self._cell:
            self._cell = cell
            self.update()

    def boundingRect(self) -> QRectF:
        """A unit square a cell."""
        return QRectF(0, 0, self.shape_of[1], self.shape_of[0])

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Hatch, cells, outlines."""
        area = self.boundingRect()
        hatch = QBrush(QColor(self._theme.hatch), Qt.BrushStyle.BDiagPattern)
        painter.fillRect(area, QColor(self._theme.masked))
        world = painter.worldTransform()
        painter.setWorldTransform(QTransform())  # in pixels; a file would scale the hatch too
        painter.fillRect(world.mapRect(area), hatch)
        painter.setWorldTransform(world)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawImage(area, self._image)
        if self._cell is None:
            return
        query, key = self._cell
        for box in (QRectF(0, query, area.width(), 1), QRectF(key, 0, 1, area.height())):
            for tone, width in self._outline:
                pen = stroke(painter, tone, width)
                pen.setCosmetic(True)
                painter.setPen(pen)
                painter.drawRect(box)
