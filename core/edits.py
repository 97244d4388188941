"""What is altered in a model that runs: heads, feed-forwards and tokens, silenced or scaled; and
scores that are left without their scale.

Frozen, and without torch: an alteration is a part of what the user wishes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from core.config import AttentionKind, StackName

Part = Literal["head", "mlp", "token", "scale"]


@dataclass(frozen=True, order=True)
class Edit:
    """One part of a model, and what its output is multiplied by."""

    part: Part
    """A ``head`` of attention, the ``mlp`` of a layer, the ``token`` at a position; or the
    ``scale`` of scores, 1 / sqrt(d_k), in every layer of one attention."""
    stack: StackName
    kind: AttentionKind = "self"
    """Of a head's attention, or of the scores."""
    layer: int = 0
    """Of a head or a feed-forward."""
    at: int = 0
    """Which head, or which position."""
    factor: float = 0.0
    """0 silences it, 1 leaves it as it is. A scale is there or is not: whatever is not 1 takes it
    away."""

    @property
    def place(self) -> tuple[Part, StackName, AttentionKind, int, int]:
        """What is altered, whatever by."""
        return self.part, self.stack, self.kind, self.layer, self.at


@dataclass(frozen=True)
class Edits:
    """Every alteration, one a place, in order; equal sets are equal."""

    all: tuple[Edit, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.all)

    def factor(self, edit: Edit) -> float:
        """What the place of ``edit`` is multiplied by now."""
        return next((one.factor for one in self.all if one.place == edit.place), 1.0)

    def unscaled(self, stack: StackName, kind: AttentionKind) -> bool:
        """Whether the scores of this attention are not divided by sqrt(d_k)."""
        return self.factor(Edit("scale", stack, kind)) != 1.0

    def without(self, part: Part) -> Edits:
        """All but those of one sort."""
        return Edits(tuple(edit for edit in self.all if edit.part != part))

    def put(self, *edits: Edit) -> Edits:
        """The same with these in their places; a factor of 1 takes an edit away."""
        new = {edit.place: edit for edit in (*self.all, *edits)}
        return Edits(tuple(sorted(edit for edit in new.values() if edit.factor != 1.0)))

    def isolate(self, edit: Edit, count: int) -> Edits:
        """Silence the other heads of the layer, or the other feed-forwards or tokens.

        Args:
            edit: names what is to stay.
            count: heads of the layer, layers of the stack, or tokens.
        """
        others = [_beside(edit, at) for at in range(count)]
        kept = replace(edit, factor=1.0)
        return self.put(*(one for one in others if one.place != edit.place), kept)


UNALTERED = Edits()


def _beside(edit: Edit, at: int) -> Edit:
    if edit.part == "mlp":
        return replace(edit, layer=at, factor=0.0)
    return replace(edit, at=at, factor=0.0)


def of_stack(edits: Iterable[Edit], stack: StackName, part: Part) -> list[Edit]:
    """Those of one stack and sort."""
    return [edit for edit in edits if edit.stack == stack and edit.part == part]
