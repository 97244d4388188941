"""One panel by itself: ``python -m app.panels.sheet [model]``, with the picture of a real model."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Protocol, TypeVar

from PySide6.QtCore import QSize, QTimer
from PySide6.QtWidgets import QApplication

from app.state import View
from app.theme import DARK, LIGHT, Theme, palette
from core.catalogue import DEFAULT_MODEL
from core.frame import Frame, Prompt
from core.trace import Sight

TEXT = "The cat sat on the mat because it was tired."


class Panel(Protocol):
    """What is asked of a widget that is shown by itself."""

    def set_theme(self, theme: Theme) -> None:
        """Colour it."""

    def sizeHint(self) -> QSize:
        """Its usual size."""

    def resize(self, size: QSize, /) -> None:
        """As any widget."""

    def show(self) -> None:
        """As any widget."""


P = TypeVar("P", bound=Panel)


def run_demo(make: Callable[[], P], fill: Callable[[P, Frame, View], None]) -> int:
    """Read the command line, open the panel, and stay until it is closed."""
    parser = argparse.ArgumentParser(description="Show one panel of Headlight by itself.")
    parser.add_argument("model", nargs="?", default=DEFAULT_MODEL, help="a name or a model folder")
    parser.add_argument("--text", default=TEXT, help="the prompt")
    parser.add_argument("--dark", action="store_true", help="the dark theme")
    parser.add_argument("--quit-after", type=float, metavar="SECONDS", help="leave again")
    options = parser.parse_args()
    application = QApplication([])
    application.setStyle("Fusion")
    theme = DARK if options.dark else LIGHT
    application.setPalette(palette(theme))
    frame = look_once(options.model, options.text)
    panel = make()
    panel.set_theme(theme)
    fill(panel, frame, View(pinned=(0, 0), cell=(len(frame.queries) - 1, 0)))
    panel.resize(panel.sizeHint())
    panel.show()
    if options.quit_after is not None:
        QTimer.singleShot(round(options.quit_after * 1000), application.quit)
    return application.exec()


def look_once(model: str, text: str) -> Frame:
    """What a real model makes of ``text``."""
    from core.session import open_session

    return open_session(model).look(Prompt(text), Sight(head=(0, 0)))
