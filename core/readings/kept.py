"""What was read out before, so that a moved selection or one more letter reads little anew."""

from __future__ import annotations

import hashlib
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

import numpy as np

from core.trace import Trace

T = TypeVar("T")


class Kept:
    """Answers about one trace; another trace makes it forget them. One thread uses it."""

    def __init__(self) -> None:
        self._trace: weakref.ref[Trace] | None = None
        self._found: dict[Hashable, Any] = {}

    def get(self, trace: Trace, key: Hashable, make: Callable[[], T]) -> T:
        """The answer of this name, made if it is not there yet."""
        if self._trace is None or self._trace() is not trace:
            self._trace, self._found = weakref.ref(trace), {}
        if key not in self._found:
            self._found[key] = make()
        found: T = self._found[key]
        return found


class Remembered:
    """Answers by the numbers that they were computed from; the newest of them."""

    def __init__(self, version: Hashable, most: int) -> None:
        """``version`` is of all else that they depend on; at most ``most`` are held."""
        self.version = version
        self._most = most
        self._found: OrderedDict[bytes, Any] = OrderedDict()

    def __contains__(self, key: bytes) -> bool:
        return key in self._found

    def get(self, key: bytes) -> Any:  # noqa: ANN401
        """The answer, which must be there."""
        self._found.move_to_end(key)
        return self._found[key]

    def put(self, key: bytes, found: object) -> None:
        """Remember it, and let the oldest go."""
        self._found[key] = found
        while len(self._found) > self._most:
            self._found.popitem(last=False)


def digest(numbers: np.ndarray) -> bytes:
    """A short name of these numbers, which no others have."""
    return hashlib.blake2b(np.ascontiguousarray(numbers).tobytes(), digest_size=16).digest()
