"""A whole run from a recipe: what it writes, what it repeats, and the recipes that it refuses."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from core.checkpoint import open_checkpoint
from core.errors import Refusal
from core.training.causal import held_out_nats
from core.training.following import follow
from core.training.progress import Progress
from core.training.recipe import Recipe, read_recipe
from core.training.text import encode_documents, read_corpus
from core.training.trainer import learning_rate

SETTINGS: dict[str, Any] = {
    "objective": "causal",
    "hold_out": ["held.txt"],
    "tokenizer": {"kind": "byte_bpe", "vocabulary": 300},
    "model": {"width": 16, "heads": 2, "mlp_width": 32, "context": 24, "decoder_layers": 1,
              "dropout": 0.1},
    "train": {"steps": 7, "batch": 4, "window": 16, "learning_rate": 0.01, "warmup": 2,
              "repeats": 0.25, "evaluate_every": 3, "seed": 5},
}


def write_recipe(folder: Path, text: str | None = None, **parts: Any) -> Path:
    """``parts`` change ``SETTINGS``: a dictionary adds to one there, None takes it away."""
    settings = copy.deepcopy(SETTINGS)
    for name, part in parts.items():
        if isinstance(part, dict):
            part = {k: v for k, v in {**settings[name], **part}.items() if v is not None}
        settings[name] = part
    settings = {name: part for name, part in settings.items() if part is not None}
    path = folder / "asked.json"
    path.write_text(json.dumps(settings) if text is None else text, encoding="utf-8")
    return path


def metrics(run: Path) -> list[dict[str, float]]:
    """Of the measures."""
    lines = (run / "metrics.jsonl").read_text(encoding="utf-8").splitlines()
    return [row for row in map(json.loads, lines) if "held_out" in row]


def held_out_loss(run: Path, data: Path, recipe: Recipe) -> float:
    checkpoint = open_checkpoint(run / "model")
    documents = read_corpus(data, recipe.hold_out).held_out
    stream = encode_documents(checkpoint.tokenizer, documents)
    nats = held_out_nats(checkpoint.model, stream, recipe.train.window)
    return nats / sum(len(document.encode()) for document in documents)


def test_a_run_writes_its_recipe_its_metrics_and_a_model_that_opens(
    tmp_path: Path, data: Path
) -> None:
    told: list[Progress] = []
    recipe = read_recipe(write_recipe(tmp_path))
    best = follow(recipe, data, tmp_path / "run", report=told.append)
    assert sorted(path.name for path in (tmp_path / "run").iterdir()) == [
        "checkpoint-0", "checkpoint-7", "lock", "metrics.jsonl", "model", "recipe.json", "run.json"
    ]
    measured = metrics(tmp_path / "run")
    assert [row["step"] for row in measured] == [3, 6, 7]
    assert [row["rate"] for row in measured] == [learning_rate(s, recipe.train) for s in (2, 5, 6)]
    assert [(p.step, p.loss, p.held_out) for p in told] == [
        (row["step"], row["loss"], row["held_out"]) for row in measured
    ]
    assert best == min(row["held_out"] for row in measured)
    assert held_out_loss(tmp_path / "run", data, recipe) == pytest.approx(best, rel=1e-6)
    config = open_checkpoint(tmp_path / "run" / "model").config
    assert (config.width, config.heads, config.context, config.decoder_layers) == (16, 2, 24, 1)


def test_a_reported_loss_is_the_mean_of_the_steps_since_the_last(
    tmp_path: Path, data: Path
) -> None:
    follow(read_recipe(write_recipe(tmp_path)), data, tmp_path / "run")
    path = write_recipe(tmp_path, train={"evaluate_every": 1})
    follow(read_recipe(path), data, tmp_path / "single")
    each = [row["loss"] for row in metrics(tmp_path / "single")]
    means = [sum(each[:3]) / 3, sum(each[3:6]) / 3, each[6]]
    assert [row["loss"] for row in metrics(tmp_path / "run")] == pytest.approx(means, rel=1e-6)


def test_the_best_weights_are_kept_and_not_the_last(tmp_path: Path, data: Path) -> None:
    # What is learnt of the cat misleads about the dog: the held-out loss soon rises.
    path = write_recipe(tmp_path, train={
        "steps": 60, "learning_rate": 0.05, "evaluate_every": 5, "repeats": 0.0,
    })
    recipe = read_recipe(path)
    best = follow(recipe, data, tmp_path / "run")
    measured = metrics(tmp_path / "run")
    first = min(measured, key=lambda row: row["held_out"])
    assert best == first["held_out"] < measured[-1]["held_out"] - 0.1
    assert open_checkpoint(tmp_path / "run" / "model").step == first["step"] < 60
    assert held_out_loss(tmp_path / "run", data, recipe) == pytest.approx(best, rel=1e-6)


def test_the_written_recipe_repeats_the_run(tmp_path: Path, data: Path) -> None:
    follow(read_recipe(write_recipe(tmp_path)), data, tmp_path / "one")
    again = read_recipe(tmp_path / "one" / "recipe.json")
    torch.manual_seed(99)
    follow(again, data, tmp_path / "two")

    def numbers(run: Path) -> list[dict[str, float]]:
        return [{k: v for k, v in row.items() if k != "tokens_a_second"} for row in metrics(run)]

    assert numbers(tmp_path / "one") == numbers(tmp_path / "two")
    for name in ("recipe.json", "model/config.json", "model/tokenizer.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    one, two = (
        open_checkpoint(tmp_path / run / "model").model.state_dict() for run in ("one", "two")
    )
    assert len(one) > 10
    assert all(torch.equal(one[name], two[name]) for name in one)


def test_the_written_recipe_spells_out_every_default(tmp_path: Path, data: Path) -> None:
    asked = read_recipe(write_recipe(tmp_path))
    follow(asked, data, tmp_path / "run")
    written = read_recipe(tmp_path / "run" / "recipe.json")
    assert (written.train, written.tokenizer) == (asked.train, asked.tokenizer)
    assert written.hold_out == ("held.txt",)
    assert {**written.model, **asked.model} == written.model
    assert (written.model["head_width"], written.model["activation"]) == (8, "gelu_tanh")


def test_the_tokenizer_decides_the_vocabulary(tmp_path: Path, data: Path) -> None:
    path = write_recipe(tmp_path, model={"vocabulary": 5000}, train={"steps": 1})
    follow(read_recipe(path), data, tmp_path / "run")
    checkpoint = open_checkpoint(tmp_path / "run" / "model")
    assert checkpoint.config.vocabulary == checkpoint.tokenizer.largest_id + 1 <= 300


def test_a_run_can_start_from_a_model_with_its_tokenizer(tmp_path: Path, data: Path) -> None:
    recipe = read_recipe(write_recipe(tmp_path))
    best = follow(recipe, data, tmp_path / "one")
    still = replace(recipe, train=replace(recipe.train, steps=1, learning_rate=1e-12))
    start = follow(still, data, tmp_path / "two", init=tmp_path / "one" / "model")
    assert start == pytest.approx(best, rel=1e-6)
    tokenizers = [(tmp_path / run / "model/tokenizer.json").read_bytes() for run in ("one", "two")]
    assert tokenizers[0] == tokenizers[1]


# What a run refuses


def test_a_loss_that_is_no_number_is_refused_with_its_step(tmp_path: Path, data: Path) -> None:
    path = write_recipe(tmp_path, train={"learning_rate": 1e30, "warmup": 0, "evaluate_every": 2})
    with pytest.raises(Refusal, match=r"no number after step 2; lower the learning rate\."):
        follow(read_recipe(path), data, tmp_path / "run")
    assert not (tmp_path / "run" / "model").exists()
    assert metrics(tmp_path / "run") == []


def test_weights_that_the_last_step_broke_are_not_written(tmp_path: Path, data: Path) -> None:
    path = write_recipe(tmp_path, train={"learning_rate": 1e30, "warmup": 0, "steps": 1})
    with pytest.raises(Refusal, match="The loss is no number after step 1"):
        follow(read_recipe(path), data, tmp_path / "run")
    assert not (tmp_path / "run" / "model").exists()


def test_a_window_longer_than_the_context_is_refused(tmp_path: Path, data: Path) -> None:
    recipe = read_recipe(write_recipe(tmp_path, train={"window": 25}))
    with pytest.raises(Refusal, match=r"The window is 25 tokens, but the model's context is 24\."):
        follow(recipe, data, tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_run_folder_that_cannot_be_made_is_refused(tmp_path: Path, data: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(Refusal, match="taken can't be written: File exists"):
        follow(read_recipe(write_recipe(tmp_path)), data, tmp_path / "taken")


@pytest.mark.parametrize(("parts", "sentence"), [
    ({"colour": 1},
     "There is no setting named 'colour'; known are columns, dtype, generated, hold_out,"),
    ({"train": {"stepz": 1}}, "There is no setting named 'stepz'; known are accumulate, batch,"),
    ({"model": {"width_": 1}}, "There is no setting named 'width_'"),
    ({"tokenizer": {"size": 1}}, "There is no setting named 'size'; known are kind, vocabulary."),
    ({"train": None}, "The setting train is missing."),
    ({"tokenizer": None}, "The setting tokenizer is missing."),
    ({"train": {"steps": None}}, "The setting steps is missing."),
    ({"model": {"width": None}}, "The setting width is missing."),
    ({"tokenizer": {"kind": None}}, "The setting kind is missing."),
    ({"train": {"steps": "many"}}, "steps is 'many'; it must be a whole number."),
    ({"train": {"steps": True}}, "steps is True; it must be a whole number."),
    ({"train": {"steps": 2.5}}, "steps is 2.5; it must be a whole number."),
    ({"train": {"steps": [1]}}, "steps is [1]; it must be a whole number."),
    ({"train": {"steps": 0}}, "steps is 0; it must be a whole number from 1 to"),
    ({"train": {"warmup": -1}}, "warmup is -1; it must be a whole number from 0 to"),
    ({"train": {"seed": -1}}, "seed is -1; it must be a whole number from 0 to"),
    ({"train": {"learning_rate": "fast"}}, "learning_rate is 'fast'; it must be a number."),
    ({"train": {"learning_rate": True}}, "learning_rate is True; it must be a number."),
    ({"train": {"learning_rate": 0}}, "The learning rate is 0; it must be above 0."),
    ({"train": {"repeats": 2}}, "repeats is 2; it must be from 0 to 1."),
    ({"train": {"final_rate": -0.1}}, "final_rate is -0.1; it must be from 0 to 1."),
    ({"train": {"weight_decay": 1.5}}, "weight_decay is 1.5; it must be from 0 to 1."),
    ({"train": {"clip": -1.0}}, "clip is -1.0; it must not be below 0."),
    ({"train": {"betas": 0.9}}, "betas is 0.9; it must be a list."),
    ({"train": {"betas": [0.9]}}, "betas is [0.9]; it must be a list."),
    ({"train": {"betas": [0.9, "x"]}}, "betas is [0.9, 'x']; it must be a list."),
    ({"train": {"betas": [0.9, 1.0]}}, "betas are (0.9, 1.0); both must be from 0 to below 1."),
    ({"train": "fast"}, "train is 'fast'; it must be an object."),
    ({"model": [1]}, "model is [1]; it must be an object."),
    ({"model": {"width": "wide"}}, "width is 'wide'; it must be a whole number."),
    ({"model": {"heads": 0}}, "heads is 0; it must be a whole number from 1 to"),
    ({"model": {"heads": -2}}, "heads is -2; it must be a whole number from 1 to"),
    ({"model": {"activation": "swish"}}, "activation is 'swish'; it must be gelu, gelu_tanh, relu"),
    ({"model": {"norm_first": 1}}, "norm_first is 1; it must be true or false."),
    ({"model": {"dropout": 1.0}}, "Dropout is 1.0; it must be from 0 to below 1."),
    ({"model": {"norm_first": False}}, "Only a decoder with learned positions,"),
    ({"model": {"heads": 3}}, "Only a decoder with learned positions,"),
    ({"model": {"positions": "sinusoidal"}}, "Only a decoder with learned positions,"),
    ({"tokenizer": {"kind": "words"}},
     "kind is 'words'; it must be byte_bpe, characters, digit_bpe, pair_characters, letters, "
     "wordpiece, spans_bpe, permutation_bpe."),
    ({"tokenizer": {"vocabulary": "big"}}, "vocabulary is 'big'; it must be a whole number."),
    ({"hold_out": "held.txt"}, "hold_out is 'held.txt'; it must be a list."),
    ({"hold_out": [1]}, "hold_out is [1]; it must be a list."),
    ({"hold_out_lines": 1.5}, "hold_out_lines is 1.5; it must be a whole number."),
    ({"objective": 1}, "objective is 1; it must be a text."),
    ({"objective": "permuted"},
     "{path}: objective is 'permuted'; this program trains causal, masked, spans, "
     "permutation, translation, classification."),
    ({"text": "{"}, "{path} is no recipe this program can follow: Expecting property name"),
    ({"text": ""}, "{path} is no recipe this program can follow: Expecting value"),
    ({"text": "[" * 100_000}, "{path} is no recipe this program can follow: "),
    ({"text": '{"train": NaN}'}, "{path} is no recipe this program can follow: NaN is no JSON"),
    ({"text": '{"train": {}, "train": {}}'},
     "{path} is no recipe this program can follow: the key train is given twice."),
    ({"text": "[]"}, "[] stands where an object with settings is due."),
    ({"text": "null"}, "None stands where an object with settings is due."),
])
def test_a_bad_recipe_is_refused_in_a_sentence(
    tmp_path: Path, parts: dict[str, Any], sentence: str
) -> None:
    path = write_recipe(tmp_path, **parts)
    with pytest.raises(Refusal) as refused:
        read_recipe(path)
    assert str(refused.value).startswith(sentence.replace("{path}", str(path)))
    assert "\n" not in str(refused.value)


def test_a_recipe_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="can follow: No such file or directory"):
        read_recipe(tmp_path / "none.json")
    with pytest.raises(Refusal, match="can follow: Is a directory"):
        read_recipe(tmp_path)
    (tmp_path / "latin.json").write_bytes(b'{"objective": "\xe9"}')
    with pytest.raises(Refusal, match="can follow: 'utf-8' codec can't decode"):
        read_recipe(tmp_path / "latin.json")


@pytest.mark.parametrize("name", [
    "english-gpt", "tang-gpt", "english-bert", "english-t5", "english-xlnet", "dates",
    "sentiment", "sentiment-words",
])
def test_the_bundled_recipes_can_be_followed(name: str) -> None:
    recipe = read_recipe(Path(__file__).parents[1] / "resources" / "recipes" / f"{name}.json")
    assert recipe.train.window <= recipe.model["context"]
    assert recipe.hold_out or recipe.hold_out_lines or recipe.generated
