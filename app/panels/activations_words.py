"""What is said of a tensor: its name, what it is, its sum in numbers."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.language import in_turn
from app.paint.words import typeset
from app.panels.activations_spread import edges
from app.panels.colour_bar import signed
from core.asks.activations import OUTLIER, SILENT, Matrix, Norms, Place, Site, Spread, Summary

_NAMED = 4  # dimensions with outliers that are named


def translate(context: str, text: str) -> str:
    """Qt's translation, by the name that its tools look for."""
    return QCoreApplication.translate(context, text)


def site_names() -> dict[Site, str]:
    """What each tensor is called."""
    return {
        "embed": translate("activations", "Token embedding"),
        "positions": translate("activations", "Position embedding"),
        "segments": translate("activations", "Segment embedding"),
        "resid_in": translate("activations", "Stream before the layer"),
        "self_read": translate("activations", "Norm before attention"),
        "attention_out": translate("activations", "Attention output"),
        "resid_mid": translate("activations", "Stream after attention"),
        "cross_read": translate("activations", "Norm before cross-attention"),
        "cross_out": translate("activations", "Cross-attention output"),
        "resid_cross": translate("activations", "Stream after cross-attention"),
        "mlp_read": translate("activations", "Norm before feed-forward"),
        "mlp_act": translate("activations", "Feed-forward activations"),
        "mlp_out": translate("activations", "Feed-forward output"),
        "resid_out": translate("activations", "Stream after the layer"),
        "final": translate("activations", "Last norm"),
    }


def site_tips() -> dict[Site, str]:
    """What each of them is."""
    return {
        "embed": translate("activations", "The row of the embedding for each token, scaled where "
                           "the model does so."),
        "positions": translate("activations", "What is added to each token for its place."),
        "segments": translate("activations", "What is added to each token for its sentence."),
        "resid_in": translate("activations", "The residual stream as it enters the layer."),
        "self_read": translate("activations", "What attention reads: the stream through a norm."),
        "attention_out": translate("activations", "What attention writes to the stream: z of all "
                                   "heads side by side, times W^O."),
        "resid_mid": translate("activations", "The residual stream between the two sublayers."),
        "cross_read": translate("activations", "What queries of cross-attention are made of: the "
                                "stream through a norm."),
        "cross_out": translate("activations", "What cross-attention writes to the stream."),
        "resid_cross": translate("activations", "The residual stream after cross-attention."),
        "mlp_read": translate("activations", "What the feed-forward sublayer reads: the stream "
                              "through a norm."),
        "mlp_act": translate("activations", "The units between the two matrices of the "
                             "feed-forward sublayer, after the nonlinearity."),
        "mlp_out": translate("activations", "What the feed-forward sublayer writes to the stream."),
        "resid_out": translate("activations", "The residual stream as it leaves the layer."),
        "final": translate("activations", "What leaves the stack, through its last norm."),
    }


def numbers(summary: Summary) -> str:
    """Mean, standard deviation, ends, and what is no number."""
    about = translate(
        "activations", "mean {mean}, sd {deviation}, from {low} to {high}"
    ).format(mean=signed(summary.mean), deviation=signed(summary.deviation),
             low=signed(summary.low), high=signed(summary.high))
    broken = translate("activations", "{count} values are no numbers").format(
        count=f"{summary.broken:,}") if summary.broken else ""
    return in_turn((about, broken))


def outliers(summary: Summary) -> str:
    """How many values are far from all others, and in which dimensions, with the rule."""
    number = f"{OUTLIER:g}"
    if not summary.outlying:
        return translate("activations", "▼ no outliers (|x − mean| > {number} sd)").format(
            number=number)
    named = ", ".join(
        f"{dimension} ×{count}" if count > 1 else str(dimension)
        for dimension, count in summary.outlying[:_NAMED]
    ) + (", …" if len(summary.outlying) > _NAMED else "")
    template = translate(
        "activations", "▼ one outlier (|x − mean| > {number} sd), dimension {named}"
    ) if summary.outliers == 1 else translate(
        "activations", "▼ {count} outliers (|x − mean| > {number} sd), dimensions: {named}")
    return template.format(count=f"{summary.outliers:,}", number=number, named=named)


def dead(summary: Summary) -> str:
    """How many dimensions do nothing in this prompt, with the rule."""
    if summary.rule == "never positive":
        template = translate(
            "activations", "▲ {count} of {width} units dead in this prompt (all ≤ 0)")
    else:
        template = translate(
            "activations", "▲ {count} of {width} dimensions dead here (all |x| ≤ {share} of rms)")
    return template.format(
        count=f"{len(summary.dead):,}", width=f"{summary.width:,}", share=f"{SILENT * 100:g} %")


def place_title(place: Place, once: bool) -> str:
    """Names the tensor and its layer."""
    name = site_names()[place.site]
    if once:
        return name
    return translate("activations", "Layer {layer} · {name}").format(layer=place.layer, name=name)


def longest(norms: Norms) -> str:
    """Where the largest of all norms is."""
    import numpy as np

    good = np.where(np.isfinite(norms.values), norms.values, -1)
    row, column = np.unravel_index(int(good.argmax()), good.shape)
    if good[row, column] < 0:
        return translate(
            "activations", "{count} values are no numbers").format(count=f"{good.size:,}")
    return translate(
        "activations", "the longest vector: {norm}, at layer {layer}, position {position}"
    ).format(norm=signed(float(good[row, column])), layer=int(row),
             position=norms.position(int(row), int(column)))


def layer_names(count: int) -> list[str]:
    """One a layer."""
    return [translate("activations", "layer {layer}").format(layer=at) for at in range(count)]


def say_value(told: Matrix, spot: tuple[int, int], token: str) -> str:
    """The value at a position in a dimension."""
    position, dimension = told.spot(*spot)
    return translate("activations", "“{token}” ({i}), dimension {dimension}: {value}").format(
        token=token, i=position, dimension=dimension, value=_number(float(told.values[spot])))


def say_norm(told: Norms, spot: tuple[int, int], token: str) -> str:
    """The norm at a layer and a position."""
    return translate("activations", "“{token}” ({i}), layer {layer}: norm {value}").format(
        token=token, i=told.position(*spot), layer=spot[0],
        value=_number(float(told.values[spot])))


def say_bin(told: Spread, at: int) -> str:
    """How many values are that large."""
    low, high = edges(told, at)
    return translate(
        "activations", "{low} to {high}: {count} values, {own} of them at position {i}"
    ).format(low=signed(low), high=signed(high), count=f"{told.counts[at]:,}",
             own=f"{told.own[at]:,}", i=told.position)


def _number(value: float) -> str:
    return typeset(f"{value:.6g}")
