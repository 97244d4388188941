"""Where the window stands as one value, and the way to another place."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.place import Place
from app.state import View, attention_of, first_attention, first_head
from core.drive import Begin, Drive
from core.frame import ModelCard
from core.memory import WHOLE, Way

if TYPE_CHECKING:
    from app.window import Window


class Placing(QObject):
    """Takes the place of the moment, and goes to one; no dialog ever comes of it."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.window = window
        self._waiting: Place | None = None
        """Whose model is still being read."""

    def take(self) -> Place:
        """Where the window stands; what the model wrote counts as typed."""
        window, waiting = self.window, self._waiting
        wish, view, choices = window.wish, window.view, window.choices
        if waiting is not None and waiting.model == wish.model:
            return replace(
                waiting, prompt=window.prompting.typed_prompt(), pages=window.pages.names(),
                panels=window.layout_.shown_panels())
        return Place(
            model=wish.model, watch=wish.watch, playing=wish.drive.playing, step=wish.at,
            prompt=window.prompting.typed_prompt(), panels=window.layout_.shown_panels(),
            pages=window.pages.names(),
            attention=None if window.picture is None else attention_of(window.picture),
            stream=wish.sight.stream, head=view.pinned, cell=view.held, quantity=view.quantity,
            tint=view.tint, scale=choices.scale, omit=choices.omit,
            renormalise=choices.renormalise, edits=wish.edits, against=wish.against,
            sampling=wish.sight.sampling, beside=window.siding.models,
        )

    def set(self, place: Place, begin: Begin | None = None, way: Way = WHOLE) -> None:
        """Go there; what needs another model waits until that is read.

        Args:
            place: all of it is set; ``recipe`` is for whoever makes a folder of it.
            begin: what a new run begins with, in the folder ``place.model``.
            way: how another model is held in memory.
        """
        window = self.window
        window.refusal = None
        window.choices.keep("scale", place.scale)
        window.choices.keep("omit", place.omit)
        window.choices.keep("renormalise", "yes" if place.renormalise else "")
        window.actions_.show_chosen()
        window.prompting.go_to(place.prompt)
        window.layout_.show_panels(place.panels)
        window.pages.show_pages(place.pages)
        window.siding.models = place.beside
        answer, held = window.answer, window.wish
        here = begin is None and (place.model, place.watch) == (held.model, held.watch)
        self._waiting = place
        drive = replace(held.drive, playing=place.playing) if here else Drive(
            budget=held.drive.budget, playing=place.playing)
        if here and held.drive.playing and not place.playing:
            drive = replace(drive, pauses=drive.pauses + 1)
        window.wish_sight(
            stream=place.stream, sampling=place.sampling,
            predict_at=place.prompt.masked[-1] if place.prompt.masked else None)
        if window.generation is not None:
            window.generation.show_sampling(place.sampling)
        if here and answer is not None and answer.frame.card.reference == place.model:
            self.arrive(answer.frame.card)
        wish = window.ask if here else partial(
            window.opening.open, place.model, way, begin=begin, watch=place.watch)
        wish(prompt=place.prompt, edits=place.edits, against=place.against, at=place.step,
             drive=drive)
        window.showing.show()

    def awaits(self, card: ModelCard) -> bool:
        """Whether something is to be selected in this model once it answers."""
        return self._waiting is not None and self._waiting.model == card.reference

    def arrive(self, card: ModelCard) -> None:
        """The model answers: select in it what was to be selected."""
        place, self._waiting = self._waiting, None
        if place is None or place.model != card.reference:
            return
        self.window.view = View(
            pinned=place.head or first_head(card), held=place.cell, quantity=place.quantity,
            tint=place.tint)
        attention = place.attention or first_attention(card)
        self.window.wish_sight(
            stack="encoder" if attention == "encoder" else "decoder",
            kind="cross" if attention == "cross" else "self")
