"""What ``headlight bench training`` measures: all train, and all train the same model."""

from __future__ import annotations

import math
import warnings

import pytest
import torch

from app.bench.training import measure_training


def test_each_takes_its_turns_and_is_held_against_ours() -> None:
    threads = torch.get_num_threads()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # those of transformers are its own
            told = measure_training(rounds=2, steps=1)
    finally:
        torch.set_num_threads(threads)
    names = [name for name in ("ours", "plain loop", "Hugging Face Trainer")
             if isinstance(told.get(name), dict)]
    assert names[:2] == ["ours", "plain loop"]
    for name in names:
        assert told[name]["n"] == 2
        assert told[name]["steps_a_second"] > 0
    for name in names[1:]:
        ratio = told[f"steps a second, ours / {name}"]
        assert math.isfinite(ratio)
        assert ratio == pytest.approx(
            told[name]["median_ms"] / told["ours"]["median_ms"], rel=0.02)
