"""Theme and type of a whole window."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QWidget

from app import theme as themes
from app.theme import Theme

_STYLE = """
QFrame#panel {{ background: {surface}; border: 1px solid {line}; border-radius: 6px; }}
QLabel#title {{ font-weight: 600; }}
QLabel#badge {{ color: {muted}; }}
QLabel#notice {{ color: {warning}; }}
QStatusBar QLabel {{ color: {muted}; }}
QPlainTextEdit {{ border: 1px solid {line}; border-radius: 6px; padding: 4px; }}
QPlainTextEdit:focus {{ border: 2px solid {accent}; padding: 3px; }}
QFrame#help {{ background: {surface}; border: 1px solid {muted}; border-radius: 6px; }}
QFrame#hint {{ background: {surface}; border: 1px solid {line}; border-left: 4px solid {accent};
    border-radius: 6px; }}
QFrame#ringed {{ border: 1px solid transparent; }}
QFrame#ringed:focus {{ border: 1px solid {accent}; }}
QTreeView#framed {{ border: 1px solid {line}; }}
QTreeView#framed:focus {{ border: 1px solid {accent}; }}
/* with a rule of its own, Qt frames a button that has the focus */
QPushButton:focus {{ color: {text}; }}
QToolButton#choice {{ color: {muted}; background: transparent; border: 1px solid transparent;
    border-radius: 4px; padding: 1px 6px; }}
QToolButton#choice:hover {{ color: {text}; border-color: {line}; }}
QToolButton#choice:focus {{ border-color: {accent}; }}
QToolButton#choice:checked {{ color: {text}; background: {masked}; border-color: {line}; }}
QToolButton#choice:checked:focus {{ border-color: {accent}; }}
QStatusBar::item {{ border: none; }}
QSplitter::handle {{ background: {window}; }}
"""


def apply_theme(window: QWidget, theme: Theme) -> None:
    """Colour every standard widget."""
    QApplication.setPalette(themes.palette(theme))
    window.setStyleSheet(_STYLE.format(**vars(theme)))


def apply_points(window: QWidget, larger: float, big: tuple[QWidget, ...]) -> None:
    """Set the type of every widget.

    Args:
        window: the window.
        larger: points more than the system's own type.
        big: what is to be larger still, by a quarter.
    """
    base = QApplication.instance().property("points") or 10  # type: ignore[union-attr]
    font = QApplication.font()
    font.setPointSizeF(float(base) + larger)
    QApplication.setFont(font)
    style = window.styleSheet()
    window.setStyleSheet("")  # fonts do not come through one
    window.setFont(font)
    window.setStyleSheet(style)
    font.setPointSizeF(font.pointSizeF() * 1.25)
    for part in big:
        part.setFont(font)
