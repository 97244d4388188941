"""XLNet (Yang et al. 2019): each text read in any order, by two streams that share all weights.

The content stream knows the token at a position. The query stream knows the position alone: it
begins as one learned vector everywhere, and predicts the token from those read before it. Places
reach both through the scores (Dai et al. 2019, "Transformer-XL"): what a token is, how far away it
is and whether its segment is another each add a term.

B batch, T queries, M columns of memory, S = M + T keys, D width, H heads, d head width.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.attention import make_norm
from core.config import LIMIT, ModelConfig, StackName
from core.model import FeedForward, See, Transformer
from core.past import Past
from core.positions import distance_waves
from core.trace import AttentionTrace, LayerTrace, StackTrace, Trace


@dataclass(frozen=True)
class TwoStreamConfig(ModelConfig):
    """What only a model with two streams has; its layers are those of an encoder."""

    one_way: bool = False
    """No position sees a later one, as in Transformer-XL."""
    same_length: bool = False
    """One way: each query sees as many keys, so that later ones see less of the memory."""
    farthest: int = 0
    """Distances beyond this count as this; 0 for no such limit."""
    memory: int = 0
    """Positions that are remembered; 0 for all."""
    reused: int = 0
    """Of each text the first positions alone are remembered; 0 for all."""

    @property
    def told_segments(self) -> int:
        """Any number: they are only compared with each other."""
        return LIMIT


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
        return _rows(self.other, self.asked)


def _rows(grid: Tensor | None, at: Tensor | None) -> Tensor | None:
    """Those rows of [B or 1, T, S], each batch its own: [B, P, S]; all where none are named."""
    return grid if grid is None or at is None else grid.take_along_dim(at[:, :, None], dim=1)


class TwoStreamAttention(nn.Module):
    """Multi-head attention whose scores are a sum of content, position and segment."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.heads, self.head_width = config.heads, config.head_width
        self.scale, self.dropout = 1 / math.sqrt(config.head_width), config.dropout
        inner, each = config.heads * config.head_width, (config.heads, config.head_width)
        self.query = nn.Linear(config.width, inner, bias=False)
        self.key = nn.Linear(config.width, inner, bias=False)
        self.value = nn.Linear(config.width, inner, bias=False)
        self.place = nn.Linear(config.width, inner, bias=False)
        self.output = nn.Linear(inner, config.width, bias=False)
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


class TwoStreamStack(nn.Module):
    """Layers one after another."""

    def __init__(self, config: TwoStreamConfig) -> None:
        super().__init__()
        self.config = config
        self.layers = nn.ModuleList(TwoStreamLayer(config) for _ in range(config.encoder_layers))
        self.query_start = nn.Parameter(torch.zeros(config.width))
        self.dropout = nn.Dropout(config.dropout)

    def forward(
        self,
        embed: Tensor,
        segments: Tensor | None = None,
        visible: Tensor | None = None,
        reads: Tensor | None = None,
        memory: Sequence[Tensor] | None = None,
        see: Callable[[int, LayerTrace], object] | None = None,
        asked: Tensor | None = None,
    ) -> tuple[StackTrace, Tensor | None]:
        """Run the stack.

        Args:
            embed: [B, T, D] token embeddings.
            segments: [B, T] ids, or None for no segment term.
            visible: [B, T] bool, False for padding.
            reads: [B, T, T] bool, True where a query may read a key; None for no query stream.
            memory: by layer, [B, M, D]: what entered it in a text before.
            see: given each layer's trace in the place of the answer, which then has none.
            asked: [B, P], the positions where the query stream runs; None for all.

        Returns:
            What was seen, and the query stream as it leaves, [B, T or P, D].
        """
        columns = memory[0].shape[1] if memory else 0
        view = self._view(embed, segments, visible, reads, columns, asked)
        x = self.dropout(embed)
        g = None
        if reads is not None:
            places = embed.shape[:2] if asked is None else asked.shape
            g = self.dropout(self.query_start.expand(*places, -1))
        seen: list[LayerTrace] = []
        for index, layer in enumerate(self.layers):
            content, query = layer(x, g, memory[index] if memory else None, view)
            x, g = content.resid_out, None if query is None else query.resid_out
            trace = replace(content, query_stream=query)
            seen.append(trace) if see is None else see(index, trace)
            del content, query, trace  # before the next layer runs
        return StackTrace(embed, None, None, tuple(seen), x), g

    def _view(
        self, embed: Tensor, segments: Tensor | None, visible: Tensor | None, reads: Tensor | None,
        columns: int, asked: Tensor | None,
    ) -> View:
        count = embed.shape[1]
        distance = torch.arange(columns + count - 1, -count, -1, device=embed.device)
        if self.config.farthest:
            distance = distance.clamp(-self.config.farthest, self.config.farthest)
        query = self._mask(embed, visible, reads, columns)
        content = query
        if query is not None:  # a token is there to itself, whatever it may not read
            itself = torch.eye(count, dtype=torch.bool, device=embed.device)
            content = query | F.pad(itself, (columns, 0))
        other = None
        if segments is not None:
            keys = F.pad(segments, (columns, 0))  # what is remembered was of segment 0
            other = (segments[:, :, None] != keys[:, None]).long()
        waves = distance_waves(distance, embed.shape[2]).to(embed)
        return View(waves, content, _rows(query, asked), other, asked)

    def _mask(
        self, embed: Tensor, visible: Tensor | None, reads: Tensor | None, columns: int
    ) -> Tensor | None:
        """Who may be read: [B or 1, T, S] bool; None if everyone."""
        mask = reads
        if visible is not None:
            mask = visible[:, None] if mask is None else mask & visible[:, None]
        if mask is not None:
            mask = F.pad(mask, (columns, 0), value=True).expand(-1, embed.shape[1], -1)
        if self.config.one_way:
            count = embed.shape[1]
            near = torch.ones(count, columns + count, dtype=torch.bool, device=embed.device)
            near = near.tril(columns)
            if self.config.same_length:
                near[:, :count] &= near[:, :count].triu()
            mask = near[None] if mask is None else mask & near
        return mask


class TwoStreamTransformer(Transformer):
    """XLNet, under the same head as any other model."""

    config: TwoStreamConfig

    def make_stack(self, name: StackName) -> nn.Module:
        """The one stack there is."""
        return TwoStreamStack(self.config)

    def forward(
        self,
        source: Tensor,
        target: Tensor | None = None,
        source_visible: Tensor | None = None,
        target_visible: Tensor | None = None,
        segments: Tensor | None = None,
        logits_at: Sequence[int] | None = None,
        keep: bool = True,
        encoder: StackTrace | None = None,
        see: See | None = None,
        past: Past | None = None,
        reads: Tensor | None = None,
        memory: Sequence[Tensor] | None = None,
        asked: Tensor | None = None,
    ) -> Trace:
        """Run the model.

        Args:
            source: [B, T] ids.
            target: of no use here, as are ``target_visible``, ``encoder`` and ``past``.
            source_visible: [B, T] bool, False for padding.
            target_visible: see ``target``.
            encoder: see ``target``.
            past: likewise; both ways, no row holds for another text.
            segments: [B, T] ids that are compared with each other; None for no segment term.
            logits_at: positions whose logits are wanted; None for all.
            keep: False traces no layers.
            see: given each layer's trace as it has run; the trace that is answered has no layers.
            reads: [B, T, T] bool, True where a query may read a key, such as :func:`reading`
                makes. Then the query stream runs too, at every position. None: all read all.
            memory: what :meth:`remember` kept of a text before.
            asked: [B, P], the positions where the query stream runs, to save the work of the
                others; None for all.

        Returns:
            The trace; ``logits`` are those of the query stream where it ran.
        """
        assert self.encoder is not None  # its layers are those of an encoder
        stack: StackTrace
        stack, query = self.encoder(
            self._embed(source), segments, source_visible, reads, memory,
            see and partial(see, "encoder"), asked,
        )
        final = stack.final if query is None else query
        final = final if logits_at is None else final[:, list(logits_at)]
        stack = stack if keep else replace(stack, layers=())
        return Trace(source, None, stack, None, self.read_out(final))

    def remember(
        self, trace: Trace, memory: Sequence[Tensor] | None = None
    ) -> tuple[Tensor, ...]:
        """What a text leaves for the next: by layer, [B, M, D], behind what was there before."""
        return self._kept([layer.resid_in for layer in trace.stack("encoder").layers], memory)

    def read_before(self, source: Tensor) -> tuple[Tensor, ...]:
        """What [B, T] ids leave for the text that follows; of their trace nothing else is kept."""
        streams: list[Tensor] = []
        self(source, logits_at=(), see=lambda stack, index, layer: streams.append(layer.resid_in))
        return self._kept(streams)

    def _kept(
        self, streams: Sequence[Tensor], memory: Sequence[Tensor] | None = None
    ) -> tuple[Tensor, ...]:
        kept = []
        for index, stream in enumerate(streams):
            seen = stream[:, : self.config.reused or None]
            seen = seen if memory is None else torch.cat((memory[index], seen), dim=1)
            kept.append(seen[:, -self.config.memory :])
        return tuple(kept)


def draw_order(count: int, seed: int) -> Tensor:
    """[count] int64: when each position is read, from 0."""
    return torch.randperm(count, generator=torch.Generator().manual_seed(seed))


def reading(order: Tensor) -> Tensor:
    """[..., T, T] bool: each position reads those whose turn came before its own.

    Args:
        order: [..., T], when each position is read.
    """
    return order[..., None, :] < order[..., :, None]


def build_model(config: ModelConfig) -> Transformer:
    """The model that this configuration describes."""
    kind = TwoStreamTransformer if isinstance(config, TwoStreamConfig) else Transformer
    return kind(config)
