"""What the page of positions says."""

from __future__ import annotations

import math

from PySide6.QtCore import QCoreApplication

from app.language import in_turn
from app.paint.words import isolated, typeset
from app.panels.chooser import Choice
from app.panels.positions_ticks import say
from core.asks.positions import (
    DistanceBias,
    DistanceTerm,
    InputSum,
    Likeness,
    PairTurn,
    Places,
    Shift,
)
from core.frame import Frame

VIEWS: dict[str, tuple[str, ...]] = {
    "learned": ("matrix", "curves", "likeness", "sum"),
    "sinusoidal": ("matrix", "curves", "likeness", "shift", "sum"),
    "halves": ("matrix", "curves", "likeness", "shift", "sum"),
    "bucketed": ("bias", "heads", "sum"),
    "relative": ("matrix", "curves", "shift", "term", "sum"),
    "rotary": ("matrix", "curves", "turn", "sum"),
    "none": ("sum",),
}
"""By scheme, the ways to see it."""


def translate(context: str, text: str) -> str:
    """Qt's translation, by the name that its tools look for."""
    return QCoreApplication.translate(context, text)


def scheme_title(scheme: str) -> str:
    """What the scheme is, in a line."""
    return {
        "learned": translate("positions", "Learned, a row each"),
        "sinusoidal": translate("positions", "Sine and cosine in turn"),
        "halves": translate("positions", "Sines, then cosines"),
        "bucketed": translate("positions", "Bias by distance"),
        "relative": translate("positions", "Relative, in the scores"),
        "rotary": translate("positions", "Rotary: q and k turn"),
        "none": translate("positions", "No positions"),
    }[scheme]


def view_choices(scheme: str) -> list[Choice]:
    """The views of a scheme, each with its word and its definition."""
    tips = {
        "matrix": (translate("positions", "Matrix"), translate(
            "positions", "What the scheme says of each position, dimension by dimension")),
        "curves": (translate("positions", "Curves"), translate(
            "positions", "Single dimensions along positions, and the wavelength of each pair")),
        "likeness": (translate("positions", "Similarity"), translate(
            "positions", "Dot product or cosine of the rows of every two positions")),
        "shift": (translate("positions", "Shift"), translate(
            "positions", "A shift by k positions is one rotation of each pair, wherever it starts "
            "(Vaswani et al. 2017, section 3.5)")),
        "sum": (translate("positions", "Sum"), translate(
            "positions", "token + position + segment = what enters the first layer")),
        "bias": (translate("positions", "By distance"), translate(
            "positions", "The bias of each head along distance, and its buckets (Raffel et al. "
            "2020, section 2.1)")),
        "heads": (translate("positions", "By head"), translate(
            "positions", "The bias of every head at every distance")),
        "term": (translate("positions", "Term"), translate(
            "positions", "What position alone adds to a head's scores, by distance (Dai et al. "
            "2019, section 3.3)")),
        "turn": (translate("positions", "Turn"), translate(
            "positions", "How one pair of dimensions of a query and a key turns (Su et al. 2021)")),
    }
    choices = [(view, *tips[view]) for view in VIEWS[scheme]]
    if scheme == "rotary":
        choices[0] = ("matrix", translate("positions", "Angles"), translate(
            "positions", "How far each pair of dimensions turns at each position"))
    return choices


def measure_choices() -> list[Choice]:
    """How likeness is measured."""
    return [
        ("cosine", translate("positions", "Cosine"), translate(
            "positions", "Dot product of the rows, each scaled to length 1")),
        ("dot", translate("positions", "Dot product"), translate(
            "positions", "Sum of the products of two rows, dimension by dimension")),
    ]


def badge_words(
    frame: Frame, places: Places | None, cut: tuple[float, float] | None, reduced: bool,
    logarithmic: bool, numbers: bool,
) -> str:
    """What was done to the picture.

    Args:
        frame: of the picture.
        places: what is drawn; None where no scheme may be tried.
        cut: where colours end, and how far values go; None where they end together.
        reduced: whether a pixel covers more than one value.
        logarithmic: whether there is a logarithmic axis.
        numbers: whether all that is drawn are numbers.
    """
    parts = []
    if places is not None and places.altered:
        parts.append(translate("positions", "not this model's: width {width}, base {base}").format(
            width=f"{places.width:,}", base=f"{places.base:,.6g}"))
    if places is not None and places.scheme != "relative":
        if places.length > places.context:
            parts.append(translate("positions", "beyond this model's {n} positions").format(
                n=f"{places.context:,}"))
        elif places.length < len(frame.queries):
            parts.append(translate("positions", "the first {n} positions").format(
                n=f"{places.length:,}"))
    if cut is not None:
        parts.append(translate("positions", "colours end at ±{cut}, values at ±{most}").format(
            cut=say(cut[0]), most=say(cut[1])))
    if reduced:
        parts.append(translate("positions", "pixels: the largest of several"))
    if logarithmic:
        parts.append(translate("positions", "wavelengths: logarithmic"))
    if not numbers:
        parts.append(translate("positions", "some values are no numbers"))
    if frame.sight.kind == "cross" and len(frame.card.layers) == 2:
        parts.append(translate("positions", "cross-attention gets none"))
    return " · ".join(parts)


def token_at(frame: Frame, place: int) -> str:
    """Its name in quotes, or nothing beyond the text."""
    if not 0 <= place < len(frame.queries):
        return ""
    return f" “{isolated(frame.queries.labels[place])}”"


def wavelength(frequency: float) -> str:
    """In positions."""
    return say(2 * math.pi / frequency) if frequency > 0 else "∞"


def say_place(frame: Frame, places: Places, row: int, column: int) -> str:
    """One value of the matrix."""
    place, value = places.first + row, float(places.rows[row, column])
    if places.scheme == "rotary":
        return translate(
            "positions", "Position {place}{token} turns pair {pair} (dimensions {a} and {b}) by "
            "{place} × {frequency} rad: {angle} rad within one turn, cosine {cosine}; a whole turn "
            "takes {wave} positions"
        ).format(place=place, token=token_at(frame, place), pair=column,
                 a=places.pairs[column][0], b=places.pairs[column][1],
                 frequency=say(float(places.frequencies[column]), 4), angle=four(value),
                 cosine=four(math.cos(value)), wave=wavelength(float(places.frequencies[column])))
    if places.beside is not None:  # of a learned table
        return translate(
            "positions", "Position {place}{token}, dimension {dimension}: {value}; of sinusoids "
            "{other}"
        ).format(place=place, token=token_at(frame, place), dimension=column, value=four(value),
                 other=four(float(places.beside[row, column])))
    pair, name = pair_of(places, column)
    template = translate(
        "positions", "Distance {place}, dimension {dimension} ({name} of pair {pair}, one wave in "
        "{wave} positions): {value}"
    ) if places.scheme == "relative" else translate(
        "positions", "Position {place}{token}, dimension {dimension} ({name} of pair {pair}, one "
        "wave in {wave} positions): {value}")
    return template.format(
        place=say(place), token=token_at(frame, place), dimension=column, name=name, pair=pair,
        wave=wavelength(float(places.frequencies[pair])), value=four(value))


def pair_of(places: Places, column: int) -> tuple[int, str]:
    """The pair of a dimension, and which of its waves it is."""
    if places.scheme == "rotary":
        return column, "cos"
    pair = column // 2 if places.scheme == "sinusoidal" else column % max(len(places.pairs), 1)
    return pair, "sin" if column == places.pairs[pair][0] else "cos"


def four(value: float) -> str:
    """Four digits after the point, and the minus of typography."""
    return typeset(f"{value:.4f}")


def two(pair: tuple[float, float]) -> str:
    """A vector of two."""
    return f"({four(pair[0])}, {four(pair[1])})"


def say_likeness(likeness: Likeness, cell: tuple[int, int] | None) -> str:
    """Of two positions, and of the whole."""
    words = []
    if cell is not None and max(cell) < len(likeness.values):
        template = translate("positions", "Positions {i} and {j}, {apart} apart: {value}")
        words.append(template.format(
            i=cell[0], j=cell[1], apart=abs(cell[0] - cell[1]),
            value=four(float(likeness.values[cell]))))
        if likeness.beside is not None:
            words.append(translate("positions", "of sinusoids {value}").format(
                value=four(float(likeness.beside[cell]))))
    if likeness.agreement is not None:
        words.append(translate(
            "positions", "correlation of the two pictures off their diagonals {r}"
        ).format(r=typeset(f"{likeness.agreement:.2f}")))
    return in_turn(words)


def shift_lines(shift: Shift, distance: bool) -> list[str]:
    """The rotation, number by number."""
    (a, b), (c, d) = shift.matrix
    name = "r" if distance else "PE"
    here, there = f"{name}[{say(shift.place)}]", f"{name}[{say(shift.place + shift.by)}]"
    error = max(abs(one - other) for one, other in zip(shift.turned, shift.after, strict=True))
    return [
        translate("positions", "Pair {pair}: dimensions {a} (sin) and {b} (cos)").format(
            pair=shift.pair, a=shift.dimensions[0], b=shift.dimensions[1]),
        translate("positions", "ω = {frequency} rad a position, one wave in {wave}").format(
            frequency=say(shift.frequency, 5), wave=wavelength(shift.frequency)),
        f"ωk = {say(shift.frequency * shift.by, 5)} rad, k = {say(shift.by)}",
        "",
        f"{here} = {two(shift.before)}",
        "R(k) = ( cos ωk   sin ωk ; −sin ωk   cos ωk )",
        f"     = ( {four(a)}  {four(b)} ; {four(c)}  {four(d)} )",
        f"R(k) {here} = {two(shift.turned)}",
        f"{there} = {two(shift.after)}",
        translate("positions", "largest difference {error}").format(error=typeset(f"{error:.1e}")),
    ]


def turn_lines(frame: Frame, turn: PairTurn) -> list[str]:
    """The turn of a query and a key, number by number."""
    query, key = turn.cell
    w = turn.frequency
    flat, turned = float(turn.flat[turn.pair]), float(turn.turned[turn.pair])
    lines = [
        translate("positions", "Pair {pair}: dimensions {a} and {b}").format(
            pair=turn.pair, a=turn.dimensions[0], b=turn.dimensions[1]),
        translate("positions", "θ = {frequency} rad a position, one turn in {wave}").format(
            frequency=say(w, 5), wave=wavelength(w)),
        f"q{token_at(frame, query)}: {query} θ = {say(query * w, 5)} rad",
        f"   {two(turn.query_before)} → {two(turn.query_after)}",
        f"k{token_at(frame, key)}: {key} θ = {say(key * w, 5)} rad",
        f"   {two(turn.key_before)} → {two(turn.key_after)}",
        translate("positions", "q against k: ({i} − {j}) θ = {angle} rad").format(
            i=query, j=key, angle=say((query - key) * w, 5)),
        translate("positions", "To the score this pair gives {turned}, unturned {flat}").format(
            turned=four(turned), flat=four(flat)),
    ]
    if turn.masked:
        lines.append(translate("positions", "This cell is masked: its score is not used."))
    return lines


def say_span(span: tuple[int, int | None]) -> str:
    """The distances of a bucket."""
    nearest, farthest = span
    if farthest is None:
        return translate("positions", "{n} and beyond").format(n=say(nearest))
    if farthest == nearest:
        return say(nearest)
    return translate("positions", "{n} to {m}").format(n=say(nearest), m=say(farthest))


def say_bias(bias: DistanceBias, head: int | None, distance: int | None) -> str:
    """One distance: its bucket, and what a head gets for it."""
    used = sum(span is not None for span in bias.spans)
    whole = translate("positions", "{used} of {all} buckets are in use; layers share them").format(
        used=used, all=len(bias.spans))
    first = int(bias.distances[0])
    if distance is None or not first <= distance <= int(bias.distances[-1]):
        return whole
    index = distance - first
    bucket = int(bias.bucket[index])
    span = bias.spans[bucket]
    words = translate("positions", "Key − query = {distance}: bucket {bucket} ({span})").format(
        distance=say(distance), bucket=bucket, span=say_span(span) if span else "")
    own = translate("positions", "bias of head {head} {value}").format(
        head=head, value=four(float(bias.bias[head, index]))
    ) if head is not None and head < len(bias.bias) else ""
    return in_turn((words, own, whole))


def say_term(frame: Frame, term: DistanceTerm, distance: int | None) -> str:
    """One distance of XLNet's term."""
    first, last = int(term.distances[0]), int(term.distances[-1])
    if distance is None or not first <= distance <= last:
        return ""
    index = distance - first
    words = translate(
        "positions", "Query {query}{token} − key = {distance}: {value}, of which no query changes "
        "{constant}; mean of all queries {mean}"
    ).format(query=term.query, token=token_at(frame, term.query), distance=say(distance),
             value=four(float(term.term[index])), constant=four(float(term.constant[index])),
             mean=four(float(term.mean[index])))
    if not term.reached[0] <= distance <= term.reached[1]:
        words += " · " + translate("positions", "no key is that far from this query")
    return words


def part_names() -> dict[str, str]:
    """The summands of the input."""
    return {
        "token": translate("positions", "token"), "position": translate("positions", "position"),
        "segment": translate("positions", "segment"),
        "start": translate("positions", "learned start, the same everywhere"),
    }


def say_sum(found: InputSum, dimension: int | None, scheme: str) -> str:
    """One dimension, added up."""
    if dimension is None or dimension >= len(found.total):
        words = [translate("positions", "All rows are on one scale.")]
        if found.scaled != 1.0:
            words.append(translate(
                "positions", "Token embeddings are multiplied by √width = {n}.").format(
                    n=say(found.scaled, 4)))
        if not any(part.name == "position" for part in found.parts):
            words.append(
                translate("positions", "This model is told no positions.") if scheme == "none"
                else translate("positions", "This model adds no position to the token; it reaches "
                               "the scores."))
        return " ".join(words)
    names = part_names()
    added = " + ".join(
        f"{names[part.name]} {four(float(part.values[dimension]))}" for part in found.parts)
    sum_ = translate("positions", "Dimension {n}: {added} = {total}").format(
        n=dimension, added=added, total=four(float(found.total[dimension])))
    normed = translate("positions", "after the norm {value}").format(
        value=four(float(found.normed[dimension]))) if found.normed is not None else ""
    return in_turn((sum_, normed))
