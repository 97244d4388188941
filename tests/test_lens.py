"""The logit lens, against the model's own predictions and float64."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from core.asks.lens import BEST, Lens, LensAsk
from core.frame import Frame, Prompt
from core.readings import lens as reading
from core.session import Session, open_session
from core.trace import Sight
from tests.test_two_stream_session import open_one as open_xlnet
from tests.tiny_families import SENTENCE, make_tiny

TEXT = "The cat sat on the mat. The dog ran."
ALL = LensAsk(0, 999)


def see(session: Session, ask: LensAsk = ALL, prompt: Prompt | None = None, **sight: object
        ) -> Frame:
    return session.look(prompt or Prompt(TEXT), Sight(asks=(ask,), **sight))  # type: ignore[arg-type]


def told(frame: Frame, ask: LensAsk = ALL) -> Lens:
    found = frame.told(ask)
    assert found is not None, frame.declined(ask)
    return found


def assert_last_row_is(lens: Lens, logits: torch.Tensor) -> None:
    """The last row is what the model predicts, [position, vocabulary]."""
    best = logits.double().softmax(-1).topk(lens.ids.shape[-1])
    np.testing.assert_allclose(lens.probabilities[-1], best.values.numpy(), rtol=1e-3)
    np.testing.assert_array_equal(lens.ids[-1, :, 0], best.indices[:, 0].numpy())
    assert (lens.ranks[-1] == 1).all()
    np.testing.assert_array_equal(lens.answers[-1], lens.probabilities[-1, :, 0])


@pytest.mark.parametrize("family", ["gpt2", "bert", "llama", "t5"])
def test_the_last_row_is_what_the_model_predicts(
    family: str, tiny_model: Path, tmp_path: Path
) -> None:
    session = open_session(str(tiny_model if family == "gpt2" else make_tiny(family, tmp_path)))
    prompt = Prompt(TEXT if family == "gpt2" else SENTENCE, target="katze sass auf der")
    lens = told(see(session, prompt=prompt))
    trace, _, _ = session.trace(prompt)
    assert trace.logits is not None
    assert_last_row_is(lens, trace.logits[0])
    assert lens.ids.shape[0] == session.config.layers(session.config.stacks[-1]) + 1


def test_the_last_row_of_xlnets_query_stream_is_what_it_predicts(tmp_path: Path) -> None:
    session, _ = open_xlnet(tmp_path)
    prompt = Prompt("猫 sat où", order=3)
    trace, _, _ = session.trace(prompt)
    assert trace.logits is not None
    query = told(see(session, prompt=prompt, stream="query"))
    assert_last_row_is(query, trace.logits[0])
    content = told(see(session, prompt=prompt, stream="content"))
    assert not np.allclose(content.probabilities, query.probabilities)


def test_every_row_is_the_stream_through_the_last_norm_and_the_head_in_float64(
    tiny_model: Path,
) -> None:
    session = open_session(str(tiny_model))
    lens = told(see(session))
    trace, _, _ = session.trace(Prompt(TEXT))
    layers, model = trace.stack("decoder").layers, session.model
    norm = model.decoder.norm  # type: ignore[union-attr]
    for row, stream in enumerate([layers[0].resid_in, *(layer.resid_out for layer in layers)]):
        x = stream[0].double().numpy()
        apart = x - x.mean(-1, keepdims=True)
        x = apart / np.sqrt((apart**2).mean(-1, keepdims=True) + norm.eps)  # type: ignore[operator]
        x = x * norm.weight.detach().double().numpy() + norm.bias.detach().double().numpy()  # type: ignore[union-attr,operator]
        assert model.head is not None
        logits = x @ model.head.weight.detach().double().numpy().T
        shares = np.exp(logits - logits.max(-1, keepdims=True))
        shares /= shares.sum(-1, keepdims=True)
        for position, ids in enumerate(lens.ids[row]):
            np.testing.assert_allclose(
                lens.probabilities[row, position], np.sort(shares[position])[::-1][:BEST],
                rtol=1e-4)
            np.testing.assert_allclose(
                shares[position][ids], lens.probabilities[row, position], rtol=1e-4)
            answer = int(lens.ids[-1, position, 0])
            assert lens.answers[row, position] == pytest.approx(shares[position][answer], rel=1e-4)
            above = int((shares[position] > shares[position][answer] * (1 + 1e-4)).sum())
            at_least = int((shares[position] >= shares[position][answer] * (1 - 1e-4)).sum())
            assert above + 1 <= lens.ranks[row, position] <= at_least


@pytest.mark.parametrize(("ask", "first", "count"), [
    (LensAsk(2, 3), 2, 3), (LensAsk(-2, 8), -2, 2), (LensAsk(500, 4), -1, 1),
    (LensAsk(-99, 2), 0, 2),
])
def test_a_window_is_a_part_of_the_whole(
    tiny_model: Path, ask: LensAsk, first: int, count: int
) -> None:
    session = open_session(str(tiny_model))
    whole = told(see(session))
    part = told(see(session, ask), ask)
    assert part.first == first % whole.positions
    assert part.ids.shape[1] == count
    window = slice(part.first, part.first + count)
    np.testing.assert_array_equal(part.ids, whole.ids[:, window])
    np.testing.assert_allclose(part.probabilities, whole.probabilities[:, window], rtol=1e-5)
    assert set(part.ids.flatten().tolist()) == set(part.labels)


def test_logits_are_never_all_in_memory(
    tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = open_session(str(tiny_model))
    whole = told(see(session))
    rows: list[int] = []
    read_out = session.model.read_out

    def counted(x: torch.Tensor) -> torch.Tensor | None:
        rows.append(x.shape[0])
        return read_out(x)

    reading._COLUMNS.clear()
    monkeypatch.setattr(reading, "_CELLS", 3 * session.config.vocabulary)
    session.weights_changed()
    frame_session = replace_read_out(session, counted)
    part = told(see(frame_session))
    np.testing.assert_array_equal(part.ids, whole.ids)
    assert max(rows[1:]) <= 3  # the first is the prediction of the frame itself


def replace_read_out(session: Session, counted: object) -> Session:
    session.model.read_out = counted  # type: ignore[method-assign,assignment]
    return session


def test_one_more_token_reads_its_own_column_alone_and_new_weights_read_all(
    tiny_model: Path,
) -> None:
    session = open_session(str(tiny_model))
    first = told(see(session))
    read: list[int] = []
    read_out = session.model.read_out

    def counted(x: torch.Tensor) -> torch.Tensor | None:
        read.append(x.shape[0])
        return read_out(x)

    replace_read_out(session, counted)
    longer = told(see(session, prompt=Prompt(TEXT + " The")))
    count = longer.positions - first.positions
    assert 0 < count < 3
    rows = len(longer.ids)
    assert sum(read[1:]) == count * (rows + 1)  # the answers, then every row
    np.testing.assert_array_equal(longer.ids[:, :first.positions], first.ids)
    with torch.no_grad():
        session.model.head.weight.mul_(-1)  # type: ignore[union-attr]
    session.weights_changed()
    read.clear()
    other = told(see(session))
    assert sum(read[1:]) == first.positions * (rows + 1)
    assert not np.array_equal(other.ids, first.ids)


def test_an_encoder_whose_decoder_has_the_head_says_so(tmp_path: Path) -> None:
    session = open_session(str(make_tiny("t5", tmp_path)))
    frame = see(session, prompt=Prompt(SENTENCE), stack="encoder")
    assert "decoder" in str(frame.declined(ALL))


def test_a_model_without_a_head_says_so(tiny_model: Path) -> None:
    session = open_session(str(tiny_model))
    session.model.head = None
    frame = see(session)
    assert "no head" in str(frame.declined(ALL))


def test_a_stream_that_is_no_number_has_no_rank(tiny_model: Path) -> None:
    session = open_session(str(tiny_model))
    with torch.no_grad():
        session.model.decoder.layers[1].mlp.out.bias[3] = torch.nan  # type: ignore[union-attr,index]
    lens = told(see(session))
    assert (lens.ranks[:2] > 0).any() or np.isnan(lens.answers[:2]).all()
    assert np.isfinite(lens.probabilities[:2]).all()
    assert (lens.ranks[2:] == 0).all()
    assert np.isnan(lens.probabilities[2:]).all()


def test_one_token_and_fewer_words_than_are_told(tiny_model: Path) -> None:
    session = open_session(str(tiny_model))
    lens = told(see(session, prompt=Prompt("a")))
    assert lens.ids.shape == (4, 1, BEST)
