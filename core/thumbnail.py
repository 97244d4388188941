"""A pattern at the size of its square on screen: 8 bits a pixel, made where the tensor is."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from core.trace import LOG_FLOOR, Scale

_FEW = 6  # rows a pixel covers, up to which one gathered tensor is quicker than a slice a pixel


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
        if visible.device.type == "cpu" and _covers(queries, self.rows) > _FEW:
            self._reach = _reach(visible.numpy(), self.rows)
        self.seen = self.largest(visible[None].float())[0].to(torch.uint8)
        """[row, column], 0 where all cells of a pixel are masked, else 1."""

    def largest(self, values: Tensor) -> Tensor:
        """[head, query, key] to [head, row, column]: of the cells that a pixel covers, the largest.

        A pixel covers each cell that it touches, so that neighbours may share a row or a column of
        cells. NaN is larger than all. Masked cells hold 0, or nothing larger.
        """
        if self.rows < values.shape[1]:
            values = self._largest_rows(values)
        if self.columns < values.shape[2]:
            cells = _cells(values.shape[2], self.columns).to(values.device)
            found = values.index_select(2, cells[0])
            for column in cells[1:]:
                found = torch.maximum(found, values.index_select(2, column))
            values = found
        return values

    def _largest_rows(self, values: Tensor) -> Tensor:
        heads, queries, keys = values.shape
        if self._reach is None:
            cells = _cells(queries, self.rows).to(values.device)
            gathered = values.index_select(1, cells.T.flatten())
            return gathered.view(heads, self.rows, -1, keys).amax(2)
        found = values.new_zeros(heads, self.rows, keys)
        for row, reach in enumerate(self._reach):
            first, end = _covered(row, queries, self.rows)
            found[:, row, :reach] = values[:, first:end, :reach].amax(1)
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
    pattern = plan.largest(pattern)
    if pattern.itemsize < 4:  # 8 bits are no more than bfloat16 has
        pattern = pattern.float()
    if scale == "root":
        pattern = pattern.sqrt()
    elif scale == "log":
        pattern = 1 - pattern.clamp_min(LOG_FLOOR).log() / math.log(LOG_FLOOR)
    level = pattern.nan_to_num(0.0).mul(254).add_(1.5).clamp_(1, 255).to(torch.uint8)
    return level.mul_(plan.seen)


def _covered(pixel: int, cells: int, pixels: int) -> tuple[int, int]:
    """The first cell that a pixel touches, and the one past the last."""
    return pixel * cells // pixels, -(-(pixel + 1) * cells // pixels)


def _covers(cells: int, pixels: int) -> int:
    """The most cells that a pixel touches."""
    return max(end - first for first, end in (_covered(i, cells, pixels) for i in range(pixels)))


@lru_cache(maxsize=16)
def _cells(cells: int, pixels: int) -> Tensor:
    """[nth, pixel]: the nth cell that each pixel touches; its last again where it has fewer."""
    spans = [_covered(pixel, cells, pixels) for pixel in range(pixels)]
    return torch.tensor([
        [min(first + nth, end - 1) for first, end in spans]
        for nth in range(_covers(cells, pixels))
    ])


def _reach(visible: np.ndarray, rows: int) -> list[int]:
    """For each row of pixels, so many keys from the first that no query in it sees a later one."""
    queries, keys = visible.shape
    last = np.where(visible.any(1), keys - visible[:, ::-1].argmax(1), 0)
    ends = np.maximum.accumulate(last)
    return [int(ends[_covered(row, queries, rows)[1] - 1]) for row in range(rows)]
