"""Light and dark, each also with high contrast: every colour that the program uses, by what it is
for."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette


@dataclass(frozen=True)
class Theme:
    """Colours as "#rrggbb"."""

    name: str
    dark: bool
    window: str
    surface: str
    text: str
    muted: str
    line: str
    grid: str
    """Between the squares of the sheet: neither a weight of 0 nor masked."""
    accent: str
    """What is selected, and the keyboard's focus."""
    query: str
    """The row: who looks."""
    key: str
    """The column: what is looked at."""
    tint: str
    """How much a head does of what is looked for."""
    warning: str
    masked: str
    hatch: str
    """Lines over masked cells, where there is room for them."""
    broken: str
    """A value that is no number: on neither map, for any eye."""
    weights: str
    """The map of attention weights, as ``app.paint.colour`` names it."""
    signed: str
    """The map of scores: one hue below 0, another above."""

    @property
    def high(self) -> bool:
        """Whether it has high contrast."""
        return self.name.startswith("high-")


LIGHT = Theme(
    name="light", dark=False, window="#f3f4f6", surface="#ffffff", text="#1b1f24",
    muted="#59636e", line="#d0d5db", grid="#a3acb8", accent="#0a5dc2", query="#ffd99a",
    key="#a9d6ff", tint="#c2410c", warning="#8a4b00",
    masked="#d3d8df", hatch="#b7bfc9", broken="#000000", weights="CET-L17", signed="CET-D1A",
)
DARK = Theme(
    name="dark", dark=True, window="#17191d", surface="#1f2228", text="#eceff3",
    muted="#9aa4b1", line="#3a404a", grid="#4a515b", accent="#5db0ff", query="#7a5310",
    key="#174f80", tint="#ff9040", warning="#ffc46b",
    masked="#33383f", hatch="#4a515b", broken="#00f0ff", weights="inferno", signed="CET-D4",
)
HIGH_LIGHT = Theme(
    name="high-light", dark=False, window="#ffffff", surface="#ffffff", text="#000000",
    muted="#33393f", line="#59616a", grid="#59616a", accent="#003c9e", query="#ffbf4d",
    key="#85c6ff", tint="#8f2a00", warning="#6b2c00",
    masked="#d3d8df", hatch="#6f7883", broken="#000000", weights="CET-L17", signed="CET-D1A",
)
HIGH_DARK = Theme(
    name="high-dark", dark=True, window="#000000", surface="#000000", text="#ffffff",
    muted="#d0d6dd", line="#9aa3ad", grid="#7d8690", accent="#8fcfff", query="#6b4300",
    key="#0d477f", tint="#ffab66", warning="#ffd67f",
    masked="#42484f", hatch="#8b939c", broken="#00f0ff", weights="inferno", signed="CET-D4",
)
THEMES = {theme.name: theme for theme in (LIGHT, DARK, HIGH_LIGHT, HIGH_DARK)}
"""By the name that settings know."""


def pick_theme(choice: str) -> Theme:
    """The theme of this name, or what the system uses where there is none."""
    if choice in THEMES:
        return THEMES[choice]
    dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
    if asks_for_contrast():
        return HIGH_DARK if dark else HIGH_LIGHT
    return DARK if dark else LIGHT


def asks_for_contrast() -> bool:
    """Whether the system is set to high contrast; Qt tells from 6.10 on."""
    hints = QGuiApplication.styleHints()
    if not hasattr(hints, "accessibility"):
        return False
    preference: object = hints.accessibility().contrastPreference()
    return preference == Qt.ContrastPreference.HighContrast


def palette(theme: Theme) -> QPalette:
    """The theme as Qt's own palette, so that every standard widget follows."""
    role = QPalette.ColorRole
    colours = QPalette()
    for target, colour in (
        (role.Window, theme.window), (role.WindowText, theme.text), (role.Base, theme.surface),
        (role.AlternateBase, theme.window), (role.Text, theme.text), (role.Button, theme.window),
        (role.ButtonText, theme.text), (role.ToolTipBase, theme.surface),
        (role.ToolTipText, theme.text), (role.PlaceholderText, theme.muted),
        (role.Highlight, theme.accent), (role.HighlightedText, theme.surface),
        (role.Link, theme.accent), (role.Mid, theme.line), (role.Midlight, theme.line),
        (role.Light, theme.surface), (role.Dark, theme.line),
    ):
        colours.setColor(target, QColor(colour))
    for target in (role.WindowText, role.Text, role.ButtonText):
        colours.setColor(QPalette.ColorGroup.Disabled, target, QColor(theme.muted))
    return colours
