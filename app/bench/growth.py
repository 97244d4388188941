"""How costs grow with the text, the heads and the model: a pass, its trace, and what is drawn.

No step may grow faster than the pass itself: each stands beside it, as a share of it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from app.bench.random_model import HEADS, LAYERS, WIDTH, gpt2
from app.bench.tracing import take_turns
from app.work import torch_threads
from core.config import ModelConfig
from core.linear import prepare
from core.model import Transformer
from core.thumbnail import Plan, reduce_pattern
from core.trace import AttentionTrace, LayerTrace, Trace, to_host

LENGTHS = (16, 32, 64, 128, 256, 512, 1024)
SHAPES = (
    (2, 6, 384), (4, 12, 768), (12, 12, 768), (16, 16, 768), (24, 16, 768),
)
"""(layers, heads, width): 12 to 384 heads."""
WIDTHS = ((2, 4, 128), (4, 4, 256), (6, 8, 512), (8, 12, 768), (14, 12, 768))
"""(layers, heads, width) of 1 to 100 million parameters beside the vocabulary's."""
_TOKENS, _PIXELS = 128, 40


def measure_growth(
    lengths: tuple[int, ...] = LENGTHS, shapes: tuple[tuple[int, int, int], ...] = SHAPES,
    widths: tuple[tuple[int, int, int], ...] = WIDTHS, rounds: int = 5,
) -> dict[str, Any]:
    """Three tables, one thing growing in each."""
    torch.set_num_threads(torch_threads())
    result: dict[str, Any] = {"torch threads": torch_threads(), "times": "median, milliseconds"}
    model = _model(gpt2(LAYERS, HEADS, WIDTH))
    result["GPT-2 small's size, by tokens"] = {
        f"{tokens} tokens": _measure(model, tokens, rounds) for tokens in lengths}
    del model
    result[f"{_TOKENS} tokens, by heads"] = {
        f"{layers * heads} heads": _measure(_model(gpt2(layers, heads, width)), _TOKENS, rounds)
        for layers, heads, width in shapes}
    result[f"{_TOKENS} tokens, by parameters"] = {
        f"{layers} layers of width {width}": _measure(
            _model(gpt2(layers, heads, width)), _TOKENS, rounds)
        for layers, heads, width in widths}
    return result


def _model(config: ModelConfig) -> Transformer:
    torch.manual_seed(0)
    model = Transformer(config).eval()
    prepare(model)  # as a session does
    return model


def _measure(model: Transformer, tokens: int, rounds: int) -> dict[str, Any]:
    ids = torch.randint(model.config.vocabulary, (1, tokens))
    traces: list[Trace] = []

    def trace() -> None:
        traces[:] = [model(ids, logits_at=[tokens - 1])]

    def reduce() -> object:
        decoder = traces[0].decoder
        assert decoder is not None
        visible = decoder.layers[0].self.visible[0]
        plan = Plan(visible, _PIXELS)
        return to_host(torch.stack([
            reduce_pattern(layer.self.pattern[0], visible, _PIXELS, "linear", plan)
            for layer in decoder.layers]))

    seconds = take_turns({
        "pass": lambda: model(ids, logits_at=[tokens - 1], keep=False),
        "trace": trace, "thumbnails": reduce,
    }, rounds, before={"thumbnails": trace})
    middle = {name: float(np.median(taken)) * 1000 for name, taken in seconds.items()}
    parameters = sum(p.numel() for p in model.parameters()) - model.embedding.weight.numel()
    return {
        "parameters, the vocabulary's left out": f"{parameters / 1e6:.1f} million",
        "pass": round(middle["pass"], 2), "trace": round(middle["trace"], 2),
        "thumbnails": round(middle["thumbnails"], 2),
        "trace / pass": round(middle["trace"] / middle["pass"], 3),
        "thumbnails / pass": round(middle["thumbnails"] / middle["pass"], 3),
        "megabytes of a trace": round(trace_bytes(traces[0]) / 2**20, 1),
    }


def trace_bytes(trace: Trace) -> int:
    """Of every tensor that a trace holds, each once."""
    found: dict[int, int] = {}

    def count(thing: object) -> None:
        if isinstance(thing, torch.Tensor):
            storage = thing.untyped_storage()
            found[storage.data_ptr()] = storage.nbytes()
        elif isinstance(thing, (tuple, list)):
            for one in thing:
                count(one)
        elif isinstance(thing, (LayerTrace, AttentionTrace)) or hasattr(thing, "layers"):
            for one in vars(thing).values():
                count(one)

    count(trace.decoder)
    count(trace.logits)
    return sum(found.values())
