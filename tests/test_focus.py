"""Where keys go is seen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.page_names import PAGES
from app.theme import THEMES
from app.window import Window
from tests.conftest import wait_until
from tests.test_accessible import dialog_of

Open = Callable[..., Window]



def picture(part: QWidget) -> QImage:
    """The widget with what is around it, where a frame may be drawn."""
    QApplication.processEvents()
    return part.window().grab(part.rect().adjusted(-3, -3, 3, 3).translated(
        part.mapTo(part.window(), part.rect().topLeft()))).toImage()


def reached(window: QWidget) -> list[QWidget]:
    """Every widget that Tab leads to."""
    return [part for part in window.findChildren(QWidget)
            if part.isVisible() and part.isEnabled() and part.focusProxy() is None
            and part.focusPolicy() & Qt.FocusPolicy.TabFocus and part.window() is window]


@pytest.mark.parametrize("theme", THEMES)
def test_the_focus_is_seen_wherever_tab_leads(open_window: Open, theme: str) -> None:
    window = open_window("The cat sat on the mat.")
    window.dress.set_theme(theme)
    window.resize(1280, 800)
    window.selecting.pin((1, 1))
    window.activateWindow()
    wait_until(window.isActiveWindow)
    QApplication.setCursorFlashTime(0)  # a caret that blinks is no difference
    unseen, count = [], 0
    for key in PAGES:
        window.pages.open(key)
        wait_until(lambda key=key: key in window.pages.pages and window.complete)  # type: ignore[misc]
        QTest.qWait(200)
        window.activateWindow()
        wait_until(window.isActiveWindow)
        for part in reached(window):
            if (before := QApplication.focusWidget()) is not None:
                before.clearFocus()
            without = picture(part)
            part.setFocus(Qt.FocusReason.TabFocusReason)
            window.setAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)  # as the key itself does
            assert part.hasFocus(), part
            count += 1
            if picture(part) == without:
                unseen.append((key, type(part).__name__, part.accessibleName()))
    assert count > 60
    assert unseen == [], unseen


@pytest.mark.parametrize("page", PAGES)
def test_no_page_takes_the_keyboard_away(open_window: Open, page: str) -> None:
    window = open_window("The cat sat on the mat.")
    window.activateWindow()
    wait_until(window.isActiveWindow)
    assert window.editor.hasFocus()
    window.pages.open(page)
    wait_until(lambda: page in window.pages.pages and window.complete)
    QTest.qWait(100)
    assert window.isActiveWindow()  # a part that is shown without a parent is a window of its own
    assert window.editor.hasFocus()


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", ["new run", "export", "hub", "compare", "keys"])
def test_the_focus_is_seen_in_dialogs(open_window: Open, name: str, theme: str) -> None:
    window = open_window()
    window.dress.set_theme(theme)
    dialog = dialog_of(window, name)
    dialog.activateWindow()
    wait_until(dialog.isActiveWindow)
    dialog.setAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
    QApplication.setCursorFlashTime(0)
    unseen = []
    for part in reached(dialog):
        if (before := QApplication.focusWidget()) is not None:
            before.clearFocus()
        without = picture(part)
        part.setFocus(Qt.FocusReason.TabFocusReason)
        dialog.setAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
        if part.hasFocus() and picture(part) == without:
            unseen.append((type(part).__name__, part.accessibleName()))
    assert unseen == []
    dialog.reject()
