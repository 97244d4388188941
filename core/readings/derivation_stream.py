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
    "gelu": "GELU", "gelu_tanh": "GELU", "relu": "ReLU", "silu": "SiLU",
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
        length(r"\lVert \mathbf{z}_i \rVert", z),
    ]
    return Step("z", tuple(parts), gap(given.sum(0), z))


def joined(site: Site) -> Step:
    """z of every head, one after another."""
    z = site.seen.z[0, :, site.query]  # (H, d)
    heads, width = z.shape
    return Step("heads", (
        bars(r"\mathbf{z}_i = [\mathbf{z}^0; \ldots; \mathbf{z}^{H-1}]", z.flatten(), "joined",
             lit=(site.head * width, (site.head + 1) * width)),
        Line("H", heads, whole=True), Line("d", width, whole=True),
        bars(r"\lVert \mathbf{z}^g \rVert", z.double().norm(dim=-1), "head",
             lit=(site.head, site.head + 1)),
    ))


def output(site: Site) -> Step:
    """W^O: what this head writes, and what all of them do."""
    z, linear = site.seen.z[0, :, site.query], site.attention.output
    heads, width = z.shape
    matrix = linear.weight.unflatten(1, (heads, width))  # (D, H, d)
    each = torch.einsum("hd,Dhd->hD", z, matrix)
    bias = "" if linear.bias is None else r" + \mathbf{b}^O"
    parts: list[Part] = [
        bars(r"\mathbf{z}^h\,W^O_h", each[site.head], group="a"),
        length(r"\lVert \mathbf{z}^h\,W^O_h \rVert", each[site.head]),
        bars(r"\lVert \mathbf{z}^g\,W^O_g \rVert", each.double().norm(dim=-1), "head",
             lit=(site.head, site.head + 1)),
    ]
    if linear.bias is not None:
        parts.append(bars(r"\mathbf{b}^O", linear.bias, group="a"))
    parts += [
        bars(rf"\mathbf{{a}}_i = \sum_g \mathbf{{z}}^g\,W^O_g{bias}", site.written, group="a"),
        length(r"\lVert \mathbf{a}_i \rVert", site.written),
    ]
    return Step("output", tuple(parts))


def added(site: Site) -> Step:
    """What attention writes, added to the stream."""
    parts: list[Part] = []
    a, name = site.written, r"\mathbf{a}_i"
    calm = getattr(site.module, "self_written_norm", None) if site.look.kind == "self" else None
    if calm is not None:
        name = r"\mathbf{a}'_i"
        parts += [Remark(translate("core", "What is written has a norm of its own.")),
                  *norm_parts(calm, a, r"\mathbf{a}", name)]
        a = calm(a)
    total = site.before + a
    made = r"\mathbf{x}'_i" if site.norm_first else r"\mathbf{y}_i"
    shown = site.after if site.norm_first else total
    parts += [
        bars(r"\mathbf{x}_i", site.before, group="x"), bars(name, a, group="x"),
        bars(rf"{made} = \mathbf{{x}}_i + {name}", shown, group="x"),
        length(r"\lVert \mathbf{x}_i \rVert", site.before), length(rf"\lVert {name} \rVert", a),
        length(rf"\lVert {made} \rVert", shown),
    ]
    return Step("added", tuple(parts), gap(total, site.after) if site.norm_first else None)


def normed(site: Site) -> Step:
    """The norm of the sum (post-norm), or of what the feed-forward is to read (pre-norm)."""
    parts: list[Part] = []
    if not site.norm_first:
        total = site.before + site.written
        parts += norm_parts(site.norm, total, r"\mathbf{y}", r"\mathbf{x}'_i")
        return Step("norm", tuple(parts), gap(site.norm(total), site.after))
    name, x = _stream(site)
    if site.parallel:
        parts.append(Remark(translate(
            "core", "The feed-forward reads the same stream as attention does, beside it.")))
    elif name == r"\mathbf{x}''":
        parts.append(_crossed())
    parts.append(bars(rf"{name}_i", x))
    parts += norm_parts(site.module.mlp_norm, x, name, r"\mathbf{h}'_i")
    return Step("norm", tuple(parts))


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
    read = r"\mathbf{h}'_i" if site.norm_first else name
    parts += [
        bars(_act(site, read), act, "unit"),
        bars(r"m_{n}", act[largest], "unit", units=tuple(largest.tolist())),
        bars(rf"\mathbf{{o}}_i = W_2\,\mathbf{{m}}_i{_bias(site, '2')}", out),
    ]
    calm, written, wrote = getattr(module, "mlp_written_norm", None), out, r"\mathbf{o}_i"
    if calm is not None:
        wrote = r"\mathbf{o}'_i"
        parts += [Remark(translate("core", "What is written has a norm of its own.")),
                  *norm_parts(calm, out, r"\mathbf{o}", wrote)]
        written = calm(out)
    total, leaves = stream + written, layer.resid_out[0, at]
    ours, made = total, r"\mathbf{x}^{l+1}_i"
    if site.norm_first:
        parts.append(bars(rf"{made} = {name} + {wrote}", leaves))
    else:
        ours = module.mlp_norm(total)
        parts.append(bars(rf"\mathbf{{y}}'_i = {name} + {wrote}", total))
        parts += norm_parts(module.mlp_norm, total, r"\mathbf{y}'", made)
    parts.append(length(rf"\lVert {made} \rVert", leaves))
    return Step("mlp", tuple(parts), gap(ours, leaves))


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


def _crossed() -> Remark:
    return Remark(translate(
        "core", "Cross-attention stands between: x″ is the stream after it."))


def _act(site: Site, read: str) -> str:
    """The formula of the activations."""
    name, bias = _ACTIVATIONS[site.module.mlp.activation], _bias(site, "1")
    inner = rf"W_1\,{read}{bias}"
    if site.module.mlp.gate is None:
        return rf"\mathbf{{m}}_i = \mathrm{{{name}}}({inner})"
    return rf"\mathbf{{m}}_i = \mathrm{{{name}}}(W_g\,{read}) \odot W_1\,{read}"


def _bias(site: Site, index: str) -> str:
    return rf" + \mathbf{{b}}_{index}" if site.module.mlp.out.bias is not None else ""
