"""What each scheme of positions does, against float64, transformers' formulas and the trace."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from core.asks.positions import (
    AskBias,
    AskLikeness,
    AskPlaces,
    AskShift,
    AskSum,
    AskTerm,
    AskTurn,
    Trial,
)
from core.checkpoint import write_checkpoint
from core.config import ModelConfig
from core.errors import Refusal
from core.frame import Frame, Prompt
from core.model import Transformer
from core.session import Session, open_session
from core.trace import Ask, Sight
from core.training.vocabulary import train_tokenizer
from tests.test_two_stream_session import open_one
from tests.tiny_families import SENTENCE, make_tiny


def tell(session: Session, ask: Ask[Any], prompt: Prompt | None = None, **sight: Any) -> Any:
    frame: Frame = session.look(prompt or Prompt(SENTENCE), Sight(asks=(ask,), **sight))
    found = frame.answers[ask]
    if isinstance(found, Refusal):
        raise found
    return found


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("families")
    return {family: make_tiny(family, root / family) for family in ("bert", "llama", "t5")}


def sinusoidal() -> Session:
    """A decoder with sines and cosines in turn."""
    tokenizer = train_tokenizer("byte_bpe", [SENTENCE], 300)
    session = open_session("dates")
    config = ModelConfig(
        vocabulary=tokenizer.largest_id + 1, width=12, heads=2, head_width=6, mlp_width=8,
        context=64, decoder_layers=1, positions="sinusoidal")
    session.model, session.config = Transformer(config).eval(), config
    session.tokenizer = tokenizer
    return session


def waves(count: int, width: int, base: float) -> np.ndarray:
    """[position, pair] angles, in float64."""
    return np.arange(count)[:, None] / base ** (np.arange(0, width, 2) / width)


# -- rows -------------------------------------------------------------------------------------


def test_rows_in_halves_are_all_sines_then_all_cosines_as_the_trace_has_them() -> None:
    session = open_session("dates")
    prompt = Prompt("the 3rd of March", "1987")
    places = tell(session, AskPlaces(), prompt, stack="encoder")
    angle = waves(len(places.rows), 128, 10000)
    np.testing.assert_allclose(
        places.rows, np.concatenate((np.sin(angle), np.cos(angle)), axis=1), atol=1e-6)
    trace, source, _ = session.trace(prompt)
    added = trace.stack("encoder").positions
    assert added is not None
    np.testing.assert_array_equal(places.rows[: len(source)], added.numpy())
    assert (places.scheme, places.altered) == ("halves", False)
    np.testing.assert_allclose(
        places.frequencies, [10000 ** (-2 * i / 128) for i in range(64)], rtol=1e-6)


def test_rows_in_turn_alternate() -> None:
    session = sinusoidal()
    places = tell(session, AskPlaces())
    angle = waves(len(places.rows), 12, 10000)
    np.testing.assert_allclose(places.rows[:, 0::2], np.sin(angle), atol=1e-6)
    np.testing.assert_allclose(places.rows[:, 1::2], np.cos(angle), atol=1e-6)
    assert places.pairs[2] == (4, 5)


def test_other_numbers_than_the_models_are_tried_by_the_same_formula_and_told_apart() -> None:
    places = tell(open_session("dates"), AskPlaces(Trial(7, 6, 50.0)), stack="encoder")
    angle = waves(7, 6, 50)
    np.testing.assert_allclose(
        places.rows, np.concatenate((np.sin(angle), np.cos(angle)), axis=1), atol=1e-6)
    assert places.altered
    assert places.own == (64, 128, 10000.0)
    longer = tell(open_session("dates"), AskPlaces(Trial(length=9)), stack="encoder")
    assert len(longer.rows) == 9
    assert not longer.altered


def test_learned_rows_are_the_table_beside_sinusoids(folders: dict[str, Path]) -> None:
    session = open_session(str(folders["bert"]))
    places = tell(session, AskPlaces(), stack="encoder")
    table: Any = session.model.encoder.positions.table  # type: ignore[union-attr]
    np.testing.assert_array_equal(places.rows, table.detach().numpy())
    angle = waves(64, 48, 10000)
    np.testing.assert_allclose(places.beside[:, 0::2], np.sin(angle), atol=1e-6)
    np.testing.assert_allclose(places.beside[:, 1::2], np.cos(angle), atol=1e-6)
    assert places.pairs == ()


def test_a_table_has_no_more_rows_than_the_model(folders: dict[str, Path]) -> None:
    session = open_session(str(folders["bert"]))
    assert len(tell(session, AskPlaces(Trial(length=500)), stack="encoder").rows) == 64


def test_rotary_angles_are_position_times_frequency_within_one_turn(
    folders: dict[str, Path],
) -> None:
    session = open_session(str(folders["llama"]))
    places = tell(session, AskPlaces())
    angle = waves(64, 16, 10000)
    np.testing.assert_allclose(np.cos(places.rows), np.cos(angle), atol=1e-5)
    np.testing.assert_allclose(np.sin(places.rows), np.sin(angle), atol=1e-5)
    np.testing.assert_allclose(places.waves, np.cos(angle), atol=1e-5)
    assert np.abs(places.rows).max() <= math.pi + 1e-6
    tried = tell(session, AskPlaces(Trial(8, 4, 100.0)))
    np.testing.assert_allclose(np.cos(tried.rows), np.cos(waves(8, 4, 100)), atol=1e-5)


def test_xlnets_rows_are_waves_of_distance_to_both_sides(tmp_path: Path) -> None:
    session, _ = open_one(tmp_path)
    places = tell(session, AskPlaces(Trial(length=5)), Prompt("sat où"))
    assert (places.first, len(places.rows)) == (-4, 9)
    angle = np.arange(-4, 5)[:, None] / 10000 ** (np.arange(0, 24, 2) / 24)
    np.testing.assert_allclose(
        places.rows, np.concatenate((np.sin(angle), np.cos(angle)), axis=1), atol=1e-6)


# -- likeness and shift -----------------------------------------------------------------------


@pytest.mark.parametrize("measure", ["cosine", "dot"])
def test_likeness_of_sinusoids_depends_on_the_distance_alone(measure: Any) -> None:
    found = tell(open_session("dates"), AskLikeness(measure=measure), stack="encoder")
    gap = np.arange(64)[:, None] - np.arange(64)
    expected = np.cos(gap[..., None] / 10000 ** (np.arange(0, 128, 2) / 128)).sum(axis=-1)
    np.testing.assert_allclose(
        found.values, expected / (64 if measure == "cosine" else 1), atol=1e-4)
    assert found.beside is None


def test_likeness_of_a_table_is_held_against_that_of_sinusoids(folders: dict[str, Path]) -> None:
    session = open_session(str(folders["bert"]))
    found = tell(session, AskLikeness(), stack="encoder")
    table = session.model.encoder.positions.table.detach().double().numpy()  # type: ignore[union-attr,operator]
    unit = table / np.linalg.norm(table, axis=1, keepdims=True)
    np.testing.assert_allclose(found.values, unit @ unit.T, atol=1e-5)
    apart = ~np.eye(64, dtype=bool)
    expected = np.corrcoef(found.values[apart], found.beside[apart])[0, 1]
    assert found.agreement == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize(("pair", "place", "by"), [(0, 3, 5), (7, 20, -11), (63, 0, 40)])
def test_a_shift_is_one_rotation_of_the_pair(pair: int, place: int, by: int) -> None:
    shift = tell(open_session("dates"), AskShift(pair, place, by), stack="encoder")
    w = 10000 ** (-2 * pair / 128)
    assert shift.dimensions == (pair, pair + 64)
    assert shift.before == pytest.approx((math.sin(w * place), math.cos(w * place)), abs=1e-6)
    assert shift.after == pytest.approx(
        (math.sin(w * (place + by)), math.cos(w * (place + by))), abs=1e-6)
    turned = np.array(shift.matrix) @ shift.before
    assert shift.turned == pytest.approx(tuple(turned), abs=1e-9)
    assert shift.turned == pytest.approx(shift.after, abs=1e-6)


def test_a_shift_stays_within_what_is_told() -> None:
    shift = tell(open_session("dates"), AskShift(999, 60, 100), stack="encoder")
    assert (shift.pair, shift.place, shift.by) == (63, 60, 3)


# -- the sum ----------------------------------------------------------------------------------


def test_token_position_and_segment_add_up_to_what_enters_the_first_layer(
    folders: dict[str, Path],
) -> None:
    session = open_session(str(folders["bert"]))
    prompt = Prompt(SENTENCE, second="she saw the sea")
    trace, source, _ = session.trace(prompt)
    entered = trace.stack("encoder").layers[0].resid_in[0].numpy()
    for place in (0, 3, len(source) - 1):
        found = tell(session, AskSum(place), prompt, stack="encoder")
        assert [part.name for part in found.parts] == ["token", "position", "segment"]
        total = np.sum([part.values.astype(np.float64) for part in found.parts], axis=0)
        np.testing.assert_allclose(found.total, total, atol=1e-6)
        np.testing.assert_allclose(found.normed, entered[place], atol=1e-6)
        for part in found.parts:
            assert part.norm == pytest.approx(np.linalg.norm(part.values), rel=1e-5)
            cosine = part.values @ total / np.linalg.norm(part.values) / np.linalg.norm(total)
            assert part.cosine == pytest.approx(cosine, abs=1e-5)


def test_scaled_embeddings_say_by_how_much() -> None:
    session = open_session("dates")
    prompt = Prompt("the 3rd of March")
    trace, source, _ = session.trace(prompt)
    found = tell(session, AskSum(2), prompt, stack="encoder")
    assert found.scaled == pytest.approx(math.sqrt(128))
    token = session.model.embedding.weight[source.ids[2]].detach().numpy() * math.sqrt(128)
    np.testing.assert_allclose(found.parts[0].values, token, rtol=1e-5)
    np.testing.assert_allclose(
        found.total, trace.stack("encoder").layers[0].resid_in[0, 2].numpy(), atol=1e-5)


def test_a_place_beyond_the_text_is_its_last(folders: dict[str, Path]) -> None:
    session = open_session(str(folders["llama"]))
    found = tell(session, AskSum(10_000))
    assert found.place == len(session.tokenize(Prompt(SENTENCE))[0]) - 1
    assert [part.name for part in found.parts] == ["token"]


def test_the_query_stream_starts_as_one_vector_everywhere(tmp_path: Path) -> None:
    session, _ = open_one(tmp_path)
    found = tell(session, AskSum(1), Prompt("sat où 猫", order=3), stream="query")
    start: Any = session.model.encoder.query_start  # type: ignore[union-attr]
    np.testing.assert_array_equal(found.total, start.detach().numpy())
    assert [part.name for part in found.parts] == ["start"]


# -- scores -----------------------------------------------------------------------------------


@pytest.mark.parametrize("stack", ["encoder", "decoder"])
def test_bias_by_distance_is_what_the_trace_adds_to_scores(
    stack: Any, folders: dict[str, Path]
) -> None:
    session = open_session(str(folders["t5"]))
    prompt = Prompt(SENTENCE, "katze sass auf der matte")
    bias = tell(session, AskBias(), prompt, stack=stack)
    added = session.trace(prompt)[0].stack(stack).layers[0].self.bias
    assert added is not None
    count = added.shape[-1]
    for query in range(count):
        for key in range(count if stack == "encoder" else query + 1):
            index = key - query - int(bias.distances[0])
            np.testing.assert_array_equal(bias.bias[:, index], added[0, :, query, key].numpy())
    assert bias.distances[-1] == (-bias.distances[0] if stack == "encoder" else 0)


def test_buckets_say_their_distances(folders: dict[str, Path]) -> None:
    session = open_session(str(folders["t5"]))  # 8 buckets, all alike from a distance of 12 on
    causal = tell(session, AskBias(), Prompt(SENTENCE, "katze"), stack="decoder")
    # 4 exact, then 4 + floor(log(d / 4) / log(3) * 4), at most 7
    assert causal.spans == (
        (0, 0), (-1, -1), (-2, -2), (-3, -3), (-4, -5), (-6, -6), (-7, -9), (-10, None))
    both = tell(session, AskBias(), stack="encoder")
    assert both.spans[:2] == ((0, 0), (-1, -1))
    assert both.spans[4] is None  # a key after the query is never 0 away
    assert both.spans[5] == (1, 1)


def test_xlnets_term_is_the_position_part_of_the_scores(tmp_path: Path) -> None:
    session, _ = open_one(tmp_path)
    prompt = Prompt("sat où 猫 sat", before="où où sat 猫")
    for stream, order in (("content", None), ("query", 2)):
        told = Prompt(prompt.source, before=prompt.before, order=order)
        frame = session.look(told, Sight(head=(1, 2), stream=stream))  # type: ignore[arg-type]
        assert frame.head is not None
        position = next(term for term in frame.head.terms if term.name == "position").scores
        queries, keys = position.shape
        for query in range(queries):
            term = tell(session, AskTerm((1, 2), query), told, stream=stream)
            at = keys - queries + query - np.arange(keys) - int(term.distances[0])
            np.testing.assert_allclose(term.term[at], position[query], atol=1e-5)
            assert term.reached == (query - queries + 1, keys - queries + query)


def test_the_part_that_no_query_changes_is_u_against_the_wave(tmp_path: Path) -> None:
    session, _ = open_one(tmp_path)
    term = tell(session, AskTerm((0, 1), 0), Prompt("sat où 猫"))
    attention: Any = session.model.encoder.layers[0].self_attention  # type: ignore[union-attr]
    width, d = session.config.width, attention.head_width
    weight = attention.place.weight.detach().double().numpy()[d : 2 * d]
    u = attention.position_bias[1].detach().double().numpy()
    angle = term.distances[:, None] / 10000 ** (np.arange(0, width, 2) / width)
    wave = np.concatenate((np.sin(angle), np.cos(angle)), axis=1)
    np.testing.assert_allclose(term.constant, wave @ weight.T @ u / math.sqrt(d), atol=1e-5)


def test_rotary_turns_a_pair_by_position_times_frequency(folders: dict[str, Path]) -> None:
    session = open_session(str(folders["llama"]))
    trace, _, _ = session.trace(Prompt(SENTENCE))
    seen = trace.stack("decoder").layers[1].self
    assert seen.q_flat is not None
    for pair in (0, 3, 7):
        turn = tell(session, AskTurn((1, 5), (6, 2), pair))
        w = 10000 ** (-2 * pair / 16)
        for place, before, after in (
            (6, turn.query_before, turn.query_after), (2, turn.key_before, turn.key_after),
        ):
            x, y = before
            c, s = math.cos(place * w), math.sin(place * w)
            assert after == pytest.approx((x * c - y * s, x * s + y * c), abs=1e-5)
        assert turn.key_head == 1  # 8 heads read 2
        assert turn.query_before == pytest.approx(
            (float(seen.q_flat[0, 5, 6, pair]), float(seen.q_flat[0, 5, 6, pair + 8])))
        assert float(turn.turned.sum()) + turn.rest == pytest.approx(
            float(seen.scores[0, 5, 6, 2]), abs=1e-5)
        flat = float(seen.q_flat[0, 5, 6] @ seen.k_flat[0, 1, 2]) / 4  # type: ignore[index]
        assert float(turn.flat.sum()) + turn.rest == pytest.approx(flat, abs=1e-5)
        assert not turn.masked
    assert tell(session, AskTurn((1, 5), (2, 6), 0)).masked


# -- what there is not ------------------------------------------------------------------------


@pytest.mark.parametrize(("ask", "family"), [
    (AskPlaces(), "t5"), (AskLikeness(), "llama"), (AskShift(0, 0, 1), "bert"), (AskBias(), "bert"),
    (AskTerm((0, 0), 0), "llama"), (AskTurn((0, 0), (0, 0), 0), "t5"),
])
def test_what_a_scheme_has_not_is_declined_in_a_sentence(
    ask: Ask[Any], family: str, folders: dict[str, Path]
) -> None:
    with pytest.raises(Refusal, match=r"\.$"):
        tell(open_session(str(folders[family])), ask)


def test_a_table_of_one_dimension_and_one_token_can_be_told(tmp_path: Path) -> None:
    tokenizer = train_tokenizer("byte_bpe", [SENTENCE], 300)
    config = ModelConfig(vocabulary=tokenizer.largest_id + 1, width=1, heads=1, head_width=1,
                         mlp_width=1, context=1, decoder_layers=1)
    torch.manual_seed(0)
    write_checkpoint(tmp_path, Transformer(config), tokenizer, step=1)
    session = open_session(str(tmp_path))
    assert tell(session, AskPlaces(), Prompt("t")).rows.shape == (1, 1)
    assert tell(session, AskLikeness(), Prompt("t")).agreement is None
    assert tell(session, AskSum(0), Prompt("t")).norms.shape == (1, 2)
