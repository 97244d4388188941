"""A text that is gone: what is still drawn is what its words say."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from app.window import Window
from tests.conftest import wait_until
from tests.window_hands import click, settled

Open = Callable[..., Window]
HINT = "Type a sentence above to see this."


def hint(panel: object) -> str:
    label = panel._hint  # type: ignore[attr-defined]
    return label.text() if label is not None and label.isVisible() else ""


def clear(window: Window) -> None:
    window.editor.set_prompt("")
    wait_until(lambda: window.answer and not window.answer.frame.queries.ids and window.complete)


def test_a_head_that_was_not_read_before_the_text_went_is_not_drawn_as_another(
    open_window: Open
) -> None:
    window = open_window("The cat sat.")
    pinned = window.view.pinned
    assert pinned is not None
    clear(window)
    assert hint(window.matrix_panel) == ""  # the last picture stays
    other = (pinned[0], (pinned[1] + 1) % 4)
    click(window, other)
    wait_until(lambda: window.complete)
    assert window.view.pinned == other
    assert hint(window.matrix_panel) == HINT
    click(window, pinned)
    wait_until(lambda: window.complete)
    assert hint(window.matrix_panel) == ""
    click(window, other)
    window.editor.set_prompt("The dog.")
    wait_until(lambda: settled(window))
    assert hint(window.matrix_panel) == ""
    assert window.picture is not None
    assert window.picture.head is not None
    assert (window.picture.head.layer, window.picture.head.head) == other


def test_without_a_text_nothing_is_left_of_another_model(
    open_window: Open, tiny_model: Path, tmp_path: Path
) -> None:
    window = open_window("The cat sat.")
    clear(window)
    assert "empty" in window.notice.text()
    other = str(shutil.copytree(tiny_model, tmp_path / "twin"))
    window.opening.open(other)
    wait_until(lambda: window.complete)
    assert window.picture is None
    assert window.notice.text() == ""
    assert "twin" in window.status.text()
    assert window.predictions_panel.title.text() == "Next token"
    for panel in (window.sheet_panel, window.matrix_panel, window.predictions_panel):
        assert hint(panel) == HINT
    window.editor.set_prompt("The dog.")
    wait_until(lambda: settled(window))
    for panel in (window.sheet_panel, window.matrix_panel, window.predictions_panel):
        assert hint(panel) == ""


def test_the_hint_in_an_empty_editor_is_as_large_as_what_is_typed_there(
    open_window: Open
) -> None:
    window = open_window("")
    for points in (6, 0):
        window.dress.zoom_text(points)
        assert window.editor.viewport().font() == window.editor.font()
