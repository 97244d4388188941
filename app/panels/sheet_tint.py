"""The tint of the sheet: one reading of every head, as a bar below its square, and its legend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from app.language import say_refusal
from app.paint.stroke import stroke
from app.panels.readings_words import (
    reading_meaning,
    reading_name,
    reading_range,
    reading_unit,
    reading_value,
)
from app.state import Head
from app.theme import Theme
from core.asks.readings import Reading, Readings, ReadingsAsk
from core.errors import Refusal
from core.frame import Frame

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SAMPLE = 26  # pixels of the bar in the legend


@dataclass(frozen=True, eq=False)
class Tint:
    """One reading, or why there is none."""

    reading: Reading
    told: Readings | None
    reason: Refusal | None

    @property
    def _there(self) -> Readings | None:
        """What was told, if the reading is defined here."""
        return self.told if self.told is not None and self.reading in self.told.values else None

    @property
    def shares(self) -> NDArray[np.float32] | None:
        """[layer, head] of the range, 0 to 1; None where the reading is not defined."""
        told = self._there
        return None if told is None else told.values[self.reading] / told.most[self.reading]

    def words(self) -> str:
        """The range of the bars, or why there are none."""
        told = self._there
        if told is not None:
            return reading_range(self.reading, told.most[self.reading])
        reason = self.reason or (self.told.declined[self.reading] if self.told else None)
        return f"{reading_name(self.reading)}: {say_refusal(reason)}" if reason else ""

    def meaning(self) -> str:
        """What the reading is, and whose."""
        return "\n".join((self.words(), reading_meaning(self.reading)))

    def say(self, head: Head) -> str:
        """The reading of one head, and what it would be if it looked at all alike."""
        told = self._there
        if told is None:
            return self.words()
        translate = QCoreApplication.translate
        value, alike = told.values[self.reading][head], told.alike[self.reading][head[0]]
        words = translate("readings", "{name}: {value} {unit}").format(
            name=reading_name(self.reading), value=reading_value(self.reading, float(value)),
            unit=reading_unit(self.reading))
        beside = translate("readings", "(looking at all alike: {value})").format(
            value=reading_value(self.reading, float(alike)))
        return f"{words.rstrip()} {beside}"

    def sentence(self) -> str:
        """The tint for who does not see it: what it is, and the head with the most."""
        shares = self.shares
        if shares is None:
            return self.words()
        import numpy as np

        best = np.unravel_index(np.argmax(np.nan_to_num(shares, nan=-1)), shares.shape)
        head = int(best[0]), int(best[1])
        return QCoreApplication.translate(
            "readings", "tinted by {range}; most in layer {layer}, head {head}: {value}").format(
                range=self.words(), layer=head[0], head=head[1], value=self.say(head))

    def draw_legend(self, painter: QPainter, theme: Theme, room: QRectF) -> None:
        """A bar as below the squares, and what it says."""
        left = room.left()
        if self._there is not None:
            high = max(room.height() / 3, 6.0)
            sample = QRectF(left, room.center().y() - high / 2, _SAMPLE, high)
            painter.fillRect(sample, QColor(theme.surface))
            painter.fillRect(sample.adjusted(0, 0, -_SAMPLE / 3, 0), QColor(theme.tint))
            painter.setPen(stroke(painter, theme.grid))
            painter.drawRect(sample)
            left += _SAMPLE + 8
        painter.setPen(QColor(theme.text))
        words = painter.fontMetrics().elidedText(
            self.words(), Qt.TextElideMode.ElideRight, int(room.right() - left))
        painter.drawText(
            QRectF(left, room.top(), room.right() - left, room.height()),
            Qt.AlignmentFlag.AlignVCenter, words)


def tint_of(frame: Frame | None, reading: Reading | None) -> Tint | None:
    """The tint that ``frame`` tells of; None where none is wanted, or it was not asked yet."""
    if frame is None or reading is None:
        return None
    told, reason = frame.told(ReadingsAsk()), frame.declined(ReadingsAsk())
    return None if told is None and reason is None else Tint(reading, told, reason)
