"""Ctrl+C in a terminal while a run of the window takes steps."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from core.training.recipe import read_recipe
from core.training.run import Run
from tests.test_runs import write_recipe

WINDOW = """
import os, signal, sys
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # who started this may not hear
    signal.signal(number, signal.SIG_DFL)
import app.application as program
from app.__main__ import main

class Window(program.Window):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.engine.answered.connect(self.go_on)

    def go_on(self):
        steering = self.steering
        if steering.drives and not steering.training.working:
            steering.play()
        elif steering.drives and steering.training.done > 5:
            self.engine.answered.disconnect(self.go_on)
            os.kill(os.getpid(), int(sys.argv[2]))

program.Window = Window
if __name__ == "__main__":
    sys.exit(main(["open", sys.argv[1]]))
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_who_ends_the_window_from_a_terminal_loses_no_step_and_reads_nothing(
    number: signal.Signals, tmp_path: Path, data: Path
) -> None:
    recipe = read_recipe(write_recipe(
        tmp_path, train={"steps": 9000, "evaluate_every": 4000, "keep_every": 4000}))
    Run.begin(recipe, data, tmp_path / "run").close()
    script = tmp_path / "window.py"
    script.write_text(WINDOW, encoding="utf-8")
    home = {name: str(tmp_path / name) for name in (
        "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")}
    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path / "run"), str(int(number))],
        env=os.environ | home | {"QT_QPA_PLATFORM": "offscreen"}, start_new_session=True,
        capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (128 + number, "", "")
    rows = (tmp_path / "run" / "metrics.jsonl").read_text().splitlines()
    last = json.loads(rows[-1])["step"]
    assert last > 5
    assert (tmp_path / "run" / f"checkpoint-{last}").is_dir()
