"""The languages of the program, and whether the system can draw them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator
from PySide6.QtGui import QFontDatabase

from core.catalogue import RESOURCES
from core.errors import Refusal

LANGUAGES = {"en": "English", "zh": "中文"}
"""Code to its own name."""
_FILES = {"zh": "zh_CN"}
_held: list[QTranslator] = []
_installed = ["en"]


def language_of(choice: str) -> str:
    """The code that a choice stands for; ``system`` follows the system, English where unknown."""
    if choice in LANGUAGES:
        return choice
    code = QLocale.system().name().split("_")[0]
    return code if code in LANGUAGES else "en"


def install_language(choice: str) -> str:
    """Translate the program from now on; returns the code in use."""
    application = QCoreApplication.instance()
    assert application is not None
    code = _installed[0] = language_of(choice)
    while _held:
        application.removeTranslator(_held.pop())
    if code in _FILES:
        theirs = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
        for path in (theirs / f"qtbase_{_FILES[code]}.qm",  # Qt's own buttons and menus
                     RESOURCES / "i18n" / f"{_FILES[code]}.qm"):
            translator = QTranslator(application)
            if translator.load(str(path)):
                application.installTranslator(translator)
                _held.append(translator)
    return code


def current_language() -> str:
    """The code in use."""
    return _installed[0]


def has_chinese_font() -> bool:
    """Whether a font of this system can draw Chinese."""
    systems = QFontDatabase.WritingSystem
    return bool(QFontDatabase.families(systems.SimplifiedChinese)) or bool(
        QFontDatabase.families(systems.TraditionalChinese)
    )


def in_turn(parts: Iterable[str]) -> str:
    """Parts of a sentence, one after the other; those that are empty are left out."""
    return QCoreApplication.translate("language", "; ").join(filter(None, parts))


def say_refusal(refusal: Refusal) -> str:
    """The sentence of a refusal in the language of the moment."""
    template = QCoreApplication.translate("core", refusal.template)
    values = {name: _say(value) for name, value in refusal.values.items()}
    try:
        return template.format(**values)
    except (KeyError, IndexError, ValueError):  # a translation that names another value
        return str(refusal)


def _say(value: object) -> object:
    """Some values are words of ours, such as what was expected, or why something failed."""
    if isinstance(value, Refusal):
        return say_refusal(value)
    return QCoreApplication.translate("core", value) if isinstance(value, str) else value
