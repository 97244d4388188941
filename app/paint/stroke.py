"""How thick lines are: they grow with the type, so that hairlines on a wall are seen from afar."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

_USUAL = 16.0
"""Pixels that a line of words is high where a hairline is one pixel thick."""


def unit(font: QFont) -> float:
    """Pixels that a hairline is thick beside this type; never less than one."""
    return max(QFontMetricsF(font).height() / _USUAL, 1.0)


def stroke(
    painter: QPainter, colour: QColor | str, width: float = 1.0,
    style: Qt.PenStyle = Qt.PenStyle.SolidLine,
) -> QPen:
    """A pen for ``painter``, ``width`` hairlines thick beside the type that it writes."""
    return QPen(QColor(colour), width * unit(painter.font()), style)
