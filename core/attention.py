"""Attention, written out: what each head compares, sees and reads.

B batch, T queries, S keys, D width, H heads, K key heads, d head width.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.config import ModelConfig, StackName
from core.linear import Linear
from core.past import Past
from core.positions import Rotation, rotate
from core.trace import AttentionTrace


@dataclass(frozen=True)
class Scene:
    """What every layer of a stack shares: who may be seen, and how places count."""

    visible: Tensor | None
    """[B, 1, S] bool, False for padding; None if all keys are real."""
    causal: bool
    """A query sees no later key."""
    rotation: Rotation | None = None
    bias: Tensor | None = None
    """[1, H, S, S], added to scores: the last T rows are of the queries."""
    keep: bool = True
    """Whether the intermediates are wanted."""


class Attention(nn.Module):
    """Multi-head attention: each head compares queries with keys, and reads values."""

    def __init__(self, config: ModelConfig, stack: StackName, window: int = 0) -> None:
        super().__init__()
        shape = config.shape(stack)
        inner, shared = shape.heads * shape.head_width, shape.key_heads * shape.head_width
        self.heads, self.head_width, self.dropout = shape.heads, shape.head_width, config.dropout
        self.scale = (config.score_scale or 1 / math.sqrt(shape.head_width)) if (
            config.scale_scores
        ) else 1.0
        self.cap, self.window = config.score_cap, window
        self.query = Linear(config.width, inner, bias=config.qkv_bias)
        self.key = Linear(config.width, shared, bias=config.qkv_bias)
        self.value = Linear(config.width, shared, bias=config.qkv_bias)
        self.output = Linear(inner, config.width, bias=config.output_bias)
        self.query_norm = make_norm(config, shape.head_width) if config.query_norm else None
        self.key_norm = make_norm(config, shape.head_width) if config.query_norm else None

    def forward(
        self, x: Tensor, memory: Tensor, scene: Scene, past: Past | None = None
    ) -> tuple[Tensor, AttentionTrace | None]:
        """Read ``memory`` from ``x``.

        Args:
            x: [B, T, D] gives the queries.
            memory: [B, S, D] gives keys and values; ``x`` itself in self-attention.
            scene: who may be seen.
            past: what was made of a common beginning, of which ``x`` has no rows.

        Returns:
            [B, T, D] to add to the residual stream, and what was seen.
        """
        q = self._split(self.query(x))  # (B, H, T, d)
        if self.query_norm is not None:
            q = self.query_norm(q)
        q_flat = content = None
        if scene.rotation is not None:
            q_flat, q = q, rotate(q, scene.rotation)
        k, v, k_flat = self._keys(memory, scene, past)  # (B, K, S, d)
        mask = _mask(scene, self.window, q, k)
        bias = None if scene.bias is None else scene.bias[:, :, -q.shape[2] :]
        if not scene.keep and not self.cap:
            return self.output(self._join(self._fused(q, k, v, mask, bias, scene))), None

        scores = (q @ self._shared(k).mT).mul_(self.scale)  # (B, H, T, S)
        if bias is not None:
            content, scores = scores, scores + bias
        if self.cap:
            scores = self.cap * torch.tanh(scores / self.cap)
        if mask is not None:
            scores = scores.masked_fill_(~mask, -math.inf)
        pattern = scores.softmax(dim=-1)  # (B, H, T, S), rows sum to 1
        if mask is not None and scene.visible is not None:
            pattern = pattern.masked_fill(~mask, 0.0)  # a query that sees no key: 0, not NaN
        z = F.dropout(pattern, self.dropout, self.training) @ self._shared(v)
        trace = AttentionTrace(q, k, v, scores, pattern, z, content, scene.bias, q_flat, k_flat)
        written = self.output(self._join(z))  # z: (B, H, T, d)
        return written, self._whole(trace, past) if scene.keep else None

    def _keys(
        self, memory: Tensor, scene: Scene, past: Past | None
    ) -> tuple[Tensor, Tensor, Tensor | None]:
        """Keys and values of all rows, and the keys before they turn."""
        if past is not None and not scene.causal:  # of an encoder whose text is the same
            k = past.fixed("k", lambda: self._key(memory))
            return k, past.fixed("v", lambda: self._split(self.value(memory))), None
        k, v, k_flat = self._key(memory), self._split(self.value(memory)), None
        if scene.rotation is not None:
            k_flat, k = k, rotate(k, scene.rotation)
        if past is None:
            return k, v, k_flat
        k_flat = None if k_flat is None else past.grow("k_flat", k_flat)
        return past.grow("k", k), past.grow("v", v), k_flat

    def _key(self, memory: Tensor) -> Tensor:
        k = self._split(self.key(memory))
        return k if self.key_norm is None else self.key_norm(k)

    def _shared(self, keys: Tensor) -> Tensor:
        """A row for each query head, of keys or values that several may read: (B, H, S, d)."""
        group = self.heads // keys.shape[1]
        return keys if group == 1 else keys.repeat_interleave(group, dim=1)

    def _whole(self, trace: AttentionTrace, past: Past | None) -> AttentionTrace:
        """What was seen by all rows."""
        if past is None:
            return trace
        trace, kept = past.whole(trace), past.kept
        if trace.content is not None and kept:  # early queries by late keys, before the mask
            late = self._shared(trace.k[:, :, kept:]).mT
            trace.content[..., :kept, kept:] = trace.q[:, :, :kept] @ late * self.scale
        return trace

    def _split(self, x: Tensor) -> Tensor:
        x = x.reshape(*x.shape[:2], -1, self.head_width)
        return x.transpose(1, 2)  # (B, T, H d) -> (B, H, T, d)

    def _join(self, z: Tensor) -> Tensor:
        return z.transpose(1, 2).flatten(2)  # (B, H, T, d) -> (B, T, H d)

    def _fused(
        self, q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None, bias: Tensor | None,
        scene: Scene,
    ) -> Tensor:
        """The same z in one kernel, which leaves nothing to look at."""
        square = q.shape[-2] == k.shape[-2]
        plain = scene.causal and scene.visible is None and bias is None and square
        plain = plain and not self.window
        if bias is not None:
            mask = bias if mask is None else bias.masked_fill(~mask, -math.inf)
        return F.scaled_dot_product_attention(
            q, k, v,
            attn_mask=None if plain else mask,
            dropout_p=self.dropout if self.training else 0.0,
            is_causal=plain,
            scale=self.scale,
            enable_gqa=q.shape[1] != k.shape[1],
        )


def _mask(scene: Scene, window: int, q: Tensor, k: Tensor) -> Tensor | None:
    """True where a query may see a key: [B or 1, 1, T, S]; None if everywhere."""
    mask = None if scene.visible is None else scene.visible[:, None]  # (B, 1, 1, S)
    if scene.causal:
        queries, keys = q.shape[-2], k.shape[-2]
        near = torch.ones(queries, keys, dtype=torch.bool, device=q.device).tril(keys - queries)
        if window:
            near = near.triu(keys - queries - window + 1)
        mask = near[None, None] if mask is None else mask & near
    return mask


def make_norm(config: ModelConfig, width: int) -> nn.Module:
    """The norm that ``config`` names; what changes nothing, where it names none."""
    if config.norm == "none":
        return nn.Identity()
    kind = nn.LayerNorm if config.norm == "layer" else nn.RMSNorm
    return kind(width, eps=config.norm_eps)
