"""The page of readings and the tint of the sheet, in a real window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import cast

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from app.panels.readings import ReadingsPage
from app.panels.readings_model import column_of
from app.window import Window
from core.asks.readings import READINGS, Reading, Readings, ReadingsAsk
from core.errors import Refusal
from tests.conftest import wait_until
from tests.tiny_families import make_tiny

TEXT = "The cat sat. The cat, and the cat."


def open_page(window: Window) -> ReadingsPage:
    window.pages.open("readings")
    wait_until(lambda: window.complete and told(window) is not None)
    return cast(ReadingsPage, window.pages.pages["readings"])


def told(window: Window) -> Readings | None:
    return window.picture.told(ReadingsAsk()) if window.picture else None


def numbers(window: Window, reading: Reading) -> np.ndarray:
    found = told(window)
    assert found is not None
    return found.values[reading]


def test_rows_are_seen_beside_large_type_and_the_first_hint(
    open_window: Callable[..., Window]
) -> None:
    window = open_window(TEXT, hint=True)
    window.resize(1024, 700)
    window.dress.zoom_text(8)
    page = open_page(window)
    page.seek("first_token")
    wait_until(lambda: window.complete)
    QTest.qWait(50)
    assert window.hint.isVisible()
    assert window.size().toTuple() == (1024, 700)
    table = page.table
    whole = [row for row in range(len(table.rows.heads))
             if table.rowViewportPosition(row) >= 0
             and table.rowViewportPosition(row) + table.rowHeight(row) <= table.viewport().height()]
    assert len(whole) >= 2
    assert not table.viewport().visibleRegion().isEmpty()
    seen = table.viewport().visibleRegion().boundingRect()
    assert seen.height() >= 2 * table.rowHeight(0)


def test_the_finder_sorts_marks_and_tints_and_enter_pins(
    open_window: Callable[..., Window]
) -> None:
    window = open_window(TEXT)
    page = open_page(window)
    page.seek("first_token")
    wait_until(lambda: window.complete)
    values, rows = numbers(window, "first_token"), page.table.rows
    assert rows.heads == sorted(rows.heads, key=lambda head: -values[head])
    assert window.view.tint == "first_token"
    assert rows.heads[0] in rows.best
    layer, head = rows.heads[0]
    assert f"layer {layer}, head {head}" in page.table.accessibleDescription()
    page.table.setFocus()
    page.table.setCurrentIndex(rows.index(1, 2))
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    assert window.view.pinned == rows.heads[1]


def test_space_sorts_by_the_column_of_the_keys_and_again_the_other_way(
    open_window: Callable[..., Window]
) -> None:
    window = open_window(TEXT)
    page = open_page(window)
    values, rows = numbers(window, "entropy"), page.table.rows
    page.table.setCurrentIndex(rows.index(0, column_of("entropy")))
    QTest.keyClick(page.table, Qt.Key.Key_Space)
    assert rows.heads == sorted(rows.heads, key=lambda head: -values[head])
    QTest.keyClick(page.table, Qt.Key.Key_Space)
    assert rows.heads == sorted(rows.heads, key=lambda head: values[head])


def test_a_reading_that_is_not_defined_says_so_instead_of_a_number(
    open_window: Callable[..., Window], tmp_path: Path
) -> None:
    window = open_window("the cat sat .", model=str(make_tiny("t5", tmp_path / "t5")))
    page = open_page(window)
    window.selecting.show_attention("cross")
    wait_until(lambda: window.complete)
    page.seek("induction")
    wait_until(lambda: window.complete)
    rows = page.table.rows
    cell = rows.index(0, column_of("induction"))
    assert rows.data(cell) == "–"
    assert "cross-attention" in rows.data(cell, Qt.ItemDataRole.ToolTipRole)
    assert "cross-attention" in page.table.accessibleDescription()
    assert "cross-attention" in window.sheet.tip((0, 0))


def test_one_token_leaves_a_table_with_no_number(open_window: Callable[..., Window]) -> None:
    window = open_window("T")
    page = open_page(window)
    page.seek("broad")
    wait_until(lambda: window.complete)
    assert page.table.rows.heads == []
    assert page.table.accessibleDescription().startswith("No token")
    page.seek(None)
    wait_until(lambda: window.complete)
    words = [label.text() for label in page.findChildren(QLabel) if label.isVisible()]
    assert "No token of this text can choose where to look. Type more of it." in words
    assert not page.table.isVisible()


def test_the_bar_below_a_square_is_as_long_as_the_reading(
    open_window: Callable[..., Window]
) -> None:
    window = open_window(TEXT)
    window.selecting.show_tint("first_token")
    wait_until(lambda: window.complete and told(window) is not None)
    values, sheet = numbers(window, "first_token"), window.sheet
    image = sheet.grab().toImage()
    tint = QColor(window.theme.tint).rgb()
    for head in np.ndindex(*values.shape):
        box = sheet.square((head[0], head[1]))
        line = [
            image.pixel(int(box.left()) + x, int(box.bottom()) + 2)
            for x in range(int(box.width()))
        ]
        assert line.count(tint) == round(float(values[head]) * len(line))
    assert "first token" in sheet.accessibleDescription()
    assert f"{values[1, 2]:.2f}" in sheet.tip((1, 2))


def test_without_a_tint_and_its_page_no_reading_is_asked_for(
    open_window: Callable[..., Window]
) -> None:
    window = open_window(TEXT)
    assert ReadingsAsk() not in window.wish.sight.asks
    QTest.keyClick(window, Qt.Key.Key_F7)
    wait_until(lambda: window.complete)
    assert window.view.tint == READINGS[0]
    assert window.wish.sight.asks.count(ReadingsAsk()) == 1
    window.selecting.show_tint(None)
    wait_until(lambda: window.complete)
    assert ReadingsAsk() not in window.wish.sight.asks


def test_the_best_do_half_of_the_most_and_more_than_looking_at_all_alike() -> None:
    values = np.array([[0.9, 0.5, 0.44, 0.2], [0.6, 0.55, 0.7, np.nan]], np.float32)
    found = Readings(
        {"self": values}, {"self": np.array([0.45, 0.56], np.float32)}, {"self": 1.0},
        {"induction": Refusal("None.")})
    assert [one[:2] for one in found.best("self")] == [(0, 0), (1, 2), (1, 0), (0, 1)]
    assert found.best("induction") == []


def test_leaving_the_table_ends_the_preview(open_window: Callable[..., Window]) -> None:
    window = open_window(TEXT)
    table = open_page(window).table
    place = QPointF(table.columnViewportPosition(3) + 4, table.rowViewportPosition(2) + 4)
    QTest.mouseMove(table.viewport(), place.toPoint())
    wait_until(lambda: window.view.hovered == table.rows.heads[2])
    QApplication.sendEvent(table.viewport(), QEvent(QEvent.Type.Leave))
    assert window.view.hovered is None
