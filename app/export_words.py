"""What the formats and the themes of an export are called."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication


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


def theme_names() -> dict[str, str]:
    """By the name that ``Looks`` knows."""
    translate = QCoreApplication.translate
    return {
        "screen": translate("export", "As on screen"),
        "light": translate("export", "Light, for paper"),
        "dark": translate("export", "Dark, for slides"),
    }
