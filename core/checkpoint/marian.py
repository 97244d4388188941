"""Marian (Junczys-Dowmunt et al. 2018): the Transformer of 2017, which translates."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace

from core.checkpoint import bart
from core.checkpoint.names import Names
from core.checkpoint.settings import Settings
from core.config import ModelConfig

MODEL_TYPES = ("marian",)
PREFIXES = ("model.",)
IGNORED = ("*.embed_positions.weight",)  # computed, not learned


def to_config(settings: Settings, there: Container[str]) -> ModelConfig:
    """Our configuration from theirs.

    Raises:
        Refusal: for a value that is missing, of another type, or not to be shown truthfully.
    """
    settings.must_be("share_encoder_decoder_embeddings", True)
    settings.must_be("decoder_vocab_size", settings.count("vocab_size"))
    return replace(bart.original(settings, there), positions="halves")


def names(config: ModelConfig) -> Names:
    """Where our tensors lie."""
    yield from bart.ends(config)
    for stack in config.stacks:
        yield from bart.layers(config, stack)
