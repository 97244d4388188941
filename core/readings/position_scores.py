"""What positions do to scores in one model: T5's bias, XLNet's term, the rotary turn."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from core.asks.positions import (
    LONGEST,
    AskBias,
    AskTerm,
    AskTurn,
    DistanceBias,
    DistanceTerm,
    PairTurn,
    Span,
)
from core.errors import Refusal, translate
from core.look import Look
from core.positions import distance_bucket, distance_waves, rotary_frequencies
from core.trace import AttentionTrace, to_host


@torch.inference_mode()
def tell_bias(ask: AskBias, look: Look) -> DistanceBias:
    """The bias of every head by distance, of the stack on screen (Raffel et al. 2020, 2.1).

    Raises:
        Refusal: if the model has none.
    """
    positions: Any = getattr(getattr(look.model, look.stack), "positions", None)
    if look.model.config.positions != "bucketed":
        raise Refusal(translate("core", "This model adds no bias by distance to its scores."))
    most = min(max(len(look.tokens), positions.distance + positions.distance // 4), LONGEST)
    far = max(most, 2) - 1
    distances = torch.arange(-far, far + 1 if positions.both_ways else 1)

    def bucket_of(distances: Tensor) -> Tensor:
        return distance_bucket(
            distances, positions.buckets, positions.distance, positions.both_ways)

    bucket = bucket_of(distances)
    return DistanceBias(
        to_host(distances), to_host(positions.table[bucket.to(positions.table.device)].mT),
        to_host(bucket), _spans(positions, bucket_of),
    )


def _spans(positions: Any, bucket_of: Any) -> tuple[Span | None, ...]:  # noqa: ANN401
    """Which distances share each bucket."""
    beyond = positions.distance * 2
    sides = [-torch.arange(0, beyond)] + [torch.arange(1, beyond)] * positions.both_ways
    spans: list[Span | None] = [None] * positions.buckets
    for side in sides:
        bucket = bucket_of(side)
        for index in bucket.unique().tolist():
            inside = side[bucket == index]
            last = inside[-1] == side[-1]
            spans[index] = int(inside[0]), None if last else int(inside[-1])
    return tuple(spans)


@torch.inference_mode()
def tell_term(ask: AskTerm, look: Look) -> DistanceTerm:
    """The position term of one head's scores, at every distance that the text has.

    Raises:
        Refusal: if the model has none, or was opened to keep fewer tensors.
    """
    if look.model.config.positions != "relative":
        raise Refusal(translate("core", "This model's scores have no term by distance."))
    layer, head, seen = _head(look, ask.head)
    attention: Any = getattr(look.model, look.stack).layers[layer].self_attention
    queries, keys = seen.scores.shape[-2:]
    query = min(max(ask.query, 0), queries - 1)
    distances = torch.arange(1 - queries, keys, device=seen.q.device)
    farthest = getattr(look.model.config, "farthest", 0)
    clamped = distances.clamp(-farthest, farthest) if farthest else distances
    waves = distance_waves(clamped, look.model.config.width).to(seen.q)
    width = attention.head_width
    place = attention.place.weight[head * width : (head + 1) * width]  # (d, D)
    each = waves @ place.mT * look.scale(attention)  # (distance, d)
    bias = attention.position_bias[head]
    every = (seen.q[0, head] + bias) @ each.mT  # (T, distance)
    place_of = keys - queries + query
    return DistanceTerm(
        (layer, head), query, to_host(distances), to_host(every[query]), to_host(each @ bias),
        to_host(every.mean(dim=0)), (place_of - keys + 1, place_of),
    )


@torch.inference_mode()
def tell_turn(ask: AskTurn, look: Look) -> PairTurn:
    """One pair of one cell's query and key, before and after they turn (Su et al. 2021).

    Raises:
        Refusal: if nothing turns here, or the model was opened to keep fewer tensors.
    """
    layer, head, seen = _head(look, ask.head)
    if seen.q_flat is None or seen.k_flat is None:
        raise Refusal(translate(
            "core", "Nothing turns here: this attention gets no rotary positions."))
    config = look.model.config
    query = min(max(ask.cell[0], 0), seen.q.shape[2] - 1)
    key = min(max(ask.cell[1], 0), seen.k.shape[2] - 1)
    key_head = head // (seen.q.shape[1] // seen.k.shape[1])
    frequencies = rotary_frequencies(config.shape(look.stack).head_width, config.rotary)
    half = len(frequencies)
    pair = min(max(ask.pair, 0), half - 1)
    dimensions = (pair, pair + half)
    scale = look.scale(getattr(look.model, look.stack).layers[layer].self_attention)
    vectors = [
        part[0, at, place].float() for part, at, place in (
            (seen.q_flat, head, query), (seen.q, head, query),
            (seen.k_flat, key_head, key), (seen.k, key_head, key))
    ]
    q_flat, q, k_flat, k = vectors

    def two(vector: Tensor) -> tuple[float, float]:
        return float(vector[pair]), float(vector[pair + half])

    def gives(left: Tensor, right: Tensor) -> Tensor:
        product: Tensor = left * right * scale
        return product[:half] + product[half : 2 * half]

    return PairTurn(
        (layer, head), (query, key), key_head, pair, dimensions, float(frequencies[pair]),
        two(q_flat), two(q), two(k_flat), two(k),
        flat=to_host(gives(q_flat, k_flat)), turned=to_host(gives(q, k)),
        rest=float((q[2 * half :] * k[2 * half :]).sum() * scale),
        masked=bool(seen.scores[0, head, query, key].isneginf()),
    )


def _head(look: Look, head: tuple[int, int]) -> tuple[int, int, AttentionTrace]:
    """The layer and the head, or the nearest there are."""
    layers = look.attention
    layer = min(max(head[0], 0), len(layers) - 1)
    seen = layers[layer]
    return layer, min(max(head[1], 0), seen.scores.shape[1] - 1), seen
