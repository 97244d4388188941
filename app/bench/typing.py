"""From a key to its picture: the real window, typed into at a fixed rate.

Keys have due times that nothing moves. What a key waits before it is handled counts too.
"""

from __future__ import annotations

import gc
import math
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent

from app.bench.keystroke import Stages
from app.bench.machine import ratio, spread
from app.bench.random_model import make_model
from app.bench.shown import shown_window
from app.state import Answer
from app.window import Window
from app.work import torch_threads
from core.catalogue import find_model
from core.errors import Refusal, translate
from core.frame import Prompt

TOKENS, RATE, SECONDS = 64, 15.0, 10.0
TEXT = (
    "The old man stood at the window and looked down at the street, where the lamps had just been "
    "lit. He had waited for his daughter since the morning, and now it was evening and the rain "
    "had begun to fall. At last he heard a carriage stop before the house; the door was opened, "
    "and a voice that he knew asked whether he was at home. He turned and went slowly down."
)
_WORD = " and then she"  # typed and taken back in turn, so that the length stays


def measure_typing(
    model: str, seconds: float = SECONDS, tokens: int = TOKENS
) -> dict[str, Any]:
    """Type at 15 keys a second; half of the reference runs before it and half after.

    Args:
        model: a bundled name or a folder.
        seconds: of typing.
        tokens: that the prompt has; keys come at its end.

    Raises:
        Refusal: if the model can't be opened, or reads fewer tokens.
    """
    find_model(model)
    with shown_window(model, TEXT * (1 + tokens // 70)) as (window, _):
        return _measure(window, find_model(model), seconds, tokens)


def measure_typing_large(seconds: float = SECONDS) -> dict[str, Any]:
    """The same with random weights of GPT-2 small's size, at the end of 128 tokens."""
    with tempfile.TemporaryDirectory(prefix="headlight-bench-") as folder:
        return measure_typing(str(make_model(Path(folder) / "model")), seconds, 128)


def _measure(window: Window, folder: Path, seconds: float, tokens: int) -> dict[str, Any]:
    wait_for(lambda: window.complete, window)
    ids = shorten(window, tokens)
    reference = _Reference(folder, ids)
    reference.run()
    gc.freeze()  # what the reference brought is not the program's to look through
    typist, heart = Typist(window, round(RATE * seconds)), Heart()
    heart.start()
    typist.start()
    wait_for(lambda: typist.finished and window.complete, window)
    heart.stop()
    typist.stop()
    gc.unfreeze()
    reference.run()
    frame = window.picture
    assert frame is not None
    keys = len(typist.due)
    result = {
        "model": f"{frame.card.name}, {frame.card.parameters} parameters",
        "tokens": len(ids), "keys": keys, "keys a second": RATE, "window": "1280 x 800",
        "torch threads": torch_threads(),
        "key to painted sheet": spread(list(typist.painted.values())),
        "key to all panels painted": spread(list(typist.finished_at.values())),
        "keys superseded by a newer one": round(1 - len(typist.painted) / keys, 3),
        "key echoed in the editor": spread(list(typist.echoed.values())),
        "the look alone, in the engine": spread(typist.looks),
        "of a key in the middle half, ms": typist.stages.figures(),
        "GUI thread late (1 ms clock)": spread(heart.lateness()),
        "GUI thread, longest stall_ms": round(heart.longest() * 1000, 2),
    }
    return result | reference.figures(typist)


def shorten(window: Window, tokens: int = TOKENS) -> tuple[int, ...]:
    """Cut the prompt to the wished number of tokens, less a few for the word that is typed."""
    assert window.answer is not None
    read = window.answer.frame.queries
    if len(read) < tokens:
        raise Refusal(translate("core", "This model reads too few tokens for this measure."))
    text = read.text[: read.spans[tokens - 3][1]]
    window.editor.set_prompt(text)
    wait_for(lambda: window.complete and window.wish.prompt == Prompt(text), window)
    return read.ids[:tokens]


def wait_for(done: Callable[[], bool], window: Window, seconds: float = 120.0) -> None:
    """Run the event loop until ``done``, at little cost to what is measured."""
    loop, poll = QEventLoop(), QTimer()
    refusals: list[Refusal] = []
    came = False  # a panel may want more by the time that the loop has ended

    def look() -> None:
        nonlocal came
        came = done()
        if came or refusals or time.perf_counter() > end:
            loop.quit()

    def refuse(refusal: Refusal, wish: object) -> None:
        refusals.append(refusal)

    end = time.perf_counter() + seconds
    poll.timeout.connect(look)
    poll.start(25)
    window.engine.refused.connect(refuse)
    loop.exec()
    window.engine.refused.disconnect(refuse)
    if refusals:
        raise refusals[0]
    if not came:
        raise RuntimeError("the window did not come to rest")


class Typist(QObject):
    """Posts keys to the editor when they are due, and notes when each has been seen."""

    def __init__(self, window: Window, count: int) -> None:
        super().__init__()
        self._window, self._count = window, count
        self.due: list[float] = []
        self.painted: dict[int, float] = {}
        """Key to the seconds until the sheet showed it; a superseded key has none."""
        self.finished_at: dict[int, float] = {}
        """Key to the seconds until every panel did."""
        self.echoed: dict[int, float] = {}
        self.looks: list[float] = []
        self.stages = Stages(window)
        self._pressed: dict[float, int] = {}
        self._handled = 0
        self._timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._press)
        window.editor.edited.connect(self._edited)
        window.pictured.connect(self._pictured)
        window.editor.viewport().installEventFilter(self)

    def start(self) -> None:
        """Begin; the first key is due in half a second."""
        self._window.editor.setFocus()
        self._begin = time.perf_counter() + 0.5
        self._sleep()

    def stop(self) -> None:
        """Let go of the window."""
        self.stages.stop()
        self._window.editor.edited.disconnect(self._edited)
        self._window.pictured.disconnect(self._pictured)
        self._window.editor.viewport().removeEventFilter(self)

    @property
    def finished(self) -> bool:
        """Whether every key has been posted and the last one has its picture."""
        return len(self.due) == self._count and self._count - 1 in self.finished_at

    def _sleep(self) -> None:
        left = self._begin + len(self.due) / RATE - time.perf_counter()
        self._timer.start(max(0, math.ceil(left * 1000)))

    def _press(self) -> None:
        index = len(self.due)
        self.due.append(self._begin + index / RATE)
        turn, place = divmod(index, len(_WORD))
        letter = "\b" if turn % 2 else _WORD[place]
        key = Qt.Key.Key_Backspace if turn % 2 else Qt.Key(ord(letter.upper()))
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, letter)
            QCoreApplication.postEvent(self._window.editor, event)
        if len(self.due) < self._count:
            self._sleep()

    def _edited(self, text: str, pressed: float) -> None:
        if pressed not in self._pressed:
            self._pressed[pressed] = self._handled
            self._handled += 1

    def _pictured(self, answer: Answer, seconds: float) -> None:
        index = self._pressed.get(answer.wish.asked)
        if index is None or index in self.painted:
            return
        self.painted[index] = time.perf_counter() - self.due[index]
        self.looks.append(answer.frame.seconds)
        self.stages.painted(answer, self.due[index])
        QTimer.singleShot(0, self, lambda: self._all_painted(index))

    def _all_painted(self, index: int) -> None:
        if self._window.showing.pending:  # other panels follow the sheet, and are painted then
            QTimer.singleShot(0, self, lambda: QTimer.singleShot(
                0, self, lambda: self._all_painted(index)))
            return
        self.finished_at[index] = time.perf_counter() - self.due[index]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the editor paint, then note the keys that it now shows."""
        if event.type() != QEvent.Type.Paint:
            return False
        self._window.editor.viewportEvent(event)
        now = time.perf_counter()
        for index in range(len(self.echoed), self._handled):
            self.echoed[index] = now - self.due[index]
        return True


class Heart(QObject):
    """Beats each millisecond in the GUI thread; where beats are missing, it was held up."""

    def __init__(self) -> None:
        super().__init__()
        self._beats: list[float] = []
        self._timer = QTimer(self, timerType=Qt.TimerType.PreciseTimer, interval=1)
        self._timer.timeout.connect(lambda: self._beats.append(time.perf_counter()))

    def start(self) -> None:
        """Begin to beat."""
        self._timer.start()

    def stop(self) -> None:
        """Beat no more."""
        self._timer.stop()

    def lateness(self) -> list[float]:
        """For each millisecond, how long until the thread was free; a long stall counts long."""
        return waits(self._beats)

    def longest(self) -> float:
        """The longest time without a beat."""
        return float(np.diff(self._beats).max()) - 0.001


def waits(beats: Sequence[float], step: float = 0.001) -> list[float]:
    """From each point of a fixed grid to the next beat."""
    at = np.asarray(beats)
    grid = np.arange(at[0], at[-1], step)
    found: list[float] = (at[np.searchsorted(at, grid)] - grid).tolist()
    return found


class _Reference:
    """The same tokens through transformers, which keeps the same patterns and states."""

    def __init__(self, folder: Path, ids: tuple[int, ...]) -> None:
        self._seconds: list[float] = []
        try:
            from transformers import AutoModelForCausalLM
        except ImportError:
            self._model = None
            return
        import torch

        torch.set_num_threads(torch_threads())
        self._ids = torch.tensor([ids])
        self._model = AutoModelForCausalLM.from_pretrained(
            folder, attn_implementation="eager", dtype=torch.float32
        )
        self._model.eval()

    def run(self, repeats: int = 30) -> None:
        """Run it a few times."""
        if self._model is None:
            return
        import torch

        for turn in range(-3, repeats):
            started = time.perf_counter()
            with torch.inference_mode():
                self._model(self._ids, output_attentions=True, output_hidden_states=True)
            if turn >= 0:
                self._seconds.append(time.perf_counter() - started)

    def figures(self, typist: Typist) -> dict[str, Any]:
        """Its time, and ours over it."""
        name = "reference: transformers eager, attentions and hidden states"
        if self._model is None:
            return {name: "transformers is not installed"}
        return {
            name: spread(self._seconds),
            "ratio, key to painted sheet": ratio(list(typist.painted.values()), self._seconds),
            "ratio, the look alone": ratio(typist.looks, self._seconds),
        }
