"""The head sheet: every head of every layer, side by side, on one image.

numpy, and what needs it, is imported with the first frame: the window opens before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.state import Head, View
from app.theme import LIGHT, Theme
from core.frame import Frame

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from app.paint.sheet import SheetGrid

_STEPS = {
    Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0),
    Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1),
}


class HeadSheet(QWidget):
    """Rows are layers, columns are heads; in each square queries go down and keys across."""

    hovered = Signal(object)
    """The head under the pointer, or None."""
    pinned = Signal(object)
    """The head that was clicked or moved to, or None."""
    painted = Signal(object)
    """The frame that has just reached the screen for the first time."""
    resized = Signal()
    """Thumbnails of another size are wanted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._theme = LIGHT
        self._frame: Frame | None = None
        self._view = View()
        self._grid: SheetGrid | None = None
        self._pixels: NDArray[np.uint32] | None = None
        self._image = QImage()
        self._stale = True
        self._unseen: Frame | None = None
        self.retranslate()

    def sizeHint(self) -> QSize:
        """Room for eight heads."""
        return QSize(460, 420)

    def minimumSizeHint(self) -> QSize:
        """Enough for a square of a dozen pixels a head."""
        return QSize(240, 200)

    def retranslate(self) -> None:
        """Say it in the language of the moment."""
        self.setAccessibleName(self.tr("Head sheet"))
        self._layer_word, self._head_word = self.tr("layer"), self.tr("head")
        self._masked_word = self.tr("masked")
        self._nothing = self.tr("Type a sentence above to see every head of every layer.")
        self.setAccessibleDescription(self._sentence())
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Colour it anew."""
        self._theme, self._stale = theme, True
        self.update()

    @property
    def thumbnail_pixels(self) -> int:
        """Device pixels of one head's square; what a thumbnail need not exceed."""
        return self._grid.cell if self._grid else 64

    def show_frame(self, frame: Frame, view: View) -> None:
        """Draw ``frame``; the picture stays until the next one, also when it has none."""
        if frame is not self._frame and frame.thumbnails is not None:
            self._frame, self._stale, self._unseen, self._view = frame, True, frame, view
            self._fit()
            self.setAccessibleDescription(self._sentence())
            self.repaint()  # at once: the key waits for it, and other panels take their time
            return
        if view.pinned == self._view.pinned and view.hovered == self._view.hovered:
            return
        self._view = view
        self.update()

    def _sentence(self) -> str:
        if self._frame is None or self._frame.thumbnails is None:
            return self._nothing
        layers, heads = self._frame.thumbnails.shape[:2]
        return self.tr("{layers} layers of {heads} heads on {tokens} tokens").format(
            layers=layers, heads=heads, tokens=len(self._frame.queries)
        )

    # -- where things are -------------------------------------------------------------------

    def _fit(self) -> None:
        """Lay the grid out for the model at hand and the room there is."""
        if self._frame is None or self._frame.thumbnails is None:
            return
        from app.paint.sheet import SheetGrid, blank_sheet

        layers, heads = self._frame.thumbnails.shape[:2]
        ratio = self.devicePixelRatioF()
        label = self.fontMetrics().height()
        left = round((label * 1.4 + self.fontMetrics().horizontalAdvance("00") + 6) * ratio)
        top = round((label * 2.2 + (9 if self._group_size() > 1 else 4)) * ratio)
        grid = SheetGrid.fit(
            round(self.width() * ratio), round(self.height() * ratio), layers, heads, left, top
        )
        if grid != self._grid:
            before, self._grid, self._stale = self._grid, grid, True
            width, height = grid.size
            self._pixels = blank_sheet(grid)
            self._image = QImage(
                self._pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32
            )
            self._image.setDevicePixelRatio(ratio)
            if before is None or before.cell != grid.cell:
                self.resized.emit()

    def _head_at(self, point: QPointF) -> Head | None:
        ratio = self.devicePixelRatioF()
        return self._grid.at(point.x() * ratio, point.y() * ratio) if self._grid else None

    def square(self, head: Head) -> QRectF:
        """Where a head is drawn, in the widget's own units."""
        assert self._grid is not None
        x, y = self._grid.corner(head)
        ratio = self.devicePixelRatioF()
        return QRectF(x / ratio, y / ratio, self._grid.cell / ratio, self._grid.cell / ratio)

    # -- drawing ----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """One image, then labels and the selection."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._theme.surface))
        frame, grid = self._frame, self._grid
        if frame is None or frame.thumbnails is None or grid is None:
            painter.setPen(QColor(self._theme.muted))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(24, 24, -24, -24), flags, self._nothing)
        else:
            if self._stale:
                self._colour(frame, grid)
            corner = self.square((0, 0)).topLeft()
            painter.drawImage(corner, self._image)
            self._draw_labels(painter, grid)
            self._draw_selection(painter)
        painter.end()
        if self._unseen is not None:
            seen, self._unseen = self._unseen, None
            self.painted.emit(seen)

    def _colour(self, frame: Frame, grid: SheetGrid) -> None:
        from app.paint.colour import colour_table
        from app.paint.sheet import paint_sheet

        assert frame.thumbnails is not None
        assert self._pixels is not None
        table = colour_table(self._theme.weights, self._theme.masked)
        self._pixels.fill(0xFF000000 | int(self._theme.grid[1:], 16))
        paint_sheet(self._pixels, frame.thumbnails, grid, table)
        self._stale = False

    def _draw_labels(self, painter: QPainter, grid: SheetGrid) -> None:
        painter.setPen(QColor(self._theme.muted))
        line, ratio = self.fontMetrics().height(), self.devicePixelRatioF()
        left, top = grid.left / ratio, grid.top / ratio
        width, height = grid.size[0] / ratio, grid.size[1] / ratio
        centre = Qt.AlignmentFlag.AlignCenter
        painter.drawText(QRectF(left, 0, width, line), centre, self._head_word)
        self._draw_legend(painter, left + width, line)
        painter.save()
        painter.translate(0, top + height)
        painter.rotate(-90)
        painter.drawText(QRectF(0, 0, height, line), centre, self._layer_word)
        painter.restore()
        side = grid.pitch / ratio
        shown = self._view.shown
        widest = self.fontMetrics().horizontalAdvance("000")
        for head in range(0, grid.heads, _stride(side, widest)):
            box = QRectF(left + head * side, line * 1.1, grid.cell / ratio, line)
            self._draw_number(painter, box.adjusted(-9, 0, 9, 0), head, shown and shown[1] == head)
        for layer in range(0, grid.layers, _stride(side, line)):
            box = QRectF(line * 1.3, top + layer * side, left - line * 1.3 - 4, grid.cell / ratio)
            self._draw_number(painter, box, layer, shown and shown[0] == layer)
        self._draw_groups(painter, grid)

    def _draw_legend(self, painter: QPainter, right: float, line: int) -> None:
        """The tone of masked cells, where there are some and there is room to say so."""
        assert self._frame is not None
        assert self._frame.thumbnails is not None
        width = self.fontMetrics().horizontalAdvance(self._masked_word)
        words = width + 18 + self.fontMetrics().horizontalAdvance(self._head_word)
        if self._frame.thumbnails[0, 0].all() or right < 2 * words:
            return
        box = QRectF(right - width - 2, 0, width + 2, line)
        swatch = QRectF(box.left() - 15, line / 2 - 5, 10, 10)
        painter.fillRect(swatch, QColor(self._theme.masked))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, self._masked_word)

    def _draw_groups(self, painter: QPainter, grid: SheetGrid) -> None:
        """A bracket over the heads that share a key head, lit over the head that is shown."""
        size = self._group_size()
        if size < 2:
            return
        ratio, shown = self.devicePixelRatioF(), self._view.shown
        side, top = grid.pitch / ratio, grid.top / ratio - 3
        for first in range(0, grid.heads, size):
            left = grid.left / ratio + first * side
            right = left + size * side - grid.gap / ratio - 1
            lit = shown is not None and first <= shown[1] < first + size
            painter.setPen(QPen(QColor(self._theme.accent if lit else self._theme.muted), 1.5))
            painter.drawPolyline([
                QPointF(left, top + 2), QPointF(left, top - 2), QPointF(right, top - 2),
                QPointF(right, top + 2),
            ])

    def _group_size(self) -> int:
        """Query heads that read one key head."""
        card = self._frame.card if self._frame is not None else None
        return card.heads // card.key_heads if card is not None and card.key_heads else 1

    def _draw_number(self, painter: QPainter, box: QRectF, number: int, lit: object) -> None:
        painter.setPen(QColor(self._theme.accent if lit else self._theme.muted))
        box = box.adjusted(0, -20, 0, 20) if box.height() < self.fontMetrics().height() else box
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(number))

    def _draw_selection(self, painter: QPainter) -> None:
        for head, width in ((self._view.hovered, 1.5), (self._view.pinned, 3.0)):
            if head is None or not self._holds(head):
                continue
            box = self.square(head).adjusted(-width / 2, -width / 2, width / 2, width / 2)
            painter.setPen(QPen(QColor(self._theme.accent), width))
            painter.drawRect(box)
        if self.hasFocus() and self._grid is not None:
            painter.setPen(QPen(QColor(self._theme.accent), 1, Qt.PenStyle.DotLine))
            ratio, (width, height) = self.devicePixelRatioF(), self._grid.size
            area = QRectF(self._grid.left / ratio, self._grid.top / ratio, width / ratio,
                          height / ratio)
            painter.drawRect(area.adjusted(-4, -4, 2, 2))

    def _holds(self, head: Head) -> bool:
        return self._grid is not None and head[0] < self._grid.layers and head[1] < self._grid.heads

    # -- what the user does -----------------------------------------------------------------

    def resizeEvent(self, event: QEvent) -> None:
        """Fit the squares to the new room."""
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Larger numbers leave less room for the squares."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def event(self, event: QEvent) -> bool:
        """A tool tip a head: which it is, and which key head it reads."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.tip(self._head_at(event.pos().toPointF())))
            return True
        return super().event(event)

    def tip(self, head: Head | None) -> str:
        """What the tool tip says of a head."""
        if head is None:
            return ""
        size = self._group_size()
        words = self.tr("Layer {layer}, head {head}") if size < 2 else self.tr(
            "Layer {layer}, head {head}: reads key head {key}, as {others} of {heads} do")
        heads = self._grid.heads if self._grid else 0
        return words.format(
            layer=head[0], head=head[1], key=head[1] // size, others=size, heads=heads)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Preview the head under the pointer."""
        self._hover(self._head_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Go back to the pinned head."""
        self._hover(None)

    def _hover(self, head: Head | None) -> None:
        if head != self._view.hovered:
            self.hovered.emit(head)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pin the head that was clicked; a click on the pinned one releases it."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        head = self._head_at(event.position())
        if head is not None:
            self.pinned.emit(None if head == self._view.pinned else head)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow keys move the pin, Home and End go to the ends of a layer, Esc releases."""
        key = Qt.Key(event.key())
        if key in _STEPS:
            self.step(*_STEPS[key])
        elif key == Qt.Key.Key_Home:
            self.step(0, -(10**6))
        elif key == Qt.Key.Key_End:
            self.step(0, 10**6)
        elif key == Qt.Key.Key_Escape:
            self.pinned.emit(None)
        else:
            super().keyPressEvent(event)

    def step(self, down: int, right: int) -> None:
        """Pin the neighbour of the pinned head; the first one if none is pinned."""
        if self._grid is None:
            return
        layer, head = self._view.pinned or (-down, -right)
        self.pinned.emit((
            min(max(layer + down, 0), self._grid.layers - 1),
            min(max(head + right, 0), self._grid.heads - 1),
        ))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show that keys go here."""
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that they no longer do."""
        self.update()


def _stride(room: float, needed: float) -> int:
    """Label every n-th, so that labels do not touch."""
    stride = 1
    while stride * room < needed:
        stride *= 2 if stride < 4 else 5
    return stride


if __name__ == "__main__":
    from app.panels.demo import run_demo

    raise SystemExit(run_demo(HeadSheet, HeadSheet.show_frame))
