"""A scene that only says what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from app.window import Window
from tests.conftest import wait_until
from tests.test_lecturing import begin, lecture  # noqa: F401 - a fixture

Open = Callable[..., Window]


def test_a_scene_without_words_has_its_title_where_others_have_it(
    open_window: Open, lecture: Path,  # noqa: F811
) -> None:
    window = open_window("Mine.")
    begin(window, lecture)
    pane = window.staging.pane
    above = pane.title.y()
    first = next(lecture.glob("01-*.md"))
    header = first.read_text().split("---")[1]
    first.write_text(f"---{header}nonsense: 1\n---\n")
    window.lecturing.again()
    wait_until(lambda: window.complete and pane.words.toPlainText() == "")
    assert pane.notice.isVisible()
    assert abs(pane.title.y() - above) <= 4
