"""DistilBERT (Sanh et al. 2019): half of BERT's layers, no segments, no next sentence."""

from __future__ import annotations

from collections.abc import Container

from core.checkpoint.names import Names, Source, module
from core.checkpoint.settings import ACTIVATIONS, Settings
from core.config import ModelConfig

MODEL_TYPES = ("distilbert",)
PREFIXES = ("distilbert.",)
IGNORED = ("*position_ids", "pre_classifier.*", "classifier.*", "qa_outputs.*")

_PARTS = {
    "self_attention.query": "attention.q_lin",
    "self_attention.key": "attention.k_lin",
    "self_attention.value": "attention.v_lin",
    "self_attention.output": "attention.out_lin",
    "self_norm": "sa_layer_norm",
    "mlp.into": "ffn.lin1",
    "mlp.out": "ffn.lin2",
    "mlp_norm": "output_layer_norm",
}


def to_config(settings: Settings, there: Container[str]) -> ModelConfig:
    """Our configuration from theirs; the file says whether there is a head.

    Raises:
        Refusal: for a value that is missing, of another type, or not to be shown truthfully.
    """
    masked = "vocab_transform.weight" in there
    activation = settings.choice("activation", ACTIVATIONS, "gelu")
    return ModelConfig(
        vocabulary=settings.count("vocab_size"),
        width=settings.count("dim"),
        heads=settings.count("n_heads"),
        head_width=settings.head_width("dim", "n_heads"),
        mlp_width=settings.count("hidden_dim"),
        context=settings.count("max_position_embeddings"),
        encoder_layers=settings.count("n_layers"),
        embed_norm=True,
        norm_first=False,
        final_norm=False,
        norm_eps=1e-12,
        activation=activation,
        tied_head="vocab_projector.weight" not in there,
        head="masked" if masked else "none",
        head_bias=masked,
        head_activation=activation,
        labels=settings.labels(),
        label_activation="relu",
    )


def names(config: ModelConfig) -> Names:
    """Where our tensors lie."""
    yield "embedding.weight", Source("embeddings.word_embeddings.weight")
    yield "encoder.positions.table", Source("embeddings.position_embeddings.weight")
    yield from module("encoder.embed_norm", "embeddings.LayerNorm")
    for layer in range(config.encoder_layers):
        at, to = f"transformer.layer.{layer}", f"encoder.layers.{layer}"
        for ours, theirs in _PARTS.items():
            yield from module(f"{to}.{ours}", f"{at}.{theirs}")
    if config.head == "masked":
        yield "head.weight", Source("vocab_projector.weight")
        yield "head.bias", Source("vocab_projector.bias")
        yield from module("masked_head.dense", "vocab_transform")
        yield from module("masked_head.norm", "vocab_layer_norm")
    if config.labels:
        yield from module("classifier.pool", "pre_classifier")
        yield from module("classifier.verdict", "classifier")
