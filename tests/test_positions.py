"""Position schemes against the formula of the paper, one number at a time."""

from __future__ import annotations

import cmath
import math
from dataclasses import replace
from typing import Any, get_args

import pytest
import torch
from torch import Tensor

from core.config import ModelConfig, PositionScheme, RotaryConfig, StackName
from core.errors import Refusal
from core.positions import (
    BucketedBias,
    LearnedPositions,
    Positions,
    RotaryPositions,
    SinusoidalPositions,
    distance_bucket,
    make_positions,
    rotary_frequencies,
    rotate,
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


def stream(count: int, width: int = 6, batch: int = 2) -> Tensor:
    """Token embeddings of no matter which values."""
    return torch.zeros(batch, count, width)


def make(stack: StackName = "decoder", **settings: Any) -> Positions:
    return make_positions(replace(CONFIG, **settings), stack)


def test_each_scheme_is_made_by_its_name() -> None:
    kinds = {
        "learned": LearnedPositions, "sinusoidal": SinusoidalPositions,
        "halves": SinusoidalPositions, "bucketed": BucketedBias, "rotary": RotaryPositions,
        "relative": Positions, "none": Positions,  # XLNet's attention makes its own terms
    }
    assert set(kinds) == set(get_args(PositionScheme))
    for name, kind in kinds.items():
        assert type(make(positions=name, head_width=4)) is kind


@pytest.mark.parametrize("offset", [0, 2])
def test_learned_embedding_gives_the_rows_from_its_offset_on(offset: int) -> None:
    scheme = randomise(make(position_offset=offset), 0)
    assert isinstance(scheme, LearnedPositions)
    assert scheme.table.shape == (10 + offset, 6)
    assert torch.equal(scheme.embedding(stream(4)), scheme.table[offset : offset + 4])
    visible = torch.tensor([[False, True, True, True]])
    assert torch.equal(scheme.embedding(stream(4), visible), scheme.table[offset : offset + 4])


def test_positions_that_skip_padding_count_real_tokens_from_the_offset_on() -> None:
    scheme = randomise(make(position_offset=2, position_skips_padding=True), 0)
    assert isinstance(scheme, LearnedPositions)
    visible = torch.tensor([[False, False, True, True], [True, True, True, False]])
    rows = scheme.embedding(stream(4), visible)
    assert torch.equal(rows, scheme.table[torch.tensor([[1, 1, 2, 3], [2, 3, 4, 1]])])
    assert torch.equal(scheme.embedding(stream(4)), scheme.table[2:6])


def test_learned_rows_are_parameters_and_sinusoidal_ones_are_neither_learned_nor_saved() -> None:
    learned = make()
    assert [(n, tuple(p.shape)) for n, p in learned.named_parameters()] == [("table", (10, 6))]
    fixed = make(positions="sinusoidal")
    assert list(fixed.parameters()) == []
    assert fixed.state_dict() == {}
    assert torch.equal(fixed.embedding(stream(10)), sinusoids(10, 6))  # type: ignore[arg-type]


def test_halves_are_all_sines_and_then_all_cosines() -> None:
    row = make(positions="halves").embedding(stream(8))
    assert row is not None
    angles = [7 / 10000 ** (pair / 3) for pair in range(3)]
    expected = [*map(math.sin, angles), *map(math.cos, angles)]
    assert row[7].tolist() == pytest.approx(expected, abs=1e-7)


# Raffel et al. 2020: of 8 buckets each way the near 4 are exact, the far ones logarithmic up to 20.
ONE_WAY = {0: 0, 3: 3, 4: 4, 5: 4, 6: 5, 8: 5, 9: 6, 13: 6, 14: 7, 19: 7, 20: 7, 999: 7}


def test_distances_fall_into_the_buckets_worked_by_hand() -> None:
    # 4 + floor(4 log(gap / 4) / log(5)): 1 more from 5.98, 8.94 and 13.37 on
    back = -torch.tensor(list(ONE_WAY))
    assert distance_bucket(back, 8, 20, False).tolist() == list(ONE_WAY.values())
    assert distance_bucket(-back, 8, 20, False).tolist() == [0] * len(ONE_WAY)
    assert distance_bucket(back, 16, 20, True).tolist() == list(ONE_WAY.values())
    ahead = [bucket + 8 if gap else 0 for gap, bucket in ONE_WAY.items()]
    assert distance_bucket(-back, 16, 20, True).tolist() == ahead


@pytest.mark.parametrize("stack", ["encoder", "decoder"])
def test_bias_is_the_row_of_its_bucket_by_head(stack: StackName) -> None:
    scheme = randomise(
        make(stack, positions="bucketed", buckets=6, bucket_distance=9, encoder_layers=1), 0
    )
    assert isinstance(scheme, BucketedBias)
    bias = scheme.bias(stream(12))
    assert bias is not None
    assert bias.shape == (1, 2, 12, 12)
    for query in range(12):
        for key in range(12):
            gap = torch.tensor(key - query)
            row = scheme.table[distance_bucket(gap, 6, 9, stack == "encoder")]
            assert torch.equal(bias[0, :, query, key], row)


@pytest.mark.parametrize("share", [1.0, 0.5])
def test_rotation_multiplies_each_pair_by_a_unit_of_its_own_angle(share: float) -> None:
    config = RotaryConfig(base=50.0, share=share)
    rotation = RotaryPositions(8, config).rotation(stream(5))
    assert rotation is not None
    x = torch.randn(2, 3, 5, 8, generator=torch.Generator().manual_seed(0))
    turned, half = rotate(x, rotation), int(8 * share) // 2
    assert torch.equal(turned[..., 2 * half :], x[..., 2 * half :])
    for position in range(5):
        for pair in range(half):
            unit = cmath.exp(1j * position * 50.0 ** (-pair / half))
            before = torch.complex(x[:, :, position, pair], x[:, :, position, pair + half])
            after = torch.complex(turned[:, :, position, pair], turned[:, :, position, pair + half])
            assert torch.allclose(after, before * unit, atol=1e-6)


def test_rotated_products_depend_on_the_distance_alone() -> None:
    rotation = RotaryPositions(8, RotaryConfig()).rotation(stream(30).double())
    assert rotation is not None
    q, k = torch.randn(2, 8, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    products = rotate(q.expand(1, 1, 30, 8), rotation) @ rotate(k.expand(1, 1, 30, 8), rotation).mT
    for distance in range(-29, 30):
        diagonal = products[0, 0].diagonal(distance)
        assert float((diagonal - diagonal[0]).abs().max()) < 1e-5  # angles are float32


def test_stretched_frequencies_are_those_worked_by_hand() -> None:
    plain = rotary_frequencies(4, RotaryConfig(base=10000.0)).tolist()
    assert plain == pytest.approx([1.0, 0.01])
    linear = RotaryConfig(scaling="linear", factor=4.0)
    assert rotary_frequencies(4, linear).tolist() == pytest.approx([0.25, 0.0025])
    # wavelengths 2 pi and 628.3: below 64 / 4 one stays, above 64 / 1 the other is stretched whole
    llama = RotaryConfig(scaling="llama3", factor=8.0, trained=64)
    assert rotary_frequencies(4, llama).tolist() == pytest.approx([1.0, 0.00125])
    # 800 / 628.3 = 1.2732, of the way from 1 to 4: 0.09108 stays, the rest is an eighth
    llama = RotaryConfig(scaling="llama3", factor=8.0, trained=800)
    expected = 0.01 * (0.0910799 + (1 - 0.0910799) / 8)
    assert rotary_frequencies(4, llama).tolist() == pytest.approx([1.0, expected], rel=1e-5)


@pytest.mark.parametrize(("change", "sentence"), [
    ({"base": 0.0}, "base of rotary positions is 0.0; it must be above 0."),
    ({"factor": math.inf}, "factor of rotary positions is inf; it must be above 0."),
    ({"share": 1.5}, "share is 1.5; it must be from 0 to 1."),
    ({"trained": 0}, "trained is 0; it must be a whole number from 1 to 16777216."),
    ({"low_factor": 4.0}, "low_factor of rotary positions is 4.0; it must be below high_factor, "
     "4.0."),
])
def test_rotary_settings_out_of_range_are_refused(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refusal) as refused:
        RotaryConfig(**change)
    assert str(refused.value) == sentence


@pytest.mark.parametrize("positions", ["learned", "sinusoidal", "halves", "bucketed", "rotary"])
@pytest.mark.parametrize("dtype", [torch.float16, torch.float64], ids=str)
def test_what_is_added_has_the_type_of_the_stream(positions: str, dtype: torch.dtype) -> None:
    scheme = make(positions=positions, head_width=4).to(dtype)
    x = stream(3).to(dtype)
    told = [scheme.embedding(x), scheme.bias(x), *(scheme.rotation(x) or ())]
    assert {tensor.dtype for tensor in told if tensor is not None} == {dtype}


@pytest.mark.parametrize("width", [64, 63])
def test_learned_rows_start_small_and_like_their_neighbours(width: int) -> None:
    rows = LearnedPositions(40, width).table.detach()
    assert rows.shape == (40, width)
    assert 0.01 < float(rows.std()) < 0.05
    unit = rows / rows.norm(dim=1, keepdim=True)
    near, far = (float((unit[n:] * unit[:-n]).sum(1).mean()) for n in (1, 8))
    assert near > 0.9 > 0.8 > far


def test_no_positions_add_nothing() -> None:
    scheme = make(positions="none")
    x = stream(4)
    assert (scheme.embedding(x), scheme.rotation(x), scheme.bias(x)) == (None, None, None)
