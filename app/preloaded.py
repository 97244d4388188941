"""Imported once, by the process that those which train are forked from: all that they need."""

from __future__ import annotations

import atexit
from contextlib import suppress
from multiprocessing import forkserver
from pathlib import Path

import torch

import app.training_process  # noqa: F401 - what it brings is wanted here

torch.optim.AdamW([torch.zeros(1)])  # torch imports most of a second's worth with the first


def _tidy() -> None:
    """Nobody asks for a process any more; who did so ended without taking its socket away."""
    address = forkserver._forkserver._forkserver_address  # type: ignore[attr-defined]
    if address:
        with suppress(OSError):
            Path(address).unlink()
            Path(address).parent.rmdir()


atexit.register(_tidy)
