"""A run folder: who holds it, what is in it, and how it stays whole whatever happens.

    run.json            the version of this layout, and where the data are; what makes it a run
    recipe.json         what is followed
    metrics.jsonl       a line a step, and a line a measure
    changes.json        what a person changed while it ran
    checkpoint-<step>/  weights in the family's own layout, optimizer.safetensors, state.json
    model/              the best weights by the held-out loss
    lock                held by the process that trains, where the disk has locks
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from core.checkpoint.files import parse_json, read_json, reason
from core.checkpoint.folder import open_folder
from core.errors import Refusal, translate
from core.files import write_file
from core.locking import hold
from core.training.writing import append_rows, cut_rows, sync_to_disk, written

VERSION = 1
"""Of the layout."""
BACK = "back"
"""In ``run.json``: the step that a run is being taken back to. Whoever is killed meanwhile leaves
it, and the next one goes on from there."""
_CHECKPOINT = re.compile(r"checkpoint-(\d{1,15})")
_HALF = re.compile(r"tmp-(?:model|checkpoint-\d{1,15})")


class InUse(Refusal):
    """Another process trains in the folder."""


class RunFolder:
    """One process at a time works in it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock: int | None = None

    # Whose it is

    def begin(self) -> None:
        """Make the folder, if it holds no run, and hold it.

        Raises:
            Refusal: if it holds a run, can't be written, or is in use.
        """
        self.check_free()
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise written(self.path, error) from error
        self._hold()
        try:
            self.check_free()  # another process may just have been faster
            for left in self.steps():  # of one that was killed before it began
                self.remove(self.checkpoint(left).name)
        except BaseException:
            self.close()
            raise

    def check_free(self) -> None:
        """Refuse a folder that holds a run, whoever trained it, or that can't be read."""
        try:
            free = not any((self.path / name).exists() for name in ("model", "run.json")) and (
                not self.path.is_dir() or all(map(self._is_left, self.steps())))
        except OSError as error:
            raise written(self.path, error) from error
        if not free:
            raise Refusal(
                translate("core", "{path} already holds a run; name another folder, or remove it."),
                path=self.path,
            )

    def _is_left(self, step: int) -> bool:
        """Whether a checkpoint is the first of ours: all that there is before a run has begun."""
        return step == 0 and (self.checkpoint(step) / "state.json").exists()

    def resume(self) -> dict[str, Any]:
        """Hold the folder; what ``run.json`` says.

        Raises:
            Refusal: if it holds no run of this version, can't be written, or is in use.
        """
        try:
            there = (self.path / "run.json").exists()
        except OSError as error:
            raise Refusal(
                translate("core", "{path} can't be read: {reason}."),
                path=self.path, reason=reason(error),
            ) from error
        if not there:
            raise Refusal(
                translate("core", "{path} holds no run that can go on."), path=self.path
            )
        self._hold()
        try:
            about = read_json(self.path / "run.json")
            if about.get("version") != VERSION:
                raise Refusal(
                    translate("core", "{path} is of version {found}; this program goes on with "
                              "runs of version {version}."),
                    path=self.path, found=repr(about.get("version"))[:20], version=VERSION,
                )
        except BaseException:
            self.close()
            raise
        return about

    def _hold(self) -> None:
        try:
            self._lock = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o666)
            hold(self.path / "lock", self._lock, "two processes that train")
            for left in self.path.iterdir():
                if _HALF.fullmatch(left.name):  # by a process that was killed
                    shutil.rmtree(left)
        except BlockingIOError as error:
            self.close()
            raise InUse(
                translate("core", "{path} is in use by another process, which trains there."),
                path=self.path,
            ) from error
        except OSError as error:
            self.close()
            raise written(self.path, error) from error

    def _check_held(self) -> None:
        """Refuse to write where another process may be at work."""
        if self._lock is None:
            raise Refusal(
                translate("core", "{path} is not held by this run any more; open it again."),
                path=self.path)

    def close(self) -> None:
        """Let another process have it."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    # Checkpoints

    def checkpoint(self, step: int) -> Path:
        """Where the checkpoint of ``step`` is, or would be."""
        return self.path / f"checkpoint-{step}"

    def steps(self) -> list[int]:
        """Of the checkpoints that are there, in order; each is whole."""
        found = (_CHECKPOINT.fullmatch(path.name) for path in self.path.iterdir())
        return sorted(int(match[1]) for match in found if match)

    def pick(self, at: int | None) -> int:
        """The step of the checkpoint at ``at``, or of the last one.

        Raises:
            Refusal: if there is none.
        """
        steps = self.steps()
        if not steps:
            raise Refusal(
                translate("core", "{path} has no checkpoint; begin anew in another folder."),
                path=self.path,
            )
        if at is None:
            return steps[-1]
        if at not in steps:
            raise Refusal(
                translate("core", "{path} has no checkpoint of step {step}; there are {known}."),
                path=self.path, step=at, known=", ".join(map(str, steps[-20:])),
            )
        return at

    @contextmanager
    def make(self, name: str) -> Iterator[Path]:
        """A folder to fill; it takes the place of ``name`` when it is full and on the disk.

        Raises:
            Refusal: if it can't be written; what was there stays then.
        """
        self._check_held()
        part, place = self.path / f"tmp-{name}", self.path / name
        try:
            part.mkdir()
            yield part
            for file in part.iterdir():
                sync_to_disk(file)
            sync_to_disk(part)
            if place.exists():  # a model whose weights alone are new
                for file in part.iterdir():
                    file.replace(place / file.name)
                part.rmdir()
                sync_to_disk(place)
            else:
                part.replace(place)
            sync_to_disk(self.path)
        except OSError as error:
            raise written(place, error) from error
        except Refusal as error:
            if isinstance(error.__cause__, OSError):
                raise written(place, error.__cause__) from error
            raise
        finally:
            with suppress(OSError):
                shutil.rmtree(part, ignore_errors=True)

    def prune(self, last: int) -> None:
        """Keep the newest ``last`` checkpoints; 0 keeps all."""
        try:
            steps = self.steps()
        except OSError as error:
            raise written(self.path, error) from error
        for step in steps[:-last] if last else ():
            self.remove(self.checkpoint(step).name)

    def remove_after(self, step: int) -> None:
        """Remove the checkpoints of later steps."""
        for later in (other for other in self.steps() if other > step):
            self.remove(self.checkpoint(later).name)

    def forget_rest(self, about: dict[str, Any]) -> int | None:
        """What was being taken back when a process was killed is taken back.

        Args:
            about: what ``run.json`` says; says no more of it from now on.

        Returns:
            The step; None if it was nothing of that kind.

        Raises:
            Refusal: if later checkpoints can't be removed.
        """
        back = about.pop(BACK, None)
        if type(back) is not int or back not in self.steps():
            return None
        self.remove_after(back)
        return back

    def step_of(self, name: str) -> int:
        """Of the weights in a folder of the run; 0 where there are none, or they do not say it."""
        try:
            with open_folder(self.path / name) as opened:
                return opened.weights.step or 0
        except (Refusal, OSError):
            return 0

    def remove(self, name: str) -> None:
        """Remove a folder of the run; a killed process leaves no half of it under its name."""
        place, gone = self.path / name, self.path / f"tmp-{name}"
        try:
            place.replace(gone)
            shutil.rmtree(gone)
        except OSError as error:
            raise written(place, error) from error

    # Smaller files

    def write_json(self, name: str, values: object) -> None:
        """Replace a file, whole or not at all.

        Raises:
            Refusal: if it can't be written.
        """
        self._check_held()
        try:
            write_file(self.path / name, (json.dumps(values, indent=1) + "\n").encode())
            sync_to_disk(self.path / name)
            sync_to_disk(self.path)
        except OSError as error:
            raise written(self.path / name, error) from error
        except Refusal as error:
            if isinstance(error.__cause__, OSError):
                raise written(self.path / name, error.__cause__) from error
            raise

    def read_changes(self) -> list[tuple[int, str, float]]:
        """What was changed while it ran: after which step, what, to which value.

        Raises:
            Refusal: if the file is damaged.
        """
        path = self.path / "changes.json"
        if not path.exists():
            return []
        try:
            told = parse_json(path.read_bytes())
            assert isinstance(told, list)
            changes = [(int(step), str(what), float(value)) for step, what, value in told]
            assert all(what in ("rate", "batch") for _, what, _ in changes)
        except (OSError, ValueError, TypeError, AssertionError, RecursionError) as error:
            raise Refusal(
                translate("core", "{path} is damaged; remove it to go on without what was changed "
                          "by hand."), path=path,
            ) from error
        return changes

    def append(self, rows: Sequence[Mapping[str, Any]], sync: bool = False) -> None:
        """Add lines to ``metrics.jsonl``, all or none.

        Raises:
            Refusal: if they can't be written.
        """
        self._check_held()
        append_rows(self.path / "metrics.jsonl", rows, sync)

    def cut_metrics(self, step: int) -> None:
        """Forget what came after ``step``.

        Raises:
            Refusal: if lines before that are damaged or missing.
        """
        cut_rows(self.path / "metrics.jsonl", step)
