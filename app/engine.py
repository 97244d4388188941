"""The one thread that owns the model.

The newest wish replaces the one before; the newest answer replaces the one before. A model is
read in a thread of its own and handed over whole, so that the one before answers until then.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.state import Answer, Wish
from app.work import LatestBox, Work, bare, say_failure
from core.errors import Refusal, translate

if TYPE_CHECKING:
    from core.session import Session

log = logging.getLogger(__name__)


def torch_threads() -> int:
    """One core is the GUI's, and torch's threads wait for one another by spinning."""
    return max(1, (os.cpu_count() or 2) - 1)


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
            self.refused.emit(say_failure(error), wish)
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
    session = open_session(wish.model, wish.way, tell)
    log.info("opened %s in %.2f s", wish.model, time.perf_counter() - started)
    return session
