"""Attention rollout and attention flow (Abnar and Zuidema 2020, "Quantifying Attention Flow in
Transformers").

W is the mean of a layer's heads, and A = 0.5 W + 0.5 I mixes the residual stream in; its rows are
made to sum to 1. The rollout of a layer is the product A_layer ... A_1 A_0. The flow is the maximum
flow from a position after the layer to a token, where each A is the capacity of the edges between
two layers. T positions, S tokens, M = S - T of XLNet's memory, which no layer changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray

from core.asks.flow import MOST, Flow, FlowAsk
from core.errors import Refusal, translate
from core.look import Look
from core.readings.activations import reduce_signed
from core.readings.flow_network import maximum_flows
from core.readings.kept import Kept
from core.trace import AttentionTrace, to_host

T = TypeVar("T", bound=np.generic)
_CROSS = translate(
    "core", "Rollout follows one text from layer to layer, and cross-attention looks at another; "
    "choose the encoder or the decoder.")
_QUERY_STREAM = translate(
    "core", "Rollout follows one stream from layer to layer, and XLNet's query stream reads the "
    "content stream; choose the content stream.")
_LONG = translate(
    "core", "Flow is computed for at most {most} tokens, and here are {count}; shorten the text.")
_BROKEN = translate(
    "core", "Weights on the way from this position are no numbers, so it has no flow.")
_KEPT = Kept()


def read_flow(ask: FlowAsk, look: Look) -> Flow:
    """The rollout after a layer, and rollout and flow of one position.

    Raises:
        Refusal: if it is not defined for what is on screen, or the model keeps fewer tensors.
    """
    if look.kind == "cross":
        raise Refusal(_CROSS)
    layers = len(look.attention)
    if look.stream == "query" and look.trace.stack(look.stack).layers[0].query_stream is not None:
        raise Refusal(_QUERY_STREAM)
    layer = min(max(ask.layer, 0), layers - 1)
    rolled = _rolled(look, layer)
    positions, tokens = len(look.queries), len(look.keys)
    query = positions - 1 if ask.query < 0 else min(ask.query, positions - 1)
    values = rolled.numbers()[tokens - positions :]  # (T, S)
    seen = rolled.seen[tokens - positions :]
    drawn, spots = reduce_signed(torch.from_numpy(values), ask.rows, ask.columns)
    told = None if spots is None else to_host(spots)
    return Flow(
        layer, layers, to_host(drawn), told, _fixed(seen if told is None else seen.flat[told]),
        query, _fixed(values[query].copy()), _fixed(seen[query].copy()),
        _KEPT.get(look.trace, (look.stack, layer, query), lambda: _flow(look, layer, query)),
    )


@dataclass(frozen=True, eq=False)
class Rolled:
    """The rollout of one layer and of all below; memory comes first in rows and in columns."""

    weights: NDArray[np.float64]
    """[S, S]."""
    seen: NDArray[np.bool_]
    """[S, S], False where no path leads."""
    step: NDArray[np.bool_]
    """[S, S], what this layer sees, its residual stream among it."""
    settled: bool
    """Whether the layer below saw as much in the same way."""
    broken: NDArray[np.bool_]
    """[S], rows in which a weight is no number."""

    def numbers(self) -> NDArray[np.float32]:
        """[S, S] as they are told."""
        found = self.weights.astype(np.float32)
        found[self.broken[:, None] & self.seen] = np.nan
        return found


def _rolled(look: Look, layer: int) -> Rolled:
    """Kept by layer: that is little beside the scores and patterns of the trace."""
    return _KEPT.get(look.trace, (look.stack, layer), lambda: roll(
        look.attention[layer], _rolled(look, layer - 1) if layer else None))


def roll(seen: AttentionTrace, below: Rolled | None) -> Rolled:
    """One layer more; ``seen`` has a batch axis of 1."""
    weights, step, broken = mixed(seen)
    if below is None:
        return Rolled(weights, step, step, False, broken)
    if below.settled and (step == below.step).all():
        reached, settled = below.seen, True
    else:
        reached = step.astype(np.float32) @ below.seen.astype(np.float32) > 0
        settled = bool((step == below.step).all() and (reached == below.seen).all())
    return Rolled(
        weights @ below.weights, reached, step, settled, broken | (step & below.broken).any(1))


def mixed(
    seen: AttentionTrace,
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_]]:
    """Of one layer: A, [S, S]; what it sees, [S, S]; rows with weights that are no numbers, [S].

    Such rows of A, and those of a query that sees nothing, are of the residual stream alone.
    """
    heads = seen.pattern[0].detach().float().cpu().numpy()  # (H, T, S)
    visible = to_host(seen.visible[0])
    mean = np.where(visible, heads.mean(0, dtype=np.float64), 0)
    wrong = ~np.isfinite(mean).all(1)
    mean[wrong] = 0
    tokens = mean.shape[1]
    memory = tokens - len(mean)
    weights = 0.5 * np.eye(tokens)
    weights[memory:] += 0.5 * mean
    weights /= weights.sum(1, keepdims=True)
    step = np.eye(tokens, dtype=bool)
    step[memory:] |= visible
    return weights, step, np.concatenate((np.zeros(memory, bool), wrong))


def _flow(look: Look, layer: int, query: int) -> NDArray[np.float32] | Refusal:
    """[S], the maximum flow from a position after this layer to each token."""
    tokens = len(look.keys)
    source = tokens - len(look.queries) + query
    if tokens > MOST:
        return Refusal(_LONG, most=MOST, count=tokens)
    rolled = _rolled(look, layer)
    if rolled.broken[source]:
        return Refusal(_BROKEN)
    capacities = np.stack([mixed(each)[0] for each in look.attention[: layer + 1]])
    found = maximum_flows(capacities, source, np.arange(tokens))
    return _fixed(found.astype(np.float32))


def _fixed(array: NDArray[T]) -> NDArray[T]:
    array.flags.writeable = False
    return array
