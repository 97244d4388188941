"""Every theme can be read: contrast by WCAG 2.2, worked out here, not by the program."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtGui import QAction, QColor

from app.paint.colour import colour_table
from app.paint.palette import SIGHTS, as_seen, head_colours, to_linear
from app.theme import THEMES, Theme, asks_for_contrast, palette, pick_theme
from app.window import Window

ALL = list(THEMES.values())
READ = {"light": 4.5, "dark": 4.5, "high-light": 7.0, "high-dark": 7.0}
"""What words need (1.4.3); with high contrast (1.4.6)."""


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
              for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def ratio(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_black_on_white_is_21() -> None:
    assert ratio("#000000", "#ffffff") == pytest.approx(21)
    assert ratio("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", ALL, ids=lambda theme: theme.name)
def test_words_can_be_read(theme: Theme) -> None:
    need = READ[theme.name]
    papers = {"window": theme.window, "surface": theme.surface}
    inks = {"text": theme.text, "muted": theme.muted, "warning": theme.warning,
            "accent": theme.accent}
    pairs = {(ink, paper): ratio(inks[ink], papers[paper]) for ink in inks for paper in papers}
    pairs |= {
        ("text", "query"): ratio(theme.text, theme.query),
        ("text", "key"): ratio(theme.text, theme.key),
        ("text", "masked"): ratio(theme.text, theme.masked),  # a button that is down
        ("surface", "accent"): ratio(theme.surface, theme.accent),  # what is marked in a list
    }
    assert {pair: found for pair, found in pairs.items() if found < need} == {}


@pytest.mark.parametrize("theme", ALL, ids=lambda theme: theme.name)
def test_marks_and_the_keyboards_focus_are_seen(theme: Theme) -> None:
    for paper in (theme.window, theme.surface):
        assert ratio(theme.accent, paper) >= 3  # 1.4.11
        assert ratio(theme.tint, paper) >= 3
        if theme.name.startswith("high"):
            assert ratio(theme.line, paper) >= 3  # frames of panels and axes


@pytest.mark.parametrize("theme", ALL, ids=lambda theme: theme.name)
@pytest.mark.parametrize("sight", SIGHTS)
def test_weights_rise_in_lightness_for_every_eye(theme: Theme, sight: str) -> None:
    table = colour_table(theme.weights, theme.masked)[1:]
    shades = np.stack([(table >> shift & 255) / 255 for shift in (16, 8, 0)], -1)
    lightness = as_seen(to_linear(shades), sight)[:, 0]
    way = 1 if lightness[-1] > lightness[0] else -1
    steps = (lightness[1:] - lightness[:-1]) * way
    assert steps.min() > -0.006  # a 256th of what a screen shows, rounded
    assert abs(lightness[-1] - lightness[0]) > 0.5
    assert (lightness[-1] > lightness[0]) == theme.dark  # most is farthest from the paper


@pytest.mark.parametrize("theme", ALL, ids=lambda theme: theme.name)
def test_heads_have_colours_in_every_theme(theme: Theme) -> None:
    for colour in head_colours(16, theme):
        assert ratio(colour, theme.surface) >= 3


@pytest.mark.parametrize("theme", ALL, ids=lambda theme: theme.name)
def test_a_chosen_theme_is_worn_and_remembered(
    theme: Theme, open_window: Callable[..., Window]
) -> None:
    window = open_window()
    window.dress.set_theme(theme.name)
    assert window.theme is theme
    assert window.choices.theme == theme.name
    assert window.sheet.grab().toImage().pixelColor(2, 2) == QColor(theme.surface)


def test_the_system_is_followed_where_nothing_is_chosen() -> None:
    theme = pick_theme("system")
    assert theme.name.startswith("high") == asks_for_contrast()
    assert pick_theme("no such theme") is theme


@pytest.mark.parametrize("theme", ALL, ids=lambda theme: theme.name)
def test_words_that_can_not_be_used_can_still_be_read(theme: Theme) -> None:
    colours = palette(theme)
    group, role = colours.ColorGroup.Disabled, colours.ColorRole.WindowText
    assert ratio(colours.color(group, role).name(), theme.window) >= READ[theme.name]


def test_less_motion_is_chosen_and_remembered(open_window: Callable[..., Window]) -> None:
    window = open_window()
    (action,) = [one for one, _ in window.actions_.texts
                 if isinstance(one, QAction) and "motion" in one.text()]
    assert not window.choices.reduced_motion
    action.trigger()
    assert window.choices.reduced_motion
    action.trigger()
    assert not window.choices.reduced_motion

