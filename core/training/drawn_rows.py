"""What objectives share whose data are rows: a text and its translation, a text and its label."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch

from core.training.chance import chance_state, set_chance
from core.training.config import TrainConfig


class DrawnRows:
    """Rows of a batch are drawn by one chance, which can be told and set."""

    def __init__(self, sizes: Iterable[int], config: TrainConfig) -> None:
        """``sizes`` has the number of tokens of each row that is trained on."""
        self.batch, self.smoothing = config.batch, config.smoothing
        self.random = torch.Generator().manual_seed(config.seed)
        told = list(sizes)
        self._mean = sum(told) / len(told)

    @property
    def tokens(self) -> int:
        """In a batch of rows of mean length, all their texts counted."""
        return round(self._mean * self.batch)

    def set_batch(self, size: int) -> None:
        """Rows in a batch, from now on."""
        self.batch = size

    def state(self) -> list[Any]:
        """Of the chance that draws."""
        return chance_state(self.random)

    def set_state(self, state: object) -> None:
        """The inverse."""
        set_chance(state, self.random)
