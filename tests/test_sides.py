"""Alterations against models whose weights are really other, and both sides of a comparison."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from core.against import Against
from core.alter import altered
from core.edits import Edit, Edits
from core.frame import Prompt
from core.session import Session, open_session
from core.sides import Sides
from core.trace import Sight
from tests.test_two_stream_session import open_one
from tests.tiny_families import SENTENCE, make_tiny

TARGET = "katze sass auf"
NONE = Edits()
FAMILIES = ["gpt2", "bert", "llama", "t5", "xlnet"]


@pytest.fixture(scope="module", params=FAMILIES)
def session(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, tiny_model: Path
) -> Session:
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "gpt2":
        return open_session(str(tiny_model))
    if request.param == "xlnet":
        return open_one(folder)[0]
    return open_session(str(make_tiny(request.param, folder)))


def prompt_for(session: Session) -> Prompt:
    return Prompt(SENTENCE, TARGET if len(session.config.stacks) == 2 else "")


def stack_of(session: Session) -> tuple[str, Any]:
    """The last stack, by name and as a module."""
    name = session.config.stacks[-1]
    return name, getattr(session.model, name)


def heads_of(session: Session) -> list[Edit]:
    name, _ = stack_of(session)
    kinds = ["self", "cross"] if len(session.config.stacks) == 2 else ["self"]
    return [Edit("head", name, kind, 1, 2, 0.25) for kind in kinds]  # type: ignore[arg-type]


@torch.no_grad()
def rewritten(session: Session, edit: Edit) -> Session:
    """The same model, with the weights of one part multiplied."""
    other = copy.copy(session)
    other.model = copy.deepcopy(session.model)
    other.weights_changed()
    layer = getattr(other.model, edit.stack).layers[edit.layer]
    if edit.part == "mlp":
        layer.mlp.out.weight *= edit.factor
        if layer.mlp.out.bias is not None:
            layer.mlp.out.bias *= edit.factor
        return other
    attention = getattr(layer, f"{edit.kind}_attention")
    width = attention.head_width
    attention.output.weight[:, edit.at * width : (edit.at + 1) * width] *= edit.factor
    return other


def final(session: Session, prompt: Prompt) -> torch.Tensor:
    trace, _, _ = session.trace(prompt)
    return trace.logits if trace.logits is not None else trace.stack(
        session.config.stacks[-1]).final


def test_a_scaled_head_is_one_whose_columns_of_the_output_matrix_are_scaled(
    session: Session,
) -> None:
    prompt = prompt_for(session)
    for edit in heads_of(session):
        plain = final(session, prompt)
        with altered(session.model, Edits((edit,))):
            ours = final(session, prompt)
        theirs = final(rewritten(session, edit), prompt)
        torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=1e-5)
        assert (plain - ours).abs().max() > 1e-3
        torch.testing.assert_close(final(session, prompt), plain, rtol=0, atol=0)


def test_a_scaled_feed_forward_is_one_whose_last_matrix_is_scaled(session: Session) -> None:
    edit = Edit("mlp", session.config.stacks[-1], layer=1, factor=0.5)
    prompt = prompt_for(session)
    with altered(session.model, Edits((edit,))):
        ours = final(session, prompt)
    torch.testing.assert_close(ours, final(rewritten(session, edit), prompt), rtol=1e-5, atol=1e-5)
    assert (ours - final(session, prompt)).abs().max() > 1e-3


def test_a_silenced_token_enters_with_an_embedding_of_zeros(session: Session) -> None:
    prompt = prompt_for(session)
    name, _ = stack_of(session)
    with altered(session.model, Edits((Edit("token", name, at=1),))):  # type: ignore[arg-type]
        trace, _, _ = session.trace(prompt)
    plain, _, _ = session.trace(prompt)
    embed, before = trace.stack(name).embed[0], plain.stack(name).embed[0]  # type: ignore[arg-type]
    assert not embed[1].any()
    assert before[1].any()
    others = [at for at in range(len(embed)) if at != 1]
    torch.testing.assert_close(embed[others], before[others], rtol=0, atol=0)


def test_a_part_that_is_not_there_alters_nothing(session: Session) -> None:
    prompt = prompt_for(session)
    name = session.config.stacks[-1]
    nowhere = Edits((Edit("head", name, "self", 99, 0), Edit("token", name, at=999)))
    with altered(session.model, nowhere):
        ours = final(session, prompt)
    torch.testing.assert_close(ours, final(session, prompt), rtol=0, atol=0)


def test_layers_before_an_altered_one_stay_and_those_after_it_change(session: Session) -> None:
    sides = Sides(session)
    name = session.config.stacks[-1]
    frame = sides.look(
        prompt_for(session), Sight(stack=name), Edits((Edit("mlp", name, layer=1),)), Against())
    assert frame.change is not None
    assert frame.change.streams is not None
    assert not frame.change.streams[0].any()
    assert frame.change.streams[1].max() > 1e-3
    assert frame.beside is not None
    assert not frame.beside.edits
    assert frame.edits


def test_the_change_is_told_in_shares_bits_and_probabilities(session: Session) -> None:
    sides = Sides(session)
    name = session.config.stacks[-1]
    edits = Edits((Edit("mlp", name, layer=0),))
    frame = sides.look(prompt_for(session), Sight(stack=name), edits, Against())
    there, here = session.seen, sides._side(session, edits).seen
    assert frame.change is not None
    assert here is not None
    assert there is not None
    for layer, row in enumerate(frame.change.streams):  # type: ignore[arg-type]
        ours = here.layers[layer].resid_out[0].double().numpy()
        theirs = there.layers[layer].resid_out[0].double().numpy()
        share = np.linalg.norm(ours - theirs, axis=-1) / np.linalg.norm(theirs, axis=-1)
        np.testing.assert_allclose(row, share, atol=1e-5)
    assert here.trace.logits is not None
    assert there.trace.logits is not None
    p, q = (
        np.exp(x := look.trace.logits[0, 0].double().numpy() - 0) / np.exp(x).sum()  # type: ignore[index]
        for look in (here, there)
    )
    assert frame.change.divergence == pytest.approx(float((p * np.log2(p / q)).sum()), abs=1e-9)
    probabilities = {shift.label: (shift.before, shift.after) for shift in frame.change.shifts}
    best = session.tokenizer.name(int(p.argmax()))
    assert probabilities[best] == pytest.approx((q[p.argmax()], p[p.argmax()]), abs=1e-9)


def test_what_is_not_altered_does_not_differ_from_itself(session: Session) -> None:
    frame = Sides(session).look(prompt_for(session), Sight(), NONE, Against())
    assert frame.change is not None
    assert frame.change.divergence == 0
    assert frame.change.streams is not None
    assert not frame.change.streams.any()


def test_another_head_is_shown_of_the_same_pass(session: Session) -> None:
    frame = Sides(session).look(
        prompt_for(session), Sight(head=(0, 1)), NONE, Against("head", head=(1, 0)))
    assert frame.beside is not None
    assert frame.beside.head is not None
    assert (frame.beside.head.layer, frame.beside.head.head) == (1, 0)
    alone = session.look(prompt_for(session), Sight(head=(1, 0)))
    assert alone.head is not None
    np.testing.assert_array_equal(frame.beside.head.pattern, alone.head.pattern)


def test_another_prompt_of_as_many_tokens_is_shown_beside(tiny_model: Path) -> None:
    session = open_session(str(tiny_model))
    sides = Sides(session)
    other = Prompt("The dog sat.")
    frame = sides.look(Prompt("The cat sat."), Sight(head=(0, 0)), NONE,
                       Against("prompt", prompt=other))
    assert frame.beside is not None
    assert frame.beside.prompt == other
    assert frame.prompt.source == "The cat sat."
    assert frame.change is not None
    assert frame.change.streams is None  # the tokens are others
    assert frame.change.divergence is not None
    assert frame.change.divergence > 0


def test_another_model_is_shown_beside(tiny_model: Path, tmp_path: Path) -> None:
    session, other = open_session(str(tiny_model)), open_session(str(tiny_model))
    with torch.no_grad():
        other.model.decoder.layers[2].mlp.out.weight.mul_(2)  # type: ignore[union-attr, index]
    frame = Sides(session).look(
        Prompt("The cat sat."), Sight(), NONE, Against("model", model="x"), other)
    assert frame.change is not None
    assert frame.change.streams is not None
    assert not frame.change.streams[:2].any()
    assert frame.change.streams[2].all()


def test_an_isolated_head_is_the_only_one_of_its_layer_that_speaks() -> None:
    head = Edit("head", "decoder", "self", 2, 1)
    edits = NONE.isolate(head, 4)
    assert [edits.factor(Edit("head", "decoder", "self", 2, at)) for at in range(4)] == [0, 1, 0, 0]
    assert edits.put(*(Edit("head", "decoder", "self", 2, at, 1.0) for at in range(4))) == NONE


def test_an_edit_takes_the_place_of_the_one_before() -> None:
    mlp = Edit("mlp", "encoder", layer=3)
    edits = NONE.put(mlp).put(Edit("mlp", "encoder", layer=3, factor=0.5))
    assert edits.factor(mlp) == 0.5
    assert len(edits.all) == 1


def test_two_verdicts_of_a_classifier_are_held_against_each_other() -> None:
    session = open_session("sentiment")
    edit = Edits((Edit("head", "encoder", layer=3, at=1), Edit("mlp", "encoder", layer=2)))
    frame = Sides(session).look(
        Prompt("a warm and funny film"), Sight(thumbnails=False), edit, Against(), None, None)
    assert frame.change is not None
    assert frame.beside is not None
    labels = frame.card.labels
    told = {shift.label: (shift.before, shift.after) for shift in frame.change.shifts}
    assert set(told) == set(labels)
    after, before = np.array(frame.labels), np.array(frame.beside.labels)
    for at, label in enumerate(labels):
        assert told[label] == pytest.approx((before[at], after[at]), abs=1e-6)
    assert not np.allclose(before, after, atol=1e-4)
    bits = float((after * np.log2(after / before)).sum())
    assert frame.change.divergence == pytest.approx(bits, abs=1e-5)
