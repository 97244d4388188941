"""A page that comes on screen for the first time: from then on it is heard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from core.cache import cached_models
from core.catalogue import bundled_models

if TYPE_CHECKING:
    from app.panels.changes import Changes
    from app.panels.generation import Generation
    from app.panels.page import Page
    from app.window import Window


class Joining(QObject):
    """What the user does in a page becomes what is wished for."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.window = window

    def join(self, page: Page) -> None:
        """Hear this page from now on."""
        window = self.window
        page.set_theme(window.theme)
        page.selected.connect(lambda changes: window.selecting.choose(**changes))
        page.wished.connect(lambda: window.ask())
        if page is window.generation:
            self._join_generation(window.generation)
        if page is window.changes:
            self._join_changes(window.changes)
        if page is window.matrix:
            window.matrix.clicked.connect(window.prompting.toggle_mask)
            window.matrix.stepped.connect(window.selecting.step_cell)
        if page is window.training:
            window.driving.join(window.training)
        if page is window.siding.page:
            window.siding.join(page)

    def _join_generation(self, page: Generation) -> None:
        window, prompting = self.window, self.window.prompting
        page.sampled.connect(lambda sampling: window.ask_sight(sampling=sampling))
        page.stepped.connect(prompting.write_one)
        page.ran.connect(prompting.start_or_stop)
        page.undone.connect(prompting.take_back)
        page.picked.connect(lambda text: prompting.add(text, window.picture))
        page.show_sampling(window.wish.sight.sampling)

    def _join_changes(self, page: Changes) -> None:
        window = self.window
        page.edited.connect(window.altering.alter)
        page.compared.connect(window.altering.compare)
        page.offer_models([*bundled_models(), *window.choices.recent, *cached_models()])
