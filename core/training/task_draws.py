"""How each task draws an example, and which part of it tells the answer."""

from __future__ import annotations

import random
from string import ascii_lowercase as letters

from core.tokens import Span
from core.training.dates import words
from core.training.translation import Pair

SHORTEST, LONGEST = 3, 8
"""Letters in one text."""
LARGEST = 99
"""Summand."""
OPENING = {"(": ")", "[": "]", "{": "}", "<": ">"}
CLOSING = "".join(OPENING.values())
DEEPEST = 5
"""Brackets that are open at once."""
BRACKETS = 24
"""Characters in one text of brackets."""
PERIODS = (3, 7)
"""Letters that are repeated, from and to."""
CONTINUED = 6
"""Letters that a repetition goes on for."""

LOOP = 40
"""Letters in one text that says the same over and over."""
LOOPS = (4, 10)
"""Letters until it begins again, from and to."""

_Told = list[tuple[Span, ...]]


def _letters(chance: random.Random) -> str:
    return "".join(chance.choices(letters, k=chance.randint(SHORTEST, LONGEST)))


def copied(chance: random.Random) -> Pair:
    """("dacb", "dacb")."""
    text = _letters(chance)
    return text, text


def told_in_order(source: str, target: str) -> _Told:
    """The same place."""
    return [((at, at + 1),) for at in range(len(target))]


def reversed_(chance: random.Random) -> Pair:
    """("dacb", "bcad")."""
    text = _letters(chance)
    return text, text[::-1]


def told_backwards(source: str, target: str) -> _Told:
    """The same place from the end."""
    return told_in_order(source, target)[::-1]


def sorted_(chance: random.Random) -> Pair:
    """("dacb", "abcd")."""
    text = _letters(chance)
    return text, letters_of(text)


def letters_of(text: str) -> str:
    """In the order of the alphabet."""
    return "".join(sorted(text))


def told_by_letter(source: str, target: str) -> _Told:
    """Wherever that letter stands."""
    return [
        tuple((at, at + 1) for at, letter in enumerate(source) if letter == wanted)
        for wanted in target
    ]


def added(chance: random.Random) -> Pair:
    """("47+85", "132")."""
    one, other = chance.randint(0, LARGEST), chance.randint(0, LARGEST)
    return f"{one}+{other}", str(one + other)


def summands_of(source: str) -> str:
    """In one order: whoever has seen 47+85 knows 85+47."""
    return "+".join(sorted(source.split("+")))


def told_by_column(source: str, target: str) -> _Told:
    """The digits of the same column; the carry that is left over is told by the first."""
    one, other = source.split("+")
    ends = ((len(one), len(one)), (len(source), len(other)))
    most = max(len(one), len(other)) - 1
    return [
        tuple((end - place - 1, end - place) for end, size in ends if place < size)
        for place in (min(place, most) for place in reversed(range(len(target))))
    ]


def spelled(chance: random.Random) -> Pair:
    """("three hundred and forty-two", "342"), from 0 to 9,999; short ones as often as long."""
    number = chance.randrange(10 ** chance.randint(1, 4))
    return "".join(piece for piece, _ in spell(number)), str(number)


def spell(number: int) -> list[tuple[str, tuple[int, ...]]]:
    """The pieces of 0 to 9,999 in words, and the places that each tells: 0 for ones, 1 for tens."""
    pieces: list[tuple[str, tuple[int, ...]]] = []
    for place, name in ((3, "thousand"), (2, "hundred")):
        digit = number // 10**place % 10
        if digit:
            pieces += [(words(digit), (place,)), (f" {name}", ()), (" ", ())]
    rest = number % 100
    if not rest and pieces:
        return pieces[:-1]
    if pieces:
        pieces.append(("and ", ()))
    ten, dash, one = words(rest).partition("-")
    if dash:
        return [*pieces, (ten, (1,)), (dash, ()), (one, (0,))]
    return [*pieces, (ten, (0,) if rest < 10 else (0, 1))]


def told_by_word(source: str, target: str) -> _Told:
    """The word of that place; none for a nought that no word says."""
    found: dict[int, Span] = {}
    at = 0
    for piece, places in spell(int(target)):
        found |= {place: (at, at + len(piece)) for place in places}
        at += len(piece)
    return [(found[place],) if place in found else () for place in reversed(range(len(target)))]


def bracketed(chance: random.Random) -> str:
    """"([]{})<>", all closed at the end."""
    text, due = "", ""
    while len(text) + len(due) < BRACKETS:
        if due and (len(due) == DEEPEST or chance.random() < 0.5):
            text, due = text + due[-1], due[:-1]
        else:
            bracket = chance.choice(tuple(OPENING))
            text, due = text + bracket, due + OPENING[bracket]
    return text + due[::-1]


def told_by_opening(text: str, _: str) -> _Told:
    """Where a bracket closes: the one it closes."""
    told: _Told = []
    due: list[int] = []
    for at, bracket in enumerate(text):
        if bracket in CLOSING:
            opened = due.pop()
            told.append(((opened, opened + 1),))
        else:
            due.append(at)
            told.append(())
    return told


def repeated(chance: random.Random) -> Pair:
    """("dacbdac", "bdacbd"): different letters, said over and over, and how they go on."""
    period = chance.sample(letters, chance.randint(*PERIODS))
    said = chance.randint(len(period) + 1, 2 * len(period))
    text = "".join(period[at % len(period)] for at in range(said + CONTINUED))
    return text[:said], text[said:]


def period_of(source: str) -> str:
    """What is said over and over."""
    return source[: source.index(source[0], 1)]


def looped(chance: random.Random) -> str:
    """"dacbdacbda...": drawn letters, said over and over."""
    period = chance.choices(letters, k=chance.randint(*LOOPS))
    return "".join(period[at % len(period)] for at in range(LOOP))


def loop_of(text: str) -> str:
    """What is said over and over."""
    return next(text[:size] for size in range(1, len(text) + 1)
                if all(text[at] == text[at - size] for at in range(size, len(text))))


def told_by_loop(text: str, _: str) -> _Told:
    """Where a letter was said before; nothing tells where the text first begins again."""
    size = len(loop_of(text))
    return [
        tuple((before, before + 1) for before in range(at % size, at, size)) if at > size else ()
        for at in range(len(text))
    ]
