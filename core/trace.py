"""Every intermediate of one forward pass, under one legend.

| name                                    | axes                                |
|-----------------------------------------|-------------------------------------|
| source.ids, target.ids                  | [position]; one stack: source alone |
| {stack}.embed, .positions, .final       | [position, width]                   |
| {stack}.segments                        | [position, width], where there are  |
| {stack}.{layer}.resid_in, _mid, _out    | [position, width]                   |
| {stack}.{layer}.resid_cross             | [position, width], after cross      |
| {stack}.{layer}.mlp_act                 | [position, mlp_width]               |
| {stack}.{layer}.mlp_out                 | [position, width]                   |
| {stack}.{layer}.{kind}.q                | [head, query, head_width]           |
| {stack}.{layer}.{kind}.k, .v            | [head, key, head_width]             |
| {stack}.{layer}.{kind}.scores, .pattern | [head, query, key]                  |
| {stack}.{layer}.{kind}.content, .bias   | [head, query, key], where scores    |
|                                         | are a sum: content + bias (T5), or  |
| {stack}.{layer}.{kind}.position,        | content + position + segment        |
|   .segment                              | (XLNet), each already scaled        |
| {stack}.{layer}.{kind}.q_flat, .k_flat  | as q and k, before they turn        |
| {stack}.{layer}.{kind}.z                | [head, query, head_width]           |
| {stack}.{layer}.query_stream.*          | a whole layer more: XLNet's stream  |
|                                         | that does not know its own token    |
| logits                                  | [position, vocabulary]              |
| next_sentence                           | [follows, does not] (BERT)          |
| labels                                  | [label] logits, of a classifier     |

In memory each has a batch axis in front. ``scores`` are -inf where a key is masked. Keys may be
more than queries: XLNet's memory comes before token 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

from core.sampling import GREEDY, Sampling

if TYPE_CHECKING:  # the window opens before any of these is there
    import numpy as np
    from torch import Tensor

    from core.config import AttentionKind, StackName

Scale = Literal["linear", "root", "log"]
Stream = Literal["content", "query"]
Omit = Literal["nothing", "special", "first"]
"""Tokens that are not shown: none, those of the template, those and the first one."""
A = TypeVar("A")
MASKED = 0
"""The 8-bit value of a masked cell; weights are 1 to 255."""
LOG_FLOOR = 1e-4
"""The weight at the bottom of the logarithmic scale."""


@dataclass(frozen=True)
class AttentionTrace:
    """One attention sublayer: softmax(q k^T / sqrt(d_k) + mask) v (Vaswani et al. 2017, eq. 1).

    Where several query heads read one key head, ``k`` and ``v`` have a row a key head.
    """

    q: Tensor
    k: Tensor
    v: Tensor
    scores: Tensor
    pattern: Tensor
    z: Tensor
    content: Tensor | None = None
    bias: Tensor | None = None
    q_flat: Tensor | None = None
    k_flat: Tensor | None = None
    position: Tensor | None = None
    segment: Tensor | None = None

    @property
    def visible(self) -> Tensor:
        """[batch, query, key] bool, False where a key is masked; the same for every head."""
        return ~self.scores[:, 0].isneginf()


@dataclass(frozen=True)
class LayerTrace:
    """One layer: the residual stream before, between and after its sublayers."""

    resid_in: Tensor
    self: AttentionTrace
    resid_mid: Tensor
    cross: AttentionTrace | None
    resid_cross: Tensor | None
    mlp_act: Tensor
    mlp_out: Tensor
    resid_out: Tensor
    query_stream: LayerTrace | None = None
    """The same layer on the other stream, which does not know its own token (XLNet)."""

    def on(self, stream: Stream) -> LayerTrace:
        """This layer on ``stream``; on its only one where there is no other."""
        return self.query_stream if stream == "query" and self.query_stream else self

    def attention(self, kind: AttentionKind) -> AttentionTrace:
        """The attention of this kind.

        Raises:
            LookupError: if the layer has no cross-attention.
        """
        found = self.self if kind == "self" else self.cross
        if found is None:
            raise LookupError(f"this layer has no {kind}-attention")
        return found


@dataclass(frozen=True)
class StackTrace:
    """One stack; ``final`` is what leaves it, after the last norm if there is one."""

    embed: Tensor
    positions: Tensor | None
    segments: Tensor | None
    layers: tuple[LayerTrace, ...]
    final: Tensor


@dataclass(frozen=True)
class Trace:
    """One forward pass."""

    source_ids: Tensor
    target_ids: Tensor | None
    encoder: StackTrace | None
    decoder: StackTrace | None
    logits: Tensor | None
    next_sentence: Tensor | None = None
    labels: Tensor | None = None

    def stack(self, name: StackName) -> StackTrace:
        """The stack of this name.

        Raises:
            LookupError: if the model has none.
        """
        found = self.encoder if name == "encoder" else self.decoder
        if found is None:
            raise LookupError(f"this model has no {name}")
        return found

    def named(self) -> Iterator[tuple[str, Tensor]]:
        """Every tensor there is, by the names of the legend, still with its batch axis."""
        yield "source.ids", self.source_ids
        if self.target_ids is not None:
            yield "target.ids", self.target_ids
        for name, stack in (("encoder", self.encoder), ("decoder", self.decoder)):
            if stack is not None:
                yield from _named(name, stack)
        for name in ("logits", "next_sentence", "labels"):
            if (logits := getattr(self, name)) is not None:
                yield name, logits


def _named(prefix: str, part: object) -> Iterator[tuple[str, Tensor]]:
    for field in fields(part):  # type: ignore[arg-type]  # every part is a dataclass
        value = getattr(part, field.name)
        if field.name == "layers":
            for index, layer in enumerate(value):
                yield from _named(f"{prefix}.{index}", layer)
        elif isinstance(value, AttentionTrace | LayerTrace):
            yield from _named(f"{prefix}.{field.name}", value)
        elif value is not None:
            yield f"{prefix}.{field.name}", value


@dataclass(frozen=True)
class Ask(Generic[A]):
    """What one panel asks of a trace; each panel has a kind of its own, and ``A`` answers it."""


@dataclass(frozen=True)
class Sight:
    """What is on screen: which heads, at how many pixels, and the one in full precision."""

    stack: StackName = "decoder"
    kind: AttentionKind = "self"
    pixels: int = 64
    """Side of a thumbnail; a longer pattern is reduced to it."""
    scale: Scale = "linear"
    """How weight becomes colour."""
    head: tuple[int, int] | None = None
    """(layer, head) to be sent in full precision."""
    predict_at: int | None = None
    """The position whose predictions are wanted; None is the last."""
    thumbnails: bool = True
    """Whether the sheet is visible."""
    difference: bool = False
    """Whether it shows the difference to the other side of a comparison."""
    gradient: bool = False
    """Whether it shows what more of each weight would do to the loss."""
    stream: Stream = "content"
    """Which stream is shown (XLNet)."""
    omit: Omit = "nothing"
    """Which tokens the pictures of attention leave out."""
    renormalise: bool = False
    """Whether what is left of a row sums to 1 again."""
    sampling: Sampling = GREEDY
    """How the next token is drawn."""
    curves: int = 0
    """Points of each curve of a run; 0 where they are not on screen."""
    asks: tuple[Ask[Any], ...] = ()
    """What the panels ask that are on screen; see ``core.answers``."""


def to_host(tensor: Tensor) -> np.ndarray:
    """A read-only copy in main memory, of halves in float32; never a view of what training goes on
    changing.

    From a GPU it comes through pinned memory, and waits for what was asked of that device before
    on this thread's stream, for nothing else.
    """
    half = tensor.is_floating_point() and tensor.itemsize < 4  # numpy has no bfloat16
    given = (tensor.float() if half else tensor).detach()
    array: np.ndarray = (_pinned(given) if given.is_cuda else given.cpu()).numpy().copy()
    array.flags.writeable = False
    return array


def _pinned(tensor: Tensor) -> Tensor:
    import torch

    host = torch.empty(tensor.shape, dtype=tensor.dtype, pin_memory=True)
    host.copy_(tensor, non_blocking=True)
    torch.cuda.current_stream(tensor.device).synchronize()
    return host
