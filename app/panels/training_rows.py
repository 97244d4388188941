"""Widgets side by side, in as many rows as they need."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QEvent, QPoint, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

_ACROSS, _DOWN = 6, 4


class Rows(QWidget):
    """Each keeps the size that it hints at; one that is hidden takes no room."""

    def __init__(self, *parts: QWidget) -> None:
        super().__init__()
        self._parts = parts
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        for part in parts:
            part.setParent(self)

    def _places(self, width: int) -> Iterator[tuple[QWidget, QPoint, QSize]]:
        row: list[tuple[QWidget, QSize]] = []
        used = top = 0
        for part in (*self._parts, None):
            if part is not None and part.isHidden():
                continue
            size = QSize() if part is None else part.sizeHint()
            if row and (part is None or used + size.width() > width):
                high, left = max(each.height() for _, each in row), 0
                for each, each_size in row:
                    yield each, QPoint(left, top + (high - each_size.height()) // 2), each_size
                    left += each_size.width() + _ACROSS
                row, used, top = [], 0, top + high + _DOWN
            if part is not None:
                row.append((part, QSize(min(size.width(), max(width, 1)), size.height())))
                used += size.width() + _ACROSS

    def hasHeightForWidth(self) -> bool:
        """It is higher where it is narrow."""
        return True

    def heightForWidth(self, width: int) -> int:
        """What all rows take."""
        return max((at.y() + size.height() for _, at, size in self._places(width)), default=0)

    def sizeHint(self) -> QSize:
        """As it is now."""
        return QSize(320, self.heightForWidth(max(self.width(), 1)))

    def minimumSizeHint(self) -> QSize:
        """The widest of its parts."""
        return QSize(min(self._widest(), 160), self.heightForWidth(max(self.width(), 1)))

    def _widest(self) -> int:
        return max((part.sizeHint().width() for part in self._parts), default=0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put each in its place."""
        self._arrange()

    def event(self, event: QEvent) -> bool:
        """A part has other words, or another size."""
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._arrange()
            self.updateGeometry()
        return done

    def _arrange(self) -> None:
        for part, at, size in self._places(self.width()):
            part.setGeometry(at.x(), at.y(), size.width(), size.height())
