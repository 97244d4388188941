"""A long day in minutes: thousands of keys, then thousands of training steps; does memory grow?

Keys come as fast as they are answered. Memory is the process's own, resident, as the system counts
it; what a measure of it finds early is compared with what it finds at the end.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent

from app.bench.shown import shown_window
from app.bench.typing import TEXT, wait_for
from app.window import Window
from app.work import torch_threads
from core.catalogue import DEFAULT_MODEL, RESOURCES
from core.drive import Begin
from core.training.recipe import read_recipe

KEYS = STEPS = 10_000
_WORD = " and then she"
_WARM = 0.2
"""The first part, in which caches fill and the heap finds its size."""


def measure_soak(keys: int = KEYS, steps: int = STEPS) -> dict[str, Any]:
    """Type so many keys into the window, then let a small run take so many steps in it."""
    torch.set_num_threads(torch_threads())
    with shown_window(DEFAULT_MODEL, TEXT[:160]) as (window, folder):
        wait_for(lambda: window.complete, window)
        typed = _type(window, keys)
        trained = _train(window, folder, steps)
    return {
        "model typed into": DEFAULT_MODEL, f"{keys} keys": typed,
        f"{steps} steps of reverse, looked at": trained,
        "most memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }


def _type(window: Window, keys: int) -> dict[str, Any]:
    """A word typed and taken back, again and again; each key waits for its picture."""
    memory = _Memory()
    started = time.perf_counter()
    for index in range(keys):
        turn, place = divmod(index, len(_WORD))
        letter = "\b" if turn % 2 else _WORD[place]
        key = Qt.Key.Key_Backspace if turn % 2 else Qt.Key(ord(letter.upper()))
        asked = window.wish.asked
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QCoreApplication.sendEvent(window.editor, QKeyEvent(
                kind, key, Qt.KeyboardModifier.NoModifier, letter))
        if window.wish.asked == asked:
            raise RuntimeError("a key was lost")
        _pump(lambda: window.answer is not None and window.answer.wish.prompt == window.wish.prompt)
        memory.note(index / keys)
    return memory.figures() | {"seconds": round(time.perf_counter() - started, 1)}


def _train(window: Window, folder: Path, steps: int) -> dict[str, Any]:
    recipe = read_recipe(RESOURCES / "recipes" / "reverse.json")
    recipe = replace(recipe, train=replace(
        recipe.train, steps=steps, keep_every=max(steps // 50, 1), evaluate_every=steps))
    steering = window.steering
    steering.begin(folder / "run", Begin(recipe))
    wait_for(lambda: window.complete and steering.training is not None, window)
    memory = _Memory()
    started = time.perf_counter()
    steering.play()

    def done() -> bool:
        training = steering.training
        if training is None:
            return False
        memory.note(training.done / steps)
        return training.ended

    _pump(done)
    return memory.figures() | {"seconds": round(time.perf_counter() - started, 1)}


def _pump(done: Callable[[], bool]) -> None:
    """Run events until ``done``; no timer of ours adds objects to what is counted."""
    end = time.perf_counter() + 3600
    while not done():
        QCoreApplication.processEvents()
        time.sleep(0.0005)
        if time.perf_counter() > end:
            raise RuntimeError("it never came to its end")


class _Memory:
    """Resident memory by how far the measure is."""

    def __init__(self) -> None:
        self._at: list[float] = []
        self._bytes: list[int] = []

    def note(self, share: float) -> None:
        """Note it, at most a thousand times."""
        if not self._at or share - self._at[-1] >= 0.001:
            self._at.append(share)
            self._bytes.append(resident())

    def figures(self) -> dict[str, float]:
        """Medians of the first fifth after the caches are warm, and of the last."""
        at, held = np.asarray(self._at), np.asarray(self._bytes) / 2**20
        early = float(np.median(held[(at >= _WARM) & (at < 2 * _WARM)]))
        late = float(np.median(held[at >= 1 - _WARM]))
        return {
            "early_mb": round(early, 1), "late_mb": round(late, 1),
            "late / early": round(late / early, 4),
        }


def resident() -> int:
    """Bytes of memory that the process has now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()
