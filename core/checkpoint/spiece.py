"""A SentencePiece model file: pieces, scores and how text is normalised before it is cut.

The file is a protocol buffer (sentencepiece_model.proto): a run of fields, each a key (number and
wire type) and a value. Only what a tokenizer needs is taken; the rest is stepped over.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from core.checkpoint.files import reason, regular
from core.errors import Refusal, translate

LIMIT = 64 * 2**20  # bytes; the largest known has 5 MB
_VARINT, _EIGHT, _SIZED, _FOUR = 0, 1, 2, 5


class Kind(IntEnum):
    """What a piece is for."""

    NORMAL = 1
    UNKNOWN = 2
    CONTROL = 3
    USER = 4
    UNUSED = 5
    BYTE = 6


@dataclass(frozen=True)
class Piece:
    """One entry of the vocabulary; its place in the file is its id."""

    text: str
    score: float
    """The log of its probability (Unigram), or its rank below zero (BPE)."""
    kind: Kind


@dataclass(frozen=True)
class SentencePieces:
    """What such a file says."""

    pieces: tuple[Piece, ...]
    merges: bool
    """BPE; else Unigram."""
    byte_fallback: bool
    unknown: int
    """The id of what has no piece."""
    charsmap: bytes
    """The table by which characters are replaced; empty where none are."""
    prefix: bool
    """A space is put before the text."""
    strip: bool
    """Runs of spaces become one; none are left at either end."""


Fields = dict[int, list[int | bytes]]


def read_sentence_pieces(path: Path) -> SentencePieces:
    """Read ``spiece.model``, ``tokenizer.model``, ``source.spm`` and their like.

    Raises:
        Refusal: if the file is no such model, or of a kind that no family here has.
    """
    try:
        return _model(regular(path, LIMIT).read_bytes())
    except (ValueError, OSError) as error:
        raise Refusal(
            translate("core", "{path} is no SentencePiece model this program can read: {reason}."),
            path=path, reason=reason(error),
        ) from error


def _model(content: bytes) -> SentencePieces:
    fields = _fields(content)
    trainer, normalizer = _message(fields, 2), _message(fields, 3)
    pieces = tuple(_piece(_fields(_bytes(value))) for value in fields.get(1, []))
    if not pieces:
        raise ValueError("it has no pieces")
    if len({piece.text for piece in pieces}) < len(pieces):
        raise ValueError("a piece is given twice")
    model, unknown = _number(trainer, 3, 1), _number(trainer, 40, 0)
    if model not in (1, 2):
        raise ValueError(f"its model type is {model}; expected 1 (Unigram) or 2 (BPE)")
    if unknown >= len(pieces):
        raise ValueError(f"its unknown piece is {unknown} of {len(pieces)}")
    if not _number(normalizer, 5, 1):
        raise ValueError("it keeps spaces as they are, which is not supported")
    return SentencePieces(
        pieces, merges=model == 2, byte_fallback=bool(_number(trainer, 35, 0)), unknown=unknown,
        charsmap=_bytes(normalizer.get(2, [b""])[-1]), prefix=bool(_number(normalizer, 3, 1)),
        strip=bool(_number(normalizer, 4, 1)),
    )


def _piece(fields: Fields) -> Piece:
    text = _bytes(fields.get(1, [b""])[-1]).decode()
    four = _bytes(fields.get(2, [bytes(4)])[-1])
    if len(four) != 4:
        raise ValueError(f"a score has {len(four)} bytes; expected 4 bytes")
    (score,) = struct.unpack("<f", four)
    if not text:
        raise ValueError("a piece is empty")
    if not math.isfinite(score):
        raise ValueError(f"the score of {text[:20]!r} is {score}")
    return Piece(text, score, Kind(_number(fields, 3, Kind.NORMAL)))


def _message(fields: Fields, number: int) -> Fields:
    """A message within; given in parts, later parts count over earlier ones."""
    return _fields(b"".join(_bytes(value) for value in fields.get(number, [])))


def _number(fields: Fields, number: int, default: int) -> int:
    value = fields.get(number, [default])[-1]
    if not isinstance(value, int):
        raise ValueError(f"field {number} is no number")
    return value


def _bytes(value: int | bytes) -> bytes:
    if not isinstance(value, bytes):
        raise ValueError("a number stands where bytes are expected")
    return value


def _fields(content: bytes) -> Fields:
    """The values of each field, in order; a number for a varint, else bytes."""
    found: Fields = {}
    for number, value in _walk(content):
        found.setdefault(number, []).append(value)
    return found


def _walk(content: bytes) -> Iterator[tuple[int, int | bytes]]:
    at = 0
    while at < len(content):
        key, at = _varint(content, at)
        number, wire = key >> 3, key & 7
        if number == 0:
            raise ValueError("a field has the number 0")
        if wire == _VARINT:
            value, at = _varint(content, at)
            yield number, value
            continue
        if wire == _SIZED:
            size, at = _varint(content, at)
        elif wire in (_EIGHT, _FOUR):
            size = 8 if wire == _EIGHT else 4
        else:
            raise ValueError(f"a field has the wire type {wire}")
        if size > len(content) - at:
            raise ValueError(f"a field claims {size} bytes where {len(content) - at} are left")
        yield number, content[at : at + size]
        at += size


def _varint(content: bytes, at: int) -> tuple[int, int]:
    """A number in groups of seven bits, the lowest first; and where it ends."""
    value = 0
    for place in range(10):
        if at + place >= len(content):
            raise ValueError("it ends in the middle of a number")
        byte = content[at + place]
        value |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            return value, at + place + 1
    raise ValueError("a number has more than ten bytes")
