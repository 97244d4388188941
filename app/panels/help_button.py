"""The question mark of a panel."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton, QWidget


class HelpButton(QToolButton):
    """Hidden until there is help to show."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("choice")
        self.setText("?")
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.hide()

    def name(self, panel: str) -> None:
        """Say whose help it shows."""
        self.setAccessibleName(self.tr("What am I looking at? {panel}").format(panel=panel))
        self.setToolTip(self.tr("What am I looking at? (Shift+F1)"))
