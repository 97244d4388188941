"""What a screen reader is told of one large head."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QCoreApplication

from app.paint.words import isolated
from core.frame import Frame, HeadPicture


def matrix_sentence(frame: Frame, head: HeadPicture) -> str:
    """How large the picture is, and where its largest weight is."""
    translate = QCoreApplication.translate
    said = translate("matrix", "Layer {layer}, head {head}: {queries} queries, {keys} keys").format(
        layer=head.layer, head=head.head, queries=len(frame.queries), keys=len(frame.keys))
    seen = np.where(head.shown & np.isfinite(head.pattern), head.pattern, -1)
    if not seen.size or seen.max() < 0:
        return f"{said}."
    query, key = (int(at) for at in np.unravel_index(int(seen.argmax()), seen.shape))
    return translate(
        "matrix", "{picture}; the largest weight: “{query}” ({i}) looks at “{key}” ({j}), {weight}."
    ).format(
        picture=said, query=isolated(frame.queries.labels[query]), i=query,
        key=isolated(frame.keys.labels[key]), j=key, weight=f"{seen[query, key]:.2f}")
