"""Fields, buttons and boxes have frames that are seen (WCAG 2.2, 1.4.11)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QToolButton,
    QTreeWidget,
    QWidget,
)

from app.outlined import Outlined
from app.window import Window
from tests.test_themes import ratio

Open = Callable[..., Window]
KINDS = (QCheckBox, QComboBox, QDoubleSpinBox, QLineEdit, QPushButton, QToolButton, QTreeWidget)


@pytest.fixture(autouse=True)
def style(application: QApplication) -> Iterator[None]:
    yield
    application.setStyle("Fusion")


def edge(picture: QImage) -> set[str]:
    """Colours of the column in the middle of the left edge's first pixels, and of two rows."""
    height, width = picture.height(), picture.width()
    return {picture.pixelColor(x, y).name() for x in range(min(4, width))
            for y in range(height // 3, 2 * height // 3)}


def shown(window: Window, kind: type[QWidget], enabled: bool = True) -> QImage:
    part = kind(window)
    part.setEnabled(enabled)
    part.setGeometry(100, 100, 120, 30)
    part.show()
    picture = QImage(part.size(), QImage.Format.Format_RGB32)
    picture.fill(window.theme.window)
    part.render(picture, QPoint())
    part.deleteLater()
    return picture


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["high-light", "high-dark"])
def test_a_control_has_a_frame_that_is_seen(
    open_window: Open, name: str, kind: type[QWidget]
) -> None:
    window = open_window()
    window.dress.set_theme(name)
    found = edge(shown(window, kind))
    assert max(ratio(colour, window.theme.surface) for colour in found) >= 3


def test_other_themes_have_the_frames_of_the_style(open_window: Open) -> None:
    window = open_window()
    window.dress.set_theme("dark")
    before = shown(window, QLineEdit)
    window.dress.set_theme("high-dark")
    assert shown(window, QLineEdit) != before
    assert isinstance(QApplication.style(), Outlined)
    window.dress.set_theme("dark")
    assert shown(window, QLineEdit) == before


@pytest.mark.parametrize("kind", [QCheckBox, QRadioButton])
@pytest.mark.parametrize("name", ["dark", "high-light", "high-dark"])
def test_a_box_to_be_checked_is_seen(open_window: Open, name: str, kind: type[QWidget]) -> None:
    window = open_window()
    window.dress.set_theme(name)
    found = edge(shown(window, kind))
    assert max(ratio(colour, window.theme.window) for colour in found) >= 3


@pytest.mark.parametrize("kind", [QComboBox, QDoubleSpinBox, QPushButton])
@pytest.mark.parametrize("name", ["high-light", "high-dark"])
def test_what_cannot_be_used_has_a_fainter_frame(
    open_window: Open, name: str, kind: type[QWidget]
) -> None:
    window = open_window()
    window.dress.set_theme(name)

    def clear(enabled: bool) -> float:
        found = edge(shown(window, kind, enabled))
        return max(ratio(colour, window.theme.surface) for colour in found)

    assert clear(enabled=False) < 0.7 * clear(enabled=True)
