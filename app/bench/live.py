"""What it costs a run to be looked at: steps a second in the window, and of the same trainer alone.

The window shows a sentence through the weights of the moment, all heads of all layers, as it does
for a person: after a step, and at most 30 times a second. Alone, the trainer has a process of its
own, without a window, as ``headlight train`` has.
"""

from __future__ import annotations

import multiprocessing
import time
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import torch

from app.bench.machine import ratio, spread
from app.bench.shown import shown_window
from app.bench.training import begin_run, take_steps
from app.bench.typing import wait_for
from app.state import Answer
from app.window import Window
from app.work import torch_threads
from core.allocator import keep_freed_memory
from core.catalogue import DEFAULT_MODEL
from core.drive import Begin
from core.training.recipe import Recipe

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
    alone = _Alone(folder / "alone")
    recipe = replace(alone.recipe, train=replace(alone.recipe.train, evaluate_every=10_000))
    window.steering.begin(folder / "seen", Begin(recipe, folder / "alone" / "text.txt"))
    wait_for(lambda: window.complete and window.steering.training is not None, window)
    live, unseen, undisturbed = _Live(window), list[float](), list[float]()
    for turn in range(rounds + 1):
        for looked_at in (True, False) if turn % 2 else (False, True):
            if looked_at:
                live.take(steps)
            else:
                seconds, waited = alone.take(steps)
                unseen.append(seconds / steps)
                undisturbed.append((seconds - waited) / steps)
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
        """The same, but for what the process that trains waited for a core."""
        self.passed = self.window = 0.0
        self._window = window
        [self._trainer] = (
            each.pid for each in multiprocessing.active_children() if each.name == "training")
        self._seen: list[tuple[float, int, float, float]] = []
        window.pictured.connect(self._pictured)

    def _pictured(self, answer: Answer, _: float) -> None:
        training = answer.frame.training
        if training is not None and training.working:
            self._seen.append((
                time.perf_counter(), training.done, time.thread_time(), _waited(self._trainer)))
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
        self.undisturbed.append((ended - began - after[1] + before[1]) / (last - first))
        self.window += after[0] - before[0]
        self.passed += ended - began


class _Alone:
    """The same trainer in a process without a window."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        context = multiprocessing.get_context("spawn")
        self._link, other = context.Pipe()
        self._process = context.Process(target=_train_alone, args=(other, folder))
        self._process.start()
        other.close()
        self.recipe: Recipe = self._link.recv()

    def take(self, steps: int) -> tuple[float, float]:
        """Seconds that they took, and for how many of them it waited for a core."""
        before = _waited(self._process.pid)
        self._link.send(steps)
        seconds = float(self._link.recv())
        return seconds, _waited(self._process.pid) - before

    def close(self) -> None:
        """No more."""
        self._link.send(0)
        self._process.join()


def _train_alone(link: Connection, folder: Path) -> None:
    keep_freed_memory()
    torch.set_num_threads(torch_threads())
    run = begin_run(folder)
    link.send(run.recipe)
    while steps := link.recv():
        link.send(take_steps(run, steps)[0])
    run.close()


def _waited(process: int | None) -> float:
    """Seconds that a process waited for a core that others had; where the system does not tell it,
    none."""
    told = Path(f"/proc/{process}/schedstat")
    return int(told.read_text().split()[1]) / 1e9 if told.exists() else 0.0
