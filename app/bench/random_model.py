"""A model of GPT-2 small's size with random weights: what it costs is that of the trained one."""

from __future__ import annotations

from pathlib import Path

import torch

from core.catalogue import DEFAULT_MODEL, find_model
from core.checkpoint import open_checkpoint, write_checkpoint
from core.config import ModelConfig
from core.model import Transformer

LAYERS, HEADS, WIDTH, VOCABULARY = 12, 12, 768, 50257  # of GPT-2 small


def gpt2(layers: int = LAYERS, heads: int = HEADS, width: int = WIDTH) -> ModelConfig:
    """The shape of GPT-2 small, or another of its kind."""
    return ModelConfig(
        vocabulary=VOCABULARY, width=width, heads=heads, head_width=width // heads,
        mlp_width=4 * width, context=1024, decoder_layers=layers,
    )


def make_model(folder: Path) -> Path:
    """A folder with random weights, and a bundled model's tokenizer."""
    torch.manual_seed(0)
    tokenizer = open_checkpoint(find_model(DEFAULT_MODEL)).tokenizer
    write_checkpoint(folder, Transformer(gpt2()), tokenizer)
    return folder
