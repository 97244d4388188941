"""Whole traces, written to files in the engine's thread."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app.state import Wish
from app.work import bare, say_failure
from core.errors import Refusal, translate

if TYPE_CHECKING:
    from core.sides import Sides

log = logging.getLogger(__name__)


def write_traces(traces: Sequence[tuple[Wish, Path]], sides: Sides | None) -> Iterator[object]:
    """Write each; how many tensors it has, or the Refusal that says why there is no file.

    Args:
        traces: what is to be written, and where to.
        sides: the model at hand.
    """
    for wish, path in traces:
        try:
            yield _write_trace(wish, path, sides)
        except Refusal as refusal:
            log.info("refused: %s", str(refusal))
            yield bare(refusal)
        except Exception as error:
            log.exception("a trace failed")
            yield say_failure(error)


def _write_trace(wish: Wish, path: Path, sides: Sides | None) -> int:
    from core.tracefile import write_trace

    if sides is None or sides.session.card.reference != wish.model:
        raise Refusal(translate("core", "The model of this picture is no longer open."))
    return write_trace(sides.side(wish.at, wish.edits), wish.prompt, path)
