"""What Qt would abort over, found before Qt is asked, and said in one sentence."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from core.errors import Refusal, translate

_PACKAGES = {
    "libEGL.so.1": "libegl1", "libGL.so.1": "libgl1", "libX11.so.6": "libx11-6",
    "libX11-xcb.so.1": "libx11-xcb1", "libdbus-1.so.3": "libdbus-1-3", "libdrm.so.2": "libdrm2",
    "libfontconfig.so.1": "libfontconfig1", "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0", "libgthread-2.0.so.0": "libglib2.0-0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libwayland-client.so.0": "libwayland-client0", "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
    "libxcb.so.1": "libxcb1", "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4", "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1", "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0", "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0", "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1", "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0", "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon.so.0": "libxkbcommon0", "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libzstd.so.1": "libzstd1",
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
    """Make sure that a window can open, on the first of Qt's platforms that is there.

    Raises:
        Refusal: if there is no display, or Qt's way to it lacks a library.
    """
    check_qt()
    if sys.platform != "linux":
        return
    complaints = []
    for platform in _platforms():
        complaint = _complaint(platform)
        if complaint is None:
            return
        complaints.append(complaint)
    raise complaints[0] if complaints else _no_display()


def _platforms() -> list[str]:
    """The names of platforms that Qt would try, in its order."""
    chosen = os.environ.get("QT_QPA_PLATFORM")
    if chosen:
        return [name.partition(":")[0].strip() for name in chosen.split(";")]
    wayland = os.environ.get("WAYLAND_DISPLAY") or os.environ.get("XDG_SESSION_TYPE") == "wayland"
    return ["wayland"] * bool(wayland) + ["xcb"] * bool(os.environ.get("DISPLAY"))


def _complaint(platform: str) -> Refusal | None:
    """Why a window can't open there; None if it can."""
    wayland = platform.startswith("wayland")
    broken = _load_platform("wayland" if wayland else platform)
    if broken is not None or not (wayland or platform == "xcb"):
        return broken
    display = os.environ.get("WAYLAND_DISPLAY" if wayland else "DISPLAY")
    if not display:
        return _no_display()
    if _wayland_answers(display) if wayland else _x11_answers(display):
        return None
    return Refusal(
        translate("core", "The display {display} does not answer; check {variable}, or draw "
                  "without one: headlight snapshot --text \"…\" --out picture.png."),
        display=display, variable="WAYLAND_DISPLAY" if wayland else "DISPLAY",
    )


def _no_display() -> Refusal:
    return Refusal(translate(
        "core", "There is no display; start it on a desktop, or draw without one: headlight "
        "snapshot --text \"…\" --out picture.png."))


def _load_platform(name: str) -> Refusal | None:
    """Load Qt's part for a platform as Qt would, which aborts where this complains."""
    import PySide6

    folder = Path(PySide6.__file__).parent / "Qt/plugins/platforms"
    if not folder.is_dir():
        return None  # a Qt of the system's; it knows its own libraries
    plugin = folder / f"libq{name}.so"
    if not plugin.is_file():
        return Refusal(
            translate("core", "QT_QPA_PLATFORM names {name}, which this Qt does not have; unset "
                      "it."),
            name=name,
        )
    return load(plugin)


def load(library: Path) -> Refusal | None:
    """Load a library; what is missing, if that fails."""
    import ctypes  # not every platform needs it, and the window waits for it

    try:
        ctypes.CDLL(str(library))
    except OSError as error:
        return _missing(str(error))
    return None


def _x11_answers(display: str) -> bool:
    """Whether an X server takes a connection."""
    import ctypes

    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True  # Qt brings its own
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(os.fsencode(display), None)
    broken = bool(xcb.xcb_connection_has_error(connection))
    xcb.xcb_disconnect(connection)
    return not broken


def _wayland_answers(display: str) -> bool:
    """Whether a compositor takes a connection."""
    import socket

    path = Path(os.environ.get("XDG_RUNTIME_DIR", ""), display)
    with socket.socket(socket.AF_UNIX) as link:
        try:
            link.connect(os.fsencode(path))
        except OSError:
            return False
    return True


def _missing(reason: str) -> Refusal:
    library = reason.split(":")[0].strip()
    package = _PACKAGES.get(library)
    if package is None:
        return Refusal(
            translate("core", "Qt can't be loaded ({reason}); install what it names and start "
                      "again."),
            reason=reason.rstrip("."),
        )
    return Refusal(
        translate("core", "Qt needs the system library {library}; install it, on Debian and Ubuntu "
                  "with: apt install {package}."),
        library=library, package=package,
    )
