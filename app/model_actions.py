"""The part of the File menu that opens models."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from app.session_actions import Add
from core.cache import cached_models
from core.catalogue import bundled_models

if TYPE_CHECKING:
    from app.window import Window


class ModelActions(QObject):
    """A folder, the hub, and a list of what there is."""

    def __init__(
        self, window: Window, menu: QMenu, add_menu: Callable[..., QMenu], add: Add
    ) -> None:
        super().__init__(window)
        self.window, opening = window, window.opening
        add(menu, lambda: self.tr("&Open model folder …"), "Ctrl+O", opening.choose_folder)
        add(menu, lambda: self.tr("Open from the &hub …"), "Ctrl+Shift+O", opening.open_hub)
        self.list = add_menu(lambda: self.tr("&Models"), menu)
        self.list.aboutToShow.connect(self.fill)  # folders come and go

    def fill(self) -> None:
        """List the models that ship, the folders that were opened before, and the hub's cache."""
        menu, choices = self.list, self.window.choices
        menu.clear()
        watched = choices.watched
        lists = (
            (self.tr("Bundled"), {name: name for name in bundled_models()}),
            (self.tr("Recent"), {
                folder: f"{Path(folder).name}  ({folder})" for folder in choices.recent
            }),
            (self.tr("Downloaded from the hub"), {name: name for name in cached_models()}),
        )
        for title, texts in lists:
            if texts:
                menu.addSection(title)
            for reference, text in texts.items():
                action = menu.addAction(text.replace("&", "&&"), partial(
                    self.window.opening.open, reference, watch=reference in watched))
                action.setEnabled(text == reference or Path(reference).is_dir())
