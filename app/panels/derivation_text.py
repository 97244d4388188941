"""A part of a step as text, every number of it: for those who do not see the bars."""

from __future__ import annotations

from collections.abc import Callable

from app.paint.formula import in_characters
from app.panels.derivation_layout import value_words
from app.panels.derivation_words import number, say_remark
from core.asks.derivation import Bars, Line, Part, Remark


def part_words(part: Part, key_name: Callable[[int], str]) -> str:
    """A sentence for it.

    Args:
        part: of a step.
        key_name: what the key at a position is called.
    """
    if isinstance(part, Remark):
        return say_remark(part)
    said = in_characters(part.formula)
    if isinstance(part, Line):
        return f"{said}{value_words(part)};"
    if part.token is not None:
        said += f", {key_name(part.token)}"
    if part.weight is not None:
        said += f", {number(part.weight)}"
    return f"{said}: {', '.join(_numbers(part, key_name))};"


def _numbers(part: Bars, key_name: Callable[[int], str]) -> list[str]:
    numbers = [number(value) for value in part.values.tolist()]
    if part.axis == "key":
        return [f"{key_name(at)} {value}" for at, value in enumerate(numbers)]
    if part.units:
        return [f"{unit}: {value}" for unit, value in zip(part.units, numbers, strict=True)]
    return numbers
