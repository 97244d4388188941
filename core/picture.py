"""What a sight shows of attention: every head small, and one in full precision.

It is taken layer by layer, so that a layer can be let go before the next one runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import torch

from core.frame import HeadPicture, Term, TermName, Turn
from core.omit import leave_out, left_out
from core.readings.kept import Kept
from core.thumbnail import Plan, reduce_pattern
from core.trace import AttentionTrace, LayerTrace, Sight, Trace, to_host

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor

    from core.config import AttentionKind, StackName
    from core.tokens import Tokens

_REDUCED = Kept()


class Glimpse:
    """Thumbnails of one kind of attention, and the picture of its head that is wanted."""

    def __init__(
        self, sight: Sight, stack: StackName, kind: AttentionKind, queries: Tokens, keys: Tokens
    ) -> None:
        self.sight, self.stack, self.kind = sight, stack, kind
        self._without = left_out(queries, sight.omit), left_out(keys, sight.omit)
        self.head: HeadPicture | None = None
        """None where it is not wanted, or not there."""
        self._reduced: list[Tensor] = []
        self._thumbnails: NDArray[np.uint8] | None = None
        self._plan: Plan | None = None

    def take(self, trace: Trace) -> None:
        """See the layers of a trace that has been kept; what is small is made of it once."""
        layers, sight = trace.stack(self.stack).layers, self.sight
        if sight.thumbnails:
            self._thumbnails = _REDUCED.get(
                trace, (self.stack, self.kind, sight.stream, sight.pixels, sight.scale,
                        sight.omit, sight.renormalise),
                lambda: to_host(torch.stack([self._reduce(layer) for layer in layers])))
        if sight.head is not None and 0 <= sight.head[0] < len(layers):
            self.head = self._picture(self._seen(layers[sight.head[0]]), *sight.head)

    def see(self, stack: StackName, index: int, layer: LayerTrace) -> None:
        """Take what is wanted of a layer; of other stacks nothing is."""
        if stack != self.stack:
            return
        if self.sight.thumbnails:
            self._reduced.append(self._reduce(layer))
        if self.sight.head is not None and self.sight.head[0] == index:
            self.head = self._picture(self._seen(layer), *self.sight.head)

    @property
    def thumbnails(self) -> NDArray[np.uint8] | None:
        """[layer, head, row, column], see :func:`core.thumbnail.reduce_pattern`; None if unwanted.
        The same array as before where nothing in it is new."""
        return to_host(torch.stack(self._reduced)) if self._reduced else self._thumbnails

    def _seen(self, layer: LayerTrace) -> AttentionTrace:
        return layer.on(self.sight.stream).attention(self.kind)

    def _reduce(self, layer: LayerTrace) -> Tensor:
        seen, sight = self._seen(layer), self.sight
        pattern, shown = leave_out(
            seen.pattern[0], seen.visible[0], *self._without, sight.renormalise)
        plan = self._plan.serving(shown) if self._plan else Plan(shown, sight.pixels)
        self._plan = plan
        return reduce_pattern(pattern, shown, sight.pixels, sight.scale, plan)

    def _picture(self, seen: AttentionTrace, layer: int, head: int) -> HeadPicture | None:
        """One head in full precision, with what is particular to how its scores came about; None
        where there is no such head."""
        if not 0 <= head < seen.pattern.shape[1]:
            return None
        key_head = head // (seen.pattern.shape[1] // seen.k.shape[1])
        visible = seen.visible[0]
        pattern, shown = leave_out(
            seen.pattern[0, head, None] * visible, visible, *self._without, self.sight.renormalise)
        return HeadPicture(
            layer, head, to_host(pattern[0]), to_host(seen.scores[0, head]), to_host(shown),
            terms=_terms(seen, head), turn=_turn(seen, head, key_head), key_head=key_head,
        )


def _terms(seen: AttentionTrace, head: int) -> tuple[Term, ...]:
    """What the scores are a sum of."""
    parts = ((name, getattr(seen, name)) for name in get_args(TermName))
    return tuple(Term(name, to_host(part[0, head])) for name, part in parts if part is not None)


def _turn(seen: AttentionTrace, head: int, key_head: int) -> Turn | None:
    """Queries and keys before and after they turn."""
    if seen.q_flat is None or seen.k_flat is None:
        return None
    return Turn(
        to_host(seen.q_flat[0, head]), to_host(seen.q[0, head]),
        to_host(seen.k_flat[0, key_head]), to_host(seen.k[0, key_head]),
    )
