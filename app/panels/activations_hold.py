"""A position of the stack on screen as a cell of the selection that all panels share."""

from __future__ import annotations

from app.state import Cell, View, attention_of
from core.frame import Frame


def hold(frame: Frame, view: View, position: int) -> Cell:
    """The cell of this query: with the key at hand where it is seen, else with its own token.

    Args:
        frame: what is on screen.
        view: the selection before.
        position: of the stack that is shown.
    """
    kind, memory = attention_of(frame), len(frame.keys) - len(frame.queries)
    last = len(frame.keys) - 1
    key = min(view.at[1], last) if view.at else None
    if kind == "cross":
        return position, 0 if key is None else key
    own = min(position + max(memory, 0), last)
    return position, own if key is None or (kind == "decoder" and key > own) else key


def position_of(frame: Frame, view: View) -> int | None:
    """The selected query; None where none is, or a shorter text has no such."""
    return view.at[0] if view.at is not None and view.at[0] < len(frame.queries) else None
