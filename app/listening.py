"""What the engine says, and what the window makes of it."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app import captions
from app.state import View, Wish, first_attention, first_head
from core.catalogue import DEFAULT_MODEL
from core.errors import Refusal, TooLarge
from core.frame import Frame

if TYPE_CHECKING:
    from app.window import Window


class Listening(QObject):
    """Takes answers and refusals; the newest only."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.window = window
        self._card_shown: str | None = None
        self._greeted = False
        engine = window.engine
        engine.answered.connect(self._take)
        engine.refused.connect(self._refuse)
        engine.unpaired.connect(self._unpair)
        engine.loading.connect(self._load)
        window.sheet.painted.connect(self._painted)

    def _take(self) -> None:
        window, answer = self.window, self.window.engine.answers.take()
        if answer is None:
            return
        window.answer, frame = answer, answer.frame
        if frame.card.reference == window.wish.model:
            window.loading = None
            window.opening.end()
        if frame.predicted_at is not None:
            window.picture = frame
        elif window.picture is not None:  # a run goes on without a text too
            same = window.picture.card.reference == frame.card.reference
            window.picture = replace(window.picture, training=frame.training) if same else None
        window.steering.follow(frame)
        if answer.wish.model == frame.card.reference:
            self._greet(frame)
        self._keep_pin(frame)
        if window.asks() != answer.wish.sight.asks:  # another model or text asks for others
            window.ask()
        window.showing.show_answer()
        window.beginning.follow(frame)
        held, wish = answer.wish, window.wish
        window.prompting.follow(frame, current=(held.sight.sampling, held.edits) == (
            wish.sight.sampling, wish.edits))

    def _keep_pin(self, frame: Frame) -> None:
        """Encoder and decoder may have other numbers of layers and heads."""
        pinned = self.window.view.pinned
        if frame.thumbnails is not None and pinned is not None:
            layers, heads = frame.thumbnails.shape[:2]
            head = min(pinned[0], layers - 1), min(pinned[1], heads - 1)
            if head != pinned:
                self.window.selecting.pin(head)

    def _greet(self, frame: Frame) -> None:
        """The first frame of a model: its sentence where nothing is typed, its first known head."""
        window, card = self.window, frame.card
        alone = window.lecturing.lecture is None  # else the user's own is to come back
        if alone and not self._greeted and card.reference == window.wish.model:
            self._greeted = True  # behind a lecture that began the program, too
            if card.text and not window.editor.prompt() and window.keeping.own:
                said = window.refusal
                window.editor.set_prompt(card.text)
                window.refusal = said  # nobody has typed
        if card.reference == self._card_shown:
            if window.placing.awaits(card):  # another was wished for, and never came
                window.placing.arrive(card)
                window.ask()
            return
        self._card_shown = card.reference
        if alone:
            window.choices.keep_model(card.reference, window.wish.watch)
        window.actions_.models.fill()
        window.view = View(
            pinned=first_head(card), quantity=window.view.quantity, tint=window.view.tint)
        if first_attention(card) == "cross":  # its head is seen there alone
            window.wish_sight(stack="decoder", kind="cross")
        window.placing.arrive(card)
        window.ask()

    def _refuse(self, refusal: Refusal, wish: Wish) -> None:
        window = self.window
        if (wish.model, wish.attempt) != (window.wish.model, window.wish.attempt):
            return  # something else is wanted by now
        if window.opening.awaits(refusal, wish):
            window.refusal = refusal
            window.showing.show_state()
            return
        window.refusal, window.loading = refusal, None
        window.opening.end()
        window.beginning.refuse(refusal, wish)
        window.steering.refuse()
        lecture = window.lecturing.lecture is not None  # no dialog over it, nothing kept of it
        if isinstance(refusal, TooLarge) and refusal.values["offers"] and not lecture:
            window.opening.offer(refusal, wish.model)
        good = window.answer.frame.card.reference if window.answer else DEFAULT_MODEL
        if wish.model != good:
            window.opening.go_back()
        window.showing.show()

    def _unpair(self, refusal: Refusal) -> None:
        """The other model can't be read: nothing is compared."""
        self.window.altering.compare(None)
        self.window.remark(refusal)

    def _load(self, reference: str) -> None:
        window = self.window
        if reference != window.wish.model:
            return  # something else is wanted by now
        held = window.answer
        if held is not None and held.wish.attempt == window.wish.attempt and (
            held.frame.card.reference == reference
        ):
            return  # its first answer was taken before this was told
        window.loading = reference
        window.opening.begin(reference)
        window.showing.show_state()

    def _painted(self, frame: Frame) -> None:
        window = self.window
        if window.answer is None or frame is not window.answer.frame:
            return
        asked = window.answer.wish.asked
        seconds = time.perf_counter() - asked if asked else 0.0
        if asked:
            window.milliseconds = seconds * 1000
            window.status.setText(captions.status_line(frame, window.milliseconds))
        window.pictured.emit(window.answer, seconds)
