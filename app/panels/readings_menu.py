"""The button that chooses what the sheet's squares are tinted by."""

from __future__ import annotations

from typing import get_args

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from app.panels.readings_words import reading_meaning, reading_name
from core.asks.readings import READINGS, Reading


class ReadingsMenu(QToolButton):
    """A menu of the readings, each with its definition as a tool tip; the first is none."""

    chosen = Signal(object)
    """The Reading that the user chose, or None."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("choice")
        self.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._reading: Reading | None = None
        self._menu = QMenu(self)
        self._menu.setToolTipsVisible(True)
        self._group = QActionGroup(self)
        self._entries: dict[Reading | None, QAction] = {
            reading: self._add(reading) for reading in (None, *READINGS)
        }
        self.setMenu(self._menu)
        self.retranslate()

    def _add(self, reading: Reading | None) -> QAction:
        action = self._menu.addAction("")
        action.setCheckable(True)
        action.triggered.connect(lambda: self.chosen.emit(reading))
        self._group.addAction(action)
        return action

    def entry(self, reading: Reading | None) -> QAction:
        """The menu's entry of this reading."""
        return self._entries[reading]

    def retranslate(self) -> None:
        """Say it in the language of the moment."""
        for reading, action in self._entries.items():
            action.setText(self.tr("No tint") if reading is None else reading_name(reading))
            action.setToolTip(
                self.tr("The squares show patterns alone") if reading is None
                else reading_meaning(reading))
        self.setToolTip(self.tr(
            "A bar below each head's square: how much of one thing it does (F7 for the next)"))
        self.show_reading(self._reading)

    def show_reading(self, reading: Reading | None) -> None:
        """Say what the squares are tinted by."""
        self._reading = reading
        self._entries[reading].setChecked(True)
        name = self.tr("Tint") if reading is None else self.tr("Tint: {name}").format(
            name=reading_name(reading))
        self.setText(f"{name} ▾")
        self.setAccessibleName(name)


def step_reading(reading: Reading | None, step: int) -> Reading | None:
    """The next reading of the menu, or the one before, round and round."""
    entries: list[Reading | None] = [None, *get_args(Reading)]
    return entries[(entries.index(reading) + step) % len(entries)]
