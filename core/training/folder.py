"""A run folder: who holds it, what is in it, and how it stays whole whatever happens.

    run.json            the version of this layout, and where the data are; what makes it a run
    recipe.json         what is followed
    metrics.jsonl       a line a step, and a line a measure
    changes.json        what a person changed while it ran
    checkpoint-<step>/  weights in the family's own layout, optimizer.safetensors, state.json
    model/              the best weights by the held-out loss
    lock                held by the process that trains
"""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from core.checkpoint.files import parse_json, read_json, reason
from core.errors import Refusal, translate
from core.files import write_file

try:
    import fcntl
except ImportError:  # Windows has no such locks
    fcntl = None  # type: ignore[assignment]

VERSION = 1
"""Of the layout."""
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
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
                self.remove(left)
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
            if fcntl is not None:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
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
        part, place = self.path / f"tmp-{name}", self.path / name
        try:
            part.mkdir()
            yield part
            for file in part.iterdir():
                _sync(file)
            _sync(part)
            if place.exists():  # a model whose weights alone are new
                for file in part.iterdir():
                    file.replace(place / file.name)
                part.rmdir()
                _sync(place)
            else:
                part.replace(place)
            _sync(self.path)
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
            self.remove(step)

    def remove(self, step: int) -> None:
        """Remove a checkpoint; a killed process leaves no half of it under its name."""
        place = self.checkpoint(step)
        gone = self.path / f"tmp-{place.name}"
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
        try:
            write_file(self.path / name, (json.dumps(values, indent=1) + "\n").encode())
            _sync(self.path / name)
            _sync(self.path)
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
        path = self.path / "metrics.jsonl"
        data = "".join(json.dumps(row) + "\n" for row in rows).encode()
        try:
            with path.open("ab", buffering=0) as file:
                before = file.tell()
                try:
                    room = memoryview(data)
                    while room:
                        room = room[file.write(room) :]
                    if sync:
                        os.fsync(file.fileno())
                except OSError:
                    file.truncate(before)
                    raise
        except OSError as error:
            raise written(path, error) from error

    def cut_metrics(self, step: int) -> None:
        """Forget what came after ``step``.

        Raises:
            Refusal: if lines before that are damaged or missing.
        """
        path = self.path / "metrics.jsonl"
        try:
            raw = path.read_bytes() if path.exists() else b""
        except OSError as error:
            raise Refusal(
                translate("core", "{path} can't be read: {reason}."),
                path=path, reason=reason(error),
            ) from error
        kept, last = [], 0
        for number, line in enumerate(raw.splitlines(keepends=True), start=1):
            try:
                row = parse_json(line)
                at = row["step"] if isinstance(row, dict) and line.endswith(b"\n") else None
            except (ValueError, KeyError, RecursionError):
                at = None
            if not isinstance(at, int):
                if last >= step:
                    break
                raise Refusal(
                    translate("core", "{path}, line {line}, is damaged; remove the file to go on "
                              "without it."), path=path, line=number,
                )
            if at <= step:
                kept.append(line)
                last = max(last, at)
        if raw and last < step:
            raise Refusal(
                translate("core", "{path} ends at step {found}, before the checkpoint of step "
                          "{step}; remove the file to go on without it."),
                path=path, found=last, step=step,
            )
        if b"".join(kept) != raw:
            write_file(path, b"".join(kept))


def written(path: Path, error: OSError) -> Refusal:
    """What to say where something can't be written."""
    if error.errno in _FULL:
        return Refusal(
            translate("core", "{path} can't be written, for the disk is full ({reason}); make room "
                      "and go on."), path=path, reason=reason(error),
        )
    return Refusal(
        translate("core", "{path} can't be written: {reason}."), path=path, reason=reason(error)
    )


def _sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    if os.name == "nt" and path.is_dir():
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
