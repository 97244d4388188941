"""The text as it runs, and an arc from each query to what it looks at.

The word in focus is framed, words at the other end are shaded by their largest weight, and below
them stands a bar a head. Cross-attention has the source above and the target below.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
)

from app.paint.stroke import stroke
from app.panels.lines_drawing import NEAR, Drawing
from app.panels.lines_scene import Focus, Scene, Spot, Strands, opacities
from app.panels.lines_setting import Setting
from core.asks.lines import Side

_LARGER = 1.3
"""Than the words of the window."""
_ABOVE, _BAR, _BELOW = 30, 16, 22
"""Pixels of a row above its words (for arcs), of a full bar, and below its words."""
_MARGIN, _BETWEEN = 8, 26
"""Pixels beside the text, and above each of two texts for its name."""
_SAMPLES = np.linspace(0.0, 1.0, 17)


class RunningText(Drawing):
    """Only rows on screen, and arcs with an end in one, are drawn and measured."""

    def __init__(self) -> None:
        super().__init__()
        self._set: dict[Side, Setting] = {}
        self._for: tuple[object, ...] = ()
        self._curves: NDArray[np.float64] = np.zeros((0, 4, 2))

    def forget(self) -> None:
        """Set it anew."""
        self._for = ()

    # -- where things lie -------------------------------------------------------------------

    def row(self) -> int:
        """Words, with room for arcs above and bars below."""
        return _ABOVE + self._tall() + _BELOW

    def _font(self) -> QFont:
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * _LARGER)
        return font

    def _tall(self) -> int:
        return QFontMetrics(self._font()).height()

    def rows(self) -> int:
        """Of one text or two, and of the names of two."""
        self._compose()
        rows = sum(one.rows for one in self._set.values())
        return rows + (2 if len(self._set) == 2 else 0)

    def _compose(self) -> None:
        scene, width = self.scene, self.viewport().width() - 2 * _MARGIN
        if scene is None:
            self._set = {}
            self._for = ()
            return
        wanted = scene.keys, scene.queries if scene.crossed else None, width
        if self._for[:2] and all(a is b for a, b in zip(self._for, wanted[:2], strict=False)) and (
            self._for[2] == width
        ):
            return
        sides: tuple[Side, ...] = ("key", "query") if scene.crossed else ("key",)
        self._set = {
            side: Setting(scene.keys if side == "key" else scene.queries, self._font(), width,
                          self.row(), _ABOVE, _MARGIN)
            for side in sides}
        self._for = wanted

    def _top(self, side: Side) -> float:
        """Where the text of a side begins, before it is scrolled."""
        if "query" not in self._set:
            return 0.0
        return _BETWEEN + (
            0.0 if side == "key" else self._set["key"].rows * self.row() + _BETWEEN)

    def _setting(self, side: Side) -> tuple[Setting, int, float]:
        """The text that tokens of a side are in, what is added to their positions, its top."""
        scene = self.scene
        assert scene is not None
        if side in self._set:
            return self._set[side], 0, self._top(side)
        return self._set["key"], scene.shift, 0.0

    def box(self, side: Side, position: int) -> QRectF:
        """A token's word in the viewport."""
        return self._boxes(side, [position])[0]

    def _boxes(self, side: Side, positions: list[int]) -> list[QRectF]:
        setting, shift, top = self._setting(side)
        down = top - self.verticalScrollBar().value()
        return [box.translated(0, down) for box in setting.boxes(
            np.array(positions, np.int32) + np.int32(shift))]

    def height_of(self, focus: Focus) -> float:
        """The middle of its word."""
        return self.box(*focus).center().y()

    def in_view(self, side: Side) -> range:
        """Those whose rows are on screen."""
        setting, shift, top = self._setting(side)
        start = self.verticalScrollBar().value() - top
        first = int(start // self.row())
        last = int((start + self.viewport().height()) // self.row()) + 1
        found = setting.in_rows(max(first, 0), max(last, 0))
        return range(max(found.start - shift, 0), max(found.stop - shift, 0))

    def _ends(
        self, side: Side, positions: NDArray[np.int32], lanes: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """A place across each of some tokens, and the top of its word, in the viewport."""
        setting, shift, top = self._setting(side)
        at = positions + np.int32(shift)
        left, right = setting.sides(at).T
        tops = setting.rows_of(at) * self.row() + _ABOVE + top - self.verticalScrollBar().value()
        return left + (right - left) * lanes, tops.astype(np.float64)

    def curves(self, strands: Strands) -> NDArray[np.float64]:
        """[line, 4, 2]: the points of each arc's cubic curve.

        In a row it goes above the words; else it leaves and meets them on the sides that face.
        """
        assert self.scene is not None
        lanes, tall = self.scene.lanes(strands.head), self._tall()
        x, y = self._ends("query", strands.query, lanes)
        to_x, to_y = self._ends("key", strands.key, lanes)
        same, up = y == to_y, to_y < y
        self_seen = same & (np.abs(to_x - x) < 1)
        x, to_x = x - 3.0 * self_seen, to_x + 3.0 * self_seen
        focus, bars = self.scene.focus, _BAR + 5  # an arc ends below them
        start = np.where(same | up, y, y + tall + (bars if focus and focus.side == "key" else 0))
        end = np.where(
            same | ~up, to_y, to_y + tall + (bars if focus and focus.side == "query" else 0))
        rise = np.minimum(8 + np.abs(to_x - x) * 0.12, (_ABOVE - 3) / 0.75)
        bend = np.where(same, -rise, (end - start) * 0.5)
        back = np.where(same, -rise, (start - end) * 0.5)
        return np.stack([
            np.stack(pair, 1) for pair in (
                (x, start), (x - 5.0 * self_seen, start + bend),
                (to_x + 5.0 * self_seen, end + back), (to_x, end))
        ], 1)

    # -- drawing ----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Shades, bars, arcs, and words above them."""
        painter, scene = QPainter(self.viewport()), self.scene
        if scene is not None and scene.queries.ids:
            self._compose()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setClipRect(self.viewport().rect())  # Qt's fast way, with a width of 1
            self._shade(painter, scene)
            self._draw_arcs(painter, scene)
            for side in self._set:
                self._draw_words(painter, scene, side)
            self.note(painter)
        painter.end()

    def _shade(self, painter: QPainter, scene: Scene) -> None:
        focus, theme = scene.focus, scene.theme
        if focus is None:
            return
        other: Side = "key" if focus.side == "query" else "query"
        if scene.token is not None:
            most = np.nan_to_num(scene.token.weights).max(0, initial=0.0)
            places = [one for one in self.in_view(other) if one < len(most) and most[one] > 0]
            shares = opacities(most[places], scene.scale).tolist() if places else []
            boxes = self._boxes(other, places)
            painter.setPen(Qt.PenStyle.NoPen)
            for box, share in zip(boxes, shares, strict=True):
                colour = QColor(theme.key if other == "key" else theme.query)
                colour.setAlphaF(share)
                painter.fillRect(box, colour)
            self.draw_bars(painter, [
                (one, QRectF(box.left() + 1, box.bottom() + 2, box.width() - 2, _BAR))
                for one, box in zip(places, boxes, strict=True)])
        if focus.position in self.in_view(focus.side):
            box = self.box(*focus)
            painter.fillRect(box, QColor(theme.query if focus.side == "query" else theme.key))
            painter.setPen(stroke(painter, theme.accent, 2))
            painter.drawRect(box)
        if scene.cell is not None:
            place = scene.cell[0 if other == "query" else 1]
            if place in self.in_view(other):
                painter.setPen(stroke(painter, theme.text))
                painter.drawRect(self.box(other, place))

    def _draw_words(self, painter: QPainter, scene: Scene, side: Side) -> None:
        setting, scroll = self._set[side], self.verticalScrollBar().value()
        plain = scene.theme.text
        inks = {one: scene.ink(side, one) for one in self.in_view(side)}
        if not scene.crossed:  # the same words are queries too
            for one in self.in_view("query"):
                if scene.lines.broken[one]:
                    inks[one + scene.shift] = scene.theme.warning
        seen = QRectF(self.viewport().rect())
        setting.draw(painter, scroll - self._top(side), seen, plain,
                     {one: ink for one, ink in inks.items() if ink != plain})
        if scene.crossed:
            name = self.tr("Source (keys)") if side == "key" else self.tr("Target (queries)")
            painter.setPen(QColor(scene.theme.muted))
            painter.drawText(
                QRectF(_MARGIN, self._top(side) - _BETWEEN - scroll, seen.width(), _BETWEEN),
                Qt.AlignmentFlag.AlignVCenter, name)

    def _draw_arcs(self, painter: QPainter, scene: Scene) -> None:
        self.drawn = strands = self.strands()
        self._curves = curves = self.curves(strands)
        for colour, part in self.strokes(strands):
            painter.setPen(stroke(painter, colour))
            painter.drawPath(_path(curves[part]))
        if scene.cell is not None:
            met = (strands.query == scene.cell[0]) & (strands.key == scene.cell[1])
            for at in np.flatnonzero(met).tolist():
                painter.setPen(stroke(painter, scene.colours[int(strands.head[at])], 3))
                painter.drawPath(_path(curves[at : at + 1]))

    # -- what the user does -----------------------------------------------------------------

    def _word_at(self, x: float, y: float) -> tuple[Side, int] | None:
        """The token at a pixel, of the text that it is in."""
        for side, setting in self._set.items():
            inner = y + self.verticalScrollBar().value() - self._top(side)
            found = setting.at(x, inner)
            if found is not None and inner % self.row() >= _ABOVE - 2:
                return side, found
        return None

    def spot_at(self, x: float, y: float) -> Spot | None:
        """The word at a pixel, as the other end of the one that is held; else the arc near it."""
        scene = self.scene
        if scene is None or not scene.queries.ids:
            return None
        word = self._word_at(x, y)
        if word is None:
            return self._arc_at(x, y)
        held = scene.held
        if held is None or (scene.crossed and held.side == word[0]):
            return self._whole(*word)
        query = word[1] - scene.shift
        if held.side == "query":
            return Spot((held.position, word[1]), None)
        return Spot((query, held.position), None) if query >= 0 else None

    def _whole(self, side: Side, position: int, wanted: Side | None = None) -> Spot | None:
        """A token with all its lines, in one text as a query unless another side is wanted."""
        scene = self.scene
        assert scene is not None
        if not scene.crossed:
            side = wanted or "query"
            if side == "query" and position < scene.shift:
                side = "key"  # it is remembered, and looks at nothing
            position -= scene.shift if side == "query" else 0
        return Spot(scene.best_cell(side, position), side)

    def grasp(self, event: QMouseEvent) -> Spot | None:
        """A click holds a word, or an arc; with Shift, as what is looked at."""
        x, y, scene = event.position().x(), event.position().y(), self.scene
        word = None if scene is None or not scene.queries.ids else self._word_at(x, y)
        if word is None or scene is None:
            return self.spot_at(x, y)
        shift = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        held = None if scene.held is None else scene.held.side
        return self._whole(*word, "key" if shift else held)

    def _arc_at(self, x: float, y: float) -> Spot | None:
        drawn, curves = self.drawn, self._curves
        if drawn is None or not len(drawn.weight) or len(curves) != len(drawn.weight):
            return None
        t = _SAMPLES
        base = np.stack([(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3])
        points = np.einsum("pt,lpc->ltc", base, curves)
        ahead = np.diff(points, axis=1)
        apart = np.array([x, y]) - points[:, :-1]
        share = (apart * ahead).sum(-1) / np.maximum((ahead**2).sum(-1), 1e-9)
        gap = apart - ahead * np.clip(share, 0, 1)[..., None]
        far = np.hypot(gap[..., 0], gap[..., 1]).min(1)
        near = np.flatnonzero(far <= NEAR)[::-1]  # of those that meet, the strongest
        if not len(near):
            return None
        at = near[np.argmin(far[near])]
        return Spot((int(drawn.query[at]), int(drawn.key[at])), None, int(drawn.head[at]))

    def moved(self, key: int, held: Focus) -> Focus | None:
        """Left, Right, Home, End go along the text, Up and Down by rows; Space turns it round."""
        scene, side = self.scene, held.side
        if scene is None:
            return None
        count = len(scene.queries if side == "query" else scene.keys)
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Home: -10**9,
                 Qt.Key.Key_End: 10**9}
        if key in steps:
            return Focus(side, min(max(held.position + steps[Qt.Key(key)], 0), count - 1))
        if key == Qt.Key.Key_Space:
            return self._turned(scene, held)
        if key not in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            return None
        setting, shift, _ = self._setting(side)
        at = np.array([held.position + shift], np.int32)
        row = int(setting.rows_of(at)[0]) + (1 if key == Qt.Key.Key_Down else -1)
        near = setting.in_rows(row, row + 1)
        if not near:
            return held
        middles = setting.sides(np.arange(near.start, near.stop, dtype=np.int32)).mean(1)
        best = near.start + int(np.abs(middles - setting.sides(at).mean()).argmin()) - shift
        return Focus(side, best) if best >= 0 else held

    def _turned(self, scene: Scene, held: Focus) -> Focus:
        """The same token at the other end; in two texts, the token that it has most to do with."""
        if scene.crossed:
            cell = scene.best_cell(*held)
            return Focus("key", cell[1]) if held.side == "query" else Focus("query", cell[0])
        if held.side == "query":
            return Focus("key", held.position + scene.shift)
        return Focus("query", max(held.position - scene.shift, 0))


def _path(curves: NDArray[np.float64]) -> QPainterPath:
    path = QPainterPath()
    for start, bend, back, end in curves.tolist():
        path.moveTo(QPointF(*start))
        path.cubicTo(QPointF(*bend), QPointF(*back), QPointF(*end))
    return path
