"""Thumbnails against a plain loop over cells, in float64."""

from __future__ import annotations

import hypothesis
import numpy as np
import pytest
import torch
from hypothesis import strategies as st

from core.thumbnail import Plan, reduce_pattern
from core.trace import LOG_FLOOR, MASKED, Scale

SCALES: list[Scale] = ["linear", "root", "log"]
MASKS = ("none", "causal", "a later part", "window", "padding", "random", "none is seen")
HEADS = 2


def mask(kind: str, queries: int, keys: int, random: np.random.Generator) -> np.ndarray:
    """[query, key] bool: what a family of models, or a person who leaves out tokens, sees."""
    query, key = np.arange(queries)[:, None], np.arange(keys)
    width = int(random.integers(1, keys + 1))
    return {
        "none": np.ones((queries, keys), bool),
        "causal": key <= query,
        "a later part": key <= query + width,  # of queries, the last ones
        "window": (key <= query) & (key > query - width),
        "padding": np.broadcast_to(key < width, (queries, keys)).copy(),
        "random": random.random((queries, keys)) < random.random(),
        "none is seen": np.zeros((queries, keys), bool),
    }[kind]


def scaled(weight: float, scale: Scale) -> float:
    """0 to 1; NaN is 0."""
    if np.isnan(weight):
        return 0.0
    if scale == "root":
        return float(np.sqrt(weight))
    if scale == "log":
        return float(1 - np.log10(max(weight, LOG_FLOOR)) / np.log10(LOG_FLOOR))
    return weight


def levels(pattern: np.ndarray, visible: np.ndarray, pixels: int, scale: Scale) -> np.ndarray:
    """[row, column] of one head: 254 times the largest weight of each pixel and 1.5 more, of which
    the level is the whole part; 0 where all is masked."""
    queries, keys = visible.shape
    rows, columns = min(queries, pixels), min(keys, pixels)
    found = np.zeros((rows, columns))
    for row in range(rows):
        down = slice(row * queries // rows, -(-(row + 1) * queries // rows))
        for column in range(columns):
            across = slice(column * keys // columns, -(-(column + 1) * keys // columns))
            if visible[down, across].any():
                found[row, column] = 254 * scaled(pattern[down, across].max(), scale) + 1.5
    return found


@hypothesis.settings(max_examples=200, deadline=None)
@hypothesis.given(
    queries=st.integers(1, 200), keys=st.integers(1, 200), pixels=st.integers(1, 24),
    seed=st.integers(0, 2**32), kind=st.sampled_from(MASKS), scale=st.sampled_from(SCALES),
    dtype=st.sampled_from([torch.float32, torch.bfloat16, torch.float64]), wrong=st.booleans(),
)
@hypothesis.example(
    queries=400, keys=400, pixels=24, seed=0, kind="causal", scale="log", dtype=torch.float32,
    wrong=True)
def test_a_pixel_has_the_level_of_the_largest_cell_it_covers(
    queries: int, keys: int, pixels: int, seed: int, kind: str, scale: Scale,
    dtype: torch.dtype, wrong: bool,
) -> None:
    random = np.random.default_rng(seed)
    visible = mask(kind, queries, keys, random)
    weights = random.random((HEADS, queries, keys)) ** 4 * visible
    if wrong:
        weights[(random.random(weights.shape) < 0.01) & visible] = np.nan
    pattern = torch.from_numpy(weights).to(dtype)

    shown = reduce_pattern(pattern, torch.from_numpy(visible), pixels, scale).numpy()

    for head in range(HEADS):
        exact = levels(pattern[head].double().numpy(), visible, pixels, scale)
        assert shown[head].shape == exact.shape
        assert np.array_equal(shown[head] == MASKED, exact == 0)
        sure = np.abs(exact - np.rint(exact)) > 1e-3  # float32 may round an edge either way
        assert np.array_equal(shown[head][sure], np.floor(exact[sure]))
        assert (np.abs(shown[head] - exact) < 1.01).all()


@pytest.mark.parametrize("tokens", [5, 40, 200])
def test_one_plan_serves_patterns_of_another_number_of_heads_and_of_another_order_in_memory(
    tokens: int,
) -> None:
    visible = torch.ones(tokens, tokens, dtype=torch.bool).tril()
    plan = Plan(visible, 12)
    one = torch.rand(1, tokens, tokens) * visible
    three = torch.rand(tokens, tokens, 3).permute(2, 0, 1) * visible
    both = reduce_pattern(torch.cat([one, three]), visible, 12, "linear")
    for pattern, wanted in ((one, both[:1]), (three, both[1:])):
        assert torch.equal(reduce_pattern(pattern, visible, 12, "linear", plan), wanted)


def test_a_pattern_is_shown_while_it_is_being_differentiated_too() -> None:
    visible = torch.ones(91, 91, dtype=torch.bool).tril()
    pattern = torch.rand(1, 91, 91) * visible
    for pixels in (91, 40, 2):  # as it is, in runs of rows, in slices
        with torch.inference_mode():
            wanted = reduce_pattern(pattern, visible, pixels, "root")
        differentiated = pattern.clone().requires_grad_()
        assert torch.equal(reduce_pattern(differentiated, visible, pixels, "root"), wanted)
