"""A model folder: ``config.json``, ``model.safetensors``, ``tokenizer.json``.

Nothing is allocated before every name and shape in the weights' header has been held against
what the configuration asks for. No pickle is read and no code from a folder is run.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from core.checkpoint import (
    bart,
    bert,
    distilbert,
    gemma,
    gpt2,
    llama,
    marian,
    neox,
    own,
    roberta,
    t5,
    xlnet,
)
from core.checkpoint.files import read_json, status
from core.checkpoint.generation import Generation, read_generation
from core.checkpoint.names import Family, Plan, plan_model, read_model
from core.checkpoint.room import Need, check_room
from core.checkpoint.settings import Settings
from core.checkpoint.vocabulary import has_tokenizer, open_tokenizer
from core.checkpoint.weights import Progress, Weights, open_weights
from core.config import ModelConfig
from core.errors import Refusal, translate
from core.model import Transformer
from core.tokens import Tokenizer

_FAMILIES: tuple[Family, ...] = (
    gpt2, bert, roberta, distilbert, t5, bart, marian, llama, gemma, neox, xlnet, own,
)
FAMILIES = {name: family for family in _FAMILIES for name in family.MODEL_TYPES}
"""By the model_type of a ``config.json``."""


@dataclass(frozen=True)
class Checkpoint:
    """A model as it came from a folder, ready to run in the type of its weights."""

    name: str
    family: str
    config: ModelConfig
    model: Transformer
    tokenizer: Tokenizer
    step: int | None = None
    """Training steps of the weights, where the file says so."""
    generation: Generation = field(default_factory=Generation)
    """How it begins a text, goes on with it and ends it."""
    not_finite: tuple[str, ...] = ()
    """Tensors of the file that hold NaN or an infinity, in the type they were read in."""


@dataclass(frozen=True)
class Opened:
    """A folder whose headers are read, and none of its tensors yet."""

    values: Mapping[str, Any]
    """Of ``config.json``."""
    family: Family
    config: ModelConfig
    weights: Weights
    plan: Callable[[], Plan]
    """Holds the headers against the configuration."""


@contextmanager
def open_folder(folder: Path, beside: Path | None = None) -> Iterator[Opened]:
    """The configuration and the headers; files stay open as long as the context.

    Args:
        folder: of the weights.
        beside: where ``config.json`` is looked for if the folder has none.

    Raises:
        Refusal: with one sentence that names the file, what was expected and what was found.
    """
    if not stat.S_ISDIR(status(folder).st_mode):
        raise Refusal(
            translate("core", "{path} is no folder; name the folder that holds config.json and "
                      "model.safetensors."), path=folder,
        )
    path = folder / "config.json"
    if beside is not None and not os.path.lexists(path):
        path = beside / "config.json"
    values = read_json(path)
    family = FAMILIES.get(str(values.get("model_type")))
    if family is None:
        known = [name for name in FAMILIES if name not in own.MODEL_TYPES]  # others have no such
        raise Refusal(
            translate("core", "{path}: model_type is {found}; this program opens {known}."),
            path=path, found=repr(values.get("model_type"))[:60], known=", ".join(known),
        )
    if values.get("quantization_config") is not None:
        raise Refusal(
            translate("core", "{path}: the weights are quantized, which this program does not "
                      "read; open the model they were made from."), path=path,
        )
    with open_weights(folder, family.PREFIXES) as weights:
        config = family.to_config(Settings(values), weights)
        yield Opened(
            values, family, config, weights, lambda: plan_model(weights, family, config)
        )


def open_checkpoint(
    folder: Path, dtype: torch.dtype = torch.float32, progress: Progress | None = None,
    slim: bool = False, beside: Path | None = None,
) -> Checkpoint:
    """Read a model folder.

    Args:
        folder: of the model.
        dtype: the type in which the model will run.
        progress: told how many bytes of how many are read; what it raises goes through, such as
            ``Cancelled``, and nothing is left open.
        slim: whether traces will be let go layer by layer, so that less memory is enough.
        beside: where a configuration and a tokenizer are looked for that the folder has not.

    Raises:
        Refusal: with one sentence that names the file, what was expected and what was found.
        TooLarge: if there is not enough memory; nothing has been allocated then.
    """
    with open_folder(folder, beside) as opened:
        values, config, weights = opened.values, opened.config, opened.weights
        plan = opened.plan()  # costs nothing; a tokenizer is tried in a process of its own
        kind = str(values["model_type"])
        home = folder if beside is None or has_tokenizer(folder, kind) else beside
        tokenizer = open_tokenizer(home, kind, config.vocabulary)
        check_room(folder, Need(weights, plan, config), dtype, slim)
        weights.begin(plan.names, dtype, progress)
        model = read_model(weights, plan, config)
    return Checkpoint(
        folder.name, kind, model.config, model, tokenizer, weights.step,
        read_generation(folder, values, config.vocabulary), tuple(weights.not_finite),
    )
