"""XLNet (Yang et al. 2019): each text read in any order, by two streams that share all weights.

The content stream knows the token at a position. The query stream knows the position alone: it
begins as one learned vector everywhere, and predicts the token from those read before it.

B batch, T queries, M columns of memory, S = M + T keys, D width.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.checks import LIMIT
from core.config import ModelConfig, StackName
from core.model import See, Transformer
from core.past import Past
from core.positions import distance_waves
from core.trace import LayerTrace, StackTrace, Trace
from core.two_stream_layer import TwoStreamLayer, View, rows_at


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
        return View(waves, content, rows_at(query, asked), other, asked)

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
