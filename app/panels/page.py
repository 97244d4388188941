"""What every panel of the right side is: it asks, and draws the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.state import View
from app.theme import LIGHT, Theme
from core.told import tell_asked

if TYPE_CHECKING:
    from app.choices import Choices
    from core.frame import Frame
    from core.tables import Tables
    from core.trace import Ask


class Page(QWidget):
    """One way to see the selection; costs nothing while it is not on screen."""

    wished = Signal()
    """It asks something else than before."""
    selected = Signal(object)
    """Fields of the View and their new values, as a dict."""

    leaves_out = False
    """Whether it shows attention without the tokens that the sheet leaves out; its badge says so
    for it."""

    needs_text = True
    """Whether there is nothing to see without a text."""

    curve_points = 0
    """Points that it draws of each curve of a run."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = LIGHT

    def asks(self, frame: Frame | None, view: View) -> tuple[Ask[Any], ...]:
        """What is to be answered for it, with ``frame`` the last picture."""
        return ()

    def lacks(self, picture: Frame, view: View) -> bool:
        """Whether this picture has no answer to what is asked now."""
        return any(ask not in picture.answers for ask in self.asks(picture, view))

    def show_frame(self, frame: Frame, view: View) -> None:
        """Draw the answer; until it is there, the one before stays."""

    def title(self, frame: Frame, view: View) -> str:
        """What it shows, in a line."""
        return ""

    def badge(self, frame: Frame, view: View) -> str:
        """What was reduced, renormalised, scaled or cut in it; empty if nothing was. That the model
        is altered is said for every page."""
        return ""

    def set_theme(self, theme: Theme) -> None:
        """Colour it anew."""
        self.theme = theme
        self.update()

    def restore(self, choices: Choices) -> None:
        """Take up what was chosen the last time."""

    def save(self, choices: Choices) -> None:
        """Remember what is chosen."""

    def retranslate(self) -> None:
        """Say it in the language of the moment."""

    def numbers(self, frame: Frame, view: View) -> Tables:
        """What it shows, as arrays with named axes; none where it shows no numbers."""
        return tell_asked(frame, self.asks(frame, view))
