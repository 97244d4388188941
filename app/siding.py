"""The models that stand side by side: which they are, and what the engine has told of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast, get_args

from PySide6.QtCore import QObject

from app.page_names import BESIDE
from app.state import Attention, SideAnswer
from core.beside import MOST, Beside, usual_models
from core.cache import cached_models
from core.catalogue import bundled_models
from core.trace import Sight, Stream

if TYPE_CHECKING:
    from app.panels.beside import BesidePage
    from app.window import Window


class Siding(QObject):
    """Joins the page to the engine; while the page is hidden, it wishes for nothing."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.window = window
        self.answer: SideAnswer | None = None
        self._there = bundled_models()
        self._offered = ""
        kept = window.choices.word("beside", "")
        self.models: tuple[str, ...] = tuple(filter(None, kept.split("\n")))
        """Those that were chosen; none for one of each family."""
        window.engine.sided.connect(self._take)

    @property
    def page(self) -> BesidePage | None:
        """Once it was on screen."""
        return cast("BesidePage | None", self.window.pages.pages.get(BESIDE))

    def join(self, page: BesidePage) -> None:
        """Do what is asked for on the page."""
        self._offer(page)
        page.chosen.connect(self._choose)
        page.attended.connect(self._attend)
        page.masked.connect(self.window.prompting.toggle_mask)

    def _offer(self, page: BesidePage) -> None:
        self._offered = self.window.wish.model
        page.offer_models(
            [*self._there, *self.window.choices.recent, *cached_models(), self._offered])

    def wanted(self, sight: Sight) -> Beside | None:
        """What is to be wished for together with ``sight``."""
        page, window = self.page, self.window
        if page is None or not any(one is page for _, _, one in window.pages.shown()):
            return None
        if window.wish.model != self._offered:  # one more was opened
            self._offer(page)
        card = None if window.answer is None else window.answer.frame.card
        models = tuple(dict.fromkeys(self.models))[:MOST]
        return page.wanted(models or usual_models(card, self._there), card, sight, window.view)

    def set_models(self, models: Sequence[str]) -> None:
        """Let these stand side by side, the first four of them; none for one of each family."""
        if tuple(models) != self.models:
            self.models = tuple(models)
            self.window.ask()

    def _choose(self, models: tuple[str, ...]) -> None:
        self.window.choices.keep("beside", "\n".join(models))
        self.set_models(models)

    def _attend(self, attention: str) -> None:
        selecting = self.window.selecting
        if attention in get_args(Attention):
            selecting.show_attention(attention)  # type: ignore[arg-type]
        elif attention in get_args(Stream):
            selecting.show_stream(attention)  # type: ignore[arg-type]

    def _take(self) -> None:
        answer = self.window.engine.besides.box.take()
        if answer is not None:
            self.answer = answer
            self.window.keeping.touch()
            if self.page is not None:
                self.page.show_sides(answer)

    @property
    def complete(self) -> bool:
        """Whether every model shows what was wished for, or says why it can't."""
        wish, answer = self.window.wish, self.answer
        if wish.beside is None:
            return True
        return answer is not None and answer.whole and answer.main == wish.model and all(
            getattr(answer.wish, name) == getattr(wish, name)
            for name in ("prompt", "sight", "edits", "at", "beside"))
