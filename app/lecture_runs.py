"""The runs that scenes of a lecture train: each in a folder that lasts as long as the lecture."""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from contextlib import suppress
from pathlib import Path

from app.training_command import find_recipe
from core.drive import Begin
from core.errors import Refusal, translate

try:
    import fcntl
except ImportError:  # Windows removes no file that is open
    fcntl = None  # type: ignore[assignment]


class LectureRuns:
    """Gives each recipe one folder; scenes that name the same share its run."""

    def __init__(self) -> None:
        self._root: Path | None = None
        self._roots: list[Path] = []
        """Those of lectures before this one too: a run that was given up while it was being made
        may come back for a moment."""
        self._folders: dict[str, Path] = {}
        weakref.finalize(self, _sweep, self._roots)

    def folder(self, name: str) -> tuple[Path, Begin | None]:
        """Where a recipe is followed, and what the run begins with as long as there is none.

        Args:
            name: of a bundled recipe, or the path of one.

        Raises:
            Refusal: if it can't be read, or no folder can be made.
        """
        from core.training.recipe import read_recipe  # brings torch; the engine has it by then

        recipe = read_recipe(find_recipe(name))
        if name not in self._folders:
            self._folders[name] = self._make() / str(len(self._folders)) / Path(name).stem
        folder = self._folders[name]
        return folder, None if (folder / "run.json").is_file() else Begin(recipe)

    def hold(self, reference: str) -> bool:
        """Whether this model is one of these runs."""
        return any(str(folder) == reference for folder in self._folders.values())

    def _make(self) -> Path:
        if self._root is None:
            try:
                self._root = Path(tempfile.mkdtemp(prefix="headlight-lecture-"))
            except OSError as error:
                raise Refusal(
                    translate("core", "No folder can be made for what a lecture trains: {reason}."),
                    reason=error.strerror or error) from error
            self._roots.append(self._root)
        return self._root

    def close(self) -> None:
        """Remove them, once nothing of ours has them open; not those that a process trains."""
        _sweep(self._roots)
        self._root = None
        self._folders = {}


def _sweep(roots: list[Path]) -> None:
    for root in roots:
        for folder in root.glob("*/*"):
            if not _in_use(folder):
                shutil.rmtree(folder, ignore_errors=True)
        for folder in (*root.glob("*"), root):
            with suppress(OSError):  # what is in use is left to whoever uses it
                folder.rmdir()


def _in_use(folder: Path) -> bool:
    """Whether some process trains in it."""
    try:
        held = os.open(folder / "lock", os.O_RDWR)
    except OSError:
        return False
    try:
        if fcntl is not None:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(held)
    return False
