"""Position schemes against the formula of the paper, one number at a time."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch

from core.config import ModelConfig
from core.positions import (
    LearnedPositions,
    NoPositions,
    SinusoidalPositions,
    make_positions,
    sinusoids,
)
from tests.randomised import randomise

CONFIG = ModelConfig(
    vocabulary=5, width=6, heads=2, head_width=3, mlp_width=4, context=10, decoder_layers=1
)
HALF_ULP = 2**-24  # rounding a number from 0.5 to 1 to float32


@pytest.mark.parametrize(("width", "base", "start"), [
    (2, 10000.0, 0), (6, 10000.0, 0), (64, 10000.0, 3), (10, 100.0, 5), (512, 10000.0, 99_990),
])
def test_sinusoids_equal_the_formula_at_every_position_and_width(
    width: int, base: float, start: int
) -> None:
    table = sinusoids(12, width, base, start)
    assert table.shape == (12, width)
    assert table.dtype == torch.float32
    for row in range(12):
        for column in range(width):
            angle = (start + row) / base ** ((column - column % 2) / width)
            expected = math.cos(angle) if column % 2 else math.sin(angle)
            assert abs(float(table[row, column]) - expected) <= HALF_ULP + 1e-10


def test_sinusoids_of_position_0_are_0_and_1() -> None:
    assert sinusoids(1, 6).tolist() == [[0.0, 1.0] * 3]


@pytest.mark.parametrize("shift", [1, 7, 300])
def test_moving_on_by_some_positions_rotates_each_pair_by_the_same_angle_everywhere(
    shift: int,
) -> None:
    width = 16
    table = sinusoids(200 + shift, width).double()
    for pair in range(width // 2):
        angle = shift / 10000 ** (2 * pair / width)
        # sin(a + b) = sin a cos b + cos a sin b; cos(a + b) = cos a cos b - sin a sin b
        turn = torch.tensor(
            [[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]],
            dtype=torch.float64,
        )
        here = table[:200, 2 * pair : 2 * pair + 2]
        there = table[shift : shift + 200, 2 * pair : 2 * pair + 2]
        assert float((here @ turn - there).abs().max()) < 3e-7


def test_each_scheme_is_made_by_its_name() -> None:
    kinds = {"learned": LearnedPositions, "sinusoidal": SinusoidalPositions, "none": NoPositions}
    for name, kind in kinds.items():
        assert type(make_positions(replace(CONFIG, positions=name))) is kind  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["learned", "sinusoidal"])
def test_embedding_gives_the_rows_from_start_on(name: str) -> None:
    scheme = randomise(make_positions(replace(CONFIG, positions=name)), 0)  # type: ignore[arg-type]
    whole, some = scheme.embedding(10), scheme.embedding(3, start=4)
    assert whole is not None
    assert some is not None
    assert whole.shape == (10, 6)
    assert torch.equal(some, whole[4:7])


def test_learned_rows_are_parameters_and_sinusoidal_ones_are_neither_learned_nor_saved() -> None:
    learned = make_positions(CONFIG)
    assert [(n, tuple(p.shape)) for n, p in learned.named_parameters()] == [("table", (10, 6))]
    fixed = make_positions(replace(CONFIG, positions="sinusoidal"))
    assert list(fixed.parameters()) == []
    assert fixed.state_dict() == {}
    assert torch.equal(fixed.embedding(10), sinusoids(10, 6))  # type: ignore[arg-type]


@pytest.mark.parametrize("width", [64, 63])
def test_learned_rows_start_small_and_like_their_neighbours(width: int) -> None:
    rows = LearnedPositions(40, width).table.detach()
    assert rows.shape == (40, width)
    assert 0.01 < float(rows.std()) < 0.05
    unit = rows / rows.norm(dim=1, keepdim=True)
    near, far = (float((unit[n:] * unit[:-n]).sum(1).mean()) for n in (1, 8))
    assert near > 0.9 > 0.8 > far


def test_no_positions_add_nothing() -> None:
    assert make_positions(replace(CONFIG, positions="none")).embedding(4) is None
