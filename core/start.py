"""The numbers that a new model starts with."""

from __future__ import annotations

import math
from collections.abc import Iterable

from torch import nn

from core.config import ModelConfig


def start_weights(model: nn.Module, stacks: Iterable[nn.Module], config: ModelConfig) -> None:
    """Draw them all anew: as GPT-2 does, matrices from a normal of 0.02 and biases at 0, but for
    what makes scores, what writes to a stream, and what no norm and no stream keeps in size.

    Args:
        model: whose parameters they are.
        stacks: those of its parts that are stacks.
        config: of the model.
    """
    model.apply(_start)
    embedding = model.get_parameter("embedding.weight")
    if config.scale_embedding:  # what the stream gets has variance 1 (Vaswani et al. 2017)
        nn.init.normal_(embedding, std=1 / math.sqrt(config.width))
    elif config.norm == "none" and not config.tied_head:  # no norm makes it so
        nn.init.normal_(embedding, std=1.0)
    _spread_scores(model, config)
    for stack in stacks:
        _calm_residual(stack, config)
    if config.norm == "none":
        _keep_size(model, ("value.weight", "into.weight", "gate.weight"))


def _start(module: nn.Module) -> None:
    if isinstance(module, nn.Linear | nn.Embedding):
        nn.init.normal_(module.weight, std=0.02)
    if isinstance(module, nn.Linear) and module.bias is not None:
        nn.init.zeros_(module.bias)


def _spread_scores(model: nn.Module, config: ModelConfig) -> None:
    """Start queries and keys with variance 1, so that no pattern starts flat; or sharp."""
    calm = 1.0 if config.scale_scores else 1 / math.sqrt(config.head_width)
    for name, matrix in model.named_parameters():
        if name.endswith(("query.weight", "key.weight", "place.weight")):
            spread = 1 / math.sqrt(config.width)
            nn.init.normal_(matrix, std=spread * (calm if "query" in name else 1.0))


_WRITERS = ("output.weight", "out.weight")


def _calm_residual(stack: nn.Module, config: ModelConfig) -> None:
    """Scale what writes to the stream by 1 / sqrt(writers) (Radford et al. 2019)."""
    if not config.residual:  # all that there is comes out of the last one
        _keep_size(stack, _WRITERS)
        return
    writers = [matrix for name, matrix in stack.named_parameters() if name.endswith(_WRITERS)]
    for matrix in writers:
        nn.init.normal_(matrix, std=0.02 / math.sqrt(len(writers)))


def _keep_size(module: nn.Module, names: tuple[str, ...]) -> None:
    """What comes out has the variance of what goes in (LeCun et al. 1998, "Efficient BackProp")."""
    for name, matrix in module.named_parameters():
        if name.endswith(names):
            nn.init.normal_(matrix, std=1 / math.sqrt(matrix.shape[1]))
