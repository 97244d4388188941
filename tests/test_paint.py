"""Levels, colours and the sheet's pixels; all of it without a window."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from app.paint.colour import colour_table, tick_level, weight_levels
from app.paint.sheet import SheetGrid, paint_sheet
from app.panels.colour_bar import fitting_ticks
from app.theme import DARK, LIGHT, Theme
from core.thumbnail import reduce_pattern
from core.trace import LOG_FLOOR, MASKED, Scale

SCALES: list[Scale] = ["linear", "root", "log"]
THEMES = [LIGHT, DARK]
weights = arrays.arrays(
    np.float32, st.tuples(st.integers(1, 12), st.integers(1, 12)),
    elements=st.floats(0, 1, width=32),
)


# -- levels -----------------------------------------------------------------------------------


@given(weights, st.sampled_from(SCALES), st.integers(0, 2**32 - 1))
def test_the_matrix_has_the_levels_of_an_unreduced_thumbnail(
    pattern: np.ndarray, scale: Scale, seed: int
) -> None:
    visible = np.random.default_rng(seed).random(pattern.shape) < 0.7
    pattern = np.where(visible, pattern, np.float32(0))
    thumbnail = reduce_pattern(
        torch.from_numpy(pattern)[None], torch.from_numpy(visible), 10_000, scale
    )
    ours = weight_levels(pattern, visible, scale).astype(int)
    theirs = thumbnail[0].numpy().astype(int)
    assert np.array_equal(ours == MASKED, ~visible)
    assert np.array_equal(theirs == MASKED, ~visible)
    if scale == "log":  # the two libraries' logarithms differ in the last bit
        assert np.abs(ours - theirs).max() <= 1
    else:
        assert np.array_equal(ours, theirs)


@pytest.mark.parametrize(
    ("scale", "weight", "level"),
    [
        ("linear", 0.0, 1), ("linear", 1.0, 255), ("linear", 0.5, 128),
        ("root", 0.0, 1), ("root", 0.25, 128), ("root", 1.0, 255),
        ("log", 0.0, 1), ("log", 1e-4, 1), ("log", 0.01, 128), ("log", 1.0, 255),
    ],
)
def test_a_weight_has_the_level_that_was_worked_by_hand(
    scale: Scale, weight: float, level: int
) -> None:
    one = np.array([[weight]], np.float32)
    assert weight_levels(one, np.array([[True]]), scale)[0, 0] == level
    reduced = reduce_pattern(torch.tensor([[[weight]]]), torch.tensor([[True]]), 1, scale)
    assert reduced.item() == level
    assert tick_level(weight, scale) == (level - 1) / 254


def test_a_weight_that_is_no_number_has_the_lowest_level() -> None:
    odd = np.array([[math.nan]], np.float32)
    for scale in SCALES:
        assert weight_levels(odd, np.array([[True]]), scale)[0, 0] == 1
        reduced = reduce_pattern(torch.from_numpy(odd)[None], torch.tensor([[True]]), 1, scale)
        assert reduced.item() == 1


# -- colours ----------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_no_weight_has_the_colour_of_masked_cells(theme: Theme) -> None:
    table = colour_table(theme.weights, theme.masked)
    assert table[MASKED] == 0xFF000000 | int(theme.masked[1:], 16)
    assert table[MASKED] not in table[1:]
    assert (table >> 24 == 0xFF).all()


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_brightness_goes_one_way_with_the_weight(theme: Theme) -> None:
    table = colour_table(theme.weights, theme.masked)[1:]
    red, green, blue = ((table >> shift & 255) / 255 for shift in (16, 8, 0))
    linear = [np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
              for c in (red, green, blue)]
    brightness = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    steps = np.diff(brightness)
    against = steps[steps * np.sign(brightness[-1] - brightness[0]) < 0]
    assert np.abs(against).sum() < 0.01
    assert abs(brightness[-1] - brightness[0]) > 0.6


# -- the grid ---------------------------------------------------------------------------------

grids = st.builds(
    SheetGrid.fit,
    st.integers(1, 4000), st.integers(1, 2200), st.integers(1, 48), st.integers(1, 64),
    st.integers(0, 90), st.integers(0, 90),
)


@given(grids, st.data())
def test_the_head_at_a_pixel_of_a_square_is_the_head_of_that_square(
    grid: SheetGrid, data: st.DataObject
) -> None:
    head = data.draw(st.tuples(
        st.integers(0, grid.layers - 1), st.integers(0, grid.heads - 1)
    ))
    x, y = grid.corner(head)
    inside = st.integers(0, 4 * grid.pitch - 1).map(lambda quarters: quarters / 4)
    assert grid.at(x, y) == head
    assert grid.at(x + data.draw(inside), y + data.draw(inside)) == head


@given(grids)
def test_beside_the_squares_there_is_no_head(grid: SheetGrid) -> None:
    width, height = grid.size
    for x, y in (
        (grid.left - 0.5, grid.top), (grid.left, grid.top - 0.5), (-1, -1),
        (grid.left + width, grid.top), (grid.left, grid.top + height),
    ):
        assert grid.at(x, y) is None


@given(st.integers(300, 4000), st.integers(250, 2200), st.integers(1, 48), st.integers(1, 64))
def test_the_sheet_fits_into_its_room(width: int, height: int, layers: int, heads: int) -> None:
    grid = SheetGrid.fit(width, height, layers, heads, 40, 40)
    assert grid.cell >= 1
    assert grid.left + grid.size[0] <= width
    assert grid.top + grid.size[1] <= height


# -- the pixels -------------------------------------------------------------------------------


def painted(thumbnails: np.ndarray, grid: SheetGrid) -> np.ndarray:
    pixels = np.zeros(grid.size[::-1], np.uint32)
    paint_sheet(pixels, thumbnails, grid, colour_table(DARK.weights, DARK.masked))
    return pixels


@pytest.mark.parametrize("cell", [1, 2, 7, 16, 48, 100])
@pytest.mark.parametrize("shape", [(1, 1, 1, 1), (1, 1, 5, 3), (3, 4, 7, 7), (24, 16, 16, 16)])
def test_every_cell_of_every_head_is_at_its_place(
    cell: int, shape: tuple[int, int, int, int]
) -> None:
    layers, heads, rows, columns = shape
    grid = SheetGrid(layers, heads, left=31, top=17, cell=cell, gap=3)
    thumbnails = np.random.default_rng(cell).integers(0, 256, shape, np.uint8)
    table = colour_table(DARK.weights, DARK.masked)
    pixels = painted(thumbnails, grid)
    down, across = (
        [math.floor((pixel + 0.5) * cells / cell) for pixel in range(cell)]
        for cells in (rows, columns)
    )
    for layer in range(layers):
        for head in range(heads):
            x, y = grid.corner((layer, head))
            square = pixels[y - grid.top :, x - grid.left :][:cell, :cell]
            wanted = thumbnails[layer, head][np.ix_(down, across)]  # the cell under each centre
            assert np.array_equal(square, table[wanted])


def test_queries_go_down_and_keys_go_across() -> None:
    thumbnails = np.full((1, 1, 4, 4), 1, np.uint8)
    thumbnails[0, 0, 3, 0] = 255  # the last query looks at the first key
    grid = SheetGrid(1, 1, left=0, top=0, cell=8, gap=1)
    bright = painted(thumbnails, grid) == colour_table(DARK.weights, DARK.masked)[255]
    rows, columns = np.nonzero(bright)
    assert set(rows) == {6, 7}
    assert set(columns) == {0, 1}


def test_layers_go_down_and_heads_go_across() -> None:
    thumbnails = np.full((2, 3, 1, 1), 1, np.uint8)
    thumbnails[1, 0] = 255
    grid = SheetGrid(2, 3, left=0, top=0, cell=4, gap=1)
    bright = painted(thumbnails, grid) == colour_table(DARK.weights, DARK.masked)[255]
    rows, columns = np.nonzero(bright)
    assert set(rows) == {5, 6, 7, 8}
    assert set(columns) == {0, 1, 2, 3}


def test_the_gaps_between_heads_keep_their_colour() -> None:
    grid = SheetGrid(2, 2, left=0, top=0, cell=4, gap=2)
    pixels = painted(np.full((2, 2, 4, 4), 9, np.uint8), grid)
    gap = np.ones((6, 6), bool)
    gap[:4, :4] = False
    assert np.array_equal(pixels == 0, np.tile(gap, (2, 2)))


# -- the colour bar ---------------------------------------------------------------------------


@given(st.sampled_from(SCALES), st.floats(30, 2000), st.floats(8, 30))
def test_the_numbers_of_the_colour_bar_do_not_touch(
    scale: Scale, length: float, line: float
) -> None:
    ticks = fitting_ticks(scale, length, line)
    places = [tick_level(weight, scale) * length for weight in ticks]
    assert ticks[0] in (0, LOG_FLOOR)
    assert ticks[-1] == 1
    assert all(b - a >= min(line, length) for a, b in itertools.pairwise(places))
