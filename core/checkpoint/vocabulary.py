"""A folder's tokenizer: ``tokenizer.json``, or the older files of its family.

Older files become the ``tokenizer.json`` they would be today, so that there is one way to open,
to try and to refuse a tokenizer. Each family's rules are those of its own tokenizer.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.checkpoint import byte_level, sentences, word_pieces
from core.checkpoint.added import Names
from core.checkpoint.files import JSON_LIMIT, reason, regular
from core.checkpoint.trial import try_tokenizer
from core.errors import Refusal, translate
from core.tokens import Tokenizer

Recipe = Callable[[Path, Names], dict[str, Any]]

_OWN = Path(__file__).resolve().parents[2] / "resources" / "models"
_LEGACY: dict[str, tuple[str, Recipe]] = {
    "gpt2": ("vocab.json", byte_level.gpt2),
    "roberta": ("vocab.json", byte_level.roberta),
    "bart": ("vocab.json", byte_level.roberta),
    "gpt_neox": ("vocab.json", byte_level.neox),
    "qwen2": ("vocab.json", byte_level.qwen),
    "qwen3": ("vocab.json", byte_level.qwen),
    "bert": ("vocab.txt", word_pieces.bert),
    "distilbert": ("vocab.txt", word_pieces.bert),
    "t5": ("spiece.model", sentences.t5),
    "xlnet": ("spiece.model", sentences.xlnet),
    "xlm-roberta": ("sentencepiece.bpe.model", sentences.xlm_roberta),
    "llama": ("tokenizer.model", sentences.llama),
    "mistral": ("tokenizer.model", sentences.llama),
}
"""By model_type: the file that a folder without ``tokenizer.json`` has, and how it is read."""


def has_tokenizer(folder: Path, family: str) -> bool:
    """Whether the folder has a file that :func:`open_tokenizer` reads, be it good or bad."""
    legacy = _LEGACY[family][0] if family in _LEGACY else "tokenizer.json"
    return any(os.path.lexists(folder / name) for name in ("tokenizer.json", legacy))


def open_tokenizer(folder: Path, family: str, rows: int | None = None) -> Tokenizer:
    """Open the tokenizer of a model folder; a stranger's is tried in a process of its own first.

    Args:
        folder: where its files are.
        family: the model_type of ``config.json``.
        rows: of the embedding, where they are known.

    Raises:
        Refusal: if there is none this program can read, or it gives ids past the rows.
    """
    path, content = _content(folder, family)
    if not folder.resolve().is_relative_to(_OWN):
        try_tokenizer(content, path)
    tokenizer = Tokenizer.from_bytes(content, path)
    if rows is not None and tokenizer.largest_id >= rows:
        raise Refusal(
            translate("core", "{path} gives ids up to {found}, but the model has {rows} tokens."),
            path=path, found=tokenizer.largest_id, rows=rows,
        )
    return tokenizer


def _content(folder: Path, family: str) -> tuple[Path, bytes]:
    """The file a refusal names, and a ``tokenizer.json``."""
    path = folder / "tokenizer.json"
    legacy, recipe = _LEGACY.get(family, ("", None))
    if path.exists() or path.is_symlink():
        return path, _read(regular(path, JSON_LIMIT))
    if recipe is None:
        raise Refusal(
            translate("core", "{path} is missing; of {family} no other vocabulary is read: save "
                      "it with a tokenizer of the tokenizers library."), path=path, family=family,
        )
    if not (folder / legacy).exists():
        raise Refusal(
            translate("core", "{folder} has neither tokenizer.json nor {legacy}; the model came "
                      "without its tokenizer."), folder=folder, legacy=legacy,
        )
    told = recipe(folder, Names.of(folder))
    return folder / legacy, json.dumps({"version": "1.0"} | told).encode()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refusal(
            translate("core", "{path} can't be read: {reason}."), path=path, reason=reason(error)
        ) from error
