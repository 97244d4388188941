"""Arrow keys in a grid: how many rows down and columns right each goes."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

ARROWS = {
    Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0),
    Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1),
}
TEN = 10
"""Steps at once, with Control or by Page Up and Page Down."""
PAGES = {Qt.Key.Key_PageUp: (-TEN, 0), Qt.Key.Key_PageDown: (TEN, 0)}
END = 10**9
"""Steps that reach the end of any row."""
_ENDS = {Qt.Key.Key_Home: (0, -END), Qt.Key.Key_End: (0, END)}


def step_of(event: QKeyEvent) -> tuple[int, int] | None:
    """Rows and columns that a key goes in a grid of many cells; None if it goes nowhere."""
    held, key = event.modifiers(), Qt.Key(event.key())
    if held & (Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ShiftModifier):
        return None
    if held & Qt.KeyboardModifier.ControlModifier:
        step = ARROWS.get(key)
        return None if step is None else (TEN * step[0], TEN * step[1])
    return (ARROWS | PAGES | _ENDS).get(key)
