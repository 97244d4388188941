"""The tokens of the prompt in a row: which are masked, and in which order they are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QSizePolicy, QToolTip, QWidget

from app.language import in_turn
from app.paint.stroke import stroke
from app.paint.words import isolated
from app.theme import LIGHT, Theme

if TYPE_CHECKING:
    from core.tokens import Tokens

_GAP, _PAD, _LONGEST = 3, 6, 160


class TokenStrip(QAbstractScrollArea):
    """A box a token. A click or Space toggles the mask; arrow keys move from token to token."""

    toggled = Signal(int)
    """The position that was clicked, where tokens can be masked."""
    moved = Signal(int)
    """The position that the keys moved to, or that was clicked where nothing can be masked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._tokens: Tokens | None = None
        self._masked: frozenset[int] = frozenset()
        self._order: tuple[int, ...] = ()
        self._masks = False
        self._lefts: list[float] = [0.0]
        self._at: int | None = None
        self._hovered: int | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFrameShape(self.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setMouseTracking(True)
        self.retranslate()

    def sizeHint(self) -> QSize:
        """One line, or two where there is an order."""
        return QSize(300, self._height())

    def minimumSizeHint(self) -> QSize:
        """Narrow; the rest is scrolled to."""
        return QSize(120, self._height())

    def _height(self) -> int:
        line = self.fontMetrics().height()
        return line + 10 + (line if self._order else 0)

    def retranslate(self) -> None:
        """Say it in the language of the moment."""
        self.setAccessibleName(self.tr("Tokens"))
        self._tip_mask = self.tr("Token {i}, “{token}”: click to mask it")
        self._tip_unmask = self.tr("Token {i} is masked: click to see it again")
        self._tip_order = self.tr("Token {i}, “{token}”, is read as number {place}")
        self._tip_plain = self.tr("Token {i}, “{token}”: click for what may stand in its place")
        self._order_word = self.tr("read as")
        self._place()
        self._tell()

    def set_theme(self, theme: Theme) -> None:
        """Colour it anew."""
        self._theme = theme
        self.viewport().update()

    def show_tokens(
        self, tokens: Tokens, masked: frozenset[int], order: tuple[int, ...], masks: bool
    ) -> None:
        """Draw these tokens.

        Args:
            tokens: of the source, as they were read.
            masked: positions that are hidden.
            order: by position, when it is read; empty where all are read both ways.
            masks: whether a click can mask.
        """
        told = tokens, masked, order, masks
        if told == (self._tokens, self._masked, self._order, self._masks):
            return  # a run asks at each step, and words are slow to measure
        two_lines = bool(self._order)
        self._tokens, self._masked, self._order, self._masks = told
        if self._at is not None and self._at >= len(tokens):
            self._at = None
        if two_lines != bool(order):
            self.updateGeometry()
        self._place()
        self._tell()

    def _tell(self) -> None:
        """To a screen reader: how many there are, which are hidden, where the keys are."""
        tokens = self._tokens
        if tokens is None:
            return
        said = [self.tr("one token") if len(tokens) == 1 else self.tr("{count} tokens").format(
            count=len(tokens))]
        if self._masked:
            said.append(self.tr("masked: {tokens}").format(
                tokens=", ".join(map(str, sorted(self._masked)))))
        if self._at is not None:
            said.append(self._tip(self._at))
        self.setAccessibleDescription(in_turn(said))

    def _place(self) -> None:
        measure = self.fontMetrics()
        left = measure.horizontalAdvance(self._order_word) + 8.0 if self._order else 0.0
        self._lefts = [left]
        for label in self._tokens.labels if self._tokens else ():
            width = min(measure.horizontalAdvance(label), _LONGEST)
            left += max(width, measure.horizontalAdvance("00")) + 2 * _PAD + _GAP
            self._lefts.append(left)
        bar = self.horizontalScrollBar()
        bar.setRange(0, max(int(left) - self.viewport().width(), 0))
        bar.setPageStep(self.viewport().width())
        self.viewport().update()

    @property
    def count(self) -> int:
        """How many tokens are drawn."""
        return len(self._lefts) - 1

    def box(self, position: int) -> QRectF:
        """Where a token is drawn, in the viewport."""
        left = self._lefts[position] - self.horizontalScrollBar().value()
        width = self._lefts[position + 1] - self._lefts[position] - _GAP
        return QRectF(left, 1, width, self.fontMetrics().height() + 6)

    def _token_at(self, x: float) -> int | None:
        place = x + self.horizontalScrollBar().value()
        for position in range(len(self._lefts) - 1):
            if self._lefts[position] <= place < self._lefts[position + 1]:
                return position
        return None

    # -- drawing ----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """The boxes that are in view, and a sign of those that are not."""
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = self.viewport().width()
        for position in range(len(self._lefts) - 1):
            box = self.box(position)
            if box.right() >= 0 and box.left() <= width:
                self._draw_token(painter, position, box)
        bar, line = self.horizontalScrollBar(), self.fontMetrics().height() + 6
        if self._order:
            painter.setPen(QColor(self._theme.muted))
            place = QRectF(-bar.value(), line, self._lefts[0], self.fontMetrics().height())
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, self._order_word)
        painter.setPen(QColor(self._theme.muted))
        for shown, left, sign in (
            (bar.value() > 0, 0, "‹"), (bar.value() < bar.maximum(), width - 14, "›")
        ):
            if shown:
                edge = QRectF(left, 0, 14, self.viewport().height())
                painter.fillRect(edge, QColor(self._theme.surface))
                painter.drawText(
                    QRectF(left, 0, 14, line), Qt.AlignmentFlag.AlignCenter, sign)
        painter.end()

    def _draw_token(self, painter: QPainter, position: int, box: QRectF) -> None:
        assert self._tokens is not None
        theme, masked = self._theme, position in self._masked
        focused = self.hasFocus() and position == self._at
        lit = focused or (position == self._hovered and self._masks)
        pen = stroke(painter, theme.accent if masked or lit else theme.line, 2 if focused else 1)
        if masked:
            pen.setStyle(Qt.PenStyle.SolidLine if focused else Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(QColor(theme.masked if masked else theme.window))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.setPen(QColor(theme.text))
        words = painter.fontMetrics().elidedText(
            self._tokens.labels[position], Qt.TextElideMode.ElideRight, _LONGEST)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
        if position < len(self._order):
            painter.setPen(QColor(theme.muted))
            below = box.translated(0, box.height())
            below.setHeight(self.fontMetrics().height())
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, str(self._order[position] + 1))

    # -- what the user does -----------------------------------------------------------------

    def viewportEvent(self, event: QEvent) -> bool:
        """A tool tip a token."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            position = self._token_at(event.pos().x())
            QToolTip.showText(event.globalPos(), self._tip(position), self.viewport())
            return True
        if event.type() == QEvent.Type.Leave:
            self._hover(None)
        return super().viewportEvent(event)

    def _tip(self, position: int | None) -> str:
        if position is None or self._tokens is None:
            return ""
        tip = self._tip_plain
        if self._masks:
            tip = self._tip_unmask if position in self._masked else self._tip_mask
        elif self._order:
            tip = self._tip_order
        place = self._order[position] + 1 if position < len(self._order) else ""
        return tip.format(i=position, token=isolated(self._tokens.labels[position]), place=place)

    def _hover(self, position: int | None) -> None:
        if position != self._hovered:
            self._hovered = position
            self.viewport().update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light the token under the pointer."""
        self._hover(self._token_at(event.position().x()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Mask or unmask the token that was clicked."""
        position = self._token_at(event.position().x())
        if event.button() == Qt.MouseButton.LeftButton and position is not None:
            self._at = position
            (self.toggled if self._masks else self.moved).emit(position)
            self.viewport().update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll sideways."""
        delta = event.angleDelta()
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() - (delta.x() or delta.y()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right, Home and End move; Space and Enter mask."""
        last, key = len(self._lefts) - 2, event.key()
        places = {
            Qt.Key.Key_Left: (self._at or 0) - 1, Qt.Key.Key_Home: 0, Qt.Key.Key_End: last,
            Qt.Key.Key_Right: 0 if self._at is None else self._at + 1,
        }
        if last < 0 or event.modifiers() & Qt.KeyboardModifier.AltModifier:
            super().keyPressEvent(event)
        elif key in places:
            self._at = min(max(places[Qt.Key(key)], 0), last)
            self._reveal(self._at)
            self._tell()
            self.moved.emit(self._at)
        elif key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._masks:
            if self._at is not None:
                self.toggled.emit(self._at)
        else:
            super().keyPressEvent(event)

    def _reveal(self, position: int) -> None:
        box, bar = self.box(position), self.horizontalScrollBar()
        if box.left() < 16:
            bar.setValue(int(bar.value() + box.left() - 16))
        elif box.right() > self.viewport().width() - 16:
            bar.setValue(int(bar.value() + box.right() - self.viewport().width() + 16))
        self.viewport().update()

    def scrollContentsBy(self, dx: int, dy: int) -> None:  # noqa: N802
        """Draw the tokens that came into view."""
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More or less room."""
        super().resizeEvent(event)
        self._place()

    def changeEvent(self, event: QEvent) -> None:
        """Larger type."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._place()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Keys go here: some token has them."""
        if self._at is None and len(self._lefts) > 1:
            self._at = 0
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Keys go elsewhere."""
        self.viewport().update()
