"""Writing in a run's folder, on a disk that may be full: lines are added whole, or not at all."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from core.checkpoint.files import parse_json, reason
from core.errors import Refusal, translate
from core.files import write_file

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def append_rows(path: Path, rows: Sequence[Mapping[str, Any]], sync: bool) -> None:
    """Add lines, all or none.

    Raises:
        Refusal: if they can't be written.
    """
    data = "".join(json.dumps(row) + "\n" for row in rows).encode()
    try:
        with path.open("ab", buffering=0) as file:
            before = file.tell()
            try:
                room = memoryview(data)
                while room:
                    room = room[file.write(room) :]
                if sync:
                    os.fsync(file.fileno())
            except OSError:
                file.truncate(before)
                raise
    except OSError as error:
        raise written(path, error) from error


def cut_rows(path: Path, step: int) -> None:
    """Forget what came after ``step``.

    Raises:
        Refusal: if lines before that are damaged or missing.
    """
    try:
        raw = path.read_bytes() if path.exists() else b""
    except OSError as error:
        raise Refusal(
            translate("core", "{path} can't be read: {reason}."),
            path=path, reason=reason(error),
        ) from error
    kept, last = [], 0
    for number, line in enumerate(raw.splitlines(keepends=True), start=1):
        try:
            row = parse_json(line)
            at = row["step"] if isinstance(row, dict) and line.endswith(b"\n") else None
        except (ValueError, KeyError, RecursionError):
            at = None
        if not isinstance(at, int):
            if last >= step:
                break
            raise Refusal(
                translate("core", "{path}, line {line}, is damaged; remove the file to go on "
                          "without it."), path=path, line=number,
            )
        if at <= step:
            kept.append(line)
            last = max(last, at)
    if raw and last < step:
        raise Refusal(
            translate("core", "{path} ends at step {found}, before the checkpoint of step "
                      "{step}; remove the file to go on without it."),
            path=path, found=last, step=step,
        )
    if b"".join(kept) != raw:
        write_file(path, b"".join(kept))


def written(path: Path, error: OSError) -> Refusal:
    """What to say where something can't be written."""
    if error.errno in _FULL:
        return Refusal(
            translate("core", "{path} can't be written, for the disk is full ({reason}); make room "
                      "and go on."), path=path, reason=reason(error),
        )
    return Refusal(
        translate("core", "{path} can't be written: {reason}."), path=path, reason=reason(error)
    )


def sync_to_disk(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    if os.name == "nt" and path.is_dir():
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
