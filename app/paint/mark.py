"""The mark of a lecture: what to look at now, told from a selection by colour and by shape."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from app.theme import Theme

_INK = {False: "#b4007c", True: "#ff77d0"}
"""On light and on dark: a hue that neither selections nor maps of weights have."""


def mark_ink(theme: Theme) -> QColor:
    """The colour of marks."""
    return QColor(_INK[theme.dark])


def mark_width(line: float) -> float:
    """How thick a mark is beside type of this height, so that the last row sees it."""
    return max(line / 6, 3.0)


def draw_mark(
    painter: QPainter, box: QRectF, theme: Theme, width: float, arrow: bool = True
) -> None:
    """Four corners around ``box`` and an arrow that points at it, on a halo that lifts them off
    whatever lies below.

    Args:
        painter: in the units of ``box``.
        box: what is marked; corners lie around it.
        theme: of the moment.
        width: of the line, in the units of ``box``.
        arrow: whether there is one; beside a word it would cover another.
    """
    area = box.adjusted(-width, -width, width, width)
    reach = max(min(area.width(), area.height()) / 3, 2 * width)
    reach = min(reach, 6 * width)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for tone, thick in ((QColor(theme.surface), 2 * width), (mark_ink(theme), width)):
        painter.setPen(QPen(
            tone, thick, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap,
            Qt.PenJoinStyle.MiterJoin))
        for corner, across, down in (
            (area.topLeft(), 1, 1), (area.topRight(), -1, 1),
            (area.bottomLeft(), 1, -1), (area.bottomRight(), -1, -1),
        ):
            painter.drawPolyline([
                corner + QPointF(across * reach, 0), corner, corner + QPointF(0, down * reach)])
    if arrow:
        _draw_arrow(painter, area, theme, width)
    painter.restore()


def _draw_arrow(painter: QPainter, area: QRectF, theme: Theme, width: float) -> None:
    tip, size = QPointF(area.left() - 0.5 * width, area.center().y()), 2.5 * width
    if tip.x() - size < 0:  # no room outside
        tip.setX(size)
    painter.setPen(QPen(QColor(theme.surface), width / 2))
    painter.setBrush(mark_ink(theme))
    painter.drawPolygon(QPolygonF([
        tip, tip + QPointF(-size, -size * 0.7), tip + QPointF(-size, size * 0.7)]))
