"""The pages of activations and of the lens in a real window: one selection, read and held."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.panels.activations import ActivationsPage
from app.panels.activations_words import longest
from app.panels.lens import LensPage
from app.window import Window
from core.asks.activations import Matrix, MatrixAsk, Norms, NormsAsk, SpreadAsk
from core.asks.lens import LensAsk
from tests.conftest import wait_until
from tests.window_hands import turn_to

TEXT = "The cat sat on the mat."


def activations(window: Window) -> ActivationsPage:
    window.resize(1024, 700)
    page = turn_to(window, "activations", ActivationsPage)
    wait_until(lambda: window.complete and page._told is not None)
    return page


def lens(window: Window) -> LensPage:
    window.resize(1024, 700)
    page = turn_to(window, "lens", LensPage)
    wait_until(lambda: window.complete and page._told is not None)
    return page


def click(widget: QWidget, place: QPoint) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=place)


def test_the_number_under_the_pointer_is_that_of_the_tensor_and_a_click_holds_its_token(
    open_window: Callable[..., Window],
) -> None:
    window = open_window(TEXT)
    page = activations(window)
    told = page._told
    assert isinstance(told, Matrix)
    place = page._field.box((2, 5)).center().toPoint()
    QTest.mouseMove(page._field, place)
    wait_until(lambda: page._field.at == (2, 5))
    assert window.view.cell is not None
    assert window.view.cell[0] == 2
    assert f"{told.values[2, 5]:.6g}".replace("-", "−") in page.reading()
    assert "dimension 5" in page.reading()
    click(page._field, place)
    assert window.view.held is not None
    assert window.view.held[0] == 2


@pytest.mark.parametrize(("way", "kind"), [
    ("values", MatrixAsk), ("spread", SpreadAsk), ("norms", NormsAsk)])
def test_each_way_asks_for_its_own_and_a_hidden_page_for_nothing(
    open_window: Callable[..., Window], way: str, kind: type
) -> None:
    window = open_window(TEXT)
    page = activations(window)
    page._choose_way(way)
    wait_until(lambda: window.complete)
    assert [type(ask) for ask in window.wish.sight.asks] == [kind]
    assert page._told is not None
    window.pages.open("head")
    wait_until(lambda: window.complete)
    assert not any(isinstance(ask, kind) for ask in window.wish.sight.asks)


def test_the_layer_is_that_of_the_selected_head(open_window: Callable[..., Window]) -> None:
    window = open_window(TEXT)
    page = activations(window)
    window.selecting.pin((2, 1))
    wait_until(lambda: window.complete and page._told is not None and page._told.place.layer == 2)
    page._choose_layer(1)
    assert window.view.pinned == (1, 1)


def test_a_held_token_that_a_shorter_text_lacks_is_no_longer_lit(
    open_window: Callable[..., Window],
) -> None:
    window = open_window(TEXT)
    page = activations(window)
    window.selecting.step_cell(0, 0)
    wait_until(lambda: window.complete)
    window.editor.set_prompt("a")
    wait_until(lambda: window.complete and window.picture is not None
               and len(window.picture.queries) == 1)
    assert page._field._row is None


def test_norms_that_are_no_numbers_have_no_longest_one(
    open_window: Callable[..., Window],
) -> None:
    window = open_window(TEXT)
    page = activations(window)
    page._choose_way("norms")
    wait_until(lambda: window.complete and isinstance(page._told, Norms))
    assert isinstance(page._told, Norms)
    assert "the longest vector" in longest(page._told)
    told = replace(page._told, values=np.full_like(page._told.values, np.nan))
    assert longest(told) == f"{told.values.size:,} values are no numbers"


def test_the_lens_reads_the_cell_under_the_pointer_and_a_click_holds_its_position(
    open_window: Callable[..., Window],
) -> None:
    window = open_window(TEXT)
    page = lens(window)
    told = page._told
    assert told is not None
    position = told.first + told.ids.shape[1] - 1
    place = page._grid.box((1, position)).center().toPoint()
    QTest.mouseMove(page._grid, place)
    wait_until(lambda: page._grid.at == (1, position))
    assert page._best.rows[0][0] == told.labels[int(told.ids[1, -1, 0])]
    assert page._best.rows[0][1] == pytest.approx(float(told.probabilities[1, -1, 0]))
    click(page._grid, place)
    assert window.view.held is not None
    assert window.view.held[0] == position


def test_the_lens_says_in_words_what_is_read_and_where_there_is_no_number(
    open_window: Callable[..., Window],
) -> None:
    window = open_window(TEXT)
    page = lens(window)
    assert page._frame is not None
    assert page._told is not None
    assert "After layer" in page._grid.accessibleDescription()
    assert "rank" in page._grid.accessibleDescription()
    broken = np.full_like(page._told.probabilities, np.nan)
    page._told = replace(
        page._told, probabilities=broken, ranks=np.zeros_like(page._told.ranks))
    page._draw()
    assert page._grid.accessibleDescription().endswith(
        "The stream holds values that are no numbers.")


def test_the_lens_asks_only_for_the_positions_in_view(
    open_window: Callable[..., Window],
) -> None:
    window = open_window(TEXT * 4)
    page = lens(window)
    assert window.picture is not None
    total = len(window.picture.queries)
    page._grid.across.setValue(0)
    wait_until(lambda: window.complete and page._told is not None and page._told.first == 0)
    ask = next(each for each in window.wish.sight.asks if isinstance(each, LensAsk))
    assert ask.count < total
    page._grid.reach_column(total - 1)
    wait_until(lambda: window.complete and page._told is not None
               and page._told.first + page._told.ids.shape[1] == total)


def test_arrow_keys_read_and_enter_holds(open_window: Callable[..., Window]) -> None:
    window = open_window(TEXT)
    page = lens(window)
    page._grid.setFocus()
    for key in (Qt.Key.Key_Home, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Return):
        QTest.keyClick(page._grid, key)
    assert page._grid.at is not None
    assert page._grid.at[1] == 1
    assert window.view.held is not None
    assert window.view.held[0] == 1
