"""The squares of all heads as one image, in screen pixels.

It needs numpy, and is imported with the first frame: the window opens before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

from app.paint.colour import colour_table
from app.paint.sheet import blank_sheet, mark_unreal, paint_sheet, paint_tint, pixel_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from app.paint.sheet import SheetGrid
    from app.panels.sheet_tint import Tint
    from app.theme import Theme


class SheetPicture:
    """For one grid; of another one it is made anew."""

    def __init__(self, grid: SheetGrid, ratio: float) -> None:
        """``ratio`` is that of the screen's pixels to the widget's."""
        self._grid, self._pixels = grid, blank_sheet(grid)
        width, height = grid.size
        self.image = QImage(
            self._pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32)
        self.image.setDevicePixelRatio(ratio)

    def colour(
        self, levels: NDArray[np.uint8], unreal: NDArray[np.bool_] | None, signed: bool,
        tint: Tint | None, theme: Theme,
    ) -> None:
        """Draw all squares.

        Args:
            levels: [layer, head, row, column], 0 where masked.
            unreal: the same shape: what is no number; None if all are numbers.
            signed: whether they are differences, half of the levels below 0.
            tint: of the strips below the squares.
            theme: whose colours.
        """
        table = colour_table(theme.signed if signed else theme.weights, theme.masked)
        self._pixels.fill(pixel_of(theme.grid))
        marked, table = mark_unreal(levels, unreal, table, pixel_of(theme.broken))
        paint_sheet(self._pixels, marked, self._grid, table)
        if tint is not None and tint.shares is not None and self._grid.strip:
            bar, track = pixel_of(theme.tint), pixel_of(theme.surface)
            paint_tint(self._pixels, tint.shares, self._grid, bar, track)
