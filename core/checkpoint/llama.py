"""Llama (Touvron et al. 2023), Mistral, Qwen 2 and Qwen 3: rotary, gated, with few key heads."""

from __future__ import annotations

from collections.abc import Container

from core.checkpoint.names import Names, Source, module
from core.checkpoint.rotary import read_rotary
from core.checkpoint.settings import ACTIVATIONS, Settings
from core.config import Head, ModelConfig

MODEL_TYPES = ("llama", "mistral", "qwen2", "qwen3")
PREFIXES = ("model.",)
IGNORED = ("*rotary_emb.inv_freq",)

WINDOWED = "sliding_attention"
LAYER_TYPES = (WINDOWED, "full_attention")


def to_config(settings: Settings, there: Container[str]) -> ModelConfig:
    """Our configuration from theirs.

    Raises:
        Refusal: for a value that is missing, of another type, or not to be shown truthfully.
    """
    kind = settings.values["model_type"]
    bias = settings.flag("attention_bias", False) if kind in ("llama", "qwen3") else False
    return ModelConfig(
        vocabulary=settings.count("vocab_size"),
        width=settings.count("hidden_size"),
        heads=settings.count("num_attention_heads"),
        key_heads=settings.count("num_key_value_heads", settings.count("num_attention_heads")),
        head_width=head_width(settings),
        mlp_width=settings.count("intermediate_size"),
        context=settings.count("max_position_embeddings"),
        decoder_layers=settings.count("num_hidden_layers"),
        positions="rotary",
        rotary=read_rotary(settings),
        norm="rms",
        norm_eps=settings.number("rms_norm_eps", 1e-6),
        activation=settings.choice("hidden_act", ACTIVATIONS, "silu"),
        gated=True,
        qkv_bias=kind == "qwen2" or bias,
        output_bias=bias,
        mlp_bias=settings.flag("mlp_bias", False) if kind == "llama" else False,
        query_norm=kind == "qwen3",
        windows=_windows(settings, kind),
        tied_head="lm_head.weight" not in there,
        head=head(settings, there, False),
    )


def head_width(settings: Settings) -> int:
    """As told; else heads share the width."""
    if settings.values.get("head_dim") is not None:
        return settings.count("head_dim")
    return settings.head_width("hidden_size", "num_attention_heads")


def head(settings: Settings, there: Container[str], tied: bool) -> Head:
    """None for a file that holds a bare model, whose head is neither there nor the embedding."""
    tied = settings.flag("tie_word_embeddings", tied)
    return "linear" if tied or "lm_head.weight" in there else "none"


def _windows(settings: Settings, kind: str) -> tuple[int, ...]:
    layers = settings.count("num_hidden_layers")
    if kind == "mistral":
        window = settings.count_or_none("sliding_window", 4096)
        return (window,) * layers if window else ()
    if kind == "llama" or not settings.flag("use_sliding_window", False):
        return ()
    window = settings.count_or_none("sliding_window", 4096)
    types = settings.words("layer_types", LAYER_TYPES)
    if types:
        return tuple(window if kind == WINDOWED else 0 for kind in types)
    full = min(settings.count("max_window_layers", 28), layers)
    return (0,) * full + (window,) * (layers - full)


def names(config: ModelConfig) -> Names:
    """Where our tensors lie."""
    yield from rotary_decoder(
        config, {"self_norm": "input_layernorm", "mlp_norm": "post_attention_layernorm"}
    )


def rotary_decoder(config: ModelConfig, norms: dict[str, str], plus_one: bool = False) -> Names:
    """What these families and Gemma share; ``norms`` are those of a layer, ours to theirs."""
    yield "embedding.weight", Source("embed_tokens.weight")
    if config.head == "linear":
        yield "head.weight", Source("lm_head.weight")
    yield from module("decoder.norm", "norm", bias=False, plus_one=plus_one)
    for layer in range(config.decoder_layers):
        at, to = f"layers.{layer}", f"decoder.layers.{layer}"
        for ours, theirs in norms.items():
            yield from module(f"{to}.{ours}", f"{at}.{theirs}", bias=False, plus_one=plus_one)
        attention, reads = f"{to}.self_attention", f"{at}.self_attn"
        for part in ("query", "key", "value"):
            yield from module(f"{attention}.{part}", f"{reads}.{part[0]}_proj", config.qkv_bias)
        yield from module(f"{attention}.output", f"{reads}.o_proj", config.output_bias)
        if config.query_norm:
            yield from module(f"{attention}.query_norm", f"{reads}.q_norm", bias=False)
            yield from module(f"{attention}.key_norm", f"{reads}.k_norm", bias=False)
        for ours, theirs in (("gate", "gate_proj"), ("into", "up_proj"), ("out", "down_proj")):
            yield from module(f"{to}.mlp.{ours}", f"{at}.mlp.{theirs}", config.mlp_bias)
