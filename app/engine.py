"""The one thread that owns the model, and the places where threads meet.

The newest wish replaces the one before; the newest answer replaces the one before. The GUI
thread never waits here: it holds a lock for as long as it takes to swap a reference. A model is
read in a thread of its own and handed over whole, so that the one before answers until then.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal

from app.state import Answer, Wish
from core.errors import Cancelled, Refusal, translate

if TYPE_CHECKING:
    from core.frame import Prompt
    from core.session import Session

_TELL_AFTER = 0.05  # seconds from one report of progress to the next

log = logging.getLogger(__name__)
T = TypeVar("T")


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
    ) -> None:
        """``run`` is given what to call with (done, of how much).

        ``progressed`` and ``ended`` are called in the thread; ``ended`` gets what ``run`` returns,
        or the Refusal that it ends in, and is not called after :meth:`cancel`.
        """
        self._run, self._progressed, self._ended = run, progressed, ended
        self._cancelled = threading.Event()
        self._told = 0.0
        self.thread = threading.Thread(target=self._work, name="work", daemon=True)

    def start(self) -> None:
        """Begin."""
        self.thread.start()

    def cancel(self) -> None:
        """Nobody waits for it any more; it ends as soon as it next tells how far it is."""
        self._cancelled.set()

    def _tell(self, done: int, total: int) -> None:
        if self._cancelled.is_set():
            raise Cancelled
        now = time.monotonic()
        if now - self._told >= _TELL_AFTER:
            self._told = now
            self._progressed(done, total)

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
            outcome = _say_failure(error)
        if not self._cancelled.is_set():
            self._ended(outcome)


def bare(refusal: Refusal) -> Refusal:
    """The same without its traceback, which holds the tensors of the frames it went through."""
    return type(refusal)(refusal.template, **refusal.values)


class Engine(QObject):
    """Answers wishes. Signals arrive in the thread of whoever connects."""

    answered = Signal()
    """There is an answer to take."""
    loading = Signal(str)
    """A model is being read; its reference. The one before goes on answering."""
    progressed = Signal(object, object)
    """Bytes that are read of it, and those there are in all."""
    refused = Signal(object, object)
    """A Refusal, and the wish that led to it; the last picture stays true."""
    ready = Signal()
    """torch is there; what needs it quickly may begin."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: LatestBox[Answer] = LatestBox()
        self._changed = threading.Condition()
        self._wish: Wish | None = None
        self._stopping = False
        self._session: Session | None = None
        self._tried: tuple[str, int] | None = None
        self._answered: Wish | None = None
        self._loader: Work | None = None
        self._loaded: _Loaded | None = None
        self._last: Wish | None = None
        self._thread = threading.Thread(target=self._work, name="engine", daemon=True)

    def start(self) -> None:
        """Begin to work; torch is imported in the engine's thread."""
        self._thread.start()

    def wish(self, wish: Wish) -> None:
        """Want this, and nothing else any more."""
        with self._changed:
            self._wish = wish
            self._changed.notify()

    def stop(self, seconds: float = 1.5) -> bool:
        """End the thread; False if it is still in the middle of something after ``seconds``."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        end = time.monotonic() + seconds
        if self._thread.is_alive():
            self._thread.join(seconds)
        loader = self._loader
        if loader is not None:
            loader.cancel()
            loader.thread.join(max(0.0, end - time.monotonic()))
        return not (self._thread.is_alive() or (loader and loader.thread.is_alive()))

    def _next(self) -> tuple[Wish | None, _Loaded | None] | None:
        """Wait for a wish or for a model that was read; None at the end."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._stopping or self._wish is not None or self._loaded is not None
            )
            wish, self._wish = self._wish, None
            loaded, self._loaded = self._loaded, None
            return None if self._stopping else (wish, loaded)

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
            wish, loaded = news
            if loaded is not None and self._accept(loaded):
                wish = wish or self._again()
            if wish is not None:
                self._last = wish
                self._answer(wish)

    def _answer(self, wish: Wish) -> None:
        try:
            session = self._session_for(wish)
            if session is None:
                return
            frame = session.look(wish.prompt, wish.sight)
        except Refusal as refusal:
            log.info("refused: %s", str(refusal))
            self.refused.emit(bare(refusal), wish)
        except Exception as error:
            log.exception("a look failed")
            self.refused.emit(_say_failure(error), wish)
        else:
            self._answered = wish
            if self.answers.put(Answer(wish, frame)):
                self.answered.emit()

    def _session_for(self, wish: Wish) -> Session | None:
        """The session at hand; it begins to read another model where one is wished for.

        A model that failed to load is not tried again at each key; the one before goes on.
        """
        if self._session is not None and self._session.card.reference == wish.model:
            self._give_up()
        elif (wish.model, wish.attempt) != self._tried:
            self._give_up()
            self._tried = wish.model, wish.attempt
            self.loading.emit(wish.model)
            self._loader = loader = Work(
                lambda tell: _read_model(wish, tell), self.progressed.emit,
                lambda outcome: self._hand_over((loader, wish, outcome)),
            )
            loader.start()
        return self._session

    def _give_up(self) -> None:
        """Nobody waits any more for the model that is being read, if there is one."""
        if self._loader is not None:
            self._loader.cancel()
        self._loader = self._tried = None

    def _hand_over(self, loaded: _Loaded) -> None:
        """In the thread that has read a model."""
        with self._changed:
            self._loaded = loaded
            self._changed.notify()

    def _accept(self, loaded: _Loaded) -> bool:
        """Use a model that was read; False if it can't be, or is not wanted any more."""
        from core.session import Session

        loader, wish, outcome = loaded
        if loader is not self._loader:
            return False
        self._loader = None
        if isinstance(outcome, Session):
            self._session, self._tried = outcome, None
            return True
        self.refused.emit(outcome, wish)
        return False

    def _again(self) -> Wish | None:
        """The last wish, now for the model it waited for; its key has been answered before."""
        if self._last is None or self._answered is not self._last:
            return self._last
        return replace(self._last, asked=0.0)


_Loaded = tuple[Work, Wish, object]
"""What was read, for which wish: a Session, or the Refusal that it ended in."""


def _read_model(wish: Wish, tell: Callable[[int, int], None]) -> Session:
    from core.session import open_session

    started = time.perf_counter()
    session = open_session(wish.model, wish.dtype, tell)
    log.info("opened %s in %.2f s", wish.model, time.perf_counter() - started)
    return session


def _say_failure(error: Exception) -> Refusal:
    """One sentence for what went wrong; torch says a plain RuntimeError when memory ends."""
    if isinstance(error, MemoryError) or "out of memory" in str(error) or (
        "can't allocate memory" in str(error)
    ):
        return Refusal(translate(
            "core", "There is not enough memory for this text and model; shorten the text or open "
            "a smaller model."))
    return Refusal(translate(
        "core", "This could not be computed; the log says why. The last picture stays."))


class Comparison(QObject):
    """One comparison with ``transformers``, in a process of its own: this one stays free of it."""

    ended = Signal(object)
    """The ``core.parity.report.Report``, or a Refusal."""

    def __init__(self, model: str, prompt: Prompt, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._question = {"model": model, "prompt": asdict(prompt)}
        self._process = QProcess(self)
        self._process.finished.connect(self._read)
        self._process.errorOccurred.connect(self._fail)

    def start(self) -> None:
        """Begin; ``ended`` comes once, unless it is stopped before."""
        import json  # not before the window is there

        import core

        home = str(Path(core.__file__).parent.parent)
        environment = QProcessEnvironment.systemEnvironment()
        known = environment.value("PYTHONPATH")
        environment.insert("PYTHONPATH", os.pathsep.join(filter(None, (home, known))))
        environment.insert("OMP_NUM_THREADS", str(torch_threads()))
        self._process.setProcessEnvironment(environment)
        # -P: nothing is imported from the folder that the program happens to run in.
        self._process.start(sys.executable, ["-P", "-m", "core.parity"])
        self._process.write(json.dumps(self._question).encode())
        self._process.closeWriteChannel()

    def stop(self) -> None:
        """End it, whatever it is at."""
        self._process.blockSignals(True)
        if self._process.state() != QProcess.ProcessState.NotRunning:
            self._process.kill()
            self._process.waitForFinished(2000)

    def _read(self) -> None:
        import json

        from core.parity.report import Report

        try:
            told = json.loads(bytes(self._process.readAllStandardOutput().data()))
        except ValueError:
            self._fail()
            return
        if "report" in told:
            self.ended.emit(Report.from_json(told["report"]))
        else:
            self.ended.emit(Refusal(told["refusal"], **told["values"]))

    def _fail(self) -> None:
        """It crashed, was killed or could not be started."""
        said = bytes(self._process.readAllStandardError().data()).decode(errors="replace")
        log.warning("the comparison failed: %s; %s", self._process.errorString(), said[-4000:])
        self._process.blockSignals(True)  # a crash is told twice
        self.ended.emit(Refusal(translate(
            "core", "The comparison ended before its end; the log says why. A model that is too "
            "large for this machine's memory twice ends so.")))
