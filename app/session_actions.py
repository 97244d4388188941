"""The part of the File menu that opens and saves sessions."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

if TYPE_CHECKING:
    from app.window import Window

Text = Callable[[], str]
Add = Callable[[QMenu, Text, str, Callable[[], object]], QAction]
_WORDS = 40  # characters of a prompt that say which one it is


class SessionActions(QObject):
    """Open, save, and what was open before."""

    def __init__(
        self, window: Window, menu: QMenu, add_menu: Callable[..., QMenu], add: Add
    ) -> None:
        super().__init__(window)
        self.window, sessions = window, window.sessions
        add(menu, lambda: self.tr("Open a sess&ion …"), "Ctrl+Alt+O", sessions.choose)
        self.recent = add_menu(lambda: self.tr("Recen&t sessions"), menu)
        self.recent.aboutToShow.connect(self.fill)
        window.opened.connect(self.fill)
        add(menu, lambda: self.tr("&Save the session"), "Ctrl+S", sessions.save)
        add(menu, lambda: self.tr("Save the session &as …"), "Ctrl+Shift+S", sessions.save_as)

    def fill(self) -> None:
        """List the files of before, and what other windows left unsaved."""
        menu, sessions = self.recent, self.window.sessions
        menu.clear()
        for name in self.window.choices.recent_sessions:
            path = Path(name)
            action = menu.addAction(
                f"{path.name}  ({path.parent})".replace("&", "&&"), partial(sessions.open, path))
            action.setEnabled(path.is_file())
        left = sessions.left()
        if left:
            menu.addSection(self.tr("Not saved"))
        for path, session in left.items():
            words = " ".join(session.place.prompt.source.split()) or self.tr("No text")
            words = words if len(words) <= _WORDS else f"{words[: _WORDS - 1]}…"
            menu.addAction(words.replace("&", "&&"), partial(sessions.open_left, path))
        if menu.isEmpty():
            menu.addAction(self.tr("None yet")).setEnabled(False)
