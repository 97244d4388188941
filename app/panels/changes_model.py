"""The field for another model."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox


class ModelBox(QComboBox):
    """Names and folders of models."""

    def show_model(self, reference: str) -> None:
        """Say a model without having chosen it, also one that is not offered."""
        if self.findText(reference) < 0:
            self.addItem(reference)
        self.setCurrentText(reference)
