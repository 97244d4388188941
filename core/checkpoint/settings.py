"""The values of a ``config.json``, each checked for its type as it is taken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from core.config import LIMIT
from core.errors import Refusal, translate

Choice = TypeVar("Choice")


class Settings:
    """Typed access to a parsed ``config.json``; a null counts as absent."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = values

    def count(self, name: str, default: int | None = None) -> int:
        """A whole number from 1 to ``LIMIT``."""
        value = self._take(name, default)
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= LIMIT:
            raise _wrong(name, value, translate("core", "a whole number from 1 to 16777216"))
        return value

    def number(self, name: str, default: float) -> float:
        """A number above 0."""
        value = self._take(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e30:
            raise _wrong(name, value, translate("core", "a number above 0"))
        return float(value)

    def flag(self, name: str, default: bool) -> bool:
        """True or false."""
        value = self._take(name, default)
        if not isinstance(value, bool):
            raise _wrong(name, value, translate("core", "true or false"))
        return value

    def choice(self, name: str, choices: Mapping[str, Choice], default: str) -> Choice:
        """One of the names that ``choices`` knows."""
        value = self._take(name, default)
        if not isinstance(value, str) or value not in choices:
            raise _wrong(name, value, ", ".join(choices))
        return choices[value]

    def _take(self, name: str, default: object) -> Any:  # noqa: ANN401 - parsed JSON
        value = self.values.get(name)
        if value is None:
            value = default
        if value is None:
            raise Refusal(
                translate("core", "config.json has no {name}; the file is not whole, or not of "
                          "this family."), name=name,
            )
        return value


def _wrong(name: str, value: object, expected: str) -> Refusal:
    return Refusal(
        translate("core", "config.json: {name} is {value}; expected {expected}."),
        name=name, value=repr(value)[:60], expected=expected,
    )
