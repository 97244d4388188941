"""The tensors of one stack, layer by layer: as matrices, as distributions, by their norms.

T positions, D the width of the tensor at hand.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.asks.activations import (
    BINS,
    ONCE,
    OUTLIER,
    SILENT,
    DeadRule,
    Matrix,
    MatrixAsk,
    Norms,
    NormsAsk,
    Place,
    Site,
    Spread,
    SpreadAsk,
    Summary,
)
from core.look import Look
from core.readings.kept import Kept
from core.trace import AttentionTrace, LayerTrace, to_host

_SAMPLE = 2**15  # values that tell where the bulk of them ends
_BULK = 0.99
_KEPT = Kept()


def read_matrix(ask: MatrixAsk, look: Look) -> Matrix:
    """The tensor, reduced to what there is room for.

    Raises:
        Refusal: if the model was opened to keep fewer tensors.
    """
    place = find_place(look, ask.site, ask.layer)

    def make() -> Matrix:
        x = tensor(look, place.site, place.layer)
        values, spots = reduce_signed(x, ask.rows, ask.columns)
        return Matrix(place, _summary(look, place), to_host(values),
                      None if spots is None else to_host(spots))

    return _kept(look, (place, ask.rows, ask.columns), make)  # type: ignore[no-any-return]


def read_spread(ask: SpreadAsk, look: Look) -> Spread:
    """Histograms of the tensor and of one position.

    Raises:
        Refusal: if the model was opened to keep fewer tensors.
    """
    place = find_place(look, ask.site, ask.layer)
    x = tensor(look, place.site, place.layer)
    position = len(x) - 1 if ask.position < 0 else min(ask.position, len(x) - 1)
    summary = _summary(look, place)
    most = max(abs(summary.low), abs(summary.high)) or 1.0
    counts = _kept(look, (place, "counts"), lambda: histogram(x, most))
    return Spread(
        place, summary, most, to_host(counts), to_host(histogram(x[position], most)), position)


def read_norms(ask: NormsAsk, look: Look) -> Norms:
    """Euclidean norms by layer and position.

    Raises:
        Refusal: if the model was opened to keep fewer tensors.
    """
    place = find_place(look, ask.site, 0)
    rows = 1 if place.site in ONCE else place.layers
    norms: Tensor = _kept(look, (place, "norms"), lambda: torch.stack([
        tensor(look, place.site, layer).norm(dim=1) for layer in range(rows)]))  # (layers, T)
    values, spots = norms, None
    if norms.shape[1] > ask.columns:
        values, spots = F.adaptive_max_pool1d(norms, ask.columns, return_indices=True)
    return Norms(place, to_host(values), None if spots is None else to_host(spots), norms.shape[1])


def find_place(look: Look, site: Site, layer: int) -> Place:
    """What is asked for, or the nearest that there is: the stream after the layer, the last layer.
    """
    there, layers = sites(look), len(look.layers)
    site = site if site in there else "resid_out"
    layer = 0 if site in ONCE else min(max(layer, 0), layers - 1)
    return Place(site, layer, layers, there)


def sites(look: Look) -> tuple[Site, ...]:
    """The tensors that the stack on screen has, in the order in which they come about."""
    trace, stack = look.trace.stack(look.stack), _module(look)
    normed, cross = look.model.config.norm != "none", look.layers[0].cross is not None
    reads = normed and look.model.config.norm_first and hasattr(stack.layers[0], "norm_first")
    there: dict[Site, bool] = {
        "embed": True,
        "positions": trace.positions is not None,
        "segments": trace.segments is not None,
        "resid_in": True,
        "self_read": reads,
        "attention_out": True,
        "resid_mid": True,
        "cross_read": cross and reads,
        "cross_out": cross,
        "resid_cross": cross,
        "mlp_read": reads,
        "mlp_act": True,
        "mlp_out": True,
        "resid_out": True,
        "final": normed and getattr(stack, "norm", None) is not None,
    }
    return tuple(site for site, is_there in there.items() if is_there)


def tensor(look: Look, site: Site, layer: int) -> Tensor:
    """One of them, [T, D] float32.

    Where a norm follows what a sublayer writes (Gemma 2), ``..._out`` is what comes out of that
    norm, so that ``resid_in + attention_out`` is ``resid_mid`` wherever no other norm follows.
    """
    x = _once(look, site) if site in ONCE else _by_layer(look, site, layer)
    return x.reshape(-1, x.shape[-1]).float()


def _once(look: Look, site: Site) -> Tensor:
    found: Tensor = getattr(look.trace.stack(look.stack), site)
    return found


def _by_layer(look: Look, site: Site, index: int) -> Tensor:
    layer, module = look.layers[index], _module(look).layers[index]
    if site == "self_read":
        return _norm(module.self_norm, layer.resid_in)
    if site == "attention_out":
        return _written(module.self_attention, layer.self, module, "self_written_norm")
    if site == "cross_read":
        return _norm(module.cross_norm, layer.resid_mid)
    if site == "cross_out":
        assert layer.cross is not None  # the site is there
        return _written(module.cross_attention, layer.cross, module, "")
    if site == "mlp_read":
        return _norm(module.mlp_norm, before_mlp(layer, module))
    if site == "mlp_out":
        return _calm(module, "mlp_written_norm", layer.mlp_out)
    found: Tensor = getattr(layer, site)
    return found


def before_mlp(layer: LayerTrace, module: nn.Module) -> Tensor:
    """The stream that the feed-forward sublayer reads, [B, T, D]."""
    if getattr(module, "parallel", False):
        return layer.resid_in
    return layer.resid_mid if layer.resid_cross is None else layer.resid_cross


def _written(
    attention: nn.Module, seen: AttentionTrace, module: nn.Module, norm: str
) -> Tensor:
    """What attention writes: W^O of z, the heads side by side."""
    output: nn.Module = attention.output  # type: ignore[assignment]
    return _calm(module, norm, output(seen.z.transpose(1, 2).flatten(2)))


def _calm(module: nn.Module, name: str, written: Tensor) -> Tensor:
    norm = getattr(module, name, None)
    return written if norm is None else _norm(norm, written)


def _norm(norm: nn.Module, x: Tensor) -> Tensor:
    normed: Tensor = norm(x)
    return normed


def _module(look: Look) -> Any:  # noqa: ANN401 - a Stack, or XLNet's
    return getattr(look.model, look.stack)


def _kept(look: Look, key: object, make: Any) -> Any:  # noqa: ANN401
    return _KEPT.get(look.trace, (look.stack, look.stream, key), make)


def _summary(look: Look, place: Place) -> Summary:
    found: Summary = _kept(look, (place, "summary"), lambda: summarise(
        tensor(look, place.site, place.layer), _dead_rule(look, place.site)))
    return found


def _dead_rule(look: Look, site: Site) -> DeadRule:
    rises = site == "mlp_act" and not look.model.config.gated
    return "never positive" if rises else "near zero"


def summarise(x: Tensor, rule: DeadRule) -> Summary:
    """A tensor in numbers; those that are none are counted, and left out of the rest.

    Args:
        x: [T, D] float32.
        rule: when a dimension is dead: no value above 0, for a unit that was let through by a
            nonlinearity; else no magnitude above ``SILENT`` of the root mean square.
    """
    total, good = x.sum(dtype=torch.float64), None
    if not total.isfinite():
        good = x.isfinite()
    clean = x if good is None else x.masked_fill(~good, 0.0)
    broken = 0 if good is None else x.numel() - int(good.sum())
    count = max(x.numel() - broken, 1)
    mean = float(clean.sum(dtype=torch.float64)) / count
    apart = clean - mean if good is None else (clean - mean).masked_fill(~good, 0.0)
    deviation = math.sqrt(float(apart.square_().sum(dtype=torch.float64)) / count)
    low, high = (float(end) for end in clean.aminmax())
    reach = mean - OUTLIER * deviation, mean + OUTLIER * deviation
    outlying = _count_outliers(clean, reach) if low < reach[0] or high > reach[1] else ()
    size = clean.abs()
    bulk = _bulk(size)
    if rule == "never positive":
        dead = x.amax(dim=0) <= 0
    else:
        dead = x.abs().amax(dim=0) <= SILENT * math.sqrt(deviation**2 + mean**2)
    return Summary(
        positions=x.shape[0], width=x.shape[1], mean=mean, deviation=deviation, low=low, high=high,
        bulk=bulk, beyond=int(torch.count_nonzero(size > bulk)), broken=broken, outlying=outlying,
        dead=to_host(dead.nonzero()[:, 0]), rule=rule,
    )


def _count_outliers(x: Tensor, reach: tuple[float, float]) -> tuple[tuple[int, int], ...]:
    """(dimension, values of it beyond ``reach``), the most first."""
    counts = ((x < reach[0]) | (x > reach[1])).sum(dim=0)
    found = [(dimension, int(counts[dimension])) for dimension in counts.nonzero()[:, 0].tolist()]
    return tuple(sorted(found, key=lambda each: (-each[1], each[0])))


def _bulk(size: Tensor) -> float:
    """The magnitude that about 99 % of all stay below; of a sample, where there are many."""
    flat = size.flatten()
    flat = flat[:: max(len(flat) // _SAMPLE, 1)]
    return float(flat.kthvalue(max(round(_BULK * len(flat)), 1)).values) or float(size.max())


def reduce_signed(x: Tensor, rows: int, columns: int) -> tuple[Tensor, Tensor | None]:
    """Of each block of [T, D] the value that is farthest from 0, and where it stands.

    Blocks are those of adaptive pooling: row i covers positions floor(i T / rows) to
    ceil((i + 1) T / rows). A block that holds NaN is NaN.

    Returns:
        [min(T, rows), min(D, columns)] values, and indices into the flattened tensor; None for
        indices where there is room for all.
    """
    size = min(x.shape[0], rows), min(x.shape[1], columns)
    if size == x.shape:
        return x, None
    _, spots = F.adaptive_max_pool2d(x.abs()[None], size, return_indices=True)
    return x.flatten()[spots[0]], spots[0]


def histogram(x: Tensor, most: float) -> Tensor:
    """[BINS] int64: how many values are in each of the bins from -most to most."""
    x = x.flatten()
    return torch.histc(x[x.isfinite()], BINS, -most, most).long()
