"""Runs that are killed again and again, in processes of their own.

Run as ``python -m tests.killed RECIPE DATA FOLDER KILLS``. Every other kill comes at a random
time, the others while something is half written. A run that is killed goes on in the next process,
and one that ends is followed by another, until as many were killed as was asked. A line of JSON
says how many kills there were, how many left something half written, how many runs ended, and how
many different steps were kept when one was killed.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

import torch

from core.training.following import finish
from core.training.recipe import read_recipe
from core.training.run import Run


def follow_on(recipe: Path, data: Path, folder: Path) -> None:
    """Begin, or go on, to the end."""
    if (folder / "run.json").exists():
        finish(Run.resume(folder))
    else:
        finish(Run.begin(read_recipe(recipe), data, folder))


def start(recipe: Path, data: Path, folder: Path) -> int:
    """A process that does; all that it needs is imported already."""
    process = os.fork()
    if process:
        return process
    code = 1
    try:
        torch.set_num_threads(1)
        follow_on(recipe, data, folder)
        code = 0
    finally:
        os._exit(code)


def half_written(folder: Path) -> set[tuple[str, int]]:
    """What is not yet in its place: its name, and which file or folder it is."""
    found = set()
    for path in folder.iterdir() if folder.exists() else ():
        if path.name.startswith("tmp-") or path.name.endswith(".part"):
            with suppress(FileNotFoundError):
                found.add((path.name, path.stat().st_ino))
    return found


def kill(process: int, folder: Path, chance: random.Random, aimed: bool, longest: float) -> bool:
    """Whether it was killed before it ended; it must not fail by itself."""
    left = half_written(folder)  # by the one before
    end = time.monotonic() + chance.uniform(0, longest)
    while time.monotonic() < end:
        time.sleep(0.001)
        if ended(process):
            return False
    if aimed:
        while not half_written(folder) - left:
            if ended(process):
                return False
            time.sleep(0.0005)
        time.sleep(chance.uniform(0, 0.003))  # it is not written for long
    if ended(process):
        return False
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)
    return True


def ended(process: int) -> bool:
    try:
        found, status = os.waitpid(process, os.WNOHANG)
    except ChildProcessError:
        return True
    assert not found or status == 0, f"it ended by itself with {status}"
    return bool(found)


def main(recipe: Path, data: Path, folder: Path, kills: int) -> None:
    chance = random.Random(1)
    torch.set_num_threads(1)
    follow_on(recipe, data, folder / "undisturbed")  # here, so that all is imported
    started = time.monotonic()
    process = start(recipe, data, folder / "again")
    assert os.waitpid(process, 0)[1] == 0
    longest = (time.monotonic() - started) / 1.5  # so that many are killed more than once
    killed, writing, runs = 0, 0, 0
    reached = set()
    while killed < kills:
        run = folder / f"run-{runs}"
        while killed < kills:
            process = start(recipe, data, run)
            left = half_written(run)
            if not kill(process, run, chance, aimed=killed % 2 == 1, longest=longest):
                break
            killed += 1
            writing += bool(half_written(run) - left)
            reached.update(int(path.name[11:]) for path in run.glob("checkpoint-*"))
        runs += 1
    process = start(recipe, data, folder / f"run-{runs - 1}")  # the last was killed half way
    assert os.waitpid(process, 0)[1] == 0
    print(json.dumps({"killed": killed, "writing": writing, "runs": runs, "reached": len(reached)}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))
