"""Words of any script beside one another, and numbers among them."""

from __future__ import annotations


def isolated(words: str) -> str:
    """Keep the direction of ``words`` from turning what stands around them (Unicode's isolates)."""
    return f"\u2068{words}\u2069"


def typeset(number: str) -> str:
    """A formatted number with the minus of typography; what is none is NaN on every page."""
    return number.replace("-", "−").replace("nan", "NaN").replace("inf", "∞")
