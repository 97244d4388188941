"""The course given in the real window: every scene of every lecture, in both languages, in a window
of 1024 x 768."""

from __future__ import annotations

import hashlib

import pytest
from PySide6.QtCore import QCoreApplication, QSize
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QLabel,
    QScrollArea,
    QWidget,
)

from app.lectures.reading import read_lecture, shipped_lectures
from app.panels.elided import Elided
from app.window import Window
from tests.conftest import wait_until
from tests.lecture_hands import Open, dialogs

SIZE = QSize(1024, 768)
STEPS = 2
"""That a scene trains before it is left."""


def clipped(window: Window) -> list[str]:
    """Labels and buttons that have less room than their text."""
    found = []
    for part in window.findChildren(QWidget):
        if not isinstance(part, QLabel | QAbstractButton) or isinstance(part, Elided):
            continue
        if not part.isVisible() or not part.text() or _scrolled(part):
            continue
        need = part.minimumSizeHint()
        if isinstance(part, QLabel) and part.wordWrap():
            need = QSize(0, part.heightForWidth(part.width()))
        if part.width() < need.width() or part.height() < need.height():
            found.append(f"{type(part).__name__} {part.text()!r}: {part.size()} of {need}")
    return found


def _scrolled(part: QWidget) -> bool:
    """Whether it is brought into sight by scrolling."""
    above = part.parentWidget()
    while above is not None:
        if isinstance(above.parentWidget(), QScrollArea):
            return True
        above = above.parentWidget()
    return False


def laid_out(window: Window) -> None:
    """Wait until what has just been told has its room."""
    for _ in range(5):
        if not clipped(window):
            return
        QCoreApplication.processEvents()
        QTest.qWait(20)


def picture(window: Window) -> str:
    """What the program shows beside the words."""
    image = window.layout_.grab().toImage()
    return hashlib.sha256(bytes(image.constBits())).hexdigest()


def settled(window: Window) -> bool:
    """Whether the scene's picture is there; of a run, once it has taken some steps."""
    answer = window.answer
    if not window.complete or answer is None:
        return False
    run = answer.frame.training
    return run is None or run.done >= STEPS


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_scene_of_the_course_is_shown_without_error_or_cut_text(
    open_window: Open, language: str
) -> None:
    window = open_window("The cat sat.", model="english-gpt")
    window.resize(SIZE)
    lecturing = window.lecturing
    window.dress.set_language(language)
    last = ""
    for folder in shipped_lectures():
        lecture = read_lecture(folder, language)
        for at, scene in enumerate(lecture.scenes):
            where = f"{lecture.name}/{scene.name} ({language})"
            lecturing.open(folder, at)
            wait_until(lambda: settled(window), 60)
            window.staging.end_fade()
            words = window.staging.pane.words
            wait_until(lambda words=words: words.is_settled)
            assert words.fits(), where
            assert window.refusal is None, where
            assert not lecturing.troubles, where
            assert not dialogs(window), where
            assert window.staging.pane.title.text() == scene.title, where
            place = window.placing.take()
            assert set(place.panels) == set(scene.place.panels), where
            assert place.prompt.source == scene.place.prompt.source, where
            if "pages" in scene.place.panels:
                assert place.pages == scene.place.pages, where
            if scene.place.head is not None:
                assert place.head == scene.place.head, where
            assert place.edits == scene.place.edits, where
            laid_out(window)
            assert not clipped(window), (where, clipped(window))
            shown = picture(window)
            assert shown != last, where
            last = shown
    lecturing.leave()
