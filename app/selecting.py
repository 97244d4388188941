"""What is selected: head, cell, quantity, tint, and which attention; on every panel at once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from app.panels.readings_menu import step_reading
from app.state import Attention, Head, Quantity, View, quantities
from core.asks.readings import Reading
from core.trace import Omit, Scale, Stream

if TYPE_CHECKING:
    from app.window import Window
    from core.config import AttentionKind, StackName


class Selecting(QObject):
    """Changes the window's view; the engine is asked only for what is not at hand."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.window = window

    def look(self, view: View) -> None:
        """Select this."""
        window = self.window
        before, window.view = window.view, view
        other_head = view.shown != before.shown and view.shown is not None
        sight = window.wish.sight
        other_sheet = (sight.difference, sight.gradient) != (
            view.quantity == "difference", view.quantity == "gradient")
        if other_head or other_sheet or window.asks() != sight.asks:
            window.ask()
        window.showing.show()

    def choose(self, **fields: Any) -> None:
        """Select something else in these fields of the view."""
        self.look(replace(self.window.view, **fields))

    def hover(self, head: Head | None) -> None:
        """Preview this head."""
        self.choose(hovered=head)

    def pin(self, head: Head | None) -> None:
        """Keep this head large, or none; the pointer previews again once it moves."""
        self.choose(pinned=head, hovered=None)

    def release(self) -> None:
        """Release the held cell; else the pinned head."""
        if self.window.view.held is not None:
            self.choose(held=None)
        else:
            self.pin(None)

    def step_cell(self, queries: int, keys: int) -> None:
        """Hold the cell so far from the one that is read, or from the last one there is."""
        frame = self.window.picture
        if frame is None or not frame.queries.ids or not frame.keys.ids:
            return
        last = len(frame.queries) - 1, len(frame.keys) - 1
        query, key = self.window.view.at or last
        held = min(max(query + queries, 0), last[0]), min(max(key + keys, 0), last[1])
        self.choose(held=held, cell=None)

    def show_attention(self, attention: Attention) -> None:
        """Show the encoder's attention, the decoder's own, or the decoder's to the encoder."""
        stack: StackName = "encoder" if attention == "encoder" else "decoder"
        kind: AttentionKind = "cross" if attention == "cross" else "self"
        self.window.ask_sight(stack=stack, kind=kind)

    def show_stream(self, stream: Stream) -> None:
        """Show the stream that knows its own token, or the one that does not (XLNet)."""
        self.window.ask_sight(stream=stream)

    def show_quantity(self, quantity: Quantity) -> None:
        """Let the cells of the large matrix say this."""
        self.choose(quantity=quantity)

    def step_quantity(self, step: int) -> None:
        """The next quantity, or the one before, round and round."""
        window = self.window
        there = [] if window.picture is None else quantities(window.picture)
        if there:
            at = there.index(window.view.quantity) if window.view.quantity in there else 0
            self.show_quantity(there[(at + step) % len(there)])

    def show_tint(self, reading: Reading | None) -> None:
        """Let a bar below each head's square say this."""
        self.choose(tint=reading)

    def step_tint(self, step: int) -> None:
        """The next tint, or the one before, round and round."""
        self.show_tint(step_reading(self.window.view.tint, step))

    # -- how weights are shown --------------------------------------------------------------

    def set_scale(self, scale: Scale) -> None:
        """Use and remember a colour scale."""
        self._set("scale", scale)

    def set_omit(self, omit: Omit) -> None:
        """Use and remember which tokens are left out."""
        self._set("omit", omit)

    def toggle_renormalise(self) -> None:
        """Let the rest of a row sum to 1, or be what it is; remember it."""
        self._set("renormalise", "" if self.window.choices.renormalise else "yes")

    def _set(self, name: str, value: str) -> None:
        self.window.choices.keep(name, value)
        self.window.ask()
