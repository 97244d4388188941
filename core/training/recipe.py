"""A recipe: all that a run needs besides its text, in a JSON file that anyone can copy."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from core.checkpoint.files import parse_json, reason
from core.checkpoint.write import layout
from core.config import ModelConfig, RotaryConfig
from core.errors import Refusal, translate
from core.fields import checked_fields
from core.files import write_file
from core.model import Transformer
from core.tokens import Tokenizer
from core.training.causal import Causal
from core.training.classification import Classification
from core.training.config import TrainConfig
from core.training.masked import Masked
from core.training.objective import Objective
from core.training.permutation import Permutation
from core.training.spans import Spans
from core.training.tasks import TASKS, TaskName
from core.training.translation import Translation
from core.training.vocabulary import LEAST_VOCABULARY, TokenizerConfig
from core.two_stream import TwoStreamConfig

OBJECTIVES: Mapping[str, Callable[[Any, Tokenizer, Transformer, TrainConfig], Objective]] = {
    "causal": Causal.of,
    "masked": Masked.of,
    "spans": Spans.of,
    "permutation": Permutation.of,
    "translation": Translation.of,
    "classification": Classification.of,
}
"""What this program trains, each from its data: pairs for a translation, labelled text for a
classification, else a corpus."""


@dataclass(frozen=True)
class Recipe:
    """All that a run needs besides the text; read from a JSON file that anyone can copy."""

    objective: str
    """One of ``OBJECTIVES``."""
    model: Mapping[str, Any]
    """Fields of :class:`ModelConfig`, or of :class:`TwoStreamConfig` where ``positions`` are
    ``relative``; the vocabulary follows from the tokenizer."""
    train: TrainConfig
    tokenizer: TokenizerConfig
    hold_out: tuple[str, ...] = ()
    """Files that are measured on and never trained on."""
    hold_out_lines: int = 0
    """Likewise, that many lines at the end of each other file."""
    columns: tuple[str, ...] = ()
    """Of a table, those that are read, by name or counted from 0: of the text; of both texts of a
    translation; of the text and its label."""
    generated: Literal["", TaskName] = ""
    """The task whose data are made by the seed, where none are read."""
    dtype: Literal["float32", "float16", "bfloat16"] = "float32"
    """How weights are written; they are trained in float32."""


def read_recipe(path: Path) -> Recipe:
    """Read and check a recipe.

    Raises:
        Refusal: if the file can't be read, or a setting is unknown, missing, of another type, out
            of range, or makes a model that could not be written.
    """
    try:
        given = parse_json(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise Refusal(
            translate("core", "{path} is no recipe this program can follow: {reason}."),
            path=path, reason=reason(error),
        ) from error
    settings = checked_fields(Recipe, given)
    kind = _kind(settings["model"])
    model = checked_fields(kind, settings["model"], absent=("vocabulary", "head_width"))
    if "rotary" in model:
        model["rotary"] = RotaryConfig(**checked_fields(RotaryConfig, model["rotary"]))
    train = checked_fields(TrainConfig, settings["train"])
    tokenizer = checked_fields(TokenizerConfig, settings["tokenizer"])
    recipe = Recipe(**settings | {
        "model": model, "train": TrainConfig(**train), "tokenizer": TokenizerConfig(**tokenizer),
    })
    config = model_config(model, LEAST_VOCABULARY)
    layout(config).from_config(config)
    if recipe.objective not in OBJECTIVES:
        raise Refusal(
            translate("core", "{path}: objective is {found!r}; this program trains {known}."),
            path=path, found=recipe.objective, known=", ".join(OBJECTIVES),
        )
    if recipe.generated and TASKS[recipe.generated].objective != recipe.objective:
        raise Refusal(
            translate("core", "{path}: the task {name} is for the objective {due}, not {found}."),
            path=path, name=recipe.generated, due=TASKS[recipe.generated].objective,
            found=recipe.objective,
        )
    return recipe


def write_recipe(folder: Path, recipe: Recipe, config: ModelConfig) -> None:
    """What was followed, defaults spelled out; :func:`read_recipe` reads it.

    Raises:
        Refusal: if it can't be written; what was there stays then.
    """
    model = {name: value for name, value in asdict(config).items() if name != "vocabulary"}
    text = json.dumps(asdict(recipe) | {"model": model}, indent=2)
    write_file(folder / "recipe.json", (text + "\n").encode())


def _kind(settings: Mapping[str, Any]) -> type[ModelConfig]:
    """Scores by relative distance are those of a model with two streams."""
    return TwoStreamConfig if settings.get("positions") == "relative" else ModelConfig


def model_config(settings: Mapping[str, Any], vocabulary: int) -> ModelConfig:
    """The tokenizer decides the vocabulary; heads share the width where nothing else is said."""
    head_width = settings["width"] // (settings["heads"] or 1)
    return _kind(settings)(**{"head_width": head_width, **settings, "vocabulary": vocabulary})
