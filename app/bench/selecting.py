"""From a key that moves the selection to every visible panel painted, a page at a time.

The reference is the same window with no page but the sheet: what a page adds is the page's. It
also counts what was computed and moved, and what of it was for a page that is hidden.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, Qt
from PySide6.QtGui import QKeyEvent

from app.bench.machine import ratio, spread
from app.bench.random_model import make_model
from app.bench.shown import shown_window
from app.state import Answer
from app.window import Window
from app.work import torch_threads
from core.frame import Frame

if TYPE_CHECKING:
    from core.model import Transformer

TOKENS, STEPS = 128, 24
_TEXT = (
    "The old man stood at the window and looked down at the street, where the lamps had just been "
    "lit. He had waited for his daughter since the morning, and now it was evening and the rain "
    "had begun to fall. At last he heard a carriage stop before the house; the door was opened, "
    "and a voice that he knew asked whether he was at home. He turned and went slowly down. "
)


def measure_selecting(model: str | None = None, steps: int = STEPS) -> dict[str, Any]:
    """Move the head and the cell, with each page shown in turn.

    Args:
        model: a folder or a bundled name; None for random weights of GPT-2 small's size.
        steps: keys of each kind with each page.

    Raises:
        Refusal: if the model can't be opened.
    """
    with tempfile.TemporaryDirectory(prefix="headlight-bench-") as folder:
        reference = model or str(make_model(Path(folder) / "model"))
        with shown_window(reference, _TEXT * 4) as (window, _):
            return _measure(window, steps)


@dataclass
class _Times:
    """What keys of one kind took and cost."""

    seconds: list[float] = field(default_factory=list)
    passes: int = 0
    asks: int = 0
    moved: int = 0
    hidden: int = 0

    def figures(self, alone: list[float]) -> dict[str, Any]:
        keys = max(len(self.seconds), 1)
        return spread(self.seconds) | {
            "ratio to the sheet alone": ratio(self.seconds, alone),
            "forward passes": self.passes,
            "answers a key": round(self.asks / keys, 2),
            "kilobytes moved a key": round(self.moved / keys / 1024, 1),
            "answers for hidden pages": self.hidden,
        }


def _measure(window: Window, steps: int) -> dict[str, Any]:
    _settle(window, lambda: window.complete)
    _shorten(window)
    counter = _Passes(window)
    frame = window.picture
    assert frame is not None
    pages = window.pages.first
    times: dict[str, dict[str, _Times]] = {}
    for key in (None, *window.pages.panels):
        pages.setVisible(key is not None)
        if key is not None:
            window.pages.open(key)
        _settle(window)
        window.selecting.pin((0, 0))
        window.selecting.step_cell(0, 0)
        _settle(window)
        times[key or "the sheet alone"] = {
            name: _walk(window, move, steps, counter) for name, move in _MOVES.items()
        }
    alone = times["the sheet alone"]
    return {
        "model": f"{frame.card.name}, {frame.card.parameters} parameters",
        "tokens": len(frame.queries), "window": "1280 x 800", "torch threads": torch_threads(),
        "keys of each kind": steps,
    } | {
        page: {name: kind.figures(alone[name].seconds) for name, kind in kinds.items()}
        for page, kinds in times.items()
    }


def _walk(
    window: Window, move: Callable[[Window, int], None], steps: int, counter: _Passes
) -> _Times:
    times = _Times()
    for step in range(-2, steps):  # the first few warm the caches
        answers: list[Answer] = []
        before, passes = window.answer, counter.passes
        started = time.perf_counter()
        move(window, step)
        _settle(window)
        if step < 0:
            continue
        times.seconds.append(time.perf_counter() - started)
        if window.answer is not None and window.answer is not before:
            answers.append(window.answer)
        times.passes += counter.passes - passes
        wanted = set(window.asks())
        for answer in answers:
            times.asks += len(answer.frame.answers)
            times.moved += moved_bytes(answer.frame)
            times.hidden += len(set(answer.frame.answers) - wanted)
    return times


def _next_head(window: Window, step: int) -> None:
    keys = (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Up)
    key = keys[step // 7 % 4]  # around a square, so that every key moves
    QCoreApplication.sendEvent(
        window.sheet, QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier))


def _next_cell(window: Window, step: int) -> None:
    window.selecting.step_cell(-1 if step % 2 else 0, -1)


_MOVES = {"another head": _next_head, "another cell": _next_cell}


class _Passes:
    """Counts how often the model runs."""

    def __init__(self, window: Window) -> None:
        self.passes = 0
        session = window.engine._model.session
        assert session is not None
        model: Transformer = session.model
        model.register_forward_pre_hook(self._count)

    def _count(self, *given: object) -> None:
        self.passes += 1


def moved_bytes(frame: Frame) -> int:
    """Bytes of the arrays that a frame brings to the GUI, each once."""
    return sum({id(array): array.nbytes for array in _arrays(frame)}.values())


def _arrays(thing: object) -> Iterator[np.ndarray[Any, Any]]:
    if isinstance(thing, np.ndarray):
        yield thing
    elif isinstance(thing, dict):
        for value in thing.values():
            yield from _arrays(value)
    elif isinstance(thing, (tuple, list)) and not all(isinstance(one, int) for one in thing):
        for value in thing:
            yield from _arrays(value)
    elif is_dataclass(thing):
        for one in fields(thing):
            yield from _arrays(getattr(thing, one.name))


def _settle(window: Window, done: Callable[[], bool] | None = None) -> None:
    """Run events until the newest wish is answered and all that is stale is painted."""
    end = time.perf_counter() + 300
    everything = QEventLoop.ProcessEventsFlag.AllEvents
    patient = everything | QEventLoop.ProcessEventsFlag.WaitForMoreEvents
    while window.showing.pending or not (
        window.answer is not None and window.answer.wish is window.wish and (not done or done())
    ):
        if time.perf_counter() > end:
            raise RuntimeError("the window did not come to rest")
        QCoreApplication.processEvents(patient)
    QCoreApplication.processEvents(everything)  # what the last answer made stale


def _shorten(window: Window) -> None:
    """Cut the prompt to the wished number of tokens, or as many as the model reads."""
    assert window.answer is not None
    read = window.answer.frame.queries
    text = read.text[: read.spans[min(TOKENS, len(read)) - 1][1]]
    window.editor.set_prompt(text)
    _settle(window, lambda: window.complete and window.wish.prompt.source == text)
