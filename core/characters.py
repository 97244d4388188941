"""Characters as a person sees them: spelled out, kept whole, counted to their tokens."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import regex

Span = tuple[int, int]

_SHAPELESS = regex.compile(r"[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\uFFFD]")
_JOINED = regex.compile(r"[\p{Grapheme_Cluster_Break=Extend}\p{Grapheme_Cluster_Break=ZWJ}]")
_MARK = regex.compile(r"\p{M}")
_NAMED = {" ": "·", "\n": "⏎", "\t": "⇥", "\x7f": "␡"}
_LONGEST = 32  # code points of a label; a letter may carry accents without end


@lru_cache(maxsize=8192)  # the same few thousand pieces at every key
def visible(text: str) -> str:
    """Spell out what has no shape of its own: spaces, controls, lone joiners and surrogates."""
    return "".join(_shape(character) for character in regex.findall(r"\X", text))


def _shape(character: str) -> str:
    """``character`` is what a person sees as one: a joiner stays where it joins two emoji."""
    first = character[0]
    if _SHAPELESS.match(first):
        return "".join(map(_spell, character))
    rest = (point if _JOINED.match(point) else _spell(point) for point in character[1:])
    return "".join(("◌" if _MARK.match(first) else "", first, *rest))


def _spell(point: str) -> str:
    if point in _NAMED:
        return _NAMED[point]
    if point < " ":
        return chr(0x2400 + ord(point))
    return f"U+{ord(point):04X}" if _SHAPELESS.match(point) else point


def whole_characters(text: str, spans: Sequence[Span], wanted: int | None = None) -> list[Span]:
    """Widen each span to the characters a person sees, and join spans that share one.

    A byte-level token may hold a third of a Chinese character, or one code point of a flag.

    Args:
        text: the text that the spans count in.
        spans: one a token, in order; empty where a token has no text of its own.
        wanted: the first tokens, as many as these and those that share a character with them.

    Returns:
        One a token, in order; tokens that share a character have the same one.
    """
    first, past = list(range(len(text) + 1)), list(range(len(text) + 1))
    for match in regex.finditer(r"\X", text):
        start, stop = match.span()
        for inside in range(start + 1, stop):
            first[inside], past[inside] = start, stop
    runs: list[tuple[int, int, int]] = []  # a group, and how many tokens it has
    for index, (begin, end) in enumerate(spans):
        reached = runs[-1][1] if runs else 0
        low, high = (first[begin], past[end]) if begin < end else (reached, reached)
        if wanted is not None and index >= wanted and low >= reached:
            break
        tokens = 1
        while runs and low < runs[-1][1]:
            low_before, high_before, more = runs.pop()
            low, high, tokens = min(low, low_before), max(high, high_before), tokens + more
        runs.append((low, high, tokens))
    return [(low, high) for low, high, tokens in runs for _ in range(tokens)]


def label_tokens(text: str, groups: Sequence[Span], pieces: Sequence[str]) -> list[str]:
    """Name each token by the characters of its group; "好 2/3" where a group has several tokens.

    Args:
        text: the text that the groups count in.
        groups: one a token.
        pieces: the tokens' own names, for those that stand for no text.
    """
    labels: list[str] = []
    index = 0
    while index < len(groups):
        group = groups[index]
        size = 1
        while group[0] < group[1] and groups[index + size : index + size + 1] == [group]:
            size += 1
        name = visible(_short(text[slice(*group)] or pieces[index]))
        labels += [name] if size == 1 else [f"{name} {part}/{size}" for part in range(1, size + 1)]
        index += size
    return labels


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
