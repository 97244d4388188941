"""Weights by training step, within a budget of bytes; a model with those of one step."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Protocol

import torch
from torch import Tensor, nn

from core.errors import Refusal, translate
from core.model import Transformer

Weights = Mapping[str, Tensor]
"""By the names of ``Transformer.named_parameters``; one that is tied to another is there once."""


class Steps(Protocol):
    """Weights by training step, wherever they are kept; one thread uses it."""

    budget: int
    """In bytes: what may be held in memory."""

    @property
    def steps(self) -> tuple[int, ...]:
        """The steps that there are, in order."""

    @property
    def used(self) -> int:
        """Bytes that are held in memory."""

    def nearest(self, step: int) -> int:
        """The step that there is nearest to ``step``; of two as near, the earlier.

        Raises:
            Refusal: if there is none.
        """

    def weights(self, step: int) -> Weights:
        """Those of a step that there is: the same object as long as they are the same.

        Raises:
            LookupError: if it is none of ``steps``.
            Refusal: if they can't be read; the step is gone then.
        """


class Timeline:
    """Weights in main memory: one step a stride, and when the budget is full, every second goes.

    The first and the newest that was kept stay, as long as the budget holds two.
    """

    def __init__(self, budget: int) -> None:
        """``budget`` is in bytes."""
        self.stride = 1
        """Steps between two that are kept; doubled when the budget is full."""
        self._budget = budget
        self._kept: dict[int, Weights] = {}  # in order
        self._sizes: dict[int, int] = {}  # counted once: of many steps it takes longer than one

    @property
    def budget(self) -> int:
        """In bytes; when it becomes smaller, steps go."""
        return self._budget

    @budget.setter
    def budget(self, budget: int) -> None:
        self._budget = budget
        if self._kept:
            step, weights = self._kept.popitem()
            self._thin(budget - weight_bytes(weights))
            if weight_bytes(weights) <= budget:
                self._kept[step] = weights

    @property
    def steps(self) -> tuple[int, ...]:
        """The steps that are kept, in order."""
        return tuple(self._kept)

    @property
    def used(self) -> int:
        """Bytes of all copies."""
        return sum(self._sizes[step] for step in self._kept)

    def offer(self, step: int, model: Transformer) -> bool:
        """Keep a copy of the weights as they are after ``step``; False if none is kept.

        See :meth:`offer_weights`.
        """
        return self.offer_weights(step, dict(model.named_parameters()))

    def offer_weights(self, step: int, weights: Weights) -> bool:
        """Keep a copy of these; False if none is kept.

        None is as long as the stride is not over, or if the budget holds not one. A step that is
        not after the newest begins another course: those from it on are forgotten.
        """
        for later in [kept for kept in self._kept if kept >= step]:
            del self._kept[later]
        if self._budget <= 0:
            return False
        kept = list(self._kept)
        if kept and self._place(step) == self._place(kept[-1]):
            return False
        if len(kept) > 1 and self._place(kept[-2]) == self._place(kept[-1]):
            del self._kept[kept[-1]]  # it was there as the newest alone
        size = weight_bytes(weights)
        self._thin(self._budget - size)
        if size > self._budget:
            return False
        with torch.inference_mode(False):
            self._kept[step] = MappingProxyType({
                name: weight.detach().to("cpu", copy=True)
                for name, weight in weights.items()
            })
        self._sizes[step] = size
        return True

    def nearest(self, step: int) -> int:
        """The kept step nearest to ``step``; of two as near, the earlier.

        Raises:
            Refusal: if none is kept.
        """
        return nearest_of(self.steps, step)

    def weights(self, step: int) -> Weights:
        """The copies of a step that is kept.

        Raises:
            LookupError: if it is not.
        """
        return self._kept[step]

    def _place(self, step: int) -> int:
        """The stride in which it falls, counted from the first."""
        return (step - next(iter(self._kept))) // self.stride

    def _thin(self, room: int) -> None:
        """Let every second one go until no more than ``room`` bytes are held."""
        while self._kept and self.used > room:
            if len(self._kept) == 1:
                self._kept.clear()
                return
            self.stride *= 2
            first = {self._place(step): step for step in reversed(self._kept)}
            self._kept = {step: self._kept[step] for step in sorted(first.values())}


def nearest_of(steps: Sequence[int], step: int) -> int:
    """Of ``steps`` the nearest to ``step``; of two as near, the earlier.

    Raises:
        Refusal: if there are none.
    """
    if not steps:
        raise Refusal(translate("core", "The timeline has no step yet."))
    return min(steps, key=lambda kept: (abs(kept - step), kept))


def weight_bytes(weights: Weights) -> int:
    """What they take."""
    return sum(weight.numel() * weight.itemsize for weight in weights.values())


def model_at(model: Transformer, weights: Weights) -> Transformer:
    """``model`` with other weights, for looking at; the one that is given stays as it is.

    A module of its own, so that whatever is read out of it or altered in it is of these weights:
    for english-gpt it is made in 5 ms, and then runs as fast as the live one, where
    ``torch.func.functional_call`` would add half a millisecond to each look. Tensors that lie on
    the model's device already are shared, not copied.
    """
    known: dict[int, object] = {id(model.config): model.config}
    known |= {id(buffer): buffer for buffer in model.buffers()}
    for name, old in model.named_parameters():
        new = weights[name].to(old.device, old.dtype)
        known[id(old)] = nn.Parameter(new, requires_grad=old.requires_grad)
    return copy.deepcopy(model, known).eval()
