"""Models that no family has: without residual connections, or without norms.

Their layout is this program's own, and their model_type one that ``transformers`` does not know: it
refuses them, rather than compute something else from their weights.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import asdict
from typing import Any

from core.checkpoint.names import Names, Source, shapes_of
from core.checkpoint.settings import Settings
from core.config import ModelConfig, RotaryConfig
from core.errors import Refusal, translate
from core.fields import checked_fields

MODEL_TYPES = ("headlight",)
PREFIXES = ()
BARE = ()
IGNORED = ()


def is_ours(config: ModelConfig) -> bool:
    """Whether no family has such a model."""
    return not config.residual or config.norm == "none"


def to_config(settings: Settings, there: Container[str]) -> ModelConfig:
    """Our configuration, as it stands under ``model``.

    Raises:
        Refusal: for a value that is unknown, missing, of another type or out of range, or a model
            that a family has.
    """
    fields = checked_fields(ModelConfig, settings.part("model").values)
    if "rotary" in fields:
        fields["rotary"] = RotaryConfig(**checked_fields(RotaryConfig, fields["rotary"]))
    return _checked(ModelConfig(**fields))


def from_config(config: ModelConfig) -> dict[str, Any]:
    """The values of a ``config.json``.

    Raises:
        Refusal: for a model that a family has.
    """
    return {"model_type": MODEL_TYPES[0], "model": asdict(_checked(config))}


def names(config: ModelConfig) -> Names:
    """Our own, layer by layer."""
    for name in shapes_of(config):
        before, layers, after = name.partition(".layers.0.")
        for layer in range(config.layers("encoder" if before == "encoder" else "decoder")):
            ours = f"{before}.layers.{layer}.{after}" if layers else name
            yield ours, Source(ours)
            if not layers:
                break


def _checked(config: ModelConfig) -> ModelConfig:
    if not is_ours(config):
        raise Refusal(
            translate("core", "Only a model without residual connections or without norms is "
                      "written in this program's own layout."))
    return config
