"""Runs a model with some of its parts altered, and leaves it as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from core.config import AttentionKind
from core.edits import Edit, Edits, of_stack
from core.model import Transformer

KINDS: tuple[AttentionKind, ...] = ("self", "cross")


@contextmanager
def altered(model: Transformer, edits: Edits) -> Iterator[None]:
    """Within it, ``model`` computes with ``edits``; its weights are not touched.

    A head is scaled where W^O reads it, so that its pattern and z stay what they are and what it
    writes to the residual stream changes. A feed-forward is scaled where it writes. A token is
    scaled where its embedding enters the stack; its position and segment stay. Scores without
    their scale are q.k as it is, in each of XLNet's terms too. Parts that the model does not have
    are passed over.
    """
    with ExitStack() as hooks:
        for name in model.config.stacks:
            stack: Any = model.encoder if name == "encoder" else model.decoder
            tokens = of_stack(edits.all, name, "token")
            if tokens:
                hooks.enter_context(_hook(
                    stack.register_forward_pre_hook(_scale_tokens(tokens), with_kwargs=True)))
            for index, layer in enumerate(stack.layers):
                _alter_layer(hooks, layer, [
                    edit for edit in edits.all
                    if edit.stack == name and edit.layer == index and edit.part in ("head", "mlp")
                ])
                for kind in KINDS:
                    if edits.unscaled(name, kind):
                        hooks.enter_context(_unscaled(getattr(layer, f"{kind}_attention", None)))
        yield


def _alter_layer(hooks: ExitStack, layer: nn.Module, edits: list[Edit]) -> None:
    for kind in KINDS:
        attention = getattr(layer, f"{kind}_attention", None)
        heads = {edit.at: edit.factor for edit in edits
                 if edit.part == "head" and edit.kind == kind}
        if attention is not None and heads:
            hooks.enter_context(_hook(attention.output.register_forward_pre_hook(
                _scale_heads(heads, attention.head_width))))
    mlp: Any = layer.mlp
    for edit in edits:
        if edit.part == "mlp":
            hooks.enter_context(_hook(mlp.register_forward_hook(_scale_mlp(edit.factor))))


@contextmanager
def _unscaled(attention: Any) -> Iterator[None]:  # noqa: ANN401 - of either kind that there is
    """Its scale is a number beside the weights."""
    if attention is None:
        yield
        return
    before, attention.scale = attention.scale, 1.0
    try:
        yield
    finally:
        attention.scale = before


@contextmanager
def _hook(handle: RemovableHandle) -> Iterator[None]:
    try:
        yield
    finally:
        handle.remove()


def _scale_heads(heads: dict[int, float], width: int) -> Callable[..., tuple[Tensor]]:
    """W^O reads [B, T, H d], head after head."""

    def scale(module: nn.Module, given: tuple[Tensor]) -> tuple[Tensor]:
        joined = given[0].clone()
        for head, factor in heads.items():
            joined[..., head * width : (head + 1) * width] *= factor
        return (joined,)

    return scale


def _scale_mlp(factor: float) -> Callable[..., tuple[Tensor, Tensor]]:
    def scale(
        module: nn.Module, given: object, made: tuple[Tensor, Tensor]
    ) -> tuple[Tensor, Tensor]:
        act, out = made
        return act, out * factor

    return scale


Given = tuple[tuple[Any, ...], dict[str, Any]]


def _scale_tokens(edits: list[Edit]) -> Callable[..., Given]:
    """A stack is given [B, T, D] embeddings first."""

    def scale(module: nn.Module, given: tuple[Any, ...], named: dict[str, Any]) -> Given:
        embed = given[0] if given else named["embed"]
        factors = torch.ones(embed.shape[1], 1, dtype=embed.dtype, device=embed.device)
        for edit in edits:
            if 0 <= edit.at < len(factors):
                factors[edit.at] = edit.factor
        if given:
            return (embed * factors, *given[1:]), named
        return given, named | {"embed": embed * factors}

    return scale
