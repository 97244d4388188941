"""RoBERTa (Liu et al. 2019): BERT whose positions start after the padding id, and skip padding."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace

from core.checkpoint import bert
from core.checkpoint.names import Names, Source, module
from core.checkpoint.settings import Settings
from core.config import ModelConfig
from core.errors import Refusal, translate

MODEL_TYPES = ("roberta", "xlm-roberta")
PREFIXES = ("roberta.",)
IGNORED = (*bert.IGNORED, "lm_head.bias")


def to_config(settings: Settings, there: Container[str]) -> ModelConfig:
    """Our configuration from theirs; the file says whether there is a head.

    Raises:
        Refusal: for a value that is missing, of another type, or not to be shown truthfully.
    """
    config = bert.to_config(settings, ())
    offset = settings.index("pad_token_id", 1) + 1
    if offset >= config.context:
        raise Refusal(
            translate("core", "config.json: pad_token_id is {pad}, which leaves no room in "
                      "{positions} positions."), pad=offset - 1, positions=config.context,
        )
    masked = "lm_head.dense.weight" in there
    return replace(
        config,
        context=config.context - offset,
        position_offset=offset,
        position_skips_padding=True,
        tied_head="lm_head.decoder.weight" not in there,
        head="masked" if masked else "none",
        head_bias=masked,
        head_activation="gelu",
    )


def names(config: ModelConfig) -> Names:
    """Where our tensors lie."""
    yield from bert.trunk(config)
    if config.head == "masked":
        yield "head.weight", Source("lm_head.decoder.weight")
        yield "head.bias", Source("lm_head.bias", instead="lm_head.decoder.bias")
        yield from module("masked_head.dense", "lm_head.dense")
        yield from module("masked_head.norm", "lm_head.layer_norm")
    if config.labels:
        yield from module("classifier.pool", "classifier.dense")
        yield from module("classifier.verdict", "classifier.out_proj")
