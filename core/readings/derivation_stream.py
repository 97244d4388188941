"""From the weights of a row to the stream after the layer: z, W^O, residual, norm, feed-forward."""

from __future__ import annotations

import torch
from torch import Tensor

from core.asks.derivation import Line, Part, Remark, Step
from core.config import Activation
from core.errors import translate
from core.readings.derivation_site import Site, bars, gap, length, norm_parts

SHOWN_KEYS = 5
"""Keys whose contribution to z is shown by itself."""
SHOWN_UNITS = 8
"""Units of the feed-forward that are shown by themselves."""

_ACTIVATIONS: dict[Activation, str] = {
    "gelu": r"\mathrm{GELU}", "gelu_tanh": r"\mathrm{GELU}_{\tanh}",
    "relu": r"\mathrm{ReLU}", "silu": r"\mathrm{SiLU}",
}


def mix(site: Site) -> Step:
    """Weights times values, summed into z: the keys that give most, and the rest in one."""
    seen = site.seen
    pattern = seen.pattern[0, site.head, site.query].double()
    values = seen.v[0, site.key_head].double()  # (S, d)
    given, z = pattern[:, None] * values, seen.z[0, site.head, site.query]
    first = given.norm(dim=-1).nan_to_num(torch.inf).argsort(descending=True, stable=True)
    shown = first[:SHOWN_KEYS].tolist()
    if site.key not in shown:
        shown = [*shown[: SHOWN_KEYS - 1], site.key]
    parts: list[Part] = [
        bars(r"A_{ik}\,\mathbf{v}_k", given[key], group="z", token=key, weight=float(pattern[key]),
             lit=(0, len(z)) if key == site.key else None)
        for key in shown
    ]
    rest = len(pattern) - len(shown)
    if rest:
        others = torch.ones(len(pattern), dtype=torch.bool, device=pattern.device)
        others[shown] = False
        parts += [bars(r"\sum_{k'} A_{ik'}\,\mathbf{v}_{k'}", given[others].sum(0), group="z"),
                  Remark(translate("core", "The last sum is over the other {count} keys."),
                         {"count": rest})]
    parts += [
        bars(r"\mathbf{z}_i = \sum_k A_{ik}\,\mathbf{v}_k", z, group="z"),
        length(r"\| \mathbf{z}_i \|", z),
    ]
    return Step("z", tuple(parts), gap((given.sum(0), z)))


def joined(site: Site) -> Step:
    """z of every head, one after another; what is altered of it for the output matrix."""
    z = site.seen.z[0, :, site.query]  # (H, d)
    heads, width = z.shape
    head, dimensions = (site.head, site.head + 1), (site.head * width, (site.head + 1) * width)
    parts: list[Part] = [
        bars(r"\mathbf{z}_i = [\mathbf{z}^0; \ldots; \mathbf{z}^{H-1}]", z.flatten(), "joined",
             lit=dimensions),
        Line("H", heads, whole=True), Line("d", width, whole=True),
        bars(r"\| \mathbf{z}^g \|", z.double().norm(dim=-1), "head", lit=head),
    ]
    if site.heads_altered:
        parts += [
            Remark(translate("core", "The model is altered: the output matrix reads each head's z "
                             "times its factor φ.")),
            bars(r"\varphi_g", site.factors, "head", lit=head),
            bars(r"\tilde{\mathbf{z}}^g = \varphi_g\,\mathbf{z}^g",
                 (z * site.factors[:, None]).flatten(), "joined", lit=dimensions),
        ]
    return Step("heads", tuple(parts))


def output(site: Site) -> Step:
    """W^O: what this head writes, and what all of them do."""
    linear = site.attention.output
    z = site.seen.z[0, :, site.query] * site.factors[:, None]
    name = r"\tilde{\mathbf{z}}" if site.heads_altered else r"\mathbf{z}"
    matrix = linear.weight.unflatten(1, z.shape)  # (D, H, d)
    each = torch.einsum("hd,Dhd->hD", z, matrix)
    bias = "" if linear.bias is None else r" + \mathbf{b}^O"
    parts: list[Part] = []
    if site.heads_altered:
        parts.append(Line(r"\varphi_h", float(site.factors[site.head])))
    parts += [
        bars(rf"{name}^h\,W^O_h", each[site.head], group="a"),
        length(rf"\| {name}^h\,W^O_h \|", each[site.head]),
        bars(rf"\| {name}^g\,W^O_g \|", each.double().norm(dim=-1), "head",
             lit=(site.head, site.head + 1)),
    ]
    if linear.bias is not None:
        parts.append(bars(r"\mathbf{b}^O", linear.bias, group="a"))
    parts += [
        bars(rf"\mathbf{{a}}_i = \sum_g {name}^g\,W^O_g{bias}", site.written, group="a"),
        length(r"\| \mathbf{a}_i \|", site.written),
    ]
    return Step("output", tuple(parts), site.added_gap)


def added(site: Site) -> Step:
    """What attention writes, added to the stream."""
    parts: list[Part] = []
    a, name = site.written, r"\mathbf{a}_i"
    if site.calm is not None:
        name = r"\mathbf{a}'_i"
        parts += [Remark(translate("core", "What is written has a norm of its own.")),
                  *norm_parts(site.calm, a, r"\mathbf{a}", name)]
        a = site.calm(a)
    made = r"\mathbf{x}'_i" if site.norm_first else r"\mathbf{y}_i"
    shown = site.after if site.norm_first else site.total
    parts += [
        bars(r"\mathbf{x}_i", site.before, group="x"), bars(name, a, group="x"),
        bars(f"{made} = " + _joins(site, r"\mathbf{x}_i", name), shown, group="x"),
        length(r"\| \mathbf{x}_i \|", site.before), length(rf"\| {name} \|", a),
        length(rf"\| {made} \|", shown),
    ]
    if not site.residual:
        parts.append(_replaced())
    return Step("added", tuple(parts), site.added_gap, absent=not site.residual)


def normed(site: Site) -> Step:
    """The norm of the sum (post-norm), or of what the feed-forward is to read (pre-norm)."""
    parts: list[Part] = []
    if not site.norm_first:
        parts += norm_parts(site.norm, site.total, r"\mathbf{y}", r"\mathbf{x}'_i")
        return Step("norm", tuple(parts), site.added_gap, absent=not site.norms)
    name, x = _stream(site)
    if site.parallel:
        parts.append(Remark(translate(
            "core", "The feed-forward reads the same stream as attention does, beside it.")))
    elif name == r"\mathbf{x}''":
        parts.append(_crossed())
    parts.append(bars(rf"{name}_i", x))
    parts += norm_parts(site.module.mlp_norm, x, name, r"\mathbf{h}'_i")
    return Step("norm", tuple(parts), absent=not site.norms)


def mlp(site: Site) -> Step:
    """The feed-forward: its largest units, what it writes, the stream after it."""
    layer, at, module = site.layer, site.query, site.module
    act, out = layer.mlp_act[0, at], layer.mlp_out[0, at]
    largest = act.float().nan_to_num(torch.inf).abs().argsort(descending=True, stable=True)
    largest = largest[:SHOWN_UNITS]
    parts: list[Part] = []
    stream = _last_stream(site)
    name = r"\mathbf{x}''_i" if layer.resid_cross is not None else r"\mathbf{x}'_i"
    if not site.norm_first and layer.resid_cross is not None and site.look.kind == "self":
        parts.append(_crossed())
    reads = module.mlp_norm(_stream(site)[1]) if site.norm_first else stream
    read = r"\mathbf{h}'_i" if site.norm_first else name
    act_again, out_again = module.mlp(reads)
    factor = site.mlp_factor
    wrote = rf"W_2\,\mathbf{{m}}_i{_bias(site, '2')}"
    parts += [
        bars(_act(site, read), act, "unit"),
        bars(r"m_{n}", act[largest], "unit", units=tuple(largest.tolist())),
    ]
    if factor != 1:
        wrote = rf"\varphi\,({wrote})"
        parts += [Remark(translate(
            "core", "The model is altered: what the feed-forward writes is multiplied by φ.")),
            Line(r"\varphi", factor)]
    parts.append(bars(rf"\mathbf{{o}}_i = {wrote}", out))
    calm, written, wrote = getattr(module, "mlp_written_norm", None), out, r"\mathbf{o}_i"
    if calm is not None:
        wrote = r"\mathbf{o}'_i"
        parts += [Remark(translate("core", "What is written has a norm of its own.")),
                  *norm_parts(calm, out, r"\mathbf{o}", wrote)]
        written = calm(out)
    total, leaves = stream + written if site.residual else written, layer.resid_out[0, at]
    ours, made = total, r"\mathbf{x}^{l+1}_i"
    if site.norm_first:
        parts.append(bars(rf"{made} = {_joins(site, name, wrote)}", leaves))
    else:
        ours = module.mlp_norm(total)
        parts.append(bars(rf"\mathbf{{y}}'_i = {_joins(site, name, wrote)}", total))
        parts += norm_parts(module.mlp_norm, total, r"\mathbf{y}'", made)
    if not site.residual:
        parts.append(_replaced())
    parts.append(length(rf"\| {made} \|", leaves))
    return Step("mlp", tuple(parts), gap(
        (act_again, act), (out_again * factor, out), (ours, leaves)))


# -- parts --------------------------------------------------------------------------------------


def _stream(site: Site) -> tuple[str, Tensor]:
    """What the feed-forward's norm reads, by name."""
    layer, at = site.layer, site.query
    if site.parallel:
        return r"\mathbf{x}", layer.resid_in[0, at]
    if layer.resid_cross is not None:
        return r"\mathbf{x}''", layer.resid_cross[0, at]
    return r"\mathbf{x}'", layer.resid_mid[0, at]


def _last_stream(site: Site) -> Tensor:
    """What the feed-forward's output is added to."""
    layer = site.layer
    return (layer.resid_mid if layer.resid_cross is None else layer.resid_cross)[0, site.query]


def _joins(site: Site, stream: str, written: str) -> str:
    """The formula of the stream after a sublayer, before a norm."""
    return f"{stream} + {written}" if site.residual else written


def _replaced() -> Remark:
    return Remark(translate(
        "core", "This model has no residual connections: what is written takes the place of the "
        "stream."))


def _crossed() -> Remark:
    return Remark(translate(
        "core", "Cross-attention stands between: x″ is the stream after it."))


def _act(site: Site, read: str) -> str:
    """The formula of the activations."""
    name, inner = _ACTIVATIONS[site.module.mlp.activation], rf"W_1\,{read}{_bias(site, '1')}"
    if site.module.mlp.gate is None:
        return rf"\mathbf{{m}}_i = {name}({inner})"
    bias = _bias(site, "g")
    inner = f"({inner})" if bias else inner
    return rf"\mathbf{{m}}_i = {name}(W_g\,{read}{bias}) \odot {inner}"


def _bias(site: Site, index: str) -> str:
    return rf" + \mathbf{{b}}_{index}" if site.module.mlp.out.bias is not None else ""
