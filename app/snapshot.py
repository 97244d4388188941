"""The window as a picture, drawn without a screen by the code that draws it on one."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from PySide6.QtCore import QEventLoop, QPoint, QRect, QSize, QTimer
from PySide6.QtGui import QGuiApplication, QImage, QPageSize, QPainter, QPdfWriter
from PySide6.QtWidgets import QWidget

from app.application import font_refusal, leave, make_application, make_settings
from app.engine import Engine
from app.language import install_language
from app.state import Answer, Head
from app.window import Window
from core.errors import Refusal, translate

_PATIENCE = 120_000  # milliseconds until a picture is given up


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
        settings.setValue("scale", scale)
        settings.setValue("language", language)
        engine = Engine()
        window = Window(engine, settings, model, text)
        try:
            window.resize(*size)
            window.show()
            engine.start()
            _wait_for_picture(window, head)
            _write(_part(window, panel), out, pixels)
        finally:
            window.close()
            window.deleteLater()
            leave(engine, 2)


def _wait_for_picture(window: Window, head: Head | None) -> None:
    """Run the event loop until the picture has all its parts and nothing more is coming."""
    loop = QEventLoop()
    refusals: list[Refusal] = []

    def refuse(refusal: Refusal, wish: object) -> None:
        refusals.append(refusal)
        loop.quit()

    def look(answer: Answer, seconds: float) -> None:
        if head is not None and window.view.pinned != head:
            layers, heads = answer.frame.thumbnails.shape[:2] if answer.frame.thumbnails is not None else (0, 0)
            if head[0] >= layers or head[1] >= heads:
                refuse(Refusal(
                    translate("core", "There is no layer {layer}, head {head}; this model has {layers} "
                              "layers of {heads} heads."),
                    layer=head[0], head=head[1], layers=layers, heads=heads), None)
                return
            window.pin(head)
        elif window.complete:
            loop.quit()

    def answered() -> None:
        frame = window.answer.frame if window.answer else None
        if frame is not None and frame.thumbnails is None and frame.prompt == window.wish.prompt:
            refuse(Refusal(translate("core", "The text has no tokens; type at least one word.")), None)

    window.engine.refused.connect(refuse)
    window.engine.answered.connect(answered)
    window.pictured.connect(look)
    QTimer.singleShot(_PATIENCE, loop.quit)
    loop.exec()
    window.pictured.disconnect(look)
    if refusals:
        raise refusals[0]
    if not window.complete:
        raise Refusal(translate("core", "The picture was not there after two minutes; the log says why."))


def _part(window: Window, panel: str | None) -> QWidget:
    return {
        None: window, "sheet": window.sheet_panel, "matrix": window.matrix_panel,
        "predictions": window.predictions_panel, "prompt": window.prompt_panel,
    }[panel]


def _write(part: QWidget, out: Path, pixels: float) -> None:
    done = {".png": _write_png, ".svg": _write_svg, ".pdf": _write_pdf}[out.suffix.lower()](
        part, out, pixels
    )
    if not done:
        raise Refusal(translate("core", "{path} can't be written; is the disk full, or the folder "
                                "read-only?"), path=out)


def _write_png(part: QWidget, out: Path, pixels: float) -> bool:
    image = QImage(part.size() * pixels, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(pixels)
    part.render(image)
    return image.save(str(out))


def _write_svg(part: QWidget, out: Path, pixels: float) -> bool:
    from PySide6.QtSvg import QSvgGenerator

    generator = QSvgGenerator()
    generator.setFileName(str(out))
    generator.setSize(part.size())
    generator.setViewBox(QRect(QPoint(0, 0), part.size()))
    generator.setTitle("Headlight")
    painter = QPainter()
    if not painter.begin(generator):
        return False
    part.render(painter, QPoint(0, 0))
    return painter.end()


def _write_pdf(part: QWidget, out: Path, pixels: float) -> bool:
    writer = QPdfWriter(str(out))
    writer.setResolution(96)
    points = QSize(round(part.width() * 72 / 96), round(part.height() * 72 / 96))
    writer.setPageSize(QPageSize(points))
    writer.setPageMargins(writer.pageLayout().minimumMargins())
    painter = QPainter()
    if not painter.begin(writer):
        return False
    part.render(painter, QPoint(0, 0))
    return painter.end()
