"""The query and the key of one cell, before and after their positions turn them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.paint.stroke import stroke
from app.paint.words import isolated
from app.state import Cell
from app.theme import LIGHT, Theme
from core.frame import Frame, Turn

Row = tuple[str, NDArray[np.float32], NDArray[np.float32], str]
"""A token's name, its vector before and after, the colour of its side."""


class Rotation(QWidget):
    """Two rows of bars, a bar a dimension; the line is the vector before it was turned."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._theme = LIGHT
        self._frame: Frame | None = None
        self._turn: Turn | None = None
        self._cell: Cell | None = None
        self.retranslate()

    def sizeHint(self) -> QSize:
        """Two rows and a line of words."""
        return QSize(300, round(self.fontMetrics().height() * 6.2))

    def minimumSizeHint(self) -> QSize:
        """Narrow, never lower."""
        return QSize(120, self.sizeHint().height())

    def retranslate(self) -> None:
        """Say it in the language of the moment."""
        self.setAccessibleName(self.tr("Query and key before and after rotation"))
        self._before, self._after = self.tr("before rotation"), self.tr("after, by dimension")
        self.setToolTip(self.tr(
            "Rotary positions turn pairs of dimensions, further at later positions; lengths stay, "
            "so the score depends on the distance. Point at a cell to choose the tokens."))
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Colour it anew."""
        self._theme = theme
        self.update()

    def show_turn(self, frame: Frame, turn: Turn | None, cell: Cell | None) -> None:
        """Draw the query and the key of ``cell``; without one, of the cell before, or the last."""
        if turn is None:
            self._turn = None
            return
        last = len(turn.query_after) - 1, len(turn.key_after) - 1
        wanted = cell or (self._cell if frame is self._frame else None) or last
        if (turn, wanted) != (self._turn, self._cell):
            self._frame, self._turn, self._cell = frame, turn, wanted
            self.update()

    def rows(self) -> list[Row]:
        """What is drawn: the query's row, then the key's."""
        frame, turn = self._frame, self._turn
        if frame is None or turn is None or self._cell is None:
            return []
        query, key = self._cell
        names = self.tr("q of “{token}” ({i})"), self.tr("k of “{token}” ({i})")
        return [
            (names[0].format(token=isolated(frame.queries.labels[query]), i=query),
             turn.query_before[query], turn.query_after[query], self._theme.query),
            (names[1].format(token=isolated(frame.keys.labels[key]), i=key),
             turn.key_before[key], turn.key_after[key], self._theme.key),
        ]

    def name_width(self) -> int:
        """Room for the names on the left: what they need, or a third of it all."""
        measure = self.fontMetrics()
        needed = (measure.horizontalAdvance(name) + 2 for name, *_ in self.rows())
        return min(self.width() // 3, max(needed, default=0))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The legend, then each row: its name on the left, its bars on the right."""
        painter = QPainter(self)
        measure = painter.fontMetrics()
        line, names = measure.height(), self.name_width()
        self._draw_legend(painter, names + 8, line)
        height = (self.height() - line) / 2
        for index, (name, before, after, colour) in enumerate(self.rows()):
            top = line + index * height
            painter.setPen(QColor(self._theme.text))
            words = measure.elidedText(name, Qt.TextElideMode.ElideMiddle, names)
            painter.drawText(QRectF(0, top, names, height), Qt.AlignmentFlag.AlignVCenter, words)
            room = QRectF(names + 8, top + 2, self.width() - names - 10, height - 4)
            self._draw_bars(painter, room, before, after, colour)
        painter.end()

    def _draw_legend(self, painter: QPainter, left: int, line: int) -> None:
        measure = painter.fontMetrics()
        painter.setPen(stroke(painter, self._theme.text))
        painter.drawLine(left, line // 2, left + 14, line // 2)
        after = left + 20 + measure.horizontalAdvance(self._before) + 16
        for place, colour in ((after, self._theme.query), (after + 9, self._theme.key)):
            painter.fillRect(place, line // 2 - 4, 8, 9, QColor(colour))
        painter.setPen(QColor(self._theme.muted))
        for place, words in ((left + 20, self._before), (after + 23, self._after)):
            painter.drawText(QRectF(place, 0, max(self.width() - place, 0), line),
                             Qt.AlignmentFlag.AlignVCenter, words)

    def _draw_bars(
        self, painter: QPainter, room: QRectF, before: NDArray[np.float32],
        after: NDArray[np.float32], colour: str,
    ) -> None:
        most = max(float(np.abs(before).max()), float(np.abs(after).max()), 1e-9)
        step, middle = room.width() / len(after), room.center().y()
        scale = room.height() / 2 / most
        gap = 1 if step > 4 else 0
        painter.setPen(stroke(painter, self._theme.line))
        painter.drawLine(QPointF(room.left(), middle), QPointF(room.right(), middle))
        steps = QPolygonF()
        for index, (old, new) in enumerate(zip(before.tolist(), after.tolist(), strict=True)):
            left = room.left() + index * step
            bar = QRectF(left, middle - max(new, 0) * scale, step - gap, abs(new) * scale)
            painter.fillRect(bar, QColor(colour))
            for x in (left, left + step - gap):
                steps.append(QPointF(x, middle - old * scale))
        painter.setPen(stroke(painter, self._theme.text))
        painter.drawPolyline(steps)
