"""How queries and keys turn, from the two layouts in which files say it."""

from __future__ import annotations

from core.checkpoint.settings import Settings
from core.config import RotaryConfig
from core.errors import Refusal, translate

_SCALINGS = {"default": "default", "linear": "linear", "llama3": "llama3"}


def read_rotary(settings: Settings, base: float = 10000.0, share: float = 1.0) -> RotaryConfig:
    """From ``rope_parameters`` (newer files), or ``rope_scaling`` and ``rope_theta`` (older ones).

    Args:
        settings: of the model.
        base: the base where nothing is said.
        share: the part of a head that turns, likewise.

    Raises:
        Refusal: for positions stretched in a way that this program does not compute.
    """
    told = settings.part("rope_scaling")
    told = told if told.values else settings.part("rope_parameters")
    if any(isinstance(value, dict) for value in told.values.values()):
        raise Refusal(
            translate("core", "config.json: rope_parameters differ by layer, which this program "
                      "does not compute.")
        )
    kind = told.choice("rope_type" if "rope_type" in told.values else "type", _SCALINGS, "default")
    base = told.number("rope_theta", settings.number("rope_theta", base))
    share = told.number("partial_rotary_factor", share)
    if kind == "default":
        return RotaryConfig(base, share)
    if kind == "linear":
        return RotaryConfig(base, share, "linear", told.number("factor"))
    return RotaryConfig(
        base, share, "llama3",
        told.number("factor"), told.number("low_freq_factor"), told.number("high_freq_factor"),
        told.count("original_max_position_embeddings", settings.count("max_position_embeddings")),
    )
