"""What a window wishes of a run, and what a run tells it; frozen, and without torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import Refusal

if TYPE_CHECKING:  # the window opens before numpy and torch are there
    import numpy as np
    from numpy.typing import NDArray

    from core.training.recipe import Recipe

BUDGET = 256 << 20
"""Bytes of weights that a timeline holds, unless the user says otherwise."""


@dataclass(frozen=True)
class Begin:
    """What a new run begins with; its folder is the wish's model."""

    recipe: Recipe
    data: Path | None = None
    init: str | None = None
    """A model to start from, with its tokenizer: a bundled name or a folder."""
    share: bool = False
    """Whether a twentieth of the data is held out, and not what the recipe says."""


@dataclass(frozen=True)
class Drive:
    """How the run goes on from here."""

    playing: bool = False
    steps: int = 0
    """Single steps asked for since the run was opened, in all: no click is lost."""
    pauses: int = 0
    """How often a pause was asked for; steps that are outstanding then are dropped."""
    speed: float = 0.0
    """At most so many steps a second; 0 for as many as there can be."""
    rate: float | None = None
    """What the schedule's learning rates are multiplied by; None leaves it as it is."""
    batch: int | None = None
    """Rows of a batch; None leaves it as it is."""
    saves: int = 0
    """How often a checkpoint was asked for."""
    returns: int = 0
    """How often going back to the newest checkpoint was asked for; outstanding steps are dropped as
    at a pause."""
    budget: int = BUDGET
    """Bytes of weights that the timeline may hold."""


@dataclass(frozen=True, eq=False)
class Curve:
    """Numbers by step, in as many points as there is room for."""

    steps: NDArray[np.float64]
    """[point]: the middle of the steps that it stands for."""
    middle: NDArray[np.float64]
    """[point]: their mean."""
    low: NDArray[np.float64]
    """[point]: the least of them."""
    high: NDArray[np.float64]


@dataclass(frozen=True)
class Norms:
    """Of one layer's parameters together: the square root of the sum of all squares."""

    layer: str
    """Such as ``decoder.layers.0``; of what is in none, ``embedding``."""
    weight: float
    gradient: float | None
    """Of the last step, before it was clipped; None if none was taken since the run was opened."""


@dataclass(frozen=True, eq=False)
class Training:
    """Where a run is."""

    folder: Path
    objective: str
    done: int
    """Steps so far."""
    steps: int
    """That its recipe asks for."""
    unit: str
    """Of the held-out loss, such as "nats a byte"."""
    ended: bool = False
    """Whether it has all its steps, or its patience is over."""
    working: bool = False
    """Whether there are steps to take yet."""
    loss: float | None = None
    """Of the last step, in nats."""
    held_out: float | None = None
    """The last that was measured."""
    best: float | None = None
    steps_a_second: float | None = None
    tokens_a_second: float | None = None
    rate: float = 0.0
    """The learning rate of the last step."""
    factor: float = 1.0
    """What the schedule was multiplied by."""
    batch: int = 0
    saved: int | None = None
    """The step of the newest checkpoint on the disk."""
    stopped: Refusal | None = None
    """Why it goes no further by itself: a loss that is no number, a disk that is full."""
    curves: Mapping[str, Curve] = field(default_factory=dict)
    """``loss``, ``held_out``, ``rate``, ``gradient``, ``tokens_a_second`` and each reading, where
    they were asked for."""
    norms: tuple[Norms, ...] = ()
    """By layer, where they were asked for."""
    right: float | None = None
    """The share of held-out texts whose label was told at the last measure, where labels are."""
    confusion: tuple[tuple[int, ...], ...] = ()
    """[label, said]: how many texts of each label were said to have which."""
    labels: tuple[str, ...] = ()
    """That are told apart."""
    watched: bool = False
    """Whether another program trains it: it can be looked at, and not driven."""


@dataclass(frozen=True)
class Report:
    """What a process that trains tells the one that looks: after a step, or of what was asked."""

    number: int
    """Of all that it told."""
    step: int
    """Steps so far."""
    heard: int
    """The number of the last drive that it follows."""
    training: Training
    rows: tuple[tuple[int, Mapping[str, float | None]], ...] = ()
    """Steps, and what there is to tell of each: of a step, and of a measure."""
    back: bool = False
    """Whether what came after ``step`` is forgotten."""
    refused: Refusal | None = None
    """Why a drive could not be followed."""
    wait: float = 0.0
    """Seconds after which the next is to be expected, where steps go on."""
