"""Fields with their names above them, as many in a row as there is room for."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

_MOST, _LEAST = 4, 2  # in a row


class FieldGrid(QWidget):
    """Four in a row, or two where they would be cut off."""

    def __init__(self, fields: Sequence[tuple[str, QWidget]]) -> None:
        super().__init__()
        self._pairs: list[tuple[QLabel, QWidget]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(2)
        for words, field in fields:
            name = QLabel(words)
            name.setBuddy(field)
            field.setAccessibleName(words)
            self._pairs.append((name, field))
        self.columns = 0
        """In a row now."""
        self._arrange(_MOST)

    def minimumSizeHint(self) -> QSize:
        """As narrow as two in a row."""
        return QSize(self._needed(_LEAST), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More room, or less."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Larger type leaves less room."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        columns = _MOST if self._needed(_MOST) <= self.width() else _LEAST
        if columns != self.columns:
            self._arrange(columns)

    def _needed(self, columns: int) -> int:
        """Width of so many in a row."""
        widths = [max(part.minimumSizeHint().width() for part in pair) for pair in self._pairs]
        widest = sum(max(widths[column::columns], default=0) for column in range(columns))
        return widest + (columns - 1) * self._grid.horizontalSpacing()

    def _arrange(self, columns: int) -> None:
        self.columns = columns
        for at, pair in enumerate(self._pairs):
            row, column = divmod(at, columns)
            for below, part in enumerate(pair):
                self._grid.addWidget(part, 2 * row + below, column)
        for column in range(_MOST):
            self._grid.setColumnStretch(column, int(column < columns))
        self.updateGeometry()
