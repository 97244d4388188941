"""XLNet in a session: order, streams, terms, two sentences and memory, against eager."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer as Inner
from tokenizers import models, pre_tokenizers, processors

from core.frame import Frame, Prompt
from core.prediction import PREDICTIONS
from core.session import Session, open_session
from core.trace import Sight, Stream
from core.tracefile import write_trace
from core.two_stream import reading
from tests import test_families as families
from tests.test_families import CASES
from tests.test_two_stream import LAYERS, WORDS, Case, make_theirs, save

TEXT, SECOND, BEFORE = "猫 sat où 😀 sat", "crème 猫", "où où crème sat 猫 😀 sat où"
PIECES = ["<unk>", "<sep>", "<cls>", "<pad>", "▁", "▁sat", "猫", "▁où", "😀", "▁cr", "è", "me"]


def write_tokenizer(folder: Path) -> None:
    """Pieces of more alphabets than one, with the template of XLNet: its marks come last."""
    names = PIECES + [f"x{index}" for index in range(WORDS - len(PIECES))]
    inner = Inner(models.Unigram([(name, -float(at)) for at, name in enumerate(names)], 0))
    inner.pre_tokenizer = pre_tokenizers.Metaspace()
    inner.add_special_tokens(["<sep>", "<cls>", "<pad>"])
    inner.post_processor = processors.TemplateProcessing(
        "$A <sep> <cls>:2", "$A <sep> $B:1 <sep>:1 <cls>:2", [("<sep>", 1), ("<cls>", 2)]
    )
    inner.save(str(folder / "tokenizer.json"))


def open_one(folder: Path, case: Case | None = None, seed: int = 0) -> tuple[Session, Any]:
    theirs = make_theirs(case or Case(), seed)
    save(theirs, folder)
    write_tokenizer(folder)
    return open_session(str(folder)), theirs


def run_theirs(theirs: Any, frame: Frame, mems: Any = None) -> Any:
    """Eager, told of the order and the segments that the frame shows."""
    tokens, more = frame.queries, {}
    count = len(tokens)
    if frame.order:
        rank = np.array(frame.order)
        more["perm_mask"] = torch.tensor(rank[None, :] >= rank[:, None])[None].float()
        more["target_mapping"] = torch.eye(count)[None]
    with torch.no_grad():
        return theirs(
            torch.tensor([tokens.ids]), token_type_ids=torch.tensor([tokens.segments]),
            output_attentions=True, use_mems=True, mems=mems, **more,
        )


def assert_head_is(frame: Frame, pattern: torch.Tensor) -> None:
    """Weights where the head may look; none, and no score, where it may not."""
    assert frame.head is not None
    seen = ~np.isneginf(frame.head.scores)
    np.testing.assert_allclose(frame.head.pattern[seen], pattern.numpy()[seen], atol=1e-5)
    assert not frame.head.pattern[~seen].any()
    total = np.sum([term.scores for term in frame.head.terms], axis=0)
    np.testing.assert_allclose(frame.head.scores[seen], total[seen], atol=1e-5)
    assert [term.name for term in frame.head.terms] == ["content", "position", "segment"]
    assert frame.head.pattern.shape == (len(frame.queries), len(frame.keys))


def test_the_card_tells_of_both_streams_and_of_two_sentences(tmp_path: Path) -> None:
    card = open_one(tmp_path)[0].card
    assert card.two_streams
    assert card.two_sentences
    assert card.positions == "relative"
    assert card.layers == {"encoder": LAYERS}
    assert not card.verdict
    assert not card.masks


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("second", ["", SECOND])
def test_without_an_order_all_read_all(second: str, seed: int, tmp_path: Path) -> None:
    session, theirs = open_one(tmp_path, seed=seed)
    for stream in ("content", "query"):  # the second is not there, so the first is shown
        frame = session.look(Prompt(TEXT, second=second), Sight(head=(1, 2), stream=stream))
        assert frame.order == ()
        assert frame.queries.segments[-1] == 2
        assert (1 in frame.queries.segments) == bool(second)
        out = run_theirs(theirs, frame)
        assert len(out.attentions) == LAYERS
        assert_head_is(frame, out.attentions[1][0, 2])
        best = out.logits[0, -1].double().softmax(-1).topk(PREDICTIONS).values
        assert [p.probability for p in frame.predictions] == pytest.approx(best.tolist(), 1e-4)


@pytest.mark.parametrize("stream", ["content", "query"])
@pytest.mark.parametrize("order", [0, 1, 7])
def test_an_order_shows_either_stream_and_predicts_each_token_unseen(
    order: int, stream: Stream, tmp_path: Path
) -> None:
    session, theirs = open_one(tmp_path, seed=order)
    prompt = Prompt(TEXT, second=SECOND, order=order)
    first = session.look(prompt, Sight(head=(0, 0), stream=stream))
    rank = np.array(first.order)
    assert sorted(first.order) == list(range(len(first.queries)))
    out = run_theirs(theirs, first)
    assert len(out.attentions) == LAYERS
    before = rank[None, :] < rank[:, None]
    for layer in range(LAYERS):
        for head in range(3):
            frame = session.look(prompt, Sight(head=(layer, head), stream=stream, pixels=64))
            assert frame.head is not None
            assert_head_is(frame, out.attentions[layer][stream == "query"][0, head])
            shown = before | np.eye(len(rank), dtype=bool) if stream == "content" else before
            np.testing.assert_array_equal(~np.isneginf(frame.head.scores), shown)
            assert frame.thumbnails is not None
            np.testing.assert_array_equal(frame.thumbnails[layer, head] > 0, shown)
    for at in range(len(rank)):
        frame = session.look(prompt, Sight(predict_at=at, stream=stream))
        assert frame.predicted_at == at
        best = out.logits[0, at].double().softmax(-1).topk(PREDICTIONS).values
        assert [p.probability for p in frame.predictions] == pytest.approx(best.tolist(), 1e-4)


def test_the_same_seed_draws_the_same_order_and_others_draw_others(tmp_path: Path) -> None:
    session, _ = open_one(tmp_path)
    drawn = [session.look(Prompt(TEXT, order=seed), Sight()).order for seed in range(20)]
    assert drawn == [session.look(Prompt(TEXT, order=seed), Sight()).order for seed in range(20)]
    assert len(set(drawn)) >= 19


def test_a_prediction_depends_on_what_was_read_before_and_not_on_its_own_token(
    tmp_path: Path,
) -> None:
    model: Any = open_one(tmp_path)[0].model
    ids, rank = torch.arange(5, 11)[None], torch.tensor([3, 0, 5, 2, 4, 1])

    def predict(ids: torch.Tensor) -> torch.Tensor:
        with torch.no_grad():
            logits: torch.Tensor = model(ids, reads=reading(rank)[None]).logits[0]
        return logits

    plain = predict(ids)
    for replaced in range(len(rank)):
        other = ids.clone()
        other[0, replaced] = 12
        moved = (predict(other) - plain).abs().amax(dim=1) > 1e-4
        after = rank > rank[replaced]
        assert moved[after].all()
        assert not moved[~after & (rank > 0)].any()  # the first reads none, and so the mean of all


def test_memory_stands_before_token_0_and_is_what_eager_remembers(tmp_path: Path) -> None:
    session, theirs = open_one(tmp_path)
    ids = session.tokenizer.encode(BEFORE, 64).ids[:-2]  # the marks that close a text are left out
    with torch.no_grad():
        mems = theirs(torch.tensor([ids]), use_mems=True).mems
    assert len(ids) > 7 == mems[0].shape[0]
    for order in (None, 3):
        prompt = Prompt(TEXT, before=BEFORE, order=order)
        for index, stream in enumerate(("content", "query") if order else ("content",)):
            frame = session.look(prompt, Sight(head=(1, 0), stream=stream))  # type: ignore[arg-type]
            out = run_theirs(theirs, frame, mems)
            assert frame.keys.ids == ids[-7:] + frame.queries.ids
            assert len(frame.keys.labels) == len(frame.keys.groups) == len(frame.keys)
            assert all(start == end for start, end in frame.keys.groups[:7])
            assert frame.keys.groups[7:] == frame.queries.groups
            assert frame.keys.at(0) == 7 + (frame.queries.at(0) or 0)
            told = out.attentions[1][index] if order else out.attentions[1]
            assert_head_is(frame, told[0, 0])
            assert frame.thumbnails is not None
            assert frame.thumbnails.shape[2:] == (len(frame.queries), len(frame.keys))
            best = out.logits[0, -1].double().softmax(-1).topk(PREDICTIONS).values
            assert [p.probability for p in frame.predictions] == pytest.approx(best.tolist(), 1e-4)


@pytest.mark.parametrize(("settings", "kept"), [
    ({"mem_len": None}, slice(None)), ({"mem_len": 0}, slice(None)),
    ({"mem_len": 3}, slice(-3, None)), ({"mem_len": None, "reuse_len": 4}, slice(4)),
    ({"mem_len": 3, "reuse_len": 4}, slice(1, 4)),
])
def test_as_many_tokens_are_remembered_as_the_model_says(
    settings: dict[str, Any], kept: slice, tmp_path: Path
) -> None:
    session, _ = open_one(tmp_path, Case(settings))
    frame = session.look(Prompt(TEXT, before=BEFORE), Sight(head=(0, 0)))
    ids = session.tokenizer.encode(BEFORE, 64).ids[:-2]
    assert frame.keys.ids == ids[kept] + frame.queries.ids
    assert frame.head is not None
    assert frame.head.pattern.shape == (len(frame.queries), len(frame.keys))


def test_without_a_text_before_there_is_no_memory(tmp_path: Path) -> None:
    session, _ = open_one(tmp_path)
    frame = session.look(Prompt(TEXT), Sight())
    assert frame.keys == frame.queries


@pytest.mark.parametrize("name", ["BERT, both heads", "Llama", "T5"])
def test_an_order_of_a_model_with_one_stream_changes_nothing(name: str, tmp_path: Path) -> None:
    session = open_session(str(families.save(families.make_theirs(CASES[name], 0), tmp_path)))
    plain = session.look(Prompt("w3 w7 w9", "w5"), Sight(head=(1, 1)))
    frame = session.look(
        Prompt("w3 w7 w9", "w5", order=3, before="w8"), Sight(head=(1, 1), stream="query")
    )
    assert frame.order == ()
    assert frame.keys == plain.keys
    assert frame.head is not None
    assert plain.head is not None
    np.testing.assert_array_equal(frame.head.pattern, plain.head.pattern)


def test_trace_file_names_the_terms_and_the_query_stream(tmp_path: Path) -> None:
    session, theirs = open_one(tmp_path / "model")
    prompt = Prompt(TEXT, order=5)
    count = write_trace(session, prompt, tmp_path / "trace.safetensors")
    written = load_file(tmp_path / "trace.safetensors")
    frame = session.look(prompt, Sight())
    out, size = run_theirs(theirs, frame), len(frame.queries)
    names = ("q", "k", "v", "scores", "pattern", "z", "content", "position", "segment")
    layer = {f"self.{name}" for name in names} | {
        "resid_in", "resid_mid", "mlp_act", "mlp_out", "resid_out",
    }
    each = layer | {f"query_stream.{name}" for name in layer}
    assert written.keys() == {
        f"encoder.{index}.{name}" for index in range(LAYERS) for name in each
    } | {"source.ids", "encoder.embed", "encoder.final", "logits"}
    assert count == len(written)
    assert written["encoder.0.query_stream.self.segment"].shape == (3, size, size)
    for index in range(LAYERS):
        for name, told in zip(("self", "query_stream.self"), out.attentions[index], strict=True):
            pattern = written[f"encoder.{index}.{name}.pattern"]
            torch.testing.assert_close(pattern, told[0], atol=1e-5, rtol=0)
