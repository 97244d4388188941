"""T5 (Raffel et al. 2020), and T5 1.1 with its gated feed-forward and a head of its own."""

from __future__ import annotations

import math
from collections.abc import Container
from typing import Any

from core.checkpoint.names import Names, Source, module
from core.checkpoint.settings import ACTIVATIONS, Settings, has_place
from core.config import Activation, ModelConfig, StackName
from core.errors import Refusal, translate

MODEL_TYPES = ("t5",)
PREFIXES = ()
BARE = ()
IGNORED = ("decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight",)

_FEED_FORWARD: dict[str, tuple[Activation, bool]] = {
    **{name: (activation, False) for name, activation in ACTIVATIONS.items()},
    **{f"gated-{name}": (activation, True) for name, activation in ACTIVATIONS.items()},
    "gated-gelu": ("gelu_tanh", True),  # the name is older than the difference
}
_FIXED: dict[str, Any] = {
    "positions": "bucketed", "norm": "rms", "qkv_bias": False, "output_bias": False,
    "mlp_bias": False, "scale_scores": False,
}
_VARIED = (
    "vocabulary", "width", "heads", "head_width", "mlp_width", "context", "encoder_layers",
    "decoder_layers", "buckets", "bucket_distance", "norm_eps", "activation", "gated",
    "tied_head", "head_scale", "dropout",
)
"""What two models of this layout may differ in."""


def to_config(settings: Settings, there: Container[str]) -> ModelConfig:
    """Our configuration from theirs; a file without a decoder is an encoder.

    Raises:
        Refusal: for a value that is missing, of another type, or not to be shown truthfully.
    """
    decoder = "decoder.final_layer_norm.weight" in there
    width, layers = settings.count("d_model"), settings.count("num_layers")
    activation, gated = settings.choice("feed_forward_proj", _FEED_FORWARD, "relu")
    scaled = settings.flag("scale_decoder_outputs", settings.flag("tie_word_embeddings", True))
    return ModelConfig(
        vocabulary=settings.count("vocab_size"),
        width=width,
        heads=settings.count("num_heads"),
        head_width=settings.count("d_kv"),
        mlp_width=settings.count("d_ff"),
        context=settings.count("n_positions", 512),
        encoder_layers=layers,
        decoder_layers=settings.count("num_decoder_layers", layers) if decoder else 0,
        positions="bucketed",
        buckets=settings.count("relative_attention_num_buckets", 32),
        bucket_distance=settings.count("relative_attention_max_distance", 128),
        norm="rms",
        norm_eps=settings.number("layer_norm_epsilon", 1e-6),
        activation=activation,
        gated=gated,
        qkv_bias=False,
        output_bias=False,
        mlp_bias=False,
        scale_scores=False,
        tied_head="lm_head.weight" not in there,
        head="linear" if decoder else "none",
        head_scale=width**-0.5 if scaled else 1.0,
    )


def from_config(config: ModelConfig) -> dict[str, Any]:
    """The values of their ``config.json`` for one of our models.

    Raises:
        Refusal: for a model that has no place in their layout.
    """
    scaled = math.isclose(config.head_scale, config.width**-0.5)
    spelled = {ours: name for name, ours in reversed(_FEED_FORWARD.items())}
    if (
        config.stacks != ("encoder", "decoder")
        or not has_place(config, _FIXED, _VARIED, any_heads=True)
        or not (scaled or config.head_scale == 1)
        or (config.activation, config.gated) not in spelled
    ):
        raise Refusal(
            translate("core", "Only an encoder and a decoder with bucketed positions, norms by the "
                      "root mean square before their sublayers, scores that are not scaled, no "
                      "biases, and a head scale of 1 or 1 / sqrt(width) can be written as T5.")
        )
    return {
        "architectures": ["T5ForConditionalGeneration"],
        "model_type": MODEL_TYPES[0],
        "is_encoder_decoder": True,
        "vocab_size": config.vocabulary,
        "d_model": config.width,
        "d_kv": config.head_width,
        "d_ff": config.mlp_width,
        "num_heads": config.heads,
        "num_layers": config.encoder_layers,
        "num_decoder_layers": config.decoder_layers,
        "n_positions": config.context,
        "relative_attention_num_buckets": config.buckets,
        "relative_attention_max_distance": config.bucket_distance,
        "layer_norm_epsilon": config.norm_eps,
        "feed_forward_proj": spelled[config.activation, config.gated],
        "dropout_rate": config.dropout,
        "tie_word_embeddings": config.tied_head,
        "scale_decoder_outputs": scaled,
    }


def names(config: ModelConfig) -> Names:
    """Where our tensors lie."""
    copies = ("encoder.embed_tokens.weight", "decoder.embed_tokens.weight")
    yield "embedding.weight", Source("shared.weight", also=copies)
    if config.head == "linear":
        yield "head.weight", Source("lm_head.weight")
    for stack in config.stacks:
        yield from _stack(config, stack)


def _stack(config: ModelConfig, stack: StackName) -> Names:
    bias = f"{stack}.block.0.layer.0.SelfAttention.relative_attention_bias.weight"
    yield f"{stack}.positions.table", Source(bias)
    yield from module(f"{stack}.norm", f"{stack}.final_layer_norm", bias=False)
    kinds = {"self": "SelfAttention"} if stack == "encoder" else {
        "self": "SelfAttention", "cross": "EncDecAttention",
    }
    feed_forward = {"mlp.gate": "wi_0", "mlp.into": "wi_1"} if config.gated else {"mlp.into": "wi"}
    for layer in range(config.layers(stack)):
        at, to = f"{stack}.block.{layer}.layer", f"{stack}.layers.{layer}"
        for index, (kind, name) in enumerate(kinds.items()):
            yield from module(f"{to}.{kind}_norm", f"{at}.{index}.layer_norm", bias=False)
            for part in ("query", "key", "value", "output"):
                ours, theirs = f"{to}.{kind}_attention.{part}", f"{at}.{index}.{name}.{part[0]}"
                yield from module(ours, theirs, bias=False)
        last = len(kinds)
        yield from module(f"{to}.mlp_norm", f"{at}.{last}.layer_norm", bias=False)
        for ours, theirs in (*feed_forward.items(), ("mlp.out", "wo")):
            yield from module(f"{to}.{ours}", f"{at}.{last}.DenseReluDense.{theirs}", bias=False)
