"""The page of positions in a real window, family by family."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.panels.curves import Curves
from app.panels.field_picture import reduce_signed
from app.panels.positions import PositionsPage
from app.panels.positions_sandbox import base_of, step_of
from app.panels.positions_ticks import nice_step, whole_ticks
from app.panels.positions_words import VIEWS
from app.window import Window
from core.asks.positions import InputSum, Places, Shift, Trial
from tests.conftest import wait_until
from tests.test_two_stream_session import open_one
from tests.tiny_families import SENTENCE, make_tiny
from tests.window_hands import turn_to

Open = Callable[..., Window]


def open_page(open_window: Open, **wanted: Any) -> tuple[Window, PositionsPage]:
    window = open_window(**wanted)
    page = turn_to(window, "positions", PositionsPage)
    wait_until(lambda: page._scene)
    return window, page


def choose(window: Window, page: PositionsPage, view: str) -> None:
    page.choose_view(view)
    wait_until(lambda: window.complete and page._shown == view)


def family(name: str, folder: Path) -> str:
    if name == "xlnet":
        open_one(folder)
        return str(folder)
    return name if name in ("dates", "english-gpt") else str(make_tiny(name, folder))


@pytest.mark.parametrize("name", ["bert", "llama", "t5", "xlnet", "dates"])
def test_every_view_of_every_scheme_is_drawn_and_said(
    name: str, open_window: Open, tmp_path: Path
) -> None:
    text = "the 3rd of March" if name == "dates" else SENTENCE
    window, page = open_page(open_window, text=text, model=family(name, tmp_path / name))
    assert window.picture is not None
    scheme = window.picture.card.positions
    pictures = []
    for view in VIEWS[scheme]:
        choose(window, page, view)
        shown = page.boards.currentWidget()
        assert shown is not page.boards.hint
        image = shown.grab().toImage()
        colours = {image.pixel(x, y) for x in range(0, image.width(), 3)
                   for y in range(0, image.height(), 3)}
        assert len(colours) > 3
        assert image not in pictures
        pictures.append(image)
        assert page.reading.text() or page.boards.plane.lines.text()


def test_another_width_is_badged_and_reset_goes_back(open_window: Open) -> None:
    window, page = open_page(open_window, text="the 3rd of March", model="dates")
    panel = window.pages.panels["positions"]
    assert "not this model's" not in panel.badge.text()
    page.sandbox.sliders["width"].setValue(8)
    wait_until(lambda: window.complete and page._scene.find(Places).width == 16)
    assert "not this model's: width 16, base 10,000" in panel.badge.text()
    page.sandbox.reset.click()
    wait_until(lambda: window.complete and page._scene.find(Places).width == 128)
    assert "not this model's" not in panel.badge.text()
    assert page.sandbox.trial == Trial()
    assert page.sandbox.sliders["width"].value() == 64


def test_more_positions_than_the_model_reads_are_badged(open_window: Open) -> None:
    window, page = open_page(open_window, text="the 3rd of March", model="dates")
    page.sandbox.sliders["length"].setValue(100)
    wait_until(lambda: window.complete and len(page._scene.find(Places).rows) == 100)
    assert "beyond this model's 64 positions" in window.pages.panels["positions"].badge.text()


def test_the_sum_follows_the_selected_query(open_window: Open) -> None:
    window, page = open_page(open_window)
    choose(window, page, "sum")
    for query in (0, 2):
        window.selecting.look(replace(window.view, held=(query, 0)))
        wait_until(lambda query=query: (
            window.complete and page._scene.find(InputSum).place == query))
    assert window.picture is not None
    label = window.picture.queries.labels[2]
    assert label in page.boards.bars.rows[0].name
    assert page.boards.norms.marker == 2


def test_a_click_in_the_matrix_holds_the_position_and_chooses_the_dimension(
    open_window: Open,
) -> None:
    window, page = open_page(open_window)
    box = page.boards.heat.box((2, 9))
    QTest.mouseClick(page.boards.heat, Qt.MouseButton.LeftButton, pos=box.center().toPoint())
    assert window.view.held is not None
    assert window.view.held[0] == 2
    assert page._chosen.column == 9
    QTest.keyClick(page.boards.heat, Qt.Key.Key_Right)
    QTest.keyClick(page.boards.heat, Qt.Key.Key_Up)
    assert window.view.held[0] == 1
    assert "dimension 10" in page.reading.text()


def test_the_pointer_reads_a_cell_of_similarity_and_lights_it_everywhere(
    open_window: Open,
) -> None:
    window, page = open_page(open_window)
    choose(window, page, "likeness")
    place = page.boards.heat.box((3, 1)).center().toPoint()
    QTest.mouseMove(page.boards.heat, place)
    page.boards.heat.pointed.emit((3, 1))
    assert window.view.cell == (3, 1)
    assert page.reading.text().startswith("Positions 3 and 1, 2 apart")
    page.boards.heat.pointed.emit(None)
    assert window.view.cell is None


def test_a_curve_of_t5s_bias_pins_its_head(open_window: Open, tmp_path: Path) -> None:
    window, page = open_page(open_window, text=SENTENCE, model=str(make_tiny("t5", tmp_path)))
    choose(window, page, "bias")
    curves: Curves = page.boards.curves
    QTest.keyClick(curves, Qt.Key.Key_Down)
    wait_until(lambda: window.view.pinned == (0, 1))
    assert "head 1" in page.reading.text()
    assert curves.picture is not None
    lit = [curve.lit for curve in curves.picture.curves]
    assert lit == [False, True, False, False, False, False]


def test_keys_step_the_shift_and_its_numbers_agree(open_window: Open) -> None:
    window, page = open_page(open_window, text="the 3rd of March", model="dates")
    choose(window, page, "shift")
    before = page._scene.find(Shift).by
    QTest.keyClick(page.boards.plane.circle, Qt.Key.Key_Left)
    wait_until(lambda: window.complete and page._scene.find(Shift).by == before - 1)
    shift = page._scene.find(Shift)
    assert f"k = {before - 1}" in page.boards.plane.lines.text()
    np.testing.assert_allclose(shift.turned, shift.after, atol=1e-6)


def test_without_a_pinned_head_the_turn_says_what_to_do(
    open_window: Open, tmp_path: Path
) -> None:
    window, page = open_page(open_window, text=SENTENCE, model=str(make_tiny("llama", tmp_path)))
    choose(window, page, "turn")
    window.selecting.pin(None)
    wait_until(lambda: page.boards.currentWidget() is page.boards.hint)
    assert page.boards.hint.text() == "Pin a head to see what position does to its scores."
    window.selecting.pin((1, 3))
    wait_until(lambda: page.boards.currentWidget() is page.boards.plane)


def test_a_shorter_text_and_another_model_keep_no_selection_that_is_not_there(
    open_window: Open, tmp_path: Path
) -> None:
    window, page = open_page(open_window)
    choose(window, page, "sum")
    window.selecting.look(replace(window.view, held=(3, 3)))
    window.editor.set_prompt("The")
    wait_until(lambda: window.complete and page._scene.find(InputSum).place == 0)
    window.opening.open(str(make_tiny("t5", tmp_path)))
    wait_until(lambda: page._shown == "bias")
    assert page.boards.currentWidget() is not page.boards.hint


def test_weights_that_are_no_numbers_are_marked(open_window: Open, tiny_model: Path,
                                                tmp_path: Path) -> None:
    import shutil

    from safetensors.torch import load_file, save_file

    folder = tmp_path / "damaged"
    shutil.copytree(tiny_model, folder)
    tensors = load_file(folder / "model.safetensors")
    name = next(name for name in tensors if name.endswith("wpe.weight"))
    tensors[name][1, 3] = float("nan")
    save_file(tensors, folder / "model.safetensors", {"format": "pt"})
    window, page = open_page(open_window, model=str(folder))
    assert "some values are no numbers" in window.pages.panels["positions"].badge.text()
    image = page.boards.heat.grab().toImage()
    at = page.boards.heat.box((1, 3)).center().toPoint() * image.devicePixelRatio()
    around = {image.pixelColor(at.x() + dx, at.y() + dy).name()
              for dx in (-1, 0, 1) for dy in (-1, 0, 1)}
    assert window.theme.broken in around
    for view in ("curves", "likeness", "sum"):
        choose(window, page, view)
        page.grab()


def test_a_page_that_is_not_on_screen_asks_nothing(open_window: Open) -> None:
    window, page = open_page(open_window)
    assert window.wish.sight.asks
    window.pages.open("head")
    wait_until(lambda: window.complete and not page.isVisible())
    assert window.wish.sight.asks == ()


# -- parts ------------------------------------------------------------------------------------


def test_a_reduced_picture_keeps_the_largest_magnitude_with_its_sign() -> None:
    values = np.array([[1, -3, 2, 0], [0.5, 2, np.nan, 1]], np.float32)
    np.testing.assert_array_equal(
        reduce_signed(values, 2, 2), np.array([[-3, 2], [2, np.nan]], np.float32))
    np.testing.assert_array_equal(reduce_signed(values, 9, 9), values)


def test_ticks_are_whole_and_far_enough_apart() -> None:
    assert whole_ticks(-7, 15, 3.2) == [-5, 0, 5]
    assert whole_ticks(0, 3, 0.2) == [0, 1, 2]
    assert [nice_step(value) for value in (0.03, 1.0, 7.0, 20.0)] == [0.05, 1.0, 10.0, 20.0]


def test_the_base_of_every_step_of_its_slider_leads_back_to_it() -> None:
    assert base_of(step_of(10000.0)) == pytest.approx(10000, rel=0.02)
    assert [step_of(base_of(step)) for step in range(0, 121, 7)] == list(range(0, 121, 7))
