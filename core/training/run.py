"""A run from a recipe: a folder with its configuration, its metrics and its best weights."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import Tensor

from core.checkpoint import open_checkpoint, write_checkpoint
from core.device import best_device
from core.errors import Refusal, translate
from core.model import Transformer
from core.tokens import Tokenizer
from core.training.data import read_data
from core.training.objective import Objective
from core.training.recipe import OBJECTIVES, Recipe, model_config, write_recipe
from core.training.text import Corpus
from core.training.trainer import Trainer, learning_rate
from core.training.translation import PairCorpus
from core.training.vocabulary import train_tokenizer
from core.two_stream import build_model


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
    write_recipe(folder, recipe, model.config)
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
    return build_model(model_config(recipe.model, tokenizer.largest_id + 1)), tokenizer


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
