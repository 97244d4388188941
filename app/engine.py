"""The one thread that looks through the model.

The newest wish replaces the one before; the newest answer replaces the one before. A model is
read in a thread of its own and handed over whole, so that the one before answers until then. A run
is trained in a process of its own; where memory can't be shared with one, here, between two wishes.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.besides import Besides
from app.holding import Holding, Loaded, Wanted
from app.inbox import Inbox
from app.pace import Pace, Watch
from app.state import Answer, Wish
from app.traces import write_traces
from app.work import LatestBox, bare, say_failure, torch_threads
from core.allocator import return_freed_memory
from core.errors import Cancelled, Refusal, translate

if TYPE_CHECKING:
    from app.apart import Apart
    from core.drive import Training
    from core.frame import Frame
    from core.sides import Sides

log = logging.getLogger(__name__)


_REST = 20.0
"""Seconds without a wish after which memory that nobody uses is given back."""


class Engine(QObject):
    """Answers wishes. Signals arrive in the thread of whoever connects."""

    answered = Signal()
    """There is an answer to take."""
    sided = Signal()
    """Models that stand side by side have something to show: ``besides.box``."""
    loading = Signal(str)
    """A model is being read; its reference. The one before goes on answering."""
    progressed = Signal(object, object)
    """Bytes that are read of it, and those there are in all."""
    refused = Signal(object, object)
    """A Refusal, and the wish that led to it; the last picture stays true."""
    unpaired = Signal(object)
    """The Refusal that says why the other model of a comparison can't be read."""
    traced = Signal(object)
    """How many tensors were written to a file, or the Refusal that says why none were."""
    ready = Signal()
    """torch is there; what needs it quickly may begin."""

    def __init__(self) -> None:
        super().__init__()
        self.is_ready = False
        """Whether ``ready`` was heard; who listens to it finds this so."""
        self.ready.connect(self._be_ready)
        self.answers: LatestBox[Answer] = LatestBox()
        self._inbox = inbox = Inbox()
        self._model = Holding(self.progressed.emit, inbox.leave_loaded)
        self._other = Holding(lambda done, total: None, inbox.leave_loaded)
        self.besides = Besides(inbox.leave_loaded, self.sided.emit)
        self._sides: Sides | None = None
        self._run: Pace | Apart | Watch | None = None
        self._probing = self._attended = False
        self._answered: Wish | None = None
        self._last: Wish | None = None
        self._thread = threading.Thread(target=self._work, name="engine", daemon=True)

    def start(self) -> None:
        """Begin to work; torch is imported in the engine's thread."""
        self._thread.start()

    def _be_ready(self) -> None:
        self.is_ready = True

    def wish(self, wish: Wish) -> None:
        """Want this, and nothing else any more."""
        self._inbox.leave_wish(wish)

    def write_trace(self, wish: Wish, path: Path) -> None:
        """Write the whole trace of ``wish`` to a file, once what is wished for is answered."""
        self._inbox.leave_trace(wish, path)

    def stop(self, seconds: float = 1.5) -> bool:
        """End the thread; False if it is still in the middle of something after ``seconds``."""
        self._inbox.stop()
        end = time.monotonic() + seconds
        if self._thread.is_alive():
            self._thread.join(seconds)
        held = self._model, self._other, *self.besides.holdings.values()
        ended = [one.end(max(0.0, end - time.monotonic())) for one in held]
        return all(ended) and not self._thread.is_alive()

    def _next(self) -> tuple[Wish | None, list[Loaded]] | None:
        """Wait for a wish or for models that were read; None at the end."""
        patience = self._patience()
        if patience is None and not self._inbox.wait(_REST):
            return_freed_memory()
        self._inbox.wait(patience)
        news = self._inbox.take()
        return None if self._inbox.stopping else news

    def _work(self) -> None:
        try:
            import torch  # before it is first needed

            import core.session  # noqa: F401
        except Exception as error:
            log.exception("torch can't be imported")
            self.refused.emit(Refusal(
                translate("core", "torch can't be imported ({reason}); install Headlight again."),
                reason=error), Wish())
            return
        torch.set_num_threads(min(torch.get_num_threads(), torch_threads()))
        self.ready.emit()
        while (news := self._next()) is not None:
            try:
                self._turn(*news)
            except Exception as error:
                log.exception("a turn failed")
                self.refused.emit(say_failure(error), self._last or Wish())
        self._model.release()

    def _turn(self, wish: Wish | None, loaded: list[Loaded]) -> None:
        for one in loaded:
            self._accept(one)
        shown = any(held in (self._model, self._other) for held, _, _ in loaded)
        wish = wish or (self._again() if shown else None)
        if wish is not None:
            self._last = wish
            self._steer(wish)
        with self._still():
            if wish is not None:
                self._answer(wish)
            for outcome in write_traces(self._inbox.take_traces(), self._sides):
                self.traced.emit(outcome)
            self._go_on()

    @contextmanager
    def _still(self) -> Iterator[None]:
        """Within, weights that another process trains stay as they are."""
        run = self._run
        with nullcontext(False) if run is None else run.still() as changed:
            if changed and run is not None and self._sides is not None:
                self._sides.weights_changed(run.live.step)
            yield

    @contextmanager
    def _refusing(self, wish: Wish, failed: str) -> Iterator[None]:
        """Tell what goes wrong within; what nobody foresaw is in the log, as what ``failed``."""
        try:
            yield
        except Refusal as refusal:
            log.info("refused: %s", str(refusal))
            self.refused.emit(bare(refusal), wish)
        except Exception as error:
            log.exception(failed)
            self.refused.emit(say_failure(error), wish)

    def _answer(self, wish: Wish) -> None:
        frame = None
        with self._refusing(wish, "a look failed"):
            frame = self._look(wish)
        if frame is None:
            return
        self._answered = wish
        if self.answers.put(Answer(wish, frame)):
            self.answered.emit()
        if self._sides is not None:
            self.besides.want(wish, self._sides, frame)

    def _look(self, wish: Wish) -> Frame | None:
        """Through the model at hand; it begins to read another one where that is wished for."""
        wanted = Wanted(wish.model, wish.way, wish.begin, wish.watch, wish.drive.budget)
        if self._model.want(wanted, wish.attempt):
            self.loading.emit(wish.model)
        against, other = wish.against, None
        if against is not None and against.other == "model":
            self._other.want(Wanted(against.model, wish.way, watch=True), 0)
            other = self._other.session
            if other is not None and other.card.reference != against.model:
                other = None
        elif against is None:
            self._other.give_up()
            self._other.release()  # its memory is another's
        if self._sides is None:
            return None
        frame = self._sides.look(wish.prompt, wish.sight, wish.edits, against, other, wish.at)
        return replace(frame, training=self._tell(wish))

    # -- a run --------------------------------------------------------------------------------

    @property
    def _reads_on(self) -> bool:
        """Whether heads are read at other steps now; while steps are taken, at one a picture."""
        return self._probing and self._run is not None and not self._run.working

    def _patience(self) -> float | None:
        """Seconds to wait for news at most; None for as long as it takes."""
        if self._reads_on:
            return 0.0
        waits = self.besides.patience, None if self._run is None else self._run.patience
        return min((wait for wait in waits if wait is not None), default=None)

    def _steer(self, wish: Wish) -> None:
        """Let the run go on as the wish says, if it is the one that is meant."""
        if self._run is None or self._run.live.card.reference != wish.model:
            return
        with self._refusing(wish, "the run can't be steered"):
            before = self._run.drive
            if not self._run.follow(wish.drive):  # it is opened again
                self._model.lose(before)

    def _go_on(self) -> None:
        """Between two wishes: look at a model that stands beside, take a step, look into a folder,
        or read heads at kept steps."""
        if self._last is None:
            return
        if self.besides.patience == 0:
            self.besides.look()
        elif self._run is not None and self._run.patience == 0:
            if isinstance(self._run, Watch):
                self._scan(self._run, self._last)
            else:
                self._train(self._run, self._last)
        elif self._reads_on:
            self._probing = self._probe(self._last)
            if not self._probing:
                self._refresh()

    def _scan(self, watch: Watch, wish: Wish) -> None:
        """See what another program has written, and show it."""
        new = True
        with self._refusing(wish, "a folder can't be looked through"):
            new = watch.scan()
        if new:
            self._refresh()

    def _train(self, pace: Pace | Apart, wish: Wish) -> None:
        """Take a step, or hear of one, and send its picture if that is due."""
        self._attended = False
        try:
            pace.step()
        except Cancelled:  # it is to end, in the middle of a measure
            return
        except Refusal as refusal:
            log.info("the run stopped: %s", str(refusal))
        except Exception as error:
            log.exception("a step failed")
            pace.stop(say_failure(error, trains=True))
        if self._sides is not None:
            self._sides.weights_changed(pace.live.step)
        if self._attended:
            self._steer(self._last or wish)
        if pace.picture_due(self.answers.empty):
            self._refresh()
            if self._probing and pace.working:
                self._probe(self._last or wish)

    def _attend(self) -> None:
        """In the middle of a measure: look at what was typed; the run is steered after it."""
        wish = self._inbox.take_wish()
        if self._inbox.stopping:
            raise Cancelled
        if wish is not None:
            self._last, self._attended = wish, True
            self._answer(wish)

    def _refresh(self) -> None:
        """Answer the last wish again: the weights are others."""
        wish = self._again()
        if wish is not None:
            self._answer(wish)
            self._answered = self._last

    def _probe(self, wish: Wish, most: int = 1) -> bool:
        """Read heads at so many more steps at most; whether there are more."""
        try:
            return self._run is not None and self._run.live.probe(wish.prompt, wish.sight, most)
        except Refusal as refusal:
            log.info("heads can't be read: %s", str(refusal))
        except Exception:
            log.exception("heads can't be read")
        return False

    def _tell(self, wish: Wish) -> Training | None:
        """Where the run is, if it is one; with curves, heads are read once it has been told."""
        points = wish.sight.curves
        self._probing = points > 0 and self._probe(wish, 0)
        return None if self._run is None else self._run.tell(points)

    # -- models ---------------------------------------------------------------------------------

    def _accept(self, loaded: Loaded) -> None:
        """Use a model that was read; say so if it can't be."""
        from app.apart import Apart, ApartSession
        from core.live import LiveSession
        from core.sides import Sides
        from core.watching import WatchedSession

        held, work, outcome = loaded
        refusal = held.accept(work, outcome)
        if held not in (self._model, self._other):
            self.besides.accepted(held, refusal)
        elif refusal is not None and held is self._model:
            self.refused.emit(refusal, self._last or Wish())
        elif refusal is not None:
            self.unpaired.emit(refusal)
        session = self._model.session
        if session is not None and (self._sides is None or self._sides.session is not session):
            replaced, self._sides = self._sides is not None, Sides(session)
            self._run = None
            self.besides.forget_main()
            if replaced:
                return_freed_memory()
            if isinstance(session, LiveSession):
                self._run, session.attend = Pace(session), self._attend
            elif isinstance(session, ApartSession):
                self._run = Apart(session, lambda refusal: self.refused.emit(
                    refusal, self._last or Wish()), self._inbox.wake)
            elif isinstance(session, WatchedSession):
                self._run = Watch(session)
            if self._last is not None:
                self._steer(self._last)

    def _again(self) -> Wish | None:
        """The last wish, now for the model it waited for; its key has been answered before."""
        if self._last is None or self._answered is not self._last:
            return self._last
        return replace(self._last, asked=0.0)

