"""Small tasks that teach one thing each; their data are made by the seed, and say what to look at.

Whether something is held out depends on itself alone: no seed trains on what another measures on.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

from core.errors import translate
from core.tokens import Span
from core.training import task_draws as draws
from core.training.dates import make_dates
from core.training.text import Corpus
from core.training.translation import Pair, PairCorpus

TRAIN, HELD_OUT = 30_000, 400
"""Pairs or texts of each kind; the held-out ones are all different."""

T = TypeVar("T")
TaskName = Literal[
    "copy", "reverse", "sort", "addition", "numbers", "dates", "brackets", "repeats", "induction"
]

Tells = Callable[[str, str], list[tuple[Span, ...]]]
"""Of a source and its target: for each character of the target, the characters of the source that
tell it; none where nobody knows. Of one text, both are that text, and each is told by those before.
"""


@dataclass(frozen=True)
class Task:
    """Something small to learn."""

    title: str
    """A few words, to be translated."""
    look: str
    """Where its answer shows in the window: a sentence, to be translated."""
    example: str
    """What to type to see it."""
    make: Callable[[int], Corpus | PairCorpus]
    """Its data, by the seed."""
    told: Tells | None = None
    """Which characters tell the answer; None where only the data know."""
    objective: Literal["translation", "causal"] = "translation"
    """What trains it."""
    among: str = ""
    """Characters that the told ones of a text are chosen from; any if empty."""


def is_held_out(key: str) -> bool:
    """One in ten is never trained on."""
    return zlib.crc32(key.encode()) % 10 == 3


def _pairs(
    draw: Callable[[random.Random], Pair], key: Callable[[str], str] = str
) -> Callable[[int], PairCorpus]:
    """Pairs as ``draw`` makes them; sources of one ``key`` stay on one side."""
    def make(seed: int) -> PairCorpus:
        return PairCorpus(*_divide(draw, lambda pair: key(pair[0]), seed))

    return make


def _texts(
    draw: Callable[[random.Random], str], key: Callable[[str], str] = str
) -> Callable[[int], Corpus]:
    def make(seed: int) -> Corpus:
        return Corpus(*_divide(draw, key, seed), alike=True)

    return make


def _divide(
    draw: Callable[[random.Random], T], key: Callable[[T], str], seed: int
) -> tuple[tuple[T, ...], tuple[T, ...]]:
    chance = random.Random(seed)
    train: list[T] = []
    held_out: dict[str, T] = {}
    while len(train) < TRAIN or len(held_out) < HELD_OUT:
        made = draw(chance)
        if not is_held_out(key(made)):
            train.append(made)
        elif len(held_out) < HELD_OUT:
            held_out[key(made)] = made
    return tuple(train[:TRAIN]), tuple(held_out.values())


TASKS: Mapping[str, Task] = {
    "copy": Task(
        translate("core", "Copy letters"),
        translate("core", "In cross-attention, the diagonal: each letter is read where it will be "
                  "written."),
        "stream", _pairs(draws.copied), draws.told_in_order,
    ),
    "reverse": Task(
        translate("core", "Reverse letters"),
        translate("core", "In cross-attention, the anti-diagonal: the last letter is read first."),
        "stream", _pairs(draws.reversed_), draws.told_backwards,
    ),
    "sort": Task(
        translate("core", "Sort letters"),
        translate("core", "In cross-attention, each query finds the next letter of the alphabet, "
                  "wherever it stands."),
        "stream", _pairs(draws.sorted_, draws.letters_of), draws.told_by_letter,
    ),
    "addition": Task(
        translate("core", "Add two numbers"),
        translate("core", "In cross-attention, each digit of the sum looks at the two digits of "
                  "its column, and at the column to the right, whose carry it needs."),
        "47+85", _pairs(draws.added, draws.summands_of), draws.told_by_column,
    ),
    "numbers": Task(
        translate("core", "Numbers to digits"),
        translate("core", "In cross-attention, each digit looks at the word that tells it."),
        "two thousand three hundred and forty-two", _pairs(draws.spelled), draws.told_by_word,
    ),
    "dates": Task(
        translate("core", "Dates to digits"),
        translate("core", "In cross-attention, the digits of year, month and day look at the words "
                  "that tell them, in whatever order they stand."),
        "the fifth of May, 1999", make_dates,
    ),
    "brackets": Task(
        translate("core", "Close brackets"),
        translate("core", "In self-attention, the head that looks back at the last bracket that is "
                  "still open: it tells which one to close."),
        "([{}<>", _texts(draws.bracketed), draws.told_by_opening, "causal", draws.CLOSING,
    ),
    "induction": Task(
        translate("core", "Say it again"),
        translate("core", "In self-attention, two layers at work: a head that looks at the letter "
                  "before, and a later one that looks at what followed this letter each time "
                  "before; its induction score rises as the loss falls."),
        "dacbdacbdacb", _texts(draws.looped, draws.loop_of), draws.told_by_loop, "causal",
    ),
    "repeats": Task(
        translate("core", "Go on repeating"),
        translate("core", "In cross-attention, what induction is: the query that has just said a "
                  "letter looks at what followed it in the source, each time it was said."),
        "streamstr", _pairs(draws.repeated, draws.period_of), draws.told_by_letter,
    ),
}
