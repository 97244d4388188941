"""Several models on one sentence: words that they share, and looks that are each model's own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.asks.beside import Mean, MeanAsk
from core.beside import (
    Beside,
    SideChoice,
    attentions,
    sight_of,
    texts_of,
    tokens_on,
    word_at,
    word_weight,
)
from core.beside_look import look_beside, shared_prompt
from core.frame import Frame, Prompt
from core.session import Session, open_session
from core.tokens import Tokens
from core.trace import Sight

TEXT = "The cat sat on the mat because it was tired."
MODELS = ("english-gpt", "english-bert", "english-xlnet", "dates-t5")


@pytest.fixture(scope="module")
def sessions() -> dict[str, Session]:
    return {name: open_session(name) for name in MODELS}


def tokens(text: str, *groups: tuple[int, int], first: int | None = None) -> Tokens:
    names = tuple(text[slice(*group)] for group in groups)
    return Tokens(text, tuple(range(len(groups))), groups, groups, names, len(text),
                  first=len(text) if first is None else first)


# -- words ----------------------------------------------------------------------------------------


def test_word_is_the_whole_of_it_whatever_the_token_holds() -> None:
    read = tokens("It's tired. 猫坐", (0, 2), (2, 4), (4, 7), (7, 10), (10, 11), (11, 13), (13, 14))
    words = [word_at(read, at) for at in range(len(read))]
    assert words == [(0, 4), (0, 4), (5, 10), (5, 10), (10, 11), (12, 13), (13, 14)]


def test_word_ends_where_the_second_sentence_begins_without_a_gap() -> None:
    read = tokens("satThe", (0, 3), (3, 6), first=3)
    assert [word_at(read, at) for at in (0, 1)] == [(0, 3), (3, 6)]


def test_mark_has_no_word_and_white_space_is_its_own() -> None:
    read = tokens("a  b", (0, 0), (0, 1), (1, 3), (3, 4))
    assert [word_at(read, at) for at in (-1, 0, 2, 9)] == [None, None, (1, 3), None]


def test_same_word_is_found_in_every_family(sessions: dict[str, Session]) -> None:
    start = TEXT.index("tired")
    spelled = {}
    for name, session in sessions.items():
        read, _ = session.tokenize(Prompt(TEXT))
        found = tokens_on(read, (start, start + 5))
        assert found
        assert {word_at(read, at) for at in found if read.labels[at] != "·"} == {(start, start + 5)}
        spelled[name] = "".join(read.labels[at] for at in found).lstrip("·")
    assert set(spelled.values()) == {"tired"}
    counts = {len(tokens_on(session.tokenize(Prompt(TEXT))[0], (start, start + 5)))
              for session in sessions.values()}
    assert len(counts) > 1  # they cut it otherwise


@given(st.text(max_size=40), st.integers(0, 39), st.integers(1, 5))
def test_word_holds_a_character_of_its_token_in_any_text(text: str, start: int, size: int) -> None:
    read = tokens(text, (min(start, len(text)), min(start + size, len(text))))
    word = word_at(read, 0)
    low, high = read.groups[0]
    if low == high:
        assert word is None
    else:
        assert word is not None
        assert 0 <= word[0] < word[1] <= len(text)
        assert tokens_on(read, word) == (0,)


def test_weight_of_a_word_is_summed_over_keys_and_averaged_over_queries() -> None:
    pattern = np.array([[1, 0, 0], [0.25, 0.5, 0.25], [0.125, 0.375, 0.5]], np.float32)
    assert word_weight(pattern, (1, 2), (0, 1)) == (0.75 + 0.5) / 2
    assert word_weight(pattern, (), (0,)) is None
    assert word_weight(pattern, (0,), ()) is None


# -- looks ----------------------------------------------------------------------------------------


def same(ours: Frame, theirs: Frame) -> None:
    assert ours.queries == theirs.queries
    assert ours.predictions == theirs.predictions
    for name in ("pattern", "scores", "shown"):
        np.testing.assert_array_equal(getattr(ours.head, name), getattr(theirs.head, name))


def test_each_is_what_its_own_session_shows(sessions: dict[str, Session]) -> None:
    beside = Beside(MODELS, choices=(("english-gpt", SideChoice(head=(2, 3))),))
    for name, session in sessions.items():
        ours = look_beside(session, Prompt(TEXT), (), beside, Sight(scale="root"))
        alone = open_session(name)
        theirs = alone.look(ours.prompt, ours.sight)
        same(ours, theirs)
        assert ours.prompt.source == TEXT
        assert ours.sight.scale == "root"
    gpt = look_beside(sessions["english-gpt"], Prompt(TEXT), (), beside, Sight())
    assert gpt.head is not None
    assert (gpt.head.layer, gpt.head.head) == (2, 3)


def test_mean_is_the_mean_of_the_layers_heads(sessions: dict[str, Session]) -> None:
    beside = Beside(MODELS, "mean", choices=(("dates-t5", SideChoice("cross", (1, 0))),))
    for name, session in sessions.items():
        frame = look_beside(session, Prompt(TEXT), (), beside, Sight())
        assert frame.sight.head is not None
        layer = frame.sight.head[0]
        told = frame.told(MeanAsk(layer))
        assert isinstance(told, Mean)
        trace = open_session(name).trace(frame.prompt)[0]
        own = trace.stack(frame.sight.stack).layers[layer].on(frame.sight.stream)
        pattern = own.attention(frame.sight.kind).pattern[0].double().mean(0)
        np.testing.assert_allclose(told.pattern, pattern.detach(), atol=1e-7)
        assert told.heads == session.config.heads
        assert told.pattern.shape == (len(frame.queries), len(frame.keys))


def test_head_that_is_not_there_is_the_nearest(sessions: dict[str, Session]) -> None:
    for session in sessions.values():
        card = session.card
        sight = sight_of(card, SideChoice(head=(99, 99)), "head", Sight())
        assert sight.head == (card.layers[sight.stack] - 1, card.heads - 1)
        for attention in attentions(card):
            sight = sight_of(card, SideChoice(attention, (-1, -1)), "heads", Sight())
            frame = session.look(Prompt(TEXT), sight)
            assert sight.head == (0, 0)
            assert frame.thumbnails is not None
            assert frame.head is not None
            assert texts_of(frame)[1] == ("target" if attention == "decoder" else "source")


# -- what is hidden -------------------------------------------------------------------------------


def hide(sessions: dict[str, Session], word: str) -> dict[str, Frame]:
    """As the live BERT hides it."""
    live = sessions["english-bert"]
    start = TEXT.index(word)
    masked = tokens_on(live.tokenize(Prompt(TEXT))[0], (start, start + len(word)))
    prompt = Prompt(TEXT, masked=masked)
    shared, hidden = shared_prompt(live, prompt)
    assert hidden == ((start, start + len(word)),)
    beside = Beside(MODELS)
    return {name: look_beside(session, shared, hidden, beside, Sight())
            for name, session in sessions.items()}


def test_hidden_word_is_hidden_in_each_as_it_hides(sessions: dict[str, Session]) -> None:
    frames = hide(sessions, "mat")
    bert, xlnet, gpt = (frames[f"english-{name}"] for name in ("bert", "xlnet", "gpt"))
    assert bert.behind_mask
    assert bert.queries.labels[6] == "[MASK]"
    assert [bert.queries.text[slice(*bert.queries.groups[at])] for at in bert.prompt.masked] == [
        "mat"]
    pieces = xlnet.prompt.masked
    assert [xlnet.queries.labels[at] for at in pieces] == ["·m", "at"]
    assert [xlnet.order[at] for at in pieces] == [len(xlnet.queries) - 2, len(xlnet.queries) - 1]
    assert xlnet.predicted_at == pieces[0]
    assert gpt.predicted_at is not None
    assert gpt.queries.labels[gpt.predicted_at + 1] == "·mat"  # it is asked before it has seen it
    alone = open_session("english-gpt").look(Prompt("The cat sat on the"), Sight())
    assert [p.label for p in gpt.predictions] == [p.label for p in alone.predictions]
    np.testing.assert_allclose([p.probability for p in gpt.predictions],
                               [p.probability for p in alone.predictions], rtol=1e-4)


def test_nothing_that_xlnet_predicts_hangs_on_the_hidden_word(
    sessions: dict[str, Session]
) -> None:
    session, beside = sessions["english-xlnet"], Beside(("english-xlnet",))
    told = []
    for word in ("mat", "dog"):
        text = TEXT.replace("mat", word)
        read = session.tokenize(Prompt(text))[0]
        frame = look_beside(
            session, Prompt(text), (((start := text.index(word)), start + 3),), beside, Sight())
        told.append((len(read), [round(p.probability, 6) for p in frame.predictions[:5]]))
    assert told[0] == told[1]


def test_written_tokens_are_text_for_the_others(sessions: dict[str, Session]) -> None:
    live = sessions["english-gpt"]
    grown = Prompt("The cat")
    for _ in range(3):
        following = live.next_token(grown)
        assert following is not None
        grown = following
    shared, hidden = shared_prompt(live, grown)
    assert shared.source == live.tokenize(grown)[0].text
    assert len(shared.source) > len("The cat")
    assert not hidden
    frame = look_beside(sessions["english-bert"], shared, hidden, Beside(MODELS), Sight())
    assert frame.queries.text == shared.source


def test_second_sentence_is_read_by_those_that_tell_two_apart(
    sessions: dict[str, Session]
) -> None:
    shared, _ = shared_prompt(sessions["english-bert"], Prompt(TEXT, second="It slept."))
    texts = {name: look_beside(session, shared, (), Beside(MODELS), Sight()).queries.text
             for name, session in sessions.items()}
    assert texts["english-bert"] == TEXT + "It slept."
    assert texts["english-gpt"] == texts["dates-t5"] == TEXT


# -- T5's spans -----------------------------------------------------------------------------------


def test_sentinel_stands_for_the_span_and_is_the_question(tmp_path: Path) -> None:
    from tests.beside_t5 import make_spans

    session = open_session(str(make_spans(tmp_path / "t5")))
    text = "the cat sat on the mat"
    where = text.index("cat"), text.index(" on")
    frame = look_beside(session, Prompt(text), (where,), Beside((session.card.reference,)), Sight())
    assert frame.keys.labels == ("the", "<extra_id_0>", "on", "the", "mat", "</s>")
    assert frame.keys.groups[1] == where
    assert frame.predicted_in is not None
    assert frame.predicted_in.labels[-1] == "<extra_id_0>"
    ids = torch.tensor([frame.keys.ids])
    said = torch.tensor([frame.predicted_in.ids])
    with torch.inference_mode():
        logits = session.model(ids, said).logits[0, -1]
    best = logits.softmax(-1).topk(3)
    assert [p.label for p in frame.predictions[:3]] == [
        session.tokenizer.name(at) for at in best.indices.tolist()]
    np.testing.assert_allclose(
        [p.probability for p in frame.predictions[:3]], best.values, rtol=1e-5)
