"""What a model learns to do, as the loop sees it; each objective is one file beside this one."""

from __future__ import annotations

from typing import Any, Protocol

from torch import Tensor

from core.model import Transformer

Confusion = tuple[tuple[int, ...], ...]
"""[label, said]: how many texts of each label were said to have which."""


class Objective(Protocol):
    """Draws batches, and says how far a model is from doing what is wanted."""

    @property
    def unit(self) -> str:
        """What the held-out loss counts in, such as "nats a byte"."""

    @property
    def tokens(self) -> int:
        """Tokens in one batch, about."""

    def loss(self, model: Transformer) -> Tensor:
        """Draw the next batch; its loss in nats, with its graph."""

    def held_out(self, model: Transformer) -> float:
        """The loss on what is never trained on, in ``unit``; the same inputs each time."""

    confusion: Confusion
    """Of the last :meth:`held_out`; empty where no labels are told apart."""

    def set_batch(self, size: int) -> None:
        """Draw batches of ``size`` rows from now on."""

    def state(self) -> list[Any]:
        """All that decides what is drawn next, as JSON takes it; see ``core.training.chance``."""

    def set_state(self, state: object) -> None:
        """Go on drawing from where :meth:`state` was told.

        Raises:
            ValueError: if it is not of such an objective.
        """
