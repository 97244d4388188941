"""What can be learned here: the small tasks and the objectives, each with recipes to begin from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from core.catalogue import RESOURCES
from core.errors import translate
from core.training.recipe import Recipe, read_recipe
from core.training.tasks import TASKS
from core.training.usual import USUAL

if TYPE_CHECKING:
    from core.frame import ModelCard

RECIPES = RESOURCES / "recipes"
SAMPLES = 20
"""Held-out examples among which one is shown."""


@dataclass(frozen=True)
class Offer:
    """Something to learn."""

    name: str
    """Of a task, or of an objective."""
    title: str
    """A few words, to be translated."""
    look: str
    """What to look at: a sentence, to be translated."""
    recipes: Mapping[str, Recipe]
    """To begin from, by name; the first is the usual one. Of an objective, they hold out what is
    asked for, and no files of the text that they were made for."""
    init: str = ""
    """The bundled model that it usually starts from."""

    @property
    def generated(self) -> bool:
        """Whether its data are made here."""
        return self.name in TASKS


_OBJECTIVES: Mapping[str, tuple[str, str, str]] = {
    "causal": (
        translate("core", "Predict the next token"),
        translate("core", "A decoder, as GPT: in self-attention, heads that look at the token "
                  "before, and induction heads where text repeats itself."),
        "",
    ),
    "masked": (
        translate("core", "Find hidden words"),
        translate("core", "An encoder, as BERT: each token looks both ways; mask a word of the "
                  "prompt and see what is held likely behind it."),
        "",
    ),
    "spans": (
        translate("core", "Fill dropped spans"),
        translate("core", "Encoder and decoder, as T5: in cross-attention, what the decoder reads "
                  "around the gap that it fills."),
        "",
    ),
    "permutation": (
        translate("core", "Predict in any order"),
        translate("core", "Two streams, as XLNet: the query stream knows a place and not its word; "
                  "draw an order and see who may look at whom."),
        "",
    ),
    "translation": (
        translate("core", "Translate pairs of texts"),
        translate("core", "Encoder and decoder, as the first Transformer: in cross-attention, each "
                  "token looks at the words that it renders."),
        "",
    ),
    "classification": (
        translate("core", "Tell labels apart"),
        translate("core", "An encoder that a classifier reads: the verdict stands below the prompt "
                  "and follows each key; the first token looks at what decides."),
        "english-bert",
    ),
}
"""Title, what to look at, and what it usually starts from."""


def offers() -> list[Offer]:
    """The tasks, easiest first, then the objectives; those without a recipe are left out.

    Raises:
        Refusal: if a recipe that ships is damaged.
    """
    return [offer for offer in (*_tasks(), *_objectives()) if offer.recipes]


def objective_of(card: ModelCard) -> str:
    """What such a model goes on to learn, most of the time."""
    if card.two_streams:
        return "permutation"
    if len(card.layers) == 2:
        return "translation"
    return "classification" if card.labels or "encoder" in card.layers else "causal"


def starting_recipe(objective: str) -> Recipe:
    """The usual one of an objective."""
    offer = next(offer for offer in _objectives() if offer.name == objective)
    return next(iter(offer.recipes.values()))


def recipe_names() -> list[str]:
    """Of the recipes that ship."""
    return sorted(path.stem for path in RECIPES.glob("*.json"))


def sample(task: str, seed: int) -> tuple[str, str]:
    """A source and its target, held out, as long as they come; the target is empty in a text."""
    held_out = TASKS[task].make(seed).held_out[:SAMPLES]
    longest = max(held_out, key=lambda one: sum(map(len, one)))
    return longest if isinstance(longest, tuple) else (longest, "")


def _tasks() -> Iterator[Offer]:
    recipes = {name: read_recipe(RECIPES / f"{name}.json") for name in recipe_names()}
    for name, task in TASKS.items():
        own = {key: one for key, one in recipes.items() if one.generated == name}
        first = {name: own.pop(name)} if name in own else {}
        yield Offer(name, task.title, task.look, first | own)


def _objectives() -> Iterator[Offer]:
    for name, (title, look, init) in _OBJECTIVES.items():
        read = {one: read_recipe(path) for one in USUAL[name] if (path := _path(one)).is_file()}
        yield Offer(name, title, look, {
            one: replace(recipe, generated="", hold_out=()) for one, recipe in read.items()}, init)


def _path(name: str) -> Path:
    return RECIPES / f"{name}.json"
