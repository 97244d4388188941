"""What the pictures of lines have in common: what is in view, bars a head, the pointer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip

from app.paint.words import typeset
from app.panels.lines_scene import Focus, Scene, Spot, Strands, opacities
from core.asks.lines import Side

DRAWN = 1500
"""Lines that are drawn at once; the strongest in view where there are more."""
_LEVELS = 10  # of opacity: each of them, and each head, is a stroke of its own
NEAR = 6.0
"""Pixels to a line that count as being at it."""


class Drawing(QAbstractScrollArea):
    """Only what is in view, and lines with an end in view, are drawn."""

    pointed = Signal(object)
    """A Spot, or None."""
    clicked = Signal(object)
    """A Spot."""

    def __init__(self) -> None:
        super().__init__()
        self.scene: Scene | None = None
        self.drawn: Strands | None = None
        self.left_out = 0
        """Lines in view that were not drawn."""
        self._revealed: tuple[Focus | None, int] = None, 0  # and where the bar was then
        self.setFrameShape(self.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setObjectName("ringed")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setMouseTracking(True)

    def sizeHint(self) -> QSize:
        """About as large as the matrix."""
        return QSize(440, 360)

    def minimumSizeHint(self) -> QSize:
        """A few rows."""
        return QSize(200, 120)

    def show_scene(self, scene: Scene | None) -> None:
        """Draw this."""
        self.scene = scene
        self.place()

    def reveal(self, focus: Focus) -> None:
        """Scroll to a token that is not in view."""
        middle, bar, half = self.height_of(focus), self.verticalScrollBar(), self.row() / 2
        if not half <= middle <= self.viewport().height() - half:
            bar.setValue(int(bar.value() + middle - self.viewport().height() / 2))
        self._revealed = focus, bar.value()

    # -- what each picture does in its own way ------------------------------------------------

    def row(self) -> int:
        """Height of a row in pixels."""
        raise NotImplementedError

    def rows(self) -> int:
        """Rows there are."""
        raise NotImplementedError

    def in_view(self, side: Side) -> range:
        """Tokens of one side that are on screen."""
        raise NotImplementedError

    def spot_at(self, x: float, y: float) -> Spot | None:
        """The token at a pixel, or the line that is near it."""
        raise NotImplementedError

    def grasp(self, event: QMouseEvent) -> Spot | None:
        """What a click holds."""
        return self.spot_at(event.position().x(), event.position().y())

    def moved(self, key: int, held: Focus) -> Focus | None:
        """The token that a key leads to; None where it leads nowhere."""
        raise NotImplementedError

    def height_of(self, focus: Focus) -> float:
        """The middle of a token, in the viewport."""
        raise NotImplementedError

    # -- drawing ----------------------------------------------------------------------------

    def place(self) -> None:
        """Fit the scroll bar to what there is."""
        bar, room = self.verticalScrollBar(), self.viewport().height()
        bar.setRange(0, max(self.rows() * self.row() - room, 0))
        bar.setPageStep(room)
        bar.setSingleStep(self.row())
        self.viewport().update()

    def strands(self) -> Strands:
        """The lines that are drawn; ``left_out`` counts those in view that are not."""
        assert self.scene is not None
        strands, rows, columns = self.scene.strands(), self.in_view("query"), self.in_view("key")
        seen = (strands.query >= rows.start) & (strands.query < rows.stop)
        seen |= (strands.key >= columns.start) & (strands.key < columns.stop)
        strands = strands.where(seen)
        self.left_out = max(len(strands.weight) - DRAWN, 0)
        return strands.strongest(DRAWN)

    def strokes(self, strands: Strands) -> Iterator[tuple[QColor, NDArray[np.intp]]]:
        """Lines of one colour and opacity at a time, the faintest first."""
        scene = self.scene
        assert scene is not None
        levels = np.ceil(opacities(strands.weight, scene.scale) * _LEVELS).astype(np.intp)
        names = levels * scene.lines.count + strands.head
        order = np.argsort(names, kind="stable")
        for part in np.split(order, np.flatnonzero(np.diff(names[order])) + 1):
            if len(part):
                colour = QColor(scene.colours[int(strands.head[part[0]])])
                colour.setAlphaF(float(levels[part[0]]) / _LEVELS)
                yield colour, part

    def draw_bars(self, painter: QPainter, places: Sequence[tuple[int, QRectF]]) -> None:
        """Beside tokens at the other end of what is in focus, a bar a head; full height is 1."""
        scene = self.scene
        if scene is None or scene.token is None or not places:
            return
        token = scene.token
        places = [one for one in places if one[0] < token.weights.shape[1]]
        narrow = min(box.width() for _, box in places) < 2 * len(token.heads)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, narrow)
        painter.setPen(Qt.PenStyle.NoPen)
        for at, (head, weights) in enumerate(zip(
            token.heads, np.nan_to_num(token.weights).tolist(), strict=True
        )):
            bars = []
            for position, box in places:
                tall, wide = box.height() * weights[position], box.width() / len(token.heads)
                if tall >= 0.2:  # of a pixel
                    bars.append(QRectF(box.left() + at * wide, box.bottom() - tall,
                                       max(wide - 0.5, 0.5), tall))
            painter.setBrush(QColor(scene.colours[head]))
            painter.drawRects(bars)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def note(self, painter: QPainter) -> None:
        """Say that some lines are not drawn, if so."""
        if self.scene is None or not self.left_out:
            return
        words = self.tr("strongest {drawn} of {count} lines in view").format(
            drawn=f"{DRAWN:,}", count=f"{DRAWN + self.left_out:,}")
        tall, width = self.fontMetrics().height() + 4, self.viewport().width()
        box = QRectF(0, self.viewport().height() - tall, width, tall)
        painter.fillRect(box, QColor(self.scene.theme.surface))
        painter.setPen(QColor(self.scene.theme.muted))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

    # -- what the user does -----------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Preview."""
        self.pointed.emit(self.spot_at(event.position().x(), event.position().y()))

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer any more."""
        self.pointed.emit(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Hold."""
        spot = self.grasp(event)
        if event.button() == Qt.MouseButton.LeftButton and spot is not None:
            self.clicked.emit(spot)

    def viewportEvent(self, event: QEvent) -> bool:
        """A tool tip says the weight of every head."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.tip_at(QPointF(event.pos())), self)
            return True
        return super().viewportEvent(event)

    def tip_at(self, place: QPointF) -> str:
        """The weights of the cell at a pixel, a line a head; empty where there is none."""
        spot, scene = self.spot_at(place.x(), place.y()), self.scene
        if spot is None or scene is None:
            return ""
        return "\n".join(
            self.tr("head {head}: {weight}").format(head=head, weight=typeset(f"{weight:.4f}"))
            for head, weight in sorted(scene.weights(spot.cell)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow keys, Home and End move the held token, where they lead somewhere."""
        scene = self.scene
        alt = event.modifiers() & Qt.KeyboardModifier.AltModifier
        if scene is None or not scene.queries.ids or alt:
            super().keyPressEvent(event)
            return
        first = Focus("query", 0)
        found = self.moved(event.key(), scene.held or first)
        if found is None:
            super().keyPressEvent(event)
            return
        if scene.held is None:  # the first key takes hold of the first token
            found = found if event.key() == Qt.Key.Key_End else first
        self.reveal(found)
        if found != scene.held:
            self.clicked.emit(Spot(scene.best_cell(*found), found.side))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More or less room; what was scrolled to is looked for anew unless one scrolled on."""
        super().resizeEvent(event)
        bar, (focus, value) = self.verticalScrollBar(), self._revealed
        there = focus if self.scene is not None and self.scene.focus == focus else None
        stays = bar.value() == value
        self.place()
        if stays and there is not None:
            bar.setValue(0)
            self.reveal(there)

    def changeEvent(self, event: QEvent) -> None:
        """Larger type."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.forget()
            self.place()

    def forget(self) -> None:
        """Measure words anew."""
