"""The command line: what can be asked for, and what of it is refused at once."""

from __future__ import annotations

import argparse
import os
from collections.abc import Collection, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn

from app.lecture_command import add_lecture
from app.page_names import PAGES
from app.training_command import add_train
from core.catalogue import DEFAULT_MODEL, program_version
from core.errors import Refusal, translate


class _Parser(argparse.ArgumentParser):
    """Refuses in one sentence, where argparse would print how all is used and exit."""

    def error(self, message: str) -> NoReturn:
        raise Refusal(
            translate("core", "{message}; {program} --help tells what can be given."),
            message=message[:1].upper() + message[1:], program=self.prog,
        )


class _Version(argparse.Action):
    """Looks the version up only when it is asked for: that takes longer than all the rest here."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> NoReturn:
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
    bench.add_argument("--model", default=DEFAULT_MODEL, help="a name or a folder, where one runs")
    bench.add_argument("--json", action="store_true", help="print JSON")
    commands.add_parser("models", help="list the models that ship and those from the hub")
    options = parser.parse_args(_named(arguments, commands.choices))
    _check_scene(options)
    _check_session(options)
    return options


def _named(arguments: Sequence[str], commands: Collection[str]) -> list[str]:
    """The same with the command that may be left out: ``headlight FILE`` opens it.

    Raises:
        Refusal: if there is neither such a command nor such a file.
    """
    for at, word in enumerate(arguments):
        value = at > 0 and arguments[at - 1].startswith("-") and "=" not in arguments[at - 1]
        if word.startswith("-") or value:  # an option, or what one is given
            continue
        if word in commands:
            break
        if word.endswith(".headlight") or os.path.lexists(word):
            return [*arguments[:at], *arguments[at + 1 :], "open", word]
        raise _unknown(word, commands)
    return list(arguments)


def _unknown(word: str, commands: Collection[str]) -> Refusal:
    """The command that is spelled much like it, or all there are."""
    near = get_close_matches(word.lower(), commands, n=1)
    if near:
        return Refusal(
            translate("core", "There is no command and no file {word}; perhaps {command} was "
                      "meant."), word=word, command=near[0])
    return Refusal(
        translate("core", "There is no command and no file {word}; the commands are {commands}."),
        word=word, commands=", ".join(commands))


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
