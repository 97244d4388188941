"""One step of the derivation, drawn: formulas with their numbers, vectors as bars."""

from __future__ import annotations

import time

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFontInfo,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.paint.formula import draw_formula, is_typeset, typeset
from app.paint.stroke import stroke
from app.paint.words import isolated
from app.panels.derivation_bars import column_ends, draw_bars, strong
from app.panels.derivation_layout import Arranged, Placed, arrange, value_words
from app.panels.derivation_words import number, say_remark
from app.panels.drawn import Drawn
from core.asks.derivation import Bars, Derivation, Line, Remark
from core.tokens import Tokens

_MARGIN = 6
_PATIENCE = 0.02  # seconds of typesetting in one go
_STEPS = {
    Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1,
    Qt.Key.Key_Home: -99, Qt.Key.Key_End: 99,
}


class Canvas(Drawn):
    """Arrow keys and Page keys step; a click on a key holds it."""

    stepped = Signal(int)
    """So many steps forward."""
    read = Signal(str)
    """What is under the pointer."""
    chosen = Signal(int)
    """A key that was clicked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._derivation: Derivation | None = None
        self._keys: Tokens | None = None
        self._room = 0
        self.arranged = Arranged()
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self._typeset_some)

    def set_room(self, height: int) -> None:
        """Let bars grow until the step is as high as this."""
        if height != self._room:
            self._room = height
            self._arrange()

    def show_step(self, derivation: Derivation, keys: Tokens) -> None:
        """Draw the step of ``derivation``."""
        self._derivation, self._keys = derivation, keys
        self._arrange()

    @property
    def em(self) -> float:
        """Size of the type of formulas, in pixels: a little above the words', as it is lighter."""
        return QFontInfo(self.font()).pixelSize() * 1.12

    def sizeHint(self) -> QSize:
        """As high as the step is."""
        return QSize(320, self.minimumHeight())

    def _arrange(self) -> None:
        if self._derivation is None:
            return
        self._typeset_for(_PATIENCE)
        self.arranged = arrange(
            self._derivation.step.parts, self.width() - 2 * _MARGIN, self._room - 2 * _MARGIN,
            self.fontMetrics(), self.em, budget=True)
        self.setMinimumHeight(round(self.arranged.height) + 2 * _MARGIN)
        if not self.arranged.ready:
            self._later.start()
        self.update()

    def _typeset_some(self) -> None:
        if self.isVisible():
            self._arrange()

    def _typeset_for(self, seconds: float) -> None:
        """Typeset what is missing, at least one formula, until time is up."""
        assert self._derivation is not None
        end = time.perf_counter() + seconds
        for part in self._derivation.step.parts:
            if not isinstance(part, Remark) and not is_typeset(part.formula):
                typeset(part.formula)
                if time.perf_counter() > end:
                    return

    # -- drawing ----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """What is on screen of the step."""
        painter = QPainter(self)
        painter.translate(_MARGIN, _MARGIN)
        seen = QRectF(event.rect()).translated(-_MARGIN, -_MARGIN)
        for placed in self.arranged.rows:
            if placed.box.intersects(seen):
                self._draw(painter, placed)
        painter.resetTransform()
        if self.hasFocus():
            painter.setPen(stroke(painter, self.theme.accent))
            painter.drawRect(self.visibleRegion().boundingRect().adjusted(0, 0, -1, -1))
        painter.end()

    def _draw(self, painter: QPainter, placed: Placed) -> None:
        part, theme = placed.part, self.theme
        if isinstance(part, Remark):
            painter.setPen(QColor(theme.muted))
            painter.drawText(placed.box, Qt.TextFlag.TextWordWrap, say_remark(part))
            return
        after = placed.box.left()
        if is_typeset(part.formula):
            after += draw_formula(
                painter, part.formula, after, placed.baseline, placed.em, theme.text)
        if isinstance(part, Line):
            painter.setPen(QColor(theme.text))
            painter.drawText(QPointF(after, placed.baseline), value_words(part))
        else:
            self._draw_bars(painter, placed, part, after)

    def _draw_bars(self, painter: QPainter, placed: Placed, part: Bars, after: float) -> None:
        strip, scale, theme, measure = placed.strip, placed.scale, self.theme, self.fontMetrics()
        assert strip is not None
        assert scale is not None
        limits = number(scale.high)
        limits = f"0 … {limits}" if scale.low == 0 else f"± {limits}"
        right = measure.horizontalAdvance(limits)
        painter.setPen(QColor(theme.muted))
        painter.drawText(QPointF(strip.right() - right, placed.baseline), limits)
        room = int(strip.right() - right - after - 24)
        painter.setPen(QColor(theme.text))
        painter.drawText(QPointF(after + 12, placed.baseline), measure.elidedText(
            self._words_of(part), Qt.TextElideMode.ElideRight, room))
        ink = {"q": theme.query, "k": theme.key}.get(part.group, theme.muted)
        if part.token is not None:
            ink = theme.key
        draw_bars(painter, strip, part.values, scale, theme, strong(ink, theme.surface), part.lit)
        if placed.labelled:
            self._draw_labels(painter, strip, part, measure)

    def _words_of(self, part: Bars) -> str:
        """Beside the formula: of which key it is, with its weight; or the number that is lit."""
        if part.token is not None:
            name = self.key_name(part.token)
            return name if part.weight is None else f"{name}: {number(part.weight)}"
        if part.axis == "key" and part.lit is not None:
            at = part.lit[0]
            return f"{self.key_name(at)}: {number(float(part.values[at]))}"
        return ""

    def key_name(self, at: int) -> str:
        """The token of a key and its position."""
        if self._keys is None or at >= len(self._keys):
            return f"({at})"
        return self.tr("“{token}” ({i})").format(token=isolated(self._keys.labels[at]), i=at)

    def _draw_labels(
        self, painter: QPainter, strip: QRectF, part: Bars, measure: QFontMetrics
    ) -> None:
        step = strip.width() / len(part.values)
        for at in range(len(part.values)):
            lit = part.lit is not None and part.lit[0] <= at < part.lit[1]
            painter.setPen(QColor(self.theme.text if lit else self.theme.muted))
            words = measure.elidedText(
                self._label(part, at), Qt.TextElideMode.ElideRight, int(step) - 2)
            box = QRectF(strip.left() + at * step, strip.bottom() + 1, step, measure.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignHCenter, words)

    def _label(self, part: Bars, at: int) -> str:
        if part.axis == "key" and self._keys is not None and at < len(self._keys):
            return self._keys.labels[at]
        return str(part.units[at] if part.units else at)

    # -- what the user does -----------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step forward and back."""
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        else:
            self.stepped.emit(step)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read the bar under the pointer."""
        found = self._bar_at(event.position())
        self.read.emit("" if found is None else self._say(*found))

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer."""
        self.read.emit("")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Hold the key that was clicked."""
        found = self._bar_at(event.position())
        if event.button() != Qt.MouseButton.LeftButton or found is None:
            return
        part, first, _ = found
        if part.token is not None and part.weight is not None:
            self.chosen.emit(part.token)
        elif part.axis == "key":
            self.chosen.emit(first)

    def _bar_at(self, place: QPointF) -> tuple[Bars, int, int] | None:
        """The strip at ``place``, and the bars there: from the first to before the second."""
        x, y = place.x() - _MARGIN, place.y() - _MARGIN
        for placed in self.arranged.rows:
            part, strip = placed.part, placed.strip
            if isinstance(part, Bars) and strip is not None and strip.contains(x, y):
                columns = max(round(strip.width()), 1)
                ends = column_ends(len(part.values), columns)
                column = min(max(int(x), 0), columns - 1)
                first = int(ends[column])
                return part, first, max(int(ends[column + 1]), first + 1)
        return None

    def _say(self, part: Bars, first: int, end: int) -> str:
        names = {
            "dimension": self.tr("dimension {n}: {value}"), "head": self.tr("head {n}: {value}"),
            "joined": self.tr("head {head}, dimension {n}: {value}"),
            "unit": self.tr("unit {n}: {value}"), "key": self.tr("{n}: {value}"),
        }
        if end - first > 1 and part.axis != "joined":
            some = part.values[first:end]
            value = self.tr("from {least} to {most}").format(
                least=number(float(some.min())), most=number(float(some.max())))
            return names[part.axis].format(n=f"{first}–{end - 1}", value=value)
        value, name, head = number(float(part.values[first])), str(first), 0
        if part.axis == "key":
            name = self.key_name(first)
        elif part.units:
            name = str(part.units[first])
        elif part.axis == "joined" and part.lit is not None:
            head, dimension = divmod(first, part.lit[1] - part.lit[0])
            name = str(dimension)
        return names[part.axis].format(n=name, value=value, head=head)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the parts anew."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the size of the type."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._arrange()
