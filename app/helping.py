"""Which panel has which help, and the one that is open."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QWidget

from app.language import current_language
from app.pages import page_names
from core.catalogue import RESOURCES

if TYPE_CHECKING:
    from app.panels.help import HelpCard
    from app.panels.timeline import TimelineBar
    from app.panels.titled import Titled
    from app.window import Window

HELP = RESOURCES / "help"


def read_help(name: str, language: str) -> str:
    """The words on this panel, in Markdown; in English where there are no others."""
    paths = HELP / f"{name}.{language}.md", HELP / f"{name}.md"
    return next((path.read_text(encoding="utf-8") for path in paths if path.is_file()), "")


class Helping(QObject):
    """Opens the help of a panel over it, one at a time."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.window = window
        self.card: HelpCard | None = None
        self.open_name = ""
        layout = window.layout_
        self.panels: dict[str, Titled | TimelineBar] = {
            "prompt": window.prompt_panel, "sheet": window.sheet_panel,
            "predictions": window.predictions_panel, "timeline": layout.timeline,
            **window.pages.panels,
        }
        self._before: QWidget | None = None
        for name, panel in self.panels.items():
            panel.question.clicked.connect(partial(self.toggle, name))
            panel.question.show()
        window.dress.themed.connect(self._dress)
        window.presenting.changed.connect(self._offer)
        window.lecturing.leaving.connect(self._leave)

    def _offer(self) -> None:
        """No question marks before an audience."""
        for panel in self.panels.values():
            panel.question.setVisible(not self.window.presenting.on)

    def names(self) -> dict[str, str]:
        """What each panel is called, and all pages together."""
        return {
            "pages": self.tr("Pages"), "prompt": self.tr("Prompt"), "sheet": self.tr("Heads"),
            "predictions": self.tr("Predictions"), "timeline": self.tr("Timeline"),
        } | page_names()

    def retranslate(self) -> None:
        """Say it in the language of the moment."""
        names = self.names()
        for name, panel in self.panels.items():
            panel.question.name(names[name])
        self._say()

    def _dress(self) -> None:
        if self.card is not None:
            self.card.words.set_theme(self.window.theme)

    def _say(self) -> None:
        if self.card is not None:
            title = self.tr("{panel}: what am I looking at?").format(
                panel=self.names()[self.open_name])
            self.card.say(
                title, read_help(self.open_name, current_language()), self.window.theme)

    # -- what the user does -----------------------------------------------------------------

    def toggle(self, name: str) -> None:
        """Open the help of this panel, or close it."""
        if self.card is not None and self.open_name == name:
            self.card.close()
            return
        from app.panels.help import HelpCard

        if self.card is not None:
            self.card.close()
        self._before = QApplication.focusWidget()
        panel = self.panels[name]
        self.card, self.open_name = HelpCard(panel, self.window.layout_), name
        self.card.closed.connect(self._close)
        panel.question.setChecked(True)
        self._say()
        self.card.words.setFocus()

    def toggle_focused(self) -> None:
        """The same for the panel that keys go to; for the first page where they go to none."""
        if self.card is not None:
            self.card.close()
            return
        part = QApplication.focusWidget()
        names = {panel: name for name, panel in self.panels.items()}
        while part is not None and part not in names:
            part = part.parentWidget()
        self.toggle(self.window.pages.first.key if part is None else names[part])

    def _leave(self) -> None:
        """Another scene is not to lie below what was asked of this one."""
        if self.card is not None:
            self.card.close()

    def _close(self) -> None:
        card, before = self.card, self._before
        self.card = self._before = None
        self.panels[self.open_name].question.setChecked(False)
        if card is None:
            return
        focused = QApplication.focusWidget()
        inside = focused is not None and card.isAncestorOf(focused)
        if inside and before is not None and before.isVisible():
            before.setFocus()
        card.deleteLater()
