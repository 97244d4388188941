"""The large matrix: its pixels, its labels, and the number under the pointer."""

from __future__ import annotations

import itertools
import math
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.paint.colour import colour_table, weight_levels
from app.panels.colour_bar import ColourBar
from app.panels.matrix import HeadMatrix
from app.panels.token_axis import place_labels
from app.state import View
from app.theme import DARK, LIGHT
from app.window import Window
from core.frame import Contrast, Frame, Gradient, Prompt
from core.session import Session, open_session
from core.trace import Scale, Sight
from tests.conftest import wait_until

TEXT = "The cat sat on the mat 👍🏽 好."
PINNED = View(pinned=(1, 2))
NONE, CONTROL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def session(tiny_model: Path) -> Session:
    return open_session(str(tiny_model))


@pytest.fixture
def frame(session: Session) -> Frame:
    return session.look(Prompt(TEXT), Sight(head=(1, 2)))


@pytest.fixture
def matrix(application: QApplication) -> Iterator[HeadMatrix]:
    matrix = HeadMatrix()
    matrix.resize(640, 600)
    matrix.set_theme(DARK)
    matrix.show()
    assert QTest.qWaitForWindowExposed(matrix)
    yield matrix
    matrix.close()
    matrix.deleteLater()
    application.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def place(matrix: HeadMatrix, query: int, key: int) -> QPoint:
    """The middle of a cell, in the widget's own pixels."""
    scene = matrix._box.mapViewToScene(QPointF(key + 0.5, query + 0.5))
    point: QPoint = matrix._plot.mapTo(matrix, matrix._plot.mapFromScene(scene))
    return point


def picture(matrix: HeadMatrix) -> QImage:
    QTest.qWait(20)  # pyqtgraph lays its axes out in an event
    return matrix.grab().toImage()


@pytest.mark.parametrize("scale", ["linear", "root", "log"])
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_every_cell_has_the_colour_of_its_weight_and_of_its_thumbnail(
    matrix: HeadMatrix, session: Session, scale: Scale, theme: object
) -> None:
    theme = LIGHT if theme is LIGHT else DARK
    frame = session.look(Prompt(TEXT), Sight(head=(1, 2), scale=scale))
    matrix.set_theme(theme)
    matrix.show_frame(frame, PINNED)
    image = picture(matrix)
    assert frame.head is not None
    assert frame.thumbnails is not None
    table = colour_table(theme.weights, theme.masked)
    visible = ~np.isneginf(frame.head.scores)
    levels = weight_levels(frame.head.pattern, visible, scale)
    flat = {0xFF000000 | int(colour[1:], 16) for colour in (theme.masked, theme.hatch)}
    for query, key in np.ndindex(levels.shape):
        colour = image.pixel(place(matrix, query, key))
        if not visible[query, key]:
            assert colour not in set(table[1:].tolist())
            assert min(distance(colour, one) for one in flat) < 40
            continue
        assert colour == table[levels[query, key]]
        assert abs(int(levels[query, key]) - int(frame.thumbnails[1, 2, query, key])) <= (
            scale == "log"
        )


def distance(one: int, other: int) -> int:
    return max(abs((one >> shift & 255) - (other >> shift & 255)) for shift in (0, 8, 16))


def test_queries_go_down_and_keys_go_across(matrix: HeadMatrix, frame: Frame) -> None:
    assert frame.head is not None
    pattern = np.zeros_like(frame.head.pattern)
    pattern[5, 1] = 1
    head = replace(
        frame.head, pattern=pattern, scores=np.zeros_like(pattern), shown=pattern >= 0)
    matrix.show_frame(replace(frame, head=head), PINNED)
    image = picture(matrix)
    table = colour_table(DARK.weights, DARK.masked)
    assert image.pixel(place(matrix, 5, 1)) == table[255]
    assert image.pixel(place(matrix, 1, 5)) == table[1]
    assert place(matrix, 5, 1).y() > place(matrix, 1, 5).y()
    assert place(matrix, 5, 1).x() < place(matrix, 1, 5).x()
    assert matrix._key_title.text().startswith("key")
    assert matrix._key_title.y() < place(matrix, 0, 0).y()  # above the columns
    assert matrix._query_title.accessibleName().startswith("query")
    assert matrix._query_title.x() < place(matrix, 0, 0).x()  # left of the rows


def test_pointing_at_a_cell_names_it_and_gives_its_weight(
    matrix: HeadMatrix, frame: Frame
) -> None:
    matrix.show_frame(frame, PINNED)
    QTest.qWait(20)
    seen: list[object] = []
    matrix.selected.connect(seen.append)
    assert frame.head is not None
    for cell in ((3, 1), (0, 0), (len(frame.queries) - 1, len(frame.keys) - 1), (1, 4)):
        at = place(matrix, *cell)
        viewport = matrix._plot.viewport()
        QTest.mouseMove(viewport, viewport.mapFrom(matrix, at))
        QTest.qWait(20)
        assert seen[-1] == {"cell": cell}
        matrix.show_frame(frame, replace(PINNED, cell=cell))
        assert frame.queries.labels[cell[0]] in matrix.reading()
        assert frame.keys.labels[cell[1]] in matrix.reading()
        if cell[1] > cell[0]:
            assert "masked" in matrix.reading()
        else:
            assert f"weight {frame.head.pattern[cell]:.6f}" in matrix.reading()
            assert f"score {frame.head.scores[cell]:.4f}".replace("-", "−") in matrix.reading()
    matrix.leaveEvent(QEvent(QEvent.Type.Leave))
    assert seen[-1] == {"cell": None}


def test_a_number_below_0_has_the_minus_of_typography_as_on_the_sheet(
    matrix: HeadMatrix, frame: Frame
) -> None:
    assert frame.head is not None
    head = replace(frame.head, scores=np.full_like(frame.head.scores, -1.25))
    slope = np.full_like(head.pattern, -2e-5)
    told = Gradient(Contrast(np.zeros((1, 1, 1, 1), np.float32), 0.0), slope, 1.5)
    matrix.show_frame(replace(frame, head=head), replace(PINNED, cell=(3, 1)))
    assert "score −1.2500" in matrix.reading()
    matrix.show_frame(replace(frame, head=head, gradient=told), replace(PINNED, cell=(3, 1)))
    assert "gradient −2e−05" in matrix.reading()
    assert "-" not in matrix.reading()
    bar = ColourBar()
    bar.show_signed(DARK, 0.5, "score")
    assert bar.accessibleName().endswith("−0.5 to 0.5")


def test_keys_in_the_large_head_move_the_held_cell_to_its_sides_and_no_further(
    open_window: Callable[..., Window],
) -> None:
    window = open_window(TEXT)
    window.selecting.pin((1, 2))
    wait_until(lambda: window.complete and window.picture is not None
               and window.picture.head is not None)
    matrix, picture = window.matrix, window.picture
    assert matrix is not None
    assert picture is not None
    last = len(picture.queries) - 1
    assert last > 11
    matrix._plot.setFocus()
    for key, held, at in (
        (Qt.Key.Key_Up, NONE, (last - 1, last)), (Qt.Key.Key_Left, NONE, (last - 1, last - 1)),
        (Qt.Key.Key_Home, NONE, (last - 1, 0)), (Qt.Key.Key_Left, NONE, (last - 1, 0)),
        (Qt.Key.Key_Right, CONTROL, (last - 1, 10)), (Qt.Key.Key_PageUp, NONE, (last - 11, 10)),
        (Qt.Key.Key_PageUp, NONE, (max(last - 21, 0), 10)), (Qt.Key.Key_Up, CONTROL, (0, 10)),
        (Qt.Key.Key_End, NONE, (0, last)), (Qt.Key.Key_Down, NONE, (1, last)),
        (Qt.Key.Key_PageDown, NONE, (11, last)),
    ):
        QTest.keyClick(matrix._plot, key, held)
        assert window.view.at == at, key
        assert matrix._cells._cell == at
    assert window.view.pinned == (1, 2)
    assert picture.queries.labels[11] in matrix.reading()
    matrix._box.setRange(xRange=(1, 4), yRange=(2, 5), padding=0)
    QTest.keyClick(matrix._plot, Qt.Key.Key_Home)
    (left, right), (top, bottom) = matrix._box.viewRange()
    assert left <= 0 < 1 <= right
    assert top <= 11 < 12 <= bottom
    QTest.keyClick(matrix._plot, Qt.Key.Key_Escape)
    assert window.view.at is None
    assert window.view.pinned == (1, 2)


def test_the_first_key_goes_on_from_the_cell_under_the_pointer(
    open_window: Callable[..., Window],
) -> None:
    window = open_window(TEXT)
    window.selecting.pin((1, 2))
    wait_until(lambda: window.complete and window.matrix is not None)
    assert window.matrix is not None
    window.selecting.choose(cell=(4, 2), held=(0, 0))
    QTest.keyClick(window.matrix._plot, Qt.Key.Key_Down)
    assert window.view.at == (5, 2)


def test_long_names_leave_the_number_in_view(matrix: HeadMatrix, frame: Frame) -> None:
    names = tuple("w" * 32 for _ in frame.queries.labels)
    long = replace(frame.queries, labels=names)
    for width in (320, 500, 900):
        matrix.resize(width, 500)
        matrix.show_frame(
            replace(frame, queries=long, keys=long), replace(PINNED, cell=(3, 1))
        )
        matrix.show_frame(
            replace(frame, queries=long, keys=long), replace(PINNED, cell=(3, 0))
        )
        QTest.qWait(5)
        assert frame.head is not None
        wanted = f"{frame.head.scores[3, 0]:.4f}".replace("-", "−")
        assert wanted in matrix.reading()
        if width >= 500:
            assert wanted in matrix._reading.drawn()


def test_until_its_head_comes_the_old_picture_keeps_its_own_names(
    matrix: HeadMatrix, session: Session, frame: Frame
) -> None:
    last = len(frame.queries) - 1
    matrix.show_frame(frame, replace(PINNED, cell=(last, 0)))
    said = matrix.reading()
    shorter = session.look(Prompt("a"), Sight(head=(1, 2)))  # an answer to an older wish
    matrix.show_frame(shorter, View(pinned=(0, 3), cell=(last, 0)))
    assert matrix.reading() == said
    matrix.resize(700, 500)
    matrix.set_theme(LIGHT)
    assert len(matrix._queries._labels) == last + 1
    table = colour_table(LIGHT.weights, LIGHT.masked)
    assert frame.head is not None
    level = weight_levels(frame.head.pattern, ~np.isneginf(frame.head.scores), "linear")[4, 1]
    assert picture(matrix).pixel(place(matrix, 4, 1)) == table[level]


def test_without_a_head_a_hint_is_shown(matrix: HeadMatrix, frame: Frame) -> None:
    assert matrix._hint.isVisible()
    matrix.show_frame(frame, PINNED)
    assert not matrix._hint.isVisible()
    assert matrix._plot.isVisible()
    matrix.show_frame(frame, View())
    assert matrix._hint.isVisible()
    assert not matrix._plot.isVisible()


def test_the_view_keeps_all_cells_while_the_text_grows_and_the_panel_changes(
    matrix: HeadMatrix, session: Session
) -> None:
    for text in ("a", TEXT, TEXT * 3, "ab"):
        frame = session.look(Prompt(text), Sight(head=(1, 2)))
        matrix.show_frame(frame, PINNED)
        matrix.resize(500 + len(text), 480)
        QTest.qWait(5)
        (left, right), (top, bottom) = matrix._box.viewRange()
        assert (left, top) == pytest.approx((0, 0), abs=1e-6)
        assert (right, bottom) == pytest.approx((len(frame.keys), len(frame.queries)), abs=1e-6)


def test_a_zoom_stays_while_the_length_does(matrix: HeadMatrix, session: Session) -> None:
    matrix.show_frame(session.look(Prompt(TEXT), Sight(head=(1, 2))), PINNED)
    matrix._box.setRange(xRange=(1, 4), yRange=(2, 5), padding=0)
    matrix.show_frame(session.look(Prompt(TEXT), Sight(head=(1, 3))), View(pinned=(1, 3)))
    assert np.allclose(matrix._box.viewRange(), [(1, 4), (2, 5)])
    matrix.fit()
    assert matrix._box.viewRange()[0][0] == 0


# -- labels -----------------------------------------------------------------------------------


@given(
    count=st.integers(1, 256), length=st.floats(20, 2000), line=st.floats(8, 30),
    start=st.floats(0, 0.9), share=st.floats(0.05, 1), lit=st.none() | st.floats(0, 1),
)
def test_labels_neither_touch_nor_leave_the_axis_and_name_the_lit_token(
    count: int, length: float, line: float, start: float, share: float, lit: float | None
) -> None:
    low = start * count
    high = min(low + max(share * count, 1), count)
    token = None if lit is None else min(int(lit * count), count - 1)
    placed = place_labels(low, high, length, line, count, token)
    for one in placed:
        assert int(low) <= one.token < math.ceil(high)
        assert one.middle - line / 2 >= -1e-9
        assert one.middle + line / 2 <= max(length, line) + 1e-9
    for one, other in itertools.pairwise(placed):
        assert other.token > one.token
        assert other.middle - one.middle >= line - 1e-9
    if token is not None and int(low) <= token < math.ceil(high):
        assert token in [one.token for one in placed]


@pytest.mark.parametrize("length", [0.0, -3.0])
def test_an_axis_without_room_draws_no_label(length: float) -> None:
    assert place_labels(0, 16, length, 16, 16, 3) == []


@pytest.mark.parametrize("count", [1, 2, 16, 64, 100, 255, 256])
def test_as_many_labels_are_drawn_as_find_room(count: int) -> None:
    placed = place_labels(0, count, 400, 16, count, None)
    side = 400 / count
    if side >= 16:
        assert [one.token for one in placed] == list(range(count))
        assert [one.middle for one in placed] == pytest.approx(
            [(token + 0.5) * side for token in range(count)]
        )
    else:
        assert len(placed) >= 400 / 16 / 2
        assert placed[0].token == 0
        assert all(abs(one.middle - (one.token + 0.5) * side) < 16 for one in placed)


def test_the_axes_draw_the_labels_that_were_placed(matrix: HeadMatrix, frame: Frame) -> None:
    for size in ((320, 240), (640, 600), (1800, 1600)):
        matrix.resize(*size)
        matrix.show_frame(frame, PINNED)
        picture(matrix)
        line = matrix.fontMetrics().height()
        for axis in (matrix._queries, matrix._keys):
            assert axis.drawn
            assert all(b.middle - a.middle >= line for a, b in itertools.pairwise(axis.drawn))


def test_five_hundred_repaints_lose_no_reference(matrix: HeadMatrix, frame: Frame) -> None:
    matrix.show_frame(frame, replace(PINNED, cell=(3, 1)))
    picture(matrix)
    before = sys.getrefcount(None), sys.getrefcount(True)
    drawn = 0
    for _ in range(500):
        matrix._queries.drawn = []
        matrix._plot.viewport().repaint()
        drawn += bool(matrix._queries.drawn)
    after = sys.getrefcount(None), sys.getrefcount(True)
    assert drawn == 500
    assert all(abs(b - a) < 100 for a, b in zip(before, after, strict=True)), (before, after)


def test_names_are_told_whatever_the_room(open_window: Callable[..., Window]) -> None:
    window = open_window(TEXT)
    window.resize(720, 560)
    for points in (0, 8):
        window.dress.zoom_text(points)
        window.selecting.choose(held=(3, 1), cell=None)
        wait_until(lambda: window.complete)
        QTest.qWait(50)
        assert window.matrix is not None
        assert window.picture is not None
        labels = window.picture.queries.labels
        for name in (labels[3], labels[1]):
            assert name in window.matrix.reading()
    window.dress.zoom_text(0)
