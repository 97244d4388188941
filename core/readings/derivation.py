"""The arithmetic of one cell: every step from the residual stream to the residual stream.

Numbers that the trace holds are the trace's own. What lies between them is computed anew from what
the trace holds, in float64 where it is a sum; each step says how far its arithmetic is from the
trace. What is altered enters where the run let it in. (Vaswani et al. 2017, sections 3.2 and 3.3.)
"""

from __future__ import annotations

from collections.abc import Callable

from core.asks.derivation import STEPS, Derivation, DerivationAsk, Step, StepKind
from core.look import Look
from core.readings import derivation_score as score
from core.readings import derivation_stream as stream
from core.readings.derivation_site import Site

_WAYS: dict[StepKind, Callable[[Site], Step]] = {
    "residual": score.residual, "query_key": score.query_key, "product": score.product,
    "scale": score.scale, "bias": score.bias, "mask": score.mask, "softmax": score.softmax,
    "z": stream.mix, "heads": stream.joined, "output": stream.output, "added": stream.added,
    "norm": stream.normed, "mlp": stream.mlp,
}


def derive(ask: DerivationAsk, look: Look) -> Derivation:
    """One step for the cell of ``ask``; the mask where that ends what is asked for.

    Raises:
        Refusal: if the model keeps too few tensors.
    """
    site = _site(ask, look)
    late = STEPS.index(ask.step) > STEPS.index("mask")
    step = _WAYS["mask" if site.masked and late else ask.step](site)
    return Derivation(
        site.index, site.head, site.query, site.key, look.kind, step, site.masked
    )


def _site(ask: DerivationAsk, look: Look) -> Site:
    """The cell that is meant, or the nearest that there is."""
    layer = min(max(ask.layer, 0), len(look.layers) - 1)
    seen = look.attention[layer]
    _, heads, queries, keys = seen.pattern.shape
    head = min(max(ask.head, 0), heads - 1)
    query = queries - 1 if ask.query is None else min(max(ask.query, 0), queries - 1)
    key = int(seen.pattern[0, head, query].nan_to_num(-1).argmax()) if ask.key is None else ask.key
    return Site(look, layer, head, query, min(max(key, 0), keys - 1), ask.edits)
