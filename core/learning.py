"""A session whose weights are those of a run: its past, its curves, and what heads do by step."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path

import torch

from core.catalogue import make_card
from core.checkpoint import Checkpoint
from core.drive import Curve
from core.errors import Refusal
from core.folder_timeline import FolderTimeline
from core.frame import Prompt
from core.probing import Probe
from core.session import Session
from core.timeline import Timeline, weight_bytes
from core.trace import Sight
from core.training.history import read_history

log = logging.getLogger(__name__)
Row = tuple[int, Mapping[str, float | None]]
"""A step, and what there is to tell of it."""


class LearningSession(Session):
    """Looks at the weights as they are, or as they were at a step that was kept."""

    def __init__(
        self, checkpoint: Checkpoint, device: torch.device, folder: Path, step: int, budget: int
    ) -> None:
        """At ``step`` of the run in ``folder``; ``budget`` is the timeline's, in bytes."""
        super().__init__(checkpoint, make_card(str(folder), checkpoint, device), device)
        self.step = step
        self._line = Timeline(budget)
        self._offer_earlier(folder)
        self._line.offer(step, self.model)
        self.timeline = self._line
        self._metrics = folder / "metrics.jsonl"
        self._read_past()

    def _offer_earlier(self, folder: Path) -> None:
        """Checkpoints of steps before, as many of the last as there is room for; what can't be read
        is left out."""
        size = weight_bytes(dict(self.model.named_parameters()))
        room = self._line.budget // max(size, 1) - 1
        earlier = FolderTimeline(folder, 0, patience=0.0)
        try:
            earlier.config = self.config
            earlier.scan()
            steps = [kept for kept in earlier.steps if kept < (self.step or 0)]
            for kept in steps[-room:] if room > 0 else ():
                self._line.offer_weights(kept, earlier.weights(kept))
        except Refusal as refusal:
            log.info("earlier steps are not shown: %s", str(refusal))

    def _read_past(self) -> None:
        """The curves as far as they are written; what heads do is read anew."""
        self._history, self._probe = read_history(self._metrics), Probe()

    def curves(self, points: int) -> dict[str, Curve]:
        """All of them, of at most so many points."""
        return self._history.curves(points) | self._probe.curves(points) if points else {}

    def probe(self, prompt: Prompt, sight: Sight, most: int = 1) -> bool:
        """As :meth:`Probe.read`, at the steps that the timeline has."""
        return self._probe.read(self, self._line.steps, prompt, sight, most)
