"""Each panel runs by itself, with the picture of a real model and without the engine."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PANELS = ["sheet", "matrix", "predictions", "editor"]


@pytest.mark.parametrize("panel", PANELS)
def test_a_panel_opens_by_itself(panel: str, tiny_model: Path) -> None:
    done = subprocess.run(
        [
            sys.executable, "-W", "error", "-m", f"app.panels.{panel}", str(tiny_model),
            "--text", "The cat 👍🏽 sat.", "--dark", "--quit-after", "0.3",
        ],
        capture_output=True, text=True, timeout=60, check=False,
    )
    assert done.returncode == 0, done.stderr
    noise = "This plugin does not support propagateSizeHints()"  # Qt's, off screen
    assert [line for line in done.stderr.splitlines() if line != noise] == []


@pytest.mark.parametrize("panel", PANELS)
def test_a_panel_knows_neither_the_engine_nor_the_window(panel: str) -> None:
    code = (
        f"import sys, app.panels.{panel}\n"
        "known = {'app.engine', 'app.window', 'torch', 'core.session'} & set(sys.modules)\n"
        f"others = {{'app.panels.' + name for name in {PANELS}}} - {{'app.panels.{panel}'}}\n"
        "assert not known | (others & set(sys.modules)), known | others & set(sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
