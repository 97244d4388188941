"""Colours that tell many heads apart.

Distances are taken in Oklab (Ottosson 2020), where equal steps look equal, for usual sight and for
the three kinds of colour blindness as Machado, Oliveira and Fernandes (2009) simulate them. The
first sixteen were sought together; from there on each next colour is the one farthest from all
before it, for the eye that tells it worst. A head keeps its colour however many there are.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from app.theme import Theme

Colours = NDArray[np.float64]
"""[colour, 3], linear light from 0 to 1, or Oklab."""

_TO_CONES = np.array([
    [0.4122214708, 0.5363325363, 0.0514459929],
    [0.2119034982, 0.6806995451, 0.1073969566],
    [0.0883024619, 0.2817188376, 0.6299787005],
])
_TO_LAB = np.array([
    [0.2104542553, 0.7936177850, -0.0040720468],
    [1.9779984951, -2.4285922050, 0.4505937099],
    [0.0259040371, 0.7827717662, -0.8086757660],
])
SIGHTS: dict[str, Colours] = {
    "usual": np.eye(3),
    "protanopia": np.array([
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ]),
    "deuteranopia": np.array([
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ]),
    "tritanopia": np.array([
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ]),
}
"""What reaches each kind of eye, of linear light."""
_IMPORTANCE = {"usual": 1.0, "protanopia": 2.5, "deuteranopia": 2.5, "tritanopia": 3.5}
"""Colour-blind eyes have one axis less to tell colours along: a smaller distance has to do."""
CONTRAST = 3.0, 11.0
"""Between a colour and what it is drawn on: as much as WCAG 2.2 asks of graphics (1.4.11), and
less than words have."""
_CHROMA = 0.07
"""In Oklab; a colour with less is a grey, and greys are no head's."""

_SIXTEEN = {
    "light": (
        "#0b59bc", "#de000b", "#d359ff", "#009b90", "#6f0b6f", "#8500ff", "#00594e", "#a69000",
        "#ff4e9b", "#90599b", "#851600", "#8590c8", "#bc6f64", "#b10064", "#430bb1", "#596f00",
    ),
    "dark": (
        "#59b1ff", "#e90b37", "#ffc800", "#a60bff", "#0bf485", "#006fbc", "#6f6f16", "#ff64c8",
        "#dec8ff", "#a6a600", "#9b596f", "#c800a6", "#e99b7a", "#90d3bc", "#4e9b9b", "#9b7aff",
    ),
}
"""For light surfaces and dark ones: exchanged one by one until no other colour of a grid of
24 x 24 x 24 took the nearest two farther apart (0.075 to every colour-blind eye, 0.13 to others),
and put in the order in which each is the farthest from those before. Farthest first, without
exchange, ends at 0.045."""


@cache
def head_colours(count: int, theme: Theme) -> tuple[str, ...]:
    """``count`` colours "#rrggbb" for heads 0, 1, ..., to be drawn on the theme's surface."""
    chosen = list(_SIXTEEN["dark" if theme.dark else "light"])
    if count <= len(chosen):
        return tuple(chosen[:count])
    steps = np.linspace(0, 1, 16)
    grid = np.stack(np.meshgrid(steps, steps, steps), -1).reshape(-1, 3)
    lab, ratio = to_oklab(to_linear(grid)), contrast(to_linear(grid), from_hex(theme.surface))
    vivid = np.hypot(lab[:, 1], lab[:, 2]) >= _CHROMA
    grid = grid[(ratio >= CONTRAST[0]) & (ratio <= CONTRAST[1]) & vivid]
    seen = [weight * as_seen(to_linear(grid), name) for name, weight in _IMPORTANCE.items()]
    nearest = np.full(len(grid), np.inf)
    for at in range(count - 1):
        for places, (name, weight) in zip(seen, _IMPORTANCE.items(), strict=True):
            mine = weight * as_seen(from_hex(chosen[at]), name)
            nearest = np.minimum(nearest, np.linalg.norm(places - mine, axis=1))
        if at + 1 == len(chosen):
            chosen.append(to_hex(grid[nearest.argmax()]))
    return tuple(chosen)


def as_seen(linear: Colours, sight: str) -> Colours:
    """Oklab of what an eye of one of ``SIGHTS`` makes of linear light."""
    return to_oklab(np.clip(linear @ SIGHTS[sight].T, 0, 1))


def to_linear(srgb: Colours) -> Colours:
    """Linear light of what a screen is told, both from 0 to 1 (IEC 61966-2-1)."""
    linear: Colours = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    return linear


def to_oklab(linear: Colours) -> Colours:
    """[..., 3], lightness and two opponent axes."""
    lab: Colours = np.cbrt(linear @ _TO_CONES.T) @ _TO_LAB.T
    return lab


def contrast(linear: Colours, paper: Colours) -> Colours:
    """The contrast ratio of WCAG 2.2, from 1 to 21."""
    weights = np.array([0.2126, 0.7152, 0.0722])
    one, other = linear @ weights + 0.05, paper @ weights + 0.05
    ratio: Colours = np.maximum(one, other) / np.minimum(one, other)
    return ratio


def from_hex(colour: str) -> Colours:
    """[3], linear light."""
    return to_linear(np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255)


def to_hex(srgb: Colours) -> str:
    """Of what a screen is told, from 0 to 1."""
    red, green, blue = (round(float(part) * 255) for part in srgb)
    return f"#{red:02x}{green:02x}{blue:02x}"
