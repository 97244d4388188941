"""The numbers of a scheme as sliders, and the way back to the model's own."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QSlider, QToolButton, QWidget

from core.asks.positions import LONGEST, Places, Trial

_STEPS = 120
"""Of the base, from 10 to a million."""


def base_of(step: int) -> float:
    """The base at this step of its slider, to two digits."""
    raw = 10 ** (1 + 5 * step / _STEPS)
    power = 10 ** (math.floor(math.log10(raw)) - 1)
    return float(round(raw / power) * power)


def step_of(base: float) -> int:
    """The nearest step to a base."""
    return round((math.log10(min(max(base, 10.0), 1e6)) - 1) / 5 * _STEPS)


class Sandbox(QWidget):
    """Length, width and base; each has its number in its name."""

    tried = Signal(object)
    """The Trial that the user wants."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.trial = Trial()
        self._places: Places | None = None
        self.sliders = {name: QSlider(Qt.Orientation.Horizontal, self)
                        for name in ("length", "width", "base")}
        self.labels = {name: QLabel(self) for name in self.sliders}
        self.reset = QToolButton(self)
        self.reset.setObjectName("choice")
        self.reset.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.reset.clicked.connect(self._reset)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(0)
        for column, (name, slider) in enumerate(self.sliders.items()):
            self.labels[name].setBuddy(slider)
            grid.addWidget(self.labels[name], 0, column)
            grid.addWidget(slider, 1, column)
            grid.setColumnStretch(column, 1)
            slider.setMinimumWidth(40)
            slider.valueChanged.connect(self._changer(name))
        grid.addWidget(self.reset, 0, 3, 2, 1, Qt.AlignmentFlag.AlignBottom)
        self.retranslate()

    def _changer(self, name: str) -> Callable[[int], None]:
        def change(step: int) -> None:
            if name == "base":
                self._try(replace(self.trial, base=base_of(step)))
            elif name == "width":
                self._try(replace(self.trial, width=2 * step))
            else:
                self._try(replace(self.trial, length=step))

        return change

    def retranslate(self) -> None:
        """Say it in the language of the moment."""
        self.reset.setText(self.tr("Reset"))
        self.reset.setToolTip(self.tr("Back to this model's own numbers"))
        tips = {
            "length": self.tr("How many positions are shown; of distances, to each side"),
            "width": self.tr("Dimensions of the scheme; this model's width is where Reset goes"),
            "base": self.tr("The slowest wave takes about 2π × base positions"),
        }
        for name, slider in self.sliders.items():
            slider.setToolTip(tips[name])
            slider.setAccessibleDescription(tips[name])
        self._say()

    def _say(self) -> None:
        places = self._places
        names = {"length": self.tr("Length {n}"), "width": self.tr("Width {n}"),
                 "base": self.tr("Base {n}")}
        if places is not None and places.beside is not None:
            names["base"] = self.tr("Base of the sinusoids {n}")
        for name, label in self.labels.items():
            value = getattr(places, name) if places is not None else 0
            words = names[name].format(n=f"{value:,.6g}" if name == "base" else f"{value:,}")
            label.setText(words)
            self.sliders[name].setAccessibleName(words)

    def show_places(self, places: Places) -> None:
        """Stand where this picture stands."""
        self._places = places
        learned = places.beside is not None
        for part in (self.sliders["width"], self.labels["width"]):
            part.setVisible(not learned)
        most = min(LONGEST, places.context) if learned else LONGEST
        ranges = {"length": (1, most), "width": (1, max(256, places.own[1])),
                  "base": (0, _STEPS)}
        steps = {"length": places.length, "width": places.width // 2,
                 "base": step_of(places.base)}
        for name, slider in self.sliders.items():
            held = slider.hasFocus() and getattr(self.trial, name) is not None
            if slider.isSliderDown() or held:
                continue
            slider.blockSignals(True)
            slider.setRange(*ranges[name])
            slider.setValue(steps[name])
            slider.blockSignals(False)
        self.reset.setEnabled(self.trial != Trial())
        self._say()

    def _reset(self) -> None:
        self._try(Trial())

    def _try(self, trial: Trial) -> None:
        if trial != self.trial:
            self.trial = trial
            self.reset.setEnabled(trial != Trial())
            self.tried.emit(trial)
