"""The name of a file that is exported: the one that is offered, and what a typed one means."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

from core.errors import Refusal, translate

_UNFIT = re.compile(r'[\x00-\x1f<>:"/\\|?*\s]+')
_LONGEST = 80


def offer_name(model: str, what: str, ending: str) -> str:
    """A name that every system takes."""
    name = _UNFIT.sub("-", f"{model}-{what}").strip("-.")[:_LONGEST]
    return (name or "headlight") + ending


def change_ending(text: str, ending: str, known: tuple[str, ...]) -> str:
    """The typed name with another ending, where it has none or a known one."""
    old = Path(text).suffix.lower()
    return text[:len(text) - len(old)] + ending if text and (not old or old in known) else text


def read_name(text: str, ending: str, folder: Path) -> Path:
    """The file that is meant by ``text``; in ``folder`` where it names no other.

    Raises:
        Refusal: if it names none, or its folder is not there.
    """
    text = text.strip()
    path = Path(text)
    if text.endswith(("/", "\\")) or path.name in ("", "..", ending):
        raise Refusal(translate("core", "The file has no name; type one."))
    with suppress(RuntimeError):  # there is nobody of that name
        path = path.expanduser()
    path = folder / path
    if path.suffix.lower() != ending:
        path = path.with_name(path.name + ending)
    try:
        there = path.parent.is_dir()
    except (OSError, ValueError):  # writing says why
        return path
    if not there:
        raise Refusal(
            translate("core", "{path} can't be written: there is no folder {folder}."),
            path=path, folder=path.parent)
    return path


def is_there(path: Path) -> bool:
    """Whether something has that name."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False
