"""GPT-2 (Radford et al. 2019): its configuration and its names, in ours and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import torch
from torch import Tensor

from core.checkpoint.settings import Settings
from core.config import Activation, ModelConfig
from core.errors import Refusal, translate

MODEL_TYPE = "gpt2"
OPTIONAL = ("lm_head.weight",)
"""Where a file has none, the head is the embedding."""
IGNORED = (".attn.bias", ".attn.masked_bias")
"""Buffers that old files carry and that hold nothing learned."""

_ACTIVATIONS: dict[str, Activation] = {
    "gelu_new": "gelu_tanh", "gelu_pytorch_tanh": "gelu_tanh", "gelu": "gelu", "relu": "relu",
}


def to_config(given: Mapping[str, Any]) -> ModelConfig:
    """Our configuration from the values of their ``config.json``.

    Raises:
        Refusal: for a value that is missing, of another type, or not to be shown truthfully.
    """
    settings = Settings(given)
    width, heads = settings.count("n_embd"), settings.count("n_head")
    if width % heads:
        raise Refusal(
            translate("core", "config.json: n_embd is {width}, which {heads} heads do not divide."),
            width=width, heads=heads,
        )
    if settings.flag("scale_attn_by_inverse_layer_idx", False):
        raise Refusal(
            translate("core", "config.json: scale_attn_by_inverse_layer_idx is set, which this "
                      "program does not compute.")
        )
    return ModelConfig(
        vocabulary=settings.count("vocab_size"),
        width=width,
        heads=heads,
        head_width=width // heads,
        mlp_width=settings.count("n_inner", 4 * width),
        context=settings.count("n_positions"),
        decoder_layers=settings.count("n_layer"),
        norm_eps=settings.number("layer_norm_epsilon", 1e-5),
        activation=settings.choice("activation_function", _ACTIVATIONS, "gelu_new"),
        scale_scores=settings.flag("scale_attn_weights", True),
    )


def from_config(config: ModelConfig) -> dict[str, Any]:
    """The values of their ``config.json`` for one of our models.

    Raises:
        Refusal: for a model that has no place in their layout.
    """
    if (
        config.stacks != ("decoder",) or config.positions != "learned" or config.scale_embedding
        or not (config.norm_first and config.final_norm)
        or config.heads * config.head_width != config.width
    ):
        raise Refusal(
            translate("core", "Only a decoder with learned positions, norms before its sublayers "
                      "and at its end, and heads that share its width can be written as GPT-2.")
        )
    named = {ours: theirs for theirs, ours in reversed(_ACTIVATIONS.items())}
    return {
        "architectures": ["GPT2LMHeadModel"],
        "model_type": MODEL_TYPE,
        "vocab_size": config.vocabulary,
        "n_embd": config.width,
        "n_head": config.heads,
        "n_layer": config.decoder_layers,
        "n_positions": config.context,
        "n_inner": config.mlp_width,
        "layer_norm_epsilon": config.norm_eps,
        "activation_function": named[config.activation],
        "scale_attn_weights": config.scale_scores,
        "resid_pdrop": config.dropout,
        "embd_pdrop": config.dropout,
        "attn_pdrop": config.dropout,
        "tie_word_embeddings": config.tied_head,
        "bos_token_id": 0,
        "eos_token_id": 0,
    }


def shapes(config: ModelConfig) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Every tensor of a file, by their names, with its shape.

    One by one: a reader stops at the first that is missing, however many layers are promised.
    """
    width, mlp = config.width, config.mlp_width
    yield "wte.weight", (config.vocabulary, width)
    yield "lm_head.weight", (config.vocabulary, width)
    yield "wpe.weight", (config.context, width)
    yield "ln_f.weight", (width,)
    yield "ln_f.bias", (width,)
    for layer in range(config.decoder_layers):
        at = f"h.{layer}."
        for name, shape in (
            ("ln_1", (width,)), ("ln_2", (width,)),
            ("attn.c_attn", (width, 3 * width)), ("attn.c_proj", (width, width)),
            ("mlp.c_fc", (width, mlp)), ("mlp.c_proj", (mlp, width)),
        ):
            yield f"{at}{name}.weight", shape
            yield f"{at}{name}.bias", shape[-1:]


_FUSED = ("query", "key", "value")
_PARTS = (
    ("ln_1", "self_norm"), ("ln_2", "mlp_norm"), ("attn.c_proj", "self_attention.output"),
    ("mlp.c_fc", "mlp.into"), ("mlp.c_proj", "mlp.out"),
)


def to_state(theirs: Mapping[str, Tensor], config: ModelConfig) -> dict[str, Tensor]:
    """Our state from their tensors, without prefix; theirs are [in, out], ours [out, in]."""
    ours = {
        "embedding.weight": theirs["wte.weight"],
        "decoder.positions.table": theirs["wpe.weight"],
        "decoder.norm.weight": theirs["ln_f.weight"],
        "decoder.norm.bias": theirs["ln_f.bias"],
        "head.weight": theirs.get("lm_head.weight", theirs["wte.weight"]),
    }
    for layer in range(config.decoder_layers):
        at, to = f"h.{layer}.", f"decoder.layers.{layer}."
        for name, part in _PARTS:
            weight = theirs[f"{at}{name}.weight"]
            ours[f"{to}{part}.weight"] = weight.T if weight.ndim == 2 else weight
            ours[f"{to}{part}.bias"] = theirs[f"{at}{name}.bias"]
        weights = theirs[f"{at}attn.c_attn.weight"].T.chunk(3)
        biases = theirs[f"{at}attn.c_attn.bias"].chunk(3)
        for part, weight, bias in zip(_FUSED, weights, biases, strict=True):
            ours[f"{to}self_attention.{part}.weight"] = weight
            ours[f"{to}self_attention.{part}.bias"] = bias
    return ours


def from_state(ours: Mapping[str, Tensor], config: ModelConfig) -> dict[str, Tensor]:
    """Their tensors from our state: the inverse of :func:`to_state`, with their prefix."""
    theirs = {
        "wte.weight": ours["embedding.weight"],
        "wpe.weight": ours["decoder.positions.table"],
        "ln_f.weight": ours["decoder.norm.weight"],
        "ln_f.bias": ours["decoder.norm.bias"],
    }
    for layer in range(config.decoder_layers):
        at, to = f"h.{layer}.", f"decoder.layers.{layer}."
        for name, part in _PARTS:
            weight = ours[f"{to}{part}.weight"]
            theirs[f"{at}{name}.weight"] = weight.T if weight.ndim == 2 else weight
            theirs[f"{at}{name}.bias"] = ours[f"{to}{part}.bias"]
        for kind in ("weight", "bias"):
            fused = torch.cat([ours[f"{to}self_attention.{part}.{kind}"] for part in _FUSED])
            theirs[f"{at}attn.c_attn.{kind}"] = fused.T if fused.ndim == 2 else fused
    named = {f"transformer.{name}": tensor.contiguous() for name, tensor in theirs.items()}
    if not config.tied_head:
        named["lm_head.weight"] = ours["head.weight"]
    return named
