"""A field of numbers: colours, marks, what is read, and what more numbers than pixels become."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.paint.colour import colour_table
from app.paint.sheet import pixel_of
from app.panels.field import Field
from app.panels.field_picture import Picture, Side
from app.panels.field_words import WordField
from app.theme import DARK, LIGHT


def picture(values: np.ndarray, masked: np.ndarray | None = None) -> Picture:
    rows, columns = values.shape
    return Picture(values.astype(np.float32), Side(rows, [f"row {row}" for row in range(rows)]),
                   Side(columns), masked=masked)


@pytest.fixture
def field(application: QApplication) -> Iterator[Field]:
    made = Field()
    made.resize(400, 300)
    made.show()
    yield made
    made.close()


def test_colours_run_from_nought_to_one_and_what_is_no_number_has_one_of_its_own(
    field: Field,
) -> None:
    field.show_picture(picture(np.array([[0, 1, 2], [np.nan, np.inf, -np.inf]])))
    for theme in (LIGHT, DARK):
        field.set_theme(theme)
        table, mark = colour_table(theme.weights, theme.masked), pixel_of(theme.broken)
        pixels = [[field.image.pixel(x, y) for x in range(3)] for y in range(2)]
        assert pixels == [[table[1], table[255], table[255]], [mark] * 3]


def test_masked_cells_have_the_colour_of_masked_cells_unless_they_are_no_numbers(
    field: Field,
) -> None:
    field.show_picture(picture(
        np.array([[0.5, np.nan, 0.5]]), masked=np.array([[True, True, False]])))
    masked, broken, seen = (field.image.pixel(x, 0) for x in range(3))
    assert (masked, broken) == (pixel_of(LIGHT.masked), pixel_of(LIGHT.broken))
    assert seen not in (masked, broken)


def test_more_numbers_than_pixels_are_reduced_and_it_says_so(field: Field) -> None:
    values = np.zeros((2, 5000))
    values[0, 1234], values[1, 4321] = 1, np.nan
    field.show_picture(picture(values))
    assert field.reduced
    wide = field.image.width()
    assert wide == int(field.area().width() * field.devicePixelRatioF())
    seen = [[field.image.pixel(x, y) for x in range(wide)] for y in range(2)]
    table = colour_table(LIGHT.weights, LIGHT.masked)
    assert np.flatnonzero(np.array(seen[0]) == table[255]).tolist() == [1234 * wide // 5000]
    assert np.flatnonzero(np.array(seen[1]) == pixel_of(LIGHT.broken)).tolist() == [
        4321 * wide // 5000]
    field.resize(8000, 300)
    assert not field.reduced
    assert field.image.width() == 5000


def test_the_pointer_reads_the_number_that_is_drawn_there(field: Field) -> None:
    field.show_picture(picture(np.zeros((4, 7))))
    for spot in ((0, 0), (3, 6), (2, 5)):
        assert field.spot_at(field.box(spot).center()) == spot
    assert field.spot_at(QPointF(1, 1)) is None


def test_keys_read_number_after_number_or_move_what_is_chosen(
    field: Field, application: QApplication
) -> None:
    read, steps, kept = [], [], []
    field.pointed.connect(read.append)
    field.clicked.connect(kept.append)
    field.show_picture(picture(np.zeros((30, 30))))
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_PageDown, Qt.Key.Key_End,
                Qt.Key.Key_Up, Qt.Key.Key_Return):
        QTest.keyClick(field, key)
    QTest.keyClick(field, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    assert read == [(0, 0), (0, 1), (10, 1), (10, 29), (9, 29), (9, 19)]
    assert kept == [(9, 29)]
    stepping = Field(steps=True)
    stepping.show_picture(picture(np.zeros((30, 30))))
    stepping.stepped.connect(lambda *step: steps.append(step))
    for key in (Qt.Key.Key_Right, Qt.Key.Key_PageUp):
        QTest.keyClick(stepping, key)
    assert (steps, stepping.at) == ([(0, 1), (-10, 0)], None)
    stepping.deleteLater()


def test_a_number_that_is_gone_is_no_longer_read(field: Field) -> None:
    field.show_picture(picture(np.zeros((4, 7))))
    QTest.mouseMove(field, field.box((3, 6)).center().toPoint())
    assert field.at == (3, 6)
    field.show_picture(picture(np.zeros((4, 5))))
    assert field.at is None


def words(values: np.ndarray) -> Picture:
    rows, columns = values.shape
    return Picture(
        values.astype(np.float32), Side(rows, [f"row {row}" for row in range(rows)]),
        Side(columns, [f"token {at}" for at in range(columns)]),
        words=lambda spot: (f"{spot[0]}, {spot[1]}", "under"))


@pytest.mark.parametrize("size", [(400, 300), (400, 90), (2000, 90), (2000, 900)])
def test_words_scroll_in_both_ways_where_there_is_no_room_and_every_cell_can_be_reached(
    application: QApplication, size: tuple[int, int]
) -> None:
    field = WordField()
    field.resize(*size)
    field.show()
    field.show_picture(words(np.random.default_rng(0).random((6, 20))))
    wide, high = field.cell()
    area = field.area()
    assert field.across.isVisible() == (20 * wide > area.width())
    assert field.down.isVisible() == (6 * high > area.height())
    for spot in ((0, 0), (5, 19), (0, 19), (5, 0)):
        field.reach(spot)
        box = field.box(spot)
        assert area.adjusted(-1, -1, 1, 1).contains(box), spot
        assert field.spot_at(box.center()) == spot
    first, count = field.columns_wanted()
    assert first * wide <= field.across.value()
    assert (first + count) * wide >= field.across.value() + min(area.width(), 20 * wide)
    field.close()


def test_a_cell_of_words_that_is_no_number_has_the_colour_that_says_so(
    application: QApplication,
) -> None:
    field = WordField()
    field.resize(400, 300)
    field.show_picture(words(np.array([[0.2, np.nan]])))
    image = field.grab().toImage()
    for column, marked in ((0, False), (1, True)):
        corner = field.box((0, column)).topLeft().toPoint() * image.devicePixelRatio()
        assert (image.pixel(corner.x() + 2, corner.y() + 2) == pixel_of(LIGHT.broken)) == marked
    field.deleteLater()


def test_words_that_end_in_view_still_do_when_the_window_shrinks(
    application: QApplication,
) -> None:
    field = WordField()
    field.resize(900, 300)
    field.show()
    field.show_picture(words(np.zeros((6, 20))))
    assert field.area().contains(field.box((0, 19)).center())
    for size in ((500, 300), (500, 90), (300, 300)):
        field.resize(*size)
        assert field.area().adjusted(-1, -1, 1, 1).contains(field.box((0, 19)))
    field.close()


def test_what_is_lit_is_seen_on_the_colour_of_what_is_no_number(field: Field) -> None:
    field.set_theme(DARK)
    field.light(1, 3)
    for value, ground in ((0.5, False), (np.nan, True)):
        field.show_picture(picture(np.full((4, 7), value)))
        image = field.grab().toImage()
        box = field.box((1, 5)).topLeft() * image.devicePixelRatio()
        seen = {image.pixelColor(round(box.x()) + 20, round(box.y()) + at).name()
                for at in range(-3, 4)}
        assert DARK.accent in seen
        assert (DARK.surface in seen) == ground
