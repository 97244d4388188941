"""A run of another program, opened: the newest checkpoint's model, with the folder as timeline."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import torch

from core.catalogue import make_card
from core.checkpoint import Progress, open_checkpoint
from core.device import best_device
from core.errors import Refusal, translate
from core.folder_timeline import PATIENCE, FolderTimeline
from core.memory import WHOLE, Way
from core.session import Session


def open_run(
    folder: Path, budget: int, way: Way = WHOLE, progress: Progress | None = None
) -> Session:
    """The model of the newest checkpoint that is whole, and a timeline of all of them.

    The timeline grows at each ``scan``; the live weights stay those of the step that was newest.
    A tokenizer or a configuration that checkpoints lack is taken from the run's folder.

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
    card = make_card(str(folder), checkpoint, device, way.slim)
    session = Session(checkpoint, replace(card, step=step), device)
    session.step, session.timeline = step, timeline
    return session
