"""The menu of lectures."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QMenu

from app.language import current_language
from app.lectures.reading import read_lecture, shipped_lectures
from app.reading_only import READ
from core.errors import Refusal

if TYPE_CHECKING:
    from app.window import Window

Text = Callable[[], str]
Add = Callable[[QMenu, Text, str, Callable[[], object]], QAction]


class LectureActions(QObject):
    """Which lecture, where in it, and how it is shown; keys of a lecture rest while there is none.

    ``PgUp`` and ``PgDown`` are the lecture's from everywhere in the window: see
    :mod:`app.lecture_keys`, which also knows what a remote sends.
    """

    def __init__(self, window: Window, add_menu: Callable[..., QMenu], add: Add) -> None:
        super().__init__(window)
        self.window = window
        self.menu = menu = add_menu(lambda: self.tr("&Lecture"))
        self._lectures = add_menu(lambda: self.tr("&Lectures"), menu)
        self._lectures.aboutToShow.connect(self.fill)
        add(menu, lambda: self.tr("&Open a lecture folder …"), "", self.choose)
        menu.addSeparator()
        lecturing, presenting = window.lecturing, window.presenting
        self._inside = [
            add(menu, lambda: self.tr("&Next scene"), "PgDown", lecturing.next),
            add(menu, lambda: self.tr("Scene &before"), "PgUp", lecturing.back),
            add(menu, lambda: self.tr("Back &to the scene"), "Ctrl+Home", lecturing.again),
        ]
        add(menu, lambda: self.tr("&Jump to a scene …"), "Ctrl+J", window.jump_list.toggle)
        menu.addSeparator()
        add(menu, lambda: self.tr("&Present from the first scene, or leave"), "F5",
            presenting.toggle)
        add(menu, lambda: self.tr("Present from &here, or leave"), "Shift+F5",
            presenting.toggle_here)
        add(menu, lambda: self.tr("A pointer that is &seen from afar, or none"), "Ctrl+L",
            presenting.toggle_pointer)
        self._inside += [
            add(menu, lambda: self.tr("Blac&k screen, or back"), "B", presenting.toggle_black),
            add(menu, lambda: self.tr("Notes in a window of thei&r own"), "Ctrl+Alt+N",
                presenting.toggle_notes),
        ]
        menu.addSeparator()
        self._inside.append(add(menu, lambda: self.tr("Lea&ve the lecture"), "Ctrl+Shift+W",
                                lecturing.leave))
        lecturing.moved.connect(self._enable)
        self._enable()

    def _enable(self) -> None:
        inside = self.window.lecturing.lecture is not None
        for action in self._inside:
            action.setEnabled(inside)

    def fill(self) -> None:
        """List the lectures that ship, by number and title."""
        self._lectures.clear()
        for number, folder in enumerate(shipped_lectures(), 1):
            try:
                title = read_lecture(folder, current_language()).title
            except Refusal:
                title = folder.name
            letter = f"&{number}" if number < 10 else str(number)
            self._lectures.addAction(
                f"{letter}  {title.replace('&', '&&')}",
                partial(self.window.lecturing.open, folder))

    def choose(self) -> None:
        """Ask for the folder of a lecture."""
        choices = self.window.choices
        folder = QFileDialog.getExistingDirectory(
            self.window, self.tr("Open a lecture folder"), choices.word("lectures", ""), READ)
        if folder:
            choices.keep("lectures", str(Path(folder).parent))
            self.window.lecturing.open(Path(folder))
