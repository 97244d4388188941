"""The arithmetic of a cell in a real window: pinned, read, stepped through, left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.paint.words import isolated
from app.panels.derivation import DerivationPage
from app.panels.derivation_words import number, step_names
from app.window import Window
from core.asks.derivation import STEPS, Bars, Line
from core.checkpoint import write_checkpoint
from core.config import ModelConfig
from core.edits import Edit
from core.frame import Prompt
from core.model import Transformer
from core.session import open_session
from core.sides import AlteredSession
from core.training.vocabulary import train_tokenizer
from tests.conftest import wait_until
from tests.tiny_families import SENTENCE, make_tiny
from tests.window_hands import turn_to

Open = Callable[..., Window]
TEXT = "The cat sat on the mat."


def open_page(
    open_window: Open, cell: tuple[int, int] | None = (3, 1), **wanted: Any
) -> tuple[Window, DerivationPage]:
    """The page, of layer 1, head 2, with a cell that is held."""
    window = open_window(**{"text": TEXT} | wanted)
    page = turn_to(window, "derivation", DerivationPage)
    window.selecting.pin((1, 2))
    window.selecting.look(replace(window.view, held=cell))
    settle(window, page)
    return window, page


def settle(window: Window, page: DerivationPage) -> None:
    """Until the step that is wished for is drawn, and told as text."""
    wait_until(lambda: window.complete and page.derivation is not None
               and window.picture.told(page._ask(window.picture, window.view))  # type: ignore[union-attr]
               is page.derivation)
    wait_until(lambda: page.canvas.arranged.ready and not page._telling.isActive())


def press(window: Window, page: DerivationPage, key: Qt.Key) -> None:
    QTest.keyClick(page.canvas, key)
    settle(window, page)


def told(page: DerivationPage) -> str:
    return page.canvas.accessibleDescription()


def title(window: Window) -> str:
    return window.pages.panels["derivation"].title.text()


def cell(page: DerivationPage) -> tuple[int, int, int, int]:
    found = page.derivation
    assert found is not None
    return found.layer, found.head, found.query, found.key


@pytest.mark.parametrize("bare", [
    {}, {"residual": False}, {"norm": "none"}, {"residual": False, "norm": "none"},
    {"norm": "none", "norm_first": False},
], ids=str)
def test_no_step_is_said_to_be_what_the_model_is_without(
    open_window: Open, tmp_path: Path, bare: dict[str, Any]
) -> None:
    tokenizer = train_tokenizer("byte_bpe", [TEXT], 300)
    torch.manual_seed(0)
    write_checkpoint(tmp_path / "bare", Transformer(ModelConfig(
        vocabulary=tokenizer.largest_id + 1, width=12, heads=3, head_width=4, mlp_width=20,
        context=32, decoder_layers=2, **bare)), tokenizer)
    window, page = open_page(open_window, model=str(tmp_path / "bare"))
    said, sources = {}, {}
    for step in STEPS:
        said[step] = told(page)
        sources[step] = page._says.toolTip()
        assert page._says.text() in told(page)
        press(window, page, Qt.Key.Key_Right)
    adds, norms = bare.get("residual", True), bare.get("norm") != "none"
    assert ("is added to what was there" in said["added"]) == adds
    assert ("takes the place of what was there" in said["added"]) == (not adds)
    assert ("He et al." in sources["added"]) == adds
    assert ("given a learned gain" in said["norm"]) == norms
    assert ("norms after each sublayer" in said["residual"]) == (
        norms and not bare.get("norm_first", True))
    for step in ("residual", "norm"):
        assert ("Ba et al." in sources[step]) == norms, step
        assert ("has no norms" in said[step]) == (not norms), step


def test_a_pinned_cell_is_read_step_by_step_with_the_keyboard(
    open_window: Open, tiny_model: Path
) -> None:
    window, page = open_page(open_window)
    trace, tokens, _ = open_session(str(tiny_model)).trace(Prompt(TEXT))
    seen = trace.stack("decoder").layers[1].self
    place = (0, 2, 3, 1)
    says = {
        "query_key": number(float(seen.q[0, 2, 3, 5])), "mask": number(float(seen.scores[place])),
        "softmax": number(float(seen.pattern[place])), "z": number(float(seen.z[0, 2, 3, 7])),
        "added": number(float(trace.stack("decoder").layers[1].resid_mid[0, 3, 9])),
        "mlp": number(float(trace.stack("decoder").layers[1].resid_out[0, 3, 9])),
    }
    assert title(window) == (
        f"Layer 1, head 2: “{isolated(tokens.labels[3])}” (3) looks at "
        f"“{isolated(tokens.labels[1])}” (1)")
    pictures = []
    for at, step in enumerate(STEPS):
        assert page.derivation is not None
        assert page.derivation.step.kind == step
        assert page._list.currentIndex() == at
        assert f"Step {at} of 12: {step_names()[step]}." in told(page)
        assert says.get(step, "") in told(page)
        pictures.append(page.canvas.grab().toImage())
        assert pictures[-1] not in pictures[:-1]
        press(window, page, Qt.Key.Key_Right)
    assert page.derivation.step.kind == "mlp"  # there is none after it
    assert not page._forward.isEnabled()
    for key, step in ((Qt.Key.Key_Left, "norm"), (Qt.Key.Key_Home, "residual"),
                      (Qt.Key.Key_Left, "residual"), (Qt.Key.Key_PageDown, "query_key"),
                      (Qt.Key.Key_End, "mlp"), (Qt.Key.Key_PageUp, "norm")):
        press(window, page, key)
        assert page.derivation.step.kind == step
        assert page.canvas.grab().toImage() == pictures[STEPS.index(step)]  # type: ignore[arg-type]


def test_buttons_and_the_list_step_too(open_window: Open) -> None:
    window, page = open_page(open_window)
    assert not page._back.isEnabled()
    QTest.mouseClick(page._forward, Qt.MouseButton.LeftButton)
    settle(window, page)
    assert page.derivation.step.kind == "query_key"  # type: ignore[union-attr]
    page._list.activated.emit(STEPS.index("softmax"))
    settle(window, page)
    QTest.mouseClick(page._back, Qt.MouseButton.LeftButton)
    settle(window, page)
    assert page.derivation.step.kind == "mask"  # type: ignore[union-attr]


def test_the_text_holds_every_number_of_every_step(open_window: Open, tmp_path: Path) -> None:
    window, page = open_page(
        open_window, text=SENTENCE, model=str(make_tiny("t5", tmp_path)), cell=(0, 1))
    for step in STEPS:
        page.choose(step)
        settle(window, page)
        assert page.derivation is not None
        words, counted = told(page), 0
        for part in page.derivation.step.parts:
            if isinstance(part, Line):
                counted += 1
                assert number(part.value) in words or f"{part.value:.0f}" in words
            elif isinstance(part, Bars):
                numbers = [number(value) for value in part.values.tolist()]
                counted += len(numbers)
                joined = words if part.axis == "key" or part.units else None
                assert (all(one in words for one in numbers) if joined
                        else ", ".join(numbers) in words)
        assert counted > 0
        assert "\\" not in words  # no LaTeX is read out
    assert page.canvas.accessibleName() == "Arithmetic of one cell"


def test_escape_lets_go_of_the_cell_and_then_of_the_head(open_window: Open) -> None:
    window, page = open_page(open_window)
    page.canvas.setFocus()
    QTest.keyClick(page.canvas, Qt.Key.Key_Escape)
    settle(window, page)
    assert window.view.held is None
    last = len(window.picture.queries) - 1  # type: ignore[union-attr]
    assert cell(page)[:3] == (1, 2, last)
    QTest.keyClick(page.canvas, Qt.Key.Key_Escape)
    wait_until(lambda: page._hint.isVisible())
    assert page.derivation is None
    assert page._hint.text() == "Point at a head to see its arithmetic, click to keep it."
    assert title(window) == "Arithmetic"


def test_keys_move_the_cell_and_the_step_stays(open_window: Open) -> None:
    window, page = open_page(open_window)
    page.choose("softmax")
    settle(window, page)
    window.selecting.step_cell(1, -1)
    settle(window, page)
    assert cell(page) == (1, 2, 4, 0)
    window.selecting.pin((2, 3))
    settle(window, page)
    assert cell(page) == (2, 3, 4, 0)
    assert page.derivation.step.kind == "softmax"  # type: ignore[union-attr]


def test_a_masked_cell_can_not_be_looked_at_and_ends_at_the_mask(open_window: Open) -> None:
    window, page = open_page(open_window, cell=(1, 4))
    assert " (1) can't look at “" in title(window)
    for _ in range(9):
        press(window, page, Qt.Key.Key_Right)
    assert page.derivation.step.kind == "mask"  # type: ignore[union-attr]
    assert not page._forward.isEnabled()
    assert "of 5: Mask" in told(page)
    assert "its weight is 0" in told(page)
    window.selecting.look(replace(window.view, held=(4, 4)))
    settle(window, page)
    assert "can't" not in title(window)
    assert page._forward.isEnabled()


def test_a_click_on_a_key_holds_it_and_the_pointer_reads_it(open_window: Open) -> None:
    window, page = open_page(open_window)
    page.choose("softmax")
    settle(window, page)
    strip = next(placed.strip for placed in page.canvas.arranged.rows if placed.strip is not None)
    third = (strip.left() + strip.width() * 2.5 / len(window.picture.keys))  # type: ignore[union-attr]
    place = QPoint(round(third) + 6, round(strip.center().y()) + 6)
    QTest.mouseMove(page.canvas, place)
    assert page._below.text().startswith(page.canvas.key_name(2))
    QTest.mouseClick(page.canvas, Qt.MouseButton.LeftButton, pos=place)
    settle(window, page)
    assert window.view.held == (3, 2)
    assert cell(page)[3] == 2


def test_an_altered_model_is_altered_in_its_arithmetic(
    open_window: Open, tiny_model: Path
) -> None:
    window, page = open_page(open_window)
    page.choose("added")
    settle(window, page)
    before = told(page)
    edits = window.wish.edits.put(Edit("head", "decoder", "self", 1, 2, 0.0),
                                  Edit("mlp", "decoder", layer=1, factor=0.5))
    window.altering.alter(edits)
    wait_until(lambda: window.complete and window.picture.edits == edits)  # type: ignore[union-attr]
    settle(window, page)
    assert told(page) != before
    trace, _, _ = AlteredSession(open_session(str(tiny_model)), edits).trace(Prompt(TEXT))
    stream = trace.stack("decoder").layers[1].resid_mid[0, 3].tolist()
    assert ", ".join(number(value) for value in stream) in told(page)
    assert "in another order" in page._below.text()
    for step, words in (("heads", "times its factor φ"), ("mlp", "φ = 0.50000")):
        page.choose(step)  # type: ignore[arg-type]
        settle(window, page)
        assert words in told(page)
    window.altering.alter(type(edits)())
    wait_until(lambda: window.complete and not window.picture.edits)  # type: ignore[union-attr]
    page.choose("added")
    settle(window, page)
    assert told(page) == before


def test_it_follows_theme_size_and_language(open_window: Open) -> None:
    window, page = open_page(open_window)

    def picture() -> QImage:
        settle(window, page)
        return page.canvas.grab().toImage()

    window.dress.set_theme("light")
    light = picture()
    window.dress.set_theme("dark")
    dark = picture()
    assert dark.size() == light.size()
    assert dark != light
    window.dress.set_theme("light")
    assert picture() == light
    em = page.canvas.em
    window.dress.zoom_text(3)
    picture()
    assert page.canvas.em > 1.1 * em
    window.dress.zoom_text(0)
    try:
        window.dress.set_language("zh")
        settle(window, page)
        assert page._list.itemText(0) == "0 · 残差流"
        assert "残差流" in told(page)
    finally:
        window.dress.set_language("en")


def test_what_is_lower_down_is_reached_with_the_keyboard(open_window: Open) -> None:
    window, page = open_page(open_window)
    window.resize(900, 480)
    page.choose("z")
    settle(window, page)
    bar = page._area.verticalScrollBar()
    wait_until(lambda: bar.maximum() > 0)
    QTest.keyClick(page.canvas, Qt.Key.Key_Down)
    assert bar.value() > 0
    press(window, page, Qt.Key.Key_Right)
    assert bar.value() == 0  # the next step is read from its start


def test_several_numbers_a_bar_are_badged_and_fewer_are_not(open_window: Open) -> None:
    window, page = open_page(open_window, model="english-gpt", text="The cat sat on the mat.")
    badge = window.pages.panels["derivation"].badge
    page.choose("mlp")  # 896 units
    settle(window, page)
    assert "several numbers a bar" in badge.text()
    page.choose("softmax")
    settle(window, page)
    assert "several" not in badge.text()


def test_a_page_that_is_not_on_screen_asks_nothing(open_window: Open) -> None:
    window, page = open_page(open_window)
    assert window.wish.sight.asks
    window.pages.open("head")
    wait_until(lambda: window.complete and not page.isVisible())
    assert window.wish.sight.asks == ()


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 0.0, 1e-9, -123456.0])
def test_a_number_is_written_as_a_person_writes_it(value: float, application: QApplication) -> None:
    assert number(value) == {
        "nan": "NaN", "inf": "∞", "-inf": "−∞", "0.0": "0.0000", "1e-09": "1.0000 × 10⁻⁹",
        "-123456.0": "−1.2346 × 10⁵",
    }[str(float(value))]
