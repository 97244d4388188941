"""What a new run would read, how fast it would be and what it would take: asked in a thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from PySide6.QtCore import QObject, QTimer, Signal

from app.work import LatestBox, Work, torch_threads
from core.training.beginning import starting_folder
from core.training.estimate import estimate
from core.training.survey import Survey, survey

if TYPE_CHECKING:
    from core.training.recipe import Recipe

_AFTER = 350  # milliseconds after the last change
_LISTEN = 40


@dataclass(frozen=True)
class Question:
    """All that the answer depends on."""

    recipe: Recipe | None
    """Of the run; None while its numbers make no model."""
    reads: Recipe
    """How its data are read."""
    data: Path | None = None
    hold_out: int | None = None
    init: str | None = None

    @property
    def text(self) -> tuple[object, ...]:
        """What the survey of the data depends on."""
        return self.data, self.hold_out, self.reads.objective, self.reads.columns


Told = tuple["Question", "Survey | None"]


class Checking(QObject):
    """Answers the newest question; the one before is given up. Its thread holds no part of Qt."""

    surveyed = Signal(object)
    """The Survey of the data; None where there are none to read."""
    estimated = Signal(object)
    """An Estimate, or the Refusal that says why no such run can be."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._question: Question | None = None
        self._asked: Question | None = None
        """The one that is being answered; an older one as long as it reads the same data."""
        self._known: Told | None = None
        self._work: Work | None = None
        self._wait = QTimer(self, singleShot=True, interval=_AFTER)
        self._wait.timeout.connect(self._start)
        self._listen = QTimer(self, interval=_LISTEN)
        self._listen.timeout.connect(self._hear)
        self._told: LatestBox[Told] = LatestBox()
        self._outcome: LatestBox[object] = LatestBox()

    @property
    def survey(self) -> Survey | None:
        """Of the data that are named now; None until they have been read."""
        if self._known is None or self._question is None:
            return None
        asked, survey = self._known
        return survey if asked.text == self._question.text else None

    def ask(self, question: Question) -> None:
        """Answer this, a moment after the last change."""
        asked = self._asked
        self._question = question
        if asked is None or asked.text != question.text or self.survey is not None:
            self._stop()
        self._wait.start()

    def cancel(self) -> None:
        """Nobody wants to know any more."""
        self._stop()
        self._wait.stop()

    def _start(self) -> None:
        assert self._question is not None
        self._wait.stop()
        if self._work is not None:
            return  # what it reads is wanted for this one too
        self._asked = self._question
        self._told, self._outcome = LatestBox(), LatestBox()
        question, told, known = self._question, self._told, self.survey
        self._work = Work(
            lambda tell: _answer(question, known, told, lambda: tell(0, 0)),
            lambda done, size: None, self._outcome.put)
        self._work.start()
        self._listen.start()

    def _stop(self) -> None:
        if self._work is not None:
            self._work.cancel()
        self._work = self._asked = None
        self._listen.stop()

    def _hear(self) -> None:
        told, outcome = self._told.take(), self._outcome.take()
        if told is not None:
            self._known = told
            self.surveyed.emit(told[1])
        if self._asked is None:  # another question came of it
            return
        if self._asked is not self._question:
            if told is not None or outcome is not None:
                self._stop()
                self._start()
        elif outcome is not None:
            self._stop()
            self.estimated.emit(None if outcome is _NOTHING else outcome)


_NOTHING = object()


def _answer(
    question: Question, known: Survey | None, told: LatestBox[Told], going: Callable[[], None]
) -> object:
    torch.set_num_threads(min(torch.get_num_threads(), torch_threads()))
    found = known
    if found is None and question.data is not None:
        found = survey(question.reads, question.data, question.hold_out)
    going()
    told.put((question, found))
    if question.recipe is None or (found is not None and found.refusal is not None):
        return _NOTHING
    init = None if question.init is None else starting_folder(question.init)
    return estimate(question.recipe, init, None if found is None else found.data, going)
