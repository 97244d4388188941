"""GPT-NeoX (Black et al. 2022), Pythia: parts of a head turn, both sublayers read one stream."""

from __future__ import annotations

from collections.abc import Container

from core.checkpoint.names import Names, Source, fused, module
from core.checkpoint.rotary import read_rotary
from core.checkpoint.settings import ACTIVATIONS, Settings
from core.config import ModelConfig

MODEL_TYPES = ("gpt_neox",)
PREFIXES = ("gpt_neox.",)
IGNORED = ("*rotary_emb.inv_freq", "*.attention.bias", "*.attention.masked_bias")


def to_config(settings: Settings, there: Container[str]) -> ModelConfig:
    """Our configuration from theirs.

    Raises:
        Refusal: for a value that is missing, of another type, or not to be shown truthfully.
    """
    bias = settings.flag("attention_bias", True)
    tied = settings.flag("tie_word_embeddings", False)
    base = settings.number("rotary_emb_base", 10000.0)
    return ModelConfig(
        vocabulary=settings.count("vocab_size"),
        width=settings.count("hidden_size"),
        heads=settings.count("num_attention_heads"),
        head_width=settings.head_width("hidden_size", "num_attention_heads"),
        mlp_width=settings.count("intermediate_size"),
        context=settings.count("max_position_embeddings"),
        decoder_layers=settings.count("num_hidden_layers"),
        positions="rotary",
        rotary=read_rotary(settings, base, settings.number("rotary_pct", 0.25)),
        parallel=settings.flag("use_parallel_residual", True),
        norm_eps=settings.number("layer_norm_eps", 1e-5),
        activation=settings.choice("hidden_act", ACTIVATIONS, "gelu"),
        qkv_bias=bias,
        output_bias=bias,
        tied_head="embed_out.weight" not in there,
        head="linear" if tied or "embed_out.weight" in there else "none",
    )


def names(config: ModelConfig) -> Names:
    """Where our tensors lie; query, key and value are fused head by head."""
    yield "embedding.weight", Source("embed_in.weight")
    if config.head == "linear":
        yield "head.weight", Source("embed_out.weight")
    yield from module("decoder.norm", "final_layer_norm")
    for layer in range(config.decoder_layers):
        at, to = f"layers.{layer}", f"decoder.layers.{layer}"
        attention, reads = f"{to}.self_attention", f"{at}.attention"
        yield from module(f"{to}.self_norm", f"{at}.input_layernorm")
        yield from module(f"{to}.mlp_norm", f"{at}.post_attention_layernorm")
        yield from fused(
            attention, f"{reads}.query_key_value", config.qkv_bias, heads=config.heads
        )
        yield from module(f"{attention}.output", f"{reads}.dense", config.output_bias)
        yield from module(f"{to}.mlp.into", f"{at}.mlp.dense_h_to_4h")
        yield from module(f"{to}.mlp.out", f"{at}.mlp.dense_4h_to_h")
