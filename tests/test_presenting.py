"""Before an audience: a real window fills the screen, a remote drives it, and it goes back."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt, QTimer
from PySide6.QtGui import QCursor, QFontMetricsF, QKeyEvent, QKeySequence, QPaintEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.page_names import PAGES
from app.panels import pointer as pointers
from app.panels.fade import MILLISECONDS, Fade
from app.panels.titled import Titled
from app.panels.words import WordsView
from app.presenting import LINES
from app.window import Window
from tests.conftest import wait_until
from tests.lecture_hands import Key, Open, begin, dialogs, key, rest, three_scenes
from tests.test_opening import large  # noqa: F401 - a fixture

SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def lecture(tmp_path: Path, tiny_model: Path) -> Path:
    return three_scenes(tmp_path / "lecture", tiny_model)


def still(window: Window) -> Window:
    """Scenes change at once."""
    window.choices.keep("reduced_motion", "yes")
    return window


def fading(window: Window) -> list[Fade]:
    return [fade for fade in window.findChildren(Fade) if fade.isVisible()]


def tools(window: Window) -> list[QWidget]:
    """What is for whoever operates, and not for who looks."""
    inside = [panel._tools for panel in window.findChildren(Titled)]
    return [window.statusBar(), window.pages.first.tabs, window.staging.pane._tools, *inside]


# -- the whole screen -------------------------------------------------------------------------


def test_f5_presents_from_the_first_scene_and_gives_the_window_back(
    open_window: Open, lecture: Path
) -> None:
    window = still(open_window("Mine."))
    begin(window, lecture, 2)
    window.resize(900, 640)
    QApplication.processEvents()
    before = window.size(), window.windowState(), window.font().pointSizeF()
    words, least = window.staging.pane.words, window.staging.pane.least_points()
    assert all(part.isVisible() for part in tools(window) if part.isVisibleTo(window))
    key(window, Key.Key_F5)
    rest(window)
    assert window.lecturing.at == 0
    assert window.isFullScreen()
    assert window.size() == window.screen().size()
    assert not any(part.isVisible() for part in tools(window))
    assert window.menuBar().height() == 0
    assert QFontMetricsF(words.font()).lineSpacing() >= window.height() / LINES - 0.5
    assert window.staging.pane.least_points() > 1.2 * least
    key(window, Key.Key_Escape)
    rest(window)
    assert not window.isFullScreen()
    assert (window.size(), window.windowState(), window.font().pointSizeF()) == before
    assert window.menuBar().height() > 0
    assert window.staging.pane.least_points() == least
    assert all(part.isVisible() for part in (window.statusBar(), window.pages.first.tabs))
    assert window.lecturing.at == 0, "the lecture goes on in the window"


def test_shift_f5_presents_from_here_and_again_leaves(open_window: Open, lecture: Path) -> None:
    window = still(open_window("Mine."))
    begin(window, lecture, 1)
    key(window, Key.Key_F5, SHIFT)
    assert (window.presenting.on, window.lecturing.at) == (True, 1)
    key(window, Key.Key_F5, SHIFT)
    assert (window.presenting.on, window.lecturing.at) == (False, 1)


def test_whoever_leaves_the_full_screen_in_another_way_gets_the_menus_back(
    open_window: Open, lecture: Path
) -> None:
    window = still(open_window("Mine."))
    begin(window, lecture)
    window.presenting.start()
    rest(window)
    key(window, Key.Key_F11)
    rest(window)
    assert (window.isFullScreen(), window.presenting.on) == (False, False)
    assert window.menuBar().height() > 0
    assert window.statusBar().isVisible()


def test_escape_ends_the_reading_of_a_model_before_it_leaves_the_full_screen(
    open_window: Open, large: Path  # noqa: F811 - the fixture
) -> None:
    window = still(open_window("Mine."))
    assert window.answer is not None
    before = window.answer.frame.card.reference
    window.presenting.start()
    rest(window)
    window.opening.open(str(large))
    wait_until(lambda: window.loading == str(large), at_once=True)
    key(window, Key.Key_Escape)
    assert window.presenting.on
    rest(window)
    assert window.answer.frame.card.reference == before
    assert window.wish.model == before
    key(window, Key.Key_Escape)
    assert not window.presenting.on


def test_escape_closes_the_help_before_it_ends_anything_and_another_scene_does_too(
    open_window: Open, lecture: Path
) -> None:
    window = still(open_window("Mine."))
    begin(window, lecture)
    window.presenting.start()
    rest(window)
    for focused in (None, window.editor):
        window.helping.toggle("sheet")
        if focused is not None:
            focused.setFocus()
        key(window, Key.Key_Escape)
        assert window.helping.card is None
        assert window.presenting.on
    window.helping.toggle("sheet")
    key(window, Key.Key_PageDown)
    assert (window.helping.card, window.lecturing.at) == (None, 1)
    assert QApplication.focusWidget() is window.staging.pane
    key(window, Key.Key_Escape)
    assert not window.presenting.on


def test_a_maximised_window_is_maximised_again(open_window: Open) -> None:
    window = open_window("Mine.")
    window.showMaximized()
    QApplication.processEvents()
    window.presenting.start()
    QApplication.processEvents()
    assert window.isFullScreen()
    window.presenting.leave()
    QApplication.processEvents()
    assert window.windowState() == Qt.WindowState.WindowMaximized


def test_keys_of_the_menus_work_while_the_menus_are_hidden(
    open_window: Open, lecture: Path
) -> None:
    window = still(open_window("Mine."))
    begin(window, lecture, 1)
    window.presenting.start()
    rest(window)
    key(window, Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert window.view.pinned == (2, 3), "there is no next head"
    key(window, Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert window.view.pinned == (2, 2)
    shown = QKeySequence("Ctrl+Shift+D")
    assert any(shown in action.shortcuts() for action, _ in window.actions_.texts
               if hasattr(action, "shortcuts"))


def test_words_are_read_from_the_last_row_and_all_of_them_are_seen_where_they_find_room(
    open_window: Open, lecture: Path
) -> None:
    window = still(open_window("Mine."))
    begin(window, lecture)
    window.presenting.start()
    rest(window)
    height, words = window.screen().size().height(), window.staging.pane.words
    assert words.fits()
    assert line_of(words) >= height / 32
    (lecture / "01-first.md").write_text(f"---\n---\n{'Many words stand here. ' * 120}", "utf-8")
    window.lecturing.again()
    rest(window)
    assert not words.fits()
    assert line_of(words) >= height / 32
    place = words.verticalScrollBar().value()
    key(window, Key.Key_Down)
    assert words.verticalScrollBar().value() > place


def line_of(words: WordsView) -> float:
    """From one line of the first paragraph to the next, in pixels; of its type where it is one."""
    layout = words.document().firstBlock().layout()
    if layout.lineCount() < 2:
        return QFontMetricsF(words.font()).lineSpacing()
    return layout.lineAt(1).y() - layout.lineAt(0).y()


def test_words_that_need_more_room_get_more_of_the_window(
    open_window: Open, lecture: Path
) -> None:
    window = still(open_window("Mine."))
    begin(window, lecture)
    window.resize(1600, 700)
    QApplication.processEvents()
    usual = window.staging.pane.width()
    (lecture / "01-first.md").write_text(f"---\n---\n{'Many words stand here. ' * 110}", "utf-8")
    window.lecturing.again()
    rest(window)
    assert 1.1 * usual < window.staging.pane.width() < 800


def test_the_size_of_type_before_an_audience_is_remembered_apart(
    open_window: Open, lecture: Path
) -> None:
    window = still(open_window("Mine."))
    window.dress.zoom_text(1)
    usual = window.font().pointSizeF()
    window.presenting.start()
    large = window.font().pointSizeF()  # noqa: F811 - the fixture
    window.dress.zoom_text(2)
    assert window.font().pointSizeF() == pytest.approx(large + 2)
    window.presenting.leave()
    assert window.font().pointSizeF() == pytest.approx(usual)
    window.presenting.start()
    assert window.font().pointSizeF() == pytest.approx(large + 2)


def test_another_language_does_not_bring_the_tabs_back(open_window: Open, lecture: Path) -> None:
    window = still(open_window("Mine."))
    begin(window, lecture, 1)
    window.presenting.start()
    window.dress.set_language("zh")
    rest(window)
    assert not any(part.isVisible() for part in tools(window))


def test_every_page_finds_room_on_a_projector_and_notes_go_to_the_other_screen(
    lecture: Path, tmp_path: Path
) -> None:
    for at, page in enumerate(PAGES, 4):
        (lecture / f"{at:02}-{page}.md").write_text(
            f"---\npage: {page}\nprompt: The cat sat on the mat.\n---\nWords.", "utf-8")
    screens = [
        {"name": name, "x": x, "y": 0, "width": width, "height": 768, "logicalDpi": 96,
         "logicalBaseDpi": 96, "dpr": 1.0}
        for name, x, width in (("projector", 0, 1024), ("desk", 1024, 1366))]
    (tmp_path / "screens.json").write_text(json.dumps({"screens": screens}), "utf-8")
    ran = subprocess.run(
        [sys.executable, "-m", "tests.projector", str(lecture),
         f"offscreen:configfile={tmp_path / 'screens.json'}"],
        cwd=Path(__file__).parent.parent, capture_output=True, text=True, timeout=280, check=False)
    assert ran.returncode == 0, ran.stderr[-2000:]
    told = json.loads(ran.stdout)
    assert set(told["pages"]) == set(PAGES)
    for page, (width, height, needed_width, needed_height, line) in told["pages"].items():
        assert (width, height) == (1024, 768), page
        assert needed_width <= 1024, page
        assert needed_height <= 768, page
        assert line >= 768 / LINES - 0.5, page
    assert told["notes"] == "desk"
    assert told["window"] == "projector"


# -- a remote -----------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [Key.Key_B, Key.Key_Period])
def test_a_key_makes_the_screen_black_and_any_key_brings_the_same_scene_back(
    open_window: Open, lecture: Path, code: Qt.Key
) -> None:
    window = still(open_window("Mine."))
    begin(window, lecture)
    window.presenting.start()
    rest(window)
    before = window.grab().toImage()
    key(window, code)
    black = window.grab().toImage()
    assert {black.pixelColor(x, y).name() for x in range(0, black.width(), 9)
            for y in range(0, black.height(), 9)} == {"#000000"}
    key(window, Key.Key_PageDown)
    assert window.lecturing.at == 0
    assert window.grab().toImage() == before
    key(window, code)
    QTest.mouseClick(window.presenting.curtain, Qt.MouseButton.LeftButton)
    assert not window.presenting.black
    key(window, code)
    key(window, Key.Key_Escape)
    assert (window.presenting.black, window.presenting.on) == (False, True)


def test_a_black_screen_takes_no_letter_into_the_prompt(open_window: Open, lecture: Path) -> None:
    window = still(open_window("Mine."))
    begin(window, lecture)
    window.editor.setFocus()
    window.presenting.toggle_black()
    key(window, Key.Key_X)
    assert (window.editor.prompt(), window.presenting.black) == ("The cat sat.", False)


def test_the_space_bar_and_arrows_go_on_where_words_have_the_focus(
    open_window: Open, lecture: Path
) -> None:
    window = still(open_window("Mine."))
    begin(window, lecture)
    for code, at in ((Key.Key_Space, 1), (Key.Key_Right, 2), (Key.Key_Left, 1),
                     (Key.Key_Backspace, 0)):
        key(window, code)
        assert window.lecturing.at == at
    window.sheet.setFocus()
    key(window, Key.Key_Right)
    assert window.lecturing.at == 0, "arrows move the pin on the sheet"


def hold(window: Window, code: Qt.Key) -> None:
    """Keep a key down for a while, where the focus is."""
    key(window, code)
    for _ in range(3):
        QApplication.sendEvent(QApplication.focusWidget() or window, QKeyEvent(
            QEvent.Type.KeyPress, code, Qt.KeyboardModifier.NoModifier, "", autorep=True))


@pytest.mark.parametrize("code", [Key.Key_PageDown, Key.Key_Right, Key.Key_Space])
def test_a_key_that_is_held_down_goes_one_scene(
    open_window: Open, lecture: Path, code: Qt.Key
) -> None:
    window = still(open_window("Mine."))
    begin(window, lecture)
    hold(window, code)
    assert window.lecturing.at == 1


def test_a_screen_stays_black_while_its_key_is_held_down(open_window: Open, lecture: Path) -> None:
    window = still(open_window("Mine."))
    begin(window, lecture)
    hold(window, Key.Key_B)
    assert window.presenting.black


# -- what moves -----------------------------------------------------------------------------------


def test_the_pointer_follows_the_mouse_lets_it_through_and_rests(
    open_window: Open, lecture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = still(open_window("Mine."))
    begin(window, lecture)
    ring = window.presenting.pointer
    place = window.mapToGlobal(QPoint(600, 400))
    QCursor.setPos(place)
    key(window, Key.Key_P)
    assert ring.isVisible()
    QCursor.setPos(place + QPoint(30, 10))
    wait_until(lambda: ring.mapToGlobal(ring.rect().center()) - place in (
        QPoint(30, 10), QPoint(29, 9)))
    assert window.childAt(ring.geometry().center()) is not ring
    middle = ring.geometry().center()
    with_ring = window.grab().toImage().pixel(middle)
    with monkeypatch.context() as soon:
        soon.setattr(pointers, "REST", 60)
        wait_until(lambda: not ring.isVisible())
    assert window.grab().toImage().pixel(middle) != with_ring
    QCursor.setPos(place)
    wait_until(ring.isVisible)
    QTest.keyClick(window, Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert not ring.on
    assert not ring.isVisible()


def test_a_scene_fades_over_the_next_one_and_a_key_ends_it_at_once(
    open_window: Open, lecture: Path
) -> None:
    window = open_window("Mine.")
    begin(window, lecture)
    wait_until(lambda: not fading(window))
    key(window, Key.Key_PageDown)
    (fade,) = fading(window)
    assert window.editor.prompt() == "The dog ran to the cat.", "the program is there already"
    assert window.childAt(window.rect().center()) is not fade
    key(window, Key.Key_PageDown)
    assert not fade.isVisible()
    assert len(fading(window)) == 1
    key(window, Key.Key_Space)
    assert not fading(window)
    assert window.lecturing.at == 2
    assert "last scene" in window.staging.pane.said.text()


class _Slow(QWidget):
    """Takes longer to paint than a fade may last."""

    def paintEvent(self, event: QPaintEvent) -> None:
        QTest.qSleep(MILLISECONDS + 30)


def test_keys_turn_scenes_where_a_picture_takes_longer_than_its_fade(
    open_window: Open, lecture: Path
) -> None:
    window = open_window()
    begin(window, lecture)
    slow = _Slow(window.staging.pane)
    slow.resize(20, 20)
    slow.show()
    for scene in (1, 2):
        key(window, Key.Key_PageDown)
        wait_until(lambda: not fading(window))
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        assert window.lecturing.at == scene


def test_a_third_key_ends_the_fade_of_the_second(open_window: Open, lecture: Path) -> None:
    window = open_window("Mine.")
    begin(window, lecture)
    for _ in range(2):
        key(window, Key.Key_PageDown)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert len(fading(window)) == 1
    key(window, Key.Key_PageDown)
    assert not fading(window)


def test_nothing_moves_for_whoever_wants_less_of_it(open_window: Open, lecture: Path) -> None:
    window = still(open_window("Mine."))
    begin(window, lecture)
    key(window, Key.Key_PageDown)
    assert not fading(window)


# -- notes ----------------------------------------------------------------------------------------


def test_notes_follow_the_lecture_drive_it_and_count_the_time(
    open_window: Open, lecture: Path
) -> None:
    window = still(open_window("Mine."))
    begin(window, lecture)
    window.presenting.show_notes()
    notes = window.presenting.notes
    assert notes is not None
    assert "Say this first." in notes.notes.toPlainText()
    assert (notes.counter.text(), notes.next_title.text()) == ("1 / 3", "Next: Second")
    assert "Two words." in notes.words.toPlainText()
    notes.notes.setFocus()
    QTest.keyClick(notes.notes, Key.Key_PageDown)
    rest(window)
    assert window.lecturing.at == 1
    assert "Then this." in notes.notes.toPlainText()
    QTest.keyClick(notes.notes, Key.Key_Space)
    assert window.lecturing.at == 2
    assert notes.next_title.text() == "This is the last scene."
    wait_until(lambda: notes.elapsed() > 60)
    notes.toggle_pause()
    stood = notes.elapsed()
    QTest.qWait(40)
    assert notes.elapsed() == stood
    notes.toggle_pause()
    wait_until(lambda: notes.elapsed() > stood)
    notes.restart()
    assert notes.elapsed() < stood
    assert notes.reset.text() == "Count anew"
    window.dress.set_language("zh")
    wait_until(lambda: notes.reset.text() != "Count anew")
    window.dress.set_language("en")
    wait_until(lambda: notes.reset.text() == "Count anew")
    window.lecturing.leave()
    assert notes.title.text() == "No lecture is open."
    assert not dialogs(window)


def test_hidden_notes_count_and_do_not_tick(open_window: Open, lecture: Path) -> None:
    window = open_window()
    begin(window, lecture)
    window.presenting.show_notes()
    notes = window.presenting.notes
    assert notes is not None
    told = notes.since.text()
    wait_until(lambda: notes.since.text() != told)  # it ticks
    window.presenting.toggle_notes()
    assert not notes.isVisible()
    assert not [timer for timer in notes.findChildren(QTimer) if timer.isActive()]
    counted, told = notes.elapsed(), notes.since.text()
    QTest.qWait(1200)
    assert notes.since.text() == told
    window.presenting.toggle_notes()
    assert notes.elapsed() >= counted + 1000
    assert notes.since.text() != told, "it says at once what was counted meanwhile"
    told = notes.since.text()
    wait_until(lambda: notes.since.text() != told)


def test_the_keys_of_the_menu_are_those_of_the_notes_too(
    open_window: Open, lecture: Path
) -> None:
    window = still(open_window("Mine."))
    begin(window, lecture)
    window.presenting.show_notes()
    notes = window.presenting.notes
    assert notes is not None
    notes.activateWindow()
    notes.notes.setFocus()
    wait_until(lambda: QApplication.focusWidget() is notes.notes)
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    QTest.keyClick(notes.notes, Key.Key_N, both)
    assert not notes.isVisible()


def test_notes_find_room_on_the_screen_whatever_the_type(open_window: Open, lecture: Path) -> None:
    window = still(open_window("Mine."))
    for _ in range(20):
        window.dress.zoom_text(1)
    begin(window, lecture)
    window.presenting.show_notes()
    notes = window.presenting.notes
    assert notes is not None
    room = window.screen().availableSize()
    assert notes.width() <= room.width()
    assert notes.height() <= room.height()


def test_notes_count_from_the_beginning_of_the_lecture(open_window: Open, lecture: Path) -> None:
    window = still(open_window("Mine."))
    begin(window, lecture)
    QTest.qWait(300)
    window.presenting.show_notes()
    notes = window.presenting.notes
    assert notes is not None
    assert notes.elapsed() >= 300
    window.lecturing.leave()
    begin(window, lecture)
    assert notes.elapsed() <= window.lecturing.began.elapsed()


def test_the_list_that_is_asked_for_from_the_notes_gets_the_keys(
    open_window: Open, lecture: Path
) -> None:
    window = still(open_window("Mine."))
    begin(window, lecture)
    window.presenting.show_notes()
    notes = window.presenting.notes
    assert notes is not None
    notes.activateWindow()
    notes.notes.setFocus()
    wait_until(lambda: QApplication.focusWidget() is notes.notes)
    key(window, Key.Key_G)
    wait_until(lambda: QApplication.focusWidget() is window.jump_list.search)


def test_words_are_not_for_the_audience_that_are_for_the_teacher(
    open_window: Open, lecture: Path
) -> None:
    window = still(open_window("Mine."))
    begin(window, lecture)
    window.presenting.start()
    assert "Say this first." not in window.staging.pane.words.toPlainText()
