"""What is drawn around the squares of the sheet: numbers, brackets, the selection."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from app.paint.stroke import stroke, unit
from app.state import Head, View
from app.theme import Theme

if TYPE_CHECKING:
    from app.paint.sheet import SheetGrid


@dataclass(frozen=True)
class SheetWords:
    """In the language of the moment."""

    layer: str
    head: str
    masked: str
    unreal: str


@dataclass(frozen=True)
class SheetMarks:
    """All lengths of the grid are in device pixels; what is drawn is in the widget's units."""

    painter: QPainter
    theme: Theme
    words: SheetWords | None
    """None where squares need the room."""
    grid: SheetGrid
    ratio: float
    view: View

    @property
    def _area(self) -> QRectF:
        """All the squares."""
        left, top, (width, height) = self.grid.left, self.grid.top, self.grid.size
        return QRectF(*(length / self.ratio for length in (left, top, width, height)))

    def square(self, head: Head) -> QRectF:
        """Where a head is drawn."""
        x, y = self.grid.corner(head)
        side = self.grid.cell / self.ratio
        return QRectF(x / self.ratio, y / self.ratio, side, side)

    def draw_labels(self, masked: bool, unreal: bool) -> None:
        """The names of both sides, and the number of every head and layer, or of every n-th."""
        painter, grid, area = self.painter, self.grid, self._area
        line, beside = painter.fontMetrics().height(), 0.0
        painter.setPen(QColor(self.theme.muted))
        if self.words is not None:
            self._draw_words(self.words, line, masked, unreal)
            beside = 1.0
        shown = self.view.shown
        widest = painter.fontMetrics().horizontalAdvance("000")
        for head in range(0, grid.heads, _stride(grid.pitch / self.ratio, widest)):
            square = self.square((0, head))
            box = QRectF(square.left() - 9, line * 1.1 * beside, square.width() + 18, line)
            self._draw_number(box, head, shown is not None and shown[1] == head)
        for layer in range(0, grid.layers, _stride(grid.rise / self.ratio, line)):
            square = self.square((layer, 0))
            left = line * 1.3 * beside
            box = QRectF(left, square.top(), area.left() - left - 4, square.height())
            self._draw_number(box, layer, shown is not None and shown[0] == layer)

    def _draw_words(self, words: SheetWords, line: int, masked: bool, unreal: bool) -> None:
        painter, area, centre = self.painter, self._area, Qt.AlignmentFlag.AlignCenter
        painter.drawText(QRectF(area.left(), 0, area.width(), line), centre, words.head)
        named = area.center().x() + painter.fontMetrics().horizontalAdvance(words.head) / 2
        right = area.right()
        for there, word, tone in ((unreal, words.unreal, self.theme.broken),
                                  (masked, words.masked, self.theme.masked)):
            if there:
                right = self._draw_legend(named, right, line, word, tone)
        painter.save()
        painter.translate(0, area.bottom())
        painter.rotate(-90)
        painter.drawText(QRectF(0, 0, area.height(), line), centre, words.layer)
        painter.restore()

    def _draw_number(self, box: QRectF, number: int, lit: bool) -> None:
        self.painter.setPen(QColor(self.theme.accent if lit else self.theme.muted))
        low = box.height() < self.painter.fontMetrics().height()
        box = box.adjusted(0, -20, 0, 20) if low else box
        self.painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(number))

    def _draw_legend(
        self, named: float, right: float, line: int, words: str, tone: str
    ) -> float:
        """What a tone says, where there is room for it after ``named``; returns where it begins."""
        painter = self.painter
        width = painter.fontMetrics().horizontalAdvance(words)
        side = max(round(line * 0.6), 10)
        if right - width - side - 8 < named:
            return right
        box = QRectF(right - width - 2, 0, width + 2, line)
        swatch = QRectF(box.left() - side - 5, (line - side) / 2, side, side)
        painter.fillRect(swatch, QColor(tone))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, words)
        return swatch.left() - 10

    def draw_groups(self, size: int) -> None:
        """A bracket over each ``size`` heads that share a key head, lit over the one shown."""
        if size < 2:
            return
        grid, shown, area = self.grid, self.view.shown, self._area
        side, top = grid.pitch / self.ratio, area.top() - 3
        for first in range(0, grid.heads, size):
            left = area.left() + first * side
            right = left + size * side - grid.gap / self.ratio - 1
            lit = shown is not None and first <= shown[1] < first + size
            colour = self.theme.accent if lit else self.theme.muted
            self.painter.setPen(stroke(self.painter, colour, 1.5))
            self.painter.drawPolyline([
                QPointF(left, top + 2), QPointF(left, top - 2), QPointF(right, top - 2),
                QPointF(right, top + 2),
            ])

    def draw_selection(self) -> None:
        """The hovered and the pinned head."""
        for head, width in ((self.view.hovered, 1.5), (self.view.pinned, 3.0)):
            if head is None or head[0] >= self.grid.layers or head[1] >= self.grid.heads:
                continue
            strip, each = self.grid.strip / self.ratio, unit(self.painter.font())
            # Paper around it, so that it is seen beside any weight; no cell of its own is covered.
            for tone, wide, out in ((self.theme.surface, 1.0, width + 0.5),
                                    (self.theme.accent, width, width / 2)):
                out *= each
                self.painter.setPen(stroke(self.painter, tone, wide))
                self.painter.drawRect(self.square(head).adjusted(-out, -out, out, out + strip))

    def draw_focus(self) -> None:
        """Keys go to the sheet."""
        self.painter.setPen(stroke(self.painter, self.theme.accent, 1, Qt.PenStyle.DotLine))
        self.painter.drawRect(self._area.adjusted(-4, -4, 2, 2))


def _stride(room: float, needed: float) -> int:
    """Label every n-th, so that labels do not touch."""
    stride = 1
    while stride * room < needed:
        stride *= 2 if stride < 4 else 5
    return stride
