"""What if: a real window, its keys and its page, against weights that are really other."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.panels.candidates import Candidates
from app.panels.changes import Changes
from app.window import Window
from core.against import Against
from core.edits import Edit, Edits
from core.frame import Prompt
from core.session import open_session
from core.timeline import Timeline
from tests.conftest import wait_until

Open = Callable[..., Window]


def open_page(open_window: Open, text: str = "The cat sat.") -> tuple[Window, Changes]:
    window = open_window(text)
    window.pages.open("changes")
    wait_until(lambda: window.changes is not None and window.complete)
    assert window.changes is not None
    return window, window.changes


def settle(window: Window) -> None:
    wait_until(lambda: window.complete)


def test_what_is_held_against_itself_has_no_scale_of_differences(open_window: Open) -> None:
    window, _ = open_page(open_window)
    window.altering.compare(Against("prompt", prompt=window.wish.prompt))
    settle(window)
    window.selecting.show_quantity("difference")
    settle(window)
    assert window.sheet_panel.badge.text() == "no difference"


def test_a_key_silences_the_pinned_head_and_gives_it_back(open_window: Open) -> None:
    window, page = open_page(open_window)
    window.selecting.pin((1, 2))
    settle(window)
    plain = window.answer.frame.predictions  # type: ignore[union-attr]
    QTest.keyClick(window, Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier)
    settle(window)
    frame = window.answer.frame  # type: ignore[union-attr]
    assert frame.edits.all == (Edit("head", "decoder", "self", 1, 2, 0.0),)
    assert frame.predictions != plain
    assert frame.beside is not None
    assert frame.beside.predictions == plain
    assert page.rows["head"].silence.isChecked()
    page_badge = window.pages.panels["changes"].badge
    for said in (window.sheet_panel.badge.text(), window.status.text(), page_badge.text()):
        assert "altered" in said
    QTest.keyClick(window, Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier)
    settle(window)
    assert window.answer.frame.predictions == plain  # type: ignore[union-attr]
    assert window.answer.frame.beside is None  # type: ignore[union-attr]
    assert "altered" not in window.sheet_panel.badge.text()


def test_every_page_says_that_the_model_is_altered(open_window: Open) -> None:
    window, _ = open_page(open_window)
    window.altering.silence("mlp")
    settle(window)
    for key, panel in window.pages.panels.items():
        window.pages.open(key)
        wait_until(lambda key=key: key in window.pages.pages and window.complete)
        assert "altered model" in panel.badge.text(), key


def test_a_slider_scales_and_undo_takes_everything_back(open_window: Open) -> None:
    window, page = open_page(open_window)
    window.selecting.pin((0, 1))
    window.selecting.step_cell(0, 0)
    settle(window)
    for part, factor in (("head", 1.5), ("mlp", 0.3), ("token", 0.0)):
        page.rows[part].slider.setValue(round(factor * 10))  # type: ignore[index]
        settle(window)
    last = len(window.picture.keys) - 1  # type: ignore[union-attr]
    assert set(window.wish.edits.all) == {
        Edit("head", "decoder", "self", 0, 1, 1.5), Edit("mlp", "decoder", layer=0, factor=0.3),
        Edit("token", "decoder", at=last),
    }
    assert "× 1.5" in page.listed.text()
    QTest.mouseClick(page.undo, Qt.MouseButton.LeftButton)
    settle(window)
    assert not window.wish.edits
    assert page.rows["mlp"].slider.value() == 10
    assert not page.undo.isEnabled()


def test_isolating_a_head_silences_the_others_of_its_layer(open_window: Open) -> None:
    window, page = open_page(open_window)
    window.selecting.pin((2, 3))
    settle(window)
    QTest.mouseClick(page.rows["head"].isolate, Qt.MouseButton.LeftButton)
    settle(window)
    silent = {(edit.layer, edit.at, edit.factor) for edit in window.wish.edits.all}
    assert silent == {(2, 0, 0.0), (2, 1, 0.0), (2, 2, 0.0)}


def test_the_page_shows_what_the_look_found(open_window: Open) -> None:
    window, page = open_page(open_window)
    window.altering.alter(window.wish.edits.put(Edit("mlp", "decoder", layer=1)))
    settle(window)
    change = window.answer.frame.change  # type: ignore[union-attr]
    assert change is not None
    assert f"{change.divergence:.4f} bits" in page.told.text()
    assert change.shifts[0].label in page.shifts.accessibleDescription()
    page.map.pointed.emit((1, 2))
    assert f"{change.streams[1, 2]:.2%}" in page.map_name.text()


def test_two_heads_are_held_against_each_other_as_a_signed_difference(open_window: Open) -> None:
    window, page = open_page(open_window)
    window.selecting.pin((0, 0))
    settle(window)
    QTest.mouseClick(page.other.button("head"), Qt.MouseButton.LeftButton)
    window.pages.open("head")
    window.selecting.pin((1, 1))
    window.selecting.show_quantity("difference")
    window.selecting.look(window.view)
    settle(window)
    frame = window.answer.frame  # type: ignore[union-attr]
    assert frame.head is not None
    assert frame.beside is not None
    assert frame.beside.head is not None
    gap = frame.head.pattern - frame.beside.head.pattern
    cell = tuple(map(int, np.unravel_index(np.abs(gap).argmax(), gap.shape)))
    window.matrix._point(cell)  # type: ignore[union-attr]
    assert f"{gap[cell]:+.6f}".replace("-", "−") in window.matrix.reading()  # type: ignore[union-attr]
    assert window.layout_.quantity.value() == "difference"


def test_another_prompt_is_typed_and_held_against(open_window: Open) -> None:
    window, page = open_page(open_window)
    QTest.mouseClick(page.other.button("prompt"), Qt.MouseButton.LeftButton)
    settle(window)
    assert page.prompt.isVisible()
    assert page.prompt.text() == "The cat sat."
    page.prompt.setSelection(4, 3)
    QTest.keyClicks(page.prompt, "dog")
    settle(window)
    frame = window.answer.frame  # type: ignore[union-attr]
    assert frame.beside is not None
    assert frame.beside.prompt.source == "The dog sat."
    assert frame.change is not None
    assert frame.change.divergence > 0


def test_another_model_is_read_beside_and_a_missing_one_is_refused(
    open_window: Open, tiny_model: Path
) -> None:
    window, page = open_page(open_window)
    page.offer_models([str(tiny_model.parent / "gone"), "english-gpt"])
    QTest.mouseClick(page.other.button("model"), Qt.MouseButton.LeftButton)
    page.compared.emit(Against("model", model=str(tiny_model.parent / "gone")))
    wait_until(lambda: "gone" in window.notice.text())
    assert window.wish.against is None
    page.compared.emit(Against("model", model="english-gpt"))
    wait_until(lambda: window.complete and window.answer.frame.beside is not None)  # type: ignore[union-attr]
    frame = window.answer.frame  # type: ignore[union-attr]
    assert frame.beside.card.name == "english-gpt"  # type: ignore[union-attr]
    expected = open_session("english-gpt").look(frame.prompt, frame.beside.sight)  # type: ignore[union-attr]
    assert frame.beside.predictions == expected.predictions  # type: ignore[union-attr]
    assert "vocabularies differ" in page.told.text()


def test_another_model_is_opened_unaltered(open_window: Open, tiny_model: Path) -> None:
    window, _ = open_page(open_window)
    window.altering.silence("mlp")
    settle(window)
    assert window.wish.edits
    window.opening.open("english-gpt")
    assert not window.wish.edits
    wait_until(lambda: window.complete, 60)
    assert not window.answer.frame.edits  # type: ignore[union-attr]


def test_without_a_cell_no_token_can_be_altered(open_window: Open) -> None:
    window, page = open_page(open_window)
    assert window.view.at is None
    assert not page.rows["token"].slider.isEnabled()
    window.altering.silence("token")
    assert not window.wish.edits


@pytest.mark.parametrize("text", ["a", ""])
def test_a_text_of_next_to_nothing(open_window: Open, text: str) -> None:
    window, page = open_page(open_window)
    window.altering.alter(window.wish.edits.put(Edit("token", "decoder", at=3)))
    settle(window)
    window.editor.set_prompt(text)
    wait_until(lambda: window.answer is not None and window.answer.frame.prompt.source == text)
    assert page.isVisible()


def test_a_step_is_offered_once_there_are_two_and_held_against(
    open_window: Open, tiny_model: Path
) -> None:
    window, page = open_page(open_window)
    assert "step" not in page.other.values()
    session = window.engine._model.session
    assert session is not None
    session.timeline = timeline = Timeline(2**30)
    for step in (0, 40, 80):
        timeline.offer(step, session.model)
        with torch.no_grad():
            for parameter in session.model.parameters():
                parameter.mul_(1.3)
    window.editor.set_prompt("The cat sat on")
    settle(window)
    QTest.mouseClick(page.other.button("step"), Qt.MouseButton.LeftButton)
    settle(window)
    assert page.step.isVisible()
    assert window.wish.against == Against("step", step=0)
    frame = window.answer.frame  # type: ignore[union-attr]
    assert (frame.step, frame.beside.step) == (7, 0)  # type: ignore[union-attr]
    bits = frame.change.divergence  # type: ignore[union-attr]
    assert f"Step 7 against step 0: {bits:.4f} bits" in page.told.text()
    assert bits is not None
    assert bits > 0
    QTest.keyClick(page.step, Qt.Key.Key_Up)
    assert window.wish.against == Against("step", step=40)
    settle(window)
    page.step.selectAll()
    QTest.keyClicks(page.step, "79")
    settle(window)
    assert window.wish.against == Against("step", step=79)
    assert window.answer.frame.beside.step == 80  # type: ignore[union-attr]
    assert "against step 80" in page.told.text()
    for key, wanted in ((Qt.Key.Key_Up, 80), (Qt.Key.Key_Up, 80), (Qt.Key.Key_Down, 40)):
        QTest.keyClick(page.step, key)
        assert page.step.value() == wanted
    QTest.mouseClick(page.other.button("nothing"), Qt.MouseButton.LeftButton)
    settle(window)
    assert not page.step.isVisible()


def test_a_folder_that_loses_all_its_steps_can_still_be_compared_with(
    open_window: Open, tiny_model: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    for step in (3, 8):
        shutil.copytree(tiny_model, run / f"checkpoint-{step}")
    window = open_window("The cat sat.", model=str(run), watch=True)
    window.pages.open("changes")
    wait_until(lambda: window.changes is not None and window.complete)
    page = window.changes
    assert page is not None
    QTest.mouseClick(page.other.button("step"), Qt.MouseButton.LeftButton)
    settle(window)
    assert window.wish.against == Against("step", step=3)
    for step in (3, 8):
        shutil.rmtree(run / f"checkpoint-{step}")
    wait_until(lambda: window.complete and window.answer.frame.kept == ())  # type: ignore[union-attr]
    page.other.chosen.emit("step")
    settle(window)
    assert window.wish.against == Against("step", step=0)
    QTest.mouseClick(page.other.button("nothing"), Qt.MouseButton.LeftButton)
    settle(window)
    assert window.wish.against is None


def test_the_other_prompt_stands_in_its_field_whoever_set_it(open_window: Open) -> None:
    window, page = open_page(open_window)
    window.placing.set(replace(
        window.placing.take(), pages=("changes",),
        against=Against("prompt", prompt=Prompt("The dog sat."))))
    settle(window)
    assert page.prompt.isVisibleTo(page)
    assert page.prompt.text() == "The dog sat."


def test_the_other_model_stands_in_its_field_whoever_set_it(
    open_window: Open, tiny_model: Path, tmp_path: Path
) -> None:
    window, page = open_page(open_window)
    offered = page.model.itemText(1)
    folder = str(shutil.copytree(tiny_model, tmp_path / "elsewhere"))
    for model in (offered, folder):
        window.altering.compare(Against("model", model=model))
        wait_until(lambda: window.complete)
        assert page.model.isVisible()
        assert page.model.currentText() == model


def test_a_classifiers_labels_are_compared(open_window: Open) -> None:
    window = open_window("a warm and funny film", model="sentiment")
    window.pages.open("changes")
    wait_until(lambda: window.changes is not None and window.complete)
    window.altering.alter(Edits((Edit("mlp", "encoder", layer=1),)))
    settle(window)
    assert window.picture is not None
    assert window.picture.change is not None
    assert window.changes is not None
    assert f"{window.picture.change.divergence:.4f} bits" in window.changes.told.text()


def test_what_an_empty_comparison_says_is_whole_in_the_least_room(application: object) -> None:
    def inked(height: int) -> int:
        bars = Candidates()
        bars.show_rows((), "there", "here", "Choose what to compare with; it stands here then, "
                       "and what changes in each layer.")
        bars.resize(300, height)
        image = bars.grab().toImage()
        ground = image.pixel(0, 0)
        return sum(any(image.pixel(x, y) != ground for x in range(image.width()))
                   for y in range(image.height()))

    assert inked(Candidates().minimumSizeHint().height()) == inked(400) > 0
