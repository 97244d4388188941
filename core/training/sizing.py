"""A recipe of another size: what a person sets of a model, and all that follows from it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from core.checkpoint.write import layout
from core.errors import Refusal, translate
from core.training.recipe import Recipe, model_config
from core.training.vocabulary import LEAST_VOCABULARY


@dataclass(frozen=True)
class Sizes:
    """Of a model."""

    layers: int
    """Of each stack."""
    heads: int
    width: int
    context: int
    """The most tokens that it reads, and those of a window that it is trained on."""


def sizes_of(recipe: Recipe) -> Sizes:
    """What it has."""
    model = recipe.model
    layers = max(model.get("encoder_layers", 0), model.get("decoder_layers", 0))
    return Sizes(layers, model["heads"], model["width"], model["context"])


def resize(recipe: Recipe, sizes: Sizes) -> Recipe:
    """The same with other sizes; its feed-forward grows with its width.

    Raises:
        Refusal: if no such model can be made, or written.
    """
    if not sizes.heads or sizes.width % sizes.heads:
        raise Refusal(
            translate("core", "{heads} heads can't share a width of {width} evenly."),
            heads=sizes.heads, width=sizes.width,
        )
    before, model = sizes_of(recipe), dict(recipe.model)
    model |= {stack: sizes.layers for stack in ("encoder_layers", "decoder_layers")
              if model.get(stack)}
    model |= {"heads": sizes.heads, "width": sizes.width, "context": sizes.context}
    if "mlp_width" in model:
        model["mlp_width"] = max(round(model["mlp_width"] * sizes.width / before.width), 1)
    config = model_config(model, LEAST_VOCABULARY)
    layout(config).from_config(config)
    window = recipe.train.window if sizes.context == before.context else sizes.context
    return replace(recipe, model=model, train=replace(recipe.train, window=window))
