"""The cache of the hub's client on this machine: models that open without any network.

Only names of folders are read here, so that nothing slow is imported. The layout is the client's:
``models--owner--name/refs/main`` holds a commit, ``snapshots/commit`` the files of that commit.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

_ID = re.compile(r"(?:[A-Za-z0-9_][\w.-]{0,95}/)?[A-Za-z0-9_][\w.-]{0,95}", re.ASCII)
_COMMIT = re.compile(r"[0-9a-f]{7,64}")
SHARD = re.compile(r"model-(\d{5,6})-of-(\d{5,6})\.safetensors")


def is_hub_id(reference: str) -> bool:
    """Whether ``reference`` has the form of a hub id: ``name`` or ``owner/name``."""
    parts = reference.split("/")
    return bool(_ID.fullmatch(reference)) and len(reference) <= 96 and not any(
        "--" in part or ".." in part or part[-1] in ".-" or part.endswith(".git") for part in parts
    )


def cache_folder() -> Path:
    """Where the hub's client keeps what it has downloaded; its own environment variables count."""
    told = os.environ
    for name in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"):
        if told.get(name):
            return _folder(told[name])
    if told.get("HF_HOME"):
        return _folder(told["HF_HOME"]) / "hub"
    return _folder(told.get("XDG_CACHE_HOME") or "~/.cache") / "huggingface" / "hub"


def repository(reference: str) -> Path:
    """The folder of a hub id in the cache, whether it is there or not."""
    return cache_folder() / "--".join(("models", *reference.split("/")))


def cached_folder(reference: str) -> Path | None:
    """The model folder of a hub id, if all that is needed to open it has been downloaded."""
    if not is_hub_id(reference):
        return None
    place = repository(reference)
    try:
        commit = (place / "refs" / "main").read_bytes()[:80].decode("ascii", "replace").strip()
        folder = place / "snapshots" / commit
        return folder if _COMMIT.fullmatch(commit) and is_whole(folder) else None
    except OSError:
        return None


def cached_models() -> list[str]:
    """Hub ids of the models that open without network, by name."""
    try:
        names = sorted(folder.name for folder in cache_folder().glob("models--*"))
    except OSError:
        return []
    ids = (name.removeprefix("models--").replace("--", "/") for name in names)
    return [reference for reference in ids if cached_folder(reference) is not None]


def model_name(folder: Path) -> str:
    """What a model folder is called: a folder of the cache by its hub id, any other by its name."""
    place = folder.parent.parent
    if folder.parent.name == "snapshots" and place.name.startswith("models--"):
        return place.name.removeprefix("models--").replace("--", "/")
    return folder.name


def is_whole(folder: Path) -> bool:
    """Whether a folder of the cache has a configuration and every file of the weights."""
    if not (folder / "config.json").is_file():
        return False
    if (folder / "model.safetensors").is_file():
        return True
    found = [match for path in folder.glob("model-*.safetensors") if path.is_file()
             and (match := SHARD.fullmatch(path.name))]
    return (folder / "model.safetensors.index.json").is_file() and bool(found) and all(
        len(found) == int(match[2]) for match in found
    )


def _folder(name: str) -> Path:
    try:
        return Path(os.path.expandvars(name)).expanduser()
    except RuntimeError:  # the home of nobody
        return Path(name)
