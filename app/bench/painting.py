"""From new arrays to the painted sheet, beside one pyqtgraph image a head."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyqtgraph
import torch
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from app.application import make_application
from app.bench.machine import ratio, spread
from app.panels.sheet import HeadSheet
from app.state import View
from app.work import torch_threads
from core.frame import Frame, ModelCard, Prompt
from core.thumbnail import Plan, reduce_pattern
from core.tokens import Tokens
from core.trace import Sight, to_host

Shape = tuple[int, int]
"""Layers, and heads in each."""
SMALL, LARGE = (12, 12), (24, 16)
WIDTH, HEIGHT = 620, 560  # of the sheet, in a window of 1280 x 800
_SETS = 3  # patterns that take turns, so that no picture is the one before
_REFERENCE_EVERY = 5  # the reference is slow


def measure_painting(
    lengths: tuple[int, ...] = (128, 512), many: tuple[int, ...] = (128,), repeats: int = 60
) -> dict[str, Any]:
    """Heads reduced, painted, and both; and the reference in between.

    Args:
        lengths: tokens of 144 heads.
        many: tokens of 384 heads.
        repeats: new patterns of each.
    """
    make_application()
    torch.set_num_threads(torch_threads())
    result: dict[str, Any] = {
        "heads": _name(SMALL), "sheet": f"{WIDTH} x {HEIGHT}",
        "torch threads": torch_threads(),
        "reference": "a pyqtgraph ImageItem a head in a GraphicsLayoutWidget",
    }
    for tokens in lengths:
        result[f"{tokens} tokens"] = _measure(SMALL, tokens, repeats)
    for tokens in many:
        result[f"{_name(LARGE)} heads, {tokens} tokens"] = _measure(LARGE, tokens, repeats)
    return result


@dataclass
class _Times:
    reduce: list[float] = field(default_factory=list)
    paint: list[float] = field(default_factory=list)
    both: list[float] = field(default_factory=list)
    reference: list[float] = field(default_factory=list)

    def figures(self, pixels: int) -> dict[str, Any]:
        return {
            "thumbnail": f"{pixels} x {pixels}",
            "reduce the patterns": spread(self.reduce),
            "new thumbnails to painted sheet": spread(self.paint),
            "new patterns to painted sheet": spread(self.both),
            "reference": spread(self.reference),
            "ratio": ratio(self.both, self.reference),
        }


def _name(shape: Shape) -> str:
    return f"{shape[0]} x {shape[1]}"


def _measure(shape: Shape, tokens: int, repeats: int) -> dict[str, Any]:
    patterns = [_patterns(shape, tokens, seed) for seed in range(_SETS)]
    visible = torch.ones(tokens, tokens, dtype=torch.bool).tril()
    sheet, naive = HeadSheet(), NaiveSheet(shape)
    seen: list[Frame] = []
    sheet.painted.connect(seen.append)
    for widget in (sheet, naive.widget):
        widget.resize(WIDTH, HEIGHT)
        widget.show()
        while not widget.windowHandle().isExposed():
            QApplication.processEvents()
    times = _Times()
    pixels = sheet.thumbnail_pixels
    for turn in range(-3, repeats):  # the first few find the size and warm the caches
        layers = patterns[turn % _SETS]
        started = time.perf_counter()
        plan = Plan(visible, pixels)
        thumbnails = to_host(torch.stack([
            reduce_pattern(layer, visible, pixels, "linear", plan) for layer in layers
        ]))
        reduced = time.perf_counter()
        frame = _frame(shape, tokens, thumbnails)
        begun = time.perf_counter()
        sheet.show_frame(frame, View(pinned=(0, 0)))
        sheet.repaint()
        painted = time.perf_counter()
        if seen[-1] is not frame:
            raise RuntimeError("the sheet was not painted")
        pixels = sheet.thumbnail_pixels
        if turn >= 0:
            times.reduce.append(reduced - started)
            times.paint.append(painted - begun)
            times.both.append(reduced - started + painted - begun)
        if turn % _REFERENCE_EVERY == 0:
            arrays = [head.numpy() for layer in layers for head in layer]
            started = time.perf_counter()
            naive.show(arrays)
            times.reference.append(time.perf_counter() - started)
        QApplication.processEvents()
    for widget in (sheet, naive.widget):
        widget.close()
        widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return times.figures(pixels)


class NaiveSheet:
    """What a person would write first: one image item a head."""

    def __init__(self, shape: Shape) -> None:
        self.widget = pyqtgraph.GraphicsLayoutWidget()
        self.widget.ci.layout.setSpacing(1)
        table = pyqtgraph.colormap.get("CET-L17").getLookupTable(nPts=256)
        self.items = []
        for layer in range(shape[0]):
            for head in range(shape[1]):
                box = self.widget.addViewBox(layer, head, enableMouse=False, invertY=True)
                item = pyqtgraph.ImageItem(axisOrder="row-major", levels=(0, 1), lut=table)
                box.addItem(item)
                self.items.append(item)

    def show(self, arrays: list[NDArray[np.float32]]) -> None:
        """Hand every item its array, then paint."""
        for item, array in zip(self.items, arrays, strict=True):
            item.setImage(array, autoLevels=False)
        self.widget.viewport().repaint()


def _patterns(shape: Shape, tokens: int, seed: int) -> list[torch.Tensor]:
    """One [head, query, key] a layer: random, causal, each row a distribution."""
    random = torch.Generator().manual_seed(seed)
    hidden = torch.ones(tokens, tokens, dtype=torch.bool).triu(1)
    return [
        (2 * torch.randn(shape[1], tokens, tokens, generator=random))
        .masked_fill_(hidden, -torch.inf).softmax(-1)
        for _ in range(shape[0])
    ]


def _frame(shape: Shape, tokens: int, thumbnails: NDArray[np.uint8]) -> Frame:
    read = Tokens("", tuple(range(tokens)), ((0, 0),) * tokens)
    card = ModelCard(
        reference="", name="random", family="gpt2", device="cpu", parameters=0, context=tokens,
        heads=shape[1], layers={"decoder": shape[0]},
    )
    return Frame(Prompt(), Sight(), card, read, read, thumbnails=thumbnails)
