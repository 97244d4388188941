"""A lecture written for a test, and what a person does to give it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog

from app.window import Window
from tests.conftest import wait_until

Key = Qt.Key
Open = Callable[..., Window]
FIRST, SECOND, THIRD = "01-first", "02-second", "03-third"


def write_lecture(folder: Path, scenes: Mapping[str, str], title: str = "A lecture") -> Path:
    """A folder of scenes; a scene without a header gets an empty one."""
    folder.mkdir(exist_ok=True)
    (folder / "lecture.md").write_text(f"---\ntitle: {title}\n---\nAbout it.\n", "utf-8")
    for name, text in scenes.items():
        whole = text if text.startswith("---") else f"---\n---\n{text}"
        (folder / f"{name}.md").write_text(whole, "utf-8")
    return folder


def three_scenes(folder: Path, model: Path) -> Path:
    """Three scenes of one model, each of which sets something else."""
    return write_lecture(folder, {
        FIRST: f"---\ntitle: First\nmodel: {model}\nprompt: The cat sat.\nhead: 0.1\n---\n"
               "One **word**.\n\n???\nSay this first.",
        SECOND: "---\ntitle: Second\nprompt: The dog ran to the cat.\nhead: 2.3\ncell: 3.1\n"
                "show: words prompt sheet predictions pages\n"
                "highlight: heads 2.3 1.0 | tokens 1 | cells 3.1 | panel predictions\n---\n"
                "Two words.\n\n???\nThen this.",
        THIRD: "---\ntitle: Third\npage: readings\nscale: log\nshow: words pages\n---\nThree.",
    })


def begin(window: Window, folder: Path, at: int = 0) -> None:
    """Open a lecture, and wait for its scene's picture."""
    window.lecturing.open(folder, at)
    rest(window)


def rest(window: Window) -> None:
    """Wait until all that the scene wants is on screen."""
    for _ in range(3):  # rooms are divided anew
        QApplication.processEvents()
    wait_until(lambda: window.complete)


def key(window: Window, code: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
        ) -> None:
    """Press a key where the focus is."""
    QTest.keyClick(QApplication.focusWidget() or window, code, held)


def dialogs(window: Window) -> list[str]:
    """Every dialog that is on screen."""
    return [type(one).__name__ for one in QApplication.topLevelWidgets()
            if isinstance(one, QDialog) and one.isVisible()]
