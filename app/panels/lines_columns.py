"""Queries on the left, keys on the right, and a line from each query to what it looks at."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea

from app.panels.lines_scene import Focus, Scene, Spot, Strands, opacities
from core.asks.lines import Side
from core.tokens import Tokens

_SHARE, _GAP, _NEAR = 0.34, 8, 6.0
DRAWN = 1500
"""Lines that are drawn at once; the strongest in view where there are more."""


class Columns(QAbstractScrollArea):
    """Only rows in view, and lines with an end in view, are drawn."""

    pointed = Signal(object)
    """A Spot, or None."""
    clicked = Signal(object)
    """A Spot."""

    def __init__(self) -> None:
        super().__init__()
        self._scene: Scene | None = None
        self._drawn: Strands | None = None
        self._widths: tuple[Tokens, Tokens, float, float] | None = None
        self.left_out = 0
        """Lines in view that were not drawn."""
        self.setFrameShape(self.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
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
        self._scene = scene
        self._place()

    # -- where things lie -------------------------------------------------------------------

    def _row(self) -> int:
        return self.fontMetrics().height() + 4

    def _place(self) -> None:
        rows = 0 if self._scene is None else max(
            len(self._scene.keys), len(self._scene.queries))
        bar, room = self.verticalScrollBar(), self.viewport().height()
        bar.setRange(0, max(rows * self._row() - room, 0))
        bar.setPageStep(room)
        bar.setSingleStep(self._row())
        self.viewport().update()

    def _edges(self) -> tuple[float, float]:
        """Where lines begin and end."""
        scene, width = self._scene, self.viewport().width()
        assert scene is not None
        kept = self._widths
        if kept is None or kept[0] is not scene.queries or kept[1] is not scene.keys:
            measure = self.fontMetrics().horizontalAdvance
            left, right = (
                float(max(map(measure, tokens.labels[:400]), default=0))
                for tokens in (scene.queries, scene.keys))
            kept = self._widths = scene.queries, scene.keys, left, right
        most = width * _SHARE
        return min(kept[2], most) + _GAP * 2, width - min(kept[3], most) - _GAP * 2

    def middle(self, side: Side, position: int) -> float:
        """The height of a token's middle, in the viewport."""
        shift = self._scene.shift if self._scene is not None and side == "query" else 0
        return (position + shift + 0.5) * self._row() - self.verticalScrollBar().value()

    def _in_view(self, side: Side) -> range:
        scene = self._scene
        assert scene is not None
        top, shift = self.verticalScrollBar().value(), scene.shift if side == "query" else 0
        count = len(scene.queries if side == "query" else scene.keys)
        first = max(top // self._row() - shift, 0)
        last = (top + self.viewport().height()) // self._row() + 1 - shift
        return range(min(first, count), max(min(last, count), 0))

    # -- drawing ----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Lines, then the words of both sides."""
        painter, scene = QPainter(self.viewport()), self._scene
        if scene is not None and scene.queries.ids:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            left, right = self._edges()
            painter.setClipRect(QRectF(left, 0, right - left, self.viewport().height()))
            self._draw_lines(painter, scene)  # a clip and a width of 1 are Qt's fast way
            painter.setClipping(False)
            self._draw_words(painter, scene, "query")
            self._draw_words(painter, scene, "key")
            if self.left_out:
                self._note(painter, scene)
        painter.end()

    def strands(self) -> Strands:
        """The lines that are drawn; ``left_out`` counts those in view that are not."""
        assert self._scene is not None
        strands, rows, columns = self._scene.strands(), self._in_view("query"), self._in_view("key")
        seen = (strands.query >= rows.start) & (strands.query < rows.stop)
        seen |= (strands.key >= columns.start) & (strands.key < columns.stop)
        strands = strands.where(seen)
        self.left_out = max(len(strands.weight) - DRAWN, 0)
        return strands.strongest(DRAWN)

    def _draw_lines(self, painter: QPainter, scene: Scene) -> None:
        self._drawn = strands = self.strands()
        left, right = self._edges()
        scroll, row = self.verticalScrollBar().value(), self._row()
        starts = ((strands.query + scene.shift + 0.5) * row - scroll).tolist()
        ends = ((strands.key + 0.5) * row - scroll).tolist()
        levels = np.ceil(opacities(strands.weight, scene.scale) * 20).astype(int).tolist()
        groups: dict[tuple[int, int], list[QLineF]] = {}
        for level, head, start, end in zip(
            levels, strands.head.tolist(), starts, ends, strict=True
        ):
            groups.setdefault((level, head), []).append(QLineF(left, start, right, end))
        for (level, head), lines in sorted(groups.items(), key=lambda one: one[0]):
            colour = QColor(scene.colours[head])
            colour.setAlphaF(level / 20)
            painter.setPen(QPen(colour, 1))
            painter.drawLines(lines)
        if scene.cell is not None:
            at = (strands.query == scene.cell[0]) & (strands.key == scene.cell[1])
            for index in np.flatnonzero(at).tolist():
                painter.setPen(QPen(QColor(scene.colours[int(strands.head[index])]), 3))
                painter.drawLine(QPointF(left, starts[index]), QPointF(right, ends[index]))

    def _draw_words(self, painter: QPainter, scene: Scene, side: Side) -> None:
        left, right = self._edges()
        row, theme, query = self._row(), scene.theme, side == "query"
        tokens, place = (scene.queries, 0) if query else (scene.keys, 1)
        lit = None if scene.cell is None else scene.cell[place]
        x, width = (0.0, left - _GAP) if query else (
            right + _GAP, self.viewport().width() - right - _GAP)
        flags = Qt.AlignmentFlag.AlignVCenter | (
            Qt.AlignmentFlag.AlignRight if query else Qt.AlignmentFlag.AlignLeft)
        for position in self._in_view(side):
            box = QRectF(x, self.middle(side, position) - row / 2, width, row)
            if position == lit:
                painter.fillRect(box, QColor(theme.query if query else theme.key))
            broken = query and bool(scene.lines.broken[position])
            painter.setPen(QColor(theme.warning if broken else theme.text))
            words = tokens.labels[position] + (" NaN" if broken else "")
            words = painter.fontMetrics().elidedText(
                words, Qt.TextElideMode.ElideMiddle, int(width) - 6)
            painter.drawText(box.adjusted(3, 0, -3, 0), flags, words)

    def _note(self, painter: QPainter, scene: Scene) -> None:
        words = self.tr("strongest {drawn} of {count} lines in view").format(
            drawn=f"{DRAWN:,}", count=f"{DRAWN + self.left_out:,}")
        box = QRectF(0, self.viewport().height() - self._row(), self.viewport().width(),
                     self._row())
        painter.fillRect(box, QColor(scene.theme.surface))
        painter.setPen(QColor(scene.theme.muted))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

    # -- what the user does -----------------------------------------------------------------

    def spot_at(self, x: float, y: float) -> Spot | None:
        """The token at a pixel, or the line that is near it."""
        scene = self._scene
        if scene is None or not scene.queries.ids:
            return None
        left, right = self._edges()
        if left < x < right:
            return self._line_at((x - left) / (right - left), y)
        side: Side = "query" if x <= left else "key"
        rows = self._in_view(side)
        shift = scene.shift if side == "query" else 0
        position = int((y + self.verticalScrollBar().value()) // self._row()) - shift
        if position not in rows:
            return None
        held = scene.held
        if held is not None and held.side != side:  # the other end of what is held
            pair = (held.position, position)
            return Spot(pair if held.side == "query" else pair[::-1], None)
        return Spot(scene.best_cell(side, position), side)

    def _line_at(self, share: float, y: float) -> Spot | None:
        drawn, scene = self._drawn, self._scene
        if drawn is None or scene is None or not len(drawn.weight):
            return None
        row = self._row()
        starts, ends = (drawn.query + scene.shift + 0.5) * row, (drawn.key + 0.5) * row
        left, right = self._edges()
        slope = np.hypot(1.0, (ends - starts) / (right - left))
        far = np.abs(starts + (ends - starts) * share - y - self.verticalScrollBar().value())
        near = np.flatnonzero(far / slope <= _NEAR)[::-1]  # of those that meet, the strongest
        if not len(near):
            return None
        at = near[np.argmin((far / slope)[near])]
        return Spot((int(drawn.query[at]), int(drawn.key[at])), None, int(drawn.head[at]))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Preview."""
        self.pointed.emit(self.spot_at(event.position().x(), event.position().y()))

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer any more."""
        self.pointed.emit(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Hold."""
        spot = self.spot_at(event.position().x(), event.position().y())
        if event.button() == Qt.MouseButton.LeftButton and spot is not None:
            self.clicked.emit(spot)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up, Down, Home and End move the held token; Left and Right change the column."""
        scene, key = self._scene, event.key()
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_Home: -10**9,
                 Qt.Key.Key_End: 10**9, Qt.Key.Key_Left: 0, Qt.Key.Key_Right: 0}
        if scene is None or not scene.queries.ids or key not in steps or (
            event.modifiers() & Qt.KeyboardModifier.AltModifier
        ):
            super().keyPressEvent(event)
            return
        held = scene.held or Focus("query", -1 if steps[Qt.Key(key)] > 0 else 0)
        side = held.side
        if not steps[Qt.Key(key)]:
            side = "query" if key == Qt.Key.Key_Left else "key"
        count = len(scene.queries if side == "query" else scene.keys)
        position = min(max(held.position + steps[Qt.Key(key)], 0), count - 1)
        middle, bar = self.middle(side, position), self.verticalScrollBar()
        if not self._row() / 2 <= middle <= self.viewport().height() - self._row() / 2:
            bar.setValue(int(bar.value() + middle - self.viewport().height() / 2))
        spot = Spot(scene.best_cell(side, position), side)
        if held != Focus(side, position) or scene.held is None:
            self.clicked.emit(spot)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More or less room."""
        super().resizeEvent(event)
        self._place()

    def changeEvent(self, event: QEvent) -> None:
        """Larger type."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._widths = None
            self._place()
