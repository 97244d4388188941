"""The window as a picture, drawn without a screen by the code that draws it on one."""

from __future__ import annotations

import logging
import os
import tempfile
import time
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from app.application import font_refusal, make_application, make_settings
from app.drawing import draw
from app.engine import Engine
from app.language import install_language
from app.page_names import PAGES
from app.state import Answer, Head
from app.window import Window
from core.errors import Refusal, translate
from core.files import write_file
from core.frame import Frame

log = logging.getLogger(__name__)
_PATIENCE = 120_000  # milliseconds until a picture is given up
_QUIET = 10  # rounds of events in which nothing more is wanted


def take_snapshot(
    model: str, text: str, out: Path, panel: str | None, size: tuple[int, int], theme: str,
    scale: str, head: Head | None, pixels: float, language: str,
) -> None:
    """Open the real window off screen, wait for its picture, and write it to ``out``.

    Raises:
        Refusal: if the model or the text gives no picture, or ``out`` can't be written.
    """
    if QGuiApplication.instance() is None:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    make_application()
    code = install_language(language)
    complaint = font_refusal(code)
    if complaint is not None:
        raise complaint
    with tempfile.TemporaryDirectory() as folder:
        settings = make_settings(Path(folder) / "settings.ini")
        settings.setValue("theme", theme)
        settings.setValue("hinted", "yes")  # the picture is of the panels
        settings.setValue("scale", scale)
        settings.setValue("language", language)
        if panel in PAGES:
            settings.setValue("page", panel)
        engine = Engine()
        window = Window(engine, settings, model, text)
        try:
            window.editor.setCursorWidth(0)  # a picture does not blink
            window.resize(*size)
            window.show()
            _wait_for_picture(window, head)
            _settle(window)
            write_file(out, draw(_part(window, panel), out.suffix.lower(), pixels))
        finally:
            window.close()
            if not engine.stop(10):
                log.warning("the engine was still at work; left without it")
            window.deleteLater()
            QCoreApplication.sendPostedEvents(window, QEvent.Type.DeferredDelete)


def _wait_for_picture(window: Window, head: Head | None) -> None:
    """Run the event loop until the picture has all its parts and nothing more is coming."""
    loop = QEventLoop()
    refusals: list[Refusal] = []
    came = False

    def refuse(refusal: Refusal, wish: object) -> None:
        refusals.append(refusal)
        loop.quit()

    def look(answer: Answer, seconds: float) -> None:
        if head is not None and window.view.pinned != head:
            layers, heads = _heads(answer.frame)
            if head[0] >= layers or head[1] >= heads:
                refuse(Refusal(
                    translate("core", "There is no layer {layer}, head {head}; this model has "
                              "{layers} layers of {heads} heads."),
                    layer=head[0], head=head[1], layers=layers, heads=heads), None)
                return
            window.selecting.pin(head)

    def settled() -> None:
        nonlocal came
        if window.complete and head in (None, window.view.pinned):
            came = True
            loop.quit()

    def answered() -> None:
        frame = window.answer.frame if window.answer else None
        if frame is not None and frame.thumbnails is None and frame.prompt == window.wish.prompt:
            refuse(Refusal(
                translate("core", "The text has no tokens; type at least one word.")), None)

    window.engine.refused.connect(refuse)
    window.engine.answered.connect(answered)
    window.pictured.connect(look)
    window.showing.shown.connect(settled)  # panels follow the sheet
    window.showing.rested.connect(settled)
    window.engine.sided.connect(settled)  # the window has taken it before
    QTimer.singleShot(_PATIENCE, loop, loop.quit)
    window.engine.start()  # not before someone listens
    loop.exec()
    window.pictured.disconnect(look)
    window.showing.shown.disconnect(settled)
    window.showing.rested.disconnect(settled)
    window.engine.sided.disconnect(settled)
    window.engine.refused.disconnect(refuse)
    window.engine.answered.disconnect(answered)
    if refusals:
        raise refusals[0]
    if not came:  # where a panel changes its size as the loop ends, another is on its way
        raise Refusal(translate(
            "core", "The picture was not there after two minutes; the log says why."))


def _settle(window: Window) -> None:
    """Let layouts find their sizes, and what is asked for another size be answered."""
    quiet, end = 0, time.monotonic() + _PATIENCE / 1000
    while quiet < _QUIET and time.monotonic() < end:
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
        quiet = quiet + 1 if window.complete else 0
        time.sleep(0.002)


def _part(window: Window, panel: str | None) -> QWidget:
    parts: dict[str | None, QWidget] = {
        None: window, "sheet": window.sheet_panel, "matrix": window.matrix_panel,
        "predictions": window.predictions_panel, "prompt": window.prompt_panel,
    }
    return (parts | window.pages.panels)[panel]


def _heads(frame: Frame) -> tuple[int, int]:
    """Layers, and heads of each."""
    return (0, 0) if frame.thumbnails is None else frame.thumbnails.shape[:2]
