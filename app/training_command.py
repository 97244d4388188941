"""``headlight train``: a recipe followed without a window, and gone on with."""

from __future__ import annotations

import argparse
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from core.catalogue import RESOURCES
from core.errors import Refusal, translate

if TYPE_CHECKING:
    from core.training.progress import Progress
    from core.training.recipe import Recipe
    from core.training.run import Run

_LAST = -1  # what --resume stands for without a step


def add_train(commands: Any) -> None:  # noqa: ANN401 - argparse does not name its type
    """What the command can be given."""
    train = commands.add_parser("train", help="train a model without a window")
    train.add_argument(
        "--objective", help="causal, masked, spans, permutation, translation or classification; or "
        "a task that needs no data, such as reverse. A recipe has its own"
    )
    train.add_argument(
        "place", nargs="?", type=Path, metavar="RUN", help="a folder for the run; is made")
    train.add_argument(
        "--run", "--folder", type=Path, help="the same; torchrun takes --run for its own")
    train.add_argument(
        "--data", type=Path, help="a text file, a folder of them, or a table (.csv, .jsonl); a "
        "translation takes lines with a tab between the two texts, labelled text lines with a tab "
        "before the label, or a folder with a file a label; not needed where the recipe generates "
        "its data"
    )
    train.add_argument(
        "--columns", nargs="+", metavar="NAME", help="of a table: of the text; of both texts of a "
        "translation; of the text and its label; numbers count from 0 where there is no header"
    )
    train.add_argument(
        "--recipe", help="a bundled recipe, or a JSON file; without it, the objective's usual one"
    )
    train.add_argument(
        "--hold-out", nargs="+", metavar="FILE", help="measured on, instead of the recipe's"
    )
    train.add_argument(
        "--hold-out-lines", type=int, metavar="N", help="likewise, the last lines of other files"
    )
    train.add_argument("--init", help="a model or run to start from, with its tokenizer")
    train.add_argument("--steps", type=int, help="instead of the recipe's")
    train.add_argument("--seed", type=int, help="instead of the recipe's")
    train.add_argument(
        "--keep-every", type=int, metavar="N", help="steps between two checkpoints, likewise"
    )
    train.add_argument(
        "--resume", nargs="?", type=int, const=_LAST, metavar="STEP",
        help="go on with the run in the folder, if it holds one: from its last checkpoint, or from "
        "that of STEP. It has its own recipe; --steps, --keep-every and --data change it",
    )
    train.add_argument(
        "--rate", type=float, metavar="FACTOR",
        help="multiply the recipe's learning rates from here on",
    )


def find_recipe(name: str) -> Path:
    """A bundled one, or a file."""
    bundled = RESOURCES / "recipes" / f"{name}.json"
    return bundled if bundled.is_file() else Path(name)


def recipe_of(model: str) -> Path:
    """Of a bundled model, or of the run that a model lies in; english-gpt's for any other."""
    beside = Path(model).parent / "recipe.json"
    found = (path for path in (find_recipe(model), beside) if path.is_file())
    return next(found, find_recipe("english-gpt"))


def train(options: argparse.Namespace) -> int:
    """Follow a recipe to its end, or until Ctrl+C, which keeps what there is.

    Raises:
        Refusal: for whatever the user can mend.
    """
    from core.training.following import finish
    from core.training.parallel import follow, joined, leading

    with joined() as place:
        if place > 0:  # the first process does the rest
            follow()
            return 0
        run = _run(options, _folder(options))
        if options.rate is not None:
            run.set_rate(options.rate)
        with leading(run.trainer), _asked_to_stop() as stopped:
            best = finish(run, _report, stopped)
    if run.settled:
        print(f"{run.folder}: ended at step {run.done}; none since {run.best_at} was better")
    elif run.done < run.recipe.train.steps:
        print(f"{run.folder}: kept at step {run.done}; --resume goes on")
    else:
        print(f"{run.folder / 'model'}: best held-out loss {best:.4f}")
    return 0


def _folder(options: argparse.Namespace) -> Path:
    """Of the run, which is named once."""
    named = [path for path in (options.run, options.place) if path is not None]
    if not named:
        raise Refusal(translate("core", "The following arguments are required: --run."))
    if len(named) > 1:
        raise Refusal(
            translate("core", "A run has one folder; {one} and {other} are named."),
            one=named[0], other=named[1])
    return Path(named[0])


def _run(options: argparse.Namespace, folder: Path) -> Run:
    from core.training.run import Run

    if options.resume is not None and (folder / "run.json").exists():
        at = None if options.resume == _LAST else options.resume
        return Run.resume(folder, at, options.data, options.steps, options.keep_every)
    if options.resume not in (None, _LAST):
        raise Refusal(translate("core", "{path} holds no run that can go on."), path=folder)

    from core.training.beginning import starting_folder

    recipe = _recipe(options)
    told = {"steps": options.steps, "seed": options.seed, "keep_every": options.keep_every}
    given = {name: value for name, value in told.items() if value is not None}
    recipe = replace(recipe, train=replace(recipe.train, **given))
    if options.hold_out is not None or options.hold_out_lines is not None:
        recipe = replace(recipe, hold_out=tuple(options.hold_out or ()),
                         hold_out_lines=options.hold_out_lines or 0)
    if options.columns is not None:
        recipe = replace(recipe, columns=tuple(options.columns))
    init = None if options.init is None else starting_folder(options.init)
    return Run.begin(recipe, options.data, folder, init)


def _recipe(options: argparse.Namespace) -> Recipe:
    """The one that is named; or the usual one, which holds out a twentieth of any data."""
    from core.training.offers import starting_recipe
    from core.training.recipe import OBJECTIVES, read_recipe
    from core.training.survey import propose_hold_out
    from core.training.tasks import TASKS

    wanted = options.objective
    if options.recipe is not None:
        recipe = read_recipe(find_recipe(options.recipe))
        if wanted not in (None, recipe.objective, recipe.generated or None):
            raise Refusal(
                translate("core", "The recipe {name} is for the objective {found}, not {asked}."),
                name=options.recipe, found=recipe.objective, asked=wanted,
            )
        return recipe
    if wanted in TASKS:
        return read_recipe(find_recipe(wanted))
    if wanted not in (None, *OBJECTIVES):
        raise Refusal(
            translate("core", "There is no objective {found}; known are {known}."),
            found=wanted, known=", ".join((*OBJECTIVES, *TASKS)),
        )
    recipe = starting_recipe(wanted or "causal")
    if options.data is None or options.hold_out is not None:
        return recipe
    return replace(recipe, hold_out_lines=propose_hold_out(recipe, options.data))


def _report(progress: Progress) -> None:
    print(
        f"step {progress.step}: loss {progress.loss:.4f} nats a token, held-out "
        f"{progress.held_out:.4f} {progress.unit}, "
        + ("" if progress.right is None else f"{progress.right:.3f} right, ") +
        f"{progress.tokens_a_second:.0f} tokens a second",
        flush=True,
    )


@contextmanager
def _asked_to_stop() -> Iterator[Callable[[], bool]]:
    """Whether Ctrl+C was pressed, or the system wants the process to end; twice ends it at once."""
    heard: list[int] = []

    def hear(number: int, frame: FrameType | None) -> None:
        if heard:
            raise KeyboardInterrupt
        heard.append(number)

    before = {number: signal.signal(number, hear) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(heard)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
