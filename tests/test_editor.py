"""The prompt editor: any text goes in and comes out, and tokens light where they are."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QMimeData, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.panels.editor import PromptEditor, utf16
from app.theme import DARK, LIGHT

MIXED = "Hi 👍🏽 好 e\u0301 שלום\u00a0x 𝕊 end"


@pytest.fixture
def editor(application: QApplication) -> Iterator[PromptEditor]:
    editor = PromptEditor()
    editor.show()
    yield editor
    editor.close()
    editor.deleteLater()
    application.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def lit(editor: PromptEditor) -> list[tuple[int, int, str]]:
    """First and past-the-last UTF-16 unit, and the ink or paper, of what is lit."""
    return [
        (
            selection.cursor.selectionStart(), selection.cursor.selectionEnd(),
            selection.format.foreground().color().name()
            if selection.format.fontStrikeOut() else selection.format.background().color().name(),
        )
        for selection in editor.extraSelections()
    ]


# Qt takes lone surrogates, a leading byte-order mark and its own frame marks out of any string.
TYPED = st.text(st.characters(
    exclude_categories=["Cs"], exclude_characters="\ufdd0\ufdd1\ufeff\r\u2028\u2029"
))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(TYPED)
def test_any_text_comes_out_as_it_went_in(editor: PromptEditor, text: str) -> None:
    editor.set_prompt(text)
    assert editor.prompt() == text


@pytest.mark.parametrize("end", ["\r\n", "\r", "\u2028", "\u2029", "\n"])
def test_every_kind_of_line_end_is_a_line_feed(editor: PromptEditor, end: str) -> None:
    editor.set_prompt(f"a{end}b")
    assert editor.prompt() == "a\nb"


@pytest.mark.parametrize("text", ["a\x00b", MIXED, "\u202eabc", "\ud800x", "a\u200bb", "\ufffc"])
def test_what_is_pasted_is_in_the_prompt(editor: PromptEditor, text: str) -> None:
    data = QMimeData()
    data.setText(text)
    editor.insertFromMimeData(data)
    assert editor.prompt() == text.replace("\ud800", "")  # Qt's strings hold no half characters


def test_formatted_text_is_pasted_plain(editor: PromptEditor) -> None:
    data = QMimeData()
    data.setHtml("<b>The</b> cat")
    data.setText("The cat")
    editor.insertFromMimeData(data)
    assert editor.prompt() == "The cat"
    assert not editor.textCursor().charFormat().font().bold()


def test_each_key_tells_the_text_and_the_moment_it_was_pressed(editor: PromptEditor) -> None:
    told: list[tuple[str, float]] = []
    editor.edited.connect(lambda text, pressed: told.append((text, pressed)))
    before = time.perf_counter()
    QTest.keyClicks(editor, "abc")
    QTest.keyClick(editor, Qt.Key.Key_Backspace)
    after = time.perf_counter()
    assert [text for text, _ in told] == ["a", "ab", "abc", "ab"]
    moments = [before, *(moment for _, moment in told), after]
    assert moments == sorted(moments)


def test_a_key_that_changes_nothing_is_not_the_moment_of_the_next_change(
    editor: PromptEditor,
) -> None:
    told: list[float] = []
    editor.edited.connect(lambda _, pressed: told.append(pressed))
    QTest.keyClick(editor, Qt.Key.Key_Left)
    time.sleep(0.05)
    before = time.perf_counter()
    editor.insertPlainText("pasted with the mouse")
    assert told[0] >= before


def test_setting_and_adding_can_be_undone(editor: PromptEditor) -> None:
    QTest.keyClicks(editor, "one")
    editor.append(" two")
    assert editor.prompt() == "one two"
    editor.undo()
    assert editor.prompt() == "one"
    editor.set_prompt("")
    assert editor.prompt() == ""
    editor.undo()
    assert editor.prompt() == "one"


# -- light ------------------------------------------------------------------------------------


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), st.data())
def test_a_position_counts_two_for_what_utf16_writes_as_two(text: str, data: st.DataObject) -> None:
    position = data.draw(st.integers(0, len(text)))
    wanted = sum(2 if ord(character) > 0xFFFF else 1 for character in text[:position])
    assert utf16(text, position) == wanted


@pytest.mark.parametrize("word", ["👍🏽", "好", "e\u0301", "שלום", "𝕊", "end"])
def test_a_token_behind_any_characters_lights_exactly_its_own(
    editor: PromptEditor, word: str
) -> None:
    editor.set_prompt(MIXED)
    start = MIXED.index(word)
    editor.light((start, start + len(word)), (0, 2), None)
    places = lit(editor)
    assert [paper for *_, paper in places] == [LIGHT.query, LIGHT.key]
    units = MIXED.encode("utf-16-le")
    first, past, _ = places[0]
    assert units[2 * first : 2 * past].decode("utf-16-le") == word
    assert editor.extraSelections()[0].cursor.selectedText() == word
    assert places[1][:2] == (0, 2)


def test_a_theme_colours_the_lit_tokens_anew(editor: PromptEditor) -> None:
    editor.set_prompt(MIXED)
    editor.light((0, 2), None, None)
    editor.set_theme(DARK)
    assert lit(editor) == [(0, 2, DARK.query)]


def test_what_the_model_does_not_read_is_struck_out(editor: PromptEditor) -> None:
    editor.set_prompt("👍 rest")
    editor.light(None, None, 2)
    assert lit(editor) == [(3, 7, LIGHT.muted)]
    editor.light(None, None, None)
    assert lit(editor) == []


def test_the_same_place_lights_again_after_the_text_was_replaced(editor: PromptEditor) -> None:
    editor.set_prompt("The cat sat")
    editor.light((4, 7), None, None)
    editor.set_prompt("The dog sat")
    editor.light((4, 7), None, None)
    assert lit(editor) == [(4, 7, LIGHT.query)]


def test_a_place_beyond_a_shorter_text_is_not_lit(editor: PromptEditor) -> None:
    editor.set_prompt("The cat sat")
    editor.light((8, 11), None, None)
    editor.set_prompt("a")
    editor.set_theme(DARK)
    assert lit(editor) == []


def test_light_leaves_cursor_and_undo_alone(editor: PromptEditor) -> None:
    QTest.keyClicks(editor, "The cat")
    editor.moveCursor(QTextCursor.MoveOperation.Start)
    editor.light((4, 7), (0, 3), 5)
    assert editor.textCursor().position() == 0
    assert not editor.textCursor().hasSelection()
    editor.undo()
    assert editor.prompt() == ""
