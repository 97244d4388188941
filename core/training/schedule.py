"""The learning rate of each step."""

from __future__ import annotations

import math

from core.training.config import TrainConfig


def learning_rate(step: int, config: TrainConfig) -> float:
    """A linear rise, then as ``config.schedule`` says.

    Args:
        step: steps that are done before, from 0.
        config: of the run.
    """
    if step < config.warmup:
        return config.learning_rate * (step + 1) / config.warmup
    if config.schedule == "constant":
        return config.learning_rate
    if config.schedule == "inverse_sqrt":  # Vaswani et al. 2017, equation 3, by its highest rate
        return config.learning_rate * math.sqrt(max(config.warmup, 1) / (step + 1))
    done = min((step - config.warmup) / max(config.steps - config.warmup, 1), 1.0)
    left = 1 - done if config.schedule == "linear" else (1 + math.cos(math.pi * done)) / 2
    return config.learning_rate * (config.final_rate + (1 - config.final_rate) * left)
