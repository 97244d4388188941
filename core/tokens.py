"""Text to tokens, and each token back to the characters it came from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import regex

from core.errors import Refusal, translate

if TYPE_CHECKING:
    import tokenizers

Span = tuple[int, int]

_SURROGATE = re.compile("[\ud800-\udfff]")
_SHAPELESS = regex.compile(r"[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\uFFFD]")
_JOINED = regex.compile(r"[\p{Grapheme_Cluster_Break=Extend}\p{Grapheme_Cluster_Break=ZWJ}]")
_MARK = regex.compile(r"\p{M}")
_NAMED = {" ": "·", "\n": "⏎", "\t": "⇥", "\x7f": "␡"}
_FIRST_CUT = 16  # characters a token, more than any tokenizer reaches on prose
_LONGEST = 32  # code points of a label; a letter may carry accents without end
_MARGIN = 256  # a cut changes the tokens just before it; this far back it does not


@dataclass(frozen=True)
class Tokens:
    """What the model reads of a text, token by token; all tuples have one entry a token."""

    text: str
    """The whole text, as it was given."""
    ids: tuple[int, ...] = ()
    """Rows of the embedding."""
    spans: tuple[Span, ...] = ()
    """First and past-the-last code point, as the tokenizer reports them; they may overlap."""
    groups: tuple[Span, ...] = ()
    """The whole characters that a token shares with its neighbours; what to light in the text.
    Empty for a token that stands for no text."""
    labels: tuple[str, ...] = ()
    """The token as a person reads it; no replacement marks, no raw controls."""
    kept: int = 0
    """Code points of ``text`` whose tokens all fitted into the context."""

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def cut(self) -> bool:
        """Whether some of the text did not fit."""
        return self.kept < len(self.text)

    def at(self, character: int) -> int | None:
        """The first token of the character at this code point, or None."""
        for index, (start, end) in enumerate(self.groups):
            if start <= character < end:
                return index
        return None


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


class Tokenizer:
    """A tokenizer of the tokenizers library, as far as a picture needs it."""

    def __init__(self, inner: tokenizers.Tokenizer) -> None:
        inner.no_truncation()
        inner.no_padding()
        self.inner = inner

    @classmethod
    def from_file(cls, path: Path) -> Tokenizer:
        """Read a ``tokenizer.json``.

        Raises:
            Refusal: if the file is not one.
        """
        import tokenizers

        with _refusing(
            translate("core", "{path} is no tokenizer this program can read: {reason}."), path=path
        ):
            tokenizer = cls(tokenizers.Tokenizer.from_file(str(path)))
            tokenizer.inner.encode("")  # here a template fails that names a token it has not
            return tokenizer

    @property
    def largest_id(self) -> int:
        """The largest id this tokenizer can give, be it in its vocabulary or in its template."""
        known = self.inner.get_vocab(with_added_tokens=True).values()
        return max((*known, *self.inner.encode("").ids), default=-1)

    def encode(self, text: str, context: int) -> Tokens:
        """The first ``context`` tokens of ``text``, with the characters of each.

        Only as much of a long text is read as the context can hold.

        Raises:
            Refusal: if the library fails on the text, as it may with a tokenizer made by hand.
        """
        safe = _SURROGATE.sub("\ufffd", text)  # the library takes no lone surrogates
        length = context * _FIRST_CUT + _MARGIN
        while True:
            with _refusing(translate("core", "The tokenizer can't read this text: {reason}.")):
                encoding = self.inner.encode(safe[:length])
            ids, spans, marks = encoding.ids, encoding.offsets, encoding.special_tokens_mask
            groups = whole_characters(text[:length], spans, wanted=context)
            cut = zip(spans[context:], marks[context:], strict=True)
            beyond = next((start for (start, _), mark in cut if not mark), None)
            if length >= len(text) or (
                beyond is not None and max(beyond, groups[-1][1]) + _MARGIN <= length
            ):
                break
            length *= 4
        pieces = [
            "" if start < end else self.name(token)
            for (start, end), token in zip(groups, ids, strict=False)
        ]
        return Tokens(
            text,
            tuple(ids[:context]),
            tuple(spans[:context]),
            tuple(groups[:context]),
            tuple(label_tokens(text, groups, pieces)[:context]),
            len(text) if beyond is None else beyond,
        )

    def name(self, token: int) -> str:
        """The token as a person reads it when it stands alone, such as in a prediction.

        Bytes that make no character alone are given as numbers: ``<E5 A5>``.
        """
        piece = self.inner.id_to_token(token)
        if piece is None:
            return f"#{token}"
        text = self.inner.decode([token], skip_special_tokens=False)
        if text and "\ufffd" not in text:
            return visible(text)
        return _bytes_name(piece)

    def plain(self, token: int) -> str | None:
        """The text that this token adds to a prompt; None if it is a part of a character."""
        text = str(self.inner.decode([token], skip_special_tokens=False))
        return text if text and "\ufffd" not in text else None

    def decode(self, ids: Sequence[int]) -> str:
        """The text of these tokens."""
        return str(self.inner.decode(list(ids), skip_special_tokens=False))


@contextmanager
def _refusing(template: str, **named: object) -> Iterator[None]:
    """Refuse where the library fails: with a bare Exception, or a panic, which is not even one."""
    try:
        yield
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:
        raise Refusal(template, **named, reason=str(error).rstrip(".")) from error


def _bytes_name(piece: str) -> str:
    fallback = re.fullmatch(r"<0x([0-9A-F]{2})>", piece)
    if fallback:
        return f"<{fallback[1]}>"
    table = _byte_alphabet()
    if all(character in table for character in piece):
        return "<" + " ".join(f"{table[character]:02X}" for character in piece) + ">"
    return visible(piece)


@cache
def _byte_alphabet() -> dict[str, int]:
    """The characters by which byte-level BPE writes the 256 bytes (Radford et al. 2019)."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in plain]
    table = {chr(byte): byte for byte in plain}
    table.update({chr(256 + index): byte for index, byte in enumerate(others)})
    return table
