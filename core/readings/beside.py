"""The mean over the heads of a layer: one matrix for all of them."""

from __future__ import annotations

from core.asks.beside import Mean, MeanAsk
from core.look import Look
from core.trace import to_host


def read_mean(ask: MeanAsk, look: Look) -> Mean:
    """Of the layer that is asked for: sum over heads of the pattern, divided by their number.

    Raises:
        Refusal: if the model keeps fewer tensors.
    """
    layer = min(max(ask.layer, 0), len(look.attention) - 1)
    seen = look.attention[layer]
    visible = seen.visible[0]
    pattern, shown = look.rest(seen.pattern[0] * visible, visible)
    return Mean(layer, len(pattern), to_host(pattern.float().mean(0)), to_host(shown))
