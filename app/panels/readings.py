"""Readings: what each head does on the text at hand, and a finder of those that do it most."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from app.language import say_refusal
from app.panels.page import Page
from app.panels.readings_model import column_of
from app.panels.readings_table import ReadingsTable
from app.panels.readings_words import reading_meaning, reading_name, reading_unit, reading_value
from app.state import Head, View
from app.theme import Theme
from core.asks.readings import READINGS, Reading, Readings, ReadingsAsk

if TYPE_CHECKING:
    from core.frame import Frame
    from core.trace import Ask

_GAP = 4  # pixels between its parts


class ReadingsPage(Page):
    """The finder, the table, and the heads that were found in words."""

    leaves_out = True

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._told: Readings | None = None
        self._sought: Reading | None = None
        self._view = View()
        self._find, self._finder = QLabel(self), QComboBox(self)
        self._find.setBuddy(self._finder)
        for _ in range(1 + len(READINGS)):
            self._finder.addItem("")
        self._finder.activated.connect(self._choose)
        self.table = ReadingsTable(self)
        self.table.hovered.connect(lambda head: self.selected.emit({"hovered": head}))
        self.table.pinned.connect(self._pin)
        self._hint, self._found = QLabel(self), QLabel(self)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for label in (self._hint, self._found):
            label.setWordWrap(True)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self._hint)
        self._stack.addWidget(self.table)
        top = QHBoxLayout()
        top.addWidget(self._find)
        top.addWidget(self._finder, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(_GAP)
        column.addLayout(top)
        column.addWidget(self._found)
        column.addWidget(self._stack, 1)
        self.setFocusProxy(self.table)
        self.retranslate()

    def retranslate(self) -> None:
        """Say it in the language of the moment."""
        self._find.setText(self.tr("&Find heads:"))
        self._finder.setAccessibleName(self.tr("Find the heads that do most of one thing"))
        self._finder.setToolTip(self.tr(
            "Sorts the heads by one reading, marks those that do it most, and tints the sheet"))
        self._finder.setItemText(0, self.tr("choose what they do"))
        for at, reading in enumerate(READINGS, 1):
            self._finder.setItemText(at, reading_name(reading))
            self._finder.setItemData(at, reading_meaning(reading), Qt.ItemDataRole.ToolTipRole)
        self._hint.setText(self.tr("Type a sentence to read its heads."))
        self.table.setAccessibleName(self.tr("Readings of every head"))
        self._say()

    def set_theme(self, theme: Theme) -> None:
        """Colour it anew."""
        super().set_theme(theme)
        self.table.set_theme(theme)

    def asks(self, frame: Frame | None, view: View) -> tuple[Ask[Any], ...]:
        """All readings; the selection changes nothing of it."""
        return (ReadingsAsk(),)

    def title(self, frame: Frame, view: View) -> str:
        """What the table is."""
        return self.tr("What each head does on this text")

    # -- drawing ----------------------------------------------------------------------------

    def show_frame(self, frame: Frame, view: View) -> None:
        """Draw the readings of ``frame``; without them those before stay."""
        told, refusal = frame.told(ReadingsAsk()), frame.declined(ReadingsAsk())
        sought, self._view = self._sought, view
        if refusal is not None:
            self._told = None
            self._hint.setText(say_refusal(refusal))
            self._stack.setCurrentWidget(self._hint)
            self._say()
            return
        if told is None:
            return
        fresh = told is not self._told
        if fresh or view.tint != sought:
            self._told, self._sought = told, view.tint
            self._fill(told, sort=view.tint is not None and view.tint != sought)
            self._say()
        self._hint.setText(self.tr(
            "No token of this text can choose where to look. Type more of it."))
        self._stack.setCurrentWidget(self.table if told.values else self._hint)
        self.table.light(view.pinned, view.shown)

    def _fill(self, told: Readings, sort: bool) -> None:
        best = [] if self._sought is None else told.best(self._sought)
        current = self.table.currentIndex()
        self.table.rows.show_readings(
            told, _heads(told), frozenset((layer, head) for layer, head, _ in best))
        if current.isValid() and current.row() < self.table.rows.rowCount():
            self.table.setCurrentIndex(self.table.rows.index(current.row(), current.column()))
        if sort and self._sought is not None:
            self.table.sort_as(column_of(self._sought), descending=True)

    def _say(self) -> None:
        """The heads that were found, or why there are none."""
        sought, told = self._sought, self._told
        self._finder.setCurrentIndex(0 if sought is None else 1 + READINGS.index(sought))
        words = ""
        if sought is not None and told is not None:
            words = self._sentence(sought, told)
        self._found.setText(words)
        self._offer_found()
        keys = self.tr("Enter pins the head of the row, Space sorts by the column.")
        self.table.setAccessibleDescription(" ".join(filter(None, (words, keys))))

    def _offer_found(self) -> None:
        """Where it would leave the table no room, the rows that are marked must do."""
        room = self.height() - self._finder.height() - self.table.minimumSizeHint().height()
        needed = self._found.heightForWidth(self.width()) + 2 * _GAP
        self._found.setVisible(bool(self._found.text()) and needed <= room)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More room, or less."""
        super().resizeEvent(event)
        self._offer_found()

    def _sentence(self, sought: Reading, told: Readings) -> str:
        if sought in told.declined:
            return say_refusal(told.declined[sought])
        best = told.best(sought)
        if not best:
            return self.tr("No head does more of it than by looking at all it sees alike.")
        one = self.tr("layer {layer}, head {head} ({value})")
        heads = ", ".join(
            one.format(layer=layer, head=head, value=reading_value(sought, value))
            for layer, head, value in best)
        return self.tr("Most: {heads} {unit}").format(
            heads=heads, unit=reading_unit(sought)).rstrip()

    # -- what the user does -----------------------------------------------------------------

    def seek(self, reading: Reading | None) -> None:
        """Sort by a reading, mark the heads that do it most, and tint the sheet by it."""
        self.selected.emit({"tint": reading})

    def _choose(self, at: int) -> None:
        self.seek(None if at == 0 else READINGS[at - 1])

    def _pin(self, head: Head) -> None:
        self.selected.emit({"pinned": head, "hovered": None})


def _heads(told: Readings) -> list[Head]:
    """Every head that has a reading."""
    values = next(iter(told.values.values()), None)
    if values is None:
        return []
    return [(layer, head) for layer in range(len(values)) for head in range(values.shape[1])]
