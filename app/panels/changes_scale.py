"""The scale of an attention's scores, and a button that leaves it out."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from app.altering import part_of
from app.panels.elided import Elided
from app.state import View, attention_of
from core.edits import Edit, Edits
from core.frame import Frame


class ScaleRow(QWidget):
    """What the scores are, and whether they are left as the product is."""

    scaled = Signal(object)
    """The Edit with another factor."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.edit: Edit | None = None
        self.name, self.leave = Elided(), QToolButton()
        self.leave.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.leave.setCheckable(True)
        self.leave.clicked.connect(self._leave)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.name, 1)
        row.addWidget(self.leave)

    def retranslate(self) -> None:
        """Say it in the language of the moment."""
        self.leave.setText(self.tr("Without the scale"))
        self.leave.setToolTip(self.tr(
            "The scores of this attention are left as the product of query and key, in all layers"))

    def show_edits(self, frame: Frame | None, view: View, edits: Edits) -> None:
        """Whether the attention on screen is scaled, in a model that scales its scores."""
        self.edit = edit = part_of(frame, view, "scale") if frame is not None else None
        left = edit is not None and edits.unscaled(edit.stack, edit.kind)
        words = self.tr("This model does not scale its scores.") if frame is not None else ""
        if frame is not None and edit is not None:
            words = {
                "encoder": self.tr("Scores of the encoder, all layers: {formula}"),
                "decoder": self.tr("Scores of the decoder, all layers: {formula}"),
                "cross": self.tr("Scores of cross-attention, all layers: {formula}"),
            }[attention_of(frame)].format(formula="q·k" if left else "q·k / √d")
        self.name.setText(words)
        self.leave.setAccessibleDescription(words)
        self.leave.setEnabled(edit is not None)
        self.leave.setChecked(left)

    def _leave(self, down: bool) -> None:
        if self.edit is not None:
            self.scaled.emit(replace(self.edit, factor=0.0 if down else 1.0))
