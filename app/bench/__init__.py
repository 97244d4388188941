"""Measures of this machine, each beside a reference in the same run."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from app.preflight import check_display
from core.catalogue import DEFAULT_MODEL, find_model
from core.errors import Refusal, translate


def run_bench(what: str, model: str) -> dict[str, Any]:
    """Measure what ``headlight bench`` names.

    Off screen where there is no screen.

    Args:
        what: the measure's name.
        model: a bundled name or a folder, for the measures that run one.

    Raises:
        Refusal: if the model can't be opened, or the system does not tell what is measured.
    """
    try:
        check_display()
    except Refusal:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from app.application import make_application
    from app.bench.machine import machine

    make_application()
    sys.excepthook = sys.__excepthook__  # who measures wants to see what goes wrong
    return {"bench": what, "machine": machine(), **_measure(what, model)}


def _measure(what: str, model: str) -> dict[str, Any]:
    if what == "painting":
        from app.bench.painting import measure_painting

        return measure_painting()
    if what == "typing":
        from app.bench.typing import measure_typing, measure_typing_large

        measured = measure_typing(model)
        if model == DEFAULT_MODEL:
            measured["GPT-2 small's size, 128 tokens"] = measure_typing_large()
        return measured
    if what == "selecting":
        from app.bench.selecting import measure_selecting

        return measure_selecting(None if model == DEFAULT_MODEL else model)
    if what == "training":
        from app.bench.live import measure_live
        from app.bench.training import measure_training

        return measure_training() | {"looked at while it trains": measure_live()}
    if what == "tracing":
        from app.bench.tracing import measure_tracing

        return measure_tracing(model=None if model == DEFAULT_MODEL else str(find_model(model)))
    if what == "growth":
        from app.bench.growth import measure_growth

        return measure_growth()
    if what == "soak":
        if not sys.platform.startswith("linux"):
            raise Refusal(translate("core", "This measure counts memory as Linux tells it."))
        from app.bench.soak import measure_soak

        return measure_soak()
    if what == "scrubbing":
        from app.bench.scrubbing import measure_scrubbing

        return measure_scrubbing(model)
    from app.bench.startup import measure_startup

    return measure_startup()


def lines(result: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    """A result to read: one figure a line, what belongs together indented."""
    for name, value in result.items():
        if isinstance(value, Mapping):
            yield f"{indent}{name}:"
            yield from lines(value, indent + "  ")
        else:
            yield f"{indent}{name}: {value}"
