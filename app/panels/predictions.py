"""The tokens that the model holds likeliest to come next."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.paint.share import draw_share
from app.panels.drawn import Drawn
from app.state import View
from core.frame import Frame, Prediction

_COLUMN = 170  # the least width of a column of bars


class Predictions(Drawn):
    """A bar a token, as long as its probability; a click adds the token to the prompt."""

    chosen = Signal(str)
    """Text to add."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # it fills all of itself
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._predictions: tuple[Prediction, ...] = ()
        self._masks = False
        self._sound, self._classifier = True, False
        self._lit: int | None = None
        self.retranslate()

    def sizeHint(self) -> QSize:
        """Four rows of three."""
        return QSize(560, 4 * self._row_height())

    def minimumSizeHint(self) -> QSize:
        """Two rows, narrow."""
        return QSize(_COLUMN, 2 * self._row_height())

    def _columns(self) -> int:
        """Columns that find room; they are read downwards."""
        rows = max(self.height() // self._row_height(), 1)
        needed = -(-max(len(self._predictions), 1) // rows)
        return max(min(self.width() // _COLUMN, needed), 1)

    def _box(self, row: int) -> QRectF:
        """Where the prediction of this rank is drawn."""
        columns = self._columns()
        rows = -(-len(self._predictions) // columns)
        width, height = self.width() / columns, self._row_height()
        return QRectF(row // rows * width, row % rows * height, width - 6, height)

    def _shown(self) -> int:
        """How many find room; a taller panel shows the rest."""
        boxes = map(self._box, range(len(self._predictions)))
        return sum(box.bottom() <= self.height() + 1 for box in boxes)

    def _row_at(self, point: QPointF) -> int | None:
        for row in range(len(self._predictions)):
            if self._box(row).contains(point):
                return row
        return None

    def _row_height(self) -> int:
        return self.fontMetrics().height() + 10

    def retranslate(self) -> None:
        """Say it in the language of the moment."""
        self.setAccessibleName(self.tr("Next-token predictions"))
        self._tip = self.tr(
            "Click a token, or move to it and press Enter, to add it to the prompt.")
        self._tip_mask = self.tr(
            "Click a token, or move to it and press Enter, to put it in the mask's place.")
        self.setToolTip(self._tip_mask if self._masks else self._tip)
        self._nothing = self.tr("Nothing to predict yet.")
        self._classifies = self.tr(
            "This model tells texts apart and predicts no token; its verdict stands below the "
            "prompt.")
        self._unreal = self.tr("The predictions are no numbers.")
        self._mask_one = self.tr(
            "Click a token below the prompt or beside the matrix to mask it: what may stand there "
            "appears here.")
        self.update()

    def show_frame(self, frame: Frame, view: View) -> None:
        """Show the predictions of ``frame``."""
        masks = frame.card.masks
        wanted = frame.predictions if frame.behind_mask or not masks else ()
        sound = frame.finite or bool(frame.predictions)
        told = wanted, masks, sound, bool(frame.card.labels)
        if told == (self._predictions, self._masks, self._sound, self._classifier):
            return
        self._predictions, self._masks, self._sound, self._classifier = told
        self.setToolTip(self._tip_mask if masks else self._tip)
        if self._lit is not None and self._lit >= len(wanted):
            self._lit = None
        self.setAccessibleDescription(", ".join(
            f"{p.label} {p.probability:.1%}" for p in wanted[:3]
        ))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Bars behind their words; numbers in a column on the right."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self.theme.surface))
        if not self._predictions:
            painter.setPen(QColor(self.theme.muted))
            room = self.rect().adjusted(10, 8, -10, 0)
            painter.drawText(
                room, int(Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap),
                self._unreal if not self._sound else
                self._classifies if self._classifier else
                self._mask_one if self._masks else self._nothing)
        for row, prediction in enumerate(self._predictions):
            box = self._box(row)
            if box.bottom() > self.height() + 1:
                continue  # no room; a taller panel shows it
            if row == self._lit:
                painter.fillRect(box, QColor(self.theme.window))
            draw_share(painter, self.theme, box.adjusted(4, 2, -10, -2), prediction.label,
                       prediction.probability)
        self.draw_focus(painter)
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light the row under the pointer."""
        self._light(self._row_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Light none."""
        self._light(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Add the token that was clicked."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._light(self._row_at(event.position()))
        self._choose()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down light a row, Enter adds it."""
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            step = 1 if event.key() == Qt.Key.Key_Down else -1
            row = (-1 if self._lit is None and step > 0 else self._lit or 0) + step
            self._light(min(max(row, 0), self._shown() - 1))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose()
        else:
            super().keyPressEvent(event)

    def _light(self, row: int | None) -> None:
        self._lit = row if row is not None and 0 <= row < len(self._predictions) else None
        self.update()

    def _choose(self) -> None:
        if self._lit is not None:
            text = self._predictions[self._lit].text
            if text is not None:
                self.chosen.emit(text)


if __name__ == "__main__":
    from app.panels.demo import run_demo

    raise SystemExit(run_demo(Predictions, Predictions.show_frame))
