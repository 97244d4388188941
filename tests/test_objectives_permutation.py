"""Permutations by their definition and by XLNet's own loss; a run that transformers opens."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor
from transformers import AutoTokenizer, XLNetLMHeadModel

from core.checkpoint import open_checkpoint, write_checkpoint
from core.config import ModelConfig
from core.errors import Refusal
from core.model import Transformer
from core.training.config import TrainConfig
from core.training.evaluate import evaluate
from core.training.following import follow
from core.training.permutation import (
    PART,
    OrderBatch,
    Permutation,
    Rows,
    asked_logits,
    draw_orders,
    permutation_loss,
)
from core.training.recipe import read_recipe
from core.training.report_guesses import GuessReport
from core.training.sentences import Sentences
from core.training.text import Corpus
from core.training.trainer import Trainer
from core.training.vocabulary import train_tokenizer
from core.two_stream import TwoStreamConfig, TwoStreamTransformer, reading
from tests.randomised import difference, randomise
from tests.stories import BOOKS, story

TOKENIZER = train_tokenizer("permutation_bpe", BOOKS, 300)
SEPARATOR, CLOSE = (TOKENIZER.inner.token_to_id(mark) for mark in ("<sep>", "<cls>"))
SHAPE = TwoStreamConfig(
    vocabulary=TOKENIZER.largest_id + 1, width=32, heads=2, head_width=16, mlp_width=48,
    context=512, encoder_layers=2, positions="relative", norm_first=False, final_norm=False,
    norm_eps=1e-12, activation="gelu", qkv_bias=False, output_bias=False, head_bias=True,
)
TRAIN = TrainConfig(steps=200, batch=16, window=32, learning_rate=0.004, warmup=20)


def some_rows(window: int = 32, batch: int = 16, seed: int = 0) -> Rows:
    return Rows(Sentences(TOKENIZER, BOOKS), TOKENIZER, window, batch, seed)


def make_model(seed: int = 1, **changes: object) -> TwoStreamTransformer:
    shape = replace(SHAPE, **changes)  # type: ignore[arg-type]
    model = randomise(TwoStreamTransformer(shape), seed=seed, spread=0.3).eval()
    assert isinstance(model, TwoStreamTransformer)
    return model


# Orders


def test_an_order_is_read_once_through_and_its_last_sixth_is_asked_for() -> None:
    marks = torch.zeros(300, 48, dtype=torch.bool)
    order, asked = draw_orders(marks, torch.Generator().manual_seed(0))
    assert PART == 6
    assert torch.equal(order.sort(dim=1).values, torch.arange(48).expand(300, -1))
    assert asked.shape == (300, 8)
    for row, positions in zip(order, asked, strict=True):
        assert sorted(row[positions].tolist()) == list(range(40, 48))
        assert positions.tolist() == sorted(positions.tolist())
    assert len({tuple(row.tolist()) for row in order}) == 300


def test_each_position_is_read_at_each_time_equally_often() -> None:
    marks = torch.zeros(6000, 12, dtype=torch.bool)
    order, _ = draw_orders(marks, torch.Generator().manual_seed(1))
    counts = torch.stack([(order == time).sum(dim=0) for time in range(12)]).double()
    assert (counts - 500).abs().max() < 4.5 * math.sqrt(6000 / 12 * 11 / 12)


def test_marks_are_never_asked_for_and_else_read_at_any_time() -> None:
    marks = torch.zeros(4000, 12, dtype=torch.bool)
    marks[:, [5, 10, 11]] = True
    order, asked = draw_orders(marks, torch.Generator().manual_seed(2))
    assert not marks.gather(1, asked).any()
    assert order[marks].max() == 9  # of 12, the last 2 are asked for
    counts = torch.bincount(order[:, 5], minlength=10).double()
    assert (counts - 400).abs().max() < 4.5 * math.sqrt(4000 * 0.1 * 0.9)


@pytest.mark.parametrize(("tokens", "count"), [(5, 1), (8, 1), (12, 2), (47, 7), (48, 8)])
def test_at_least_one_token_of_a_row_is_asked_for(tokens: int, count: int) -> None:
    marks = torch.zeros(2, tokens, dtype=torch.bool)
    assert draw_orders(marks, torch.Generator().manual_seed(0))[1].shape == (2, count)


# Rows


def test_a_row_is_two_texts_their_ends_and_the_end_of_all() -> None:
    rows = some_rows(batch=100)
    for _ in range(3):
        batch = rows.draw()
        for ids, segments in zip(batch.ids.tolist(), batch.segments.tolist(), strict=True):
            first = ids.index(SEPARATOR)
            assert ids[-2:] == [SEPARATOR, CLOSE]
            assert ids.count(SEPARATOR) == 2
            assert ids.count(CLOSE) == 1
            assert first > 0
            second = len(ids) - first - 3
            assert segments == [0] * (first + 1) + [1] * (second + 1) + [2]


def test_rows_are_marked_as_the_tokenizer_marks_a_prompt_of_two_sentences() -> None:
    read = TOKENIZER.inner.encode("Anna likes apples.", "Bert sells books.")
    one = TOKENIZER.inner.encode("Anna likes apples.", add_special_tokens=False).ids
    two = TOKENIZER.inner.encode("Bert sells books.", add_special_tokens=False).ids
    assert read.ids == [*one, SEPARATOR, *two, SEPARATOR, CLOSE]
    assert read.type_ids == [0] * (len(one) + 1) + [1] * (len(two) + 1) + [2]
    assert TOKENIZER.inner.token_to_id("<mask>") is not None


def test_the_same_seed_draws_the_same_rows_and_orders() -> None:
    one, two, other = some_rows(), some_rows(), some_rows(seed=1)
    for _ in range(3):
        a, b, c = one.draw(), two.draw(), other.draw()
        assert torch.equal(a.ids, b.ids)
        assert torch.equal(a.order, b.order)
        assert torch.equal(a.asked, b.asked)
        assert a.order.shape != c.order.shape or not torch.equal(a.order, c.order)


# Who sees whom


def full_batch(batch: int = 4) -> OrderBatch:
    rows = some_rows(batch=batch)
    while (drawn := rows.draw()).ids.shape[1] != 32:
        pass
    return drawn


@torch.no_grad()
def test_a_prediction_depends_on_what_was_read_before_and_on_nothing_else() -> None:
    model = make_model()
    batch = full_batch(1)
    logits = asked_logits(model, batch)
    for row, at in enumerate(batch.asked[0].tolist()):
        turn = int(batch.order[0, at])
        for other in range(32):
            ids = batch.ids.clone()
            ids[0, other] = (ids[0, other] + 5) % SHAPE.vocabulary
            after = asked_logits(model, replace(batch, ids=ids))
            moved = difference(after[0, row], logits[0, row])
            if int(batch.order[0, other]) < turn:
                assert moved > 1e-3
            else:  # later in the order, or the token that is to be said itself
                assert moved == 0


@torch.no_grad()
def test_running_the_query_stream_where_it_is_asked_for_changes_nothing() -> None:
    model = make_model()
    batch = full_batch()
    whole = model(batch.ids, segments=batch.segments, reads=reading(batch.order))
    wanted = whole.logits.take_along_dim(batch.asked[:, :, None], dim=1)
    assert difference(asked_logits(model, batch), wanted) <= 1e-5 * float(wanted.abs().max())
    part = model(
        batch.ids, segments=batch.segments, reads=reading(batch.order), asked=batch.asked
    )
    for layer, sole in zip(
        whole.stack("encoder").layers, part.stack("encoder").layers, strict=True
    ):
        assert torch.equal(layer.self.pattern, sole.self.pattern)
        seen = layer.on("query").self.pattern  # (B, H, T, S)
        seen = seen.take_along_dim(batch.asked[:, None, :, None], dim=2)
        assert difference(sole.on("query").self.pattern, seen) <= 1e-6


# XLNet's loss and layout


@pytest.mark.parametrize("tied", [True, False])
@torch.no_grad()
def test_the_loss_is_that_of_xlnet_in_transformers(tmp_path: Path, tied: bool) -> None:
    model = make_model(tied_head=tied)
    write_checkpoint(tmp_path, model, TOKENIZER)
    theirs = XLNetLMHeadModel.from_pretrained(tmp_path).eval()
    batch = full_batch()
    hidden = (~reading(batch.order)).float()  # 1 where a query may not read a key
    places = torch.nn.functional.one_hot(batch.asked, 32).float()
    told = theirs(
        input_ids=batch.ids, token_type_ids=batch.segments, perm_mask=hidden,
        target_mapping=places, labels=batch.labels,
    )
    ours = asked_logits(model, batch)
    assert float(ours.std()) > 0.1
    assert difference(ours, told.logits) <= 1e-5 * max(float(ours.abs().max()), 1)
    loss = float(permutation_loss(model, batch))
    assert loss == pytest.approx(float(told.loss), rel=1e-5)
    log_p = ours.double().log_softmax(-1)
    by_hand: list[float] = []
    for row in range(4):
        for place, at in enumerate(batch.asked[row].tolist()):
            by_hand.append(-float(log_p[row, place, batch.ids[row, at]]))
    assert loss == pytest.approx(sum(by_hand) / len(by_hand), rel=1e-5)


@pytest.mark.parametrize("changes", [
    {}, {"tied_head": False}, {"activation": "relu", "memory": 7, "reused": 3, "farthest": 9},
    {"one_way": True, "same_length": True},
])
def test_what_was_written_is_read_as_it_was(tmp_path: Path, changes: dict[str, object]) -> None:
    model = make_model(**changes)
    write_checkpoint(tmp_path, model, TOKENIZER, step=3)
    read = open_checkpoint(tmp_path)
    assert (read.config, read.family, read.step) == (model.config, "xlnet", 3)
    state = model.state_dict()
    assert len(state) > 20
    assert all(torch.equal(state[name], tensor)
               for name, tensor in read.model.state_dict().items())


def test_transformers_reads_the_marks_and_the_sentences(tmp_path: Path) -> None:
    write_checkpoint(tmp_path, make_model(), TOKENIZER)
    theirs = AutoTokenizer.from_pretrained(tmp_path)
    told = theirs("Anna likes apples.", "Bert sells books.")
    ours = TOKENIZER.inner.encode("Anna likes apples.", "Bert sells books.")
    assert (told["input_ids"], told["token_type_ids"]) == (ours.ids, ours.type_ids)
    assert (theirs.cls_token, theirs.sep_token, theirs.mask_token, theirs.pad_token) == (
        "<cls>", "<sep>", "<mask>", "<pad>")


@pytest.mark.parametrize("changes", [
    {"norm_first": True}, {"final_norm": True}, {"qkv_bias": True}, {"head_bias": False},
    {"head_width": 8}, {"head": "none", "head_bias": False},
])
def test_what_xlnet_has_no_place_for_is_refused(
    tmp_path: Path, changes: dict[str, object]
) -> None:
    with pytest.raises(Refusal, match="can be written as XLNet"):
        write_checkpoint(tmp_path, make_model(**changes), TOKENIZER)


# Learning


def test_one_batch_can_be_learnt_by_heart() -> None:
    torch.manual_seed(0)
    model = TwoStreamTransformer(SHAPE)
    objective = Permutation.of(Corpus(BOOKS, BOOKS), TOKENIZER, model, TRAIN)
    batch = objective.rows.draw()
    objective.rows.draw = lambda: batch  # type: ignore[method-assign]
    trainer = Trainer(model, objective, replace(TRAIN, weight_decay=0.0))
    losses = [float(trainer.step()) for _ in range(120)]
    assert losses[0] == pytest.approx(math.log(SHAPE.vocabulary), abs=0.4)
    assert losses[-1] < 0.3


def write_recipe(folder: Path) -> Path:
    path = folder / "recipe.json"
    path.write_text(json.dumps({
        "objective": "permutation", "hold_out": ["held.txt"],
        "tokenizer": {"kind": "permutation_bpe", "vocabulary": 300},
        "model": {
            "width": 32, "heads": 2, "mlp_width": 48, "context": 64, "encoder_layers": 2,
            "positions": "relative", "norm_first": False, "final_norm": False, "norm_eps": 1e-12,
            "activation": "gelu", "qkv_bias": False, "output_bias": False, "head_bias": True,
        },
        "train": {"steps": 200, "batch": 16, "window": 32, "learning_rate": 0.006, "warmup": 20,
                  "evaluate_every": 100},
    }), encoding="utf-8")
    return path


def test_a_run_learns_and_its_model_opens_in_transformers(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    for name, text in zip(("a", "b", "held"), (*BOOKS, story(2, 200)), strict=True):
        (data / f"{name}.txt").write_text(text, encoding="utf-8")
    recipe = read_recipe(write_recipe(tmp_path))
    best = follow(recipe, data, tmp_path / "run")
    again = read_recipe(tmp_path / "run" / "recipe.json")
    assert (again.model["positions"], again.model["one_way"]) == ("relative", False)
    report = evaluate(tmp_path / "run" / "model", data, recipe)
    assert isinstance(report, GuessReport)
    assert best == pytest.approx(report.nats, abs=0.15)
    assert report.nats < 0.7 * report.unigram_nats
    assert report.right > report.unigram_right + 0.2
    assert "predicted tokens of held-out text" in str(report)
    theirs = XLNetLMHeadModel.from_pretrained(tmp_path / "run" / "model").eval()
    ours = open_checkpoint(tmp_path / "run" / "model").model
    ids = torch.tensor([TOKENIZER.inner.encode("Anna likes apples.").ids])
    kinds = torch.zeros_like(ids)
    with torch.no_grad():
        told: Tensor = theirs(input_ids=ids, token_type_ids=kinds).logits
        said = ours(ids, segments=kinds).logits
    assert difference(said, told) <= 1e-5 * max(float(told.abs().max()), 1)


ONE_STREAM = ModelConfig(
    vocabulary=SHAPE.vocabulary, width=16, heads=2, head_width=8, mlp_width=16, context=64,
    encoder_layers=1,
)


@pytest.mark.parametrize("model", [
    Transformer(ONE_STREAM), TwoStreamTransformer(replace(SHAPE, head="none", head_bias=False)),
])
def test_a_model_with_one_stream_or_no_head_is_refused(model: Transformer) -> None:
    with pytest.raises(Refusal, match="trains a model with two streams and a head"):
        Permutation.of(Corpus(BOOKS, BOOKS), TOKENIZER, model, TRAIN)


def test_text_too_short_and_a_tokenizer_without_marks_are_refused() -> None:
    model = TwoStreamTransformer(SHAPE)
    with pytest.raises(Refusal, match="too short for pairs of sentences"):
        Permutation.of(Corpus(BOOKS, ("Anna likes it.",)), TOKENIZER, model, TRAIN)
    plain = train_tokenizer("byte_bpe", BOOKS, 300)
    with pytest.raises(Refusal, match="The tokenizer has no <cls>"):
        Permutation.of(Corpus(BOOKS, BOOKS), plain, model, TRAIN)
