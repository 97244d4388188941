"""Dates as people write them, and as ISO 8601 does: pairs for a translator, made by the seed."""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable

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
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


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


def _spoken(date: datetime.date, chance: random.Random) -> str:
    month, year = _MONTHS[date.month - 1], chance.choice(year_in_words(date.year))
    return chance.choice((
        f"the {ordinal(date.day)} of {month}, {year}", f"{month} the {ordinal(date.day)}, {year}",
        f"the {ordinal(date.day)} day of {month} in the year {year}",
    ))


def _mixed(date: datetime.date, chance: random.Random) -> str:
    month, day = _MONTHS[date.month - 1], chance.choice((ordinal, short_ordinal))(date.day)
    return chance.choice((
        f"the {day} of {month} {date.year}", f"{month} {day}, {date.year}",
        f"the {day} of {month}, in the year {date.year}", f"{date.year}, {month} the {day}",
    ))


def _written(date: datetime.date, chance: random.Random) -> str:
    month = _MONTHS[date.month - 1]
    month = chance.choice((month, month, month[:3], month[:3] + "."))
    return chance.choice((
        f"{date.day} {month} {date.year}", f"{month} {date.day}, {date.year}",
        f"{date.day}-{month}-{date.year}", f"{date.year} {month} {date.day}",
    ))


def _figures(date: datetime.date, chance: random.Random) -> str:
    return chance.choice((
        f"{date.day}.{date.month}.{date.year}", f"{date.day:02}.{date.month:02}.{date.year}",
        f"{date.year}/{date.month}/{date.day}", f"{date.year}.{date.month:02}.{date.day:02}",
    ))


_WAYS: tuple[Callable[[datetime.date, random.Random], str], ...] = (
    _spoken, _spoken, _mixed, _mixed, _written, _written, _figures,
)


def write(date: datetime.date, chance: random.Random) -> str:
    """One of the many ways in which people write ``date``.

    Where both are figures, the day comes before the month, or the year before both.
    """
    way = chance.choice(_WAYS)
    text = way(date, chance)
    if way is not _figures and chance.random() < 0.25:
        text = f"{_DAYS[date.weekday()]}, {text}"
    if chance.random() < 0.25:
        text = text.lower()
    return text


def is_held_out(date: datetime.date) -> bool:
    """One day in ten is never trained on, in whatever way it is written."""
    return date.toordinal() * 7919 % 10 == 3


def make_dates(seed: int, train: int = TRAIN, held_out: int = HELD_OUT) -> PairCorpus:
    """Pairs such as ("the fifth of May, 1999", "1999-05-05"); the same seed makes the same ones."""
    chance = random.Random(seed)
    days = (LAST - FIRST).days + 1
    known: list[Pair] = []
    unknown: list[Pair] = []
    while len(known) < train or len(unknown) < held_out:
        date = FIRST + datetime.timedelta(days=chance.randrange(days))
        pair = (write(date, chance), date.isoformat())
        (unknown if is_held_out(date) else known).append(pair)
    return PairCorpus(tuple(known[:train]), tuple(unknown[:held_out]))
