"""Who answers which ask: one line a panel."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Any

from core.errors import Refusal, translate
from core.look import Look
from core.trace import Ask

log = logging.getLogger(__name__)
ANSWERS: dict[type[Ask[Any]], Callable[[Any, Look], object]] = {
}


def answer(asks: Iterable[Ask[Any]], look: Look) -> dict[Ask[Any], object]:
    """To each of ``asks``, what a panel draws, or the Refusal that it says instead.

    One that fails takes no other with it.
    """
    return {ask: _answer(ask, look) for ask in asks}


def _answer(ask: Ask[Any], look: Look) -> object:
    try:
        return ANSWERS[type(ask)](ask, look)
    except Refusal as refusal:
        return refusal
    except Exception:
        log.exception("%r can't be answered", ask)
        return Refusal(translate("core", "This could not be computed; the log says why."))
