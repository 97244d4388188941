"""What the window opens, and what it remembers of the last time."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtTest import QTest

from app.application import make_settings
from app.window import Window
from tests.conftest import wait_until
from tests.window_hands import drop, settled

Open = Callable[..., Window]


# -- models -----------------------------------------------------------------------------------


def test_a_folder_is_opened_and_remembered(
    open_window: Open, tiny_model: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    shutil.copytree(tiny_model, other)
    window = open_window()
    window.opening.open(str(other))
    wait_until(lambda: settled(window) and window.wish.model == str(other))
    assert "other" in window.status.text()
    assert window.choices.recent == [str(other), str(tiny_model)]
    listed = [action.text() for action in window.actions_.models.list.actions()]
    assert any(str(other) in text for text in listed)
    drop(window, tiny_model)
    wait_until(lambda: settled(window) and window.wish.model == str(tiny_model))
    assert window.answer is not None
    assert window.answer.frame.card.reference == str(tiny_model)
    assert window.editor.prompt() == "The cat sat."


def test_a_foreign_folder_is_refused_while_picture_and_typing_go_on(
    open_window: Open, tmp_path: Path
) -> None:
    window = open_window()
    window.dress.set_theme("dark")
    before = window.sheet.grab().toImage()
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "notes.txt").write_text("not a model")
    drop(window, tmp_path / "foreign")
    wait_until(lambda: window.notice.text())
    wait_until(lambda: settled(window))
    assert window.notice.isVisible()
    assert "foreign" in window.notice.text()
    assert window.notice.text().count("\n") == 0
    assert window.state.text() == ""
    assert window.sheet.grab().toImage() == before
    assert str(tmp_path / "foreign") not in window.choices.recent
    QTest.keyClicks(window.editor, " On")
    wait_until(lambda: settled(window))
    assert window.answer is not None
    assert window.answer.frame.prompt.source == "The cat sat. On"
    assert not window.notice.isVisible()


def test_a_first_model_that_is_not_there_gives_way_to_the_bundled_one_and_says_why(
    open_window: Open, tmp_path: Path
) -> None:
    window = open_window("abc", model=str(tmp_path / "nowhere"), wait=False)
    wait_until(lambda: window.notice.text())
    QTest.keyClicks(window.editor, "def")
    wait_until(lambda: settled(window))
    assert "nowhere" in window.notice.text()
    assert window.answer is not None
    assert window.answer.frame.card.name == "english-gpt"
    assert window.answer.frame.prompt.source == window.editor.prompt() == "abcdef"


def test_text_is_kept_a_second_after_the_last_key_without_any_closing(
    open_window: Open, tmp_path: Path
) -> None:
    settings = tmp_path / "kept.ini"
    window = open_window(None, settings=settings, wait=False)
    window.editor.set_prompt("not to be lost")
    kept = "text=not to be lost"
    wait_until(lambda: settings.is_file() and kept in settings.read_text(encoding="utf-8"))


def test_a_resize_long_after_a_key_is_not_that_keys_picture(open_window: Open) -> None:
    window = open_window()
    seconds: list[float] = []
    QTest.keyClicks(window.editor, "a")
    wait_until(lambda: settled(window))
    window.pictured.connect(lambda answer, late: seconds.append(late))
    window.resize(window.width() - 90, window.height() - 70)
    wait_until(lambda: seconds and settled(window))
    assert set(seconds) == {0.0}


# -- what is remembered -----------------------------------------------------------------------


def test_text_and_choices_survive_a_restart(open_window: Open, tmp_path: Path) -> None:
    settings = tmp_path / "kept.ini"
    window = open_window(None, settings=settings, wait=False)
    text = "a, b; \"c\" \\ @Invalid() %1 50% 好 👍🏽\n\u00a0שלום\x00."
    window.editor.set_prompt(text)
    wait_until(lambda: settled(window))
    window.dress.set_theme("dark")
    window.selecting.set_scale("root")
    window.resize(770, 560)  # the screen that is none has 800 x 800
    window.columns.setSizes([400, 320])
    window.rows.setSizes([160, 340])
    sizes = window.columns.sizes(), window.rows.sizes()
    window.close()
    again = open_window(None, settings=settings)
    assert again.editor.prompt() == text
    assert again.answer is not None
    assert again.answer.frame.prompt.source == text
    assert again.theme.name == "dark"
    assert again.choices.scale == "root"
    assert again.answer.frame.sight.scale == "root"
    assert (again.width(), again.height()) == (770, 560)
    assert (again.columns.sizes(), again.rows.sizes()) == sizes
    again.dress.set_theme("light")


def test_text_given_at_the_start_is_not_kept_but_what_is_typed_to_it_is(
    open_window: Open, tmp_path: Path
) -> None:
    settings = tmp_path / "kept.ini"
    first = open_window(None, settings=settings, wait=False)
    first.editor.set_prompt("mine")
    first.close()
    shown = open_window("a sample", settings=settings)
    shown.close()
    assert make_settings(settings).value("text") == "mine"
    edited = open_window("a sample", settings=settings)
    QTest.keyClicks(edited.editor, "!")
    edited.close()
    assert make_settings(settings).value("text") == "a sample!"


def test_a_window_closed_while_its_model_comes_loses_no_text(
    open_window: Open, tmp_path: Path
) -> None:
    settings = tmp_path / "kept.ini"
    window = open_window(None, settings=settings, wait=False)
    QTest.keyClicks(window.editor, "typed at once")
    window.close()
    assert window.engine.stop(10)
    assert make_settings(settings).value("text") == "typed at once"


DAMAGED = {
    "recent is a number": {"recent": 7}, "recent is nested": {"recent": [[1], {"a": 2}]},
    "recent is gone": {"recent": ["/no/such/folder", ""]}, "points": {"points": "many"},
    "scale": {"scale": "loud"}, "theme": {"theme": 3}, "language": {"language": "xx"},
    "layout": {"rows": "x", "columns": 5, "geometry": b"broken"}, "text": {"text": 12},
}


@pytest.mark.parametrize("damage", DAMAGED.values(), ids=DAMAGED.keys())
def test_damaged_settings_count_as_absent(
    open_window: Open, tmp_path: Path, damage: dict[str, object]
) -> None:
    path = tmp_path / "damaged.ini"
    settings = make_settings(path)
    for name, value in damage.items():
        settings.setValue(name, value)
    settings.sync()
    window = open_window(settings=path)
    assert window.sheet.isVisible()
    assert window.choices.scale == "linear"
    assert all(isinstance(folder, str) for folder in window.choices.recent)


def test_settings_that_are_no_settings_file_count_as_absent(
    open_window: Open, tmp_path: Path
) -> None:
    path = tmp_path / "noise.ini"
    path.write_bytes(np.random.default_rng(0).bytes(4000))
    window = open_window(settings=path)
    assert window.sheet.isVisible()
