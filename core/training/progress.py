"""What a measure of a run tells."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

from core.training.classification import share_right
from core.training.objective import Confusion


@dataclass(frozen=True)
class Progress:
    """Where a run is."""

    step: int
    loss: float
    """Mean over the steps since the last report, in nats a token; NaN where there is none."""
    held_out: float
    """On what is held out, in ``unit``."""
    unit: str
    """Such as "nats a byte"."""
    tokens_a_second: float
    confusion: Confusion = ()
    """Of the held-out texts, where labels are told apart."""

    @property
    def right(self) -> float | None:
        """The share of held-out texts whose label was told, where labels are."""
        return share_right(self.confusion) if self.confusion else None

    def row(self) -> dict[str, Any]:
        """For ``metrics.jsonl``: what there is of it."""
        known = asdict(self) | {"right": self.right}
        if math.isnan(self.loss):
            del known["loss"]
        if not self.confusion:
            del known["confusion"], known["right"]
        return known
