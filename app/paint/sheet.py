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
    strip: int = 0
    """Height of the strip below each square, which holds its tint."""

    @classmethod
    def fit(
        cls, width: int, height: int, layers: int, heads: int, left: int, top: int,
        tinted: bool = False,
    ) -> SheetGrid:
        """The largest squares for which the whole sheet fits below and right of its labels."""
        across, down = (width - left) // max(heads, 1), (height - top) // max(layers, 1)
        room = min(across, down)
        gap = 1 if room < 16 else max(2, room // 24)
        strip = min(max(2, room // 7), 9) if tinted else 0
        return cls(layers, heads, left, top, max(min(across, down - strip) - gap, 1), gap, strip)

    @property
    def pitch(self) -> int:
        """From one square to the next on its right."""
        return self.cell + self.gap

    @property
    def rise(self) -> int:
        """From one square to the next below."""
        return self.cell + self.strip + self.gap

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of all squares, with the last gap."""
        return self.heads * self.pitch, self.layers * self.rise

    def corner(self, head: Head) -> tuple[int, int]:
        """The upper left pixel of a head's square."""
        return self.left + head[1] * self.pitch, self.top + head[0] * self.rise

    def at(self, x: float, y: float) -> Head | None:
        """The head at a pixel; the strip and the gap below a square, and the gap right of it,
        belong to it."""
        column, row = int(x - self.left) // self.pitch, int(y - self.top) // self.rise
        if x < self.left or y < self.top or column >= self.heads or row >= self.layers:
            return None
        return row, column


def blank_sheet(grid: SheetGrid) -> NDArray[np.uint32]:
    """Pixels [height, width] of the squares alone, for ``paint_sheet`` to write to."""
    return np.zeros(grid.size[::-1], np.uint32)


def paint_sheet(
    pixels: NDArray[np.uint32], thumbnails: NDArray[np.uint8] | NDArray[np.uint16],
    grid: SheetGrid, table: Table,
) -> None:
    """Colour every thumbnail and write it into its square.

    Args:
        pixels: [height, width] of the squares alone, as large as ``grid.size``; written to.
        thumbnails: [layer, head, row, column]; each is stretched to the square by repeating
            cells, never blurred.
        grid: where the squares lie.
        table: a colour for each level.
    """
    rows, columns = thumbnails.shape[2:]
    middle = 2 * np.arange(grid.cell) + 1  # of each pixel, in half pixels
    squares = _squares(pixels, grid)
    down, across = middle * rows // (2 * grid.cell), middle * columns // (2 * grid.cell)
    tall = thumbnails.take(down, axis=2) if rows != grid.cell else thumbnails
    wide = tall.take(across, axis=3) if columns != grid.cell else tall
    squares[:, :, : grid.cell, : grid.cell] = table.take(wide)


def mark_unreal(
    levels: NDArray[np.uint8], unreal: NDArray[np.bool_] | None, table: Table, mark: int
) -> tuple[NDArray[np.uint8] | NDArray[np.uint16], Table]:
    """The same levels and colours, but for cells that are no numbers: one colour more.

    Args:
        levels: [layer, head, row, column].
        unreal: likewise, True where a weight is no number; None, or another shape, marks nothing.
        table: 256 colours.
        mark: the pixel 0xffRRGGBB of such a cell.
    """
    if unreal is None or unreal.shape != levels.shape:
        return levels, table
    return np.where(unreal, np.uint16(len(table)), levels), np.append(table, np.uint32(mark))


def paint_tint(
    pixels: NDArray[np.uint32], shares: NDArray[np.float32], grid: SheetGrid, bar: int, track: int
) -> None:
    """Write a bar into the strip below each square, as long as a reading of its head.

    Args:
        pixels: as for ``paint_sheet``; written to.
        shares: [layer, head], 1 for a bar as long as the square; NaN is dotted.
        grid: with a strip.
        bar: the pixel 0xffRRGGBB of the bar.
        track: that of what is left of its line.
    """
    across = np.arange(grid.cell)
    lengths = np.rint(np.clip(np.nan_to_num(shares), 0, 1) * grid.cell)
    full = across < lengths[..., None]  # (L, H, cell)
    dots = (across // 2 % 2 == 0) & np.isnan(shares)[..., None]
    line = np.where(full | dots, np.uint32(bar), np.uint32(track))
    first = grid.cell + (1 if grid.strip > 2 else 0)  # a line of the gap's colour above it
    strips = _squares(pixels, grid)[:, :, first : grid.cell + grid.strip, : grid.cell]
    strips[:] = line[:, :, None]


def pixel_of(colour: str) -> int:
    """0xffRRGGBB of "#rrggbb"."""
    return 0xFF000000 | int(colour[1:], 16)


def _squares(pixels: NDArray[np.uint32], grid: SheetGrid) -> NDArray[np.uint32]:
    """The same pixels as [layer, head, row, column]."""
    squares = pixels.reshape(grid.layers, grid.rise, grid.heads, grid.pitch)
    return squares.transpose(0, 2, 1, 3)
