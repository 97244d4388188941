"""The commands that need no window."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from app.lecture_command import check_lecture
from app.training_command import find_recipe, recipe_of, train
from core.broken import Broken, say_broken
from core.cache import cached_models
from core.catalogue import DEFAULT_MODEL, bundled_models, find_model, write_card
from core.errors import Refusal, translate

if TYPE_CHECKING:
    from core.frame import Prompt
    from core.session import Session

_SIZES = ((720, 480), (8000, 8000))
"""The least a window can be, and the most that is drawn."""
_HEADS = ((0, 0), (9999, 9999))
_PIXELS = (0.5, 4.0)


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
