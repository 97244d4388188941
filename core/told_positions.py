"""What the answers about positions say, as tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from core.asks.positions import (
    DistanceBias,
    DistanceTerm,
    InputSum,
    Likeness,
    PairTurn,
    Places,
    Shift,
)
from core.tables import Axis, Table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from core.frame import Frame

Found = dict[str, Table]


def _places(answer: Places, frame: Frame) -> Found:
    axes = Axis("place", first=answer.first), Axis(
        "pair" if answer.scheme == "rotary" else "dimension")
    found = {"row": Table(answer.rows, axes), "frequency": Table(
        answer.frequencies, (Axis("pair"),))}
    if answer.waves is not answer.rows:
        found["wave"] = Table(answer.waves, axes)
    if answer.beside is not None:
        found["sinusoid"] = Table(answer.beside, axes)
    return found


def _likeness(answer: Likeness, frame: Frame) -> Found:
    axes = Axis("place"), Axis("other place")
    found = {"likeness": Table(answer.values, axes)}
    if answer.beside is not None:
        found["likeness of sinusoids"] = Table(answer.beside, axes)
    return found


def _shift(answer: Shift, frame: Frame) -> Found:
    import numpy as np

    axes = Axis("part", ("sine", "cosine")), Axis("other part", ("sine", "cosine"))
    found = {name: Table.along(pair, axes[0]) for name, pair in (
        ("before", answer.before), ("turned", answer.turned), ("after", answer.after))}
    return {"rotation": Table(np.array(answer.matrix), axes)} | found


def _input_sum(answer: InputSum, frame: Frame) -> Found:
    names = tuple(part.name for part in answer.parts)
    width = (Axis("dimension"),)
    found: Found = {part.name: Table(part.values, width) for part in answer.parts}
    found["input"] = Table(answer.total, width)
    if answer.normed is not None:
        found["input after norm"] = Table(answer.normed, width)
    axes = Axis("position", frame.queries.labels), Axis("part", names)
    return found | {"norm": Table(answer.norms, axes)}


def _distance_bias(answer: DistanceBias, frame: Frame) -> Found:
    distance = _distance(answer.distances)
    return {"bias": Table(answer.bias, (Axis("head"), distance)),
            "bucket": Table(answer.bucket, (distance,))}


def _distance_term(answer: DistanceTerm, frame: Frame) -> Found:
    axis = (_distance(answer.distances),)
    return {"term": Table(answer.term, axis), "constant": Table(answer.constant, axis),
            "mean": Table(answer.mean, axis)}


def _pair_turn(answer: PairTurn, frame: Frame) -> Found:
    pairs, part = (Axis("pair"),), Axis("part", ("first", "second"))
    found = {name.replace("_", " "): Table.along(getattr(answer, name), part) for name in (
        "query_before", "query_after", "key_before", "key_after")}
    return {"without turn": Table(answer.flat, pairs),
            "with turn": Table(answer.turned, pairs)} | found


def _distance(distances: NDArray[np.int64]) -> Axis:
    return Axis("distance", first=int(distances[0]) if len(distances) else 0)


ABOUT_POSITIONS: dict[type, Callable[[Any, Frame], Found]] = {
    Places: _places, Likeness: _likeness, Shift: _shift, InputSum: _input_sum,
    DistanceBias: _distance_bias, DistanceTerm: _distance_term, PairTurn: _pair_turn,
}
"""What tells each kind of answer."""
