"""Head scores against values worked by hand, loops, and heads made by hand."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from core.config import ModelConfig
from core.model import Transformer
from core.readings.heads import (
    JOBS,
    HeadScore,
    mean_weight,
    repeated_tokens,
    score_heads,
    strongest,
)

Wants = Callable[[list[int], int, int], bool]

# Whether the job wants query i to look at key j, one cell at a time.
CELLS: dict[str, Wants] = {
    "previous_token": lambda ids, i, j: j == i - 1,
    "first_token": lambda ids, i, j: i > 0 and j == 0,
    "self": lambda ids, i, j: i > 0 and j == i,
    "duplicate_token": lambda ids, i, j: j < i and ids[j] == ids[i],
    "induction": lambda ids, i, j: 0 < j < i and ids[j - 1] == ids[i],
}


def slow_score(job: str, pattern: list[list[float]], ids: list[int]) -> float:
    places = range(len(ids))
    found = []
    for i in places:
        keys = [j for j in places if CELLS[job](ids, i, j)]
        if keys:
            found.append(sum(pattern[i][j] for j in keys))
    return sum(found) / len(found) if found else math.nan


def score(job: str, pattern: Tensor, ids: list[int]) -> list[float]:
    scores: list[float] = mean_weight(pattern, JOBS[job](torch.tensor(ids))).tolist()
    return scores


def random_pattern(heads: int, size: int, seed: int, causal: bool = True) -> Tensor:
    scores = torch.randn(heads, size, size, generator=torch.Generator().manual_seed(seed)).double()
    if causal:
        scores = scores.masked_fill(~torch.ones(size, size).tril().bool(), -math.inf)
    return scores.softmax(-1)


FOUR = torch.tensor([
    [[1.0, 0.0, 0.0, 0.0], [0.25, 0.75, 0.0, 0.0], [0.5, 0.3, 0.2, 0.0], [0.1, 0.2, 0.3, 0.4]],
    [[1.0, 0.0, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0]],
], dtype=torch.float64)


@pytest.mark.parametrize(("job", "by_hand"), [
    ("previous_token", [(0.25 + 0.3 + 0.3) / 3, 1 / 3]),
    ("first_token", [(0.25 + 0.5 + 0.1) / 3, 1.0]),
    ("self", [(0.75 + 0.2 + 0.4) / 3, 0.0]),
    ("duplicate_token", [(0.5 + 0.2) / 2, 1 / 2]),  # A B A B: 2 looks at 0, 3 at 1
    ("induction", [(0.3 + 0.3) / 2, 0.0]),  # 2 looks at 1, 3 at 2
])
def test_two_heads_on_a_b_a_b_by_hand(job: str, by_hand: list[float]) -> None:
    assert score(job, FOUR, [7, 9, 7, 9]) == pytest.approx(by_hand, abs=1e-15)


def test_several_earlier_places_are_summed() -> None:
    weights = torch.eye(5).double()
    weights[2] = torch.tensor([0.1, 0.6, 0.3, 0.0, 0.0])
    weights[4] = torch.tensor([0.05, 0.1, 0.15, 0.2, 0.5])
    ids = [1, 2, 1, 3, 1]
    assert score("induction", weights[None], ids) == pytest.approx([(0.6 + (0.1 + 0.2)) / 2])
    assert score("duplicate_token", weights[None], ids) == pytest.approx([(0.1 + 0.05 + 0.15) / 2])


def test_a_token_said_twice_in_a_row_is_no_induction_on_itself() -> None:
    pattern = FOUR[:1, :3, :3] / FOUR[:1, :3, :3].sum(-1, keepdim=True)
    # At 1 only 1 itself follows an earlier place; at 2 the place 1 does, and 2 itself.
    assert score("induction", pattern, [4, 4, 4]) == pytest.approx([0.3])
    assert math.isnan(score("induction", pattern, [4, 4, 5])[0])


@pytest.mark.parametrize("job", JOBS)
@pytest.mark.parametrize("causal", [True, False])
@pytest.mark.parametrize("seed", range(5))
def test_scores_equal_loops_over_every_cell(job: str, causal: bool, seed: int) -> None:
    random = torch.Generator().manual_seed(seed)
    ids: list[int] = torch.randint(4, (13,), generator=random).tolist()
    pattern = random_pattern(3, 13, seed, causal)
    slow = [slow_score(job, head, ids) for head in pattern.tolist()]
    assert score(job, pattern, ids) == pytest.approx(slow, abs=1e-12)


@pytest.mark.parametrize("job", JOBS)
def test_a_head_that_does_its_job_alone_scores_one(job: str) -> None:
    ids = [3, 1, 4, 2, 5, 1, 4, 1, 2, 3, 1]
    wanted = torch.tensor([[CELLS[job](ids, i, j) for j in range(11)] for i in range(11)])
    pattern = random_pattern(2, 11, seed=0)
    has = wanted.any(-1)
    pattern[0, has] = wanted[has].double() / wanted[has].sum(-1, keepdim=True)
    perfect, other = score(job, pattern, ids)
    assert perfect == pytest.approx(1.0, abs=1e-12)
    assert other < 0.9


def test_jobs_with_no_place_to_do_them_score_nan() -> None:
    pattern = random_pattern(2, 6, seed=1)
    for job in ("duplicate_token", "induction"):
        assert all(map(math.isnan, score(job, pattern, [1, 2, 3, 4, 5, 6])))
    for job in JOBS:
        assert all(map(math.isnan, score(job, torch.ones(2, 1, 1), [1])))


def test_repeated_tokens_say_each_sequence_twice() -> None:
    ids = repeated_tokens(vocabulary=50, length=40, batch=6, seed=3)
    assert ids.shape == (6, 80)
    assert ids.dtype == torch.int64
    assert ids[:, :40].equal(ids[:, 40:])
    assert 0 <= int(ids.min()) < int(ids.max()) < 50
    assert len(set(map(tuple, ids.tolist()))) == 6
    assert ids.equal(repeated_tokens(50, 40, 6, seed=3))
    assert not ids.equal(repeated_tokens(50, 40, 6, seed=4))


@pytest.mark.parametrize("decoder", [0, 2])
def test_scores_of_a_model_are_means_over_its_sequences(decoder: int) -> None:
    torch.manual_seed(0)
    config = ModelConfig(
        vocabulary=9, width=12, heads=3, head_width=4, mlp_width=8, context=10, dropout=0.5,
        decoder_layers=decoder, encoder_layers=2 - decoder,
    )
    model = Transformer(config).train()
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.5)
    # The third sequence says no token twice, so it tells nothing of two of the jobs.
    ids = torch.tensor([[1, 2, 1, 2, 3, 1], [5, 5, 5, 8, 8, 5], [0, 1, 2, 3, 4, 5]])
    found = score_heads(model, ids)
    assert list(found) == list(JOBS)
    for layer in range(2):
        seen = model(ids).stack(config.stacks[0]).layers[layer].self.pattern
        for job, scores in found.items():
            assert scores.shape == (2, 3)
            for head in range(3):
                each = [
                    slow_score(job, seen[row, head].tolist(), ids[row].tolist()) for row in range(3)
                ]
                known = [value for value in each if not math.isnan(value)]
                assert len(known) == (2 if job in ("duplicate_token", "induction") else 3)
                mean = sum(known) / len(known)
                assert float(scores[layer, head]) == pytest.approx(mean, abs=1e-6)


def circuit(vocabulary: int, context: int) -> Transformer:
    """The two heads of Elhage et al. 2021, by hand: layer 0 copies the token before into a second
    part of the stream, layer 1 looks for its own token there."""
    width, inner = 2 * vocabulary + context, max(vocabulary, context)
    model = Transformer(ModelConfig(
        vocabulary=vocabulary, width=width, heads=1, head_width=inner, mlp_width=1,
        context=context, decoder_layers=2,
    ))
    token, before = slice(0, vocabulary), slice(vocabulary, 2 * vocabulary)
    place = slice(2 * vocabulary, width)
    state = {name: torch.zeros_like(value) for name, value in model.state_dict().items()}
    for name in state:
        if name.endswith("norm.weight"):
            state[name].fill_(1.0)
    one = torch.eye(inner)
    for name in ("embedding.weight", "head.weight"):
        state[name][:, token] = torch.eye(vocabulary)
    state["decoder.positions.table"][:, place] = torch.eye(context)
    first, second = (f"decoder.layers.{layer}.self_attention." for layer in (0, 1))
    state[first + "query.weight"][:context, place] = 50 * torch.eye(context).roll(-1, 0)
    state[first + "query.weight"][context - 1, place] = 0  # position 0 has none before it
    state[first + "key.weight"][:, place] = one[:, :context]
    state[first + "value.weight"][:, token] = one[:, :vocabulary]
    state[first + "output.weight"][before] = one[:vocabulary]
    state[second + "query.weight"][:, token] = 50 * one[:, :vocabulary]
    state[second + "key.weight"][:, before] = one[:, :vocabulary]
    model.load_state_dict(state)
    return model


def test_the_induction_circuit_made_by_hand_scores_one_in_both_its_heads() -> None:
    model = circuit(vocabulary=20, context=25)
    said = torch.stack([
        torch.randperm(19, generator=torch.Generator().manual_seed(seed))[:12] for seed in range(4)
    ])
    begin = torch.full((4, 1), 19)  # position 0 takes itself for the token before it
    found = score_heads(model, torch.cat([begin, said, said], dim=1))
    assert strongest(found["previous_token"])[0].layer == 0
    assert float(found["previous_token"][0, 0]) == pytest.approx(1.0, abs=1e-4)
    assert strongest(found["induction"])[0].layer == 1
    assert float(found["induction"][1, 0]) == pytest.approx(1.0, abs=1e-4)
    assert float(found["previous_token"][1, 0]) < 0.2
    assert float(found["induction"][0, 0]) < 0.2


def test_strongest_heads_come_best_first_and_nan_is_none() -> None:
    nan = math.nan
    scores = torch.tensor([[0.25, nan, 0.5], [0.75, 0.0, nan]])
    places = [(1, 0, 0.75), (0, 2, 0.5), (0, 0, 0.25), (1, 1, 0.0)]
    best = [HeadScore(*place) for place in places]
    assert strongest(scores) == tuple(best[:1])
    assert strongest(scores, 3) == tuple(best[:3])
    assert strongest(scores, 9) == tuple(best)
    assert strongest(torch.full((2, 2), nan)) == ()
