"""What the user wants, and what is selected; frozen, and known before torch is imported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from core.against import Against
from core.asks.readings import Reading
from core.beside import Beside
from core.catalogue import DEFAULT_MODEL
from core.drive import Begin, Drive
from core.edits import UNALTERED, Edits
from core.errors import Refusal
from core.frame import Contrast, Frame, Gradient, HeadPicture, ModelCard, Prompt
from core.memory import WHOLE, Way
from core.trace import Sight

Head = tuple[int, int]
"""(layer, head)."""
Cell = tuple[int, int]
"""(query, key)."""
Attention = Literal["encoder", "decoder", "cross"]
"""Which attention is on screen."""
Quantity = Literal[
    "pattern", "scores", "content", "bias", "position", "segment", "difference", "gradient"]
"""What the cells of the large matrix say."""


@dataclass(frozen=True)
class Wish:
    """The whole of what the user wants now; a newer one replaces it whole."""

    model: str = DEFAULT_MODEL
    prompt: Prompt = field(default_factory=Prompt)
    sight: Sight = field(default_factory=Sight)
    attempt: int = 0
    """Counts the times that a model was asked for, so that a mended folder is tried again."""
    way: Way = WHOLE
    """How the model is held in memory, if it is to be read."""
    edits: Edits = UNALTERED
    """What is altered in it."""
    against: Against | None = None
    """What the picture is held against."""
    begin: Begin | None = None
    """What a new run begins with, where ``model`` is its folder and holds none."""
    watch: bool = False
    """Whether ``model`` is a run that another program trains, or is to be looked at alone."""
    drive: Drive = field(default_factory=Drive)
    """How the run goes on."""
    at: int | None = None
    """The training step whose weights are looked at; None is the newest."""
    beside: Beside | None = None
    """The models that are wished for side by side; None while they are not on screen."""
    asked: float = 0.0
    """``time.perf_counter()`` at the key that led to it; 0 where no key did."""


@dataclass(frozen=True, eq=False)
class Answer:
    """A frame, and the wish that it answers."""

    wish: Wish
    frame: Frame


@dataclass(frozen=True, eq=False)
class SideAnswer:
    """What is known so far of the models that stand side by side, and the wish that it answers."""

    wish: Wish
    sides: Mapping[str, Frame | Refusal]
    """By reference; of a model that is still being read there is none."""
    main: str
    """The reference of the main model, which may be the one before that of the wish."""
    whole: bool
    """Whether all of them answer this wish."""


@dataclass(frozen=True)
class View:
    """The selection: redraws what is held, and asks the engine only for a head it does not hold."""

    pinned: Head | None = None
    hovered: Head | None = None
    cell: Cell | None = None
    """Under the pointer."""
    held: Cell | None = None
    """Pinned; shown while the pointer is at no other."""
    quantity: Quantity = "pattern"
    tint: Reading | None = None
    """What the sheet's squares say besides their patterns."""

    @property
    def shown(self) -> Head | None:
        """The head that is drawn large."""
        return self.hovered or self.pinned

    @property
    def at(self) -> Cell | None:
        """The cell that every panel speaks of."""
        return self.cell or self.held


def first_head(card: ModelCard) -> Head:
    """The head that a model shows first: the most notable one it has."""
    return (card.notable[0].layer, card.notable[0].head) if card.notable else (0, 0)


def first_attention(card: ModelCard) -> Attention:
    """The attention that this head is seen in."""
    return "cross" if card.notable and card.notable[0].role == "alignment" else "decoder"


def attention_of(frame: Frame) -> Attention:
    """Which attention a frame shows, whatever its sight asked for."""
    stacks = tuple(frame.card.layers)
    stack = frame.sight.stack if frame.sight.stack in stacks else stacks[-1]
    if stack == "encoder":
        return "encoder"
    return "cross" if frame.sight.kind == "cross" and len(stacks) == 2 else "decoder"


def quantities(frame: Frame) -> list[Quantity]:
    """What there is to be shown of a frame's head."""
    if frame.head is None:
        return []
    terms: list[Quantity] = [term.name for term in frame.head.terms]
    differs: list[Quantity] = ["difference"] if other_head(frame) else []
    slopes: list[Quantity] = [] if frame.card.slim else ["gradient"]
    return ["pattern", "scores", *terms, *differs, *slopes]


def signed_sheet(frame: Frame, view: View) -> Contrast | None:
    """What the sheet shows instead of weights, where it is to show differences or gradients."""
    if view.quantity == "gradient" and isinstance(frame.gradient, Gradient):
        return frame.gradient.sheet
    if view.quantity != "difference" or frame.change is None:
        return None
    return frame.change.sheet


def other_head(frame: Frame) -> HeadPicture | None:
    """The head on the other side of a comparison, where its cells stand for the same places."""
    other = None if frame.beside is None else frame.beside.head
    if other is None or frame.head is None or other.pattern.shape != frame.head.pattern.shape:
        return None
    return other
