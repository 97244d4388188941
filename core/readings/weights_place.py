"""Which weights a matrix of the page is, by the names of our own model, and how it is cut.

A layer keeps what it multiplies rows with as [out, in]; here it stands as in a paper, [in, out], so
that ``row @ matrix`` is what the model computes. D width, d head width, F feed-forward width.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from core.asks.weights import MatrixName, WeightsPlace
from core.look import Look

EMBEDDING = "embedding.weight"
_NORMS = ("self_norm", "self_written_norm", "cross_norm", "mlp_norm", "mlp_written_norm")
_HEAD_NORMS = ("query_norm", "key_norm")
_FEED_FORWARD: tuple[MatrixName, ...] = ("into", "gate", "out")


def layer_of(look: Look, index: int) -> nn.Module:
    """One layer of the stack on screen."""
    stack: Any = getattr(look.model, look.stack)
    layer: nn.Module = stack.layers[index]
    return layer


def prefix_of(look: Look, index: int) -> str:
    """What the names of that layer's weights begin with in the model."""
    return f"{look.stack}.layers.{index}."


def find_place(look: Look, matrix: MatrixName, layer: int, head: int) -> WeightsPlace:
    """What is asked for, or the nearest that there is: the queries, the last layer, the last head.
    """
    config = look.model.config
    layer = min(max(layer, 0), config.layers(look.stack) - 1)
    module: Any = layer_of(look, layer)
    attention: Any = getattr(module, f"{look.kind}_attention")
    head = min(max(head, 0), attention.heads - 1)
    group = attention.heads // (attention.key.out_features // attention.head_width)
    there: dict[MatrixName, bool] = {
        "query": True, "key": True, "value": True, "place": hasattr(attention, "place"),
        "output": True, "into": True, "gate": module.mlp.gate is not None, "out": True,
        "norms": bool(_norms(module)), "head_norms": bool(_head_norms(attention)),
        "embedding": True,
    }
    matrix = matrix if there[matrix] else "query"
    key_head = head // group
    return WeightsPlace(
        matrix, look.stack, look.kind, layer, head, key_head,
        tuple(range(key_head * group, (key_head + 1) * group)),
        tuple(name for name, is_there in there.items() if is_there),
        rows=_norms(module) if matrix == "norms" else (
            _head_norms(attention) if matrix == "head_norms" else ()),
        bias=_has_bias(module, attention, matrix),
        tied=config.tied_head and config.head != "none",
        scaled=config.scale_embedding, norm=config.norm, activation=config.activation,
    )


def cut(place: WeightsPlace, look: Look, weights: Mapping[str, Tensor]) -> Tensor:
    """The matrix, [row, column], out of weights or of what is there for each of them.

    Args:
        place: which it is.
        look: whose heads and tokens are meant.
        weights: by the names of the layer, and ``EMBEDDING``.
    """
    matrix = place.matrix
    if matrix == "embedding":
        return weights[EMBEDDING][list(look.tokens.ids)]  # (T, D)
    if matrix in ("norms", "head_norms"):
        inside = "" if matrix == "norms" else f"{place.kind}_attention."
        return torch.stack([weights[f"{inside}{name}.weight"] for name in place.rows])
    if matrix in _FEED_FORWARD:
        return weights[f"mlp.{matrix}.weight"].mT  # (D, F), or (F, D)
    whole = weights[f"{place.kind}_attention.{matrix}.weight"]
    attention: Any = getattr(layer_of(look, place.layer), f"{place.kind}_attention")
    width = attention.head_width
    at = (place.key_head if matrix in ("key", "value") else place.head) * width
    if matrix == "output":
        return whole[:, at : at + width].mT  # (d, D)
    return whole[at : at + width].mT  # (D, d)


def _norms(module: nn.Module) -> tuple[str, ...]:
    return tuple(name for name in _NORMS if _gains(getattr(module, name, None)))


def _head_norms(attention: nn.Module) -> tuple[str, ...]:
    return tuple(name for name in _HEAD_NORMS if _gains(getattr(attention, name, None)))


def _gains(norm: nn.Module | None) -> bool:
    return getattr(norm, "weight", None) is not None


def _has_bias(module: Any, attention: Any, matrix: MatrixName) -> bool:  # noqa: ANN401
    if matrix in _FEED_FORWARD:
        return module.mlp.into.bias is not None
    if matrix in ("norms", "head_norms", "embedding"):
        return False
    return getattr(attention, matrix).bias is not None
