"""What others leave for the engine's thread, which sleeps until there is something."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.holding import Loaded
    from app.state import Wish


class Inbox:
    """Anyone leaves things here and goes on at once; one thread takes them."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._wish: Wish | None = None
        self._loaded: list[Loaded] = []
        self._traces: list[tuple[Wish, Path]] = []
        self._stopping = self._woken = False

    # -- left by others -----------------------------------------------------------------------

    def leave_wish(self, wish: Wish) -> None:
        """The newest replaces the one before."""
        with self._changed:
            self._wish = wish
            self._changed.notify()

    def leave_loaded(self, loaded: Loaded) -> None:
        """A model that was read."""
        with self._changed:
            self._loaded.append(loaded)
            self._changed.notify()

    def leave_trace(self, wish: Wish, path: Path) -> None:
        """A trace that is to be written."""
        with self._changed:
            self._traces.append((wish, path))
            self._changed.notify()

    def wake(self) -> None:
        """There is something elsewhere."""
        with self._changed:
            self._woken = True
            self._changed.notify()

    def stop(self) -> None:
        """Nothing more is to be done."""
        with self._changed:
            self._stopping = True
            self._changed.notify()

    # -- taken by the one thread --------------------------------------------------------------

    @property
    def stopping(self) -> bool:
        """Whether nothing more is to be done."""
        with self._changed:
            return self._stopping

    def wait(self, patience: float | None) -> bool:
        """Sleep until there is something, for so many seconds at most; whether there is."""
        with self._changed:
            return self._changed.wait_for(
                lambda: self._stopping or self._woken or self._wish is not None or bool(
                    self._loaded or self._traces), patience)

    def take(self) -> tuple[Wish | None, list[Loaded]]:
        """The newest wish, if there is one, and the models that were read."""
        with self._changed:
            self._woken = False
            wish, self._wish = self._wish, None
            loaded, self._loaded = self._loaded, []
            return wish, loaded

    def take_wish(self) -> Wish | None:
        """The newest, if there is one."""
        with self._changed:
            wish, self._wish = self._wish, None
            return wish

    def take_traces(self) -> list[tuple[Wish, Path]]:
        """Those that are to be written."""
        with self._changed:
            traces, self._traces = self._traces, []
            return traces
