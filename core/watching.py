"""A run of another program, opened: the newest checkpoint's model, with the folder as timeline."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from pathlib import Path

import torch

from core.catalogue import make_card
from core.checkpoint import Checkpoint, Progress, open_checkpoint
from core.device import best_device
from core.drive import Training
from core.errors import NotYet, Refusal, translate
from core.folder_timeline import PATIENCE, FolderTimeline
from core.frame import ModelCard, Prompt
from core.memory import WHOLE, Way
from core.probing import Probe
from core.session import Session
from core.trace import Sight
from core.training.told import Told

log = logging.getLogger(__name__)


class WatchedSession(Session):
    """A run that another program trains: where no step is asked for, the newest is looked at.

    The model that was opened is looked at itself only when no checkpoint is left.
    """

    def __init__(
        self, checkpoint: Checkpoint, card: ModelCard, device: torch.device,
        timeline: FolderTimeline,
    ) -> None:
        super().__init__(checkpoint, card, device)
        self.timeline = self.folder = timeline
        self.step = card.step
        self.lost: Refusal | None = None
        """Why the folder can't be read any more."""
        self._follows = True
        self._told = Told(timeline.folder)
        self._probe = Probe()
        self._told.refresh(self._newest())

    def _newest(self) -> Path | None:
        steps = self.folder.steps
        return self.folder.place(steps[-1]) if steps else None

    def scan(self) -> bool:
        """See what has come, has changed or is gone; True if there is something new to show.

        Raises:
            Refusal: if the folder can't be read any more; what was read of it stays.
        """
        back = self.lost is not None
        try:
            grown = self.folder.scan()
        except Refusal as refusal:
            self.lost = type(refusal)(refusal.template, **refusal.values)
            raise
        self.lost = None
        return self._told.refresh(self._newest()) or grown or back

    def tell(self, points: int) -> Training:
        """Where the run is, as far as its folder says.

        Args:
            points: of each curve; 0 for no curves.
        """
        told, steps = self._told, self.folder.steps
        history, recipe = told.history, told.recipe
        done = max(steps[-1] if steps else 0, history.newest)
        held_out = history.series.get("held_out")
        return Training(
            folder=self.folder.folder, objective=recipe.objective if recipe is not None else "",
            done=done, steps=max(told.steps, done), unit=told.unit, loss=history.last("loss"),
            held_out=history.last("held_out"),
            best=float(held_out.values.min()) if held_out is not None else None,
            tokens_a_second=history.last("tokens_a_second"), rate=history.last("rate") or 0.0,
            saved=steps[-1] if steps else None, stopped=self.lost,
            curves=told.curves(points) | self._probe.curves(points) if points else {},
            watched=True, right=history.last("right"), confusion=history.confusion,
            labels=self.config.labels,
        )

    def probe(self, prompt: Prompt, sight: Sight, most: int = 1) -> bool:
        """As :meth:`Probe.read`, at the steps of the folder."""
        return self._probe.read(self, self.folder.steps, prompt, sight, most)

    @torch.inference_mode(False)
    def at(self, step: int | None) -> Session:
        """As any session; with None, at the newest step that can be read."""
        while self._follows and (steps := self.folder.steps):
            try:
                found = self._through(
                    self.folder, steps[-1] if step is None else self.folder.nearest(step))
            except Refusal as refusal:
                if step is not None:
                    raise
                log.info("an older step is looked at: %s", str(refusal))
                continue  # it is none of the steps any more
            assert isinstance(found, WatchedSession)  # a copy of this one
            found._follows = False
            return found
        return self


def open_run(
    folder: Path, budget: int, way: Way = WHOLE, progress: Progress | None = None
) -> WatchedSession:
    """The model of the newest checkpoint that is whole, and a timeline of all of them.

    It grows at each ``scan``. A tokenizer or a configuration that checkpoints lack is taken from
    the run's folder.

    Args:
        folder: that the checkpoints are written to.
        budget: in bytes, for weights that are held in memory.
        way: how the model is held in memory.
        progress: told how many bytes of how many are read; what it raises goes through.

    Raises:
        NotYet: if no checkpoint is whole after a second look.
        Refusal: if the newest can't be read.
        TooLarge: if there is not enough memory.
    """
    dtype = getattr(torch, way.dtype)
    timeline = FolderTimeline(folder, budget, dtype)
    timeline.scan()
    if not timeline.steps:
        time.sleep(PATIENCE)
        timeline.scan()
    if not timeline.steps:
        why = next(iter(timeline.skipped.values()), Refusal(
            translate("core", "{path} holds no whole checkpoint yet, such as checkpoint-100."),
            path=folder))
        raise NotYet(why.template, **why.values)
    step = timeline.steps[-1]
    checkpoint = open_checkpoint(
        timeline.place(step), dtype, progress, way.slim, beside=folder)
    timeline.config = checkpoint.config
    device = best_device()
    timeline.hold(step, {
        name: weight.detach() for name, weight in checkpoint.model.named_parameters()})
    card = make_card(str(folder), checkpoint, device, way.slim)
    return WatchedSession(checkpoint, replace(card, step=step), device, timeline)
