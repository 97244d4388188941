"""The arithmetic of one cell worked out again in float64, from the model's weights alone.

It takes the streams that enter a layer from the trace, and calls nothing of ``core.readings`` nor
of the model's own forward passes. What a family does is said here in words of its own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor


@dataclass(frozen=True)
class Kind:
    """What a family does."""

    post: bool = False
    """Sums are normed, not what is read."""
    rms: bool = False
    act: str = "gelu_tanh"
    parallel: bool = False
    scale: float | None = None
    """None for 1 / sqrt(d)."""
    cap: float = 0.0
    window: int = 0
    """In layers of even index (Gemma 2)."""
    base: float = 0.0
    """Of rotary angles; 0 for none."""
    share: float = 1.0
    normed: bool = False
    """Queries and keys are, by head."""
    calm: bool = False
    """What is written has a norm of its own."""
    buckets: int = 0
    """Of T5's bias; its farthest distance is 12."""
    residual: bool = True
    """What is written is added to the stream; else it is the stream."""
    normless: bool = False
    """It has no norms."""


def linear(x: Tensor, matrix: Any) -> Tensor:
    y = x @ matrix.weight.double().T
    return y if matrix.bias is None else y + matrix.bias.double()


def norm(x: Tensor, by: Any, rms: bool) -> Tensor:
    if not list(by.parameters()):
        return x
    gain = by.weight.double()
    if rms:
        return x / (x.square().mean(-1, keepdim=True) + by.eps).sqrt() * gain
    apart = x - x.mean(-1, keepdim=True)
    return apart / (apart.square().mean(-1, keepdim=True) + by.eps).sqrt() * gain + by.bias.double()


def activated(x: Tensor, name: str) -> Tensor:
    if name == "relu":
        return x.clamp_min(0)
    if name == "silu":
        return x / (1 + (-x).exp())
    if name == "gelu":
        return x * (1 + torch.special.erf(x / math.sqrt(2))) / 2
    return x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))) / 2


def turned(x: Tensor, base: float, share: float) -> Tensor:
    """[H, T, d], dimension c and c + half of those that turn, pair by pair."""
    out, turning = x.clone(), int(x.shape[-1] * share)
    for at in range(x.shape[1]):
        for c in range(turning // 2):
            angle = at * base ** (-2 * c / turning)
            left, right = x[:, at, c], x[:, at, c + turning // 2]
            out[:, at, c] = left * math.cos(angle) - right * math.sin(angle)
            out[:, at, c + turning // 2] = right * math.cos(angle) + left * math.sin(angle)
    return out


def bucket(relative: int, count: int, both_ways: bool) -> int:
    """Raffel et al. 2020, with 12 the farthest distance."""
    first = 0
    if both_ways:
        count //= 2
        first, gap = (count if relative > 0 else 0), abs(relative)
    else:
        gap = max(-relative, 0)
    exact = count // 2
    if gap < exact:
        return first + gap
    share = math.log(gap / exact) / math.log(12 / exact)
    return first + min(exact + int(share * (count - exact)), count - 1)


@dataclass
class Hand:
    """One cell of one attention."""

    kind: Kind
    model: Any
    trace: Any
    stack: str
    attention: str
    layer: int
    head: int
    query: int
    key: int
    head_factors: dict[int, float] | None = None
    mlp_factor: float = 1.0

    def __post_init__(self) -> None:
        kind, i, j = self.kind, self.query, self.key
        self.stage = self.trace.stack(self.stack).layers[self.layer]
        stack = getattr(self.model, self.stack)
        self.module = stack.layers[self.layer]
        self.part = getattr(self.module, f"{self.attention}_attention")
        self.by = getattr(self.module, f"{self.attention}_norm")
        cross, causal = self.attention == "cross", self.stack == "decoder"
        x = (self.stage.resid_mid if cross else self.stage.resid_in)[0].double()
        read = x if kind.post else norm(x, self.by, kind.rms)
        memory = self.trace.encoder.final[0].double() if cross else read
        self.x, self.h = x[i], read[i]
        width = self.part.head_width

        def split(y: Tensor) -> Tensor:
            return y.reshape(len(y), -1, width).transpose(0, 1)  # (H, T, d)

        self.made_q, self.made_k = (
            split(linear(read, self.part.query)), split(linear(memory, self.part.key)))
        q, k, v = self.made_q, self.made_k, split(linear(memory, self.part.value))
        if kind.normed:
            q, k = norm(q, self.part.query_norm, True), norm(k, self.part.key_norm, True)
        self.flat_q, self.flat_k = q, k
        if kind.base:
            q, k = (turned(each, kind.base, kind.share) for each in (q, k))
        group = len(q) // len(k)
        self.key_head = self.head // group
        self.q, self.k = q[self.head, i], k[self.key_head, j]
        wide = k.repeat_interleave(group, 0)
        self.scale = 1 / math.sqrt(width) if kind.scale is None else kind.scale
        scores = q @ wide.mT * self.scale
        self.content = float(scores[self.head, i, j])
        self.bias: Tensor | None = None
        if kind.buckets and not cross:
            table = stack.positions.table.double()
            rows = [[table[bucket(key - query, kind.buckets, not causal)]
                     for key in range(len(x))] for query in range(len(x))]
            self.bias = torch.stack([torch.stack(row) for row in rows]).permute(2, 0, 1)
            scores = scores + self.bias
        if kind.cap:
            scores = kind.cap * (scores / kind.cap).tanh()
        self.score = float(scores[self.head, i, j])
        if causal and not cross:
            hidden = torch.ones_like(scores[0], dtype=torch.bool).triu(1)
            if kind.window and self.layer % 2 == 0:
                hidden |= torch.ones_like(hidden).tril(-kind.window)
            scores = scores.masked_fill(hidden, -math.inf)
        self.row = scores[self.head, i]
        self.masked = bool(self.row[j].isneginf())
        powers = (scores - scores.max(-1, keepdim=True).values).exp()
        pattern = powers / powers.sum(-1, keepdim=True)
        self.powers, self.weights = powers[self.head, i], pattern[self.head, i]
        self.values = v[self.key_head]
        self.z = (pattern @ v.repeat_interleave(group, 0))[:, i]  # (H, d)
        self._after()

    def _after(self) -> None:
        kind, module = self.kind, self.module
        self.factors = torch.ones(len(self.z), dtype=torch.float64)
        for head, factor in (self.head_factors or {}).items():
            self.factors[head] = factor
        self.read_z = self.z * self.factors[:, None]
        self.wrote = linear(self.read_z.flatten(), self.part.output)
        self.calmed = norm(self.wrote, module.self_written_norm, kind.rms) if kind.calm else (
            self.wrote)
        self.total = self.x + self.calmed if kind.residual else self.calmed
        self.left = norm(self.total, self.by, kind.rms) if kind.post else self.total
        stream = self.left
        self.crossed = self.stage.resid_cross is not None and self.attention == "self"
        if self.crossed:
            stream = self.stage.resid_cross[0, self.query].double()
        self.stream = stream
        self.mlp_in = self.x if kind.parallel else stream
        read = self.mlp_in if kind.post else norm(self.mlp_in, module.mlp_norm, kind.rms)
        self.mlp_read, mlp = read, module.mlp
        if mlp.gate is None:
            self.units = activated(linear(read, mlp.into), kind.act)
        else:
            self.units = activated(linear(read, mlp.gate), kind.act) * linear(read, mlp.into)
        self.out = linear(self.units, mlp.out) * self.mlp_factor
        self.calm_out = norm(self.out, module.mlp_written_norm, kind.rms) if kind.calm else self.out
        self.sum = stream + self.calm_out if kind.residual else self.calm_out
        self.leaves = norm(self.sum, module.mlp_norm, kind.rms) if kind.post else self.sum


def length(vector: Tensor) -> float:
    return math.sqrt(sum(float(value) ** 2 for value in vector))
