"""What runs in the process of its own that trains a run: it takes steps, and tells of them.

It has neither a window nor a look at anything, so that nobody else's Python holds a step up.
"""

from __future__ import annotations

import logging
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from logging.handlers import QueueHandler
from multiprocessing.connection import Connection
from multiprocessing.reduction import send_handle
from pathlib import Path

import torch

from app.pace import Pace
from app.work import bare, say_failure
from core.allocator import keep_freed_memory
from core.drive import Begin, Drive, Report
from core.errors import Cancelled, Refusal
from core.linear import learns
from core.live import LiveSession
from core.opening import open_live

log = logging.getLogger(__name__)
_TELL_AFTER = 0.05  # seconds from one report of progress to the next


@dataclass(frozen=True)
class Order:
    """What the window's process wants; each takes the place of the one before."""

    drive: Drive = field(default_factory=Drive)
    number: int = 0
    """Of the drive."""
    norms: bool = False
    """Whether those of all layers are to be told."""
    taken: int = 0
    """The number of the last report that was dealt with: the weights may change again."""
    asked: int = 0
    """How many questions were answered whether a run is still to be opened: it is."""
    leave: bool = False
    """Whether to keep what there is, and end."""


@dataclass(frozen=True)
class Opened:
    """The run is there; after it comes the handle of its weights."""

    report: Report
    onednn: bool


class _Orders:
    """The newest order, heard in a thread of its own; where nobody is left to give any, it is to
    leave."""

    def __init__(self, link: Connection, first: Order) -> None:
        self._link, self._order = link, first
        self._changed = threading.Condition()
        threading.Thread(target=self._hear, name="orders", daemon=True).start()

    def _hear(self) -> None:
        try:
            while True:
                self._take(self._link.recv())
        except Exception:  # the window's process is gone, or of another mind
            self._take(replace(self._order, leave=True))

    def _take(self, order: Order) -> None:
        with self._changed:
            self._order = order
            self._changed.notify()

    @property
    def newest(self) -> Order:
        """It stays until the next."""
        with self._changed:
            return self._order

    def await_other(self, than: Order, patience: float | None) -> Order:
        """Sleep until there is one that asks for something else, or for so many seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self._order.leave or (
                (self._order.number, self._order.norms) != (than.number, than.norms)), patience)
            return self._order

    def await_answer(self, number: int) -> None:
        """Sleep until so many questions were answered."""
        with self._changed:
            self._changed.wait_for(lambda: self._order.leave or self._order.asked >= number)

    def await_taken(self, number: int) -> None:
        """Sleep until that report was dealt with."""
        with self._changed:
            self._changed.wait_for(lambda: self._order.leave or self._order.taken >= number)


class _Teller:
    """Sends reports of one run."""

    def __init__(self, link: Connection, live: LiveSession, pace: Pace) -> None:
        self.sent = 0
        """The number of the last."""
        self.heard = 0
        self.seconds = 0.0
        """That the last step took."""
        self._link, self._live, self._pace = link, live, pace

    def report(
        self, norms: bool = False, back: bool = False, refused: Refusal | None = None
    ) -> Report:
        """The next, of how things stand."""
        live = self._live
        self.sent += 1
        rows = () if back else live.take_rows()
        training = live.tell(self._pace.working, 0, norms)
        wait = self.seconds + (self._pace.patience or 0.0)
        return Report(self.sent, live.run.done, self.heard, training, rows, back, refused, wait)

    def tell(
        self, norms: bool = False, back: bool = False, refused: Refusal | None = None
    ) -> None:
        """Send it."""
        self._link.send(self.report(norms, back, refused))


def train(
    link: Connection, listener: int, folder: Path, begin: Begin | None, before: Drive, threads: int
) -> None:
    """Open the run in ``folder`` and go on with it as it is ordered, until that ends.

    Args:
        link: to the process of the window.
        listener: the number of that process.
        folder: of the run.
        begin: what a new run begins with.
        before: what is asked for beyond it alone is new.
        threads: of torch.
    """
    keep_freed_memory()
    torch.set_num_threads(threads)
    orders = _Orders(link, Order(before))
    _send_log(link)
    try:
        live = open_live(folder, 0, _Progress(link, orders), begin)
    except Cancelled:
        return
    except Exception as error:
        if not isinstance(error, Refusal):
            log.exception("a run can't be opened")
        with suppress(OSError):  # nobody waits for it any more
            link.send(bare(error) if isinstance(error, Refusal) else say_failure(error))
        return
    try:
        _follow(link, listener, live, orders, before)
    except Exception:  # nobody sees more than the log of the window, if there is still a window
        log.exception("a run can't be gone on with")
    finally:
        live.close()


def _follow(
    link: Connection, listener: int, live: LiveSession, orders: _Orders, before: Drive
) -> None:
    pace = Pace(live, before)
    teller = _Teller(link, live, pace)
    shared = live.share(lambda: orders.await_taken(teller.sent))
    link.send(Opened(teller.report(), learns(live.model)))
    send_handle(link, shared.handle, listener)
    told = -1  # the step of which something was told in the middle of a measure

    def attend() -> None:
        nonlocal told
        if orders.newest.leave:
            raise Cancelled
        if told != live.run.done:
            told = live.run.done
            teller.tell(orders.newest.norms)

    live.attend = attend
    followed = Order(before)
    while not (order := orders.await_other(followed, pace.patience)).leave:
        if order.number > teller.heard:
            teller.heard = order.number
            teller.tell(order.norms, refused=_steer(pace, order.drive))
        elif order.norms and not followed.norms:
            teller.tell(norms=True)
        followed = order
        if pace.patience == 0:
            began = time.perf_counter()
            back = _step(pace)
            teller.seconds = time.perf_counter() - began
            teller.tell(order.norms, back)


def _steer(pace: Pace, drive: Drive) -> Refusal | None:
    """Why it can't be followed."""
    try:
        pace.follow(replace(drive, budget=0))  # nothing of the past is kept here
    except Refusal as refusal:
        return bare(refusal)
    except Exception as error:
        log.exception("the run can't be steered")
        return say_failure(error)
    return None


def _step(pace: Pace) -> bool:
    """Take one; whether it went back instead."""
    live, before = pace.live, pace.returned
    try:
        pace.step()
    except Cancelled:  # it is to end, in the middle of a measure
        pass
    except Refusal as refusal:
        log.info("the run stopped: %s", str(refusal))
    except Exception as error:
        log.exception("a step failed")
        live.stopped = say_failure(error, trains=True)
    return pace.returned > before and live.stopped is None


class _Progress:
    """Tells how much is read, now and then; between two parts, (0, 0), it asks whether the run is
    still to be opened, and waits for the answer."""

    def __init__(self, link: Connection, orders: _Orders) -> None:
        self._link, self._orders = link, orders
        self._told, self._asked = 0.0, 0

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if not total:
            self._asked += 1
            self._link.send((done, total))
            self._orders.await_answer(self._asked)
        elif now - self._told >= _TELL_AFTER:
            self._told = now
            self._link.send((done, total))
        if self._orders.newest.leave:
            raise Cancelled


class _Log(QueueHandler):
    """The window's process writes it."""

    def __init__(self, link: Connection) -> None:
        super().__init__(link)  # type: ignore[arg-type]
        self._link = link

    def enqueue(self, record: logging.LogRecord) -> None:
        self._link.send(record)


def _send_log(link: Connection) -> None:
    logging.raiseExceptions = False  # where nobody is left to be told, nothing is said
    logging.getLogger().handlers = [_Log(link)]
    logging.getLogger().setLevel(logging.INFO)
