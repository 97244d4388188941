"""The predictions: what they say, and what a click or a key adds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.panels.predictions import Predictions
from app.state import View
from app.theme import LIGHT
from core.frame import Frame, Prompt
from core.session import open_session
from core.trace import Sight


@pytest.fixture
def frame(tiny_model: Path) -> Frame:
    return open_session(str(tiny_model)).look(Prompt("The cat sat"), Sight())


@pytest.fixture
def panel(application: QApplication, frame: Frame) -> Iterator[Predictions]:
    panel = Predictions()
    panel.resize(560, 200)
    panel.show()
    panel.show_frame(frame, View())
    yield panel
    panel.close()
    panel.deleteLater()
    application.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def rows(panel: Predictions, frame: Frame) -> list[QRectF]:
    return [panel._box(row) for row in range(len(frame.predictions))]


@pytest.mark.parametrize("size", [(170, 60), (240, 120), (560, 90), (560, 300), (1900, 120)])
def test_rows_neither_overlap_nor_leave_the_panel_sideways(
    panel: Predictions, frame: Frame, size: tuple[int, int]
) -> None:
    panel.resize(*size)
    boxes = rows(panel, frame)
    for index, box in enumerate(boxes):
        assert box.left() >= 0
        assert box.right() <= panel.width()
        assert not any(box.intersects(other) for other in boxes[:index])
    assert not panel.grab().isNull()


def test_a_bar_is_as_long_as_its_probability(panel: Predictions, frame: Frame) -> None:
    image = panel.grab().toImage()
    number = panel.fontMetrics().horizontalAdvance("100.0 %") + 12
    ink = 0xFF000000 | int(LIGHT.key[1:], 16)
    for box, prediction in zip(rows(panel, frame), frame.predictions, strict=True):
        whole = box.width() - number - 8
        y = round(box.top()) + 5  # above the letters
        lit = [x for x in range(round(box.left()), round(box.right())) if image.pixel(x, y) == ink]
        assert len(lit) == pytest.approx(max(whole * prediction.probability, 2), abs=2)


def test_a_click_chooses_the_text_of_the_row_under_it(panel: Predictions, frame: Frame) -> None:
    chosen: list[str] = []
    panel.chosen.connect(chosen.append)
    for box in rows(panel, frame):
        QTest.mouseClick(panel, Qt.MouseButton.LeftButton, pos=box.center().toPoint())
    assert chosen == [p.text for p in frame.predictions if p.text is not None]
    assert chosen


def test_a_click_beside_the_rows_chooses_nothing(panel: Predictions, frame: Frame) -> None:
    chosen: list[str] = []
    panel.chosen.connect(chosen.append)
    low = max(box.bottom() for box in rows(panel, frame))
    panel.resize(560, int(low) + 60)
    QTest.mouseClick(panel, Qt.MouseButton.LeftButton, pos=panel.rect().bottomRight())
    assert chosen == []


def test_keys_go_down_and_up_and_enter_adds(panel: Predictions, frame: Frame) -> None:
    chosen: list[str] = []
    panel.chosen.connect(chosen.append)
    QTest.keyClick(panel, Qt.Key.Key_Return)  # none is lit
    row = next(row for row, p in enumerate(frame.predictions) if p.text is not None)
    for key in (*[Qt.Key.Key_Down] * (row + 2), Qt.Key.Key_Up, Qt.Key.Key_Return):
        QTest.keyClick(panel, key)
    assert chosen == [frame.predictions[row].text]
    for _ in range(30):
        QTest.keyClick(panel, Qt.Key.Key_Down)
    assert panel._lit == len(frame.predictions) - 1
    for _ in range(30):
        QTest.keyClick(panel, Qt.Key.Key_Up)
    assert panel._lit == 0


def test_fewer_predictions_light_none_that_is_gone(
    panel: Predictions, frame: Frame, tiny_model: Path
) -> None:
    for _ in range(10):
        QTest.keyClick(panel, Qt.Key.Key_Down)
    empty = open_session(str(tiny_model)).look(Prompt(""), Sight())
    panel.show_frame(empty, View())
    chosen: list[str] = []
    panel.chosen.connect(chosen.append)
    QTest.keyClick(panel, Qt.Key.Key_Return)
    assert chosen == []
    assert not panel.grab().isNull()
