"""Something slow in a thread of its own, and the box in which threads leave each other the newest.

The GUI thread never waits here: it holds a lock for as long as it takes to swap a reference.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Generic, TypeVar

from core.errors import Cancelled, Refusal, translate

_TELL_AFTER = 0.05  # seconds from one report of progress to the next

log = logging.getLogger(__name__)
T = TypeVar("T")
_Listener = tuple[Callable[[int, int], object], Callable[[object], object]]
"""Who is told how far something is, and that it has ended."""


def torch_threads() -> int:
    """One core is the GUI's, and torch's threads wait for one another by spinning."""
    return max(1, (os.cpu_count() or 2) - 1)


class LatestBox(Generic[T]):
    """One slot; what was not taken in time is replaced."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._value: T | None = None

    def put(self, value: T) -> bool:
        """Leave ``value``; True if the slot was empty, so that the taker must be told."""
        with self._lock:
            was_empty = self._value is None
            self._value = value
            return was_empty

    @property
    def empty(self) -> bool:
        """Whether the newest value has been taken."""
        with self._lock:
            return self._value is None

    def take(self) -> T | None:
        """The newest value, or None if it has been taken."""
        with self._lock:
            value, self._value = self._value, None
            return value


class Work:
    """Something slow in a thread of its own, that tells how far it is and can be given up."""

    def __init__(
        self, run: Callable[[Callable[[int, int], None]], object],
        progressed: Callable[[int, int], object], ended: Callable[[object], object],
        dropped: Callable[[object], object] = lambda outcome: None,
    ) -> None:
        """``run`` is given what to call with (done, of how much).

        All are called in the thread; ``ended`` gets what ``run`` returns, or the Refusal that it
        ends in. After :meth:`cancel` it is not called, and ``dropped`` gets what came too late.
        """
        self._run, self._dropped = run, dropped
        self._listener: _Listener | None = progressed, ended
        self._telling = threading.RLock()
        self._told = 0.0
        self.thread = threading.Thread(target=self._work, name="work", daemon=True)

    def start(self) -> None:
        """Begin."""
        self.thread.start()

    def cancel(self) -> None:
        """Nobody waits for it any more; it ends as soon as it next tells how far it is.

        From now on nothing is told, and whoever was told may go: the thread holds them no longer.
        """
        with self._telling:
            self._listener = None

    def _tell(self, done: int, total: int) -> None:
        with self._telling:
            if self._listener is None:
                raise Cancelled
            now = time.monotonic()
            if now - self._told >= _TELL_AFTER:
                self._told = now
                self._listener[0](done, total)

    def _work(self) -> None:
        outcome: object
        try:
            outcome = self._run(self._tell)
        except Cancelled:
            return
        except Refusal as refusal:
            log.info("refused: %s", str(refusal))
            outcome = bare(refusal)
        except Exception as error:
            log.exception("work failed")
            outcome = say_failure(error)
        with self._telling:
            if self._listener is not None:
                self._listener[1](outcome)
                return
        self._dropped(outcome)


class Errands:
    """Small things done one after the other in a thread of their own, which ends with the last."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: deque[tuple[Future[Any], Callable[[], Any]]] = deque()
        self._busy = False

    def __len__(self) -> int:
        """How many wait for their turn."""
        return len(self._waiting)

    def do(self, run: Callable[[], T]) -> Future[T]:
        """Do this too; what comes of it, once it is asked for."""
        promise: Future[T] = Future()
        with self._lock:
            self._waiting.append((promise, run))
            idle, self._busy = not self._busy, True
        if idle:
            threading.Thread(target=self._work, name="errands", daemon=True).start()
        return promise

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._busy = False
                    return
                promise, run = self._waiting.popleft()
            try:
                promise.set_result(run())
            except Exception as error:  # who asks for it is told
                promise.set_exception(error)


def bare(refusal: Refusal) -> Refusal:
    """The same without its traceback, which holds the tensors of the frames it went through."""
    return type(refusal)(refusal.template, **refusal.values)


def say_failure(error: Exception, trains: bool = False) -> Refusal:
    """One sentence for what went wrong, in a step if it ``trains``; torch says a plain RuntimeError
    when memory ends."""
    if isinstance(error, MemoryError) or "out of memory" in str(error) or (
        "can't allocate memory" in str(error)
    ):
        if trains:
            return Refusal(translate(
                "core", "There is not enough memory for this step; make the batch smaller and go "
                "on."))
        return Refusal(translate(
            "core", "There is not enough memory for this text and model; shorten the text or open "
            "a smaller model."))
    if trains:
        return Refusal(translate("core", "The run could not go on; the log says why."))
    return Refusal(translate(
        "core", "This could not be computed; the log says why. The last picture stays."))
