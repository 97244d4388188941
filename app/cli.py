"""The commands: what can be asked for, and the ones that need no window."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Container, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from app.lecture_command import add_lecture, check_lecture
from app.page_names import PAGES
from app.training_command import add_train, find_recipe, recipe_of, train
from core.broken import Broken, say_broken
from core.cache import cached_models
from core.catalogue import (
    DEFAULT_MODEL,
    bundled_models,
    find_model,
    program_version,
    write_card,
)
from core.errors import Refusal, translate

if TYPE_CHECKING:
    from core.frame import Prompt
    from core.session import Session

_SIZES = ((720, 480), (8000, 8000))
"""The least a window can be, and the most that is drawn."""
_HEADS = ((0, 0), (9999, 9999))
_PIXELS = (0.5, 4.0)


class _Parser(argparse.ArgumentParser):
    """Refuses in one sentence, where argparse would print how all is used and exit."""

    def error(self, message: str) -> NoReturn:
        raise Refusal(
            translate("core", "{message}; {program} --help tells what can be given."),
            message=message[:1].upper() + message[1:], program=self.prog,
        )


class _Version(argparse.Action):
    """Looks the version up only when it is asked for: that takes longer than all the rest here."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> NoReturn:  # noqa: ANN401
        print(f"headlight {program_version()}")
        parser.exit()


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line.

    Raises:
        Refusal: if it can't be read.
    """
    parser = _Parser(
        prog="headlight",
        description="See what every head of every layer of a Transformer looks at, as you type.",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="say which version this is")
    _add_prompt(parser)
    parser.add_argument("--lang", choices=("en", "zh"), help="language of the window")
    parser.add_argument(
        "--lecture", type=_lecture, metavar="N", help="begin a lecture that ships, by its number "
        "or name, or that of a folder")
    parser.add_argument("--scene", type=int, metavar="K", help="its scene, from 1")
    parser.set_defaults(watch=False, session=None)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")

    trace = commands.add_parser("trace", help="write the whole trace of a text to a file")
    _add_prompt(trace, needs_text=True)
    trace.add_argument("--target", default="", help="what the decoder has written, of two stacks")
    trace.add_argument("--second", default="", help="the second sentence, for BERT and its like")
    trace.add_argument(
        "--mask", nargs="+", type=int, default=(), metavar="N", help="tokens to hide, from 0"
    )
    trace.add_argument("--out", type=Path, help="a .safetensors file")
    trace.add_argument(
        "--compare", action="store_true",
        help="hold every tensor against transformers; status 1 where one differs",
    )

    snapshot = commands.add_parser(
        "snapshot", help="draw the window, or one panel, without a screen"
    )
    _add_prompt(snapshot, needs_text=True)
    snapshot.add_argument("--out", type=Path, required=True, help="a .png, .svg or .pdf file")
    snapshot.add_argument(
        "--panel", choices=("sheet", "matrix", "predictions", "prompt", *PAGES),
        help="one panel, or one page by the name of its tab's key; matrix is head",
    )
    snapshot.add_argument("--size", default="1280x800", help="of the window: width x height")
    snapshot.add_argument("--head", help="the pinned head: LAYER.HEAD, counted from 0")
    snapshot.add_argument("--theme", choices=("light", "dark"), default="light")
    snapshot.add_argument("--scale", choices=("linear", "root", "log"), default="linear")
    snapshot.add_argument("--pixels", type=float, default=1.0, help="pixels a unit (PNG)")
    snapshot.add_argument("--lang", choices=("en", "zh"), default=argparse.SUPPRESS)

    add_train(commands)

    watch = commands.add_parser(
        "watch", help="open the window on a folder of checkpoints that another program writes"
    )
    watch.add_argument("model", type=_folder, metavar="DIR", help="the folder; it is never written")
    watch.set_defaults(watch=True)

    opens = commands.add_parser(
        "open", help="open the window on a session, or a model's folder; the word can be left out"
    )
    opens.add_argument("session", type=_session, metavar="FILE", help="a .headlight file")

    add_lecture(commands)

    evaluate = commands.add_parser(
        "evaluate", help="measure a model on what its recipe holds out, beside a simpler one"
    )
    evaluate.add_argument("--model", default=DEFAULT_MODEL)
    evaluate.add_argument("--data", type=Path, help="the text it was trained on")
    evaluate.add_argument("--recipe", help="says what is held out; the model's, if none is named")
    evaluate.add_argument(
        "--card", metavar="TEXT", help="also write the model's card: this sentence, and its heads"
    )

    bench = commands.add_parser("bench", help="measure this machine, against a reference")
    bench.add_argument("what", choices=(
        "typing", "painting", "selecting", "tracing", "training", "scrubbing", "startup", "growth",
        "soak"))
    bench.add_argument("--model", default=DEFAULT_MODEL, help="for typing: a name or a folder")
    bench.add_argument("--json", action="store_true", help="print JSON")
    commands.add_parser("models", help="list the models that ship and those from the hub")
    options = parser.parse_args(_named(arguments, commands.choices))
    _check_scene(options)
    _check_session(options)
    return options


def _named(arguments: Sequence[str], commands: Container[str]) -> list[str]:
    """The same with the command that may be left out: ``headlight FILE`` opens it."""
    for at, word in enumerate(arguments):
        value = at > 0 and arguments[at - 1].startswith("-") and "=" not in arguments[at - 1]
        if word.startswith("-") or value:  # an option, or what one is given
            continue
        if word not in commands and (word.endswith(".headlight") or os.path.lexists(word)):
            return [*arguments[:at], *arguments[at + 1 :], "open", word]
        break
    return list(arguments)


def _session(name: str) -> Path:
    """A file or folder that is there."""
    path = Path(name)
    if not os.path.lexists(path):
        raise Refusal(translate("core", "There is no file {path}."), path=path)
    return path


def _check_session(options: argparse.Namespace) -> None:
    """A folder is a model; a session brings all with it."""
    path = options.session
    if path is None:
        return
    if options.model is not None or (options.text is not None and not path.is_dir()):
        raise Refusal(
            translate("core", "{path} says which model and text it is of; leave {option} out."),
            path=path, option="--text" if options.model is None else "--model")
    if path.is_dir():
        options.model, options.session = str(path), None


def _lecture(name: str) -> Path:
    """The folder of a lecture."""
    from app.lectures.reading import find_lecture

    return find_lecture(name)


def _check_scene(options: argparse.Namespace) -> None:
    """Refuse a scene that is not there."""
    if options.scene is None:
        return
    if options.lecture is None:
        raise Refusal(translate("core", "--scene needs --lecture, which says of what."))
    from app.lectures.reading import read_lecture

    count = len(read_lecture(options.lecture).scenes)
    if not 1 <= options.scene <= count:
        raise Refusal(
            translate("core", "--scene is {found}; the lecture has scenes 1 to {count}."),
            found=options.scene, count=count)


def _folder(path: str) -> str:
    """A folder that is there."""
    if not Path(path).is_dir():
        raise Refusal(translate("core", "There is no folder {path}."), path=path)
    return path


def _add_prompt(parser: argparse.ArgumentParser, needs_text: bool = False) -> None:
    # Given before the command or after it; a default after it would undo what stands before it.
    default = argparse.SUPPRESS if needs_text else None
    parser.add_argument(
        "--model", default=default, help="a bundled name, a folder, or a downloaded hub id"
    )
    parser.add_argument("--text", required=needs_text, help="the prompt")


def run_command(options: argparse.Namespace) -> int:
    """Run the command that was parsed.

    Raises:
        Refusal: for whatever the user can mend.
    """
    commands = {
        "trace": _trace, "snapshot": _snapshot, "train": train, "evaluate": _evaluate,
        "bench": _bench, "models": _models, "lecture": check_lecture,
    }
    return commands[options.command](options)


def _trace(options: argparse.Namespace) -> int:
    from core.frame import Prompt
    from core.session import open_session
    from core.tracefile import write_trace

    if options.out is None and not options.compare:
        raise Refusal(translate(
            "core", "trace needs --out, a file to write, or --compare, to hold it against "
            "transformers."))
    if options.out is not None:
        _check_out(options.out, (".safetensors",))
    session = open_session(options.model or DEFAULT_MODEL)
    prompt = Prompt(options.text, options.target, options.second, tuple(options.mask))
    _check_prompt(session, prompt)
    if options.out is not None:
        count = write_trace(session, prompt, options.out, partial(_warn, session))
        print(f"{options.out}: {count} tensors")
    for tokens in session.tokenize(prompt):
        if tokens is not None and tokens.cut:
            print(f"The model reads {len(tokens)} tokens: the first {tokens.kept} of "
                  f"{len(tokens.text)} characters.", file=sys.stderr)
    return _compare(options.model or DEFAULT_MODEL, prompt) if options.compare else 0


def _warn(session: Session, broken: Broken) -> None:
    """Say that some numbers of the trace are none."""
    said = say_broken(broken, session.card.not_finite)
    print(" ".join(map(str, said)), file=sys.stderr)


def _compare(model: str, prompt: Prompt) -> int:
    """Print the table; 0 if all is within its tolerance, else 1."""
    from core.parity.compare import compare

    report = compare(model, prompt)
    print("\n".join(report.lines()))
    return 0 if report.passed else 1


def _check_prompt(session: Session, prompt: Prompt) -> None:
    """Refuse what this model would leave out."""
    card = session.card
    for option, given, known in (
        ("--target", prompt.target, len(card.layers) == 2),
        ("--second", prompt.second, card.two_sentences),
        ("--mask", prompt.masked, card.masks),
    ):
        if given and not known:
            raise Refusal(
                translate("core", "{model} has no use for {option}; leave it out."),
                model=card.name, option=option,
            )
    source, _ = session.tokenize(replace(prompt, masked=()))
    words = {at: label for at, label in enumerate(source.labels) if source.stands_for_text(at)}
    for at in prompt.masked:
        if at not in words:
            raise Refusal(
                translate("core", "--mask is {found}; the tokens are {tokens}."), found=at,
                tokens=_short(", ".join(f"{index} {label}" for index, label in words.items())),
            )


def _short(text: str) -> str:
    return text if len(text) <= 200 else f"{text[:199]}…"


def _snapshot(options: argparse.Namespace) -> int:
    from app.preflight import check_qt

    _check_out(options.out, (".png", ".svg", ".pdf"))
    size = _pair(options.size, "x", "--size", _SIZES)
    head = None
    if options.head is not None:
        head = _pair(options.head, ".", "--head", _HEADS)
    if not _PIXELS[0] <= options.pixels <= _PIXELS[1]:
        raise Refusal(
            translate("core", "--pixels is {found}; give a number from {least} to {most}."),
            found=options.pixels, least=_PIXELS[0], most=_PIXELS[1],
        )
    check_qt()
    from app.snapshot import take_snapshot

    take_snapshot(
        model=options.model or DEFAULT_MODEL, text=options.text, out=options.out,
        panel=options.panel, size=size, theme=options.theme, scale=options.scale, head=head,
        pixels=options.pixels, language=options.lang or "en",
    )
    return 0


def _evaluate(options: argparse.Namespace) -> int:
    from core.training.evaluate import evaluate
    from core.training.recipe import read_recipe

    recipe = read_recipe(
        find_recipe(options.recipe) if options.recipe else recipe_of(options.model))
    folder = find_model(options.model)
    found = evaluate(folder, options.data, recipe)
    print(found)
    if options.card is not None:
        write_card(folder, options.card, found.notable())
    return 0


def _bench(options: argparse.Namespace) -> int:
    from app.preflight import check_qt

    check_qt()
    from app.bench import lines, run_bench

    result = run_bench(options.what, options.model)
    if options.json:
        import json

        print(json.dumps(result, indent=2))
    else:
        print("\n".join(lines(result)))
    return 0


def _models(options: argparse.Namespace) -> int:
    for name in (*bundled_models(), *cached_models()):
        print(name)
    return 0


def _check_out(path: Path, endings: tuple[str, ...]) -> None:
    """Say at once what would else be said after all the work."""
    if path.suffix.lower() not in endings:
        raise Refusal(
            translate("core", "{path} should end in {endings}."),
            path=path, endings=" or ".join(endings),
        )
    try:
        there = path.resolve().parent.is_dir()
    except (OSError, RuntimeError):  # a name too long, links in a circle: writing says so
        return
    if not there:
        raise Refusal(
            translate("core", "{path} can't be written: there is no folder {folder}."),
            path=path, folder=path.parent,
        )


def _pair(
    text: str, between: str, option: str, limits: tuple[tuple[int, int], tuple[int, int]]
) -> tuple[int, int]:
    """Two whole numbers, from the first pair of limits to the second."""
    parts = text.lower().split(between)
    if len(parts) == 2 and all(part.isascii() and part.isdigit() for part in parts):
        first, second = (int(part[:9]) for part in parts)
        (low, lower), (high, higher) = limits
        if low <= first <= high and lower <= second <= higher:
            return first, second
    least, most = (between.join(map(str, limit)) for limit in limits)
    raise Refusal(
        translate("core", "{option} is {found}; give two whole numbers from {least} to {most}."),
        option=option, found=repr(text)[:60], least=least, most=most,
    )
