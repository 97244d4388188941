"""Three lines for who opens the program for the first time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from app.choices import Choices

if TYPE_CHECKING:
    from app.window import Window


class Hint(QFrame):
    """Covers nothing and waits for nothing; a click, Esc or a head that is pinned ends it for good.

    Who pins a head, by a click or a key, may be about to pin another: that one stays where it is
    until something is typed, or another page is turned to.
    """

    def __init__(self, choices: Choices, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("hint")
        self._choices = choices
        self.words, self.gone = QLabel(), QToolButton()
        self.words.setWordWrap(True)
        self.gone.setObjectName("choice")
        self.gone.setText("✕")
        self.gone.clicked.connect(self.dismiss)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 8, 6)
        row.addWidget(self.words, 1)
        row.addWidget(self.gone, 0, Qt.AlignmentFlag.AlignTop)
        self.retranslate()
        self.setVisible(not choices.word("hinted", ""))

    def follow(self, window: Window) -> None:
        """Go with what is done in it."""
        window.presenting.changed.connect(self.dismiss)
        window.sheet.pinned.connect(self.dismiss_in_place)
        for moves in (window.prompting.typed, window.pages.appeared):
            moves.connect(self.close_up)

    def retranslate(self) -> None:
        """Say it in the language of the moment."""
        lines = (
            self.tr("Type above: every head of every layer answers with each key."),
            self.tr("Point at a square to see that head large; click to keep it, Esc lets go."),
            self.tr("? on a panel says what it shows, F1 lists every key, and a click on this hint "
                    "ends it."),
        )
        self.words.setText("\n".join(lines))
        self.setAccessibleName(self.tr("Hint"))
        self.setAccessibleDescription(" ".join(lines))
        self.gone.setAccessibleName(self.tr("Close the hint"))
        self.gone.setToolTip(self.tr("Close the hint (Esc)"))

    def dismiss(self) -> None:
        """It is known now."""
        self._hold_room(False)
        self._leave()

    def dismiss_in_place(self) -> None:
        """The same, and nothing moves under the pointer until :meth:`close_up`."""
        if not self.isHidden():
            self._hold_room(True)
            self._leave()

    def close_up(self) -> None:
        """Let the panels have the room that was held."""
        self._hold_room(False)

    def _leave(self) -> None:
        if not self.isHidden():
            self._choices.keep("hinted", "yes")
            self.hide()

    def _hold_room(self, hold: bool) -> None:
        policy = self.sizePolicy()
        policy.setRetainSizeWhenHidden(hold)
        self.setSizePolicy(policy)

    def show_again(self) -> None:
        """Until it is dismissed the next time."""
        self._choices.keep("hinted", "")
        self.show()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click ends it."""
        self.dismiss()
