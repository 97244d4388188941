"""A pattern at the size of its square on screen: 8 bits a pixel, made where the tensor is."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from core.trace import LOG_FLOOR, Scale

_MANY = 3000  # cells of a head below a row of pixels: from so many on, a slice a row is quicker


class Plan:
    """What all heads with the same mask share: which cells each pixel covers, and which are masked.

    Of a block of rows, keys that none of them sees are not read: half of all, in a causal pattern.
    """

    def __init__(self, visible: Tensor, pixels: int) -> None:
        """``visible`` is [query, key] bool, ``pixels`` the largest side of the answer."""
        self.visible, self.pixels = visible, pixels
        queries, keys = visible.shape
        self.rows, self.columns = min(queries, pixels), min(keys, pixels)
        self._reach: list[int] | None = None
        self.seen = self.largest(visible[None].to(torch.uint8))[0]
        """[row, column], 0 where all cells of a pixel are masked, else 1."""
        if visible.device.type == "cpu" and queries * keys > _MANY * self.rows:
            self._reach = _reach(visible.numpy(), self.rows)

    def largest(self, values: Tensor) -> Tensor:
        """[head, query, key] to [head, row, column]: of the cells that a pixel covers, the largest.

        A pixel covers each cell that it touches, so that neighbours may share a row or a column of
        cells. NaN is larger than all. Masked cells hold 0, or nothing larger.
        """
        if self._reach is not None:
            values = self._largest_rows(values, self._reach)
        elif self.rows < values.shape[1]:
            values = _largest(values, self.rows)
        if self.columns < values.shape[2]:  # two axes: torch picks columns of three slowly
            small = _largest(values.flatten(0, 1), self.columns)
            values = small.view(-1, self.rows, self.columns)
        return values

    def _largest_rows(self, values: Tensor, reach: list[int]) -> Tensor:
        heads, queries, keys = values.shape
        found = values.new_zeros(heads, self.rows, keys)
        for row, (first, end) in enumerate(_spans(queries, self.rows)):
            found[:, row, : reach[row]] = values[:, first:end, : reach[row]].amax(1)
        return found


def reduce_pattern(
    pattern: Tensor, visible: Tensor, pixels: int, scale: Scale, plan: Plan | None = None
) -> Tensor:
    """The 8-bit thumbnail of a pattern, made where the tensor is.

    A pixel shows the largest weight of the cells it covers, so that one strong cell among a
    thousand is still seen.

    Args:
        pattern: [head, query, key], weights from 0 to 1; 0 where a key is masked.
        visible: [query, key] bool, False where a key is masked.
        pixels: the largest side of the answer.
        scale: linear, square root, or logarithmic from ``LOG_FLOOR`` to 1.
        plan: of the same ``visible`` and ``pixels``, where there is one already.

    Returns:
        [head, min(query, pixels), min(key, pixels)] uint8: ``MASKED``, or 1 to 255 for 0 to 1.
    """
    plan = plan or Plan(visible, pixels)
    pattern = plan.largest(pattern.detach())
    if pattern.itemsize < 4:  # 8 bits are no more than bfloat16 has
        pattern = pattern.float()
    if scale == "root":
        pattern = pattern.sqrt()
    elif scale == "log":
        pattern = 1 - pattern.clamp_min(LOG_FLOOR).log() / math.log(LOG_FLOOR)
    level = pattern.nan_to_num(0.0).mul(254).add_(1.5).clamp_(1, 255).to(torch.uint8)
    return level.mul_(plan.seen)


def _largest(values: Tensor, pixels: int) -> Tensor:
    """[any, cell, ...] to [any, pixel, ...]: of the cells that a pixel covers, the largest.

    That is the larger one of two runs, from its first cell and up to its last; they overlap. A run
    is the longest power of two of cells that each pixel holds; it is made of two half as long.
    """
    starts, others, length = _runs(values.shape[1], pixels, values.device)
    done = 1
    while done < length:
        values = torch.maximum(values[:, :-done], values[:, done:])
        done *= 2
    return torch.maximum(values.index_select(1, starts), values.index_select(1, others))


@lru_cache(maxsize=16)
def _spans(cells: int, pixels: int) -> list[tuple[int, int]]:
    """The first cell that each pixel touches, and the one past its last."""
    return [(pixel * cells // pixels, -(-(pixel + 1) * cells // pixels)) for pixel in range(pixels)]


@lru_cache(maxsize=16)
def _runs(cells: int, pixels: int, device: torch.device) -> tuple[Tensor, Tensor, int]:
    """Where the two runs of each pixel start, and the cells of each run."""
    firsts, ends = np.array(_spans(cells, pixels)).T
    length = 1 << int(min(ends - firsts)).bit_length() - 1
    starts, others = torch.tensor(np.array([firsts, ends - length]), device=device)
    return starts, others, length


def _reach(visible: np.ndarray, rows: int) -> list[int]:
    """For each row of pixels, so many keys from the first that no query in it sees a later one."""
    queries, keys = visible.shape
    last = np.where(visible.any(1), keys - visible[:, ::-1].argmax(1), 0)
    ends = np.maximum.accumulate(last)
    return [int(ends[end - 1]) for _, end in _spans(queries, rows)]
