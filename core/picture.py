"""One head in full precision, with what is particular to how its scores came about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from core.frame import HeadPicture, Term, TermName, Turn
from core.trace import AttentionTrace, to_host


def picture_head(
    layers: Sequence[AttentionTrace], wanted: tuple[int, int] | None
) -> HeadPicture | None:
    """The picture of one head, or None where it is not wanted or not there.

    Args:
        layers: their attention, of one stack and kind.
        wanted: (layer, head).
    """
    if wanted is None:
        return None
    layer, head = wanted
    if not (0 <= layer < len(layers) and 0 <= head < layers[layer].pattern.shape[1]):
        return None
    seen = layers[layer]
    key_head = head // (seen.pattern.shape[1] // seen.k.shape[1])
    return HeadPicture(
        layer, head, to_host(seen.pattern[0, head] * seen.visible[0]),
        to_host(seen.scores[0, head]),
        terms=_terms(seen, head), turn=_turn(seen, head, key_head), key_head=key_head,
    )


def _terms(seen: AttentionTrace, head: int) -> tuple[Term, ...]:
    """What the scores are a sum of."""
    parts = ((name, getattr(seen, name)) for name in get_args(TermName))
    return tuple(Term(name, to_host(part[0, head])) for name, part in parts if part is not None)


def _turn(seen: AttentionTrace, head: int, key_head: int) -> Turn | None:
    """Queries and keys before and after they turn."""
    if seen.q_flat is None or seen.k_flat is None:
        return None
    return Turn(
        to_host(seen.q_flat[0, head]), to_host(seen.q[0, head]),
        to_host(seen.k_flat[0, key_head]), to_host(seen.k[0, key_head]),
    )
