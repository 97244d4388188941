"""The models that stand beside the main one: held, read and looked at one after another.

All of it is done in the engine's thread once the main picture has been sent; a newer wish comes
before the next of them.
"""

from __future__ import annotations

import logging
import time
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING

from app.holding import Holding, Loaded, Wanted
from app.state import SideAnswer, Wish
from app.work import LatestBox, bare, say_failure
from core.allocator import return_freed_memory
from core.errors import Refusal, TooLarge
from core.memory import WHOLE

if TYPE_CHECKING:
    from core.frame import Frame, Prompt
    from core.sides import Sides
    from core.tokens import Span

_REST = 0.03
"""Seconds after a key in which the main picture reaches the screen; and twice the time of the
slowest look more, up to ``_LONGEST``, so that the next key meets none."""
_LONGEST = 0.4

log = logging.getLogger(__name__)
Told = tuple[tuple[object, ...], "Frame | Refusal"]
"""What was looked at, and what came of it."""


class Besides:
    """At most ``core.beside.MOST`` models; those that are no longer wished for are let go at once.

    One is read at a time, so that each is held against the memory that those before it have left.
    """

    def __init__(
        self, hand_over: Callable[[Loaded], object], answered: Callable[[], object]
    ) -> None:
        """``answered`` is called where the box was empty and is so no longer."""
        self.box: LatestBox[SideAnswer] = LatestBox()
        self.holdings: dict[str, Holding] = {}
        """Of all but the main model, by reference."""
        self._hand_over, self._answered = hand_over, answered
        self._refused: dict[str, Refusal] = {}
        self._attempt = 0
        self._told: dict[str, Told] = {}
        self._wish: Wish | None = None
        self._sides: Sides | None = None
        self._shared: tuple[Prompt, tuple[Span, ...]] | None = None
        self._due: list[str] = []
        self._from = 0.0  # when looks may begin
        self._slowest = 0.0

    def want(self, wish: Wish, sides: Sides, frame: Frame) -> None:
        """From now on have the models of ``wish``, whose main picture is ``frame``."""
        self._shared, self._due = None, []
        if wish.beside is None:
            self._wish = self._sides = None
            self._keep((), "")
            return
        models, main = wish.beside.models, sides.session.card.reference
        self._wish, self._sides = wish, sides
        if wish.beside.attempt != self._attempt:
            self._attempt = wish.beside.attempt
            self._try_again()
        if wish.asked:
            self._from = time.monotonic() + min(_REST + 2 * self._slowest, _LONGEST)
        self._keep(models, main)
        if frame.queries.ids:  # without a text the last picture stays
            self._due = list(models)
        self._read_next()
        self._tell()

    def forget_main(self) -> None:
        """Another main model takes its place; nothing is looked at until there is its picture."""
        self._sides, self._due = None, []

    def _keep(self, models: tuple[str, ...], main: str) -> None:
        """Let the others go; their memory is another's, and who found too little tries again."""
        wanted = [model for model in models if model != main]
        leaving = set(self.holdings) - set(wanted)
        if leaving:
            leaving |= {name for name, one in self._refused.items() if isinstance(one, TooLarge)}
        for model in leaving & set(self.holdings):
            held = self.holdings.pop(model)
            held.give_up()
            held.release()
        if leaving:
            return_freed_memory()
        self._refused = {name: one for name, one in self._refused.items() if name in self.holdings}
        for model in wanted:
            self.holdings.setdefault(model, Holding(lambda done, size: None, self._hand_over))
        self._told = {name: one for name, one in self._told.items() if name in models}

    def _try_again(self) -> None:
        """Forget what went wrong, so that a mended folder is read."""
        self._refused.clear()
        self._told = {name: one for name, one in self._told.items()
                      if not isinstance(one[1], Refusal)}

    def _read_next(self) -> None:
        """Begin to read the first that is not there, unless one is being read."""
        if any(held.reading for held in self.holdings.values()):
            return
        for model, held in self.holdings.items():
            if held.session is None and model not in self._refused:
                held.want(Wanted(model, WHOLE, watch=True), self._attempt)
                return

    def accepted(self, held: Holding, refusal: Refusal | None) -> None:
        """A model was read, or could not be."""
        model = next((name for name, one in self.holdings.items() if one is held), None)
        if model is not None and refusal is not None:
            self._refused[model] = refusal
        self._read_next()

    # -- looks ------------------------------------------------------------------------------

    @property
    def patience(self) -> float | None:
        """Seconds until the next one is to be looked at; None where none waits."""
        return None if self._next() is None else max(self._from - time.monotonic(), 0.0)

    def _next(self) -> str | None:
        return next((model for model in self._due if self._there(model)), None)

    def _there(self, model: str) -> bool:
        held = self.holdings.get(model)
        return held is None or held.session is not None or model in self._refused

    def look(self) -> None:
        """Look at one of those that wait, and tell what is there."""
        model = self._next()
        if model is None:
            return
        self._due.remove(model)
        if model in self._refused:
            self._told[model] = (), self._refused[model]
        else:
            self._look(model)
        self._tell()

    def _look(self, model: str) -> None:
        started = time.monotonic()
        try:
            self._told[model] = self._seen(model)
            self._slowest = max(time.monotonic() - started, self._slowest * 0.9)
        except Refusal as refusal:
            log.info("refused: %s", str(refusal))
            self._told[model] = (), bare(refusal)
        except Exception as error:
            log.exception("a look at %s failed", model)
            self._told[model] = (), say_failure(error)

    def _seen(self, model: str) -> Told:
        """What a model shows of the text; as it was found before where nothing is otherwise."""
        from core.beside_look import look_beside, shared_prompt

        wish, sides = self._wish, self._sides
        assert wish is not None  # else nothing is due
        assert wish.beside is not None
        assert sides is not None
        live = model not in self.holdings
        session = sides.side(wish.at, wish.edits) if live else self.holdings[model].session
        assert session is not None  # it is there
        if self._shared is None:
            prompt, hidden = shared_prompt(sides.session, wish.prompt)
            self._shared = prompt, (*hidden, *wish.beside.hides(prompt.source))
        prompt, hidden = self._shared
        masks = session.card.masks and not wish.beside.hides(prompt.source)
        own = live and (masks or not hidden)  # shown as the main picture is
        if own:
            prompt, hidden = wish.prompt, ()
        base = wish.sight
        key = (weakref.ref(session), session.step, prompt, hidden, wish.beside.choice(model),
               wish.beside.shown, wish.beside.pixels, base.scale, base.omit, base.renormalise,
               (base.predict_at, base.sampling) if own else None)
        if model in self._told and self._told[model][0] == key:
            return self._told[model]
        return key, look_beside(session, prompt, hidden, wish.beside, base, own)

    def _tell(self) -> None:
        assert self._wish is not None  # it is answered
        assert self._sides is not None
        told = {model: outcome for model, (_, outcome) in self._told.items()}
        main = self._sides.session.card.reference
        if self.box.put(SideAnswer(self._wish, told, main, not self._due)):
            self._answered()
