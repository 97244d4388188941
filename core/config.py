"""What a model is, and how it is trained, as checked and frozen values."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, get_args

from core.errors import Refusal, translate

PositionScheme = Literal["learned", "sinusoidal", "none"]
Activation = Literal["gelu", "gelu_tanh", "relu"]
StackName = Literal["encoder", "decoder"]
AttentionKind = Literal["self", "cross"]

LIMIT = 2**24
"""No dimension of a model that can be shown is larger; guards against absurd files."""


def _check_count(owner: object, name: str, least: int, most: int = LIMIT) -> None:
    value = getattr(owner, name)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise Refusal(
            translate(
                "core", "{name} is {value!r}; it must be a whole number from {least} to {most}."
            ),
            name=name, value=value, least=least, most=most,
        )


def _check_share(owner: object, name: str) -> None:
    value = getattr(owner, name)
    if not 0 <= value <= 1:
        raise Refusal(
            translate("core", "{name} is {value}; it must be from 0 to 1."), name=name, value=value
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
    positions: PositionScheme = "learned"
    """How a token's place reaches the model."""
    norm_first: bool = True
    """Layer norm before each sublayer (GPT-2) or after its residual sum (Vaswani et al. 2017)."""
    final_norm: bool = True
    """One more layer norm after the last layer."""
    norm_eps: float = 1e-5
    """Added to the variance before its root."""
    activation: Activation = "gelu_tanh"
    """The feed-forward nonlinearity."""
    scale_scores: bool = True
    """Divide q.k by sqrt(head_width)."""
    scale_embedding: bool = False
    """Multiply token embeddings by sqrt(width), as Vaswani et al. 2017 do."""
    tied_head: bool = True
    """The output projection is the token embedding."""
    dropout: float = 0.0
    """Share of activations dropped while training."""

    def __post_init__(self) -> None:
        for name in ("vocabulary", "width", "heads", "head_width", "mlp_width", "context"):
            _check_count(self, name, 1)
        for name in ("encoder_layers", "decoder_layers"):
            _check_count(self, name, 0)
        for name, known in (("positions", PositionScheme), ("activation", Activation)):
            if getattr(self, name) not in get_args(known):
                raise Refusal(
                    translate("core", "{name} is {value!r}; known are {known}."),
                    name=name, value=getattr(self, name), known=", ".join(get_args(known)),
                )
        if not self.encoder_layers + self.decoder_layers:
            raise Refusal(translate("core", "The model has no layers; it needs at least one."))
        if self.positions == "sinusoidal" and self.width % 2:
            raise Refusal(
                translate("core", "Sinusoidal positions need an even width; this one is {width}."),
                width=self.width,
            )
        if not 0.0 <= self.dropout < 1.0:
            raise Refusal(
                translate("core", "Dropout is {value}; it must be from 0 to below 1."),
                value=self.dropout,
            )

    @property
    def stacks(self) -> tuple[StackName, ...]:
        """The stacks that this model has, in the order in which they run."""
        named: tuple[tuple[StackName, int], ...] = (
            ("encoder", self.encoder_layers), ("decoder", self.decoder_layers),
        )
        return tuple(name for name, layers in named if layers)

    def layers(self, stack: StackName) -> int:
        """Number of layers of ``stack``."""
        return self.encoder_layers if stack == "encoder" else self.decoder_layers


@dataclass(frozen=True)
class TrainConfig:
    """How a causal language model is trained; every run is repeatable from these values."""

    steps: int
    """Updates of the weights."""
    batch: int
    """Windows of text in one update."""
    window: int
    """Tokens in one window."""
    learning_rate: float
    """The highest rate; it rises to it linearly, then falls as a cosine."""
    warmup: int = 100
    """Steps of the rise."""
    final_rate: float = 0.1
    """The last rate, as a share of the highest."""
    weight_decay: float = 0.1
    """AdamW's decay, on matrices alone (Loshchilov and Hutter 2019)."""
    betas: tuple[float, float] = (0.9, 0.95)
    """Adam's two averages (Kingma and Ba 2015)."""
    clip: float = 1.0
    """The largest norm of the whole gradient; 0 leaves it as it is."""
    repeats: float = 0.0
    """Share of windows whose second half says its first half again: food for induction heads."""
    evaluate_every: int = 250
    """Steps between two measures on the held-out text."""
    seed: int = 0
    """Starts every random number of the run."""

    def __post_init__(self) -> None:
        for name in ("steps", "batch", "window", "evaluate_every"):
            _check_count(self, name, 1)
        _check_count(self, "warmup", 0)
        _check_count(self, "seed", 0, most=2**63 - 1)
        for name in ("final_rate", "weight_decay", "repeats"):
            _check_share(self, name)
        if not 0 < self.learning_rate < math.inf:
            raise Refusal(
                translate("core", "The learning rate is {value}; it must be above 0."),
                value=self.learning_rate,
            )
        if not all(0 <= beta < 1 for beta in self.betas):
            raise Refusal(
                translate("core", "betas are {value}; both must be from 0 to below 1."),
                value=self.betas,
            )
        if not self.clip >= 0:
            raise Refusal(
                translate("core", "clip is {value}; it must not be below 0."), value=self.clip
            )
