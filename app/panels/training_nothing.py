"""What the page of training says where no run is open."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget


class NoRun(QWidget):
    """What a run is, and how one is had."""

    began = Signal()
    opened = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._comes = ""
        self.words, self.begin, self.open = QLabel(), QPushButton(), QPushButton()
        self.words.setWordWrap(True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.begin.clicked.connect(self.began)
        self.open.clicked.connect(self.opened)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.begin)
        row.addWidget(self.open)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 0, 16, 0)
        column.setSpacing(14)
        column.addStretch(1)
        column.addWidget(self.words)
        column.addLayout(row)
        column.addStretch(2)
        self.retranslate()

    def await_run(self, comes: str) -> None:
        """Whether one is being ``begun`` or ``opened``: then there is nothing to do."""
        if comes != self._comes:
            self._comes = comes
            self.begin.setHidden(bool(comes))
            self.open.setHidden(bool(comes))
            self.retranslate()

    def retranslate(self) -> None:
        """Say it in the language of the moment."""
        self.words.setText({
            "begun": self.tr("A run is being begun …"),
            "opened": self.tr("The run is being opened …"),
        }.get(self._comes) or self.tr(
            "No run is open. A run trains a model while you watch: type a sentence above, begin a "
            "run, press Play, and see heads form on that sentence while the loss falls."))
        self.begin.setText(self.tr("New run …"))
        self.open.setText(self.tr("Open run …"))
