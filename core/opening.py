"""Whatever a reference stands for, opened: a model, a run to go on with, or one to watch."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from core.catalogue import bundled_models
from core.checkpoint import Progress
from core.drive import Begin
from core.folder_timeline import holds_checkpoints
from core.live import LiveSession
from core.memory import WHOLE, Way
from core.session import Session, open_session
from core.training.beginning import starting_folder
from core.training.folder import InUse
from core.training.recipe import Recipe
from core.training.run import Run
from core.training.survey import propose_hold_out
from core.watching import open_run


def open_any(
    reference: str, budget: int, way: Way = WHOLE, progress: Progress | None = None,
    begin: Begin | None = None, watch: bool = False,
) -> Session:
    """Open it.

    Args:
        reference: a bundled name, a hub id, a model's folder, or that of a run.
        budget: in bytes, of a timeline.
        way: how a model is held in memory.
        progress: told how many bytes of how many are read; what it raises goes through.
        begin: what a new run in this folder begins with; None for what is there.
        watch: if it is a run, only look at it, and leave it to whoever trains it.

    Raises:
        Refusal: if there is nothing such, or it can't be read; a :class:`NotYet` where the folder
            of a run that is watched holds no checkpoint so far.
        TooLarge: if there is not enough memory.
    """
    folder = Path(reference)
    if trains(reference, begin, watch):
        try:
            return open_live(folder, budget, progress, begin)
        except InUse:
            if begin is not None:
                raise
            return open_run(folder, budget, way, progress)
    if reference not in bundled_models() and _is_folder(folder):
        model = _exists(folder / "config.json")
        if (watch and not model) or ((watch or not model) and holds_checkpoints(folder)):
            return open_run(folder, budget, way, progress)
    return open_session(reference, way, progress)


def trains(reference: str, begin: Begin | None = None, watch: bool = False) -> bool:
    """Whether it stands for a run that is to be gone on with here."""
    return begin is not None or (
        not watch and reference not in bundled_models() and _exists(Path(reference) / "run.json"))


def open_live(
    folder: Path, budget: int, progress: Progress | None = None, begin: Begin | None = None
) -> LiveSession:
    """The run in a folder, begun or gone on with.

    Args:
        folder: of the run.
        budget: in bytes, of a timeline.
        progress: told how much is read; what it raises goes through, and lets go of the folder.
        begin: what a new run begins with; None for one that is there.

    Raises:
        InUse: if another process trains there.
        Refusal: if it can't be begun, or gone on with.
    """
    told = progress or (lambda done, size: None)
    if begin is None:
        return _held(LiveSession(Run.resume(folder), budget), told)
    init = None if begin.init is None else starting_folder(begin.init)
    run = Run.begin(_measured(begin), begin.data, folder, init, told)
    return _held(LiveSession(run, budget), told)


def _measured(begin: Begin) -> Recipe:
    """The recipe, with what is held out."""
    if begin.data is None or not begin.share:
        return begin.recipe
    return replace(begin.recipe, hold_out=(), hold_out_lines=propose_hold_out(
        begin.recipe, begin.data))


def _held(session: LiveSession, told: Progress) -> LiveSession:
    """What nobody waits for any more lets go of its folder."""
    try:
        told(0, 0)
    except BaseException:
        session.close()
        raise
    return session


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # no right to look into the folder; whoever reads it says so
        return False


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # too long for a name
        return False
