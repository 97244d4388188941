"""What the tests of numbers share: parameters that are nowhere 0 or 1, and how near is equal."""

from __future__ import annotations

from typing import TypeVar

import torch
from torch import Tensor, nn

Module = TypeVar("Module", bound=nn.Module)


def randomise(module: Module, seed: int, spread: float = 0.5) -> Module:
    """Draw every parameter, norms and biases too: a default of 0 or 1 hides a missing term."""
    random = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in module.parameters():
            drawn = torch.randn(parameter.shape, generator=random, dtype=torch.float64) * spread
            parameter.copy_(drawn)
    return module.eval()


def difference(ours: Tensor, theirs: Tensor) -> float:
    assert ours.shape == theirs.shape
    assert torch.isfinite(theirs).all()
    return float((ours.detach().double() - theirs.detach().double()).abs().max())


def same_pattern(ours: Tensor, theirs: Tensor, tolerance: float = 1e-5) -> bool:
    return difference(ours, theirs) <= tolerance


def same_stream(ours: Tensor, theirs: Tensor, tolerance: float = 1e-5) -> bool:
    """Scaled by the largest entry, as rounding is."""
    return difference(ours, theirs) <= tolerance + tolerance * float(theirs.detach().abs().max())
