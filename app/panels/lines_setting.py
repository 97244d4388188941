"""A text set in lines, as it was typed, and where each of its tokens stands.

Qt's own layout sets it, so that scripts that join letters or run from right to left stay whole.
Tokens that stand for no text (marks of a template, remembered tokens), and those that hide it, are
set as their labels.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QPainter, QTextCharFormat, QTextLayout, QTextOption

from core.tokens import Tokens

_HIDDEN = ("[MASK]", "<mask>")
_SPACES = " \t\n\u2028"


class Setting:
    """Tokens in rows of equal height; a row's words stand at its ``above``."""

    def __init__(
        self, tokens: Tokens, font: QFont, width: float, row: int, above: int, left: float = 0.0
    ) -> None:
        """Set them in rows of ``width`` and ``row`` pixels, from ``left`` on."""
        self.tokens, self.row, self.above = tokens, row, above
        self.text, self._starts, self._ends = _written(tokens)
        self._layout = QTextLayout(self.text, font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self._layout.setTextOption(option)
        self._layout.setCacheEnabled(True)
        firsts: list[int] = []
        tall = 0.0
        self._layout.beginLayout()
        while (line := self._layout.createLine()).isValid():
            line.setLineWidth(max(width, 40.0))
            line.setPosition(QPointF(left, len(firsts) * row + above))
            firsts.append(line.textStart())
            tall = max(tall, line.height())
        self._layout.endLayout()
        self.rows, self.tall = len(firsts), tall
        self._rows = np.maximum(np.searchsorted(firsts, self._starts, side="right") - 1, 0)
        self._sides = np.full((len(tokens), 2), np.nan)  # left and right, once they are asked for

    def rows_of(self, positions: NDArray[np.int32]) -> NDArray[np.intp]:
        """The row of each token."""
        rows: NDArray[np.intp] = self._rows[positions]
        return rows

    def in_rows(self, first: int, last: int) -> range:
        """The tokens of some rows."""
        low, high = np.searchsorted(self._rows, [first, last])
        return range(int(low), int(high))

    def sides(self, positions: NDArray[np.int32]) -> NDArray[np.float64]:
        """[token, 2]: where each begins and ends, in pixels; measured when first asked for."""
        missing = np.unique(positions[np.isnan(self._sides[positions, 0])])
        for at in missing.tolist():
            self._sides[at] = self._measure(at)
        found: NDArray[np.float64] = self._sides[positions]
        return found

    def _measure(self, at: int) -> tuple[float, float]:
        line = self._layout.lineAt(int(self._rows[at]))
        start, end = int(self._starts[at]), int(self._ends[at])
        stop = min(end, line.textStart() + line.textLength())
        # PySide gives the position and the cursor that it is for
        edges = sorted(_x(line.cursorToX(place)) for place in (start, max(stop, start)))
        first = last = at  # parts of one character share its width
        while first and self._shares(first - 1, at):
            first -= 1
        while last + 1 < len(self._starts) and self._shares(last + 1, at):
            last += 1
        part = max(edges[1] - edges[0], 4.0) / (last - first + 1)
        return edges[0] + part * (at - first), edges[0] + part * (at - first + 1)

    def _shares(self, one: int, other: int) -> bool:
        places = (self._starts, self._ends)
        return all(int(place[one]) == int(place[other]) for place in places)

    def boxes(self, positions: NDArray[np.int32]) -> list[QRectF]:
        """The word of each token; its height is that of the font."""
        tops = self._rows[positions] * self.row + self.above
        return [
            QRectF(left - 1, top, right - left + 2, self.tall)
            for (left, right), top in zip(
                self.sides(positions).tolist(), tops.tolist(), strict=True)]

    def at(self, x: float, y: float) -> int | None:
        """The token at a pixel; the nearest of the row within a few pixels."""
        row = int(y // self.row)
        found = self.in_rows(row, row + 1)
        if y < 0 or not found:
            return None
        sides = self.sides(np.arange(found.start, found.stop, dtype=np.int32))
        far = np.maximum(sides[:, 0] - x, x - sides[:, 1])
        return found.start + int(far.argmin()) if far.min() <= 4 else None

    def draw(
        self, painter: QPainter, scroll: float, clip: QRectF, ink: str, inks: dict[int, str]
    ) -> None:
        """Draw what is within ``clip``; some tokens in another colour than ``ink``."""
        painter.setPen(QColor(ink))
        formats = []
        for at, colour in inks.items():
            form = QTextCharFormat()
            form.setForeground(QColor(colour))
            piece = QTextLayout.FormatRange()
            piece.start = int(self._starts[at])
            piece.length = int(self._ends[at]) - piece.start
            piece.format = form
            formats.append(piece)
        self._layout.draw(painter, QPointF(0, -scroll), formats, clip)


def _x(told: object) -> float:
    return float(told[0]) if isinstance(told, tuple | list) else float(told)  # type: ignore[arg-type]


def _written(tokens: Tokens) -> tuple[str, NDArray[np.intp], NDArray[np.intp]]:
    """The text with labels where a token has none, and of each token its first and past-the-last
    place in it, in the units of UTF-16 that Qt counts in."""
    text, parts, length, done = tokens.text, [], 0, 0
    starts, ends = np.zeros(len(tokens), np.intp), np.zeros(len(tokens), np.intp)

    def write(words: str) -> None:
        nonlocal length
        if words:
            parts.append(words)
            length += _units(words)

    for at, ((start, end), label) in enumerate(zip(tokens.groups, tokens.labels, strict=True)):
        if start >= end or label in _HIDDEN:
            write(text[done:start] if start < end else "")
            done = max(done, end)
            write(" " if parts and parts[-1][-1] not in _SPACES else "")
            starts[at], ends[at] = length, length + _units(label)
            write(label if text[done : done + 1].isspace() else label + " ")
            continue
        write(text[done:start])
        bare = text[start:end].lstrip(_SPACES)
        lead = end - start - len(bare) if bare else 0
        back = _units(text[start + lead : done]) if start + lead < done else 0
        write(text[max(done, start) : end])
        done = max(done, end)
        ends[at] = length - (_units(text[end:done]))
        starts[at] = ends[at] - _units(text[start + lead : end]) if not back else length - back
    return "".join(parts).replace("\r", " ").replace("\n", "\u2028"), starts, ends


def _units(words: str) -> int:
    return len(words) if words.isascii() else len(words.encode("utf-16-le", "surrogatepass")) // 2
