"""What heads do on the text at hand, by training step: read at one more step at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from core.asks.readings import ReadingsAsk
from core.drive import Curve
from core.frame import Prompt
from core.readings.live import read_heads
from core.session import Session
from core.trace import Sight
from core.training.history import History

if TYPE_CHECKING:
    from core.look import Look


class Probe:
    """Of each reading, what the head that does it most does; by step, of one text."""

    def __init__(self) -> None:
        self._history = History()
        self._of: tuple[Prompt, Sight] | None = None
        self._read: set[int] = set()

    def read(
        self, asked: Session, steps: Sequence[int], prompt: Prompt, sight: Sight, most: int = 1
    ) -> bool:
        """Read all heads at the newest of ``steps`` not read yet; False where none is left then.

        Another text or attention begins anew.

        Args:
            asked: for every step.
            steps: that there are, in order.
            prompt: what was typed.
            sight: which attention is on screen.
            most: steps that are read now: 1, or 0 to forget another text alone.

        Raises:
            Refusal: if the weights of a step can't be read, or the prompt can't.
        """
        plain = Sight(stack=sight.stack, kind=sight.kind, stream=sight.stream, thumbnails=False)
        if self._of != (prompt, plain):
            self._of, self._read, self._history = (prompt, plain), set(), History()
        wanted = [step for step in steps if step not in self._read]
        if not wanted or not most:
            return bool(wanted)
        self._read.add(wanted[-1])
        session = asked.aside(wanted[-1])
        session.look(prompt, plain)
        if session.seen is not None and session.step == wanted[-1]:
            self._history.insert(wanted[-1], _most(session.seen))
        return len(wanted) > 1

    def curves(self, points: int) -> dict[str, Curve]:
        """By reading, of at most so many points."""
        return self._history.curves(points)


def _most(look: Look) -> dict[str, float]:
    """Of each reading that is defined here, that of the head which does it most."""
    told = read_heads(ReadingsAsk(), look)
    return {
        name: float(np.nanmax(values)) for name, values in told.values.items()
        if not np.isnan(values).all()
    }
