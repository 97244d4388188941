"""What a run would take, in a line that a person reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from core.memory import readable_size

if TYPE_CHECKING:
    from core.training.estimate import Estimate


def say_estimate(told: Estimate, steps: int) -> str:
    """Parameters, steps a second, how long all ``steps`` take, memory."""
    speed = told.steps_a_second
    return translate(
        "new_run", "{parameters} parameters · about {speed} steps/s · {steps} steps in about "
        "{time} · {size} of memory",
    ).format(
        parameters=f"{told.parameters:,}", speed=f"{speed:.2g}" if speed < 10 else f"{speed:.0f}",
        steps=f"{steps:,}", time=say_time(steps / speed), size=readable_size(told.size))


def say_time(seconds: float) -> str:
    """In the unit that suits it."""
    if seconds < 90:
        return translate("new_run", "{count} s").format(count=max(round(seconds), 1))
    if seconds < 90 * 60:
        return translate("new_run", "{count} min").format(count=round(seconds / 60))
    if seconds < 72 * 3600:
        return translate("new_run", "{count} hours").format(count=f"{seconds / 3600:.1f}")
    return translate("new_run", "{count} days").format(count=round(seconds / 86400))


def translate(context: str, text: str) -> str:
    """Qt's translation, by the name that its tools look for."""
    return QCoreApplication.translate(context, text)
