"""BART (Lewis et al. 2020): the original layout, with learned positions and normed embeddings."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace

from core.checkpoint.names import Names, Source, module
from core.checkpoint.settings import ACTIVATIONS, Settings
from core.config import ModelConfig, StackName

MODEL_TYPES = ("bart",)
PREFIXES = ("model.",)
IGNORED = ("classification_head.*",)

_OFFSET = 2  # rows of the position table that no token ever reads


def to_config(settings: Settings, there: Container[str]) -> ModelConfig:
    """Our configuration from theirs.

    Raises:
        Refusal: for a value that is missing, of another type, or not to be shown truthfully.
    """
    return replace(original(settings, there), position_offset=_OFFSET, embed_norm=True)


def names(config: ModelConfig) -> Names:
    """Where our tensors lie."""
    yield from ends(config)
    for stack in config.stacks:
        yield f"{stack}.positions.table", Source(f"{stack}.embed_positions.weight")
        yield from module(f"{stack}.embed_norm", f"{stack}.layernorm_embedding")
        yield from layers(config, stack)


def original(settings: Settings, there: Container[str]) -> ModelConfig:
    """What BART and Marian share: an encoder and a decoder that norm after each sublayer."""
    width, layers = settings.count("d_model"), settings.count("encoder_layers")
    settings.head_width("d_model", "decoder_attention_heads")
    return ModelConfig(
        vocabulary=settings.count("vocab_size"),
        width=width,
        heads=settings.count("encoder_attention_heads"),
        head_width=settings.head_width("d_model", "encoder_attention_heads"),
        mlp_width=settings.count("encoder_ffn_dim"),
        context=settings.count("max_position_embeddings"),
        encoder_layers=layers,
        decoder_layers=settings.count("decoder_layers", layers),
        decoder_heads=settings.count("decoder_attention_heads"),
        decoder_mlp_width=settings.count("decoder_ffn_dim"),
        norm_first=False,
        final_norm=False,
        activation=settings.choice("activation_function", ACTIVATIONS, "gelu"),
        scale_embedding=settings.flag("scale_embedding", False),
        tied_head="lm_head.weight" not in there,
        head_bias="final_logits_bias" in there,
    )


def ends(config: ModelConfig) -> Names:
    """The embedding and the head."""
    copies = ("encoder.embed_tokens.weight", "decoder.embed_tokens.weight")
    yield "embedding.weight", Source("shared.weight", also=copies)
    yield "head.weight", Source("lm_head.weight")
    if config.head_bias:
        yield "head.bias", Source("final_logits_bias", shape=(1, config.vocabulary))


def layers(config: ModelConfig, stack: StackName) -> Names:
    """The layers of one stack."""
    kinds = {"self": "self_attn"} if stack == "encoder" else {
        "self": "self_attn", "cross": "encoder_attn",
    }
    parts = {"query": "q_proj", "key": "k_proj", "value": "v_proj", "output": "out_proj"}
    for layer in range(config.layers(stack)):
        at = to = f"{stack}.layers.{layer}"
        for kind, name in kinds.items():
            yield from module(f"{to}.{kind}_norm", f"{at}.{name}_layer_norm")
            for ours, theirs in parts.items():
                yield from module(f"{to}.{kind}_attention.{ours}", f"{at}.{name}.{theirs}")
        yield from module(f"{to}.mlp.into", f"{at}.fc1")
        yield from module(f"{to}.mlp.out", f"{at}.fc2")
        yield from module(f"{to}.mlp_norm", f"{at}.final_layer_norm")
