"""The window as a person meets it: a real one, with a real model."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.window import Window
from tests.conftest import wait_until
from tests.window_hands import click, hover, paste, press, settled

Open = Callable[..., Window]


# -- typing -----------------------------------------------------------------------------------


def test_typing_changes_the_picture_and_the_predictions(open_window: Open) -> None:
    window = open_window()
    sheet, predictions = window.sheet.grab().toImage(), window.predictions.grab().toImage()
    QTest.keyClicks(window.editor, " The dog ran")
    wait_until(lambda: settled(window))
    assert window.sheet.grab().toImage() != sheet
    assert window.predictions.grab().toImage() != predictions
    assert window.answer.frame.prompt.source == "The cat sat. The dog ran"  # type: ignore[union-attr]


def test_the_editor_has_the_focus_at_start_and_tab_leaves_it(open_window: Open) -> None:
    window = open_window()
    assert window.focusWidget() is window.editor
    press(window.editor, Qt.Key.Key_Tab)
    assert window.focusWidget() is not window.editor
    assert window.editor.prompt() == "The cat sat."


def test_the_last_key_of_each_burst_is_answered(open_window: Open) -> None:
    window = open_window()
    for burst in ("a", "bcd", "efghijklmnop", "q"):
        QTest.keyClicks(window.editor, burst)
        typed = window.editor.prompt()
        wait_until(lambda: settled(window))
        assert window.answer is not None
        assert window.answer.frame.prompt.source == typed


def test_a_key_is_timed_until_its_picture_is_painted(open_window: Open) -> None:
    window = open_window()
    seen: list[tuple[str, float]] = []
    window.pictured.connect(lambda a, seconds: seen.append((a.frame.prompt.source, seconds)))
    before = time.perf_counter()
    QTest.keyClicks(window.editor, "x")
    wait_until(lambda: seen and seen[-1][0].endswith("x"))
    assert 0 < seen[-1][1] <= time.perf_counter() - before
    assert "ms from key to picture" in window.status.text()


def test_the_status_line_names_model_device_and_tokens(open_window: Open) -> None:
    window = open_window()
    for words in ("tiny", "M parameters", "step 7", " of 64 tokens"):
        assert words in window.status.text()
    assert window.answer is not None
    assert window.answer.frame.card.device.upper() in window.status.text()


@pytest.mark.parametrize("text", ["", " ", "   \n\t", "a"])
def test_a_prompt_of_next_to_nothing(open_window: Open, text: str) -> None:
    window = open_window("The cat sat.")
    before = window.sheet.grab().toImage()
    window.editor.set_prompt(text)
    wait_until(lambda: window.answer and window.answer.frame.prompt.source == text)
    wait_until(lambda: settled(window))
    assert window.answer is not None
    if text:
        assert window.answer.frame.thumbnails is not None
        assert window.notice.text() == ""
    else:
        assert "empty" in window.notice.text()
        assert window.notice.isVisible()
        assert window.sheet.grab().toImage() == before  # the last picture stays
    QTest.keyClicks(window.editor, "go on")
    wait_until(lambda: settled(window))
    assert not window.notice.isVisible()


STRANGE = {
    "nul": "a\x00b", "rtl": "שלום עולם", "joined": "👩‍👩‍👧 👍🏽", "accents": "e" + "\u0301" * 9,
    "no-break": "a\u00a0b\u202fc", "marks": "\u202eabc\u200f", "replacement": "a\ufffdb",
    "controls": "".join(map(chr, range(1, 32))).replace("\n", "").replace("\r", ""),
    "private": "\ue000\U0010ffff\ufffe", "noncharacter": "\ufdd5",
}


@pytest.mark.parametrize("text", STRANGE.values(), ids=STRANGE.keys())
def test_any_pasted_text_is_read_as_it_is_and_named_without_replacement_marks(
    open_window: Open, text: str
) -> None:
    window = open_window(".")
    paste(window, text)
    wait_until(lambda: settled(window))
    assert window.answer is not None
    frame = window.answer.frame
    assert frame.prompt.source == "." + text
    assert window.view.pinned is not None
    for query in range(len(frame.queries)):
        window.matrix._point((query, 0))
        words = window.matrix.reading() + window.predictions_panel.title.text()  # type: ignore[attr-defined]
        assert "\ufffd" not in words
    assert "\ufffd" not in "".join((
        *frame.queries.labels, *(p.label for p in frame.predictions),
        window.predictions.accessibleDescription(),
    ))
    assert not window.grab().isNull()


def test_text_that_the_model_can_not_hold_is_counted_and_struck_out(open_window: Open) -> None:
    text = "好 the cat 👍 sat on the mat. " * 40
    window = open_window(text)
    assert window.answer is not None
    tokens = window.answer.frame.queries
    assert len(tokens) == 64
    assert window.notice.isVisible()
    assert window.notice.text() == (
        f"The model reads 64 tokens: the first {tokens.kept:,} of {len(text):,} "
        "characters are shown."
    )
    (struck,) = window.editor.extraSelections()
    assert struck.format.fontStrikeOut()
    units = text.encode("utf-16-le")
    start, end = struck.cursor.selectionStart(), struck.cursor.selectionEnd()
    assert units[: 2 * start].decode("utf-16-le") == text[: tokens.kept]
    assert end == len(units) // 2


def test_a_hundred_thousand_characters_are_answered_and_so_is_the_next_key(
    open_window: Open, record_property: Callable[[str, object], None]
) -> None:
    window = open_window("a")
    started = time.perf_counter()
    paste(window, "The cat sat on the mat. 好\n" * 4000)
    pasted = time.perf_counter() - started
    assert len(window.editor.prompt()) > 100_000
    wait_until(lambda: settled(window))
    assert "first " in window.notice.text()
    started = time.perf_counter()
    QTest.keyClicks(window.editor, "x")
    QApplication.processEvents()
    stall = time.perf_counter() - started
    wait_until(lambda: settled(window))
    record_property("paste_ms", round(pasted * 1000))
    record_property("key_ms", round(stall * 1000))
    assert stall < 1


# -- heads ------------------------------------------------------------------------------------


def test_the_pointer_previews_a_head_and_leaving_goes_back_to_the_pinned_one(
    open_window: Open,
) -> None:
    window = open_window()
    window.selecting.pin((1, 1))
    wait_until(lambda: settled(window))
    pinned = window.matrix.grab().toImage()
    hover(window.sheet, window.sheet.square((2, 3)).center())
    assert window.view.shown == (2, 3)
    wait_until(lambda: settled(window))
    assert window.answer is not None
    head = window.answer.frame.head
    assert head is not None
    assert (head.layer, head.head) == (2, 3)
    assert window.matrix_panel.title.text() == "Layer 2, head 3"
    assert window.matrix.grab().toImage() != pinned
    QApplication.sendEvent(window.sheet, QEvent(QEvent.Type.Leave))
    wait_until(lambda: settled(window))
    assert window.view.shown == (1, 1)
    assert window.matrix.grab().toImage() == pinned


def test_a_click_pins_and_a_second_click_or_escape_releases(open_window: Open) -> None:
    window = open_window()
    window.selecting.pin(None)
    click(window, (2, 1))
    assert window.view.pinned == (2, 1)
    click(window, (2, 1))
    assert window.view.shown is None
    assert window.matrix_panel.title.text() == "No head is pinned"
    click(window, (2, 1))
    press(window.sheet, Qt.Key.Key_Escape)
    assert window.view.shown is None
    click(window, (2, 1))
    window.activateWindow()
    press(window.editor, Qt.Key.Key_Escape)
    wait_until(lambda: window.view.shown is None)


def test_arrows_move_what_is_shown_also_with_the_pointer_at_rest_on_the_sheet(
    open_window: Open,
) -> None:
    window = open_window()
    hover(window.sheet, window.sheet.square((1, 1)).center())
    click(window, (1, 1))
    for key, head in (
        (Qt.Key.Key_Right, (1, 2)), (Qt.Key.Key_Down, (2, 2)), (Qt.Key.Key_Down, (2, 2)),
        (Qt.Key.Key_Right, (2, 3)), (Qt.Key.Key_Right, (2, 3)), (Qt.Key.Key_Up, (1, 3)),
    ):
        press(window.sheet, key)
        assert window.view.shown == head
    wait_until(lambda: settled(window))
    assert window.matrix_panel.title.text() == "Layer 1, head 3"


def test_alt_and_arrows_move_the_pin_from_the_editor(open_window: Open) -> None:
    window = open_window()
    window.activateWindow()
    window.selecting.pin((0, 0))
    alt = Qt.KeyboardModifier.AltModifier
    for key, head in (
        (Qt.Key.Key_Down, (1, 0)), (Qt.Key.Key_Right, (1, 1)),
        (Qt.Key.Key_Up, (0, 1)), (Qt.Key.Key_Left, (0, 0)),
    ):
        press(window.editor, key, alt)
        assert window.view.pinned == head
    assert window.editor.prompt() == "The cat sat."


def points_at(window: Window, cell: tuple[int, int]) -> bool:
    """Move the pointer to the middle of a cell; whether the window takes it for that one."""
    matrix: Any = window.matrix
    middle = matrix._box.mapViewToScene(QPointF(cell[1] + 0.5, cell[0] + 0.5))
    hover(matrix._plot.viewport(), QPointF(matrix._plot.mapFromScene(middle)))
    return window.view.cell == cell


MIXED = "👍🏽 好 The cat sat."


def test_a_cell_gives_its_exact_weight_and_lights_its_two_tokens_in_the_prompt(
    open_window: Open, tiny_model: Path
) -> None:
    from transformers import GPT2LMHeadModel

    window = open_window(MIXED)
    window.selecting.pin((1, 2))
    wait_until(lambda: settled(window))
    assert window.answer is not None
    tokens = window.answer.frame.queries
    eager = GPT2LMHeadModel.from_pretrained(tiny_model, attn_implementation="eager").eval()
    with torch.inference_mode():
        wanted = eager(torch.tensor([tokens.ids]), output_attentions=True).attentions[1][0, 2]
    matrix: Any = window.matrix
    QTest.qWait(20)
    units = MIXED.encode("utf-16-le")
    last = len(tokens) - 1
    for query, key in ((last, 0), (last, last - 2), (last - 1, 4)):
        wait_until(partial(points_at, window, (query, key)))
        said = float(matrix.reading().split("weight ")[1].split(",")[0])
        assert said == pytest.approx(float(wanted[query, key]), abs=1.1e-6)
        lit = [
            (s.cursor.selectionStart(), s.cursor.selectionEnd(), s.format.background().color())
            for s in window.editor.extraSelections()
        ]
        assert [colour.name() for *_, colour in lit] == [window.theme.query, window.theme.key]
        for (start, end, _), token in zip(lit, (query, key), strict=True):
            characters = MIXED[slice(*tokens.groups[token])]
            assert units[2 * start : 2 * end].decode("utf-16-le") == characters
    QApplication.sendEvent(matrix, QEvent(QEvent.Type.Leave))
    assert window.editor.extraSelections() == []


def test_predictions_are_those_of_the_eager_model_and_a_click_adds_one(
    open_window: Open, tiny_model: Path
) -> None:
    from transformers import GPT2LMHeadModel

    window = open_window()
    assert window.answer is not None
    frame = window.answer.frame
    eager = GPT2LMHeadModel.from_pretrained(tiny_model, attn_implementation="eager").eval()
    with torch.inference_mode():
        wanted = eager(torch.tensor([frame.queries.ids])).logits[0, -1].double().softmax(-1)
    assert [p.probability for p in frame.predictions] == pytest.approx(
        wanted.topk(10).values.tolist(), abs=1e-6
    )
    row = next(i for i, p in enumerate(frame.predictions) if p.text)
    box = window.predictions._box(row)
    QTest.mouseClick(
        window.predictions, Qt.MouseButton.LeftButton, pos=box.center().toPoint()
    )
    assert window.editor.prompt() == "The cat sat." + str(frame.predictions[row].text)
    wait_until(lambda: settled(window))


def test_a_panel_that_is_hidden_is_not_asked_for(open_window: Open) -> None:
    window = open_window()
    window.selecting.pin((1, 1))
    window.sheet_panel.hide()
    QTest.keyClicks(window.editor, "a")
    wait_until(lambda: settled(window))
    assert window.answer is not None
    assert window.answer.wish.sight.thumbnails is False
    assert window.answer.frame.thumbnails is None
    assert window.answer.frame.head is not None
    window.matrix_panel.hide()
    QTest.keyClicks(window.editor, "b")
    wait_until(lambda: settled(window))
    assert window.answer.wish.sight.head is None
    assert window.answer.frame.head is None
    assert window.predictions._predictions == window.answer.frame.predictions
    window.sheet_panel.show()
    window.matrix_panel.show()
    wait_until(lambda: settled(window))
    assert window.answer.frame.thumbnails is not None
    assert window.answer.frame.head is not None
    assert window.sheet._frame is window.answer.frame


# -- everything at once -----------------------------------------------------------------------


def test_hovering_everything_while_text_shrinks_and_grows_leaves_no_error(
    open_window: Open,
) -> None:
    window = open_window("The cat sat on the mat. " * 3)
    generator = np.random.default_rng(0)
    for step in range(120):
        hover(window.sheet, QPointF(*generator.integers(0, 500, 2)))
        if step % 3 == 0:
            query, key = generator.integers(0, 40, 2)
            window.matrix._point((int(query), int(key)))
        if step % 4 == 0:
            window.editor.set_prompt("The cat sat on the mat. "[: int(generator.integers(0, 24))])
        if step % 7 == 0:
            QTest.mouseClick(
                window.sheet, Qt.MouseButton.LeftButton,
                pos=QPoint(*(int(at) for at in generator.integers(0, 500, 2))),
            )
        QTest.qWait(4)
    window.editor.set_prompt("At the end")
    wait_until(lambda: settled(window))


def test_a_window_opens_on_the_page_it_was_left_on(
    open_window: Callable[..., Window], tmp_path: Path
) -> None:
    first = open_window(settings=tmp_path / "kept.ini")
    first.pages.open("readings")
    wait_until(lambda: first.complete)
    first.close()
    again = open_window(settings=tmp_path / "kept.ini")
    assert list(again.pages.pages) == ["readings"]
    assert again.matrix is None
    assert again.picture is not None
    assert again.picture.head is None, "a page that is hidden costs nothing"
