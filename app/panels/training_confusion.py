"""What a classifier said of the held-out texts: a row a label, a column for what was said."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import LIGHT, Theme
from core.drive import Training

_MOST = 8
"""Labels that there is room for."""


class ConfusionTable(QWidget):
    """Counts, each with a bar as long as its share of the row."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self.labels: tuple[str, ...] = ()
        self.counts: tuple[tuple[int, ...], ...] = ()
        """[label, said]."""
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(160)
        self.hide()

    def retranslate(self) -> None:
        """Say it in the language of the moment."""
        self.setAccessibleName(self.tr("Labels of the held-out texts, and what was said"))
        self._describe()
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Colour it anew."""
        self.theme = theme
        self.update()

    def show_training(self, training: Training | None) -> None:
        """Draw what was measured last; nothing where no labels are told apart, or too many."""
        told = training is not None and len(training.confusion) == len(training.labels) <= _MOST
        labels, counts = (training.labels, training.confusion) if training and told else ((), ())
        if (labels, counts) != (self.labels, self.counts):
            self.labels, self.counts = labels, counts
            self._describe()
            self.updateGeometry()
            self.update()
        self.setVisible(bool(counts))

    def sizeHint(self) -> QSize:
        """A row a label below the words."""
        line = self.fontMetrics().height()
        return QSize(24 * line, (len(self.labels) + 1) * (line + 2) if self.labels else 0)

    def _describe(self) -> None:
        row = self.tr("{label}: {said}")
        cell = self.tr("{count} said to be {label}")
        self.setAccessibleDescription(". ".join(
            row.format(label=label, said=", ".join(
                cell.format(count=count, label=said)
                for said, count in zip(self.labels, counts, strict=True)))
            for label, counts in zip(self.labels, self.counts, strict=True)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """A header, and the rows."""
        if not self.counts:
            return
        painter = QPainter(self)
        painter.setFont(self.font())
        measure = self.fontMetrics()
        line = measure.height()
        heading = self.tr("Held out: is")
        left = min(max(map(measure.horizontalAdvance, (heading, *self.labels))) + 10,
                   self.width() // 3)
        column = (self.width() - left) / len(self.labels)
        number = measure.horizontalAdvance(f"{max(map(max, self.counts)):,}") + 6
        room = max(column - number - 10, 1.0)

        def write(x: float, row: int, width: float, words: str, colour: str) -> None:
            painter.setPen(QColor(colour))
            painter.drawText(
                QRectF(x, row * (line + 2), width, line), Qt.AlignmentFlag.AlignVCenter,
                measure.elidedText(words, Qt.TextElideMode.ElideRight, int(width)))

        write(2, 0, left - 6, heading, self.theme.muted)
        for at, label in enumerate(self.labels):
            write(left + at * column, 0, column - 6, self.tr("said: {label}").format(label=label),
                  self.theme.muted)
            write(2, at + 1, left - 6, label, self.theme.text)
            whole = max(sum(self.counts[at]), 1)
            for said, count in enumerate(self.counts[at]):
                x, top = left + said * column, (at + 1) * (line + 2) + 2
                colour = self.theme.accent if said == at else self.theme.muted
                painter.fillRect(QRectF(x, top, room, line - 4), QColor(self.theme.masked))
                painter.fillRect(QRectF(x, top, room * count / whole, line - 4), QColor(colour))
                write(x + room + 5, at + 1, number, f"{count:,}", self.theme.text)
        painter.end()
