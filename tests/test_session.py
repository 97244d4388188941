"""A session's frames, against transformers' eager GPT-2 and against the trace they come from."""

from __future__ import annotations

import dataclasses
import gc
import weakref
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.asks.weights import WeightsAsk
from core.errors import Refusal
from core.frame import Frame, Prompt
from core.prediction import PREDICTIONS
from core.session import Session, open_session
from core.trace import MASKED, Sight

TEXT = "The cat sat on the mat 👍🏽 好."


@pytest.fixture
def session(tiny_model: Path) -> Session:
    return open_session(str(tiny_model))


@pytest.fixture(scope="module")
def eager(tiny_model: Path) -> Any:
    from transformers import GPT2LMHeadModel

    return GPT2LMHeadModel.from_pretrained(tiny_model, attn_implementation="eager").eval()


def reference(eager: Any, frame: Frame) -> Any:
    with torch.inference_mode():
        return eager(torch.tensor([frame.queries.ids]), output_attentions=True)


def test_every_head_equals_the_eager_model(session: Session, eager: Any) -> None:
    for layer in range(3):
        for head in range(4):
            frame = session.look(Prompt(TEXT), Sight(head=(layer, head)))
            wanted = reference(eager, frame).attentions[layer][0, head].numpy()
            assert frame.head is not None
            assert (frame.head.layer, frame.head.head) == (layer, head)
            np.testing.assert_allclose(frame.head.pattern, wanted, rtol=0, atol=1e-5)


def test_scores_are_minus_infinity_exactly_where_a_causal_model_may_not_look(
    session: Session,
) -> None:
    head = session.look(Prompt(TEXT), Sight(head=(1, 2))).head
    assert head is not None
    rows, columns = np.indices(head.scores.shape)
    assert np.array_equal(np.isneginf(head.scores), columns > rows)
    assert not head.pattern[columns > rows].any()


@pytest.mark.parametrize("at", [None, 0, 3])
def test_predictions_are_the_softmax_of_the_eager_models_logits(
    session: Session, eager: Any, at: int | None
) -> None:
    frame = session.look(Prompt(TEXT), Sight(predict_at=at))
    row = len(frame.queries) - 1 if at is None else at
    wanted = reference(eager, frame).logits[0, row].double().softmax(-1)
    best = wanted.topk(PREDICTIONS)
    assert frame.predicted_at == row
    assert [p.probability for p in frame.predictions] == pytest.approx(
        best.values.tolist(), abs=1e-6
    )
    assert [p.label for p in frame.predictions] == [
        session.tokenizer.name(token) for token in best.indices.tolist()
    ]


def test_thumbnails_are_every_head_at_its_own_place(session: Session, eager: Any) -> None:
    frame = session.look(Prompt(TEXT), Sight())
    assert frame.thumbnails is not None
    tokens = len(frame.queries)
    assert frame.thumbnails.shape == (3, 4, tokens, tokens)
    for layer, pattern in enumerate(reference(eager, frame).attentions):
        level = (pattern[0].double().numpy() * 254 + 1.5).astype(int)
        seen = np.tril(np.ones((tokens, tokens), bool))
        assert (frame.thumbnails[layer][:, ~seen] == MASKED).all()
        difference = np.abs(frame.thumbnails[layer].astype(int) - level)[:, seen]
        assert difference.max() <= 1  # the sixth digit may round the other way


def test_a_thumbnail_pixel_is_the_largest_of_the_weights_it_covers(session: Session) -> None:
    text = "a b c d e f g h " * 8
    whole = session.look(Prompt(text), Sight(pixels=10_000)).thumbnails
    small = session.look(Prompt(text), Sight(pixels=16)).thumbnails
    assert whole is not None
    assert small is not None
    assert whole.shape[-1] == 64
    blocks = whole.reshape(3, 4, 16, 4, 16, 4)
    assert np.array_equal(small, blocks.max(axis=(3, 5)))


def test_another_sight_of_the_same_text_runs_nothing(session: Session) -> None:
    session.look(Prompt(TEXT), Sight())
    trace = session._trace
    session.look(Prompt(TEXT), Sight(head=(2, 3), scale="log", pixels=8))
    assert session._trace is trace
    session.look(Prompt(TEXT + "x"), Sight())
    assert session._trace is not trace


def test_the_same_text_gives_the_same_numbers_again(session: Session) -> None:
    first = session.look(Prompt(TEXT), Sight(head=(0, 1)))
    session.look(Prompt("Something else."), Sight())
    second = session.look(Prompt(TEXT), Sight(head=(0, 1)))
    assert first.head is not None
    assert second.head is not None
    assert np.array_equal(first.head.pattern, second.head.pattern)
    assert first.predictions == second.predictions


def test_a_frame_can_not_be_changed_and_does_not_follow_the_weights(session: Session) -> None:
    frame = session.look(Prompt(TEXT), Sight(head=(0, 1)))
    assert frame.head is not None
    assert frame.thumbnails is not None
    before = frame.head.pattern.copy()
    with torch.inference_mode():
        for tensor in (session._trace.decoder.layers[0].self.pattern,):  # type: ignore[union-attr]
            tensor.zero_()
    assert np.array_equal(frame.head.pattern, before)
    for array in (frame.head.pattern, frame.head.scores, frame.thumbnails):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0
    with pytest.raises(dataclasses.FrozenInstanceError):
        frame.head = None  # type: ignore[misc]


def test_a_session_that_is_let_go_is_gone_with_its_trace_and_waits_for_no_collector(
    tiny_model: Path,
) -> None:
    session = open_session(str(tiny_model))
    refused = WeightsAsk(side="change")
    gc.collect()
    gc.disable()
    try:
        frame = session.look(Prompt("a"), Sight(asks=(refused,), gradient=True))
        assert frame.declined(refused)
        assert isinstance(frame.gradient, Refusal)
        assert session.seen is not None
        held = weakref.ref(session), weakref.ref(session.seen.trace)
        del session
        assert [one() for one in held] == [None, None]
    finally:
        gc.enable()


def test_a_prompt_without_tokens_has_a_frame_without_a_picture(session: Session) -> None:
    frame = session.look(Prompt(""), Sight(head=(0, 0)))
    assert (frame.thumbnails, frame.head, frame.predictions) == (None, None, ())
    assert frame.predicted_at is None
    with pytest.raises(Refusal, match="no tokens"):
        session.trace(Prompt(""))


@pytest.mark.parametrize("head", [(3, 0), (0, 4), (-1, 0), (0, -1)])
def test_a_head_that_the_model_has_not_is_not_sent(
    session: Session, head: tuple[int, int]
) -> None:
    frame = session.look(Prompt(TEXT), Sight(head=head))
    assert frame.head is None
    assert frame.thumbnails is not None


def test_what_is_not_on_screen_is_not_sent(session: Session) -> None:
    frame = session.look(Prompt(TEXT), Sight(thumbnails=False))
    assert frame.thumbnails is None
    assert frame.head is None
    assert frame.predictions


@pytest.mark.parametrize(("wanted", "given_at"), [(-5, 0), (10**6, None)])
def test_a_position_beyond_the_text_is_its_nearest_one(
    session: Session, wanted: int, given_at: int | None
) -> None:
    frame = session.look(Prompt(TEXT), Sight(predict_at=wanted))
    nearest = session.look(Prompt(TEXT), Sight(predict_at=given_at))
    assert frame.predicted_at == nearest.predicted_at
    assert frame.predictions == nearest.predictions


def test_text_beyond_the_context_is_cut_and_counted(session: Session) -> None:
    text = "好" * 500  # three bytes, so at most three tokens, a character
    frame = session.look(Prompt(text), Sight())
    assert len(frame.queries) == 64
    assert frame.queries.cut
    assert frame.queries.kept == session.tokenizer.encode(text, 10_000).spans[64][0]


def test_weights_that_are_no_numbers_are_reported(session: Session) -> None:
    assert session.look(Prompt(TEXT), Sight()).finite
    with torch.no_grad():
        next(session.model.parameters()).fill_(float("nan"))
    frame = session.look(Prompt(TEXT + "x"), Sight(head=(0, 0)))
    assert not frame.finite


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40))
def test_any_text_has_one_row_a_token_and_no_replacement_mark(
    tiny_model: Path, text: str
) -> None:
    frame = _held(tiny_model).look(Prompt(text), Sight(head=(0, 0)))
    assert (frame.head is None) == (not frame.queries.ids)
    if frame.head is not None:
        assert frame.head.pattern.shape == (len(frame.queries), len(frame.keys))
        np.testing.assert_allclose(frame.head.pattern.sum(1), 1, atol=1e-5)
    assert "\ufffd" not in "".join(frame.queries.labels)
    assert "\ufffd" not in "".join(p.label for p in frame.predictions)


_sessions: dict[Path, Session] = {}


def _held(folder: Path) -> Session:
    if folder not in _sessions:
        _sessions[folder] = open_session(str(folder))
    return _sessions[folder]
