"""No word is cut off: on a small screen and on a wall, in both languages, on every page."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QTabBar, QWidget

from app.page_names import PAGES
from app.panels.elided import Elided
from app.window import Window
from tests.conftest import wait_until

Open = Callable[..., Window]


def settle(window: Window) -> None:
    wait_until(lambda: window.complete, 60)
    for _ in range(3):  # a layout may ask for another
        QApplication.processEvents()
    window.grab()  # what is elided is known when it is drawn


def clipped(window: QWidget) -> Iterator[str]:
    """What has less room than its words need, and does not tell the whole of them."""
    for part in window.findChildren(QWidget):
        if not part.isVisible() or part.visibleRegion().isEmpty():
            continue
        name = type(part).__name__
        if isinstance(part, Elided):
            if part.drawn() != part.text() != part.toolTip():
                yield f"{name} {part.text()!r}, and no tool tip"
        elif isinstance(part, QLabel) and part.text():
            needed = part.sizeHint()
            if part.wordWrap():
                needed = QSize(0, part.heightForWidth(part.width()))
            if needed.width() > part.width() or needed.height() > part.height():
                yield f"{name} {part.text()!r}: {needed} in {part.size()}"
        elif isinstance(part, QAbstractButton) and part.text():
            needed = part.sizeHint()
            if needed.width() > part.width() or needed.height() > part.height():
                yield f"{name} {part.text()!r}: {needed} in {part.size()}"
        elif isinstance(part, QTabBar):
            for at in range(part.count()):
                words = part.tabText(at)
                if part.fontMetrics().horizontalAdvance(words) > part.tabRect(at).width():
                    yield f"tab {words!r}"


def all_reached(window: Window) -> bool:
    """Whether all tabs are in view, or a list of them is."""
    place = window.pages.first
    return place.tabs.sizeHint().width() <= place.tabs.width() or place.all.isVisible()


@pytest.mark.parametrize(("size", "points"), [
    (QSize(1024, 700), 0), (QSize(1024, 700), 4), (QSize(3840, 2160), 14)], ids=str)
def test_no_words_are_cut_off_on_any_page(open_window: Open, size: QSize, points: int) -> None:
    window = open_window("The cat sat on the mat because it was tired.")
    window.resize(size)
    window.dress.zoom_text(points)
    found = []
    for language in ("en", "zh"):
        window.dress.set_language(language)
        for page in PAGES:
            window.pages.show_pages((page,))
            settle(window)
            assert all_reached(window), (language, page)
            found += [f"{language} {page}: {words}" for words in clipped(window)]
    assert not found, "\n".join(dict.fromkeys(found))
