"""Hidden words, next sentences, translations: each batch and each loss by its definition."""

from __future__ import annotations

import datetime
import json
import math
import random
import subprocess
import sys
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor
from transformers import AutoTokenizer, BertForPreTraining, MarianMTModel

from core.checkpoint import open_checkpoint, write_checkpoint
from core.config import ModelConfig
from core.errors import Refusal
from core.model import Transformer
from core.tokens import Tokenizer
from core.training.config import TrainConfig
from core.training.dates import (
    is_held_out,
    make_dates,
    ordinal,
    short_ordinal,
    words,
    writings,
    year_in_words,
)
from core.training.following import follow
from core.training.masked import (
    IGNORED,
    Batch,
    Masked,
    hide,
    make_batch,
    marks_of,
    masked_loss,
    pair_marks,
)
from core.training.recipe import read_recipe
from core.training.report_masked import report_masked
from core.training.report_translation import align_dates, report_translation, wanted_of_date
from core.training.sentences import Pairs, Sentences
from core.training.text import Corpus
from core.training.trainer import Trainer
from core.training.translation import (
    PairCorpus,
    Translation,
    collate,
    encode,
    read_pairs,
    shift_right,
    translation_loss,
)
from core.training.vocabulary import train_tokenizer
from tests.randomised import randomise

DATES = Path(__file__).parents[1] / "resources" / "models" / "dates"

NAMES = ("anna", "bert", "carl", "dora", "emil", "fred")
THINGS = ("apples", "books", "cakes", "drums", "eggs", "flags")


def story(seed: int, sentences: int) -> str:
    """Each has one thing and always says so: what is hidden can be told from what is near."""
    chance = random.Random(seed)
    people = [chance.randrange(6) for _ in range(sentences)]
    return "\n".join(f"{NAMES[one]} likes {THINGS[one]} and {NAMES[one]} sells {THINGS[one]}."
                     for one in people)


BOOKS = (story(0, 300), story(1, 300))
TOKENIZER = train_tokenizer("wordpiece", BOOKS, 300)
ENCODER = ModelConfig(
    vocabulary=TOKENIZER.largest_id + 1, width=32, heads=2, head_width=16, mlp_width=64, context=32,
    encoder_layers=2, segments=2, embed_norm=True, norm_first=False, final_norm=False,
    activation="gelu", head="masked", head_bias=True, pooled=True,
)
TRANSLATOR = ModelConfig(
    vocabulary=300, width=32, heads=2, head_width=16, mlp_width=64, context=48, encoder_layers=1,
    decoder_layers=1, positions="halves", norm_first=False, final_norm=False, activation="relu",
    scale_embedding=True, head_bias=True,
)
TRAIN = TrainConfig(steps=300, batch=16, window=24, learning_rate=0.003, warmup=30)


def within(count: int, of: int, share: float) -> bool:
    """Whether a binomial count is within 4 standard deviations of its mean."""
    return abs(count - of * share) < 4 * math.sqrt(of * share * (1 - share))


# Tokenizers


@pytest.mark.parametrize("kind", ["wordpiece", "digit_bpe"])
def test_these_tokenizers_are_the_same_in_another_process(kind: str) -> None:
    code = (
        "import sys; from core.training.vocabulary import train_tokenizer; "
        f"print(train_tokenizer({kind!r}, [sys.stdin.read()], 290).inner.to_str())"
    )
    runs = [
        subprocess.run([sys.executable, "-c", code], input=BOOKS[0], capture_output=True,
                       check=True, text=True, cwd=Path(__file__).parents[1]).stdout
        for _ in range(2)
    ]
    assert runs[0] == runs[1]
    assert len(runs[0]) > 1000


def test_a_written_encoder_has_its_marks_and_sentences_in_transformers(tmp_path: Path) -> None:
    write_checkpoint(tmp_path, Transformer(ENCODER), TOKENIZER)
    theirs = AutoTokenizer.from_pretrained(tmp_path)
    told = theirs("Anna likes [MASK].", "Bert sells eggs.")
    ours = TOKENIZER.encode("Anna likes [MASK].", 32, "Bert sells eggs.")
    assert told["input_ids"] == list(ours.ids)
    assert told["token_type_ids"] == list(ours.segments)
    assert told["input_ids"].count(theirs.mask_token_id) == 1
    assert (theirs.cls_token, theirs.sep_token, theirs.pad_token_id) == ("[CLS]", "[SEP]", 0)


# Hidden tokens


def hidden(rows: int = 400, seed: int = 0) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """ids, fixed, shown, labels."""
    ids = torch.randint(100, (rows, 100), generator=torch.Generator().manual_seed(seed + 1))
    fixed = torch.arange(100) < 5
    shown, labels = hide(ids, fixed, 4, torch.Generator().manual_seed(seed))
    return ids, fixed, shown, labels


def test_three_in_twenty_tokens_are_asked_for_and_never_a_mark() -> None:
    ids, fixed, _, labels = hidden()
    asked = labels != IGNORED
    assert not (asked & fixed[ids]).any()
    assert within(int(asked.sum()), int((~fixed[ids]).sum()), 0.15)


def test_of_those_eight_in_ten_show_the_mask_one_another_token_one_itself() -> None:
    ids, fixed, shown, labels = hidden()
    asked = labels != IGNORED
    count = int(asked.sum())
    masked = asked & (shown == 4)
    same = asked & (shown == ids)
    other = asked & ~masked & ~same
    # A replacement is the token itself once in 95.
    assert within(int(masked.sum()), count, 0.8)
    assert within(int(other.sum()), count, 0.1 * 94 / 95)
    assert within(int(same.sum()), count, 0.1 + 0.1 / 95)
    assert not fixed[shown[other]].any()
    assert len(shown[other].unique()) == 95


def test_what_is_not_asked_for_is_shown_as_it_is_and_labels_tell_what_was_there() -> None:
    ids, _, shown, labels = hidden()
    asked = labels != IGNORED
    assert torch.equal(shown[~asked], ids[~asked])
    assert torch.equal(labels[asked], ids[asked])


# Pairs of sentences


def make_pairs(books: tuple[str, ...] = BOOKS, window: int = 24, batch: int = 50) -> Pairs:
    return Pairs(Sentences(TOKENIZER, books), pair_marks(TOKENIZER), window, batch, seed=0)


def split(row: Tensor) -> tuple[list[int], list[int]]:
    """The two sentences of a row whose template is checked on the way."""
    first, end = (TOKENIZER.inner.token_to_id(mark) for mark in ("[CLS]", "[SEP]"))
    ids = row.tolist()
    ends = [at for at, token in enumerate(ids) if token == end]
    assert ids[0] == first
    assert len(ends) == 2
    assert ends[1] == len(ids) - 1
    return ids[1 : ends[0]], ids[ends[0] + 1 : -1]


def counted_books() -> tuple[Sentences, Pairs]:
    """Two documents in which every token is another, so that its place is known."""
    sentences = Sentences(TOKENIZER, BOOKS)
    sentences.stream = torch.arange(len(sentences.stream)) + 1000
    return sentences, Pairs(sentences, pair_marks(TOKENIZER), 24, 50, seed=0)


def test_half_of_the_second_sentences_follow_and_half_are_of_another_document() -> None:
    sentences, pairs = counted_books()
    border = sentences.bounds[0][1] + 1000
    follows = total = 0
    for _ in range(20):
        for row in pairs.draw()[0]:
            a, b = split(row)
            assert a == list(range(a[0], a[0] + len(a)))
            assert b == list(range(b[0], b[0] + len(b)))
            total += 1
            if b[0] == a[-1] + 1:
                follows += 1
            else:
                assert (a[0] < border) != (b[0] < border)
    assert total == 1000
    assert within(follows, total, 0.5)


def test_a_verdict_is_never_false() -> None:
    _, pairs = counted_books()
    for _ in range(20):
        ids, segments, unrelated = pairs.draw()
        for row, segment, other in zip(ids, segments, unrelated.tolist(), strict=True):
            a, b = split(row)
            assert (b[0] == a[-1] + 1) == (other == 0)
            assert segment.tolist() == [0] * (len(a) + 2) + [1] * (len(b) + 1)


def test_in_one_document_what_does_not_follow_is_far_away() -> None:
    sentences = Sentences(TOKENIZER, BOOKS[:1])
    sentences.stream = torch.arange(len(sentences.stream)) + 1000
    pairs = Pairs(sentences, pair_marks(TOKENIZER), 24, 50, seed=0)
    ids, _, unrelated = pairs.draw()
    apart = [abs(split(row)[1][0] - split(row)[0][-1] - 1) for row in ids]
    assert {gap == 0 for gap in apart} == {True, False}
    assert [int(gap > 0) for gap in apart] == unrelated.tolist()
    assert all(gap == 0 or gap >= 48 for gap in apart)


def test_second_sentences_begin_where_a_sentence_begins() -> None:
    sentences = Sentences(TOKENIZER, BOOKS)
    starts = {int(sentences.stream[start]) for start in sentences.starts}
    ids, _, _ = make_pairs().draw()
    assert {split(row)[1][0] for row in ids} <= starts


def test_most_batches_fill_the_window_and_some_are_shorter() -> None:
    pairs = make_pairs(batch=2)
    lengths = np.array([pairs.draw()[0].shape[1] for _ in range(400)])
    assert lengths.max() == 24
    assert lengths.min() >= 8
    assert within(int((lengths < 24).sum()), 400, 0.1 * 16 / 17)


def test_the_same_seed_draws_the_same_pairs() -> None:
    one, two = make_pairs(), make_pairs()
    assert all(torch.equal(a, b) for _ in range(3)
               for a, b in zip(one.draw(), two.draw(), strict=True))


@pytest.mark.parametrize("text", ["", "anna likes apples.", "anna likes apples.\n" * 4])
def test_text_too_short_for_pairs_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match="too short for pairs of sentences in windows of 24 tokens"):
        make_pairs((text,))


# BERT's loss


def some_batch() -> Batch:
    random = torch.Generator().manual_seed(3)
    return make_batch(make_pairs(batch=8), marks_of(TOKENIZER), 4, random)


@torch.no_grad()
def test_the_loss_is_that_of_bert_for_pretraining(tmp_path: Path) -> None:
    model = randomise(Transformer(ENCODER), seed=2)
    write_checkpoint(tmp_path, model, TOKENIZER)
    theirs = BertForPreTraining.from_pretrained(tmp_path).eval()
    batch = some_batch()
    told = theirs(
        input_ids=batch.ids, token_type_ids=batch.segments, labels=batch.labels,
        next_sentence_label=batch.unrelated,
    )
    words, verdicts = masked_loss(model, batch)
    assert float(words) > 1
    assert float(words + verdicts) == pytest.approx(float(told.loss), rel=1e-5)


@torch.no_grad()
def test_without_a_pooler_the_verdict_costs_nothing() -> None:
    model = Transformer(replace(ENCODER, pooled=False))
    assert float(masked_loss(model, some_batch())[1]) == 0


@torch.no_grad()
def test_a_batch_with_nothing_hidden_loses_nothing() -> None:
    batch = some_batch()
    empty = replace(batch, labels=torch.full_like(batch.labels, IGNORED))
    assert float(masked_loss(Transformer(ENCODER), empty)[0]) == 0


def test_an_encoder_learns_hidden_words_from_what_is_near_them(tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = Transformer(ENCODER)
    corpus = Corpus(BOOKS, (story(2, 200), story(3, 200)))
    objective = Masked.of(corpus, TOKENIZER, model, TRAIN)
    before = objective.held_out(model)
    trainer = Trainer(model, objective, TRAIN)
    for _ in range(TRAIN.steps):
        trainer.step()
    write_checkpoint(tmp_path, model, TOKENIZER)
    report = report_masked(open_checkpoint(tmp_path), corpus, TRAIN.window)
    assert before > report.unigram_nats > 2
    assert report.nats < 0.65 * report.unigram_nats
    assert report.right > report.unigram_right + 0.2
    assert objective.held_out(model) == pytest.approx(report.nats, abs=0.15)


# Translation


def test_targets_start_with_the_start_and_lose_their_last() -> None:
    assert shift_right(torch.tensor([[5, 6, 1], [7, 1, 0]]), 0).tolist() == [[0, 5, 6], [0, 7, 1]]


def small_translation() -> tuple[PairCorpus, Tokenizer, Transformer]:
    corpus = make_dates(1, train=400, held_out=40)
    texts = [text for pair in corpus.train for text in pair]
    tokenizer = train_tokenizer("digit_bpe", texts, 300)
    return corpus, tokenizer, randomise(Transformer(TRANSLATOR), seed=4)


@torch.no_grad()
def test_the_loss_of_a_translation_is_that_of_marian(tmp_path: Path) -> None:
    corpus, tokenizer, model = small_translation()
    write_checkpoint(tmp_path, model, tokenizer)
    theirs = MarianMTModel.from_pretrained(tmp_path).eval()
    batch = collate(encode(corpus.train[:6], tokenizer), 0)
    assert not batch.source_visible.all()
    labels = batch.labels.masked_fill(~batch.asked, -100)
    told = theirs(
        input_ids=batch.source, attention_mask=batch.source_visible.long(), labels=labels
    )
    logits = model(batch.source, batch.target, batch.source_visible).logits
    assert logits is not None
    ours = translation_loss(logits, batch.labels, batch.asked)
    assert float(ours) == pytest.approx(float(told.loss), rel=1e-5)


def test_smoothing_gives_its_share_to_all_tokens_alike() -> None:
    random = torch.Generator().manual_seed(0)
    logits = torch.randn(2, 3, 7, generator=random)
    labels = torch.randint(7, (2, 3), generator=random)
    asked = torch.tensor([[True, True, False], [True, True, True]])
    total = 0.0
    for row, token, wanted in zip(
        logits.flatten(0, 1).double().tolist(), labels.flatten().tolist(),
        asked.flatten().tolist(), strict=True,
    ):
        whole = math.log(math.fsum(map(math.exp, row)))
        target = [0.1 / 7 + (0.9 if at == token else 0.0) for at in range(7)]
        total += wanted * sum(t * (whole - x) for t, x in zip(target, row, strict=True))
    assert float(translation_loss(logits, labels, asked, 0.1)) == pytest.approx(total / 5, abs=1e-6)


@torch.no_grad()
def test_padding_changes_no_loss() -> None:
    corpus, tokenizer, model = small_translation()
    coded = encode(corpus.train[:5], tokenizer)

    def nats(pairs: list[tuple[list[int], list[int]]]) -> float:
        batch = collate(pairs, 0)
        logits = model(batch.source, batch.target, batch.source_visible).logits
        assert logits is not None
        return float(translation_loss(logits, batch.labels, batch.asked) * batch.asked.sum())

    assert nats(coded) == pytest.approx(sum(nats([pair]) for pair in coded), rel=1e-5)


def test_pairs_are_read_from_lines_with_a_tab(tmp_path: Path) -> None:
    path = tmp_path / "pairs.tsv"
    path.write_text("one\t1\ntwo\t2\nthree\t3\n", encoding="utf-8")
    assert read_pairs(path, 1) == PairCorpus((("one", "1"), ("two", "2")), (("three", "3"),))


@pytest.mark.parametrize(("text", "held_out", "sentence"), [
    ("one\t1\ntwo 2\n", 1, "line 2: expected a text, a tab and its translation"),
    ("one\t1\t1\n", 1, "line 1: expected a text, a tab"), ("one\t \n", 1, "line 1: expected"),
    ("one\t1\n", 1, "has 1 lines and 1 are held out"), ("one\t1\n", 0, "1 lines and 0 are held"),
])
def test_bad_pairs_are_refused(tmp_path: Path, text: str, held_out: int, sentence: str) -> None:
    path = tmp_path / "pairs.tsv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Refusal, match=sentence):
        read_pairs(path, held_out)


@pytest.mark.parametrize(("objective", "model"), [
    ("masked", TRANSLATOR), ("masked", replace(ENCODER, head="none", head_bias=False)),
    ("translation", ENCODER),
])
def test_an_objective_refuses_a_model_it_cannot_train(objective: str, model: ModelConfig) -> None:
    corpus, tokenizer, _ = small_translation()
    ours = Transformer(model)
    makes = {
        "masked": lambda: Masked.of(Corpus(BOOKS, BOOKS), TOKENIZER, ours, TRAIN),
        "translation": lambda: Translation.of(corpus, tokenizer, ours, TRAIN),
    }
    with pytest.raises(Refusal, match=f"The objective {objective} trains an encoder"):
        makes[objective]()


def recipe(folder: Path, steps: int) -> Path:
    path = folder / f"{steps}.json"
    path.write_text(json.dumps({
        "objective": "translation", "hold_out_lines": 30,
        "tokenizer": {"kind": "digit_bpe", "vocabulary": 300},
        "model": {
            "width": 32, "heads": 2, "mlp_width": 64, "context": 48, "encoder_layers": 1,
            "decoder_layers": 1, "positions": "halves", "norm_first": False, "final_norm": False,
            "activation": "relu", "scale_embedding": True, "head_bias": True,
        },
        "train": {"steps": steps, "batch": 16, "window": 48, "learning_rate": 0.003,
                  "warmup": 10, "evaluate_every": steps},
    }), encoding="utf-8")
    return path


def test_a_translator_learns_in_a_run_and_goes_on_from_it(tmp_path: Path) -> None:
    data = tmp_path / "numbers.tsv"
    lines = [f"{words(number)}\t{number}" for number in range(100)]
    random.Random(0).shuffle(lines)
    data.write_text("\n".join(lines), encoding="utf-8")
    first = follow(read_recipe(recipe(tmp_path, 300)), data, tmp_path / "one")
    assert first < 1.5
    start = read_recipe(recipe(tmp_path, 1))
    still = replace(start, train=replace(start.train, learning_rate=1e-12))
    again = follow(still, data, tmp_path / "same", init=tmp_path / "one" / "model")
    assert again == pytest.approx(first, rel=1e-5)
    further = follow(
        read_recipe(recipe(tmp_path, 300)), data, tmp_path / "two", tmp_path / "one" / "model"
    )
    assert further < 0.8 * first


# Dates


def test_a_written_date_says_its_day_month_and_year() -> None:
    """Each part is read back by itself, without the generator's own tables of words."""
    numbers = {words(n): n for n in range(100)}
    numbers |= {ordinal(n): n for n in range(1, 100)} | {short_ordinal(n): n for n in range(1, 100)}
    kinds = set()
    for writing, date in islice(writings(5), 3000):
        year, month, day = (writing.text[a:b].lower() for a, b in writing.parts)
        kinds.add((year.isdigit(), month.isdigit(), day.isdigit()))
        assert numbers.get(day, day.isdigit() and int(day)) == date.day
        named = [datetime.date(2000, n, 1).strftime("%B").lower() for n in range(1, 13)]
        told = int(month) if month.isdigit() else next(
            at for at, name in enumerate(named, 1) if name.startswith(month.rstrip("."))
        )
        assert told == date.month
        assert year in (str(date.year), *year_in_words(date.year))
        weekday = writing.text.split(",")[0].lower()
        if weekday.endswith("day"):
            assert weekday == date.strftime("%A").lower()
    assert kinds == {(False, False, False), (True, False, False), (True, False, True), (True,) * 3}


@pytest.mark.parametrize(("year", "ways"), [
    (1800, ("eighteen hundred",)), (2000, ("two thousand",)),
    (1905, ("nineteen hundred and five", "nineteen oh five")),
    (2026, ("two thousand and twenty-six", "two thousand twenty-six", "twenty twenty-six")),
])
def test_years_are_said_as_people_say_them(year: int, ways: tuple[str, ...]) -> None:
    assert year_in_words(year) == ways


def test_numbers_have_their_endings() -> None:
    assert [short_ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 22, 23, 31)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "23rd", "31st",
    ]
    assert [ordinal(n) for n in (1, 8, 9, 12, 20, 24, 30, 31)] == [
        "first", "eighth", "ninth", "twelfth", "twentieth", "twenty-fourth", "thirtieth",
        "thirty-first",
    ]


def test_dates_are_made_by_their_seed_and_answered_in_iso() -> None:
    one, two, other = make_dates(7, 500, 50), make_dates(7, 500, 50), make_dates(8, 500, 50)
    assert one == two != other
    assert (len(one.train), len(one.held_out)) == (500, 50)
    for part, held_out in ((one.train, False), (one.held_out, True)):
        assert {is_held_out(datetime.date.fromisoformat(iso)) for _, iso in part} == {held_out}


# The bundled translator


def test_the_bundled_translator_is_right_on_days_it_never_saw_and_looks_where_they_are_told() -> (
    None
):
    checkpoint = open_checkpoint(DATES)
    bundled = read_recipe(DATES.parents[1] / "recipes" / "dates.json")
    corpus = make_dates(bundled.train.seed + 1, train=1, held_out=300)
    report = report_translation(checkpoint, corpus, bundled.train, "dates")
    assert report.exact >= 0.95
    assert report.aligned[0].score > 0.75 > 2 * report.chance
    assert len(report.aligned) == 8


def test_alignment_is_the_weight_on_the_words_that_tell_a_digit() -> None:
    checkpoint = open_checkpoint(DATES)
    writing, day = next((w, d) for w, d in writings(0) if w.text.startswith("the twenty"))
    wanted = wanted_of_date(checkpoint, writing, day.isoformat())
    read = checkpoint.tokenizer.inner.encode(writing.text)
    said = checkpoint.tokenizer.inner.encode(day.isoformat()).tokens
    assert [bool(row.any()) for row in wanted] == [token.isdigit() for token in said]
    for row, (begin, end) in zip((0, 5, 8), writing.parts, strict=True):
        spans = [read.offsets[at] for at in wanted[row].nonzero()[:, 0].tolist()]
        told = writing.text[spans[0][0] : spans[-1][1]].strip()
        assert told == writing.text[begin:end]


def test_an_even_pattern_aligns_by_chance() -> None:
    checkpoint = open_checkpoint(DATES)
    for layer in checkpoint.model.decoder.layers:  # type: ignore[union-attr]
        torch.nn.init.zeros_(layer.cross_attention.query.weight)  # type: ignore[union-attr]
        torch.nn.init.zeros_(layer.cross_attention.query.bias)  # type: ignore[union-attr]
    scores, chance = align_dates(checkpoint, seed=0)
    # The even share is a mean over cells, the score one over queries; both count the same cells.
    assert scores.flatten().tolist() == pytest.approx([chance] * 8, abs=1e-6)
