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
    pattern, shown = _last.shown(look, seen)
    if _last.lines is None or _last.ask != ask:
        _last.lines = find_lines(pattern, shown, layer, ask.heads, ask.threshold)
        _last.ask = ask
    return _last.lines


class _Last:
    """A pointer moves over one pattern for long, and thousands of tokens take a while."""

    def __init__(self) -> None:
        self.of: weakref.ref[Tensor] | None = None
        self.without: tuple[object, ...] = ()
        self.rest: tuple[Tensor, Tensor] | None = None  # where tokens are left out
        self.ask: LinesAsk | None = None
        self.lines: Lines | None = None

    def shown(self, look: Look, seen: AttentionTrace) -> tuple[Tensor, Tensor]:
        """What is shown of a pattern; the lines of another are forgotten."""
        without = *look.without, look.renormalise
        if self.of is None or self.of() is not seen.pattern or self.without != without:
            self.of, self.without, self.lines = weakref.ref(seen.pattern), without, None
            self.rest = look.rest(seen.pattern[0], seen.visible[0]) if any(look.without) else None
        return self.rest or look.rest(seen.pattern[0], seen.visible[0])


_last = _Last()


def find_lines(
    pattern: Tensor, shown: Tensor, layer: int, heads: tuple[int, ...] | None = None,
    threshold: float | None = None, most: int = MOST,
) -> Lines:
    """The cells of ``heads`` whose weight is at least ``threshold`` and above 0.

    Args:
        pattern: of the layer, [head, query, key].
        shown: [query, key] bool, False where a key is masked or a token is left out.
        layer: its number.
        heads: those that are wanted; those that are not there are left out. None for all.
        threshold: from 0 to 1; None for the lowest of ``STEPS`` that leaves at most ``READABLE``
            lines a query.
        most: lines there may be; of more the strongest stay.
    """
    heads, count = _present(heads, len(pattern)), len(pattern)
    weights = _numbers(pattern, shown, heads)
    queries, keys = weights.shape[1:]
    flat = weights.reshape(-1)
    if threshold is None:
        threshold = _readable(flat, READABLE * queries)
    total = _count(flat, threshold)
    floor = threshold if total <= most else _near(flat, threshold, most)
    cells = np.flatnonzero(_above(flat, floor))
    cells = cells[np.argsort(flat[cells], kind="stable")][-most:]
    peak = weights.max(0) if heads else np.zeros((queries, keys), np.float32)  # (T, S)
    rows = cells // keys
    return Lines(
        layer, heads, count, threshold,
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
    axis = 0 if ask.side == "query" else 1
    if not 0 <= ask.position < seen.pattern.shape[2 + axis]:
        return None
    pattern, shown = _last.shown(look, seen)
    heads = _present(ask.heads, len(pattern))
    weights = pattern.select(1 + axis, ask.position)[list(heads)].float()  # (H, other)
    there = shown.select(axis, ask.position)  # (other,)
    return TokenWeights(
        heads, to_host(weights.where(there, torch.zeros_like(weights))), to_host(there))


def _present(heads: tuple[int, ...] | None, count: int) -> tuple[int, ...]:
    return tuple(range(count)) if heads is None else tuple(h for h in heads if 0 <= h < count)


def _numbers(pattern: Tensor, shown: Tensor, heads: tuple[int, ...]) -> NDArray[np.float32]:
    """[H, T, S]; 0 where masked: XLNet reads all alike where a query sees nothing."""
    if not shown.any(1).all():
        pattern = pattern.where(shown, torch.zeros_like(pattern))
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
