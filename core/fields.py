"""Parsed JSON to the values of a dataclass, each checked as it is taken."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import MISSING, fields
from typing import Any, Literal, get_args, get_origin, get_type_hints

from core.errors import Refusal, translate

_EXPECTED = {
    int: translate("core", "a whole number"),
    float: translate("core", "a number"),
    bool: translate("core", "true or false"),
    str: translate("core", "a text"),
}


def checked_fields(kind: type, given: object, absent: Container[str] = ()) -> dict[str, Any]:
    """The values that ``given``, parsed JSON, has for the dataclass ``kind``.

    Args:
        kind: a dataclass.
        given: an object with one entry a field; a list where the field is a tuple.
        absent: fields that need no entry, though they have no default.

    Raises:
        Refusal: for an unknown name, a value of another type, or a field that is missing.
    """
    if not isinstance(given, Mapping):
        raise Refusal(
            translate("core", "{value} stands where an object with settings is due."),
            value=_brief(given),
        )
    hints = get_type_hints(kind)
    for name, value in given.items():
        if name not in hints:
            raise Refusal(
                translate("core", "There is no setting named {name!r}; known are {known}."),
                name=name, known=", ".join(sorted(hints)),
            )
        if not _fits(value, hints[name]):
            raise Refusal(
                translate("core", "{name} is {value}; it must be {expected}."),
                name=name, value=_brief(value), expected=_expected(hints[name]),
            )
    for field in fields(kind):
        needed = field.default is MISSING and field.name not in absent
        if needed and field.name not in given:
            raise Refusal(translate("core", "The setting {name} is missing."), name=field.name)
    return {name: tuple(v) if isinstance(v, list) else v for name, v in given.items()}


def _fits(value: object, hint: Any) -> bool:  # noqa: ANN401 - a type as typing gives it
    if get_origin(hint) is Literal:
        return value in get_args(hint)
    if get_origin(hint) is tuple:
        kinds = get_args(hint)
        if not isinstance(value, list | tuple):
            return False
        if kinds[-1] is Ellipsis:
            kinds = kinds[:1] * len(value)
        return len(value) == len(kinds) and all(map(_fits, value, kinds))
    if hint is float:
        return isinstance(value, float) or type(value) is int
    return type(value) is hint or (hint not in _EXPECTED and isinstance(value, Mapping))


def _expected(hint: Any) -> str:  # noqa: ANN401 - a type as typing gives it
    if get_origin(hint) is Literal:
        return ", ".join(get_args(hint))
    if get_origin(hint) is tuple:
        return translate("core", "a list")
    return _EXPECTED.get(hint, translate("core", "an object"))


def _brief(value: object) -> str:
    return repr(value)[:60]
