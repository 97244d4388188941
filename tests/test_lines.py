"""Lines from query to key: what is sent, against the trace, and the page that draws them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, cycle
from pathlib import Path

import numpy as np
import pytest
import torch
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.paint.palette import CONTRAST, SIGHTS, as_seen, contrast, from_hex, head_colours
from app.panels.lines import LinesPage
from app.theme import DARK, LIGHT, Theme
from app.window import Window
from core.asks.lines import READABLE, STEPS, Lines, LinesAsk, TokenAsk, TokenWeights
from core.frame import Prompt
from core.readings.lines import find_lines
from core.session import open_session
from core.trace import Sight
from tests.conftest import TEXT, wait_until
from tests.tiny_families import SENTENCE, make_tiny
from tests.window_hands import turn_to


@pytest.mark.parametrize("threshold", [0.0, 0.02, 0.3])
@pytest.mark.parametrize("heads", [None, (2,), (0, 3), (1, 9)])
def test_a_line_is_sent_for_each_visible_cell_from_the_threshold_on(
    threshold: float, heads: tuple[int, ...] | None, tiny_model: Path
) -> None:
    session = open_session(str(tiny_model))
    ask = LinesAsk(1, heads, threshold)
    lines = session.look(Prompt(TEXT), Sight(asks=(ask,))).told(ask)
    assert lines is not None
    pattern = session.trace(Prompt(TEXT))[0].stack("decoder").layers[1].self.pattern[0].numpy()
    wanted = {
        (head, query, key): pattern[head, query, key]
        for head in (range(4) if heads is None else heads) if head < 4
        for query in range(pattern.shape[1]) for key in range(query + 1)
        if pattern[head, query, key] >= np.float32(threshold) and pattern[head, query, key] > 0
    }
    found = zip(lines.head.tolist(), lines.query.tolist(), lines.key.tolist(), strict=True)
    assert dict(zip(found, lines.weight, strict=True)) == wanted
    assert lines.total == len(wanted)
    assert (np.diff(lines.weight) >= 0).all()


def test_of_too_many_lines_the_strongest_are_sent() -> None:
    pattern = torch.rand(3, 40, 50, generator=torch.Generator().manual_seed(0))
    seen = torch.ones(40, 50, dtype=torch.bool)
    for threshold in (0.0, 0.5):
        lines = find_lines(pattern, seen, 0, None, threshold, most=100)
        assert lines.total == int((pattern >= threshold).sum())
        assert lines.weight.tolist() == pattern.flatten().sort().values[-100:].tolist()


def test_the_threshold_that_is_chosen_is_the_lowest_that_stays_readable() -> None:
    pattern = torch.randn(4, 60, 60, generator=torch.Generator().manual_seed(1)).mul(2).softmax(-1)
    lines = find_lines(pattern, torch.ones(60, 60, dtype=torch.bool), 0)
    step = STEPS.index(lines.threshold)
    assert lines.total <= READABLE * 60 < int((pattern >= STEPS[step - 1]).sum())


def test_a_query_that_sees_nothing_has_no_line_and_a_broken_one_is_told() -> None:
    pattern = torch.full((2, 3, 3), 1 / 3)
    pattern[1, 2] = torch.nan
    visible = torch.tensor([[False] * 3, [True] * 3, [True] * 3])
    lines = find_lines(pattern, visible, 0, None, 0.0)
    assert 0 not in lines.query
    assert lines.broken.tolist() == [False, False, True]
    assert lines.total == 9


@pytest.mark.parametrize("side", ["query", "key"])
def test_a_token_has_all_of_its_weights(side: str, tiny_model: Path) -> None:
    session = open_session(str(tiny_model))
    ask = TokenAsk(2, (3, 1), side, 5)  # type: ignore[arg-type]
    far = TokenAsk(2, None, side, 999)  # type: ignore[arg-type]
    frame = session.look(Prompt(TEXT), Sight(asks=(ask, far)))
    told = frame.told(ask)
    assert told is not None
    pattern = session.trace(Prompt(TEXT))[0].stack("decoder").layers[2].self.pattern[0, [3, 1]]
    row = pattern[:, 5] if side == "query" else pattern[:, :, 5]
    assert np.array_equal(told.weights, row.numpy())
    assert told.visible.sum() == (6 if side == "query" else len(frame.queries) - 5)
    assert far in frame.answers
    assert frame.told(far) is None


@pytest.mark.parametrize("renormalise", [True, False])
def test_lines_leave_out_what_the_sheet_leaves_out(renormalise: bool, tmp_path: Path) -> None:
    session = open_session(str(make_tiny("bert", tmp_path)))
    prompt, ask = Prompt(SENTENCE), LinesAsk(0, None, 0.0)
    asks = ask, TokenAsk(0, None, "query", 3), TokenAsk(0, None, "key", 3), TokenAsk(
        0, None, "key", 0)
    sight = Sight(asks=asks, omit="special", renormalise=renormalise)
    frame = session.look(prompt, sight)
    lines, query, key, mark = (frame.told(one) for one in asks)
    pattern = session.trace(prompt)[0].stack("encoder").layers[0].self.pattern[0].double().numpy()
    inner = pattern[:, 1:-1, 1:-1]
    if renormalise:
        inner = inner / inner.sum(-1, keepdims=True)
    expected = np.pad(inner, ((0, 0), (1, 1), (1, 1)))
    assert isinstance(lines, Lines)
    drawn = np.zeros_like(expected)
    drawn[lines.head, lines.query, lines.key] = lines.weight
    np.testing.assert_allclose(drawn, expected, atol=1e-6)
    assert isinstance(query, TokenWeights)
    assert isinstance(key, TokenWeights)
    np.testing.assert_allclose(query.weights, expected[:, 3], atol=1e-6)
    np.testing.assert_allclose(key.weights, expected[:, :, 3], atol=1e-6)
    assert query.visible.tolist() == [False, *[True] * 10, False]
    assert isinstance(mark, TokenWeights)
    assert not mark.visible.any()
    plain = session.look(prompt, Sight(asks=(ask,))).told(ask)
    assert plain is not None
    assert plain.total == pattern.size


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_sixteen_heads_are_told_apart_by_every_eye(theme: Theme) -> None:
    linear = np.array([from_hex(colour) for colour in head_colours(16, theme)])
    least = {"usual": 0.13, "protanopia": 0.075, "deuteranopia": 0.075, "tritanopia": 0.075}
    for sight in SIGHTS:
        seen = as_seen(linear, sight)
        assert min(np.linalg.norm(a - b) for a, b in combinations(seen, 2)) >= least[sight]
    ratios = contrast(linear, from_hex(theme.surface))
    assert (ratios >= CONTRAST[0] - 1e-9).all()
    assert head_colours(5, theme) == head_colours(32, theme)[:5]
    assert head_colours(20, theme) == head_colours(32, theme)[:20]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_more_heads_than_a_screen_names_have_each_their_colour(theme: Theme) -> None:
    colours = head_colours(40, theme)
    assert len(set(colours)) == 40
    linear = np.array([from_hex(colour) for colour in colours])
    for sight in SIGHTS:
        seen = as_seen(linear, sight)
        assert min(np.linalg.norm(a - b) for a, b in combinations(seen, 2)) > 0.02


def point_at(view: QWidget, place: QPoint, met: Callable[[], object]) -> None:
    """Move the pointer there, again and again: on a busy machine the screen loses moves."""
    shake = cycle((QPoint(0, 0), QPoint(1, 0)))

    def meets() -> object:
        if not (found := met()):
            QTest.mouseMove(view, place + next(shake))
        return found

    wait_until(meets)


def open_page(window: Window) -> LinesPage:
    page = turn_to(window, "lines", LinesPage)
    wait_until(lambda: window.complete and page.scene() is not None)
    return page


def test_a_token_under_the_pointer_shows_its_lines_alone_and_a_click_holds_it(
    open_window: Callable[..., Window],
) -> None:
    window = open_window("The cat sat on the mat.")
    page = open_page(window)
    view = page.columns.viewport()
    place = view.rect().topLeft()
    place.setX(4)
    place.setY(int(page.columns.middle("query", 3)))
    point_at(view, place, lambda: window.view.cell is not None and window.complete)
    assert window.view.cell is not None
    assert window.view.cell[0] == 3
    assert set(page.columns.strands().query.tolist()) == {3}
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=place)
    wait_until(lambda: window.view.held is not None and window.complete)
    weight = page.columns.strands().weight.max()
    assert f"{weight:.4f}" in page.reading()
    QTest.keyClick(page.columns, Qt.Key.Key_Down)
    wait_until(lambda: window.view.held is not None and window.view.held[0] == 4)


def test_chips_and_slider_change_what_is_asked(open_window: Callable[..., Window]) -> None:
    window = open_window("The cat sat on the mat.")
    page = open_page(window)
    box = page.chips.chip(2).center().toPoint()
    QTest.mouseClick(page.chips, Qt.MouseButton.LeftButton, pos=box)
    wait_until(lambda: window.complete and page._lines is not None
               and page._lines.heads == (0, 1, 3))
    page.slider.setValue(STEPS.index(0.3))
    wait_until(lambda: window.complete and page._lines is not None
               and page._lines.threshold == 0.3)
    assert (page.columns.strands().weight >= np.float32(0.3)).all()
    window.prompting.add(" on", window.picture)
    wait_until(lambda: window.complete)
    window.editor.set_prompt("a")  # one token, and a selection beyond it
    wait_until(lambda: window.complete)


@pytest.mark.parametrize("form", ["columns", "text"])
def test_a_token_that_another_panel_holds_is_scrolled_to(
    form: str, open_window: Callable[..., Window]
) -> None:
    window = open_window("The cat sat on the mat. " * 30, "english-gpt")
    window.resize(800, 560)
    page = open_page(window)
    page._choose_form(form)
    wait_until(lambda: window.complete)
    bar = page.drawing.verticalScrollBar()
    assert bar.maximum() > 0
    assert bar.value() == 0
    last = len(page.scene().queries) - 2  # type: ignore[union-attr]
    for query in (last, 1):
        assert query not in page.drawing.in_view("query")
        window.selecting.choose(held=(query, 1), cell=None)
        wait_until(lambda: window.complete)
        assert query in page.drawing.in_view("query")
    bar.setValue(bar.maximum())  # who scrolls away stays there
    window.editor.set_prompt(window.editor.prompt() + " And")
    wait_until(lambda: window.complete)
    assert 1 not in page.drawing.in_view("query")
    page._choose_form("text" if form == "columns" else "columns")
    wait_until(lambda: window.complete)
    assert 1 in page.drawing.in_view("query")


def test_with_more_room_no_more_is_scrolled_than_need_be(
    open_window: Callable[..., Window]
) -> None:
    window = open_window("The cat sat on the mat. The dog sat on the cat.")
    window.resize(720, 480)
    page = open_page(window)
    last = len(page.scene().queries) - 1  # type: ignore[union-attr]
    window.selecting.choose(held=(last, 1), cell=None)
    wait_until(lambda: window.complete)
    bar = page.columns.verticalScrollBar()
    assert bar.value() > 0
    window.resize(900, 700)
    QTest.qWait(50)
    assert last in page.columns.in_view("query")
    window.resize(900, 1400)
    QTest.qWait(50)
    assert bar.value() == 0
    assert last in page.columns.in_view("query")
