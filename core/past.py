"""What a causal stack made of a text, kept for the next text that begins alike.

No position of such a stack sees a later one, so that the rows of a common beginning are the same
in both. They lie in tensors with room for more, so that a row added copies no other.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, TypeVar

import torch
from torch import Tensor

from core.trace import AttentionTrace, LayerTrace

Part = TypeVar("Part", AttentionTrace, LayerTrace)

_SQUARE = {"scores": -math.inf, "pattern": 0.0, "content": 0.0}
"""Tensors by query and key, and what is in a cell whose key comes after its query."""
_WHOLE = {"k", "v", "k_flat", "bias"}  # these have all rows already
_SPARE = 16  # rows of room, at least


@dataclass(frozen=True)
class Past:
    """The rows of a stack, by the names of the legend.

    Rows after the common ones are written over: the trace before lasts until the next is made.
    """

    kept: int = 0
    """How many rows hold for the next text."""
    _seen: dict[str, Tensor] = field(default_factory=dict)
    _room: dict[str, Tensor] = field(default_factory=dict)
    """What ``_seen`` are the first rows of, once a row was added; nobody else's, to be written."""
    _prefix: str = ""

    def keep(self, rows: int) -> Past:
        """The same, of which so many rows hold for the next text; nothing, if none does."""
        return replace(self, kept=rows) if rows else Past()

    def common(self, before: Sequence[object], after: Sequence[object]) -> Past:
        """The same, of which those rows hold that begin both texts.

        Args:
            before: what each row is of.
            after: the next text, of which one row at least is to run.
        """
        pairs = zip(before, after[:-1], strict=False)
        return self.keep(next((at for at, (old, new) in enumerate(pairs) if old != new),
                              min(len(before), len(after) - 1)))

    def part(self, name: str) -> Past:
        """The same under a longer name, such as that of a layer."""
        return replace(self, _prefix=f"{self._prefix}{name}.")

    def fixed(self, name: str, make: Callable[[], Tensor]) -> Tensor:
        """What is the same as long as any row holds, such as keys of the encoder."""
        name = self._prefix + name
        if not self.kept or name not in self._seen:
            self._seen[name] = make()
        return self._seen[name]

    def grow(self, name: str, new: Tensor) -> Tensor:
        """All rows, [..., S, width] or [..., S, keys]: those that are kept, then ``new``."""
        empty, name = _SQUARE.get(name), self._prefix + name
        if not self.kept:
            self._seen[name] = new
            return new
        rows, columns = self.kept + new.shape[-2], new.shape[-1]
        room = self._room.get(name)
        if room is None or rows > room.shape[-2] or columns > room.shape[-1]:
            room = self._room[name] = self._widen(self._seen[name], rows, columns, empty)
        room[..., self.kept : rows, :columns] = new
        self._seen[name] = room[..., :rows, :columns]
        return self._seen[name]

    def _widen(self, old: Tensor, rows: int, columns: int, empty: float | None) -> Tensor:
        """A tensor with room, and the rows that are kept."""
        spare = max(_SPARE, rows // 8)
        if empty is None or columns != rows:  # keys of the encoder do not grow
            room = old.new_empty(*old.shape[:-2], rows + spare, columns)
        else:
            room = old.new_full((*old.shape[:-2], rows + spare, rows + spare), empty)
            columns = min(old.shape[-1], columns)
        room[..., : self.kept, :columns] = old[..., : self.kept, :columns]
        return room

    def whole(self, part: Part) -> Part:
        """``part``, which has new rows alone, with all rows."""
        tensors: dict[str, Any] = {
            each.name: self.grow(each.name, value) for each in fields(part)
            if isinstance(value := getattr(part, each.name), torch.Tensor)
            and not (isinstance(part, AttentionTrace) and each.name in _WHOLE)
        }
        return replace(part, **tensors)
