"""A run from a recipe: a folder with its configuration, its metrics and its best weights."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor

from core.checkpoint import open_checkpoint, write_checkpoint
from core.config import ModelConfig, TrainConfig, known_fields
from core.errors import Refusal, translate
from core.model import Transformer
from core.tokens import Tokenizer
from core.training.text import (
    TokenizerKind,
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
    tokenizer: Mapping[str, Any]
    """``kind`` and ``vocabulary``."""
    hold_out: tuple[str, ...] = ()
    """Files that are measured on and never trained on."""
    hold_out_lines: int = 0
    """Likewise, that many lines at the end of each other file."""


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
        Refusal: if the file can't be read, or a setting is unknown or out of range.
    """
    try:
        given = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(given, dict):
            raise ValueError("it holds no JSON object")
        known_fields(Recipe, given)
        train = TrainConfig(**cast(dict[str, Any], known_fields(TrainConfig, given["train"])))
        known_fields(ModelConfig, given["model"])
        settings = {**given, "train": train, "hold_out": tuple(given.get("hold_out", ()))}
        recipe = Recipe(**settings)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refusal(
            translate("core", "{path} is no recipe this program can follow: {reason}."),
            path=path, reason=str(error).rstrip("."),
        ) from error
    if recipe.objective != "causal":
        raise Refusal(
            translate("core", "{path}: objective is {found!r}; this program trains causal."),
            path=path, found=recipe.objective,
        )
    return recipe


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
        Refusal: if the data can't serve, or the loss is no longer a number.
    """
    torch.manual_seed(recipe.train.seed)
    corpus = read_corpus(data, recipe.hold_out, recipe.hold_out_lines)
    model, tokenizer = _start(recipe, corpus.train, init)
    stream = encode_documents(tokenizer, corpus.train)
    held_out = encode_documents(tokenizer, corpus.held_out)
    size = sum(len(document.encode()) for document in corpus.held_out)
    config = recipe.train
    if config.window > model.config.context:
        raise Refusal(
            translate("core", "The window is {window} tokens, but the model's context is {context}."),
            window=config.window, context=model.config.context,
        )
    windows = Windows(stream, config.window, config.batch, config.repeats, config.seed)
    trainer = Trainer(model, windows, config)
    _write_recipe(folder, recipe, model.config)
    best, losses, started = float("inf"), [], time.perf_counter()
    with (folder / "metrics.jsonl").open("w", encoding="utf-8") as metrics:
        for step in range(1, config.steps + 1):
            losses.append(trainer.step())
            if step % config.evaluate_every and step != config.steps:
                continue
            seconds = time.perf_counter() - started
            progress = _measure(model, step, losses, held_out, size, seconds, config)
            metrics.write(json.dumps(asdict(progress) | {"rate": learning_rate(step, config)}) + "\n")
            metrics.flush()
            if progress.held_out < best:
                best = progress.held_out
                write_checkpoint(folder / "model", model, tokenizer, step=step)
            report(progress)
            losses, started = [], time.perf_counter()
    return best


def _start(
    recipe: Recipe, documents: tuple[str, ...], init: Path | None
) -> tuple[Transformer, Tokenizer]:
    if init is not None:
        checkpoint = open_checkpoint(init)
        return checkpoint.model, checkpoint.tokenizer
    kind = cast(TokenizerKind, recipe.tokenizer["kind"])
    tokenizer = train_tokenizer(kind, documents, recipe.tokenizer["vocabulary"])
    given = dict(recipe.model)
    given.setdefault("head_width", given["width"] // given["heads"])
    return Transformer(ModelConfig(vocabulary=tokenizer.largest_id + 1, **given)), tokenizer


def _write_recipe(folder: Path, recipe: Recipe, config: ModelConfig) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(asdict(replace(recipe, model=asdict(config))), indent=2)
    (folder / "recipe.json").write_text(text + "\n", encoding="utf-8")


def _measure(
    model: Transformer, step: int, losses: list[Tensor], held_out: Tensor, size: int,
    seconds: float, config: TrainConfig,
) -> Progress:
    loss = float(torch.stack(losses).mean())
    if loss != loss:
        raise Refusal(
            translate("core", "The loss is no number after step {step}; lower the learning rate."),
            step=step,
        )
    nats = held_out_nats(model, held_out, config.window) / size
    return Progress(step, loss, nats, len(losses) * config.batch * config.window / seconds)
