"""The field for a training step: arrows go from one that is kept to the next."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QSpinBox, QWidget


class StepBox(QSpinBox):
    """Any step can be typed; the nearest that is kept is looked at."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kept: tuple[int, ...] = ()
        self.setRange(0, 2**31 - 1)
        self.setMinimumWidth(self.fontMetrics().averageCharWidth() * 24)
        self.setAccelerated(True)

    def offer(self, kept: tuple[int, ...]) -> None:
        """Steps that there are, in order."""
        self._kept = kept

    def show_step(self, step: int) -> None:
        """Say a step without having chosen it."""
        if step != self.value():
            with QSignalBlocker(self):
                self.setValue(step)

    def stepBy(self, steps: int) -> None:
        """To the kept step that is so many on."""
        find, back = (bisect_right, 1) if steps > 0 else (bisect_left, 0)
        if self._kept:
            place = find(self._kept, self.value()) - back + steps
            self.setValue(self._kept[min(max(place, 0), len(self._kept) - 1)])
