"""One side of the matrix: its tokens' labels, and which of them find room."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import pyqtgraph
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from app.theme import LIGHT, Theme

_BLANK = 3
"""Pixels beside the cells that no label reaches."""


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
    if length <= 0:  # an error while an item paints ends the program
        return []
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
        self._told: tuple[object, ...] = ()
        self.setFlag(self.GraphicsItemFlag.ItemUsesExtendedStyleOption)

    def show_labels(self, labels: Sequence[str], theme: Theme, paper: str, most: float) -> None:
        """Name the tokens.

        Args:
            labels: one a token.
            theme: for the ink.
            paper: the colour under the lit one.
            most: pixels that a label may take.
        """
        told = tuple(labels), theme, paper, most, self._font()
        if told == self._told:  # it is asked for each picture, and words are slow to draw
            return
        self._told, self._labels, self._theme, self._paper = told, labels, theme, paper
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

    def _font(self) -> str:
        return self.scene().views()[0].font().key() if self.scene() else ""

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
        reached = area.adjusted(0, 0, -_BLANK, 0) if upright else area.adjusted(0, 0, 0, -_BLANK)
        if not option.exposedRect.intersects(reached):
            return  # the cells beside it are drawn anew
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
