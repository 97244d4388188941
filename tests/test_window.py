"""The window as a person meets it: a real one, with a real model."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtTest import QTest

from app.window import Window
from tests.conftest import wait_until


def test_typing_changes_the_picture(open_window: Callable[..., Window]) -> None:
    window = open_window()
    before = window.sheet.grab().toImage()
    QTest.keyClicks(window.editor, " The dog ran")
    wait_until(lambda: window.complete and window.answer.frame.prompt.source.endswith("dog ran"))
    assert window.sheet.grab().toImage() != before
