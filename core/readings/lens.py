"""The logit lens (nostalgebraist 2020): each layer's stream read out as if it were the last.

L layers, P positions of a window, D width, V vocabulary.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import torch
from torch import Tensor

from core.asks.lens import BEST, Lens, LensAsk
from core.errors import Refusal, translate
from core.look import Look
from core.model import Transformer
from core.readings.kept import Kept, Remembered, digest
from core.trace import to_host

_CELLS = 2**24  # logits that are in memory at once
_MOST = 4096  # columns that are remembered
_KEPT = Kept()
_COLUMNS: WeakKeyDictionary[Transformer, Remembered] = WeakKeyDictionary()

Column = tuple[Any, ...]
"""Ids, probabilities, ranks, probabilities of the answer: arrays of ``Lens``, or tensors."""


def read_lens(ask: LensAsk, look: Look) -> Lens:
    """What each layer would predict, by the model's own last norm and head.

    Raises:
        Refusal: if there is no head to read with, or no layers were kept.
    """
    if look.model.head is None:
        raise Refusal(translate(
            "core", "This model has no head: it makes no predictions that a layer could be read "
            "by. Open one that does."))
    if look.stack != look.model.config.stacks[-1]:
        raise Refusal(translate(
            "core", "The head reads the decoder alone; show the decoder's attention to see what "
            "its layers would predict."))
    count = len(look.tokens)
    first = min(max(ask.first + count if ask.first < 0 else ask.first, 0), count - 1)
    past = min(first + max(ask.count, 1), count)

    def make() -> Lens:
        return _read(look, first, past)

    return _KEPT.get(look.trace, (look.stack, look.stream, first, past), make)


def _entered(look: Look) -> Tensor:
    """[L + 1, T, D]: what enters the first layer, then what leaves each."""
    layers = look.layers
    return torch.cat([layers[0].resid_in, *(layer.resid_out for layer in layers)])


def _last_norm(look: Look, x: Tensor) -> Tensor:
    """Through the norm after the last layer, where the stack has one."""
    norm: Callable[[Tensor], Tensor] | None
    norm = getattr(getattr(look.model, look.stack), "norm", None)
    return x if norm is None else norm(x)


def _read(look: Look, first: int, past: int) -> Lens:
    """Columns that are not remembered are read out; typing on changes few of a causal model."""
    x = _entered(look)[:, first:past]
    columns = x.shape[1]
    known = _remembered(look)
    keys = [digest(to_host(x[:, column])) for column in range(columns)]
    new = [column for column, key in enumerate(keys) if key not in known]
    if new:
        for column, found in zip(new, _read_out(look, _last_norm(look, x[:, new])), strict=True):
            known.put(keys[column], found)
    ids, probabilities, ranks, told = (
        np.stack(each, axis=1) for each in zip(*map(known.get, keys), strict=True))
    for array in (ids, probabilities, ranks, told):
        array.flags.writeable = False
    names = {token: look.tokenizer.name(token) for token in set(ids.flatten().tolist())}
    return Lens(first, len(look.tokens), look.model.config.vocabulary, ids, probabilities, ranks,
                told, names)


def _read_out(look: Look, x: Tensor) -> Iterator[Column]:
    """Of [L + 1, P, D] after the last norm, each of the P columns."""
    rows, columns, width = x.shape
    step = max(_CELLS // look.model.config.vocabulary, 1)
    answers = _answers(look, x[-1], step).repeat(rows)  # (L + 1) P, as the rows below
    parts: list[Column] = []
    for start in range(0, rows * columns, step):
        part = slice(start, start + step)
        parts.append(_best(_logits(look, x.reshape(-1, width)[part]), answers[part]))
    found = [
        to_host(torch.cat(each).reshape(rows, columns, *each[0].shape[1:]))
        for each in zip(*parts, strict=True)
    ]
    for column in range(columns):
        yield tuple(array[:, column] for array in found)


def _remembered(look: Look) -> Remembered:
    """The columns that were read out through the weights that the model has now."""
    stack = getattr(look.model, look.stack)
    readers = (getattr(stack, "norm", None), look.model.masked_head, look.model.head)
    weights = [each for part in readers if part is not None for each in part.parameters()]
    version = tuple((each.data_ptr(), each._version) for each in weights)
    known = _COLUMNS.get(look.model)
    if known is None or known.version != version:
        known = _COLUMNS[look.model] = Remembered(version, _MOST)
    return known


def _logits(look: Look, x: Tensor) -> Tensor:
    """[N, D] to [N, V] float32."""
    logits = look.model.read_out(x)
    assert logits is not None  # the model has a head
    return logits.float()


def _answers(look: Look, x: Tensor, step: int) -> Tensor:
    """[P], the likeliest token of each position after the last layer."""
    starts = range(0, len(x), step)
    return torch.cat([_logits(look, x[start : start + step]).argmax(-1) for start in starts])


def _best(logits: Tensor, answers: Tensor) -> Column:
    """Of [N, V]: the likeliest ids and their probabilities [N, BEST], and by ``answers`` [N] the
    rank and the probability of each; a row with NaN has rank 0 and probability NaN."""
    best = logits.topk(min(BEST, logits.shape[1]))
    told = logits.gather(1, answers[:, None])
    ranks = torch.count_nonzero(logits > told, dim=-1) + 1
    highest = best.values[:, :1]
    whole = highest + (logits - highest).exp_().sum(-1, keepdim=True).log_()
    broken = whole[:, 0].isnan()
    return (
        best.indices, (best.values - whole).exp().masked_fill(broken[:, None], math.nan),
        ranks.masked_fill(broken, 0), (told - whole).exp()[:, 0].masked_fill(broken, math.nan),
    )
