"""Marian (Junczys-Dowmunt et al. 2018): the Transformer of 2017, which translates."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace
from typing import Any

from core.checkpoint import bart
from core.checkpoint.names import Names
from core.checkpoint.settings import Settings, has_place, spelled
from core.config import ModelConfig
from core.errors import Refusal, translate

MODEL_TYPES = ("marian",)
PREFIXES = ("model.",)
BARE = ("lm_head.", "final_logits_bias")
IGNORED = ("*.embed_positions.weight",)  # computed, not learned

_FIXED: dict[str, Any] = {
    "positions": "halves", "norm_first": False, "final_norm": False, "tied_head": True,
    "head_bias": True,
}
_VARIED = (
    "vocabulary", "width", "heads", "head_width", "mlp_width", "context", "encoder_layers",
    "decoder_layers", "decoder_heads", "decoder_mlp_width", "activation", "scale_embedding",
    "dropout",
)
"""What two models of this layout may differ in."""


def to_config(settings: Settings, there: Container[str]) -> ModelConfig:
    """Our configuration from theirs.

    Raises:
        Refusal: for a value that is missing, of another type, or not to be shown truthfully.
    """
    settings.must_be("share_encoder_decoder_embeddings", True)
    settings.must_be("decoder_vocab_size", settings.count("vocab_size"))
    return replace(bart.original(settings, there), positions="halves")


def from_config(config: ModelConfig) -> dict[str, Any]:
    """The values of their ``config.json`` for one of our models.

    Raises:
        Refusal: for a model that has no place in their layout.
    """
    if not has_place(config, _FIXED, _VARIED):
        raise Refusal(
            translate("core", "Only an encoder and a decoder with sinusoidal positions in halves, "
                      "norms behind their sublayers and none at the end, and a bias on the logits "
                      "can be written as Marian.")
        )
    encoder, decoder = config.shape("encoder"), config.shape("decoder")
    return {
        "architectures": ["MarianMTModel"],
        "model_type": MODEL_TYPES[0],
        "is_encoder_decoder": True,
        "vocab_size": config.vocabulary,
        "decoder_vocab_size": config.vocabulary,
        "share_encoder_decoder_embeddings": True,
        "d_model": config.width,
        "encoder_layers": encoder.layers,
        "encoder_attention_heads": encoder.heads,
        "encoder_ffn_dim": encoder.mlp_width,
        "decoder_layers": decoder.layers,
        "decoder_attention_heads": decoder.heads,
        "decoder_ffn_dim": decoder.mlp_width,
        "max_position_embeddings": config.context,
        "activation_function": spelled(config.activation),
        "scale_embedding": config.scale_embedding,
        "dropout": config.dropout,
        "attention_dropout": config.dropout,
        "static_position_embeddings": True,
        "tie_word_embeddings": True,
    }


def names(config: ModelConfig) -> Names:
    """Where our tensors lie."""
    yield from bart.ends(config)
    for stack in config.stacks:
        yield from bart.layers(config, stack)
