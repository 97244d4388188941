"""XLNet (Yang et al. 2019), with its head where the file has it."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from core.checkpoint.names import Names, Source, module
from core.checkpoint.settings import ACTIVATIONS, Settings, has_place, spelled
from core.config import ModelConfig
from core.errors import Refusal, translate
from core.two_stream import TwoStreamConfig

MODEL_TYPES = ("xlnet",)
PREFIXES = ("transformer.",)
BARE = ("lm_loss.",)
IGNORED = (
    "sequence_summary.*", "logits_proj.*", "classifier.*", "start_logits.*", "end_logits.*",
    "answer_class.*", "qa_outputs.*",
)
CONTEXT = 512
"""It has no longest text; this is the one that it was trained on."""

_FIXED: dict[str, Any] = {
    "positions": "relative", "norm_first": False, "final_norm": False, "qkv_bias": False,
    "output_bias": False, "head_bias": True,
}
_VARIED = (
    "vocabulary", "width", "heads", "head_width", "mlp_width", "context", "encoder_layers",
    "norm_eps", "activation", "tied_head", "one_way", "same_length", "farthest", "memory",
    "reused", "dropout",
)
"""What two models of this layout may differ in; it has no place for the context."""


def to_config(settings: Settings, there: Container[str]) -> ModelConfig:
    """Our configuration from theirs.

    Raises:
        Refusal: for a value that is missing, of another type, or not to be shown truthfully.
    """
    settings.must_be("bi_data", False)  # half of a batch would be read backwards
    settings.flag("untie_r", True)  # files hold the biases of each layer, also where all are alike
    width, heads = settings.count("d_model"), settings.count("n_head")
    given = settings.values.get("d_head") is not None
    told = settings.values.get("clamp_len")
    headed = "lm_loss.bias" in there
    return TwoStreamConfig(
        vocabulary=settings.count("vocab_size"),
        width=width,
        heads=heads,
        head_width=settings.count("d_head") if given else settings.head_width("d_model", "n_head"),
        mlp_width=settings.count("d_inner"),
        context=CONTEXT,
        encoder_layers=settings.count("n_layer"),
        positions="relative",
        norm_first=False,
        final_norm=False,
        norm_eps=settings.number("layer_norm_eps", 1e-12),
        activation=settings.choice("ff_activation", ACTIVATIONS, "gelu"),
        qkv_bias=False,
        output_bias=False,
        tied_head="lm_loss.weight" not in there,
        head="linear" if headed else "none",
        head_bias=headed,
        one_way=settings.choice("attn_type", {"bi": False, "uni": True}, "bi"),
        same_length=settings.flag("same_length", False),
        farthest=0 if told == -1 else settings.index("clamp_len", 0),
        memory=settings.index("mem_len", 0 if "mem_len" in settings.values else 512),
        reused=settings.index("reuse_len", 0),
    )


def from_config(config: ModelConfig) -> dict[str, Any]:
    """The values of their ``config.json`` for one of our models.

    Raises:
        Refusal: for a model that has no place in their layout.
    """
    if not isinstance(config, TwoStreamConfig) or not has_place(config, _FIXED, _VARIED):
        raise Refusal(
            translate("core", "Only a model with two streams, norms behind its sublayers and none "
                      "at the end, heads that share its width, no biases in attention and one on "
                      "the logits can be written as XLNet.")
        )
    return {
        "architectures": ["XLNetLMHeadModel"],
        "model_type": MODEL_TYPES[0],
        "vocab_size": config.vocabulary,
        "d_model": config.width,
        "n_head": config.heads,
        "d_head": config.head_width,
        "n_layer": config.encoder_layers,
        "d_inner": config.mlp_width,
        "ff_activation": spelled(config.activation),
        "layer_norm_eps": config.norm_eps,
        "attn_type": "uni" if config.one_way else "bi",
        "untie_r": True,
        "bi_data": False,
        "same_length": config.same_length,
        "clamp_len": config.farthest or -1,
        "mem_len": config.memory,
        "reuse_len": config.reused,
        "dropout": config.dropout,
        "tie_word_embeddings": config.tied_head,
    }


def names(config: ModelConfig) -> Names:
    """Where our tensors lie."""
    each = (config.heads, config.head_width)
    yield "embedding.weight", Source("word_embedding.weight")
    yield "encoder.query_start", Source("mask_emb", shape=(1, 1, config.width))
    if config.head == "linear":
        yield "head.weight", Source("lm_loss.weight")
        yield "head.bias", Source("lm_loss.bias")
    for layer in range(config.encoder_layers):
        at, to = f"layer.{layer}", f"encoder.layers.{layer}"
        for part, name in (("query", "q"), ("key", "k"), ("value", "v"), ("place", "r")):
            source = Source(f"{at}.rel_attn.{name}", turned=True, shape=(config.width, *each))
            yield f"{to}.self_attention.{part}.weight", source
        source = Source(f"{at}.rel_attn.o", shape=(config.width, *each))
        yield f"{to}.self_attention.output.weight", source
        for part, name in (
            ("content_bias", "r_w_bias"), ("position_bias", "r_r_bias"),
            ("segment_bias", "r_s_bias"), ("segment", "seg_embed"),
        ):
            yield f"{to}.self_attention.{part}", Source(f"{at}.rel_attn.{name}")
        yield from module(f"{to}.self_norm", f"{at}.rel_attn.layer_norm")
        yield from module(f"{to}.mlp.into", f"{at}.ff.layer_1")
        yield from module(f"{to}.mlp.out", f"{at}.ff.layer_2")
        yield from module(f"{to}.mlp_norm", f"{at}.ff.layer_norm")
