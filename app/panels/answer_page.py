"""A page of one answer: it draws what is told, or says why there is nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QStackedWidget, QWidget

from app.language import say_refusal
from app.panels.page import Page
from app.state import View

if TYPE_CHECKING:
    from core.errors import Refusal
    from core.frame import Frame

Told = TypeVar("Told")


class AnswerPage(Page, Generic[Told]):
    """Its picture and why there is none share the ``_stack``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: Frame | None = None
        """The one that holds what is told."""
        self._told: Told | None = None
        self._view = View()
        self._hint, self._stack = QLabel(self), QStackedWidget(self)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint.setWordWrap(True)
        self._stack.addWidget(self._hint)

    def found(self, frame: Frame, view: View) -> tuple[Told | None, Refusal | None]:
        """What is told of the first that it asks, and why it is not; where it was asked in another
        size, or of another layer, that goes for it until the right one is there."""
        ask = self.asks(frame, view)[0]
        if ask not in frame.answers:
            ask = next((each for each in frame.answers if type(each) is type(ask)), ask)
        return frame.told(ask), frame.declined(ask)

    def show_frame(self, frame: Frame, view: View) -> None:
        """Draw the answer; until it is there, the one before stays."""
        told, declined = self.found(frame, view)
        self._view = view
        if declined is not None:
            self._frame, self._told = frame, None
            self._hint.setText(say_refusal(declined))
        elif told is not None:
            self._frame, self._told = frame, told
        self._draw()

    def _draw(self) -> None:
        """Draw what is told; without it, the hint."""
        raise NotImplementedError
