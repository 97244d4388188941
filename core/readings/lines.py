"""Attention as lines: of each head, the cells whose weight is above a threshold.

H heads that are asked for, T queries, S keys. It is counted in numpy, where a comparison over
millions of cells on a processor takes an eighth of the time that torch takes.
"""

from __future__ import annotations

import weakref
from bisect import bisect_left
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.asks.lines import MOST, READABLE, STEPS, Lines, LinesAsk, TokenAsk, TokenWeights
from core.look import Look
from core.trace import AttentionTrace, to_host

T = TypeVar("T", bound=np.generic)
_FLOOR = 0.05
"""A threshold is looked for among cells above this, and below only where these are few."""


def answer_lines(ask: LinesAsk, look: Look) -> Lines:
    """The lines of a layer, as :func:`find_lines` finds them; once for each pattern.

    Raises:
        Refusal: if the model keeps fewer tensors.
    """
    layer = min(max(ask.layer, 0), len(look.attention) - 1)
    seen = look.attention[layer]
    if _last.lines is None or _last.of() is not seen.pattern or _last.ask != ask:
        _last.lines = find_lines(seen, layer, ask.heads, ask.threshold)
        _last.of, _last.ask = weakref.ref(seen.pattern), ask
    return _last.lines


class _Last:
    """A pointer moves over one pattern for long, and thousands of tokens take a while."""

    of: weakref.ref[Tensor]
    ask: LinesAsk | None = None
    lines: Lines | None = None


_last = _Last()


def find_lines(
    seen: AttentionTrace, layer: int, heads: tuple[int, ...] | None = None,
    threshold: float | None = None, most: int = MOST,
) -> Lines:
    """The cells of ``heads`` whose weight is at least ``threshold`` and above 0.

    Args:
        seen: of the layer, with a batch axis of 1.
        layer: its number.
        heads: those that are wanted; those that are not there are left out. None for all.
        threshold: from 0 to 1; None for the lowest of ``STEPS`` that leaves at most ``READABLE``
            lines a query.
        most: lines there may be; of more the strongest stay.
    """
    heads = _present(heads, seen)
    pattern = _pattern(seen, heads)
    queries, keys = pattern.shape[1:]
    flat = pattern.reshape(-1)
    if threshold is None:
        threshold = _readable(flat, READABLE * queries)
    total = _count(flat, threshold)
    floor = threshold if total <= most else _near(flat, threshold, most)
    cells = np.flatnonzero(_above(flat, floor))
    cells = cells[np.argsort(flat[cells], kind="stable")][-most:]
    peak = pattern.max(0) if heads else np.zeros((queries, keys), np.float32)  # (T, S)
    rows = cells // keys
    return Lines(
        layer, heads, seen.pattern.shape[1], threshold,
        head=_fixed(np.array(heads, np.int32)[rows // queries]),
        query=_fixed((rows % queries).astype(np.int32)),
        key=_fixed((cells % keys).astype(np.int32)),
        weight=_fixed(flat[cells]),
        total=total,
        best_key=_fixed(peak.argmax(1).astype(np.int32)),
        best_query=_fixed(peak.argmax(0).astype(np.int32)),
        broken=_fixed(np.isnan(peak).any(1)),
    )


def answer_token(ask: TokenAsk, look: Look) -> TokenWeights | None:
    """All weights of one token; None where there is none.

    Raises:
        Refusal: if the model keeps fewer tensors.
    """
    seen = look.attention[min(max(ask.layer, 0), len(look.attention) - 1)]
    axis = 2 if ask.side == "query" else 3
    if not 0 <= ask.position < seen.pattern.shape[axis]:
        return None
    heads = _present(ask.heads, seen)
    weights = seen.pattern[0].select(axis - 1, ask.position)[list(heads)].float()  # (H, other)
    visible = ~seen.scores[0, 0].select(axis - 2, ask.position).isneginf()  # (other,)
    return TokenWeights(
        heads, to_host(weights.where(visible, torch.zeros_like(weights))), to_host(visible))


def _present(heads: tuple[int, ...] | None, seen: AttentionTrace) -> tuple[int, ...]:
    count = seen.pattern.shape[1]
    return tuple(range(count)) if heads is None else tuple(h for h in heads if 0 <= h < count)


def _pattern(seen: AttentionTrace, heads: tuple[int, ...]) -> NDArray[np.float32]:
    """[H, T, S]; 0 where masked: XLNet reads all alike where a query sees nothing."""
    pattern, visible = seen.pattern[0], seen.visible[0]
    if not visible.any(1).all():
        pattern = pattern.where(visible, torch.zeros_like(pattern))
    if len(heads) < len(pattern):
        pattern = pattern[list(heads)]
    found: NDArray[np.float32] = pattern.detach().float().cpu().numpy()
    return found


def _above(flat: NDArray[np.float32], threshold: float) -> NDArray[np.bool_]:
    return flat >= np.float32(threshold) if threshold > 0 else flat > 0


def _count(flat: NDArray[np.float32], threshold: float) -> int:
    return int(np.count_nonzero(_above(flat, threshold)))


def _near(flat: NDArray[np.float32], threshold: float, most: int) -> float:
    """The highest step that still leaves ``most`` cells, so that few are to be sorted."""
    steps = [threshold, *(step for step in STEPS if step > threshold)]
    return steps[bisect_left(steps, True, key=lambda step: _count(flat, step) < most) - 1]


def _readable(flat: NDArray[np.float32], most: int) -> float:
    """The lowest step that leaves at most ``most`` cells; the highest where none does."""
    strong = flat[flat >= _FLOOR]
    among = strong if len(strong) > most else flat
    at = bisect_left(STEPS, True, key=lambda step: _count(among, step) <= most)
    return STEPS[min(at, len(STEPS) - 1)]


def _fixed(array: NDArray[T]) -> NDArray[T]:
    array.flags.writeable = False
    return array
