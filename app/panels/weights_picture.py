"""A matrix of weights as a field of numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.panels.colour_bar import signed
from app.panels.field_picture import Picture, Side
from app.panels.weights_words import sides
from core.asks.weights import WeightsPicture


def weights_picture(told: WeightsPicture, names: Sequence[str], cut: bool) -> Picture:
    """Rows and columns as the matrix has them, on one hue below 0 and another above.

    Args:
        told: the numbers.
        names: of the rows; none where they are numbered.
        cut: whether colours end where the bulk of all magnitudes does.
    """
    about = told.summary
    cut = cut and about.beyond > 0
    most = (about.bulk if cut else max(abs(about.low), abs(about.high))) or 1.0
    ends = ("≤ " + signed(-most), "≥ " + signed(most)) if cut else (signed(-most), signed(most))
    down, across = sides(told.place.matrix)
    rows = Side(len(names), names) if names else Side(about.positions, title=down)
    return Picture(
        told.values / np.float32(most), rows, Side(about.width, title=across),
        ((0, ends[0]), (0.5, "0"), (1, ends[1])), "signed")
