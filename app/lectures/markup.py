"""Words in Markdown, cut where formulas stand, and what is wrong with their markup."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import unquote

from app.lectures.source import inside, is_plain_file
from core.errors import Refusal, translate

_MOST_PICTURE = 16 * 2**20  # bytes
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_TICKS = re.compile(r"`+")
_BLANK = re.compile(r"\n[ \t]*\n")
_PLAIN = re.compile(r"[^`\\$\n]*\n|[^`\\$\n]+")
"""At most to the end of a line: a fence may begin in the next."""
_PICTURE = re.compile(r"!\[[^\]\n]*\]\(\s*<?([^)\s>]*)")


@dataclass(frozen=True)
class Piece:
    """A stretch of words, of code, or a formula without its dollar signs."""

    kind: Literal["words", "code", "inline", "block"]
    text: str
    line: int
    """In which it begins, counted from 0."""


Wrong = tuple[int, Refusal]
"""A line, counted from 0, and what is wrong there."""


def pieces(text: str) -> list[Piece]:
    """``text`` in order; a dollar sign that opens nothing becomes ``\\$``."""
    return _cut(text)[0]


def wrong_markup(text: str, folder: Path) -> list[Wrong]:
    """Formulas that are not closed, pictures that are not in ``folder``."""
    found, wrong = _cut(text)
    for piece in found:
        if piece.kind == "words":
            for match in _PICTURE.finditer(piece.text):
                if picture_path(match[1], folder) is None:
                    line = piece.line + piece.text.count("\n", 0, match.start())
                    wrong.append((line, Refusal(
                        translate("core", "There is no picture {name} in the lecture's folder."),
                        name=match[1][:60] or "''")))
    return sorted(wrong, key=lambda one: one[0])


def picture_path(name: str, folder: Path) -> Path | None:
    """The file of a picture within ``folder``; None where that is not what is named."""
    path = folder / unquote(name)
    there = ":" not in name and inside(path, folder) and is_plain_file(path, _MOST_PICTURE)
    return path if name and there else None


def _cut(text: str) -> tuple[list[Piece], list[Wrong]]:
    made: list[Piece] = []
    wrong: list[Wrong] = []
    words: list[str] = []  # since the last piece
    at = start = 0
    line, paragraphs = _line_of(text), _Paragraphs(text)

    def put(kind: Literal["code", "inline", "block"], content: str, end: int) -> None:
        nonlocal at, start
        if words:
            made.append(Piece("words", "".join(words), line(start)))
            words.clear()
        made.append(Piece(kind, content, line(at)))
        at = start = end

    while at < len(text):
        fence = _FENCE.match(text, at) if at == 0 or text[at - 1] == "\n" else None
        sign = text[at]
        if fence is not None:
            end = _end_of_fence(text, at, fence[1])
            put("code", text[at:end], end)
        elif sign == "`":
            end = paragraphs.end_of_code(at)
            if end < 0:
                ticks = _TICKS.match(text, at)
                assert ticks is not None
                words.append(ticks[0])
                at = ticks.end()
            else:
                put("code", text[at:end], end)
        elif sign == "\\":
            words.append(text[at:at + 2])
            at += 2
        elif sign == "$":
            mark = "$$" if text.startswith("$$", at) else "$"
            end = paragraphs.end_of_formula(at + len(mark), mark)
            content = text[at + len(mark):end].strip() if end >= 0 else ""
            if content:
                put("block" if mark == "$$" else "inline", content, end + len(mark))
            else:
                wrong.append((line(at), _not_closed(mark) if end < 0 else _empty()))
                words.append(r"\$" * len(mark))
                at += len(mark)
        else:
            plain = _PLAIN.match(text, at)
            assert plain is not None
            words.append(plain[0])
            at = plain.end()
    if words:
        made.append(Piece("words", "".join(words), line(start)))
    return made, wrong


def _not_closed(mark: str) -> Refusal:
    return Refusal(translate(
        "core", "The formula that {mark} opens is not closed in its paragraph; a dollar sign alone "
        "is written \\$."), mark=mark)


def _empty() -> Refusal:
    return Refusal(translate("core", "There is nothing between these dollar signs."))


def _end_of_fence(text: str, at: int, mark: str) -> int:
    closing = re.compile(rf"^ {{0,3}}{mark[0]}{{{len(mark)},}}[ \t]*$", re.MULTILINE)
    below = text.find("\n", at)
    found = closing.search(text, below + 1) if below >= 0 else None
    return found.end() if found else len(text)


def _line_of(text: str) -> Callable[[int], int]:
    """Tells in which line of ``text`` a place is."""
    ends = [match.start() for match in re.finditer("\n", text)]
    return lambda place: bisect_left(ends, place)


class _Paragraphs:
    """Finds what ends in its paragraph; a long one is not searched again for each sign in it."""

    def __init__(self, text: str) -> None:
        self._text, self._last = text, -1
        self._unclosed: set[str] = set()
        """Backticks that nothing closes from here to the end of the paragraph."""

    def _end(self, at: int) -> int:
        """Of the paragraph of ``at``, which never goes back."""
        if at > self._last:
            blank = _BLANK.search(self._text, at)
            self._last = blank.start() if blank else len(self._text)
            self._unclosed.clear()
        return self._last

    def end_of_code(self, at: int) -> int:
        """Of the code that the backticks at ``at`` open; -1 where nothing closes it."""
        opening, last = _TICKS.match(self._text, at), self._end(at)
        assert opening is not None
        if opening[0] not in self._unclosed:
            for ticks in _TICKS.finditer(self._text, opening.end(), last):
                if ticks[0] == opening[0]:
                    return ticks.end()
            self._unclosed.add(opening[0])
        return -1

    def end_of_formula(self, at: int, mark: str) -> int:
        """Where the ``mark`` stands that closes it in its paragraph; -1 where none does."""
        text, last = self._text, self._end(at)
        while at < last:
            if text[at] == "\\":
                at += 2
            elif text.startswith(mark, at):
                return at
            else:
                at += 1
        return -1
