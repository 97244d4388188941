"""What it costs a run to be looked at: steps a second in the window, and of the same trainer alone.

The window shows a sentence through the weights of the moment, all heads of all layers, as it does
for a person: after a step, and at most 30 times a second.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from app.bench.machine import ratio, spread
from app.bench.shown import shown_window
from app.bench.training import begin_run, take_steps
from app.bench.typing import wait_for
from app.engine import torch_threads
from app.state import Answer
from app.window import Window
from core.catalogue import DEFAULT_MODEL
from core.drive import Begin

TEXT = " ".join(("the cat sat on the mat and a dog ran to the warm sea",) * 8)
"""More than the 64 tokens that the model reads."""


def measure_live(rounds: int = 16, steps: int = 24) -> dict[str, Any]:
    """The window takes so many steps, then the trainer without one; in turn, and every second time
    the other way round. The first turn warms up."""
    torch.set_num_threads(torch_threads())
    with shown_window(DEFAULT_MODEL, TEXT) as (window, folder):
        return _measure(window, folder, rounds, steps)


def _measure(window: Window, folder: Path, rounds: int, steps: int) -> dict[str, Any]:
    wait_for(lambda: window.complete, window)
    alone = begin_run(folder)
    recipe = replace(alone.recipe, train=replace(alone.recipe.train, evaluate_every=10_000))
    window.steering.begin(folder / "seen", Begin(recipe, folder / "text.txt"))
    wait_for(lambda: window.complete and window.steering.training is not None, window)
    live, unseen, undisturbed = _Live(window), list[float](), list[float]()
    own = _clock_of(threading.current_thread().name)
    for turn in range(rounds + 1):
        for looked_at in (True, False) if turn % 2 else (False, True):
            if looked_at:
                live.take(steps)
            else:
                began = own()
                unseen.append(take_steps(alone, steps)[0] / steps)
                undisturbed.append((own() - began) / steps)
    alone.close()
    seen, unseen = live.seconds[1:], unseen[1:]
    frame = window.picture
    assert frame is not None
    return {
        "tokens looked at": len(frame.queries), "heads": f"{frame.card.heads} in each layer",
        "steps a turn": steps, "torch threads": torch_threads(),
        "a step, alone": spread(unseen), "a step, looked at": spread(seen),
        "pictures a second": round(len(live.looks) / live.passed, 1),
        "a look, in the engine": spread(live.looks),
        "steps a second, looked at / alone": ratio(unseen, seen),
        "the same, but for waiting for a core": ratio(undisturbed[1:], live.undisturbed[1:]),
        "the window's own processor time, of each second": round(live.window / live.passed, 3),
    }


class _Live:
    """The run in the window: it plays until so many steps were taken."""

    def __init__(self, window: Window) -> None:
        self.seconds: list[float] = []
        """Of a step, by turn."""
        self.looks: list[float] = []
        self.undisturbed: list[float] = []
        """The same, but for what the engine's thread waited for a core."""
        self.passed = self.window = 0.0
        self._clock = _clock_of("engine")
        self._window = window
        self._seen: list[tuple[float, int, float, float]] = []
        window.pictured.connect(self._pictured)

    def _pictured(self, answer: Answer, _: float) -> None:
        training = answer.frame.training
        if training is not None and training.working:
            self._seen.append((
                time.perf_counter(), training.done, self._clock(),
                time.thread_time()))
            self.looks.append(answer.frame.seconds)

    def take(self, steps: int) -> None:
        """From the picture of one step to that of another, so many steps later."""
        self._seen.clear()
        self._window.steering.play()
        wait_for(lambda: bool(self._seen) and self._seen[-1][1] - self._seen[0][1] >= steps,
                 self._window)
        (began, first, *before), (ended, last, *after) = self._seen[0], self._seen[-1]
        self._window.steering.pause()
        wait_for(lambda: self._window.steering.training is not None
                 and not self._window.steering.training.working, self._window)
        self.seconds.append((ended - began) / (last - first))
        self.undisturbed.append((after[0] - before[0]) / (last - first))
        self.window += after[1] - before[1]
        self.passed += ended - began


def _clock_of(name: str) -> Callable[[], float]:
    """Seconds, but for those in which this thread waited for a core that others had; where the
    system does not tell them, all."""
    native = next(each.native_id for each in threading.enumerate() if each.name == name)
    told = Path(f"/proc/self/task/{native}/schedstat")

    def now() -> float:
        waited = int(told.read_text().split()[1]) / 1e9 if told.exists() else 0.0
        return time.perf_counter() - waited

    return now
