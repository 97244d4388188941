"""Words of any script beside one another."""

from __future__ import annotations


def isolated(words: str) -> str:
    """Keep the direction of ``words`` from turning what stands around them (Unicode's isolates)."""
    return f"\u2068{words}\u2069"
