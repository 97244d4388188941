"""Which readings are drawn by step: a chip each, in the colour of its line."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QToolButton, QWidget

from app.paint.stroke import stroke, unit
from app.panels.positions_curves import COLOURS
from app.panels.readings_words import reading_meaning, reading_name
from app.panels.training_rows import Rows
from core.asks.readings import Reading

SHARES: tuple[Reading, ...] = (
    "previous_token", "induction", "duplicate_token", "first_token", "self", "next_token",
    "delimiter", "broad",
)
"""Those that are shares of 1."""
_USUAL: tuple[tuple[Reading, ...], ...] = (
    ("previous_token", "induction"), ("first_token", "broad"))
"""What is drawn where nothing was chosen: the first two, or where attention goes to another text
and neither is defined, the others."""
_GREEN, _PINK, _RED, _VIOLET, _BROWN, _BLUE = COLOURS
_LOOKS: dict[Reading, tuple[str, bool]] = {
    "previous_token": (_GREEN, False), "induction": (_RED, False),
    "duplicate_token": (_PINK, False), "first_token": (_VIOLET, False), "self": (_BROWN, False),
    "next_token": (_GREEN, True), "delimiter": (_PINK, True), "broad": (_BLUE, False),
}


def look_of(reading: Reading) -> tuple[str, bool]:
    """Its colour, and whether its line is dashed."""
    return _LOOKS[reading]


class ReadingChips(Rows):
    """Chips that are down are drawn; those of what is not defined on this attention are hidden."""

    changed = Signal()

    def __init__(self, *before: QWidget) -> None:
        """After other widgets in the same rows."""
        self._chips = {reading: QToolButton() for reading in SHARES}
        super().__init__(*before, *self._chips.values())
        self._chosen: frozenset[Reading] | None = None
        self._defined: frozenset[Reading] | None = None
        for reading, chip in self._chips.items():
            chip.setObjectName("choice")
            chip.setCheckable(True)
            chip.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            chip.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            chip.clicked.connect(lambda _=False, reading=reading: self._toggle(reading))
        self._draw_samples()
        self.retranslate()
        self._check()

    def changeEvent(self, event: QEvent) -> None:
        """Larger type, longer samples."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_chips"):
            self._draw_samples()

    def _draw_samples(self) -> None:
        each = unit(self.font())
        for reading, chip in self._chips.items():
            chip.setIconSize(QSize(round(18 * each), round(10 * each)))
            chip.setIcon(_sample(*look_of(reading), each))

    def retranslate(self) -> None:
        """Say it in the language of the moment."""
        for reading, chip in self._chips.items():
            chip.setText(reading_name(reading))
            chip.setToolTip(reading_meaning(reading))

    # -- what is chosen ---------------------------------------------------------------------

    @property
    def shown(self) -> list[Reading]:
        """Those that are drawn, in the order of the chips."""
        defined = self._defined
        for usual in (self._chosen,) if self._chosen is not None else _USUAL:
            found = [one for one in SHARES if one in usual and (defined is None or one in defined)]
            if found:
                return found
        return []

    def offer(self, defined: Collection[str]) -> None:
        """Let these be chosen; none is told as long as no head was read."""
        known = frozenset(one for one in SHARES if one in defined) if defined else None
        if known != self._defined:
            self._defined = known
            for reading, chip in self._chips.items():
                chip.setVisible(known is None or reading in known)
            self._check()

    def choose(self, names: Sequence[str]) -> None:
        """Draw these; what is no reading is left out."""
        self._chosen = frozenset(one for one in SHARES if one in names)
        self._check()

    @property
    def chosen(self) -> list[Reading] | None:
        """What the user chose, defined here or not; None where nothing was chosen yet."""
        return None if self._chosen is None else [one for one in SHARES if one in self._chosen]

    def _toggle(self, reading: Reading) -> None:
        down = frozenset(self.shown if self._chosen is None else self._chosen)
        self._chosen = down ^ {reading}
        self._check()
        self.changed.emit()

    def _check(self) -> None:
        shown = self.shown
        for reading, chip in self._chips.items():
            chip.setChecked(reading in shown)

    def chip(self, reading: Reading) -> QToolButton:
        """Of this reading."""
        return self._chips[reading]


def _sample(colour: str, dashed: bool, each: float) -> QIcon:
    pixmap = QPixmap(round(36 * each), round(20 * each))
    pixmap.setDevicePixelRatio(2)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    pen = stroke(painter, colour, 2.5)
    if dashed:
        pen.setDashPattern([1.8, 1.4])
    painter.setPen(pen)
    painter.drawLine(0, round(5 * each), round(18 * each), round(5 * each))
    painter.end()
    return QIcon(pixmap)
