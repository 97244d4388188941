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


def forget_best(place: RunFolder, done: int, best_at: int, dtype: str) -> bool:
    """Of steps after ``done``, which are no more: those of ``best_at`` take their place, if they
    are kept.

    Returns:
        Whether ``model/`` is what the run says; else there is none until the next measure.

    Raises:
        Refusal: if it can't be written.
    """
    if place.step_of(NAME) <= done:
        return True
    best = place.checkpoint(best_at)
    if best_at and best.exists():
        kept = open_checkpoint(best)
        write_best(place, kept.model, kept.tokenizer, dtype, best_at)
        return True
    place.remove(NAME)
    return False
