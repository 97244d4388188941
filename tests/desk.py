"""A screen of our own, a person's hands on it, and the program started as a person starts it.

Run as a module it says where things are in the program's window on the display at hand.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
Picture = NDArray[np.uint32]
"""[row, column] pixels 0x00RRGGBB."""
Box = tuple[int, int, int, int]
"""Left, top, width, height."""
PATIENCE = 120.0
_MARK = "HEADLIGHT_TEST_MARK"


class Screen:
    """An X server in memory, with no window manager."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        read, write = os.pipe()
        self.process = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", "1400x900x24", "-dpi", "96",
             "-fbdir", str(folder), "-nolisten", "tcp", "-noreset"],
            pass_fds=(write,), stderr=subprocess.DEVNULL,
        )
        os.close(write)
        with os.fdopen(read) as told:
            number = told.readline().strip()
        assert number, "Xvfb did not start"
        self.name = f":{number}"
        self._pixels = folder / "Xvfb_screen0"

    def picture(self) -> Picture:
        """What is on the screen; X keeps it in a file of the xwd format."""
        raw = self._pixels.read_bytes()
        header = np.frombuffer(raw, ">u4", 25)
        width, height, order, line = header[4], header[5], header[7], header[12]
        start = int(header[0] + 12 * header[19])  # past the colour map
        pixels = np.frombuffer(raw, ">u4" if order else "<u4", height * line // 4, start)
        return (pixels.reshape(height, -1)[:, :width] & 0xFFFFFF).astype(np.uint32)

    def hand(self, *words: str) -> str:
        """What xdotool can do: type, press, move, click."""
        ended = subprocess.run(
            ["xdotool", *words], env=os.environ | {"DISPLAY": self.name}, capture_output=True,
            text=True, timeout=30, check=True,
        )
        return ended.stdout.strip()

    def close(self) -> None:
        """Take the screen away."""
        self.process.terminate()
        self.process.wait(10)


class Program:
    """``python -m app``, with folders of its own, started on a screen."""

    def __init__(self, home: Path, *arguments: str, **environment: str) -> None:
        home.mkdir(exist_ok=True)
        self.home = home
        self.mark = uuid4().hex
        self.complaints = home / f"stderr-{self.mark}"
        self._stderr: IO[bytes] = self.complaints.open("wb")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "app", *arguments], cwd=ROOT, stdin=subprocess.DEVNULL,
            stdout=self._stderr, stderr=self._stderr,
            env=quiet(home, **environment) | {_MARK: self.mark},
        )

    def close(self) -> None:
        """End it if it has not ended."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(10)
        self._stderr.close()

    def ends(self, seconds: float) -> int:
        """Its exit status; fails if it does not end in time, longer where others use the cores."""
        share = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
        try:
            return self.process.wait(seconds * min(2 * share, 8.0) if share > 1 else seconds)
        except subprocess.TimeoutExpired as late:
            raise AssertionError(f"it did not end within {seconds} s: {self.said()}") from late

    def said(self) -> str:
        """Its words on standard output and error."""
        return self.complaints.read_text(encoding="utf-8")

    def log(self) -> str:
        """Its log so far."""
        logs = self.home.rglob("headlight.log")
        return "".join(path.read_text(encoding="utf-8") for path in logs)

    def left(self) -> list[int]:
        """Processes that it started, and itself, as long as they run."""
        return [
            int(folder.name) for folder in Path("/proc").iterdir()
            if folder.name.isdecimal() and self.mark in _environment_of(folder)
        ]


def quiet(home: Path, **environment: str) -> dict[str, str]:
    """No display but the one that is named, and no file of the person who runs the tests."""
    unwanted = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    clean = {name: value for name, value in os.environ.items() if name not in unwanted}
    for name in ("CONFIG", "DATA", "CACHE", "STATE"):
        clean[f"XDG_{name}_HOME"] = str(home / name.lower())
    return clean | {"LC_ALL": "C.UTF-8"} | environment


def _environment_of(process: Path) -> str:
    try:
        return (process / "environ").read_bytes().decode(errors="replace")
    except OSError:
        return ""


@contextmanager
def running(home: Path, *arguments: str, **environment: str) -> Iterator[Program]:
    """The program, ended at the end whatever happens."""
    program = Program(home, *arguments, **environment)
    try:
        yield program
    finally:
        program.close()


def until(holds: Callable[[], Any], what: str, seconds: float = PATIENCE) -> Any:
    """Look again and again.

    Raises:
        AssertionError: if it never holds.
    """
    end = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < end, f"it never came: {what}"
        time.sleep(0.05)
    return found


def part(picture: Picture, box: Box) -> Picture:
    """What is within a box."""
    left, top, width, height = box
    return picture[top : top + height, left : left + width]


def places(model: Path, display: str, home: Path) -> dict[str, Any]:
    """Boxes of the panels and of each head's square, measured in a window like the one tested."""
    told = subprocess.run(
        [sys.executable, "-m", "tests.desk", str(model)], cwd=ROOT, timeout=PATIENCE, text=True,
        env=quiet(home, DISPLAY=display), capture_output=True, check=False,
    )
    assert told.returncode == 0, told.stderr
    found: dict[str, Any] = json.loads(told.stdout)
    return found


def _tell(model: str) -> None:
    from PySide6.QtCore import QCoreApplication, QEventLoop, QPoint, QRect
    from PySide6.QtWidgets import QWidget

    from app.application import make_application, make_settings
    from app.engine import Engine
    from app.window import Window

    make_application()
    window = Window(Engine(), make_settings(), model, "The cat sat.")
    window.show()
    window.engine.start()
    while not window.complete:
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)

    def box(widget: QWidget, within: QRect | None = None) -> Box:
        where = within or widget.rect()
        corner = widget.mapTo(window, QPoint(0, 0)) + where.topLeft()
        return corner.x(), corner.y(), where.width(), where.height()

    card = window.answer.frame.card if window.answer else None
    assert card is not None
    sheet, layers = window.sheet, range(card.layers["decoder"])
    squares = [
        [box(sheet, sheet.square((layer, head)).toRect()) for head in range(card.heads)]
        for layer in layers
    ]
    print(json.dumps({
        "sheet": box(window.sheet), "matrix": box(window.matrix), "editor": box(window.editor),
        "squares": squares, "accent": int(window.theme.accent[1:], 16),
    }))
    window.engine.stop(10)


if __name__ == "__main__":
    _tell(sys.argv[1])
