"""One part of the model, and what its output is multiplied by."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSlider, QToolButton, QWidget

from app.panels.elided import Elided
from core.edits import Edit

_STEPS = 20  # of the slider, a step a tenth


class PartRow(QWidget):
    """Its name, a slider from 0 to 2, and buttons that silence it, or all but it."""

    scaled = Signal(object)
    """The Edit with another factor."""
    isolated = Signal(object)
    """The Edit that names what is to stay."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.edit: Edit | None = None
        self.name, self.value = Elided(), QLabel()
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, _STEPS)
        self.slider.setPageStep(5)
        self.slider.valueChanged.connect(lambda at: self._scale(at * 2 / _STEPS))
        self.silence, self.isolate = QToolButton(), QToolButton()
        for button in (self.silence, self.isolate):
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.silence.setCheckable(True)
        self.silence.clicked.connect(lambda down: self._scale(0.0 if down else 1.0))
        self.isolate.clicked.connect(lambda: self.isolated.emit(self.edit))  # else it is disabled
        buttons = QHBoxLayout()
        buttons.setSpacing(4)
        buttons.addWidget(self.silence)
        buttons.addWidget(self.isolate)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(0)
        grid.addWidget(self.name, 0, 0)
        grid.addWidget(self.slider, 0, 1)
        grid.addWidget(self.value, 0, 2)
        grid.addLayout(buttons, 0, 3)
        grid.setColumnStretch(0, 3)
        grid.setColumnStretch(1, 2)

    def say(self, silence: str, isolate: str, tip: str, isolate_tip: str) -> None:
        """Set the words of the buttons and their tool tips."""
        self.silence.setText(silence)
        self.silence.setToolTip(tip)
        self.isolate.setText(isolate)
        self.isolate.setToolTip(isolate_tip)

    def show_part(self, name: str, edit: Edit | None, factor: float) -> None:
        """Name it; None where the selection names none."""
        self.edit = edit
        self.name.setText(name)
        self.slider.setAccessibleName(name)
        for part in (self.slider, self.silence, self.isolate):
            part.setEnabled(edit is not None)
        self.slider.blockSignals(True)
        self.slider.setValue(round(factor * _STEPS / 2))
        self.slider.blockSignals(False)
        self.silence.setChecked(edit is not None and factor == 0)
        self.value.setText("× 0.0" if edit is not None and factor == 0 else f"× {factor:.1f}")
        self.value.setMinimumWidth(self.value.fontMetrics().horizontalAdvance("× 0.0 "))
        self.value.setEnabled(edit is not None)

    def _scale(self, factor: float) -> None:
        if self.edit is not None:
            self.scaled.emit(replace(self.edit, factor=round(factor, 2)))
