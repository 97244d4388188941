"""Span corruption by its definition and by T5's own loss; a run that transformers goes on with."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

from core.checkpoint import open_checkpoint, write_checkpoint
from core.config import ModelConfig
from core.errors import Refusal
from core.model import Transformer
from core.training.config import TrainConfig
from core.training.evaluate import evaluate
from core.training.following import follow
from core.training.recipe import read_recipe
from core.training.report_guesses import GuessReport
from core.training.sentences import Passages, Sentences
from core.training.spans import (
    Marks,
    SpanBatch,
    Spans,
    draw_spans,
    drop,
    make_spans,
    passage_length,
    span_counts,
    span_loss,
)
from core.training.text import Corpus
from core.training.trainer import Trainer
from core.training.vocabulary import SENTINELS, sentinel, train_tokenizer
from tests.randomised import difference, randomise
from tests.stories import BOOKS, story

TOKENIZER = train_tokenizer("spans_bpe", BOOKS, 300)
MARKS = Marks.of(TOKENIZER, 8)
SHAPE = ModelConfig(
    vocabulary=TOKENIZER.largest_id + 1, width=32, heads=2, head_width=16, mlp_width=48, context=64,
    encoder_layers=2, decoder_layers=2, positions="bucketed", buckets=8, bucket_distance=20,
    norm="rms", norm_eps=1e-6, gated=True, qkv_bias=False, output_bias=False, mlp_bias=False,
    scale_scores=False, tied_head=False,
)
TRAIN = TrainConfig(steps=150, batch=16, window=32, learning_rate=0.004, warmup=20)


# Which tokens are dropped


@pytest.mark.parametrize(("tokens", "dropped", "spans"), [
    (512, 77, 26), (100, 15, 5), (50, 8, 3), (20, 3, 1), (8, 1, 1), (2, 1, 1),
])
def test_three_in_twenty_tokens_are_dropped_in_spans_of_three(
    tokens: int, dropped: int, spans: int
) -> None:
    assert span_counts(tokens) == (dropped, spans)
    chance = np.random.default_rng(tokens)
    for _ in range(50):
        drawn = draw_spans(tokens, chance)
        assert len(drawn) == spans
        assert sum(end - begin for begin, end in drawn) == dropped
        assert all(begin < end for begin, end in drawn)
        assert all(end < begin for (_, end), (begin, _) in pairwise(drawn))
        assert 0 <= drawn[0][0] < drawn[-1][1] <= tokens


def test_every_way_to_drop_is_drawn_as_often_as_any_other() -> None:
    # 40 tokens: 6 dropped in 2 spans, which leave 3 gaps; so 5 ways to share the dropped, and the
    # 34 others fall into an inner gap of at least one and outer gaps of any size.
    chance = np.random.default_rng(0)
    drawn = [draw_spans(40, chance) for _ in range(8000)]
    lengths = np.bincount([one[0][1] - one[0][0] for one in drawn], minlength=6)
    assert lengths[0] == 0
    assert np.abs(lengths[1:] - 1600).max() < 4 * np.sqrt(8000 * 0.2 * 0.8)
    # C(33 + 2, 2) = 595 ways; with an empty first gap, and with an empty last one, 34 of them.
    for empty in (sum(one[0][0] == 0 for one in drawn), sum(one[1][1] == 40 for one in drawn)):
        share = 34 / 595
        assert abs(empty - 8000 * share) < 4 * np.sqrt(8000 * share * (1 - share))


def test_a_row_of_the_paper() -> None:
    """Figure 2 of Raffel et al.: Thank you for inviting me to your party last week."""
    words = list(range(100, 110))
    x, y, z = MARKS.sentinels[:3]
    source, labels = drop(words, [(2, 4), (8, 9)], MARKS)
    assert source == [100, 101, x, 104, 105, 106, 107, y, 109, MARKS.end]
    assert labels == [x, 102, 103, y, 108, z, MARKS.end]


def put_back(source: list[int], labels: list[int]) -> list[int]:
    """The text, of a source whose sentinels are replaced by what the labels say of them."""
    said: dict[int, list[int]] = {}
    for token in labels[:-1]:
        if token in MARKS.sentinels:
            current = said.setdefault(token, [])
        else:
            current.append(token)
    text: list[int] = []
    for token in source[:-1]:
        text += said.pop(token) if token in MARKS.sentinels else [token]
    assert list(said.values()) == [[]]  # the closing sentinel stands for nothing
    return text


def some_batch(length: int = 36, seed: int = 3) -> tuple[Tensor, SpanBatch]:
    passages = Passages(Sentences(TOKENIZER, BOOKS), length, 16, seed)
    ids = passages.draw(length)
    return ids, make_spans(ids, MARKS, passages.random)


@pytest.mark.parametrize("length", [8, 20, 36, 50])
def test_source_and_labels_spell_the_text_and_sentinels_come_in_order(length: int) -> None:
    ids, batch = some_batch(length)
    spans = span_counts(length)[1]
    for text, source, labels in zip(
        ids.tolist(), batch.source.tolist(), batch.labels.tolist(), strict=True
    ):
        assert put_back(source, labels) == text
        assert [t for t in source if t in MARKS.sentinels] == list(MARKS.sentinels[:spans])
        assert [t for t in labels if t in MARKS.sentinels] == list(MARKS.sentinels[: spans + 1])
        assert source[-1] == labels[-1] == MARKS.end
        assert labels[-2] == MARKS.sentinels[spans]
        assert (source + labels).count(MARKS.end) == 2


def test_the_decoder_reads_the_labels_one_place_later() -> None:
    _, batch = some_batch()
    assert torch.equal(batch.target[:, 1:], batch.labels[:, :-1])
    assert set(batch.target[:, 0].tolist()) == {TOKENIZER.inner.token_to_id("<pad>")}


@pytest.mark.parametrize("window", [8, 16, 31, 48, 96])
def test_a_source_fills_its_window_as_far_as_whole_tokens_do(window: int) -> None:
    def source(tokens: int) -> int:
        return len(drop(range(tokens), draw_spans(tokens, np.random.default_rng(0)),
                        replace(MARKS, sentinels=tuple(range(500, 600))))[0])

    assert source(passage_length(window)) <= window < source(passage_length(window) + 1)


def test_passages_begin_with_a_sentence_and_lie_in_one_document() -> None:
    sentences = Sentences(TOKENIZER, BOOKS)
    border = sentences.bounds[0][1]
    starts = set(sentences.starts.tolist())
    sentences.stream = torch.arange(len(sentences.stream))
    rows = Passages(sentences, 40, 400, seed=0).draw(40)
    assert torch.equal(rows[:, 1:] - rows[:, :-1], torch.ones(400, 39, dtype=torch.int64))
    assert set(rows[:, 0].tolist()) <= starts
    assert all((row[0] < border) == (row[-1] < border) for row in rows)
    assert len({int(row[0]) < border for row in rows}) == 2


def test_the_same_seed_draws_the_same_spans() -> None:
    corpus = Corpus(BOOKS, BOOKS)
    one, two = (Spans.of(corpus, TOKENIZER, Transformer(SHAPE), TRAIN) for _ in range(2))
    assert all(torch.equal(a.source, b.source) and torch.equal(a.labels, b.labels)
               for a, b in ((one.draw(), two.draw()) for _ in range(3)))


def test_no_label_leaks() -> None:
    """Logits at a place change with nothing that is still to be said."""
    model = randomise(Transformer(SHAPE), seed=1, spread=0.3).eval()
    _, batch = some_batch()
    logits = model(batch.source, batch.target, keep=False).logits
    for at in range(batch.labels.shape[1] - 1):
        target = batch.target.clone()
        target[:, at + 1 :] = (target[:, at + 1 :] + 7) % SHAPE.vocabulary  # labels from ``at`` on
        after = model(batch.source, target, keep=False).logits
        assert difference(after[:, : at + 1], logits[:, : at + 1]) <= 1e-5
        assert difference(after[:, at + 1], logits[:, at + 1]) > 0.01
    marks = {*MARKS.sentinels, MARKS.end}
    text = [token for row in batch.labels.tolist() for token in row if token not in marks]
    assert len(text) == 16 * span_counts(36)[0]


# The tokenizer


def test_sentinels_are_the_last_ids_with_the_first_at_the_very_end() -> None:
    ids = [TOKENIZER.inner.token_to_id(sentinel(number)) for number in range(SENTINELS)]
    assert ids == list(range(TOKENIZER.largest_id, TOKENIZER.largest_id - SENTINELS, -1))


def test_a_typed_sentinel_is_read_as_in_training() -> None:
    whole = TOKENIZER.inner.encode("Anna likes apples, and Anna sells").ids
    ids = TOKENIZER.inner.encode("Anna likes <extra_id_0>, and <extra_id_1> sells").ids
    gone = [len(TOKENIZER.inner.encode(word, add_special_tokens=False).ids)
            for word in ("Anna likes", "apples", ", and", "Anna")]
    spans = [(gone[0], gone[0] + gone[1]), (sum(gone[:3]) - 1, sum(gone) - 1)]
    assert TOKENIZER.inner.decode(whole[slice(*spans[0])]) == "apples"
    assert TOKENIZER.inner.decode(whole[slice(*spans[1])]) == "Anna"
    assert drop(whole[:-1], spans, MARKS)[0] == ids


@pytest.mark.parametrize("text", ["Anna likes apples.", "Carl sells cakes, and Carl likes it."])
def test_what_is_read_can_be_written_again(text: str) -> None:
    read = TOKENIZER.inner.encode(text)
    assert TOKENIZER.inner.decode(read.ids, skip_special_tokens=True) == text
    assert read.tokens[-1] == "</s>"


# T5's loss and layout


@pytest.mark.parametrize(("tied", "scale"), [
    (False, 1.0), (True, 32**-0.5), (True, 1.0), (False, 32**-0.5),
])
@torch.no_grad()
def test_the_loss_is_that_of_t5_in_transformers(tmp_path: Path, tied: bool, scale: float) -> None:
    shape = replace(SHAPE, tied_head=tied, head_scale=scale)
    model = randomise(Transformer(shape), seed=2, spread=0.3).eval()
    write_checkpoint(tmp_path, model, TOKENIZER)
    theirs = AutoModelForSeq2SeqLM.from_pretrained(tmp_path, attn_implementation="eager").eval()
    assert type(theirs).__name__ == "T5ForConditionalGeneration"
    _, batch = some_batch()
    told = theirs(input_ids=batch.source, labels=batch.labels)
    ours = model(batch.source, batch.target).logits
    assert float(ours.std()) > 0.02
    assert difference(ours, told.logits) <= 1e-5 * max(float(ours.abs().max()), 1)
    assert float(span_loss(model, batch)) == pytest.approx(float(told.loss), rel=1e-5)


def test_what_was_written_is_read_as_it_was(tmp_path: Path) -> None:
    for shape in (SHAPE, replace(SHAPE, tied_head=True, head_scale=32**-0.5),
                  replace(SHAPE, gated=False, activation="relu", head_width=8)):
        model = randomise(Transformer(shape), seed=2)
        write_checkpoint(tmp_path, model, TOKENIZER, step=3)
        read = open_checkpoint(tmp_path)
        assert (read.config, read.family, read.step) == (shape, "t5", 3)
        assert read.generation.start == MARKS.start
        assert read.generation.ends == (MARKS.end,)
        state = model.state_dict()
        assert all(torch.equal(state[name], tensor)
                   for name, tensor in read.model.state_dict().items())


def test_transformers_reads_the_marks(tmp_path: Path) -> None:
    write_checkpoint(tmp_path, Transformer(SHAPE), TOKENIZER)
    theirs = AutoTokenizer.from_pretrained(tmp_path)
    text = "Anna likes <extra_id_0>, and Anna sells apples."
    assert theirs(text)["input_ids"] == TOKENIZER.inner.encode(text).ids
    assert (theirs.pad_token, theirs.eos_token, theirs.unk_token) == ("<pad>", "</s>", "<unk>")


@pytest.mark.parametrize("changes", [
    {"norm": "layer"}, {"qkv_bias": True}, {"scale_scores": True}, {"head_scale": 0.5},
    {"decoder_layers": 0}, {"encoder_layers": 0}, {"norm_first": False},
])
def test_what_t5_has_no_place_for_is_refused(tmp_path: Path, changes: dict[str, object]) -> None:
    model = Transformer(replace(SHAPE, **changes))  # type: ignore[arg-type]
    with pytest.raises(Refusal, match="can be written as T5"):
        write_checkpoint(tmp_path, model, TOKENIZER)


# Learning


def test_one_batch_can_be_learnt_by_heart() -> None:
    torch.manual_seed(0)
    model = Transformer(SHAPE)
    objective = Spans.of(Corpus(BOOKS, BOOKS), TOKENIZER, model, TRAIN)
    batch = objective.draw()
    objective.draw = lambda: batch  # type: ignore[method-assign]
    trainer = Trainer(model, objective, replace(TRAIN, weight_decay=0.0))
    losses = [float(trainer.step()) for _ in range(150)]
    assert losses[0] == pytest.approx(np.log(SHAPE.vocabulary), abs=0.3)
    assert losses[-1] < 0.3


def write_recipe(folder: Path) -> Path:
    path = folder / "recipe.json"
    path.write_text(json.dumps({
        "objective": "spans", "hold_out": ["held.txt"],
        "tokenizer": {"kind": "spans_bpe", "vocabulary": 300},
        "model": {
            "width": 32, "heads": 2, "mlp_width": 48, "context": 64, "encoder_layers": 2,
            "decoder_layers": 2, "positions": "bucketed", "norm": "rms", "gated": True,
            "qkv_bias": False, "output_bias": False, "mlp_bias": False, "scale_scores": False,
            "tied_head": False,
        },
        "train": {"steps": 900, "batch": 16, "window": 32, "learning_rate": 0.008, "warmup": 20,
                  "evaluate_every": 150},
    }), encoding="utf-8")
    return path


def test_a_run_learns_and_its_model_answers_in_transformers(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    for name, text in zip(("a", "b", "held"), (*BOOKS, story(2, 200)), strict=True):
        (data / f"{name}.txt").write_text(text, encoding="utf-8")
    recipe = read_recipe(write_recipe(tmp_path))
    best = follow(recipe, data, tmp_path / "run")
    assert read_recipe(tmp_path / "run" / "recipe.json").model["positions"] == "bucketed"
    assert best < 2.0 < np.log(300)
    report = evaluate(tmp_path / "run" / "model", data, recipe)
    assert isinstance(report, GuessReport)
    assert report.asked == 1024 * span_counts(passage_length(32))[0]
    assert report.nats < 0.7 * report.unigram_nats
    assert report.right > report.unigram_right + 0.2
    assert report.heads[0].score > report.heads[-1].score
    assert "dropped tokens of held-out text" in str(report)
    theirs = AutoModelForSeq2SeqLM.from_pretrained(tmp_path / "run" / "model").eval()
    reads = AutoTokenizer.from_pretrained(tmp_path / "run" / "model")
    asked = reads("Anna likes apples, and Anna sells <extra_id_0>.", return_tensors="pt")
    said = theirs.generate(input_ids=asked["input_ids"], max_new_tokens=8, do_sample=False)
    ids = said[0].tolist()
    assert reads.convert_ids_to_tokens(ids[:2]) == ["<pad>", "<extra_id_0>"]


@pytest.mark.parametrize(("shape", "sentence"), [
    (replace(SHAPE, decoder_layers=0, head="none"), "trains an encoder and a decoder"),
    (replace(SHAPE, encoder_layers=0), "this model has decoder"),
])
def test_a_model_with_one_stack_is_refused(shape: ModelConfig, sentence: str) -> None:
    with pytest.raises(Refusal, match=sentence):
        Spans.of(Corpus(BOOKS, BOOKS), TOKENIZER, Transformer(shape), TRAIN)


def test_text_too_short_and_a_tokenizer_without_sentinels_are_refused() -> None:
    model = Transformer(SHAPE)
    with pytest.raises(Refusal, match="too short for passages of 34 tokens"):
        Spans.of(Corpus(BOOKS, ("Anna likes it.",)), TOKENIZER, model, TRAIN)
    plain = train_tokenizer("digit_bpe", BOOKS, 300)
    with pytest.raises(Refusal, match="The tokenizer has no <extra_id_0>"):
        Spans.of(Corpus(BOOKS, BOOKS), plain, model, TRAIN)
    wide = replace(TRAIN, window=2000)
    with pytest.raises(Refusal, match="The tokenizer has no <extra_id_32>"):
        Spans.of(Corpus(BOOKS, BOOKS), TOKENIZER, model, wide)
