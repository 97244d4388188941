"""The menu of help."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, Qt
from PySide6.QtWidgets import QMenu, QMessageBox

from app.panel_keys import panel_keys
from app.session_actions import Add
from app.shortcuts import Group, ShortcutSheet
from core.catalogue import program_version

if TYPE_CHECKING:
    from app.window import Window


class HelpActions(QObject):
    """Every key, what a panel shows, the first hint, and which program this is."""

    def __init__(
        self, window: Window, add_menu: Callable[..., QMenu], add: Add,
        groups: Callable[[], list[Group]],
    ) -> None:
        """``groups`` tells every action by its menu."""
        super().__init__(window)
        self.window, self._groups = window, groups
        menu = add_menu(lambda: self.tr("Hel&p"))
        add(menu, lambda: self.tr("&Keys"), "F1", self.show_keys)
        add(menu, lambda: self.tr("&What am I looking at?"), "Shift+F1",
            window.helping.toggle_focused)
        add(menu, lambda: self.tr("Show the first &hint"), "", window.hint.show_again)
        add(menu, lambda: self.tr("&About Headlight"), "", self.show_about)

    def show_keys(self) -> None:
        """Open the sheet of all keys."""
        ShortcutSheet([*self._groups(), *panel_keys()], self.window).open()

    def show_about(self) -> None:
        """Say which version this is, and where its log is."""
        box = QMessageBox(self.window)
        box.setWindowTitle(self.tr("About Headlight"))
        box.setText(self.tr(
            "Headlight {version}: see what every head of every layer of a Transformer looks at, "
            "as you type.").format(version=program_version()))
        application = QCoreApplication.instance()
        box.setInformativeText(self.tr("The log is in {folder}.").format(
            folder=(application and application.property("log")) or "-"))
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()
