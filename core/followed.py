"""A run that another process trains, looked at through the same memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import torch

from core.checkpoint import open_checkpoint
from core.drive import Report, Training
from core.errors import Refusal
from core.learning import LearningSession
from core.linear import learn
from core.shared_weights import TORN, SharedWeights
from core.timeline import Weights
from core.training.beginning import fit_model
from core.training.chance import Chance
from core.training.recipe import read_recipe


class FollowedSession(LearningSession):
    """Its weights are those of the other process: looked at in turns alone, see :meth:`still`."""

    def __init__(self, folder: Path, shared: SharedWeights, report: Report, onednn: bool,
                 budget: int) -> None:
        """Look at the run in ``folder``.

        Args:
            folder: of the run.
            shared: where its weights lie.
            report: the first, of a step whose checkpoint is the newest.
            onednn: whether the run multiplies through oneDNN, so that it is seen as it learns.
            budget: in bytes, of the timeline.

        Raises:
            Refusal: if that checkpoint can't be read.
        """
        kept = open_checkpoint(folder / f"checkpoint-{report.step}")
        device = torch.device("cpu")
        model = fit_model(read_recipe(folder / "recipe.json"), kept, folder, Chance(0, device))
        learn(model, onednn)
        shared.show_through(model)
        model.eval()
        self._shared = shared
        with shared.turn():
            self._stamped = shared.stamped
            super().__init__(
                replace(kept, model=model, name=folder.name), device, folder, report.step, budget)
        self._told = report.training
        self.lost: Refusal | None = None
        """Why the other process tells nothing any more."""

    @contextmanager
    def still(self) -> Iterator[bool]:
        """Within, the weights stay as they are; whether they are others than the last time."""
        with self._shared.turn():
            changed = self._stamped != self._shared.stamped
            if changed:
                if self._shared.stamped[1] == TORN:
                    self._mend()
                self._stamped = self._shared.stamped
                self.weights_changed(self._stamped[1])
            yield changed

    @torch.no_grad()
    def _mend(self) -> None:
        """The other process was killed in the middle of a change: back to the newest step that
        there is."""
        weights: Weights
        if self._line.steps:
            step = self._line.steps[-1]
            weights = self._line.weights(step)
        else:
            step = self._told.saved or 0
            weights = dict(open_checkpoint(
                self._told.folder / f"checkpoint-{step}").model.named_parameters())
        for name, parameter in self.model.named_parameters():
            parameter.copy_(weights[name])
        self._shared.stamp(step)

    def take(self, report: Report) -> None:
        """Know what the other process tells, and keep the weights as they are; within a turn."""
        if report.back:
            self._then.clear()
            self._read_past()
        for step, values in report.rows:
            self._history.add(step, values)
        before, self._told = self._told.stopped, report.training
        if before is not None and str(before) == str(self._told.stopped):
            self._told = replace(self._told, stopped=before)  # it is not to be said anew
        if self._line.steps[-1:] != (report.step,) or report.back:
            self._line.offer(report.step, self.model)

    @property
    def budget(self) -> int:
        """Of the timeline, in bytes."""
        return self._line.budget

    @budget.setter
    def budget(self, budget: int) -> None:
        self._line.budget = budget

    def lose(self, why: Refusal) -> None:
        """The other process is gone: the weights stay as they are; within a turn."""
        self.lost = why
        if self.step is not None and self._line.steps[-1:] != (self.step,):
            self._line.offer(self.step, self.model)

    def tell(self, working: bool, points: int, norms: bool = False) -> Training:
        """As :meth:`LiveSession.tell`, of the weights that are seen.

        Args:
            working: whether there are steps to take yet.
            points: of each curve; 0 for no curves.
            norms: whether those of all layers are wanted, as the other process told them last.
        """
        return replace(
            self._told, done=self.step or 0, working=working, curves=self.curves(points),
            loss=self._history.last("loss"), norms=self._told.norms if norms else (),
            stopped=self.lost or self._told.stopped)
