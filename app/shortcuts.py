"""The sheet of all keys."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLabel, QVBoxLayout, QWidget


class ShortcutSheet(QDialog):
    """Every action beside its key."""

    def __init__(self, actions: Sequence[QAction], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Keys"))
        rows = QFormLayout()
        rows.setHorizontalSpacing(32)
        for action in actions:
            key = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            rows.addRow(QLabel(action.text().replace("&", "")), QLabel(key))
        rows.addRow(QLabel(self.tr("In the sheet: move the pin")), QLabel("← → ↑ ↓"))
        rows.addRow(QLabel(self.tr("In the predictions: choose, add")), QLabel("↑ ↓, Enter"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        layout.addLayout(rows)
        layout.addWidget(buttons)
