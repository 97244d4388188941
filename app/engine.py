"""The one thread that owns the model, and the two places where threads meet.

The newest wish replaces the one before; the newest answer replaces the one before. The GUI
thread never waits here: it holds a lock for as long as it takes to swap a reference.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal

from app.state import Answer, Wish
from core.errors import Refusal, translate

if TYPE_CHECKING:
    from core.frame import Prompt
    from core.session import Session

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


class Engine(QObject):
    """Answers wishes. Signals arrive in the thread of whoever connects."""

    answered = Signal()
    """There is an answer to take."""
    loading = Signal(str)
    """A model is being read; its reference."""
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
        self._failed: tuple[str, int] | None = None
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
        if self._thread.is_alive():
            self._thread.join(seconds)
        return not self._thread.is_alive()

    def _next(self) -> Wish | None:
        """Wait for the next wish; None at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._stopping or self._wish is not None)
            wish, self._wish = self._wish, None
            return None if self._stopping else wish

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
        while (wish := self._next()) is not None:
            self._answer(wish)

    def _answer(self, wish: Wish) -> None:
        try:
            session = self._session_for(wish)
            if session is None:
                return
            frame = session.look(wish.prompt, wish.sight)
        except Refusal as refusal:
            log.info("refused: %s", str(refusal))
            # Without its traceback, which holds the tensors of the frames it went through.
            self.refused.emit(Refusal(refusal.template, **refusal.values), wish)
        except Exception as error:
            log.exception("a look failed")
            self.refused.emit(_say_failure(error), wish)
        else:
            if self.answers.put(Answer(wish, frame)):
                self.answered.emit()

    def _session_for(self, wish: Wish) -> Session | None:
        """The session of the wished model: the one at hand, or a new one.

        A model that failed to load is not tried again at each key; the one before goes on.
        """
        known = self._session is not None and self._session.card.reference == wish.model
        if not known and (wish.model, wish.attempt) != self._failed:
            self._failed = wish.model, wish.attempt  # until it has been opened
            self.loading.emit(wish.model)
            from core.session import open_session

            started = time.perf_counter()
            self._session = open_session(wish.model)
            log.info("opened %s in %.2f s", wish.model, time.perf_counter() - started)
            self._failed = None
        return self._session


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
