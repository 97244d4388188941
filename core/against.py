"""What a picture is held against; frozen, and without torch."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from core.frame import Contrast, Prompt

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Other = Literal["untouched", "prompt", "head", "model", "step"]


@dataclass(frozen=True)
class Against:
    """The other side of a comparison: the same in all but one thing."""

    other: Other = "untouched"
    """The model without alterations, another prompt, another head, another model, or the weights of
    another training step."""
    prompt: Prompt = field(default_factory=Prompt)
    head: tuple[int, int] = (0, 0)
    """(layer, head)."""
    model: str = ""
    step: int = 0
    """Where the timeline has not this one, the one nearest to it."""


@dataclass(frozen=True)
class Shift:
    """A token, and the probability that it comes next: on the other side, and on this one."""

    label: str
    before: float
    after: float


@dataclass(frozen=True, eq=False)
class Change:
    """What is otherwise than on the other side."""

    streams: NDArray[np.float32] | None
    """[layer, position]: length of the difference of ``resid_out``, as a share of its length on
    the other side; of the stack on screen. None where the tokens or the layers are not alike."""
    shifts: tuple[Shift, ...]
    """The likeliest tokens of both sides, the largest difference first."""
    divergence: float | None
    """Of the predictions from those of the other side, sum p log2(p / p') (Kullback and Leibler
    1951), in bits; None where vocabularies are not alike or there is no head."""
    sheet: Contrast | None = None
    """Of the attention on screen, where it was asked for and both sides have the same shape."""
