"""Files of lines, CSV and JSON lines, read a line at a time; what is wrong is told by its line."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from core.checkpoint.files import brief
from core.errors import Refusal, translate
from core.no_json import why_no_json

TEXT_LIMIT = 256 * 2**20
"""Bytes of text that are taken from one file; the rest of a table may be as large as it likes."""
LINE_LIMIT = 16 * 2**20
"""Bytes in one line, and characters in one field."""

_JSON = (".jsonl", ".ndjson", ".json")
_TABLES = (".csv", *_JSON)
_MARK = "\ufeff"  # some editors put it before UTF-8
_HALF = re.compile("[\ud800-\udfff]")  # of a character; JSON can escape one alone


def is_table(path: Path, columns: Sequence[str]) -> bool:
    """Whether ``path`` is read by columns: it is CSV or JSON lines, or columns are named."""
    return bool(columns) or path.suffix.lower() in _TABLES


def named(columns: Sequence[str], *usual: str) -> Sequence[str]:
    """``columns``, or the usual ones where none are named.

    Raises:
        Refusal: if there are more or fewer of them.
    """
    if columns and len(columns) != len(usual):
        raise Refusal(
            translate("core", "{found} columns are named where {count} are due: {usual}."),
            found=len(columns), count=len(usual), usual=", ".join(usual),
        )
    return columns or usual


def all_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Each line's number, from 1, and its text with its end, of a file that is read whole.

    Raises:
        Refusal: if it can't be read, is no UTF-8 text, or is too large.
    """
    taken = 0
    for number, line in _whole_lines(path):
        taken += len(line.encode())
        if taken > TEXT_LIMIT:
            raise _too_large(path)
        yield number, line


def count_lines(path: Path) -> int:
    """Lines that are not empty, of a file of any size.

    Raises:
        Refusal: if it can't be read, or is no UTF-8 text.
    """
    return sum(1 for _, line in _whole_lines(path) if line.strip())


def lines(path: Path) -> Iterator[tuple[int, str]]:
    """As :func:`all_lines`, without their ends."""
    return ((number, line.rstrip("\r\n")) for number, line in all_lines(path))


def header_of(path: Path) -> tuple[str, ...]:
    """Names of the columns of a table; none where it is none, or its first line says none.

    Raises:
        Refusal: if it can't be read.
    """
    if path.is_dir() or not is_table(path, ()):
        return ()
    first = next((line for _, line in _whole_lines(path) if line.strip()), "")
    try:
        if path.suffix.lower() in _JSON:
            row = json.loads(first)
            return tuple(row) if isinstance(row, dict) else ()
        return tuple(next(csv.reader([first], delimiter=_delimiter(first)), ()))
    except (csv.Error, ValueError, RecursionError):
        return ()


def rows(path: Path, columns: Sequence[str]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Each row's line, and its texts in ``columns``.

    Args:
        path: JSON lines, an object a line, by its ending; else CSV: quoted as RFC 4180 has it, with
            commas, semicolons or tabs, whichever the first line has most of.
        columns: keys, or names of the header. Where all are whole numbers a CSV has no header, and
            they count its columns from 0.

    Raises:
        Refusal: as :func:`lines`; and if a column is missing, a row is no row, or has no text in a
            column.
    """
    read = _json_rows if path.suffix.lower() in _JSON else _csv_rows
    taken = 0
    for number, row in read(path, columns):
        for column, text in zip(columns, row, strict=True):
            if not text.strip():
                raise Refusal(
                    translate("core", "{path}, line {line}: the column {column} is empty."),
                    path=path, line=number, column=column,
                )
            taken += len(text.encode())
        if taken > TEXT_LIMIT:
            raise _too_large(path)
        yield number, row


def _too_large(path: Path) -> Refusal:
    return Refusal(
        translate("core", "{path} has more than {limit} MiB of text, which is all that is read "
                  "from one file; cut it."), path=path, limit=TEXT_LIMIT // 2**20,
    )


def _whole_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Lines with their ends, decoded one by one, so that an error knows its line."""
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):  # a pipe may never end
            raise Refusal(translate("core", "{path} is no regular file."), path=path)
        with path.open("rb") as file:
            number, before = 0, 0
            while raw := file.readline(LINE_LIMIT + 1):
                number += 1
                if len(raw) > LINE_LIMIT:
                    raise Refusal(
                        translate("core", "{path}, line {line} is longer than {limit} MiB."),
                        path=path, line=number, limit=LINE_LIMIT // 2**20,
                    )
                try:
                    line = raw.decode()
                except UnicodeDecodeError as error:
                    raise _no_text(path, number, before + error.start) from error
                if "\0" in line:
                    raise _no_text(path, number, before + raw.index(b"\0"))
                before += len(raw)
                yield number, line.removeprefix(_MARK) if number == 1 else line
    except (OSError, ValueError) as error:  # a ValueError for a NUL in the name
        raise Refusal(
            translate("core", "{path} can't be read: {reason}."),
            path=path, reason=getattr(error, "strerror", None) or str(error),
        ) from error


def _no_text(path: Path, line: int, byte: int) -> Refusal:
    """``byte`` is counted from the beginning of the file."""
    return Refusal(
        translate("core", "{path} is not UTF-8 text (line {line}, byte {at}); convert it first."),
        path=path, line=line, at=byte,
    )


def _csv_rows(path: Path, columns: Sequence[str]) -> Iterator[tuple[int, tuple[str, ...]]]:
    first = next((line for _, line in _whole_lines(path) if line.strip()), "")
    csv.field_size_limit(LINE_LIMIT)
    reader = csv.reader(
        (line for _, line in _whole_lines(path)), delimiter=_delimiter(first), strict=True)
    at = [int(name) for name in columns if name.isascii() and name.isdigit()]
    if len(at) < len(columns):
        at = []
    begun = 1
    try:
        for row in reader:
            number, begun = begun, reader.line_num + 1
            if not row:
                continue
            if not at:
                at = [_find(path, number, name, row) for name in columns]
            elif max(at) < len(row):
                yield number, tuple(row[place] for place in at)
            else:
                raise Refusal(
                    translate("core", "{path}, line {line} has {count} fields and none numbered "
                              "{place}, counted from 0."),
                    path=path, line=number, count=len(row), place=max(at),
                )
    except csv.Error as error:
        raise Refusal(
            translate("core", "{path}, line {line} is no row of a CSV file: {reason}."),
            path=path, line=begun, reason=error,
        ) from error


def _delimiter(first: str) -> str:
    """Commas, semicolons or tabs, whichever the first line has most of."""
    return max(",;\t", key=first.count)


def _find(path: Path, line: int, name: str, known: Sequence[str]) -> int:
    if name not in known:
        raise _no_column(path, line, name, known)
    return known.index(name)


def _no_column(path: Path, line: int, name: str, known: Iterable[str]) -> Refusal:
    return Refusal(
        translate("core", "{path}, line {line} has no column {name!r}; it has {known}."),
        path=path, line=line, name=name, known=brief(", ".join(known), 200) or "-",
    )


def _json_rows(path: Path, columns: Sequence[str]) -> Iterator[tuple[int, tuple[str, ...]]]:
    for number, line in _whole_lines(path):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise Refusal(
                translate("core", "{path}, line {line} is no JSON: {reason}."),
                path=path, line=number,
                reason=getattr(error, "msg", None) or why_no_json(error) or error,
            ) from error
        if not isinstance(row, dict):
            raise Refusal(
                translate("core", "{path}, line {line} is no JSON object."),
                path=path, line=number,
            )
        yield number, tuple(_text(path, number, name, row) for name in columns)


def _text(path: Path, line: int, name: str, row: Mapping[str, object]) -> str:
    """Labels are often numbers."""
    if name not in row:
        raise _no_column(path, line, name, row)
    value = row[name]
    if isinstance(value, int):
        return json.dumps(value)
    if isinstance(value, str) and not _HALF.search(value):
        return value
    raise Refusal(
        translate("core", "{path}, line {line}: {name} is no text."),
        path=path, line=line, name=name,
    )
