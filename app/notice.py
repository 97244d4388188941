"""A sentence below a field that says what is wrong with it."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel


class Notice(QLabel):
    """Takes no room while nothing is wrong."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("notice")
        self.setWordWrap(True)
        self.hide()

    def say(self, words: str) -> None:
        """This is wrong; nothing if empty."""
        self.setText(words)
        self.setVisible(bool(words))
