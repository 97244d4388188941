"""Light and dark: every colour that the program uses, by what it is for."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette


@dataclass(frozen=True)
class Theme:
    """Colours as "#rrggbb"."""

    name: str
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


LIGHT = Theme(
    name="light", window="#f3f4f6", surface="#ffffff", text="#1b1f24", muted="#59636e",
    line="#d0d5db", grid="#a3acb8", accent="#0a5dc2", query="#ffd99a", key="#a9d6ff",
    tint="#c2410c", warning="#8a4b00",
    masked="#d3d8df", hatch="#b7bfc9", broken="#000000", weights="CET-L17", signed="CET-D1A",
)
DARK = Theme(
    name="dark", window="#17191d", surface="#1f2228", text="#eceff3", muted="#9aa4b1",
    line="#3a404a", grid="#4a515b", accent="#5db0ff", query="#7a5310", key="#174f80",
    tint="#ff9040", warning="#ffc46b",
    masked="#33383f", hatch="#4a515b", broken="#00f0ff", weights="inferno", signed="CET-D4",
)


def pick_theme(choice: str) -> Theme:
    """The theme of a choice: ``light``, ``dark``, or what the system uses."""
    if choice == "light":
        return LIGHT
    if choice == "dark":
        return DARK
    scheme = QGuiApplication.styleHints().colorScheme()
    return DARK if scheme == Qt.ColorScheme.Dark else LIGHT


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
