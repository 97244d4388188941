"""Who answers which ask: one line a panel."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Any

from core.asks.activations import MatrixAsk, NormsAsk, SpreadAsk
from core.asks.beside import MeanAsk
from core.asks.derivation import DerivationAsk
from core.asks.flow import FlowAsk
from core.asks.lens import LensAsk
from core.asks.lines import LinesAsk, TokenAsk
from core.asks.positions import (
    AskBias,
    AskLikeness,
    AskPlaces,
    AskShift,
    AskSum,
    AskTerm,
    AskTurn,
)
from core.asks.readings import ReadingsAsk
from core.asks.weights import WeightsAsk
from core.errors import Refusal, translate
from core.look import Look
from core.readings.activations import read_matrix, read_norms, read_spread
from core.readings.beside import read_mean
from core.readings.derivation import derive
from core.readings.flow import read_flow
from core.readings.lens import read_lens
from core.readings.lines import answer_lines, answer_token
from core.readings.live import read_heads
from core.readings.position_scores import tell_bias, tell_term, tell_turn
from core.readings.positions import tell_likeness, tell_places, tell_shift, tell_sum
from core.readings.weights import read_weights
from core.trace import Ask

log = logging.getLogger(__name__)
ANSWERS: dict[type[Ask[Any]], Callable[[Any, Look], object]] = {
    MatrixAsk: read_matrix,
    SpreadAsk: read_spread,
    NormsAsk: read_norms,
    LensAsk: read_lens,
    LinesAsk: answer_lines,
    TokenAsk: answer_token,
    DerivationAsk: derive,
    AskPlaces: tell_places,
    AskLikeness: tell_likeness,
    AskShift: tell_shift,
    AskSum: tell_sum,
    AskBias: tell_bias,
    AskTerm: tell_term,
    AskTurn: tell_turn,
    ReadingsAsk: read_heads,
    FlowAsk: read_flow,
    WeightsAsk: read_weights,
    MeanAsk: read_mean,
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
        return refusal.with_traceback(None)  # which would hold the look, and whose it is
    except Exception:
        log.exception("%r can't be answered", ask)
        return Refusal(translate("core", "This could not be computed; the log says why."))
