"""One model that the engine holds: read in a thread of its own, and handed over whole."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.work import Work
from core.drive import BUDGET, Drive
from core.errors import Refusal

if TYPE_CHECKING:
    from core.drive import Begin
    from core.memory import Way
    from core.session import Session

log = logging.getLogger(__name__)
Loaded = tuple["Holding", Work, object]
"""By whom, by which work, and what was read: a Session, or the Refusal that it ended in."""


@dataclass(frozen=True)
class Wanted:
    """What is to be read, and how."""

    reference: str
    way: Way
    begin: Begin | None = None
    watch: bool = False
    budget: int = BUDGET
    before: Drive = field(default_factory=Drive)
    """Of a run: what is asked for beyond it alone is new."""


class Holding:
    """The model at hand, and the one that is being read to take its place."""

    def __init__(
        self, progressed: Callable[[int, int], object], hand_over: Callable[[Loaded], object]
    ) -> None:
        """``hand_over`` is called in the thread that reads; what it gets is for :meth:`accept`."""
        self.session: Session | None = None
        self._progressed, self._hand_over = progressed, hand_over
        self._tried: tuple[str, bool, int] | None = None
        self._held: tuple[str, bool] = "", False
        self._lost, self._before = "", Drive()
        self._work: Work | None = None
        self._left: dict[str, threading.Thread] = {}  # by what it still reads, or lets go of

    def want(self, wanted: Wanted, attempt: int) -> bool:
        """Have this model from now on; True if it begins to be read just now.

        A model that failed to load is not tried again at each key; the one before goes on.
        """
        if self.session is not None and self._held == (wanted.reference, wanted.watch):
            self.give_up()
            return False
        if (wanted.reference, wanted.watch, attempt) == self._tried:
            return False
        self.give_up()
        if wanted.reference == self._lost:
            wanted = replace(wanted, begin=None, before=self._before)
        self._tried = wanted.reference, wanted.watch, attempt
        left = self._left.pop(wanted.reference, None)
        self._work = work = Work(
            lambda tell: _read_model(wanted, tell, left), self._progressed,
            lambda outcome: self._hand_over((self, work, outcome)), _let_go,
        )
        work.start()
        return True

    def lose(self, before: Drive) -> None:
        """Read it again when it is next wished for, and begin nothing; until then it stays as it
        is. What was tried in vain is tried again, and what is asked for beyond ``before`` is new.
        """
        if self._work is None:
            self._lost, self._before = self._held[0] or self._lost, before
            self._held, self._tried = ("", False), None

    @property
    def reading(self) -> bool:
        """Whether one is being read."""
        return self._work is not None

    def give_up(self) -> None:
        """Nobody waits any more for the model that is being read, if there is one."""
        if self._work is not None:
            self._work.cancel()
            if self._tried is not None:
                self._left[self._tried[0]] = self._work.thread
        self._work = self._tried = None

    def accept(self, work: Work, outcome: object) -> Refusal | None:
        """Use what was read, unless it is not wanted any more; what went wrong."""
        from core.session import Session

        if work is not self._work:
            _let_go(outcome)
            return None
        self._work = None
        if isinstance(outcome, Session):
            assert self._tried is not None  # it was wanted
            self.release()
            self.session, self._held, self._tried = outcome, self._tried[:2], None
            self._lost = ""
            return None
        assert isinstance(outcome, Refusal)  # Work ends in one or the other
        return outcome

    def release(self) -> None:
        """Have none; a run that it trains is kept."""
        _let_go(self.session)
        self.session = None

    def end(self, seconds: float) -> bool:
        """Leave; False if it still reads after ``seconds``."""
        if self._work is None:
            return True
        self._work.cancel()
        self._work.thread.join(seconds)
        return not self._work.thread.is_alive()


def _let_go(held: object) -> None:
    """A run's folder is another's from now on."""
    from core.session import Session

    if isinstance(held, Session):
        held.close()


def _read_model(
    wanted: Wanted, tell: Callable[[int, int], None], left: threading.Thread | None
) -> Session:
    if left is not None:  # else the folder of a run were still in use
        left.join()
    started = time.perf_counter()
    session = _open(wanted, tell)
    log.info("opened %s in %.2f s", wanted.reference, time.perf_counter() - started)
    return session


def _open(wanted: Wanted, tell: Callable[[int, int], None]) -> Session:
    import torch

    from app.apart import get_ready, open_apart
    from core.opening import open_any, trains
    from core.training.folder import InUse
    from core.watching import open_run

    if not trains(wanted.reference, wanted.begin, wanted.watch) or not get_ready():
        return open_any(
            wanted.reference, wanted.budget, wanted.way, tell, wanted.begin, wanted.watch)
    folder = Path(wanted.reference)
    try:
        return open_apart(
            folder, wanted.budget, tell, wanted.begin, wanted.before, torch.get_num_threads())
    except InUse:
        if wanted.begin is not None:
            raise
        return open_run(folder, wanted.budget, wanted.way, tell)
