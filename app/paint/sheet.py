"""All heads on one image: where each one lies, and its pixels. No Qt in here."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.paint.colour import Table
from app.state import Head


@dataclass(frozen=True)
class SheetGrid:
    """Rows are layers, columns are heads; all lengths in device pixels."""

    layers: int
    heads: int
    left: int
    top: int
    cell: int
    """Side of one head's square."""
    gap: int

    @classmethod
    def fit(
        cls, width: int, height: int, layers: int, heads: int, left: int, top: int
    ) -> SheetGrid:
        """The largest squares for which the whole sheet fits below and right of its labels."""
        room = min((width - left) // max(heads, 1), (height - top) // max(layers, 1))
        gap = 1 if room < 16 else max(2, room // 24)
        return cls(layers, heads, left, top, max(room - gap, 1), gap)

    @property
    def pitch(self) -> int:
        """From one square to the next."""
        return self.cell + self.gap

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of all squares, with the last gap."""
        return self.heads * self.pitch, self.layers * self.pitch

    def corner(self, head: Head) -> tuple[int, int]:
        """The upper left pixel of a head's square."""
        return self.left + head[1] * self.pitch, self.top + head[0] * self.pitch

    def at(self, x: float, y: float) -> Head | None:
        """The head at a pixel; the gap right of and below a square belongs to it."""
        column, row = int(x - self.left) // self.pitch, int(y - self.top) // self.pitch
        if x < self.left or y < self.top or column >= self.heads or row >= self.layers:
            return None
        return row, column


def blank_sheet(grid: SheetGrid) -> NDArray[np.uint32]:
    """Pixels [height, width] of the squares alone, for ``paint_sheet`` to write to."""
    return np.zeros(grid.size[::-1], np.uint32)


def paint_sheet(
    pixels: NDArray[np.uint32], thumbnails: NDArray[np.uint8], grid: SheetGrid, table: Table
) -> None:
    """Colour every thumbnail and write it into its square.

    Args:
        pixels: [height, width] of the squares alone, as large as ``grid.size``; written to.
        thumbnails: [layer, head, row, column]; each is stretched to the square by repeating
            cells, never blurred.
        grid: where the squares lie.
        table: 256 colours.
    """
    layers, heads, rows, columns = thumbnails.shape
    middle = 2 * np.arange(grid.cell) + 1  # of each pixel, in half pixels
    squares = pixels.reshape(layers, grid.pitch, heads, grid.pitch).transpose(0, 2, 1, 3)
    down, across = middle * rows // (2 * grid.cell), middle * columns // (2 * grid.cell)
    tall = thumbnails.take(down, axis=2) if rows != grid.cell else thumbnails
    wide = tall.take(across, axis=3) if columns != grid.cell else tall
    squares[:, :, : grid.cell, : grid.cell] = table[wide]
