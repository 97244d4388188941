"""The session file that one window has open, so that no other writes over it."""

from __future__ import annotations

import hashlib
from pathlib import Path

from app.lock import Lock, holder
from app.session_file import LIMIT, SavedSession, write_session
from app.whole_file import fingerprint, read_file
from core.errors import Refusal, translate


class SessionHold:
    """Which file it is, and what is in it as far as this window knows."""

    def __init__(self, state: Path) -> None:
        """Locks lie in the folder ``state``, not beside the files: those may be read only."""
        self._folder = state / "files"
        self._lock: Lock | None = None
        self.path: Path | None = None
        self.seen = ""
        """The fingerprint of its content."""

    def take(self, path: Path, seen: str) -> None:
        """Have this file in place of the one that was.

        Raises:
            Refusal: if another window has it.
        """
        self._have(path, seen, self._lock_for(path, translate(
            "core", "{path} is open in another window (process {process}); this is a copy, to be "
            "saved under another name.")))

    def write(self, path: Path, session: SavedSession) -> None:
        """Write this file, and have it from here on.

        Raises:
            Refusal: if another window has it, or it can't be written; all stays as it was then.
        """
        lock = self._lock_for(path, translate(
            "core", "{path} is open in another window (process {process}), so it was not written; "
            "save this under another name."))
        try:
            seen = write_session(path, session)
        except Refusal:
            if lock is not None and lock is not self._lock:
                lock.release()
            raise
        self._have(path, seen, lock)

    def release(self) -> None:
        """Let another window have it."""
        self._have(None, "", None)

    def _have(self, path: Path | None, seen: str, lock: Lock | None) -> None:
        if self._lock is not None and self._lock is not lock:
            self._lock.release()
        self.path, self.seen, self._lock = path, seen, lock

    def _lock_for(self, path: Path, elsewhere: str) -> Lock | None:
        """Its lock; None where there can be none. ``elsewhere`` says that another has it."""
        place = self.lock_of(path)
        if self._lock is not None and self._lock.path == place:
            return self._lock
        try:
            lock = Lock.take(place)
        except OSError:
            return None
        if lock is None:
            raise Refusal(elsewhere, path=path, process=holder(place))
        return lock

    def check(self) -> None:
        """Make sure that nobody else has written it.

        Raises:
            Refusal: if someone has.
        """
        try:
            if self.path is None or not self.path.exists():
                return
            same = fingerprint(read_file(self.path, LIMIT)) == self.seen
        except (OSError, Refusal):
            same = False
        if not same:
            raise Refusal(
                translate("core", "{path} was changed by another program since it was opened "
                          "here, so it was not written; save this under another name."),
                path=self.path)

    def lock_of(self, path: Path) -> Path:
        """One a file, by whatever link it is reached."""
        try:
            real = path.resolve()
        except (OSError, RuntimeError):
            real = path.absolute()
        name = hashlib.sha256(str(real).encode("utf-8", "surrogateescape")).hexdigest()
        return self._folder / f"{name[:32]}.lock"
