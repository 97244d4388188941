"""Numbers along an axis, and how they are said."""

from __future__ import annotations

import math
from collections.abc import Sequence

from app.paint.words import typeset


def say(value: float, digits: int = 3) -> str:
    """A number with the minus of typography; an integer in full."""
    large = 1000 <= abs(value) < 1e7
    words = f"{round(value):,}" if isinstance(value, int) or large else f"{value:.{digits}g}"
    return typeset(words)


def say_ticks(ticks: Sequence[float]) -> list[str]:
    """Those of one axis, in as few digits as tell all of them."""
    digits = next((digits for digits in range(3, 9) if all(
        math.isclose(float(f"{tick:.{digits}g}"), tick, rel_tol=1e-9) for tick in ticks)), 3)
    return [say(tick, digits) for tick in ticks]


def nice_step(least: float) -> float:
    """The smallest of 1, 2, 5, 10, 20, ... times a power of ten that is not below ``least``."""
    power = 10.0 ** math.floor(math.log10(least)) if least > 0 else 1.0
    return next(step * power for step in (1, 2, 5, 10) if step * power >= least * (1 - 1e-9))


def whole_ticks(first: int, count: int, apart: float) -> list[int]:
    """Multiples of a nice whole step from ``first`` on, ``apart`` or more from one another."""
    step = max(round(nice_step(max(apart, 1.0))), 1)
    start = -(-first // step) * step
    return list(range(start, first + count, step))


def real_ticks(low: float, high: float, most: int) -> list[float]:
    """At most about ``most`` nice numbers from ``low`` to ``high``."""
    if not high > low:
        return [low]
    step = nice_step((high - low) / max(most, 1))
    start = math.ceil(low / step - 1e-9)
    return [index * step for index in range(start, math.floor(high / step + 1e-9) + 1)]


def decades(low: float, high: float, most: int) -> list[float]:
    """Powers of ten within, thinned out to about ``most``."""
    first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
    step = max(-(-(last - first + 1) // max(most, 1)), 1)
    return [10.0**power for power in range(first, last + 1, step)]
