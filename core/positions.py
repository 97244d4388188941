"""How a token's place reaches the model: each scheme says what it adds, and where.

A scheme has up to three sides: ``embedding`` is added to the token embeddings, ``rotation`` turns
queries and keys, ``bias`` is added to the scores of self-attention.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from core.config import ModelConfig, RotaryConfig, StackName

Rotation = tuple[Tensor, Tensor]
"""Cosines and sines, each [position, turning dimensions]."""


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


class Positions(nn.Module):
    """No positions at all; the schemes below override what they do.

    Each side is told the token embeddings ``x``, [B, T, width]: how many, of what type and where.
    """

    def embedding(self, x: Tensor, visible: Tensor | None = None) -> Tensor | None:
        """What is added to ``x``: [T, width], [B, T, width], or None.

        Args:
            x: the token embeddings.
            visible: [B, T] bool, False for padding.
        """
        return None

    def rotation(self, x: Tensor) -> Rotation | None:
        """How queries and keys turn, or None."""
        return None

    def bias(self, x: Tensor) -> Tensor | None:
        """What is added to scores, [1, head, T, T], or None."""
        return None


class SinusoidalPositions(Positions):
    """Fixed sines and cosines; see :func:`sinusoids`."""

    def __init__(self, halves: bool = False) -> None:
        super().__init__()
        self.halves = halves

    def embedding(self, x: Tensor, visible: Tensor | None = None) -> Tensor | None:
        """Sines and cosines in turn; or all sines, then all cosines (Marian)."""
        table = sinusoids(x.shape[1], x.shape[2])
        if self.halves:
            table = torch.cat((table[:, 0::2], table[:, 1::2]), dim=1)
        return table.to(x)


class LearnedPositions(Positions):
    """A row learned for each position (GPT-2, BERT).

    It starts from small sinusoids, whose wavelengths fit a context, so that near and far differ
    from the first step.
    """

    def __init__(self, context: int, width: int, offset: int = 0, skips: bool = False) -> None:
        super().__init__()
        self.offset, self.skips = offset, skips
        self.table = nn.Parameter(
            0.03 * sinusoids(context + offset, width + width % 2, base=100.0)[:, :width]
        )

    def embedding(self, x: Tensor, visible: Tensor | None = None) -> Tensor | None:
        """Rows of the table; padding gets the row before the first where positions skip it."""
        if self.skips and visible is not None:
            real = visible.long()
            return self.table[real.cumsum(dim=1) * real + self.offset - 1]
        return self.table[self.offset : self.offset + x.shape[1]]


class BucketedBias(Positions):
    """A bias learned by head and bucket of distance, shared by all layers (Raffel et al. 2020)."""

    def __init__(self, heads: int, buckets: int, distance: int, both_ways: bool) -> None:
        super().__init__()
        self.buckets, self.distance, self.both_ways = buckets, distance, both_ways
        self.table = nn.Parameter(torch.empty(buckets, heads))
        nn.init.normal_(self.table, std=0.02)

    def bias(self, x: Tensor) -> Tensor | None:
        """Look each distance up."""
        position = torch.arange(x.shape[1], device=x.device)
        relative = position[None, :] - position[:, None]  # key - query
        bucket = distance_bucket(relative, self.buckets, self.distance, self.both_ways)
        return self.table[bucket].permute(2, 0, 1)[None]


def distance_bucket(relative: Tensor, buckets: int, distance: int, both_ways: bool) -> Tensor:
    """The bucket of a distance: exact when near, logarithmic when far (Raffel et al. 2020, 2.1).

    Args:
        relative: key position - query position, int64.
        buckets: how many there are.
        distance: from which on all share the last bucket.
        both_ways: half of the buckets are for keys after the query; else those count as 0.

    Returns:
        Of the shape of ``relative``, from 0 to buckets - 1.
    """
    first = torch.zeros_like(relative)
    if both_ways:
        buckets //= 2
        first = (relative > 0).long() * buckets
        gap = relative.abs()
    else:
        gap = (-relative).clamp_min(0)
    exact = buckets // 2
    share = torch.log(gap.clamp_min(1).float() / exact) / math.log(distance / exact)
    far_bucket = (exact + (share * (buckets - exact)).long()).clamp_max(buckets - 1)
    return first + torch.where(gap < exact, gap, far_bucket)


class RotaryPositions(Positions):
    """Queries and keys turn by an angle that grows with their position (Su et al. 2021)."""

    def __init__(self, head_width: int, config: RotaryConfig) -> None:
        super().__init__()
        self.head_width, self.config = head_width, config

    def rotation(self, x: Tensor) -> Rotation | None:
        """Cosines and sines of position x frequency, each frequency for both halves of a head."""
        position = torch.arange(x.shape[1], dtype=torch.float32)[:, None]
        angle = (position * rotary_frequencies(self.head_width, self.config)).repeat(1, 2)
        return angle.cos().to(x), angle.sin().to(x)


def rotary_frequencies(head_width: int, config: RotaryConfig) -> Tensor:
    """Radians a position, one a pair of dimensions: base^(-2i / d), stretched as configured."""
    turning = int(head_width * config.share)
    frequencies = 1 / config.base ** (torch.arange(0, turning, 2).float() / turning)
    if config.scaling == "linear":
        return frequencies / config.factor
    if config.scaling == "llama3":  # Dubey et al. 2024: long waves stretch, short ones do not
        wavelength = 2 * math.pi / frequencies
        low, high = config.low_factor, config.high_factor
        smooth = ((config.trained / wavelength - low) / (high - low)).clamp(0, 1)
        return frequencies * (smooth + (1 - smooth) / config.factor)
    return frequencies


def rotate(x: Tensor, rotation: Rotation) -> Tensor:
    """Turn the first dimensions of each head; dimension i pairs with i + half of those.

    Args:
        x: [B, H, T, d].
        rotation: for T positions.
    """
    cosine, sine = rotation
    turning, rest = x[..., : cosine.shape[-1]], x[..., cosine.shape[-1] :]
    left, right = turning.chunk(2, dim=-1)
    turned = turning * cosine + torch.cat((-right, left), dim=-1) * sine
    return torch.cat((turned, rest), dim=-1)


def distance_waves(distances: Tensor, width: int) -> Tensor:
    """A wave for each distance: all sines, then all cosines (Dai et al. 2019, section 3.3).

    Angles are computed in float32, as XLNet was trained.

    Args:
        distances: [distance] int64, query - key.
        width: of the model, even.

    Returns:
        [distance, width], float32.
    """
    pair = torch.arange(0, width, 2, device=distances.device).float()
    angle = distances[:, None].float() * (1 / 10000 ** (pair / width))
    return torch.cat((angle.sin(), angle.cos()), dim=1)


def make_positions(config: ModelConfig, stack: StackName) -> Positions:
    """The scheme that ``config`` names, for one stack."""
    if config.positions == "learned":
        return LearnedPositions(
            config.context, config.width, config.position_offset, config.position_skips_padding
        )
    if config.positions in ("sinusoidal", "halves"):
        return SinusoidalPositions(config.positions == "halves")
    if config.positions == "bucketed":
        heads = config.shape(stack).heads
        return BucketedBias(heads, config.buckets, config.bucket_distance, stack == "encoder")
    if config.positions == "rotary":
        return RotaryPositions(config.shape(stack).head_width, config.rotary)
    return Positions()
