"""A run, and the model that it trains, looked at between two steps."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import TypeVar

import torch
from torch import Tensor

from core.checkpoint import open_checkpoint
from core.device import best_device
from core.drive import Drive, Norms, Training
from core.errors import Refusal
from core.learning import LearningSession, Row
from core.shared_weights import SharedWeights
from core.training.run import Run

log = logging.getLogger(__name__)
_PACE = 20  # steps over which a speed is measured
_NORMS = 0.5  # seconds between two measures of all norms, while steps are taken
N = TypeVar("N", int, float)


class LiveSession(LearningSession):
    """A session whose weights change a step at a time; its folder is held until it is closed."""

    def __init__(self, run: Run, budget: int) -> None:
        """Take over a run that has just begun or is gone on with.

        Args:
            run: whose newest checkpoint is that of its weights.
            budget: in bytes, of the timeline.
        """
        kept = open_checkpoint(run.folder / f"checkpoint-{run.done}")
        checkpoint = replace(kept, model=run.model, tokenizer=run.tokenizer, name=run.folder.name)
        super().__init__(checkpoint, best_device(), run.folder, run.done, budget)
        self.run = run
        run.model.eval()  # between two steps it is looked at
        self._recent: list[tuple[int, Tensor, Tensor, float]] = []  # not yet in the history
        self._due: list[Callable[[], object]] = []  # to measure, to keep
        self._times: deque[float] = deque(maxlen=_PACE + 1)
        self._norms: tuple[Norms, ...] = ()
        self._norms_at = -1, 0.0
        self._saves = 0
        self._refused: dict[str, float] = {}  # what could not be changed, and to what
        self.attend: Callable[[], None] = lambda: None
        """What can't wait for the end of a measure, which may take many steps' time."""
        self._shared: SharedWeights | None = None
        self._before: Callable[[], None] = lambda: None
        self._unsent: list[Row] = []  # still to be told to who looks elsewhere
        self.stopped: Refusal | None = None
        """Why no step is taken: what ended the last one. A new wish to go on tries again."""

    # -- training ---------------------------------------------------------------------------

    def advance(self) -> None:
        """One step of the run; measured and kept when its recipe says so.

        Raises:
            Refusal: as :class:`Run` does; nothing is lost, and ``stopped`` says it too.
        """
        config = self.run.recipe.train
        with self._stopping():
            self._catch_up()
            try:
                loss = self.run.advance()
            finally:
                self.model.eval()
            trainer, done = self.run.trainer, self.run.done
            self._recent.append((done, loss, trainer.gradient, trainer.rate))
            self._times.append(time.perf_counter())
            self.weights_changed(done)
            self._line.offer(done, self.run.model)
            self._due = [
                act for act, every in (
                    (self.measure, config.evaluate_every), (self.run.keep, config.keep_every))
                if done % every == 0 or done == config.steps]
            self._catch_up()

    def _catch_up(self) -> None:
        """Do what is due after the last step; what fails stays so, and comes before the next."""
        while self._due:
            self._due[0]()
            del self._due[0]

    def measure(self) -> None:
        """On what is held out; ``attend`` is called before each of its batches.

        Raises:
            Refusal: if the loss is no number, or something can't be written.
        """
        with self._attending():
            progress = self.run.measure()
        self._note(progress.step, {
            "held_out": progress.held_out, "tokens_a_second": progress.tokens_a_second,
            "right": progress.right})
        self._history.confusion = progress.confusion
        self._times.clear()  # it is no part of a step

    def save(self) -> None:
        """Write a checkpoint now.

        Raises:
            Refusal: if it can't be written; ``stopped`` says it too.
        """
        with self._stopping():
            self.run.keep()

    def go_back(self) -> None:
        """Forget what came after the newest checkpoint, and what was changed by hand since.

        Raises:
            Refusal: if it can't be read; ``stopped`` says it too.
        """
        with self._stopping():
            before, newest = self.run, max(self.run.checkpoints, default=0)
            before.close()
            try:
                self.run = run = Run.resume(before.folder, at=newest)
            except Refusal as refusal:
                before.give_up(refusal)
                raise
            self.model = run.model.to(self.device).eval()
            self._read_past()
            for past in (self._recent, self._unsent, self._times, self._then, self._due):
                past.clear()
            self._norms_at = -1, 0.0
            if self._shared is not None:
                self._share(self._shared)
            self.weights_changed(run.done)
            self._line.offer(run.done, run.model)

    def follow_from(self, drive: Drive) -> None:
        """Only what is asked for beyond this is new."""
        self._saves = drive.saves

    def follow(self, drive: Drive) -> None:
        """Take rate, batch and budget from a wish, and save where that was asked for.

        Raises:
            Refusal: if a value is out of range, or can't be recorded.
        """
        self._line.budget = drive.budget
        self._change("rate", drive.rate, self.run.trainer.factor, self.run.set_rate)
        self._change("batch", drive.batch, self.batch, self.run.set_batch)
        if drive.saves > self._saves:
            self._saves = drive.saves
            self.save()

    def _change(
        self, what: str, wanted: N | None, now: N, change: Callable[[N], None]
    ) -> None:
        """Once; what could not be done is not tried anew at each wish that still has it."""
        if wanted is not None and wanted not in (now, self._refused.get(what)):
            self._refused[what] = wanted
            change(wanted)
            del self._refused[what]

    def try_again(self) -> None:
        """Forget what ended the last step, and what could not be changed."""
        self.stopped = None
        self._refused.clear()

    @property
    def batch(self) -> int:
        """Rows of a batch now."""
        return self.run.batch

    @property
    def ended(self) -> bool:
        """Whether the run has taken all steps of its recipe, or its patience is over."""
        return self.run.done >= self.run.recipe.train.steps or self.run.settled

    @contextmanager
    def _attending(self) -> Iterator[None]:
        inside = False  # whoever attends looks through the same model

        def pause(model: object, *given: object) -> None:
            nonlocal inside
            # A model of another step, made meanwhile, is a copy with this hook.
            if model is self.run.model and not inside:
                inside = True
                try:
                    self.attend()
                finally:
                    inside = False

        handle = self.run.model.register_forward_pre_hook(pause)
        try:
            yield
        finally:
            handle.remove()

    @contextmanager
    def _stopping(self) -> Iterator[None]:
        try:
            yield
        except Refusal as refusal:
            self.stopped = type(refusal)(refusal.template, **refusal.values)
            raise
        self.stopped = None

    def close(self) -> None:
        """Keep what there is, and let go of the folder."""
        try:
            self.run.keep()
        except Refusal as refusal:
            log.warning("the last steps are not kept: %s", str(refusal))
        self.run.close()

    # -- looking ----------------------------------------------------------------------------

    def tell(self, working: bool, points: int, norms: bool = False) -> Training:
        """Where the run is.

        Args:
            working: whether there are steps to take yet.
            points: of each curve; 0 for no curves.
            norms: whether those of all layers are wanted.
        """
        self._settle()
        run, history = self.run, self._history
        speed = self.speed
        steps = run.checkpoints
        return Training(
            folder=run.folder, objective=run.recipe.objective, done=run.done,
            steps=run.recipe.train.steps, ended=self.ended, unit=run.objective.unit,
            working=working,
            loss=history.last("loss"), held_out=history.last("held_out"),
            best=run.best if run.best < float("inf") else None,
            steps_a_second=speed,
            tokens_a_second=None if speed is None else (
                speed * run.objective.tokens * run.recipe.train.accumulate),
            rate=run.trainer.rate or history.last("rate") or 0.0,
            factor=run.trainer.factor, batch=self.batch,
            saved=steps[-1] if steps else None, stopped=self.stopped,
            curves=self.curves(points), right=history.last("right"),
            confusion=history.confusion, labels=self.config.labels,
            norms=self._measure_norms(working) if norms else (),
        )

    @property
    def speed(self) -> float | None:
        """Steps a second, of the last few; None where none was just taken."""
        if len(self._times) < 2 or time.perf_counter() - self._times[-1] > 2.0:
            return None
        return (len(self._times) - 1) / (self._times[-1] - self._times[0])

    def _settle(self) -> None:
        """Take what the last steps told; a GPU is waited for once."""
        if not self._recent:
            return
        told = torch.stack([torch.stack((loss, gradient)) for _, loss, gradient, _ in self._recent])
        for (step, _, _, rate), (loss, gradient) in zip(self._recent, told.tolist(), strict=True):
            self._note(step, {"loss": loss, "gradient": gradient, "rate": rate})
        self._recent.clear()

    def _note(self, step: int, values: Mapping[str, float | None]) -> None:
        self._history.add(step, values)
        if self._shared is not None:
            self._unsent.append((step, values))

    def _measure_norms(self, working: bool) -> tuple[Norms, ...]:
        step, when = self._norms_at
        now = time.perf_counter()
        if step != self.run.done and (now - when >= _NORMS or not working):
            self._norms = tuple(
                Norms(name, norm.weight, norm.gradient)
                for name, norm in self.run.trainer.norms().items())
            self._norms_at = self.run.done, now
        return self._norms

    # -- for another process, which looks -----------------------------------------------------

    def share(self, before: Callable[[], None]) -> SharedWeights:
        """Move the weights where another process sees them; it is to read them in turns alone.

        Args:
            before: is called before each change of them, and may wait.
        """
        self._before, self._shared = before, SharedWeights.of(self.run.model)
        self._share(self._shared)
        return self._shared

    def _share(self, shared: SharedWeights) -> None:
        """The weights of the run at hand, and each step of it."""
        def updating() -> AbstractContextManager[None]:
            self._before()
            return shared.change(self.run.done + 1)

        self._before()
        with shared.change(self.run.done):
            shared.move_in(self.run.model)
        self.run.trainer.updating = updating

    def take_rows(self) -> tuple[Row, ...]:
        """What there is to tell of the steps since."""
        self._settle()
        rows, self._unsent = tuple(self._unsent), []
        return rows
