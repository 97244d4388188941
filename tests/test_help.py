"""Help: every panel says what it shows, in both languages, with a formula and a source."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from app.helping import HELP, read_help
from app.lectures.markup import pieces
from app.page_names import PAGES
from app.paint.formula import typeset
from app.panels.help import HelpCard
from app.window import Window
from tests.conftest import wait_until
from tests.test_live import recipe  # noqa: F401 - fixtures
from tests.test_timeline_bar import open_run  # noqa: F401 - a fixture
from tests.tiny_families import make_tiny

Open = Callable[..., Window]
PANELS = ("prompt", "sheet", "predictions", "timeline", *PAGES)
NONE = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", PANELS)
def test_every_panel_has_help_with_a_formula_and_a_source(
    application: QApplication, name: str, language: str
) -> None:
    path = HELP / (f"{name}.md" if language == "en" else f"{name}.{language}.md")
    words = path.read_text(encoding="utf-8")
    formulas = [piece for piece in pieces(words) if piece.kind in ("block", "inline")]
    assert any(piece.kind == "block" for piece in formulas)
    for piece in formulas:
        assert not typeset(piece.text, piece.kind == "inline").wrong, piece.text
    lead = {"en": ("Drawn", "Look for", "Source", "Keys"),
            "zh": ("画的是", "看什么", "出处", "按键")}[language]
    assert [one for one in lead if f"**{one}" not in words] == []
    assert re.search(r"(19|20)\d\d", words.split(f"**{lead[2]}")[1])  # a year
    if language == "en":
        assert 80 <= len(words.split()) <= 200
    else:
        assert len(re.findall("[\u4e00-\u9fff]", words)) >= 80
        assert read_help(name, "zh") == words


def test_the_keys_that_help_names_do_something(open_window: Open) -> None:
    window = open_window()
    known = {key.toString() for action in window.actions_.all() for key in action.shortcuts()}
    for name in PANELS:
        for words in (read_help(name, language) for language in ("en", "zh")):
            for key in re.findall(r"(?:(?:Ctrl|Alt|Shift)\+)+(?:F\d+|[A-Z\d])\b|\bF\d+\b", words):
                assert key in known, (name, key)


def test_the_other_language_is_said_in_english(tmp_path: Path) -> None:
    assert read_help("sheet", "fr") == read_help("sheet", "en")
    assert read_help("nothing", "en") == ""


def opened(window: Window) -> HelpCard:
    card = window.helping.card
    assert card is not None
    wait_until(lambda: card.isVisible() and card.words.is_settled)
    return card


@pytest.mark.parametrize("name", PAGES)
def test_shift_f1_opens_the_help_of_the_page_and_escape_closes_it(
    open_window: Open, name: str
) -> None:
    window = open_window()
    window.pages.open(name)
    wait_until(lambda: name in window.pages.pages and window.complete)
    window.activateWindow()
    wait_until(window.isActiveWindow)
    panel = window.pages.panels[name]
    window.pages.first.tabs.setFocus()
    pinned = window.view.pinned
    QTest.keyClick(window.pages.first.tabs, Qt.Key.Key_F1, SHIFT)
    card = opened(window)
    assert card.panel is panel
    assert card.words.hasFocus()
    corner = panel.mapTo(window, QPoint(4, panel.height() - 4))
    assert window.childAt(corner) in (card, *card.findChildren(type(window.childAt(corner))))
    assert panel.question.isChecked()
    QTest.keyClick(card.words, Qt.Key.Key_Escape)
    wait_until(lambda: window.helping.card is None)
    assert window.pages.first.tabs.hasFocus()  # keys go where they went
    assert not panel.question.isChecked()
    assert window.view.pinned == pinned  # Esc was for the help alone


@pytest.mark.parametrize(("name", "part"), [
    ("prompt", "editor"), ("sheet", "sheet"), ("predictions", "predictions"),
])
def test_shift_f1_is_for_the_panel_that_keys_go_to(
    open_window: Open, name: str, part: str
) -> None:
    window = open_window()
    window.activateWindow()
    focused = getattr(window, part)
    focused.setFocus()
    QTest.keyClick(focused, Qt.Key.Key_F1, SHIFT)
    assert window.helping.open_name == name
    card = opened(window)
    QTest.keyClick(card.words, Qt.Key.Key_F1, SHIFT)
    wait_until(lambda: window.helping.card is None)
    assert focused.hasFocus()


def test_the_question_mark_opens_and_the_cross_closes(open_window: Open) -> None:
    window = open_window()
    QTest.mouseClick(window.sheet_panel.question, Qt.MouseButton.LeftButton)
    card = opened(window)
    QTest.mouseClick(window.predictions_panel.question, Qt.MouseButton.LeftButton)
    other = opened(window)
    assert other is not card  # one at a time
    assert not window.sheet_panel.question.isChecked()
    other.close_button.click()
    wait_until(lambda: window.helping.card is None)


def test_the_timeline_has_help_above_itself(open_run: Callable[[], Window]) -> None:  # noqa: F811
    window = open_run()
    QTest.mouseClick(window.layout_.timeline.question, Qt.MouseButton.LeftButton)
    card = opened(window)
    wait_until(lambda: card.height() > window.layout_.timeline.height() * 3)
    wait_until(card.words.fits)
    assert card.geometry().bottom() == window.layout_.timeline.geometry().bottom()


def test_the_question_mark_takes_no_line_of_its_own(
    open_window: Open, tmp_path: Path
) -> None:
    window = open_window("the cat sat", model=str(make_tiny("t5", tmp_path / "t5")))
    panel = window.prompt_panel
    assert panel.question.isVisible()
    wait_until(lambda: window.layout_.prompt.write.isVisible())
    line = panel.question.mapTo(panel, panel.question.rect().center()).y()
    beside = window.layout_.prompt.write
    assert abs(beside.mapTo(panel, beside.rect().center()).y() - line) < 6
    QTest.mouseClick(panel.question, Qt.MouseButton.LeftButton)
    assert opened(window).panel is panel


def test_the_program_goes_on_below_the_help(open_window: Open) -> None:
    window = open_window()
    window.helping.toggle("sheet")
    card = opened(window)
    window.editor.setFocus()
    QTest.keyClicks(window.editor, " And ran.")
    wait_until(lambda: window.complete and window.wish.prompt.source.endswith("And ran."))
    assert card.isVisible()
    window.resize(1100, 720)
    wait_until(lambda: card.width() == window.sheet_panel.width())
    assert card.pos() == window.sheet_panel.mapTo(window.layout_, QPoint())
    assert card.height() >= window.sheet_panel.height()


def test_help_closes_with_its_page_and_follows_language_and_theme(open_window: Open) -> None:
    window = open_window()
    window.pages.open("lines")
    window.helping.toggle("lines")
    card = opened(window)
    before = card.words.toPlainText()
    window.dress.set_language("zh")
    wait_until(lambda: card.words.toPlainText() != before)
    assert "连线" in card.words.toPlainText()
    window.dress.set_theme("dark")
    dark = card.grab().toImage().pixelColor(card.width() - 30, card.height() - 12)
    assert dark.name() == window.theme.surface
    window.pages.open("lens")
    wait_until(lambda: window.helping.card is None)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("size", "larger"), [((1024, 700), 0), ((720, 480), 0), ((1600, 1000), 8)])
def test_nothing_of_the_help_is_cut_off(
    open_window: Open, size: tuple[int, int], larger: int, language: str
) -> None:
    window = open_window()
    window.resize(*size)
    window.dress.set_language(language)
    window.dress.zoom_text(larger)
    for name in PANELS:
        if name == "timeline":
            continue  # there is no run
        if name in PAGES:
            window.pages.open(name)
        window.helping.toggle(name)
        card = opened(window)
        assert window.layout_.rect().contains(card.geometry())
        assert card.words.horizontalScrollBar().maximum() == 0, name
        most = window.layout_.height() == card.height()
        assert card.words.fits() or most, name  # as high as the window, and then it scrolls
        assert card.title.drawn() == card.title.text()
        card.close()
        wait_until(lambda: window.helping.card is None)


def test_an_audience_sees_neither_question_marks_nor_the_hint(
    open_run: Callable[[], Window]  # noqa: F811
) -> None:
    window = open_run()
    window.hint.show_again()
    buttons = [window.helping.panels[name].question for name in ("sheet", "head", "timeline")]
    assert all(button.isVisible() for button in buttons)
    window.presenting.start()
    assert not any(button.isVisible() for button in buttons)
    assert window.hint.isHidden()
    window.presenting.leave()
    assert all(button.isVisible() for button in buttons)


# -- the first hint ---------------------------------------------------------------------------


def test_the_hint_stands_there_the_first_time_in_three_lines(open_window: Open) -> None:
    window = open_window(hint=True)
    assert window.hint.isVisible()
    assert window.hint.words.text().count("\n") == 2
    assert window.editor.hasFocus() or window.focusWidget() is window.editor  # it blocks nothing


@pytest.mark.parametrize("way", ["click", "cross", "Esc", "pin"])
def test_the_hint_goes_for_good(open_window: Open, tmp_path: Path, way: str) -> None:
    window = open_window(hint=True)
    window.activateWindow()
    if way == "click":
        QTest.mouseClick(window.hint, Qt.MouseButton.LeftButton)
    elif way == "cross":
        window.hint.gone.click()
    elif way == "Esc":
        QTest.keyClick(window.editor, Qt.Key.Key_Escape)
    else:
        place = window.sheet.square((2, 1)).center().toPoint()
        QTest.mouseClick(window.sheet, Qt.MouseButton.LeftButton, NONE, place)
        assert window.view.pinned == (2, 1)
    assert window.hint.isHidden()
    assert window.choices.word("hinted", "") == "yes"
    assert type(window.hint)(window.choices).isHidden()  # the next time it is not there


def test_no_head_moves_under_the_pointer_as_a_click_ends_the_hint(open_window: Open) -> None:
    window = open_window(hint=True)
    window.activateWindow()
    squares = [window.sheet.square((layer, head)) for layer in range(3) for head in range(4)]
    for head in ((2, 1), (1, 3)):
        place = window.sheet.square(head).center().toPoint()
        QTest.mouseClick(window.sheet, Qt.MouseButton.LeftButton, NONE, place)
        QTest.qWait(50)
        assert window.view.pinned == head
        assert squares == [
            window.sheet.square((layer, head)) for layer in range(3) for head in range(4)]
    before = window.layout_.columns.height()
    QTest.keyClick(window.editor, Qt.Key.Key_A)
    wait_until(lambda: window.layout_.columns.height() > before)  # nothing is clicked now


def test_panels_have_the_room_of_the_hint_once_another_page_is_turned_to(
    open_window: Open
) -> None:
    window = open_window(hint=True)
    before = window.layout_.columns.height()
    place = window.sheet.square((2, 1)).center().toPoint()
    QTest.mouseClick(window.sheet, Qt.MouseButton.LeftButton, NONE, place)
    window.pages.step(1)
    assert window.hint.isHidden()
    wait_until(lambda: window.layout_.columns.height() > before)


def test_a_model_that_pins_its_own_head_leaves_the_hint(open_window: Open) -> None:
    assert open_window(None, model="english-gpt", hint=True).hint.isVisible()


def test_the_hint_comes_back_from_the_menu_and_speaks_both_languages(open_window: Open) -> None:
    window = open_window()
    assert window.hint.isHidden()
    (action,) = [one for one, _ in window.actions_.texts
                 if "hint" in getattr(one, "text", str)()]
    action.trigger()  # type: ignore[union-attr]
    assert window.hint.isVisible()
    before = window.hint.words.text()
    window.dress.set_language("zh")
    wait_until(lambda: window.hint.words.text() != before)
    window.resize(720, 480)
    QTest.qWait(50)
    label: QLabel = window.hint.words
    assert label.heightForWidth(label.width()) <= label.height()
