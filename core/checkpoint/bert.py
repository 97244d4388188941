"""BERT (Devlin et al. 2019), with its two heads where the file has them."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from core.checkpoint.names import Names, Source, module
from core.checkpoint.settings import (
    ACTIVATIONS,
    Settings,
    has_place,
    spelled,
    spelled_labels,
)
from core.config import ModelConfig
from core.errors import Refusal, translate

MODEL_TYPES = ("bert",)
PREFIXES = ("bert.",)
BARE = ("cls.", "classifier.")
BIAS = "cls.predictions.bias"
IGNORED = ("*position_ids", "pooler.*", "classifier.*", "qa_outputs.*", BIAS)

_FIXED: dict[str, Any] = {
    "embed_norm": True, "norm_first": False, "final_norm": False, "tied_head": True,
    "head": "masked", "head_bias": True,
}
_CLASSIFIER: dict[str, Any] = _FIXED | {"head": "none", "head_bias": False}
_VARIED = (
    "vocabulary", "width", "heads", "head_width", "mlp_width", "context", "encoder_layers",
    "segments", "norm_eps", "activation", "head_activation", "pooled", "labels", "dropout",
)
"""What two models of this layout may differ in."""


def to_config(settings: Settings, there: Container[str]) -> ModelConfig:
    """Our configuration from theirs; the file says which heads there are.

    Raises:
        Refusal: for a value that is missing, of another type, or not to be shown truthfully.
    """
    settings.must_be("is_decoder", False)
    settings.must_be("position_embedding_type", "absolute")
    masked = "cls.predictions.transform.dense.weight" in there
    activation = settings.choice("hidden_act", ACTIVATIONS, "gelu")
    return ModelConfig(
        vocabulary=settings.count("vocab_size"),
        width=settings.count("hidden_size"),
        heads=settings.count("num_attention_heads"),
        head_width=settings.head_width("hidden_size", "num_attention_heads"),
        mlp_width=settings.count("intermediate_size"),
        context=settings.count("max_position_embeddings"),
        encoder_layers=settings.count("num_hidden_layers"),
        segments=settings.count("type_vocab_size", 2),
        embed_norm=True,
        norm_first=False,
        final_norm=False,
        norm_eps=settings.number("layer_norm_eps", 1e-12),
        activation=activation,
        tied_head="cls.predictions.decoder.weight" not in there,
        head="masked" if masked else "none",
        head_bias=masked,
        head_activation=activation,
        pooled="cls.seq_relationship.weight" in there,
        labels=settings.labels(),
    )


def from_config(config: ModelConfig) -> dict[str, Any]:
    """The values of their ``config.json`` for one of our models.

    Raises:
        Refusal: for a model that has no place in their layout.
    """
    if (
        not has_place(config, _CLASSIFIER if config.labels else _FIXED, _VARIED)
        or (config.labels and config.pooled)
        or config.activation != config.head_activation
        or not config.segments
    ):
        raise Refusal(
            translate("core", "Only an encoder with learned positions, segments, norms behind its "
                      "sublayers and its embeddings, and a masked head with a bias or a classifier "
                      "can be written as BERT.")
        )
    kind = "ForPreTraining" if config.pooled else "ForMaskedLM"
    return {
        "architectures": [f"Bert{'ForSequenceClassification' if config.labels else kind}"],
        "model_type": MODEL_TYPES[0],
        "vocab_size": config.vocabulary,
        "hidden_size": config.width,
        "num_attention_heads": config.heads,
        "num_hidden_layers": config.encoder_layers,
        "intermediate_size": config.mlp_width,
        "max_position_embeddings": config.context,
        "type_vocab_size": config.segments,
        "layer_norm_eps": config.norm_eps,
        "hidden_act": spelled(config.activation),
        "hidden_dropout_prob": config.dropout,
        "attention_probs_dropout_prob": config.dropout,
        "tie_word_embeddings": True,
    } | spelled_labels(config.labels)


def names(config: ModelConfig) -> Names:
    """Where our tensors lie."""
    yield from trunk(config)
    if config.head == "masked":
        yield "head.weight", Source("cls.predictions.decoder.weight")
        yield "head.bias", Source(BIAS, instead="cls.predictions.decoder.bias")
        yield from module("masked_head.dense", "cls.predictions.transform.dense")
        yield from module("masked_head.norm", "cls.predictions.transform.LayerNorm")
    if config.pooled:
        yield from module("next_sentence.pool", "pooler.dense")
        yield from module("next_sentence.verdict", "cls.seq_relationship")
    if config.labels:
        yield from module("classifier.pool", "pooler.dense")
        yield from module("classifier.verdict", "classifier")


def trunk(config: ModelConfig) -> Names:
    """All but the heads."""
    yield "embedding.weight", Source("embeddings.word_embeddings.weight")
    yield "segments.weight", Source("embeddings.token_type_embeddings.weight")
    yield "encoder.positions.table", Source("embeddings.position_embeddings.weight")
    yield from module("encoder.embed_norm", "embeddings.LayerNorm")
    for layer in range(config.encoder_layers):
        at, to = f"encoder.layer.{layer}", f"encoder.layers.{layer}"
        for part in ("query", "key", "value"):
            yield from module(f"{to}.self_attention.{part}", f"{at}.attention.self.{part}")
        yield from module(f"{to}.self_attention.output", f"{at}.attention.output.dense")
        yield from module(f"{to}.self_norm", f"{at}.attention.output.LayerNorm")
        yield from module(f"{to}.mlp.into", f"{at}.intermediate.dense")
        yield from module(f"{to}.mlp.out", f"{at}.output.dense")
        yield from module(f"{to}.mlp_norm", f"{at}.output.LayerNorm")
