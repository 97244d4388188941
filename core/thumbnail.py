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
        rows = self._in_rows(visible[None].to(torch.uint8))
        if visible.device.type == "cpu" and queries * keys > _MANY * self.rows:
            self._reach = _reach(rows[0].numpy())
        self.seen = self._in_columns(rows)[0]
        """[row, column], 0 where all cells of a pixel are masked, else 1."""

    def serving(self, visible: Tensor) -> Plan:
        """This plan, where it is of the same mask, as that of the next layer is as a rule; else
        another. A GPU is not waited for."""
        same = not visible.is_cuda and torch.equal(self.visible, visible)
        return self if same else Plan(visible, self.pixels)

    def largest(self, values: Tensor) -> Tensor:
        """[head, query, key] to [head, row, column]: of the cells that a pixel covers, the largest.

        A pixel covers each cell that it touches, so that neighbours may share a row or a column of
        cells. NaN is larger than all. Masked cells hold 0, or nothing larger.
        """
        return self._in_columns(self._in_rows(values))

    def smallest(self, values: Tensor) -> Tensor:
        """As :meth:`largest`: the smallest. NaN is smaller than all, too."""
        return self._in_columns(self._in_rows(values, least=True), least=True)

    def _in_rows(self, values: Tensor, least: bool = False) -> Tensor:
        """[head, query, key] to [head, row, key]."""
        heads, queries, keys = values.shape
        if self._reach is None:
            return _extreme(values, self.rows, least)
        pick = torch.amin if least else torch.amax
        found = values.new_zeros(heads, self.rows, keys)
        for row, (first, end) in enumerate(_spans(queries, self.rows)):
            found[:, row, : self._reach[row]] = pick(values[:, first:end, : self._reach[row]], 1)
        return found

    def _in_columns(self, values: Tensor, least: bool = False) -> Tensor:
        """[head, row, key] to [head, row, column]; of two axes: torch is slow on three."""
        small = _extreme(values.flatten(0, 1), self.columns, least)
        return small.view(-1, self.rows, self.columns)


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


def _extreme(values: Tensor, pixels: int, least: bool) -> Tensor:
    """[any, cell, ...] to [any, pixel, ...]: of the cells that a pixel covers, the largest, or
    the smallest.

    That is the one of two runs, from its first cell and up to its last; they overlap. A run
    is the longest power of two of cells that each pixel holds; it is made of two half as long.
    """
    if values.shape[1] == pixels:
        return values
    pick = torch.minimum if least else torch.maximum
    starts, others, length = _runs(values.shape[1], pixels, values.device)
    done = 1
    while done < length:
        values = pick(values[:, :-done], values[:, done:])
        done *= 2
    return pick(values.index_select(1, starts), values.index_select(1, others))


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


def _reach(seen: np.ndarray) -> list[int]:
    """For each row of pixels, so many keys from the first that it sees no later one.

    ``seen`` is [row, key], 0 where a key is masked, else 1.
    """
    last = seen.shape[1] - seen[:, ::-1].argmax(1)
    return [int(end) for end in np.where(seen.any(1), last, 0)]
