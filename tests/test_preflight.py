"""What a bare or broken system is told, by real processes on systems made bare or broken."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import PySide6
import pytest

from app.preflight import _PACKAGES, _wayland_answers, load
from core.errors import Refusal

ROOT = Path(__file__).parent.parent
ASK = """
from app.preflight import check_display
from core.errors import Refusal
try:
    check_display()
    print("passes")
except Refusal as refusal:
    print(refusal)
"""
SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "XDG_SESSION_TYPE", "XDG_RUNTIME_DIR")
NO_DISPLAY = (
    "There is no display; start it on a desktop, or draw without one: headlight snapshot "
    "--text \"…\" --out picture.png."
)

linux = pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a display")


def python(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Python in this source tree, with no screen but those in ``environment``."""
    told = {name: value for name, value in os.environ.items() if name not in SCREENS}
    return subprocess.run(
        [sys.executable, *words], cwd=ROOT, capture_output=True, text=True, timeout=200,
        check=False, env=told | environment,
    )


def free_display() -> str:
    """The number of an X display that nobody serves."""
    number = 4000
    while Path(f"/tmp/.X11-unix/X{number}").exists():
        number += 1
    return f":{number}"


@linux
def test_without_a_display_the_window_is_refused_in_one_sentence() -> None:
    done = python("-m", "app")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == f"headlight: {NO_DISPLAY}\n"


@linux
def test_display_that_does_not_answer_is_named() -> None:
    display = free_display()
    done = python("-m", "app", "--text", "a", DISPLAY=display)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == (
        f"headlight: The display {display} does not answer; check DISPLAY, or draw without one: "
        "headlight snapshot --text \"…\" --out picture.png.\n"
    )


@linux
@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"DISPLAY": ""}, NO_DISPLAY),
        ({"XDG_SESSION_TYPE": "wayland"}, NO_DISPLAY),
        ({"QT_QPA_PLATFORM": "xcb"}, NO_DISPLAY),
        ({"QT_QPA_PLATFORM": "wayland-egl;xcb"}, NO_DISPLAY),
        ({"DISPLAY": "no display"}, "The display no display does not answer; check DISPLAY"),
        ({"WAYLAND_DISPLAY": "gone"}, "The display gone does not answer; check WAYLAND_DISPLAY"),
        ({"QT_QPA_PLATFORM": "crt"}, "QT_QPA_PLATFORM names crt, which this Qt does not have"),
        ({"QT_QPA_PLATFORM": "offscreen"}, "passes"),
        ({"QT_QPA_PLATFORM": "crt;offscreen:size=9x9"}, "passes"),
    ],
    ids=str,
)
def test_screen_that_qt_would_abort_over_is_refused(
    environment: dict[str, str], said: str
) -> None:
    done = python("-c", ASK, **environment)
    assert (done.returncode, done.stderr) == (0, "")
    if "libwayland" in done.stdout and "wayland" in str(environment).lower():
        pytest.skip("this system has no Wayland, and the program says so")
    assert done.stdout.startswith(said)
    assert done.stdout.count("\n") == 1


@linux
def test_compositor_is_asked_whether_it_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "wayland-9"))
        assert not _wayland_answers("wayland-9")  # nobody listens yet
        server.listen()
        assert _wayland_answers("wayland-9")
        assert _wayland_answers(str(tmp_path / "wayland-9"))
    assert not _wayland_answers("wayland-9")


@linux
@pytest.mark.parametrize(
    ("library", "package", "said"),
    [
        ("libnobody.so.7", "libnobody7", "Qt needs the system library libnobody.so.7; "
         "install it, on Debian and Ubuntu with: apt install libnobody7."),
        ("libnobody.so.8", None, "Qt can't be loaded (libnobody.so.8: cannot open shared object "
         "file: No such file or directory); install what it names and start again."),
    ],
    ids=["known", "unknown"],
)
def test_library_that_is_missing_is_named_with_its_package(
    library: str, package: str | None, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if shutil.which("gcc") is None:
        pytest.skip("needs gcc")
    if package is not None:  # all those of Qt may be installed here
        monkeypatch.setitem(_PACKAGES, library, package)
    (tmp_path / "needed.c").write_text("int needed(void) { return 1; }")
    (tmp_path / "plugin.c").write_text("int needed(void); int plugin(void) { return needed(); }")
    for words in (
        ["needed.c", f"-Wl,-soname,{library}", "-o", "needed.so"],
        ["plugin.c", "needed.so", "-o", "plugin.so"],
    ):
        subprocess.run(["gcc", "-shared", "-fPIC", *words], cwd=tmp_path, check=True)
    refusal = load(tmp_path / "plugin.so")
    assert isinstance(refusal, Refusal)
    assert str(refusal) == said
    assert load(tmp_path / "needed.so") is None


@linux
def test_every_library_that_qt_wants_of_the_system_has_its_package_told() -> None:
    import PySide6

    inside = Path(PySide6.__file__).parent
    ours = [inside / f"Qt/plugins/platforms/libq{name}.so" for name in ("xcb", "wayland")]
    if shutil.which("readelf") is None or not ours[0].is_file():
        pytest.skip("needs readelf, and a Qt from a wheel")
    names = ("Core", "Gui", "Widgets", "Svg", "DBus", "XcbQpa", "WaylandClient", "OpenGL")
    ours += [path for name in names for path in inside.glob(f"Qt/lib/libQt6{name}.so.6")]
    told = subprocess.run(
        ["readelf", "-d", *map(str, ours)], capture_output=True, text=True, check=True
    ).stdout
    needed = set(re.findall(r"\(NEEDED\).*\[(.*)\]", told))
    assert len(needed) > 20
    base = re.compile(r"libQt6|libicu|ld-linux|lib(c|m|dl|rt|pthread|gcc_s|stdc\+\+|z|resolv)\.so")
    assert {name for name in needed if not base.match(name)} <= set(_PACKAGES)


WINDOW = """
import sys
from PySide6.QtCore import QTimer
import app.application as running
make = running.make_application
def quit_soon():
    application = make()
    QTimer.singleShot(1000, application.quit)
    application.aboutToQuit.connect(lambda: print("log:", application.property("log")))
    return application
running.make_application = quit_soon
from app.__main__ import main
sys.exit(main(["--text", "a", "--model", "nobody"]))
"""


def test_home_that_can_not_be_written_is_said_once_and_the_window_opens(tmp_path: Path) -> None:
    in_place = tmp_path / "file"  # permissions do not bind root, but a file is no folder
    in_place.write_text("")
    spare = tmp_path / "spare"
    spare.mkdir()
    below = str(in_place / "home")
    done = python(
        "-c", WINDOW, HOME=below, XDG_CONFIG_HOME=below, XDG_DATA_HOME=below, XDG_CACHE_HOME=below,
        TMPDIR=str(spare), QT_QPA_PLATFORM="offscreen",
    )
    assert done.returncode == 0
    assert done.stderr == (
        f"headlight: {below}/Headlight/Headlight.ini can't be written, so text and choices are not "
        "remembered; make the folder writable or set XDG_CONFIG_HOME to one that is.\n"
    )
    folder = Path(done.stdout.strip().removeprefix("log: "))
    assert folder.parent == spare
    assert (folder / "headlight.log").is_file()


UNCAUGHT = """
import logging, sys, threading
from PySide6.QtCore import QTimer, qWarning
from app.application import make_application
application = make_application()
def fail():
    raise LookupError("in a slot")
def fail_aside():
    raise LookupError("in a thread")
QTimer.singleShot(0, fail)
thread = threading.Thread(target=fail_aside)
thread.start()
thread.join()
qWarning("from Qt")
QTimer.singleShot(50, application.quit)
application.exec()
print(application.property("log"))
raise LookupError("at the end")
"""


def test_uncaught_exceptions_and_words_of_qt_go_to_the_log_and_not_to_the_user(
    tmp_path: Path,
) -> None:
    done = python("-c", UNCAUGHT, XDG_DATA_HOME=str(tmp_path), QT_QPA_PLATFORM="offscreen")
    assert done.stderr == ""
    told = (Path(done.stdout.strip()) / "headlight.log").read_text(encoding="utf-8")
    for where in ("in a slot", "in a thread", "at the end"):
        assert f"LookupError: {where}" in told
    assert told.count("Traceback (most recent call last)") == 3
    assert "Qt: from Qt" in told


NOWHERE = """
import logging, os, sys
from app.application import make_application
import getpass
if "nobody" in sys.argv:
    os.setuid(54321)
application = make_application()
logging.getLogger("headlight").error("said to nobody")
print(application.property("log"))
"""


def _open_to_all(path: Path) -> bool:
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.absolute().parents))


@pytest.mark.parametrize("case", ["nowhere", "nobody", "full"])
def test_log_that_can_not_be_written_is_no_reason_to_stop_or_to_complain(
    case: str, tmp_path: Path
) -> None:
    in_place = tmp_path / "file"
    in_place.write_text("")
    environment = {
        "HOME": str(in_place / "x"), "XDG_DATA_HOME": str(in_place / "x"),
        "QT_QPA_PLATFORM": "offscreen",
    }
    if case == "nowhere":  # the spare place is taken by a file, too
        import getpass

        (tmp_path / f"headlight-{getpass.getuser()}").write_text("")
        environment["TMPDIR"] = str(tmp_path)
    if case == "nobody":
        if os.getuid() != 0:
            pytest.skip("only root can become a user without a name")
        if not all(map(_open_to_all, (Path(sys.executable), Path(PySide6.__file__), ROOT))):
            pytest.skip("that user could not read this environment")
        environment |= dict.fromkeys(("LOGNAME", "USER", "LNAME", "USERNAME"), "")
    if case == "full":
        folder = tmp_path / "data/Headlight/Headlight"
        folder.mkdir(parents=True)
        (folder / "headlight.log").symlink_to("/dev/full")
        environment["XDG_DATA_HOME"] = str(tmp_path / "data")
    done = python("-c", NOWHERE, case, **environment)
    assert (done.returncode, done.stderr) == (0, "")
    if case != "full":
        assert done.stdout.strip() in ("None", "")


def test_log_starts_anew_when_it_is_long(tmp_path: Path) -> None:
    folder = tmp_path / "Headlight/Headlight"
    folder.mkdir(parents=True)
    (folder / "headlight.log").write_text("old\n" * 300_000)
    done = python("-c", NOWHERE, XDG_DATA_HOME=str(tmp_path), QT_QPA_PLATFORM="offscreen")
    assert (done.returncode, done.stderr) == (0, "")
    assert Path(done.stdout.strip()) == folder
    assert (folder / "headlight.log").stat().st_size < 1000
    assert (folder / "headlight.log.1").read_text().startswith("old\n")


def test_system_without_any_font_is_told_which_package_brings_one(tmp_path: Path) -> None:
    config, out = tmp_path / "fonts.conf", tmp_path / "a.png"
    config.write_text(
        f'<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"<dir>{tmp_path}</dir><cachedir>{tmp_path}/cache</cachedir></fontconfig>"
    )
    done = python(
        "-m", "app", "snapshot", "--text", "a", "--out", str(out), FONTCONFIG_FILE=str(config)
    )
    assert (done.returncode, done.stderr) == (2, (
        "headlight: This system has no font, so no word can be drawn; install one, on Debian and "
        "Ubuntu with: apt install fonts-dejavu-core.\n"
    ))
    assert not out.exists()
