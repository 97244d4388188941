"""The matrices of the selected head and of its layer: weights, their gradient, their change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from app.language import in_turn
from app.panels import weights_words as words
from app.panels.activations_hold import hold, position_of
from app.panels.answer_page import AnswerPage
from app.panels.chooser import Chooser
from app.panels.cut_button import CutButton
from app.panels.elided import Elided
from app.panels.field import Field
from app.panels.field_picture import Spot
from app.panels.narrow import Narrow
from app.panels.weights_formula import EquationLine
from app.panels.weights_picture import weights_picture
from app.panels.weights_spectra import SpectraBars
from app.state import View
from app.theme import Theme
from core.asks.weights import MatrixName, Side, WeightsAsk, WeightsPicture

if TYPE_CHECKING:
    from core.frame import Frame
    from core.trace import Ask

_ROOM = 17  # lines of type from which on singular values have room


class WeightsPage(AnswerPage[WeightsPicture]):
    """One matrix at a time; the head and the layer are those of the selection."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._matrix: MatrixName = "query"
        self._side: Side = "weights"
        self._held: tuple[int, int] | None = None  # a row and a column of the whole matrix
        self._pointed: int | None = None  # the position that the pointer previews
        self._drawn: tuple[object, ...] = ()
        self._matrices, self._sides, self._cut = Narrow(self, 12), Chooser(self), CutButton(self)
        self._equation, self._field = EquationLine(self), Field(self, steps=True)
        self._spectra = SpectraBars(self)
        self._reading, self._numbers, self._about = Elided(self), Elided(self), Elided(self)
        self._lay_out()
        self._matrices.activated.connect(lambda at: self.choose(self._matrices.itemData(at)))
        self._sides.chosen.connect(self._choose_side)
        self._cut.toggled.connect(self._choose_reach)
        self._field.pointed.connect(self._point)
        self._field.clicked.connect(self._click)
        self._field.stepped.connect(self._step)
        self._field.resized.connect(self.wished)
        self.retranslate()

    def _lay_out(self) -> None:
        self._stack.addWidget(self._field)
        what, how = QHBoxLayout(), QHBoxLayout()
        what.addWidget(self._matrices, 1)
        what.addWidget(self._equation, 1)
        how.addWidget(self._sides)
        how.addStretch(1)
        how.addWidget(self._cut)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(what)
        column.addLayout(how)
        column.addWidget(self._stack, 1)
        for part in (self._reading, self._about, self._numbers, self._spectra):
            column.addWidget(part)

    def retranslate(self) -> None:
        """Say it in the language of the moment."""
        self._matrices.setAccessibleName(self.tr("Matrix"))
        self._equation.setAccessibleName(self.tr("Its equation"))
        self._spectra.setAccessibleName(self.tr("Singular values"))
        self._cut.retranslate()
        self._matrices.clear()
        self._offer_sides()
        self._drawn = ()
        self._draw()

    def _offer_sides(self) -> None:
        choices = [
            ("weights", self.tr("Weights"), self.tr("The numbers of the matrix")),
            ("gradient", self.tr("Gradient"), self.tr(
                "How fast the loss of this text rises with each number; the model runs once more, "
                "and back")),
            ("change", self.tr("Change"), self.tr(
                "What became of each number since the step that is compared with, or else since "
                "the first that is kept")),
        ]
        if self._side != "change" and not (self._frame is not None and self._frame.kept):
            choices.pop()
        self._sides.offer(choices, self._side)

    def set_theme(self, theme: Theme) -> None:
        """Colour it anew."""
        super().set_theme(theme)
        for part in (self._field, self._equation, self._spectra):
            part.set_theme(theme)
        for text in (self._about, self._numbers):
            text.setStyleSheet(f"color: {theme.muted}")

    # -- what it asks and shows -------------------------------------------------------------

    def asks(self, frame: Frame | None, view: View) -> tuple[Ask[Any], ...]:
        """The chosen matrix of the selected head."""
        rows, columns = self._field.room()
        layer, head = view.shown or (0, 0)
        return (WeightsAsk(self._matrix, layer, head, self._side, self._since(frame), self._held,
                           rows, columns),)

    def _since(self, frame: Frame | None) -> int | None:
        """The step that this one is compared with, if it is compared with one of this model."""
        other = None if frame is None or self._side != "change" else frame.beside
        if frame is None or other is None or other.card.reference != frame.card.reference:
            return None
        return other.step if other.step != frame.step else None

    def title(self, frame: Frame, view: View) -> str:
        """Which matrix it is, and how large."""
        return self.tr("Weights") if self._told is None else words.title(self._told)

    def badge(self, frame: Frame, view: View) -> str:
        """Says what was reduced or cut."""
        told, parts = self._told, []
        if told is not None and told.spots is not None:
            parts.append(self.tr("largest |x| per pixel"))
        if told is not None and self._cut.isChecked() and told.summary.beyond:
            parts.append(self.tr("{count} beyond colours").format(
                count=f"{told.summary.beyond:,}"))
        return " · ".join(parts)

    # -- drawing ----------------------------------------------------------------------------

    def _draw(self) -> None:
        self._offer_sides()
        told, frame = self._told, self._frame
        if told is None or frame is None:
            self._stack.setCurrentWidget(self._hint)
            self._spectra.hide()
            for text in (self._reading, self._about, self._numbers):
                text.clear()
            return
        self._offer_matrices(told)
        names = self._row_names()
        state = told.summary, told.side, told.place, self._cut.isChecked(), names
        if self._drawn != state:
            self._drawn, room = state, self._field.room()
            self._field.show_picture(weights_picture(told, names, self._cut.isChecked()))
            if self._field.room() != room:  # names take other room than numbers
                self.wished.emit()
            self._field.setAccessibleName(words.title(told))
            self._equation.show_equation(words.formula(told.place))
            self._spectra.show_spectra(told.spectra)
            self._about.setText(words.about(told))
            self._numbers.setText(words.numbers(told, names))
        self._make_room()
        self._light(told, frame)
        self._stack.setCurrentWidget(self._field)
        self._read()

    def _light(self, told: WeightsPicture, frame: Frame) -> None:
        if told.entry is not None:
            self._field.light(told.entry.row, told.entry.column)
        else:
            self._field.light(
                position_of(frame, self._view) if told.place.matrix == "embedding" else None)

    def _row_names(self) -> tuple[str, ...]:
        """Of tokens and of norms; none where rows are numbered."""
        told, frame = self._told, self._frame
        if told is None or frame is None:
            return ()
        if told.place.matrix == "embedding":
            return tuple(frame.queries.labels) if (
                len(frame.queries) == told.summary.positions) else ()
        known = words.norm_names()
        return tuple(known[name] for name in told.place.rows)

    def _offer_matrices(self, told: WeightsPicture) -> None:
        place, box = told.place, self._matrices
        if [box.itemData(at) for at in range(box.count())] != list(place.matrices):
            names, tips = words.matrix_names(), words.matrix_tips()
            box.clear()
            for matrix in place.matrices:
                box.addItem(names[matrix], matrix)
                box.setItemData(box.count() - 1, tips[matrix], Qt.ItemDataRole.ToolTipRole)
        box.setCurrentIndex(place.matrices.index(place.matrix))
        box.setToolTip(words.matrix_tips()[place.matrix])

    def _make_room(self) -> None:
        """Words and bars give way to the picture where there is no room for all."""
        line = self.fontMetrics().height()
        told = self._told
        self._about.setVisible(bool(self._about.text()) and self.height() > 11 * line)
        self._numbers.setVisible(self.height() > 12 * line)
        self._spectra.setVisible(
            told is not None and told.spectra is not None and self.height() > _ROOM * line)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep room for the picture."""
        super().resizeEvent(event)
        self._make_room()

    # -- reading ----------------------------------------------------------------------------

    def _read(self) -> None:
        said = self.reading()
        self._reading.setText(said)
        self._field.setAccessibleDescription(in_turn((
            said, self._about.text(), self._numbers.text())))

    def reading(self) -> str:
        """The number under the pointer, or else the one that is held."""
        told, spot = self._told, self._field.at
        if told is None:
            return ""
        names, matrix = self._row_names(), told.place.matrix
        if spot is not None and spot[0] < told.values.shape[0] and spot[1] < told.values.shape[1]:
            row, column = told.spot(*spot)
            return words.entry(matrix, told.side, words.row_name(row, names), column,
                               float(told.values[spot]))
        if told.entry is None:
            return self.tr("Point at a number to read it; click, or move with the arrow keys, to "
                           "hold it.")
        return self.tr("held: {number}").format(number=words.entry(
            matrix, told.side, words.row_name(told.entry.row, names), told.entry.column,
            told.entry.value, told.entry.weight))

    # -- what the user does -----------------------------------------------------------------

    def choose(self, matrix: MatrixName) -> None:
        """Show this matrix."""
        if matrix != self._matrix:
            self._matrix, self._held = matrix, None
            self.wished.emit()

    def _choose_side(self, side: str) -> None:
        self._side = cast("Side", side)
        self.wished.emit()

    def _choose_reach(self) -> None:
        self._draw()
        self.wished.emit()  # the badge says it

    def _point(self, spot: Spot | None) -> None:
        self._read()
        told, frame = self._told, self._frame
        if told is None or frame is None or told.place.matrix != "embedding":
            return
        position = None if spot is None else told.spot(*spot)[0]
        if position != self._pointed:
            self._pointed = position
            cell = None if position is None else hold(frame, self._view, position)
            self.selected.emit({"cell": cell})

    def _click(self, spot: Spot) -> None:
        if self._told is not None:
            entry = self._told.spot(*spot)
            self._hold(None if entry == self._held else entry)

    def _step(self, down: int, across: int) -> None:
        told = self._told
        if told is None:
            return
        if self._held is None:
            self._hold(told.largest or (0, 0))
            return
        row, column = self._held
        self._hold((min(max(row + down, 0), told.summary.positions - 1),
                    min(max(column + across, 0), told.summary.width - 1)))

    def _hold(self, entry: tuple[int, int] | None) -> None:
        self._held = entry
        self.wished.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A letter or a digit chooses a matrix; Backspace lets go of what is held."""
        matrix = words.KEYS.get(Qt.Key(event.key()))
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        there = self._told.place.matrices if self._told is not None else (self._matrix, "query")
        if plain and matrix in there:
            self.choose(matrix)
        elif plain and event.key() == Qt.Key.Key_Backspace and self._held is not None:
            self._hold(None)
        else:
            super().keyPressEvent(event)
