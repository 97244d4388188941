"""A tiny T5 that knows a sentinel."""

from __future__ import annotations

from pathlib import Path

from tokenizers import Tokenizer as Inner

from tests.tiny_families import make_tiny


def make_spans(folder: Path) -> Path:
    """Write it: the word "war" of the usual one gives its id to ``<extra_id_0>``."""
    made = make_tiny("t5", folder)
    path = made / "tokenizer.json"
    path.write_text(path.read_text().replace('"war"', '"<extra_id_0>"'))
    inner = Inner.from_file(str(path))
    inner.add_special_tokens(["<extra_id_0>"])
    inner.save(str(path))
    return made
