"""Tensors of a model folder by their names, in one file or in several; no pickle is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from core.checkpoint.files import read_json, reason, regular
from core.errors import Refusal, translate

_DTYPES = ("F32", "F16", "BF16")
_SINGLE, _INDEX, _PICKLE = (
    "model.safetensors", "model.safetensors.index.json", "pytorch_model.bin",
)
_OLD_ENDINGS = {".gamma": ".weight", ".beta": ".bias"}  # norms converted from TensorFlow


@dataclass(frozen=True)
class _Entry:
    path: Path
    key: str
    """As the file has it."""
    file: Any
    """What safetensors opened."""


class Weights:
    """The headers of all files; a tensor is read when it is asked for."""

    def __init__(self, path: Path, entries: Sequence[_Entry], prefixes: Sequence[str]) -> None:
        self.path = path
        """The file, or the index of the files."""
        self._entries = entries
        self.by_name = {bare_name(entry.key, prefixes): entry for entry in entries}

    def __contains__(self, name: object) -> bool:
        return name in self.by_name

    @property
    def step(self) -> int | None:
        """Training steps of the weights, where the file says so."""
        told = (self._entries[0].file.metadata() or {}) if self._entries else {}
        step = told.get("step", "")
        return int(step) if step.isdecimal() and len(step) < 16 else None

    def check(self, name: str, shape: tuple[int, ...]) -> None:
        """Hold the header against what is expected; nothing is read.

        Raises:
            Refusal: if the tensor is missing, of another shape, or of a type that is not read.
        """
        entry = self.by_name.get(name)
        if entry is None:
            raise Refusal(
                translate("core", "{path} has no tensor {key}; it should be there with shape "
                          "{shape}."), path=self.path, key=name, shape=list(shape),
            )
        found = entry.file.get_slice(entry.key)
        if tuple(found.get_shape()) != shape:
            raise Refusal(
                translate("core", "{path}: {key} has shape {found}; config.json asks for {shape}."),
                path=entry.path, key=name, found=found.get_shape(), shape=list(shape),
            )
        if found.get_dtype() not in _DTYPES:
            raise Refusal(
                translate("core", "{path}: {key} is of type {found}; this program reads {known}."),
                path=entry.path, key=name, found=found.get_dtype(), known=", ".join(_DTYPES),
            )

    def read(self, name: str) -> Tensor:
        """A tensor in float32 that shares nothing with the file."""
        entry = self.by_name[name]
        tensor: Tensor = entry.file.get_tensor(entry.key)
        return tensor.to(torch.float32, copy=True)

    def unexpected(self, taken: set[str]) -> list[tuple[str, str]]:
        """(bare name, the file's own) of what is there and not ``taken``, or there twice."""
        kept = {id(entry) for name, entry in self.by_name.items() if name in taken}
        names = {id(entry): name for name, entry in self.by_name.items()}
        left = (entry for entry in self._entries if id(entry) not in kept)
        return [(names.get(id(entry), ""), entry.key) for entry in left]


def bare_name(key: str, prefixes: Sequence[str]) -> str:
    """A tensor's name without the prefix of its family's head class, and with today's endings."""
    for prefix in prefixes:
        if key.startswith(prefix):
            key = key.removeprefix(prefix)
            break
    for old, new in _OLD_ENDINGS.items():
        if key.endswith(old):
            return key.removesuffix(old) + new
    return key


@contextmanager
def open_weights(folder: Path, prefixes: Sequence[str]) -> Iterator[Weights]:
    """Open the weights of a folder.

    Raises:
        Refusal: if there are none, or a file is damaged; also for what goes wrong while in use.
    """
    from safetensors import SafetensorError, safe_open

    path, files = _find(folder)
    with ExitStack() as held:
        at, entries = path, []
        try:
            for at in files:
                file = held.enter_context(safe_open(at, framework="pt"))
                entries += [_Entry(at, key, file) for key in file.keys()]  # noqa: SIM118
            at = path
            yield Weights(path, entries, prefixes)
        except (SafetensorError, OSError) as error:
            raise Refusal(
                translate("core", "{path} is damaged or no safetensors file: {reason}."),
                path=at, reason=reason(error),
            ) from error


def _find(folder: Path) -> tuple[Path, list[Path]]:
    """The file that speaks for the weights, and those that hold them."""
    single, index = folder / _SINGLE, folder / _INDEX
    if single.exists() or not (index.exists() or (folder / _PICKLE).exists()):
        return single, [regular(single)]
    if index.exists():
        return index, [regular(folder / name) for name in _shards(index)]
    raise Refusal(
        translate("core", "{path} is a pickle, which can run code; convert it with "
                  "save_pretrained of transformers, which writes model.safetensors."),
        path=folder / _PICKLE,
    )


def _shards(index: Path) -> list[str]:
    """Names of the files that an index speaks of."""
    told = read_json(index).get("weight_map")
    if not isinstance(told, dict) or not told:
        raise Refusal(translate("core", "{path} has no weight_map."), path=index)
    names = list(dict.fromkeys(name if isinstance(name, str) else repr(name)
                               for name in told.values()))
    for name in names:
        if Path(name).name != name or not name.endswith(".safetensors") or "\\" in name:
            raise Refusal(
                translate("core", "{path} names {shard}; a bare name that ends in .safetensors is "
                          "expected."), path=index, shard=name[:60],
            )
    return names
