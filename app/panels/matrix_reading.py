"""What is said of one cell of the large head."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication

from app.language import say_refusal
from app.paint.words import isolated, typeset
from app.state import Cell, Quantity, other_head
from core.errors import Refusal
from core.frame import Frame, Gradient, HeadPicture


def quantity_names() -> dict[Quantity, str]:
    """What each quantity of a cell is called."""
    translate = QCoreApplication.translate
    return {
        "pattern": translate("matrix", "weight"), "scores": translate("matrix", "score"),
        "bias": translate("matrix", "bias"), "content": translate("matrix", "content"),
        "position": translate("matrix", "position"), "segment": translate("matrix", "segment"),
        "difference": translate("matrix", "difference"),
        "gradient": translate("matrix", "gradient"),
    }


def slope_of(frame: Frame, head: HeadPicture) -> NDArray[np.float32] | None:
    """[query, key]: what more of each weight would do to the loss, where it is there."""
    told = frame.gradient
    slope = told.head if isinstance(told, Gradient) else None
    return slope if slope is not None and slope.shape == head.pattern.shape else None


def say_cell(
    frame: Frame, head: HeadPicture, cell: Cell, shorten: Callable[[str, str], str]
) -> str:
    """Who looks at what, and how much.

    Args:
        frame: that holds the head.
        head: the one that is drawn.
        cell: one of its cells.
        shorten: makes a name fit beside the rest of the sentence, which it is told without names.
    """
    translate, (query, key) = QCoreApplication.translate, cell
    template = (
        translate("matrix", "“{query}” ({i}) can't see “{key}” ({j}): masked")
        if np.isneginf(head.scores[cell])
        else translate("matrix", "“{query}” ({i}) and “{key}” ({j}): left out; score {score}")
        if not head.shown[cell]
        else translate(
            "matrix", "“{query}” ({i}) looks at “{key}” ({j}): weight {weight}, score {score}")
    )

    def say(query_name: str, key_name: str) -> str:
        return template.format(
            query=isolated(query_name), i=query, key=isolated(key_name), j=key,
            weight=_number(head.pattern[cell], 6), score=_number(head.scores[cell], 4))

    around = say("", "")
    return say(*(shorten(label, around) for label in (
        frame.queries.labels[query], frame.keys.labels[key])))


def say_parts(frame: Frame, head: HeadPicture, cell: Cell) -> str:
    """What its score is the sum of, how it differs there, or what the loss makes of it."""
    translate, told, slope = QCoreApplication.translate, frame.gradient, slope_of(frame, head)
    if isinstance(told, Refusal):
        return say_refusal(told)
    if np.isneginf(head.scores[cell]):
        return ""
    if told is not None and slope is not None:
        return translate(
            "matrix",
            "gradient {slope}: what one more of this weight would add to the loss, {loss} nats"
        ).format(slope=_signed(slope[cell], "+.4g"), loss=_number(told.loss, 4))
    other = other_head(frame)
    if other is not None:
        return translate("matrix", "weight there {other}, difference {gap}").format(
            other=f"{other.pattern[cell]:.6f}",
            gap=_signed(head.pattern[cell] - other.pattern[cell], "+.6f"))
    if not head.terms:
        return ""
    names = quantity_names()
    terms = " + ".join(
        f"{names[term.name]} {_number(term.scores[cell], 4)}" for term in head.terms)
    return f"{names['scores']} {_number(head.scores[cell], 4)} = {terms}"


def _number(value: float, digits: int) -> str:
    return typeset(f"{value:.{digits}f}")


def _signed(value: float, form: str) -> str:
    return typeset(format(value, form)).replace("+NaN", "NaN")
