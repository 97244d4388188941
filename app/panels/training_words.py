"""Where a run is, in words and numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QCoreApplication

from app.panels.positions_ticks import say
from app.panels.readings_words import reading_name
from app.panels.training_lines import nearest
from app.panels.training_readings import SHARES
from core.asks.readings import Reading
from core.drive import Curve, Training


def translate(context: str, text: str) -> str:
    """Qt's translation, by the name that its tools look for."""
    return QCoreApplication.translate(context, text)


def say_unit(unit: str) -> str:
    """Of a held-out loss."""
    return {
        "nats a byte": translate("training", "nats a byte"),
        "nats a token": translate("training", "nats a token"),
        "nats a text": translate("training", "nats a text"),
        "nats a hidden token": translate("training", "nats a hidden token"),
        "nats a predicted token": translate("training", "nats a predicted token"),
        "nats a target token": translate("training", "nats a target token"),
    }.get(unit, unit)


def same_unit(training: Training) -> bool:
    """Whether what is held out may be drawn on the axis of the loss, which is of tokens."""
    return training.unit != "nats a byte"


def say_place(training: Training) -> str:
    """Steps, speed, and what is on the disk."""
    parts = [translate("training", "step {done} of {steps}").format(
        done=f"{training.done:,}", steps=f"{training.steps:,}")]
    if training.working and training.steps_a_second is not None:
        parts.append(translate("training", "{speed} steps/s").format(
            speed=_speed(training.steps_a_second)))
    if training.working and training.tokens_a_second is not None:
        parts.append(translate("training", "{speed} tokens/s").format(
            speed=_speed(training.tokens_a_second)))
    if training.saved is not None:
        parts.append(translate("training", "saved at {step}").format(step=f"{training.saved:,}"))
    return "  ·  ".join(parts)


def say_losses(training: Training) -> str:
    """The last loss, and what was measured."""
    parts = []
    if training.loss is not None:
        parts.append(translate("training", "loss {loss}").format(loss=f"{training.loss:.3f}"))
    if training.right is not None:
        parts.append(translate("training", "{share} right").format(share=f"{training.right:.3f}"))
    if training.held_out is not None and training.best is not None:
        parts.append(translate("training", "held out {held_out}, best {best} ({unit})").format(
            held_out=f"{training.held_out:.3f}", best=f"{training.best:.3f}",
            unit=say_unit(training.unit)))
    elif training.held_out is not None:
        parts.append(translate("training", "held out {held_out} ({unit})").format(
            held_out=f"{training.held_out:.3f}", unit=say_unit(training.unit)))
    return "  ·  ".join(parts)


def curve_name(name: str) -> str:
    """Of a curve of a run."""
    if name in SHARES:
        return reading_name(name)
    return {
        "loss": translate("training", "loss"), "right": translate("training", "held out, right"),
    }.get(name, translate("training", "held out"))


def say_step(curves: Mapping[str, Curve], step: float, readings: Sequence[Reading]) -> str:
    """Losses and readings at about a step, each of the point that is nearest to it.

    What was measured elsewhere says at which step that was.
    """
    names = ["loss", "held_out", "right", *readings]
    parts, there = [], step
    near = max((0.01 * float(curve.steps[-1]) for curve in curves.values() if len(curve.steps)),
               default=0.0)
    for name in names:
        curve = curves.get(name)
        at = None if curve is None else nearest(curve, step)
        if curve is None or at is None:
            continue
        if name == "loss":
            there = float(curve.steps[at])
        words = f"{curve_name(name)} {say(float(curve.middle[at]))}"
        if curve.high[at] > curve.low[at] and name == "loss":
            words += translate("training", " ({low} to {high})").format(
                low=say(float(curve.low[at])), high=say(float(curve.high[at])))
        if abs(float(curve.steps[at]) - there) > near:
            words += translate("training", " at {step}").format(
                step=say(round(float(curve.steps[at]))))
        parts.append(words)
    head = translate("training", "Step {step}: ").format(step=say(round(there)))
    return head + "  ·  ".join(parts)


def describe(curves: Mapping[str, Curve], readings: Sequence[Reading]) -> str:
    """The plot for who does not see it: how each curve begins, ends, and its least or greatest."""
    told = []
    for name in ("loss", "held_out", "right", *readings):
        curve = curves.get(name)
        if curve is None or not len(curve.steps):
            continue
        falls = name in ("loss", "held_out")
        best = int(curve.low.argmin() if falls else curve.high.argmax())
        words = translate("training", "{name}: {first} at step {start}, {last} at step {end}, least"
                          " {best} at step {at}.") if falls else translate(
            "training", "{name}: {first} at step {start}, {last} at step {end}, most {best} at step"
                        " {at}.")
        told.append(words.format(
            name=curve_name(name), first=say(float(curve.middle[0])),
            start=say(round(float(curve.steps[0]))), last=say(float(curve.middle[-1])),
            end=say(round(float(curve.steps[-1]))),
            best=say(float((curve.low if falls else curve.high)[best])),
            at=say(round(float(curve.steps[best])))))
    return " ".join(told)


def _speed(value: float) -> str:
    return f"{value:,.1f}" if value < 100 else f"{value:,.0f}"
