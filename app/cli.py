"""The commands: what can be asked for, and the ones that need no window."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from core.catalogue import DEFAULT_MODEL, RESOURCES, bundled_models, find_model
from core.errors import Refusal, translate


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line; exits with status 2 and a sentence if it can't be read."""
    parser = argparse.ArgumentParser(
        prog="headlight",
        description="See what every head of every layer of a Transformer looks at, as you type.",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="say which version this is")
    _add_prompt(parser, model=None)
    parser.add_argument("--lang", choices=("en", "zh"), help="language of the window")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")

    trace = commands.add_parser("trace", help="write the whole trace of a text to a file")
    _add_prompt(trace, needs_text=True)
    trace.add_argument("--out", type=Path, required=True, help="a .safetensors file")

    snapshot = commands.add_parser("snapshot", help="draw the window, or one panel, without a screen")
    _add_prompt(snapshot, needs_text=True)
    snapshot.add_argument("--out", type=Path, required=True, help="a .png, .svg or .pdf file")
    snapshot.add_argument("--panel", choices=("sheet", "matrix", "predictions", "prompt"))
    snapshot.add_argument("--size", default="1280x800", help="width x height, such as 1280x800")
    snapshot.add_argument("--head", help="the pinned head: LAYER.HEAD, counted from 0")
    snapshot.add_argument("--theme", choices=("light", "dark"), default="light")
    snapshot.add_argument("--scale", choices=("linear", "root", "log"), default="linear")
    snapshot.add_argument("--pixels", type=float, default=1.0, help="device pixels a unit (PNG)")
    snapshot.add_argument("--lang", choices=("en", "zh"), default="en")

    train = commands.add_parser("train", help="train a model without a window")
    train.add_argument("--objective", choices=("causal",), required=True)
    train.add_argument("--run", type=Path, required=True, help="a folder for the run; is made")
    train.add_argument("--data", type=Path, required=True, help="a text file, or a folder of them")
    train.add_argument("--recipe", default="english-gpt", help="a bundled recipe, or a JSON file")
    train.add_argument("--init", help="a model to start from, with its tokenizer")
    train.add_argument("--steps", type=int, help="instead of the recipe's")
    train.add_argument("--seed", type=int, help="instead of the recipe's")

    evaluate = commands.add_parser(
        "evaluate", help="measure a model on held-out text, against a byte n-gram model"
    )
    evaluate.add_argument("--model", default=DEFAULT_MODEL)
    evaluate.add_argument("--data", type=Path, required=True, help="the text it was trained on")
    evaluate.add_argument("--recipe", default="english-gpt", help="says what is held out")

    bench = commands.add_parser("bench", help="measure this machine, against a reference")
    bench.add_argument("what", choices=("typing", "painting", "startup"))
    bench.add_argument("--model", default=DEFAULT_MODEL, help="for typing: a name or a folder")
    bench.add_argument("--json", action="store_true", help="print JSON")
    commands.add_parser("models", help="list the models that ship")
    return parser.parse_args(arguments)


def _add_prompt(
    parser: argparse.ArgumentParser, model: str | None = DEFAULT_MODEL, needs_text: bool = False
) -> None:
    parser.add_argument("--model", default=model, help="a bundled name or a model folder")
    parser.add_argument("--text", required=needs_text, help="the prompt")


class _Version(argparse.Action):
    """Looks the version up when it is asked for; the window need not wait for it."""

    def __call__(self, parser: argparse.ArgumentParser, *rest: object) -> None:
        from importlib.metadata import version

        print(f"headlight {version('headlight')}")
        parser.exit()


def run_command(options: argparse.Namespace) -> int:
    """Run the command that was parsed.

    Raises:
        Refusal: for whatever the user can mend.
    """
    commands = {
        "trace": _trace, "snapshot": _snapshot, "train": _train, "evaluate": _evaluate,
        "bench": _bench, "models": _models,
    }
    return commands[options.command](options)


def _trace(options: argparse.Namespace) -> int:
    from core.frame import Prompt
    from core.session import open_session
    from core.tracefile import write_trace

    _check_out(options.out, (".safetensors",))
    session = open_session(options.model)
    count = write_trace(session, Prompt(options.text), options.out)
    print(f"{options.out}: {count} tensors")
    return 0


def _snapshot(options: argparse.Namespace) -> int:
    from app.preflight import check_qt

    _check_out(options.out, (".png", ".svg", ".pdf"))
    check_qt()
    from app.snapshot import take_snapshot

    take_snapshot(
        model=options.model, text=options.text, out=options.out, panel=options.panel,
        size=_pair(options.size, "x", "--size"), theme=options.theme, scale=options.scale,
        head=None if options.head is None else _pair(options.head, ".", "--head", least=0),
        pixels=options.pixels, language=options.lang,
    )
    return 0


def _train(options: argparse.Namespace) -> int:
    from dataclasses import replace

    from core.training.run import Progress, follow, read_recipe

    recipe = read_recipe(_find_recipe(options.recipe))
    given = {name: value for name in ("steps", "seed") if (value := getattr(options, name)) is not None}
    recipe = replace(recipe, train=replace(recipe.train, **given))

    def report(progress: Progress) -> None:
        print(
            f"step {progress.step}: loss {progress.loss:.4f} nats a token, held-out "
            f"{progress.held_out:.4f} nats a byte, {progress.tokens_a_second:.0f} tokens a second",
            flush=True,
        )

    init = None if options.init is None else find_model(options.init)
    best = follow(recipe, options.data, options.run, init, report)
    print(f"{options.run / 'model'}: best held-out loss {best:.4f} nats a byte")
    return 0


def _evaluate(options: argparse.Namespace) -> int:
    from core.training.evaluate import evaluate
    from core.training.run import read_recipe

    recipe = read_recipe(_find_recipe(options.recipe))
    print(evaluate(find_model(options.model), options.data, recipe))
    return 0


def _bench(options: argparse.Namespace) -> int:
    from app.preflight import check_qt

    check_qt()
    from app.bench import lines, run_bench

    result = run_bench(options.what, options.model)
    if options.json:
        print(json.dumps(result, indent=2))
    else:
        print("\n".join(lines(result)))
    return 0


def _models(options: argparse.Namespace) -> int:
    for name in bundled_models():
        print(name)
    return 0


def _find_recipe(name: str) -> Path:
    bundled = RESOURCES / "recipes" / f"{name}.json"
    return bundled if bundled.is_file() else Path(name)


def _check_out(path: Path, endings: tuple[str, ...]) -> None:
    if path.suffix.lower() not in endings:
        raise Refusal(
            translate("core", "{path} should end in {endings}."), path=path, endings=" or ".join(endings)
        )
    if not path.resolve().parent.is_dir():
        raise Refusal(
            translate("core", "{path} can't be written: the folder {folder} does not exist."),
            path=path, folder=path.resolve().parent,
        )


def _pair(text: str, between: str, option: str, least: int = 1) -> tuple[int, int]:
    parts = text.lower().split(between)
    if len(parts) != 2 or not all(part.isdecimal() and least <= int(part) <= 16384 for part in parts):
        raise Refusal(
            translate("core", "{option} is {found}; give two whole numbers such as {sample}."),
            option=option, found=text, sample=f"3{between}1" if least == 0 else f"1280{between}800",
        )
    return int(parts[0]), int(parts[1])
