"""What goes into a look and what comes out; frozen, numpy only, so that it may cross threads."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the window opens before numpy is there
    import numpy as np
    from numpy.typing import NDArray

    from core.config import StackName
    from core.tokens import Tokens
    from core.trace import Sight


@dataclass(frozen=True)
class Prompt:
    """What the person typed."""

    source: str = ""
    target: str = ""
    """For models with two stacks."""


@dataclass(frozen=True)
class NotableHead:
    """A head that does one nameable thing, and how much of its attention does it."""

    role: str
    """``previous_token`` or ``induction``."""
    layer: int
    head: int
    score: float
    """From 0 to 1; see ``core.readings.heads``."""


@dataclass(frozen=True)
class ModelCard:
    """The facts of a model that a window shows."""

    reference: str
    """The name or folder it was asked for by."""
    name: str
    family: str
    device: str
    parameters: int
    context: int
    heads: int
    layers: dict[StackName, int]
    step: int | None = None
    """Training steps its weights have seen, where the file says so."""
    text: str = ""
    """A sentence that shows it well."""
    notable: tuple[NotableHead, ...] = ()


@dataclass(frozen=True, eq=False)
class HeadPicture:
    """One head in full precision, [query, key] float32; masked cells: weight 0, score -inf."""

    layer: int
    head: int
    pattern: NDArray[np.float32]
    scores: NDArray[np.float32]


@dataclass(frozen=True)
class Prediction:
    """A token that may come next."""

    label: str
    probability: float
    text: str | None
    """What it adds to the prompt; None where it is a part of a character."""


@dataclass(frozen=True, eq=False)
class Frame:
    """One answer: the part of a trace that the sight asked for."""

    prompt: Prompt
    sight: Sight
    card: ModelCard
    queries: Tokens
    keys: Tokens
    thumbnails: NDArray[np.uint8] | None = None
    """[layer, head, row, column], see ``core.trace.reduce_pattern``."""
    head: HeadPicture | None = None
    predictions: tuple[Prediction, ...] = ()
    predicted_at: int | None = None
    """The position that the predictions follow."""
    predicted_in: Tokens | None = None
    """The tokens that it counts in: those of the last stack, whichever stack is shown."""
    seconds: float = 0.0
    """What the look took."""
    finite: bool = field(default=True)
    """False where a weight is no number."""
