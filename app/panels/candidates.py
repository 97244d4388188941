"""Tokens with two probabilities each: as bars, as numbers, and the difference."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.paint.words import typeset
from app.panels.drawn import Drawn

Row = tuple[str, float, float]
"""A token's label, and its probability on either side."""


class Candidates(Drawn):
    """Two bars a token, the first side's above; a click, or Enter, chooses one."""

    chosen = Signal(int)
    """The row that was chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._rows: tuple[Row, ...] = ()
        self._first = self._second = self._nothing = ""
        self._lit: int | None = None

    def sizeHint(self) -> QSize:
        """Half a dozen tokens."""
        return QSize(420, round(10.5 * self.fontMetrics().height()))

    def minimumSizeHint(self) -> QSize:
        """Two tokens and the heading."""
        return QSize(220, round(4.5 * self.fontMetrics().height()))

    def _row(self) -> int:
        """Two bars, and more air where there is room."""
        line, room = self.fontMetrics().height(), self.height() / (len(self._rows) + 1)
        return round(min(max(room, line * 1.5), line * 2.5))

    def show_rows(
        self, rows: tuple[Row, ...], first: str, second: str, nothing: str = ""
    ) -> None:
        """Draw these; ``first`` and ``second`` name the sides, ``nothing`` is said if there are
        none."""
        self._rows, self._first, self._second, self._nothing = rows, first, second, nothing
        if self._lit is not None and self._lit >= len(rows):
            self._lit = None
        self.setAccessibleDescription(", ".join(
            f"{label} {one:.1%} → {other:.1%}" for label, one, other in rows[:5]) or nothing)
        self.update()

    def shown(self) -> int:
        """Rows that there is room for."""
        return min(len(self._rows), max((self.height() + 1) // self._row() - 1, 0))

    def paintEvent(self, event: QPaintEvent) -> None:
        """A heading, then a row a token as far as there is room."""
        painter = QPainter(self)
        measure, row = painter.fontMetrics(), self._row()
        number = measure.horizontalAdvance("+100.0 ") + 4
        name = min(self.width() // 4, measure.horizontalAdvance("m" * 12))
        middle = Qt.AlignmentFlag.AlignVCenter
        right, bars = middle | Qt.AlignmentFlag.AlignRight, self.width() - name - 3 * number - 8
        if self._rows:
            painter.setPen(QColor(self.theme.muted))
            for at, word in enumerate((self._first, self._second, "±")):
                box = QRectF(self.width() - (3 - at) * number, 0, number, row)
                words = measure.elidedText(word, Qt.TextElideMode.ElideRight, number - 4)
                painter.drawText(box, right, words)
        for index, (name_, first, second) in enumerate(self._rows[: self.shown()]):
            top = (index + 1) * row
            if index == self._lit:
                painter.fillRect(QRectF(0, top, self.width(), row), QColor(self.theme.window))
            painter.setPen(QColor(self.theme.text))
            label = measure.elidedText(name_, Qt.TextElideMode.ElideRight, name - 4)
            painter.drawText(QRectF(0, top, name, row), middle, label)
            for at, (share, colour) in enumerate((
                (first, self.theme.muted), (second, self.theme.accent)
            )):
                high = row * 0.3
                bar = QRectF(name, top + row * 0.16 + at * (high + 1), max(bars * share, 1.5), high)
                painter.fillRect(bar, QColor(colour))
            gap = (second - first) * 100
            painter.setPen(QColor(self.theme.text))
            for at, word in enumerate((
                f"{first * 100:.1f}", f"{second * 100:.1f}",
                typeset(f"{gap:+.1f}") if abs(gap) >= 0.05 else "0.0",
            )):
                box = QRectF(self.width() - (3 - at) * number, top, number, row)
                painter.drawText(box, right, word)
        if not self._rows:
            painter.setPen(QColor(self.theme.muted))
            wrapped = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
            painter.drawText(self.rect().adjusted(row, 0, -row, 0), wrapped, self._nothing)
        self.draw_focus(painter)
        painter.end()

    # -- what the user does -----------------------------------------------------------------

    def _row_at(self, place: QPointF) -> int | None:
        row = int(place.y() // self._row()) - 1
        return row if 0 <= row < self.shown() else None

    def _light(self, row: int | None) -> None:
        if row != self._lit:
            self._lit = row
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light the row under the pointer."""
        self._light(self._row_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Light none."""
        self._light(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the row that was clicked."""
        row = self._row_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and row is not None:
            self.chosen.emit(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down light a row, Enter chooses it."""
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
        if event.key() in steps and self.shown():
            row = -1 if self._lit is None else self._lit
            self._light(min(max(row + steps[Qt.Key(event.key())], 0), self.shown() - 1))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._lit is not None:
            self.chosen.emit(self._lit)
        else:
            super().keyPressEvent(event)
