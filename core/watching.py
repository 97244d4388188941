"""A run of another program, opened: the newest checkpoint's model, with the folder as timeline."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import torch

from core.catalogue import make_card
from core.checkpoint import Checkpoint, Progress, open_checkpoint
from core.device import best_device
from core.errors import Refusal, translate
from core.folder_timeline import PATIENCE, FolderTimeline
from core.frame import ModelCard
from core.memory import WHOLE, Way
from core.session import Session


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
        self._follows = True

    def scan(self) -> bool:
        """See what has come, has changed or is gone; True if the steps are others now.

        Raises:
            Refusal: if the folder can't be read any more.
        """
        return self.folder.scan()

    @torch.inference_mode(False)
    def at(self, step: int | None) -> Session:
        """As any session; with None, at the newest step that can be read."""
        steps = self.folder.steps
        if not self._follows or not steps:
            return self
        kept = steps[-1] if step is None else self.folder.nearest(step)
        found = self._through(self.folder, kept)
        assert isinstance(found, WatchedSession)  # a copy of this one
        found._follows = False
        return found


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
        Refusal: if no checkpoint is whole after a second look, or the newest can't be read.
        TooLarge: if there is not enough memory.
    """
    dtype = getattr(torch, way.dtype)
    timeline = FolderTimeline(folder, budget, dtype)
    timeline.scan()
    if not timeline.steps:
        time.sleep(PATIENCE)
        timeline.scan()
    if not timeline.steps:
        raise next(iter(timeline.skipped.values()), Refusal(
            translate("core", "{path} holds no whole checkpoint yet, such as checkpoint-100."),
            path=folder))
    step = timeline.steps[-1]
    checkpoint = open_checkpoint(
        timeline.place(step), dtype, progress, way.slim, beside=folder)
    timeline.config = checkpoint.config
    device = best_device()
    timeline.hold(step, {
        name: weight.detach() for name, weight in checkpoint.model.named_parameters()})
    card = make_card(str(folder), checkpoint, device, way.slim)
    return WatchedSession(checkpoint, replace(card, step=step), device, timeline)
