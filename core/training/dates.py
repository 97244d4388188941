"""Dates as people write them, and as ISO 8601 does: pairs for a translator, made by the seed."""

from __future__ import annotations

import datetime
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from core.tokens import Span
from core.training.translation import Pair, PairCorpus

FIRST, LAST = datetime.date(1800, 1, 1), datetime.date(2099, 12, 31)
TRAIN, HELD_OUT = 60_000, 1_000
"""Pairs of each kind."""

_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
)
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth",
    "nine": "ninth", "twelve": "twelfth", "twenty": "twentieth", "thirty": "thirtieth",
}
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_SPOKEN = (
    "the {D} of {M}, {Y}", "{M} the {D}, {Y}", "the {D} day of {M} in the year {Y}",
)
_MIXED = (
    "the {D} of {M} {Y}", "{M} {D}, {Y}", "the {D} of {M}, in the year {Y}", "{Y}, {M} the {D}",
)
_WRITTEN = ("{D} {M} {Y}", "{M} {D}, {Y}", "{D}-{M}-{Y}", "{Y} {M} {D}")
_FIGURES = (
    ("{D}.{M}.{Y}", False), ("{D}.{M}.{Y}", True), ("{Y}/{M}/{D}", False), ("{Y}.{M}.{D}", True),
)
_PLACES = ("{Y}", "{M}", "{D}")

_Parts = tuple[str, str, str]
"""Year, month and day, as they are written."""
_Filled = tuple[str, _Parts]
"""A template, and what goes into its places."""


def words(number: int) -> str:
    """0 to 99 in words."""
    if number < 20:
        return _ONES[number]
    ten, one = divmod(number, 10)
    return _TENS[ten] + (f"-{_ONES[one]}" if one else "")


def ordinal(number: int) -> str:
    """1 to 99 in words: twenty-fourth."""
    before, dash, last = words(number).rpartition("-")
    return before + dash + _ORDINALS.get(last, last + "th")


def short_ordinal(number: int) -> str:
    """1 to 99: 24th."""
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if 10 < number < 20 else ending}"


def year_in_words(year: int) -> tuple[str, ...]:
    """The ways to say a year from 1800 to 2099."""
    century, rest = divmod(year, 100)
    hundreds = "two thousand" if century == 20 else f"{words(century)} hundred"
    if not rest:
        return (hundreds,)
    shorter = (f"{hundreds} {words(rest)}",) if century == 20 else ()
    pair = words(rest) if rest > 9 else f"oh {words(rest)}"
    return (f"{hundreds} and {words(rest)}", *shorter, f"{words(century)} {pair}")


def _spoken(date: datetime.date, chance: random.Random) -> _Filled:
    year = chance.choice(year_in_words(date.year))
    return chance.choice(_SPOKEN), (year, _MONTHS[date.month - 1], ordinal(date.day))


def _mixed(date: datetime.date, chance: random.Random) -> _Filled:
    day = chance.choice((ordinal, short_ordinal))(date.day)
    return chance.choice(_MIXED), (str(date.year), _MONTHS[date.month - 1], day)


def _written(date: datetime.date, chance: random.Random) -> _Filled:
    month = _MONTHS[date.month - 1]
    month = chance.choice((month, month, month[:3], month[:3] + "."))
    return chance.choice(_WRITTEN), (str(date.year), month, str(date.day))


def _figures(date: datetime.date, chance: random.Random) -> _Filled:
    template, two = chance.choice(_FIGURES)
    month, day = (f"{part:02}" if two else str(part) for part in (date.month, date.day))
    return template, (str(date.year), month, day)


_WAYS: tuple[Callable[[datetime.date, random.Random], _Filled], ...] = (
    _spoken, _spoken, _mixed, _mixed, _written, _written, _figures,
)


@dataclass(frozen=True)
class Writing:
    """A date as people write it."""

    text: str
    parts: tuple[Span, Span, Span]
    """The code points that tell the year, the month and the day."""


def write(date: datetime.date, chance: random.Random) -> Writing:
    """One of the many ways in which people write ``date``.

    Where both are figures, the day comes before the month, or the year before both.
    """
    way = chance.choice(_WAYS)
    template, parts = way(date, chance)
    if way is not _figures and chance.random() < 0.25:
        template = f"{_DAYS[date.weekday()]}, {template}"
    text, spans = _fill(template, parts)
    return Writing(text.lower() if chance.random() < 0.25 else text, spans)


def _fill(template: str, parts: _Parts) -> tuple[str, tuple[Span, Span, Span]]:
    """``template`` with Y, M and D for the parts, in any order."""
    text, spans = "", {}
    for piece in re.split(r"(\{[YMD]\})", template):
        if piece in _PLACES:
            part = parts[_PLACES.index(piece)]
            spans[piece] = (len(text), len(text) + len(part))
            text += part
        else:
            text += piece
    year, month, day = (spans[place] for place in _PLACES)
    return text, (year, month, day)


def is_held_out(date: datetime.date) -> bool:
    """One day in ten is never trained on, in whatever way it is written."""
    return date.toordinal() * 7919 % 10 == 3


def writings(seed: int) -> Iterator[tuple[Writing, datetime.date]]:
    """Random days, each written in some way, without end."""
    chance = random.Random(seed)
    days = (LAST - FIRST).days + 1
    while True:
        date = FIRST + datetime.timedelta(days=chance.randrange(days))
        yield write(date, chance), date


def make_dates(seed: int, train: int = TRAIN, held_out: int = HELD_OUT) -> PairCorpus:
    """Pairs such as ("the fifth of May, 1999", "1999-05-05"); the same seed makes the same ones."""
    known: list[Pair] = []
    unknown: list[Pair] = []
    for writing, date in writings(seed):
        pair = (writing.text, date.isoformat())
        (unknown if is_held_out(date) else known).append(pair)
        if len(known) >= train and len(unknown) >= held_out:
            break
    return PairCorpus(tuple(known[:train]), tuple(unknown[:held_out]))
