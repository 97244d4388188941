"""The button that says how far colours reach: to 99 % of all values, or to the largest."""

from __future__ import annotations

from PySide6.QtWidgets import QToolButton, QWidget


class CutButton(QToolButton):
    """Down, as it begins, what is beyond has the colour of the end."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("choice")
        self.setCheckable(True)
        self.setChecked(True)
        self.retranslate()

    def retranslate(self) -> None:
        """Say it in the language of the moment."""
        self.setText(self.tr("99 %"))
        self.setToolTip(self.tr(
            "Colours end where about 99 % of all values lie within; what is beyond has the colour "
            "of the end. If this is up, they reach to the largest value there is."))
