"""What a person does to a window, and when it has come to rest."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QEvent, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.panels.page import Page
from app.window import Window
from tests.conftest import wait_until

P = TypeVar("P", bound=Page)


def settled(window: Window) -> bool:
    """Whether all that was wished for is on screen, and shows what is typed."""
    return window.complete and window.wish.prompt.source == window.editor.prompt()


def turn_to(window: Window, name: str, kind: type[P]) -> P:
    """The page of this name, which is of this kind, once it is on screen."""
    window.pages.open(name)
    wait_until(lambda: window.complete and name in window.pages.pages)
    page = window.pages.pages[name]
    assert isinstance(page, kind)
    return page


def press(part: QWidget, key: Qt.Key, held: Any = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(part, key, held)


def hover(part: QWidget, place: QPointF) -> None:
    none = Qt.MouseButton.NoButton
    QApplication.sendEvent(part, QMouseEvent(
        QEvent.Type.MouseMove, place, part.mapToGlobal(place), none, none,
        Qt.KeyboardModifier.NoModifier,
    ))


def click(window: Window, head: tuple[int, int]) -> None:
    place = window.sheet.square(head).center().toPoint()
    QTest.mouseClick(window.sheet, Qt.MouseButton.LeftButton, pos=place)


def paste(window: Window, text: str) -> None:
    data = QMimeData()
    data.setText(text)
    window.editor.insertFromMimeData(data)


def drop(window: Window, folder: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(folder))])
    window.dropEvent(QDropEvent(
        QPointF(9, 9), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    ))
