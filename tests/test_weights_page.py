"""The page of weights in a real window: what is asked, read, held, exported."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from torch.nn import functional as F

from app.paint.formula import typeset
from app.panels import weights_words as words
from app.panels.weights import WeightsPage
from app.window import Window
from core.against import Against
from core.asks.weights import MatrixName, WeightsAsk, WeightsPicture
from core.edits import Edit, Edits
from core.session import open_session
from tests.conftest import wait_until
from tests.test_training_page import open_run, recipe  # noqa: F401 - fixtures
from tests.test_two_stream_session import open_one
from tests.tiny_families import SENTENCE, make_tiny
from tests.window_hands import turn_to

Open = Callable[..., Window]
TEXT = "The cat sat on the mat."


def page_of(window: Window) -> WeightsPage:
    window.resize(1280, 800)
    page = turn_to(window, "weights", WeightsPage)
    wait_until(lambda: window.complete and page._told is not None)
    return page


def told(window: Window, page: WeightsPage) -> WeightsPicture:
    wait_until(lambda: window.complete and window.picture is not None and (
        window.picture.told(page.asks(window.picture, window.view)[0]) is not None))
    assert page._told is not None
    return page._told


def side(window: Window, page: WeightsPage, name: str) -> WeightsPicture:
    page._sides.button(name).click()
    return told(window, page)


def test_the_number_under_the_pointer_is_that_of_the_matrix_and_a_click_holds_it(
    open_window: Open,
) -> None:
    window = open_window(TEXT)
    page = page_of(window)
    shown = told(window, page)
    place = page._field.box((7, 3)).center().toPoint()
    QTest.mouseMove(page._field, place)
    wait_until(lambda: page._field.at == (7, 3))
    row, column = shown.spot(7, 3)
    assert page.reading() == f"W_Q[{row}, {column}] = {words.number(float(shown.values[7, 3]))}"
    QTest.mouseClick(page._field, Qt.MouseButton.LeftButton, pos=place)
    assert told(window, page).entry is not None
    page._field._point(None)
    assert page.reading().startswith(f"held: W_Q[{row}, {column}] = ")
    QTest.mouseClick(page._field, Qt.MouseButton.LeftButton, pos=place)
    assert told(window, page).entry is None


def test_arrow_keys_move_what_is_held_and_letters_choose_the_matrix(open_window: Open) -> None:
    window = open_window(TEXT)
    page = page_of(window)
    first = told(window, page).largest
    assert first is not None
    page._field.setFocus()
    QTest.keyClick(page._field, Qt.Key.Key_Down)
    assert page._held == first  # the first key begins at the largest
    QTest.keyClick(page._field, Qt.Key.Key_Up)
    QTest.keyClick(page._field, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    held = told(window, page).entry
    assert held is not None
    assert (held.row, held.column) == (max(first[0] - 1, 0), max(first[1] - 10, 0))
    assert page._field._row == held.row
    assert page._field._columns == (held.column,)
    QTest.keyClick(page._field, Qt.Key.Key_Backspace)
    assert told(window, page).entry is None
    there = told(window, page).place.matrices
    for key, matrix in words.KEYS.items():
        QTest.keyClick(page._field, key)
        found = told(window, page)
        if matrix in there:
            assert found.place.matrix == matrix
            assert page._matrices.currentData() == matrix
    QTest.keyClick(page._field, Qt.Key.Key_G)  # this model has no gate
    assert told(window, page).place.matrix == "embedding"


def test_the_head_is_the_selected_one_and_a_hidden_page_asks_for_nothing(
    open_window: Open,
) -> None:
    window = open_window(TEXT)
    page = page_of(window)
    window.selecting.pin((2, 1))
    assert (told(window, page).place.layer, told(window, page).place.head) == (2, 1)
    assert window.pages.panels["weights"].title.text().startswith("W_Q of layer 2, head 1:")
    assert [type(ask) for ask in window.wish.sight.asks] == [WeightsAsk]
    window.pages.open("head")
    wait_until(lambda: window.complete)
    assert not any(isinstance(ask, WeightsAsk) for ask in window.wish.sight.asks)


def test_the_gradient_is_asked_for_when_it_is_chosen_and_follows_what_is_silenced(
    open_window: Open, tiny_model: Path
) -> None:
    window = open_window(TEXT)
    page = page_of(window)
    page.choose("out")
    found = side(window, page, "gradient")
    session = open_session(str(tiny_model))
    ids = torch.tensor([session.tokenize(window.prompting.prompt)[0].ids])
    loss = F.cross_entropy(session.model(ids).logits[0, :-1], ids[0, 1:])
    layer = session.model.decoder.layers[found.place.layer]  # type: ignore[union-attr, index]
    slope = torch.autograd.grad(loss, layer.mlp.out.weight)[0].T.numpy()  # type: ignore[union-attr, arg-type]
    whole = slope.reshape(-1)
    spots = np.arange(whole.size).reshape(slope.shape) if found.spots is None else found.spots
    assert np.abs(found.values - whole[spots]).max() <= 1e-5 * max(1, np.abs(whole).max())
    assert f"{float(loss.detach()):.3g}" in page._about.text()
    assert "of each next token" in page._about.text()
    silent = Edit("mlp", "decoder", "self", found.place.layer, 0, 0.0)
    window.altering.alter(Edits((silent,)))
    wait_until(lambda: window.complete and page._told is not None and not page._told.values.any())


def test_what_has_no_loss_says_so_and_the_weights_are_still_there(open_window: Open) -> None:
    window = open_window("a")
    page = page_of(window)
    page._sides.button("gradient").click()
    wait_until(lambda: page._stack.currentWidget() is page._hint)
    assert "type two tokens" in page._hint.text()
    page._sides.button("weights").click()
    wait_until(lambda: page._stack.currentWidget() is page._field)


def test_without_other_steps_no_change_is_offered(open_window: Open) -> None:
    window = open_window(TEXT)
    page = page_of(window)
    assert page._sides.values() == ["weights", "gradient"]


def test_weights_that_are_no_numbers_are_drawn_and_told_as_such(
    open_window: Open, tmp_path: Path
) -> None:
    from safetensors.torch import load_file, save_file

    folder = make_tiny("gpt2", tmp_path)
    tensors = load_file(folder / "model.safetensors")
    tensors["transformer.h.0.attn.c_attn.weight"][3, 2] = float("nan")
    save_file(tensors, folder / "model.safetensors", {"format": "pt"})
    window = open_window(SENTENCE, model=str(folder))
    page = page_of(window)
    window.selecting.pin((0, 0))
    assert told(window, page).summary.broken == 1
    assert page._numbers.text().endswith("1 are no numbers")
    page._field.grab()
    assert page._field._unreal
    page._hold((3, 2))
    told(window, page)
    assert page.reading() == "held: W_Q[3, 2] = NaN"


@pytest.mark.parametrize("family", ["bert", "llama", "t5", "xlnet"])
def test_each_matrix_of_a_family_has_a_picture_an_equation_and_words(
    open_window: Open, tmp_path: Path, family: str
) -> None:
    if family == "xlnet":
        open_one(tmp_path)
    folder = tmp_path if family == "xlnet" else make_tiny(family, tmp_path)
    window = open_window(SENTENCE, model=str(folder))
    page = page_of(window)
    matrices: tuple[MatrixName, ...] = told(window, page).place.matrices
    assert ("place" in matrices) == (family == "xlnet")
    assert ("gate" in matrices) == (family == "llama")
    seen = set()
    for matrix in matrices:
        page.choose(matrix)
        found = told(window, page)
        assert found.place.matrix == matrix
        typeset(words.formula(found.place))
        seen.add(page._field.accessibleName())
        assert page._equation.accessibleDescription()
        assert "norm" in page._field.accessibleDescription()
        if family != "t5":  # nothing is written yet, so nothing comes next
            side(window, page, "gradient")
            assert page._stack.currentWidget() is page._field
            side(window, page, "weights")
    assert len(seen) == len(matrices)


def test_tokens_of_the_embedding_are_selected_for_all_panels(open_window: Open) -> None:
    window = open_window(TEXT)
    page = page_of(window)
    page.choose("embedding")
    found = told(window, page)
    assert found.values.shape[0] == len(window.picture.queries)  # type: ignore[union-attr]
    QTest.mouseMove(page._field, page._field.box((2, 5)).center().toPoint())
    wait_until(lambda: window.view.cell is not None)
    assert window.view.cell[0] == 2  # type: ignore[index]
    assert window.picture is not None
    assert window.picture.queries.labels[2] in page.reading()


def test_spectra_read_by_pointer_and_in_words(open_window: Open) -> None:
    window = open_window(TEXT)
    page = page_of(window)
    found = told(window, page)
    assert found.spectra is not None
    bars = page._spectra
    wait_until(bars.isVisible)
    assert bars.value_at(1) == f"W_Q W_Kᵀ: σ[1] = {words.number(float(found.spectra.score[0]))}"
    assert bars.value_at(bars.width() - 2).startswith(
        f"W_V W_O: σ[{len(found.spectra.write)}] = ")
    assert f"{len(found.spectra.score)} singular values" in bars.accessibleDescription()
    page.choose("into")
    told(window, page)
    wait_until(lambda: not bars.isVisible())


def test_while_a_run_trains_the_page_follows_and_says_what_changed(
    open_run: Callable[[], Window],  # noqa: F811
) -> None:
    window = open_run()
    page = page_of(window)
    first = told(window, page)
    start = window.answer.frame.step  # type: ignore[union-attr]
    window.driving.step()
    wait_until(lambda: window.answer is not None and window.answer.frame.step != start, 60)
    later = told(window, page)
    assert later.step == window.picture.step  # type: ignore[union-attr]
    assert np.abs(later.values - first.values).max() > 0
    page._hold((1, 2))
    page._sides.button("change").click()
    found = told(window, page)
    assert found.side == "change"
    assert (found.since, found.step) == (start, later.step)
    if found.spots is None and later.values.shape == found.values.shape:
        assert np.array_equal(found.values, later.values - first.values)
    assert found.entry is not None
    assert "Δ" in page.reading()
    assert page._about.text() == f"Step {later.step} less step {start}"
    window.altering.compare(Against("step", step=later.step or 0))
    wait_until(lambda: window.complete)
    window.driving.step()
    wait_until(lambda: window.answer is not None and window.answer.frame.step not in (
        start, later.step), 60)
    wait_until(lambda: window.complete and page._told is not None and (
        page._told.since == later.step))


def test_at_a_small_size_words_give_way_to_the_picture(open_window: Open) -> None:
    window = open_window(TEXT)
    page = page_of(window)
    for size in ((720, 480), (1024, 700), (1600, 1000)):
        window.resize(*size)
        told(window, page)
        QTest.qWait(50)
        assert page._field.height() > 90, size
        assert page.width() <= window.width()


def test_the_page_speaks_the_language_of_the_moment(open_window: Open) -> None:
    window = open_window(TEXT)
    page = page_of(window)
    names = [page._matrices.itemText(at) for at in range(page._matrices.count())]
    window.dress.set_language("zh")
    told(window, page)
    zh = [page._matrices.itemText(at) for at in range(page._matrices.count())]
    assert len(zh) == len(names)
    assert page._matrices.currentData() == "query"
    QTest.mouseMove(page._field, QPoint(1, 1))
