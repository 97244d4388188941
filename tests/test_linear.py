"""The faster library gives the same numbers, and only where the weights are those it was given."""

from __future__ import annotations

import copy

import hypothesis
import hypothesis.strategies as st
import pytest
import torch
from torch import Tensor, nn
from torch.func import functional_call

from core.linear import Library, Linear, fastest, libraries, prepare

LIBRARIES = libraries()
each = pytest.mark.parametrize("library", LIBRARIES, ids=lambda one: one.name)


class Calls:
    """A library of torch's own that counts."""

    def __init__(self) -> None:
        self.count = 0
        self.library = Library("counted", torch.clone, self._run)

    def _run(self, x: Tensor, matrix: Tensor, bias: Tensor | None) -> Tensor:
        self.count += 1
        return nn.functional.linear(x, matrix, bias)


def layer(wide: int = 256, narrow: int = 320, bias: bool = True) -> Linear:
    torch.manual_seed(0)
    return Linear(narrow, wide, bias=bias).eval()


@each
@hypothesis.settings(max_examples=40, deadline=None)
@hypothesis.given(
    shape=st.lists(st.integers(1, 9), min_size=1, max_size=3), bias=st.booleans(),
    seed=st.integers(0, 2**32), turned=st.booleans(),
)
def test_every_library_gives_float64s_numbers(
    library: Library, shape: list[int], bias: bool, seed: int, turned: bool
) -> None:
    made = layer(bias=bias)
    random = torch.Generator().manual_seed(seed)
    x = torch.randn(*shape, 320, generator=random)
    if turned and len(shape) > 1:
        x = x.transpose(0, 1)  # not contiguous
    made.prepare(library)
    with torch.inference_mode():
        found = made(x)
    with torch.no_grad():
        wanted = x.double() @ made.weight.double().T
        sizes = x.double().abs() @ made.weight.double().abs().T
        if bias:
            wanted, sizes = wanted + made.bias.double(), sizes + made.bias.double().abs()
    assert found.shape == wanted.shape
    rounding = 321 * 2.0**-24  # of a sum of so many products, in any order (Higham 2002, eq. 3.3)
    assert bool(((found - wanted).abs() <= 1.01 * rounding * sizes).all())


@pytest.fixture
def counted() -> tuple[Linear, Calls]:
    calls, made = Calls(), layer()
    made.prepare(calls.library)
    return made, calls


def test_it_is_used_without_gradients_alone(counted: tuple[Linear, Calls]) -> None:
    made, calls = counted
    x = torch.randn(2, 320)
    made(x).sum().backward()
    assert calls.count == 0
    assert made.weight.grad is not None
    with torch.no_grad():
        made(x)
    assert calls.count == 1


@pytest.mark.parametrize("fused", [True, False])
def test_weights_that_were_trained_are_the_ones_that_count(
    counted: tuple[Linear, Calls], fused: bool
) -> None:
    made, calls = counted
    x = torch.randn(2, 320)
    optimizer = torch.optim.AdamW(made.parameters(), lr=0.1, fused=fused)
    made.train()
    made(x).sum().backward()
    optimizer.step()
    made.eval()
    with torch.no_grad():
        assert torch.equal(made(x), nn.functional.linear(x, made.weight, made.bias))
    assert calls.count == 0


def test_weights_that_were_written_over_are_the_ones_that_count(
    counted: tuple[Linear, Calls]
) -> None:
    made, calls = counted
    x = torch.randn(2, 320)
    made.load_state_dict(layer().state_dict() | {"weight": torch.randn(256, 320)})
    with torch.no_grad():
        assert torch.equal(made(x), nn.functional.linear(x, made.weight, made.bias))
    assert calls.count == 0


def test_weights_put_in_their_place_are_the_ones_that_count(counted: tuple[Linear, Calls]) -> None:
    made, calls = counted
    x, weight = torch.randn(2, 320), torch.randn(256, 320)
    with torch.inference_mode():
        found = functional_call(made, {"weight": weight}, (x,))
    assert torch.equal(found, nn.functional.linear(x, weight, made.bias))
    assert calls.count == 0


@each
def test_a_copy_of_prepared_weights_is_a_layer_of_its_own(library: Library) -> None:
    made, x = layer(), torch.randn(3, 320)
    made.prepare(library)
    other = copy.deepcopy(made)
    with torch.inference_mode():
        other.weight.mul_(2)
        torch.testing.assert_close(other(x) - other.bias, 2 * (made(x) - made.bias))


def test_an_empty_text_and_halves_go_the_usual_way(counted: tuple[Linear, Calls]) -> None:
    made, calls = counted
    with torch.no_grad():
        assert made(torch.zeros(0, 320)).shape == (0, 256)
        made.half()
        made(torch.zeros(2, 320, dtype=torch.float16))
    assert calls.count == 0


def test_small_matrices_stay_as_they_are() -> None:
    calls = Calls()
    model = nn.Sequential(Linear(8, 8), Linear(320, 256), nn.Linear(320, 256))
    assert prepare(model, calls.library) is calls.library
    with torch.no_grad():
        model[0](torch.zeros(1, 8))
        model[2](torch.zeros(1, 320))
        assert calls.count == 0
        model[1](torch.zeros(1, 320))
    assert calls.count == 1
    assert prepare(nn.Sequential(Linear(8, 8)), calls.library) is None


def test_no_copy_is_made_where_there_is_no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    import core.linear

    monkeypatch.setattr(core.linear, "memory_available", lambda: 1000)
    made = layer()
    assert prepare(nn.Sequential(made), Calls().library) is None
    assert made._prepared is None


def test_an_operator_that_is_not_there_is_passed_over() -> None:
    from core.linear import _works

    def gone(x: Tensor, matrix: Tensor, bias: Tensor | None) -> Tensor:
        result: Tensor = torch.ops.mkldnn._no_such_operator(x)
        return result

    def wrong(x: Tensor, matrix: Tensor, bias: Tensor | None) -> Tensor:
        return nn.functional.linear(x, matrix, bias) * 1.01

    assert not _works(Library("gone", torch.clone, gone))
    assert not _works(Library("wrong", torch.clone, wrong))


def test_what_is_chosen_is_one_of_those_that_work() -> None:
    chosen = fastest()
    assert chosen is None or chosen in LIBRARIES
    assert fastest() is chosen


def test_to_choose_draws_nothing_from_torchs_own_generator() -> None:
    before = torch.get_rng_state()
    fastest.__wrapped__()
    assert torch.equal(torch.get_rng_state(), before)
