"""Drawing the next token: transformers' own steps, shares worked by hand, and a seed that holds."""

from __future__ import annotations

import json
import math
from pathlib import Path

import hypothesis
import pytest
import torch
from hypothesis import strategies as st
from transformers import (
    LogitsProcessorList,
    TemperatureLogitsWarper,
    TopKLogitsWarper,
    TopPLogitsWarper,
)

from core.errors import Refusal
from core.frame import Prompt
from core.sampling import GREEDY, Sampling, chances, draw, narrow, number
from core.session import Session, open_session
from core.trace import Sight
from tests.test_families import CASES, make_theirs, save

samplings = st.builds(
    Sampling,
    temperature=st.floats(0.05, 4), top_k=st.integers(0, 40),
    top_p=st.sampled_from([0.01, 0.3, 0.5, 0.9, 0.999, 1.0]), seed=st.integers(0, 2**63),
)
HALVES = torch.tensor([1 / 8, 1 / 2, 1 / 8, 1 / 4]).log()


@hypothesis.given(sampling=samplings, seed=st.integers(0, 1000), coarse=st.booleans())
@hypothesis.settings(deadline=None)
def test_what_is_drawn_from_is_what_transformers_leaves(
    sampling: Sampling, seed: int, coarse: bool
) -> None:
    logits = 4 * torch.randn(3, 31, generator=torch.Generator().manual_seed(seed))
    if coarse:  # with equals among them
        logits = logits.round()
    steps = LogitsProcessorList([TemperatureLogitsWarper(sampling.temperature)])
    if sampling.top_k:
        steps.append(TopKLogitsWarper(sampling.top_k))
    if sampling.top_p < 1:
        steps.append(TopPLogitsWarper(sampling.top_p))
    assert torch.equal(narrow(logits, sampling), steps(torch.zeros(3, 1).long(), logits))


@pytest.mark.parametrize(("sampling", "shares"), [
    (Sampling(1.0), [1 / 8, 1 / 2, 1 / 8, 1 / 4]),
    (Sampling(0.5), [1 / 22, 16 / 22, 1 / 22, 4 / 22]),  # each squared
    (Sampling(1.0, top_k=2), [0, 2 / 3, 0, 1 / 3]),
    (Sampling(1.0, top_k=1), [0, 1, 0, 0]),
    (Sampling(1.0, top_k=3), [1 / 8, 1 / 2, 1 / 8, 1 / 4]),  # two are equal: both stay
    (Sampling(1.0, top_p=0.5), [0, 1, 0, 0]),
    (Sampling(1.0, top_p=0.6), [0, 2 / 3, 0, 1 / 3]),
    (Sampling(1.0, top_p=0.01), [0, 1, 0, 0]),  # by at least one
    (Sampling(0.5, top_k=2, top_p=0.8), [0, 1, 0, 0]),  # 16 / 20 of what top-k left
    (Sampling(1e-300), [0, 1, 0, 0]),
    (GREEDY, [0, 1, 0, 0]),
])
def test_shares_are_those_worked_by_hand(sampling: Sampling, shares: list[float]) -> None:
    found = chances(HALVES.double(), sampling)
    assert torch.allclose(found, torch.tensor(shares, dtype=torch.float64), rtol=0, atol=1e-7)


def test_greedy_takes_the_first_of_equals() -> None:
    logits = torch.tensor([1.0, 3.0, 3.0])
    assert draw(logits, GREEDY, 5) == 1
    assert chances(logits, GREEDY).tolist() == [0, 1, 0]


def test_tokens_are_drawn_as_often_as_their_shares_say() -> None:
    """Pearson's chi squared of 4000 draws; 3 degrees of freedom exceed 16.3 once in a thousand."""
    shares = [1 / 8, 1 / 2, 1 / 8, 1 / 4]
    drawn = [draw(HALVES, Sampling(1.0, seed=3), position) for position in range(4000)]
    counts = [drawn.count(token) for token in range(4)]
    assert sum((n - 4000 * p) ** 2 / (4000 * p) for n, p in zip(counts, shares, strict=True)) < 16.3


def test_a_draw_is_where_its_number_falls_among_the_shares() -> None:
    for position in range(50):
        place = number(8, position)
        expected = 0 if place < 1 / 8 else 1 if place < 5 / 8 else 2 if place < 6 / 8 else 3
        assert draw(HALVES, Sampling(1.0, seed=8), position) == expected


@hypothesis.given(sampling=samplings, position=st.integers(0, 2000), seed=st.integers(0, 100))
@hypothesis.settings(deadline=None)
def test_no_token_without_a_share_is_drawn(sampling: Sampling, position: int, seed: int) -> None:
    logits = 4 * torch.randn(31, generator=torch.Generator().manual_seed(seed))
    logits[[0, 30]] = -math.inf
    token = draw(logits, sampling, position)
    assert chances(logits.double(), sampling)[token] > 0
    assert draw(logits, sampling, position) == token


def test_seeds_and_positions_give_numbers_of_their_own() -> None:
    """Known values: another release or machine must draw the same text."""
    assert [round(number(0, at), 6) for at in (1, 2)] == [0.139479, 0.180017]
    assert len({number(seed, at) for seed in range(30) for at in range(30)}) == 900


def test_logits_that_are_no_numbers_draw_a_token_that_there_is() -> None:
    assert 0 <= draw(torch.full((4,), math.nan), Sampling(1.0), 3) < 4


@pytest.mark.parametrize(("settings", "sentence"), [
    ({"temperature": -0.1}, "The temperature is -0.1; it must be 0 or above."),
    ({"temperature": math.nan}, "The temperature is nan; it must be 0 or above."),
    ({"temperature": math.inf}, "The temperature is inf; it must be 0 or above."),
    ({"top_k": -1}, "top-k is -1; it must be 0 or above."),
    ({"top_p": 0.0}, "top-p is 0.0; it must be above 0 and at most 1."),
    ({"top_p": 1.1}, "top-p is 1.1; it must be above 0 and at most 1."),
    ({"top_p": math.nan}, "top-p is nan; it must be above 0 and at most 1."),
])
def test_settings_that_can_not_be_are_refused(settings: dict[str, float], sentence: str) -> None:
    with pytest.raises(Refusal, match=f"^{sentence}$"):
        Sampling(**settings)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def session(tiny_model: Path) -> Session:
    return open_session(str(tiny_model))


PROMPT = Prompt("The cat sat on")


def write(session: Session, sampling: Sampling, prompt: Prompt = PROMPT) -> tuple[int, ...]:
    *_, last = session.generate(prompt, 12, sampling)
    return last.written


def test_a_seed_writes_the_same_text_again_and_another_seed_another(session: Session) -> None:
    first = write(session, Sampling(1.5, seed=1))
    assert write(session, Sampling(1.5, seed=1)) == first
    assert write(session, Sampling(1.5, seed=2)) != first


def test_a_token_that_was_taken_back_comes_back(session: Session) -> None:
    sampling = Sampling(1.5, seed=1)
    written = write(session, sampling)
    back = Prompt(PROMPT.source, written=written[:5])
    assert write(session, sampling, back)[: len(written)] == written


def test_greedy_writes_the_likeliest_token_each_time(session: Session) -> None:
    prompt = PROMPT
    for token in write(session, GREEDY):
        trace, _, _ = session.trace(prompt)
        assert trace.logits is not None
        assert token == int(trace.logits[0, -1].argmax())
        prompt = Prompt(PROMPT.source, written=(*prompt.written, token))
    assert write(session, Sampling(2.0, top_k=1, seed=9)) == write(session, GREEDY)


def test_a_prediction_says_how_likely_it_is_and_how_likely_it_is_drawn(session: Session) -> None:
    sampling = Sampling(0.7, top_k=4, top_p=0.95)
    frame = session.look(PROMPT, Sight(sampling=sampling))
    trace, _, _ = session.trace(PROMPT)
    assert trace.logits is not None
    logits = trace.logits[0, -1].double()
    best = logits.softmax(-1).topk(10)
    wanted = chances(logits, sampling)[best.indices]
    assert [token.drawn for token in frame.predictions] == pytest.approx(wanted.tolist(), abs=1e-5)
    assert [token.probability for token in frame.predictions] == pytest.approx(
        best.values.tolist(), abs=1e-5)
    assert frame.predictions[4].drawn == 0.0
    greedy = session.look(PROMPT, Sight()).predictions
    assert [token.drawn for token in greedy] == [1.0] + [0.0] * 9


def test_what_does_not_write_draws_nothing(tmp_path: Path) -> None:
    bert = open_session(str(save(make_theirs(CASES["BERT, masked words"], 0), tmp_path)))
    frame = bert.look(Prompt("w3 w4 w5"), Sight(sampling=Sampling(1.0)))
    assert {token.drawn for token in frame.predictions} == {None}


def test_the_first_token_of_a_target_and_those_never_written_are_not_left_to_chance(
    tmp_path: Path
) -> None:
    folder = save(make_theirs(CASES["BART"], 0), tmp_path)
    (folder / "generation_config.json").write_text(json.dumps({
        "decoder_start_token_id": 2, "forced_bos_token_id": 7,
        "bad_words_ids": [[token] for token in range(31) if token not in (7, 9, 11)]}))
    bart = open_session(str(folder))
    prompts = list(bart.generate(Prompt("w3 w4 w5"), 8, Sampling(3.0, seed=4)))
    first, *rest = prompts[-1].written
    assert first == 7
    assert set(rest) <= {7, 9, 11}
    assert len(set(rest)) > 1
    at_first = bart.look(Prompt("w3 w4 w5"), Sight(sampling=Sampling(3.0)))
    assert {token.label: token.drawn for token in at_first.predictions}.get("w7", 1.0) == 1.0
