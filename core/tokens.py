"""Text to tokens, and each token back to the characters it came from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from core.characters import Span, label_tokens, visible, whole_characters
from core.errors import Refusal, translate

if TYPE_CHECKING:
    import tokenizers

__all__ = ["Span", "Tokenizer", "Tokens", "label_tokens", "visible", "whole_characters"]

_SURROGATE = re.compile("[\ud800-\udfff]")
_FIRST_CUT = 16  # characters a token, more than any tokenizer reaches on prose
_MASKS = ("[MASK]", "<mask>")  # BERT's and its like; RoBERTa's, BART's, XLNet's
_NO_TOKENIZER = translate("core", "{path} is no tokenizer this program can read: {reason}.")
_MARGIN = 256  # a cut changes the tokens just before it; this far back it does not


@dataclass(frozen=True)
class Tokens:
    """What the model reads of a text, token by token; all tuples have one entry a token."""

    text: str
    """The whole text, as it was given; a second sentence follows the first without a gap."""
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
    segments: tuple[int, ...] = ()
    """The sentence that each token counts to, as the tokenizer's template numbers them."""
    first: int = 0
    """Code points of ``text`` before the second sentence; all of them where there is none."""

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def cut(self) -> bool:
        """Whether some of the text did not fit."""
        return self.kept < len(self.text)

    def stands_for_text(self, index: int) -> bool:
        """Whether a token has characters of its own: a mark of the template has none."""
        start, end = self.groups[index]
        return start < end

    def at(self, character: int) -> int | None:
        """The first token of the character at this code point, or None."""
        for index, (start, end) in enumerate(self.groups):
            if start <= character < end:
                return index
        return None


@dataclass(frozen=True)
class _Reading:
    """What the library made of a text, or of two that are joined without a gap."""

    text: str
    split: int  # where the second begins
    ids: list[int]
    spans: list[Span]  # counted in ``text``
    segments: list[int]
    marks: list[int]  # 1 where the template put a token
    sentences: list[int | None]  # 0 or 1; None for a mark

    @property
    def closing(self) -> int:
        """How many marks end the template."""
        return next((n for n, mark in enumerate(reversed(self.marks)) if not mark), len(self.ids))

    def first_text(self, index: int) -> int | None:
        """Where the first token of text stands among those from ``index`` on."""
        cut = zip(self.spans[index:], self.marks[index:], strict=True)
        return next((start for (start, _), mark in cut if not mark), None)

    def groups(self, wanted: int) -> list[Span]:
        """Of the first tokens, before those that close; no group has a part of both texts."""
        end = len(self.ids) - self.closing
        turn = self.sentences.index(1) if 1 in self.sentences else end
        before = whole_characters(self.text[: self.split], self.spans[:turn], wanted)
        if turn == end or turn >= wanted:
            return before
        second = [(max(a - self.split, 0), max(b - self.split, 0)) for a, b in self.spans[turn:end]]
        after = whole_characters(self.text[self.split :], second, wanted - turn)
        return before + [(a + self.split, b + self.split) for a, b in after]


class Tokenizer:
    """A tokenizer of the tokenizers library, as far as a picture needs it."""

    def __init__(self, inner: tokenizers.Tokenizer) -> None:
        inner.no_truncation()
        inner.no_padding()
        _without_chance(inner.model)
        self.inner = inner

    @classmethod
    def from_file(cls, path: Path) -> Tokenizer:
        """Read a ``tokenizer.json``.

        Raises:
            Refusal: if the file is not one.
        """
        with _refusing(_NO_TOKENIZER, path=path):
            content = path.read_bytes()
        return cls.from_bytes(content, path)

    @classmethod
    def from_bytes(cls, content: bytes, path: Path) -> Tokenizer:
        """Read a ``tokenizer.json`` that came from ``path``, or was made of what is there.

        Raises:
            Refusal: if it is none.
        """
        import tokenizers

        with _refusing(_NO_TOKENIZER, path=path):
            tokenizer = cls(tokenizers.Tokenizer.from_str(content.decode()))
            tokenizer.inner.encode("")  # here a template fails that names a token it has not
            return tokenizer

    @property
    def largest_id(self) -> int:
        """The largest id this tokenizer can give, be it in its vocabulary or in its template."""
        known = self.inner.get_vocab(with_added_tokens=True).values()
        return max((*known, *self.inner.encode("").ids), default=-1)

    @property
    def mask_id(self) -> int | None:
        """The token behind which a word is hidden; None where the model knows of none."""
        known = (self.inner.token_to_id(name) for name in _MASKS)
        return next((token for token in known if token is not None), None)

    def encode(self, text: str, context: int, second: str | None = None) -> Tokens:
        """The first ``context`` tokens of ``text``, with the characters of each.

        Where not all fit, the end of the text is cut, and not the marks that close the template.
        Only as much of a long text is read as the context can hold.

        Args:
            text: what is read; the first sentence where there are two.
            context: the most tokens there may be.
            second: the sentence behind it, as the template joins them. Its end is cut first;
                where nothing of it fits, ``text`` is encoded as if it stood alone.

        Raises:
            Refusal: if the library fails on the text, as it may with a tokenizer made by hand.
        """
        length = context * _FIRST_CUT + _MARGIN
        while True:
            part = self._read(text[:length], None if second is None else second[:length])
            room = max(min(len(part.ids), context) - part.closing, 0)
            groups = part.groups(room)
            beyond = part.first_text(room)
            far = max(beyond or 0, groups[-1][1] if groups else 0) + _MARGIN
            known = length if length < len(text) else len(text) + length
            if length >= max(len(text), len(second or "")) or (
                beyond is not None and far <= known
            ):
                break
            length *= 4
        if second is not None and beyond is not None and 1 not in part.sentences[:room]:
            return replace(self.encode(text, context), text=text + second)
        pieces = [
            "" if start < end else self.name(token)
            for (start, end), token in zip(groups, part.ids, strict=False)
        ]
        closing = slice(len(part.ids) - part.closing, len(part.ids) - part.closing + context - room)
        stop = groups[room - 1][1] if room else 0
        closed = [self.name(token) for token in part.ids[closing]]
        return Tokens(
            text + (second or ""),
            (*part.ids[:room], *part.ids[closing]),
            (*part.spans[:room], *part.spans[closing]),
            (*groups[:room], *[(stop, stop)] * len(closed)),
            (*label_tokens(part.text, groups, pieces)[:room], *closed),
            len(text) + len(second or "") if beyond is None else beyond,
            (*part.segments[:room], *part.segments[closing]),
            len(text),
        )

    def _read(self, text: str, second: str | None) -> _Reading:
        """All tokens of two whole texts, or of one."""
        safe = _SURROGATE.sub("\ufffd", text)  # the library takes no lone surrogates
        other = None if second is None else _SURROGATE.sub("\ufffd", second)
        with _refusing(translate("core", "The tokenizer can't read this text: {reason}.")):
            read = self.inner.encode(safe, other)
        marks, spans, sentences = read.special_tokens_mask, read.offsets, read.sequence_ids
        if second is not None:
            spans = [
                (low + len(text), high + len(text)) if sentence == 1 and not mark else (low, high)
                for (low, high), sentence, mark in zip(spans, sentences, marks, strict=True)
            ]
        return _Reading(
            text + (second or ""), len(text), read.ids, spans, read.type_ids, marks,
            [None if mark else sentence for sentence, mark in zip(sentences, marks, strict=True)],
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


def _without_chance(model: tokenizers.models.Model) -> None:
    """Switch off what a tokenizer leaves to chance in training; a picture is of one reading."""
    for name in ("dropout", "alpha"):  # of BPE, of Unigram
        if getattr(model, name, None) is not None:
            setattr(model, name, None)


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
