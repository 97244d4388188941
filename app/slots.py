"""Where windows write down what they show, a slot each, so that no crash takes it.

    0.headlight    what one window shows: a session file
    0.headlight.1  what it showed before
    0.lock         held by the process; left behind by one that was killed
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from app.lock import Lock, is_held
from app.session_file import ENDING, SavedSession, read_session
from app.whole_file import write_whole
from core.errors import Refusal

_KEPT = 8
"""Slots that are kept though no window has them."""
_MOST = 64
_LIMIT = 64 * 2**20
"""Bytes of a slot; a prompt may be longer than a session file holds."""


class Slot:
    """One window alone writes it."""

    def __init__(self, path: Path, lock: Lock) -> None:
        self.path, self._lock = path, lock

    def write(self, raw: bytes) -> None:
        """Replace what it holds; that goes one place back.

        Raises:
            Refusal: if it can't be written.
        """
        write_whole(self.path, raw, before=_before(self.path))

    def release(self) -> None:
        """Leave it to whoever comes next, as the one that was left last."""
        with suppress(OSError):
            os.utime(self.path)
        self._lock.release()

    def put_back(self) -> None:
        """Have nothing to do with it."""
        self._lock.release()

    def drop(self) -> None:
        """Remove it with all that it holds."""
        for path in (self.path, _before(self.path)):
            path.unlink(missing_ok=True)
        self._lock.release()


def claim(folder: Path) -> Slot | None:
    """A new one; None if there are too many windows.

    Raises:
        OSError: if the folder can't be written.
    """
    left = [path for path in _by_turn(folder) if not _lock_of(path).exists()]
    for old in left[_KEPT - 1 :]:
        slot = take(old)
        if slot is not None:
            slot.drop()
    for number in range(_MOST):
        path = folder / f"{number}{ENDING}"
        slot = None if _holds(path) else take(path)
        if slot is not None:
            if not _holds(path):  # else another window took and left it in this moment
                return slot
            slot.put_back()
    return None


def _holds(path: Path) -> bool:
    """Whether there is something in this slot."""
    return path.exists() or _before(path).exists()


def take(path: Path) -> Slot | None:
    """The slot at ``path``, if no window has it.

    Raises:
        OSError: if the folder can't be written.
    """
    lock = Lock.take(_lock_of(path))
    return None if lock is None else Slot(path, lock)


def adopt(folder: Path) -> tuple[Slot, SavedSession] | None:
    """A slot that no window has, and what it holds: those of killed processes first, then the
    one that was written last.

    Raises:
        OSError: if the folder can't be written.
    """
    for path in _by_turn(folder):
        slot = take(path)
        if slot is None:
            continue
        session = read(path)
        if session is not None:
            return slot, session
        slot.put_back()
    return None


def read(path: Path) -> SavedSession | None:
    """What a slot holds; what it held before, where that is damaged; None if that is too."""
    for one in (path, _before(path)):
        try:
            return read_session(one, _LIMIT)
        except Refusal:
            continue
    return None


def waiting(folder: Path) -> Iterator[tuple[Path, SavedSession]]:
    """The slots that no window has, and what they hold; the newest first."""
    for path in _by_turn(folder):
        session = None if is_held(_lock_of(path)) else read(path)
        if session is not None:
            yield path, session


def _by_turn(folder: Path) -> list[Path]:
    """Every slot, in the order in which they are adopted."""
    try:
        names = {path.name.removesuffix(".1") for path in folder.iterdir()}
    except OSError:
        return []
    paths = [folder / name for name in names if name.endswith(ENDING)]
    return sorted(paths, key=lambda path: (_lock_of(path).exists(), _written(path)), reverse=True)


def _written(path: Path) -> float:
    """When, in seconds."""
    for one in (path, _before(path)):
        try:
            return one.stat().st_mtime
        except OSError:
            continue
    return 0.0


def _lock_of(path: Path) -> Path:
    return path.with_suffix(".lock")


def _before(path: Path) -> Path:
    return path.with_name(f"{path.name}.1")
