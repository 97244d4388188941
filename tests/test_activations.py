"""Tensors layer by layer: sums that hold in the stream, and numbers against float64."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from core.asks.activations import (
    ONCE,
    Matrix,
    MatrixAsk,
    NormsAsk,
    Site,
    SpreadAsk,
)
from core.frame import Frame, Prompt
from core.readings.activations import histogram, reduce_signed, summarise
from core.session import Session, open_session
from core.trace import Ask, Sight
from tests.test_two_stream_session import open_one as open_xlnet
from tests.tiny_families import SENTENCE, make_tiny

TEXT = "The cat sat on the mat."


def look(session: Session, *asks: Ask[object], text: str = TEXT, **sight: object) -> Frame:
    prompt = Prompt(text, target="katze sass auf" if len(session.config.stacks) == 2 else "")
    return session.look(prompt, Sight(thumbnails=False, asks=asks, **sight))  # type: ignore[arg-type]


def values(session: Session, site: Site, layer: int, text: str = TEXT, **sight: object
           ) -> np.ndarray:
    ask = MatrixAsk(site, layer, 999, 9999)
    told = look(session, ask, text=text, **sight).told(ask)
    assert told is not None
    assert told.place.site == site
    assert told.spots is None
    return told.values.astype(np.float64)


def norm(x: np.ndarray, module: torch.nn.Module) -> np.ndarray:
    """A layer norm, or one by the root mean square, in float64."""
    gain = module.weight.detach().double().numpy()  # type: ignore[union-attr,operator]
    if isinstance(module, torch.nn.RMSNorm):
        return np.asarray(x / np.sqrt((x**2).mean(-1, keepdims=True) + (module.eps or 0)) * gain)
    assert isinstance(module, torch.nn.LayerNorm)
    apart = x - x.mean(-1, keepdims=True)
    spread = np.sqrt((apart**2).mean(-1, keepdims=True) + module.eps)
    return np.asarray(apart / spread * gain + module.bias.detach().double().numpy())


@pytest.mark.parametrize("layer", [0, 2])
def test_what_is_written_before_any_other_norm_adds_up_in_the_stream(
    tiny_model: Path, layer: int
) -> None:
    session = open_session(str(tiny_model))
    x = {site: values(session, site, layer) for site in (
        "resid_in", "self_read", "attention_out", "resid_mid", "mlp_read", "mlp_out", "resid_out")}
    module = session.model.decoder.layers[layer]  # type: ignore[union-attr,index]
    close = {"rtol": 1e-4, "atol": 1e-6}
    np.testing.assert_allclose(x["resid_in"] + x["attention_out"], x["resid_mid"], **close)
    np.testing.assert_allclose(x["resid_mid"] + x["mlp_out"], x["resid_out"], **close)
    np.testing.assert_allclose(x["self_read"], norm(x["resid_in"], module.self_norm), **close)
    np.testing.assert_allclose(x["mlp_read"], norm(x["resid_mid"], module.mlp_norm), **close)
    embedded = values(session, "embed", 0) + values(session, "positions", 0)
    np.testing.assert_allclose(values(session, "resid_in", 0), embedded, **close)


def test_where_the_norm_comes_after_it_takes_the_sum(tmp_path: Path) -> None:
    session = open_session(str(make_tiny("bert", tmp_path)))
    x = {site: values(session, site, 1, SENTENCE) for site in (
        "resid_in", "attention_out", "resid_mid", "mlp_out", "resid_out")}
    module = session.model.encoder.layers[1]  # type: ignore[union-attr,index]
    close = {"rtol": 1e-3, "atol": 1e-5}
    np.testing.assert_allclose(
        norm(x["resid_in"] + x["attention_out"], module.self_norm), x["resid_mid"], **close)
    np.testing.assert_allclose(
        norm(x["resid_mid"] + x["mlp_out"], module.mlp_norm), x["resid_out"], **close)
    ask = MatrixAsk()
    told = look(session, ask, text=SENTENCE).told(ask)
    assert told is not None
    assert {"segments", "positions"} <= set(told.place.sites)
    assert not {"self_read", "mlp_read", "cross_out", "final"} & set(told.place.sites)


@pytest.mark.parametrize("kind", ["self", "cross"])
def test_a_decoder_that_reads_an_encoder_writes_what_it_read(tmp_path: Path, kind: str) -> None:
    session = open_session(str(make_tiny("t5", tmp_path)))
    x = {site: values(session, site, 1, SENTENCE, stack="decoder", kind=kind) for site in (
        "resid_mid", "cross_out", "resid_cross", "mlp_out", "resid_out")}
    close = {"rtol": 1e-3, "atol": 1e-5}
    np.testing.assert_allclose(x["resid_mid"] + x["cross_out"], x["resid_cross"], **close)
    np.testing.assert_allclose(x["resid_cross"] + x["mlp_out"], x["resid_out"], **close)
    assert len(values(session, "resid_out", 0, SENTENCE, stack="encoder")) == 11  # and its end
    ask = MatrixAsk("cross_out", 7)
    told = look(session, ask, text=SENTENCE, stack="encoder").told(ask)
    assert told is not None
    assert (told.place.site, told.place.layer) == ("resid_out", 2)  # the nearest that there is


def test_both_streams_of_xlnet_write_to_themselves(tmp_path: Path) -> None:
    session, _ = open_xlnet(tmp_path)
    ask = MatrixAsk("attention_out", 1, 999, 999)
    told = {}
    for stream in ("content", "query"):
        frame = session.look(Prompt("猫 sat où", order=3), Sight(stream=stream, asks=(  # type: ignore[arg-type]
            ask, MatrixAsk("resid_in", 1, 999, 999), MatrixAsk("resid_mid", 1, 999, 999))))
        parts = {each.site: frame.answers[each] for each in frame.answers}  # type: ignore[attr-defined]
        arrays = {site: part.values.astype(np.float64) for site, part in parts.items()  # type: ignore[union-attr]
                  if isinstance(part, Matrix)}
        module = session.model.encoder.layers[1].self_norm  # type: ignore[union-attr,index]
        np.testing.assert_allclose(norm(arrays["resid_in"] + arrays["attention_out"], module),
                                   arrays["resid_mid"], rtol=1e-3, atol=1e-5)
        told[stream] = arrays["attention_out"]
    assert not np.allclose(told["content"], told["query"])


def test_gemma_adds_what_comes_out_of_the_further_norm(tmp_path: Path) -> None:
    from tests.test_families import CASES, make_theirs, save

    session = open_session(str(save(make_theirs(CASES["Gemma 2"], 0), tmp_path)))
    assert session.config.norm_written
    x = {site: values(session, site, 0, "w5 w6 w7") for site in (
        "resid_in", "attention_out", "resid_mid", "mlp_out", "resid_out")}
    close = {"rtol": 1e-3, "atol": 1e-5}
    np.testing.assert_allclose(x["resid_in"] + x["attention_out"], x["resid_mid"], **close)
    np.testing.assert_allclose(x["resid_mid"] + x["mlp_out"], x["resid_out"], **close)


@pytest.mark.parametrize(("rows", "columns"), [(2, 3), (3, 9), (5, 4), (1, 1)])
def test_a_block_shows_the_value_that_is_farthest_from_0(rows: int, columns: int) -> None:
    x = torch.randn(5, 9, generator=torch.Generator().manual_seed(0))
    told, spots = reduce_signed(x, rows, columns)
    assert spots is not None
    for row, column in np.ndindex(rows, columns):
        high = slice(row * 5 // rows, -(-(row + 1) * 5 // rows))
        wide = slice(column * 9 // columns, -(-(column + 1) * 9 // columns))
        block = x[high, wide].numpy()
        farthest = block.flat[np.abs(block).argmax()]
        assert told[row, column] == farthest
        assert x.flatten()[spots[row, column]] == farthest


def test_a_block_that_holds_no_number_says_so() -> None:
    x = torch.zeros(4, 4)
    x[2, 3] = torch.nan
    told, _ = reduce_signed(x, 2, 2)
    assert told.isnan().tolist() == [[False, False], [False, True]]


def test_a_summary_worked_by_hand() -> None:
    x = torch.zeros(2, 50)
    x[1, 7] = 10.0  # mean 0.1, variance 100 / 100 - 0.01
    told = summarise(x, "near zero")
    assert told.mean == pytest.approx(0.1)
    assert told.deviation == pytest.approx(0.99**0.5)
    assert (told.low, told.high) == (0, 10)
    assert told.outlying == ((7, 1),)
    assert told.outliers == 1
    assert told.dead.tolist() == [each for each in range(50) if each != 7]


def test_units_that_never_rise_above_0_are_dead_and_no_others() -> None:
    x = torch.tensor([[-1.0, 0.0, 2.0, torch.nan], [-0.1, 0.0, -3.0, -1.0]])
    assert summarise(x, "never positive").dead.tolist() == [0, 1]
    assert summarise(torch.tensor([[1.0, 1e-4], [-1.0, 0.0]]), "near zero").dead.tolist() == [1]


def test_what_is_no_number_is_counted_and_left_out() -> None:
    x = torch.tensor([[1.0, torch.nan, 3.0], [torch.inf, 5.0, 7.0]])
    told = summarise(x, "near zero")
    assert told.broken == 2
    assert told.mean == pytest.approx(4)
    assert told.deviation == pytest.approx(5**0.5)
    assert (told.low, told.high) == (0.0, 7.0)
    assert histogram(x, 7.0).sum() == 4


@pytest.mark.parametrize("site", ["resid_out", "mlp_act", "embed"])
def test_numbers_norms_and_counts_are_those_of_float64(tiny_model: Path, site: Site) -> None:
    session = open_session(str(tiny_model))
    asks = MatrixAsk(site, 1, 999, 999), SpreadAsk(site, 1, 2), NormsAsk(site, 999)
    frame = look(session, *asks)
    told, spread, norms = (frame.told(each) for each in asks)  # type: ignore[var-annotated]
    x = told.values.astype(np.float64)
    summary = told.summary
    assert summary.mean == pytest.approx(x.mean(), abs=1e-7)
    assert summary.deviation == pytest.approx(x.std(), rel=1e-5)
    assert (summary.low, summary.high) == (x.min(), x.max())
    apart = np.abs(x - x.mean()) > 6 * x.std()
    assert summary.outliers == apart.sum()
    assert dict(summary.outlying) == {int(at): int(apart[:, at].sum())
                                      for at in np.flatnonzero(apart.any(axis=0))}
    assert summary.beyond == (np.abs(x) > summary.bulk).sum()
    assert 0 < summary.beyond <= 0.02 * x.size + 1
    if site == "mlp_act":
        assert summary.dead.tolist() == np.flatnonzero((x <= 0).all(axis=0)).tolist()
    counts, _ = np.histogram(told.values, len(spread.counts), (-spread.most, spread.most))
    assert np.abs(spread.counts - counts).sum() <= 4  # at edges, in float32
    assert spread.counts.sum() == x.size
    assert spread.own.sum() == x.shape[1]
    row = 0 if site in ONCE else 1
    np.testing.assert_allclose(norms.values[row], np.sqrt((x**2).sum(axis=1)), rtol=1e-5)
    assert norms.values.shape[0] == (1 if site in ONCE else 3)


def test_fewer_columns_of_norms_show_the_longest_and_where_it_is(tiny_model: Path) -> None:
    session = open_session(str(tiny_model))
    whole, few = NormsAsk("resid_out", 999), NormsAsk("resid_out", 2)
    frame = look(session, whole, few)
    all_norms, told = frame.told(whole), frame.told(few)
    assert all_norms is not None
    assert told is not None
    assert told.values.shape == (3, 2)
    for row, column in np.ndindex(3, 2):
        assert told.values[row, column] == all_norms.values[row, told.position(row, column)]
    assert told.values.max() == all_norms.values.max()


def test_a_second_look_at_one_text_gives_the_same_arrays_and_another_text_others(
    tiny_model: Path,
) -> None:
    session = open_session(str(tiny_model))
    ask = MatrixAsk()
    first = look(session, ask).told(ask)
    assert look(session, ask, kind="self").told(ask) is first
    other = look(session, ask, text="The dog ran.").told(ask)
    assert other is not None
    assert other is not first
    assert not np.array_equal(other.values, values(session, "resid_out", 0))
    session.weights_changed()
    again = look(session, ask, text="The dog ran.").told(ask)
    assert again is not other


def test_one_token_has_all_three_pictures(tiny_model: Path) -> None:
    session = open_session(str(tiny_model))
    asks = MatrixAsk("mlp_act", 9), SpreadAsk("mlp_act", 0, 5), NormsAsk("mlp_act")
    frame = look(session, *asks, text="a")
    assert len(frame.queries) == 1
    assert all(frame.declined(each) is None for each in asks)
    spread = frame.told(asks[1])
    assert spread is not None
    assert spread.position == 0
    assert spread.own.tolist() == spread.counts.tolist()


def test_a_model_that_keeps_no_layers_says_so(tiny_model: Path) -> None:
    session = open_session(str(tiny_model))
    session.card = replace(session.card, slim=True)
    ask = MatrixAsk()
    frame = look(session, ask)
    assert frame.told(ask) is None
    assert "keep fewer tensors" in str(frame.declined(ask))
