"""The real window that a measure needs, opened and closed again."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent

from app.application import leave, make_application, make_settings
from app.engine import Engine
from app.window import Window


@contextmanager
def shown_window(model: str, text: str) -> Iterator[tuple[Window, Path]]:
    """A window of 1280 x 800 whose engine has begun, and a folder that goes with it."""
    make_application()
    with tempfile.TemporaryDirectory(prefix="headlight-bench-") as folder:
        engine = Engine()
        window = Window(engine, make_settings(Path(folder) / "settings.ini"), model, text)
        try:
            window.resize(1280, 800)
            window.show()
            window.activateWindow()
            engine.start()
            yield window, Path(folder)
        finally:
            window.close()
            window.deleteLater()
            leave(engine, 1)
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
