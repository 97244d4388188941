"""The readings as rows and columns: a row a head, in the order that they are sorted in."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from app.language import say_refusal
from app.panels.readings_words import reading_meaning, reading_name, reading_value
from app.state import Head
from core.asks.readings import READINGS, Reading, Readings

Index = QModelIndex | QPersistentModelIndex
FIRST = 2
"""The column of the first reading, behind layer and head."""
_ABSENT = "–"


def column_of(reading: Reading) -> int:
    """Where a reading stands."""
    return FIRST + READINGS.index(reading)


class ReadingsModel(QAbstractTableModel):
    """Heads in the order they were sorted in."""

    def __init__(self) -> None:
        super().__init__()
        self.told: Readings | None = None
        self.heads: list[Head] = []
        self.best: frozenset[Head] = frozenset()
        self.column, self.descending = 0, False

    def show_readings(self, told: Readings, heads: Sequence[Head], best: frozenset[Head]) -> None:
        """Hold these, sorted as before."""
        self.beginResetModel()
        self.told, self.heads, self.best = told, list(heads), best
        self._order()
        self.endResetModel()

    def sort_by(self, column: int, descending: bool) -> None:
        """Sort the heads by a column; those without a number come last."""
        self.beginResetModel()
        self.column, self.descending = column, descending
        self._order()
        self.endResetModel()

    def _order(self) -> None:
        sign = -1 if self.descending else 1

        def key(head: Head) -> tuple[bool, float, Head]:
            value = head[self.column] if self.column < FIRST else self.value(head, self.column)
            missing = value is None or math.isnan(value)
            return missing, 0.0 if missing or value is None else sign * value, head

        self.heads.sort(key=key)

    def value(self, head: Head, column: int) -> float | None:
        """The number in a cell; None where there is none to be."""
        reading = READINGS[column - FIRST]
        if self.told is None or reading not in self.told.values:
            return None
        if math.isnan(self.told.alike[reading][head[0]]):
            return None  # no query of this layer can do it
        return float(self.told.values[reading][head])

    def share(self, head: Head, column: int) -> float | None:
        """The same as a part of the range, 0 to 1."""
        value, reading = self.value(head, column), READINGS[column - FIRST]
        return None if value is None or self.told is None else value / self.told.most[reading]

    def text(self, head: Head, column: int) -> str:
        """What is written in a cell."""
        if column < FIRST:
            return str(head[column])
        value = self.value(head, column)
        return _ABSENT if value is None else reading_value(READINGS[column - FIRST], value)

    def rowCount(self, parent: Index | None = None) -> int:
        """Heads."""
        return len(self.heads)

    def columnCount(self, parent: Index | None = None) -> int:
        """Layer, head, readings."""
        return FIRST + len(READINGS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        """Words and tool tips; the delegate draws."""
        if not index.isValid():
            return None
        head, column = self.heads[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(head, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            words = self.tr("Layer {layer}, head {head}").format(layer=head[0], head=head[1])
            return words if column < FIRST else "\n".join((words, self._tip(head, column)))
        return None

    def _tip(self, head: Head, column: int) -> str:
        reading = READINGS[column - FIRST]
        if self.told is None or reading in self.told.declined:
            return self._why(reading)
        alike = float(self.told.alike[reading][head[0]])
        return self.tr("{name}: {value}; of a head that looks at all alike: {alike}").format(
            name=reading_name(reading), value=self.text(head, column),
            alike=_ABSENT if math.isnan(alike) else reading_value(reading, alike))

    def _why(self, reading: Reading) -> str:
        if self.told is None or reading not in self.told.declined:
            return ""
        return say_refusal(self.told.declined[reading])

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        """Names; definition and source as a tool tip, behind why there is no number."""
        if orientation == Qt.Orientation.Vertical:
            return None
        if section < FIRST:
            words = (self.tr("layer"), self.tr("head"))[section]
            return words if role == Qt.ItemDataRole.DisplayRole else None
        reading = READINGS[section - FIRST]
        if role == Qt.ItemDataRole.DisplayRole:
            return reading_name(reading)
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join(filter(None, (self._why(reading), reading_meaning(reading))))
        return None
