"""Where the parts of a step stand, and what there is of each: no widget, no painter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics

from app.paint.formula import is_typeset, typeset
from app.panels.derivation_bars import Range, range_of
from app.panels.derivation_words import number, say_remark
from core.asks.derivation import Bars, Line, Part, Remark

_GAP = 0.5  # between rows, in lines of type
_APART = 28  # pixels between two numbers in one row
_LOW, _HIGH = 2.0, 9.0  # of a strip of bars, in lines of type
_LABEL = 22  # pixels that a bar's label needs at least


@dataclass(frozen=True, eq=False)
class Placed:
    """A part, and its room."""

    part: Part
    box: QRectF
    baseline: float = 0.0
    """Of its formula."""
    strip: QRectF | None = None
    """Of its bars."""
    scale: Range | None = None
    labelled: bool = False
    """Whether there is room for a label under each bar."""
    em: float = 0.0
    """Size of its formula."""


@dataclass(frozen=True, eq=False)
class Arranged:
    """A whole step."""

    rows: tuple[Placed, ...] = ()
    height: float = 0.0
    reduced: bool = False
    """Some strip has more bars than pixels."""
    ready: bool = True
    """Every formula is typeset."""


def value_words(line: Line) -> str:
    """What stands behind the formula of a line."""
    return f" = {line.value:.0f}" if line.whole else f" = {number(line.value)}"


def arrange(
    parts: Sequence[Part], width: float, height: float, measure: QFontMetrics, em: float,
    budget: bool = False,
) -> Arranged:
    """Place ``parts`` from above to below.

    Args:
        parts: of a step.
        width: there is, in pixels.
        height: that is on screen; bars grow to fill it.
        measure: of the type.
        em: size of formulas.
        budget: leave formulas blank that are not typeset yet.
    """
    line = measure.height()
    scales = _scales(parts)
    strips = sum(isinstance(part, Bars) for part in parts)
    bare = _place(parts, width, measure, em, 0.0, scales, budget)
    spare = (height - bare.height) / strips if strips else 0.0
    tall = min(max(spare, _LOW * line), _HIGH * line)
    return _place(parts, width, measure, em, tall, scales, budget)


def _place(
    parts: Sequence[Part], width: float, measure: QFontMetrics, em: float, tall: float,
    scales: dict[int, Range], budget: bool,
) -> Arranged:
    rows: list[Placed] = []
    y, line, gap = 0.0, measure.height(), _GAP * measure.height()
    reduced, pending = False, list(parts)
    while pending:
        part = pending[0]
        if isinstance(part, Remark):
            whole = QRect(0, 0, max(int(width), 40), 10_000)
            room = measure.boundingRect(whole, Qt.TextFlag.TextWordWrap, say_remark(part))
            rows.append(Placed(part, QRectF(0, y, width, room.height() + 2)))
            y += room.height() + 2 + gap
            del pending[0]
        elif isinstance(part, Line):
            row = _line_row(pending, width, measure, em, budget)
            ascent = max(max(_size(p.formula, e, budget)[1] for p, _, e in row), measure.ascent())
            descent = max(max(_size(p.formula, e, budget)[2] for p, _, e in row), measure.descent())
            for each, x, size in row:
                wide = _line_width(each, measure, size, budget)
                rows.append(Placed(
                    each, QRectF(x, y, wide, ascent + descent), y + ascent, em=size))
            y += ascent + descent + gap
            del pending[: len(row)]
        else:
            size = _fitting(part.formula, em, width * 0.72, budget)
            _, ascent, descent = _size(part.formula, size, budget)
            ascent, descent = max(ascent, measure.ascent()), max(descent, measure.descent())
            labelled = len(part.values) * _LABEL <= width and part.axis in ("key", "unit", "head")
            strip = QRectF(0, y + ascent + descent + 2, width, tall)
            under = line if labelled else 0
            box = QRectF(0, y, width, ascent + descent + 2 + tall + under)
            rows.append(Placed(
                part, box, y + ascent, strip, scales[id(part)], labelled, size))
            reduced |= len(part.values) > width
            y += box.height() + gap
            del pending[0]
    formulas = [part.formula for part in parts if not isinstance(part, Remark)]
    return Arranged(
        tuple(rows), max(y - gap, 0.0), reduced, all(is_typeset(each) for each in formulas))


def _scales(parts: Sequence[Part]) -> dict[int, Range]:
    """Of each part with bars; those of one group share theirs."""
    strips = [part for part in parts if isinstance(part, Bars)]
    shared = {
        group: range_of([part.values for part in strips if part.group == group])
        for group in {part.group for part in strips} - {""}
    }
    return {id(p): shared[p.group] if p.group else range_of([p.values]) for p in strips}


def _line_row(
    pending: Sequence[Part], width: float, measure: QFontMetrics, em: float, budget: bool
) -> list[tuple[Line, float, float]]:
    """The numbers that fit beside one another, each with its place and size."""
    row: list[tuple[Line, float, float]] = []
    x = 0.0
    for part in pending:
        if not isinstance(part, Line):
            break
        room = width - measure.horizontalAdvance(value_words(part))
        size = _fitting(part.formula, em, room, budget)
        wide = _line_width(part, measure, size, budget)
        if row and x + wide > width:
            break
        row.append((part, x, size))
        x += wide + _APART
    return row


def _line_width(line: Line, measure: QFontMetrics, em: float, budget: bool) -> float:
    return _size(line.formula, em, budget)[0] + measure.horizontalAdvance(value_words(line))


def _fitting(formula: str, em: float, room: float, budget: bool) -> float:
    """The size at which it fits; no smaller than two thirds."""
    wide = _size(formula, em, budget)[0]
    return em if wide <= room else max(em * room / wide, em * 2 / 3)


def _size(formula: str, em: float, budget: bool) -> tuple[float, float, float]:
    """Width, ascent and descent in pixels; a guess where it is not typeset and may not be now."""
    if budget and not is_typeset(formula):
        tall = r"\frac" in formula or r"\sum" in formula
        return len(formula) * 0.3 * em, (1.5 if tall else 0.8) * em, (1.2 if tall else 0.3) * em
    found = typeset(formula)
    return found.width * em, found.ascent * em, found.descent * em
