"""Theme and type of a whole window."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QWidget

from app import theme as themes
from app.outlined import Outlined
from app.paint.stroke import unit
from app.theme import Theme

_STYLE = """
QFrame#panel {{ background: {surface}; border: {thin}px solid {line}; border-radius: 6px; }}
QLabel#title {{ font-weight: 600; }}
QLabel#badge {{ color: {muted}; }}
QLabel#notice {{ color: {warning}; }}
QStatusBar QLabel {{ color: {muted}; }}
QPlainTextEdit {{ border: {thin}px solid {line}; border-radius: 6px; padding: {more}px; }}
QPlainTextEdit:focus {{ border: {thick}px solid {accent}; padding: {less}px; }}
QFrame#help {{ background: {surface}; border: {thin}px solid {muted}; border-radius: 6px; }}
QFrame#hint {{ background: {surface}; border: {thin}px solid {line};
    border-left: {edge}px solid {accent}; border-radius: 6px; }}
QFrame#ringed {{ border: {thin}px solid transparent; }}
QFrame#ringed:focus {{ border: {thin}px solid {accent}; }}
QTreeView#framed {{ border: {thin}px solid {line}; }}
QTreeView#framed:focus {{ border: {thin}px solid {accent}; }}
/* with a rule of its own, Qt frames a button that has the focus */
QPushButton:focus {{ color: {text}; }}
QToolButton#choice {{ color: {muted}; background: transparent; border: {thin}px solid transparent;
    border-radius: 4px; padding: 1px 6px; }}
QToolButton#choice:hover {{ color: {text}; border-color: {line}; }}
QToolButton#choice:focus {{ border-color: {accent}; }}
QToolButton#choice:checked {{ color: {text}; background: {masked}; border-color: {line}; }}
QToolButton#choice:checked:focus {{ border-color: {accent}; }}
QStatusBar::item {{ border: none; }}
QSplitter::handle {{ background: {window}; }}
"""

_LARGE = """
QSlider:horizontal {{ min-height: {tall}px; }}
QSlider::groove:horizontal {{ height: {groove}px; background: {line}; border-radius: {thin}px; }}
QSlider::sub-page:horizontal {{ height: {groove}px; background: {accent};
    border-radius: {thin}px; }}
QSlider::sub-page:horizontal:disabled {{ background: {muted}; }}
QSlider::handle:horizontal {{ width: {knob}px; margin: -{over}px 0; background: {surface};
    border: {thin}px solid {muted}; border-radius: {thick}px; }}
QSlider::handle:horizontal:focus {{ border-color: {accent}; background: {accent}; }}
QCheckBox::indicator, QRadioButton::indicator, QAbstractItemView::indicator {{
    width: {box}px; height: {box}px; }}
QScrollBar {{ background: {window}; border: none; }}
QScrollBar:vertical {{ width: {box}px; }}
QScrollBar:horizontal {{ height: {box}px; }}
QScrollBar::handle {{ background: {muted}; border: {thin}px solid {window};
    border-radius: {groove}px; }}
QScrollBar::handle:vertical {{ min-height: {box}px; }}
QScrollBar::handle:horizontal {{ min-width: {box}px; }}
QScrollBar::handle:hover {{ background: {text}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QAbstractScrollArea::corner {{ background: {window}; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: none; }}
"""
"""For type so large that what the style draws in sizes of its own, which never grow, is not seen:
sliders, scroll bars, and boxes to be checked."""

_BOX = 13
"""Pixels of a box to be checked, and across a scroll bar, beside usual type."""


def apply_theme(window: QWidget, theme: Theme) -> None:
    """Colour every standard widget."""
    _have_style(theme)
    QApplication.setPalette(themes.palette(theme))
    window.setStyleSheet(_style(theme))


def _have_style(theme: Theme) -> None:
    """Have clear frames, and arrows that grow; the style that draws them stays, and rests, once
    another theme is worn, and smaller type."""
    style, clear = QApplication.style(), theme.high or theme.dark
    if not isinstance(style, Outlined):
        if not clear and _thin() == 1:
            return
        style = Outlined()
        QApplication.setStyle(style)
    style.on = clear


def _thin() -> int:
    """Pixels that a hairline is thick."""
    return round(unit(QApplication.font()))


def _style(theme: Theme) -> str:
    """Frames are as thick as the type of the moment makes hairlines."""
    thin = _thin()
    sizes = {"thin": thin, "thick": 2 * thin, "less": 3 * thin, "more": 4 * thin,
             "edge": 4 * thin, "groove": 3 * thin, "knob": 10 * thin, "over": 4 * thin,
             "tall": 13 * thin, "box": round(_BOX * unit(QApplication.font()))}
    return (_STYLE + _LARGE * (thin > 1)).format(**vars(theme), **sizes)


def usual_points() -> float:
    """Of the system's own type, as the program found it."""
    application = QApplication.instance()
    return float((application and application.property("points")) or 10)


def apply_points(window: QWidget, theme: Theme, larger: float, big: tuple[QWidget, ...]) -> None:
    """Set the type of every widget.

    Args:
        window: the window.
        theme: of the moment.
        larger: points more than the system's own type.
        big: what is to be larger still, by a quarter.
    """
    font = QApplication.font()
    font.setPointSizeF(usual_points() + larger)
    QApplication.setFont(font)
    _have_style(theme)
    window.setStyleSheet("")  # fonts do not come through one
    window.setFont(font)
    font.setPointSizeF(font.pointSizeF() * 1.25)
    for part in big:
        part.setFont(font)
    window.setStyleSheet(_style(theme))
