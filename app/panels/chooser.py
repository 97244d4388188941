"""One choice of a few, side by side: a row of buttons of which one is down."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QWidget

Choice = tuple[str, str, str]
"""A value, its word, its tool tip."""


class Chooser(QWidget):
    """Arrow keys and clicks choose; it takes no room where there is nothing to choose."""

    chosen = Signal(str)
    """The value that the user chose."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choices: tuple[Choice, ...] = ()
        self._group = QButtonGroup(self)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(2)
        self.hide()

    def offer(self, choices: Sequence[Choice], value: str) -> None:
        """Show these choices, with the one of this value down."""
        if tuple(choices) != self._choices:
            self._choices = tuple(choices)
            self._make()
        for button in self._group.buttons():
            button.setChecked(button.property("value") == value)
        self.setVisible(len(choices) > 1)

    def value(self) -> str | None:
        """The value of the button that is down."""
        down = self._group.checkedButton()
        return None if down is None else str(down.property("value"))

    def values(self) -> list[str]:
        """Every value that is offered."""
        return [value for value, _, _ in self._choices]

    def button(self, value: str) -> QToolButton:
        """The button of this value.

        Raises:
            LookupError: if it is not offered.
        """
        for button in self._group.buttons():
            if button.property("value") == value and isinstance(button, QToolButton):
                return button
        raise LookupError(value)

    def _make(self) -> None:
        for old in self._group.buttons():
            self._group.removeButton(old)
            self._row.removeWidget(old)
            old.hide()
            old.deleteLater()
        for value, word, tip in self._choices:
            button = QToolButton(self)
            button.setObjectName("choice")
            button.setText(word)
            button.setToolTip(tip)
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setProperty("value", value)
            button.clicked.connect(lambda _=False, value=value: self.chosen.emit(value))
            self._group.addButton(button)
            self._row.addWidget(button)
