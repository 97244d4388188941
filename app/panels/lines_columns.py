"""Queries on the left, keys on the right, and a line from each query to what it looks at."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent

from app.paint.stroke import stroke, unit
from app.panels.lines_drawing import NEAR, Drawing
from app.panels.lines_scene import Focus, Scene, Spot, Strands
from core.asks.lines import Side
from core.tokens import Tokens

_SHARE, _GAP, _LANE = 0.34, 8, 1.5
_BAR, _BARS = 5, 64  # hairlines: a head's bar at most, and all of them


class Columns(Drawing):
    """A row a token; bars a head stand at the outer edge."""

    def __init__(self) -> None:
        super().__init__()
        self._widths: tuple[Tokens, Tokens, float, float] | None = None

    def forget(self) -> None:
        """Measure words anew."""
        self._widths = None

    # -- where things lie -------------------------------------------------------------------

    def row(self) -> int:
        """A line of words, with more air where there is room."""
        line, room = self.fontMetrics().height(), self.viewport().height()
        return int(min(max(room // max(self.rows(), 1), line + 4), 2.5 * line))

    def rows(self) -> int:
        """As many as the longer side has tokens."""
        return 0 if self.scene is None else max(len(self.scene.keys), len(self.scene.queries))

    def _strip(self) -> float:
        each = unit(self.font())
        return 0.0 if self.scene is None else min(len(self.scene.lines.heads) * _BAR, _BARS) * each

    def _edges(self) -> tuple[float, float]:
        """Where lines begin and end."""
        scene, width = self.scene, self.viewport().width()
        assert scene is not None
        kept = self._widths
        if kept is None or kept[0] is not scene.queries or kept[1] is not scene.keys:
            measure = self.fontMetrics().horizontalAdvance
            left, right = (
                float(max(map(measure, tokens.labels[:400]), default=0))
                for tokens in (scene.queries, scene.keys))
            kept = self._widths = scene.queries, scene.keys, left, right
        most, beside = width * _SHARE, _GAP * 2 + self._strip()
        return min(kept[2], most) + beside, width - min(kept[3], most) - beside

    def middle(self, side: Side, position: int) -> float:
        """The height of a token's middle, in the viewport."""
        shift = self.scene.shift if self.scene is not None and side == "query" else 0
        return (position + shift + 0.5) * self.row() - self.verticalScrollBar().value()

    def height_of(self, focus: Focus) -> float:
        """The middle of its row."""
        return self.middle(*focus)

    def in_view(self, side: Side) -> range:
        """Those whose rows are on screen."""
        scene = self.scene
        assert scene is not None
        top, shift = self.verticalScrollBar().value(), scene.shift if side == "query" else 0
        count = len(scene.queries if side == "query" else scene.keys)
        first = max(top // self.row() - shift, 0)
        last = (top + self.viewport().height()) // self.row() + 1 - shift
        return range(min(first, count), max(min(last, count), 0))

    # -- drawing ----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Lines, then the words of both sides."""
        painter, scene = QPainter(self.viewport()), self.scene
        if scene is not None and scene.queries.ids:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            left, right = self._edges()
            painter.setClipRect(QRectF(left, 0, right - left, self.viewport().height()))
            self._draw_lines(painter, scene)  # a clip and a width of 1 are Qt's fast way
            painter.setClipping(False)
            self._draw_words(painter, scene, "query")
            self._draw_words(painter, scene, "key")
            if scene.focus is not None:
                self._draw_weights(painter, "key" if scene.focus.side == "query" else "query")
            self.note(painter)
        painter.end()

    def _draw_lines(self, painter: QPainter, scene: Scene) -> None:
        self.drawn = strands = self.strands()
        left, right = self._edges()
        starts, ends = (height.tolist() for height in self._heights(strands))
        for colour, part in self.strokes(strands):
            painter.setPen(stroke(painter, colour))
            painter.drawLines([QLineF(left, starts[at], right, ends[at]) for at in part.tolist()])
        if scene.cell is not None:
            met = (strands.query == scene.cell[0]) & (strands.key == scene.cell[1])
            for at in np.flatnonzero(met).tolist():
                painter.setPen(stroke(painter, scene.colours[int(strands.head[at])], 3))
                painter.drawLine(QPointF(left, starts[at]), QPointF(right, ends[at]))

    def _heights(self, strands: Strands) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Where lines begin and end, in the viewport."""
        scene, row, scroll = self.scene, self.row(), self.verticalScrollBar().value()
        assert scene is not None
        many = len(scene.lines.heads)
        lanes = (scene.lanes(strands.head) - 0.5) * min(many * _LANE, row * 0.7)
        return (strands.query + scene.shift + 0.5) * row + lanes - scroll, (
            strands.key + 0.5) * row + lanes - scroll

    def _draw_words(self, painter: QPainter, scene: Scene, side: Side) -> None:
        left, right = self._edges()
        row, theme, query, strip = self.row(), scene.theme, side == "query", self._strip()
        tokens, place = (scene.queries, 0) if query else (scene.keys, 1)
        lit = None if scene.cell is None else scene.cell[place]
        x, width = (strip, left - _GAP - strip) if query else (
            right + _GAP, self.viewport().width() - right - _GAP - strip)
        flags = Qt.AlignmentFlag.AlignVCenter | (
            Qt.AlignmentFlag.AlignRight if query else Qt.AlignmentFlag.AlignLeft)
        measure = painter.fontMetrics()
        for position in self.in_view(side):
            box = QRectF(x, self.middle(side, position) - row / 2, width, row)
            if position == lit:
                painter.fillRect(box, QColor(theme.query if query else theme.key))
            painter.setPen(QColor(scene.ink(side, position)))
            broken = " NaN" if query and scene.lines.broken[position] else ""
            room = int(width) - 6 - measure.horizontalAdvance(broken)
            words = measure.elidedText(
                tokens.labels[position], Qt.TextElideMode.ElideMiddle, room)
            painter.drawText(box.adjusted(3, 0, -3, 0), flags, words + broken)

    def _draw_weights(self, painter: QPainter, side: Side) -> None:
        row, strip = self.row(), self._strip()
        x = 0.0 if side == "query" else self.viewport().width() - strip
        self.draw_bars(painter, [
            (position, QRectF(x, self.middle(side, position) - row / 2 + 2, strip, row - 4))
            for position in self.in_view(side)])

    # -- what the user does -----------------------------------------------------------------

    def spot_at(self, x: float, y: float) -> Spot | None:
        """The token at a pixel, or the line that is near it."""
        scene = self.scene
        if scene is None or not scene.queries.ids:
            return None
        left, right = self._edges()
        if left < x < right:
            return self._line_at((x - left) / (right - left), y)
        side: Side = "query" if x <= left else "key"
        rows = self.in_view(side)
        shift = scene.shift if side == "query" else 0
        position = int((y + self.verticalScrollBar().value()) // self.row()) - shift
        if position not in rows:
            return None
        held = scene.held
        if held is not None and held.side != side:  # the other end of what is held
            pair = (held.position, position)
            return Spot(pair if held.side == "query" else pair[::-1], None)
        return Spot(scene.best_cell(side, position), side)

    def _line_at(self, share: float, y: float) -> Spot | None:
        drawn, scene = self.drawn, self.scene
        if drawn is None or scene is None or not len(drawn.weight):
            return None
        starts, ends = self._heights(drawn)
        left, right = self._edges()
        slope = np.hypot(1.0, (ends - starts) / (right - left))
        far = np.abs(starts + (ends - starts) * share - y)
        near = np.flatnonzero(far / slope <= NEAR)[::-1]  # of those that meet, the strongest
        if not len(near):
            return None
        at = near[np.argmin((far / slope)[near])]
        return Spot((int(drawn.query[at]), int(drawn.key[at])), None, int(drawn.head[at]))

    def moved(self, key: int, held: Focus) -> Focus | None:
        """Up, Down, Home and End go along a column; Left and Right change it."""
        scene = self.scene
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_Home: -10**9,
                 Qt.Key.Key_End: 10**9, Qt.Key.Key_Left: 0, Qt.Key.Key_Right: 0}
        if scene is None or key not in steps:
            return None
        step, side = steps[Qt.Key(key)], held.side
        if not step:
            side = "query" if key == Qt.Key.Key_Left else "key"
        count = len(scene.queries if side == "query" else scene.keys)
        return Focus(side, min(max(held.position + step, 0), count - 1))
