"""Tensors of a model folder by their names, in one file or in several; no pickle is read."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from core.checkpoint.files import brief, read_json, reason, regular
from core.checkpoint.headers import Entry, read_header
from core.errors import Refusal, translate

_DTYPES = {"F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16}
_SINGLE, _INDEX = "model.safetensors", "model.safetensors.index.json"
_PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl")
_FOREIGN = (".h5", ".msgpack", ".onnx", ".gguf", ".npz", ".ot")
_OLD_ENDINGS = {".gamma": ".weight", ".beta": ".bias"}  # norms converted from TensorFlow
_PIECE = 2**24  # bytes between two reports of progress
_SHARDS = 1024  # more than any model has, and fewer than a process may hold open

Progress = Callable[[int, int], None]
"""Told the bytes that are read, and all there are to read; it may raise to cancel."""


class Weights:
    """The headers of all files; a tensor is read when it is asked for."""

    def __init__(
        self, path: Path, entries: Sequence[Entry], prefixes: Sequence[str],
        metadata: Mapping[str, Any],
    ) -> None:
        self.path = path
        """The file, or the index of the files."""
        self.metadata = metadata
        """Of the first file."""
        self._entries = entries
        self.by_name = {bare_name(entry.key, prefixes): entry for entry in entries}
        self.dtype = torch.float32
        """The type that tensors are read in."""
        self.not_finite: list[str] = []
        """Names of the tensors read so far that hold NaN or an infinity."""
        self._progress: Progress | None = None
        self._done = self._all = 0

    def __contains__(self, name: object) -> bool:
        return name in self.by_name

    @property
    def step(self) -> int | None:
        """Training steps of the weights, where the file says so."""
        step = self.metadata.get("step")
        told = step if isinstance(step, str) and len(step) < 16 else ""
        return int(told) if told.isdecimal() else None

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
        if entry.shape != shape:
            raise Refusal(
                translate("core", "{path}: {key} has shape {found}; config.json asks for {shape}."),
                path=entry.path, key=name, found=list(entry.shape), shape=list(shape),
            )
        if entry.dtype not in _DTYPES:
            raise Refusal(
                translate("core", "{path}: {key} is of type {found}; this program reads {known}."),
                path=entry.path, key=name, found=entry.dtype, known=", ".join(_DTYPES),
            )

    def begin(
        self, names: Collection[str], dtype: torch.dtype, progress: Progress | None
    ) -> None:
        """Say which tensors will be read, in which type, and who wants to know how far it is."""
        self.dtype, self._progress = dtype, progress
        self._all = sum(self.by_name[name].size for name in names)
        self._report(0)

    def read(self, name: str) -> Tensor:
        """A tensor that shares nothing with the file.

        Raises:
            Refusal: if the file ends before it, having been cut short meanwhile.
        """
        entry = self.by_name[name]
        stored = torch.empty(entry.shape, dtype=_DTYPES[entry.dtype])
        room: Any = memoryview(stored.reshape(-1).view(torch.uint8).numpy())  # type: ignore[arg-type]
        entry.file.seek(entry.start)
        filled = 0
        while filled < entry.size:
            count = entry.file.readinto(room[filled : filled + _PIECE])  # type: ignore[attr-defined]
            if not count:
                raise Refusal(
                    translate("core", "{path} was cut short while it was read: {key} has {found} "
                              "of its {expected} bytes."),
                    path=entry.path, key=name, found=filled, expected=entry.size,
                )
            filled += count
            self._report(count)
        tensor = stored.to(self.dtype)
        # NaN is the smallest and the largest of what it is among.
        if tensor.numel() and not all(end.isfinite() for end in tensor.aminmax()):
            self.not_finite.append(name)
        return tensor

    def _report(self, more: int) -> None:
        self._done += more
        if self._progress is not None:
            self._progress(self._done, self._all)

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
    path, files = _find(folder)
    with ExitStack() as held:
        at, entries = path, list[Entry]()
        told: dict[str, Any] = {}
        try:
            for at in files:
                metadata, more = read_header(at, held.enter_context(at.open("rb")))
                told, entries = told or metadata, entries + more
            at = path
            yield Weights(path, entries, prefixes, told)
        except OSError as error:
            raise Refusal(
                translate("core", "{path} can't be read: {reason}."), path=at, reason=reason(error)
            ) from error


def _find(folder: Path) -> tuple[Path, list[Path]]:
    """The file that speaks for the weights, and those that hold them."""
    single, index = folder / _SINGLE, folder / _INDEX
    if not single.exists() and index.exists():
        return index, [regular(folder / name) for name in _shards(index)]
    if not os.path.lexists(single):
        _refuse_others(folder)
    return single, [regular(single)]


def _refuse_others(folder: Path) -> None:
    """Say how to convert weights that are there and not read."""
    # A training program's other files are pickles too; the one to convert is the model.
    files = sorted(folder.iterdir(), key=lambda file: ("model" not in file.name, file))
    for file in (file for file in files if file.suffix in _PICKLES):
        raise Refusal(
            translate("core", "{path} is a pickle, which can run code; convert it with "
                      "save_pretrained of transformers, which writes model.safetensors."),
            path=file,
        )
    for file in (file for file in files if file.suffix in _FOREIGN):
        raise Refusal(
            translate("core", "{path} is of a kind that is not read; convert it with "
                      "save_pretrained of transformers, which writes model.safetensors."),
            path=file,
        )


def _shards(index: Path) -> list[str]:
    """Names of the files that an index speaks of."""
    told = read_json(index).get("weight_map")
    if not isinstance(told, dict) or not told:
        raise Refusal(translate("core", "{path} has no weight_map."), path=index)
    names = list(dict.fromkeys(name if isinstance(name, str) else repr(name)
                               for name in told.values()))
    if len(names) > _SHARDS:
        raise Refusal(
            translate("core", "{path} names {count} files; at most {most} are read."),
            path=index, count=len(names), most=_SHARDS,
        )
    for name in names:
        bare = Path(name).name == name and "\\" not in name and name.isprintable()
        if not bare or not name.endswith(".safetensors") or len(name) > 255:
            raise Refusal(
                translate("core", "{path} names {shard}; a bare name that ends in .safetensors is "
                          "expected."), path=index, shard=brief(name),
            )
    return names
