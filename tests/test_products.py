"""What a model that learns multiplies through oneDNN is right, there and back, and repeatable."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import hypothesis
import hypothesis.strategies as st
import pytest
import torch
from torch import Tensor, nn

from core import products
from core.linear import Linear, learn, learns
from core.training.config import TrainConfig
from core.training.recipe import Recipe
from core.training.run import Run
from core.training.vocabulary import TokenizerConfig
from tests.stories import story

there = pytest.mark.skipif(not products.works(), reason="torch has no oneDNN here")
ROUNDING = 2.0**-24  # of float32


def bound(one: Tensor, other: Tensor, count: int) -> Tensor:
    """How far off a product in float32 may be, in whatever order (Higham 2002, eq. 3.3)."""
    return 1.01 * (count + 1) * ROUNDING * (one.abs() @ other.abs())


@there
@hypothesis.settings(max_examples=30, deadline=None)
@hypothesis.given(
    shape=st.lists(st.integers(1, 9), min_size=1, max_size=3), wide=st.integers(1, 70),
    narrow=st.integers(1, 70), seed=st.integers(0, 2**32), turned=st.booleans(),
)
def test_products_and_their_gradients_are_float64s(
    shape: list[int], wide: int, narrow: int, seed: int, turned: bool
) -> None:
    random = torch.Generator().manual_seed(seed)
    x, weight, bias = (torch.randn(*size, generator=random) for size in (
        (*shape, narrow), (wide, narrow), (wide,)))
    slope = torch.randn(*shape, wide, generator=random)
    if turned and len(shape) > 1:
        x, slope = x.transpose(0, 1), slope.transpose(0, 1)  # not contiguous
    given_ = [one.requires_grad_() for one in (x, weight, bias)]
    made = products.multiply(x, weight, bias)
    of_x, of_weight, of_bias = torch.autograd.grad(made, given_, slope)

    rows, slopes = x.detach().double().flatten(0, -2), slope.double().flatten(0, -2)
    matrix = weight.detach().double()
    exact = rows @ matrix.T + bias.detach().double()
    off = (made.detach().flatten(0, -2) - exact).abs()
    assert bool((off <= bound(rows, matrix.T, narrow + 1) + ROUNDING * exact.abs() + 1e-6).all())
    assert of_x.shape == x.shape
    assert bool(((of_x.flatten(0, -2) - slopes @ matrix).abs()
                 <= bound(slopes, matrix, wide)).all())
    assert bool(((of_weight - slopes.T @ rows).abs()
                 <= bound(slopes.T, rows, len(rows))).all())
    torch.testing.assert_close(of_bias.double(), slopes.sum(0), rtol=1e-5, atol=1e-5)


@there
def test_only_the_gradients_that_are_wanted_are_made() -> None:
    x, weight = torch.randn(5, 8), torch.randn(4, 8, requires_grad=True)
    products.multiply(x, weight, None).sum().backward()  # type: ignore[no-untyped-call]
    assert x.grad is None
    assert weight.grad is not None
    assert weight.grad.is_contiguous()


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, ...]]:
    """The shapes that were multiplied as by a model that learns."""
    seen: list[tuple[int, ...]] = []

    def multiply(x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        seen.append(tuple(x.shape))
        return nn.functional.linear(x, weight, bias)

    monkeypatch.setattr(products, "multiply", multiply)
    return seen


def test_it_is_for_large_products_of_what_learns(counted: list[tuple[int, ...]]) -> None:
    layer = Linear(128, 512).train()
    many, few = torch.randn(256, 128), torch.randn(255, 128)
    layer(many)
    assert not counted
    learn(layer, True)
    layer(few)
    assert not counted
    layer(many)
    layer.double()(many.double())
    assert counted == [(256, 128)]
    layer.float().eval()(many)  # gradients asked of what is looked at
    assert counted == [(256, 128)]
    with torch.no_grad():  # a measure
        layer(many)
    assert len(counted) == 2
    learn(layer, False)
    layer.train()(many)
    assert len(counted) == 2


def test_a_copy_learns_as_its_model_does() -> None:
    layer = Linear(8, 8)
    learn(layer, True)
    assert learns(copy.deepcopy(layer))
    assert not learns(Linear(8, 8))


WIDE = Recipe(
    "causal",
    {"width": 128, "heads": 4, "mlp_width": 512, "context": 16, "decoder_layers": 1},
    TrainConfig(steps=10, batch=16, window=16, learning_rate=0.003, warmup=2),
    TokenizerConfig("byte_bpe", 300), hold_out_lines=3,
)
"""Wide enough for products that gain."""


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "text.txt"
    path.write_text(story(0, 60), encoding="utf-8")
    return path


@there
def test_a_run_that_is_gone_on_with_multiplies_as_it_began(
    text: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.training.run.learns_faster", lambda: True)
    whole = Run.begin(WIDE, text, tmp_path / "whole")
    losses = [float(whole.advance()) for _ in range(6)]
    whole.close()
    cut = Run.begin(WIDE, text, tmp_path / "cut")
    first = [float(cut.advance()) for _ in range(3)]
    cut.keep()
    cut.close()
    monkeypatch.setattr("core.training.run.learns_faster", lambda: False)  # a busy machine
    again = Run.resume(tmp_path / "cut")
    assert learns(again.model)
    first += [float(again.advance()) for _ in range(3)]
    again.close()
    assert first == losses


@there
def test_both_ways_learn_the_same(
    text: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    losses = {}
    for faster in (False, True):
        monkeypatch.setattr("core.training.run.learns_faster", lambda faster=faster: faster)
        run = Run.begin(WIDE, text, tmp_path / str(faster))
        losses[faster] = torch.stack([run.advance() for _ in range(10)])
        run.close()
    assert float((losses[True] - losses[False]).abs().max()) < 1e-4
    assert losses[True][-1] < losses[True][0]


def test_a_run_of_an_earlier_version_goes_on_in_the_usual_way(
    text: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.training.run.learns_faster", lambda: True)
    run = Run.begin(WIDE, text, tmp_path / "run")
    run.close()
    about = json.loads((tmp_path / "run" / "run.json").read_text())
    del about["onednn"]
    (tmp_path / "run" / "run.json").write_text(json.dumps(about))
    again = Run.resume(tmp_path / "run")
    assert not learns(again.model)
    again.close()


def test_what_is_not_there_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object) -> Tensor:
        raise RuntimeError("no such operator")

    monkeypatch.setattr(products, "_multiply", gone)
    products.works.cache_clear()
    products.learns_faster.cache_clear()
    try:
        assert not products.learns_faster()
    finally:
        products.works.cache_clear()
        products.learns_faster.cache_clear()


def test_a_wrong_library_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        products, "_multiply", lambda x, weight, bias=None: x @ weight.t().abs())
    products.works.cache_clear()
    try:
        assert not products.works()
    finally:
        products.works.cache_clear()


def test_texts_of_all_lengths_are_multiplied_in_a_few_numbers_of_rows() -> None:
    met = {}
    for rows in range(1, 2100):
        x = torch.full((rows, 1), 7.0)
        padded = products.pad_rows(x)
        met[len(padded)] = rows
        assert torch.equal(padded[:rows], x)
        assert not padded[rows:].any()
        assert len(padded) - rows < max(16, rows / 8)
    assert len(met) < 50
    for usual in (1, 128, 512, 1024, 2048):
        assert met[usual] == usual


@there
def test_rows_that_were_padded_change_no_gradient() -> None:
    x, weight, bias = (torch.randn(*size) for size in ((3, 7, 8), (5, 8), (5,)))
    given_ = [one.requires_grad_() for one in (x, weight, bias)]
    slope = torch.randn(3, 7, 5)
    made, usual = products.multiply(x, weight, bias), nn.functional.linear(x, weight, bias)
    torch.testing.assert_close(made, usual)
    for one, other in zip(torch.autograd.grad(made, given_, slope),
                          torch.autograd.grad(usual, given_, slope), strict=True):
        torch.testing.assert_close(one, other)
