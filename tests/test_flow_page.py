"""The page of rollout and flow in a real window: one selection, read and held."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.panels.flow import FlowPage
from app.window import Window
from core.asks.flow import MOST, FlowAsk
from core.errors import Refusal
from core.session import open_session
from tests.conftest import wait_until
from tests.tiny_families import SENTENCE, make_tiny
from tests.window_hands import turn_to

TEXT = "The cat sat on the mat."


def opened(window: Window) -> FlowPage:
    window.resize(1024, 700)
    page = turn_to(window, "flow", FlowPage)
    wait_until(lambda: window.complete and (page._told is not None or page._hint.text()))
    return page


def settled(window: Window, page: FlowPage, layer: int, query: int) -> None:
    wait_until(lambda: window.complete and page._told is not None
               and (page._told.layer, page._told.query) == (layer, query))


def by_hand(window: Window, layer: int) -> np.ndarray:
    """The rollout of the prompt on screen, from the weights of its heads."""
    assert window.picture is not None
    session = open_session(window.wish.model)
    trace, _, _ = session.trace(window.wish.prompt)
    found = np.eye(len(window.picture.queries))
    for each in trace.stack("decoder").layers[: layer + 1]:
        found = (each.self.pattern[0].double().mean(0).numpy() + np.eye(len(found))) / 2 @ found
    return found


def test_the_numbers_of_a_cell_are_read_and_a_click_holds_it(
    open_window: Callable[..., Window],
) -> None:
    window = open_window(TEXT)
    page = opened(window)
    window.selecting.pin((2, 1))
    assert window.picture is not None
    settled(window, page, 2, len(window.picture.queries) - 1)
    place = page._field.box((3, 1)).center().toPoint()
    QTest.mouseMove(page._field, place)
    settled(window, page, 2, 3)
    assert window.view.cell == (3, 1)
    assert page._told is not None
    assert isinstance(page._told.flow, np.ndarray)
    assert f"rollout {by_hand(window, 2)[3, 1]:.4f}" in page.reading()
    assert f"flow {page._told.flow[1]:.4f}" in page.reading()
    QTest.mouseClick(page._field, Qt.MouseButton.LeftButton, pos=place)
    assert window.view.held == (3, 1)
    QTest.mouseClick(page._field, Qt.MouseButton.LeftButton, pos=place)
    assert window.view.held is None


def test_a_bar_is_read_and_its_tip_says_what_it_is(open_window: Callable[..., Window]) -> None:
    window = open_window(TEXT)
    page = opened(window)
    assert page._told is not None
    query = page._told.query
    QTest.mouseMove(page._bars, page._bars.bar(2).toPoint())
    wait_until(lambda: window.view.cell == (query, 2))
    assert f"rollout {by_hand(window, page._told.layer)[query, 2]:.4f}" in page.reading()
    assert "Abnar and Zuidema 2020" in page._bars.toolTip()
    QTest.mouseClick(page._bars, Qt.MouseButton.LeftButton, pos=page._bars.bar(2).toPoint())
    assert window.view.held == (query, 2)


def test_bars_stand_below_the_columns_of_their_tokens(open_window: Callable[..., Window]) -> None:
    window = open_window(TEXT)
    page = opened(window)
    for token in (0, 3):
        column = page._field.box((0, token)).center().x()
        assert page._bars.bar(token).x() == pytest.approx(column, abs=1)


def test_the_selection_moves_by_key_and_the_row_with_it(
    open_window: Callable[..., Window],
) -> None:
    window = open_window(TEXT)
    page = opened(window)
    window.selecting.pin((1, 0))
    page._field.setFocus()
    for key in (Qt.Key.Key_Home, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return):
        QTest.keyClick(page._field, key)
    assert window.view.held == (2, 0)
    settled(window, page, 1, 2)
    assert page._told is not None
    np.testing.assert_allclose(page._told.rollout, by_hand(window, 1)[2], rtol=1e-5, atol=1e-8)
    assert f"{page._told.rollout[0]:.4f}" in page._bars.accessibleDescription()
    assert "(2)" in page._bars.accessibleName()


def test_the_layer_is_chosen_for_all_pages(open_window: Callable[..., Window]) -> None:
    window = open_window(TEXT)
    page = opened(window)
    page._choose_layer(2)
    assert window.view.pinned is not None
    assert window.view.pinned[0] == 2
    wait_until(lambda: window.complete and page._told is not None and page._told.layer == 2)
    assert "after layer 2" in window.pages.panels["flow"].title.text()
    badge = window.pages.panels["flow"].badge.text()
    assert "heads averaged" in badge
    assert "residual" in badge


def test_a_hidden_page_asks_for_nothing(open_window: Callable[..., Window]) -> None:
    window = open_window(TEXT)
    opened(window)
    assert [type(ask) for ask in window.wish.sight.asks] == [FlowAsk]
    window.pages.open("head")
    wait_until(lambda: window.complete)
    assert not window.wish.sight.asks


def test_one_token_then_a_held_cell_that_is_gone(open_window: Callable[..., Window]) -> None:
    window = open_window(TEXT)
    page = opened(window)
    page.selected.emit({"held": (5, 3)})
    wait_until(lambda: window.complete)
    window.editor.set_prompt("a")
    settled(window, page, 0, 0)
    assert page._field._row is None
    assert page._bars.strips[0].values is not None
    np.testing.assert_allclose(page._bars.strips[0].values, [1])


def test_an_empty_text_shows_nothing_stale(open_window: Callable[..., Window]) -> None:
    window = open_window(TEXT)
    page = opened(window)
    window.editor.set_prompt("")
    wait_until(lambda: window.answer is not None and not window.answer.wish.prompt.source)
    assert page.grab().width() > 0
    window.editor.set_prompt(TEXT)
    wait_until(lambda: window.complete and page._told is not None and len(page._told.rollout) > 5)


def test_a_long_text_has_its_rollout_and_says_why_there_is_no_flow(
    open_window: Callable[..., Window],
) -> None:
    window = open_window("不人一" * 40, model="tang-gpt")
    page = opened(window)
    assert page._told is not None
    assert len(page._told.rollout) > MOST
    assert isinstance(page._told.flow, Refusal)
    upper, lower = page._bars.strips
    assert upper.values is not None
    assert lower.values is None
    assert str(MOST) in lower.words
    assert "flow" not in page.in_words()


def test_cross_attention_has_a_sentence_in_place_of_pictures(
    open_window: Callable[..., Window], tmp_path: Path
) -> None:
    window = open_window(SENTENCE, model=str(make_tiny("t5", tmp_path / "t5")))
    page = opened(window)
    window.target.set_prompt("katze sass auf")
    window.selecting.show_attention("cross")
    wait_until(lambda: window.complete and page._told is None)
    assert "one text" in page._hint.text()
    assert page._stack.currentWidget() is page._hint
    window.selecting.show_attention("decoder")
    wait_until(lambda: window.complete and page._told is not None and len(page._told.rollout) > 2)
    assert "without cross-attention" in window.pages.panels["flow"].badge.text()
    assert "no path" in page._legend.text()
    window.selecting.show_attention("encoder")
    wait_until(lambda: window.complete and page._told is not None and page._told.visible.all())
    assert not page._legend.text()
    assert "cross-attention" not in window.pages.panels["flow"].badge.text()


def test_weights_that_are_no_numbers_are_marked(open_window: Callable[..., Window]) -> None:
    window = open_window(TEXT)
    page = opened(window)
    session = open_session(window.wish.model)
    with torch.no_grad():
        next(session.model.decoder.positions.parameters())[3] = torch.nan  # type: ignore[union-attr]
    ask = FlowAsk(0, 4)
    frame = session.look(window.wish.prompt, replace(window.wish.sight, asks=(ask,)))
    page.show_frame(frame, window.view)
    assert page._told is not None
    assert isinstance(page._told.flow, Refusal)
    broken = 0xFF000000 | int(page.theme.broken.lstrip("#"), 16)
    assert page._field.image.pixel(0, 4) == broken
    assert page._field.image.pixel(0, 2) != broken
    assert page._bars.strips[1].values is None
    rows = len(page._told.values) - 3
    assert f"no numbers: {rows}" in page.badge(frame, window.view)
    page.grab()


def test_the_page_is_said_in_both_themes(open_window: Callable[..., Window]) -> None:
    window = open_window(TEXT)
    page = opened(window)
    pictures = []
    for theme in ("light", "dark"):
        window.dress.set_theme(theme)
        wait_until(lambda: window.complete)
        pictures.append(page._field.grab().toImage().pixel(2, 2))
    assert pictures[0] != pictures[1]
