"""Frozen values to plain JSON and back, each checked against its type and its bounds."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from core.config import AttentionKind, StackName
from core.edits import Edit, Edits

_NUMBERS = 2**16
"""Of a list, at most; no model at hand reads so many tokens."""
_MOST = {
    "head": 9999, "layer": 9999, "at": 2**24, "cell": 2**24, "mask": 2**24, "masked": 2**24,
    "written": 2**24, "top_k": 2**24,
}
"""The largest whole number under a key; any other goes up to what 63 bits hold."""
_NAME = 4096
"""Code points of what names a model, a folder or a recipe."""
_NAMES = ("model", "train", "beside", "name", "scene", "show", "page")


def encode(value: Any) -> Any:  # noqa: ANN401 - any frozen value
    """What JSON holds of ``value``."""
    if isinstance(value, Edits):
        return [encode(edit) for edit in value.all]
    if is_dataclass(value):
        return {one.name: encode(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, tuple):
        return [encode(one) for one in value]
    return value


def decode(hint: Any, value: object, key: str) -> Any:  # noqa: ANN401 - a type as typing gives it
    """The value of type ``hint`` that JSON holds under ``key``.

    Raises:
        ValueError: if it is of another type, or out of bounds.
        Refusal: if its own class refuses it.
    """
    origin, parts = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        if value is None and NoneType in parts:
            return None
        (hint,) = (part for part in parts if part is not NoneType)
        return decode(hint, value, key)
    if origin is Literal:
        return _is(value, isinstance(value, str) and value in parts)
    if origin is tuple:
        return _tuple(parts, value, key)
    if hint is Edits:
        edits = _tuple((Edit, ...), value, key)
        return Edits().put(*edits)
    if isinstance(hint, type) and is_dataclass(hint):
        return _object(hint, value)
    if hint is float:
        number = value if isinstance(value, float) or type(value) is int else math.nan
        return _is(value, abs(number) < 1e9)
    if hint is int:
        most = _MOST.get(key, 2**63 - 1)
        return _is(value, type(value) is int and 0 <= value <= most)
    if hint is str:
        return _is(value, isinstance(value, str) and (key not in _NAMES or len(value) <= _NAME))
    return _is(value, type(value) is hint)


def _is(value: object, fits: bool) -> Any:  # noqa: ANN401 - of the type that was checked
    if not fits:
        raise ValueError
    return value


def _tuple(parts: tuple[Any, ...], value: object, key: str) -> tuple[Any, ...]:
    if not isinstance(value, list) or len(value) > _NUMBERS:
        raise ValueError
    if parts[-1] is Ellipsis:
        parts = parts[:1] * len(value)
    return tuple(decode(part, one, key) for part, one in zip(parts, value, strict=True))


def _object(kind: type, value: object) -> Any:  # noqa: ANN401 - one of ``kind``
    if not isinstance(value, Mapping) or not value.keys() <= hints(kind).keys():
        raise ValueError
    return kind(**{name: decode(hints(kind)[name], one, name) for name, one in value.items()})


@lru_cache(maxsize=16)
def hints(kind: type) -> dict[str, Any]:
    """The type of each field."""
    names = {"StackName": StackName, "AttentionKind": AttentionKind}
    found = get_type_hints(kind, localns=names)
    return {one.name: found[one.name] for one in fields(kind)}


