"""What one position has of each token: two strips of bars, one above the other, and names below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.paint.words import typeset
from app.panels.derivation_bars import Range, draw_bars
from app.panels.token_axis import place_labels
from app.theme import LIGHT, Theme

_GAP = 6  # pixels between the strips


@dataclass(frozen=True, eq=False)
class Strip:
    """One row of bars."""

    name: str
    tip: str
    """What it is, and where it was described."""
    values: NDArray[np.float32] | None
    """[token]; -inf where none is seen; None where there are none."""
    words: str = ""
    """What is said in their place."""


class FlowBars(QWidget):
    """One widget; its bars stand below the columns of the picture above it."""

    pointed = Signal(object)
    """The token under the pointer, or None."""
    clicked = Signal(int)
    """A token that was clicked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._theme = LIGHT
        self._strips: Sequence[Strip] = ()
        self._labels: Sequence[str] = ()
        self._lit: int | None = None
        self._at: int | None = None
        self._sides = 0.0, 1.0

    def sizeHint(self) -> QSize:
        """Two strips and names."""
        return QSize(440, 11 * self.fontMetrics().height())

    def minimumSizeHint(self) -> QSize:
        """Two strips of two lines each, and short names."""
        return QSize(200, 7 * self.fontMetrics().height())

    @property
    def at(self) -> int | None:
        """The token under the pointer."""
        return self._at

    @property
    def strips(self) -> Sequence[Strip]:
        """What is drawn."""
        return self._strips

    def show_strips(
        self, strips: Sequence[Strip], labels: Sequence[str], lit: int | None,
        sides: tuple[float, float], theme: Theme,
    ) -> None:
        """Draw these.

        Args:
            strips: from top to bottom.
            labels: one a token.
            lit: the token that is selected.
            sides: left and right end of the bars, in pixels.
            theme: for the colours.
        """
        self._strips, self._labels, self._lit = strips, labels, lit
        self._sides, self._theme = sides, theme
        if self._at is not None and self._at >= len(labels):
            self._at = None
        self.update()

    def box(self, strip: int) -> QRectF:
        """Where the bars of a strip are."""
        line = self.fontMetrics().height()
        count = max(len(self._strips), 1)
        high = (self.height() - self._room() - count * _GAP) / count
        return QRectF(self._sides[0], strip * (high + _GAP) + 1,
                      self._sides[1] - self._sides[0], max(high, line))

    def bar(self, token: int) -> QPointF:
        """The middle of a token's bar in the first strip."""
        box = self.box(0)
        return QPointF(box.left() + (token + 0.5) * box.width() / len(self._labels),
                       box.center().y())

    def _room(self) -> float:
        """What names below take."""
        measure = self.fontMetrics()
        longest = max(map(measure.horizontalAdvance, self._labels[:512]), default=0) + 8
        return float(min(longest, 5 * measure.height(), self.height() * 0.36))

    # -- drawing ----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Strips, and the names of tokens."""
        painter = QPainter(self)
        for index, strip in enumerate(self._strips):
            self._draw_strip(painter, self.box(index), strip)
        if self._strips:
            self._draw_names(painter)
        painter.end()

    def _draw_strip(self, painter: QPainter, box: QRectF, strip: Strip) -> None:
        line = painter.fontMetrics().height()
        beside = QRectF(2, box.top(), box.left() - 10, line)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.setPen(QColor(self._theme.text))
        painter.drawText(beside, right, strip.name)
        painter.setPen(QColor(self._theme.muted))
        if strip.values is None:
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap,
                             strip.words)
            return
        most = float(strip.values[np.isfinite(strip.values)].max(initial=0.0)) or 1.0
        if box.height() >= 2 * line:
            painter.drawText(beside.translated(0, line), right, typeset(f"0 – {most:.3g}"))
        lit = self._lit if self._at is None else self._at
        draw_bars(painter, box, strip.values, Range(0.0, most), self._theme, self._theme.muted,
                  None if lit is None else (lit, lit + 1))

    def _draw_names(self, painter: QPainter) -> None:
        measure = painter.fontMetrics()
        line, room, last = measure.height(), self._room(), self.box(len(self._strips) - 1)
        lit = self._lit if self._at is None else self._at
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for token, middle in place_labels(
            0, len(self._labels), last.width(), line, len(self._labels), lit
        ):
            painter.save()
            painter.translate(last.left() + middle - line / 2, last.bottom() + 4 + room)
            painter.rotate(-90)
            box = QRectF(0, 0, room - 2, line)
            if token == lit:
                painter.fillRect(box, QColor(self._theme.key))
            painter.setPen(QColor(self._theme.text if token == lit else self._theme.muted))
            painter.drawText(box.adjusted(2, 0, -2, 0), right, measure.elidedText(
                self._labels[token], Qt.TextElideMode.ElideMiddle, int(room) - 6))
            painter.restore()

    # -- what the user does -----------------------------------------------------------------

    def _token_at(self, place: QPointF) -> int | None:
        left, right = self._sides
        if not self._labels or not left <= place.x() < right:
            return None
        return min(int((place.x() - left) / (right - left) * len(self._labels)),
                   len(self._labels) - 1)

    def _point(self, token: int | None) -> None:
        if token != self._at:
            self._at = token
            self.pointed.emit(token)
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read the token under the pointer."""
        place = event.position()
        for index, strip in enumerate(self._strips):
            if place.y() < self.box(index).bottom() + _GAP:
                self.setToolTip(strip.tip)
                break
        else:
            self.setToolTip("")
        self._point(self._token_at(place))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose it."""
        token = self._token_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and token is not None:
            self.clicked.emit(token)

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer any more."""
        self._point(None)
