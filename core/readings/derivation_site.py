"""One cell of one attention, and the parts of the model that compute it.

T queries, S keys, D width, H heads, d head width, F feed-forward width.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch
from torch import Tensor, nn

from core.asks.derivation import Axis, Bars, Line, Part
from core.look import Look
from core.trace import AttentionTrace, LayerTrace, to_host
from core.two_stream import TwoStreamLayer


@dataclass(frozen=True)
class Site:
    """Where the arithmetic is done: a layer of the stack and the stream on screen."""

    look: Look
    index: int
    """Of the layer."""
    head: int
    query: int
    key: int

    @cached_property
    def layer(self) -> LayerTrace:
        """What the layer did."""
        return self.look.layers[self.index]

    @cached_property
    def seen(self) -> AttentionTrace:
        """What its attention did."""
        return self.layer.attention(self.look.kind)

    @cached_property
    def module(self) -> Any:  # noqa: ANN401 - torch.nn types no parts of its modules
        """The layer itself, of either kind that there is."""
        model: Any = self.look.model
        stack = model.encoder if self.look.stack == "encoder" else model.decoder
        return stack.layers[self.index]

    @property
    def attention(self) -> Any:  # noqa: ANN401
        """The attention itself, of either kind that there is."""
        return getattr(self.module, f"{self.look.kind}_attention")

    @property
    def two_streams(self) -> bool:
        """Whether scores are XLNet's sum of terms."""
        return isinstance(self.module, TwoStreamLayer)

    @property
    def norm_first(self) -> bool:
        """Whether a sublayer reads a normed stream (GPT-2), or the sum is normed (BERT)."""
        return not self.two_streams and bool(self.module.norm_first)

    @property
    def parallel(self) -> bool:
        """Whether attention and feed-forward read the same stream."""
        return not self.two_streams and bool(self.module.parallel)

    @property
    def norm(self) -> nn.Module:
        """The norm of the attention sublayer."""
        found: nn.Module = getattr(self.module, f"{self.look.kind}_norm")
        return found

    @property
    def key_head(self) -> int:
        """The key head that the head reads."""
        return self.head // self.group

    @property
    def group(self) -> int:
        """How many heads read one key head."""
        return self.seen.q.shape[1] // self.seen.k.shape[1]

    @property
    def masked(self) -> bool:
        """Whether the query can't see the key."""
        return not bool(self.seen.visible[0, self.query, self.key])

    @property
    def before(self) -> Tensor:
        """[D], the residual stream of the query as the sublayer finds it."""
        cross = self.look.kind == "cross"
        return (self.layer.resid_mid if cross else self.layer.resid_in)[0, self.query]

    @property
    def after(self) -> Tensor:
        """[D], the residual stream as the sublayer leaves it."""
        cross = self.layer.resid_cross if self.look.kind == "cross" else None
        return (self.layer.resid_mid if cross is None else cross)[0, self.query]

    @cached_property
    def read(self) -> Tensor:
        """[D], what the query is made of."""
        read: Tensor = self.norm(self.before) if self.norm_first else self.before
        return read

    @cached_property
    def written(self) -> Tensor:
        """[D], what all heads write, before a norm of its own."""
        joined = self.seen.z[0, :, self.query].flatten()
        weight, bias = self.attention.output.weight, self.attention.output.bias
        written: Tensor = nn.functional.linear(joined, weight, bias)
        return written


def bars(
    formula: str, values: Tensor, axis: Axis = "dimension", *, group: str = "",
    lit: tuple[int, int] | None = None, token: int | None = None, weight: float | None = None,
    units: tuple[int, ...] = (),
) -> Bars:
    """A vector of any type, on the host."""
    return Bars(formula, to_host(values.float()), axis, lit, token, weight, group, units)


def length(formula: str, vector: Tensor) -> Line:
    """The Euclidean norm, in float64."""
    return Line(formula, float(vector.double().norm()))


def gap(ours: Tensor, theirs: Tensor) -> float:
    """The largest difference; NaN where either is no number."""
    difference = (ours.double() - theirs.double()).abs()
    return float(difference.max()) if difference.numel() else math.nan


def norm_parts(norm: nn.Module, x: Tensor, name: str, made: str) -> list[Part]:
    """Mean, variance, gain, shift and outcome of a layer norm (Ba et al. 2016); of a norm by the
    root mean square (Zhang and Sennrich 2019) the mean square alone.

    Args:
        norm: of the model.
        x: [D], what is normed.
        name: LaTeX of ``x``, one letter that may take an index.
        made: LaTeX of the outcome.
    """
    wide = x.double()
    parts: list[Part] = []
    letter = name.replace(r"\mathbf{", "").replace("}", "")
    gain, shift = getattr(norm, "weight", None), getattr(norm, "bias", None)
    if isinstance(norm, nn.RMSNorm):
        centred, variance = name, r"\rho^2"
        parts.append(Line(rf"\rho^2 = \frac{{1}}{{D}}\sum_c {letter}_c^2", float((wide**2).mean())))
    else:
        centred, variance = rf"{name} - \mu", r"\sigma^2"
        parts += [
            Line(rf"\mu = \frac{{1}}{{D}}\sum_c {letter}_c", float(wide.mean())),
            Line(rf"\sigma^2 = \frac{{1}}{{D}}\sum_c ({letter}_c - \mu)^2",
                 float(wide.var(correction=0))),
        ]
    eps: Any = getattr(norm, "eps", None)
    parts.append(Line(
        r"\varepsilon", float(torch.finfo(x.dtype).eps if eps is None else eps)))
    if gain is not None:
        parts.append(bars(r"\gamma", gain))
    if shift is not None:
        parts.append(bars(r"\beta", shift))
    scaled = r"\gamma \odot " if gain is not None else ""
    shifted = r" + \beta" if shift is not None else ""
    parts.append(bars(
        rf"{made} = {scaled}\frac{{{centred}}}{{\sqrt{{{variance} + \varepsilon}}}}{shifted}",
        norm(x),
    ))
    return parts
