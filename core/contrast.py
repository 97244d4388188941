"""How every head of two looks differs: one signed thumbnail each."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

from core.frame import Contrast
from core.look import Look
from core.omit import leave_out, left_out
from core.trace import MASKED, Sight, to_host


def contrast(here: Look, there: Look, sight: Sight) -> Contrast | None:
    """The weights of ``here`` less those of ``there``; None where the heads or the cells of both
    do not stand for the same places.

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
        gaps.append(pattern - beside)
        shown.append(seen & seen_beside)
    return _sheet(gaps, shown, sight.pixels)


def signed_sheet(
    look: Look, sight: Sight, values: Sequence[Tensor], visible: Sequence[Tensor]
) -> Contrast:
    """Signed values of every cell as thumbnails, without the tokens that are left out.

    Args:
        look: whose tokens they are.
        sight: how large the thumbnails are, and which tokens they leave out.
        values: [head, query, key] of each layer.
        visible: [query, key] bool of each layer.
    """
    queries, keys = left_out(look.queries, sight.omit), left_out(look.keys, sight.omit)
    shown = [seen.clone() for seen in visible]
    for seen in shown:
        seen[queries] = False
        seen[:, keys] = False
    return _sheet(values, shown, sight.pixels)


def _pattern(look: Look, pattern: Tensor, visible: Tensor, sight: Sight) -> tuple[Tensor, Tensor]:
    without = left_out(look.queries, sight.omit), left_out(look.keys, sight.omit)
    return leave_out(pattern.float() * visible, visible, *without, sight.renormalise)


def _sheet(values: Sequence[Tensor], shown: Sequence[Tensor], pixels: int) -> Contrast:
    """A pixel shows, of the cells that it covers, the one that is farthest from 0."""
    small = torch.stack([
        _reduce(value.masked_fill(~seen, 0.0), pixels)
        for value, seen in zip(values, shown, strict=True)
    ])
    wrong, small = ~small.isfinite(), small.nan_to_num(0.0, 0.0, 0.0)
    most = float(small.abs().max())
    levels = (small / (most or 1.0) * 127 + 128.5).to(torch.uint8)
    covered = torch.stack([
        F.adaptive_max_pool2d(seen[None].float(), small.shape[-2:]) > 0 for seen in shown
    ])
    wrong = wrong & covered
    return Contrast(to_host(levels.masked_fill(~covered, MASKED)), most,
                    to_host(wrong) if wrong.any() else None)


def _reduce(values: Tensor, pixels: int) -> Tensor:
    """[head, row, column] of [head, query, key]."""
    size = tuple(min(side, pixels) for side in values.shape[-2:])
    if size == values.shape[-2:]:
        return values
    above, below = F.adaptive_max_pool2d(values, size), F.adaptive_max_pool2d(-values, size)
    return torch.where(above >= below, above, -below)
