"""How a text is begun, gone on with and ended, from ``generation_config.json`` or the other one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.checkpoint.files import read_json
from core.errors import Refusal, translate

GENERATION = "generation_config.json"
_STARTS = ("decoder_start_token_id", "bos_token_id", "pad_token_id")  # the first that is given


@dataclass(frozen=True)
class Generation:
    """Ids that have a part in writing a text token by token."""

    start: int = 0
    """What a decoder reads before its first token, where an encoder read the text."""
    ends: tuple[int, ...] = ()
    """After any of these there is no more."""
    first: int | None = None
    """Always written first, right after ``start`` (BART's large models)."""
    never: tuple[int, ...] = ()
    """Never written (Marian's padding)."""


def read_generation(folder: Path, config: Mapping[str, Any], vocabulary: int) -> Generation:
    """What the folder says of it; ``config.json`` counts where the other file is silent.

    Args:
        folder: of the model.
        config: the values of its ``config.json``.
        vocabulary: rows of the embedding; ids beyond them are never met.

    Raises:
        Refusal: if the file can't be read, or an id is none.
    """
    path = folder / GENERATION
    told = read_json(path) if path.exists() else {}

    def ids(name: str) -> tuple[int, ...]:
        value = told.get(name)
        value = config.get(name) if value is None else value
        return _ids(name, value, vocabulary)

    start = next((found[0] for name in _STARTS if (found := ids(name))), 0)
    first = ids("forced_bos_token_id")
    return Generation(
        start, ids("eos_token_id"), first[0] if first else None, ids("bad_words_ids")
    )


def _ids(name: str, value: object, vocabulary: int) -> tuple[int, ...]:
    """One id, or a list of ids, or of words of one id each; longer words are not looked for."""
    values = value if isinstance(value, list) else [] if value is None else [value]
    found: list[int] = []
    for one in values:
        word: list[Any] = one if isinstance(one, list) else [one]
        if not all(isinstance(token, int) and not isinstance(token, bool) for token in word):
            raise Refusal(
                translate("core", "config.json: {name} is {value}; expected {expected}."),
                name=name, value=repr(value)[:60], expected=translate("core", "ids of tokens"),
            )
        found += word if len(word) == 1 else []
    return tuple(token for token in found if 0 <= token < vocabulary)
