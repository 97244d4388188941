"""How a file names a model, so that both can be moved together. Nothing is opened for it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from app.place import Place
from core.catalogue import bundled_models


def change_references(place: Place, change: Callable[[str], str]) -> Place:
    """The same place with every model that it names changed."""
    against = place.against
    if against is not None and against.model:
        against = replace(against, model=change(against.model))
    return replace(
        place, model=change(place.model), against=against,
        beside=tuple(map(change, place.beside)))


@lru_cache(maxsize=64)
def short(reference: str, folder: Path | None) -> str:
    """How a file in ``folder`` names a model: a model's folder below it from there, another one
    whole; a bundled name or a hub id as it is."""
    try:
        place = Path(reference).expanduser().absolute()
        if reference in bundled_models() or not place.is_dir():
            return reference
        if folder is not None and place.is_relative_to(folder.absolute()):
            return f"./{place.relative_to(folder.absolute()).as_posix()}"
    except (OSError, RuntimeError, ValueError):
        return reference
    return str(place)


def whole(reference: str, folder: Path) -> str:
    """What a file in ``folder`` means by a reference."""
    try:
        place = Path(os.path.normpath(folder.absolute() / reference))
        from_there = reference.startswith(("./", "../", ".\\", "..\\"))
        if from_there or (reference not in ("", *bundled_models()) and place.is_dir()):
            return str(place)
    except (OSError, ValueError):
        pass
    return reference
