"""Linear layers on the CPU, through the faster of the libraries that torch brings.

torch multiplies float32 matrices with the BLAS it was built with. Where that is MKL and the
processor is not Intel's, it may leave half of the vector units idle; oneDNN, which torch also
brings, does not. oneDNN wants the weights in an order of its own: a second copy of them, made once.
Which of both is faster is measured on this machine, once.

There is no public call for a prepared matrix, so that torch's own operators are used where they
are there; else ``torch.utils.mkldnn``, which is public and somewhat slower; else nothing changes.
Both multiply and add in float32; sums are taken in another order.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, Self

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core import products
from core.memory import memory_available

log = logging.getLogger(__name__)

_LEAST = 1 << 16
"""Weights of a matrix; smaller ones are not worth a copy."""
_ROWS = 128
"""Rows that the order of the weights is made for; others come out right, too."""
_SHARE = 0.85
"""Of the time that the usual way takes: what another must stay below to be taken."""
_ROOM = 4
"""Times the copy's bytes that must be free."""


@dataclass(frozen=True)
class Library:
    """One way to multiply by a prepared matrix."""

    name: str
    prepare: Callable[[Tensor], Tensor]
    """[out, in] float32 to the same in the library's order."""
    run: Callable[..., Tensor]
    """``x`` [..., in], the prepared ``weight`` and the ``bias`` [out] or None, to [..., out]."""


class Linear(nn.Linear):
    """x W^T + b. Without a library, or once its weights are others, it is ``nn.Linear``.

    A fused optimizer changes weights and leaves their version as it was: to train ends what was
    prepared.
    """

    learns = False
    """Whether it multiplies as a model that learns, see :func:`learn`."""
    _prepared: tuple[Library, Tensor, Tensor, tuple[int, int]] | None = None
    """The library, the matrix in its order, the parameter that it was made of, and where that lay
    and which version it had then."""

    def forward(self, x: Tensor) -> Tensor:
        """[..., in] to [..., out]."""
        if self._prepared is not None and not torch.is_grad_enabled() and x.numel():
            library, matrix, weight, state = self._prepared
            if weight is self.weight and _state(weight) == state and x.dtype == matrix.dtype:
                return library.run(x, matrix, self.bias)
        for_training = self.learns and (self.training or not torch.is_grad_enabled())
        if for_training and products.suits(x, self.weight):
            return products.multiply(x, self.weight, self.bias)
        return F.linear(x, self.weight, self.bias)

    def train(self, mode: bool = True) -> Self:
        """To be trained, or looked at."""
        if mode:
            self._prepared = None
        return super().train(mode)

    def __getstate__(self) -> dict[str, Any]:
        """A copy, or what a file takes, is ``nn.Linear``: no prepared matrix can be copied."""
        return {name: value for name, value in self.__dict__.items() if name != "_prepared"}

    def prepare(self, library: Library) -> None:
        """Use this library from now on, for the weights as they are."""
        weight = self.weight
        self._prepared = library, library.prepare(weight.detach()), weight, _state(weight)


def learn(model: nn.Module, faster: bool) -> None:
    """Let a model that is trained multiply in the faster way, or in the usual one.

    Args:
        model: large products of its float32 matrices on the CPU, there and back. Gradients that
            are asked of it while it is looked at are taken in the usual way.
        faster: sums are taken in another order then, so that a run that is gone on with comes to
            the same numbers only if it multiplies as it began.
    """
    for module in model.modules():
        if isinstance(module, Linear):
            module.learns = faster


def learns(model: nn.Module) -> bool:
    """Whether it was told to multiply in the faster way."""
    return any(isinstance(module, Linear) and module.learns for module in model.modules())


def _state(weight: Tensor) -> tuple[int, int]:
    return weight.data_ptr(), weight._version


def prepare(model: nn.Module, library: Library | None = None) -> Library | None:
    """Let a model that is only looked at use the faster library, where there is room for a copy.

    Args:
        model: its large matrices are prepared; nothing happens to those of another type, or not
            on the CPU.
        library: None for the one that is faster here.

    Returns:
        What is used; None if all stays as it was.
    """
    layers = [module for module in model.modules() if isinstance(module, Linear) and _suits(module)]
    needed = sum(layer.weight.nbytes for layer in layers)
    free = memory_available()
    if not layers or (free is not None and needed * _ROOM > free):
        return None
    library = library or fastest()
    if library is not None:
        for layer in layers:
            layer.prepare(library)
        log.info("%s for %d matrices, %d MB", library.name, len(layers), needed >> 20)
    return library


def _suits(layer: Linear) -> bool:
    weight = layer.weight
    return (weight.device.type == "cpu" and weight.dtype == torch.float32
            and weight.numel() >= _LEAST and not weight.is_inference())


@cache
def fastest() -> Library | None:
    """The library that beats the usual way on this machine; None if none does.

    It takes about a fifth of a second, once, in the thread that reads a model.
    """
    random = torch.Generator().manual_seed(0)  # a run may be drawing from torch's own
    weight, few, many = (torch.randn(rows, 768, generator=random) for rows in (1536, 2, _ROWS))
    usual = _least_seconds(lambda x: F.linear(x, weight), few, many)
    best, share = None, _SHARE
    for library in libraries():
        multiply = partial(library.run, weight=library.prepare(weight), bias=None)
        taken = _least_seconds(multiply, few, many) / usual
        log.info("linear layers: %s takes %.2f of the usual time", library.name, taken)
        if taken < share:
            best, share = library, taken
    return best


@torch.inference_mode()
def _least_seconds(multiply: Callable[[Tensor], Tensor], *rows: Tensor) -> float:
    """For each of ``rows`` the least that it took, in all; others may be using the machine."""
    least = [math.inf] * len(rows)
    for _ in range(6):
        for at, x in enumerate(rows):
            started = time.perf_counter()
            multiply(x)
            least[at] = min(least[at], time.perf_counter() - started)
    return sum(least)


def libraries() -> list[Library]:
    """Those that are there and multiply rightly, whatever their speed."""
    if not torch.backends.mkldnn.is_available():  # type: ignore[no-untyped-call]
        return []
    return [library for library in (_PREPARED, _PUBLIC) if _works(library)]


def _works(library: Library) -> bool:
    """Whether it can be called as is thought here; private operators may change."""
    random = torch.Generator().manual_seed(0)
    x, weight, bias = (
        torch.randn(*shape, generator=random) for shape in ((2, 3, 40), (24, 40), (24,)))
    try:
        with torch.inference_mode():
            matrix = library.prepare(weight)
            found = (library.run(x, matrix, bias), library.run(x[:, :1], matrix, None))
    except (AttributeError, RuntimeError, TypeError, NotImplementedError) as error:
        log.info("%s can't be used: %s", library.name, error)
        return False
    wanted = (F.linear(x, weight, bias), F.linear(x[:, :1], weight))
    return all(torch.allclose(one, other, rtol=1e-5, atol=1e-5)
               for one, other in zip(found, wanted, strict=True))


def _run_public(x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    made: Tensor = torch._C._nn.mkldnn_linear(x.to_mkldnn(), weight, bias)
    return made.to_dense()


_PREPARED = Library(
    "oneDNN", lambda weight: torch.ops.mkldnn._reorder_linear_weight(weight, _ROWS),
    products.multiply)
_PUBLIC = Library("oneDNN, unprepared", lambda weight: weight.to_mkldnn(), _run_public)
