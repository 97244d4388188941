"""A recipe being followed: stepped, measured, kept, and gone on with after whatever ended it."""

from __future__ import annotations

import math
import time
from contextlib import nullcontext, suppress
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor

from core.checkpoint import write_checkpoint
from core.device import best_device
from core.errors import Refusal, translate
from core.linear import learn
from core.model import Transformer
from core.products import learns_faster, works
from core.tokens import Tokenizer
from core.training.beginning import make_objective, reopen_model, start_model
from core.training.best import NAME, forget_best, write_best
from core.training.by_hand import ByHand
from core.training.chance import Chance
from core.training.data import check_unchanged, fingerprint, read_data
from core.training.diary import Diary
from core.training.folder import BACK, VERSION, RunFolder
from core.training.kept import Kept, read_kept, write_kept
from core.training.objective import Objective
from core.training.progress import Progress
from core.training.recipe import Recipe, read_recipe, write_recipe
from core.training.trainer import Trainer
from core.training.vocabulary import Told


class Run:
    """A recipe being followed, a step at a time; its folder is held until it is closed.

    What can't be written is said before the next step is taken, and may be tried again.
    """

    def __init__(
        self, place: RunFolder, recipe: Recipe, model: Transformer, tokenizer: Tokenizer,
        objective: Objective, chance: Chance,
    ) -> None:
        """:meth:`begin` and :meth:`resume` make one."""
        self.recipe, self.objective = recipe, objective
        self.model, self.tokenizer = model, tokenizer
        self.trainer = Trainer(model, objective, recipe.train)
        self.best = math.inf
        """The lowest held-out loss so far; ``model/`` has its weights."""
        self.best_at = 0
        """The step of it."""
        self._place, self._chance = place, chance
        self._tokens = 0
        self._diary = Diary(place, skips=self.trainer.scaler.is_enabled())
        self._measured = time.perf_counter()
        # One sum, not a list: a small tensor kept from each step pins the memory around it.
        self._sum = torch.zeros((), device=model.embedding.weight.device)
        self._since = self._since_tokens = 0
        self._by_hand = ByHand(place, self.trainer)
        self._broken: Refusal | None = None

    @property
    def folder(self) -> Path:
        """Of the run."""
        return self._place.path

    @property
    def done(self) -> int:
        """Steps so far."""
        return self.trainer.done

    @property
    def batch(self) -> int:
        """Rows of a batch from the next step on."""
        return self._by_hand.batch

    @property
    def checkpoints(self) -> list[int]:
        """The steps that are on the disk; none where that can't be read any more."""
        try:
            return self._place.steps()
        except OSError:
            return []

    @property
    def settled(self) -> bool:
        """Whether no measure was better for as long as the recipe's patience lasts."""
        patience = self.recipe.train.patience
        return 0 < patience <= self.done - self.best_at

    # Beginning and going on

    @classmethod
    def begin(
        cls, recipe: Recipe, data: Path | None, folder: Path, init: Path | None = None,
        told: Told = lambda done, size: None,
    ) -> Run:
        """Start from nothing, or from the model in ``init`` with its tokenizer.

        Args:
            recipe: what to do.
            data: a text file or a folder of them; for a translation, a file of lines: a text, a
                tab, its translation. None for what the recipe generates.
            folder: is made; must hold no run.
            init: a model folder.
            told: how much of it, or of the text for its tokenizer, was read; what it raises goes
                through, and leaves no run.

        Raises:
            Refusal: if the data can't serve, or ``folder`` holds a run or can't be written.
        """
        place = RunFolder(folder)
        place.check_free()
        chance = Chance(recipe.train.seed, best_device())
        corpus = read_data(recipe, data)
        model, tokenizer = start_model(recipe, corpus, init, chance, told)
        told(0, 0)
        objective = make_objective(recipe, corpus, model, tokenizer)
        told(0, 0)
        faster = learns_faster()
        learn(model, faster)
        place.begin()
        try:
            run = cls(place, recipe, model, tokenizer, objective, chance)
            run.keep()
            write_recipe(folder, recipe, model.config)
            known = {"data": None} if data is None else {
                "data": str(data.resolve()), "read": fingerprint(corpus)}
            place.write_json("run.json", {"version": VERSION, "onednn": faster} | known)
        except BaseException:
            place.close()
            raise
        return run

    @classmethod
    def resume(
        cls, folder: Path, at: int | None = None, data: Path | None = None,
        steps: int | None = None, keep_every: int | None = None,
    ) -> Run:
        """Go on from the last checkpoint, or from that of step ``at``; what came after it goes.

        On the CPU, the losses are those of a run that was never interrupted, to the last bit. What
        was changed by hand after the last checkpoint is changed again at its step; but who names a
        step begins anew from there.

        Args:
            folder: of the run.
            at: a step that was kept.
            data: where the data are now, if they were moved; they may be others.
            steps: the run's length from now on; the schedule of its rates follows.
            keep_every: steps between two checkpoints from now on.

        Raises:
            Refusal: if the folder holds no run, is in use, of another version or damaged, can't be
                written, or the data can't serve, or were changed and not named.
        """
        place = RunFolder(folder)
        about = place.resume()
        try:
            back = place.forget_rest(about)
            at = back if at is None else at
            recipe = read_recipe(folder / "recipe.json")
            asked = recipe.train
            recipe = replace(recipe, train=replace(
                asked, steps=asked.steps if steps is None else steps,
                keep_every=asked.keep_every if keep_every is None else keep_every,
            ))
            step = place.pick(at)
            kept_at = place.checkpoint(step)
            chance = Chance(recipe.train.seed, best_device())
            model, tokenizer = reopen_model(recipe, kept_at, chance)
            known = about.get("data")
            began = Path(known) if isinstance(known, str) else None
            corpus = read_data(recipe, data or began)
            if data is None and began is not None:
                check_unchanged(began, corpus, about.get("read"))
            objective = make_objective(recipe, corpus, model, tokenizer)
            learn(model, about.get("onednn") is True and works())
            run = cls(place, recipe, model, tokenizer, objective, chance)
            run._restore(step, read_kept(kept_at))
            if at is not None:
                place.write_json("run.json", about | {BACK: step})
            run._by_hand.repeat(step, at)
            place.cut_metrics(step)
            place.remove_after(step)
            if at is not None:
                forget_best(place, step, run.best_at, recipe.dtype)
            if not (folder / NAME).exists():  # there is none until the next measure
                run.best = math.inf
            if recipe.train != asked:
                write_recipe(folder, recipe, model.config)
            if data is not None:
                about |= {"data": str(data.resolve()), "read": fingerprint(corpus)}
            if data is not None or at is not None:
                place.write_json("run.json", about)
        except BaseException:
            place.close()
            raise
        return run

    def _restore(self, step: int, kept: Kept) -> None:
        try:
            self.trainer.set_state(step, kept.optimizer)
            kept.restore(self.objective, self.trainer.scaler, self._chance, step)
        except (ValueError, RuntimeError) as error:
            raise kept.damaged(str(error)) from error
        self.best, self.best_at, self._tokens = kept.best, kept.best_at, kept.tokens
        self._sum += kept.loss_sum
        self._since = self.done - kept.loss_steps

    def give_up(self, why: Refusal) -> None:
        """Take no step more, and write nothing: the folder may be another's."""
        self._broken = why

    def close(self) -> None:
        """Write the metrics that are left, and let go of the folder."""
        with suppress(Refusal):  # what comes after the last checkpoint is done again
            self._write()
        self._place.close()

    # Following

    def advance(self) -> Tensor:
        """One step; its loss in nats, left on the device.

        Raises:
            Refusal: before the step, if metrics can't be written or a loss was no number.
        """
        self._write(only_due=True)
        self._by_hand.follow(self.done)
        with self._chance.lent() if self.model.config.dropout else nullcontext():
            loss = self.trainer.step()
        tokens = self.objective.tokens * self.recipe.train.accumulate
        self._tokens += tokens
        self._since_tokens += tokens
        self._sum += loss
        self._diary.add(
            loss, self.trainer.gradient, step=self.done, rate=self.trainer.rate,
            tokens=self._tokens,
        )
        return loss

    def measure(self) -> Progress:
        """On what is held out; weights that are the best so far are written.

        Raises:
            Refusal: if the loss is no number, or something can't be written.
        """
        self._write()
        seconds, steps = time.perf_counter() - self._measured, self.done - self._since
        loss = float(self._sum) / steps if steps else math.nan
        held_out = self.objective.held_out(self.model)
        if not math.isfinite(held_out) or (steps and not math.isfinite(loss)):
            raise self._no_number(self.done)
        progress = Progress(
            self.done, loss, held_out, self.objective.unit, self._since_tokens / seconds,
            self.objective.confusion,
        )
        if held_out < self.best:
            write_best(self._place, self.model, self.tokenizer, self.recipe.dtype, self.done)
        self._place.append([progress.row() | {"rate": self.trainer.rate}])
        if held_out < self.best:
            self.best, self.best_at = held_out, self.done
        self._sum.zero_()
        self._since, self._since_tokens, self._measured = self.done, 0, time.perf_counter()
        return progress

    def keep(self) -> Path:
        """Write ``checkpoint-<step>/``, whole or not at all; old ones go.

        Raises:
            Refusal: if it can't be written, or the loss is no number.
        """
        self._write(sync=True)
        folder = self._place.checkpoint(self.done)
        if folder.exists():
            self._place.prune(self.recipe.train.keep_last)  # who wrote it may have been killed then
            return folder
        if not all(bool(parameter.isfinite().all()) for parameter in self.model.parameters()):
            raise self._no_number(self.done)
        with self._place.make(folder.name) as part:
            write_checkpoint(part, self.model, self.tokenizer, torch.float32, self.done)
            write_kept(part, Kept.of(
                self.trainer, self._chance, self.best, self.best_at, self._tokens, float(self._sum),
                self.done - self._since,
            ))
        self._place.prune(self.recipe.train.keep_last)
        return folder

    def _write(self, only_due: bool = False, sync: bool = False) -> None:
        """Write the metrics of the steps since; the only place that waits for the device."""
        if self._broken is not None:
            raise self._broken
        if self._diary.due or not only_due:
            bad = self._diary.write(sync)
            if bad is not None:
                raise self._no_number(bad)

    def _no_number(self, step: int) -> Refusal:
        """What to say; no step is taken after it."""
        kept = [other for other in self.checkpoints if 0 < other < step]
        if kept:
            self._broken = Refusal(
                translate("core", "The loss is no number after step {step}; lower the learning "
                          "rate and go on from {path}."),
                step=step, path=self._place.checkpoint(kept[-1]),
            )
        else:
            self._broken = Refusal(
                translate("core", "The loss is no number after step {step}; lower the learning "
                          "rate."), step=step,
            )
        return self._broken

    # Changing

    def set_rate(self, factor: float) -> None:
        """From the next step, multiply the schedule's rates by ``factor``.

        Raises:
            Refusal: if it is not above 0, or can't be recorded.
        """
        self._by_hand.set_rate(self.done, factor)

    def set_batch(self, size: int) -> None:
        """From the next step, draw ``size`` rows at a time.

        Raises:
            Refusal: if it is out of range, or can't be recorded.
        """
        self._by_hand.set_batch(self.done, size)
