"""A lecture given from the real window: scenes set the program, and one key brings them back."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.cli import parse
from app.lecture_runs import LectureRuns
from app.lectures.reading import find_lecture, read_lecture
from app.panels.mark_layer import MarkLayer
from app.window import Window
from core.errors import Refusal, TooLarge
from core.frame import Prompt
from core.memory import WHOLE, Way
from tests.conftest import wait_until
from tests.lecture_hands import (
    FIRST,
    SECOND,
    THIRD,
    Key,
    Open,
    begin,
    dialogs,
    key,
    rest,
    three_scenes,
    write_lecture,
)

MINE = "Some text of my own."
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def lecture(tmp_path: Path, tiny_model: Path) -> Path:
    return three_scenes(tmp_path / "lecture", tiny_model)


def test_keys_walk_through_the_sample_and_each_scene_is_what_its_file_says(
    open_window: Open
) -> None:
    window = open_window(MINE)
    folder = find_lecture("sample")
    scenes = read_lecture(folder).scenes
    begin(window, folder)
    for at, scene in enumerate(scenes):
        rest(window)
        place = window.placing.take()
        assert window.lecturing.at == at
        assert (place.model, place.pages) == (scene.place.model, scene.place.pages)
        assert set(place.panels) == set(scene.place.panels)
        assert place.prompt == scene.place.prompt
        assert place.head == scene.place.head
        assert place.cell == scene.place.cell
        assert place.edits == scene.place.edits
        assert window.staging.pane.title.text() == scene.title
        assert not window.lecturing.troubles
        key(window, Key.Key_PageDown)
    assert window.lecturing.at == len(scenes) - 1
    assert "last scene" in window.staging.pane.said.text()
    key(window, Key.Key_PageUp)
    assert window.lecturing.at == len(scenes) - 2
    assert not dialogs(window)


def test_one_key_comes_back_from_typing_clicking_and_another_page(
    open_window: Open, lecture: Path
) -> None:
    window = open_window(MINE)
    begin(window, lecture, 1)
    before = window.placing.take()
    window.editor.setFocus()
    QTest.keyClicks(window.editor, " And more b.")
    assert window.editor.prompt() == "The dog ran to the cat. And more b."
    rest(window)
    QTest.mouseClick(window.sheet, Qt.MouseButton.LeftButton,
                     pos=window.sheet.square((0, 0)).center().toPoint())
    window.pages.open("lines")
    rest(window)
    assert window.placing.take() != before
    window.editor.setFocus()
    key(window, Key.Key_Home, CONTROL)
    rest(window)
    assert window.placing.take() == before
    assert QApplication.focusWidget() is window.staging.pane


def test_pages_drive_from_the_prompt_and_letters_are_typed_there(
    open_window: Open, lecture: Path
) -> None:
    window = open_window(MINE)
    begin(window, lecture)
    window.editor.setFocus()
    QTest.keyClicks(window.editor, " bg.p3 ")
    assert window.editor.prompt() == "The cat sat. bg.p3 "
    assert not window.presenting.black
    assert window.lecturing.at == 0
    key(window, Key.Key_PageDown)
    rest(window)
    assert window.lecturing.at == 1


def test_page_down_scrolls_as_ever_where_there_is_no_lecture(open_window: Open) -> None:
    window = open_window("line\n" * 60)
    window.editor.setFocus()
    window.editor.moveCursor(window.editor.textCursor().MoveOperation.Start)
    key(window, Key.Key_PageDown)
    assert window.editor.textCursor().position() > 0


def test_words_fill_the_window_where_they_stand_alone_and_nothing_else_is_computed(
    open_window: Open, lecture: Path
) -> None:
    window = open_window(MINE)
    (lecture / f"{THIRD}.md").write_text("---\nshow: words\n---\nWords *alone*.", "utf-8")
    begin(window, lecture, 2)
    assert not window.layout_.isVisible()
    assert window.staging.pane.width() > 0.9 * window.width()
    assert not window.wish.sight.thumbnails
    assert window.wish.sight.head is None
    key(window, Key.Key_PageUp)
    rest(window)
    assert window.layout_.isVisible()
    assert window.staging.pane.width() < 0.5 * window.width()


def test_words_have_the_same_share_of_every_width_and_keep_the_one_that_is_given(
    open_window: Open, lecture: Path
) -> None:
    window = open_window(MINE)
    begin(window, lecture)
    for width in (1100, 2400):
        window.resize(width, 800)
        QApplication.processEvents()
        assert 0.28 < window.staging.split.sizes()[0] / width < 0.40
    window.staging.split.moveSplitter(1200, 1)
    window.resize(1400, 800)
    QApplication.processEvents()
    assert 0.44 < window.staging.split.sizes()[0] / 1400 < 0.56


def test_a_lecture_that_is_left_leaves_everything_as_it_was(
    open_window: Open, lecture: Path
) -> None:
    window = open_window(MINE)
    window.selecting.pin((2, 1))
    window.selecting.set_scale("root")
    rest(window)
    before, kept = window.placing.take(), window.choices.model
    begin(window, lecture, 2)
    assert window.choices.scale == "log"
    window.lecturing.leave()
    rest(window)
    assert window.placing.take() == before
    assert (window.choices.scale, window.choices.model) == ("root", kept)
    assert not window.staging.pane.isVisible()
    assert not window.findChildren(MarkLayer)
    assert window.lecturing.scene is None


def test_a_model_that_was_held_in_half_the_memory_comes_back_so(
    open_window: Open, lecture: Path, tiny_model: Path
) -> None:
    window, half = open_window(MINE, model="english-gpt"), Way("bfloat16")
    window.opening.open("english-gpt", half)
    wait_until(lambda: window.complete)
    begin(window, lecture)
    assert (window.wish.model, window.wish.way) == (str(tiny_model), WHOLE)
    window.lecturing.leave()
    assert (window.wish.model, window.wish.way) == ("english-gpt", half)


def test_a_scene_without_a_text_that_begins_the_program_gets_none_from_its_model(
    open_window: Open, tmp_path: Path
) -> None:
    folder = write_lecture(tmp_path / "silent", {"01-none": "---\nmodel: english-gpt\n---\nX."})
    window = open_window(None, model="english-gpt", wait=False)
    window.lecturing.open(folder)
    rest(window)
    assert window.answer is not None
    assert window.editor.prompt() == ""


def test_behind_a_lecture_that_began_the_program_stands_what_a_start_shows(
    open_window: Open, tmp_path: Path
) -> None:
    scene = "---\nmodel: english-gpt\nprompt: He shook his\nshow: words prompt pages\n---\nX."
    folder = write_lecture(tmp_path / "first", {"01-one": scene})
    window = open_window(None, model="english-gpt", wait=False)
    window.lecturing.open(folder)
    rest(window)
    assert window.editor.prompt() == "He shook his"
    window.lecturing.leave()
    wait_until(lambda: window.complete and window.editor.prompt() != "")
    assert window.answer is not None
    assert window.editor.prompt() == window.answer.frame.card.text
    assert window.notice.text() == ""
    window.editor.set_prompt("")
    wait_until(lambda: window.complete)
    begin(window, folder)
    window.lecturing.leave()
    rest(window)
    assert window.editor.prompt() == ""  # whoever cleared it has begun


def test_closing_the_window_in_a_lecture_keeps_what_was_there_before_it(
    open_window: Open, lecture: Path, tmp_path: Path
) -> None:
    window = open_window(None)
    window.editor.set_prompt("Mine.")
    rest(window)
    window.presenting.start()
    begin(window, lecture, 2)
    window.presenting.show_notes()
    window.close()
    assert not [one for one in QApplication.topLevelWidgets() if one.isVisible()]
    again = open_window(None)
    assert again.editor.prompt() == "Mine."
    assert again.choices.scale == "linear"
    assert not again.isFullScreen()


def test_keys_go_to_the_prompt_again_after_a_lecture(open_window: Open, lecture: Path) -> None:
    window = open_window(MINE)
    begin(window, lecture)
    window.lecturing.leave()
    assert QApplication.focusWidget() is window.editor
    window.jump_list.toggle()
    window.jump_list.close_list()
    assert QApplication.focusWidget() is window.editor


def test_numbers_ends_and_the_list_jump(open_window: Open, lecture: Path) -> None:
    window = open_window(MINE)
    begin(window, lecture)
    key(window, Key.Key_3)
    assert window.staging.pane.counter.text() == "→ 3"
    key(window, Key.Key_Return)
    assert (window.lecturing.at, window.staging.pane.counter.text()) == (2, "3 / 3")
    key(window, Key.Key_Home)
    assert window.lecturing.at == 0
    key(window, Key.Key_End)
    assert window.lecturing.at == 2
    key(window, Key.Key_9)
    key(window, Key.Key_9)
    key(window, Key.Key_Escape)
    assert window.staging.pane.counter.text() == "3 / 3"
    assert window.lecturing.lecture is not None
    key(window, Key.Key_G)
    listed = window.jump_list
    assert listed.isVisible()
    assert {"1  First", "2  Second", "3  Third"} <= set(listed.shown())
    QTest.keyClicks(listed.search, "lecture second")
    assert listed.shown() == ["2  Second"]
    QTest.keyClick(listed.search, Key.Key_Return)
    rest(window)
    assert (window.lecturing.at, listed.isVisible()) == (1, False)
    key(window, Key.Key_J, CONTROL)
    assert listed.isVisible()
    QTest.keyClick(listed.search, Key.Key_Escape)
    assert (window.lecturing.at, listed.isVisible()) == (1, False)


def test_a_scene_that_can_t_be_given_says_so_with_its_line_and_the_lecture_goes_on(
    open_window: Open, lecture: Path
) -> None:
    window = open_window(MINE)
    (lecture / "04-broken.md").write_text(
        "---\ntitle: Broken\nmodle: x\nhead: many\nmodel: no-such-model\nprompt: A dog.\n---\n"
        "Still said.", "utf-8")
    (lecture / "05-after.md").write_text("---\nmodel: english-gpt\n---\nAfter.", "utf-8")
    begin(window, lecture, 3)
    wait_until(lambda: "no-such-model" in window.staging.pane.notice.text())
    told = window.staging.pane.notice.text().splitlines()
    assert "04-broken.md, line 3" in told[0]
    assert "modle" in told[0]
    assert "04-broken.md, line 4" in told[1]
    assert "04-broken.md, line 5" in told[2]
    assert window.staging.pane.notice.isVisible()
    rest(window)
    assert window.editor.prompt() == "A dog."
    assert not dialogs(window)
    key(window, Key.Key_PageDown)
    rest(window)
    assert not window.staging.pane.notice.isVisible()
    assert window.wish.model == "english-gpt"


def test_a_model_to_compare_with_that_can_t_be_read_is_told_beside_the_words(
    open_window: Open, lecture: Path
) -> None:
    window = open_window(MINE)
    (lecture / "empty").mkdir()
    (lecture / f"{FIRST}.md").write_text(
        "---\nprompt: The cat.\nshow: words pages\nagainst: model empty\n---\nOne.", "utf-8")
    begin(window, lecture)
    wait_until(lambda: "01-first.md, line 4" in window.staging.pane.notice.text())
    assert window.wish.against is None
    rest(window)
    key(window, Key.Key_PageDown)
    assert not window.lecturing.troubles


def test_many_mistakes_leave_room_for_the_words(open_window: Open, lecture: Path) -> None:
    window = open_window(MINE)
    wrong = "".join(f"key{at}: x\n" for at in range(40))
    (lecture / f"{FIRST}.md").write_text(f"---\n{wrong}---\nStill said.", "utf-8")
    begin(window, lecture)
    assert "and 36 more" in window.staging.pane.notice.text()
    assert window.height() <= 800
    assert window.staging.pane.words.fits()


def test_a_new_run_that_was_asked_for_before_does_not_ask_over_a_lecture(
    open_window: Open, lecture: Path
) -> None:
    window = open_window(MINE, wait=False)
    assert not window.engine.is_ready
    window.beginning.new_run()
    window.lecturing.open(lecture)
    wait_until(lambda: window.engine.is_ready)
    rest(window)
    assert not dialogs(window)


def test_memory_that_does_not_hold_a_model_is_said_beside_the_words_and_asks_nothing(
    open_window: Open, lecture: Path
) -> None:
    window = open_window(MINE)
    begin(window, lecture)
    refusal = TooLarge("{model} is too large.", model="big", offers={window.wish.way: "1 GB"})
    window.engine.refused.emit(refusal, window.wish)
    QApplication.processEvents()
    assert "big is too large" in window.staging.pane.notice.text()
    assert not [one for one in QApplication.topLevelWidgets()
                if one.isVisible() and one is not window]


def test_what_is_refused_of_words_that_are_typed_is_no_fault_of_the_scene(
    open_window: Open, lecture: Path
) -> None:
    window = open_window(MINE)
    begin(window, lecture)
    notice = window.staging.pane.notice
    for _ in range(2):  # another size of the window asks for the same again
        window.engine.refused.emit(Refusal("The scene can't be shown."), window.wish)
        QApplication.processEvents()
    assert notice.text().count("The scene can't be shown.") == 1
    window.editor.setFocus()
    QTest.keyClicks(window.editor, " more")
    rest(window)
    window.engine.refused.emit(Refusal("This can't be computed."), window.wish)
    QTest.keyClicks(window.editor, "x")
    assert "computed" not in notice.text()
    assert QApplication.focusWidget() is window.editor
    assert window.editor.prompt() == "The cat sat. morex"


def test_files_that_change_are_read_anew_when_one_comes_back(
    open_window: Open, lecture: Path
) -> None:
    window = open_window(MINE)
    begin(window, lecture, 1)
    (lecture / f"{FIRST}.md").unlink()
    text = (lecture / f"{SECOND}.md").read_text("utf-8")
    (lecture / f"{SECOND}.md").write_text(
        text.replace("to the cat.", "away.").replace("Second", "Other"), "utf-8")
    key(window, Key.Key_Home, CONTROL)
    wait_until(lambda: window.editor.prompt() == "The dog ran away.")
    rest(window)
    assert window.lecturing.at == 0
    assert window.staging.pane.title.text() == "Other"
    shutil.rmtree(lecture)
    key(window, Key.Key_Home, CONTROL)
    assert str(lecture) in window.staging.pane.said.text()
    assert window.editor.prompt() == "The dog ran away."


def test_another_language_in_the_middle_says_the_scene_in_it(
    open_window: Open, lecture: Path
) -> None:
    window = open_window(MINE)
    (lecture / f"{FIRST}.zh.md").write_text("---\ntitle: 一\n---\n第一个。", "utf-8")
    (lecture / f"{SECOND}.zh.md").write_text("---\ntitle: 二\nprompt: A cat.\n---\n第二。", "utf-8")
    begin(window, lecture)
    window.editor.set_prompt("Typed.")
    window.dress.set_language("zh")
    wait_until(lambda: window.staging.pane.title.text() == "一")
    assert "第一个" in window.staging.pane.words.toPlainText()
    assert window.editor.prompt() == "Typed.", "both languages want the same of the program"
    key(window, Key.Key_PageDown)
    rest(window)
    assert window.editor.prompt() == "A cat."
    window.dress.set_language("en")
    wait_until(lambda: window.editor.prompt() == "The dog ran to the cat.")
    assert window.staging.pane.title.text() == "Second"


def test_marks_lie_where_the_things_are_and_let_the_mouse_through(
    open_window: Open, lecture: Path
) -> None:
    window = open_window(MINE)
    begin(window, lecture, 1)
    by_parent = {layer.parentWidget(): layer for layer in window.staging.marking.layers}
    assert window.staging.pane.accessibleDescription() == (
        "Second Marked: layer 2, head 3; layer 1, head 0; token 1; query 3, key 1; "
        "the panel Predictions.")
    heads = by_parent[window.sheet].boxes()
    assert heads == [window.sheet.square((2, 3)), window.sheet.square((1, 0))]
    assert by_parent[window.predictions_panel].boxes()
    matrix = window.matrix
    assert matrix is not None
    box = matrix._box
    cells = next(layer for layer in window.staging.marking.layers
                 if layer.parentWidget() is matrix._plot.viewport() and layer._arrows)
    (cell,) = cells.boxes()
    place = box.mapSceneToView(matrix._plot.mapToScene(cell.center().toPoint()))
    assert (int(place.y()), int(place.x())) == (3, 1)
    words = by_parent[window.editor.viewport()].boxes()[0]
    at = window.editor.cursorForPosition(words.center().toPoint())
    at.select(at.SelectionType.WordUnderCursor)
    token = window.picture.keys.labels[1].strip("·")  # type: ignore[union-attr]
    assert token in at.selectedText()
    QTest.mouseClick(window.childAt(window.sheet.mapTo(window, heads[1].center().toPoint())),
                     Qt.MouseButton.LeftButton, pos=heads[1].center().toPoint())
    assert window.view.pinned == (1, 0)


def test_marked_words_stay_marked_while_more_is_written_behind_them(
    open_window: Open, lecture: Path
) -> None:
    window = open_window(MINE)
    begin(window, lecture, 1)
    (layer,) = (one for one in window.staging.marking.layers
                if one.parentWidget() is window.editor.viewport())
    marked, seen = layer.boxes(), []
    assert marked
    listening = window.engine.answered.connect(lambda: seen.append(layer.boxes()))
    window.prompting.start_or_stop()
    wait_until(lambda: len(window.wish.prompt.written) > 5)
    window.prompting.stop()
    window.engine.answered.disconnect(listening)
    assert len(seen) > 4
    assert seen == [marked] * len(seen)
    window.editor.moveCursor(QTextCursor.MoveOperation.End)
    QTest.keyClicks(window.editor, " on")
    assert layer.boxes() == marked
    window.editor.moveCursor(QTextCursor.MoveOperation.Start)
    QTest.keyClicks(window.editor, "x")
    assert not layer.boxes(), "which token is there now is not known yet"
    rest(window)
    assert layer.boxes()


def test_a_mark_changes_the_picture_around_what_is_marked_alone(
    open_window: Open, lecture: Path
) -> None:
    window = open_window(MINE)
    begin(window, lecture, 1)
    with_marks = window.sheet.grab().toImage()
    window.staging.marking.show(())
    without = window.sheet.grab().toImage()
    square = window.sheet.square((1, 0)).toRect()
    around = [square.topLeft() + QPoint(dx, dy) for dx in range(-8, 8) for dy in range(-8, 8)]
    assert any(with_marks.pixel(at) != without.pixel(at) for at in around)
    middle = square.center()
    assert with_marks.pixel(middle) == without.pixel(middle)
    far = window.sheet.square((0, 2)).center().toPoint()
    assert with_marks.pixel(far) == without.pixel(far)


def test_a_token_that_is_not_drawn_yet_is_not_marked(open_window: Open, lecture: Path) -> None:
    window = open_window("The cat")
    assert window.picture is not None
    few, strip = window.picture.queries, window.layout_.prompt.strip
    (lecture / f"{FIRST}.md").write_text(
        "---\nprompt: The cat sat on the mat and ran.\nhighlight: tokens 1 7\n---\nOne.", "utf-8")
    begin(window, lecture)
    (layer,) = (one for one in window.staging.marking.layers
                if one.parentWidget() is strip.viewport())
    assert layer.boxes() == [strip.box(1), strip.box(7)]
    strip.show_tokens(few, frozenset(), (), masks=False)  # while more is typed than is answered
    window.grab()
    assert layer.boxes() == [strip.box(1)]


def test_each_page_is_marked_where_all_are_meant_and_has_no_less_room(
    open_window: Open, lecture: Path
) -> None:
    window = open_window(MINE)
    (lecture / f"{FIRST}.md").write_text(
        "---\npage: head lines\nhighlight: panel pages\n---\nBoth.", "utf-8")
    begin(window, lecture)
    places = [window.pages.first, window.pages.second]
    layers = window.staging.marking.layers
    assert [layer.parentWidget() for layer in layers] == places
    assert all(layer.isVisible() and layer.boxes() for layer in layers)
    assert window.pages.count() == len(places)


def test_what_is_drawn_and_what_stands_side_by_side_is_the_scene_s(
    open_window: Open, lecture: Path, tiny_model: Path
) -> None:
    window = open_window(MINE)
    (lecture / f"{THIRD}.md").write_text(
        "---\npage: generation\nsample: temperature 0.8 | seed 3\n---\nDraw.", "utf-8")
    (lecture / "04-side.md").write_text(
        f"---\npage: beside\nbeside: {tiny_model}\n---\nCompare.", "utf-8")
    before = window.placing.take()
    begin(window, lecture, 2)
    page = window.generation
    assert page is not None
    assert (page.temperature.value(), page.seed.value()) == (0.8, 3)
    key(window, Key.Key_PageDown)
    rest(window)
    assert window.siding.models == (str(tiny_model),)
    window.lecturing.leave()
    rest(window)
    assert window.placing.take() == before
    assert page.temperature.value() == 0


# -- runs ---------------------------------------------------------------------------------------


def test_scenes_that_train_share_a_run_that_is_gone_with_the_lecture(
    open_window: Open, tmp_path: Path
) -> None:
    window = open_window(MINE)
    folder = write_lecture(tmp_path / "training", {
        "01-train": "---\ntrain: reverse\nplay: yes\nprompt: abc\nshow: words prompt sheet timeline"
                    "\n---\nWatch.",
        "02-other": "---\nmodel: english-gpt\nprompt: The cat.\n---\nMeanwhile.",
        "03-later": "---\ntrain: reverse\nprompt: abc\n---\nGo on.",
    })
    wait_until(lambda: window.engine.is_ready)
    before = window.placing.take()
    window.lecturing.open(folder)
    wait_until(lambda: window.steering.training is not None
               and window.steering.training.done > 2, 60)
    run = Path(window.wish.model)
    assert (run / "run.json").is_file()
    assert str(run) not in window.choices.recent
    key(window, Key.Key_PageDown)
    rest(window)
    key(window, Key.Key_PageDown)
    wait_until(lambda: window.steering.training is not None
               and window.answer.frame.card.reference == str(run), 60)  # type: ignore[union-attr]
    assert window.steering.training.done > 2, "it goes on where it was"  # type: ignore[union-attr]
    assert not window.steering.training.working  # type: ignore[union-attr]
    assert not window.lecturing.troubles
    window.lecturing.leave()
    rest(window)
    wait_until(lambda: not run.exists())
    assert not run.parent.parent.exists()
    assert window.placing.take() == before
    assert not dialogs(window)


@pytest.mark.parametrize("early", [True, False], ids=["before torch is there", "later"])
def test_while_its_run_is_made_a_scene_shows_that_it_is_being_begun(
    open_window: Open, tmp_path: Path, early: bool
) -> None:
    window = open_window(MINE, wait=not early)
    folder = write_lecture(tmp_path / "training", {
        "01-train": "---\ntrain: reverse\nprompt: abc\npage: training\n---\nWatch."})
    if not early:
        wait_until(lambda: window.engine.is_ready)
    assert window.engine.is_ready != early
    window.lecturing.open(folder)
    wait_until(lambda: window.training is not None and window.training.isVisible())
    page = window.training
    assert page is not None
    assert page.nothing.words.text() == "A run is being begun …"
    assert page.nothing.isVisible()
    assert not page.nothing.begin.isVisible()
    wait_until(lambda: trains(window, 0), 60)
    window.lecturing.leave()
    rest(window)
    window.pages.open("training")
    rest(window)
    wait_until(page.nothing.isVisible)
    assert page.nothing.words.text().startswith("No run is open.")
    assert page.nothing.begin.isVisible()


def test_a_recipe_that_can_t_be_read_is_a_trouble_of_its_scene(
    open_window: Open, tmp_path: Path
) -> None:
    window = open_window(MINE)
    folder = write_lecture(tmp_path / "bad", {
        "01-train": "---\ntrain: mine.json\nprompt: abc\n---\nWatch.", "02-next": "Next."})
    (folder / "mine.json").write_text("{", "utf-8")
    wait_until(lambda: window.engine.is_ready)
    begin(window, folder)
    assert "01-train.md, line 2" in window.staging.pane.notice.text()
    assert window.editor.prompt() == "abc"


def trains(window: Window, steps: int = 2) -> bool:
    """Whether the scene's own run is there and has taken so many steps."""
    answer, run = window.answer, window.steering.training
    return (run is not None and answer is not None and run.done >= steps
            and answer.frame.card.reference == window.wish.model)


SEA = "The old man sat by the fire, and the boy looked at the sea.\n" * 400
MOODS = "".join(f"a {word} day, the {at} of May\t{label}\n" for at in range(9)
                for word, label in (("good", "glad"), ("bad", "sad")))


def test_a_scene_goes_on_with_a_bundled_model_on_a_text_of_its_own(
    open_window: Open, tmp_path: Path
) -> None:
    window = open_window(MINE)
    folder = write_lecture(tmp_path / "own", {
        "01-masked": "---\ntrain: masked\ndata: sea.txt\nstart: english-bert\nplay: yes\n"
                     "prompt: The boy saw the sea.\nmask: 2\n---\nWatch.",
        "02-labels": "---\ntrain: classification\ndata: moods.txt\nstart: english-bert\n"
                     "play: yes\nprompt: a good day\n---\nWatch.",
        "03-other": "---\ntrain: masked\ndata: more.txt\nstart: english-bert\nprompt: x\n---\nOn.",
        "04-again": "---\ntrain: masked\ndata: sea.txt\nstart: english-bert\nprompt: x\n---\nOn."})
    for name, text in (("sea.txt", SEA), ("more.txt", SEA * 2), ("moods.txt", MOODS)):
        (folder / name).write_text(text, "utf-8")
    wait_until(lambda: window.engine.is_ready)
    window.lecturing.open(folder)
    wait_until(lambda: trains(window), 60)
    assert window.steering.training.objective == "masked"  # type: ignore[union-attr]
    card = window.answer.frame.card  # type: ignore[union-attr]
    assert (card.name, card.layers, card.masks) == ("masked", {"encoder": 4}, True)
    first = window.wish.model
    kept = json.loads((Path(first) / "recipe.json").read_text())
    assert (kept["hold_out"], kept["hold_out_lines"]) == ([], 20), "a twentieth"
    key(window, Key.Key_PageDown)
    wait_until(lambda: trains(window), 60)
    assert window.answer.frame.card.labels == ("glad", "sad")  # type: ignore[union-attr]
    key(window, Key.Key_PageDown)
    wait_until(lambda: trains(window, 0), 60)
    assert window.wish.model not in (first, "")
    key(window, Key.Key_PageDown)
    wait_until(lambda: trains(window), 60)
    assert window.wish.model == first, "the same three: the same run"
    assert not window.lecturing.troubles
    assert not dialogs(window)


def test_data_that_can_t_serve_are_a_trouble_of_their_line_until_they_do(
    open_window: Open, tmp_path: Path
) -> None:
    window = open_window(MINE)
    folder = write_lecture(tmp_path / "own", {
        "01-labels": "---\ntrain: classification\ndata: moods.txt\nstart: english-bert\n"
                     "prompt: a good day\n---\nWatch."})
    (folder / "moods.txt").write_text("no label here\n", "utf-8")
    wait_until(lambda: window.engine.is_ready)
    window.lecturing.open(folder)
    wait_until(lambda: window.lecturing.troubles)
    said = window.staging.pane.notice.text()
    assert "01-labels.md, line 3" in said
    assert "expected a text, a tab and its label" in said
    (folder / "moods.txt").write_text(MOODS, "utf-8")
    window.lecturing.again()
    wait_until(lambda: trains(window, 0), 60)
    assert not window.lecturing.troubles
    first = window.wish.model
    (folder / "moods.txt").write_text(MOODS.replace("glad", "gay"), "utf-8")
    window.lecturing.again()
    wait_until(lambda: window.wish.model != first and trains(window, 0), 60)
    assert window.answer.frame.card.labels == ("gay", "sad")  # type: ignore[union-attr]


def test_a_run_that_is_still_made_while_its_lecture_ends_is_removed_at_the_end() -> None:
    runs = LectureRuns()
    folder, _ = runs.folder("reverse")
    runs.close()
    assert not folder.parent.parent.exists()
    folder.mkdir(parents=True)  # by the thread that was about to
    runs.close()
    assert not folder.parent.parent.exists()


def test_a_run_that_another_process_trains_is_not_removed() -> None:
    runs = LectureRuns()
    folder, what = runs.folder("reverse")
    other, _ = runs.folder("copy")
    assert what is not None
    folder.mkdir(parents=True)
    other.mkdir(parents=True)
    program = (
        "import fcntl, sys\nheld = open(sys.argv[1], 'w')\nfcntl.flock(held, fcntl.LOCK_EX)\n"
        "print('held', flush=True)\nsys.stdin.read()")
    with subprocess.Popen(
            [sys.executable, "-c", program, str(folder / "lock")], text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        runs.close()
        assert folder.is_dir()
        assert not other.exists()
        process.communicate()
    shutil.rmtree(folder.parent.parent)


_LEAVES = """
import sys
from app.lecture_runs import LectureRuns
runs = LectureRuns()
folder, _ = runs.folder("reverse")
folder.mkdir(parents=True)
(folder / "weights").write_bytes(b"1")
print(folder, flush=True)
sys.stdin.read()
"""


def test_what_a_killed_lecture_left_goes_when_the_next_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lecture: Path, open_window: Open
) -> None:
    place = tmp_path / "temporary"
    linked = tmp_path / "elsewhere" / "0" / "run"
    place.mkdir()
    linked.mkdir(parents=True)
    (place / "headlight-lecture-link").symlink_to(tmp_path / "elsewhere")
    monkeypatch.setattr(tempfile, "tempdir", str(place))

    def leave() -> tuple[subprocess.Popen[str], Path]:
        process = subprocess.Popen(
            [sys.executable, "-c", _LEAVES], text=True, env=os.environ | {"TMPDIR": str(place)},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert process.stdout is not None
        return process, Path(process.stdout.readline().strip())

    (killed, left), (goes_on, used) = leave(), leave()
    killed.kill()
    killed.communicate()
    assert (left / "weights").is_file()
    begin(open_window(), lecture)
    assert not left.parent.parent.exists()
    assert (used / "weights").is_file()  # its lecture goes on
    assert linked.is_dir()
    goes_on.communicate()
    assert not used.parent.parent.exists()  # it ends by itself


# -- the command line -----------------------------------------------------------------------------


def test_the_command_line_names_a_lecture_and_a_scene(lecture: Path) -> None:
    assert parse(["--lecture", str(lecture)]).lecture == lecture
    options = parse(["--lecture", "sample", "--scene", "2"])
    assert (options.lecture, options.scene) == (find_lecture("sample"), 2)


@pytest.mark.parametrize("given", [
    ["--lecture", "no-such"], ["--lecture", "99"], ["--lecture", ""], ["--scene", "1"],
    ["--lecture", "sample", "--scene", "0"], ["--lecture", "sample", "--scene", "9"],
    ["--lecture", "sample", "--scene", "two"], ["--lecture", "\0"],
])
def test_a_lecture_that_is_not_there_is_refused_in_a_sentence(given: list[str]) -> None:
    with pytest.raises(Refusal) as refused:
        parse(given)
    said = str(refused.value)
    assert said.endswith(".")
    assert "\n" not in said


def test_the_prompt_before_a_lecture_can_be_undone_to(open_window: Open, lecture: Path) -> None:
    window = open_window(MINE)
    begin(window, lecture)
    assert window.wish.prompt == Prompt("The cat sat.")
    window.editor.undo()
    rest(window)
    assert window.editor.prompt() == MINE
