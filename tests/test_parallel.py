"""Several processes that train one model, as ``torchrun`` starts them, against one process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from core.checkpoint import open_checkpoint
from core.training.following import follow
from core.training.recipe import OBJECTIVES, read_recipe
from core.training.run import Run
from tests.test_runs_objectives import make_recipe, write_data

ROOT = Path(__file__).resolve().parent.parent


def small(folder: Path, objective: str, **train: Any) -> Path:
    """A recipe whose batch does not divide by two; nothing is dropped out by chance."""
    make_recipe(folder, objective)
    path = folder / "asked.json"
    asked = json.loads(path.read_text(encoding="utf-8"))
    asked["model"]["dropout"] = 0.0
    asked["train"] |= {
        "steps": 6, "batch": 5, "accumulate": 2, "evaluate_every": 3, "keep_every": 6} | train
    path.write_text(json.dumps(asked), encoding="utf-8")
    return path


def torchrun(count: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "torch.distributed.run", "--standalone",
         "--nproc-per-node", str(count), "-m", "app", "train", *arguments],
        cwd=ROOT, env=os.environ | {"OMP_NUM_THREADS": "1"}, capture_output=True, text=True,
        timeout=300, check=False)


def test_the_words_of_the_readme_train_on_two_processes(tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    [words] = [line for line in readme if line.startswith("torchrun ")]
    assert "my-run" in words
    ended = subprocess.run(
        [*words.replace("my-run", str(tmp_path / "run")).split(), "--steps", "2"],
        cwd=ROOT, capture_output=True, text=True, timeout=300, check=False, env=os.environ | {
            "OMP_NUM_THREADS": "1", "PET_STANDALONE": "1",  # a port that is free
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"})
    assert ended.returncode == 0, ended.stderr[-3000:]
    assert [row["step"] for row in rows_of(tmp_path / "run")] == [1, 2, 2]


def test_what_is_dropped_out_is_dropped_again_after_a_break(tmp_path: Path) -> None:
    data, path = write_data(tmp_path, "causal"), small(tmp_path, "causal", keep_every=3)
    asked = json.loads(path.read_text(encoding="utf-8"))
    asked["model"]["dropout"] = 0.2
    path.write_text(json.dumps(asked), encoding="utf-8")
    for name, steps in (("whole", 6), ("broken", 3)):
        ended = torchrun(2, str(tmp_path / name), "--recipe", str(path), "--data", str(data))
        assert ended.returncode == 0, ended.stderr[-3000:]
        if steps == 3:
            (tmp_path / name / "checkpoint-6").rename(tmp_path / "gone")
    ended = torchrun(2, str(tmp_path / "broken"), "--resume")
    assert ended.returncode == 0, ended.stderr[-3000:]
    whole, broken = ([row["loss"] for row in rows_of(tmp_path / name) if "held_out" not in row]
                     for name in ("whole", "broken"))
    assert len(set(whole)) == 6
    assert broken == whole
    follow(read_recipe(path), data, tmp_path / "one")
    alone = [row["loss"] for row in rows_of(tmp_path / "one") if "held_out" not in row]
    assert alone != whole, "each process drops its own rows' by itself"


def rows_of(run: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_two_processes_lose_what_one_does(objective: str, tmp_path: Path) -> None:
    data, path = write_data(tmp_path, objective), small(tmp_path, objective)
    follow(read_recipe(path), data, tmp_path / "one")
    ended = torchrun(
        2, "--recipe", str(path), "--data", str(data), "--folder", str(tmp_path / "two"))
    assert ended.returncode == 0, ended.stderr[-3000:]
    assert ended.stdout.count("best held-out loss") == 1, "one process speaks"
    one, two = rows_of(tmp_path / "one"), rows_of(tmp_path / "two")
    assert len(one) == len(two) == 6 + 2
    for ours, theirs in zip(one, two, strict=True):
        assert ours["step"] == theirs["step"]
        for name in ("loss", "held_out"):
            if name in ours:
                assert theirs[name] == pytest.approx(ours[name], abs=1e-4), (name, ours["step"])
        if "gradient" in ours:
            assert theirs["gradient"] == pytest.approx(ours["gradient"], rel=1e-3)
    assert len({row["loss"] for row in one if "loss" in row}) > 5
    names = [sorted(str(file.relative_to(tmp_path / run)) for file in (tmp_path / run).rglob("*"))
             for run in ("one", "two")]
    assert names[0] == names[1], "and writes"
    first, second = (
        open_checkpoint(tmp_path / run / "checkpoint-6").model for run in ("one", "two"))
    for (name, ours), (_, theirs) in zip(
            first.named_parameters(), second.named_parameters(), strict=True):
        torch.testing.assert_close(theirs, ours, atol=2e-3, rtol=0, msg=name)


def test_there_may_be_more_processes_than_rows_and_a_run_goes_on_with_another_number(
    tmp_path: Path,
) -> None:
    data, path = write_data(tmp_path, "causal"), small(tmp_path, "causal", batch=2)
    follow(read_recipe(path), data, tmp_path / "one")
    several = tmp_path / "several"
    ended = torchrun(3, "--recipe", str(path), "--data", str(data), "--folder", str(several))
    assert ended.returncode == 0, ended.stderr[-3000:]
    one = Run.resume(tmp_path / "one", steps=9)
    for _ in range(3):
        one.advance()
    one.close()
    ended = torchrun(2, "--folder", str(several), "--resume", "--steps", "9")
    assert ended.returncode == 0, ended.stderr[-3000:]
    losses = [[row["loss"] for row in rows_of(run) if "held_out" not in row]
              for run in (tmp_path / "one", several)]
    assert len(losses[0]) == len(losses[1]) == 9
    assert losses[1] == pytest.approx(losses[0], abs=1e-4)


def test_what_can_not_be_is_said_once_and_no_process_stays(tmp_path: Path) -> None:
    path = small(tmp_path, "causal")
    none, run = str(tmp_path / "none"), str(tmp_path / "run")
    ended = torchrun(2, "--recipe", str(path), "--data", none, "--folder", run)
    assert ended.returncode != 0
    assert ended.stderr.count(none) == 1, ended.stderr
    assert not (tmp_path / "run").exists()
