"""A model on the hub: what it consists of, and what is said when it can't be had.

Names, addresses, login and errors are those of ``huggingface_hub``, which is imported only when
somebody asks for a model.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.cache import SHARD, cache_folder, is_hub_id, repository
from core.errors import Cancelled, Refusal, translate

VOCABULARY = frozenset((
    "vocab.txt", "merges.txt", "spiece.model", "sentencepiece.bpe.model", "tokenizer.model",
    "source.spm", "target.spm",
))
_WEIGHTS, _INDEX = "model.safetensors", "model.safetensors.index.json"
PATIENCE = 10.0
"""Seconds without a byte."""


@dataclass(frozen=True)
class HubFile:
    """A file that belongs to a model."""

    name: str
    size: int
    """Bytes."""
    here: int
    """Bytes that are already in the cache."""


@dataclass(frozen=True)
class HubModel:
    """What the hub would send: only JSON, safetensors and vocabularies, never code or pickles."""

    reference: str
    commit: str
    files: tuple[HubFile, ...]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)

    @property
    def missing(self) -> int:
        """Bytes that have still to come."""
        return sum(file.size - file.here for file in self.files)


def ask_hub(reference: str) -> HubModel:
    """Ask the hub what a model consists of; nothing is downloaded.

    Raises:
        Refusal: if there is no such model, it may not be read, it has no safetensors, or the hub
            can't be reached.
    """
    if not is_hub_id(reference):
        raise Refusal(
            translate("core", "{model} is no id of the hub; an id has the form owner/name, in "
                      "letters, digits and - _ . only."), model=repr(reference)[:80],
        )
    with said_in_a_sentence(reference):
        told = client().HfApi(endpoint=endpoint()).model_info(
            reference, files_metadata=True, timeout=PATIENCE
        )
        sizes = {file.rfilename: file.size for file in told.siblings or ()}
        hashes = {file.rfilename: file.lfs.sha256 if file.lfs else file.blob_id
                  for file in told.siblings or ()}
        commit = Path(str(told.sha)).name
    names = wanted_files(sizes)
    if not any(name.endswith(".safetensors") for name in names):
        raise Refusal(
            translate("core", "{model} has no {file} on the hub, and this program reads no other "
                      "weights; choose a model that has it."), model=reference, file=_WEIGHTS,
        )
    if "config.json" not in names:
        raise Refusal(
            translate("core", "{model} has no {file} on the hub, so it is no Transformer that "
                      "this program opens."), model=reference, file="config.json",
        )
    for name in names:
        if not isinstance(sizes[name], int) or sizes[name] < 0:
            raise untrue(reference, name)
    place = repository(reference)
    snapshot = place / "snapshots" / commit
    return HubModel(reference, commit, tuple(
        HubFile(name, sizes[name], _here(
            (snapshot / name, place / "blobs" / f"{hashes[name]}.incomplete"), sizes[name]
        )) for name in names
    ))


def wanted_files(names: Iterable[str]) -> list[str]:
    """Those of a repository's files that are needed here, by name.

    Weights are ``model.safetensors``, or else the files of its index; other safetensors hold the
    same once more in another form.
    """
    names = sorted(names)
    single = _WEIGHTS in names

    def wanted(name: str) -> bool:
        if "/" in name or "\\" in name or name.startswith("."):
            return False
        if name.endswith(".safetensors") or name.endswith(".index.json"):
            return name == _WEIGHTS if single else name == _INDEX or bool(SHARD.fullmatch(name))
        return name.endswith(".json") or name in VOCABULARY

    return [name for name in names if wanted(name)]


def endpoint() -> str:
    """The hub's address."""
    return (os.environ.get("HF_ENDPOINT") or "https://huggingface.co").rstrip("/")


def client() -> Any:  # noqa: ANN401 - a module
    """``huggingface_hub``, told to send no statistics."""
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    import huggingface_hub

    return huggingface_hub


def tools() -> Any:  # noqa: ANN401 - a module
    """The parts of the client that its own downloads are made of."""
    client()
    import huggingface_hub.utils

    return huggingface_hub.utils


def _here(places: Iterable[Path], size: int) -> int:
    """Bytes of a file that the cache has, whole or in part."""
    for path in places:
        try:
            return min(path.stat().st_size, size)
        except OSError:
            continue
    return 0


def untrue(reference: str, name: str) -> Refusal:
    """What is said of a file that is not what the hub said."""
    return Refusal(
        translate("core", "{file} of {model} is not what the hub said it would be (size or "
                  "content), so it was not kept; try again later."), file=name, model=reference,
    )


def status_of(error: Exception) -> int | None:
    """The number that the hub answered with."""
    code = getattr(getattr(error, "response", None), "status_code", None)
    return code if isinstance(code, int) else None


@contextmanager
def said_in_a_sentence(reference: str) -> Iterator[None]:
    """Whatever the client raises becomes one sentence."""
    try:
        yield
    except (Refusal, Cancelled):
        raise
    except Exception as error:
        raise _refusal(reference, error) from error


def _refusal(reference: str, error: Exception) -> Refusal:
    from huggingface_hub import errors

    causes = [error, *filter(None, (error.__cause__, error.__context__))]
    code = next((found for one in causes if isinstance(one, Exception)
                 and (found := status_of(one)) is not None), None)
    if isinstance(error, errors.GatedRepoError):
        return Refusal(
            translate("core", "{model} is open only to those who accept its terms: do that on its "
                      "page, then log in with: hf auth login."), model=reference)
    if isinstance(error, errors.RepositoryNotFoundError) or code == 404:
        return Refusal(
            translate("core", "The hub has no {model}, or it is private: check the name, or log "
                      "in with: hf auth login."), model=reference)
    if code in (401, 403):
        return Refusal(
            translate("core", "The hub does not let you read {model} (status {code}); log in "
                      "with: hf auth login."), model=reference, code=code)
    if code is not None:
        return Refusal(
            translate("core", "The hub answers with status {code} instead of {model}; try again "
                      "later."), model=reference, code=code)
    if any(isinstance(one, errors.OfflineModeIsEnabled) for one in causes):
        return Refusal(
            translate("core", "HF_HUB_OFFLINE is set, so {model} can't be downloaded; unset it, "
                      "or open a model that has been."), model=reference)
    if isinstance(error, OSError) and error.strerror:
        return Refusal(
            translate("core", "{path} can't be written: {reason}."),
            path=error.filename or cache_folder(), reason=error.strerror)
    said = str(error.__cause__ or error).strip().splitlines()[:1] or [type(error).__name__]
    return Refusal(
        translate("core", "The hub at {address} can't be reached ({reason}); check the "
                  "connection. Models that were downloaded open without it."),
        address=endpoint(), reason=said[0][:120].rstrip("."))
