"""The runs that scenes of a lecture train: each in a folder that lasts as long as the lecture."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
import weakref
from contextlib import suppress
from pathlib import Path

from app.lock import Lock, is_held
from app.training_command import find_recipe
from core.drive import Begin
from core.errors import Refusal, translate
from core.locking import LOCKS
from core.training.usual import USUAL

_PREFIX = "headlight-lecture-"
Roots = dict[Path, "Lock | None"]
"""Folders with runs, and what says that a lecture still has them."""


class LectureRuns:
    """Gives each recipe one folder; scenes that name the same share its run, until one of its files
    is another."""

    def __init__(self) -> None:
        self._root: Path | None = None
        self._roots: Roots = {}
        """Those of lectures before this one too: a run that was given up while it was being made
        may come back for a moment."""
        self._folders: dict[tuple[object, ...], Path] = {}
        weakref.finalize(self, _sweep, self._roots)

    def folder(
        self, name: str, data: Path | None = None, start: str = ""
    ) -> tuple[Path, Begin | None]:
        """Where a recipe is followed, and what the run begins with as long as there is none.

        Args:
            name: of an objective or a bundled recipe, or the path of one.
            data: what is learnt from; None for what the recipe makes.
            start: the model that it starts from; none for random weights.

        Raises:
            Refusal: if it can't be read, its data are not what it needs, or no folder can be made.
        """
        begin = begin_of(name, data, start)
        own = Path(name) if name.endswith(".json") else None
        key = name, start, data, _stamp(own), _stamp(data)
        if key not in self._folders:
            self._folders[key] = self._make() / str(len(self._folders)) / Path(name).stem
        folder = self._folders[key]
        return folder, None if (folder / "run.json").is_file() else begin

    def hold(self, reference: str) -> bool:
        """Whether this model is one of these runs."""
        return any(str(folder) == reference for folder in self._folders.values())

    def _make(self) -> Path:
        if self._root is None:
            try:
                self._root = Path(tempfile.mkdtemp(prefix=_PREFIX))
                self._roots[self._root] = Lock.take(self._root / "lock") if LOCKS else None
            except OSError as error:
                raise Refusal(
                    translate("core", "No folder can be made for what a lecture trains: {reason}."),
                    reason=error.strerror or error) from error
        return self._root

    def close(self) -> None:
        """Remove them, once nothing of ours has them open; not those that a process trains."""
        _sweep(self._roots)
        self._root = None
        self._folders = {}


def begin_of(name: str, data: Path | None, start: str) -> Begin:
    """What a scene's run begins with; as in :meth:`LectureRuns.folder`.

    Raises:
        Refusal: if the recipe can't be read, or has no use for data, or needs some.
    """
    from core.training.offers import starting_recipe  # brings torch; the engine has it by then
    from core.training.recipe import read_recipe

    recipe = starting_recipe(name) if name in USUAL else read_recipe(find_recipe(name))
    if data is None and not recipe.generated:
        raise Refusal(
            translate("core", "{name} learns from a text: name a file or a folder beside the scene "
                      "as data."), name=Path(name).name)
    if data is not None and recipe.generated:
        raise Refusal(
            translate("core", "{name} makes its own examples; leave data out."),
            name=Path(name).name)
    own = name.endswith(".json") and (recipe.hold_out or recipe.hold_out_lines)
    return Begin(recipe, data, start or None, share=not own)


def _stamp(path: Path | None) -> tuple[object, ...]:
    """Another one once a file, or one in a folder, is another."""
    if path is None:
        return ()
    try:
        files = sorted(path.iterdir()) if path.is_dir() else [path]
        return tuple((one.name, one.stat().st_mtime_ns, one.stat().st_size) for one in files)
    except OSError:  # it is gone; whoever reads it says so
        return ()


def _sweep(roots: Roots) -> None:
    for root, lock in list(roots.items()):
        if lock is not None:
            lock.release()
            roots[root] = None
        for folder in root.glob("*/*"):
            if not is_held(folder / "lock"):  # some process trains in it
                shutil.rmtree(folder, ignore_errors=True)
        for folder in (*root.glob("*"), root):
            with suppress(OSError):  # what is in use is left to whoever uses it
                folder.rmdir()


def remove_left() -> None:
    """Remove what processes that were killed in a lecture have left, of this user alone."""
    if not LOCKS:
        return
    with suppress(OSError):
        for root in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
            if _is_own(root) and not is_held(root / "lock"):
                (root / "lock").unlink(missing_ok=True)
                _sweep({root: None})


def _is_own(folder: Path) -> bool:
    """Whether it is a folder, not a link, and this user's: a place for all may hold anything."""
    told = folder.lstat()
    return stat.S_ISDIR(told.st_mode) and told.st_uid == os.getuid()
