"""The arithmetic of one cell, step by step; known to the window before torch is there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, get_args

from core.edits import UNALTERED, Edits
from core.trace import Ask

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from core.config import AttentionKind

StepKind = Literal[
    "residual", "query_key", "product", "scale", "bias", "mask", "softmax", "z", "heads", "output",
    "added", "norm", "mlp",
]
STEPS: tuple[StepKind, ...] = get_args(StepKind)
"""In the order in which a layer computes them."""
Axis = Literal["dimension", "key", "joined", "head", "unit"]
"""What a bar stands for: a dimension of a vector, a key, a dimension of heads one after another, a
head, a unit of the feed-forward."""


@dataclass(frozen=True)
class Line:
    """A number beside its formula."""

    formula: str
    """LaTeX."""
    value: float
    whole: bool = False
    """It is a count."""


@dataclass(frozen=True, eq=False)
class Bars:
    """A vector, a bar a number."""

    formula: str
    """LaTeX."""
    values: NDArray[np.float32]
    """[bar]; -inf where a key is masked."""
    axis: Axis = "dimension"
    lit: tuple[int, int] | None = None
    """The bars from the first to before the second are what the step is about."""
    token: int | None = None
    """The key that it is of."""
    weight: float | None = None
    """Of that key."""
    group: str = ""
    """Vectors of one group are drawn to one scale; empty for a scale of its own."""
    units: tuple[int, ...] = ()
    """Which units these are, where they are some of them."""


@dataclass(frozen=True)
class Remark:
    """A sentence: a template of context ``core``, and its values."""

    template: str
    values: dict[str, Any] = field(default_factory=dict)


Part = Line | Bars | Remark


@dataclass(frozen=True, eq=False)
class Step:
    """One step of the computation."""

    kind: StepKind
    parts: tuple[Part, ...]
    gap: float | None = None
    """The largest difference between this arithmetic and the trace; None where the trace has
    nothing to compare with."""
    absent: bool = False
    """Whether the model is without what this step is for: a norm, or a residual connection."""


@dataclass(frozen=True, eq=False)
class Derivation:
    """How one query came to look at one key, and what that changed: one step of it."""

    layer: int
    head: int
    query: int
    key: int
    attention: AttentionKind
    step: Step
    masked: bool = False
    """The query can't see the key: the steps end at the mask."""


@dataclass(frozen=True)
class DerivationAsk(Ask[Derivation]):
    """One step of the arithmetic of a cell. What a shorter text or another model does not have is
    taken as the last there is; so is a step after the mask, where the key is masked."""

    layer: int
    head: int
    query: int | None = None
    """None for the last."""
    key: int | None = None
    """None for the one it looks at most."""
    step: StepKind = "residual"
    edits: Edits = UNALTERED
    """What is altered in the run that is asked about: the trace does not say."""
