"""What the formats and the themes of an export are called."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.exporting import ANIMATION, NUMBERS, TRACE
from app.recording import Recording


def format_names(recorded: bool) -> dict[str, str]:
    """By ending; that of a recording if there is one."""
    translate = QCoreApplication.translate
    names = {
        ".png": translate("export", "Picture: PNG"),
        ".svg": translate("export", "Picture: SVG, with real text"),
        ".pdf": translate("export", "Picture: PDF, with real text"),
        ".csv": translate("export", "Numbers: CSV, for a spreadsheet"),
        ".npz": translate("export", "Numbers: NPZ, for numpy"),
        ".safetensors": translate("export", "The whole trace: safetensors"),
        ".gif": translate("export", "The recording: animated GIF"),
    }
    return names if recorded else {key: name for key, name in names.items() if key != ".gif"}


def about_format(ending: str, recording: Recording | None) -> str:
    """What is in a file that is no picture; nothing of one that is."""
    translate = QCoreApplication.translate
    if ending in NUMBERS:
        return translate("export", "The arrays that are drawn, with the labels of their axes.")
    if ending == TRACE:
        return translate("export", "Every tensor of this text's pass, altered as on screen.")
    if ending == ANIMATION and recording is not None:
        return translate("export", "{count} pictures, {seconds} s; the caption is in the file."
                         ).format(count=len(recording.shots), seconds=f"{recording.seconds:.1f}")
    return ""


def theme_names() -> dict[str, str]:
    """By the name that ``Looks`` knows."""
    translate = QCoreApplication.translate
    return {
        "screen": translate("export", "As on screen"),
        "light": translate("export", "Light, for paper"),
        "dark": translate("export", "Dark, for slides"),
    }
