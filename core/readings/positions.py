"""What each scheme of positions does in one model, as numbers to be drawn.

The model's own values come from the module that runs; what is only tried is computed here, by the
same formula with other numbers.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from core.asks.positions import (
    LONGEST,
    WIDEST,
    AskLikeness,
    AskPlaces,
    AskShift,
    AskSum,
    InputPart,
    InputSum,
    Likeness,
    PartName,
    Places,
    Shift,
)
from core.config import PositionScheme
from core.errors import Refusal, translate
from core.look import Look
from core.positions import distance_waves, rotary_frequencies, sinusoids
from core.trace import to_host

if TYPE_CHECKING:
    from core.asks.positions import Floats

SHOWN = 128
"""Places that are told where the text has fewer."""
BASE = 10000.0
_NO_ROWS = translate(
    "core", "This model's positions are a bias of the scores, so there is no row for each of them.")
_NONE = translate("core", "This model is told no positions.")


@torch.inference_mode()
def tell_places(ask: AskPlaces, look: Look) -> Places:
    """What the scheme says of each place, of the stack on screen.

    Raises:
        Refusal: if the scheme has no rows.
    """
    scheme = look.model.config.positions
    if scheme in ("none", "bucketed"):
        raise Refusal(_NO_ROWS if scheme == "bucketed" else _NONE)
    own = _own(look)
    length = min(max(ask.trial.length or own[0], 1), _most(look))
    width = own[1] if ask.trial.width is None or scheme == "learned" else _even(ask.trial.width)
    base = own[2] if ask.trial.base is None else min(max(ask.trial.base, 1.0), 1e9)
    rows, beside = to_host(_rows(look, length, width, base)), None
    if scheme == "learned":
        beside = to_host(sinusoids(length, width + width % 2, base)[:, :width])
    return Places(
        scheme, first=1 - length if scheme == "relative" else 0, rows=rows,
        pairs=_pairs(scheme, width), frequencies=to_host(_frequencies(look, width, base).float()),
        waves=to_host(torch.tensor(rows).cos()) if scheme == "rotary" else rows,
        length=length, width=width, base=base, own=own, context=_readable(look), beside=beside,
    )


def tell_likeness(ask: AskLikeness, look: Look) -> Likeness:
    """Each place's row against each other's.

    Raises:
        Refusal: if the scheme has no rows that are added to embeddings.
    """
    places = tell_places(AskPlaces(ask.trial), look)
    if places.scheme in ("rotary", "relative"):
        raise Refusal(translate(
            "core", "This model adds no row to a token, so there is none to be compared."))
    values = _likeness(places.rows, ask.measure)
    if places.beside is None:
        return Likeness(to_host(values), places.altered)
    beside = _likeness(places.beside, ask.measure)
    return Likeness(
        to_host(values), places.altered, to_host(beside), _correlation(values, beside))


def tell_shift(ask: AskShift, look: Look) -> Shift:
    """R(k) PE[place] beside PE[place + k].

    Raises:
        Refusal: if the rows are no sines and cosines.
    """
    trial = ask.trial
    places = tell_places(AskPlaces(trial), look)
    if places.scheme not in ("sinusoidal", "halves", "relative"):
        raise Refusal(translate(
            "core", "A shift is a rotation of sines and cosines alone, and this model has none."))
    last = places.first + len(places.rows) - 1
    place = min(max(ask.place, places.first), last)
    by = min(max(ask.by, places.first - place), last - place)
    pair = min(max(ask.pair, 0), len(places.pairs) - 1)
    dimensions = places.pairs[pair]
    before, after = (
        _two(places.rows[row - places.first], dimensions) for row in (place, place + by))
    frequency = _exact_frequency(pair, places.width, places.base)
    cosine, sine = math.cos(frequency * by), math.sin(frequency * by)
    return Shift(
        pair, dimensions, frequency, place, by, before, ((cosine, sine), (-sine, cosine)),
        turned=(cosine * before[0] + sine * before[1], cosine * before[1] - sine * before[0]),
        after=after, altered=places.altered,
    )


@torch.inference_mode()
def tell_sum(ask: AskSum, look: Look) -> InputSum:
    """What enters the first layer at one position, summand by summand."""
    summands = _summands(look)
    count = next(iter(summands.values())).shape[0]
    place = min(max(ask.place, 0), count - 1)
    total = torch.stack([part[place].float() for part in summands.values()]).sum(dim=0)
    parts = tuple(
        InputPart(name, to_host(part[place]), float(part[place].float().norm()),
                  float(torch.cosine_similarity(part[place].float(), total, dim=0)))
        for name, part in summands.items()
    )
    norm: Any = getattr(_stack(look), "embed_norm", None)
    config = look.model.config
    normed = None
    if norm is not None:
        normed = to_host(norm(sum(part[place] for part in summands.values())))
    scaled = config.scale_embedding and "token" in summands
    return InputSum(
        place, parts, to_host(total), float(total.norm()), normed,
        math.sqrt(config.width) if scaled else 1.0,
        to_host(torch.stack([part.float().norm(dim=-1) for part in summands.values()], dim=1)),
    )


def _summands(look: Look) -> dict[PartName, Tensor]:
    """By name, [position, width], in the order in which they are added."""
    trace = look.trace.stack(look.stack)
    count, width = trace.embed.shape[1:]
    if look.stream == "query" and trace.layers and trace.layers[0].query_stream is not None:
        return {"start": _stack(look).query_start.expand(count, width)}
    found: dict[PartName, Tensor] = {"token": trace.embed[0]}
    named: tuple[tuple[PartName, Tensor | None], ...] = (
        ("position", trace.positions), ("segment", trace.segments))
    for name, part in named:
        if part is not None:
            found[name] = part.reshape(-1, *part.shape[-2:])[0].expand(count, width)
    return found


def _stack(look: Look) -> Any:  # noqa: ANN401 - either kind of stack
    return getattr(look.model, look.stack)


# -- numbers of the scheme --------------------------------------------------------------------


def _own(look: Look) -> tuple[int, int, float]:
    """Length, width and base as the model has them; the length is that of the text, or more."""
    config, tokens = look.model.config, look.tokens
    known = len(look.keys) if config.positions == "relative" else len(tokens)
    length = min(max(known, SHOWN), max(known, _readable(look)), _most(look))
    if config.positions == "rotary":
        turning = int(config.shape(look.stack).head_width * config.rotary.share)
        return length, turning, config.rotary.base
    return length, config.width, BASE


def _readable(look: Look) -> int:
    """Positions that the scheme and the model know."""
    if look.model.config.positions == "learned":
        learned = _stack(look).positions
        return int(len(learned.table) - learned.offset)
    return look.model.config.context


def _most(look: Look) -> int:
    """Places that can be told."""
    return min(LONGEST, _readable(look)) if look.model.config.positions == "learned" else LONGEST


def _even(width: int) -> int:
    return min(max(width + width % 2, 2), WIDEST)


def _pairs(scheme: PositionScheme, width: int) -> tuple[tuple[int, int], ...]:
    """The dimensions of each sine and its cosine; of rotary, those that turn together."""
    half = width // 2
    if scheme == "learned":
        return ()
    if scheme == "sinusoidal":
        return tuple((2 * pair, 2 * pair + 1) for pair in range(half))
    return tuple((pair, pair + half) for pair in range(half))


def _exact_frequency(pair: int, width: int, base: float) -> float:
    """In float64, as :func:`core.positions.sinusoids` has it."""
    return float(base ** (-2 * pair / width))


def _frequencies(look: Look, width: int, base: float) -> Tensor:
    """[pair], radians a place."""
    if look.model.config.positions == "rotary":
        config = replace(look.model.config.rotary, base=base)
        whole = look.model.config.shape(look.stack).head_width
        return rotary_frequencies(whole, config) if width == _own(look)[1] else (
            rotary_frequencies(width, replace(config, share=1.0)))
    return base ** (-torch.arange(0, width - width % 2, 2, dtype=torch.float64) / width)


def _rows(look: Look, length: int, width: int, base: float) -> Tensor:
    """[place, dimension]; the module's own rows where width and base are the model's."""
    config, own = look.model.config, (width, base) == _own(look)[1:]
    if config.positions == "rotary":
        angle = torch.arange(length).float()[:, None] * _frequencies(look, width, base)
        return torch.atan2(angle.sin(), angle.cos())
    if config.positions == "relative":
        distance = torch.arange(1 - length, length)
        farthest = getattr(config, "farthest", 0)
        if farthest:
            distance = distance.clamp(-farthest, farthest)
        if own:
            return distance_waves(distance, width)
        angle = distance[:, None] * _frequencies(look, width, base)
        return torch.cat((angle.sin(), angle.cos()), dim=1).float()
    if own or config.positions == "learned":
        like = look.trace.stack(look.stack).embed
        rows = _stack(look).positions.embedding(like.new_empty(1, length, width))
        return rows.reshape(-1, *rows.shape[-2:])[0]  # type: ignore[no-any-return]
    table = sinusoids(length, width, base)
    return table if config.positions == "sinusoidal" else (
        torch.cat((table[:, 0::2], table[:, 1::2]), dim=1))


def _two(row: Floats, dimensions: tuple[int, int]) -> tuple[float, float]:
    return float(row[dimensions[0]]), float(row[dimensions[1]])


def _likeness(rows: Floats, measure: str) -> Tensor:
    """[place, place] dot products, or cosines; a row of zeros is like none."""
    each = torch.tensor(rows)
    if measure == "cosine":
        each = each / each.norm(dim=1, keepdim=True).clamp_min(1e-12)
    return each @ each.mT


def _correlation(one: Tensor, other: Tensor) -> float | None:
    """Pearson's, of what is off the diagonal; None where either does not vary."""
    count = len(one)
    if count < 2:
        return None
    pair = torch.stack([  # without the first value, each row ends in one of the diagonal
        every.double().flatten()[1:].reshape(count - 1, count + 1)[:, :-1].flatten()
        for every in (one, other)
    ])
    pair = pair - pair.mean(dim=1, keepdim=True)
    lengths = pair.norm(dim=1)
    if not bool((lengths > 1e-9).all()):  # NaN too
        return None
    return float(pair[0] @ pair[1] / lengths.prod())
