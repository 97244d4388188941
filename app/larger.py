"""Arrows of fields that grow with the type: the style draws them in sizes of its own."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QFont, QFontInfo, QFontMetrics, QImage, QPainter
from PySide6.QtWidgets import (
    QProxyStyle,
    QStyle,
    QStyleOption,
    QStyleOptionComboBox,
    QStyleOptionComplex,
    QWidget,
)

from app.paint.stroke import unit

SHADE = 140
"""Fusion's frames are the window's colour, darker by this: of black, black."""
_INCH = 0.0254  # metres
_C, _S, _T = QStyle.ComplexControl, QStyle.SubControl, QStyle.ContentsType
_FIELDS = frozenset((_C.CC_ComboBox, _C.CC_SpinBox))
_SIZES = frozenset((_T.CT_ComboBox, _T.CT_SpinBox))


class Larger(QProxyStyle):
    """Fusion measures in 96ths of an inch, and takes the inch from the type of what it draws:
    beside large type an inch has more pixels here."""

    def __init__(self) -> None:
        super().__init__("Fusion")

    def drawComplexControl(
        self, control: QStyle.ComplexControl, option: QStyleOptionComplex, painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        """Draw it, with an arrow that is seen."""
        grown = control in _FIELDS and _grow(option, widget)
        super().drawComplexControl(control, option, painter, widget)
        if grown and isinstance(option, QStyleOptionComboBox) and option.editable:
            box = self.subControlRect(control, option, _S.SC_ComboBoxEditField, widget)
            painter.setPen(option.palette.window().color().darker(SHADE))
            painter.drawLine(box.right() + 1, box.top(), box.right() + 1, box.bottom())

    def subControlRect(  # noqa: N802
        self, control: QStyle.ComplexControl, option: QStyleOptionComplex,
        part: QStyle.SubControl, widget: QWidget | None = None,
    ) -> QRect:
        """Where a part of it is; wider where an arrow is."""
        if control in _FIELDS:
            _grow(option, widget)
        return super().subControlRect(control, option, part, widget)  # type: ignore[arg-type]

    def sizeFromContents(  # noqa: N802
        self, kind: QStyle.ContentsType, option: QStyleOption, size: QSize,
        widget: QWidget | None = None,
    ) -> QSize:
        """The room that it needs around its words."""
        if kind in _SIZES:
            _grow(option, widget)
        return super().sizeFromContents(kind, option, size, widget)  # type: ignore[arg-type]


def _grow(option: QStyleOption, widget: QWidget | None) -> bool:
    """Whether its type is so large that there are more pixels to an inch; then there are."""
    if widget is None or round(unit(widget.font())) <= 1:
        return False
    font = QFont(widget.font())
    dots = round(widget.logicalDpiY() * unit(font) / _INCH)
    font.setPixelSize(QFontInfo(font).pixelSize())  # the letters stay as they are
    page = QImage(1, 1, QImage.Format.Format_Mono)
    page.setDotsPerMeterX(dots)
    page.setDotsPerMeterY(dots)
    option.fontMetrics = QFontMetrics(font, page)
    return True
