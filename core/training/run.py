"""A run from a recipe: a folder with its configuration, its metrics and its best weights."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, NoReturn

import torch
from torch import Tensor

from core.checkpoint import open_checkpoint, write_checkpoint
from core.checkpoint.gpt2 import from_config
from core.config import ModelConfig, RotaryConfig, TrainConfig
from core.device import best_device
from core.errors import Refusal, translate
from core.fields import checked_fields
from core.model import Transformer
from core.tokens import Tokenizer
from core.training.text import (
    LEAST_VOCABULARY,
    TokenizerConfig,
    Windows,
    encode_documents,
    read_corpus,
    train_tokenizer,
)
from core.training.trainer import Trainer, held_out_nats, learning_rate


@dataclass(frozen=True)
class Recipe:
    """All that a run needs besides the text; read from a JSON file that anyone can copy."""

    objective: str
    model: Mapping[str, Any]
    """Fields of :class:`ModelConfig`; the vocabulary follows from the tokenizer."""
    train: TrainConfig
    tokenizer: TokenizerConfig
    hold_out: tuple[str, ...] = ()
    """Files that are measured on and never trained on."""
    hold_out_lines: int = 0
    """Likewise, that many lines at the end of each other file."""
    dtype: Literal["float32", "float16", "bfloat16"] = "float32"
    """How weights are written; they are trained in float32."""


@dataclass(frozen=True)
class Progress:
    """Where a run is."""

    step: int
    loss: float
    """Mean over the steps since the last report, in nats a token."""
    held_out: float
    """On the held-out text, in nats a byte of UTF-8."""
    tokens_a_second: float


def read_recipe(path: Path) -> Recipe:
    """Read and check a recipe.

    Raises:
        Refusal: if the file can't be read, or a setting is unknown, missing, of another type, out
            of range, or makes a model that could not be written.
    """
    try:
        given = json.loads(path.read_text(encoding="utf-8-sig"), parse_constant=_no_number)
    except (OSError, ValueError, RecursionError) as error:
        raise Refusal(
            translate("core", "{path} is no recipe this program can follow: {reason}."),
            path=path, reason=(getattr(error, "strerror", None) or str(error)).rstrip("."),
        ) from error
    settings = checked_fields(Recipe, given)
    model = checked_fields(ModelConfig, settings["model"], absent=("vocabulary", "head_width"))
    if "rotary" in model:
        model["rotary"] = RotaryConfig(**checked_fields(RotaryConfig, model["rotary"]))
    train = checked_fields(TrainConfig, settings["train"])
    tokenizer = checked_fields(TokenizerConfig, settings["tokenizer"])
    recipe = Recipe(**settings | {
        "model": model, "train": TrainConfig(**train), "tokenizer": TokenizerConfig(**tokenizer),
    })
    from_config(_model_config(model, LEAST_VOCABULARY))
    if recipe.objective != "causal":
        raise Refusal(
            translate("core", "{path}: objective is {found!r}; this program trains causal."),
            path=path, found=recipe.objective,
        )
    return recipe


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def follow(
    recipe: Recipe,
    data: Path,
    folder: Path,
    init: Path | None = None,
    report: Callable[[Progress], None] = lambda progress: None,
) -> float:
    """Train by ``recipe`` on ``data``; write the best weights by the held-out loss.

    Args:
        recipe: what to do.
        data: a text file or a folder of them.
        folder: is made; gets ``recipe.json``, ``metrics.jsonl`` and ``model/``.
        init: a model folder to start from, with its tokenizer.
        report: is told at each measure.

    Returns:
        The best held-out loss in nats a byte.

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
    corpus = read_corpus(data, recipe.hold_out, recipe.hold_out_lines)
    model, tokenizer = _start(recipe, corpus.train, init)
    model.to(best_device())
    stream = encode_documents(tokenizer, corpus.train)
    held_out = encode_documents(tokenizer, corpus.held_out)
    size = sum(len(document.encode()) for document in corpus.held_out)
    config = recipe.train
    if config.window > model.config.context:
        raise Refusal(
            translate("core", "The window is {window} tokens, but the model's context is "
                      "{context}."),
            window=config.window, context=model.config.context,
        )
    windows = Windows(stream, config.window, config.batch, config.repeats, config.seed)
    trainer = Trainer(model, windows, config)
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
                model, step, total / (step - since), held_out, size,
                (step - since) * config.batch * config.window / seconds, config,
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


def _start(
    recipe: Recipe, documents: tuple[str, ...], init: Path | None
) -> tuple[Transformer, Tokenizer]:
    if init is not None:
        checkpoint = open_checkpoint(init)
        return checkpoint.model, checkpoint.tokenizer
    tokenizer = train_tokenizer(recipe.tokenizer.kind, documents, recipe.tokenizer.vocabulary)
    return Transformer(_model_config(recipe.model, tokenizer.largest_id + 1)), tokenizer


def _model_config(settings: Mapping[str, Any], vocabulary: int) -> ModelConfig:
    """The tokenizer decides the vocabulary; heads share the width where nothing else is said."""
    head_width = settings["width"] // (settings["heads"] or 1)
    return ModelConfig(**{"head_width": head_width, **settings, "vocabulary": vocabulary})


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
    model: Transformer, step: int, mean: Tensor, held_out: Tensor, size: int,
    tokens_a_second: float, config: TrainConfig,
) -> Progress:
    loss = float(mean)
    nats = held_out_nats(model, held_out, config.window) / size
    if not (math.isfinite(loss) and math.isfinite(nats)):
        raise Refusal(
            translate("core", "The loss is no number after step {step}; lower the learning rate."),
            step=step,
        )
    return Progress(step, loss, nats, tokens_a_second)
