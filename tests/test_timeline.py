"""Weights by step: what is kept of a run within a budget, and looks at what was kept."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open

from core.against import Against
from core.asks.activations import NormsAsk
from core.asks.lens import LensAsk
from core.asks.readings import ReadingsAsk
from core.checkpoint import write_checkpoint
from core.edits import Edit, Edits
from core.errors import Refusal
from core.frame import Frame, Prompt
from core.model import Transformer
from core.session import Session, open_session
from core.sides import Sides
from core.timeline import Timeline, model_at, weight_bytes
from core.trace import Sight
from core.tracefile import write_trace
from tests.test_two_stream_session import open_one
from tests.tiny_families import SENTENCE, make_tiny

FAMILIES = ["gpt2", "bert", "llama", "t5", "xlnet"]
PROMPT = Prompt("The cat sat.")
SIGHT = Sight(head=(1, 2))


def size_of(model: Transformer) -> int:
    return weight_bytes(dict(model.named_parameters()))


@torch.no_grad()
def learn(model: Transformer) -> None:
    """A step that changes every weight in its place, as an optimiser does."""
    for parameter in model.parameters():
        parameter.add_(torch.randn_like(parameter), alpha=0.05)


def course(session: Session, steps: int) -> Iterator[int]:
    """Train, and offer each step to the session's timeline."""
    torch.manual_seed(1)
    for step in range(steps):
        if step:
            learn(session.model)
        session.weights_changed(step)
        assert isinstance(session.timeline, Timeline)
        session.timeline.offer(step, session.model)
        yield step


@pytest.fixture
def session(tiny_model: Path) -> Session:
    session = open_session(str(tiny_model))
    session.timeline = Timeline(2**30)
    return session


@pytest.fixture(scope="module")
def small() -> Transformer:
    from core.config import ModelConfig

    return Transformer(ModelConfig(
        vocabulary=11, width=4, heads=1, head_width=4, mlp_width=4, context=8, decoder_layers=1))


def same(one: Frame, other: Frame) -> None:
    """Bit for bit."""
    np.testing.assert_array_equal(one.thumbnails, other.thumbnails)  # type: ignore[arg-type]
    assert one.head is not None
    assert other.head is not None
    np.testing.assert_array_equal(one.head.pattern, other.head.pattern)
    np.testing.assert_array_equal(one.head.scores, other.head.scores)
    assert one.predictions == other.predictions
    assert one.step == other.step


# -- what is kept ---------------------------------------------------------------------------


def test_a_thousand_steps_stay_within_the_budget_on_an_even_stride(small: Transformer) -> None:
    timeline = Timeline(20 * size_of(small))
    for step in range(1000):
        kept = timeline.offer(step, small)
        assert timeline.used <= timeline.budget
        assert timeline.used == len(timeline.steps) * size_of(small)
        assert timeline.steps[0] == 0
        assert (timeline.steps[-1] == step) == kept
    gaps = {after - before for before, after in itertools.pairwise(timeline.steps)}
    assert gaps == {timeline.stride}
    assert timeline.stride == 64
    assert len(timeline.steps) >= 10


def test_when_it_is_full_every_second_step_goes_and_the_newest_stays(small: Transformer) -> None:
    timeline = Timeline(4 * size_of(small))
    seen = []
    for step in range(9):
        timeline.offer(step, small)
        seen.append((timeline.stride, timeline.steps))
    assert seen == [
        (1, (0,)), (1, (0, 1)), (1, (0, 1, 2)), (1, (0, 1, 2, 3)),
        (2, (0, 2, 4)), (2, (0, 2, 4)), (2, (0, 2, 4, 6)), (2, (0, 2, 4, 6)),
        (4, (0, 4, 8)),
    ]


def test_steps_that_are_offered_unevenly_are_at_least_a_stride_apart_in_the_end(
    small: Transformer,
) -> None:
    timeline = Timeline(6 * size_of(small))
    offered = [0, 3, 4, 11, 12, 30, 31, 32, 55, 70, 71, 99]
    for step in offered:
        timeline.offer(step, small)
    assert set(timeline.steps) <= set(offered)
    places = [step // timeline.stride for step in timeline.steps[:-1]]
    assert len(set(places)) == len(places)


def test_a_smaller_budget_lets_steps_go_and_keeps_the_first_and_the_newest(
    small: Transformer,
) -> None:
    timeline = Timeline(100 * size_of(small))
    for step in range(50):
        timeline.offer(step, small)
    timeline.budget = 5 * size_of(small)
    assert timeline.used <= timeline.budget
    assert timeline.steps[0] == 0
    assert timeline.steps[-1] == 49
    timeline.budget = 2 * size_of(small)
    assert timeline.steps == (0, 49)
    timeline.budget = size_of(small)
    assert timeline.steps == (49,)
    timeline.budget = size_of(small) - 1
    assert timeline.steps == ()
    assert not timeline.offer(50, small)
    assert timeline.used == 0


def test_a_run_that_goes_on_from_an_earlier_step_forgets_what_came_after(
    small: Transformer,
) -> None:
    timeline = Timeline(2**30)
    for step in range(10):
        timeline.offer(step, small)
    before = timeline.weights(4)
    assert timeline.offer(4, small)
    assert timeline.steps == (0, 1, 2, 3, 4)
    assert timeline.weights(4) is not before


def test_copies_stay_as_they_were_and_hold_tied_weights_once(small: Transformer) -> None:
    model, timeline = copy.deepcopy(small), Timeline(2**30)
    timeline.offer(0, model)
    was = {name: weight.clone() for name, weight in model.state_dict().items()}
    learn(model)
    kept = timeline.weights(0)
    assert "head.weight" in was
    assert set(was) - set(kept) == {"head.weight"}
    for name, weight in kept.items():
        assert torch.equal(weight, was[name])
        assert not torch.equal(weight, model.state_dict()[name])
    assert timeline.used == sum(each.numel() * 4 for each in set(small.parameters()))


def test_the_nearest_step_is_the_earlier_of_two_as_near(small: Transformer) -> None:
    timeline = Timeline(2**30)
    with pytest.raises(Refusal, match="no step yet"):
        timeline.nearest(3)
    for step in (0, 10, 20):
        timeline.offer(step, small)
    assert [timeline.nearest(step) for step in (-5, 4, 5, 6, 15, 16, 99)] == [
        0, 0, 0, 10, 10, 20, 20]
    with pytest.raises(LookupError):
        timeline.weights(5)


# -- looking at it --------------------------------------------------------------------------


def test_a_kept_step_looks_as_it_did_then_bit_for_bit(session: Session) -> None:
    then = [session.look(PROMPT, SIGHT) for _ in course(session, 6)]
    assert [frame.step for frame in then] == list(range(6))
    for step in (3, 0, 5, 1, 3):
        same(session.look(PROMPT, SIGHT, at=step), then[step])
    traced = session.trace(PROMPT, at=2)[0]
    live = session.trace(PROMPT)[0]
    names = dict(live.named())
    assert any(not torch.equal(tensor, names[name]) for name, tensor in traced.named())
    assert then[0].predictions != then[5].predictions


def test_looking_back_leaves_the_live_weights_and_their_picture(session: Session) -> None:
    for _ in course(session, 4):
        pass
    before = {name: weight.clone() for name, weight in session.model.state_dict().items()}
    picture = session.look(PROMPT, SIGHT)
    session.look(PROMPT, SIGHT, at=1)
    assert all(torch.equal(session.model.state_dict()[name], was) for name, was in before.items())
    assert all(parameter.requires_grad for parameter in session.model.parameters())
    same(session.look(PROMPT, SIGHT), picture)


def test_a_step_that_is_not_kept_is_answered_by_the_nearest_and_says_so(session: Session) -> None:
    for _ in course(session, 8):
        pass
    assert isinstance(session.timeline, Timeline)
    session.timeline.budget = 3 * size_of(session.model)
    assert session.look(PROMPT, SIGHT).kept == session.timeline.steps == (0, 4, 7)
    assert session.look(PROMPT, SIGHT, at=2).step == 0
    assert session.look(PROMPT, SIGHT, at=3).step == 4
    learn(session.model)
    session.weights_changed(20)
    assert session.look(PROMPT, SIGHT, at=20).step == 20
    assert session.at(15) is session
    assert session.look(PROMPT, SIGHT, at=12).step == 7


def test_after_the_weights_have_changed_frames_say_the_new_step(session: Session) -> None:
    assert session.look(PROMPT, SIGHT).step == session.card.step == 7
    before = session.look(PROMPT, SIGHT)
    learn(session.model)
    session.weights_changed(8)
    after = session.look(PROMPT, SIGHT)
    assert after.step == 8
    assert after.predictions != before.predictions
    session.weights_changed()
    assert session.look(Prompt(""), SIGHT).step == 8


def test_without_a_timeline_there_is_the_live_step_alone(tiny_model: Path) -> None:
    session = open_session(str(tiny_model))
    same(session.look(PROMPT, SIGHT, at=3), session.look(PROMPT, SIGHT))
    assert session.look(PROMPT, SIGHT).kept == ()


def test_typing_while_scrubbing_never_mixes_steps(session: Session, tmp_path: Path) -> None:
    """Rows of a common beginning are reused, each through the weights that made them."""
    fresh = {}
    for step in course(session, 3):
        write_checkpoint(tmp_path / str(step), session.model, session.tokenizer, step=step)
        fresh[step] = open_session(str(tmp_path / str(step)))
    learn(session.model)
    session.weights_changed(3)
    asks = (LensAsk(), NormsAsk(), ReadingsAsk())
    sight = Sight(head=(2, 0), asks=asks)  # type: ignore[arg-type]
    text = "The cat sat on the mat, the cat"
    for count, step in zip(range(4, len(text)), itertools.cycle((0, 2, 0, 1, 1)), strict=False):
        prompt = Prompt(text[:count])
        if count % 3 == 0:
            session.look(prompt, sight)
        found, wanted = session.look(prompt, sight, at=step), fresh[step].look(prompt, sight)
        assert found.step == step
        np.testing.assert_allclose(
            found.head.pattern, wanted.head.pattern, atol=1e-6)  # type: ignore[union-attr]
        for ask in asks:
            ours, theirs = found.told(ask), wanted.told(ask)  # type: ignore[arg-type]
            assert ours is not None
            for name, value in vars(ours).items():
                if isinstance(value, np.ndarray) and value.dtype.kind == "f":
                    np.testing.assert_allclose(
                        value, getattr(theirs, name), atol=1e-4, err_msg=name)


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_can_be_looked_back_at(
    family: str, tmp_path: Path, tiny_model: Path
) -> None:
    if family == "xlnet":
        session = open_one(tmp_path)[0]
    else:
        session = open_session(
            str(tiny_model if family == "gpt2" else make_tiny(family, tmp_path)))
    session.timeline = Timeline(2**30)
    prompt = Prompt(SENTENCE, "katze sass" if len(session.config.stacks) == 2 else "")
    sight = Sight(stack=session.config.stacks[-1], head=(0, 1))
    then = [
        (session.look(prompt, sight),
         {name: tensor.clone() for name, tensor in session.trace(prompt)[0].named()})
        for _ in course(session, 3)
    ]
    for step in (1, 0, 2):
        same(session.look(prompt, sight, at=step), then[step][0])
        for name, tensor in session.trace(prompt, at=step)[0].named():
            assert torch.equal(tensor, then[step][1][name]), name
    model = session.at(0).model
    assert type(model) is type(session.model)
    assert not model.training
    assert len(list(model.parameters())) == len(list(session.model.parameters()))


def test_weights_of_a_step_can_be_derived_by(session: Session) -> None:
    """A gradient asks for tensors that were not made for inference alone."""
    with torch.inference_mode():
        for _ in course(session, 2):
            pass
        model = session.at(0).model
    trace = model(torch.tensor([[1, 2, 3]]))
    trace.logits.sum().backward()
    assert model.embedding.weight.grad.abs().sum() > 0  # type: ignore[union-attr]
    assert session.model.embedding.weight.grad is None


def test_a_model_of_a_step_shares_the_kept_numbers(small: Transformer) -> None:
    timeline = Timeline(2**30)
    timeline.offer(0, small)
    model = model_at(small, timeline.weights(0))
    for name, parameter in model.named_parameters():
        assert parameter.data_ptr() == timeline.weights(0)[name].data_ptr()
    assert model.head is not None
    assert model.head.weight is model.embedding.weight


# -- comparing ------------------------------------------------------------------------------


def test_two_steps_are_held_against_each_other(session: Session) -> None:
    then = [session.look(PROMPT, SIGHT) for _ in course(session, 4)]
    sides = Sides(session)
    frame = sides.look(PROMPT, SIGHT, Edits(), Against("step", step=1), at=3)
    same(frame, then[3])
    assert frame.beside is not None
    same(frame.beside, then[1])
    assert frame.change is not None
    assert frame.change.streams is not None
    assert frame.change.streams.all()
    assert frame.change.divergence is not None
    assert frame.change.divergence > 0
    alike = sides.look(PROMPT, SIGHT, Edits(), Against("step", step=2), at=2)
    assert alike.change is not None
    assert alike.change.divergence == 0


def test_both_steps_are_altered_where_the_model_is(session: Session) -> None:
    for _ in course(session, 3):
        pass
    edits = Edits((Edit("mlp", "decoder", layer=1), Edit("head", "decoder", layer=0, at=1)))
    frame = Sides(session).look(PROMPT, SIGHT, edits, Against("step", step=0), at=1)
    assert frame.beside is not None
    for step, found in ((1, frame), (0, frame.beside)):
        alone = Sides(session).look(PROMPT, SIGHT, edits, at=step)
        same(found, alone)
        assert found.predictions != session.look(PROMPT, SIGHT, at=step).predictions


def test_an_altered_model_at_a_step_is_held_against_that_step_untouched(session: Session) -> None:
    then = [session.look(PROMPT, SIGHT) for _ in course(session, 3)]
    frame = Sides(session).look(
        PROMPT, SIGHT, Edits((Edit("mlp", "decoder", layer=2),)), Against(), at=0)
    assert frame.step == 0
    assert frame.predictions != then[0].predictions
    assert frame.beside is not None
    same(frame.beside, then[0])


def test_the_live_weights_are_the_other_side_of_a_step(session: Session) -> None:
    for _ in course(session, 3):
        pass
    learn(session.model)
    session.weights_changed(90)
    live = session.look(PROMPT, SIGHT)
    frame = Sides(session).look(PROMPT, SIGHT, Edits(), Against("step", step=90), at=0)
    assert frame.step == 0
    assert frame.beside is not None
    same(frame.beside, live)


def test_a_trace_file_says_the_step_of_its_weights(session: Session, tmp_path: Path) -> None:
    learn(session.model)
    session.weights_changed(12)
    write_trace(session, PROMPT, tmp_path / "trace.safetensors")
    with safe_open(tmp_path / "trace.safetensors", "pt") as file:
        assert file.metadata()["step"] == "12"
