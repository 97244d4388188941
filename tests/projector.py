"""Run by a test in a process of its own: a lecture before an audience, on screens that it names."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

from PySide6.QtGui import QFontMetricsF

from app.application import make_application, make_settings
from app.engine import Engine
from app.window import Window
from tests.conftest import wait_until
from tests.lecture_hands import rest


def main(folder: Path, platform: str) -> None:
    """Walk through the lecture, and print the room that each scene's page has and needs."""
    os.environ["QT_QPA_PLATFORM"] = platform
    make_application()
    sys.excepthook = sys.__excepthook__
    settings = make_settings(Path(tempfile.mkdtemp()) / "settings.ini")
    settings.setValue("reduced_motion", "yes")
    engine = Engine()
    window = Window(engine, settings, None, "The cat sat.")
    window.show()
    window.lecturing.open(folder)
    window.presenting.start()
    engine.start()
    told = {}
    for scene in window.lecturing.lecture.scenes:  # type: ignore[union-attr]
        rest(window)
        rest(window)  # a page that was just made has its type by now
        needed, words = window.minimumSizeHint(), window.staging.pane.words
        told[scene.place.pages[0]] = (
            window.width(), window.height(), needed.width(), needed.height(),
            QFontMetricsF(words.font()).lineSpacing())
        window.lecturing.next()
    notes = window.presenting.notes
    assert notes is not None
    wait_until(notes.isVisible)
    print(json.dumps({
        "pages": told, "notes": notes.screen().name(), "window": window.screen().name()}))
    window.close()
    engine.stop(10)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
