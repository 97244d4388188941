"""The keys of a run and the buttons on its page, joined to what steers it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.pages import TRAINING

if TYPE_CHECKING:
    from app.panels.training import TrainingPage
    from app.window import Window

_SEVERAL = 10
"""Steps at once, as long as the page has not been made that says how many."""


class Driving(QObject):
    """Where there is no run of ours, a key shows the page that says how one is had, or whose it
    is."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.window = window

    def join(self, page: TrainingPage) -> None:
        """Do what is asked for on the page."""
        steering, controls = self.window.steering, page.controls
        controls.toggled.connect(steering.play_or_pause)
        controls.stepped.connect(steering.step)
        controls.saved.connect(steering.save)
        controls.sped.connect(steering.set_speed)
        controls.rated.connect(steering.set_rate)
        controls.batched.connect(steering.set_batch)
        page.returned.connect(steering.go_back)
        page.looked.connect(steering.scrub)
        page.strode.connect(steering.scrub_kept)
        page.began.connect(self.window.beginning.new_run)
        page.opened.connect(self.window.beginning.open_run)

    def play_or_pause(self) -> None:
        """Go on, or stop after the step at hand."""
        self._do(self.window.steering.play_or_pause)

    def step(self) -> None:
        """Take one step."""
        self._do(self.window.steering.step)

    def several(self) -> None:
        """Take as many steps as the page says."""
        page = self.window.training
        count = _SEVERAL if page is None else page.controls.count.value()
        self._do(lambda: self.window.steering.step(count))

    def save(self) -> None:
        """Write a checkpoint now."""
        self._do(self.window.steering.save)

    def _do(self, do: Callable[[], None]) -> None:
        if self.window.steering.drives:
            do()
        else:
            self.window.pages.open(TRAINING)
