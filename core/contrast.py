"""How every head of two looks differs: one signed thumbnail each."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from core.against import Contrast
from core.look import Look
from core.omit import leave_out, left_out
from core.trace import MASKED, Sight, to_host


def contrast(here: Look, there: Look, sight: Sight) -> Contrast | None:
    """The weights of ``here`` less those of ``there``; None where the heads or the cells of both
    do not stand for the same places.

    A pixel shows, of the cells that it covers, the one that differs most.

    Args:
        here: on one side.
        there: on the other.
        sight: how large the thumbnails are, and which tokens they leave out.
    """
    ours, theirs = here.attention, there.attention
    alike = [one.pattern.shape for one in ours] == [one.pattern.shape for one in theirs]
    if not alike or here.stack != there.stack:
        return None
    gaps, shown = [], []
    for one, other in zip(ours, theirs, strict=True):
        pattern, seen = _pattern(here, one.pattern[0], one.visible[0], sight)
        beside, seen_beside = _pattern(there, other.pattern[0], other.visible[0], sight)
        both = seen & seen_beside
        gaps.append(_reduce((pattern - beside) * both, sight.pixels))
        shown.append(F.adaptive_max_pool2d(both[None].float(), gaps[-1].shape[-2:]) > 0)
    gap = torch.stack(gaps).nan_to_num(0.0)
    most = float(gap.abs().max())
    levels = (gap / (most or 1.0) * 127 + 128.5).to(torch.uint8)
    return Contrast(to_host(levels.masked_fill(~torch.stack(shown), MASKED)), most)


def _pattern(look: Look, pattern: Tensor, visible: Tensor, sight: Sight) -> tuple[Tensor, Tensor]:
    without = left_out(look.queries, sight.omit), left_out(look.keys, sight.omit)
    return leave_out(pattern.float() * visible, visible, *without, sight.renormalise)


def _reduce(gap: Tensor, pixels: int) -> Tensor:
    """[head, row, column] of [head, query, key]: of each pixel, what is farthest from 0."""
    size = tuple(min(side, pixels) for side in gap.shape[-2:])
    if size == gap.shape[-2:]:
        return gap
    above, below = F.adaptive_max_pool2d(gap, size), F.adaptive_max_pool2d(-gap, size)
    return torch.where(above >= below, above, -below)
