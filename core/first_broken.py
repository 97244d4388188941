"""Finds where a pass first computes a value that is no number: NaN, or infinite.

Only the end of a pass is looked at as long as that is sound; the rest is walked through, in the
order in which it was computed, once it is not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from core.broken import Broken
from core.checkpoint.folder import FAMILIES
from core.omit import leave_out, left_out
from core.thumbnail import Plan
from core.tokens import Tokens
from core.trace import AttentionTrace, LayerTrace, Sight, Trace, to_host

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from core.config import AttentionKind, StackName
    from core.frame import ModelCard
    from core.model import Transformer

UNSEEN, NO_TOKENS = Sight(thumbnails=False), Tokens("")
_ATTENTION = (
    "q_flat", "q", "k_flat", "k", "v", "content", "bias", "position", "segment", "scores",
    "pattern", "z",
)
_LAYER = (
    "resid_in", "self", "resid_mid", "cross", "resid_cross", "mlp_act", "mlp_out", "resid_out",
    "query_stream",
)
"""In the order in which they are computed."""
_HEADS = ("logits", "next_sentence", "labels")
_USED = {
    "embed": ("embedding",),
    "positions": ("{stack}.positions",),
    "segments": ("segments",),
    "resid_in": ("{stack}.embed_norm", "{stack}.query_start"),
    "q_flat": ("{layer}.{kind}_attention.query", "{layer}.{kind}_norm"),
    "q": ("{layer}.{kind}_attention.query", "{layer}.{kind}_norm"),
    "k_flat": ("{layer}.{kind}_attention.key", "{layer}.{kind}_norm"),
    "k": ("{layer}.{kind}_attention.key", "{layer}.{kind}_norm"),
    "v": ("{layer}.{kind}_attention.value",),
    "content": ("{layer}.{kind}_attention.content_bias",),
    "bias": ("{stack}.positions",),
    "position": ("{layer}.{kind}_attention.position_bias", "{layer}.{kind}_attention.place"),
    "segment": ("{layer}.{kind}_attention.segment",),
    "resid_mid": ("{layer}.self_attention.output", "{layer}.self_written_norm",
                  "{layer}.self_norm"),
    "resid_cross": ("{layer}.cross_attention.output", "{layer}.cross_norm"),
    "mlp_act": ("{layer}.mlp.into", "{layer}.mlp.gate", "{layer}.mlp_norm"),
    "mlp_out": ("{layer}.mlp.out",),
    "resid_out": ("{layer}.mlp_written_norm", "{layer}.mlp_norm"),
    "final": ("{stack}.norm",),
    "logits": ("masked_head", "head"),
    "next_sentence": ("next_sentence",),
    "labels": ("classifier",),
}
"""How the names begin of the parameters that each tensor is made with."""


def ends_sound(trace: Trace) -> bool:
    """Whether all that a pass ends in are numbers: a value that is none spreads to the end."""
    last = trace.decoder or trace.encoder
    assert last is not None  # a model has at least one stack
    ends = [end for _, end in _ends(trace)] or [last.final]
    return all(bool(end.isfinite().all()) for end in ends)


def _ends(trace: Trace) -> Iterator[tuple[str, Tensor]]:
    """What the heads of a model tell."""
    for name in _HEADS:
        end = getattr(trace, name)
        if end is not None:
            yield name, end


def first_broken(trace: Trace, model: Transformer, card: ModelCard) -> Broken | None:
    """Where a trace that has been kept first holds a value that is no number."""
    if ends_sound(trace):
        return None
    search = Search()
    search.take(trace)
    return search.first(trace, model, card)


class Search:
    """Is shown the layers of a pass in their order, and told the rest at the end."""

    def __init__(
        self, sight: Sight = UNSEEN, stack: StackName = "decoder", kind: AttentionKind = "self",
        queries: Tokens = NO_TOKENS, keys: Tokens = NO_TOKENS,
    ) -> None:
        """What is on screen is marked, too."""
        self._sight, self._stack, self._kind = sight, stack, kind
        self._without = left_out(queries, sight.omit), left_out(keys, sight.omit)
        self._found: dict[StackName, Broken] = {}
        self._marks: list[Tensor] = []
        self._plan: Plan | None = None

    def take(self, trace: Trace) -> None:
        """See the layers of a trace that has been kept."""
        names: tuple[StackName, ...] = ("encoder", "decoder")
        for name in names:
            for index, layer in enumerate(trace.stack(name).layers if _has(trace, name) else ()):
                self.see(name, index, layer)

    def see(self, stack: StackName, index: int, layer: LayerTrace) -> None:
        """Look for the first value that is no number, and for weights that are none."""
        if not self._found:
            for name, tensor in _in_order(f"{stack}.{index}", layer):
                found = _look(name, tensor)
                if found is not None:
                    self._found[stack] = found
                    break
        if stack == self._stack and self._sight.thumbnails:
            self._marks.append(self._mark(layer))

    def _mark(self, layer: LayerTrace) -> Tensor:
        """[head, row, column] bool, as the thumbnails are reduced."""
        seen = layer.on(self._sight.stream).attention(self._kind)
        wrong, shown = leave_out(seen.pattern[0].isnan(), seen.visible[0], *self._without, False)
        self._plan = self._plan.serving(shown) if self._plan else Plan(shown, self._sight.pixels)
        return self._plan.largest((wrong & shown).to(torch.uint8)).bool()

    @property
    def marks(self) -> NDArray[np.bool_] | None:
        """[layer, head, row, column], True where a pixel covers a weight that is no number; None
        where none does."""
        marks = torch.stack(self._marks) if self._marks else None
        return None if marks is None or not marks.any() else to_host(marks)

    def first(self, trace: Trace, model: Transformer, card: ModelCard) -> Broken | None:
        """The first tensor with such a value, and the parameter that it comes from.

        Args:
            trace: the pass whose layers were shown.
            model: that made it.
            card: names its family, whose files name its parameters.
        """
        found = self._place(trace)
        return None if found is None else replace(
            found, parameter=_parameter(found.tensor, model, card))

    def _place(self, trace: Trace) -> Broken | None:
        names: tuple[StackName, ...] = ("encoder", "decoder")
        for stack in names:
            if not _has(trace, stack):
                continue
            whole = trace.stack(stack)
            for part in ("embed", "positions", "segments"):
                found = _look(f"{stack}.{part}", getattr(whole, part))
                if found is not None:
                    return found
            found = self._found.get(stack) or _look(f"{stack}.final", whole.final)
            if found is not None:
                return found
        looks = (_look(name, end) for name, end in _ends(trace))
        return next((found for found in looks if found is not None), None)


def _has(trace: Trace, stack: StackName) -> bool:
    return (trace.encoder if stack == "encoder" else trace.decoder) is not None


def _in_order(prefix: str, part: LayerTrace | AttentionTrace) -> Iterator[tuple[str, Tensor]]:
    for field in _LAYER if isinstance(part, LayerTrace) else _ATTENTION:
        value = getattr(part, field)
        if isinstance(value, LayerTrace | AttentionTrace):
            yield from _in_order(f"{prefix}.{field}", value)
        elif value is not None:
            yield f"{prefix}.{field}", value


def _look(name: str, tensor: Tensor | None) -> Broken | None:
    """Whether a tensor of the trace holds a value that is no number, and where."""
    if tensor is None:
        return None
    wrong = ~tensor.isfinite()
    if name.endswith(".scores"):
        wrong &= ~tensor.isneginf()  # masked
    if not wrong.any():
        return None
    if "." not in name:
        return Broken(name)
    heads = wrong[0].flatten(1).any(1) if wrong.ndim == 4 else None
    rows = wrong.any(-1).reshape(-1, wrong.shape[-2]).any(0)
    return Broken(name, None if heads is None else _first(heads), _first(rows))


def _first(wrong: Tensor) -> int | None:
    return None if wrong.all() else int(wrong.long().argmax())


def _parameter(tensor: str, model: Transformer, card: ModelCard) -> str | None:
    """The parameter that is no number and that ``tensor`` is made with, as its file names it."""
    parts = tensor.split(".")
    stack, last = parts[0], parts[-1]
    if len(parts) > 2 and last == "resid_in" and parts[1] != "0":
        return None
    values = {
        "stack": stack, "layer": f"{stack}.layers.{parts[1]}" if len(parts) > 2 else "",
        "kind": parts[-2] if len(parts) > 2 else "",
    }
    canonical = {id(parameter): name for name, parameter in model.named_parameters()}
    for beginning in _USED.get(last, ()):
        for name, parameter in model.named_parameters(remove_duplicate=False):
            if name.startswith(beginning.format(**values)) and not parameter.isfinite().all():
                return _in_file(canonical[id(parameter)], model, card)
    return None


def _in_file(name: str, model: Transformer, card: ModelCard) -> str:
    family = FAMILIES.get(card.family)
    source = None if family is None else dict(family.names(model.config)).get(name)
    if source is None:
        return name
    told = (source.name, source.instead, *source.also)
    return next((one for one in told if one in card.not_finite), source.name)
