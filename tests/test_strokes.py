"""Lines grow with the type, and what finds no room beside a title stands below it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from app.window import Window
from tests.conftest import wait_until
from tests.window_hands import settled

Open = Callable[..., Window]


def outline(window: Window) -> int:
    """Pixels of the accent left of the pinned head's square, half way down."""
    wait_until(lambda: settled(window))
    QApplication.processEvents()
    square = window.sheet.square((1, 1))
    image, accent = window.sheet.grab().toImage(), QColor(window.theme.accent)
    left, row = round(square.left()), round(square.center().y())
    return sum(image.pixelColor(x, row) == accent for x in range(left - 30, left + 4))


def test_the_outline_of_the_pinned_head_grows_with_the_type(open_window: Open) -> None:
    window = open_window("The cat sat on the mat.")
    window.resize(QSize(3000, 1800))
    window.selecting.pin((1, 1))
    usual = outline(window)
    window.dress.zoom_text(24)
    assert outline(window) >= 2 * usual > 0


def test_tools_stand_below_a_title_that_would_be_cut(open_window: Open) -> None:
    window = open_window("The cat sat on the mat.")
    window.selecting.pin((1, 1))
    panel = window.matrix_panel
    for width, below in ((2000, False), (760, True), (2000, False)):
        window.resize(width, 700)
        wait_until(lambda: settled(window))
        QApplication.processEvents()
        assert panel.title.drawn() == panel.title.text()
        lower = window.layout_.quantity.mapTo(panel, window.layout_.quantity.rect().topLeft()).y()
        assert (lower > panel.title.geometry().bottom()) == below, width


def test_the_picture_does_not_move_with_the_words_under_the_pointer(open_window: Open) -> None:
    window = open_window("The cat sat on the mat.")
    window.resize(760, 700)
    wait_until(lambda: settled(window))
    panel, tops = window.matrix_panel, set()
    assert window.matrix is not None
    panel.say("A title of so many words that nothing else finds any room beside it")
    for title in ("Short", "A title of so many words that nothing else finds any room beside it"):
        panel.say(title)
        QApplication.processEvents()
        tops.add(window.matrix.geometry().top())
    assert len(tops) == 1
