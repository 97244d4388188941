"""A model folder: ``config.json``, ``model.safetensors``, ``tokenizer.json``.

Nothing is allocated before every name and shape in the weights' header has been held against
what the configuration asks for. No pickle is read and no code from a folder is run.
"""

from __future__ import annotations

import errno
import json
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from torch import Tensor

from core.checkpoint import gpt2
from core.config import ModelConfig
from core.errors import Refusal, translate
from core.model import Transformer
from core.tokens import Tokenizer

FAMILIES: dict[str, ModuleType] = {gpt2.MODEL_TYPE: gpt2}
_JSON_LIMIT = 64 * 2**20  # bytes; the largest tokenizer.json known has 35 MB
_DTYPES = ("F32", "F16", "BF16")


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


def open_checkpoint(folder: Path) -> Checkpoint:
    """Read a model folder.

    Raises:
        Refusal: with one sentence that names the file, what was expected and what was found.
    """
    if not stat.S_ISDIR(_status(folder).st_mode):
        raise Refusal(
            translate("core", "{path} is no folder; name the folder that holds config.json and "
                      "model.safetensors."), path=folder,
        )
    values = _read_json(folder / "config.json")
    family = FAMILIES.get(str(values.get("model_type")))
    if family is None:
        raise Refusal(
            translate("core", "{path}: model_type is {found}; this program opens {known}."),
            path=folder / "config.json", found=repr(values.get("model_type"))[:60],
            known=", ".join(FAMILIES),
        )
    config: ModelConfig = family.to_config(values)
    tokenizer_file = _regular(folder / "tokenizer.json", _JSON_LIMIT)
    tokenizer = Tokenizer.from_file(tokenizer_file)
    if tokenizer.largest_id >= config.vocabulary:
        raise Refusal(
            translate("core", "{path} gives ids up to {found}, but the model has {rows} tokens."),
            path=tokenizer_file, found=tokenizer.largest_id, rows=config.vocabulary,
        )
    tensors, step = _read_weights(folder, family, config)
    state = family.to_state(tensors, config)
    # The file decides, whatever its config says: a head that differs from the embedding is its own.
    config = replace(config, tied_head=torch.equal(state["head.weight"], state["embedding.weight"]))
    model = Transformer(config)
    model.load_state_dict(state)
    return Checkpoint(folder.name, family.MODEL_TYPE, config, model.eval(), tokenizer, step)


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
        Refusal: for a model that has no place in that layout.
    """
    from safetensors.torch import save

    values = gpt2.from_config(model.config) | {"torch_dtype": str(dtype).removeprefix("torch.")}
    folder.mkdir(parents=True, exist_ok=True)
    theirs = gpt2.from_state(model.state_dict(), model.config)
    with _replacing(folder / "model.safetensors") as part:
        halves = {name: tensor.to(dtype).contiguous().clone() for name, tensor in theirs.items()}
        steps = {} if step is None else {"step": str(step)}
        # save_file would leave a file that nobody else may read, whatever the umask.
        part.write_bytes(save(halves, metadata={"format": "pt", **steps}))
    with _replacing(folder / "config.json") as part:
        part.write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")
    with _replacing(folder / "tokenizer.json") as part:
        tokenizer.inner.save(str(part))
    with _replacing(folder / "tokenizer_config.json") as part:
        part.write_text(json.dumps({
            "tokenizer_class": "PreTrainedTokenizerFast", "eos_token": "<|endoftext|>",
            "model_max_length": model.config.context, "clean_up_tokenization_spaces": False,
        }, indent=2) + "\n", encoding="utf-8")


class _replacing:  # noqa: N801 - reads as a verb where it is used
    """Write to a part file; move it into place if nothing went wrong."""

    def __init__(self, path: Path) -> None:
        self.path, self.part = path, path.with_name(path.name + ".part")

    def __enter__(self) -> Path:
        return self.part

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            os.replace(self.part, self.path)  # noqa: PTH105
        else:
            self.part.unlink(missing_ok=True)


def _status(path: Path) -> os.stat_result:
    try:
        return path.stat()
    except (OSError, ValueError) as error:  # a ValueError for a NUL in the name
        raise Refusal(
            translate("core", "{path} can't be read: {reason}."), path=path, reason=_reason(error)
        ) from error


def _reason(error: Exception) -> str:
    return ((isinstance(error, OSError) and error.strerror) or str(error)).rstrip(".")


def _regular(path: Path, limit: int | None = None) -> Path:
    """``path``, if it is a file that can be read to its end.

    Raises:
        Refusal: if it is missing, a pipe or a device, not to be read by this user, or larger than
            ``limit`` bytes.
    """
    status = _status(path)
    if not stat.S_ISREG(status.st_mode):
        raise Refusal(translate("core", "{path} is no regular file."), path=path)
    if not os.access(path, os.R_OK):  # safetensors would say that there is no such file
        raise Refusal(
            translate("core", "{path} can't be read: {reason}."),
            path=path, reason=os.strerror(errno.EACCES),
        )
    if limit is not None and status.st_size > limit:
        raise Refusal(
            translate("core", "{path} has {size} bytes; at most {limit} are read."),
            path=path, size=status.st_size, limit=limit,
        )
    return path


def _read_json(path: Path) -> dict[str, Any]:
    try:
        values = json.loads(
            _regular(path, _JSON_LIMIT).read_bytes(),
            object_pairs_hook=_once, parse_constant=_no_number,
        )
    except (ValueError, RecursionError, OSError) as error:
        raise Refusal(
            translate("core", "{path} is no JSON this program can read: {reason}."),
            path=path, reason=_reason(error),
        ) from error
    if not isinstance(values, dict):
        raise Refusal(translate("core", "{path} holds no JSON object."), path=path)
    return values


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        raise ValueError("a key is given twice")
    return values


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")


def _read_weights(
    folder: Path, family: ModuleType, config: ModelConfig
) -> tuple[dict[str, Tensor], int | None]:
    """The tensors by their names without prefix, in float32; and the training steps, if told."""
    from safetensors import SafetensorError, safe_open

    path = _weights_file(folder)
    try:
        with safe_open(path, framework="pt") as file:
            keys = file.keys()
            names = {key.removeprefix("transformer."): key for key in keys}
            wanted: dict[str, str] = {}
            for name, shape in family.shapes(config):
                if name in names or name not in family.OPTIONAL:
                    _check_header(path, name, shape, file, names)
                    wanted[name] = names[name]
            taken = set(wanted.values())
            unexpected = [k for k in keys if k not in taken and not k.endswith(family.IGNORED)]
            if unexpected:
                raise Refusal(
                    translate("core", "{path} holds {count} tensors that this family does not "
                              "have, such as {key}."),
                    path=path, count=len(unexpected), key=unexpected[0],
                )
            tensors = {name: file.get_tensor(key).float() for name, key in wanted.items()}
            step = (file.metadata() or {}).get("step", "")
            return tensors, int(step) if step.isdecimal() and len(step) < 16 else None
    except (SafetensorError, OSError) as error:
        raise Refusal(
            translate("core", "{path} is damaged or no safetensors file: {reason}."),
            path=path, reason=_reason(error),
        ) from error


def _weights_file(folder: Path) -> Path:
    path = folder / "model.safetensors"
    if not path.exists() and (folder / "pytorch_model.bin").exists():
        raise Refusal(
            translate("core", "{path} is a pickle, which can run code; convert it with "
                      "save_pretrained of transformers, which writes model.safetensors."),
            path=folder / "pytorch_model.bin",
        )
    return _regular(path)


def _check_header(
    path: Path, name: str, shape: tuple[int, ...], file: Any, names: Mapping[str, str]  # noqa: ANN401
) -> None:
    if name not in names:
        raise Refusal(
            translate("core", "{path} has no tensor {key}; it should be there with shape {shape}."),
            path=path, key=name, shape=list(shape),
        )
    found = file.get_slice(names[name])
    if tuple(found.get_shape()) != shape:
        raise Refusal(
            translate("core", "{path}: {key} has shape {found}; config.json asks for {shape}."),
            path=path, key=name, found=found.get_shape(), shape=list(shape),
        )
    if found.get_dtype() not in _DTYPES:
        raise Refusal(
            translate("core", "{path}: {key} is of type {found}; this program reads {known}."),
            path=path, key=name, found=found.get_dtype(), known=", ".join(_DTYPES),
        )
