"""The running program: Qt, the log, the settings, the window; and its end."""

from __future__ import annotations

import argparse
import gc
import logging
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QSettings, QStandardPaths, Qt, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QFontInfo
from PySide6.QtWidgets import QApplication

from app.ending import Ending
from app.engine import Engine
from app.language import has_chinese_font, install_language
from app.window import Window
from core.errors import Refusal, translate

log = logging.getLogger("headlight")
_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG, QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING, QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def make_application() -> QApplication:
    """Qt with the program's name, style and log."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    QApplication.setHighDpiScaleFactorRoundingPolicy(
        Qt.HighDpiScaleFactorRoundingPolicy.PassThrough
    )
    application = QApplication(sys.argv[:1])
    application.setApplicationName("Headlight")
    application.setOrganizationName("Headlight")
    application.setDesktopFileName("headlight")
    application.setStyle("Fusion")
    application.setProperty("points", application.font().pointSizeF())
    start_log(application)
    # Qt shares the interpreter with the engine: let it have its turn soon.
    sys.setswitchinterval(0.001)
    return application


def start_log(application: QApplication) -> None:
    """Write the log where the system keeps such files, or in a temporary folder."""
    for folder in _log_folders():
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / "headlight.log"
            if path.is_file() and path.stat().st_size > 2**20:
                path.replace(folder / "headlight.log.1")
            handler = logging.FileHandler(path, encoding="utf-8")
        except OSError:
            continue
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        logging.getLogger().addHandler(handler)
        logging.getLogger().setLevel(logging.INFO)
        application.setProperty("log", str(folder))
        break
    else:
        logging.getLogger().addHandler(logging.NullHandler())  # else errors go to the terminal
    logging.raiseExceptions = False  # a disk that fills up is no reason to say so at each line
    sys.excepthook = _log_exception
    threading.excepthook = lambda hook: _log_exception(
        hook.exc_type, hook.exc_value or hook.exc_type(), hook.exc_traceback
    )
    qInstallMessageHandler(lambda kind, context, message: log.log(_LEVELS[kind], "Qt: %s", message))


def _log_folders() -> Iterator[Path]:
    place = QStandardPaths.StandardLocation.AppLocalDataLocation
    yield Path(QStandardPaths.writableLocation(place))
    import getpass
    import tempfile

    try:
        yield Path(tempfile.gettempdir()) / f"headlight-{getpass.getuser()}"
    except (OSError, KeyError):  # no folder to write in, or a user whom the system has no name for
        return


def _log_exception(
    kind: type[BaseException], error: BaseException, traceback: TracebackType | None
) -> None:
    log.error("uncaught", exc_info=(kind, error, traceback))


def make_settings(path: Path | None = None) -> QSettings:
    """The user's choices; in a file of its own where ``path`` is given."""
    if path is not None:
        return QSettings(str(path), QSettings.Format.IniFormat)
    scope = QSettings.Scope.UserScope
    return QSettings(QSettings.Format.IniFormat, scope, "Headlight", "Headlight")


def settings_refusal(settings: QSettings) -> Refusal | None:
    """What to say if choices can't be remembered."""
    settings.setValue("written", 1)
    settings.sync()
    if settings.status() == QSettings.Status.NoError and settings.isWritable():
        return None
    return Refusal(
        translate("core", "{path} can't be written, so text and choices are not remembered; make "
                  "the folder writable or set XDG_CONFIG_HOME to one that is."),
        path=settings.fileName(),
    )


def font_refusal(language: str) -> Refusal | None:
    """What to say if the language can't be drawn."""
    if not QFontInfo(QApplication.font()).family():  # Qt draws a box for each letter
        return Refusal(translate(
            "core", "This system has no font, so no word can be drawn; install one, on Debian and "
            "Ubuntu with: apt install fonts-dejavu-core."))
    if language != "zh" or has_chinese_font():
        return None
    return Refusal(translate(
        "core", "This system has no Chinese font; install one, on Debian and Ubuntu with: "
        "apt install fonts-noto-cjk."))


def run_window(options: argparse.Namespace) -> int:
    """Open the window and stay until it is closed."""
    application = make_application()
    ending = Ending(application)
    settings = make_settings()
    language = install_language(options.lang or str(settings.value("language", "system")))
    engine = Engine()
    # What torch brings is there for good: to look through it again would stop the window.
    engine.ready.connect(gc.freeze)
    window = Window(
        engine, settings, options.model, options.text, options.watch, options.session)

    def complain() -> None:
        for refusal in (settings_refusal(settings), font_refusal(language)):
            if refusal is not None:
                print(f"headlight: {refusal}", file=sys.stderr)
                window.remark(refusal)

    if options.lecture is not None:
        window.opened.connect(lambda: window.lecturing.open(
            options.lecture, (options.scene or 1) - 1))
    window.opened.connect(engine.start)
    window.opened.connect(complain)
    window.show()
    code = application.exec()
    if ending.code is not None:
        code = ending.code
    code = leave(engine, code, 30.0 if window.steering.drives else 0.5)  # to keep what it learnt
    window.lecturing.close()
    return code


def leave(engine: Engine, code: int, seconds: float = 0.5) -> int:
    """End the engine; if it is deep in torch for ``seconds``, end the process under it."""
    if not engine.stop(seconds):
        log.warning("the engine was still at work; left without it")
        logging.shutdown()
        os._exit(code)
    return code
