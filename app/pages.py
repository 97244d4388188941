"""The right side: pages behind tabs, one or two of them at a time.

A page is imported and made when it is first on screen: pyqtgraph takes longer than a window.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib import import_module

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QSplitter,
    QStackedWidget,
    QTabBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.choices import Choices
from app.page_names import BESIDE, HEAD, PAGES, TRAINING
from app.panels.page import Page
from app.panels.titled import Titled

__all__ = ["HEAD", "TRAINING", "Pages", "page_names"]


def page_names() -> dict[str, str]:
    """What each tab says."""
    translate = QCoreApplication.translate
    return {
        HEAD: translate("pages", "Head"),
        "lines": translate("pages", "Lines"),
        "derivation": translate("pages", "Arithmetic"),
        "positions": translate("pages", "Positions"),
        "activations": translate("pages", "Activations"),
        "weights": translate("pages", "Weights"),
        "lens": translate("pages", "Lens"),
        "readings": translate("pages", "Readings"),
        "flow": translate("pages", "Rollout"),
        "generation": translate("pages", "Generate"),
        "changes": translate("pages", "What if"),
        BESIDE: translate("pages", "Side by side"),
        TRAINING: translate("pages", "Training"),
    }


_PLACES = {
    HEAD: ("app.panels.matrix", "HeadMatrix"),
    "lines": ("app.panels.lines", "LinesPage"),
    "derivation": ("app.panels.derivation", "DerivationPage"),
    "positions": ("app.panels.positions", "PositionsPage"),
    "activations": ("app.panels.activations", "ActivationsPage"),
    "weights": ("app.panels.weights", "WeightsPage"),
    "lens": ("app.panels.lens", "LensPage"),
    "readings": ("app.panels.readings", "ReadingsPage"),
    "flow": ("app.panels.flow", "FlowPage"),
    "generation": ("app.panels.generation", "Generation"),
    "changes": ("app.panels.changes", "Changes"),
    BESIDE: ("app.panels.beside", "BesidePage"),
    TRAINING: ("app.panels.training", "TrainingPage"),
}
"""Where each page is written."""


class Pages(QSplitter):
    """Two places, the lower one closed at first; a page is in one of them at most."""

    appeared = Signal()
    """A page came on screen, and may hold an old picture."""
    made = Signal(object)
    """A Page that was just made."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self.setChildrenCollapsible(False)
        self.setHandleWidth(8)
        self.panels = {key: Titled(QWidget()) for key in PAGES}
        self.pages: dict[str, Page] = {}
        self._ready = False
        self._choices: Choices | None = None
        self.first, self.second = _Place(self.panels), _Place(self.panels)
        for place, other in ((self.first, self.second), (self.second, self.first)):
            self.addWidget(place)
            place.chosen.connect(self._chooser(place, other))
        for panel in self.panels.values():
            panel.appeared.connect(self._appear)
        for panel in self.panels.values():
            self.first.keep(panel)
        self.second.hide()
        self.first.show_page(HEAD)

    def _chooser(self, place: _Place, other: _Place) -> Callable[[str], None]:
        def choose(key: str) -> None:
            if key == other.key and not other.isHidden():
                self._swap(place, other)
            else:
                place.show_page(key)

        return choose

    def _swap(self, place: _Place, other: _Place) -> None:
        mine, others = place.key, other.key
        place.show_page(others)
        other.show_page(mine)

    # -- what is on screen ------------------------------------------------------------------

    def shown(self) -> Iterator[tuple[str, Titled, Page]]:
        """The pages that are on screen, each with its name and its panel."""
        for key, page in self.pages.items():
            if self.panels[key].isVisibleTo(self.window()):
                yield key, self.panels[key], page

    def make(self) -> None:
        """From here on pages may be made: the window has been painted."""
        self._ready = True
        self._appear()

    def _appear(self) -> None:
        if not self._ready:
            return
        for key, panel in self.panels.items():
            if key not in self.pages and panel.isVisibleTo(self.window()):
                module, name = _PLACES[key]
                page: Page = getattr(import_module(module), name)()
                if self._choices is not None:
                    page.restore(self._choices)
                panel.fill(page)
                self.pages[key] = page
                self.made.emit(page)
        self.appeared.emit()

    # -- what the user does -----------------------------------------------------------------

    def open(self, key: str) -> None:
        """Bring this page on screen, if it is not."""
        if key not in (self.first.key, self.second.key if self.split else ""):
            self.first.show_page(key)

    @property
    def split(self) -> bool:
        """Whether two pages are on screen."""
        return not self.second.isHidden()

    def set_split(self, split: bool) -> None:
        """Show two pages, or one."""
        if split == self.split:
            return
        if split:
            keys = list(self.panels)
            if self.second.key in ("", self.first.key):
                others = [key for key in keys if key != self.first.key]
                self.second.show_page(others[0])
            self.second.show()
            half = self.height() // 2
            self.setSizes([half, half])
        else:
            self.first.keep(self.panels[self.second.release()])
            self.second.hide()
            self.first.show_page(self.first.key)

    def names(self) -> tuple[str, ...]:
        """Of the pages that are chosen, the upper first."""
        return (self.first.key, self.second.key) if self.split else (self.first.key,)

    def show_pages(self, names: Sequence[str]) -> None:
        """Choose one page or two, the upper first."""
        if tuple(names) == self.names():
            return
        self.set_split(False)
        self.first.show_page(names[0])
        if len(names) == 2:
            self.second.show_page(names[1])
            self.set_split(True)

    def step(self, step: int) -> None:
        """The next page, or the one before, round and round."""
        keys = [key for key in self.panels if not self.split or key != self.second.key]
        self.first.show_page(keys[(keys.index(self.first.key) + step) % len(keys)])

    def show_tabs(self, shown: bool) -> None:
        """Show the rows of tabs, or the pages alone, as for an audience."""
        for place in (self.first, self.second):
            place.show_tabs(shown)

    def retranslate(self) -> None:
        """Say it in the language of the moment."""
        for place in (self.first, self.second):
            place.retranslate()
        for page in self.pages.values():
            page.retranslate()

    def restore(self, choices: Choices) -> None:
        """Show what was shown the last time."""
        self._choices = choices
        upper, lower = choices.word("page", HEAD), choices.word("second_page", "")
        if upper in self.panels:
            self.first.show_page(upper)
        if lower in self.panels and lower != self.first.key:
            self.second.show_page(lower)
            self.set_split(True)
        kept = choices.layout("pages")
        if kept is not None:
            self.restoreState(kept)

    def save(self, choices: Choices) -> None:
        """Remember it."""
        for page in self.pages.values():
            page.save(choices)
        choices.keep("page", self.first.key)
        choices.keep("second_page", self.second.key if self.split else "")
        choices.keep("pages", self.saveState())


class _Place(QWidget):
    """A row of tabs, and the page that is chosen."""

    chosen = Signal(str)

    def __init__(self, panels: dict[str, Titled]) -> None:
        super().__init__()
        self.panels = panels
        self.key = ""
        self.tabs, self._stack = QTabBar(), QStackedWidget()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setUsesScrollButtons(True)
        for name in panels:
            self.tabs.addTab(name)
        self.tabs.currentChanged.connect(self._choose)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        self.all = QToolButton()
        self.all.setText("▾")
        self.all.setObjectName("choice")
        self.all.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        self.all.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.all.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.all.setMenu(QMenu(self.all))
        row = QHBoxLayout()
        row.setSpacing(2)
        row.addWidget(self.tabs, 1)
        row.addWidget(self.all)
        layout.addLayout(row)
        layout.addWidget(self._stack, 1)
        self.retranslate()

    def retranslate(self) -> None:
        """Say it in the language of the moment."""
        names = page_names()
        for at, key in enumerate(self.panels):
            self.tabs.setTabText(at, names[key])
        self.tabs.setAccessibleName(self.tr("Pages"))
        self.all.setToolTip(self.tr("All pages"))
        self.all.setAccessibleName(self.tr("All pages"))
        menu = self.all.menu()
        menu.clear()
        for at, name in enumerate(names.values()):
            menu.addAction(name, partial(self.tabs.setCurrentIndex, at))
        self._offer_all()

    def show_tabs(self, shown: bool) -> None:
        """Show the row of tabs, or the page alone."""
        self.tabs.setVisible(shown)
        self._offer_all()

    def _offer_all(self) -> None:
        """A list of all tabs, where there is no room for them side by side."""
        self.all.setVisible(
            not self.tabs.isHidden() and self.tabs.sizeHint().width() > self.width())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More room, or less."""
        super().resizeEvent(event)
        self._offer_all()

    def _choose(self, at: int) -> None:
        key = list(self.panels)[at]
        if key != self.key:
            self.chosen.emit(key)

    def show_page(self, key: str) -> None:
        """Take this page, from the other place if it is there."""
        self.key = key
        self.tabs.blockSignals(True)
        self.tabs.setCurrentIndex(list(self.panels).index(key))
        self.tabs.blockSignals(False)
        panel = self.panels[key]
        if self._stack.indexOf(panel) < 0:
            self._stack.addWidget(panel)
        self._stack.setCurrentWidget(panel)

    def keep(self, panel: Titled) -> None:
        """Hold it, whether or not it is shown: no panel is without a parent."""
        self._stack.addWidget(panel)

    def release(self) -> str:
        """Show nothing; the name of the page that it had."""
        key, self.key = self.key, ""
        return key
