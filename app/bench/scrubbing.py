"""From a move of the mouse along the line of time to the picture of that step.

A run of the bundled model's size is trained a few steps in the real window; its kept steps are
dragged over and back. Moves have due times that nothing moves, as keys have in ``typing``.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent

from app.bench.machine import ratio, spread
from app.bench.shown import shown_window
from app.bench.typing import RATE, Typist, shorten, wait_for
from app.bench.typing import TEXT as TYPED
from app.state import Answer
from app.window import Window
from app.work import torch_threads
from core.catalogue import DEFAULT_MODEL, RESOURCES
from core.drive import Begin
from core.training.recipe import read_recipe

KEPT, FAST = 24, 60.0
_ROOM = 1 << 30


def measure_scrubbing(model: str = DEFAULT_MODEL, seconds: float = 10.0) -> dict[str, Any]:
    """Drag at 15 moves a second, each to another kept step, and type as fast; then drag faster.

    Args:
        model: a causal one that a run starts from.
        seconds: of each.

    Raises:
        Refusal: if the model can't be opened, or trained.
    """
    with shown_window(DEFAULT_MODEL, TYPED) as (window, folder):
        return _measure(window, model, folder, seconds)


def _measure(window: Window, model: str, folder: Path, seconds: float) -> dict[str, Any]:
    wait_for(lambda: window.complete, window)
    _train(window, model, folder)
    ids = shorten(window)
    count = round(RATE * seconds)
    drag = Mouse(window, RATE, count)
    drag.run()
    typist = Typist(window, count)
    typist.start()
    wait_for(lambda: typist.finished and window.complete, window)
    typist.stop()
    fast = Mouse(window, FAST, round(FAST * seconds))
    fast.run()
    frame = window.picture
    assert frame is not None
    typed = list(typist.painted.values())
    return {
        "model": f"a run of {frame.card.parameters} parameters", "tokens": len(ids),
        "kept steps": len(frame.kept), "window": "1280 x 800", "torch threads": torch_threads(),
        f"move to painted sheet, {RATE:.0f} moves a second": spread(drag.painted),
        "of it, the look alone, in the engine": spread(drag.looks),
        "key to painted sheet, as fast": spread(typed),
        "ratio, move / key": ratio(drag.painted, typed),
        "moves superseded by a newer one": round(1 - len(drag.painted) / count, 3),
        f"move to painted sheet, {FAST:.0f} moves a second": spread(fast.painted),
        "moves superseded by a newer one, then": round(1 - len(fast.painted) / fast.count, 3),
    }


def _train(window: Window, model: str, folder: Path) -> None:
    """So many steps, each of which is kept."""
    (folder / "text.txt").write_text("\n".join([TYPED] * 40), encoding="utf-8")
    recipe = read_recipe(RESOURCES / "recipes" / "english-gpt.json")
    recipe = replace(recipe, hold_out=(), hold_out_lines=2, train=replace(
        recipe.train, steps=10_000, batch=1, window=32, warmup=0, keep_every=10_000))
    steering = window.steering
    steering.set_budget(_ROOM)
    steering.begin(folder / "run", Begin(recipe, folder / "text.txt", model))
    wait_for(lambda: window.complete and steering.training is not None, window)
    steering.step(KEPT)
    wait_for(lambda: window.complete and window.picture is not None
             and window.picture.step == KEPT, window)


class Mouse(QObject):
    """Drags along the kept steps, there and back, and notes when each has been seen."""

    def __init__(self, window: Window, rate: float, count: int) -> None:
        super().__init__()
        self.count = count
        self.painted: list[float] = []
        """Seconds from a move to its picture; a superseded move has none."""
        self.looks: list[float] = []
        self._window, self._rate, self._done = window, rate, 0
        self._steps = islice(_sweep(window.steering.kept), count)
        self._due: dict[int, float] = {}
        self._timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._move)

    def run(self) -> None:
        """From the press to the picture of the last move."""
        self._window.pictured.connect(self._pictured)
        self._send(QEvent.Type.MouseButtonPress, self._window.steering.kept[0])
        wait_for(lambda: self._window.complete, self._window)
        self._begin = time.perf_counter() + 0.5
        self._sleep()
        wait_for(lambda: self._done == self.count and self._window.complete, self._window)
        self._send(QEvent.Type.MouseButtonRelease, self._window.steering.kept[0])
        self._window.pictured.disconnect(self._pictured)
        self._window.steering.scrub(None)
        wait_for(lambda: self._window.complete, self._window)

    def _sleep(self) -> None:
        left = self._begin + self._done / self._rate - time.perf_counter()
        self._timer.start(max(0, math.ceil(left * 1000)))

    def _move(self) -> None:
        step = next(self._steps)
        self._due[step] = self._begin + self._done / self._rate
        self._done += 1
        self._send(QEvent.Type.MouseMove, step)
        if self._done < self.count:
            self._sleep()

    def _send(self, kind: QEvent.Type, step: int) -> None:
        track = self._window.layout_.timeline.track
        at = QPointF(track.place(step), 10.0)
        none, left = Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton
        held = none if kind == QEvent.Type.MouseButtonRelease else left
        QCoreApplication.postEvent(track, QMouseEvent(
            kind, at, at, none if kind == QEvent.Type.MouseMove else left, held,
            Qt.KeyboardModifier.NoModifier))

    def _pictured(self, answer: Answer, seconds: float) -> None:
        step = answer.wish.at
        if step is not None and step in self._due:
            self.painted.append(time.perf_counter() - self._due.pop(step))
            self.looks.append(answer.frame.seconds)


def _sweep(kept: tuple[int, ...]) -> Iterator[int]:
    """All but the newest, there and back again."""
    there = kept[1:-1]
    return cycle([*there, *reversed(there[1:-1])])
