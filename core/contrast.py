"""How every head of two looks differs: one signed thumbnail each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import torch
from torch import Tensor

from core.frame import Contrast
from core.look import Look
from core.omit import leave_out, left_out
from core.thumbnail import Plan
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

    def gaps() -> Iterator[tuple[Tensor, Tensor]]:
        for one, other in zip(ours, theirs, strict=True):
            pattern, seen = _pattern(here, one.pattern[0], one.visible[0], sight)
            beside, seen_beside = _pattern(there, other.pattern[0], other.visible[0], sight)
            both = seen & seen_beside
            yield pattern.sub_(beside).masked_fill_(~both, 0.0), both

    return _sheet(gaps(), sight.pixels)


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

    def shown() -> Iterator[tuple[Tensor, Tensor]]:
        for value, seen in zip(values, visible, strict=True):
            left = seen.clone()
            left[queries] = False
            left[:, keys] = False
            yield value.masked_fill(~left, 0.0), left

    return _sheet(shown(), sight.pixels)


def _pattern(look: Look, pattern: Tensor, visible: Tensor, sight: Sight) -> tuple[Tensor, Tensor]:
    """A pattern of its own, [head, query, key], and what is shown of it."""
    without = left_out(look.queries, sight.omit), left_out(look.keys, sight.omit)
    return leave_out(pattern.float() * visible, visible, *without, sight.renormalise)


def _sheet(layers: Iterable[tuple[Tensor, Tensor]], pixels: int) -> Contrast:
    """A pixel shows, of the cells that it covers, the one that is farthest from 0.

    Args:
        layers: of each [head, query, key], 0 where it is not shown, and [query, key] bool, where
            it is; a layer is let go before the next one is taken.
        pixels: the largest side of the answer.
    """
    plan, reduced, covers = None, [], []
    for values, shown in layers:
        plan = plan.serving(shown) if plan else Plan(shown, pixels)
        above, below = plan.largest(values), plan.smallest(values)
        reduced.append(torch.where(above >= -below, above, below))  # NaN, where either is
        covers.append(plan.seen[None] > 0)
    small, covered = torch.stack(reduced), torch.stack(covers)
    wrong, small = ~small.isfinite() & covered, small.nan_to_num(0.0, 0.0, 0.0)
    most = float(small.abs().max())
    levels = (small / (most or 1.0) * 127 + 128.5).to(torch.uint8)
    return Contrast(to_host(levels.masked_fill(~covered, MASKED)), most,
                    to_host(wrong) if wrong.any() else None)
