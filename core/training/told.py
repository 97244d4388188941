"""What a run that another program trains tells of its steps, read again as it grows."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

from core.checkpoint.files import SETTINGS_LIMIT, parse_json, regular
from core.drive import Curve
from core.errors import Refusal
from core.training.history import LAST, MOST, History, add_line
from core.training.recipe import Recipe, read_recipe

_NAMES = {
    "loss": "loss", "eval_loss": "held_out", "learning_rate": "rate", "grad_norm": "gradient"}
_NUMBERLESS = re.compile(rb"(?<=[:\s,\[])(?:NaN|-?Infinity)(?=[\s,\]}])")
_TAIL = 256  # bytes


class Told:
    """Of a folder: our ``metrics.jsonl`` and ``recipe.json``, or where there are none, the
    ``trainer_state.json`` that Hugging Face's Trainer leaves in each checkpoint. What is damaged is
    left out."""

    def __init__(self, folder: Path) -> None:
        self.history = History()
        """``loss``, ``held_out``, ``rate``, ``gradient`` and ``tokens_a_second`` by step."""
        self.steps = 0
        """That the run is to take; 0 where that is not known."""
        self.unit = "nats a token"
        """Of the held-out loss."""
        self.recipe: Recipe | None = None
        """Where it is one of ours."""
        self._lines = _Lines(folder / "metrics.jsonl")
        self._recipe = folder / "recipe.json"
        self._state: tuple[Path, int, int] | None = None
        self._recipe_seen: tuple[int, int] | None = None

    def refresh(self, checkpoint: Path | None) -> bool:
        """See what has come; True if there is something new.

        Args:
            checkpoint: the newest that is whole.
        """
        read = self._read_recipe()
        if self._lines.path.exists():
            return self._read_lines() or read
        return (checkpoint is not None and self._read_state(checkpoint)) or read

    def curves(self, points: int) -> dict[str, Curve]:
        """All there are, of at most so many points."""
        return self.history.curves(points)

    def _read_recipe(self) -> bool:
        try:
            seen = self._recipe.stat()
            if (key := (seen.st_mtime_ns, seen.st_size)) == self._recipe_seen:
                return False
            self._recipe_seen = key
            self.recipe = read_recipe(self._recipe)
        except (OSError, Refusal):
            return False
        self.steps = self.recipe.train.steps
        return True

    def _read_lines(self) -> bool:
        lines, anew = self._lines.read()
        if anew:
            self.history = History()
        for line in lines:
            add_line(self.history, line)
        self.unit = next(filter(None, map(_unit_of, reversed(lines))), self.unit)
        return bool(lines) or anew

    def _read_state(self, checkpoint: Path) -> bool:
        path = checkpoint / "trainer_state.json"
        try:
            seen = path.stat()
            if (key := (path, seen.st_mtime_ns, seen.st_size)) == self._state:
                return False
            raw = regular(path, SETTINGS_LIMIT).read_bytes()
            values = parse_json(_NUMBERLESS.sub(b"null", raw))
        except (OSError, ValueError, RecursionError, Refusal):
            return False  # it may be written yet
        self._state = key
        if not isinstance(values, dict):
            return False
        steps = values.get("max_steps")
        if isinstance(steps, int) and 0 < steps < LAST:
            self.steps = steps
        rows = values.get("log_history")
        self.history = History()
        for row in rows if isinstance(rows, list) else ():
            if isinstance(row, dict):
                self._add_row(row)
        return True

    def _add_row(self, row: Mapping[str, object]) -> None:
        step = row.get("step")
        if not isinstance(step, int) or isinstance(step, bool) or not 0 <= step < LAST:
            return
        found = {
            ours: float(value) for theirs, ours in _NAMES.items()
            if isinstance(value := row.get(theirs), (int, float)) and abs(value) < MOST}
        self.history.add(step, found)


class _Lines:
    """The lines of a file that grows, and is now and then cut back."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._end = 0
        self._tail = b""

    def read(self) -> tuple[list[bytes], bool]:
        """The whole lines that came since, and whether they are all there are: it is another file
        than it was."""
        try:
            with self.path.open("rb") as file:
                anew = not self._goes_on(file)
                if anew:
                    self._end, self._tail = 0, b""
                file.seek(self._end)
                raw = file.read()
        except OSError:
            return [], False
        whole = raw[: raw.rfind(b"\n") + 1]
        self._end += len(whole)
        self._tail = (self._tail + whole)[-_TAIL:]
        return whole.splitlines(), anew

    def _goes_on(self, file: BinaryIO) -> bool:
        """Whether what was read last stands there still."""
        file.seek(self._end - len(self._tail))
        return file.read(len(self._tail)) == self._tail


def _unit_of(line: bytes) -> str:
    """That of a measure, where the line is one."""
    if b'"unit"' not in line:
        return ""
    try:
        unit = json.loads(line)["unit"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    return unit if isinstance(unit, str) and len(unit) < 40 else ""
