"""The lines over the running text: where words stand, what the pointer holds, other families."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.panels.lines import LinesPage
from app.panels.lines_columns import Columns
from app.panels.lines_scene import Focus, Scene, Spot
from app.panels.lines_setting import Setting
from app.panels.lines_text import RunningText
from app.theme import LIGHT
from app.window import Window
from core.asks.lines import LinesAsk, TokenWeights
from core.frame import Prompt
from core.readings.lines import find_lines
from core.session import open_session
from core.tokens import Tokens
from core.trace import Sight
from tests.conftest import wait_until
from tests.test_lines import open_page, point_at
from tests.test_two_stream_session import open_one
from tests.tiny_families import SENTENCE, make_tiny

ROW, ABOVE = 40, 12


def tokens_of(model: Path, prompt: Prompt) -> Tokens:
    return open_session(str(model)).look(prompt, Sight()).keys


def words(setting: Setting) -> list[str]:
    """Of each token, the text that it is drawn over."""
    text = setting.text.encode("utf-16-le")
    return [
        text[2 * int(start) : 2 * int(end)].decode("utf-16-le")
        for start, end in zip(setting._starts, setting._ends, strict=True)]


# -- the text set in lines --------------------------------------------------------------------


def test_a_token_stands_where_its_characters_are_drawn(
    application: QApplication, tiny_model: Path
) -> None:
    text = "The cat sat on the mat because it was tired."
    tokens = tokens_of(tiny_model, Prompt(text))
    font = QFont()
    setting = Setting(tokens, font, 5000, ROW, ABOVE, 7)
    assert setting.text == text
    assert setting.rows == 1
    measure = QFontMetricsF(font).horizontalAdvance
    for (start, end), (left, right) in zip(
        tokens.groups, setting.sides(np.arange(len(tokens), dtype=np.int32)), strict=True
    ):
        bare = end - len(text[start:end].lstrip())
        assert left == pytest.approx(7 + measure(text[:bare]), abs=1.5)
        assert right == pytest.approx(7 + measure(text[:end]), abs=1.5)


def test_parts_of_a_character_share_it_and_astral_ones_shift_nothing(
    application: QApplication, tiny_model: Path
) -> None:
    tokens = tokens_of(tiny_model, Prompt("👍🏽 好\ncat"))
    setting = Setting(tokens, QFont(), 500, ROW, ABOVE)
    found = words(setting)
    assert found[0] == found[1] == "👍🏽"
    assert found[-1] in "cat"
    assert setting.rows == 2  # as it was typed
    sides = setting.sides(np.arange(len(tokens), dtype=np.int32))
    parts = [at for at, word in enumerate(found) if word == "👍🏽"]
    assert np.allclose(sides[parts[1:], 0], sides[parts[:-1], 1])
    assert (sides[:, 1] > sides[:, 0]).all()


def test_marks_are_set_as_their_labels_and_a_mask_hides_its_word(
    application: QApplication, tmp_path: Path
) -> None:
    model = make_tiny("bert", tmp_path)
    tokens = tokens_of(model, Prompt("the cat sat", second="she ran", masked=(2,)))
    setting = Setting(tokens, QFont(), 500, ROW, ABOVE)
    assert words(setting) == list(tokens.labels)
    assert setting.text.split() == ["[CLS]", "the", "[MASK]", "sat", "[SEP]", "she", "ran", "[SEP]"]


def test_words_wrap_and_rows_tell_their_tokens(application: QApplication, tiny_model: Path) -> None:
    tokens = tokens_of(tiny_model, Prompt("The cat sat on the mat because it was tired."))
    setting = Setting(tokens, QFont(), 120, ROW, ABOVE)
    assert setting.rows > 2
    every = [at for row in range(setting.rows) for at in setting.in_rows(row, row + 1)]
    assert every == list(range(len(tokens)))
    for at, box in enumerate(setting.boxes(np.arange(len(tokens), dtype=np.int32))):
        assert box.right() <= 122
        if box.width() > 3:
            assert setting.at(box.center().x(), box.center().y()) == at
    assert setting.at(5, -1) is None
    assert setting.at(5, setting.rows * ROW + 1) is None


# -- what is drawn ----------------------------------------------------------------------------


def made(count: int, heads: int = 4, focus: Focus | None = None, broken: bool = False) -> Scene:
    """A scene of random weights over a long text."""
    pattern = torch.randn(heads, count, count, generator=torch.Generator().manual_seed(0)) * 3
    visible = torch.ones(count, count, dtype=torch.bool).tril()
    pattern = pattern.masked_fill(~visible, -torch.inf).softmax(-1)
    if broken:
        pattern[1, count // 2] = math.nan
    text = "".join(f"w{at} " for at in range(count))
    ends = np.cumsum([len(f"w{at} ") for at in range(count)]).tolist()
    spans = tuple(zip([0, *ends[:-1]], ends, strict=True))
    tokens = Tokens(text, tuple(range(count)), spans, spans, tuple(f"w{i}" for i in range(count)))
    token = None
    if focus is not None:
        token = TokenWeights(
            tuple(range(heads)), pattern[:, focus.position].numpy(),
            visible[focus.position].numpy())
    return Scene(tokens, tokens, False, find_lines(pattern, visible, 0), LIGHT, "linear", focus,
                 token=token)


@pytest.mark.parametrize("kind", [Columns, RunningText])
def test_of_thousands_of_tokens_only_those_on_screen_are_measured(
    kind: type[Columns | RunningText], application: QApplication
) -> None:
    drawing = kind()
    drawing.resize(500, 400)
    drawing.show_scene(made(2000, focus=Focus("query", 5)))
    drawing.grab()
    shown = drawing.in_view("key")
    assert 0 < len(shown) < 200
    assert drawing.verticalScrollBar().maximum() > 2000
    if isinstance(drawing, RunningText):
        assert np.isfinite(drawing._set["key"]._sides[:, 0]).sum() <= len(shown) + 5
    drawing.verticalScrollBar().setValue(drawing.verticalScrollBar().maximum())
    assert 1999 in drawing.in_view("key")
    drawing.close()


def test_arcs_join_the_words_of_query_and_key_and_each_head_has_its_own_lane(
    application: QApplication
) -> None:
    drawing = RunningText()
    drawing.resize(500, 400)
    drawing.show_scene(made(60))
    drawing.grab()
    strands = drawing.drawn
    assert strands is not None
    assert len(strands.weight) > 20
    curves = drawing.curves(strands)
    for (start, _, _, end), head, query, key in zip(
        curves, strands.head, strands.query, strands.key, strict=True
    ):
        if query == key:
            continue  # a loop
        for place, token, side in ((start, query, "query"), (end, key, "key")):
            box = drawing.box(side, int(token))  # type: ignore[arg-type]
            inner = box.adjusted(1, 0, -1, 0)
            share = (place[0] - inner.left()) / inner.width()
            assert share == pytest.approx((head + 0.5) / 4, abs=0.01)
            assert min(abs(place[1] - box.top()), abs(place[1] - box.bottom())) < 1
    drawing.close()


def test_a_bar_below_a_word_is_as_high_as_the_weight(application: QApplication) -> None:
    scene = made(12, heads=1, focus=Focus("query", 9))
    drawing = RunningText()
    drawing.resize(1400, 120)  # one row: no arc crosses a bar
    drawing.show_scene(scene)
    image = drawing.grab().toImage()
    assert scene.token is not None
    found, bar = [], scene.colours[0]
    for at in range(12):
        box = drawing.box("key", at)
        x, top = round(box.center().x()), round(box.bottom()) + 2
        found.append(sum(image.pixelColor(x, y).name() == bar for y in range(top, top + 16)))
    np.testing.assert_allclose(found, 16 * scene.token.weights[0], atol=1.01)
    assert max(found) > 4
    drawing.close()


def test_a_broken_query_is_drawn_in_the_colour_of_warnings(application: QApplication) -> None:
    scene = made(20, broken=True)
    drawing = RunningText()
    drawing.resize(400, 700)
    drawing.show_scene(scene)
    image = drawing.grab().toImage()
    brown = []
    for at in range(20):
        box = drawing.box("query", at).toRect().adjusted(0, 3, 0, -3)  # arcs end at its edges
        colours = [image.pixelColor(x, y) for x in range(box.left(), box.right())
                   for y in range(box.top(), box.bottom())]
        brown.append(max(one.red() - one.blue() for one in colours) > 60)
    assert brown == [at == 10 for at in range(20)]
    drawing.close()


def test_a_weight_that_is_no_number_is_said_as_on_every_page(application: QApplication) -> None:
    scene = replace(made(20, focus=Focus("query", 10), broken=True), cell=(10, 3))
    page = LinesPage()
    assert "1: NaN" in page._say(scene)
    assert "nan" not in page._say(scene)
    page.deleteLater()


# -- other families ---------------------------------------------------------------------------


def open_text(window: Window) -> LinesPage:
    page = open_page(window)
    QTest.mouseClick(page.forms.button("text"), Qt.MouseButton.LeftButton)
    wait_until(lambda: page.text.isVisible() and window.complete)
    return page


def walk(window: Window, page: LinesPage) -> None:
    """Hold a word by the keyboard, and see that the numbers are the trace's."""
    window.selecting.pin((0, 1))
    window.pages.set_split(True)  # the head's page beside it
    for drawing in (page.text, page.columns):
        page._choose_form("text" if drawing is page.text else "columns")
        page.selected.emit({"held": None})
        wait_until(lambda: window.complete and window.view.held is None)
        drawing.setFocus()
        QTest.keyClick(drawing, Qt.Key.Key_End)
        wait_until(lambda: window.complete and window.view.held is not None
                   and page._token is not None)
        frame, scene = window.picture, page.scene()
        assert frame is not None
        assert scene is not None
        assert scene.focus == Focus("query", len(frame.queries) - 1)
        assert scene.token is not None
        assert frame.head is not None
        np.testing.assert_allclose(
            scene.token.weights[frame.head.head],
            np.where(frame.head.shown, frame.head.pattern, 0)[-1], atol=1e-6)
        drawing.grab()
        assert page.reading()


@pytest.mark.parametrize("family", ["bert", "llama"])
def test_one_stack(family: str, open_window: Callable[..., Window], tmp_path: Path) -> None:
    window = open_window(SENTENCE, str(make_tiny(family, tmp_path / family)))
    if family == "bert":
        QTest.keyClicks(window.layout_.prompt.second, "she saw the sea .")
        wait_until(lambda: window.complete and len(window.picture.keys) > 14)  # type: ignore[union-attr]
    page = open_text(window)
    assert len(page.scene().colours) == 8  # type: ignore[union-attr]
    walk(window, page)


@pytest.mark.parametrize("attention", ["encoder", "decoder", "cross"])
def test_two_stacks(
    attention: str, open_window: Callable[..., Window], tmp_path: Path
) -> None:
    window = open_window(SENTENCE, str(make_tiny("t5", tmp_path / "t5")))
    QTest.keyClicks(window.layout_.prompt.target, "die katze sass auf der matte")
    window.selecting.show_attention(attention)  # type: ignore[arg-type]
    wait_until(lambda: window.complete)
    page = open_text(window)
    walk(window, page)
    if attention == "cross":
        page._choose_form("text")
        page.text.grab()
        source, target = page.text.box("key", 0), page.text.box("query", 0)
        assert source.bottom() < target.top()
        spot = page.text.spot_at(source.center().x(), source.center().y())
        assert spot is not None
        assert spot.cell[1] == 0


@pytest.mark.parametrize("stream", ["content", "query"])
def test_two_streams_with_memory(
    stream: str, open_window: Callable[..., Window], tmp_path: Path
) -> None:
    session, ask = open_one(tmp_path)[0], LinesAsk(0, None, 0.0)
    prompt = Prompt("猫 sat où 😀 sat", order=3, before="où crème sat")
    frame = session.look(prompt, Sight(stream=stream, asks=(ask,)))  # type: ignore[arg-type]
    shift = len(frame.keys) - len(frame.queries)
    assert shift > 0
    layer = session.trace(prompt)[0].stack("encoder").layers[0].on(stream).self  # type: ignore[arg-type]
    lines = frame.told(ask)
    assert lines is not None
    drawn = np.zeros(layer.pattern.shape[1:], np.float32)
    drawn[lines.head, lines.query, lines.key] = lines.weight
    np.testing.assert_array_equal(drawn, (layer.pattern * layer.visible)[0])
    scene = Scene(frame.queries, frame.keys, False, lines, LIGHT, "linear")
    drawing = RunningText()
    drawing.resize(400, 300)
    drawing.show_scene(scene)
    drawing.grab()
    box = drawing.box("key", shift + 1)
    assert box == drawing.box("query", 1)
    spot = drawing.spot_at(box.center().x(), box.center().y())
    assert spot == Spot(scene.best_cell("query", 1), "query")
    remembered = drawing.box("key", 0)
    spot = drawing.spot_at(remembered.center().x(), remembered.center().y())
    assert spot == Spot(scene.best_cell("key", 0), "key")  # it looks at nothing
    drawing.close()


# -- a real window ----------------------------------------------------------------------------


def middle_of(page: LinesPage, position: int) -> QPoint:
    return page.text.box("key", position).center().toPoint()


def test_a_word_is_previewed_held_turned_round_and_released(
    open_window: Callable[..., Window],
) -> None:
    window = open_window("The cat sat on the mat.")
    page = open_text(window)
    view = page.text.viewport()
    point_at(view, middle_of(page, 3), lambda: window.view.cell is not None and window.complete)
    assert window.view.cell is not None
    assert window.view.cell[0] == 3
    assert set(page.text.strands().query.tolist()) <= {3}
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=middle_of(page, 3))
    wait_until(lambda: window.view.held is not None and window.complete
               and page._token is not None)
    point_at(view, middle_of(page, 1), lambda: window.view.cell == (3, 1) and window.complete)
    scene = page.scene()
    assert scene is not None
    weights = dict(scene.weights((3, 1)))
    assert len(weights) == 4
    tip = page.text.tip_at(page.text.box("key", 1).center())
    assert tip.splitlines() == [f"head {head}: {weights[head]:.4f}" for head in range(4)]
    QTest.keyClick(page.text, Qt.Key.Key_Space)
    wait_until(lambda: window.complete and page.scene().held == Focus("key", 3))  # type: ignore[union-attr]
    QTest.keyClick(page.text, Qt.Key.Key_Left)
    wait_until(lambda: window.complete and page.scene().held == Focus("key", 2))  # type: ignore[union-attr]
    QTest.keyClick(page.text, Qt.Key.Key_Escape)
    wait_until(lambda: window.complete and window.view.held is None)


def test_the_drawing_that_was_chosen_is_there_the_next_time(
    open_window: Callable[..., Window], tmp_path: Path
) -> None:
    settings = tmp_path / "kept.ini"
    window = open_window("The cat.", settings=settings)
    open_text(window)
    window.close()
    again = open_window("The cat.", settings=settings, wait=False)
    wait_until(lambda: "lines" in again.pages.pages)
    page = again.pages.pages["lines"]
    assert isinstance(page, LinesPage)
    assert page.drawing is page.text
    assert page.forms.value() == "text"


def test_a_shorter_prompt_and_another_model_take_the_selection_along(
    open_window: Callable[..., Window], tmp_path: Path
) -> None:
    window = open_window("The cat sat on the mat because it was tired.")
    page = open_text(window)
    page.text.setFocus()
    QTest.keyClick(page.text, Qt.Key.Key_End)
    wait_until(lambda: window.view.held is not None and window.complete)

    def read() -> str | None:
        return None if window.answer is None else window.answer.frame.prompt.source

    for text in ("The cat", "a", "", "The cat sat."):
        window.editor.set_prompt(text)
        wait_until(lambda text=text: read() == text)  # type: ignore[misc]
        for form in ("columns", "text"):
            page._choose_form(form)
            page.drawing.grab()
            scene = page.scene()
            assert scene is None or scene.focus is None or (
                scene.focus.position < len(scene.queries))
    window.opening.open(str(make_tiny("bert", tmp_path / "bert")))
    wait_until(lambda: window.complete and window.picture.card.family != "gpt2")  # type: ignore[union-attr]
    page.drawing.grab()
    assert page.scene().lines.count == 8  # type: ignore[union-attr]


def test_special_tokens_alone_left_out_leave_no_line_and_the_badge_says_so(
    open_window: Callable[..., Window], tmp_path: Path
) -> None:
    window = open_window("[CLS] [SEP]", str(make_tiny("bert", tmp_path / "bert")))
    page = open_text(window)
    QTest.keyClick(window, Qt.Key.Key_5, Qt.KeyboardModifier.ControlModifier)
    wait_until(lambda: window.complete and page.scene().without[1])  # type: ignore[union-attr]
    scene = page.scene()
    assert scene is not None
    ends = set(scene.lines.query.tolist()) | set(scene.lines.key.tolist())
    assert ends.isdisjoint(scene.without[0])
    assert "special tokens left out" in window.pages.panels["lines"].badge.text()
    page.text.setFocus()
    QTest.keyClick(page.text, Qt.Key.Key_Home)
    wait_until(lambda: window.view.held is not None and window.complete)
    assert "left out" in page.reading()
    window.pages.open("readings")
    wait_until(lambda: "readings" in window.pages.pages and window.complete)
    assert "special tokens left out" in window.pages.panels["readings"].badge.text()
