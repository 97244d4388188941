"""What a recipe trains and measures on: read from files, or generated."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path

from core.errors import Refusal, translate
from core.training.labelled import Labelled, read_labelled
from core.training.recipe import Recipe
from core.training.tasks import TASKS
from core.training.text import Corpus, read_corpus
from core.training.translation import PairCorpus, read_pairs


def fingerprint(corpus: Corpus | PairCorpus | Labelled) -> dict[str, int | str]:
    """What was read, in two words: how many characters, and a hash of all of them."""
    digest, characters = blake2b(digest_size=16), 0
    for part in (corpus.train, corpus.held_out):
        digest.update(len(part).to_bytes(8, "little"))
        for one in part:
            for text in (one,) if isinstance(one, str) else one:
                raw = text.encode("utf-8", "surrogatepass")
                digest.update(len(raw).to_bytes(8, "little"))
                digest.update(raw)
                characters += len(text)
    return {"characters": characters, "hash": digest.hexdigest()}


def check_unchanged(path: Path, corpus: Corpus | PairCorpus | Labelled, read: object) -> None:
    """Refuse data that are not what a run began with.

    Args:
        path: of the data.
        corpus: what is there now.
        read: the :func:`fingerprint` of what was there; of a run that kept none, None.

    Raises:
        Refusal: if they are others.
    """
    now = fingerprint(corpus)
    if isinstance(read, Mapping) and read != now:
        raise Refusal(
            translate("core", "{path} was changed since the run began: it had {before} characters "
                      "and has {now}. To go on with what is there now, name it: headlight train "
                      "--run FOLDER --resume --data FILE."),
            path=path, before=read.get("characters"), now=now["characters"])


def read_data(recipe: Recipe, data: Path | None) -> Corpus | PairCorpus | Labelled:
    """What ``recipe`` trains and measures on, from ``data`` or generated.

    Raises:
        Refusal: if there is none, or it can't serve.
    """
    if data is None and recipe.generated:
        return TASKS[recipe.generated].make(recipe.train.seed)
    if data is None:
        raise Refusal(translate("core", "This recipe needs data; name them with --data."))
    if recipe.objective == "translation":
        return read_pairs(data, recipe.hold_out_lines, recipe.columns)
    if recipe.objective == "classification":
        return read_labelled(data, recipe.hold_out_lines, recipe.columns)
    return read_corpus(data, recipe.hold_out, recipe.hold_out_lines, recipe.columns)
