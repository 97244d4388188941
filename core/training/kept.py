"""What a checkpoint holds beside the weights, so that a run goes on as if it had never stopped."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from core.checkpoint.files import read_json, reason, regular
from core.errors import Refusal, translate
from core.files import write_file
from core.training.chance import Chance
from core.training.objective import Objective
from core.training.trainer import Trainer

_STATE, _OPTIMIZER = "state.json", "optimizer.safetensors"


@dataclass(frozen=True)
class Kept:
    """All of it; no pickle."""

    optimizer: Mapping[str, Tensor]
    """As :meth:`Trainer.state` tells it."""
    best: float
    """The lowest held-out loss so far."""
    best_at: int
    """The step of it."""
    tokens: int
    """Trained on so far."""
    loss_sum: float
    """Of the steps since the last measure."""
    loss_steps: int
    """How many they are."""
    chance: Mapping[str, Any]
    """Where the run's own generators and the objective's stand."""
    scaler: Mapping[str, Any]
    """Of float16 gradients; empty where there is none."""
    path: Path = Path()
    """Where it was read."""

    @classmethod
    def of(
        cls, trainer: Trainer, chance: Chance, best: float, best_at: int, tokens: int,
        loss_sum: float, loss_steps: int,
    ) -> Kept:
        """What there is to keep now."""
        return cls(
            trainer.state(), best, best_at, tokens, loss_sum, loss_steps,
            chance.state() | {"objective": trainer.objective.state()},
            trainer.scaler.state_dict(),
        )

    def restore(
        self, objective: Objective, scaler: torch.amp.GradScaler, chance: Chance, step: int
    ) -> None:
        """Put chance, and the scale of gradients, where they stood at ``step``.

        Raises:
            ValueError, RuntimeError: if they are not of such a run.
        """
        objective.set_state(self.chance.get("objective"))
        chance.set_state(self.chance, step)
        if scaler.is_enabled() and self.scaler:
            scaler.load_state_dict(dict(self.scaler))

    def damaged(self, why: str) -> Refusal:
        """What to say where it does not fit the run."""
        return Refusal(
            translate("core", "{path} does not fit its run: {reason}."),
            path=self.path, reason=why.splitlines()[0].rstrip("."),
        )


def write_kept(folder: Path, kept: Kept) -> None:
    """Write two files beside the weights.

    Raises:
        Refusal: if they can't be written.
    """
    from safetensors.torch import save

    write_file(folder / _OPTIMIZER, save(dict(kept.optimizer), metadata={"format": "pt"}))
    values = {
        "best": kept.best if math.isfinite(kept.best) else None, "best_at": kept.best_at,
        "tokens": kept.tokens,
        "loss_sum": kept.loss_sum, "loss_steps": kept.loss_steps,
        "chance": kept.chance, "scaler": kept.scaler,
    }
    write_file(folder / _STATE, (json.dumps(values) + "\n").encode())


def read_kept(folder: Path) -> Kept:
    """Read them.

    Raises:
        Refusal: if one is missing or damaged.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load

    path = folder / _OPTIMIZER
    try:
        optimizer = load(regular(path).read_bytes())
    except (OSError, SafetensorError, ValueError) as error:
        raise Refusal(
            translate("core", "{path} is damaged: {reason}; go on from an earlier checkpoint."),
            path=path, reason=reason(error),
        ) from error
    path = folder / _STATE
    values = read_json(path)
    try:
        best = values["best"]
        return Kept(
            optimizer, math.inf if best is None else float(best), int(values["best_at"]),
            int(values["tokens"]), float(values["loss_sum"]), int(values["loss_steps"]),
            dict(values["chance"]), dict(values["scaler"]), path,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Refusal(
            translate("core", "{path} is damaged: {reason}; go on from an earlier checkpoint."),
            path=path, reason=str(error),
        ) from error
