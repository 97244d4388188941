"""A run from where it stands to its last step."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from core.training.progress import Progress
from core.training.recipe import Recipe
from core.training.run import Run


def follow(
    recipe: Recipe, data: Path | None, folder: Path, init: Path | None = None,
    report: Callable[[Progress], None] = lambda progress: None,
) -> float:
    """A run from its first step to its last: :meth:`Run.begin`, then :func:`finish`."""
    return finish(Run.begin(recipe, data, folder, init), report)


def finish(
    run: Run,
    report: Callable[[Progress], None] = lambda progress: None,
    stopped: Callable[[], bool] = lambda: False,
) -> float:
    """Advance to the recipe's last step, or until its patience ends; close the run.

    It measures and keeps as the recipe says.

    Args:
        run: as it begins, or goes on.
        report: is told at each measure.
        stopped: asked after each step; the run is kept, and ends there.

    Returns:
        The best held-out loss, in the objective's unit.

    Raises:
        Refusal: if the loss is no longer a number, or something can't be written.
    """
    config = run.recipe.train
    try:
        while run.done < config.steps and not run.settled and not stopped():
            run.advance()
            last = run.done == config.steps
            if last or run.done % config.evaluate_every == 0:
                report(run.measure())
            if last or run.done % config.keep_every == 0:
                run.keep()
        run.keep()
    finally:
        run.close()
    return run.best
