"""The legend of heads: a chip a head in its colour; a click shows or hides its lines."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.paint.palette import contrast, from_hex
from app.paint.stroke import stroke
from app.panels.drawn import Drawn
from app.theme import Theme

_GAP = 4


class HeadChips(Drawn):
    """Clicks and Space toggle, Enter pins, arrow keys move; rows as many as there is need for."""

    toggled = Signal(int)
    pinned = Signal(int)
    hovered = Signal(object)
    """A head, or None."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colours: tuple[str, ...] = ()
        self._shown: frozenset[int] = frozenset()
        self._pinned: int | None = None
        self._at = 0
        self._under: int | None = None
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.retranslate()

    def retranslate(self) -> None:
        """Say it in the language of the moment."""
        self.setAccessibleName(self.tr("Heads whose lines are shown"))
        self._tip = self.tr("Head {head}: click to show or hide its lines, Enter pins it")
        self._describe()

    def show_heads(
        self, colours: tuple[str, ...], shown: frozenset[int], pinned: int | None, theme: Theme
    ) -> None:
        """Draw a chip for each colour; those in ``shown`` are filled."""
        state = colours, shown, pinned, theme
        if state == (self._colours, self._shown, self._pinned, self.theme):
            return
        grown = len(colours) != len(self._colours)
        self._colours, self._shown, self._pinned, self.theme = state
        self._at = min(self._at, max(len(colours) - 1, 0))
        if grown:
            self.updateGeometry()
        self._describe()
        self.update()

    def _describe(self) -> None:
        self.setAccessibleDescription(self.tr("Shown: {heads}").format(
            heads=", ".join(str(head) for head in sorted(self._shown)) or "–"))

    # -- where they lie ---------------------------------------------------------------------

    def _side(self) -> tuple[int, int]:
        measure = self.fontMetrics()
        return measure.horizontalAdvance("00") + 10, measure.height() + 4

    def _columns(self, width: int) -> int:
        return max((width + _GAP) // (self._side()[0] + _GAP), 1)

    def chip(self, head: int) -> QRectF:
        """Where a head's chip is."""
        (width, height), columns = self._side(), self._columns(self.width())
        row, column = divmod(head, columns)
        return QRectF(column * (width + _GAP) + 1, row * (height + _GAP) + 1, width - 2, height - 2)

    def hasHeightForWidth(self) -> bool:
        """It wraps."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Of the rows that fit in ``width``."""
        rows = -(-max(len(self._colours), 1) // self._columns(width))
        return rows * (self._side()[1] + _GAP)

    def sizeHint(self) -> QSize:
        """One row of twelve."""
        return QSize(12 * (self._side()[0] + _GAP), self.heightForWidth(max(self.width(), 200)))

    def minimumSizeHint(self) -> QSize:
        """A few chips wide."""
        return QSize(4 * self._side()[0], self._side()[1] + _GAP)

    def head_at(self, x: float, y: float) -> int | None:
        """The head of the chip at a pixel."""
        (width, height), columns = self._side(), self._columns(self.width())
        column, row = int(x) // (width + _GAP), int(y) // (height + _GAP)
        head = row * columns + column
        return head if column < columns and head < len(self._colours) else None

    # -- drawing ----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Every chip."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for head, colour in enumerate(self._colours):
            self._draw(painter, head, colour)
        painter.end()

    def _draw(self, painter: QPainter, head: int, colour: str) -> None:
        box, shown, theme = self.chip(head), head in self._shown, self.theme
        painter.setPen(stroke(painter, colour, 1.5))
        painter.setBrush(QColor(colour) if shown else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 4, 4)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.hasFocus() and head == self._at:
            painter.setPen(stroke(painter, theme.text, 2))
            painter.drawRoundedRect(box, 5, 5)
        font = painter.font()
        font.setBold(head == self._pinned)
        font.setUnderline(head == self._pinned)
        painter.setFont(font)
        painter.setPen(QColor(readable_on(colour) if shown else theme.muted))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(head))

    # -- what the user does -----------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """A tool tip a chip."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            head = self.head_at(event.pos().x(), event.pos().y())
            tip = "" if head is None else self._tip.format(head=head)
            QToolTip.showText(event.globalPos(), tip, self)
            return True
        return super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Preview."""
        self._hover(self.head_at(event.position().x(), event.position().y()))

    def leaveEvent(self, event: QEvent) -> None:
        """No head is under the pointer any more."""
        self._hover(None)

    def _hover(self, head: int | None) -> None:
        if head != self._under:
            self._under = head
            self.hovered.emit(head)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Show or hide."""
        head = self.head_at(event.position().x(), event.position().y())
        if event.button() == Qt.MouseButton.LeftButton and head is not None:
            self._at = head
            self.toggled.emit(head)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move, toggle, pin."""
        last, columns, key = len(self._colours) - 1, self._columns(self.width()), event.key()
        places = {
            Qt.Key.Key_Left: self._at - 1, Qt.Key.Key_Right: self._at + 1,
            Qt.Key.Key_Up: self._at - columns, Qt.Key.Key_Down: self._at + columns,
            Qt.Key.Key_Home: 0, Qt.Key.Key_End: last,
        }
        if last < 0 or event.modifiers() & Qt.KeyboardModifier.AltModifier:
            super().keyPressEvent(event)
        elif key in places:
            self._at = min(max(places[Qt.Key(key)], 0), last)
            self.update()
        elif key == Qt.Key.Key_Space:
            self.toggled.emit(self._at)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.pinned.emit(self._at)
        else:
            super().keyPressEvent(event)


def readable_on(colour: str) -> str:
    """Black or white, whichever is easier to read on ``colour``."""
    paper = from_hex(colour)
    black, white = contrast(from_hex("#000000"), paper), contrast(from_hex("#ffffff"), paper)
    return "#000000" if black > white else "#ffffff"
