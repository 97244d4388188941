"""pyqtgraph's canvas, in which keys go from cell to cell."""

from __future__ import annotations

import pyqtgraph
from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent

from app.panels.arrows import step_of


class MatrixPlot(pyqtgraph.GraphicsLayoutWidget):  # type: ignore[misc]
    """Framed while it has the focus."""

    stepped = Signal(int, int)
    """Queries and keys to go from the cell that is read."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow keys, with Control ten cells at a time; Page Up and Page Down, Home and End."""
        step = step_of(event)
        if step is None:
            super().keyPressEvent(event)
        else:
            self.stepped.emit(*step)
