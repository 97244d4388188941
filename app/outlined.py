"""Frames that are seen: each field and button has one as clear as a panel's, each box to be checked
one as clear as words. For high contrast, and for the dark, where the style's own are darker than
what they stand on."""

from __future__ import annotations

from PySide6.QtGui import QColor, QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyleOption, QStyleOptionComplex, QWidget

from app.larger import SHADE, Larger

_P, _C, _R = QStyle.PrimitiveElement, QStyle.ComplexControl, QPalette.ColorRole
_BOXES = frozenset((_P.PE_IndicatorCheckBox, _P.PE_IndicatorRadioButton))
_FRAMED = _BOXES | {
    _P.PE_Frame, _P.PE_FrameLineEdit, _P.PE_PanelButtonCommand, _P.PE_PanelButtonTool,
    _P.PE_IndicatorButtonDropDown}
_FRAMED_CONTROLS = frozenset((
    _C.CC_ComboBox, _C.CC_SpinBox, _C.CC_Slider, _C.CC_ScrollBar))


class Outlined(Larger):
    """Fusion, with frames of the palette's ``Mid``, or of muted words, while it is ``on``."""

    def __init__(self) -> None:
        super().__init__()
        self.on = True

    def drawPrimitive(
        self, element: QStyle.PrimitiveElement, option: QStyleOption, painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        """Draw it, with a clear frame."""
        if self.on and element in _FRAMED:
            _outline(option, _R.PlaceholderText if element in _BOXES else _R.Mid)
        super().drawPrimitive(element, option, painter, widget)

    def drawComplexControl(
        self, control: QStyle.ComplexControl, option: QStyleOptionComplex, painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        """Draw it, with clear frames."""
        if self.on and control in _FRAMED_CONTROLS:
            _outline(option, _R.Mid)
        super().drawComplexControl(control, option, painter, widget)


def _outline(option: QStyleOption, role: QPalette.ColorRole) -> None:
    """In this colour, or half as clear around what can't be used now."""
    colours = QPalette(option.palette)
    line, paper = colours.color(role), colours.color(_R.Base)
    if not option.state & QStyle.StateFlag.State_Enabled:
        line = QColor(
            (line.red() + paper.red()) // 2, (line.green() + paper.green()) // 2,
            (line.blue() + paper.blue()) // 2)
    colours.setColor(_R.Window, line.lighter(SHADE))
    option.palette = colours
