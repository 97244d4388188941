"""Which part of the model a selection names, so that it can be altered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.state import View, attention_of
from core.edits import Edit, Part

if TYPE_CHECKING:
    from core.config import AttentionKind, StackName
    from core.frame import Frame


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
