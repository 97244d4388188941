"""The page of several models: a real window, pointer and keys, against each model alone."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.panels.beside import BesidePage
from app.panels.beside_cell import NONE, SideCell
from app.window import Window
from core.beside import SideChoice, tokens_on, word_weight
from core.catalogue import BUNDLED
from core.frame import Frame
from core.session import open_session
from core.tables import write_csv
from tests.conftest import wait_until

Open = Callable[..., Window]
TEXT = "The cat sat on the mat because it was tired."
USUAL = ("english-gpt", "english-bert", "english-xlnet")


def settle(window: Window) -> None:
    wait_until(lambda: window.complete)
    QTest.qWait(20)
    wait_until(lambda: window.complete)


def open_page(
    open_window: Open, model: str | None = "english-gpt", text: str = TEXT
) -> tuple[Window, BesidePage]:
    window = open_window(text, model)
    window.resize(1280, 800)
    window.pages.open("beside")
    settle(window)
    page = window.siding.page
    assert page is not None
    return window, page


def shown(page: BesidePage) -> list[str]:
    return [cell.reference for cell in page.cells if cell.isVisibleTo(page)]


def frame_of(cell: SideCell) -> Frame:
    assert cell.frame is not None
    return cell.frame


def middle(cell: SideCell, query: int, key: int) -> QPoint:
    area, frame = cell.picture.area(), frame_of(cell)
    return QPoint(
        int(area.left() + (key + 0.5) * area.width() / len(frame.keys)),
        int(area.top() + (query + 0.5) * area.height() / len(frame.queries)))


def point(cell: SideCell, query: int, key: int) -> None:
    QTest.mouseMove(cell.picture, QPoint(1, cell.picture.height() - 1))
    QTest.mouseMove(cell.picture, middle(cell, query, key))


def lit_words(cell: SideCell) -> tuple[str, str]:
    frame = frame_of(cell)
    query, key = ("".join(tokens.labels[at] for at in lit).strip("·") for tokens, lit in zip(
        (frame.queries, frame.keys), cell.picture.lit, strict=True))
    return query, key


# -- what is shown --------------------------------------------------------------------------------


def test_one_model_of_each_family_stands_there(open_window: Open) -> None:
    _, page = open_page(open_window)
    assert tuple(shown(page)[:3]) == USUAL
    assert shown(page)[3] in ("english-t5", "dates-t5")
    kinds = [cell.kind.text() for cell in page.cells]
    for kind, word in zip(kinds, ("looks back only", "both ways", "a drawn order", "encoder and"),
                          strict=True):
        assert word in kind
    assert len({len(frame_of(cell).keys) for cell in page.cells}) == 4  # they cut it otherwise
    for cell in page.cells:
        own = open_session(cell.reference)
        theirs = own.look(frame_of(cell).prompt, frame_of(cell).sight)
        assert frame_of(cell).predictions == theirs.predictions
        assert theirs.head is not None
        told = cell.picture.pattern
        assert told is not None
        np.testing.assert_array_equal(told[0], theirs.head.pattern)
        assert theirs.predictions[0].label in cell.predicted.text()


def test_main_model_takes_the_place_of_its_kind(open_window: Open) -> None:
    window, page = open_page(open_window, "dates", "the fifth of May, 1999")
    assert shown(page) == [*USUAL, "dates"]
    window.opening.open("sentiment")
    settle(window)
    assert shown(page)[:2] == ["english-gpt", "sentiment"]
    assert "%" in page.cells[1].predicted.text()
    assert "pos" in page.cells[1].predicted.text()


def test_same_word_is_lit_in_every_model_that_is_pointed_at_in_one(open_window: Open) -> None:
    window, page = open_page(open_window)
    start = {word: TEXT.index(word) for word in ("it", "mat")}
    for cell in page.cells:
        frame = frame_of(cell)
        spots = {
            word: tokens_on(frame.queries, (at, at + len(word)))[-1] for word, at in start.items()}
        point(cell, spots["it"], spots["mat"])
        for other in page.cells:
            assert lit_words(other) == ("it", "mat"), (cell.reference, other.reference)
            told = other.picture.pattern
            assert told is not None
            weight = word_weight(told[0], *other.picture.lit)
            assert f"{weight:.3f}" in other.reading.text()
        assert window.view.cell == (7, 5)  # in the main model's own tokens, on every panel
        QTest.mouseMove(page.what, QPoint(2, 2))
        cell.picture.leaveEvent(None)  # type: ignore[arg-type]
        assert window.view.cell is None
        assert not any(other.picture.lit[0] for other in page.cells)


def test_selection_of_the_window_is_lit_too_and_a_click_holds(open_window: Open) -> None:
    window, page = open_page(open_window)
    window.selecting.choose(held=(9, 1))
    settle(window)
    assert {lit_words(cell) for cell in page.cells} == {("tired", "cat")}
    bert = page.cells[1]
    point(bert, 3, 2)
    QTest.mouseClick(bert.picture, Qt.MouseButton.LeftButton, pos=middle(bert, 3, 2))
    assert window.view.held == (2, 1)
    bert.picture.leaveEvent(None)  # type: ignore[arg-type]
    assert {lit_words(cell) for cell in page.cells} == {("sat", "cat")}


def test_mark_is_lit_in_its_own_model_alone(open_window: Open) -> None:
    _, page = open_page(open_window)
    bert = page.cells[1]
    point(bert, 0, 2)
    assert bert.picture.lit == ((0,), (2,))
    assert "[CLS]" in bert.reading.text()
    assert page.cells[0].picture.lit == ((), (1,))


def test_masked_cell_says_that_it_cannot_be_seen(open_window: Open) -> None:
    _, page = open_page(open_window)
    bert = page.cells[1]
    point(bert, 2, 10)  # “cat” and “tired”, which is behind it
    assert "can't see" in page.cells[0].reading.text()
    assert "can't see" not in bert.reading.text()


# -- what is chosen -------------------------------------------------------------------------------


def test_head_is_chosen_for_each_and_of_the_main_one_everywhere(open_window: Open) -> None:
    window, page = open_page(open_window)
    bert, main = page.cells[1], page.cells[0]
    bert.layer.setValue(3)
    bert.head.setValue(2)
    settle(window)
    head = frame_of(bert).head
    assert head is not None
    assert (head.layer, head.head) == (3, 2)
    assert window.view.pinned == (frame_of(main).sight.head)
    main.head.setValue(4)
    settle(window)
    assert window.view.pinned == (1, 4)
    window.selecting.pin((5, 0))
    settle(window)
    assert (main.layer.value(), main.head.value()) == (5, 0)


def test_head_that_was_asked_for_stays_while_an_older_picture_comes(open_window: Open) -> None:
    _, page = open_page(open_window)
    bert = page.cells[1]
    older = frame_of(bert)
    bert.layer.setFocus()
    for _ in range(2):  # as fast as keys repeat
        QTest.keyClick(bert.layer, Qt.Key.Key_Up)
        bert.show_side(older)
    settle(page.window())  # type: ignore[arg-type]
    assert older.sight.head is not None
    assert bert.layer.value() == older.sight.head[0] + 2
    assert frame_of(bert).sight.head == (bert.layer.value(), bert.head.value())


def test_attention_of_two_stacks_is_chosen(open_window: Open) -> None:
    window, page = open_page(open_window)
    t5 = page.cells[3]
    assert frame_of(t5).sight.stack == "encoder"
    t5.attention.setCurrentIndex(t5.attention.findData("cross"))
    t5.attention.activated.emit(t5.attention.currentIndex())
    settle(window)
    assert (frame_of(t5).sight.stack, frame_of(t5).sight.kind) == ("decoder", "cross")
    assert window.wish.sight.kind == "self"
    point(page.cells[1], 8, 2)  # “it” is no query there, “cat” is a key
    assert t5.picture.lit[0] == ()
    assert lit_words(t5)[1] == "cat"


def test_attention_of_the_main_model_is_that_of_the_window(open_window: Open) -> None:
    window, page = open_page(open_window, "dates-t5", "the fifth of May, 1999")
    main = next(cell for cell in page.cells if cell.reference == "dates-t5")
    assert frame_of(main).sight.kind == "cross"  # its alignment head is what it opens on
    main.attention.setCurrentIndex(main.attention.findData("encoder"))
    main.attention.activated.emit(main.attention.currentIndex())
    settle(window)
    assert window.wish.sight.stack == "encoder"
    assert frame_of(main).sight.stack == "encoder"


def test_mean_and_all_heads(open_window: Open) -> None:
    window, page = open_page(open_window)
    page.what.button("mean").click()
    settle(window)
    for cell in page.cells:
        mean = cell.picture.mean
        assert mean is not None
        assert mean.heads == frame_of(cell).card.heads
    page.what.button("heads").click()
    settle(window)
    bert = page.cells[1]
    assert frame_of(bert).thumbnails is not None
    bert.grab()
    area, grid = bert.picture.area(), bert.picture._grid
    assert grid is not None
    x, y = grid.corner((3, 1))
    spot = QPoint(int(area.left() + x + grid.cell / 2), int(area.top() + y + grid.cell / 2))
    QTest.mouseMove(bert.picture, spot)
    assert "3" in bert.reading.text()
    QTest.mouseClick(bert.picture, Qt.MouseButton.LeftButton, pos=spot)
    settle(window)
    assert page.shown == "head"
    assert frame_of(bert).sight.head == (3, 1)


def test_models_are_exchanged_added_and_taken_away(open_window: Open, tiny_model: Path) -> None:
    window, page = open_page(open_window)
    page.cells[1].replaced.emit("sentiment")
    settle(window)
    assert shown(page)[1] == "sentiment"
    page.cells[3].replaced.emit(NONE)
    settle(window)
    assert shown(page) == ["english-gpt", "sentiment", "english-xlnet"]
    assert page.more.isVisibleTo(page)
    at = page.more.findData("english-bert")
    page.more.setCurrentIndex(at)
    page.more.activated.emit(at)
    settle(window)
    assert shown(page)[3] == "english-bert"
    assert not page.more.isVisibleTo(page)
    window.siding.set_models((str(tiny_model), "english-gpt"))
    settle(window)
    assert shown(page) == [str(tiny_model), "english-gpt"]
    window.siding.set_models(())
    settle(window)
    assert tuple(shown(page)[:3]) == USUAL


def test_model_that_was_opened_meanwhile_can_be_added(open_window: Open, tiny_model: Path) -> None:
    window, page = open_page(open_window)
    window.opening.open(str(tiny_model))
    settle(window)
    window.opening.open("english-gpt")
    settle(window)
    cell = page.cells[1]
    assert cell.model.findData(str(tiny_model)) >= 0
    assert page.more.isHidden()
    cell.replaced.emit(NONE)
    settle(window)
    assert page.more.findData(str(tiny_model)) >= 0


def test_choice_is_remembered_and_that_of_a_scene_is_not(open_window: Open) -> None:
    window, page = open_page(open_window)
    page.cells[1].replaced.emit("sentiment")
    settle(window)
    window.siding.set_models(("english-gpt",))
    settle(window)
    window.close()
    again = open_window(TEXT, "english-gpt")
    assert again.siding.models[1] == "sentiment"


def test_model_that_cannot_be_read_says_so_in_its_cell(open_window: Open, tmp_path: Path) -> None:
    window, page = open_page(open_window)
    window.siding.set_models(("english-gpt", str(tmp_path / "nowhere"), "english-bert"))
    settle(window)
    broken = page.cells[1]
    assert broken.hint.isVisibleTo(page)
    assert "nowhere" in broken.hint.text()
    assert not broken.picture.isVisibleTo(page)
    assert page.cells[2].picture.isVisibleTo(page)
    assert window.notice.text() == ""


# -- words that are hidden ------------------------------------------------------------------------


def test_click_on_a_word_hides_it_where_a_model_can(open_window: Open) -> None:
    window, page = open_page(open_window)
    gpt, bert, xlnet, _ = page.cells
    chip = next(chip for chip in gpt.picture.chips() if chip.label == "·mat")
    QTest.mouseClick(
        gpt.picture, Qt.MouseButton.LeftButton, pos=chip.box.center().toPoint())
    settle(window)
    assert "After “\u2068·the\u2069”" in gpt.predicted.text()
    assert "Behind the mask" in bert.predicted.text()
    assert "[MASK]" in frame_of(bert).keys.labels
    assert "“\u2068mat\u2069”, read last" in xlnet.predicted.text()
    assert [frame_of(xlnet).keys.labels[at] for at in xlnet.picture.hidden] == ["·m", "at"]
    assert window.wish.prompt.masked == ()
    window.editor.set_prompt(TEXT + " It slept.")
    settle(window)
    assert "Behind the mask" in bert.predicted.text()  # the text before it is as it was
    window.editor.set_prompt("A dog")
    settle(window)
    assert "Behind the mask" not in bert.predicted.text()


def test_word_that_was_hidden_in_another_text_is_no_part_of_what_is_hidden_now(
    open_window: Open,
) -> None:
    window, page = open_page(open_window)
    gpt, bert = page.cells[:2]

    def click(label: str) -> None:
        chip = next(chip for chip in gpt.picture.chips() if chip.label == label)
        QTest.mouseClick(
            gpt.picture, Qt.MouseButton.LeftButton, pos=chip.box.center().toPoint())
        settle(window)

    click("·mat")
    window.editor.set_prompt("Some people sit on the bench and wait for it.")
    settle(window)
    click("·people")
    labels = [label for label in frame_of(bert).keys.labels if label == "[MASK]"]
    assert len(labels) == len(tokens_on(frame_of(bert).keys, (5, 11)))


def test_word_of_which_a_part_is_masked_is_masked_whole(open_window: Open) -> None:
    window, page = open_page(open_window, "english-bert", "The zyxwvut sat.")
    bert = page.cells[1]
    word = tokens_on(frame_of(bert).keys, (4, 11))
    assert len(word) > 1
    window.prompting.toggle_mask(word[0])
    settle(window)
    chip = next(chip for chip in bert.picture.chips() if chip.token == word[1])
    QTest.mouseClick(
        bert.picture, Qt.MouseButton.LeftButton, pos=chip.box.center().toPoint())
    settle(window)
    assert window.wish.prompt.masked == word


def test_main_model_with_masks_masks_in_the_prompt(open_window: Open) -> None:
    window, page = open_page(open_window, "english-bert")
    bert = page.cells[1]
    chip = next(chip for chip in bert.picture.chips() if chip.label == "mat")
    QTest.mouseClick(
        bert.picture, Qt.MouseButton.LeftButton, pos=chip.box.center().toPoint())
    settle(window)
    assert window.wish.prompt.masked == (6,)
    assert frame_of(bert).behind_mask
    assert "read last" in page.cells[2].predicted.text()
    assert "After" in page.cells[0].predicted.text()


# -- keys, closing, looks -------------------------------------------------------------------------


def test_model_that_cannot_be_read_is_tried_again_from_its_cell(
    open_window: Open, tmp_path: Path
) -> None:
    window, page = open_page(open_window)
    folder = tmp_path / "mended"
    page.chosen.emit(("english-gpt", str(folder), "no/such-model"))
    settle(window)
    mended, other = page.cells[1:3]
    assert [cell.again.isVisibleTo(page) for cell in page.cells[:3]] == [False, True, True]
    assert mended.again.text() == "Try again"
    shutil.copytree(BUNDLED / "english-bert", folder)
    mended.again.setFocus()
    QTest.keyClick(mended.again, Qt.Key.Key_Space)
    assert mended.hint.text() == "Reading the model …"
    assert mended.model.hasFocus(), "keys go on where its button was"
    settle(window)
    assert frame_of(mended).card.family == "bert"
    assert not mended.again.isVisibleTo(page)
    assert other.again.isVisibleTo(page)
    assert "no/such-model" in other.hint.text()


def test_keys_read_cells_hold_and_hide(open_window: Open) -> None:
    window, page = open_page(open_window)
    bert = page.cells[1]
    bert.picture.setFocus()
    QTest.keyClick(bert.picture, Qt.Key.Key_Down)
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Right, Qt.Key.Key_Right):
        QTest.keyClick(bert.picture, key)
    assert bert.picture.lit == ((10,), (2,))
    assert lit_words(page.cells[0]) == ("tired", "cat")
    QTest.keyClick(bert.picture, Qt.Key.Key_Return)
    assert window.view.held == (9, 1)
    QTest.keyClick(bert.picture, Qt.Key.Key_Space)
    settle(window)
    assert "Behind the mask" in bert.predicted.text()


def test_hidden_page_holds_no_model_and_costs_no_look(open_window: Open) -> None:
    window, _ = open_page(open_window)
    besides = window.engine.besides
    assert len(besides.holdings) == 3
    answer = window.siding.answer
    window.pages.open("head")
    settle(window)
    assert window.wish.beside is None
    wait_until(lambda: not besides.holdings)
    window.editor.set_prompt("Another text.")
    settle(window)
    assert window.siding.answer is answer
    window.pages.open("beside")
    settle(window)
    assert window.siding.answer is not answer


def test_typing_is_answered_before_the_others_are(open_window: Open) -> None:
    window, page = open_page(open_window)
    order: list[str] = []
    window.pictured.connect(lambda answer, seconds: order.append(f"main {seconds > 0}"))
    window.engine.sided.connect(lambda: order.append("side"))
    QTest.keyClicks(window.editor, " It")
    settle(window)
    assert order[0] == "main True"
    for cell in page.cells:
        assert frame_of(cell).prompt.source == window.wish.prompt.source


def test_both_themes_and_languages(open_window: Open) -> None:
    window, page = open_page(open_window)
    looks = set()
    for theme in ("light", "dark"):
        for language in ("en", "zh"):
            window.dress.set_theme(theme)
            window.dress.set_language(language)
            settle(window)
            looks.add(bytes(page.grab().toImage().constBits()))
            for cell in page.cells:
                assert cell.kind.text()
                assert cell.reference in cell.picture.accessibleName()
                assert cell.predicted.text() in cell.picture.accessibleDescription()
    assert len(looks) >= 2


def test_numbers_are_those_of_the_cells(open_window: Open) -> None:
    window, page = open_page(open_window)
    told = window.actions_.exporting.numbers("beside")
    for cell in page.cells:
        frame, name = frame_of(cell), cell.reference
        assert frame.head is not None
        np.testing.assert_array_equal(told[f"{name} pattern"].values, frame.head.pattern)
        assert told[f"{name} pattern"].axes[1].labels == frame.keys.labels
        assert told[f"{name} probability"].values.tolist() == [
            one.probability for one in frame.predictions]
    header = write_csv(told).decode().splitlines()[0]
    assert "english-bert query label" in header
    page.what.button("mean").click()
    settle(window)
    mean = page.cells[1].picture.mean
    assert mean is not None
    told = window.actions_.exporting.numbers("beside")
    np.testing.assert_array_equal(told["english-bert mean pattern"].values, mean.pattern)


@pytest.mark.parametrize("text", ["", " ", "猫坐在垫子上。", "\ud800 \x00 \u202e", "word " * 300])
def test_any_text_gives_a_picture_or_a_sentence(text: str, open_window: Open) -> None:
    window, page = open_page(open_window)
    window.editor.set_prompt(text)
    wait_until(lambda: window.answer is not None and window.siding.complete
               and window.answer.wish.prompt == window.prompting.prompt)
    for cell in page.cells:
        assert cell.hint.text() if not cell.picture.isVisibleTo(page) else cell.frame
        if cell.frame is not None and cell.frame.queries.ids:
            point(cell, 0, 0)
    page.grab()


def test_choice_of_one_model_is_kept_while_others_come_and_go(open_window: Open) -> None:
    window, page = open_page(open_window)
    page.cells[1].layer.setValue(2)
    settle(window)
    window.siding.set_models(("english-gpt",))
    settle(window)
    window.siding.set_models(("english-gpt", "english-bert"))
    settle(window)
    assert frame_of(page.cells[1]).sight.head == (2, 1)
    assert window.wish.beside is not None
    assert window.wish.beside.choice("english-bert") == SideChoice(None, (2, 1))


def test_at_large_type_models_stand_below_one_another_and_are_scrolled_to(
    open_window: Open
) -> None:
    window, page = open_page(open_window)
    first, second = page.cells[:2]
    assert first.y() == second.y()
    window.resize(1024, 768)
    window.dress.zoom_text(10)
    settle(window)
    wait_until(lambda: first.x() == second.x())
    assert page.grid.verticalScrollBar().maximum() > 0
    assert page.grid.horizontalScrollBar().maximum() == 0
    for cell in page.cells:
        assert cell.picture.height() >= cell.picture.minimumSizeHint().height()


def test_models_that_a_scene_names_are_there_once_its_page_is(open_window: Open) -> None:
    window = open_window(TEXT, "english-gpt")
    window.siding.set_models(("english-bert", "english-gpt", "english-bert"))
    assert window.wish.beside is None
    window.pages.open("beside")
    settle(window)
    page = window.siding.page
    assert page is not None
    assert shown(page) == ["english-bert", "english-gpt"]
    assert all(cell.picture.isVisibleTo(page) for cell in page.cells[:2])
    window.siding.set_models((*USUAL, "dates", "tang-gpt", "sentiment"))
    settle(window)
    assert shown(page) == [*USUAL, "dates"]


def test_window_closes_while_models_are_being_read(open_window: Open) -> None:
    window = open_window(TEXT, "english-gpt")
    window.pages.open("beside")
    wait_until(lambda: any(held.reading for held in window.engine.besides.holdings.values()),
               at_once=True)
    window.close()
    assert window.engine.stop(10)


def test_line_break_that_is_predicted_is_spelled_out(open_window: Open) -> None:
    _, page = open_page(open_window, text="The cat\n")
    said = [cell.predicted.text() for cell in page.cells if cell.frame is not None]
    assert any("⏎" in words for words in said)
    assert not [words for words in said if "\n" in words]


def test_model_without_a_picture_brings_no_scroll_bar(open_window: Open) -> None:
    window, page = open_page(open_window, "english-bert", "")
    window.resize(1024, 700)
    settle(window)
    assert any("finds no token" in cell.hint.text() for cell in page.cells)
    QTest.qWait(50)
    assert page.grid.verticalScrollBar().maximum() == 0
    assert page.grid.horizontalScrollBar().maximum() == 0


def test_model_that_reads_only_the_beginning_says_so(open_window: Open) -> None:
    _, page = open_page(open_window, text=TEXT * 20)
    for cell in page.cells:
        frame = frame_of(cell)
        cut = frame.keys.cut
        assert cut == (len(frame.keys) == frame.card.context)
        assert cell.reading.text().endswith("as long as it reads") == cut
    assert {frame_of(cell).keys.cut for cell in page.cells} == {True, False}
