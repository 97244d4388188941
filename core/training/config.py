"""How a model is trained, as checked and frozen values."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from core.checks import check_count, check_share
from core.errors import Refusal, translate


@dataclass(frozen=True)
class TrainConfig:
    """How a model is trained; every run is repeatable from these values."""

    steps: int
    """Updates of the weights."""
    batch: int
    """Windows of text in one update."""
    window: int
    """Tokens in one window."""
    learning_rate: float
    """The highest rate; it rises to it linearly, then follows ``schedule``."""
    schedule: Literal["cosine", "linear", "constant", "inverse_sqrt"] = "cosine"
    """How the rate goes on after the rise: down as a cosine or a line to ``final_rate`` at the last
    step, as it is, or as the inverse square root of the step (Vaswani et al. 2017)."""
    warmup: int = 100
    """Steps of the rise."""
    final_rate: float = 0.1
    """The last rate of a cosine or a line, as a share of the highest."""
    optimizer: Literal["adamw", "adam"] = "adamw"
    """``adam`` adds the decay to the gradient (Kingma and Ba 2015); ``adamw`` keeps them apart."""
    weight_decay: float = 0.1
    """AdamW's decay, on matrices alone (Loshchilov and Hutter 2019)."""
    betas: tuple[float, float] = (0.9, 0.95)
    """Adam's two averages (Kingma and Ba 2015)."""
    clip: float = 1.0
    """The largest norm of the whole gradient; 0 leaves it as it is."""
    accumulate: int = 1
    """Batches whose mean gradient makes one update."""
    precision: Literal["float32", "bfloat16", "float16"] = "float32"
    """The type that a GPU multiplies matrices in; weights stay float32, as all does on a CPU."""
    repeats: float = 0.0
    """Share of windows that say their beginning again and again: food for induction heads."""
    smoothing: float = 0.0
    """Of a translation or of labels: this share of each target goes to all of them alike."""
    hidden: float = 0.0
    """Of labelled text: this share of a text's tokens stands behind the mask while it is learnt."""
    evaluate_every: int = 250
    """Steps between two measures on the held-out text."""
    patience: int = 0
    """Steps without a better measure after which a run ends early; 0 for none."""
    keep_every: int = 250
    """Steps between two checkpoints in the run folder."""
    keep_last: int = 3
    """Checkpoints that stay there, the newest; 0 for all."""
    seed: int = 0
    """Starts every random number of the run."""

    def __post_init__(self) -> None:
        for name in ("steps", "batch", "window", "evaluate_every", "keep_every", "accumulate"):
            check_count(self, name, 1)
        check_count(self, "warmup", 0)
        check_count(self, "keep_last", 0)
        check_count(self, "patience", 0)
        check_count(self, "seed", 0, most=2**63 - 1)
        for name in ("final_rate", "weight_decay", "repeats", "smoothing", "hidden"):
            check_share(self, name)
        if not 0 < self.learning_rate < math.inf:
            raise Refusal(
                translate("core", "The learning rate is {value}; it must be above 0."),
                value=self.learning_rate,
            )
        if not all(0 <= beta < 1 for beta in self.betas):
            raise Refusal(
                translate("core", "betas are {value}; both must be from 0 to below 1."),
                value=self.betas,
            )
        if not self.clip >= 0:
            raise Refusal(
                translate("core", "clip is {value}; it must not be below 0."), value=self.clip
            )
