"""What is drawn of a model that stands beside others, as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.asks.beside import Mean, MeanAsk
from core.tables import Axis, Table

if TYPE_CHECKING:
    from core.beside import Shown
    from core.frame import Frame


def tell_side(name: str, frame: Frame, shown: Shown) -> dict[str, Table]:
    """Its picture and its predictions; every name begins with that of the model, as others stand
    beside it whose tokens are others.

    Args:
        name: of the model.
        frame: what it was asked for.
        shown: what is drawn of it.
    """
    import numpy as np

    queries = Axis(f"{name} query", frame.queries.labels)
    keys = Axis(f"{name} key", frame.keys.labels)
    found: dict[str, Table] = {}
    mean = _mean(frame) if shown == "mean" else None
    if mean is not None:
        found["mean pattern"] = Table(mean.pattern, (queries, keys))
        found["shown"] = Table(mean.shown, (queries, keys))
    elif shown == "head" and frame.head is not None:
        found["pattern"] = Table(frame.head.pattern, (queries, keys))
        found["shown"] = Table(frame.head.shown, (queries, keys))
    elif shown == "heads" and frame.thumbnails is not None:
        whole = frame.thumbnails.shape[2:] == (len(frame.queries), len(frame.keys))
        cells = (queries, keys) if whole else (Axis(f"{name} row"), Axis(f"{name} column"))
        heads = Axis(f"{name} layer"), Axis(f"{name} head")
        found["level"] = Table(frame.thumbnails, (*heads, *cells))
    if frame.predictions:
        rank = Axis(f"{name} rank", tuple(one.label for one in frame.predictions), 1)
        found["probability"] = Table(
            np.array([one.probability for one in frame.predictions]), (rank,))
    if frame.labels:
        found["label probability"] = Table(
            np.array(frame.labels), (Axis(f"{name} label", tuple(frame.card.labels)),))
    return {f"{name} {key}": table for key, table in found.items()}


def _mean(frame: Frame) -> Mean | None:
    return next((frame.told(ask) for ask in frame.answers if isinstance(ask, MeanAsk)), None)
