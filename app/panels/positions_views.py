"""From answers to pictures, view by view."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from app.paint.colour import signed_range
from app.panels.field_picture import Picture, Side
from app.panels.positions_bars import BarRow
from app.panels.positions_circle import Arrow, CirclePicture
from app.panels.positions_curves import COLOURS, Curve, CurvesPicture
from app.panels.positions_ticks import say
from app.panels.positions_words import pair_of, part_names, translate
from app.theme import Theme
from core.asks.positions import (
    DistanceBias,
    DistanceTerm,
    InputSum,
    Likeness,
    PairTurn,
    Places,
    Shift,
)


def _heat(
    values: NDArray[np.float32], most: float, title: str, rows: Side, columns: Side,
    turns: bool = False, inside: int | None = None,
) -> Picture:
    """Values from ``-most`` to ``most``."""
    ends = ("−π", "π") if turns else (say(-most), say(most))
    return Picture(
        values / np.float32(most), rows, columns, tuple(enumerate(ends)),
        "turns" if turns else "signed", title, inside=inside)


def matrix_pictures(places: Places, inside: int) -> tuple[Picture, Picture | None]:
    """The scheme's rows; beside a learned table, sinusoids."""
    turns = places.scheme == "rotary"
    down = translate("positions", "distance, query − key") if places.scheme == "relative" else (
        translate("positions", "position"))
    across = translate("positions", "pair of dimensions") if turns else (
        translate("positions", "dimension"))
    titles = {
        "learned": translate("positions", "the model's table"),
        "relative": translate("positions", "wave of each distance"),
        "rotary": translate("positions", "angle, in radians"),
    }
    title = titles.get(places.scheme, translate("positions", "what is added to the token"))
    count, width = places.rows.shape
    rows, columns = Side(count, title=down, first=places.first), Side(width, title=across)
    shown = None if places.scheme == "relative" else inside
    most = math.pi if turns else places_range(places)
    own = _heat(places.rows, most, title, rows, columns, turns, shown)
    if places.beside is None:
        return own, None
    return own, _heat(
        places.beside, 1.0, translate("positions", "sinusoids, not used"), rows, columns,
        inside=shown)


def places_range(places: Places) -> float:
    """Where colours end: of a learned table, where a few values would leave the rest pale."""
    most = signed_range(places.rows)
    if places.scheme != "learned":
        return most
    finite = np.abs(places.rows[np.isfinite(places.rows)])
    usual = float(np.quantile(finite, 0.995)) if finite.size else 0.0
    return usual if 0 < usual < most / 2 else most


def likeness_pictures(
    likeness: Likeness, cosine: bool, inside: int
) -> tuple[Picture, Picture | None]:
    """Every position against every other."""
    title = translate("positions", "cosine of rows") if cosine else (
        translate("positions", "dot product of rows"))
    side = Side(len(likeness.values), title=translate("positions", "position"))
    most = 1.0 if cosine else signed_range(likeness.values)
    own = _heat(likeness.values, most, title, side, side, inside=inside)
    if likeness.beside is None:
        return own, None
    most = 1.0 if cosine else signed_range(likeness.beside)
    title = translate("positions", "of sinusoids, not used")
    return own, _heat(likeness.beside, most, title, side, side, inside=inside)


def curve_picture(places: Places, column: int) -> CurvesPicture:
    """The chosen dimension, the other of its pair, and a few to compare with."""
    across = translate("positions", "distance, query − key") if places.scheme == "relative" else (
        translate("positions", "position"))
    if not places.pairs:
        width = places.waves.shape[1]
        others = sorted({0, width // 4, width // 2, 3 * width // 4} - {column})
        curves = [Curve(say(column), places.waves[:, column], lit=True)]
        curves += [Curve(say(other), places.waves[:, other], COLOURS[index])
                   for index, other in enumerate(others)]
        title = translate("positions", "Single dimensions, by position")
        return CurvesPicture(places.first, tuple(curves), across, title)
    pair, _ = pair_of(places, column)
    count = len(places.pairs)
    others = sorted({0, count // 8, count // 4, count // 2} - {pair})
    if places.scheme == "rotary":
        chosen = [Curve(f"cos {pair}", places.waves[:, pair], lit=True)]
        rest = [(f"cos {other}", other) for other in others]
        title = translate("positions", "Cosine of the turn of single pairs, by position")
    else:
        sine, cosine = places.pairs[pair]
        chosen = [Curve(f"{sine} sin", places.waves[:, sine], lit=True),
                  Curve(f"{cosine} cos", places.waves[:, cosine], lit=True, dashed=True)]
        rest = [(f"{places.pairs[other][0]} sin", places.pairs[other][0]) for other in others]
        title = translate("positions", "Single dimensions, by position")
    curves = chosen + [Curve(name, places.waves[:, other], COLOURS[index])
                       for index, (name, other) in enumerate(rest)]
    return CurvesPicture(places.first, tuple(curves), across, title)


def wavelength_picture(places: Places, tokens: int) -> CurvesPicture | None:
    """How many positions a wave takes, by pair."""
    if not places.pairs:
        return None
    with np.errstate(divide="ignore"):
        waves = np.float32(2 * math.pi) / places.frequencies
    text = translate("positions", "this text: {n}").format(n=tokens)
    return CurvesPicture(
        0, (Curve("", waves, lit=True),), translate("positions", "pair of dimensions"),
        translate("positions", "Wavelength of each pair, in positions, logarithmic"),
        logarithmic=True, levels=((float(max(tokens, 1)), text),),
    )


def bias_picture(bias: DistanceBias, head: int | None) -> CurvesPicture:
    """Each head's bias along distance; the shown head is lit."""
    curves = [Curve("", row, lit=index == head) for index, row in enumerate(bias.bias)]
    changes = np.flatnonzero(np.diff(bias.bucket))
    return CurvesPicture(
        int(bias.distances[0]), tuple(curves), translate("positions", "distance, key − query"),
        translate("positions", "Bias of each head; dotted lines part buckets"),
        edges=tuple(float(bias.distances[at]) + 0.5 for at in changes),
    )


def heads_picture(bias: DistanceBias) -> Picture:
    """Heads by distances."""
    heads, distances = bias.bias.shape
    return _heat(
        bias.bias, signed_range(bias.bias), translate("positions", "bias"),
        Side(heads, title=translate("positions", "head")),
        Side(distances, title=translate("positions", "distance, key − query"),
             first=int(bias.distances[0])))


def term_picture(term: DistanceTerm, theme: Theme) -> CurvesPicture:
    """XLNet's position term of one head."""
    curves = (
        Curve(translate("positions", "this query"), term.term, lit=True),
        Curve(translate("positions", "mean of queries"), term.mean, COLOURS[2]),
        Curve(translate("positions", "the part no query changes"), term.constant, theme.text,
              dashed=True),
    )
    return CurvesPicture(
        int(term.distances[0]), curves, translate("positions", "distance, query − key"),
        translate("positions", "Position term of the scores: layer {layer}, head {head}").format(
            layer=term.head[0], head=term.head[1]),
        within=(term.reached[0], term.reached[1]))


def shift_picture(shift: Shift, distance: bool) -> CirclePicture:
    """Two places of one pair on the circle; its angle grows counter-clockwise."""
    name = "r" if distance else "PE"
    arrows = tuple(
        Arrow(f"{name}[{say(place)}]", vector[1], vector[0], colour)
        for place, vector, colour in (
            (shift.place, shift.before, COLOURS[4]), (shift.place + shift.by, shift.after,
                                                      COLOURS[5]))
    )
    return CirclePicture(arrows, ((0, 1, shift.frequency * shift.by),), "cos", "sin")


def turn_picture(turn: PairTurn) -> CirclePicture:
    """A query and a key before and after."""
    query, key = COLOURS[4], COLOURS[5]
    arrows = (
        Arrow("", *turn.query_before, query, faint=True), Arrow("q", *turn.query_after, query),
        Arrow("", *turn.key_before, key, faint=True), Arrow("k", *turn.key_after, key),
    )
    turns = ((0, 1, turn.cell[0] * turn.frequency), (2, 3, turn.cell[1] * turn.frequency))
    return CirclePicture(arrows, turns, say(turn.dimensions[0]), say(turn.dimensions[1]))


def turn_rows(turn: PairTurn, theme: Theme) -> tuple[BarRow, ...]:
    """What each pair gives to the score, with the turn and without."""
    def total(values: float) -> str:
        return translate("positions", "sum {n}").format(n=say(values, 4))

    return (
        BarRow(translate("positions", "to the score, by pair, unturned"), turn.flat,
               total(float(turn.flat.sum())), theme.grid),
        BarRow(translate("positions", "to the score, by pair, turned"), turn.turned,
               total(float(turn.turned.sum())), theme.accent),
    )


def sum_rows(found: InputSum, theme: Theme, token: str) -> tuple[BarRow, ...]:
    """The summands, their sum, and what the first norm makes of it."""
    colours = {"token": COLOURS[5], "position": COLOURS[4], "segment": COLOURS[1],
               "start": COLOURS[5]}
    note = translate("positions", "norm {norm} · cosine {cosine}")
    names, rows = part_names(), []
    for index, part in enumerate(found.parts):
        name = names[part.name]
        if part.name == "token":
            name += token
        elif part.name == "position":
            name += f" {found.place}"
        rows.append(BarRow(
            f"+ {name}" if index else name, part.values,
            note.format(norm=say(part.norm), cosine=say(part.cosine)), colours[part.name]))
    norm = translate("positions", "norm {norm}").format(norm=say(found.norm))
    rows.append(BarRow(
        translate("positions", "= input of layer 0") if found.normed is None else (
            translate("positions", "= sum")), found.total, norm, theme.accent))
    if found.normed is not None:
        rows.append(BarRow(
            translate("positions", "after the norm: input of layer 0"), found.normed,
            translate("positions", "norm {norm}").format(
                norm=say(float(np.sqrt((found.normed.astype(np.float64) ** 2).sum())))),
            COLOURS[0]))
    return tuple(rows)


def norms_picture(found: InputSum) -> CurvesPicture:
    """The norm of each summand along the text."""
    colours = (COLOURS[5], COLOURS[4], COLOURS[1])
    names = part_names()
    return CurvesPicture(
        0, tuple(Curve(names[part.name], found.norms[:, index], colours[index])
                 for index, part in enumerate(found.parts)),
        translate("positions", "position"), translate("positions", "Norm of each summand"))
