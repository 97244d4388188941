"""What a recipe trains and measures on: read from files, or generated."""

from __future__ import annotations

from pathlib import Path

from core.errors import Refusal, translate
from core.training.labelled import Labelled, read_labelled
from core.training.recipe import Recipe
from core.training.tasks import TASKS
from core.training.text import Corpus, read_corpus
from core.training.translation import PairCorpus, read_pairs


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
