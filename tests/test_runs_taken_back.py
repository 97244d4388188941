"""A run that is taken back to an earlier step, and killed at any write of it, is taken back whole.

The process dies before its first write, then before its second, and so on: an audit hook sees all
that Python writes, moves and removes.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from core.training.best import NAME
from core.training.following import finish
from core.training.run import Run
from tests.test_runs_last import advance, lines, make_recipe, same_end, steps

_KILLED = 9
_MOST = 400
_CHANGING = ("os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.truncate")


def die_before(number: int, folder: Path) -> None:
    """End this process at once before it changes ``folder`` for the ``number``-th time."""
    left = number

    def hear(event: str, given: tuple[object, ...]) -> None:
        nonlocal left
        if event == "open":
            name, _, flags = given
            changes = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_TRUNC)
        else:
            name, changes = given[0] if given else "", event in _CHANGING
        if changes and (isinstance(name, int) or str(name).startswith(str(folder))):
            left -= 1
            if left <= 0:
                os._exit(_KILLED)

    sys.addaudithook(hear)


def killed(folder: Path, number: int) -> bool:
    """Whether a process that takes the run back to step 4 came to its ``number``-th write."""
    process = os.fork()
    if not process:
        code = 1
        try:
            die_before(number, folder)
            Run.resume(folder, at=4)
            code = 0
        finally:
            os._exit(code)
    status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    assert status in (0, _KILLED), f"it ended by itself with {status}"
    return status == _KILLED


def best_step(run: Path) -> int | None:
    """Of the weights in ``model/``; None where there are none."""
    from core.checkpoint.folder import open_folder

    if not (run / NAME).exists():
        return None
    with open_folder(run / NAME) as opened:
        return opened.weights.step


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("measured", [3, 2])  # the best until then is not kept, or is
def test_a_run_killed_while_it_is_taken_back_is_taken_back(
    tmp_path: Path, data: Path, measured: int
) -> None:
    recipe = make_recipe(tmp_path, steps=12, evaluate_every=measured)
    run = Run.begin(recipe, data, tmp_path / "kept")
    advance(run, 5)
    run.set_rate(0.5)
    advance(run, 5)
    run.close()
    kept = tmp_path / "kept"
    assert best_step(kept) == 6
    alone, back = (shutil.copytree(kept, tmp_path / name) for name in ("alone", "back"))
    finish(Run.resume(alone))
    finish(Run.resume(back, at=4))
    went_back = 0
    for number in range(1, _MOST):
        folder = shutil.copytree(kept, tmp_path / "killed")
        died = killed(folder, number)
        run = Run.resume(folder)
        taken = steps(folder) == [0, 4]
        went_back += taken
        assert run.done == (4 if taken else 8), number
        if taken:
            assert best_step(folder) in (None, *range(5)), number
            assert (best_step(folder) is None) == (run.best == float("inf")), number
        finish(run)
        other = back if taken else alone
        assert same_end(folder, other), number
        assert [row["step"] for row in lines(folder)] == [row["step"] for row in lines(other)]
        shutil.rmtree(folder)
        if not died:
            break
    assert not died, "it wrote without end"
    assert went_back > 10
