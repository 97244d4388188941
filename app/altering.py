"""The model altered, and what its picture is held against; which part of it a selection names."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.state import View, attention_of
from core.against import Against
from core.edits import Edit, Edits, Part

if TYPE_CHECKING:
    from app.window import Window
    from core.config import AttentionKind, StackName
    from core.frame import Frame


class Altering(QObject):
    """Wishes for edits of the model, and for comparisons."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.window = window

    def alter(self, edits: Edits) -> None:
        """Run the model with these edits, at first held against itself without them."""
        against = self.window.wish.against
        if edits and against is None:
            against = Against()
        elif not edits and against == Against():
            against = None
        self.window.ask(edits=edits, against=against)
        self.window.showing.show()

    def compare(self, against: Against | None) -> None:
        """Hold the picture against something else, or nothing."""
        self.window.ask(against=against)
        self.window.showing.show()

    def silence(self, part: Part) -> None:
        """Silence the part of the model that is selected, or let it speak again."""
        picture, edits = self.window.picture, self.window.wish.edits
        edit = None if picture is None else part_of(picture, self.window.view, part)
        if edit is not None:
            silent = edits.factor(edit) == 0
            self.alter(edits.put(replace(edit, factor=1.0 if silent else 0.0)))


def part_of(frame: Frame, view: View, part: Part) -> Edit | None:
    """The head or the feed-forward that is shown, the key that is pointed at or held, the scale."""
    attention = attention_of(frame)
    stack: StackName = "encoder" if attention == "encoder" else "decoder"
    kind: AttentionKind = "cross" if attention == "cross" else "self"
    if part == "token":
        if view.at is None or view.at[1] >= len(frame.keys):
            return None
        memory = len(frame.keys) - len(frame.queries) if kind == "self" else 0
        position = view.at[1] - memory
        source: StackName = "encoder" if kind == "cross" else stack
        return Edit("token", source, at=position) if position >= 0 else None
    if part == "scale":
        return Edit("scale", stack, kind) if frame.card.scaled else None
    if view.shown is None or view.shown[0] >= frame.card.layers[stack]:
        return None
    layer, head = view.shown
    if part == "mlp":
        return Edit("mlp", stack, layer=layer)
    return Edit("head", stack, kind, layer, head)


def count_of(frame: Frame, edit: Edit) -> int:
    """How many there are of its sort, itself included: heads of the layer, layers, tokens."""
    if edit.part == "mlp":
        return frame.card.layers[edit.stack]
    if edit.part == "head":
        return frame.card.heads if frame.thumbnails is None else int(frame.thumbnails.shape[1])
    memory = max(len(frame.keys) - len(frame.queries), 0) if attention_of(frame) != "cross" else 0
    return len(frame.keys) - memory
