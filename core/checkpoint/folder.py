"""A model folder: ``config.json``, ``model.safetensors``, ``tokenizer.json``.

Nothing is allocated before every name and shape in the weights' header has been held against
what the configuration asks for. No pickle is read and no code from a folder is run.
"""

from __future__ import annotations

import json
import stat
from collections.abc import Mapping
from dataclasses import dataclass
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
    roberta,
    t5,
    xlnet,
)
from core.checkpoint.files import JSON_LIMIT, read_json, reason, regular, status
from core.checkpoint.generation import Generation, read_generation
from core.checkpoint.names import Family, read_model, write_state
from core.checkpoint.settings import Settings
from core.checkpoint.weights import open_weights
from core.config import ModelConfig
from core.errors import Refusal, translate
from core.files import write_file
from core.model import Transformer
from core.tokens import Tokenizer

_FAMILIES: tuple[Family, ...] = (
    gpt2, bert, roberta, distilbert, t5, bart, marian, llama, gemma, neox, xlnet,
)
FAMILIES = {name: family for family in _FAMILIES for name in family.MODEL_TYPES}
"""By the model_type of a ``config.json``."""


@dataclass(frozen=True)
class Checkpoint:
    """A model as it came from a folder, in float32 and ready to run."""

    name: str
    family: str
    config: ModelConfig
    model: Transformer
    tokenizer: Tokenizer
    step: int | None = None
    """Training steps of the weights, where the file says so."""
    generation: Generation = Generation()
    """How it begins a text, goes on with it and ends it."""


def open_checkpoint(folder: Path) -> Checkpoint:
    """Read a model folder.

    Raises:
        Refusal: with one sentence that names the file, what was expected and what was found.
    """
    if not stat.S_ISDIR(status(folder).st_mode):
        raise Refusal(
            translate("core", "{path} is no folder; name the folder that holds config.json and "
                      "model.safetensors."), path=folder,
        )
    values = read_json(folder / "config.json")
    family = FAMILIES.get(str(values.get("model_type")))
    if family is None:
        raise Refusal(
            translate("core", "{path}: model_type is {found}; this program opens {known}."),
            path=folder / "config.json", found=repr(values.get("model_type"))[:60],
            known=", ".join(FAMILIES),
        )
    if values.get("quantization_config") is not None:
        raise Refusal(
            translate("core", "{path}: the weights are quantized, which this program does not "
                      "read; open the model they were made from."), path=folder / "config.json",
        )
    with open_weights(folder, family.PREFIXES) as weights:
        config = family.to_config(Settings(values), weights)
        tokenizer_file = regular(folder / "tokenizer.json", JSON_LIMIT)
        tokenizer = Tokenizer.from_file(tokenizer_file)
        if tokenizer.largest_id >= config.vocabulary:
            raise Refusal(
                translate("core", "{path} gives ids up to {found}, but the model has {rows} "
                          "tokens."),
                path=tokenizer_file, found=tokenizer.largest_id, rows=config.vocabulary,
            )
        model = read_model(weights, family, config)
        step = weights.step
    return Checkpoint(
        folder.name, str(values["model_type"]), model.config, model, tokenizer, step,
        read_generation(folder, values, config.vocabulary),
    )


def write_checkpoint(
    folder: Path,
    model: Transformer,
    tokenizer: Tokenizer,
    dtype: torch.dtype = torch.float32,
    step: int | None = None,
) -> None:
    """Write a model in its family's own layout; ``transformers`` opens it too.

    Each file is written beside its place and then moved there, so that none is ever half there.

    Raises:
        Refusal: for a model that has no place in that layout, or a folder that can't be written.
    """
    from safetensors.torch import save

    values = gpt2.from_config(model.config) | {"torch_dtype": str(dtype).removeprefix("torch.")}
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refusal(
            translate("core", "{path} can't be written: {reason}."),
            path=folder, reason=reason(error),
        ) from error
    theirs = {
        f"transformer.{name}" if name != "lm_head.weight" else name: tensor
        for name, tensor in write_state(model.state_dict(), gpt2, model.config).items()
    }
    halves = {name: tensor.to(dtype).contiguous().clone() for name, tensor in theirs.items()}
    steps = {} if step is None else {"step": str(step)}
    # save_file would leave a file that nobody else may read, whatever the umask.
    write_file(folder / "model.safetensors", save(halves, metadata={"format": "pt", **steps}))
    write_file(folder / "config.json", _json(values))
    write_file(folder / "tokenizer.json", tokenizer.inner.to_str(pretty=True).encode())
    write_file(folder / "tokenizer_config.json", _json({
        "tokenizer_class": "PreTrainedTokenizerFast", "eos_token": "<|endoftext|>",
        "model_max_length": model.config.context, "clean_up_tokenization_spaces": False,
    }))


def _json(values: Mapping[str, Any]) -> bytes:
    return (json.dumps(values, indent=2) + "\n").encode()
