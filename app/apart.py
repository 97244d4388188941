"""A run that a process of its own trains, as the engine has it: followed, steered, and looked at.

The other process never waits for Python that draws, nor a picture for a step: while weights are
looked at, it computes the gradient that changes them next.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from multiprocessing import forkserver, resource_tracker
from multiprocessing.reduction import recv_handle
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.pace import PICTURE, Beat
from app.training_process import Opened, Order, train
from core.device import best_device
from core.drive import Begin, Drive, Report, Training
from core.errors import Refusal, translate
from core.followed import FollowedSession
from core.shared_weights import CAN_SHARE, SharedWeights
from core.training.beginning import starting_folder

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

log = logging.getLogger(__name__)


def suits() -> bool:
    """Whether runs are trained in a process of their own: on the CPU, where memory can be passed
    on."""
    return CAN_SHARE and best_device().type == "cpu"


def get_ready() -> bool:
    """Let the process that trainers are forked from read torch, so that the next run need not wait
    for it; nobody does here. Whether there can be such a process."""
    if not suits():
        return False
    try:
        os.close(os.memfd_create("weights"))  # some sandboxes have none
        _context()
    except OSError as error:
        log.warning("runs can't be trained in a process of their own: %s", error)
        return False
    return True


def _context() -> Any:  # noqa: ANN401 - what it makes has types of its own
    """Processes are forked from one that has torch already, and no thread."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["app.preloaded"])
    with _without_the_folder():
        resource_tracker.ensure_running()  # once it runs, it leaves signals as they are
        with _without_interrupts():
            forkserver.ensure_running()
    return context


@contextmanager
def _without_the_folder() -> Iterator[None]:
    """A Python that is started within takes no module from the folder that it is started in, where
    a person may well have an ``app`` or a ``core``."""
    name = "PYTHONSAFEPATH"
    before, os.environ[name] = os.environ.get(name), "1"
    try:
        yield
    finally:
        os.environ.pop(name, None)
        if before is not None:
            os.environ[name] = before


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """What is started within hears no Ctrl+C, nor what is forked from it: the window's process says
    when to leave."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class Link:
    """To the process that trains. One thread gives orders; another, of this, hears reports."""

    def __init__(self, folder: Path, begin: Begin | None, before: Drive, threads: int) -> None:
        """Start the process; it opens the run."""
        self.heard: Callable[[], object] = lambda: None
        """Called in a thread of its own when there is something in ``reports``."""
        self.reports: deque[Report | None] = deque()
        """What was told and not yet taken; None last of all, when the process is gone."""
        self._order = Order(before)
        context = _context()
        self._link, other = context.Pipe()
        self._process: BaseProcess = context.Process(
            target=train, name="training", daemon=True,
            args=(other, os.getpid(), folder, begin, before, threads))
        self._process.start()
        self._hearing = threading.Thread(target=self._hear, name="reports", daemon=True)
        other.close()

    def order(self, **changes: Any) -> None:
        """Want this from now on."""
        self._order = replace(self._order, **changes)
        try:
            self._link.send(self._order)
        except OSError:  # it is gone; who hears it says so
            log.info("the process that trains hears no more")

    def open(self, progress: Callable[[int, int], object]) -> tuple[Opened, SharedWeights]:
        """Wait until the run is there, and go on hearing it in a thread of its own.

        Raises:
            Refusal: as the process that trains says it, or because it is gone.
        """
        try:
            while not isinstance(said := self._link.recv(), Opened):
                if isinstance(said, logging.LogRecord):
                    logging.getLogger(said.name).handle(said)
                elif isinstance(said, Refusal):
                    raise said
                else:
                    progress(*said)
                    if not said[1]:
                        self.order(asked=self._order.asked + 1)
            shared = SharedWeights(recv_handle(self._link))
        except (EOFError, OSError) as error:
            self._end()
            raise Refusal(translate(
                "core", "The process that was to train this run was ended from outside, perhaps "
                "for want of memory; close what needs much of it, and try again.")) from error
        self._hearing.start()
        return said, shared

    def _hear(self) -> None:
        try:
            while True:
                said = self._link.recv()
                if isinstance(said, logging.LogRecord):
                    logging.getLogger(said.name).handle(said)
                else:
                    self._leave(said)
        except (EOFError, OSError):
            pass
        except Exception:
            log.exception("what the process that trains tells can't be read")
            self.kill()
        self._leave(None)

    def _leave(self, report: Report | None) -> None:
        self.reports.append(report)
        self.heard()

    def gone(self) -> Refusal:
        """What to say where nothing is heard any more."""
        self._end()
        return Refusal(translate(
            "core", "The process that trains this run was ended from outside, perhaps for want of "
            "memory; play goes on from the newest checkpoint."))

    def _end(self) -> None:
        self._process.join(1.0)
        log.warning("the process that trains ended with %s", self._process.exitcode)

    def close(self) -> None:
        """Have it keep what there is, and wait for its end."""
        self.heard = lambda: None
        self.order(leave=True)
        self._process.join()
        if self._hearing.is_alive():
            self._hearing.join()
        self._link.close()

    def kill(self) -> None:
        """End it at once; what its folder holds is whole."""
        self._process.kill()


class ApartSession(FollowedSession):
    """A followed session, and the link to who trains it."""

    def __init__(self, link: Link, folder: Path, budget: int, opened: Opened,
                 shared: SharedWeights, before: Drive) -> None:
        super().__init__(folder, shared, opened.report, opened.onednn, budget)
        self.link, self.before = link, before

    def close(self) -> None:
        """Keep what there is, and let go of the folder."""
        self.link.close()


def open_apart(
    folder: Path, budget: int, progress: Callable[[int, int], object], begin: Begin | None,
    before: Drive, threads: int,
) -> ApartSession:
    """As :func:`core.opening.open_live`, in a process of its own.

    Args:
        folder: of the run.
        budget: in bytes, of the timeline.
        progress: told how much is read; what it raises goes through, and ends the process.
        begin: what a new run begins with; None for one that is there.
        before: what is asked for beyond it alone is new.
        threads: of torch.

    Raises:
        Refusal: if it can't be begun, or gone on with.
    """
    if begin is not None:
        begin = replace(
            begin, data=begin.data and begin.data.absolute(),
            init=begin.init and str(starting_folder(begin.init).absolute()))
    link = Link(folder.absolute(), begin, before, threads)
    try:
        opened, shared = link.open(progress)
        session = ApartSession(link, folder, budget, opened, shared, before)
        progress(0, 0)
    except BaseException:
        link.close()
        raise
    return session


class Apart:
    """Of one run, from when it was opened; as :class:`app.pace.Pace`, but that the steps are taken
    elsewhere."""

    def __init__(
        self, live: ApartSession, refuse: Callable[[Refusal], object], heard: Callable[[], object]
    ) -> None:
        """``heard`` is called in another thread when there is something to deal with."""
        self.live, self._link = live, live.link
        self.drive = live.before
        """What is wished for."""
        self._refuse = refuse
        self._number = self._heard = 0
        self._working = self._norms = False
        self._wait = 0.0
        self._beat = Beat()
        self.lost = False
        """Whether the other process is gone."""
        self._why: Refusal | None = None
        self._link.heard = heard
        self._link.order(taken=1)  # the report that the run was opened with

    def follow(self, drive: Drive) -> bool:
        """Go on in this way; False if there is nobody to do so, and steps are asked for."""
        before, self.drive = self.drive, drive
        asked = (drive.playing and not before.playing) or drive.steps > before.steps or (
            drive.returns > before.returns)
        self.live.budget = drive.budget
        if self.lost:
            return not asked
        if drive != before:
            self._working |= asked
            self._number += 1
            self._link.order(drive=drive, number=self._number)
        return True

    def tell(self, points: int) -> Training:
        """As :meth:`app.pace.Pace.tell`; norms of layers come with the next report."""
        if self._norms != (points > 0):
            self._norms = points > 0
            self._link.order(norms=self._norms)
        return self.live.tell(self.working, points, norms=points > 0)

    @property
    def working(self) -> bool:
        """Whether there are steps to take, as far as is known."""
        return self._working and not self.lost

    @property
    def patience(self) -> float | None:
        """0 if there is something to deal with; else it comes by itself."""
        return 0.0 if self._link.reports else None

    def still(self) -> AbstractContextManager[bool]:
        """As :meth:`FollowedSession.still`."""
        return self.live.still()

    def stop(self, why: Refusal) -> None:
        """What the other process told can't be dealt with: it is to keep what there is, and end."""
        self._why = why
        self._link.order(leave=True)

    def step(self) -> None:
        """Deal with one report, within a turn."""
        report = self._link.reports.popleft()
        if report is None:
            gone, self.lost = self._link.gone(), True
            self.live.lose(self._why or gone)
            return
        if self._why is not None:
            return
        self.live.take(report)
        self._heard, self._wait = report.heard, report.wait
        if self._heard == self._number:
            self._working = report.training.working
        if report.refused is not None:
            self._refuse(report.refused)
        self._link.order(taken=report.number)

    def picture_due(self, taken: bool) -> bool:
        """As :meth:`app.pace.Pace.picture_due`, by what the last report says of the next."""
        if self.working and self._wait < PICTURE and not (taken and self._beat.due):
            return False
        self._beat.take()
        return True
