"""The matrices of a head and of its layer: the numbers, their gradient, what became of them.

D width, d head width.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from core.asks.weights import (
    OF_A_HEAD,
    Entry,
    LossOf,
    Spectra,
    WeightsAsk,
    WeightsPicture,
    WeightsPlace,
)
from core.errors import Refusal, translate
from core.look import Look
from core.readings.activations import reduce_signed, summarise
from core.readings.kept import Kept
from core.readings.text_loss import run_again, text_loss
from core.readings.weights_place import EMBEDDING, cut, find_place, layer_of, prefix_of
from core.trace import to_host

NO_OTHER = translate(
    "core", "No other step of these weights is known; train a model, or watch a folder of "
    "checkpoints.")
SAME_STEP = translate(
    "core", "The weights are compared with those of step {step}, which are these; go to another "
    "step.")
_KEPT = Kept()


@dataclass(frozen=True)
class _Numbers:
    """What stands for each weight on one side."""

    matrix: Tensor
    """[row, column] float32."""
    loss: float | None = None
    loss_of: LossOf | None = None
    since: int | None = None


@dataclass(frozen=True)
class _Slopes:
    """What each weight of a layer, or of the text's rows of the embedding, adds to the loss."""

    found: Mapping[str, Tensor]
    """By the names of the layer; or, as ``EMBEDDING``, the rows of the text alone: all of them are
    many."""
    loss: float
    loss_of: LossOf


def read_weights(ask: WeightsAsk, look: Look) -> WeightsPicture:
    """The matrix, reduced to what there is room for.

    Raises:
        Refusal: if there is no loss, or no other step.
    """
    place = find_place(look, ask.matrix, ask.layer, ask.head)

    def make() -> WeightsPicture:
        numbers = _numbers(ask, place, look)
        x = numbers.matrix.contiguous()
        values, spots = reduce_signed(x, ask.rows, ask.columns)
        return WeightsPicture(
            place, ask.side, summarise(x, "near zero"), _largest(x),
            to_host(values), None if spots is None else to_host(spots),
            loss=numbers.loss, loss_of=numbers.loss_of, since=numbers.since, step=look.step)

    own = place.matrix in OF_A_HEAD
    key = replace(place, head=0, key_head=0, sharing=()) if not own else place
    found: WeightsPicture = _kept(look, (key, ask.side, ask.since, ask.rows, ask.columns), make)
    return replace(
        found, place=place, entry=_entry(ask, place, look),
        spectra=_spectra(place, look) if own else None)


def _numbers(ask: WeightsAsk, place: WeightsPlace, look: Look) -> _Numbers:
    with torch.inference_mode(False):
        if ask.side == "gradient":
            slopes = _slopes(place, look)
            rows = slopes.found.get(EMBEDDING)
            matrix = cut(place, look, slopes.found) if rows is None else rows
            return _Numbers(matrix.float(), slopes.loss, slopes.loss_of)
        with torch.no_grad():
            now = cut(place, look, _weights(place, look)).float()
            if ask.side == "weights":
                return _Numbers(now)
            step, before = _before(ask, place, look, now)
            return _Numbers(now - before, since=step)


def _weights(place: WeightsPlace, look: Look) -> dict[str, Tensor]:
    """By the names of the layer, as they are; the embedding's too."""
    found: dict[str, Tensor] = {
        name: each.detach() for name, each in layer_of(look, place.layer).named_parameters()}
    return found | {EMBEDDING: look.model.embedding.weight.detach()}


def _before(
    ask: WeightsAsk, place: WeightsPlace, look: Look, now: Tensor
) -> tuple[int, Tensor]:
    """The other step, and the same matrix as it was then."""
    timeline = look.timeline
    if timeline is None or not timeline.steps:
        raise Refusal(NO_OTHER)
    step = timeline.steps[0] if ask.since is None else timeline.nearest(ask.since)
    if step == look.step:
        raise Refusal(SAME_STEP, step=step)
    prefix, kept = prefix_of(look, place.layer), timeline.weights(step)
    then = {name.removeprefix(prefix): each for name, each in kept.items()
            if name.startswith(prefix) or name == EMBEDDING}
    return step, cut(place, look, then).to(now)


def _slopes(place: WeightsPlace, look: Look) -> _Slopes:
    """Of one layer, or of the embedding: those of the last that was asked for stay at hand."""
    at = place.stack, None if place.matrix == "embedding" else place.layer
    slots: dict[object, _Slopes] = _kept(look, ("slopes", look.at), dict)
    if at not in slots:
        slots.clear()
        slots[at] = _differentiate(place, look)
    return slots[at]


def _differentiate(place: WeightsPlace, look: Look) -> _Slopes:
    if place.matrix == "embedding":
        weights = {EMBEDDING: look.model.embedding.weight}
    else:
        weights = dict(layer_of(look, place.layer).named_parameters())
    with torch.enable_grad():
        loss, loss_of = text_loss(run_again(look), look)
        # A layer may have weights that no prediction reads: XLNet's segments, say.
        found = torch.autograd.grad(loss, list(weights.values()), allow_unused=True)
    slopes = {
        name: torch.zeros_like(weight) if slope is None else slope
        for (name, weight), slope in zip(weights.items(), found, strict=True)
    }
    if place.matrix == "embedding":
        slopes = {EMBEDDING: cut(place, look, slopes)}
    return _Slopes(slopes, float(loss.detach()), loss_of)


def _largest(x: Tensor) -> tuple[int, int] | None:
    """Where the number farthest from 0 stands."""
    at = int(x.abs().nan_to_num(-1.0, -1.0, -1.0).argmax())
    row, column = divmod(at, x.shape[1])
    return (row, column) if x[row, column].isfinite() else None


def _entry(ask: WeightsAsk, place: WeightsPlace, look: Look) -> Entry | None:
    if ask.entry is None:
        return None
    weights = cut(place, look, _weights(place, look))
    row, column = (
        min(max(at, 0), size - 1) for at, size in zip(ask.entry, weights.shape, strict=True))
    weight = value = float(weights[row, column])
    if ask.side != "weights":
        value = float(_numbers(ask, place, look).matrix[row, column])
    return Entry(row, column, weight, value)


def _spectra(place: WeightsPlace, look: Look) -> Spectra:
    """Singular values of W_Q W_K^T and W_V W_O, from factors of d columns each."""
    def make() -> Spectra:
        weights = _weights(place, look)

        def part(matrix: Any) -> Tensor:  # noqa: ANN401 - one of MatrixName
            return cut(replace(place, matrix=matrix), look, weights).double().cpu()

        return Spectra(
            to_host(_together(part("query"), part("key"))),
            to_host(_together(part("value"), part("output").mT)))

    at = ("spectra", place.stack, place.kind, place.layer, place.head)
    found: Spectra = _kept(look, at, make)
    return found


def _together(left: Tensor, right: Tensor) -> Tensor:
    """Singular values of ``left @ right.T``, both [D, d], largest first: [min(D, d)]."""
    if not (left.isfinite().all() and right.isfinite().all()):
        return torch.full((min(left.shape),), torch.nan, dtype=torch.float64)
    _, first = torch.linalg.qr(left)
    _, second = torch.linalg.qr(right)
    values: Tensor = torch.linalg.svdvals(first @ second.mT)
    return values


def _kept(look: Look, key: object, make: Any) -> Any:  # noqa: ANN401
    return _KEPT.get(look.trace, key, make)
