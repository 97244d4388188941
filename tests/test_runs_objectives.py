"""Every objective goes on from a checkpoint as if it had never stopped, in its family's layout."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from core.training.recipe import OBJECTIVES, Recipe, read_recipe
from core.training.run import Run

TEXT = (
    "The cat sat on the mat because it was tired. The dog ran to the cat, and the cat ran away. "
    "It was a warm day, and it was a long day. She saw the sea, and the sea saw her.\n"
)
SHAPE = {"width": 16, "heads": 2, "mlp_width": 32, "context": 24, "dropout": 0.1}
BERT = {
    "encoder_layers": 2, "segments": 2, "embed_norm": True, "norm_first": False,
    "final_norm": False, "norm_eps": 1e-12, "activation": "gelu", "head": "masked",
    "head_bias": True, "pooled": True,
}
CASES: dict[str, dict[str, Any]] = {
    "causal": {"model": {"decoder_layers": 2}, "tokenizer": "byte_bpe", "repeats": 0.3},
    "masked": {"model": BERT, "tokenizer": "wordpiece"},
    "spans": {"model": {
        "encoder_layers": 2, "decoder_layers": 2, "positions": "bucketed", "norm": "rms",
        "norm_eps": 1e-6, "gated": True, "qkv_bias": False, "output_bias": False,
        "mlp_bias": False, "scale_scores": False, "tied_head": False,
    }, "tokenizer": "spans_bpe"},
    "permutation": {"model": {
        "encoder_layers": 2, "positions": "relative", "norm_first": False, "final_norm": False,
        "norm_eps": 1e-12, "activation": "gelu", "qkv_bias": False, "output_bias": False,
        "head_bias": True,
    }, "tokenizer": "permutation_bpe"},
    "translation": {"model": {
        "encoder_layers": 1, "decoder_layers": 1, "positions": "halves", "norm_first": False,
        "final_norm": False, "activation": "relu", "scale_embedding": True, "head_bias": True,
    }, "tokenizer": "digit_bpe", "smoothing": 0.1},
    "classification": {"model": BERT, "tokenizer": "wordpiece"},
}


def write_data(folder: Path, objective: str) -> Path:
    lines = [f"day {number}\t{number * 7 % 10}{number % 10}" for number in range(60)]
    if objective == "classification":
        lines = [f"{words} film {number}\t{label}" for number in range(30)
                 for words, label in (("a fine", "good"), ("a dull", "bad"))]
    pairs = objective in ("translation", "classification")
    path = folder / "data.txt"
    path.write_text("\n".join(lines) + "\n" if pairs else TEXT * 40, encoding="utf-8")
    return path


def make_recipe(folder: Path, objective: str) -> Recipe:
    case = dict(CASES[objective])
    model, kind = case.pop("model"), case.pop("tokenizer")
    path = folder / "asked.json"
    path.write_text(json.dumps({
        "objective": objective, "hold_out_lines": 12, "model": {**SHAPE, **model},
        "tokenizer": {"kind": kind, "vocabulary": 320},
        "train": {"steps": 50, "batch": 4, "window": 20, "learning_rate": 0.003, "warmup": 2,
                  "keep_every": 3, **case},
    }))
    return read_recipe(path)


def test_every_objective_is_here() -> None:
    assert CASES.keys() == OBJECTIVES.keys()


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_a_run_goes_on_to_the_last_bit_in_the_layout_of_its_family(
    objective: str, tmp_path: Path
) -> None:
    data, recipe = write_data(tmp_path, objective), make_recipe(tmp_path, objective)
    run = Run.begin(recipe, data, tmp_path / "run")
    for _ in range(3):
        run.advance()
    run.keep()
    expected = [float(run.advance()) for _ in range(3)]
    told = run.measure().held_out
    weights = {name: tensor.clone() for name, tensor in run.model.state_dict().items()}
    run.close()
    assert len(set(expected)) == 3

    torch.manual_seed(99)
    again = Run.resume(tmp_path / "run", at=3)
    assert again.done == 3
    assert [float(again.advance()) for _ in range(3)] == expected
    assert again.measure().held_out == told
    assert all(torch.equal(weights[name], tensor)
               for name, tensor in again.model.state_dict().items())
    again.close()


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_an_objective_draws_the_same_again_from_its_state(objective: str, tmp_path: Path) -> None:
    data, recipe = write_data(tmp_path, objective), make_recipe(tmp_path, objective)
    run = Run.begin(recipe, data, tmp_path / "run")
    run.model.eval()
    drawn = run.objective

    def losses() -> list[float]:
        return [float(drawn.loss(run.model).detach()) for _ in range(3)]

    losses()
    state = json.loads(json.dumps(drawn.state()))
    expected = losses()
    assert losses() != expected
    drawn.set_state(state)
    assert losses() == expected
    for damaged in (None, [], {}, [1], "words", [*state, *state]):
        with pytest.raises(ValueError, match="the state of chance is damaged"):
            drawn.set_state(damaged)
    run.close()


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_tokens_of_a_batch_follow_its_size(objective: str, tmp_path: Path) -> None:
    data, recipe = write_data(tmp_path, objective), make_recipe(tmp_path, objective)
    run = Run.begin(recipe, data, tmp_path / "run")
    before = run.objective.tokens
    run.set_batch(8)
    assert run.objective.tokens == pytest.approx(2 * before, abs=1)
    seen: list[int] = []
    run.model.embedding.register_forward_hook(lambda _, ids, __: seen.append(ids[0].shape[0]))
    run.advance()
    assert set(seen) == {8}
    run.close()
