"""One layer of XLNet (Yang et al. 2019), through which both streams pass.

Places reach both through the scores (Dai et al. 2019, "Transformer-XL"): what a token is, how far
away it is and whether its segment is another each add a term.

B batch, T queries, M columns of memory, S = M + T keys, D width, H heads, d head width.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.attention import make_norm
from core.config import ModelConfig
from core.linear import Linear
from core.model import FeedForward
from core.trace import AttentionTrace, LayerTrace


@dataclass(frozen=True)
class View:
    """What every layer shares."""

    places: Tensor
    """[S + T - 1, D], a wave for each distance, from the farthest key before to after."""
    content: Tensor | None
    """[B or 1, T, S] bool, True where the content stream sees; None if everywhere."""
    query: Tensor | None
    """Likewise for the query stream; None if there is none."""
    other: Tensor | None
    """[B, T, S] int64, 1 where a key's segment is another; None without segments."""
    asked: Tensor | None = None
    """[B, P], the positions where the query stream runs; None for all, in order."""

    @property
    def query_other(self) -> Tensor | None:
        """``other`` of the query stream."""
        return rows_at(self.other, self.asked)


def rows_at(grid: Tensor | None, at: Tensor | None) -> Tensor | None:
    """Those rows of [B or 1, T, S], each batch its own: [B, P, S]; all where none are named."""
    return grid if grid is None or at is None else grid.take_along_dim(at[:, :, None], dim=1)


class TwoStreamAttention(nn.Module):
    """Multi-head attention whose scores are a sum of content, position and segment."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.heads, self.head_width = config.heads, config.head_width
        self.scale, self.dropout = 1 / math.sqrt(config.head_width), config.dropout
        inner, each = config.heads * config.head_width, (config.heads, config.head_width)
        self.query = Linear(config.width, inner, bias=False)
        self.key = Linear(config.width, inner, bias=False)
        self.value = Linear(config.width, inner, bias=False)
        self.place = Linear(config.width, inner, bias=False)
        self.output = Linear(inner, config.width, bias=False)
        # As large as queries: the query stream has none of its own where it begins.
        self.content_bias = nn.Parameter(nn.init.normal_(torch.empty(each)))
        self.position_bias = nn.Parameter(nn.init.normal_(torch.empty(each)))
        self.segment_bias = nn.Parameter(torch.zeros(each))
        self.segment = nn.Parameter(torch.zeros(2, *each))

    def keys(self, seen: Tensor, places: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Keys and values of [B, S, D], and keys of the places: [., H, ., d] each."""
        return (
            self._split(self.key(seen)), self._split(self.value(seen)),
            self._split(self.place(places[None])),
        )

    def forward(
        self, x: Tensor, keys: tuple[Tensor, Tensor, Tensor], visible: Tensor | None,
        other: Tensor | None, at: Tensor | None = None,
    ) -> tuple[Tensor, AttentionTrace]:
        """Read the keys from ``x``, [B, T, D], either stream; from ``at``, [B, T], if not in order.

        Returns:
            [B, T, D] to add to the stream, and what was seen.
        """
        k, v, places = keys
        q = self._split(self.query(x))  # (B, H, T, d)
        content = self._against(q, self.content_bias, k)  # (B, H, T, S)
        position = by_distance(self._against(q, self.position_bias, places), k.shape[2], at)
        scores, segment = content + position, None
        if other is not None:
            pair = self._against(q, self.segment_bias, self.segment.transpose(0, 1)[None])
            segment = pair.gather(-1, other[:, None].expand_as(scores))  # (B, H, T, 2) by the bit
            scores = scores + segment
        if visible is not None:
            scores = scores.masked_fill(~visible[:, None], -math.inf)
        # A query that sees no key reads all alike, as the model was trained to.
        pattern = scores.clamp_min(torch.finfo(scores.dtype).min).softmax(dim=-1)
        z = F.dropout(pattern, self.dropout, self.training) @ v
        trace = AttentionTrace(
            q, k, v, scores, pattern, z, content=content, position=position, segment=segment
        )
        return self.output(z.transpose(1, 2).flatten(2)), trace

    def _against(self, q: Tensor, bias: Tensor, keys: Tensor) -> Tensor:
        return (q + bias[:, None]) @ keys.mT * self.scale

    def _split(self, x: Tensor) -> Tensor:
        return x.reshape(*x.shape[:2], self.heads, self.head_width).transpose(1, 2)


def by_distance(scores: Tensor, keys: int, at: Tensor | None = None) -> Tensor:
    """Scores by key, of scores by distance: query i finds key j at T - 1 - i + j.

    Args:
        scores: [B, H, T or P, S + T - 1], distances S - 1 ... 1 - T.
        keys: S; the last T of them are the queries' own positions.
        at: [B, P], the positions of the queries; None for all T, in order.
    """
    count = scores.shape[3] - keys + 1
    steps = torch.arange(keys, device=scores.device)
    queries = torch.arange(count, device=scores.device)[None] if at is None else at
    place = count - 1 - queries[:, None, :, None] + steps  # (B or 1, 1, T or P, S)
    return scores.gather(-1, place.expand(*scores.shape[:3], -1))


class TwoStreamLayer(nn.Module):
    """Attention and feed-forward, each followed by a norm; both streams pass through the same."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.self_attention = TwoStreamAttention(config)
        self.self_norm = make_norm(config, config.width)
        self.mlp = FeedForward(config, "encoder")
        self.mlp_norm = make_norm(config, config.width)
        self.dropout = nn.Dropout(config.dropout)

    def forward(
        self, x: Tensor, g: Tensor | None, memory: Tensor | None, view: View
    ) -> tuple[LayerTrace, LayerTrace | None]:
        """The content stream ``x`` and the query stream ``g``, [B, T, D] each, one layer on.

        Args:
            x: what is read, behind ``memory``, [B, M, D].
            g: the query stream, or None.
            memory: what entered this layer in a text before.
            view: who may be seen.
        """
        seen = x if memory is None else torch.cat((memory, x), dim=1)
        keys = self.self_attention.keys(seen, view.places)
        content = self._pass(x, keys, view.content, view.other)
        if g is None:
            return content, None
        return content, self._pass(g, keys, view.query, view.query_other, view.asked)

    def _pass(
        self, x: Tensor, keys: tuple[Tensor, Tensor, Tensor], visible: Tensor | None,
        other: Tensor | None, at: Tensor | None = None,
    ) -> LayerTrace:
        written, attended = self.self_attention(x, keys, visible, other, at)
        resid_mid = self.self_norm(x + self.dropout(written))
        mlp_act, mlp_out = self.mlp(resid_mid)
        resid_out = self.mlp_norm(resid_mid + self.dropout(mlp_out))
        return LayerTrace(x, attended, resid_mid, None, None, mlp_act, mlp_out, resid_out)
