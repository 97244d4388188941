"""Values of a configuration, refused in a sentence where they can't be."""

from __future__ import annotations

from core.errors import Refusal, translate

LIMIT = 2**24
"""No dimension of a model that can be shown is larger; guards against absurd files."""


def check_count(owner: object, name: str, least: int, most: int = LIMIT) -> None:
    """Refuse what is no whole number from ``least`` to ``most``."""
    value = getattr(owner, name)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise Refusal(
            translate(
                "core", "{name} is {value!r}; it must be a whole number from {least} to {most}."
            ),
            name=name, value=value, least=least, most=most,
        )


def check_share(owner: object, name: str) -> None:
    """Refuse what is not from 0 to 1."""
    value = getattr(owner, name)
    if not 0 <= value <= 1:
        raise Refusal(
            translate("core", "{name} is {value}; it must be from 0 to 1."), name=name, value=value
        )
