"""A model's report, each number against the part that it comes from."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from app.__main__ import main
from core.catalogue import write_card
from core.checkpoint import open_checkpoint, write_checkpoint
from core.config import ModelConfig
from core.errors import Refusal
from core.model import Transformer
from core.readings.heads import HeadScore, repeated_tokens, score_heads, strongest
from core.tokens import Tokenizer
from core.training.evaluate import LONGEST, ORDER, SEQUENCES, SHOWN, Evaluation, evaluate
from core.training.ngram import ByteNgram
from core.training.recipe import Recipe, read_recipe
from core.training.text import encode_documents
from core.training.vocabulary import END, train_tokenizer

TRAIN = "the cat sat on the mat and the dog sat on the cat. 好 " * 30
HELD_OUT = "the dog sat on the mat; 好, the cat and the hat. " * 4


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "a.txt").write_text(TRAIN, encoding="utf-8")
    (folder / "held.txt").write_text(HELD_OUT, encoding="utf-8")
    return folder


@pytest.fixture
def recipe(tmp_path: Path) -> Recipe:
    path = tmp_path / "recipe.json"
    path.write_text(json.dumps({
        "objective": "causal", "hold_out": ["held.txt"],
        "tokenizer": {"kind": "byte_bpe", "vocabulary": 300},
        "model": {"width": 24, "heads": 3, "mlp_width": 16, "context": 32, "decoder_layers": 2},
        "train": {"steps": 1, "batch": 1, "window": 8, "learning_rate": 0.001},
    }), encoding="utf-8")
    return read_recipe(path)


def make_model(folder: Path, context: int, spread: float) -> tuple[Transformer, Tokenizer]:
    """A model folder with every parameter random, or 0 where ``spread`` is 0."""
    torch.manual_seed(0)
    tokenizer = train_tokenizer("byte_bpe", [TRAIN], 300)
    model = Transformer(ModelConfig(
        vocabulary=tokenizer.largest_id + 1, width=24, heads=3, head_width=8, mlp_width=16,
        context=context, decoder_layers=2,
    )).eval()
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=spread)
    write_checkpoint(folder, model, tokenizer)
    return model, tokenizer


def test_the_ngram_is_counted_and_measured_on_the_same_text_as_the_model(
    tmp_path: Path, data: Path, recipe: Recipe
) -> None:
    make_model(tmp_path / "model", context=32, spread=0.2)
    found = evaluate(tmp_path / "model", data, recipe)
    assert found.train_bytes == len(TRAIN.encode())
    assert found.held_out_bytes == len(HELD_OUT.encode())
    nats = ByteNgram.count([TRAIN], order=5).nats(HELD_OUT)
    assert found.ngram == pytest.approx(nats / len(HELD_OUT.encode()), rel=1e-12)
    assert ORDER == 5


def test_lines_held_out_of_each_file_are_measured_instead(tmp_path: Path, recipe: Recipe) -> None:
    make_model(tmp_path / "model", context=32, spread=0.2)
    path = tmp_path / "lines.txt"
    path.write_text("one two three\n" * 20 + "four five\nsix\n", encoding="utf-8")
    found = evaluate(tmp_path / "model", path, replace(recipe, hold_out=(), hold_out_lines=2))
    assert (found.train_bytes, found.held_out_bytes) == (20 * 14, 14)
    nats = ByteNgram.count(["one two three\n" * 20]).nats("four five\nsix\n")
    assert found.ngram == pytest.approx(nats / 14, rel=1e-12)


def test_the_model_pays_for_every_token_and_the_end(
    tmp_path: Path, data: Path, recipe: Recipe
) -> None:
    # The context holds the whole text, so one pass gives each token's probability.
    model, tokenizer = make_model(tmp_path / "model", context=200, spread=0.2)
    end = tokenizer.inner.token_to_id(END)
    ids = [end, *tokenizer.inner.encode(HELD_OUT).ids, end]
    assert LONGEST > 200 > len(ids)
    with torch.inference_mode():
        p = model(torch.tensor([ids[:-1]])).logits[0].double().softmax(-1)
    nats = [-math.log(p[place, token]) for place, token in enumerate(ids[1:])]
    found = evaluate(tmp_path / "model", data, recipe)
    assert found.model == pytest.approx(math.fsum(nats) / len(HELD_OUT.encode()), rel=1e-5)


def test_a_model_that_knows_nothing_pays_the_logarithm_of_its_vocabulary_for_each_token(
    tmp_path: Path, data: Path, recipe: Recipe
) -> None:
    model, tokenizer = make_model(tmp_path / "model", context=16, spread=0.0)
    tokens = len(tokenizer.inner.encode(HELD_OUT).ids) + 1  # and the end
    found = evaluate(tmp_path / "model", data, recipe)
    nats = tokens * math.log(model.config.vocabulary)
    assert found.model == pytest.approx(nats / len(HELD_OUT.encode()), rel=1e-6)
    # Its patterns are even: at i there are i + 1 keys, and one of them is the token before.
    even = sum(1 / (place + 1) for place in range(1, 16)) / 15
    assert [head.score for head in found.previous_token] == pytest.approx([even] * SHOWN, abs=1e-6)


def test_heads_are_scored_on_windows_from_all_of_the_text_and_on_random_tokens(
    tmp_path: Path, data: Path, recipe: Recipe
) -> None:
    make_model(tmp_path / "model", context=32, spread=0.4)
    checkpoint = open_checkpoint(tmp_path / "model")
    text_of_many_windows = HELD_OUT * 5
    (data / "held.txt").write_text(text_of_many_windows, encoding="utf-8")
    found = evaluate(tmp_path / "model", data, recipe)
    stream = encode_documents(checkpoint.tokenizer, [text_of_many_windows])
    apart = (len(stream) - 32) // (SEQUENCES - 1)
    assert apart > 16
    windows = torch.stack([stream[k * apart : k * apart + 32] for k in range(SEQUENCES)])
    text = score_heads(checkpoint.model, windows)
    again = repeated_tokens(checkpoint.config.vocabulary, 16, SEQUENCES, seed=0)
    random = score_heads(checkpoint.model, again)
    assert found.previous_token == strongest(text["previous_token"], SHOWN)
    assert found.induction == strongest(text["induction"], SHOWN)
    assert found.induction_repeated == strongest(random["induction"], SHOWN)
    assert len({found.previous_token, found.induction, found.induction_repeated}) == 3


def test_text_that_repeats_no_token_names_no_induction_head(
    tmp_path: Path, data: Path, recipe: Recipe
) -> None:
    make_model(tmp_path / "model", context=32, spread=0.2)
    (data / "held.txt").write_text("qzx", encoding="utf-8")
    found = evaluate(tmp_path / "model", data, recipe)
    assert found.held_out_bytes == 3
    assert found.induction == ()
    assert len(found.previous_token) == SHOWN
    assert "induction, held-out text              none" in str(found)


def test_the_report_has_a_line_for_each_number() -> None:
    report = Evaluation(
        model=1.25, ngram=1.5, train_bytes=1000, held_out_bytes=100,
        previous_token=(HeadScore(0, 1, 0.5), HeadScore(2, 3, 0.25)),
        induction=(HeadScore(3, 0, 0.75),), induction_repeated=(),
    )
    assert str(report).splitlines() == [
        "trained on                            1000 bytes",
        "held out                              100 bytes",
        "model                                 1.2500 nats a byte",
        "byte n-gram, order 5                  1.5000 nats a byte",
        "previous token, held-out text         layer 0 head 1 (0.500), layer 2 head 3 (0.250)",
        "induction, held-out text              layer 3 head 0 (0.750)",
        "induction, repeated random tokens     none",
    ]


def test_a_missing_model_is_one_sentence(tmp_path: Path, data: Path, recipe: Recipe) -> None:
    with pytest.raises(Refusal, match="nowhere "):
        evaluate(tmp_path / "nowhere", data, recipe)


def test_the_card_names_the_best_heads_of_each_job_and_their_near_rivals(tmp_path: Path) -> None:
    found = Evaluation(
        model=1.0, ngram=2.0, train_bytes=10, held_out_bytes=5,
        previous_token=(HeadScore(0, 3, 0.7), HeadScore(0, 0, 0.34)),
        induction=(HeadScore(1, 6, 0.5), HeadScore(1, 1, 0.25), HeadScore(2, 0, 0.24)),
        induction_repeated=(HeadScore(2, 2, 0.9),),
    )
    write_card(tmp_path, "Ein „Satz“.", found.notable())
    told = json.loads((tmp_path / "headlight.json").read_text(encoding="utf-8"))
    assert told["text"] == "Ein „Satz“."
    assert [(head["role"], head["layer"], head["head"]) for head in told["notable"]] == [
        ("induction", 1, 6), ("induction", 1, 1), ("previous_token", 0, 3),
    ]


def test_a_model_of_a_run_is_measured_by_the_recipe_of_its_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = str(tmp_path / "run")
    asked = ["train", run, "--recipe", "reverse-no-norm", "--steps", "2"]
    assert main(asked) == 0
    capsys.readouterr()
    assert main(["evaluate", "--model", f"{run}/model"]) == 0
    said = capsys.readouterr().out
    assert "held-out pairs" in said
    assert "400" in said
