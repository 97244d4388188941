"""The pictures that the views of positions share, on one stack."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from app.panels.curves import Curves
from app.panels.field import Field
from app.panels.field_picture import Picture
from app.panels.positions_bars import Bars
from app.panels.positions_curves import CurvesPicture
from app.panels.positions_plane import Plane
from app.theme import Theme


class Boards(QStackedWidget):
    """Two fields, two sets of curves, a plane, bars with curves, or a sentence."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heat, self.beside = Field(steps=True), Field(steps=True)
        self.curves, self.waves = Curves(), Curves()
        self.plane = Plane()
        self.bars, self.norms = Bars(), Curves()
        self.hint = QLabel()
        self.hint.setWordWrap(True)
        self.hint.setTextFormat(Qt.TextFormat.PlainText)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._heats = _board(QHBoxLayout, (self.heat, 1), (self.beside, 1))
        self._curves = _board(QVBoxLayout, (self.curves, 3), (self.waves, 2))
        self._sum = _board(QVBoxLayout, (self.bars, 3), (self.norms, 2))
        for board in (self._heats, self._curves, self.plane, self._sum, self.hint):
            self.addWidget(board)

    def show_heats(self, own: Picture, beside: Picture | None = None) -> None:
        """One field, or two side by side."""
        self.heat.show_picture(own)
        self.beside.show_picture(beside)
        self.beside.setVisible(beside is not None)
        self.setCurrentWidget(self._heats)

    def show_curves(self, own: CurvesPicture, waves: CurvesPicture | None = None) -> None:
        """Curves, and others below them."""
        self.curves.show_picture(own)
        self.waves.show_picture(waves)
        self.waves.setVisible(waves is not None)
        self.setCurrentWidget(self._curves)

    def show_plane(self) -> None:
        """The circle and its numbers."""
        self.setCurrentWidget(self.plane)

    def show_sum(self) -> None:
        """Bars, and norms below them."""
        self.setCurrentWidget(self._sum)

    def show_hint(self, sentence: str) -> None:
        """A sentence in place of a picture."""
        self.hint.setText(sentence)
        self.setCurrentWidget(self.hint)

    @property
    def reduced(self) -> bool:
        """Whether a pixel of what is shown covers more than one value."""
        if self.currentWidget() is self._heats:
            return self.heat.reduced or (not self.beside.isHidden() and self.beside.reduced)
        return self.currentWidget() is self._sum and self.bars.reduced

    @property
    def waved(self) -> bool:
        """Whether the axis of wavelengths is shown."""
        return self.currentWidget() is self._curves and not self.waves.isHidden()

    def describe(self, sentence: str) -> None:
        """What is said of the picture, to those who do not see it."""
        for part in (self.heat, self.beside, self.curves, self.waves, self.bars, self.norms):
            part.setAccessibleDescription(sentence)

    def set_theme(self, theme: Theme) -> None:
        """Colour it anew."""
        for heat in (self.heat, self.beside):
            heat.set_theme(theme)
        for part in (self.curves, self.waves, self.bars, self.norms):
            part.theme = theme
            part.update()
        self.plane.set_theme(theme)

    def retranslate(self) -> None:
        """Say it in the language of the moment."""
        for part, name in (
            (self.heat, self.tr("Positions as a matrix")),
            (self.beside, self.tr("Sinusoids as a matrix, for comparison")),
            (self.curves, self.tr("Positions as curves")),
            (self.waves, self.tr("Wavelengths by pair of dimensions")),
            (self.bars, self.tr("Token, position and their sum, by dimension")),
            (self.norms, self.tr("Norms of the summands, by position")),
        ):
            part.setAccessibleName(name)
        self.bars.setToolTip(self.tr(
            "A bar a dimension, all rows on one scale; the cosine is that with the sum."))
        self.beside.setToolTip(self.tr(
            "Vaswani et al. 2017, section 3.5; this model learned its positions instead."))
        self.plane.retranslate()


def _board(kind: type[QHBoxLayout] | type[QVBoxLayout], *parts: tuple[QWidget, int]) -> QWidget:
    board = QWidget()
    layout = kind(board)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(8)
    for part, stretch in parts:
        layout.addWidget(part, stretch)
    return board
