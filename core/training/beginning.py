"""What a run begins with: a model, its tokenizer, and the objective that trains it."""

from __future__ import annotations

from pathlib import Path

from core.catalogue import find_model
from core.checkpoint import Checkpoint, open_checkpoint
from core.device import best_device
from core.errors import Refusal, translate
from core.model import Transformer
from core.tokens import Tokenizer
from core.training.chance import Chance
from core.training.classification import make_classifier
from core.training.folder import RunFolder
from core.training.labelled import Labelled
from core.training.objective import Objective
from core.training.recipe import OBJECTIVES, Recipe, model_config
from core.training.text import Corpus
from core.training.translation import PairCorpus
from core.training.vocabulary import Told, train_tokenizer
from core.two_stream import build_model


def starting_folder(reference: str) -> Path:
    """The model's folder that a reference stands for; of a run, its best weights, or its newest.

    Raises:
        Refusal: if there is none.
    """
    folder = find_model(reference)
    try:
        if not (folder / "run.json").exists():
            return folder
        place, best = RunFolder(folder), folder / "model"
        return best if best.exists() else place.checkpoint(place.pick(None))
    except OSError as error:
        raise Refusal(
            translate("core", "{path} can't be read: {reason}."),
            path=folder, reason=error.strerror,
        ) from error


def start_model(
    recipe: Recipe, corpus: Corpus | PairCorpus | Labelled, init: Path | None, chance: Chance,
    told: Told = lambda done, size: None,
) -> tuple[Transformer, Tokenizer]:
    """A new model, drawn by ``chance``, and a tokenizer of the corpus, or those in ``init``.

    ``told`` is told how much was read of either; what it raises goes through. For labelled text it
    gets a classifier in place of its heads, and the recipe's dropout.
    """
    if init is not None:
        checkpoint = open_checkpoint(init, progress=told)
        model, tokenizer = checkpoint.model, checkpoint.tokenizer
    else:
        kind, size = recipe.tokenizer.kind, recipe.tokenizer.vocabulary
        tokenizer = train_tokenizer(kind, documents(corpus), size, told)
        with chance.lent():
            model = build_model(model_config(recipe.model, tokenizer.largest_id + 1))
    if isinstance(corpus, Labelled):
        with chance.lent():
            model = make_classifier(model, corpus.labels, recipe.model.get("dropout", 0.0))
    return model, tokenizer


def documents(corpus: Corpus | PairCorpus | Labelled) -> tuple[str, ...]:
    """What a tokenizer is made of."""
    if isinstance(corpus, PairCorpus):
        return tuple(text for pair in corpus.train for text in pair)
    if isinstance(corpus, Labelled):
        return tuple(text for text, _ in corpus.train)
    return corpus.train


def reopen_model(recipe: Recipe, folder: Path, chance: Chance) -> tuple[Transformer, Tokenizer]:
    """The model that ``recipe.json`` tells, which holds what a file of its family leaves out."""
    checkpoint = open_checkpoint(folder)
    return fit_model(recipe, checkpoint, folder, chance), checkpoint.tokenizer


def fit_model(recipe: Recipe, checkpoint: Checkpoint, folder: Path, chance: Chance) -> Transformer:
    """The same of a checkpoint that was read, from ``folder``."""
    with chance.lent():
        model = build_model(model_config(recipe.model, checkpoint.config.vocabulary))
    try:
        model.load_state_dict(checkpoint.model.state_dict())
    except RuntimeError as error:
        raise Refusal(
            translate("core", "{path} does not fit its run: recipe.json tells another shape."),
            path=folder,
        ) from error
    return model


def make_objective(
    recipe: Recipe, corpus: Corpus | PairCorpus | Labelled, model: Transformer,
    tokenizer: Tokenizer,
) -> Objective:
    """Of this model, where it is trained.

    Raises:
        Refusal: if they do not fit.
    """
    model.to(best_device())
    if recipe.train.window > model.config.context:
        raise Refusal(
            translate("core", "The window is {window} tokens, but the model's context is "
                      "{context}."),
            window=recipe.train.window, context=model.config.context,
        )
    return OBJECTIVES[recipe.objective](corpus, tokenizer, model, recipe.train)
