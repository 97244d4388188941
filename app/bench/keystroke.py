"""Where the time of a keystroke goes, from the key that is due to the painted sheet."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject

from app.state import Answer

if TYPE_CHECKING:
    from app.window import Window

STAGES = (
    "until the editor has the key", "until the engine begins", "text to tokens", "the pass",
    "thumbnails, head, predictions, answers",
    "until the window has taken it and painted the sheet",
)


class Stages(QObject):
    """Notes when each answer passed each place; stages add up to the whole."""

    def __init__(self, window: Window) -> None:
        super().__init__()
        self._window = window
        self._pass = [0.0, 0.0]
        self._made: dict[float, tuple[float, float, float]] = {}
        """By the time of the key: when the pass began and ended, and the answer was put down."""
        self._painted: list[tuple[Answer, float, float]] = []
        session = window.engine._model.session
        assert session is not None
        self._hooks = (
            session.model.register_forward_pre_hook(lambda *_: self._note(0)),
            session.model.register_forward_hook(lambda *_: self._note(1)),
        )
        self._put = window.engine.answers.put
        window.engine.answers.put = self._put_down  # type: ignore[method-assign, assignment]

    def stop(self) -> None:
        """Let go of the window."""
        for hook in self._hooks:
            hook.remove()
        self._window.engine.answers.put = self._put  # type: ignore[method-assign]

    def _note(self, end: int) -> None:
        self._pass[end] = time.perf_counter()

    def _put_down(self, answer: Answer) -> bool:
        """In the engine's thread: the answer is ready for the window."""
        began, ended = self._pass
        self._made[answer.wish.asked] = began, ended, time.perf_counter()
        return self._put(answer)

    def painted(self, answer: Answer, due: float) -> None:
        """The sheet shows the answer to a key that was due then."""
        self._painted.append((answer, due, time.perf_counter()))

    def _rows(self) -> Iterator[list[float]]:
        """Of each key its stages in seconds."""
        for answer, due, painted in self._painted:
            asked = answer.wish.asked
            if asked in self._made:
                began, ended, down = self._made[asked]
                at = due, asked, down - answer.frame.seconds, began, ended, down, painted
                yield np.diff(at).tolist()

    def figures(self) -> dict[str, Any]:
        """The mean of each stage in milliseconds, of the keys in the middle half of all by their
        whole time."""
        rows = np.asarray(list(self._rows()))
        if not len(rows):
            return {}
        order = rows.sum(1).argsort()
        middle = rows[order[len(rows) // 4 : len(rows) - len(rows) // 4]]
        means = {name: round(float(mean) * 1000, 2)
                 for name, mean in zip(STAGES, middle.mean(0), strict=True)}
        return means | {"in all": round(float(middle.sum(1).mean()) * 1000, 2)}
