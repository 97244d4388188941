"""A session on models that are no decoder with a head: frames and trace files, against eager."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from app.captions import predictions_title
from core.frame import Prompt
from core.prediction import PREDICTIONS
from core.session import Session, open_session
from core.trace import Sight
from core.tracefile import write_trace
from tests.test_families import CASES, make_theirs, save

TEXT, TARGET = "w3 w7 w9 w7 w11 w30", "w1 w5 w5 w8"


def open_one(name: str, folder: Path) -> tuple[Session, Any]:
    theirs = make_theirs(CASES[name], 0)
    return open_session(str(save(theirs, folder))), theirs


@pytest.mark.parametrize("name", ["BERT, bare", "DistilBERT, bare", "T5, encoder", "Llama, bare"])
def test_a_model_without_a_head_shows_its_patterns_and_predicts_nothing(
    name: str, tmp_path: Path
) -> None:
    session, theirs = open_one(name, tmp_path)
    frame = session.look(Prompt(TEXT), Sight(head=(1, 2)))
    assert frame.predictions == ()
    assert frame.finite
    with torch.no_grad():
        out = theirs(torch.tensor([frame.queries.ids]), output_attentions=True)
    assert frame.head is not None
    np.testing.assert_allclose(frame.head.pattern, out.attentions[1][0, 2].numpy(), atol=1e-5)
    assert frame.thumbnails is not None
    assert frame.thumbnails.shape[0] == len(out.attentions)
    with torch.no_grad():
        next(session.model.parameters()).fill_(float("nan"))
    assert not session.look(Prompt(TEXT + " w1"), Sight()).finite


@pytest.mark.parametrize("at", [0, 3, None])
def test_an_encoder_predicts_the_words_at_a_position(at: int | None, tmp_path: Path) -> None:
    session, theirs = open_one("BERT, both heads", tmp_path)
    frame = session.look(Prompt(TEXT), Sight(predict_at=at))
    row = len(frame.queries) - 1 if at is None else at
    with torch.no_grad():
        logits = theirs(torch.tensor([frame.queries.ids])).prediction_logits[0, row]
    best = logits.double().softmax(-1).topk(PREDICTIONS)
    assert frame.predicted_at == row
    assert [p.probability for p in frame.predictions] == pytest.approx(best.values.tolist(), 1e-4)


@pytest.mark.parametrize("name", ["BERT, bare", "Llama"])
@pytest.mark.parametrize("stack", ["encoder", "decoder"])
def test_a_stack_or_attention_that_a_model_lacks_falls_back_to_what_it_has(
    stack: Any, name: str, tmp_path: Path
) -> None:
    session, _ = open_one(name, tmp_path)
    wanted = session.look(Prompt(TEXT), Sight(head=(0, 0))).head
    frame = session.look(Prompt(TEXT), Sight(stack=stack, kind="cross", head=(0, 0)))
    assert wanted is not None
    assert frame.head is not None
    assert np.array_equal(frame.head.pattern, wanted.pattern)
    assert frame.keys is frame.queries


@pytest.mark.parametrize(("stack", "kind", "told"), [
    ("encoder", "self", "encoder_attentions"), ("encoder", "cross", "encoder_attentions"),
    ("decoder", "self", "decoder_attentions"), ("decoder", "cross", "cross_attentions"),
])
@pytest.mark.parametrize("name", ["T5 1.1", "BART", "Marian"])
def test_each_attention_of_two_stacks_is_that_of_the_eager_model(
    name: str, stack: Any, kind: Any, told: str, tmp_path: Path
) -> None:
    session, theirs = open_one(name, tmp_path)
    frame = session.look(Prompt(TEXT, TARGET), Sight(stack=stack, kind=kind, head=(1, 2)))
    source, target = session.tokenize(Prompt(TEXT, TARGET))
    assert target is not None
    with torch.no_grad():
        out = theirs(input_ids=torch.tensor([source.ids]),
                     decoder_input_ids=torch.tensor([target.ids]), output_attentions=True)
    assert frame.head is not None
    assert frame.head.pattern.shape == (len(frame.queries), len(frame.keys))
    np.testing.assert_allclose(frame.head.pattern, out[told][1][0, 2].numpy(), atol=1e-5)
    assert frame.thumbnails is not None
    assert frame.thumbnails.shape[:2] == (len(out[told]), out[told][0].shape[1])
    best = out.logits[0, -1].double().softmax(-1).topk(PREDICTIONS).values.tolist()
    assert [p.probability for p in frame.predictions] == pytest.approx(best, 1e-4)
    assert frame.predicted_in == target
    assert frame.predicted_at == len(target) - 1
    assert target.labels[-1] in predictions_title(frame)


@pytest.mark.parametrize("name", ["BERT, both heads", "RoBERTa", "T5", "Marian", "Gemma 2"])
def test_trace_file_holds_every_tensor_without_its_batch_axis(name: str, tmp_path: Path) -> None:
    session, _ = open_one(name, tmp_path / "model")
    prompt = Prompt(TEXT, TARGET)
    count = write_trace(session, prompt, tmp_path / "trace.safetensors")
    written = load_file(tmp_path / "trace.safetensors")
    trace, source, _ = session.trace(prompt)
    named = dict(trace.named())
    assert count == len(written) == len(named)
    for key, tensor in named.items():
        shared = key.endswith(".positions")
        assert torch.equal(written[key], tensor if shared else tensor[0]), key
    if name == "T5":
        assert written["encoder.0.self.bias"].shape == (3, len(source), len(source))
        assert torch.equal(written["encoder.0.self.bias"], written["encoder.1.self.bias"])
        assert "decoder.0.cross.bias" not in written
    if name == "BERT, both heads":
        assert written["next_sentence"].shape == (2,)
        assert written["encoder.segments"].shape == (len(source), 24)
