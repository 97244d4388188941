"""XLNet's arithmetic, content + position + segment in both streams, against float64 by hand."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from core.asks.derivation import STEPS, DerivationAsk, Remark
from core.frame import Frame, Prompt
from core.session import Session
from core.trace import Sight, Stream
from tests.derivation_by_hand import Kind, linear
from tests.derivation_formulas import Worked, Written
from tests.test_derivation import assert_step_is, told
from tests.test_two_stream import CASES
from tests.test_two_stream_session import BEFORE, SECOND, TEXT, open_one


@dataclass
class Relative(Written):
    """One cell of one stream; keys and values of what is remembered are the trace's."""

    stream: Stream = "content"
    frame: Frame | None = None
    farthest: int = 0

    def __post_init__(self) -> None:
        assert self.frame is not None
        content = self.trace.encoder.layers[self.layer]
        self.stage = content.on(self.stream)
        self.module = self.model.encoder.layers[self.layer]
        self.part, self.by = self.module.self_attention, self.module.self_norm
        x, i, j, h = self.stage.resid_in[0].double(), self.query, self.key, self.head
        self.x = self.h = x[i]
        width, seen = self.part.head_width, content.resid_in[0].double()
        memory = content.self.k.shape[2] - len(seen)

        def split(y: Tensor) -> Tensor:
            return y.reshape(len(y), -1, width).transpose(0, 1)

        q = self.made_q = self.flat_q = split(linear(x, self.part.query))
        k = torch.cat((content.self.k[0, :, :memory].double(),
                       split(linear(seen, self.part.key))), 1)
        v = torch.cat((content.self.v[0, :, :memory].double(),
                       split(linear(seen, self.part.value))), 1)
        self.made_k = self.flat_k = k
        self.key_head, self.q, self.k, self.scale = h, q[h, i], k[h, j], 1 / math.sqrt(width)
        self.u, self.v, self.w = (bias.double() for bias in (
            self.part.content_bias, self.part.position_bias, self.part.segment_bias))
        self.r = torch.stack([
            split(linear(self._wave(memory + i - key, x.shape[1])[None], self.part.place))[:, 0]
            for key in range(k.shape[1])], 1)  # (H, S, d)
        mine, theirs = self.frame.queries.segments[i], self.frame.keys.segments
        self.g = torch.stack([
            self.part.segment[int(mine != theirs[key])].double()
            for key in range(k.shape[1])], 1)  # (H, S, d)
        self.terms = [
            torch.einsum("hd,hsd->hs", q[:, i] + bias, keys) * self.scale
            for bias, keys in ((self.u, k), (self.v, self.r), (self.w, self.g))]
        scores = sum(self.terms[1:], self.terms[0])
        self.score = float(scores[h, j])
        scores = scores.masked_fill(~torch.tensor([
            self._sees(key - memory) for key in range(k.shape[1])]), -math.inf)
        self.row, self.masked = scores[h], bool(scores[h, j].isneginf())
        most = scores.max(-1, keepdim=True).values
        powers = (scores - most).exp() if most.isfinite().all() else torch.ones_like(scores)
        pattern = powers / powers.sum(-1, keepdim=True)
        self.powers, self.weights, self.values = powers[h], pattern[h], v[h]
        self.z = torch.einsum("hs,hsd->hd", pattern, v)
        self._after()

    def _wave(self, distance: int, width: int) -> Tensor:
        if self.farthest:
            distance = max(-self.farthest, min(distance, self.farthest))
        angles = [distance / 10000 ** (c / width) for c in range(0, width, 2)]
        return torch.tensor([math.sin(a) for a in angles] + [math.cos(a) for a in angles],
                            dtype=torch.float64)

    def _sees(self, key: int) -> bool:
        assert self.frame is not None
        rank = self.frame.order
        if not rank or key < 0 or (key == self.query and self.stream == "content"):
            return True
        return rank[key] < rank[self.query]

    def product(self) -> Worked:
        u, moved = self.u[self.head], self.q + self.u[self.head]
        return [
            (r"\mathbf{u}", u), (r"\mathbf{q}_i + \mathbf{u}", moved), (r"\mathbf{k}_j", self.k),
            (r"(q_{ic} + u_c)\,k_{jc}", moved * self.k),
            (r"(\mathbf{q}_i + \mathbf{u}) \cdot \mathbf{k}_j", float(moved @ self.k)),
        ]

    def scaled(self) -> Worked:
        vectors = r"(\mathbf{q}_i + \mathbf{u}) \cdot \mathbf{k}_j"
        return [
            (vectors, float((self.q + self.u[self.head]) @ self.k)), ("d", float(len(self.q))),
            (rf"a_{{ij}} = \frac{{{vectors}}}{{\sqrt{{d}}}}",
             float(self.terms[0][self.head, self.key])),
        ]

    def biased(self) -> Worked:
        h, j = self.head, self.key
        a, b, g = (float(term[h, j]) for term in self.terms)
        placed, told_apart = self.q + self.v[h], self.q + self.w[h]
        return [
            ("a_{ij}", a), (r"\mathbf{q}_i + \mathbf{v}", placed),
            (r"\mathbf{r}_{i-j} = W^R\,\mathbf{p}_{i-j}", self.r[h, j]),
            (r"(q_{ic} + v_c)\,r_{i-j,c}", placed * self.r[h, j]),
            (r"b_{ij} = \frac{(\mathbf{q}_i + \mathbf{v}) \cdot \mathbf{r}_{i-j}}{\sqrt{d}}", b),
            (r"\mathbf{q}_i + \mathbf{w}", told_apart), (r"\mathbf{g}", self.g[h, j]),
            (r"g_{ij} = \frac{(\mathbf{q}_i + \mathbf{w}) \cdot \mathbf{g}}{\sqrt{d}}", g),
            ("s_{ij} = a_{ij} + b_{ij} + g_{ij}", self.score),
        ]

    def mask(self) -> Worked:
        rows = super().mask()
        return [*rows[:-1], ("A_{ij}", float(self.weights[self.key]))] if self.masked else rows


def hold(session: Session, prompt: Prompt, stream: Stream, farthest: int = 0, act: str = "gelu"
         ) -> int:
    """Compare several cells; how many were masked."""
    trace, source, _ = session.trace(prompt)
    frame = session.look(prompt, Sight(stream=stream))
    count, memory = len(source), len(frame.keys) - len(source)
    masked = 0
    for cell in [(0, 0, 2, memory + 2), (1, 2, count - 1, memory), (1, 1, 0, memory + count - 1),
                 (0, 2, 3, memory + 4), (1, 0, 1, memory + 1)]:
        hand = Relative(Kind(post=True, act=act), session.model, trace, "encoder", "self",
                        *cell, stream=stream, frame=frame, farthest=farthest)
        masked += hand.masked
        asks = [DerivationAsk(*cell, step) for step in STEPS]
        for step, found in zip(STEPS, told(
                session, prompt, asks, stack="encoder", stream=stream), strict=True):
            late = hand.masked and STEPS.index(step) > STEPS.index("mask")
            assert found.masked == hand.masked
            assert_step_is(found, hand.worked()["mask" if late else step])
    return masked


@torch.no_grad()
@pytest.mark.parametrize("stream", ["content", "query"])
def test_either_stream_in_a_drawn_order_is_that_of_float64(
    stream: Stream, tmp_path: Path
) -> None:
    session, _ = open_one(tmp_path)
    assert hold(session, Prompt(TEXT, second=SECOND, order=3), stream) > 0


@torch.no_grad()
def test_without_an_order_and_with_a_farthest_distance(tmp_path: Path) -> None:
    session, _ = open_one(tmp_path, CASES["wide heads"])
    assert hold(session, Prompt(TEXT, second=SECOND), "content", 4, "relu") == 0


@torch.no_grad()
def test_behind_what_is_remembered_distances_and_segments_count_on(tmp_path: Path) -> None:
    session, _ = open_one(tmp_path)
    assert hold(session, Prompt(TEXT, before=BEFORE), "content") == 0
    [found] = told(session, Prompt(TEXT, before=BEFORE), [DerivationAsk(1, 1, 2, 0, "query_key")],
                   stack="encoder")
    assert found.step.gap is not None  # of the query alone: what made the key is not kept
    assert found.key == 0


@torch.no_grad()
def test_a_query_that_sees_no_key_says_that_it_reads_all_alike(tmp_path: Path) -> None:
    session, _ = open_one(tmp_path)
    prompt = Prompt(TEXT, order=1)
    frame = session.look(prompt, Sight(stream="query"))
    first = frame.order.index(0)
    [found] = told(session, prompt, [DerivationAsk(0, 0, first, 1, "z")],
                   stack="encoder", stream="query")
    assert found.step.kind == "mask"
    said = [part.template for part in found.step.parts if isinstance(part, Remark)]
    assert any("reads every key alike" in words for words in said)
    weight = next(part for part in found.step.parts
                  if getattr(part, "formula", "") == "A_{ij}")
    assert weight.value == pytest.approx(1 / len(frame.keys))  # type: ignore[union-attr]
    assert np.isneginf(found.step.parts[0].values).all()  # type: ignore[union-attr]
