"""From 8-bit levels to 32-bit pixels, through one table of 256 entries."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from core.trace import LOG_FLOOR, MASKED, Scale

Table = NDArray[np.uint32]


@cache
def colour_table(name: str, masked: str) -> Table:
    """256 pixels 0xffRRGGBB: entry ``MASKED`` is flat, 1 to 255 rise with the weight.

    Args:
        name: a perceptually uniform map of pyqtgraph.
        masked: the colour of a masked cell, "#rrggbb".
    """
    import pyqtgraph

    colours = pyqtgraph.colormap.get(name)
    table = colours.getLookupTable(nPts=255, alpha=False, mode="byte").astype(np.uint32)
    pixels = np.empty(256, np.uint32)
    pixels[MASKED] = 0xFF000000 | int(masked.lstrip("#"), 16)
    pixels[1:] = 0xFF000000 | table[:, 0] << 16 | table[:, 1] << 8 | table[:, 2]
    pixels.flags.writeable = False
    return pixels


def weight_levels(
    weights: NDArray[np.float32], visible: NDArray[np.bool_], scale: Scale
) -> NDArray[np.uint8]:
    """The level of each weight, as the engine makes them for thumbnails.

    Args:
        weights: [query, key] from 0 to 1.
        visible: [query, key], False where masked.
        scale: as in ``core.thumbnail.reduce_pattern``.
    """
    scaled = scale_weights(weights, scale)
    return np.where(visible, (scaled * 254 + 1.5).astype(np.uint8), np.uint8(MASKED))


def scale_weights(weights: NDArray[np.float32], scale: Scale) -> NDArray[np.float32]:
    """How far along the colours each weight is, from 0 to 1; NaN is 0."""
    scaled = np.nan_to_num(np.clip(weights, 0, 1))
    if scale == "root":
        scaled = np.sqrt(scaled)
    elif scale == "log":
        scaled = 1 - np.log(np.maximum(scaled, LOG_FLOOR)) / np.log(LOG_FLOOR)
    return scaled


def signed_levels(
    values: NDArray[np.float32], visible: NDArray[np.bool_], most: float
) -> NDArray[np.uint8]:
    """The level of each value between ``-most`` and ``most``: 128 is 0.

    Args:
        values: [query, key]; what is beyond the range is drawn at its end.
        visible: [query, key], False where masked.
        most: above 0.
    """
    scaled = np.nan_to_num(np.where(visible, values, 0) / most)
    level = (np.clip(scaled, -1, 1) * 127 + 128.5).astype(np.uint8)
    return np.where(visible, level, np.uint8(MASKED))


def signed_range(values: NDArray[np.float32]) -> float:
    """The largest finite value, its sign left out; 1 where all are 0."""
    return float(np.abs(values[np.isfinite(values)]).max(initial=0.0)) or 1.0


def tick_level(weight: float, scale: Scale) -> float:
    """Where a weight stands on the colour bar, 0 to 1."""
    one = np.array([[weight]], np.float32)
    return (int(weight_levels(one, np.array([[True]]), scale)[0, 0]) - 1) / 254
