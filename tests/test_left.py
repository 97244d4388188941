"""The border between sheet and predictions follows the sheet, until somebody moves it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QApplication

from app.window import Window
from tests.conftest import wait_until
from tests.window_hands import settled

Open = Callable[..., Window]


def rest(window: Window) -> list[int]:
    for _ in range(3):  # the border moves after the sheet was laid out
        wait_until(lambda: settled(window))
        QApplication.processEvents()
    return window.layout_.left.sizes()


def test_predictions_have_the_room_that_the_squares_leave(open_window: Open) -> None:
    window = open_window("The cat sat on the mat.")  # 3 layers of 4 heads
    window.resize(800, 1400)
    rest(window)
    last = window.sheet.square((2, 0)).bottom()
    assert 0 <= window.sheet.height() - last < 4 * window.fontMetrics().height()
    assert window.predictions.height() > window.sheet.height()
    window.resize(2400, 700)  # squares are as high as they can be: the usual room
    rest(window)
    usual = window.predictions_panel.sizeHint().height()
    assert abs(window.predictions_panel.height() - usual) <= 2


def test_a_border_that_was_moved_stays_and_is_kept(open_window: Open, tmp_path: Path) -> None:
    kept = tmp_path / "kept.ini"
    window = open_window("The cat sat on the mat.", settings=kept)
    window.resize(1200, 1100)
    rest(window)
    assert window.layout_.left.saveState().isEmpty()
    assert "left" not in window.keeping.sizes()
    total = sum(window.layout_.left.sizes())
    window.layout_.left.setSizes([total - 200, 200])
    window.resize(1300, 1100)
    assert rest(window)[1] == 200
    assert window.keeping.sizes()["left"][1] == 200
    window.close()
    again = open_window("The cat sat on the mat.", settings=kept)
    assert rest(again)[1] == 200
