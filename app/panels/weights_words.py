"""What is said of a matrix: its name, its equation, its numbers, one entry of it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt

from app.language import in_turn
from app.paint.words import isolated, typeset
from app.panels.colour_bar import signed
from core.asks.weights import OF_A_HEAD, LossOf, MatrixName, Side, WeightsPicture, WeightsPlace

SYMBOLS: dict[MatrixName, str] = {
    "query": "W_Q", "key": "W_K", "value": "W_V", "place": "W_R", "output": "W_O", "into": "W_1",
    "gate": "W_G", "out": "W_2", "norms": "γ", "head_norms": "γ", "embedding": "E",
}
KEYS: dict[Qt.Key, MatrixName] = {
    Qt.Key.Key_Q: "query", Qt.Key.Key_K: "key", Qt.Key.Key_V: "value", Qt.Key.Key_R: "place",
    Qt.Key.Key_O: "output", Qt.Key.Key_1: "into", Qt.Key.Key_G: "gate", Qt.Key.Key_2: "out",
    Qt.Key.Key_N: "norms", Qt.Key.Key_M: "head_norms", Qt.Key.Key_E: "embedding",
}
_ACTIVATIONS = {"gelu": "GELU", "gelu_tanh": "GELU", "relu": "ReLU", "silu": "SiLU"}


def translate(context: str, text: str) -> str:
    """Qt's translation, by the name that its tools look for."""
    return QCoreApplication.translate(context, text)


def matrix_names() -> dict[MatrixName, str]:
    """What each matrix is called."""
    return {
        "query": translate("weights", "W_Q: queries of the head"),
        "key": translate("weights", "W_K: keys of the head"),
        "value": translate("weights", "W_V: values of the head"),
        "place": translate("weights", "W_R: distances of the head"),
        "output": translate("weights", "W_O: what the head writes"),
        "into": translate("weights", "W_1: feed-forward, in"),
        "gate": translate("weights", "W_G: feed-forward, gate"),
        "out": translate("weights", "W_2: feed-forward, out"),
        "norms": translate("weights", "γ: gains of the norms"),
        "head_norms": translate("weights", "γ: gains of query and key"),
        "embedding": translate("weights", "E: rows of the tokens"),
    }


def matrix_tips() -> dict[MatrixName, str]:
    """What each does, where it is from, and its key."""
    attention = translate("weights", "Vaswani et al. 2017, section 3.2.2")
    feed_forward = translate("weights", "Vaswani et al. 2017, section 3.3")
    norms = translate("weights", "Ba et al. 2016; by the root mean square: Zhang and Sennrich 2019")
    said: dict[MatrixName, tuple[str, str]] = {
        "query": (translate("weights", "The head's columns of W_Q: they make what a token looks "
                            "for."), attention),
        "key": (translate("weights", "The head's columns of W_K: they make what a token is found "
                          "by."), attention),
        "value": (translate("weights", "The head's columns of W_V: they make what is read of a "
                            "token."), attention),
        "place": (translate("weights", "The head's columns of W_R: they make keys of distances."),
                  translate("weights", "Dai et al. 2019, section 3.3")),
        "output": (translate("weights", "The head's rows of W_O: they carry what it read to the "
                             "stream."), attention),
        "into": (translate("weights", "From the stream to the units of the feed-forward "
                           "sublayer."), feed_forward),
        "gate": (translate("weights", "What opens and closes each unit."),
                 translate("weights", "Shazeer 2020")),
        "out": (translate("weights", "From the units back to the stream."), feed_forward),
        "norms": (translate("weights", "What each dimension is multiplied by after a norm."),
                  norms),
        "head_norms": (translate("weights", "What each dimension of queries and keys is multiplied "
                                 "by after their norm."), norms),
        "embedding": (translate("weights", "The row of each token of the text, with which it "
                                "enters the stream."), translate(
                                    "weights", "Vaswani et al. 2017, section 3.4")),
    }
    letters = {matrix: Qt.Key(key).name.removeprefix("Key_") for key, matrix in KEYS.items()}
    return {matrix: translate("weights", "{what} {source}. Key: {key}").format(
        what=what, source=source, key=letters[matrix]) for matrix, (what, source) in said.items()}


def norm_names() -> dict[str, str]:
    """The rows of gains, by our own names."""
    return {
        "self_norm": translate("weights", "attention"),
        "self_written_norm": translate("weights", "attention, written"),
        "cross_norm": translate("weights", "cross-attention"),
        "mlp_norm": translate("weights", "feed-forward"),
        "mlp_written_norm": translate("weights", "feed-forward, written"),
        "query_norm": translate("weights", "query"),
        "key_norm": translate("weights", "key"),
    }


def formula(place: WeightsPlace) -> str:
    """The equation that the matrix stands in, in LaTeX."""
    matrix, memory = place.matrix, "m" if place.kind == "cross" else "x"
    bias = {"query": "^Q_h", "key": "^K_h", "value": "^V_h", "output": "^O", "into": "_1",
            "gate": "_G", "out": "_2"}.get(matrix, "")
    more = rf" + \mathbf{{b}}{bias}" if place.bias else ""
    product = {
        "query": rf"\mathbf{{x}}_i\,W^Q_h{more}", "key": rf"\mathbf{{{memory}}}_j\,W^K_h{more}",
    }.get(matrix, "")
    if product and "head_norms" in place.matrices:
        product = rf"\mathrm{{norm}}({product})"
    act = rf"\mathrm{{{_ACTIVATIONS[place.activation]}}}"
    gated = "gate" in place.matrices
    inner = rf"\mathbf{{x}}_i\,W_1{more}"
    norm = r"\gamma \odot \mathbf{x} / \mathrm{rms}(\mathbf{x})" if place.norm == "rms" else (
        r"\gamma \odot (\mathbf{x} - \mu) / \sigma + \beta")
    return {
        "query": rf"\mathbf{{q}}_i = {product}",
        "key": rf"\mathbf{{k}}_j = {product}",
        "value": rf"\mathbf{{v}}_j = \mathbf{{{memory}}}_j\,W^V_h{more}",
        "place": r"\mathbf{r}_{i-j} = \mathbf{s}_{i-j}\,W^R_h",
        "output": rf"\mathbf{{a}}_i = \sum_h \mathbf{{z}}^h_i\,W^O_h{more}",
        "into": rf"\mathbf{{u}}_i = {act}(\mathbf{{x}}_i\,W_G) \odot ({inner})" if gated else (
            rf"\mathbf{{u}}_i = {act}({inner})"),
        "gate": rf"\mathbf{{u}}_i = {act}(\mathbf{{x}}_i\,W_G{more}) \odot (\mathbf{{x}}_i\,W_1)",
        "out": rf"\mathbf{{f}}_i = \mathbf{{u}}_i\,W_2{more}",
        "norms": norm, "head_norms": norm,
        "embedding": r"\mathbf{e}_i = \sqrt{D}\,E_{t_i}" if place.scaled else (
            r"\mathbf{e}_i = E_{t_i}"),
    }[matrix]


def sides(matrix: MatrixName) -> tuple[str, str]:
    """What its rows and its columns are."""
    stream = translate("weights", "dimension of the stream")
    unit = translate("weights", "unit of the feed-forward")
    own = translate("weights", "dimension of the head")
    return {
        "output": (own, stream), "into": (stream, unit), "gate": (stream, unit),
        "out": (unit, stream),
    }.get(matrix, (stream, own))


def title(told: WeightsPicture) -> str:
    """Which matrix it is, and how large."""
    place, about = told.place, told.summary
    symbol = SYMBOLS[place.matrix]
    name = symbol if told.side == "weights" else f"∂L/∂{symbol}" if told.side == "gradient" else (
        f"Δ{symbol}")
    if place.matrix == "embedding":
        where = translate("weights", "{name} of {count} tokens: {rows} × {columns}")
    elif place.matrix in ("key", "value") and len(place.sharing) > 1:
        where = translate(
            "weights", "{name} of layer {layer}, heads {first} to {last}: {rows} × {columns}")
    elif place.matrix in OF_A_HEAD:
        where = translate("weights", "{name} of layer {layer}, head {head}: {rows} × {columns}")
    else:
        where = translate("weights", "{name} of layer {layer}: {rows} × {columns}")
    return where.format(
        name=name, layer=place.layer, head=place.head, first=place.sharing[0],
        last=place.sharing[-1], count=about.positions, rows=f"{about.positions:,}",
        columns=f"{about.width:,}")


def loss_name(of: LossOf) -> str:
    """What a loss is of."""
    return {
        "label": translate("weights", "of the likeliest label"),
        "next": translate("weights", "of each next token"),
        "hidden": translate("weights", "of the tokens behind the mask"),
        "likeliest": translate("weights", "of the likeliest token at the position on screen"),
    }[of]


def about(told: WeightsPicture) -> str:
    """Whose gradient or change it is; empty of weights, but for those that do two things."""
    if told.side == "gradient" and told.loss is not None and told.loss_of is not None:
        return translate(
            "weights", "How fast the loss {of}, {loss} nats, rises with each number").format(
                of=loss_name(told.loss_of), loss=signed(told.loss))
    if told.side == "change":
        if told.step is None:
            return translate("weights", "These less those of step {since}").format(since=told.since)
        return translate("weights", "Step {step} less step {since}").format(
            step=told.step, since=told.since)
    if told.place.matrix == "embedding" and told.place.tied:
        return translate("weights", "The same rows make the logits")
    return ""


def numbers(told: WeightsPicture, names: tuple[str, ...]) -> str:
    """Norm, mean, standard deviation, ends, where the largest is, and what is no number."""
    about = told.summary
    said = [translate(
        "weights", "norm {norm}, mean {mean}, sd {deviation}, from {low} to {high}"
    ).format(norm=signed(told.norm), mean=signed(about.mean), deviation=signed(about.deviation),
             low=signed(about.low), high=signed(about.high))]
    if told.largest is not None:
        said.append(translate("weights", "largest at [{row}, {column}]").format(
            row=row_name(told.largest[0], names), column=told.largest[1]))
    if about.broken:
        said.append(translate("weights", "{count} are no numbers").format(
            count=f"{about.broken:,}"))
    return in_turn(said)


def row_name(row: int, names: tuple[str, ...]) -> str:
    """A number, or what it stands for."""
    return isolated(names[row]) if row < len(names) else str(row)


def entry(
    matrix: MatrixName, side: Side, row: str, column: int, value: float, weight: float | None = None
) -> str:
    """An equation; of a side that is not the weights the weight, too, where it is known."""
    symbol = f"{SYMBOLS[matrix]}[{row}, {column}]"
    mark = {"weights": "", "gradient": "∂L/∂", "change": "Δ"}[side]
    said = f"{mark}{symbol} = {number(value)}"
    if side != "weights" and weight is not None:
        said += f", {symbol} = {number(weight)}"
    return said


def number(value: float) -> str:
    """Six digits."""
    return typeset(f"{value:.6g}")


def spectrum(name: str, values: tuple[float, ...]) -> str:
    """The ends of a row of singular values."""
    return translate("weights", "{name}: {count} singular values from {high} to {low}").format(
        name=name, count=len(values), high=signed(values[0]), low=signed(values[-1]))
