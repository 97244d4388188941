"""How a token's place reaches the model: each scheme says what it adds, and where.

All schemes have one shape: ``embedding(count, start)`` is added to the token embeddings, or is
None. Schemes that act on queries and keys, or on scores, will add theirs beside it.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from core.config import ModelConfig


def sinusoids(count: int, width: int, base: float = 10000.0, start: int = 0) -> Tensor:
    """Sinusoidal positions (Vaswani et al. 2017, section 3.5).

    PE[pos, 2i] = sin(pos / base^(2i / width)), PE[pos, 2i + 1] = cos of the same angle.

    Args:
        count: positions.
        width: of the model, even.
        base: the longest wavelength is 2 pi base.
        start: the first position.

    Returns:
        [count, width], float32; computed in float64.
    """
    position = torch.arange(start, start + count, dtype=torch.float64)[:, None]
    pair = torch.arange(0, width, 2, dtype=torch.float64)
    angle = position / base ** (pair / width)
    return torch.stack((angle.sin(), angle.cos()), dim=-1).flatten(1).float()


class NoPositions(nn.Module):
    """The model sees a bag of tokens, but for its causal mask."""

    def embedding(self, count: int, start: int = 0) -> Tensor | None:
        """Nothing is added."""
        return None


class SinusoidalPositions(nn.Module):
    """Fixed sines and cosines; see :func:`sinusoids`."""

    table: Tensor

    def __init__(self, context: int, width: int) -> None:
        super().__init__()
        self.register_buffer("table", sinusoids(context, width), persistent=False)

    def embedding(self, count: int, start: int = 0) -> Tensor | None:
        """Rows of the table, [count, width]."""
        return self.table[start : start + count]


class LearnedPositions(nn.Module):
    """A row learned for each position (GPT-2, BERT).

    It starts from small sinusoids, whose wavelengths fit a context, so that near and far differ
    from the first step.
    """

    def __init__(self, context: int, width: int) -> None:
        super().__init__()
        start = sinusoids(context, width + width % 2, base=100.0)[:, :width]
        self.table = nn.Parameter(0.03 * start)

    def embedding(self, count: int, start: int = 0) -> Tensor | None:
        """Rows of the table, [count, width]."""
        return self.table[start : start + count]


Positions = NoPositions | SinusoidalPositions | LearnedPositions


def make_positions(config: ModelConfig) -> Positions:
    """The scheme that ``config`` names."""
    if config.positions == "learned":
        return LearnedPositions(config.context, config.width)
    if config.positions == "sinusoidal":
        return SinusoidalPositions(config.context, config.width)
    return NoPositions()
