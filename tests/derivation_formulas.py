"""Each step of one cell worked by hand: its formulas in their order, with their numbers."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from core.asks.derivation import STEPS, StepKind
from tests.derivation_by_hand import Hand, length, norm

Number = Tensor | float
Worked = list[tuple[str, Number]]
"""Each formula of a step and its number or numbers, in order."""


class Written(Hand):
    """One cell, step by step."""

    def worked(self) -> dict[StepKind, Worked]:
        """Every step."""
        return dict(zip(STEPS, (
            self.residual(), self.query_key(), self.product(), self.scaled(), self.biased(),
            self.mask(), self.softmax(), self.mix(), self.joined(), self.output(), self.added(),
            self.after_norm(), self.mlp(),
        ), strict=True))

    def normed(self, name: str, made: str, x: Tensor, by: Any) -> Worked:
        if self.kind.normless:
            return [(rf"{made} = {name}_i", x)]
        letter = name.replace(r"\mathbf{", "").replace("}", "")
        if self.kind.rms:
            return [
                (rf"\rho^2 = \frac{{1}}{{D}}\sum_c {letter}_c^2", float(x.square().mean())),
                (r"\varepsilon", by.eps), (r"\gamma", by.weight.double()),
                (rf"{made} = \gamma \odot \frac{{{name}_i}}{{\sqrt{{\rho^2 + \varepsilon}}}}",
                 norm(x, by, True)),
            ]
        return [
            (rf"\mu = \frac{{1}}{{D}}\sum_c {letter}_c", float(x.sum() / len(x))),
            (rf"\sigma^2 = \frac{{1}}{{D}}\sum_c ({letter}_c - \mu)^2",
             float(((x - x.mean()) ** 2).sum() / len(x))),
            (r"\varepsilon", by.eps), (r"\gamma", by.weight.double()), (r"\beta", by.bias.double()),
            (rf"{made} = \gamma \odot \frac{{{name}_i - \mu}}{{\sqrt{{\sigma^2 + \varepsilon}}}}"
             r" + \beta", norm(x, by, False)),
        ]

    def residual(self) -> Worked:
        start: Worked = [(r"\mathbf{x}_i", self.x), (r"\| \mathbf{x}_i \|", length(self.x))]
        if self.kind.post:
            return [*start, (r"\mathbf{h}_i = \mathbf{x}_i", self.x)]
        return start + self.normed(r"\mathbf{x}", r"\mathbf{h}_i", self.x, self.by)

    def query_key(self) -> Worked:
        i, j, biased = self.query, self.key, self.part.query.bias is not None
        q = r"W^Q\,\mathbf{h}_i" + (r" + \mathbf{b}^Q" if biased else "")
        k = r"W^K\,\mathbf{h}_j" + (r" + \mathbf{b}^K" if biased else "")
        rows: Worked = []
        if self.kind.normed:
            rows = [(q, self.made_q[self.head, i]), (k, self.made_k[self.key_head, j])]
            q, k = rf"\mathrm{{norm}}({q})", rf"\mathrm{{norm}}({k})"
        if self.kind.base:
            rows += [
                (rf"\mathbf{{q}} = {q}", self.flat_q[self.head, i]),
                (r"\mathbf{q}_i = R_i\,\mathbf{q}", self.q),
                (rf"\mathbf{{k}} = {k}", self.flat_k[self.key_head, j]),
                (r"\mathbf{k}_j = R_j\,\mathbf{k}", self.k),
            ]
        else:
            rows += [(rf"\mathbf{{q}}_i = {q}", self.q), (rf"\mathbf{{k}}_j = {k}", self.k)]
        return [*rows, (r"\| \mathbf{q}_i \|", length(self.q)),
                (r"\| \mathbf{k}_j \|", length(self.k))]

    def product(self) -> Worked:
        each = self.q * self.k
        return [(r"q_{ic}", self.q), (r"k_{jc}", self.k), (r"q_{ic}\,k_{jc}", each),
                (r"\mathbf{q}_i \cdot \mathbf{k}_j = \sum_c q_{ic}\,k_{jc}", float(each.sum()))]

    def scaled(self) -> Worked:
        vectors, raw = r"\mathbf{q}_i \cdot \mathbf{k}_j", float(self.q @ self.k)
        made = "s_{ij}" if self.bias is None and not self.kind.cap else "a_{ij}"
        if self.kind.scale is None:
            return [(vectors, raw), ("d", float(len(self.q))),
                    (rf"{made} = \frac{{{vectors}}}{{\sqrt{{d}}}}", self.content)]
        if self.kind.scale == 1:
            return [(vectors, raw), (rf"{made} = {vectors}", self.content)]
        return [(vectors, raw), (r"\alpha", self.kind.scale),
                (rf"{made} = \alpha\,{vectors}", self.content)]

    def biased(self) -> Worked:
        if self.bias is not None:
            row = self.bias[self.head, self.query]
            return [("a_{ij}", self.content), ("b_{ik}", row), ("b_{j-i}", float(row[self.key])),
                    ("s_{ij} = a_{ij} + b_{j-i}", self.score)]
        if self.kind.cap:
            return [("a_{ij}", self.content), ("c", self.kind.cap),
                    (r"s_{ij} = c\,\tanh\frac{a_{ij}}{c}", self.score)]
        return [("s_{ij}", self.score)]

    def mask(self) -> Worked:
        hidden = -math.inf if self.masked else 0.0
        rows: Worked = [("s_{ik} + m_{ik}", self.row), ("m_{ij}", hidden),
                        ("s_{ij} + m_{ij}", self.score + hidden)]
        return [*rows, ("A_{ij}", 0.0)] if self.masked else rows

    def softmax(self) -> Worked:
        j, power = self.key, r"e^{s_{ik} - \hat{s}_i}"
        return [
            (r"\hat{s}_i = \max_k s_{ik}", float(self.row.max())), (power, self.powers),
            (r"e^{s_{ij} - \hat{s}_i}", float(self.powers[j])),
            (rf"Z_i = \sum_k {power}", float(self.powers.sum())),
            (rf"A_{{ik}} = \frac{{{power}}}{{Z_i}}", self.weights),
            ("A_{ij}", float(self.weights[j])), (r"\sum_k A_{ik}", 1.0),
        ]

    def mix(self) -> Worked:
        given = self.weights[:, None] * self.values
        order = sorted(range(len(given)), key=lambda key: -length(given[key]))
        first = order[:5] if self.key in order[:5] else [*order[:4], self.key]
        rest, z = [key for key in order if key not in first], self.z[self.head]
        rows: Worked = [(r"A_{ik}\,\mathbf{v}_k", given[key]) for key in first]
        if rest:
            rows.append((r"\sum_{k'} A_{ik'}\,\mathbf{v}_{k'}", given[rest].sum(0)))
        return [*rows, (r"\mathbf{z}_i = \sum_k A_{ik}\,\mathbf{v}_k", z),
                (r"\| \mathbf{z}_i \|", length(z))]

    def joined(self) -> Worked:
        heads, width = self.z.shape
        rows: Worked = [
            (r"\mathbf{z}_i = [\mathbf{z}^0; \ldots; \mathbf{z}^{H-1}]", self.z.flatten()),
            ("H", float(heads)), ("d", float(width)),
            (r"\| \mathbf{z}^g \|", torch.tensor([length(z) for z in self.z])),
        ]
        return [*rows, (r"\varphi_g", self.factors), (
            r"\tilde{\mathbf{z}}^g = \varphi_g\,\mathbf{z}^g", self.read_z.flatten(),
        )] if self.head_factors else rows

    def output(self) -> Worked:
        weight, bias = self.part.output.weight.double(), self.part.output.bias
        width, name = self.z.shape[1], r"\mathbf{z}"
        each = [weight[:, head * width : (head + 1) * width] @ z
                for head, z in enumerate(self.read_z)]
        rows: Worked = []
        if self.head_factors:
            name = r"\tilde{\mathbf{z}}"
            rows = [(r"\varphi_h", float(self.factors[self.head]))]
        own = each[self.head]
        rows += [
            (rf"{name}^h\,W^O_h", own), (rf"\| {name}^h\,W^O_h \|", length(own)),
            (rf"\| {name}^g\,W^O_g \|", torch.tensor([length(one) for one in each])),
        ]
        if bias is not None:
            rows.append((r"\mathbf{b}^O", bias.double()))
        more = "" if bias is None else r" + \mathbf{b}^O"
        return [*rows, (rf"\mathbf{{a}}_i = \sum_g {name}^g\,W^O_g{more}", self.wrote),
                (r"\| \mathbf{a}_i \|", length(self.wrote))]

    def added(self) -> Worked:
        name, made = r"\mathbf{a}_i", r"\mathbf{y}_i" if self.kind.post else r"\mathbf{x}'_i"
        rows: Worked = []
        if self.kind.calm:
            name = r"\mathbf{a}'_i"
            rows = self.normed(r"\mathbf{a}", name, self.wrote, self.module.self_written_norm)
        return [
            *rows, (r"\mathbf{x}_i", self.x), (name, self.calmed),
            (f"{made} = " + self.onto(r"\mathbf{x}_i") + name, self.total),
            (r"\| \mathbf{x}_i \|", length(self.x)), (rf"\| {name} \|", length(self.calmed)),
            (rf"\| {made} \|", length(self.total)),
        ]

    def onto(self, stream: str) -> str:
        return f"{stream} + " if self.kind.residual else ""

    def after_norm(self) -> Worked:
        if self.kind.post:
            return self.normed(r"\mathbf{y}", r"\mathbf{x}'_i", self.total, self.by)
        x = r"\mathbf{x}" if self.kind.parallel else rf"\mathbf{{x}}{self.primes}"
        return [(rf"{x}_i", self.mlp_in),
                *self.normed(x, r"\mathbf{h}'_i", self.mlp_in, self.module.mlp_norm)]

    @property
    def primes(self) -> str:
        return "''" if self.stage.resid_cross is not None else "'"

    def mlp(self) -> Worked:
        name, mlp = rf"\mathbf{{x}}{self.primes}_i", self.module.mlp
        read = name if self.kind.post else r"\mathbf{h}'_i"
        one, two, gate = (
            rf" + \mathbf{{b}}_{at}" if mlp.out.bias is not None else "" for at in "12g")
        act = {"gelu": r"\mathrm{GELU}", "gelu_tanh": r"\mathrm{GELU}_{\tanh}",
               "relu": r"\mathrm{ReLU}", "silu": r"\mathrm{SiLU}"}[self.kind.act]
        inner, wrote = rf"W_1\,{read}{one}", rf"W_2\,\mathbf{{m}}_i{two}"
        if mlp.gate is None:
            made = rf"{act}({inner})"
        else:
            made = rf"{act}(W_g\,{read}{gate}) \odot {f'({inner})' if gate else inner}"
        largest = self.units.abs().argsort(descending=True)[:8]
        rows: Worked = [(rf"\mathbf{{m}}_i = {made}", self.units), ("m_{n}", self.units[largest])]
        if self.mlp_factor != 1:
            rows.append((r"\varphi", self.mlp_factor))
            wrote = rf"\varphi\,({wrote})"
        rows.append((rf"\mathbf{{o}}_i = {wrote}", self.out))
        out, leaves = r"\mathbf{o}_i", r"\mathbf{x}^{l+1}_i"
        if self.kind.calm:
            out = r"\mathbf{o}'_i"
            rows += self.normed(r"\mathbf{o}", out, self.out, self.module.mlp_written_norm)
        if self.kind.post:
            rows.append((rf"\mathbf{{y}}'_i = {self.onto(name)}{out}", self.sum))
            rows += self.normed(r"\mathbf{y}'", leaves, self.sum, self.module.mlp_norm)
        else:
            rows.append((rf"{leaves} = {self.onto(name)}{out}", self.leaves))
        return [*rows, (rf"\| {leaves} \|", length(self.leaves))]
