"""GPT-2 (Radford et al. 2019): its configuration and its names, in ours and back."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from core.checkpoint.names import Names, Source, fused, module
from core.checkpoint.settings import Settings, has_place, spelled, spelled_labels
from core.config import Activation, ModelConfig
from core.errors import Refusal, translate

MODEL_TYPES = ("gpt2",)
PREFIXES = ("transformer.",)
BARE = ("lm_head.", "score.")
IGNORED = ("*.attn.bias", "*.attn.masked_bias")

_ACTIVATIONS: dict[str, Activation] = {
    "gelu_new": "gelu_tanh", "gelu_pytorch_tanh": "gelu_tanh", "gelu": "gelu", "relu": "relu",
}
_VARIED = (
    "vocabulary", "width", "heads", "head_width", "mlp_width", "context", "decoder_layers",
    "norm_eps", "activation", "scale_scores", "tied_head", "labels", "dropout",
)
"""What two models of this layout may differ in."""


def to_config(settings: Settings, there: Container[str]) -> ModelConfig:
    """Our configuration from theirs; where a file has no head, the head is the embedding.

    Raises:
        Refusal: for a value that is missing, of another type, or not to be shown truthfully.
    """
    head_width = settings.head_width("n_embd", "n_head")
    if settings.flag("scale_attn_by_inverse_layer_idx", False):
        raise Refusal(
            translate("core", "config.json: scale_attn_by_inverse_layer_idx is set, which this "
                      "program does not compute.")
        )
    labels = settings.labels()
    return ModelConfig(
        vocabulary=settings.count("vocab_size"),
        width=settings.count("n_embd"),
        heads=settings.count("n_head"),
        head_width=head_width,
        mlp_width=settings.count("n_inner", 4 * settings.count("n_embd")),
        context=settings.count("n_positions"),
        decoder_layers=settings.count("n_layer"),
        norm_eps=settings.number("layer_norm_epsilon", 1e-5),
        activation=settings.choice("activation_function", _ACTIVATIONS, "gelu_new"),
        scale_scores=settings.flag("scale_attn_weights", True),
        head="none" if labels else "linear",
        labels=labels,
    )


def from_config(config: ModelConfig) -> dict[str, Any]:
    """The values of their ``config.json`` for one of our models.

    Raises:
        Refusal: for a model that has no place in their layout.
    """
    if (
        config.stacks != ("decoder",)
        or not has_place(config, {"head": "none"} if config.labels else {}, _VARIED)
        or config.activation not in _ACTIVATIONS.values()
    ):
        raise Refusal(
            translate("core", "Only a decoder with learned positions, norms before its sublayers "
                      "and at its end, and heads that share its width can be written as GPT-2.")
        )
    return {
        "architectures": ["GPT2ForSequenceClassification" if config.labels else "GPT2LMHeadModel"],
        "model_type": MODEL_TYPES[0],
        "vocab_size": config.vocabulary,
        "n_embd": config.width,
        "n_head": config.heads,
        "n_layer": config.decoder_layers,
        "n_positions": config.context,
        "n_inner": config.mlp_width,
        "layer_norm_epsilon": config.norm_eps,
        "activation_function": spelled(config.activation),
        "scale_attn_weights": config.scale_scores,
        "resid_pdrop": config.dropout,
        "embd_pdrop": config.dropout,
        "attn_pdrop": config.dropout,
        "tie_word_embeddings": config.tied_head,
        "bos_token_id": 0,
        "eos_token_id": 0,
    } | spelled_labels(config.labels)


def names(config: ModelConfig) -> Names:
    """Where our tensors lie; their matrices are [in, out]."""
    yield "embedding.weight", Source("wte.weight")
    if config.labels:
        yield "classifier.verdict.weight", Source("score.weight")
    else:
        yield "head.weight", Source("lm_head.weight")
    yield "decoder.positions.table", Source("wpe.weight")
    yield from module("decoder.norm", "ln_f")
    for layer in range(config.decoder_layers):
        at, to = f"h.{layer}", f"decoder.layers.{layer}"
        yield from module(f"{to}.self_norm", f"{at}.ln_1")
        yield from module(f"{to}.mlp_norm", f"{at}.ln_2")
        yield from fused(f"{to}.self_attention", f"{at}.attn.c_attn", turned=True)
        yield from module(f"{to}.self_attention.output", f"{at}.attn.c_proj", turned=True)
        yield from module(f"{to}.mlp.into", f"{at}.mlp.c_fc", turned=True)
        yield from module(f"{to}.mlp.out", f"{at}.mlp.c_proj", turned=True)
