"""The steps of a run in a line: which are kept, which is looked at, and how one is picked."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPolygonF,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.paint.stroke import stroke, unit
from app.theme import LIGHT, Theme

_EDGE, _RADIUS = 9, 6.0
_END = 5.0
"""Pixels before the right end that mean the newest step, whichever that becomes."""
_APART = 3.0
"""Pixels between ticks; nearer ones are a band."""
_NOTCH = 120
_PAGE = 10


class StepTrack(QWidget):
    """From the first step that is kept to the newest there is. Drags, clicks, keys and the wheel
    only wish: what is drawn is what :meth:`show_steps` says."""

    wished = Signal(object)
    """The step that was pointed at, kept or not; None for the newest."""
    stepped = Signal(int)
    """So many kept steps on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._kept: tuple[int, ...] = ()
        self._newest = 0
        self._asked: int | None = None
        self._shown: int | None = None
        self._held: int | None = None
        self._live = False
        self._turned = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.retranslate()

    def sizeHint(self) -> QSize:
        """A line to drag along, and a line of words; it takes what room the others leave."""
        return QSize(120, self.fontMetrics().height() + round(22 * unit(self.font())))

    def minimumSizeHint(self) -> QSize:
        """Room to drag in."""
        return QSize(120, self.sizeHint().height())

    def retranslate(self) -> None:
        """Say it in the language of the moment."""
        self.setAccessibleName(self.tr("Steps of the training"))
        self._live_word = self.tr("live")
        self._tip = self.tr("Step {step}")
        self._tip_near = self.tr("Step {step}; the nearest that is kept is {kept}")
        self._tip_newest = self.tr("The newest step, {step}, and those that come")

    def set_theme(self, theme: Theme) -> None:
        """Colour it anew."""
        self._theme = theme
        self.update()

    def show_steps(
        self, kept: tuple[int, ...], newest: int, asked: int | None, shown: int | None,
        held: int | None, live: bool = False,
    ) -> None:
        """Draw these.

        Args:
            kept: steps that can be looked at, in order.
            newest: the last there is, kept or not.
            asked: the step that is wished for; None for the newest.
            shown: the one whose picture is on screen.
            held: the one that it is compared with.
            live: whether steps are being taken.
        """
        told = kept, max(newest, kept[-1]) if kept else newest, asked, shown, held, live
        if told != (self._kept, self._newest, self._asked, self._shown, self._held, self._live):
            self._kept, self._newest, self._asked, self._shown, self._held, self._live = told
            self.update()

    # -- where things are -------------------------------------------------------------------

    @property
    def _first(self) -> int:
        return self._kept[0] if self._kept else self._newest

    @property
    def _edge(self) -> float:
        """Room for half the handle."""
        return _EDGE * unit(self.font())

    def place(self, step: int) -> float:
        """Where a step is, in pixels from the left."""
        return self._places((step,))[0]

    def _places(self, steps: Sequence[int]) -> list[float]:
        """Of many, at the cost of one."""
        edge, first, span = self._edge, self._first, self._newest - self._first
        width = self.width() - 2 * edge
        each = 0.0 if span <= 0 else width / span
        return [edge + (width if span <= 0 else each * (step - first)) for step in steps]

    def step_at(self, x: float) -> int | None:
        """The step at so many pixels from the left; None for the newest."""
        width = self.width() - 2 * self._edge
        if x >= self._edge + width - _END or width <= 0:
            return None
        share = max(x - self._edge, 0.0) / width
        return self._first + round(share * (self._newest - self._first))

    def _nearest(self, step: int) -> int:
        """Of the kept ones and the newest; of two as near, the newest, or the earlier."""
        at = bisect_left(self._kept, step)
        near = *self._kept[max(at - 1, 0) : at + 1], self._newest
        return min(near, key=lambda kept: (abs(kept - step), kept != self._newest, kept))

    # -- drawing ----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """The line and its ticks; the step looked at, and the one it is compared with."""
        painter, theme = QPainter(self), self._theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        each = unit(self.font())
        middle, right = 10.0 * each, self.width() - self._edge
        painter.setPen(stroke(painter, theme.line, 2))
        painter.drawLine(QPointF(self._edge, middle), QPointF(right, middle))
        self._draw_ticks(painter, middle)
        handle = right if self._asked is None else self.place(
            min(max(self._asked, self._first), self._newest))
        if self._shown is not None and self._first <= self._shown <= self._newest:
            at = self.place(self._shown)
            painter.setPen(stroke(painter, theme.accent, 2))
            painter.drawLine(QPointF(at, middle - 8 * each), QPointF(at, middle + 8 * each))
            painter.drawLine(QPointF(at, middle), QPointF(handle, middle))
        if self._held is not None:
            self._draw_held(painter, self.place(self._held), middle)
        painter.setPen(stroke(painter, theme.text if self.hasFocus() else theme.surface, 2))
        painter.setBrush(QColor(theme.accent))
        painter.drawEllipse(QPointF(handle, middle), _RADIUS * each, _RADIUS * each)
        painter.setPen(QColor(theme.muted))
        below = QRectF(2, middle + 8 * each, self.width() - 4, self.fontMetrics().height())
        whole = Qt.TextFlag.TextDontClip
        if self._newest > self._first:
            painter.drawText(below, Qt.AlignmentFlag.AlignLeft | whole, f"{self._first:,}")
        end = f"{self._newest:,}" + (f" · {self._live_word}" if self._live else "")
        painter.drawText(below, Qt.AlignmentFlag.AlignRight | whole, end)
        painter.end()

    def _draw_ticks(self, painter: QPainter, middle: float) -> None:
        if not self._kept:
            return
        theme, each = self._theme, unit(self.font())
        ends = (self.place(self._kept[0]), self.place(self._kept[-1]))
        if len(self._kept) * _APART > ends[1] - ends[0]:
            band = QRectF(ends[0], middle - 4 * each, max(ends[1] - ends[0], 1.0), 8 * each)
            painter.fillRect(band, QColor(theme.grid))
            return
        painter.setPen(stroke(painter, theme.muted))
        painter.drawLines([
            QLineF(at, middle - 5 * each, at, middle + 5 * each)
            for at in self._places(self._kept)])

    def _draw_held(self, painter: QPainter, at: float, middle: float) -> None:
        """A diamond, so that no colour has to tell it from the handle."""
        painter.setPen(stroke(painter, self._theme.text, 1.5))
        each = unit(self.font())
        painter.setBrush(QColor(self._theme.query))
        painter.drawPolygon(QPolygonF([
            QPointF(at, middle - 7 * each), QPointF(at + 6 * each, middle),
            QPointF(at, middle + 7 * each), QPointF(at - 6 * each, middle)]))

    # -- what the user does -----------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """A tool tip a step."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.tip(event.pos().x()), self)
            return True
        return super().event(event)

    def tip(self, x: float) -> str:
        """What is to be said of the step there."""
        step = self.step_at(x)
        if step is None:
            return self._tip_newest.format(step=f"{self._newest:,}")
        near = self._nearest(step)
        words = self._tip if near == step else self._tip_near
        return words.format(step=f"{step:,}", kept=f"{near:,}")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Look at the step that was clicked."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.wished.emit(self.step_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the handle."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.wished.emit(self.step_at(event.position().x()))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """One kept step a notch."""
        delta = event.angleDelta()
        self._turned += delta.y() or delta.x()
        notches = int(self._turned / _NOTCH)
        if notches:
            self._turned -= notches * _NOTCH
            self.stepped.emit(notches)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right go a kept step, Page up and down ten, Home and End to the ends."""
        key, held = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        steps = {
            Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: -1, Qt.Key.Key_Up: 1,
            Qt.Key.Key_PageDown: -_PAGE, Qt.Key.Key_PageUp: _PAGE,
        }
        if held:
            super().keyPressEvent(event)
        elif key in steps:
            self.stepped.emit(steps[Qt.Key(key)])
        elif key == Qt.Key.Key_Home:
            self.wished.emit(self._first)
        elif key == Qt.Key.Key_End:
            self.wished.emit(None)
        else:
            super().keyPressEvent(event)
