"""The tokens of one of several models, as running text: where each stands, and which are lit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter

from app.paint.stroke import stroke
from app.theme import Theme

_PAD, _GAP, _LONGEST = 3, 2, 120


class Chip(NamedTuple):
    """A token's box; of one that stands for those left out, the token is -1."""

    token: int
    label: str
    box: QRectF


def place_chips(
    labels: Sequence[str], measure: QFontMetrics, width: float, height: float,
    wanted: int | None = None, begin: int = 0,
) -> tuple[list[Chip], int]:
    """Boxes in lines, from left to right; what finds no room at the end gives way to ``…``.

    Args:
        labels: one a token.
        measure: of the type.
        width: that a line may take.
        height: that all lines may take; there is one at least.
        wanted: a token that must be in view.
        begin: the first line that is shown, unless that token is on none of those in view.

    Returns:
        The boxes, and the first line that is shown.
    """
    line = measure.height() + 4
    most = max(int(height // (line + _GAP)), 1)
    lines: list[list[Chip]] = []
    left = width + 1
    for token, label in enumerate(labels):
        wide = min(measure.horizontalAdvance(label), _LONGEST) + 2 * _PAD
        if left + wide > width:
            lines.append([])
            left = 0.0
        lines[-1].append(Chip(token, label, QRectF(left, 0, min(wide, width), line)))
        left += wide + _GAP
    if wanted is not None:
        home = next((at for at, row in enumerate(lines) if row[-1].token >= wanted), 0)
        begin = begin if begin <= home < begin + most else home
    begin = max(min(begin, len(lines) - most), 0)
    chips = [
        chip._replace(box=chip.box.translated(0, at * (line + _GAP)))
        for at, row in enumerate(lines[begin:begin + most]) for chip in row]
    if begin + most < len(lines) and chips:
        more = measure.horizontalAdvance("…") + 2 * _PAD
        while len(chips) > 1 and chips[-1].box.right() + _GAP + more > width:
            top = chips.pop().box.top()
            if chips[-1].box.top() != top:
                break
        last = chips[-1].box
        chips.append(Chip(-1, "…", QRectF(last.right() + _GAP, last.top(), more, line)))
    return chips, begin


def draw_chips(
    painter: QPainter, chips: Sequence[Chip], queries: Sequence[int], keys: Sequence[int],
    hidden: Sequence[int], theme: Theme,
) -> None:
    """Box after box: a token that looks on the colour of queries, one that is looked at on that of
    keys, one that does both with a frame of the second; a hidden one with a dashed frame."""
    measure = painter.fontMetrics()
    for chip in chips:
        looks, seen = chip.token in queries, chip.token in keys
        ground = theme.query if looks else theme.key if seen else theme.window
        away = chip.token in hidden
        ink = theme.accent if away else theme.text if looks or seen else theme.line
        pen = stroke(painter, ink, 1.5 if away or looks or seen else 1)
        if away:
            pen.setStyle(Qt.PenStyle.DashLine)
            ground = theme.masked if ground == theme.window else ground
        painter.setPen(pen)
        painter.setBrush(QColor(ground))
        if chip.token >= 0:
            painter.drawRect(chip.box.adjusted(0.5, 0.5, -0.5, -0.5))
        if looks and seen:
            painter.setPen(stroke(painter, theme.key, 3))
            painter.drawRect(chip.box.adjusted(2.5, 2.5, -2.5, -2.5))
        painter.setPen(QColor(theme.text))
        words = measure.elidedText(
            chip.label, Qt.TextElideMode.ElideMiddle, int(chip.box.width()) - _PAD)
        painter.drawText(chip.box, Qt.AlignmentFlag.AlignCenter, words)
