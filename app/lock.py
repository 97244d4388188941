"""One holder at a time, among all windows and processes of a machine."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from core.locking import hold, is_free


class Lock:
    """Held until it is released; that of a killed process is free, and its file still there."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path, self._descriptor = path, descriptor

    @classmethod
    def take(cls, path: Path) -> Lock | None:
        """The lock; None if another has it.

        Raises:
            OSError: if the folder can't be written.
        """
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        while True:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                hold(path, descriptor, "two windows")
                if _is_at(path, descriptor):
                    os.truncate(descriptor, 0)
                    os.write(descriptor, str(os.getpid()).encode())
                    return cls(path, descriptor)
            except BlockingIOError:
                os.close(descriptor)
                return None
            except BaseException:
                os.close(descriptor)
                raise
            os.close(descriptor)  # it was released, and its file removed, in this moment

    def release(self) -> None:
        """Let another have it."""
        with suppress(OSError):
            self.path.unlink()
        os.close(self._descriptor)


def _is_at(path: Path, descriptor: int) -> bool:
    """Whether the open file is still the one that has this name."""
    try:
        return path.stat().st_ino == os.fstat(descriptor).st_ino
    except FileNotFoundError:
        return False


def is_held(path: Path) -> bool:
    """Whether another has the lock; it stays as it is."""
    try:
        descriptor = os.open(path, os.O_RDWR)
    except OSError:
        return False
    try:
        return not is_free(descriptor)
    finally:
        os.close(descriptor)


def holder(path: Path) -> int:
    """The number of the process that has the lock; 0 if it can't be told."""
    try:
        return int(path.read_bytes()[:20])
    except (OSError, ValueError):
        return 0
