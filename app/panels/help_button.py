"""The question mark of a panel."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QToolButton, QWidget

from app.drawing import is_alone


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

    def paintEvent(self, event: QPaintEvent) -> None:
        """Nothing in a file of the panel: there nobody can click it."""
        if not is_alone():
            super().paintEvent(event)
