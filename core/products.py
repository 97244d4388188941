"""The products of a linear layer that learns, on the CPU: there and back through oneDNN.

torch multiplies float32 matrices with the BLAS it was built with, which may leave half of the
vector units idle (see ``core/linear.py``). Weights that change at each step are worth no copy in
another order; oneDNN takes them as they lie, and is the faster one all the same where rows are
many. Its operator is private: it is tried before it is used, and where it fails nothing changes.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable
from functools import cache
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable
from torch.nn import functional as F

log = logging.getLogger(__name__)

LEAST = 1 << 24
"""Numbers multiplied in one product. A quarter as many would gain too, but little; so the small
runs of a lecture come to the same numbers whichever library is the faster one."""
_FINE = 8
"""Sizes from one power of two to the next."""
_SHARE = 0.85
"""Of the time that the usual way takes: what oneDNN must stay below."""


class _Learned(torch.autograd.Function):
    """x W^T + b of rows, and the gradients of all three."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:  # noqa: ANN401
        ctx.save_for_backward(x, weight)
        ctx.biased = bias is not None
        return _multiply(x, weight, bias)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:  # noqa: ANN401
        x, weight = ctx.saved_tensors
        of_x = of_weight = of_bias = None
        if ctx.needs_input_grad[0]:
            of_x = _multiply(gradient, weight.t())
        if ctx.needs_input_grad[1]:
            of_weight = _multiply(gradient.t(), x.t())
        if ctx.biased and ctx.needs_input_grad[2]:
            of_bias = gradient.sum(0)
        return of_x, of_weight, of_bias


def _multiply(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    made: Tensor = torch.ops.mkldnn._linear_pointwise(x, weight, bias, "none", [], "")
    return made


def pad_rows(x: Tensor) -> Tensor:
    """[rows, in] to as many rows or a few more, which are 0.

    oneDNN makes code for each number of rows that it meets, and keeps it; a text that is typed, or
    a batch as long as its longest sentence, would show it every one there is. So there are eight
    numbers from a power of two to the next, and up to 16 the powers alone.
    """
    rows = len(x)
    step = max(16, 1 << (max(rows // _FINE, 1).bit_length() - 1))
    wanted = -(-rows // step) * step if rows > 16 else 1 << max(rows - 1, 0).bit_length()
    return x if wanted == rows else F.pad(x, (0, 0, 0, wanted - rows))


def suits(x: Tensor, weight: Tensor) -> bool:
    """Whether a product is of the right kind, and large enough to gain by it."""
    return (x.numel() * weight.shape[0] >= LEAST and x.device.type == "cpu"
            and x.dtype == weight.dtype == torch.float32)


def multiply(x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    """``x`` [..., in], ``weight`` [out, in] and ``bias`` [out] to [..., out].

    Gradients of gradients are not to be had, nor any of a ``weight`` in oneDNN's own order.
    """
    rows = x.reshape(-1, x.shape[-1])
    run = _Learned.apply if torch.is_grad_enabled() else _multiply
    made: Tensor = run(pad_rows(rows), weight, bias)
    return made[: len(rows)].view(*x.shape[:-1], made.shape[-1])


@cache
def learns_faster() -> bool:
    """Whether oneDNN is there, right, and the faster one on this machine, measured once."""
    if not works():
        return False
    random = torch.Generator().manual_seed(0)  # a run may be drawing from torch's own
    x, weight = (torch.randn(*shape, generator=random) for shape in ((1024, 128), (512, 128)))
    x, weight = x.requires_grad_(), weight.requires_grad_()
    share = _least_seconds(multiply, x, weight) / _least_seconds(F.linear, x, weight)
    log.info("learning through oneDNN takes %.2f of the usual time", share)
    return share < _SHARE


def _least_seconds(
    product: Callable[[Tensor, Tensor, None], Tensor], x: Tensor, weight: Tensor
) -> float:
    """There and back; others may be using the machine."""
    least = math.inf
    with torch.enable_grad():
        for _ in range(6):
            started = time.perf_counter()
            torch.autograd.grad(product(x, weight, None).sum(), (x, weight))
            least = min(least, time.perf_counter() - started)
    return least


@cache
def works() -> bool:
    """Whether oneDNN is there, and can be called as is thought here."""
    if not torch.backends.mkldnn.is_available():  # type: ignore[no-untyped-call]
        return False
    random = torch.Generator().manual_seed(0)
    x, weight, bias = given = tuple(
        torch.randn(*shape, generator=random).requires_grad_()
        for shape in ((2, 3, 40), (24, 40), (24,)))
    turned = torch.randn(2, 3, 24, generator=random)
    try:
        with torch.enable_grad():
            found, wanted = multiply(x, weight, bias), F.linear(x, weight, bias)
            both = [(found, wanted), *zip(
                torch.autograd.grad(found, given, turned),
                torch.autograd.grad(wanted, given, turned), strict=True)]
    except (AttributeError, RuntimeError, TypeError, NotImplementedError) as error:
        log.info("oneDNN can't be learned through: %s", error)
        return False
    return all(torch.allclose(one, other, rtol=1e-5, atol=1e-5) for one, other in both)
