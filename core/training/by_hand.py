"""What a person changes while a run goes on, recorded so that a resumed run repeats it."""

from __future__ import annotations

import math
from dataclasses import replace

from core.errors import Refusal, translate
from core.training.folder import RunFolder
from core.training.trainer import Trainer

Change = tuple[int, str, float]
"""After which step, what, and to which value."""


class ByHand:
    """The factor of a run's rates, and the rows of its batches."""

    def __init__(self, place: RunFolder, trainer: Trainer) -> None:
        self._place, self._trainer = place, trainer
        self._all: list[Change] = []
        self._followed = 0  # how many of them

    def repeat(self, done: int, before: int | None) -> None:
        """Take what was recorded, and do what was done up to step ``done``.

        Args:
            done: steps so far.
            before: what was changed from this step on is forgotten; None forgets nothing.

        Raises:
            Refusal: if it can't be read, or not be forgotten.
        """
        told = self._place.read_changes()
        self._all = [one for one in told if before is None or one[0] < before]
        self.follow(done)
        if self._all != told:
            self._place.write_json("changes.json", self._all)

    @property
    def batch(self) -> int:
        """Rows of a batch from the next step on."""
        told = [value for _, what, value in self._all[: self._followed] if what == "batch"]
        return int(told[-1]) if told else self._trainer.config.batch

    def set_rate(self, done: int, factor: float) -> None:
        """From the step after ``done``, multiply the schedule's rates by ``factor``.

        Raises:
            Refusal: if it is not above 0, or can't be recorded.
        """
        if not 0 < factor < math.inf:
            raise Refusal(
                translate("core", "The learning rate is {value}; it must be above 0."), value=factor
            )
        self._change(done, "rate", factor)

    def set_batch(self, done: int, size: int) -> None:
        """From the step after ``done``, draw ``size`` rows at a time.

        Raises:
            Refusal: if it is out of range, or can't be recorded.
        """
        replace(self._trainer.config, batch=size)  # looks at it
        self._change(done, "batch", size)

    def _change(self, done: int, what: str, value: float) -> None:
        self.follow(done)
        changes = [*self._all[: self._followed], (done, what, value)]
        self._place.write_json("changes.json", changes)
        self._all = changes
        self.follow(done)

    def follow(self, done: int) -> None:
        """Do what is recorded up to step ``done`` and has not been done."""
        while self._followed < len(self._all) and self._all[self._followed][0] <= done:
            _, what, value = self._all[self._followed]
            self._followed += 1
            if what == "rate":
                self._trainer.factor = value
            else:
                self._trainer.objective.set_batch(int(value))
