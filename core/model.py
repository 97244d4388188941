"""The Transformer, written out (Vaswani et al. 2017, "Attention Is All You Need").

What its descendants changed is said in the configuration, by what it does and not by whose it is.
Attention itself is written out in ``core/attention.py``.

B batch, T queries, S keys, D width, H heads, K key heads, d head width, V vocabulary.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.attention import Attention, Scene, make_norm
from core.config import Activation, ModelConfig, StackName
from core.linear import Linear
from core.past import Past
from core.positions import Positions, Rotation, make_positions
from core.start import start_weights
from core.trace import LayerTrace, StackTrace, Trace
from core.verdicts import Classifier, NextSentence

See = Callable[[StackName, int, LayerTrace], object]
"""Given each layer of a stack as it has run; the layer is not kept then."""


def activate(x: Tensor, activation: Activation) -> Tensor:
    """The nonlinearity of this name."""
    if activation == "relu":
        return F.relu(x)
    if activation == "silu":
        return F.silu(x)
    return F.gelu(x, approximate="tanh" if activation == "gelu_tanh" else "none")


class FeedForward(nn.Module):
    """Two matrices with a nonlinearity between, the same at every position; or three, gated."""

    def __init__(self, config: ModelConfig, stack: StackName) -> None:
        super().__init__()
        inner = config.shape(stack).mlp_width
        self.into = Linear(config.width, inner, bias=config.mlp_bias)
        self.gate = Linear(config.width, inner, bias=config.mlp_bias) if config.gated else None
        self.out = Linear(inner, config.width, bias=config.mlp_bias)
        self.activation = config.activation

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """The activations [B, T, d_ff], and what is written to the stream [B, T, D]."""
        if self.gate is None:
            act = activate(self.into(x), self.activation)
        else:
            act = activate(self.gate(x), self.activation) * self.into(x)
        return act, self.out(act)


class Layer(nn.Module):
    """Self-attention, cross-attention where there is a memory to read, feed-forward."""

    def __init__(self, config: ModelConfig, stack: StackName, window: int = 0) -> None:
        super().__init__()

        def norm(wanted: bool) -> nn.Module | None:
            return make_norm(config, config.width) if wanted else None

        cross = stack == "decoder" and config.encoder_layers > 0
        self.norm_first, self.parallel = config.norm_first, config.parallel
        self.residual = config.residual
        self.self_norm = make_norm(config, config.width)
        self.self_attention = Attention(config, stack, window)
        self.self_written_norm = norm(config.norm_written)
        self.cross_norm = norm(cross)
        self.cross_attention = Attention(config, stack) if cross else None
        self.mlp_norm = make_norm(config, config.width)
        self.mlp = FeedForward(config, stack)
        self.mlp_written_norm = norm(config.norm_written)
        self.dropout = nn.Dropout(config.dropout)

    def forward(
        self, x: Tensor, scene: Scene, memory: Tensor | None, memory_scene: Scene | None,
        past: Past | None = None,
    ) -> tuple[Tensor, LayerTrace | None]:
        """[B, T, D] to [B, T, D]; ``memory`` is the encoder's last stream, [B, S, D].

        With a ``past``, ``x`` has the rows after the common beginning alone; the trace has all.
        """
        resid_in, resid_cross, crossed = x, None, None

        h = self._enter(self.self_norm, x)
        written, attended = self.self_attention(h, h, scene, past and past.part("self"))
        x = resid_mid = self._leave(self.self_norm, x, self._calm(self.self_written_norm, written))

        if self.cross_attention is not None and self.cross_norm is not None:
            if memory is None or memory_scene is None:
                raise ValueError("a layer with cross-attention needs a memory to read")
            h = self._enter(self.cross_norm, x)
            written, crossed = self.cross_attention(
                h, memory, memory_scene, past and past.part("cross"))
            x = resid_cross = self._leave(self.cross_norm, x, written)

        mlp_act, mlp_out = self.mlp(self._enter(self.mlp_norm, resid_in if self.parallel else x))
        x = self._leave(self.mlp_norm, x, self._calm(self.mlp_written_norm, mlp_out))

        if attended is None:
            return x, None
        trace = LayerTrace(
            resid_in, attended, resid_mid, crossed, resid_cross, mlp_act, mlp_out, x
        )
        return x, trace if past is None else past.whole(trace)

    def _enter(self, norm: nn.Module, x: Tensor) -> Tensor:
        """What a sublayer reads of the stream."""
        return norm(x) if self.norm_first else x

    def _leave(self, norm: nn.Module, x: Tensor, written: Tensor) -> Tensor:
        """The stream after a sublayer has written to it."""
        written = self.dropout(written)
        x = x + written if self.residual else written
        return x if self.norm_first else norm(x)

    @staticmethod
    def _calm(norm: nn.Module | None, written: Tensor) -> Tensor:
        return written if norm is None else norm(written)


class Stack(nn.Module):
    """Layers one after another, and a last norm."""

    def __init__(self, config: ModelConfig, name: StackName) -> None:
        super().__init__()
        self.causal = name == "decoder"
        self.positions: Positions = make_positions(config, name)
        windows = (self.causal and config.windows) or (0,) * config.layers(name)
        self.layers = nn.ModuleList(Layer(config, name, window) for window in windows)
        self.embed_norm = make_norm(config, config.width) if config.embed_norm else None
        self.norm = make_norm(config, config.width) if config.final_norm else None
        self.dropout = nn.Dropout(config.dropout)

    def forward(
        self,
        embed: Tensor,
        segments: Tensor | None,
        visible: Tensor | None = None,
        memory: Tensor | None = None,
        memory_visible: Tensor | None = None,
        keep: bool = True,
        see: Callable[[int, LayerTrace], object] | None = None,
        past: Past | None = None,
    ) -> StackTrace:
        """Run the stack.

        Args:
            embed: [B, T, D] token embeddings; with a ``past``, of what follows its rows.
            segments: [B, T, D] segment embeddings, or None.
            visible: [B, S] bool, False for padding; S is T and the rows of the past.
            memory: [B, S, D] of the encoder.
            memory_visible: [B, S] bool.
            keep: whether layers are traced.
            see: given each layer's trace in the place of the answer, which then has none.
            past: what was made of the common beginning; the answer has all rows.
        """
        whole, new = embed if past is None else past.grow("embed", embed), embed.shape[1]
        positions = self.positions.embedding(whole, visible)
        x = embed
        for further in (positions, segments):
            x = x if further is None else x + further[..., -new:, :]
        x = self.dropout(x if self.embed_norm is None else self.embed_norm(x))
        scene = Scene(
            _keys(visible), self.causal, _last_rows(self.positions.rotation(whole), new),
            self.positions.bias(whole), keep,
        )
        memory_scene = Scene(_keys(memory_visible), causal=False, keep=keep)
        seen: list[LayerTrace] = []
        for index, layer in enumerate(self.layers):
            x, trace = layer(x, scene, memory, memory_scene, past and past.part(str(index)))
            if trace is not None:
                seen.append(trace) if see is None else see(index, trace)
            del trace  # before the next layer runs
        final = x if self.norm is None else self.norm(x)
        if past is not None:
            final = past.grow("final", final)
            segments = None if segments is None else past.grow("segments", segments)
        return StackTrace(whole, positions, segments, tuple(seen), final)


def _last_rows(rotation: Rotation | None, count: int) -> Rotation | None:
    return None if rotation is None else (rotation[0][-count:], rotation[1][-count:])


def _keys(visible: Tensor | None) -> Tensor | None:
    return None if visible is None else visible[:, None]  # (B, 1, S)


class MaskedHead(nn.Module):
    """What BERT puts before its last matrix: a layer, a nonlinearity, a norm."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.dense = Linear(config.width, config.width)
        self.norm = make_norm(config, config.width)
        self.activation = config.head_activation

    def forward(self, x: Tensor) -> Tensor:
        """[B, T, D] to [B, T, D]."""
        return self.norm(activate(self.dense(x), self.activation))  # type: ignore[no-any-return]


class Transformer(nn.Module):
    """An encoder, a decoder, or an encoder whose output a decoder reads."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        width, vocabulary = config.width, config.vocabulary
        self.embedding = nn.Embedding(vocabulary, width)
        self.segments = nn.Embedding(config.segments, width) if config.segments else None
        self.encoder = self.make_stack("encoder") if config.encoder_layers else None
        self.decoder = self.make_stack("decoder") if config.decoder_layers else None
        self.masked_head = MaskedHead(config) if config.head == "masked" else None
        self.head = None if config.head == "none" else Linear(
            width, vocabulary, bias=config.head_bias
        )
        self.next_sentence = NextSentence(width) if config.pooled else None
        self.classifier = Classifier(config) if config.labels else None
        start_weights(self, [part for part in (self.encoder, self.decoder) if part], config)
        self.tie()

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
    ) -> Trace:
        """Run the model.

        Args:
            source: [B, S] ids; the only input of a model with one stack.
            target: [B, T] ids, for a model with both stacks.
            source_visible: [B, S] bool, False for padding.
            target_visible: [B, T] bool, likewise.
            segments: [B, S] rows of the segment embedding; None for the first everywhere.
            logits_at: positions whose logits are wanted; None for all.
            keep: False runs attention fused, and traces no layers (for training).
            encoder: what the encoder made of ``source`` before, so that it need not run again.
            see: given each layer's trace as it has run; the trace that is answered has no layers.
            past: what the decoder made of ids that begin alike, and of the same ``source`` where
                an encoder reads it; here it goes on. The trace is as if all of it had run now.

        Returns:
            The trace; its ``logits`` are those of the last stack.
        """
        decoder, kept = None, 0 if past is None else past.kept
        if self.encoder is not None and encoder is None:
            encoder = self.encoder(
                self._embed(source), self._segment(source, segments), source_visible, keep=keep,
                see=see and partial(see, "encoder"),
            )
        if self.decoder is not None and encoder is None:
            told = None if segments is None else segments[:, kept:]
            decoder = self.decoder(
                self._embed(source[:, kept:]), self._segment(source[:, kept:], told),
                source_visible, keep=keep, see=see and partial(see, "decoder"), past=past,
            )
        elif self.decoder is not None and encoder is not None:
            if target is None:
                raise ValueError("a model with two stacks needs a target")
            decoder = self.decoder(
                self._embed(target[:, kept:]), None, target_visible, encoder.final,
                source_visible, keep, see and partial(see, "decoder"), past,
            )
        last = decoder or encoder
        assert last is not None  # the config has at least one layer
        verdict = None if self.next_sentence is None else self.next_sentence(last.final)
        final = last.final if logits_at is None else last.final[:, list(logits_at)]
        labels = None if self.classifier is None else self.classifier(last.final, source_visible)
        return Trace(source, target, encoder, decoder, self.read_out(final), verdict, labels)

    def make_stack(self, name: StackName) -> nn.Module:
        """One of the stacks; a descendant may have layers of its own."""
        return Stack(self.config, name)

    def tie(self) -> None:
        """Let the head's matrix be the token embedding, where they are one."""
        if self.config.tied_head and self.head is not None:
            self.head.weight = self.embedding.weight

    def _embed(self, ids: Tensor) -> Tensor:
        """Token embeddings [B, T, D]."""
        embed: Tensor = self.embedding(ids)
        return embed * math.sqrt(self.config.width) if self.config.scale_embedding else embed

    def _segment(self, ids: Tensor, segments: Tensor | None) -> Tensor | None:
        """Segment embeddings [B, T, D], or None where the model has none."""
        if self.segments is None:
            return None
        rows: Tensor = self.segments(torch.zeros_like(ids) if segments is None else segments)
        return rows

    def read_out(self, final: Tensor) -> Tensor | None:
        """[..., D] of the last stream to [..., V]; None where the model has no head."""
        if self.head is None:
            return None
        if self.masked_head is not None:
            final = self.masked_head(final)
        logits: Tensor = self.head(final * self.config.head_scale)
        cap = self.config.logit_cap
        return cap * torch.tanh(logits / cap) if cap else logits
