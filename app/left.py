"""The left side: the sheet above the predictions, which have the room that its squares leave."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QByteArray, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

from app.panels.sheet import HeadSheet
from core.frame import Frame


class Left(QSplitter):
    """A border that lies where the sheet of the model at hand ends, until somebody moves it; what
    nobody chose is not kept either."""

    def __init__(self, sheet: HeadSheet, above: QWidget, below: QWidget) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self.chosen = False
        self._sheet, self._below = sheet, below
        self._shape = (0, 0)
        self.addWidget(above)
        self.addWidget(below)
        self.setStretchFactor(0, 1)
        super().setSizes([480, 150])
        self.splitterMoved.connect(self._choose)
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._share)

    def show_frame(self, frame: Frame) -> None:
        """Follow the shape of its sheet."""
        if frame.thumbnails is not None and frame.thumbnails.shape[:2] != self._shape:
            self._shape = frame.thumbnails.shape[:2]
            self._soon.start()  # the sheet knows of it by then

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More room to share, or less."""
        super().resizeEvent(event)
        self._soon.start()

    def _share(self) -> None:
        """The predictions have their usual room, and what squares that are as wide as the sheet
        leave below them."""
        parts = self._sheet, self._below
        if self.chosen or not self._shape[0] or not all(part.isVisible() for part in parts):
            return
        usual, total = self._below.sizeHint().height(), sum(self.sizes())
        super().setSizes([total - usual, usual])
        last = self._sheet.square((self._shape[0] - 1, 0))
        spare = round(self._sheet.height() - last.bottom() - 2 * self.fontMetrics().height())
        if spare > 0:
            super().setSizes([total - usual - spare, usual + spare])

    # -- what somebody chose ----------------------------------------------------------------

    def _choose(self) -> None:
        self.chosen = True

    def setSizes(self, sizes: Sequence[int]) -> None:
        """Choose them."""
        self.chosen = True
        super().setSizes(sizes)

    def saveState(self) -> QByteArray:
        """Empty if nobody chose."""
        return super().saveState() if self.chosen else QByteArray()

    def restoreState(
        self, state: QByteArray | bytes | bytearray | memoryview[int]
    ) -> bool:
        """Choose what somebody chose before."""
        done = super().restoreState(state)
        self.chosen = self.chosen or done
        return done
