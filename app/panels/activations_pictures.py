"""Activations as fields of numbers: values by position and dimension, norms by layer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.panels.colour_bar import signed
from app.panels.field_picture import Picture, Side
from core.asks.activations import Matrix, Norms


def values_picture(told: Matrix, labels: Sequence[str], cut: bool) -> Picture:
    """A row a position, a column a dimension; outliers and dead dimensions are marked.

    Args:
        told: the values.
        labels: of the positions.
        cut: whether colours end where the bulk of values does.
    """
    summary = told.summary
    cut = cut and summary.beyond > 0
    most = (summary.bulk if cut else max(abs(summary.low), abs(summary.high))) or 1.0
    ends = ("≤ " + signed(-most), "≥ " + signed(most)) if cut else (signed(-most), signed(most))
    return Picture(
        told.values / np.float32(most), Side(len(labels), labels), Side(summary.width),
        ((0, ends[0]), (0.5, "0"), (1, ends[1])), "signed",
        above=[dimension for dimension, _ in summary.outlying], below=summary.dead.tolist())


def norms_picture(told: Norms, names: Sequence[str], labels: Sequence[str]) -> Picture:
    """A row a layer, a column a position, on a logarithmic scale.

    Args:
        told: the norms.
        names: of the layers.
        labels: of the positions.
    """
    norms = told.values
    good = np.isfinite(norms)
    above = norms[good & (norms > 0)]
    low, high = (float(above.min()), float(above.max())) if above.size else (1.0, 1.0)
    scaled = np.log(np.clip(np.where(good, norms, low), low, high) / low)
    return Picture(
        np.where(good, scaled / (np.log(high / low) or 1.0), np.nan), Side(len(names), names),
        Side(told.positions, labels), ((0, signed(low)), (1, signed(high))))
