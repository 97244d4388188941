"""A field of names that takes no room for the longest of them."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QWidget


class Narrow(QComboBox):
    """Asks for room for a few letters; more is given to it where there is more."""

    def __init__(self, parent: QWidget | None = None, letters: int = 8) -> None:
        super().__init__(parent)
        self.setMinimumContentsLength(letters)
        self.setSizeAdjustPolicy(self.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
