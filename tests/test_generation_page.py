"""Generation in a real window: settings, a token at a time, by hand, and back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.panels.generation import Generation
from app.window import Window
from core.frame import Prompt
from core.sampling import Sampling
from core.session import open_session
from tests.conftest import wait_until
from tests.tiny_families import SENTENCE, make_tiny

Open = Callable[..., Window]
HOT = Sampling(1.5, 20, 0.9, 3)


def open_page(open_window: Open, *given: str) -> tuple[Window, Generation]:
    window = open_window(*given)
    window.pages.open("generation")
    wait_until(lambda: window.generation is not None and window.complete)
    assert window.generation is not None
    return window, window.generation


def settle(window: Window, written: int) -> None:
    wait_until(lambda: window.complete and not window.prompting.panel.writing
               and len(window.prompting.prompt.written) == written)


def set_hot(page: Generation) -> None:
    for name in ("temperature", "top_k", "top_p", "seed"):
        getattr(page, name).setValue(getattr(HOT, name))


def test_a_step_writes_one_token_as_the_settings_draw_it(
    open_window: Open, tiny_model: Path
) -> None:
    window, page = open_page(open_window, "The cat sat")
    set_hot(page)
    wait_until(lambda: window.complete)
    expected = list(open_session(str(tiny_model)).generate(Prompt("The cat sat"), 3, HOT))
    for count in (1, 2, 3):
        QTest.mouseClick(page.step, Qt.MouseButton.LeftButton)
        settle(window, count)
    assert window.prompting.prompt.written == expected[-1].written
    assert window.picture is not None
    assert len(window.picture.queries) == len(window.picture.keys)
    assert window.editor.prompt() == window.picture.queries.text
    assert page.badge(window.picture, window.view) == "drawn by chance, seed 3"


def test_the_words_of_a_cell_are_lit_while_the_model_writes(open_window: Open) -> None:
    window, _ = open_page(open_window, "The cat sat")
    window.selecting.pin((0, 0))
    wait_until(lambda: window.complete)
    lit = []

    def note() -> None:
        if window.prompting.panel.writing:
            lit.append(len(window.editor.extraSelections()))
        if len(lit) == 3:
            window.selecting.choose(held=(1, 0), cell=None)

    window.showing.shown.connect(note)
    window.prompting.write()
    wait_until(lambda: len(lit) > 8 or not window.prompting.panel.writing)
    window.prompting.stop()
    window.showing.shown.disconnect(note)
    assert (lit[0], lit[-1]) == (0, 2)


def test_a_token_that_was_taken_back_comes_back_by_the_same_seed(open_window: Open) -> None:
    window, page = open_page(open_window, "The cat sat")
    set_hot(page)
    texts, ids = [window.editor.prompt()], [()]
    for count in (1, 2):
        QTest.mouseClick(page.step, Qt.MouseButton.LeftButton)
        settle(window, count)
        texts.append(window.editor.prompt())
        ids.append(window.prompting.prompt.written)  # type: ignore[arg-type]
    for count in (1, 0):
        QTest.mouseClick(page.undo, Qt.MouseButton.LeftButton)
        settle(window, count)
        assert window.editor.prompt() == texts[count]
        assert window.prompting.prompt.written == ids[count]
    assert not page.undo.isEnabled()
    QTest.mouseClick(page.step, Qt.MouseButton.LeftButton)
    settle(window, 1)
    assert window.prompting.prompt.written == ids[1]


def test_candidates_show_the_models_probability_and_that_of_being_drawn(
    open_window: Open,
) -> None:
    window, page = open_page(open_window, "The cat sat")
    assert page.candidates._rows[0][2] == 1.0  # the likeliest, always
    page.temperature.setValue(1.0)
    page.top_k.setValue(2)
    wait_until(lambda: window.complete)
    rows = page.candidates._rows
    both = rows[0][1] + rows[1][1]
    assert rows[0][2] == pytest.approx(rows[0][1] / both, abs=1e-6)
    assert rows[1][2] == pytest.approx(rows[1][1] / both, abs=1e-6)
    assert {row[2] for row in rows[2:]} == {0.0}


def test_a_candidate_is_picked_by_hand(open_window: Open) -> None:
    window, page = open_page(open_window, "The cat sat")
    rows = [at for at, one in enumerate(window.picture.predictions) if one.text]  # type: ignore[union-attr]
    page.candidates.setFocus()
    for _ in range(rows[0] + 1):
        QTest.keyClick(page.candidates, Qt.Key.Key_Down)
    text = window.picture.predictions[rows[0]].text  # type: ignore[union-attr]
    QTest.keyClick(page.candidates, Qt.Key.Key_Return)
    wait_until(lambda: window.complete)
    assert window.editor.prompt() == f"The cat sat{text}"


def test_a_model_that_does_not_write_says_so(open_window: Open, tmp_path: Path) -> None:
    window, page = open_page(open_window, SENTENCE, str(make_tiny("bert", tmp_path / "bert")))
    assert "writes no text" in page.told.text()
    assert not page.step.isEnabled()
    assert window.complete
