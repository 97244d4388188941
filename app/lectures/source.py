"""One text file of a lecture: its header of keys, its words and its notes."""

from __future__ import annotations

import stat
from dataclasses import dataclass, field
from pathlib import Path

from app.lectures.scene import Trouble
from core.errors import Refusal, translate

LIMIT = 256 * 1024
"""Bytes; no scene is longer."""
_RULE = "---"
_NOTES = "???"


@dataclass(frozen=True)
class Said:
    """The value of a key, and the line and file that it stands in."""

    value: str
    line: int
    file: str


@dataclass(frozen=True)
class Source:
    """A file, cut in its parts; nothing of it is understood yet."""

    name: str = ""
    keys: dict[str, Said] = field(default_factory=dict)
    words: str = ""
    notes: str = ""
    words_line: int = 1
    """Where they begin."""
    notes_line: int = 1
    troubles: tuple[Trouble, ...] = ()


def read_source(path: Path, folder: Path) -> Source:
    """Read and cut the file at ``path``; one that can't be read is empty and says why."""
    try:
        text = _read(path, folder)
    except Refusal as refusal:
        line = int(refusal.values.get("line", 1))
        return Source(path.name, troubles=(Trouble(line, refusal, path.name),))
    return cut(text, path.name)


def inside(path: Path, folder: Path) -> bool:
    """Whether ``path``, its links followed, is in ``folder``."""
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError, ValueError):  # links in a circle; a name that no file has
        return False


def is_plain_file(path: Path, most: int = LIMIT) -> bool:
    """Whether it is a file, and no pipe, of at most so many bytes."""
    try:
        found = path.stat()
        return stat.S_ISREG(found.st_mode) and found.st_size <= most
    except (OSError, ValueError):
        return False


def holds_files(path: Path, folder: Path) -> bool:
    """Whether it is a file in ``folder``, or a folder there, and no link in it leads out; no pipe
    is waited for."""
    try:
        if not inside(path, folder):
            return False
        files = path.iterdir() if path.is_dir() else (path,)
        return all(inside(one, folder) and (one.is_file() or one.is_dir()) for one in files)
    except (OSError, ValueError):  # it can't be looked into; a name that no file has
        return False


def _read(path: Path, folder: Path) -> str:
    if not inside(path, folder):
        raise Refusal(
            translate("core", "{name} leads out of the lecture's folder and is not read."),
            name=path.name)
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise Refusal(translate("core", "{name} is no file."), name=path.name)
        with path.open("rb") as file:
            data = file.read(LIMIT + 1)
    except OSError as error:
        raise Refusal(
            translate("core", "{name} can't be read: {reason}."), name=path.name,
            reason=error.strerror or error) from error
    if len(data) > LIMIT:
        raise Refusal(
            translate("core", "{name} is longer than {most} KiB and is not read."),
            name=path.name, most=LIMIT // 1024)
    place = data.find(b"\0")
    try:
        if place < 0:
            return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = error.start
    raise Refusal(
        translate("core", "{name} is no text in UTF-8: line {line} holds something else."),
        name=path.name, line=data[:place].count(b"\n") + 1)


def cut(text: str, name: str = "") -> Source:
    """The header, the words and the notes of ``text``."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    keys: dict[str, Said] = {}
    troubles: list[Trouble] = []
    first = 0
    if lines[0].rstrip() == _RULE:
        end, closed = _end_of_header(lines)
        first = end + closed
        if not closed:
            troubles.append(Trouble(1, Refusal(translate(
                "core", "The header that begins here is not closed by a line of {rule}."),
                rule=_RULE), name))
        for number, line in enumerate(lines[1:end], 2):
            _take(line, number, name, keys, troubles)
    else:
        troubles.append(Trouble(1, Refusal(translate(
            "core", "There is no header: the first line must be {rule}."), rule=_RULE), name))
    ends = next((at for at in range(first, len(lines)) if lines[at].rstrip() == _NOTES), len(lines))
    words, above = _without_blanks(lines[first:ends])
    notes, below = _without_blanks(lines[ends + 1:])
    return Source(
        name, keys, words, notes, first + above + 1, ends + below + 2, tuple(troubles))


def _without_blanks(lines: list[str]) -> tuple[str, int]:
    """The text between the first and the last line that are not blank, and which the first is."""
    first = next((at for at, line in enumerate(lines) if line.strip()), 0)
    return "\n".join(line.rstrip() for line in lines[first:]).rstrip(), first


def _end_of_header(lines: list[str]) -> tuple[int, bool]:
    """The index of the rule that closes it, and True; where none does, that of the first line that
    is no part of it."""
    for at, line in enumerate(lines[1:], 1):
        if line.rstrip() == _RULE:
            return at, True
    for at, line in enumerate(lines[1:], 1):
        if not line.strip() or (":" not in line and not line.startswith("#")):
            return at, False
    return len(lines), False


def _take(
    line: str, number: int, name: str, keys: dict[str, Said], troubles: list[Trouble]
) -> None:
    """Put the key of a header's line among ``keys``."""
    if not line.strip() or line.lstrip().startswith("#"):
        return
    key, colon, value = line.partition(":")
    key = key.strip()
    if not colon or not key:
        troubles.append(Trouble(number, Refusal(translate(
            "core", "{value} is no line of a header: write a key, a colon and its value."),
            value=repr(line.strip())[:60]), name))
    elif key in keys:
        troubles.append(Trouble(number, Refusal(translate(
            "core", "{key} was said before, in line {first}; that one stands."),
            key=key, first=keys[key].line), name))
    else:
        keys[key] = Said(value.strip(), number, name)
