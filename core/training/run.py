"""A run from a recipe: a folder with its configuration, its metrics and its best weights."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import torch
from torch import Tensor

from core.checkpoint import open_checkpoint, write_checkpoint
from core.checkpoint.files import parse_json
from core.checkpoint.write import layout
from core.config import ModelConfig, RotaryConfig, TrainConfig
from core.device import best_device
from core.errors import Refusal, translate
from core.fields import checked_fields
from core.model import Transformer
from core.tokens import Tokenizer
from core.training.causal import Causal
from core.training.dates import make_dates
from core.training.masked import Masked
from core.training.objective import Objective
from core.training.permutation import Permutation
from core.training.spans import Spans
from core.training.text import Corpus, read_corpus
from core.training.trainer import Trainer, learning_rate
from core.training.translation import PairCorpus, Translation, read_pairs
from core.training.vocabulary import LEAST_VOCABULARY, TokenizerConfig, train_tokenizer
from core.two_stream import TwoStreamConfig, build_model

OBJECTIVES: Mapping[str, Callable[[Any, Tokenizer, Transformer, TrainConfig], Objective]] = {
    "causal": Causal.of,
    "masked": Masked.of,
    "spans": Spans.of,
    "permutation": Permutation.of,
    "translation": Translation.of,
}
"""What this program trains, each from its data: pairs for a translation, else a corpus."""


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
    generated: Literal["", "dates"] = ""
    """Data that are made by the seed, where none are read."""
    dtype: Literal["float32", "float16", "bfloat16"] = "float32"
    """How weights are written; they are trained in float32."""


@dataclass(frozen=True)
class Progress:
    """Where a run is."""

    step: int
    loss: float
    """Mean over the steps since the last report, in nats a token."""
    held_out: float
    """On what is held out, in ``unit``."""
    unit: str
    """Such as "nats a byte"."""
    tokens_a_second: float


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
            path=path, reason=(getattr(error, "strerror", None) or str(error)).rstrip("."),
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
    config = _model_config(model, LEAST_VOCABULARY)
    layout(config).from_config(config)
    if recipe.objective not in OBJECTIVES:
        raise Refusal(
            translate("core", "{path}: objective is {found!r}; this program trains {known}."),
            path=path, found=recipe.objective, known=", ".join(OBJECTIVES),
        )
    return recipe


def follow(
    recipe: Recipe,
    data: Path | None,
    folder: Path,
    init: Path | None = None,
    report: Callable[[Progress], None] = lambda progress: None,
) -> float:
    """Train by ``recipe`` on ``data``; write the best weights by the held-out loss.

    Args:
        recipe: what to do.
        data: a text file or a folder of them; for a translation, a file of lines: a text, a tab,
            its translation. None for what the recipe generates.
        folder: is made; gets ``recipe.json``, ``metrics.jsonl`` and ``model/``.
        init: a model folder to start from, with its tokenizer.
        report: is told at each measure.

    Returns:
        The best held-out loss, in the objective's unit.

    Raises:
        Refusal: if the data can't serve, ``folder`` holds a run or can't be written, or the loss
            is no longer a number.
    """
    if (folder / "model").exists():
        raise Refusal(
            translate("core", "{path} already holds a run; name another folder, or remove it."),
            path=folder,
        )
    torch.manual_seed(recipe.train.seed)
    corpus = read_data(recipe, data)
    model, tokenizer = _start(recipe, corpus, init)
    model.to(best_device())
    config = recipe.train
    if config.window > model.config.context:
        raise Refusal(
            translate("core", "The window is {window} tokens, but the model's context is "
                      "{context}."),
            window=config.window, context=model.config.context,
        )
    objective = OBJECTIVES[recipe.objective](corpus, tokenizer, model, config)
    trainer = Trainer(model, objective, config)
    _write_recipe(folder, recipe, model.config)
    best, started, since = float("inf"), time.perf_counter(), 0
    # One sum, not a list: a small tensor kept from each step pins the memory around it.
    total = torch.zeros((), device=model.embedding.weight.device)
    with (folder / "metrics.jsonl").open("w", encoding="utf-8") as metrics:
        for step in range(1, config.steps + 1):
            total += trainer.step()
            if step % config.evaluate_every and step != config.steps:
                continue
            seconds = time.perf_counter() - started
            progress = _measure(
                objective, model, step, total / (step - since),
                (step - since) * objective.tokens / seconds,
            )
            rate = learning_rate(step - 1, config)
            metrics.write(json.dumps(asdict(progress) | {"rate": rate}) + "\n")
            metrics.flush()
            if progress.held_out < best:
                best = progress.held_out
                dtype = getattr(torch, recipe.dtype)
                write_checkpoint(folder / "model", model, tokenizer, dtype, step)
            report(progress)
            total.zero_()
            started, since = time.perf_counter(), step
    return best


def read_data(recipe: Recipe, data: Path | None) -> Corpus | PairCorpus:
    """What ``recipe`` trains and measures on, from ``data`` or generated.

    Raises:
        Refusal: if there is none, or it can't serve.
    """
    if data is None and recipe.generated == "dates":
        return make_dates(recipe.train.seed)
    if data is None:
        raise Refusal(translate("core", "This recipe needs data; name them with --data."))
    if recipe.objective == "translation":
        return read_pairs(data, recipe.hold_out_lines)
    return read_corpus(data, recipe.hold_out, recipe.hold_out_lines)


def _start(
    recipe: Recipe, corpus: Corpus | PairCorpus, init: Path | None
) -> tuple[Transformer, Tokenizer]:
    if init is not None:
        checkpoint = open_checkpoint(init)
        return checkpoint.model, checkpoint.tokenizer
    documents = (
        tuple(text for pair in corpus.train for text in pair)
        if isinstance(corpus, PairCorpus) else corpus.train
    )
    tokenizer = train_tokenizer(recipe.tokenizer.kind, documents, recipe.tokenizer.vocabulary)
    return build_model(_model_config(recipe.model, tokenizer.largest_id + 1)), tokenizer


def _kind(settings: Mapping[str, Any]) -> type[ModelConfig]:
    """Scores by relative distance are those of a model with two streams."""
    return TwoStreamConfig if settings.get("positions") == "relative" else ModelConfig


def _model_config(settings: Mapping[str, Any], vocabulary: int) -> ModelConfig:
    """The tokenizer decides the vocabulary; heads share the width where nothing else is said."""
    head_width = settings["width"] // (settings["heads"] or 1)
    return _kind(settings)(**{"head_width": head_width, **settings, "vocabulary": vocabulary})


def _write_recipe(folder: Path, recipe: Recipe, config: ModelConfig) -> None:
    """What was followed, defaults spelled out; :func:`read_recipe` reads it."""
    model = {name: value for name, value in asdict(config).items() if name != "vocabulary"}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(asdict(recipe) | {"model": model}, indent=2)
        (folder / "recipe.json").write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise Refusal(
            translate("core", "{path} can't be written: {reason}."),
            path=folder, reason=error.strerror,
        ) from error


def _measure(
    objective: Objective, model: Transformer, step: int, mean: Tensor, tokens_a_second: float
) -> Progress:
    loss = float(mean)
    nats = objective.held_out(model)
    if not (math.isfinite(loss) and math.isfinite(nats)):
        raise Refusal(
            translate("core", "The loss is no number after step {step}; lower the learning rate."),
            step=step,
        )
    return Progress(step, loss, nats, objective.unit, tokens_a_second)
