"""Frames that are seen: in high contrast each field and button has one as clear as a panel's."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import QProxyStyle, QStyle, QStyleOption, QStyleOptionComplex, QWidget

_SHADE = 140
"""Fusion's frames are the window's colour, darker by this: of black, black."""
_P, _C = QStyle.PrimitiveElement, QStyle.ComplexControl
_FRAMED = frozenset((
    _P.PE_Frame, _P.PE_FrameLineEdit, _P.PE_PanelButtonCommand, _P.PE_PanelButtonTool,
    _P.PE_IndicatorCheckBox, _P.PE_IndicatorRadioButton, _P.PE_IndicatorButtonDropDown))
_FRAMED_CONTROLS = frozenset((
    _C.CC_ComboBox, _C.CC_SpinBox, _C.CC_Slider, _C.CC_ScrollBar))


class Outlined(QProxyStyle):
    """Fusion, with frames of the palette's ``Mid`` while it is ``on``."""

    def __init__(self) -> None:
        super().__init__("Fusion")
        self.on = True

    def drawPrimitive(  # noqa: N802 - Qt's name
        self, element: QStyle.PrimitiveElement, option: QStyleOption, painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        """Draw it, with a clear frame."""
        if self.on and element in _FRAMED:
            _outline(option)
        super().drawPrimitive(element, option, painter, widget)

    def drawComplexControl(  # noqa: N802 - Qt's name
        self, control: QStyle.ComplexControl, option: QStyleOptionComplex, painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        """Draw it, with clear frames."""
        if self.on and control in _FRAMED_CONTROLS:
            _outline(option)
        super().drawComplexControl(control, option, painter, widget)


def _outline(option: QStyleOption) -> None:
    colours = QPalette(option.palette)
    line = colours.color(QPalette.ColorRole.Mid)
    colours.setColor(QPalette.ColorRole.Window, line.lighter(_SHADE))
    option.palette = colours
