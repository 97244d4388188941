"""What a model is, as checked and frozen values."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, get_args

from core.checks import LIMIT, check_count, check_share
from core.errors import Refusal, translate

PositionScheme = Literal[
    "learned", "sinusoidal", "halves", "bucketed", "rotary", "relative", "none"
]
Activation = Literal["gelu", "gelu_tanh", "relu", "silu"]
Norm = Literal["layer", "rms", "none"]
Head = Literal["linear", "masked", "none"]
StackName = Literal["encoder", "decoder"]
AttentionKind = Literal["self", "cross"]

@dataclass(frozen=True)
class StackShape:
    """What may differ between the two stacks of one model."""

    layers: int
    heads: int
    key_heads: int
    head_width: int
    mlp_width: int


@dataclass(frozen=True)
class RotaryConfig:
    """Rotary positions (Su et al. 2021), and how they were stretched for longer texts."""

    base: float = 10000.0
    """The slowest pair of dimensions turns once in 2 pi base positions."""
    share: float = 1.0
    """The part of each head that turns; its first dimensions."""
    scaling: Literal["default", "linear", "llama3"] = "default"
    """How frequencies were changed after training."""
    factor: float = 1.0
    """Positions per trained position, for ``linear`` and ``llama3``."""
    low_factor: float = 1.0
    """``llama3``: wavelengths above trained / low_factor are stretched by the whole factor."""
    high_factor: float = 4.0
    """``llama3``: wavelengths below trained / high_factor are left alone."""
    trained: int = 8192
    """``llama3``: the context before the stretch."""

    def __post_init__(self) -> None:
        for name in ("base", "factor", "low_factor", "high_factor"):
            if not 0 < getattr(self, name) < math.inf:
                raise Refusal(
                    translate("core", "{name} of rotary positions is {value}; it must be above 0."),
                    name=name, value=getattr(self, name),
                )
        check_share(self, "share")
        check_count(self, "trained", 1)
        if self.low_factor >= self.high_factor:
            raise Refusal(
                translate("core", "low_factor of rotary positions is {low}; it must be below "
                          "high_factor, {high}."), low=self.low_factor, high=self.high_factor,
            )


@dataclass(frozen=True)
class ModelConfig:
    """The shape of a Transformer. A stack with no layers is absent."""

    vocabulary: int
    """Rows of the token embedding."""
    width: int
    """Width of the residual stream (d_model)."""
    heads: int
    """Attention heads in each layer."""
    head_width: int
    """Width of one head's query and key (d_k), and value; times heads, it may differ from width."""
    mlp_width: int
    """Width between the two matrices of the feed-forward sublayer (d_ff)."""
    context: int
    """The longest input, in tokens."""
    encoder_layers: int = 0
    """Layers whose attention sees every position."""
    decoder_layers: int = 0
    """Layers whose self-attention sees no later position; they read the encoder if there is one."""
    key_heads: int = 0
    """Heads of keys and values (Ainslie et al. 2023, grouped queries); 0 for one a query head."""
    decoder_heads: int = 0
    """Heads of the decoder where they differ; 0 for ``heads``."""
    decoder_mlp_width: int = 0
    """Feed-forward width of the decoder where it differs; 0 for ``mlp_width``."""
    positions: PositionScheme = "learned"
    """How a token's place reaches the model: a learned row; sines and cosines interleaved, or in
    two halves; a bias by bucket of distance (T5); a rotation of queries and keys; a score
    by relative distance (XLNet); not at all."""
    position_offset: int = 0
    """The row of the first position in a learned table (2 in BART)."""
    position_skips_padding: bool = False
    """Positions count real tokens alone (RoBERTa)."""
    buckets: int = 32
    """Distances that a ``bucketed`` bias tells apart."""
    bucket_distance: int = 128
    """The distance from which all are alike."""
    rotary: RotaryConfig = RotaryConfig()
    """How queries and keys turn, for ``rotary``."""
    segments: int = 0
    """Rows of the segment embedding (BERT); 0 for none."""
    embed_norm: bool = False
    """A norm on the sum of embeddings (BERT, BART)."""
    norm_first: bool = True
    """Layer norm before each sublayer (GPT-2) or after its residual sum (Vaswani et al. 2017)."""
    norm_written: bool = False
    """A further norm on what each sublayer writes (Gemma 2)."""
    parallel: bool = False
    """Attention and feed-forward read the same stream (GPT-NeoX)."""
    residual: bool = True
    """What a sublayer writes is added to the stream (He et al. 2016); else it takes its place."""
    final_norm: bool = True
    """One more norm after the last layer."""
    norm: Norm = "layer"
    """Layer norm (Ba et al. 2016), or by the root mean square alone (Zhang and Sennrich 2019); or
    none anywhere."""
    norm_eps: float = 1e-5
    """Added to the variance before its root."""
    activation: Activation = "gelu_tanh"
    """The feed-forward nonlinearity."""
    gated: bool = False
    """The activation of one matrix multiplies another (Shazeer 2020)."""
    qkv_bias: bool = True
    """Biases of query, key and value."""
    output_bias: bool = True
    """The bias of W^O."""
    mlp_bias: bool = True
    """Biases of the feed-forward sublayer."""
    query_norm: bool = False
    """Queries and keys are normed by head before they turn (Qwen 3)."""
    score_cap: float = 0.0
    """Scores are squeezed into +- this by a tanh (Gemma 2); 0 for not."""
    windows: tuple[int, ...] = ()
    """By decoder layer: a query sees this many keys, itself the last; 0 for all. Empty: all in all.
    """
    scale_scores: bool = True
    """Divide q.k by sqrt(head_width)."""
    score_scale: float = 0.0
    """Scores are multiplied by this where it is no 1 / sqrt(head_width); 0 where it is."""
    scale_embedding: bool = False
    """Multiply token embeddings by sqrt(width), as Vaswani et al. 2017 do."""
    tied_head: bool = True
    """The output projection is the token embedding."""
    head: Head = "linear"
    """What makes logits: a matrix; a layer, a norm and a matrix (BERT's masked words); nothing."""
    head_bias: bool = False
    """A bias on the logits."""
    head_scale: float = 1.0
    """The last stream is multiplied by this before the head (T5)."""
    head_activation: Activation = "gelu"
    """In a ``masked`` head."""
    logit_cap: float = 0.0
    """Logits are squeezed into +- this by a tanh (Gemma 2); 0 for not."""
    pooled: bool = False
    """A verdict on two sentences from the first position (BERT's next sentence)."""
    labels: tuple[str, ...] = ()
    """What a classifier tells apart, at least two; empty where there is none."""
    label_activation: Literal["tanh", "relu"] = "tanh"
    """Of an encoder's classifier, between its two matrices (ReLU in DistilBERT)."""
    dropout: float = 0.0
    """Share of activations dropped while training."""

    def __post_init__(self) -> None:
        for name in ("vocabulary", "width", "heads", "head_width", "mlp_width", "context"):
            check_count(self, name, 1)
        for name in (
            "encoder_layers", "decoder_layers", "key_heads", "decoder_heads", "decoder_mlp_width",
            "position_offset", "segments",
        ):
            check_count(self, name, 0)
        for name, known in (
            ("positions", PositionScheme), ("activation", Activation), ("norm", Norm),
            ("head", Head), ("head_activation", Activation),
        ):
            if getattr(self, name) not in get_args(known):
                raise Refusal(
                    translate("core", "{name} is {value!r}; known are {known}."),
                    name=name, value=getattr(self, name), known=", ".join(get_args(known)),
                )
        if not self.encoder_layers + self.decoder_layers:
            raise Refusal(translate("core", "The model has no layers; it needs at least one."))
        self._check_heads()
        if self.windows and len(self.windows) != self.decoder_layers:
            raise Refusal(
                translate("core", "{given} attention windows are given for {layers} layers."),
                given=len(self.windows), layers=self.decoder_layers,
            )
        if self.windows and min(self.windows) < 0:
            raise Refusal(
                translate("core", "An attention window is {value}; it must not be below 0."),
                value=min(self.windows),
            )
        self._check_positions()
        if not self.residual and self.parallel:
            raise Refusal(
                translate("core", "Without residual connections attention and feed-forward can't "
                          "read the same stream: one takes the place of the other."))
        if self.positions == "relative" and (not self.residual or self.norm == "none"):
            raise Refusal(
                translate("core", "A model with two streams has residual connections and norms."))
        self._check_labels()
        if not 0.0 <= self.dropout < 1.0:
            raise Refusal(
                translate("core", "Dropout is {value}; it must be from 0 to below 1."),
                value=self.dropout,
            )

    def _check_heads(self) -> None:
        inner = self.heads * self.head_width
        if inner > LIMIT:
            raise Refusal(
                translate("core", "{heads} heads of {width} are too wide to be shown."),
                heads=self.heads, width=self.head_width,
            )
        if inner % (self.decoder_heads or self.heads):
            raise Refusal(
                translate("core", "{heads} decoder heads can't share a width of {width} evenly."),
                heads=self.decoder_heads, width=inner,
            )
        for heads in (self.heads, self.decoder_heads or self.heads):
            if heads % (self.key_heads or heads):
                raise Refusal(
                    translate("core", "{heads} heads can't share {keys} key heads evenly."),
                    heads=heads, keys=self.key_heads,
                )

    def _check_labels(self) -> None:
        if len(self.labels) == 1 or len(self.labels) > LIMIT:
            raise Refusal(
                translate("core", "The classifier has {count} labels; it needs at least two."),
                count=len(self.labels),
            )
        if self.labels and len(self.stacks) != 1:
            raise Refusal(
                translate("core", "A classifier needs an encoder or a decoder; this model has "
                          "both."))

    def _check_positions(self) -> None:
        if self.positions in ("sinusoidal", "halves", "relative") and self.width % 2:
            raise Refusal(
                translate("core", "Sinusoidal positions need an even width; this one is {width}."),
                width=self.width,
            )
        if self.positions == "rotary":
            turning = int(self.head_width * self.rotary.share)
            if turning % 2 or not turning:
                raise Refusal(
                    translate("core", "Rotary positions turn pairs; {turning} of a head's {width} "
                              "dimensions are none."), turning=turning, width=self.head_width,
                )
        if self.positions == "bucketed":
            check_count(self, "buckets", 4)
            check_count(self, "bucket_distance", self.buckets)

    @property
    def told_segments(self) -> int:
        """How many segments it tells apart, counted from 0; 0 where it knows of none."""
        return self.segments

    @property
    def stacks(self) -> tuple[StackName, ...]:
        """The stacks that this model has, in the order in which they run."""
        named: tuple[tuple[StackName, int], ...] = (
            ("encoder", self.encoder_layers), ("decoder", self.decoder_layers),
        )
        return tuple(name for name, layers in named if layers)

    def shape(self, stack: StackName) -> StackShape:
        """The shape of one stack."""
        heads, mlp_width = self.heads, self.mlp_width
        if stack == "decoder":
            heads, mlp_width = self.decoder_heads or heads, self.decoder_mlp_width or mlp_width
        head_width = self.heads * self.head_width // heads
        return StackShape(self.layers(stack), heads, self.key_heads or heads, head_width, mlp_width)

    def layers(self, stack: StackName) -> int:
        """Number of layers of ``stack``."""
        return self.encoder_layers if stack == "encoder" else self.decoder_layers
