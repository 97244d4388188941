"""Files of a model folder, opened with care: regular, readable, inside the folder, whole."""

from __future__ import annotations

import errno
import json
import os
import stat
from collections import Counter
from pathlib import Path
from typing import Any

from core.errors import Refusal, translate
from core.no_json import JsonError, why_no_json

JSON_LIMIT = 64 * 2**20  # bytes; the largest tokenizer.json known has 35 MB
SETTINGS_LIMIT = 16 * 2**20  # bytes of other JSON; the largest index known has 9 MB
_MARKS = 2**21  # what JSON of so many values has at least; parsed, they take 200 MB


def status(path: Path) -> os.stat_result:
    """What the system knows of ``path``.

    Raises:
        Refusal: if it is not there or not to be reached.
    """
    try:
        return path.stat()
    except (OSError, ValueError) as error:  # a ValueError for a NUL in the name
        raise Refusal(
            translate("core", "{path} can't be read: {reason}."), path=path, reason=reason(error)
        ) from error


def read_lines(path: Path) -> list[str]:
    """Lines of a text of UTF-8; the last is empty where it ends with a line's end.

    Raises:
        Refusal: if it can't be read, or is no such text.
    """
    try:
        return regular(path, JSON_LIMIT).read_bytes().decode().split("\n")
    except (ValueError, OSError) as error:
        raise Refusal(
            translate("core", "{path} can't be read: {reason}."), path=path, reason=reason(error)
        ) from error


def reason(error: Exception) -> str | Refusal:
    """What went wrong, without the full stop; a Refusal where it is a phrase of ours."""
    said = (isinstance(error, OSError) and error.strerror) or str(error)
    return why_no_json(error) or said.rstrip(".")


def regular(path: Path, limit: int | None = None) -> Path:
    """``path``, if it is a file that can be read to its end.

    Raises:
        Refusal: if it is missing, a pipe or a device, a link that leads out of its folder, not to
            be read by this user, or larger than ``limit`` bytes.
    """
    found = status(path)
    if not stat.S_ISREG(found.st_mode):
        raise Refusal(translate("core", "{path} is no regular file."), path=path)
    if not _stays(path):
        raise Refusal(translate("core", "{path} is a link that leaves its folder."), path=path)
    if not os.access(path, os.R_OK):  # safetensors would say that there is no such file
        raise Refusal(
            translate("core", "{path} can't be read: {reason}."),
            path=path, reason=os.strerror(errno.EACCES),
        )
    if limit is not None and found.st_size > limit:
        raise Refusal(
            translate("core", "{path} has {size} bytes; at most {limit} are read."),
            path=path, size=found.st_size, limit=limit,
        )
    return path


def _stays(path: Path) -> bool:
    """Whether links stay in the folder, or lead to where the hub's cache keeps its files."""
    folder, real = path.parent.resolve(), path.resolve()
    blobs = folder.parent.parent / "blobs"  # models--x--y/snapshots/revision beside blobs
    return real.is_relative_to(folder) or (
        folder.parent.name == "snapshots" and real.parent == blobs
    )


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object.

    Raises:
        Refusal: if the file is no such thing, names a key twice, or holds what is no number.
    """
    try:
        values = parse_json(regular(path, SETTINGS_LIMIT).read_bytes())
    except (ValueError, RecursionError, OSError) as error:
        raise Refusal(
            translate("core", "{path} is no JSON this program can read: {reason}."),
            path=path, reason=reason(error),
        ) from error
    if not isinstance(values, dict):
        raise Refusal(translate("core", "{path} holds no JSON object."), path=path)
    return values


def parse_json(raw: bytes) -> object:
    """What JSON in UTF-8 holds.

    Raises:
        ValueError: also for a key that is given twice, what is no number, and values without end.
        RecursionError: if it is nested without end.
    """
    if sum(map(raw.count, (b"[", b"{", b",", b":"))) > _MARKS:
        raise JsonError(translate("core", "it holds more values than that of any model"))
    text = raw.decode("utf-8-sig")  # json.loads would guess at other encodings
    values: object = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    return values


def brief(text: str, most: int = 80) -> str:
    """The beginning of a text out of a file, fit for a sentence."""
    text = text[:most]
    return text if text.isprintable() else repr(text)[:most]


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        ((twice, _),) = Counter(key for key, _ in pairs).most_common(1)
        raise JsonError(translate("core", "the key {key} is given twice"), key=brief(twice))
    return values


def _no_number(name: str) -> None:
    raise JsonError(translate("core", "{name} is no JSON number"), name=name)
