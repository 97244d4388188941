"""Bars pixel by pixel, and where the parts of a step stand."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication

from app.paint.palette import contrast, from_hex
from app.panels.derivation_bars import Range, bar_pixels, column_ends, range_of, strong
from app.panels.derivation_layout import arrange
from app.theme import DARK, LIGHT, Theme
from core.asks.derivation import Bars, Line, Part, Remark

INK, LIT, MASKED, BROKEN = 0xFF000001, 0xFF000002, 0xFF000003, 0xFF000004
SIGNED = Range(-1.0, 1.0)


def paint(
    values: list[float], size: tuple[int, int], scale: Range = SIGNED,
    lit: tuple[int, int] | None = None,
) -> NDArray[np.uint32]:
    return bar_pixels(
        np.array(values, np.float32), size, scale, INK, LIT, lit, MASKED, BROKEN)


def test_a_bar_reaches_from_the_line_of_zero_to_its_value() -> None:
    pixels = paint([1.0, -0.5, 0.0], (3, 9))
    assert (pixels[:, 0] == INK).tolist() == [True] * 5 + [False] * 4
    assert (pixels[:, 1] == INK).tolist() == [False] * 4 + [True] * 3 + [False] * 2
    assert not pixels[:, 2].any()


def test_what_is_lit_is_in_another_colour_and_wide_bars_have_gaps() -> None:
    pixels = paint([1.0, 1.0], (10, 5), Range(0.0, 1.0), (1, 2))
    assert set(pixels[0].tolist()) == {0, INK, LIT}
    assert pixels[0, 4] == 0
    assert (pixels[0, :4] == INK).all()
    assert (pixels[0, 5:] == LIT).all()


def test_several_bars_in_a_column_reach_from_the_least_to_the_most() -> None:
    values = [0.1, 1.0, -1.0, 0.2, 0.5, 0.5]
    pixels = paint(values, (2, 9))
    assert (pixels[:, 0] == INK).all()
    assert (pixels[:, 1] == INK).sum() == 3  # from the line of zero to a half
    assert column_ends(6, 2).tolist() == [0, 3, 6]


def test_masked_and_broken_bars_are_hatched_over_the_whole_height() -> None:
    pixels = paint([-np.inf, np.nan, np.inf, 1.0], (24, 12))
    for at, colour in ((0, MASKED), (1, BROKEN), (2, BROKEN)):
        columns = pixels[:, at * 6 : at * 6 + 5]
        assert set(columns.ravel().tolist()) == {0, colour}
        assert (columns[0] == colour).any()
        assert (columns[-1] == colour).any()


def test_a_range_is_of_what_is_finite_and_from_zero_where_nothing_is_below() -> None:
    row = np.array([0.5, np.inf, np.nan, -np.inf], np.float32)
    assert range_of([row]) == Range(0.0, 0.5)
    assert range_of([row, np.array([-2.0], np.float32)]) == Range(-2.0, 2.0)
    assert range_of([np.zeros(3, np.float32)]) == Range(0.0, 1.0)
    assert range_of([np.full(2, np.nan, np.float32)]) == Range(0.0, 1.0)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_queries_and_keys_stand_out_from_the_ground_and_from_each_other(theme: Theme) -> None:
    paper = from_hex(theme.surface)
    drawn = [strong(colour, theme.surface) for colour in (theme.query, theme.key, theme.muted)]
    assert len({*drawn, theme.accent}) == 4
    assert all(contrast(from_hex(colour), paper) >= 3 for colour in drawn)
    assert drawn[2] == theme.muted  # strong enough already


def test_parts_follow_one_another_and_those_of_a_group_share_a_scale(
    application: QApplication,
) -> None:
    parts: list[Part] = [
        Remark("A sentence that is far too long for a page of this width, so that it breaks."),
        Bars("q", np.array([1.0, -3.0], np.float32), group="q"),
        Bars("p", np.array([0.5, 0.5], np.float32), group="q"),
        Bars("w", np.ones(900, np.float32)),
        *[Line(rf"a_{at}", 1.5) for at in range(9)],
    ]
    measure = QFontMetrics(application.font())
    for width in (300, 700):
        found = arrange(parts, width, 400, measure, 14)
        rows = found.rows
        assert [row.part for row in rows] == parts
        assert found.ready
        assert found.reduced == (width < 900)
        for above, below in pairwise(rows):
            beside = above.box.top() == below.box.top() and above.box.right() < below.box.left()
            assert beside or above.box.bottom() <= below.box.top()
        assert all(row.box.right() <= width + 1 for row in rows)
        assert rows[1].scale == rows[2].scale == Range(-3.0, 3.0)
        assert rows[3].scale == Range(0.0, 1.0)
    assert not arrange([Line(r"z_{new}", 1.0)], 300, 400, measure, 14, budget=True).ready
    assert arrange([], 300, 400, measure, 14).height == 0
