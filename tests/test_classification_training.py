"""Learning to tell labels apart: against its definition, without leaks, and what is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from core.checkpoint import open_checkpoint
from core.config import ModelConfig
from core.errors import Refusal
from core.model import Transformer
from core.training.bag_of_words import BagOfWords, best_bag_of_words, features
from core.training.classification import (
    Classification,
    classifier_config,
    divide,
    encode_labelled,
    judge,
    make_classifier,
)
from core.training.config import TrainConfig
from core.training.evaluate import evaluate
from core.training.following import finish, follow
from core.training.history import read_history
from core.training.labelled import Labelled
from core.training.recipe import Recipe, read_recipe
from core.training.report_labels import LabelReport
from core.training.run import Run
from core.training.trainer import Trainer
from core.training.vocabulary import train_tokenizer
from tests.randomised import randomise

GOOD = ("a fine, warm film", "warm and wise", "what a fine cast", "wise and fine")
BAD = ("a dull, cold film", "cold and slow", "what a dull cast", "slow and dull")
LABELS = ("bad", "good")
CORPUS = Labelled(
    tuple((f"{text} {extra}", label) for extra in ("indeed", "again", "it is", "for me", "today")
          for texts, label in ((BAD, "bad"), (GOOD, "good")) for text in texts),
    (("warm and fine today", "good"), ("slow and cold today", "bad")), LABELS,
)
TOKENIZER = train_tokenizer("wordpiece", [text for text, _ in CORPUS.train], 300)
CONFIG = ModelConfig(
    vocabulary=TOKENIZER.largest_id + 1, width=32, heads=4, head_width=8, mlp_width=64, context=32,
    encoder_layers=2, segments=2, embed_norm=True, norm_first=False, final_norm=False,
    norm_eps=1e-12, activation="gelu", head="masked", head_bias=True, pooled=True,
)
TRAIN = TrainConfig(steps=60, batch=8, window=24, learning_rate=0.003, warmup=5,
                    weight_decay=0.0, evaluate_every=20)


def pretrained(config: ModelConfig = CONFIG, seed: int = 0) -> Transformer:
    torch.manual_seed(seed)
    return Transformer(config)


def make_objective(
    corpus: Labelled = CORPUS, train: TrainConfig = TRAIN
) -> tuple[Classification, Transformer]:
    model = make_classifier(pretrained(), corpus.labels, 0.0)
    return Classification.of(corpus, TOKENIZER, model, train), model


def write_data(folder: Path) -> Path:
    """As the sentences of film reviews lie: a file a label, a text a line; the last is held out."""
    folder.mkdir()
    for label, at in (("bad", 0), ("good", 1)):
        lines = [text for text, other in CORPUS.train if other == label]
        lines.append(CORPUS.held_out[1 - at][0])
        (folder / f"film.{label}").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def write_recipe(path: Path) -> Recipe:
    path.write_text(json.dumps({
        "objective": "classification", "hold_out_lines": 1,
        "tokenizer": {"kind": "wordpiece", "vocabulary": 300},
        "model": {"width": 32, "heads": 4, "mlp_width": 64, "context": 32, "encoder_layers": 2,
                  "segments": 2, "embed_norm": True, "norm_first": False, "final_norm": False,
                  "norm_eps": 1e-12, "activation": "gelu", "head": "masked", "head_bias": True,
                  "dropout": 0.1},
        "train": {"steps": 120, "batch": 8, "window": 24, "learning_rate": 0.003, "warmup": 5,
                  "evaluate_every": 40},
    }), encoding="utf-8")
    return read_recipe(path)


# What is learnt from


def test_nothing_is_both_learnt_from_and_measured_on() -> None:
    train, validation = divide(CORPUS)
    assert sorted((*train, *validation)) == sorted(CORPUS.train)
    assert len(validation) == round(0.1 * len(CORPUS.train))
    assert not {*train, *validation} & set(CORPUS.held_out)
    objective, _ = make_objective()
    drawn = {row for _ in range(200) for row in objective.draw()}
    assert drawn == set(encode_labelled(train, LABELS, TOKENIZER, 24))
    assert not drawn & set(encode_labelled((*validation, *CORPUS.held_out), LABELS, TOKENIZER, 24))


def test_each_text_is_as_likely_as_any() -> None:
    rows = [((7,) * (1 + at % 40) + (at,), at % 2) for at in range(300)]
    objective = Classification(rows, rows[:1], replace(TRAIN, batch=2), TOKENIZER)
    counts, apart, draws = dict.fromkeys(rows, 0), 0, 15_000
    for _ in range(draws):
        one, two = objective.draw()
        counts[one] += 1
        counts[two] += 1
        apart += abs(len(one[0]) - len(two[0]))
    expected = 2 * draws / len(rows)
    chi = sum((count - expected) ** 2 / expected for count in counts.values())
    # Two that come together are of one bunch, which at most doubles the variance of a count.
    assert chi < 2 * (len(rows) + 5 * (2 * len(rows)) ** 0.5)
    assert apart / draws < 2  # and those of a batch are of a like length; of any two: 13


def test_the_label_is_read_off_the_text_and_is_no_part_of_it() -> None:
    flipped = Labelled(
        tuple((text, LABELS[label == "bad"]) for text, label in CORPUS.train), CORPUS.held_out,
        LABELS)
    one, _ = make_objective()
    two, _ = make_objective(flipped)
    for (ids, label), (others, other) in zip(one.draw(), two.draw(), strict=True):
        assert ids == others
        assert label == 1 - other


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@torch.no_grad()
def test_the_loss_is_the_cross_entropy_of_single_texts(smoothing: float) -> None:
    train = replace(TRAIN, smoothing=smoothing)
    objective, model = make_objective(train=train)
    randomise(model, 3, 0.3)
    again, _ = make_objective(train=train)
    rows = again.draw()
    assert len({len(ids) for ids, _ in rows}) > 1
    loss = objective.loss(model.eval())
    wanted = []
    for ids, label in rows:
        log_p = model(torch.tensor([ids])).labels.double().log_softmax(-1)[0]
        wanted.append(-(1 - smoothing) * log_p[label] - smoothing * log_p.mean())
    assert float(loss) == pytest.approx(float(torch.stack(wanted).mean()), abs=1e-5)


@torch.no_grad()
def test_validation_is_the_mean_over_all_its_texts_the_same_each_time() -> None:
    objective, model = make_objective()
    randomise(model, 3, 0.3)
    rows = encode_labelled(divide(CORPUS)[1], LABELS, TOKENIZER, 24)
    alone = [float(F.cross_entropy(model.eval()(torch.tensor([ids])).labels,
                                   torch.tensor([label]))) for ids, label in rows]
    assert objective.held_out(model) == pytest.approx(float(np.mean(alone)), abs=1e-5)
    assert objective.held_out(model) == objective.held_out(model)


def test_a_long_text_is_cut_and_still_closed() -> None:
    [(ids, _)] = encode_labelled([(" ".join(GOOD * 9), "good")], LABELS, TOKENIZER, 12)
    whole = TOKENIZER.inner.encode(" ".join(GOOD * 9)).ids
    assert list(ids) == [*whole[:11], whole[-1]]


@torch.no_grad()
def test_a_share_of_words_stands_behind_the_mask_and_no_mark_does() -> None:
    objective, model = make_objective(train=replace(TRAIN, hidden=0.3, batch=64))
    seen, mask = [], TOKENIZER.mask_id
    model.register_forward_pre_hook(
        lambda _, given, named: seen.append((given[0], named["source_visible"])), with_kwargs=True)
    for _ in range(20):
        objective.loss(model)
    text = torch.cat([(ids[:, 1:] * visible[:, 1:]).flatten() for ids, visible in seen])
    words = text[(text != TOKENIZER.inner.token_to_id("[SEP]")) & (text != 0)]
    share = float((words == mask).double().mean())
    assert share == pytest.approx(0.3, abs=5 * (0.3 * 0.7 / len(words)) ** 0.5)
    for ids, visible in seen:
        assert (ids[:, 0] == TOKENIZER.inner.token_to_id("[CLS]")).all()
        last = visible.sum(1) - 1
        assert (ids[torch.arange(len(ids)), last] == TOKENIZER.inner.token_to_id("[SEP]")).all()
    seen.clear()
    objective.held_out(model)
    assert all((ids != mask).all() for ids, _ in seen)


def test_a_tokenizer_without_a_mask_hides_nothing() -> None:
    tokenizer = train_tokenizer("byte_bpe", [text for text, _ in CORPUS.train], 300)
    config = ModelConfig(300, 16, 2, 8, 32, 32, decoder_layers=1, labels=LABELS, head="none")
    with pytest.raises(Refusal, match="MASK"):
        Classification.of(CORPUS, tokenizer, pretrained(config), replace(TRAIN, hidden=0.1))


def test_chance_goes_on_where_it_stood() -> None:
    one, _ = make_objective()
    one.draw()
    state = json.loads(json.dumps(one.state()))
    two, _ = make_objective()
    two.set_state(state)
    assert [one.draw() for _ in range(3)] == [two.draw() for _ in range(3)]


def test_one_batch_is_learnt() -> None:
    objective, model = make_objective()
    objective.draw()  # all of one label, as it happens
    rows = objective.draw()
    assert {label for _, label in rows} == {0, 1}
    objective.train = rows
    trainer = Trainer(model, objective, TRAIN)
    for _ in range(TRAIN.steps):
        trainer.step()
    told, labels = judge(model, rows)
    assert torch.equal(told.argmax(-1), labels)
    assert float(F.nll_loss(told, labels)) < 0.02


# What it goes on from


def test_the_trunk_and_the_pooler_go_on_and_the_rest_begins_anew() -> None:
    model = randomise(pretrained(), 1, 0.3).eval()
    made = make_classifier(model, LABELS, 0.1).eval()
    ids = torch.tensor([[2, 9, 7, 3]])
    assert torch.equal(made(ids).encoder.final, model(ids).encoder.final)
    assert torch.equal(made.classifier.pool.weight, model.next_sentence.pool.weight)
    assert made(ids).logits is None
    assert (made.config.dropout, made.config.segments, made.config.pooled) == (0.1, 1, False)
    assert not set(made.state_dict()) & {"head.weight", "next_sentence.verdict.weight"}


def test_a_classifier_of_the_same_labels_goes_on_and_of_others_begins_anew() -> None:
    model = randomise(make_classifier(pretrained(), LABELS, 0.0), 1, 0.3)
    same, other = make_classifier(model, LABELS, 0.1), make_classifier(model, ("x", "y"), 0.1)
    assert torch.equal(same.classifier.verdict.weight, model.classifier.verdict.weight)
    assert not torch.equal(other.classifier.verdict.weight, model.classifier.verdict.weight)
    assert torch.equal(other.embedding.weight, model.embedding.weight)


def test_a_decoder_is_made_a_classifier_too() -> None:
    config = ModelConfig(50, 16, 2, 8, 32, 16, decoder_layers=1)
    made = make_classifier(pretrained(config), LABELS, 0.0)
    assert made(torch.tensor([[1, 2, 3]])).labels.shape == (1, 2)


@pytest.mark.parametrize("config", [
    ModelConfig(50, 16, 2, 8, 32, 16, encoder_layers=1, decoder_layers=1),
    ModelConfig(50, 16, 2, 8, 32, 16, decoder_layers=1, positions="rotary"),
    ModelConfig(50, 16, 2, 8, 32, 16, encoder_layers=1),
])
def test_what_could_not_be_written_is_refused_before_it_is_trained(config: ModelConfig) -> None:
    with pytest.raises(Refusal):
        classifier_config(config, LABELS, 0.0)


def test_other_labels_than_the_model_has_are_refused() -> None:
    model = make_classifier(pretrained(), ("x", "y"), 0.0)
    with pytest.raises(Refusal, match="tells x, y apart and the data have bad, good"):
        Classification.of(CORPUS, TOKENIZER, model, TRAIN)
    with pytest.raises(Refusal, match="tells – apart"):
        Classification.of(CORPUS, TOKENIZER, pretrained(), TRAIN)


# A whole run


def test_a_run_from_scratch_learns_and_is_measured_beside_its_words(tmp_path: Path) -> None:
    data, recipe = write_data(tmp_path / "data"), write_recipe(tmp_path / "recipe.json")
    best = follow(recipe, data, tmp_path / "run")
    lines = (tmp_path / "run/metrics.jsonl").read_text().splitlines()
    rows = [json.loads(line) for line in lines]
    assert best == min(row["held_out"] for row in rows if "held_out" in row) < 0.2
    report = evaluate(tmp_path / "run/model", data, recipe)
    assert isinstance(report, LabelReport)
    assert report.confusion == ((1, 0), (0, 1))
    assert report.words == ((1, 0), (0, 1))
    assert report.right == report.words_right == 1
    assert report.trained == len(CORPUS.train)
    for words in ("held out                              2 texts", "1.0000 right", "bad", "good"):
        assert words in str(report)


def test_a_run_goes_on_from_a_pretrained_model_and_resumes(tmp_path: Path) -> None:
    data, recipe = write_data(tmp_path / "data"), write_recipe(tmp_path / "recipe.json")
    follow(recipe, data, tmp_path / "first")
    run = Run.begin(recipe, data, tmp_path / "run", init=tmp_path / "first/model")
    assert run.measure().held_out < 0.2
    run.advance()
    run.keep()
    loss = float(run.advance())
    run.close()
    again = Run.resume(tmp_path / "run")
    assert float(again.advance()) == loss
    again.close()
    assert open_checkpoint(tmp_path / "run/checkpoint-1").config.labels == LABELS


def test_a_run_ends_when_its_patience_does_and_stays_ended(tmp_path: Path) -> None:
    data, asked = write_data(tmp_path / "data"), write_recipe(tmp_path / "recipe.json")
    recipe = replace(asked, train=replace(
        asked.train, steps=1000, learning_rate=0.05, evaluate_every=2, patience=6))
    measured = []
    best = follow(recipe, data, tmp_path / "run", report=measured.append)
    losses = [one.held_out for one in measured]
    at = losses.index(min(losses))
    assert measured[-1].step == measured[at].step + 6 < 1000
    assert best == losses[at]
    assert open_checkpoint(tmp_path / "run/model").step == measured[at].step
    again = Run.resume(tmp_path / "run")
    assert again.settled
    assert finish(again) == best
    assert again.done == measured[-1].step


def test_texts_of_one_label_are_refused(tmp_path: Path) -> None:
    recipe, path = write_recipe(tmp_path / "recipe.json"), tmp_path / "one.txt"
    path.write_text("".join(f"{text}\tgood\n" for text in GOOD), encoding="utf-8")
    with pytest.raises(Refusal, match="texts of 1 labels; to tell labels apart takes two or more"):
        follow(recipe, path, tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_the_model_of_another_task_is_not_measured(tmp_path: Path) -> None:
    data, recipe = write_data(tmp_path / "data"), write_recipe(tmp_path / "recipe.json")
    follow(recipe, data, tmp_path / "run")
    (data / "film.bad").rename(data / "film.poor")
    with pytest.raises(Refusal, match="tells bad, good apart and the data have good, poor"):
        evaluate(tmp_path / "run/model", data, recipe)


# The regression


def test_features_are_words_and_their_pairs_each_once() -> None:
    assert features("It's dull, it's DULL!") == [
        "it's", "dull", ",", "!", "it's dull", "dull ,", ", it's", "dull !"]


def test_regression_is_at_the_least_loss_there_is() -> None:
    strength = 0.01
    fitted = BagOfWords.fit(CORPUS.train, LABELS, strength)
    rows = np.zeros((len(CORPUS.train), len(fitted.places) + 1))
    rows[:, -1] = 1
    for row, (text, _) in zip(rows, CORPUS.train, strict=True):
        row[[fitted.places[one] for one in features(text)]] = 1
    answers = np.array([LABELS.index(label) for _, label in CORPUS.train])
    weights = fitted.weights.numpy()
    scores = np.exp(rows @ weights)
    chances = scores / scores.sum(1, keepdims=True)
    gradient = rows.T @ (chances - np.eye(2)[answers]) / len(rows)
    gradient[:-1] += strength * weights[:-1]
    assert np.abs(gradient).max() < 1e-6  # and the loss is convex
    told = fitted.judge([text for text, _ in CORPUS.train]).exp().numpy()
    assert np.abs(told - chances).max() < 1e-12


def test_words_it_never_saw_tell_it_nothing() -> None:
    fitted = BagOfWords.fit(CORPUS.train, LABELS, 0.01)
    told = fitted.judge(["zzz yyy", "xxx", "fine"])
    assert torch.equal(told[0], told[1])
    assert told[2].argmax() == 1


def test_its_strength_is_chosen_by_validation_alone() -> None:
    train, validation = divide(CORPUS)
    turned = [(text, LABELS[label == "bad"]) for text, label in validation]
    assert best_bag_of_words(train, validation, LABELS).right(CORPUS.held_out) == 1
    assert best_bag_of_words(train, turned, LABELS).strength in {1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3}


def test_each_measure_tells_what_was_said_of_which_label(tmp_path: Path) -> None:
    """Counted anew from a forward pass of each text by itself."""
    recipe = write_recipe(tmp_path / "recipe.json")
    run = Run.begin(recipe, write_data(tmp_path / "data"), tmp_path / "run")
    for _ in range(3):
        run.advance()
    progress = run.measure()
    objective = run.objective
    assert isinstance(objective, Classification)
    counts = [[0, 0], [0, 0]]
    for ids, label in objective.validation:
        with torch.inference_mode():
            told = run.model(torch.tensor([ids]), logits_at=[]).labels
        counts[label][int(told.argmax())] += 1
    run.close()
    assert [list(row) for row in progress.confusion] == counts
    assert progress.right == (counts[0][0] + counts[1][1]) / len(objective.validation)
    history = read_history(tmp_path / "run" / "metrics.jsonl")
    assert history.last("right") == progress.right
    assert history.confusion == progress.confusion


@pytest.mark.parametrize("told", ["[[1, 2], [3]]", '[["a", 2], [3, 4]]', "[[1, -2], [3, 4]]", "7",
                                  "[1, 2]"])
def test_a_damaged_count_of_labels_is_left_out(tmp_path: Path, told: str) -> None:
    path = tmp_path / "metrics.jsonl"
    path.write_text(f'{{"step": 3, "held_out": 0.5, "right": 0.5, "confusion": {told}}}\n')
    history = read_history(path)
    assert history.confusion == ()
    assert history.last("right") == 0.5
