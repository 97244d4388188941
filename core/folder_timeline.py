"""A folder of checkpoints that another program writes, as a timeline that grows with it."""

from __future__ import annotations

import os
import re
import time
from collections import OrderedDict
from pathlib import Path
from types import MappingProxyType

import torch
from torch import Tensor

from core.checkpoint.files import reason
from core.checkpoint.folder import Opened, open_folder
from core.checkpoint.names import read_state, same_bits
from core.checkpoint.room import Need, check_room
from core.config import ModelConfig
from core.errors import Refusal, translate
from core.timeline import Weights, nearest_of, weight_bytes

PATIENCE = 1.0
"""Seconds for which the files of a checkpoint must stay as they are before it is read."""
_OLD = 60.0  # seconds; what was written before is not waited for
_NAME = re.compile(r"(?:checkpoint|step)[-_](\d{1,15})")
_INSIDE = "checkpoints"  # where accelerate puts them, if it names them itself
_FREE = ("dropout", "tied_head")  # does not change the pictures; is decided by the file
_READ = re.compile(r"config\.json|.*\.safetensors|.*\.safetensors\.index\.json")

Files = tuple[tuple[str, int, int, int], ...]
"""Name, size, time of the last change and number of each file that is read."""


class FolderTimeline:
    """Checkpoints by their step: ``checkpoint-<step>`` (Hugging Face Trainer, and this program's
    own), ``checkpoint_<n>`` and ``step_<n>`` (accelerate).

    A checkpoint counts as whole when its configuration, every shard that its index names and every
    byte that their headers speak of are there, and none of these files has changed for a while. A
    writer that gives a file its full length first, fills it later and pauses for longer than that
    can't be told from one that has ended. Weights are read when they are asked for, and the last
    ones are held within the budget. One thread uses it.
    """

    def __init__(
        self, folder: Path, budget: int, dtype: torch.dtype = torch.float32,
        patience: float = PATIENCE,
    ) -> None:
        """Empty until the first scan.

        Args:
            folder: of the run.
            budget: in bytes, for weights that are held in memory.
            dtype: the type in which they are read.
            patience: in seconds, see ``PATIENCE``.
        """
        self.folder = folder
        self.budget = budget
        self.config: ModelConfig | None = None
        """What every step must be: that of the first one that was found whole."""
        self.skipped: dict[str, Refusal] = {}
        """Why a folder is none of the steps, by its name."""
        self.patience = patience
        """In seconds."""
        self._dtype = dtype
        self._first: tuple[Path, str] | None = None  # whose that is, and its model_type
        self._names: dict[int, str] = {}
        self._seen: dict[str, tuple[Files, float]] = {}  # and since when
        self._held: OrderedDict[int, Weights] = OrderedDict()

    @property
    def steps(self) -> tuple[int, ...]:
        """The steps that can be read, in order."""
        return tuple(sorted(self._names))

    @property
    def used(self) -> int:
        """Bytes of the weights that are held."""
        return sum(map(weight_bytes, self._held.values()))

    def place(self, step: int) -> Path:
        """The folder of a step.

        Raises:
            LookupError: if it is none of ``steps``.
        """
        return self.folder / self._names[step]

    def scan(self) -> bool:
        """See what has come, has changed or is gone; True if the steps are others now.

        Raises:
            Refusal: if the folder can't be read.
        """
        before, now = dict(self._names), time.monotonic()
        found = _checkpoints(self.folder)
        for name in (self._seen.keys() | self.skipped.keys()) - found.keys():
            self._forget(name)
        for name, step in sorted(found.items(), key=lambda one: (one[1], one[0])):
            try:
                files, changed = _files(self.folder / name)
            except OSError:  # it vanished, or is on its way out
                self._forget(name)
                continue
            old, since = self._seen.get(name, (None, now))
            if files != old:
                self._forget(name)
                since = -_OLD if time.time() - changed > _OLD else now
                self._seen[name] = files, since
            if now - since >= self.patience and name not in self.skipped:
                self._settle(name, step)
        return before != self._names

    def nearest(self, step: int) -> int:
        """The step nearest to ``step`` that can be read; of two as near, the earlier.

        Raises:
            Refusal: if there is none.
        """
        return nearest_of(self.steps, step)

    def weights(self, step: int) -> Weights:
        """The weights of a step, read now unless they are held.

        Raises:
            LookupError: if it is none of ``steps``.
            Refusal: if they can't be read any more; the step is gone then, until a scan finds that
                its files have changed.
        """
        name = self._names[step]
        if step in self._held:
            self._held.move_to_end(step)
            return self._held[step]
        try:
            weights = self._read(name)
        except Refusal as refusal:
            seen = self._seen.get(name)
            self._forget(name)
            self.skipped[name] = refusal
            if seen is not None:
                self._seen[name] = seen  # else the next scan would take it for a new one
            raise
        self._hold(step, weights)
        return weights

    def hold(self, step: int, weights: Weights) -> None:
        """Have weights that were just read; the ones not asked for longest go for them.

        Raises:
            LookupError: if the step is none of ``steps``.
            Refusal: if the checkpoint was written anew meanwhile.
        """
        self._check_rest(self._names[step])
        self._hold(step, weights)

    def _hold(self, step: int, weights: Weights) -> None:
        self._held[step] = weights
        while len(self._held) > 1 and self.used > self.budget:
            self._held.popitem(last=False)

    def _forget(self, name: str) -> None:
        self._seen.pop(name, None)
        self.skipped.pop(name, None)
        for step in [step for step, known in self._names.items() if known == name]:
            del self._names[step]
            self._held.pop(step, None)

    def _settle(self, name: str, step: int) -> None:
        """Take a checkpoint whose files rest, or say why not."""
        if self._names.get(step) == name:
            return
        path = self.folder / name
        try:
            if step in self._names:
                raise Refusal(
                    translate("core", "{path} is of step {step}, of which there is {other}."),
                    path=path, step=step, other=self.place(step))
            with open_folder(path, self.folder) as opened:
                opened.plan()
                self._hold_against_first(path, opened)
            self._check_rest(name)
        except Refusal as refusal:
            self.skipped[name] = refusal
        else:
            self._names[step] = name

    def _read(self, name: str) -> Weights:
        path = self.folder / name
        try:
            with open_folder(path, self.folder) as opened:
                plan = opened.plan()
                check_room(path, Need(opened.weights, plan, opened.config), self._dtype)
                opened.weights.begin(plan.names, self._dtype, None)
                weights = read_state(opened.weights, plan)
        except OSError as error:
            raise Refusal(translate("core", "{path} can't be read: {reason}."),
                          path=path, reason=reason(error)) from error
        self._check_rest(name)
        self._tie(path, weights)
        return MappingProxyType(weights)

    def _check_rest(self, name: str) -> None:
        """Refuse a checkpoint whose files are not as they were when it was found whole."""
        path = self.folder / name
        try:
            changed = name not in self._seen or _files(path)[0] != self._seen[name][0]
        except OSError:
            changed = True
        if changed:
            raise Refusal(
                translate("core", "{path} was written anew while it was read."), path=path)

    def _tie(self, path: Path, weights: dict[str, Tensor]) -> None:
        """Have ``head.weight`` where the model has one that is not its embedding."""
        assert self.config is not None  # a step was found whole
        if self.config.head == "none":
            return
        embedding = weights["embedding.weight"]
        head = weights.setdefault("head.weight", embedding)
        if self.config.tied_head:
            if head is not embedding and not same_bits(head, embedding):
                raise self._differs(path, "tied_head", False, True)
            del weights["head.weight"]

    def _hold_against_first(self, path: Path, opened: Opened) -> None:
        kind = str(opened.values["model_type"])
        if self.config is None or self._first is None:
            self.config, self._first = self.config or opened.config, (path, kind)
        if kind != self._first[1]:
            raise self._differs(path, "model_type", kind, self._first[1])
        for name in vars(self.config):
            found, expected = getattr(opened.config, name), getattr(self.config, name)
            if found != expected and name not in _FREE:
                raise self._differs(path, name, found, expected)

    def _differs(self, path: Path, name: str, found: object, expected: object) -> Refusal:
        first = path if self._first is None else self._first[0]
        return Refusal(
            translate("core", "{path} is of another model than {first}: {name} is {found}, not "
                      "{expected}."),
            path=path, first=first, name=name, found=found, expected=expected)


def holds_checkpoints(folder: Path) -> bool:
    """Whether there is a folder in it whose name is that of a checkpoint."""
    try:
        return bool(_checkpoints(folder))
    except Refusal:
        return False


def _checkpoints(folder: Path) -> dict[str, int]:
    """Names of the folders in a run's folder that may hold a checkpoint, and their steps.

    Raises:
        Refusal: if the folder can't be read.
    """
    try:
        names = [path.name for path in folder.iterdir()]
        if _INSIDE in names and (folder / _INSIDE).is_dir():
            names += [f"{_INSIDE}/{path.name}" for path in (folder / _INSIDE).iterdir()]
    except OSError as error:
        raise Refusal(
            translate("core", "{path} can't be read: {reason}."), path=folder, reason=reason(error)
        ) from error
    matches = {name: _NAME.fullmatch(name.rpartition("/")[2]) for name in names}
    return {
        name: int(match[1]) for name, match in matches.items()
        if match is not None and (folder / name).is_dir()
    }


def _files(folder: Path) -> tuple[Files, float]:
    """What is read of a checkpoint, and when the last of it changed.

    Raises:
        OSError: if it is gone.
    """
    found, changed = [], 0.0
    with os.scandir(folder) as entries:
        for entry in entries:
            if _READ.fullmatch(entry.name):
                told = entry.stat()
                found.append((entry.name, told.st_size, told.st_mtime_ns, told.st_ino))
                changed = max(changed, told.st_mtime)
    return tuple(sorted(found)), changed or folder.stat().st_mtime
