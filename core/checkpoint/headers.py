"""What a safetensors file says of its tensors: every byte of it must be accounted for.

The file is read plainly and never mapped: one that is cut short while it is mapped kills the
program, and one that is cut short while it is read is refused.
"""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TypeGuard

from core.checkpoint.files import brief, parse_json, reason
from core.errors import Refusal, translate

HEADER_LIMIT = 16 * 2**20  # bytes; 800 layers have 2
_LENGTH = 8  # bytes, little-endian, before the header
_AXES = 8
_BITS = {
    "BOOL": 8, "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6, "F8_E4M3": 8, "F8_E5M2": 8, "F8_E8M0": 8,
    "F8_E4M3FNUZ": 8, "F8_E5M2FNUZ": 8, "I8": 8, "U8": 8, "I16": 16, "U16": 16, "F16": 16,
    "BF16": 16, "I32": 32, "U32": 32, "F32": 32, "I64": 64, "U64": 64, "F64": 64, "C64": 64,
}
"""Of one number of each type that the format knows."""


@dataclass(frozen=True)
class Entry:
    """One tensor: what it is, and where its bytes lie."""

    key: str
    """As the file has it."""
    path: Path
    file: BinaryIO
    dtype: str
    """As the format names types."""
    shape: tuple[int, ...]
    start: int
    """Of its first byte, in the file."""
    size: int
    """In bytes."""


def read_header(path: Path, file: BinaryIO) -> tuple[dict[str, Any], list[Entry]]:
    """The metadata of an open file, and its tensors in the order in which they lie.

    Raises:
        Refusal: if a byte is missing, told twice or not told of.
        OSError: if the file can't be read.
    """
    whole = os.fstat(file.fileno()).st_size
    length = int.from_bytes(file.read(_LENGTH), "little")
    if whole < _LENGTH or not 2 <= length <= min(whole - _LENGTH, HEADER_LIMIT):
        raise Refusal(
            translate("core", "{path} is damaged or no safetensors file: its {size} bytes would "
                      "begin with a header of {length}; at most {limit} are read."),
            path=path, size=whole, length=length, limit=HEADER_LIMIT,
        )
    try:
        told = parse_json(file.read(length))
    except (ValueError, RecursionError) as error:
        raise Refusal(
            translate("core", "{path} is damaged or no safetensors file: its header is no JSON "
                      "that this program can read: {reason}."), path=path, reason=reason(error),
        ) from error
    if not isinstance(told, dict):
        raise Refusal(
            translate("core", "{path} is damaged or no safetensors file: its header is no table "
                      "of tensors but {found}."), path=path, found=brief(repr(told)),
        )
    metadata = told.pop("__metadata__", None)
    begin = _LENGTH + length
    entries = [_entry(path, file, begin, key, value) for key, value in told.items()]
    entries.sort(key=lambda entry: (entry.start, entry.size))
    _account(path, entries, begin, whole)
    return metadata if isinstance(metadata, dict) else {}, entries


def _entry(path: Path, file: BinaryIO, begin: int, key: str, value: object) -> Entry:
    """One line of the table, if it says the same of its size twice."""
    dtype, shape, offsets = (
        value.get(name) if isinstance(value, dict) else None
        for name in ("dtype", "shape", "data_offsets")
    )
    if not (isinstance(dtype, str) and _counts(shape, _AXES) and _counts(offsets, 2)
            and len(offsets) == 2):
        raise Refusal(
            translate("core", "{path} is damaged or no safetensors file: {key} is {found}; "
                      "expected a dtype, a shape and two data_offsets."),
            path=path, key=brief(key), found=brief(repr(value)),
        )
    if dtype not in _BITS:
        raise Refusal(
            translate("core", "{path} is damaged or no safetensors file: {key} is of type "
                      "{found}, which the format does not know."),
            path=path, key=brief(key), found=brief(dtype),
        )
    size, bits = offsets[1] - offsets[0], math.prod(shape) * _BITS[dtype]
    if size * 8 != bits:
        raise Refusal(
            translate("core", "{path} is damaged or no safetensors file: {key} has shape {shape} "
                      "of {dtype}, which takes {expected} bytes; its offsets hold {found}."),
            path=path, key=brief(key), shape=shape, dtype=dtype, expected=bits / 8, found=size,
        )
    return Entry(key, path, file, dtype, tuple(shape), begin + offsets[0], size)


def _counts(value: object, most: int) -> TypeGuard[list[int]]:
    """Whether it is a list of at most so many whole numbers that a file can count to."""
    return isinstance(value, list) and len(value) <= most and all(
        type(one) is int and 0 <= one < 2**63 for one in value
    )


def _account(path: Path, entries: list[Entry], at: int, whole: int) -> None:
    """Refuse tensors that overlap, leave a gap, or end elsewhere than the file."""
    for entry in entries:
        if entry.start != at:
            raise Refusal(
                translate("core", "{path} is damaged or no safetensors file: {key} begins at byte "
                          "{found}; expected {expected}, where the tensor before it ends."),
                path=path, key=brief(entry.key), found=entry.start, expected=at,
            )
        at += entry.size
    if at != whole:
        raise Refusal(
            translate("core", "{path} is damaged or no safetensors file: its tensors end at byte "
                      "{expected}, but it has {found} bytes."),
            path=path, expected=at, found=whole,
        )
