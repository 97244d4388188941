"""Keys and letters of the menus: each leads to one thing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator

from PySide6.QtWidgets import QMenu, QMenuBar

from app.window import Window


def menus(part: QMenu | QMenuBar) -> Iterator[list[str]]:
    """The texts of each menu."""
    yield [action.text() for action in part.actions() if action.text()]
    for action in part.actions():
        if isinstance(menu := action.menu(), QMenu):
            yield from menus(menu)


def test_no_letter_stands_twice_in_a_menu(open_window: Callable[..., Window]) -> None:
    found = 0
    for texts in menus(open_window().menuBar()):
        letters = [letter.lower() for text in texts for letter in re.findall("&([^&])", text)]
        twice = [letter for letter, count in Counter(letters).items() if count > 1]
        assert not twice, [text for text in texts if f"&{twice[0]}" in text.lower()]
        found += len(letters)
    assert found > 60


def test_no_key_does_two_things(open_window: Callable[..., Window]) -> None:
    keys = Counter(
        key.toString() for action in open_window().actions_.all() for key in action.shortcuts())
    assert len(keys) > 50
    assert [key for key, count in keys.items() if count > 1] == []
