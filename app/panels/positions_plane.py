"""A pair of dimensions as a plane, beside its numbers; the pair and the shift can be chosen."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.language import in_turn
from app.panels.positions_bars import BarRow, Bars
from app.panels.positions_circle import Circle, CirclePicture
from app.theme import Theme


class Plane(QWidget):
    """The circle, the lines of the derivation, and what each pair gives to a score."""

    paired = Signal(int)
    """The pair that the user chose."""
    shifted = Signal(int)
    """The shift that the user chose."""
    stepped = Signal(int, int)
    """Up and to the right, by key."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.circle, self.lines, self.bars = Circle(self), QLabel(self), Bars(self)
        self.pair, self.shift = QSpinBox(self), QSpinBox(self)
        self._pair_name, self._shift_name = QLabel(self), QLabel(self)
        self._pair_name.setBuddy(self.pair)
        self._shift_name.setBuddy(self.shift)
        self.lines.setTextFormat(Qt.TextFormat.PlainText)
        self.lines.setWordWrap(True)
        self.lines.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.lines.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        chosen = QHBoxLayout()
        for part in (self._pair_name, self.pair, self._shift_name, self.shift):
            chosen.addWidget(part)
        chosen.addStretch(1)
        self._sides = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._sides.setSpacing(10)
        self._sides.addWidget(self.circle, 2)
        scroll = QScrollArea(self)  # at large type there is not room for all lines
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self.lines)
        for ground in (scroll.viewport(), self.lines):  # the panel's own ground
            ground.setAutoFillBackground(False)
        self._sides.addWidget(scroll, 3)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(chosen)
        column.addLayout(self._sides, 3)
        column.addWidget(self.bars, 2)
        self.pair.valueChanged.connect(self.paired.emit)
        self.shift.valueChanged.connect(self.shifted.emit)
        self.circle.stepped.connect(self.stepped.emit)
        self.bars.clicked.connect(self.paired.emit)
        self.bars.stepped.connect(lambda _, columns: self.stepped.emit(columns, 0))
        self.retranslate()

    def show_plane(
        self, picture: CirclePicture, lines: list[str], rows: tuple[BarRow, ...], pair: int,
        pairs: int, shift: int | None, longest: int,
    ) -> None:
        """Draw one pair.

        Args:
            picture: the vectors.
            lines: their numbers.
            rows: what each pair gives to a score; none where there is no score.
            pair: the one that is drawn.
            pairs: how many there are.
            shift: by how many places; None where nothing is shifted.
            longest: no shift is longer.
        """
        self.circle.show_picture(picture)
        self.lines.setText("\n".join(lines))
        self.circle.setAccessibleDescription(in_turn(map(str.strip, lines)))
        self.bars.show_rows(rows)
        self.bars.light(pair)
        self.bars.setVisible(bool(rows))
        for box, value, low, high in (
            (self.pair, pair, 0, pairs - 1), (self.shift, shift or 0, -longest, longest),
        ):
            box.blockSignals(True)
            box.setRange(low, high)
            box.setValue(value)
            box.blockSignals(False)
        for part in (self.shift, self._shift_name):
            part.setVisible(shift is not None)

    def set_theme(self, theme: Theme) -> None:
        """Colour it anew."""
        for part in (self.circle, self.bars):
            part.theme = theme
            part.update()

    def retranslate(self) -> None:
        """Say it in the language of the moment."""
        self._pair_name.setText(self.tr("Pair"))
        self._shift_name.setText(self.tr("Shift k"))
        self.pair.setAccessibleName(self.tr("Pair of dimensions"))
        self.shift.setAccessibleName(self.tr("Shift by k positions"))
        self.circle.setAccessibleName(self.tr("One pair of dimensions as a plane"))
        self.bars.setAccessibleName(self.tr("What each pair gives to the score"))
        self.circle.setToolTip(self.tr(
            "Dashed: before the turn. Up and down choose the pair, left and right move on."))

    def fit(self, width: int) -> None:
        """Put the numbers below the circle where there is no room beside it."""
        narrow = width < 26 * self.fontMetrics().height()
        way = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        self._sides.setDirection(way)


