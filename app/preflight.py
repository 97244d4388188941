"""What Qt would abort over, found before Qt is asked, and said in one sentence."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

from core.errors import Refusal, translate

_PACKAGES = {
    "libEGL.so.1": "libegl1", "libGL.so.1": "libgl1", "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0", "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4", "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1", "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0", "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3", "libglib-2.0.so.0": "libglib2.0-0",
}
"""Libraries that wheels of Qt expect from the system, and the Debian packages that bring them."""


def check_qt() -> None:
    """Import Qt.

    Raises:
        Refusal: names the system library that is missing and the package that brings it.
    """
    try:
        import PySide6.QtGui  # noqa: F401
    except ImportError as error:
        raise _missing(str(error)) from error


def check_display() -> None:
    """Make sure that a window can open.

    Raises:
        Refusal: if there is no display, or Qt's way to it lacks a library.
    """
    check_qt()
    platform = os.environ.get("QT_QPA_PLATFORM", "")
    if sys.platform != "linux" or (platform and not platform.startswith("xcb")):
        return
    if os.environ.get("WAYLAND_DISPLAY") and not platform:
        return
    display = os.environ.get("DISPLAY")
    if not display:
        raise _no_display(translate(
            "core", "There is no display; start it on a desktop, or draw without one: headlight "
            "snapshot --text \"…\" --out picture.png."))
    _load_platform()
    if not _answers(display):
        raise _no_display(translate(
            "core", "The display {display} does not answer; check DISPLAY, or draw without one: "
            "headlight snapshot --text \"…\" --out picture.png."), display=display)


def _no_display(template: str, **values: str) -> Refusal:
    return Refusal(template, **values)


def _load_platform() -> None:
    """Load Qt's X11 part as Qt would, which aborts where this raises."""
    import PySide6

    plugin = Path(PySide6.__file__).parent / "Qt/plugins/platforms/libqxcb.so"
    if not plugin.is_file():
        return  # a Qt of the system's; it knows its own libraries
    try:
        ctypes.CDLL(str(plugin))
    except OSError as error:
        raise _missing(str(error)) from error


def _answers(display: str) -> bool:
    """Whether an X server takes a connection."""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True  # Qt brings its own
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(display.encode(), None)
    broken = bool(xcb.xcb_connection_has_error(connection))
    xcb.xcb_disconnect(connection)
    return not broken


def _missing(reason: str) -> Refusal:
    library = reason.split(":")[0].strip()
    package = _PACKAGES.get(library)
    if package is None:
        return Refusal(
            translate("core", "Qt can't be loaded ({reason}); install what it names and start again."),
            reason=reason,
        )
    return Refusal(
        translate("core", "Qt needs the system library {library}; install it, on Debian and Ubuntu "
                  "with: apt install {package}."),
        library=library, package=package,
    )
