"""``model/`` in a run's folder: the weights that measured best."""

from __future__ import annotations

import torch

from core.checkpoint import open_checkpoint, write_checkpoint
from core.model import Transformer
from core.tokens import Tokenizer
from core.training.folder import RunFolder

NAME = "model"


def write_best(
    place: RunFolder, model: Transformer, tokenizer: Tokenizer, dtype: str, step: int
) -> None:
    """Put these in their place.

    Raises:
        Refusal: if they can't be written; what was there stays then.
    """
    with place.make(NAME) as part:
        write_checkpoint(part, model, tokenizer, getattr(torch, dtype), step)


def forget_best(place: RunFolder, done: int, best_at: int, dtype: str) -> None:
    """Of steps after ``done``, which are no more, or of none: those of ``best_at`` take their
    place, if they are kept; else there is none.

    Raises:
        Refusal: if it can't be written.
    """
    there = (place.path / NAME).exists()
    if place.step_of(NAME) <= done and (there or not best_at):
        return
    best = place.checkpoint(best_at)
    if best_at and best.exists():
        kept = open_checkpoint(best)
        write_best(place, kept.model, kept.tokenizer, dtype, best_at)
    elif there:
        place.remove(NAME)
