"""Rollout and flow against values worked by hand, every path, and every cut."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pytest
import torch

from core.asks.flow import MOST, Flow, FlowAsk
from core.errors import Refusal
from core.frame import Frame, Prompt
from core.readings.flow import Rolled, mixed, roll
from core.readings.flow_network import maximum_flows
from core.session import Session, open_session
from core.trace import AttentionTrace, Sight
from tests.test_two_stream_session import BEFORE, SECOND
from tests.test_two_stream_session import TEXT as XLNET_TEXT
from tests.test_two_stream_session import open_one as open_xlnet
from tests.tiny_families import SENTENCE, make_tiny

TEXT = "The cat sat on the mat."
ALL = 9999


def see(session: Session, ask: FlowAsk, prompt: Prompt | None = None, **sight: object) -> Frame:
    return session.look(prompt or Prompt(TEXT), Sight(asks=(ask,), **sight))  # type: ignore[arg-type]


def told(session: Session, layer: int, query: int = -1, prompt: Prompt | None = None,
         **sight: object) -> Flow:
    ask = FlowAsk(layer, query, ALL, ALL)
    frame = see(session, ask, prompt, **sight)
    found = frame.told(ask)
    assert found is not None, frame.declined(ask)
    return found


def layer_of(*heads: list[list[float]]) -> AttentionTrace:
    """One layer whose keys are masked where a weight is 0."""
    pattern = torch.tensor([heads])
    scores = torch.zeros_like(pattern).masked_fill(pattern.sum(1, keepdim=True) == 0, -torch.inf)
    return AttentionTrace(pattern, pattern, pattern, scores, pattern, pattern)


# -- by hand ----------------------------------------------------------------------------------

# Two heads, whose mean is the identity, half and half, and (1/4, 1/4, 1/2).
LOWER = layer_of([[1, 0, 0], [1, 0, 0], [0.5, 0, 0.5]], [[1, 0, 0], [0, 1, 0], [0, 0.5, 0.5]])
UPPER = layer_of([[1, 0, 0], [0.5, 0.5, 0], [0, 0.5, 0.5]])


def both() -> Rolled:
    return roll(UPPER, roll(LOWER, None))


def test_rollout_of_three_tokens_and_two_layers_by_hand() -> None:
    # A = W / 2 + I / 2; the lower layer:  1    0    0      the upper:  1    0    0
    #                                      1/4  3/4  0                  1/4  3/4  0
    #                                      1/8  1/8  3/4                0    1/4  3/4
    #
    # Row 1 of upper x lower: 1/4 (1, 0, 0) + 3/4 (1/4, 3/4, 0)         = (7/16, 9/16, 0)
    # Row 2:                  1/4 (1/4, 3/4, 0) + 3/4 (1/8, 1/8, 3/4)   = (5/32, 9/32, 18/32)
    np.testing.assert_array_equal(
        roll(LOWER, None).weights, [[1, 0, 0], [1 / 4, 3 / 4, 0], [1 / 8, 1 / 8, 3 / 4]])
    np.testing.assert_array_equal(
        both().weights, [[1, 0, 0], [7 / 16, 9 / 16, 0], [5 / 32, 9 / 32, 18 / 32]])


def test_flow_of_three_tokens_and_two_layers_by_hand() -> None:
    # From position 2 after the upper layer: 1/4 to 1 and 3/4 to 2 of the layer between.
    # To token 0: through 1 min(1/4, 1/4), through 2 min(3/4, 1/8)      = 3/8
    # To token 1: through 1 min(1/4, 3/4), through 2 min(3/4, 1/8)      = 3/8
    # To token 2: through 2 min(3/4, 3/4)                               = 3/4
    capacities = np.stack([mixed(LOWER)[0], mixed(UPPER)[0]])
    np.testing.assert_allclose(
        maximum_flows(capacities, 2, np.arange(3)), [3 / 8, 3 / 8, 3 / 4], atol=1e-12)
    # From position 1: 1/4 to 0 and 3/4 to 1. To 0: min(1/4, 1) + min(3/4, 1/4) = 1/2; to 1: 3/4.
    np.testing.assert_allclose(
        maximum_flows(capacities, 1, np.arange(3)), [1 / 2, 3 / 4, 0], atol=1e-12)


def test_what_is_seen_is_what_some_path_leads_to() -> None:
    near = layer_of([[1, 0, 0], [0.5, 0.5, 0], [0, 0.5, 0.5]])  # a window of two
    one = roll(near, None)
    np.testing.assert_array_equal(one.seen, [[1, 0, 0], [1, 1, 0], [0, 1, 1]])
    two = roll(near, one)
    np.testing.assert_array_equal(two.seen, [[1, 0, 0], [1, 1, 0], [1, 1, 1]])
    three = roll(near, roll(near, two))  # nothing changes any more
    np.testing.assert_array_equal(three.seen, two.seen)


# -- every cut --------------------------------------------------------------------------------


def least_cut(capacities: np.ndarray, source: int, sink: int) -> float:
    """The least of all cuts (Ford and Fulkerson: as large as the largest flow)."""
    layers, nodes = len(capacities), capacities.shape[1]
    sides = [np.array(side) for side in product([False, True], repeat=nodes)]
    top, bottom = np.arange(nodes) == source, np.arange(nodes) != sink
    least = np.inf
    for between in product(sides, repeat=layers - 1):
        near = [bottom, *between, top]  # on the source's side, from the lowest layer up
        least = min(least, sum(
            capacities[at][near[at + 1]][:, ~near[at]].sum() for at in range(layers)))
    return float(least)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize(("layers", "nodes"), [(1, 4), (2, 5), (3, 4), (4, 3)])
def test_the_flow_is_the_least_cut(layers: int, nodes: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    capacities = random.random((layers, nodes, nodes)) ** 3
    capacities *= random.random(capacities.shape) < 0.7  # some edges are not there
    if seed % 2:  # the shape of attention with a residual stream
        capacities = np.tril(capacities)
        capacities /= np.maximum(capacities.sum(-1, keepdims=True), 1e-9)
        capacities = (capacities + np.eye(nodes)) / 2
    source = nodes - 1
    found = maximum_flows(capacities, source, np.arange(nodes))
    wanted = [least_cut(capacities, source, sink) for sink in range(nodes)]
    np.testing.assert_allclose(found, wanted, atol=1e-9)


def test_what_is_stuck_far_down_goes_all_the_way_back_up() -> None:
    # 0 -> 0 -> 0 -> sink 1 is wide at first and narrow at its end; 1 -> 1 -> 1 is wide throughout.
    wide, cross = np.eye(2), np.array([[1.0, 0.9], [0.0, 1.0]])
    narrow = np.array([[0.0, 0.05], [0.0, 1.0]])
    capacities = np.stack([narrow, wide, wide, cross, np.array([[1.0, 0.0], [0.0, 0.0]])])
    np.testing.assert_allclose(
        maximum_flows(capacities, 0, np.array([1, 0])), [0.95, 0], atol=1e-12)


def test_many_sinks_at_once_are_what_each_is_alone() -> None:
    random = np.random.default_rng(1)
    capacities = (random.dirichlet(np.full(40, 0.1), (5, 40)) + np.eye(40)) / 2
    every = maximum_flows(capacities, 7, np.arange(40))
    alone = [maximum_flows(capacities, 7, np.array([sink]))[0] for sink in range(40)]
    np.testing.assert_allclose(every, alone, atol=1e-10)


# -- real models ------------------------------------------------------------------------------


def product_of(session: Session, layer: int, stack: str, prompt: Prompt) -> np.ndarray:
    """The rollout with one loop a layer and one a row, in float64."""
    trace, _, _ = session.trace(prompt)
    below: np.ndarray | None = None
    for each in trace.stack(stack).layers[: layer + 1]:  # type: ignore[arg-type]
        heads = each.self.pattern[0].double().numpy()
        rows = []
        for position in range(heads.shape[1]):
            row = sum(head[position] for head in heads) / len(heads)
            row = (row + np.eye(heads.shape[2])[position]) / 2
            row = row / row.sum()
            rows.append(row if below is None else sum(
                weight * under for weight, under in zip(row, below, strict=True)))
        below = np.array(rows)
    assert below is not None
    return below


@pytest.mark.parametrize(("family", "stack"), [
    ("gpt2", "decoder"), ("llama", "decoder"), ("bert", "encoder"), ("t5", "encoder"),
    ("t5", "decoder")])
def test_the_rollout_is_the_product_of_layers(
    family: str, stack: str, tiny_model: Path, tmp_path: Path
) -> None:
    session = open_session(str(tiny_model if family == "gpt2" else make_tiny(family, tmp_path)))
    prompt = Prompt(TEXT if family == "gpt2" else SENTENCE,
                    target="katze sass auf der" if family == "t5" else "")
    for layer in range(session.config.layers(stack)):  # type: ignore[arg-type]
        found = told(session, layer, 1, prompt, stack=stack)
        wanted = product_of(session, layer, stack, prompt)
        np.testing.assert_allclose(found.values, wanted, rtol=1e-5, atol=1e-8)
        np.testing.assert_allclose(found.values.sum(1), 1, rtol=1e-5)
        np.testing.assert_array_equal(found.rollout, found.values[1])
        size = len(wanted)
        np.testing.assert_array_equal(
            found.visible, np.tril(np.ones((size, size), bool)) if stack == "decoder" else True)
        np.testing.assert_array_equal(found.seen, found.visible[1])


def test_the_flow_of_a_real_model_is_its_least_cut(tiny_model: Path) -> None:
    session = open_session(str(tiny_model))
    prompt = Prompt("The cat")
    trace, tokens, _ = session.trace(prompt)
    capacities = np.stack([
        mixed(layer.self)[0] for layer in trace.stack("decoder").layers])
    for query in range(len(tokens)):
        flow = told(session, 2, query, prompt).flow
        assert isinstance(flow, np.ndarray)
        wanted = [least_cut(capacities, query, sink) for sink in range(len(tokens))]
        np.testing.assert_allclose(flow, wanted, atol=1e-6)
        assert (flow[query + 1 :] == 0).all()


def test_the_flow_of_one_layer_is_its_rollout(tiny_model: Path) -> None:
    found = told(open_session(str(tiny_model)), 0, 4)
    np.testing.assert_allclose(found.flow, found.rollout, atol=1e-7)


def test_the_query_and_the_layer_are_the_nearest_there_are(tiny_model: Path) -> None:
    session = open_session(str(tiny_model))
    last = len(told(session, 0).rollout) - 1
    assert told(session, 99).layer == 2
    assert told(session, -5).layer == 0
    assert [told(session, 1, query).query for query in (-1, 0, 2, 99)] == [last, 0, 2, last]


def test_xlnets_memory_comes_before_the_text_and_stays_what_it_is(tmp_path: Path) -> None:
    session, _ = open_xlnet(tmp_path)
    prompt = Prompt(XLNET_TEXT, second=SECOND, before=BEFORE)
    found = told(session, 1, 0, prompt)
    positions, tokens = found.values.shape
    assert tokens > positions
    trace, _, _ = session.trace(prompt)
    below = np.eye(tokens)
    for layer in trace.stack("encoder").layers[:2]:
        step = np.eye(tokens)
        mean = layer.self.pattern[0].double().mean(0).numpy()
        step[tokens - positions :] = (mean + step[tokens - positions :]) / 2
        below = step @ below
    np.testing.assert_allclose(found.values, below[tokens - positions :], rtol=1e-5, atol=1e-8)
    assert isinstance(found.flow, np.ndarray)
    assert found.flow.shape == (tokens,)


def test_a_drawn_order_is_followed_on_the_content_stream_alone(tmp_path: Path) -> None:
    session, _ = open_xlnet(tmp_path)
    prompt = Prompt(XLNET_TEXT, order=3)
    content = told(session, 1, prompt=prompt, stream="content")
    rank = np.array(session.look(prompt, Sight()).order)
    assert (content.visible == (rank[None, :] <= rank[:, None])).all()  # all that was read before
    ask = FlowAsk(1)
    assert "content stream" in str(see(session, ask, prompt, stream="query").declined(ask))
    told(session, 1, prompt=Prompt(XLNET_TEXT), stream="query")  # without an order it is the other


def test_cross_attention_is_declined(tmp_path: Path) -> None:
    session = open_session(str(make_tiny("t5", tmp_path)))
    ask = FlowAsk()
    frame = see(session, ask, Prompt(SENTENCE, target="katze"), kind="cross")
    assert "one text" in str(frame.declined(ask))


def test_one_token_is_all_of_itself(tiny_model: Path) -> None:
    found = told(open_session(str(tiny_model)), 2, prompt=Prompt("a"))
    np.testing.assert_allclose(found.values, [[1]])
    np.testing.assert_allclose(found.flow, [1], atol=1e-7)


def test_a_text_too_long_for_flow_still_has_its_rollout() -> None:
    session = open_session("tang-gpt")
    more = len(told(session, 0, prompt=Prompt("人")).rollout) - 1  # marks of the template
    text = "不人一" * 30
    found = told(session, 1, prompt=Prompt(text[: MOST - more]))
    assert isinstance(found.flow, np.ndarray)
    assert found.flow.shape == (MOST,)
    longer = told(session, 1, prompt=Prompt(text[: MOST - more + 1]))
    assert isinstance(longer.flow, Refusal)
    assert str(MOST + 1) in str(longer.flow)
    np.testing.assert_allclose(longer.values.sum(1), 1, rtol=1e-5)


def test_a_weight_that_is_no_number_spoils_the_rows_that_read_it_and_no_other() -> None:
    nan = float("nan")
    broken = layer_of([[1, 0, 0, 0], [0.5, 0.5, 0, 0], [nan, nan, nan, 0], [0.5, 0.5, 0, 0]])
    ahead = layer_of([[1, 0, 0, 0], [0.5, 0.5, 0, 0], [0, 0.5, 0.5, 0], [0.5, 0, 0.5, 0]])
    found = roll(ahead, roll(broken, None))
    assert found.broken.tolist() == [False, False, True, True]
    told = found.numbers()
    np.testing.assert_allclose(told[:2], [[1, 0, 0, 0], [7 / 16, 9 / 16, 0, 0]])
    assert np.isnan(told[2:][found.seen[2:]]).all()
    assert (told[~found.seen] == 0).all()


def test_a_model_with_weights_that_are_no_numbers_has_flow_where_none_is_read(
    tiny_model: Path,
) -> None:
    session = open_session(str(tiny_model))
    with torch.no_grad():  # position 3, which all after it see
        next(session.model.decoder.positions.parameters())[3] = torch.nan  # type: ignore[union-attr]
    found = told(session, 0, 2)
    assert np.isfinite(found.values[:3]).all()
    assert np.isnan(found.values[3:][found.visible[3:]]).all()
    assert isinstance(found.flow, np.ndarray)
    assert "no numbers" in str(told(session, 0, 3).flow)


def test_there_are_as_many_rows_and_columns_as_there_is_room_for(tiny_model: Path) -> None:
    session = open_session(str(tiny_model))
    whole = told(session, 1)
    ask = FlowAsk(1, 2, 4, 3)
    part = see(session, ask).told(ask)
    assert part is not None
    assert part.values.shape == part.visible.shape == (4, 3)
    for row in range(4):
        for column in range(3):
            spot = part.spot(row, column)
            assert part.values[row, column] == whole.values[spot]
            assert part.visible[row, column] == whole.visible[spot]
    assert part.values[0, 0] == 1  # of the first block
    np.testing.assert_array_equal(part.rollout, whole.values[2])


def test_another_prompt_is_computed_anew(tiny_model: Path) -> None:
    session = open_session(str(tiny_model))
    one = told(session, 2, 2)
    assert told(session, 2, 2).flow is one.flow
    other = told(session, 2, 2, Prompt("She saw the sea."))
    assert not np.allclose(one.rollout[:3], other.rollout[:3])
