"""How fast a run would be here, and what it would take: a few steps of it, on a stand-in."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor

from core.checkpoint import open_checkpoint
from core.checkpoint.names import empty_model
from core.config import ModelConfig
from core.device import best_device
from core.errors import Refusal, translate
from core.linear import learn
from core.memory import memory_available, readable_size
from core.model import Transformer
from core.products import learns_faster
from core.tokens import Tokenizer
from core.training.beginning import documents, make_objective
from core.training.classification import classifier_config
from core.training.labelled import Labelled
from core.training.objective import Objective
from core.training.recipe import Recipe, model_config
from core.training.sizing import Sizes
from core.training.survey import Data, head_of
from core.training.tasks import TASKS
from core.training.text import Corpus
from core.training.trainer import Trainer
from core.training.translation import PairCorpus
from core.training.vocabulary import train_tokenizer

STEPS = 2
"""That are timed, after one that is not."""
_LETTERS = 60_000
"""Characters of the stand-in text."""
_WORK = 2e10
"""Multiplications and additions in one timed step at most; two slow cores take a second or two."""
_STATE = 16
"""Bytes that a parameter takes while it is trained: itself, its gradient, Adam's two averages."""
_SEED = 0


@dataclass(frozen=True)
class Estimate:
    """What was found."""

    parameters: int
    size: int
    """Bytes of weights, gradients, Adam's averages and of one batch's activations."""
    steps_a_second: float
    sizes: Sizes
    """Of the model, which may be that of another that it starts from."""
    part: int = 1
    """It was timed on this part of a batch, and scaled; 1 for a whole one."""


def estimate(
    recipe: Recipe, init: Path | None = None, data: Data | None = None,
    told: Callable[[], None] = lambda: None, clock: Callable[[], float] = time.perf_counter,
) -> Estimate:
    """Time a few steps of the real objective, on a model that holds any numbers.

    Nothing is drawn from torch's own chance, so that a run which goes on beside it stays what it
    was; dropout is left out.

    Args:
        recipe: of the run.
        init: the folder of the model that it starts from.
        data: what it trains on, if that is known; else made-up text stands in for it.
        told: called now and then; what it raises ends it.
        clock: what a step takes is read off it, in its unit.

    Raises:
        Refusal: if such a run can't be, or memory does not hold it.
    """
    corpus = _stand_in(recipe, data)
    told()
    config, tokenizer = _start(recipe, corpus, init)
    told()
    shapes = empty_model(config)
    parameters = sum(parameter.numel() for parameter in shapes.parameters())
    _check_memory(parameters * _STATE)
    part = _part(recipe, parameters)
    train = replace(recipe.train, batch=max(recipe.train.batch // part, 1))
    recipe = replace(recipe, train=train)
    model = _fill(shapes)
    objective = make_objective(recipe, corpus, model, tokenizer)
    learn(model, learns_faster())  # as a run would
    told()
    trainer = Trainer(model, objective, train)
    activations = _activations(model, objective) * part
    _check_memory(parameters * _STATE + activations)
    told()
    trainer.step()
    _wait(model)
    started = clock()
    for _ in range(STEPS):
        told()
        trainer.step()
    _wait(model)
    seconds = (clock() - started) / STEPS
    return Estimate(
        parameters, parameters * _STATE + activations, 1 / (seconds * part),
        _sizes(config), part)


def _stand_in(recipe: Recipe, data: Data | None) -> Data:
    """A part of the data, or text that is made up."""
    if data is None and recipe.generated:
        data = TASKS[recipe.generated].make(recipe.train.seed)
    if data is not None:
        return head_of(data, max(_LETTERS, 400 * recipe.train.window))
    chance = random.Random(_SEED)
    words = ["".join(chance.choices("etaoinshrdlu", k=chance.randint(1, 7))) for _ in range(2000)]

    def sentence(least: int, most: int) -> str:
        return " ".join(chance.choices(words, k=chance.randint(least, most))).capitalize() + "."

    if recipe.objective == "translation":
        few = max(recipe.train.window // 8, 1)
        pairs = tuple((sentence(few, few), sentence(few, few)) for _ in range(300))
        return PairCorpus(pairs, pairs[:20])
    if recipe.objective == "classification":
        rows = tuple((sentence(10, 30), "ab"[at % 2]) for at in range(400))
        return Labelled(rows, rows[:20], ("a", "b"))
    text = "\n".join(sentence(5, 12) for _ in range(_LETTERS // 30))
    more = -(-60 * recipe.train.window // len(text))  # words have a dozen letters at most
    return Corpus((text * (1 + more),), ((text * more)[: 60 * recipe.train.window],))


def _start(recipe: Recipe, corpus: Data, init: Path | None) -> tuple[ModelConfig, Tokenizer]:
    """The shape of the model, and a tokenizer of the right kind."""
    if init is not None:
        checkpoint = open_checkpoint(init)
        config, tokenizer = checkpoint.config, checkpoint.tokenizer
    else:
        told = recipe.tokenizer
        tokenizer = train_tokenizer(told.kind, documents(corpus), told.vocabulary)
        size = tokenizer.largest_id + 1
        # A task has all its letters here; of a text there is more than was read.
        config = model_config(
            recipe.model, size if recipe.generated else max(size, told.vocabulary))
    if isinstance(corpus, Labelled):
        config = classifier_config(config, corpus.labels, 0.0)
    return replace(config, dropout=0.0), tokenizer


def _part(recipe: Recipe, parameters: int) -> int:
    """How many times smaller a batch is timed, so that nobody waits for it."""
    work = 6.0 * parameters * recipe.train.batch * recipe.train.window
    part = 1
    while part < recipe.train.batch and work / part > _WORK:
        part *= 2
    return part


def _sizes(config: ModelConfig) -> Sizes:
    layers = max(config.encoder_layers, config.decoder_layers)
    return Sizes(layers, config.heads, config.width, config.context)


def _fill(shapes: Transformer) -> Transformer:
    """Small numbers, of a generator of its own."""
    model = shapes.to_empty(device="cpu")
    model.tie()
    chance = torch.Generator().manual_seed(_SEED)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_(0.0, 0.02, generator=chance)
    return model


def _activations(model: Transformer, objective: Objective) -> int:
    """Bytes that one batch keeps for its gradient, beside the weights."""
    weights = {parameter.untyped_storage().data_ptr() for parameter in model.parameters()}
    kept: dict[int, int] = {}

    def keep(tensor: Tensor) -> Tensor:
        room = tensor.untyped_storage()
        if room.data_ptr() not in weights:
            kept[room.data_ptr()] = room.nbytes()
        return tensor

    model.train()
    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        loss = objective.loss(model)
    del loss
    return sum(kept.values())


def _check_memory(size: int) -> None:
    device = best_device()
    free = memory_available(device if device.type == "cuda" else None)
    if free is not None and size > free:
        raise Refusal(
            translate("core", "This would take {size} of memory, and {free} are free; make the "
                      "model or the batch smaller."),
            size=readable_size(size), free=readable_size(free),
        )


def _wait(model: Transformer) -> None:
    if model.embedding.weight.device.type == "cuda":
        torch.cuda.synchronize()
