"""What a frame and its answers say, as tables: the numbers behind each picture."""

from __future__ import annotations

from collections.abc import Iterable
from functools import singledispatch
from typing import TYPE_CHECKING, Any

from core.against import Change
from core.asks.activations import Matrix, Norms, Spread
from core.asks.derivation import Bars, Derivation, Line
from core.asks.flow import Flow
from core.asks.lens import Lens
from core.asks.lines import Lines, TokenWeights
from core.asks.readings import Readings
from core.asks.weights import WeightsPicture
from core.drive import Training
from core.errors import Refusal
from core.tables import Axis, Table
from core.told_positions import ABOUT_POSITIONS, Found

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from core.frame import Frame, Prediction
    from core.trace import Ask


def tell_asked(frame: Frame, asks: Iterable[Ask[Any]]) -> Found:
    """The tables of the answers; of an answer of the same kind where one is still on its way."""
    found: Found = {}
    for ask in asks:
        if frame.declined(ask) is not None:
            continue
        told = frame.told(ask) or next(
            (frame.told(each) for each in frame.answers if type(each) is type(ask)), None)
        if told is not None:
            found |= tell(told, frame)
    return found


def tell_sheet(frame: Frame) -> Found:
    """The levels of every head as they are drawn, see ``core.thumbnail.reduce_pattern``; those of a
    difference or a gradient, and the value that their ends stand for, see ``Contrast``."""
    import numpy as np

    if frame.thumbnails is None:
        return {}
    whole = frame.thumbnails.shape[2:] == (len(frame.queries), len(frame.keys))
    axes = (_queries(frame), _keys(frame)) if whole else (Axis("row"), Axis("column"))
    heads = Axis("layer"), Axis("head"), *axes
    found = {"level": Table(frame.thumbnails, heads)}
    for name, contrast in (("difference", getattr(frame.change, "sheet", None)),
                           ("gradient", getattr(frame.gradient, "sheet", None))):
        if contrast is not None:
            found[f"{name} level"] = Table(contrast.levels, heads)
            found[f"most {name}"] = Table(np.array(contrast.most), ())
    return found


def tell_head(frame: Frame) -> Found:
    """The large head, [query, key]: pattern, scores, their terms, the gradient."""
    head = frame.head
    if head is None:
        return {}
    axes = _queries(frame), _keys(frame)
    arrays = {"pattern": head.pattern, "scores": head.scores}
    arrays |= {term.name: term.scores for term in head.terms}
    beside = None if frame.beside is None else frame.beside.head
    if beside is not None and beside.pattern.shape == head.pattern.shape:
        arrays["pattern beside"] = beside.pattern
    slope = getattr(frame.gradient, "head", None)
    if slope is not None and slope.shape == head.pattern.shape:
        arrays["gradient"] = slope
    found = {name: Table(values, axes) for name, values in arrays.items()}
    return found | {"shown": Table(head.shown, axes)}


def tell_predictions(frame: Frame) -> Found:
    """Probabilities, the likeliest first; of a classifier's labels where it is one."""
    found = _ranked(frame.predictions)
    if frame.labels:
        found["label probability"] = Table.along(
            frame.labels, Axis("label", tuple(frame.card.labels)))
    return found


def tell_change(frame: Frame) -> Found:
    """What is otherwise than on the other side."""
    return {} if frame.change is None else tell(frame.change, frame)


def _ranked(predictions: tuple[Prediction, ...]) -> Found:
    if not predictions:
        return {}
    axis = Axis("rank", tuple(one.label for one in predictions), 1)
    found = {"probability": Table.along([one.probability for one in predictions], axis)}
    if any(one.drawn is not None for one in predictions):
        found["drawn"] = Table.along([one.drawn or 0.0 for one in predictions], axis)
    return found


def _queries(frame: Frame) -> Axis:
    return Axis("query", frame.queries.labels)


def _keys(frame: Frame) -> Axis:
    return Axis("key", frame.keys.labels)


def _positions(frame: Frame) -> Axis:
    return Axis("position", frame.queries.labels)


def _spots(values: NDArray[Any], spots: NDArray[np.int64], width: int) -> Found:
    """A reduced picture: each value, and where in the whole it stands."""
    axes = Axis("row"), Axis("column")
    return {"value": Table(values, axes), "position": Table(spots // width, axes),
            "index": Table(spots % width, axes)}


# -- the answers ------------------------------------------------------------------------------


@singledispatch
def tell(answer: object, frame: Frame) -> Found:
    """The tables of one answer.

    Raises:
        TypeError: if it is of a kind that has none.
    """
    raise TypeError(type(answer).__name__)


for _kind, _tell in ABOUT_POSITIONS.items():
    tell.register(_kind, _tell)


@tell.register(Matrix)
def _(answer: Matrix, frame: Frame) -> Found:
    if answer.spots is not None:
        return _spots(answer.values, answer.spots, answer.summary.width)
    return {"value": Table(answer.values, (_positions(frame), Axis("dimension")))}


@tell.register(Spread)
def _(answer: Spread, frame: Frame) -> Found:
    import numpy as np

    bins = (Axis("bin"),)
    edges = np.linspace(-answer.most, answer.most, len(answer.counts) + 1)
    return {"from": Table(edges[:-1], bins), "to": Table(edges[1:], bins),
            "count": Table(answer.counts, bins), "count at position": Table(answer.own, bins)}


@tell.register(Norms)
def _(answer: Norms, frame: Frame) -> Found:
    if answer.spots is None:
        return {"norm": Table(answer.values, (Axis("layer"), _positions(frame)))}
    axes = Axis("layer"), Axis("column")
    return {"norm": Table(answer.values, axes), "position": Table(answer.spots, axes)}


@tell.register(Lines)
def _(answer: Lines, frame: Frame) -> Found:
    axis = (Axis("line"),)
    return {name: Table(values, axis) for name, values in (
        ("from query", answer.query), ("to key", answer.key), ("by head", answer.head),
        ("weight", answer.weight))}


@tell.register(TokenWeights)
def _(answer: TokenWeights, frame: Frame) -> Found:
    axes = Axis("head", tuple(map(str, answer.heads))), Axis("other token")
    return {"weight of token": Table(answer.weights, axes),
            "visible": Table(answer.visible, axes[1:])}


@tell.register(Lens)
def _(answer: Lens, frame: Frame) -> Found:
    import numpy as np

    layers = ("embedding", *(str(layer) for layer in range(len(answer.ids) - 1)))
    last = answer.first + answer.ids.shape[1]
    axes = Axis("after layer", layers), Axis(
        "position", frame.queries.labels[answer.first:last], answer.first)
    names = np.array([answer.labels[int(one)] for one in answer.ids.ravel()], dtype=np.str_)
    best = (*axes, Axis("rank", first=1))
    return {
        "token": Table(names.reshape(answer.ids.shape), best), "id": Table(answer.ids, best),
        "probability": Table(answer.probabilities, best),
        "rank of answer": Table(answer.ranks, axes),
        "probability of answer": Table(answer.answers, axes)}


@tell.register(Readings)
def _(answer: Readings, frame: Frame) -> Found:
    axes = Axis("layer"), Axis("head")
    found = {name: Table(values, axes) for name, values in answer.values.items()}
    return found | {
        f"{name} if alike": Table(values, axes[:1]) for name, values in answer.alike.items()}


@tell.register(Flow)
def _(answer: Flow, frame: Frame) -> Found:
    keys = (Axis("token", frame.keys.labels if len(frame.keys) == len(answer.rollout) else ()),)
    if answer.spots is None:
        found = {"rollout": Table(answer.values, (_positions(frame), *keys))}
    else:
        found = _spots(answer.values, answer.spots, len(answer.rollout))
    found["rollout to query"] = Table(answer.rollout, keys)
    if not isinstance(answer.flow, Refusal):
        found["flow to query"] = Table(answer.flow, keys)
    return found


@tell.register(Derivation)
def _(answer: Derivation, frame: Frame) -> Found:
    lines = [part for part in answer.step.parts if isinstance(part, Line)]
    found: Found = {}
    if lines:
        axis = Axis("line", tuple(line.formula for line in lines))
        found["line value"] = Table.along((line.value for line in lines), axis)
    bars = [part for part in answer.step.parts if isinstance(part, Bars)]
    for at, part in enumerate(bars):
        labels = tuple(map(str, part.units))
        if part.axis == "key" and len(part.values) == len(frame.keys):
            labels = frame.keys.labels
        found[f"{at}: {part.formula}"] = Table(part.values, (Axis(part.axis, labels),))
    return found


@tell.register(WeightsPicture)
def _(answer: WeightsPicture, frame: Frame) -> Found:
    found = {"value": Table(answer.values, (Axis("row"), Axis("column")))}
    if answer.spots is not None:
        found = _spots(answer.values, answer.spots, answer.summary.width)
    for name in ("score", "write") if answer.spectra is not None else ():
        found[f"singular value of {name}"] = Table(
            getattr(answer.spectra, name), (Axis("rank", first=1),))
    return found


@tell.register(Change)
def _(answer: Change, frame: Frame) -> Found:
    found: Found = {}
    if answer.streams is not None:
        found["change of stream"] = Table(answer.streams, (Axis("layer"), _positions(frame)))
    if answer.shifts:
        axis = Axis("token", tuple(one.label for one in answer.shifts))
        found["before"] = Table.along((one.before for one in answer.shifts), axis)
        found["after"] = Table.along((one.after for one in answer.shifts), axis)
    return found


@tell.register(Training)
def _(answer: Training, frame: Frame) -> Found:
    found: Found = {}
    for name, curve in answer.curves.items():
        axis = (Axis(f"point of {name}"),)
        found |= {f"{name} {part}": Table(getattr(curve, field), axis) for part, field in (
            ("step", "steps"), ("mean", "middle"), ("low", "low"), ("high", "high"))}
    if answer.norms:
        layers = Axis("layer", tuple(norms.layer for norms in answer.norms))
        found["norm of weights"] = Table.along((norms.weight for norms in answer.norms), layers)
        gradients = [norms.gradient for norms in answer.norms if norms.gradient is not None]
        if gradients:
            found["norm of gradient"] = Table.along(gradients, layers)
    return found
