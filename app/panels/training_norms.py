"""Norms of weights and gradients, a row a layer."""

from __future__ import annotations

import math
import re

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.panels.positions_ticks import say
from app.theme import LIGHT, Theme
from core.drive import Norms

_LAYER = re.compile(r"(\w+)\.layers\.(\d+)")


class NormBars(QWidget):
    """Two logarithmic bars a layer, each kind on one scale, with its number."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self.norms: tuple[Norms, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(160)
        self.retranslate()

    def retranslate(self) -> None:
        """Say it in the language of the moment."""
        self.setAccessibleName(self.tr("Norms by layer"))
        self._describe()
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Colour it anew."""
        self.theme = theme
        self.update()

    def show_norms(self, norms: tuple[Norms, ...]) -> None:
        """Draw these; without any, those before stay."""
        if norms and norms is not self.norms:
            grown = len(norms) != len(self.norms)
            self.norms = norms
            self._describe()
            if grown:
                self.updateGeometry()
            self.update()

    def clear(self) -> None:
        """Of another run there are none yet."""
        self.norms = ()
        self._describe()
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """A row a layer below the words."""
        line = self.fontMetrics().height()
        return QSize(24 * line, (len(self.norms) + 1) * (line + 2) if self.norms else 0)

    # -- words ------------------------------------------------------------------------------

    def _name(self, layer: str) -> str:
        found = _LAYER.fullmatch(layer)
        if found is None:
            return {
                "embedding": self.tr("Embedding"), "segments": self.tr("Segment embedding"),
                "encoder": self.tr("Encoder, the rest"), "decoder": self.tr("Decoder, the rest"),
                "masked_head": self.tr("Masked head"), "head": self.tr("Output"),
                "next_sentence": self.tr("Next-sentence verdict"),
                "classifier": self.tr("Classifier"),
            }.get(layer, layer)
        words = {"encoder": self.tr("Encoder {layer}"), "decoder": self.tr("Decoder {layer}")}
        return words.get(found[1], layer).format(layer=found[2])

    def _describe(self) -> None:
        both = self.tr("{layer}: weights {weight}, gradient {gradient}")
        one = self.tr("{layer}: weights {weight}")
        self.setAccessibleDescription(". ".join(
            one.format(layer=self._name(norm.layer), weight=say(norm.weight))
            if norm.gradient is None else
            both.format(layer=self._name(norm.layer), weight=say(norm.weight),
                        gradient=say(norm.gradient)) for norm in self.norms))

    # -- drawing ----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """A header, and the rows."""
        if not self.norms:
            return
        painter = QPainter(self)
        painter.setFont(self.font())
        measure = self.fontMetrics()
        line = measure.height()
        names = [self._name(norm.layer) for norm in self.norms]
        left = min(max(map(measure.horizontalAdvance, names)) + 10, self.width() // 3)
        half = (self.width() - left) / 2
        middle = Qt.AlignmentFlag.AlignVCenter
        columns = (
            (self.tr("Norm of weights"), self.theme.accent,
             [norm.weight for norm in self.norms]),
            (self.tr("Of gradients"), self.theme.tint,
             [norm.gradient for norm in self.norms if norm.gradient is not None]),
        )
        painter.setPen(QColor(self.theme.text))
        for at, name in enumerate(names):
            painter.drawText(QRectF(2, (at + 1) * (line + 2), left - 6, line), middle,
                             measure.elidedText(name, Qt.TextElideMode.ElideRight, left - 6))
        for column, (title, colour, values) in enumerate(columns):
            start = left + column * half
            low, high = scale_of(values)
            words = self.tr("{title}, log, {low}–{high}").format(
                title=title, low=say(low), high=say(high))
            if not values:
                words = self.tr("Of gradients: none before a step")
            painter.setPen(QColor(self.theme.muted))
            painter.drawText(QRectF(start, 0, half - 6, line), middle, measure.elidedText(
                words, Qt.TextElideMode.ElideRight, int(half - 6)))
            number = measure.horizontalAdvance("0.00e−00") + 6
            room = max(half - number - 6, 1.0)
            for at, value in enumerate(values):
                top = (at + 1) * (line + 2)
                painter.fillRect(QRectF(start, top + 2, room, line - 4), QColor(self.theme.masked))
                painter.fillRect(
                    QRectF(start, top + 2, room * share_of(value, low, high), line - 4),
                    QColor(colour))
                painter.setPen(QColor(self.theme.text))
                painter.drawText(QRectF(start + room + 5, top, number, line), middle, say(value))
        painter.end()


def scale_of(values: list[float]) -> tuple[float, float]:
    """Powers of ten around all that are above 0."""
    real = [value for value in values if value > 0 and math.isfinite(value)]
    if not real:
        return 0.1, 1.0
    low, high = math.floor(math.log10(min(real))), math.ceil(math.log10(max(real)))
    if low == math.log10(min(real)):  # it would have no bar
        low -= 1
    return 10.0**low, 10.0 ** max(high, low + 1)


def share_of(value: float, low: float, high: float) -> float:
    """Of the bar's room, on the logarithmic scale; 0 of what is no number above 0."""
    if not value > 0 or not math.isfinite(value):
        return 0.0
    return min(max(math.log(value / low) / math.log(high / low), 0.0), 1.0)
