"""Marks over a widget: drawn above it, moved with it, and in the way of nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.paint.mark import draw_mark, mark_width
from app.theme import Theme

Boxes = Callable[[], Sequence[QRectF]]
"""Where the marked things are now, in the widget's own units."""

_BESIDE_WORDS = 0.6
"""How thick a mark is that has letters beside it."""


class MarkLayer(QWidget):
    """As large as the widget that it lies on; asks where the marks are each time it is painted."""

    def __init__(self, over: QWidget, boxes: Boxes, theme: Theme, arrows: bool = True) -> None:
        super().__init__(over)
        self._over = over
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.boxes, self._theme, self._arrows = boxes, theme, arrows
        over.installEventFilter(self)
        self.setGeometry(over.rect())
        self.raise_()
        self.show()

    def set_theme(self, theme: Theme) -> None:
        """Colour it anew."""
        self._theme = theme
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay as large as what lies below."""
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self._over.rect())
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """The marks that are in view."""
        painter = QPainter(self)
        width, room = mark_width(self.fontMetrics().height()), QRectF(self.rect())
        width = width if self._arrows else width * _BESIDE_WORDS
        for box in self.boxes():
            if box.intersects(room):
                draw_mark(painter, box, self._theme, width, self._arrows)
        painter.end()
