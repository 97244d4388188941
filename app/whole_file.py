"""Small files that are read with care, and written so that a power cut leaves no half of one."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from pathlib import Path

from core.errors import Refusal, translate


def read_file(path: Path, limit: int) -> bytes:
    """The bytes of a regular file.

    Raises:
        Refusal: if it is none, larger than ``limit``, or can't be read.
    """
    try:
        file = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))  # a pipe is not waited for
        with os.fdopen(file, "rb") as opened:
            found = os.fstat(opened.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise _irregular(path)
            if found.st_size > limit:
                raise too_long(path, found.st_size, limit)
            return opened.read(limit)
    except (OSError, ValueError) as error:  # a ValueError for a NUL in the name
        raise Refusal(
            translate("core", "{path} can't be read: {reason}."), path=path, reason=_reason(error)
        ) from error


def write_whole(path: Path, raw: bytes, before: Path | None = None) -> None:
    """Replace a file; it is on the disk, whole, when this returns.

    A link stays a link: what it leads to is replaced. The file keeps its permissions.

    Args:
        path: is written.
        raw: its new content.
        before: where the content that was there goes.

    Raises:
        Refusal: if it can't be written; what was there stays then.
    """
    try:
        place = path.resolve()
        mode = place.stat().st_mode if place.exists() else None
        if mode is not None and not stat.S_ISREG(mode):
            raise _irregular(path)
        if mode is not None and not os.access(place, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        name = fingerprint(os.fsencode(place.name))[:12]  # short, whatever the file is called
        part = place.with_name(f"~{name}.part")
        part.unlink(missing_ok=True)  # of a process that was killed
        try:
            with part.open("xb") as file:
                file.write(raw)
                file.flush()
                os.fsync(file.fileno())
            if mode is not None:
                part.chmod(stat.S_IMODE(mode))
                if before is not None:
                    _go_before(place, before)
            part.replace(place)
        finally:
            part.unlink(missing_ok=True)
        _sync(place.parent)
    except (OSError, RuntimeError, ValueError) as error:
        # A RuntimeError for links that lead in a circle, a ValueError for a name that no file has.
        raise Refusal(
            translate("core", "{path} can't be written: {reason}."),
            path=path, reason=_reason(error),
        ) from error


def _go_before(place: Path, before: Path) -> None:
    """Let ``before`` be what ``place`` is; where the system can, both are there all the time."""
    before.unlink(missing_ok=True)
    try:
        os.link(place, before)
    except OSError:
        place.replace(before)


def fingerprint(raw: bytes) -> str:
    """Tells one content of a file from another."""
    return hashlib.sha256(raw).hexdigest()


def too_long(path: Path, found: int, limit: int) -> Refusal:
    """What to say of so many bytes."""
    return Refusal(
        translate("core", "{path} has {size} bytes; at most {limit} are read."),
        path=path, size=found, limit=limit)


def _sync(folder: Path) -> None:
    """Wait until the names in it are on the disk."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _irregular(path: Path) -> Refusal:
    return Refusal(translate("core", "{path} is no regular file."), path=path)


def _reason(error: Exception) -> str:
    return ((isinstance(error, OSError) and error.strerror) or str(error)).rstrip(".")
