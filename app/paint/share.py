"""A probability as a bar behind its words, and as a number."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from app.theme import Theme

_GAP = 6  # pixels before the words, and before the number


def draw_share(painter: QPainter, theme: Theme, box: QRectF, words: str, share: float) -> None:
    """Fill ``box``: the bar is as long as ``share``, from 0 to 1, of what the number leaves."""
    measure, middle = painter.fontMetrics(), Qt.AlignmentFlag.AlignVCenter
    room = box.adjusted(0, 0, -measure.horizontalAdvance("100.0 %") - _GAP, 0)
    bar = room.adjusted(0, 1, 0, -1)
    bar.setWidth(max(bar.width() * share, 2))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.key))
    painter.drawRoundedRect(bar, 2, 2)
    painter.setPen(QColor(theme.text))
    painter.drawText(room.adjusted(_GAP, 0, 0, 0), middle, measure.elidedText(
        words, Qt.TextElideMode.ElideRight, int(room.width()) - _GAP))
    painter.setPen(QColor(theme.muted))
    painter.drawText(box, middle | Qt.AlignmentFlag.AlignRight, f"{share * 100:.1f} %")
