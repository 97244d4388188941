"""From the start of a process to its first painted window, beside an empty window."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from app.bench.machine import ratio, spread
from core.catalogue import RESOURCES

_STOP = """
import os, sys, time
from PySide6.QtCore import QCoreApplication, QEvent, QObject

class Stop(QObject):
    "Ends the process once all that the first paint paints is painted."
    painting = False
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and not self.painting:
            self.painting = True
            QCoreApplication.postEvent(self, QEvent(QEvent.Type.User))
        return False
    def customEvent(self, event):
        loaded = [name for name in ("torch", "numpy", "pyqtgraph") if name in sys.modules]
        print(time.perf_counter(), *loaded, flush=True)
        os._exit(0)
"""
# As app.__main__ and app.application do it, with the stop put in.
_OURS = """
from app.cli import parse
options = parse([])
from app.preflight import check_display
check_display()
from app.application import make_application, run_window
""" + _STOP + """
application, stop = make_application(), Stop()
application.installEventFilter(stop)
run_window(options)
"""
_EMPTY = _STOP + """
from PySide6.QtWidgets import QApplication, QWidget
application, stop = QApplication([]), Stop()
application.installEventFilter(stop)
window = QWidget()
window.resize(1280, 800)
window.show()
application.exec()
"""


def measure_startup(repeats: int = 9) -> dict[str, Any]:
    """Start both in turn; the first start of each warms the disk and is not counted."""
    ours: list[float] = []
    empty: list[float] = []
    loaded: set[str] = set()
    with tempfile.TemporaryDirectory(prefix="headlight-bench-") as folder:
        environment = _environment(Path(folder))
        for turn in range(repeats + 1):
            seconds, _ = _start(_EMPTY, environment)
            our_seconds, modules = _start(_OURS, environment)
            loaded.update(modules)
            if turn:
                empty.append(seconds)
                ours.append(our_seconds)
    return {
        "headlight, process start to first window painted": spread(ours),
        "empty PySide6 window": spread(empty),
        "ratio": ratio(ours, empty),
        "torch imported by then": "torch" in loaded,
        "heavy modules imported by then": sorted(loaded),
    }


def _environment(folder: Path) -> dict[str, str]:
    """No screen, nobody's settings, and bytecode as an installed program has it."""
    environment = {
        name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
    }
    environment["QT_QPA_PLATFORM"] = "offscreen"
    environment["PYTHONPYCACHEPREFIX"] = str(folder / "bytecode")
    environment["PYTHONPATH"] = os.pathsep.join(
        part for part in (str(RESOURCES.parent), os.environ.get("PYTHONPATH")) if part
    )
    for name in ("CONFIG", "DATA", "CACHE", "STATE"):
        environment[f"XDG_{name}_HOME"] = str(folder / name.lower())
    return environment


def _start(script: str, environment: dict[str, str]) -> tuple[float, list[str]]:
    """Seconds to the first paint (one clock for all processes), and what was imported."""
    started = time.perf_counter()
    ended = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, timeout=60,
    )
    if ended.returncode:
        raise RuntimeError(f"the window did not open: {ended.stderr.strip()}")
    at, *loaded = ended.stdout.split()
    return float(at) - started, loaded
