"""Everything can be done by keyboard, and F1 lists how."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QMenu

from app.comparison import ComparisonDialog
from app.language import install_language
from app.page_names import PAGES
from app.shortcuts import ShortcutSheet, plain
from app.window import Window
from tests.conftest import wait_until

Open = Callable[..., Window]


def listed(menu: QMenu, known: list[object]) -> Iterator[QAction]:
    """Every action of a menu and of those in it; but no folder or file, which come and go."""
    for action in menu.actions():
        inner = action.menu()
        if isinstance(inner, QMenu):
            yield action
            if any(one in known for one in inner.actions()):
                yield from listed(inner, known)
        elif not action.isSeparator():
            yield action


def actions(window: Window) -> list[QAction]:
    found: list[QAction] = []
    known: list[object] = [item for item, _ in window.actions_.texts]
    for action in window.menuBar().actions():
        menu = action.menu()
        assert isinstance(menu, QMenu)
        found += [action, *listed(menu, known)]
    return found


def open_sheet(window: Window) -> ShortcutSheet:
    QTest.keyClick(window, Qt.Key.Key_F1)
    (sheet,) = window.findChildren(ShortcutSheet)
    wait_until(sheet.isVisible)
    return sheet


def test_every_action_has_a_letter_or_a_key(open_window: Open) -> None:
    found = actions(open_window())
    assert len(found) > 80
    assert [one.text() for one in found if "&" not in one.text() and one.shortcut().isEmpty()] == []


def test_no_key_does_two_things_anywhere_in_the_window(open_window: Open) -> None:
    window = open_window()
    for key in PAGES:
        window.pages.open(key)
        wait_until(lambda key=key: key in window.pages.pages)  # type: ignore[misc]
    keys = Counter(
        key.toString() for action in window.findChildren(QAction) for key in action.shortcuts())
    keys += Counter(one.key().toString() for one in window.findChildren(QShortcut)
                    if one.context() != Qt.ShortcutContext.WidgetShortcut)
    assert len(keys) > 60
    assert [key for key, count in keys.items() if count > 1 and key] == []


def test_every_action_stands_in_the_sheet_with_its_keys(open_window: Open) -> None:
    window = open_window()
    rows = open_sheet(window).shown()
    said = Counter(words.rpartition(" › ")[2] for words, _ in rows)
    told = dict(rows)
    for action in actions(window)[1:]:
        words = plain(action.text())
        if action.menu() is None:
            assert said[words], words
        if not action.shortcut().isEmpty():
            keys = [keys for text, keys in rows if text.endswith(words)]
            native = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            assert any(native in each for each in keys), words
    assert told["Theme › High contrast, dark"] == ""
    assert told["Sort by the column"] == "Space"


def test_typing_leaves_the_rows_that_have_all_words(open_window: Open) -> None:
    sheet = open_sheet(open_window())
    every = len(sheet.shown())
    QTest.keyClicks(sheet.search, "next head")
    found = sheet.shown()
    assert ("Next head", "Alt+Right") in found
    assert 0 < len(found) < every
    assert all("next" in words.casefold() + keys.casefold() for words, keys in found)
    QTest.keyClicks(sheet.search, " nothing is called so")
    assert sheet.shown() == []
    sheet.search.clear()
    assert len(sheet.shown()) == every


def test_arrows_scroll_the_sheet_and_escape_closes_it(open_window: Open) -> None:
    window = open_window()
    sheet = open_sheet(window)
    before = sheet.tree.currentItem()
    QTest.keyClick(sheet.search, Qt.Key.Key_PageDown)
    assert sheet.tree.currentItem() is not before
    assert sheet.search.text() == ""
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    wait_until(lambda: not window.findChildren(ShortcutSheet))


@pytest.mark.parametrize("size", [(1024, 700), (720, 480)])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_of_the_sheet_is_cut_off(
    open_window: Open, size: tuple[int, int], language: str
) -> None:
    window = open_window()
    window.resize(*size)
    window.dress.set_language(language)
    sheet = open_sheet(window)
    assert sheet.height() <= size[1]
    tree = sheet.tree
    for column in (0, 1):
        assert tree.sizeHintForColumn(column) <= tree.columnWidth(column)
    assert sum(map(tree.columnWidth, (0, 1))) <= tree.viewport().width()
    assert tree.verticalScrollBar().maximum() > 0


def test_buttons_of_qt_speak_chinese(application: QApplication) -> None:
    install_language("zh")
    try:
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        assert "关闭" in box.button(QDialogButtonBox.StandardButton.Close).text()
        box.deleteLater()
    finally:
        install_language("en")


def test_dialogs_close_in_chinese(open_window: Open) -> None:
    window = open_window()
    window.dress.set_language("zh")
    window.actions_.compare()
    open_sheet(window)
    for kind in (ComparisonDialog, ShortcutSheet):
        (dialog,) = window.findChildren(kind)
        (box,) = dialog.findChildren(QDialogButtonBox)
        assert "关闭" in box.button(QDialogButtonBox.StandardButton.Close).text()
        dialog.close()


def test_the_sheet_is_made_anew_in_the_language_of_the_moment(open_window: Open) -> None:
    window = open_window()
    window.dress.set_language("zh")
    QApplication.sendEvent(window, QEvent(QEvent.Type.LanguageChange))
    rows = dict(open_sheet(window).shown())
    assert "Next head" not in rows
