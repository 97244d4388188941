"""Gemma and Gemma 2 (Gemma Team 2024): norms stored less one, embeddings scaled, scores capped."""

from __future__ import annotations

from collections.abc import Container

from core.checkpoint import llama
from core.checkpoint.names import Names
from core.checkpoint.rotary import read_rotary
from core.checkpoint.settings import ACTIVATIONS, Settings
from core.config import ModelConfig

MODEL_TYPES = ("gemma", "gemma2")
PREFIXES = llama.PREFIXES
IGNORED = llama.IGNORED

_ACTIVATIONS = ACTIVATIONS | {"gelu": ACTIVATIONS["gelu_pytorch_tanh"]}  # the name is older


def to_config(settings: Settings, there: Container[str]) -> ModelConfig:
    """Our configuration from theirs.

    Raises:
        Refusal: for a value that is missing, of another type, or not to be shown truthfully.
    """
    settings.must_be("use_bidirectional_attention", False)
    second = settings.values["model_type"] == "gemma2"
    bias = settings.flag("attention_bias", False)
    activation = "hidden_activation" if second else "hidden_act"
    return ModelConfig(
        vocabulary=settings.count("vocab_size"),
        width=settings.count("hidden_size"),
        heads=settings.count("num_attention_heads"),
        key_heads=settings.count("num_key_value_heads", 4 if second else 16),
        head_width=settings.count("head_dim", 256),
        mlp_width=settings.count("intermediate_size"),
        context=settings.count("max_position_embeddings"),
        decoder_layers=settings.count("num_hidden_layers"),
        positions="rotary",
        rotary=read_rotary(settings),
        norm_written=second,
        norm="rms",
        norm_eps=settings.number("rms_norm_eps", 1e-6),
        activation=settings.choice(activation, _ACTIVATIONS, "gelu_pytorch_tanh"),
        gated=True,
        qkv_bias=bias,
        output_bias=bias,
        mlp_bias=False,
        score_scale=settings.number("query_pre_attn_scalar", 256) ** -0.5 if second else 0.0,
        score_cap=settings.number_or_none("attn_logit_softcapping", 50.0) if second else 0.0,
        windows=_windows(settings) if second else (),
        scale_embedding=True,
        tied_head="lm_head.weight" not in there,
        head=llama.head(settings, there, True),
        logit_cap=settings.number_or_none("final_logit_softcapping", 30.0) if second else 0.0,
    )


def _windows(settings: Settings) -> tuple[int, ...]:
    layers = settings.count("num_hidden_layers")
    window = settings.count_or_none("sliding_window", 4096)
    types = settings.words("layer_types", llama.LAYER_TYPES)
    if types:
        return tuple(window if kind == llama.WINDOWED else 0 for kind in types)
    return (window, 0) * (layers // 2) + (window,) * (layers % 2)


def names(config: ModelConfig) -> Names:
    """Where our tensors lie."""
    norms = {"self_norm": "input_layernorm", "mlp_norm": "post_attention_layernorm"}
    if config.norm_written:
        norms = {
            "self_norm": "input_layernorm",
            "self_written_norm": "post_attention_layernorm",
            "mlp_norm": "pre_feedforward_layernorm",
            "mlp_written_norm": "post_feedforward_layernorm",
        }
    yield from llama.rotary_decoder(config, norms, plus_one=True)
