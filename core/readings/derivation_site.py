"""One cell of one attention, and the parts of the model that compute it.

T queries, S keys, D width, H heads, d head width, F feed-forward width.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch
from torch import Tensor, nn

from core.asks.derivation import Axis, Bars, Line, Part, Remark
from core.config import StackName
from core.edits import UNALTERED, Edit, Edits
from core.errors import translate
from core.look import Look
from core.trace import AttentionTrace, LayerTrace, to_host
from core.two_stream_layer import TwoStreamLayer


@dataclass(frozen=True)
class Site:
    """Where the arithmetic is done: a layer of the stack and the stream on screen."""

    look: Look
    index: int
    """Of the layer."""
    head: int
    query: int
    key: int
    edits: Edits = UNALTERED

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
    def residual(self) -> bool:
        """Whether what a sublayer writes is added to the stream; else it takes its place."""
        return bool(getattr(self.module, "residual", True))

    @property
    def norm(self) -> nn.Module:
        """The norm of the attention sublayer."""
        found: nn.Module = getattr(self.module, f"{self.look.kind}_norm")
        return found

    @property
    def norms(self) -> bool:
        """Whether there is one."""
        return not isinstance(self.norm, nn.Identity)

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
    def key_read(self) -> Tensor | None:
        """[D], what the key is made of; None for what was remembered (XLNet)."""
        if self.look.kind == "cross":
            assert self.look.trace.encoder is not None  # something is read across
            return self.look.trace.encoder.final[0, self.key]
        content = self.look.trace.stack(self.look.stack).layers[self.index]  # keys are of this one
        at = self.key - self.columns
        if at < 0:
            return None
        x = content.resid_in[0, at]
        read: Tensor = self.norm(x) if self.norm_first else x
        return read

    @property
    def columns(self) -> int:
        """How many keys come before token 0: of what was remembered (XLNet)."""
        if self.look.kind == "cross":
            return 0
        return self.seen.k.shape[2] - self.seen.q.shape[2]

    @cached_property
    def written(self) -> Tensor:
        """[D], what all heads write, before a norm of its own."""
        joined = (self.seen.z[0, :, self.query] * self.factors[:, None]).flatten()
        weight, bias = self.attention.output.weight, self.attention.output.bias
        written: Tensor = nn.functional.linear(joined, weight, bias)
        return written

    @cached_property
    def calm(self) -> nn.Module | None:
        """The norm of what is written, where it has one (Gemma 2)."""
        return None if self.look.kind == "cross" else getattr(
            self.module, "self_written_norm", None)

    @cached_property
    def total(self) -> Tensor:
        """[D], the stream and what is added to it, before a norm of the sum."""
        added: Tensor = self.written if self.calm is None else self.calm(self.written)
        return self.before + added if self.residual else added

    @cached_property
    def added_gap(self) -> float:
        """From the stream after the sublayer to what this arithmetic makes of it."""
        return gap((self.total if self.norm_first else self.norm(self.total), self.after))

    # -- what is altered ------------------------------------------------------------------------

    @cached_property
    def factors(self) -> Tensor:
        """[H], what the output matrix reads each head times."""
        z = self.seen.z
        return z.new_tensor([
            self.edits.factor(Edit("head", self.look.stack, self.look.kind, self.index, head))
            for head in range(z.shape[1])
        ])

    @property
    def heads_altered(self) -> bool:
        """Whether any head of this attention is."""
        return bool((self.factors != 1).any())

    @property
    def unscaled(self) -> bool:
        """Whether the scores are left without their scale."""
        return self.edits.unscaled(self.look.stack, self.look.kind) and self.attention.scale != 1

    @property
    def scale(self) -> float:
        """What scores are multiplied by."""
        return 1.0 if self.unscaled else float(self.attention.scale)

    @property
    def mlp_factor(self) -> float:
        """What the feed-forward's output is multiplied by."""
        return self.edits.factor(Edit("mlp", self.look.stack, layer=self.index))

    def token_factor(self, stack: StackName, at: int) -> float:
        """What the embedding at this position is multiplied by as it enters its stack."""
        return self.edits.factor(Edit("token", stack, at=at))


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


def gap(*pairs: tuple[Tensor, Tensor]) -> float:
    """The largest difference within pairs; NaN where any is no number."""
    found = [(ours.double() - theirs.double()).abs().max() for ours, theirs in pairs]
    return float(torch.stack(found).max())


NO_NORMS = translate("core", "This model has no norms: the numbers stay as they are.")


def norm_parts(norm: nn.Module, x: Tensor, name: str, made: str) -> list[Part]:
    """Mean, variance, gain, shift and outcome of a layer norm (Ba et al. 2016); of a norm by the
    root mean square (Zhang and Sennrich 2019) the mean square alone; of none, that it is none.

    Args:
        norm: of the model.
        x: [D], what is normed.
        name: LaTeX of ``x``, one letter that may take an index.
        made: LaTeX of the outcome.
    """
    if isinstance(norm, nn.Identity):
        return [bars(rf"{made} = {name}_i", x), Remark(NO_NORMS)]
    wide = x.double()
    parts: list[Part] = []
    letter = name.replace(r"\mathbf{", "").replace("}", "")
    gain, shift = getattr(norm, "weight", None), getattr(norm, "bias", None)
    if isinstance(norm, nn.RMSNorm):
        centred, variance = rf"{name}_i", r"\rho^2"
        parts.append(Line(rf"\rho^2 = \frac{{1}}{{D}}\sum_c {letter}_c^2", float((wide**2).mean())))
    else:
        centred, variance = rf"{name}_i - \mu", r"\sigma^2"
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
