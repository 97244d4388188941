"""The Transformer, written out (Vaswani et al. 2017, "Attention Is All You Need").

B batch, T queries, S keys, D width, H heads, d head width, V vocabulary.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.config import ModelConfig, StackName
from core.positions import make_positions
from core.trace import AttentionTrace, LayerTrace, StackTrace, Trace


class Attention(nn.Module):
    """Multi-head attention: each head compares queries with keys, and reads values."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        inner = config.heads * config.head_width
        self.heads = config.heads
        self.scale = 1 / math.sqrt(config.head_width) if config.scale_scores else 1.0
        self.dropout = config.dropout
        self.query = nn.Linear(config.width, inner)
        self.key = nn.Linear(config.width, inner)
        self.value = nn.Linear(config.width, inner)
        self.output = nn.Linear(inner, config.width)

    def forward(
        self, x: Tensor, memory: Tensor, visible: Tensor | None, causal: bool, keep: bool
    ) -> tuple[Tensor, AttentionTrace | None]:
        """Read ``memory`` from ``x``.

        Args:
            x: [B, T, D] gives the queries.
            memory: [B, S, D] gives keys and values; ``x`` itself in self-attention.
            visible: [B, 1, S] bool, False for padding; None if all keys are real.
            causal: a query sees no later key.
            keep: whether the intermediates are wanted.

        Returns:
            [B, T, D] to add to the residual stream, and what was seen.
        """
        q = self._split(self.query(x))  # (B, H, T, d)
        k = self._split(self.key(memory))  # (B, H, S, d)
        v = self._split(self.value(memory))  # (B, H, S, d)
        if not keep:
            return self.output(self._join(self._fused(q, k, v, visible, causal))), None
        scores = q @ k.mT * self.scale  # (B, H, T, S)
        mask = _mask(visible, causal, q, k)
        if mask is not None:
            scores = scores.masked_fill(~mask, -math.inf)
        pattern = scores.softmax(dim=-1)  # (B, H, T, S), rows sum to 1
        if mask is not None and visible is not None:
            pattern = pattern.masked_fill(~mask, 0.0)  # a query that sees no key: 0, not NaN
        z = F.dropout(pattern, self.dropout, self.training) @ v  # (B, H, T, d)
        return self.output(self._join(z)), AttentionTrace(q, k, v, scores, pattern, z)

    def _split(self, x: Tensor) -> Tensor:
        x = x.reshape(*x.shape[:2], self.heads, -1)
        return x.transpose(1, 2)  # (B, T, H d) -> (B, H, T, d)

    def _join(self, z: Tensor) -> Tensor:
        return z.transpose(1, 2).flatten(2)  # (B, H, T, d) -> (B, T, H d)

    def _fused(
        self, q: Tensor, k: Tensor, v: Tensor, visible: Tensor | None, causal: bool
    ) -> Tensor:
        """The same z in one kernel, which leaves nothing to look at."""
        plain = causal and visible is None and q.shape == k.shape
        return F.scaled_dot_product_attention(
            q, k, v,
            attn_mask=None if plain else _mask(visible, causal, q, k),
            dropout_p=self.dropout if self.training else 0.0,
            is_causal=plain,
            scale=self.scale,
        )


def _mask(visible: Tensor | None, causal: bool, q: Tensor, k: Tensor) -> Tensor | None:
    """True where a query may see a key: [B or 1, 1, T, S]; None if everywhere."""
    mask = None if visible is None else visible[:, None]  # (B, 1, 1, S)
    if causal:
        queries, keys = q.shape[-2], k.shape[-2]
        before = torch.ones(queries, keys, dtype=torch.bool, device=q.device).tril(keys - queries)
        mask = before[None, None] if mask is None else mask & before
    return mask


class FeedForward(nn.Module):
    """Two matrices with a nonlinearity between, the same at every position."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.into = nn.Linear(config.width, config.mlp_width)
        self.out = nn.Linear(config.mlp_width, config.width)
        self.activation = config.activation

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """The activations [B, T, d_ff], and what is written to the stream [B, T, D]."""
        x = self.into(x)
        if self.activation == "relu":
            act = F.relu(x)
        else:
            act = F.gelu(x, approximate="tanh" if self.activation == "gelu_tanh" else "none")
        return act, self.out(act)


class Layer(nn.Module):
    """Self-attention, cross-attention where there is a memory to read, feed-forward."""

    def __init__(self, config: ModelConfig, cross: bool) -> None:
        super().__init__()
        self.norm_first = config.norm_first
        self.self_norm = nn.LayerNorm(config.width, config.norm_eps)
        self.self_attention = Attention(config)
        self.cross_norm = nn.LayerNorm(config.width, config.norm_eps) if cross else None
        self.cross_attention = Attention(config) if cross else None
        self.mlp_norm = nn.LayerNorm(config.width, config.norm_eps)
        self.mlp = FeedForward(config)
        self.dropout = nn.Dropout(config.dropout)

    def forward(
        self,
        x: Tensor,
        visible: Tensor | None,
        causal: bool,
        memory: Tensor | None,
        memory_visible: Tensor | None,
        keep: bool,
    ) -> tuple[Tensor, LayerTrace | None]:
        """[B, T, D] to [B, T, D]; ``memory`` is the encoder's last stream, [B, S, D]."""
        resid_in, resid_cross, crossed = x, None, None

        h = self._enter(self.self_norm, x)
        written, attended = self.self_attention(h, h, visible, causal, keep)
        x = resid_mid = self._leave(self.self_norm, x + self.dropout(written))

        if self.cross_attention is not None and self.cross_norm is not None:
            if memory is None:
                raise ValueError("a layer with cross-attention needs a memory to read")
            h = self._enter(self.cross_norm, x)
            written, crossed = self.cross_attention(h, memory, memory_visible, False, keep)
            x = resid_cross = self._leave(self.cross_norm, x + self.dropout(written))

        mlp_act, mlp_out = self.mlp(self._enter(self.mlp_norm, x))
        x = self._leave(self.mlp_norm, x + self.dropout(mlp_out))

        if attended is None:
            return x, None
        return x, LayerTrace(
            resid_in, attended, resid_mid, crossed, resid_cross, mlp_act, mlp_out, x
        )

    def _enter(self, norm: nn.LayerNorm, x: Tensor) -> Tensor:
        return norm(x) if self.norm_first else x

    def _leave(self, norm: nn.LayerNorm, x: Tensor) -> Tensor:
        return x if self.norm_first else norm(x)


class Stack(nn.Module):
    """Layers one after another, and a last norm."""

    def __init__(self, config: ModelConfig, name: StackName) -> None:
        super().__init__()
        self.causal = name == "decoder"
        cross = self.causal and config.encoder_layers > 0
        self.layers = nn.ModuleList(Layer(config, cross) for _ in range(config.layers(name)))
        self.norm = nn.LayerNorm(config.width, config.norm_eps) if config.final_norm else None
        self.dropout = nn.Dropout(config.dropout)

    def forward(
        self,
        embed: Tensor,
        positions: Tensor | None,
        visible: Tensor | None = None,
        memory: Tensor | None = None,
        memory_visible: Tensor | None = None,
        keep: bool = True,
    ) -> StackTrace:
        """Run token embeddings [B, T, D] and positions [T, D] through every layer."""
        x = self.dropout(embed if positions is None else embed + positions)
        seen: list[LayerTrace] = []
        for layer in self.layers:
            x, trace = layer(x, visible, self.causal, memory, memory_visible, keep)
            if trace is not None:
                seen.append(trace)
        return StackTrace(embed, positions, tuple(seen), x if self.norm is None else self.norm(x))


class Transformer(nn.Module):
    """An encoder, a decoder, or an encoder whose output a decoder reads."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        self.embedding = nn.Embedding(config.vocabulary, config.width)
        self.positions = make_positions(config)
        self.encoder = Stack(config, "encoder") if config.encoder_layers else None
        self.decoder = Stack(config, "decoder") if config.decoder_layers else None
        self.head = nn.Linear(config.width, config.vocabulary, bias=False)
        self.apply(_start)
        self._spread_scores()
        self._calm_residual()
        if config.tied_head:
            self.head.weight = self.embedding.weight

    def forward(
        self,
        source: Tensor,
        target: Tensor | None = None,
        source_visible: Tensor | None = None,
        target_visible: Tensor | None = None,
        logits_at: Sequence[int] | None = None,
        keep: bool = True,
    ) -> Trace:
        """Run the model.

        Args:
            source: [B, S] ids; the only input of a model with one stack.
            target: [B, T] ids, for a model with both stacks.
            source_visible: [B, S] bool, False for padding.
            target_visible: [B, T] bool, likewise.
            logits_at: positions whose logits are wanted; None for all.
            keep: False runs attention fused, and traces no layers (for training).

        Returns:
            The trace; its ``logits`` are those of the last stack.
        """
        pad = None if source_visible is None else source_visible[:, None]  # (B, 1, S)
        target_pad = None if target_visible is None else target_visible[:, None]
        encoder = decoder = None
        if self.encoder is not None:
            encoder = self.encoder(*self._embed(source), pad, keep=keep)
        if self.decoder is not None and encoder is None:
            decoder = self.decoder(*self._embed(source), pad, keep=keep)
        elif self.decoder is not None and encoder is not None:
            if target is None:
                raise ValueError("a model with two stacks needs a target")
            decoder = self.decoder(
                *self._embed(target), target_pad, encoder.final, pad, keep=keep
            )
        last = decoder or encoder
        assert last is not None  # the config has at least one layer
        final = last.final if logits_at is None else last.final[:, list(logits_at)]
        return Trace(source, target, encoder, decoder, self.head(final))

    def _embed(self, ids: Tensor) -> tuple[Tensor, Tensor | None]:
        """Token embeddings [B, T, D] and positions [T, D]."""
        embed = self.embedding(ids)
        if self.config.scale_embedding:
            embed = embed * math.sqrt(self.config.width)
        return embed, self.positions.embedding(ids.shape[1])

    def _spread_scores(self) -> None:
        """Start queries and keys with variance 1, so that no pattern starts flat."""
        for name, matrix in self.named_parameters():
            if name.endswith(("query.weight", "key.weight")):
                nn.init.normal_(matrix, std=1 / math.sqrt(self.config.width))

    def _calm_residual(self) -> None:
        """Scale what writes to the stream by 1 / sqrt(writers) (Radford et al. 2019)."""
        for stack in (self.encoder, self.decoder):
            matrices = stack.named_parameters() if stack is not None else ()
            writers = [m for name, m in matrices if name.endswith(("output.weight", "out.weight"))]
            for matrix in writers:
                nn.init.normal_(matrix, std=0.02 / math.sqrt(len(writers)))


def _start(module: nn.Module) -> None:
    """Start as GPT-2 does: matrices from a normal of 0.02, biases at 0."""
    if isinstance(module, nn.Linear | nn.Embedding):
        nn.init.normal_(module.weight, std=0.02)
    if isinstance(module, nn.Linear) and module.bias is not None:
        nn.init.zeros_(module.bias)
