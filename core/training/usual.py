"""The bundled recipes of each objective, the usual one first; without torch."""

from __future__ import annotations

from collections.abc import Mapping

USUAL: Mapping[str, tuple[str, ...]] = {
    "causal": ("english-gpt", "tang-gpt", "english-gpt-repeats"),
    "masked": ("english-bert", "english-bert-long", "sentiment-words"),
    "spans": ("english-t5",),
    "permutation": ("english-xlnet",),
    "translation": ("dates", "dates-t5"),
    "classification": ("sentiment",),
}
