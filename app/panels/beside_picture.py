"""One model's tokens and, below them, its attention: of one head, of a mean, or of all heads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.paint.colour import colour_table, scale_weights
from app.paint.sheet import SheetGrid, blank_sheet, mark_unreal, paint_sheet, pixel_of
from app.paint.stroke import stroke
from app.panels.arrows import ARROWS
from app.panels.beside_marks import Lit, draw_lit
from app.panels.beside_strip import Chip, draw_chips, place_chips
from app.panels.drawn import Drawn
from app.panels.field_picture import Picture, Side, pixels_of
from app.panels.field_sides import draw_row_names
from core.asks.beside import Mean, MeanAsk
from core.frame import Frame

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.beside import Shown

_STRIP = 0.34  # of the height, that the tokens may take


class SidePicture(Drawn):
    """The pointer and the arrow keys read cells, or heads where all of them are shown."""

    pointed = Signal(object)
    """(query, key) under the pointer, either None over the other's tokens; or None."""
    held = Signal(object)
    """(query, key) that was clicked, either None where it was a token's name."""
    picked = Signal(object)
    """The head that was clicked, where all are shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._frame: Frame | None = None
        self._shown: Shown = "head"
        self.lit: Lit = ((), ())
        self.hidden: tuple[int, ...] = ()
        """Keys that the model is not to see."""
        self.head_at: tuple[int, int] | None = None
        """The head under the pointer, where all are shown."""
        self._at: tuple[int | None, int | None] | None = None
        self._image = QImage()
        self._pixels: NDArray[np.uint32] | None = None
        self._drawn: tuple[object, ...] = ()
        self._grid: SheetGrid | None = None
        self._laid: tuple[object, ...] = ()
        self._chips: list[Chip] = []
        self._line = 0  # the first of the tokens' that is in view

    def sizeHint(self) -> QSize:
        """A quarter of a page."""
        return QSize(260, 200)

    def minimumSizeHint(self) -> QSize:
        """Some tokens, and cells that can be told apart."""
        line = self.fontMetrics().height()
        return QSize(8 * line, 6 * line)

    def show_frame(self, frame: Frame, shown: Shown) -> None:
        """Draw this."""
        if (frame, shown) != (self._frame, self._shown):
            self._frame, self._shown = frame, shown
            if self._at is not None and not self._has(self._at):
                self._point(None)
            self.head_at = None
            self.update()

    def light(self, lit: Lit, hidden: tuple[int, ...] = ()) -> None:
        """Light these tokens, and the cells where they meet; mark those that are hidden."""
        if (lit, hidden) != (self.lit, self.hidden):
            self.lit, self.hidden = lit, hidden
            self.update()

    # -- what is drawn ----------------------------------------------------------------------

    @property
    def mean(self) -> Mean | None:
        """Of the layer's heads, where that is shown."""
        if self._frame is None or self._shown != "mean":
            return None
        found = (self._frame.told(ask) for ask in self._frame.answers if isinstance(ask, MeanAsk))
        return next(found, None)

    @property
    def pattern(self) -> tuple[NDArray[np.float32], NDArray[np.bool_]] | None:
        """[query, key] weights, and what is shown of them; None where heads are shown."""
        mean = self.mean
        if mean is not None:
            return mean.pattern, mean.shown
        head = None if self._frame is None or self._shown != "head" else self._frame.head
        return None if head is None else (head.pattern, head.shown)

    @property
    def reduced(self) -> bool:
        """Whether there are fewer pixels than cells."""
        told, area, dots = self.pattern, self.area(), self.devicePixelRatioF()
        if self._shown == "heads":
            frame, grid = self._frame, self._grid
            return frame is not None and grid is not None and max(
                len(frame.queries), len(frame.keys)) > min(64, grid.cell)
        return told is not None and (
            told[0].shape[0] > area.height() * dots or told[0].shape[1] > area.width() * dots)

    def _has(self, at: tuple[int | None, int | None]) -> bool:
        frame = self._frame
        return frame is not None and (at[0] or 0) < len(frame.queries) and (
            (at[1] or 0) < len(frame.keys))

    # -- where things are -------------------------------------------------------------------

    def chips(self) -> list[Chip]:
        """The tokens of the keys, as far as they find room."""
        if self._frame is None:
            return []
        wanted = min((*self.lit[1], *(self.lit[0] if self._alike else ())), default=None)
        laid = (self._frame, wanted, self.size(), self.font())
        if laid != self._laid:
            self._laid = laid
            self._chips, self._line = place_chips(
                self._frame.keys.labels, self.fontMetrics(), self.width(),
                self.height() * _STRIP, wanted, self._line)
        return self._chips

    @property
    def _alike(self) -> bool:
        """Whether queries and keys are the same tokens."""
        frame = self._frame
        return frame is not None and frame.queries.ids == frame.keys.ids

    def area(self) -> QRectF:
        """Where the cells are."""
        chips = self.chips()
        top = (chips[-1].box.bottom() if chips else 0) + 4
        left = 0.0
        if self._shown != "heads" and self._frame is not None:
            measure = self.fontMetrics()
            widest = max(map(measure.horizontalAdvance, self._frame.queries.labels), default=0)
            left = min(widest + 14, self.width() * 0.28)
        return QRectF(left, top, max(self.width() - left - 2, 1), max(self.height() - top - 2, 1))

    def _cell_at(self, place: QPointF) -> tuple[int | None, int | None] | None:
        for chip in self.chips():
            if chip.token >= 0 and chip.box.contains(place):
                return (chip.token, None) if self._alike else (None, chip.token)
        frame, area = self._frame, self.area()
        if frame is None or self._shown == "heads":
            return None
        row = int((place.y() - area.top()) / area.height() * max(len(frame.queries), 1))
        if not area.top() <= place.y() < area.bottom() or not 0 <= row < len(frame.queries):
            return None
        if place.x() < area.left():
            return row, None
        column = int((place.x() - area.left()) / area.width() * max(len(frame.keys), 1))
        return (row, column) if 0 <= column < len(frame.keys) else None

    def _head_at(self, place: QPointF) -> tuple[int, int] | None:
        if self._shown != "heads" or self._grid is None:
            return None
        dots, corner = self.devicePixelRatioF(), self.area().topLeft()
        return self._grid.at((place.x() - corner.x()) * dots, (place.y() - corner.y()) * dots)

    # -- drawing ----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tokens above, cells below, what is lit in both."""
        painter = QPainter(self)
        if self._frame is not None:
            area = self.area()
            queries = self.lit[0] if self._alike else ()
            draw_chips(painter, self.chips(), queries, self.lit[1], self.hidden, self.theme)
            if self._shown == "heads":
                self._draw_heads(painter, self._frame, area)
            elif self.pattern is not None:
                self._draw_cells(painter, self._frame, area)
        self.draw_focus(painter)
        painter.end()

    def _draw_cells(self, painter: QPainter, frame: Frame, area: QRectF) -> None:
        told = self.pattern
        assert told is not None  # the caller has looked
        pattern, shown = told
        dots = self.devicePixelRatioF()
        room = max(int(area.height() * dots), 1), max(int(area.width() * dots), 1)
        drawn = (frame, self._shown, self.theme, room)
        if drawn != self._drawn:
            self._drawn = drawn
            scaled = scale_weights(pattern, frame.sight.scale)
            scaled[~np.isfinite(pattern)] = np.nan
            picture = Picture(
                scaled.astype(np.float32), Side(len(pattern)), Side(pattern.shape[1]),
                masked=~shown)
            self._pixels, _ = pixels_of(picture, self.theme, *room)
            self._make_image()
        painter.drawImage(area, self._image)
        painter.setPen(stroke(painter, self.theme.line))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(area)
        names, lit = list(frame.queries.labels), next(iter(self.lit[0]), None)
        if lit is not None:
            names[lit] = "".join(names[at] for at in self.lit[0])
        draw_row_names(painter, area, names, lit, self.theme)
        draw_lit(painter, area, self.lit, len(pattern), pattern.shape[1], self.theme)

    def _make_image(self) -> None:
        assert self._pixels is not None
        rows, columns = self._pixels.shape
        self._image = QImage(
            self._pixels.data, columns, rows, 4 * columns, QImage.Format.Format_RGB32)

    def _draw_heads(self, painter: QPainter, frame: Frame, area: QRectF) -> None:
        levels = frame.thumbnails
        if levels is None:
            return
        layers, heads = levels.shape[:2]
        dots, theme = self.devicePixelRatioF(), self.theme
        grid = SheetGrid.fit(
            int(area.width() * dots), int(area.height() * dots), layers, heads, 0, 0)
        drawn = (frame, self._shown, theme, grid)
        if drawn != self._drawn:
            self._drawn, self._grid = drawn, grid
            self._pixels = blank_sheet(grid)
            self._pixels.fill(pixel_of(theme.grid))
            marked, table = mark_unreal(
                levels, frame.unreal, colour_table(theme.weights, theme.masked),
                pixel_of(theme.broken))
            paint_sheet(self._pixels, marked, grid, table)
            self._make_image()
            self._image.setDevicePixelRatio(dots)
        painter.drawImage(area.topLeft(), self._image)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for head, width in ((frame.sight.head, 2.0), (self.head_at, 1.5)):
            if head is not None:
                x, y = grid.corner(head)
                side = grid.cell / dots
                painter.setPen(stroke(painter, theme.accent, width))
                painter.drawRect(QRectF(
                    area.left() + x / dots, area.top() + y / dots, side, side))

    # -- what the user does -----------------------------------------------------------------

    def _point(self, at: tuple[int | None, int | None] | None) -> None:
        if at != self._at:
            self._at = at
            self.pointed.emit(at)

    def _hover_head(self, head: tuple[int, int] | None) -> None:
        if head != self.head_at:
            self.head_at = head
            self.update()
            self.pointed.emit(None)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read what is under the pointer."""
        self._hover_head(self._head_at(event.position()))
        self._point(self._cell_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer any more."""
        self._hover_head(None)
        self._point(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Hold a cell, or pick a head."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        head, at = self._head_at(event.position()), self._cell_at(event.position())
        if head is not None:
            self.picked.emit(head)
        elif at is not None:
            self.held.emit(at)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow keys go from cell to cell, or from head to head; Enter holds or picks, Space hides
        the word that looks."""
        key, frame = Qt.Key(event.key()), self._frame
        plain = not event.modifiers() & Qt.KeyboardModifier.AltModifier
        if frame is None or not plain:
            super().keyPressEvent(event)
        elif key in ARROWS and self._shown == "heads" and frame.thumbnails is not None:
            layers, heads = frame.thumbnails.shape[:2]
            layer, head = self.head_at or frame.sight.head or (0, 0)
            down, across = ARROWS[key] if self.head_at is not None else (0, 0)
            self._hover_head((min(max(layer + down, 0), layers - 1),
                              min(max(head + across, 0), heads - 1)))
        elif key in ARROWS and frame.queries.ids:
            row, column = self._at or (len(frame.queries) - 1, 0)
            down, across = ARROWS[key] if self._at is not None else (0, 0)
            self._point((min(max((row or 0) + down, 0), len(frame.queries) - 1),
                         min(max((column or 0) + across, 0), len(frame.keys) - 1)))
        elif key == Qt.Key.Key_Space and self._at is not None:
            self.held.emit((self._at[0], None))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.head_at is not None:
                self.picked.emit(self.head_at)
            elif self._at is not None and None not in self._at:
                self.held.emit(self._at)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Keys go elsewhere."""
        super().focusOutEvent(event)
        self._hover_head(None)
        self._point(None)
