"""The head sheet: every head of every layer, side by side, on one image.

numpy, and what needs it, is imported with the first frame: the window opens before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.panels.drawn import Drawn
from app.panels.sheet_marks import SheetMarks, SheetWords
from app.panels.sheet_tint import Tint, tint_of
from app.state import Head, View, signed_sheet
from app.theme import Theme
from core.asks.readings import ReadingsAsk
from core.frame import Frame

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from app.paint.sheet import SheetGrid
    from app.panels.sheet_picture import SheetPicture

_STEPS = {
    Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0),
    Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1),
}


class HeadSheet(Drawn):
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
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # it fills all of itself
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._frame: Frame | None = None
        self._view = View()
        self._grid: SheetGrid | None = None
        self._worded = True
        self._picture: SheetPicture | None = None
        self._stale = True
        self._unseen: Frame | None = None
        self._tint: Tint | None = None
        self._drawn: tuple[object, ...] = ()
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
        self._words = SheetWords(
            self.tr("layer"), self.tr("head"), self.tr("masked"), self.tr("no number"))
        self._nothing = self.tr("Type a sentence above to see every head of every layer.")
        self.setAccessibleDescription(self._sentence())
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Colour it anew."""
        self._stale = True
        super().set_theme(theme)

    @property
    def thumbnail_pixels(self) -> int:
        """Device pixels of one head's square; what a thumbnail need not exceed."""
        return self._grid.cell if self._grid else 64

    def show_frame(self, frame: Frame, view: View) -> None:
        """Draw ``frame``; the picture stays until the next one, also when it has none."""
        if frame is not self._frame and frame.thumbnails is not None:
            held = self._levels()
            self._frame, self._unseen, self._view = frame, frame, view
            self._stale = self._stale or self._levels() is not held
            self._show_tint()
            self._fit()
            self.setAccessibleDescription(self._sentence())
            # At once: the key waits for it. Other panels, and words that stay, take their time.
            if self._tint is None and self._around() == self._drawn:
                self.repaint(self._squares().toAlignedRect())
            else:
                self.repaint()
            return
        held, before, self._view = self._levels(), self._view, view
        self._stale = self._stale or self._levels() is not held
        if view.tint != before.tint:
            self._show_tint()
            self._fit()
            self.setAccessibleDescription(self._sentence())
        elif not self._stale and (view.pinned, view.hovered) == (before.pinned, before.hovered):
            return
        self.update()

    def _levels(self) -> NDArray[np.uint8] | None:
        """What the squares show: weights, or how they differ from the other side."""
        if self._frame is None:
            return None
        gap = signed_sheet(self._frame, self._view)
        return self._frame.thumbnails if gap is None else gap.levels

    @property
    def _unreal(self) -> NDArray[np.bool_] | None:
        """Of what the squares show, what is no number."""
        if self._frame is None:
            return None
        gap = signed_sheet(self._frame, self._view)
        return self._frame.unreal if gap is None else gap.unreal

    def asks(self, view: View) -> tuple[ReadingsAsk, ...]:
        """What is to be answered besides the thumbnails."""
        return () if view.tint is None else (ReadingsAsk(),)

    def _show_tint(self) -> None:
        """Tint by what the frame at hand tells; what it lacks is on its way."""
        before, self._tint = self._tint, tint_of(self._frame, self._view.tint)
        self._stale = self._stale or before is not None or self._tint is not None

    def _sentence(self) -> str:
        if self._frame is None or self._frame.thumbnails is None:
            return self._nothing
        layers, heads = self._frame.thumbnails.shape[:2]
        words = self.tr("{layers} layers of {heads} heads on {tokens} tokens").format(
            layers=layers, heads=heads, tokens=len(self._frame.queries)
        )
        if self._unreal is not None:
            heads = int(self._unreal.any((2, 3)).sum())
            words += "; " + self.tr("in {heads} heads weights are no numbers").format(heads=heads)
        return words if self._tint is None else f"{words}; {self._tint.sentence()}"

    # -- where things are -------------------------------------------------------------------

    def _fit(self) -> None:
        """Lay the grid out for the model at hand and the room there is."""
        if self._frame is None or self._frame.thumbnails is None:
            return
        from app.panels.sheet_picture import SheetPicture

        grid, bare = self._lay_out(worded=True), self._lay_out(worded=False)
        self._worded = bare.cell < 1.5 * grid.cell  # else the squares need the room of the words
        grid = grid if self._worded else bare
        if grid != self._grid:
            before, self._grid, self._stale = self._grid, grid, True
            self._picture = SheetPicture(grid, self.devicePixelRatioF())
            if before is None or before.cell != grid.cell:
                self.resized.emit()

    def _lay_out(self, worded: bool) -> SheetGrid:
        """The squares, beside numbers alone or words too."""
        from app.paint.sheet import SheetGrid

        assert self._frame is not None
        assert self._frame.thumbnails is not None
        layers, heads = self._frame.thumbnails.shape[:2]
        ratio, line = self.devicePixelRatioF(), self.fontMetrics().height()
        left = line * 1.4 * worded + self.fontMetrics().horizontalAdvance("00") + 6
        top = line * 1.1 * (1 + worded) + (9 if self._group_size() > 1 else 4)
        height = self.height() - (line + 6 if self._tint is not None and worded else 0)
        tinted = self._tint is not None and self._tint.shares is not None
        return SheetGrid.fit(round(self.width() * ratio), round(height * ratio), layers, heads,
                             round(left * ratio), round(top * ratio), tinted)

    def _head_at(self, point: QPointF) -> Head | None:
        ratio = self.devicePixelRatioF()
        return self._grid.at(point.x() * ratio, point.y() * ratio) if self._grid else None

    def square(self, head: Head) -> QRectF:
        """Where a head is drawn, in the widget's own units."""
        assert self._grid is not None
        x, y = self._grid.corner(head)
        ratio = self.devicePixelRatioF()
        return QRectF(x / ratio, y / ratio, self._grid.cell / ratio, self._grid.cell / ratio)

    def _squares(self) -> QRectF:
        """All of them."""
        assert self._grid is not None
        width, height = self._grid.size
        ratio = self.devicePixelRatioF()
        return QRectF(self.square((0, 0)).topLeft(), QSizeF(width / ratio, height / ratio))

    def _around(self) -> tuple[object, ...]:
        """What decides what is drawn around the squares."""
        frame, view = self._frame, self._view
        masked = frame is not None and frame.thumbnails is not None and (
            not frame.thumbnails[0, 0].all())
        return (self._grid, masked, self._unreal is not None, self._group_size(), view.pinned,
                view.hovered, self._worded)

    # -- drawing ----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """One image, then labels and the selection."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self.theme.surface))
        frame, grid, picture, levels = self._frame, self._grid, self._picture, self._levels()
        if frame is None or levels is None or grid is None or picture is None:
            painter.setPen(QColor(self.theme.muted))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(24, 24, -24, -24), flags, self._nothing)
        else:
            if self._stale:
                signed, self._stale = levels is not frame.thumbnails, False
                picture.colour(levels, self._unreal, signed, self._tint, self.theme)
            painter.drawImage(self._squares().topLeft(), picture.image)
            marks = SheetMarks(
                painter, self.theme, self._words if self._worded else None, grid,
                self.devicePixelRatioF(), self._view)
            if not self._squares().contains(QRectF(event.rect())):
                self._drawn = around = self._around()
                marks.draw_labels(bool(around[1]), bool(around[2]))
                marks.draw_groups(self._group_size())
                if self._tint is not None and self._worded:
                    self._tint.draw_legend(painter, self.theme, self.legend())
            marks.draw_selection()
            if self.hasFocus():
                marks.draw_focus()
        painter.end()
        if self._unseen is not None:
            seen, self._unseen = self._unseen, None
            self.painted.emit(seen)

    def legend(self) -> QRectF:
        """The line below the squares that says what their tint is."""
        line = self.fontMetrics().height()
        return QRectF(4, self.height() - line - 2, self.width() - 8, line)

    def _group_size(self) -> int:
        """Query heads that read one key head."""
        card = self._frame.card if self._frame is not None else None
        return card.heads // card.key_heads if card is not None and card.key_heads else 1

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
            place = event.pos().toPointF()
            over = self._tint is not None and self._worded and self.legend().contains(place)
            tip = self._tint.meaning() if over and self._tint else self.tip(self._head_at(place))
            QToolTip.showText(event.globalPos(), tip)
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
        words = words.format(
            layer=head[0], head=head[1], key=head[1] // size, others=size, heads=heads)
        lines = words, self._say_unreal(head), "" if self._tint is None else self._tint.say(head)
        return "\n".join(filter(None, lines))

    def _say_unreal(self, head: Head) -> str:
        """Says that a head has weights that are no numbers."""
        wrong = self._unreal
        return self.tr("It has weights that are no numbers.") if (
            wrong is not None and bool(wrong[head].any())) else ""

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


if __name__ == "__main__":
    from app.panels.demo import run_demo

    raise SystemExit(run_demo(HeadSheet, HeadSheet.show_frame))
