"""Runs that last: killed, out of room, in use, damaged, changed and taken back, they go on."""

from __future__ import annotations

import fcntl
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM

from app.__main__ import main
from core.checkpoint import open_checkpoint
from core.errors import Refusal
from core.training.following import finish, follow
from core.training.recipe import Recipe, read_recipe
from core.training.run import Run
from tests.test_lock import no_locks
from tests.test_runs import write_recipe

ROOT = Path(__file__).parent.parent


def make_recipe(tmp_path: Path, **train: Any) -> Recipe:
    given = {"steps": 24, "keep_every": 4, "evaluate_every": 3, **train}
    return read_recipe(write_recipe(tmp_path, train=given))


def lines(run: Path) -> list[dict[str, Any]]:
    """All metrics, without those of the clock."""
    rows = map(json.loads, (run / "metrics.jsonl").read_text(encoding="utf-8").splitlines())
    return [{k: v for k, v in row.items() if k not in ("time", "tokens_a_second")} for row in rows]


def steps(run: Path) -> list[int]:
    """Of the checkpoints."""
    return sorted(int(path.name[11:]) for path in run.glob("checkpoint-*"))


def advance(run: Run, count: int) -> list[float]:
    """Losses of so many steps, measured and kept as the recipe says."""
    losses, config = [], run.recipe.train
    for _ in range(count):
        losses.append(float(run.advance()))
        if run.done % config.evaluate_every == 0:
            run.measure()
        if run.done % config.keep_every == 0:
            run.keep()
    return losses


def drop(run: Run) -> None:
    """Let go of the folder as a killed process does: nothing more is written."""
    run._place.close()


def same_end(one: Path, two: Path) -> bool:
    """Whether the last checkpoints and the best models hold the same bits."""
    last = f"checkpoint-{steps(one)[-1]}"
    if (one / last / "state.json").read_bytes() != (two / last / "state.json").read_bytes():
        return False
    for name in (f"{last}/model", f"{last}/optimizer", "model/model"):
        ours, theirs = (load_file(run / f"{name}.safetensors") for run in (one, two))
        if ours.keys() != theirs.keys() or not ours:
            return False
        if not all(torch.equal(ours[key], theirs[key]) for key in ours):
            return False
    return True


# Killed


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_run_killed_at_fifty_points_ends_as_one_that_was_left_alone(
    tmp_path: Path, data: Path
) -> None:
    recipe = write_recipe(tmp_path, train={
        "steps": 36, "keep_every": 3, "evaluate_every": 4, "learning_rate": 0.003,
    })
    folder = tmp_path / "runs"
    folder.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "tests.killed", str(recipe), str(data), str(folder), "50"],
        cwd=ROOT, capture_output=True, text=True, timeout=280, check=False,
        env={**os.environ, "OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"},
    )
    assert done.returncode == 0, done.stderr[-2000:]
    told = json.loads(done.stdout)
    assert told["killed"] == 50
    assert told["writing"] >= 15
    assert told["reached"] >= 6
    expected = lines(folder / "undisturbed")
    assert [row["step"] for row in expected if "gradient" in row] == list(range(1, 37))
    for number in range(told["runs"]):
        run = folder / f"run-{number}"
        assert lines(run) == expected
        assert same_end(run, folder / "undisturbed")
        assert sorted(path.name for path in run.iterdir()) == sorted(
            path.name for path in (folder / "undisturbed").iterdir()
        )


@pytest.mark.parametrize("lost", [1, 4, 5, 7, 23])
def test_a_resumed_run_gives_the_same_losses_to_the_last_bit(
    lost: int, tmp_path: Path, data: Path
) -> None:
    recipe = make_recipe(tmp_path)
    follow(recipe, data, tmp_path / "one")
    run = Run.begin(recipe, data, tmp_path / "two")
    advance(run, lost)
    drop(run)
    torch.manual_seed(99)
    run = Run.resume(tmp_path / "two")
    assert run.done == lost // 4 * 4
    best = finish(run)
    assert lines(tmp_path / "two") == lines(tmp_path / "one")
    assert same_end(tmp_path / "two", tmp_path / "one")
    assert best == min(row["held_out"] for row in lines(tmp_path / "one") if "held_out" in row)


def test_each_step_is_a_line_with_its_loss_rate_gradient_and_tokens(
    tmp_path: Path, data: Path
) -> None:
    recipe = make_recipe(tmp_path, steps=5)
    run = Run.begin(recipe, data, tmp_path / "run")
    losses = [float(run.advance()) for _ in range(5)]
    norm = float(run.trainer.gradient)
    run.close()
    rows = lines(tmp_path / "run")
    assert [row["step"] for row in rows] == [1, 2, 3, 4, 5]
    assert [row["loss"] for row in rows] == losses
    assert [row["rate"] for row in rows][:2] == [0.005, 0.01]
    assert [row["tokens"] for row in rows] == [64, 128, 192, 256, 320]
    assert rows[-1]["gradient"] == norm > 0


def test_a_checkpoint_opens_in_transformers_and_here(tmp_path: Path, data: Path) -> None:
    run = Run.begin(make_recipe(tmp_path), data, tmp_path / "run")
    advance(run, 4)
    run.close()
    folder = tmp_path / "run" / "checkpoint-4"
    ids = torch.arange(12)[None]
    run.model.eval()
    ours = run.model(ids).logits
    theirs = AutoModelForCausalLM.from_pretrained(folder).eval()(ids).logits
    assert torch.allclose(ours, theirs, atol=1e-5)
    assert open_checkpoint(folder).step == 4
    assert {path.suffix for path in folder.iterdir()} == {".json", ".safetensors"}


def test_only_the_newest_checkpoints_stay(tmp_path: Path, data: Path) -> None:
    follow(make_recipe(tmp_path, keep_last=2), data, tmp_path / "two")
    assert steps(tmp_path / "two") == [20, 24]
    follow(make_recipe(tmp_path, keep_last=0), data, tmp_path / "all")
    assert steps(tmp_path / "all") == [0, 4, 8, 12, 16, 20, 24]


def test_a_checkpoint_too_many_that_a_killed_process_left_goes_when_the_run_ends(
    tmp_path: Path, data: Path
) -> None:
    follow(make_recipe(tmp_path, keep_last=2), data, tmp_path / "run")
    shutil.copytree(tmp_path / "run" / "checkpoint-20", tmp_path / "run" / "checkpoint-16")
    finish(Run.resume(tmp_path / "run"))
    assert steps(tmp_path / "run") == [20, 24]


def test_a_run_goes_back_to_a_step_and_forgets_what_came_after(tmp_path: Path, data: Path) -> None:
    recipe = make_recipe(tmp_path, keep_last=0)
    follow(recipe, data, tmp_path / "run")
    before = lines(tmp_path / "run")
    run = Run.resume(tmp_path / "run", at=8)
    assert run.done == 8
    assert steps(tmp_path / "run") == [0, 4, 8]
    assert max(row["step"] for row in lines(tmp_path / "run")) == 8
    finish(run)
    assert lines(tmp_path / "run") == before


def test_a_run_can_be_made_longer(tmp_path: Path, data: Path) -> None:
    follow(make_recipe(tmp_path, steps=8, schedule="constant"), data, tmp_path / "run")
    finish(Run.resume(tmp_path / "run", steps=24))
    follow(make_recipe(tmp_path, schedule="constant"), data, tmp_path / "whole")
    told = [row["loss"] for row in lines(tmp_path / "run") if "gradient" in row]
    assert told == [row["loss"] for row in lines(tmp_path / "whole") if "gradient" in row]
    assert read_recipe(tmp_path / "run" / "recipe.json").train.steps == 24


def test_a_recipe_that_cannot_be_written_stays_as_it_was(kept: Path) -> None:
    before = (kept / "recipe.json").read_bytes()
    (kept / "recipe.json.part").mkdir()
    with pytest.raises(Refusal, match=r"recipe\.json can't be written"):
        Run.resume(kept, steps=99)
    assert (kept / "recipe.json").read_bytes() == before
    Run.resume(kept).close()


def test_data_that_were_moved_are_named_anew(tmp_path: Path, data: Path) -> None:
    recipe = make_recipe(tmp_path)
    run = Run.begin(recipe, data, tmp_path / "run")
    advance(run, 4)
    run.close()
    data.rename(tmp_path / "elsewhere")
    with pytest.raises(Refusal, match="data can't be read: No such file"):
        Run.resume(tmp_path / "run")
    Run.resume(tmp_path / "run", data=tmp_path / "elsewhere").close()
    Run.resume(tmp_path / "run").close()


# Changed while it runs


def test_a_changed_rate_and_batch_act_from_the_next_step(tmp_path: Path, data: Path) -> None:
    recipe = make_recipe(tmp_path, schedule="constant", warmup=0)
    run = Run.begin(recipe, data, tmp_path / "run")
    advance(run, 2)
    run.set_rate(0.5)
    run.set_batch(6)
    advance(run, 2)
    run.close()
    rows = [row for row in lines(tmp_path / "run") if "gradient" in row]
    assert [row["rate"] for row in rows] == [0.01, 0.01, 0.005, 0.005]
    assert [row["tokens"] for row in rows] == [64, 128, 224, 320]


@pytest.mark.parametrize("lost", [6, 7, 9, 13])
def test_what_was_changed_by_hand_is_changed_again_at_its_step(
    lost: int, tmp_path: Path, data: Path
) -> None:
    def meddle(run: Run, upto: int) -> None:
        while run.done < upto:
            if run.done == 6:
                run.set_rate(0.25)
            if run.done == 9:
                run.set_batch(7)
                run.set_rate(2.0)
            advance(run, 1)

    recipe = make_recipe(tmp_path)
    whole = Run.begin(recipe, data, tmp_path / "one")
    meddle(whole, 24)
    whole.close()
    run = Run.begin(recipe, data, tmp_path / "two")
    meddle(run, lost)
    drop(run)
    run = Run.resume(tmp_path / "two")
    if lost < 9:  # what was never asked for is asked for now
        advance(run, lost - run.done)
        if lost == 6:
            run.set_rate(0.25)
        advance(run, 9 - run.done)
        run.set_batch(7)
        run.set_rate(2.0)
    elif lost == 9:
        advance(run, 9 - run.done)
        run.set_batch(7)
        run.set_rate(2.0)
    finish(run)
    assert lines(tmp_path / "two") == lines(tmp_path / "one")


def test_who_goes_back_to_a_step_begins_anew_from_there(tmp_path: Path, data: Path) -> None:
    recipe = make_recipe(tmp_path, keep_last=0)
    follow(recipe, data, tmp_path / "one")
    run = Run.begin(recipe, data, tmp_path / "two")
    advance(run, 9)
    run.set_rate(3.0)
    advance(run, 4)
    run.close()
    finish(Run.resume(tmp_path / "two", at=8))
    assert lines(tmp_path / "two") == lines(tmp_path / "one")


@pytest.mark.parametrize("value", [0.0, -1.0, float("nan"), float("inf")])
def test_a_rate_that_is_none_is_refused(value: float, tmp_path: Path, data: Path) -> None:
    run = Run.begin(make_recipe(tmp_path), data, tmp_path / "run")
    with pytest.raises(Refusal, match="it must be above 0"):
        run.set_rate(value)
    with pytest.raises(Refusal, match="batch is 0; it must be a whole number from 1"):
        run.set_batch(0)
    run.close()
    assert not (tmp_path / "run" / "changes.json").exists()


# Out of room


@pytest.fixture
def full_after(tmp_path: Path) -> Iterator[Callable[[int], None]]:
    """Files can't grow beyond so many bytes from now on; 0 lifts it."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    old = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    def limit(size: int) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size or before[0], before[1]))

    yield limit
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, old)


def test_a_full_disk_pauses_the_run_and_it_goes_on_when_there_is_room(
    tmp_path: Path, data: Path, full_after: Callable[[int], None]
) -> None:
    recipe = make_recipe(tmp_path)
    follow(recipe, data, tmp_path / "one")
    run = Run.begin(recipe, data, tmp_path / "two")
    advance(run, 7)
    run.advance()
    full_after(20_000)  # less than the weights
    with pytest.raises(Refusal, match="can't be written, for the disk is full"):
        run.keep()
    assert steps(tmp_path / "two") == [0, 4]
    assert not list((tmp_path / "two").glob("tmp-*"))
    full_after(0)
    run.keep()
    finish(run)
    assert lines(tmp_path / "two") == lines(tmp_path / "one")
    assert same_end(tmp_path / "two", tmp_path / "one")


def test_no_step_is_taken_while_its_metrics_cannot_be_written(
    tmp_path: Path, data: Path, full_after: Callable[[int], None]
) -> None:
    recipe = make_recipe(tmp_path)
    follow(recipe, data, tmp_path / "one")
    run = Run.begin(recipe, data, tmp_path / "two")
    advance(run, 5)
    run._diary.write()
    written = (tmp_path / "two" / "metrics.jsonl").read_bytes()
    run.advance()
    full_after(len(written) + 10)
    run._diary._written -= 1  # half a second has gone by
    for _ in range(2):
        with pytest.raises(Refusal, match=r"metrics.jsonl can't be written, for the disk is full"):
            run.advance()
        assert run.done == 6
        assert (tmp_path / "two" / "metrics.jsonl").read_bytes() == written
    full_after(0)
    run.measure()
    finish(run)
    assert lines(tmp_path / "two") == lines(tmp_path / "one")


@pytest.mark.parametrize("small_disk", [256], indirect=True)
def test_on_a_small_disk_the_command_ends_in_a_sentence_and_the_folder_resumes(
    small_disk: Path, tmp_path: Path, data: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = write_recipe(tmp_path, train={"steps": 12, "keep_every": 2, "keep_last": 0})
    follow(read_recipe(path), data, tmp_path / "one")
    words = ["train", "--run", str(small_disk / "run"), "--resume"]
    assert main([*words, "--recipe", str(path), "--data", str(data)]) == 2
    said = capfd.readouterr().err
    assert "can't be written, for the disk is full (No space left on device); make room" in said
    assert said.count("\n") == 1
    shutil.copytree(small_disk / "run", tmp_path / "run")
    assert main(["train", "--run", str(tmp_path / "run"), "--resume"]) == 0
    assert lines(tmp_path / "run") == lines(tmp_path / "one")


# Not a number


def test_a_loss_that_is_no_number_names_its_step_and_the_last_good_checkpoint(
    tmp_path: Path, data: Path
) -> None:
    run = Run.begin(make_recipe(tmp_path), data, tmp_path / "run")
    advance(run, 6)
    run.set_rate(1e30)
    with pytest.raises(Refusal) as refused:  # noqa: PT012 - half a second may pass at any step
        for _ in range(6):
            run.advance()
        run.keep()
    good = tmp_path / "run" / "checkpoint-4"
    assert str(refused.value) == (
        f"The loss is no number after step 8; lower the learning rate and go on from {good}."
    )
    for act in (run.advance, run.measure, run.keep):
        with pytest.raises(Refusal, match="no number after step 8"):
            act()
    run.close()
    assert steps(tmp_path / "run") == [0, 4]
    assert max(row["step"] for row in lines(tmp_path / "run")) == 7
    run = Run.resume(tmp_path / "run", at=4)
    assert all(loss < 10 for loss in advance(run, 8))
    run.close()


# Folders that can't serve


@pytest.fixture
def kept(tmp_path: Path, data: Path) -> Path:
    """A run of 10 steps, with checkpoints at 0, 4 and 8."""
    run = Run.begin(make_recipe(tmp_path), data, tmp_path / "kept")
    advance(run, 10)
    run.close()
    return tmp_path / "kept"


def test_a_run_on_a_disk_that_has_no_locks_trains_and_goes_on_and_the_log_says_so(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(fcntl, "flock", no_locks)
    follow(make_recipe(tmp_path, steps=8), data, tmp_path / "run")
    assert steps(tmp_path / "run")[-1] == 8
    finish(Run.resume(tmp_path / "run", steps=12))
    assert steps(tmp_path / "run")[-1] == 12
    told = [record.getMessage() for record in caplog.records]
    assert told == [
        f"{tmp_path / 'run' / 'lock'} can't be locked (No locks available): two processes that "
        "train can't be kept apart there"] * 2


def test_a_folder_is_used_by_one_process_at_a_time(kept: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", "import sys, time\nfrom pathlib import Path\n"
         "from core.training.folder import RunFolder\n"
         "RunFolder(Path(sys.argv[1])).resume()\nprint('held', flush=True)\ntime.sleep(60)",
         str(kept)], cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(Refusal, match="kept is in use by another process, which trains there"):
        Run.resume(kept)
    holder.kill()
    holder.wait()
    holder.stdout.close()
    run = Run.resume(kept)
    with pytest.raises(Refusal, match="in use"):
        Run.resume(kept)
    run.close()
    Run.resume(kept).close()


def test_a_folder_that_holds_a_run_is_not_begun_again(kept: Path, data: Path) -> None:
    recipe = read_recipe(kept / "recipe.json")
    with pytest.raises(Refusal, match="kept already holds a run; name another folder"):
        Run.begin(recipe, data, kept)


@pytest.mark.parametrize("step", [0, 500])
def test_checkpoints_of_another_program_are_no_place_to_begin_and_stay(
    step: int, kept: Path, data: Path, tmp_path: Path
) -> None:
    theirs = tmp_path / "theirs" / f"checkpoint-{step}" / "model.safetensors"
    theirs.parent.mkdir(parents=True)
    theirs.write_bytes(b"weights")
    with pytest.raises(Refusal, match="theirs already holds a run; name another folder"):
        Run.begin(read_recipe(kept / "recipe.json"), data, tmp_path / "theirs")
    assert theirs.read_bytes() == b"weights"


def test_what_else_is_in_a_folder_stays_when_a_run_begins_there(
    kept: Path, data: Path, tmp_path: Path
) -> None:
    notes = tmp_path / "begun" / "tmp-notes" / "of mine"
    half = tmp_path / "begun" / "tmp-checkpoint-0"
    notes.parent.mkdir(parents=True)
    half.mkdir()
    notes.write_text("dear")
    Run.begin(read_recipe(kept / "recipe.json"), data, tmp_path / "begun").close()
    assert notes.read_text() == "dear"
    assert not half.exists(), "a killed process left it"


def cut(path: Path, share: float = 0.5) -> None:
    raw = path.read_bytes()
    path.write_bytes(raw[: int(len(raw) * share)])


def change_json(path: Path, **values: Any) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def reshape(path: Path) -> None:
    tensors = load_file(path)
    save_file({name: tensor.reshape(-1) if tensor.ndim else tensor
               for name, tensor in tensors.items()}, path)


def lose_a_part(path: Path) -> None:
    tensors = load_file(path)
    del tensors[next(name for name in tensors if name.endswith("exp_avg"))]
    save_file(tensors, path)


LAST = "checkpoint-8"
SPOILT: list[tuple[str, Callable[[Path], object], str]] = [
    ("version", lambda run: change_json(run / "run.json", version=2),
     "kept is of version 2; this program goes on with runs of version 1."),
    ("no version", lambda run: (run / "run.json").write_text("{}"), "kept is of version None;"),
    ("half run.json", lambda run: cut(run / "run.json"), "run.json is no JSON"),
    ("no run", lambda run: (run / "run.json").unlink(), "kept holds no run that can go on."),
    ("half recipe", lambda run: cut(run / "recipe.json"), "recipe.json is no recipe"),
    ("half state", lambda run: cut(run / LAST / "state.json"), "state.json is no JSON"),
    ("no state", lambda run: (run / LAST / "state.json").unlink(), "state.json can't be read"),
    ("empty state", lambda run: (run / LAST / "state.json").write_text("{}"),
     "state.json is damaged: "),
    ("chance of words", lambda run: change_json(
        run / LAST / "state.json", chance={"torch": "AAAA", "objective": [1]}),
     "does not fit its run: the state of chance is damaged."),
    ("no chance", lambda run: change_json(run / LAST / "state.json", chance={}),
     "does not fit its run: the state of chance is damaged."),
    ("short chance", lambda run: change_json(run / LAST / "state.json", chance={
        **json.loads((run / LAST / "state.json").read_text())["chance"], "torch": "AAAA"}),
     "does not fit its run: "),
    ("half optimizer", lambda run: cut(run / LAST / "optimizer.safetensors"),
     "optimizer.safetensors is damaged: "),
    ("empty optimizer", lambda run: (run / LAST / "optimizer.safetensors").write_bytes(b""),
     "optimizer.safetensors is damaged: "),
    ("no optimizer", lambda run: (run / LAST / "optimizer.safetensors").unlink(),
     "optimizer.safetensors can't be read: No such file"),
    ("wrong shapes", lambda run: reshape(run / LAST / "optimizer.safetensors"),
     "belongs to no parameter"),
    ("lost tensor", lambda run: lose_a_part(run / LAST / "optimizer.safetensors"), "is missing"),
    ("no tensors", lambda run: save_file({}, run / LAST / "optimizer.safetensors"),
     "it holds nothing"),
    ("half weights", lambda run: cut(run / LAST / "model.safetensors"), "model.safetensors"),
    ("another shape", lambda run: change_json(
        run / "recipe.json",
        model={**json.loads((run / "recipe.json").read_text())["model"], "mlp_width": 40}),
     "does not fit its run: recipe.json tells another shape."),
    ("half metrics", lambda run: cut(run / "metrics.jsonl"), "remove the file to go on without"),
    ("metrics of words", lambda run: (run / "metrics.jsonl").write_text("one\ntwo\n"),
     "metrics.jsonl, line 1, is damaged; remove the file"),
    ("metrics of lists", lambda run: (run / "metrics.jsonl").write_text("[1]\n"),
     "metrics.jsonl, line 1, is damaged; remove the file"),
    ("changes of words", lambda run: (run / "changes.json").write_text('[[1, "mood", 2]]'),
     "changes.json is damaged; remove it"),
    ("half changes", lambda run: (run / "changes.json").write_text('[[1, "ra'),
     "changes.json is damaged; remove it"),
    ("no checkpoints", lambda run: [shutil.rmtree(path) for path in run.glob("checkpoint-*")],
     "kept has no checkpoint"),
]


@pytest.mark.parametrize(("spoil", "sentence"), [case[1:] for case in SPOILT],
                         ids=[case[0] for case in SPOILT])
def test_a_damaged_run_is_refused_in_a_sentence_and_left_as_it_is(
    spoil: Callable[[Path], object], sentence: str, kept: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    spoil(kept)
    before = {path: path.read_bytes() for path in kept.rglob("*") if path.is_file()}
    with pytest.raises(Refusal) as refused:
        Run.resume(kept)
    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)
    assert {path: path.read_bytes() for path in kept.rglob("*") if path.is_file()} == before


def test_an_earlier_checkpoint_serves_where_the_last_is_damaged(kept: Path) -> None:
    cut(kept / LAST / "state.json")
    run = Run.resume(kept, at=4)
    assert run.done == 4
    run.close()


def test_metrics_that_were_removed_are_gone_on_without(kept: Path) -> None:
    (kept / "metrics.jsonl").unlink()
    run = Run.resume(kept)
    advance(run, 2)
    run.close()
    assert [row["step"] for row in lines(kept) if "gradient" in row] == [9, 10]


def test_a_checkpoint_that_is_not_there_is_refused(kept: Path) -> None:
    with pytest.raises(Refusal, match=r"has no checkpoint of step 5; there are 0, 4, 8\."):
        Run.resume(kept, at=5)


def test_a_folder_that_cannot_be_written_is_refused(kept: Path, tmp_path: Path) -> None:
    """As a user of little rights, for root may write anywhere."""
    if os.getuid() != 0:
        pytest.skip("only root can become another user")
    for folder in (kept, *kept.rglob("*")):
        folder.chmod(0o755 if folder.is_dir() else 0o644)
    script = (
        "import os, sys\nfrom pathlib import Path\nfrom core.errors import Refusal\n"
        "from core.training.run import Run\nos.setuid(65534)\n"
        "try:\n    Run.resume(Path(sys.argv[1]))\nexcept Refusal as refusal:\n    print(refusal)\n"
    )
    for folder in (kept, *kept.parents):
        if folder == Path("/tmp"):
            break
        folder.chmod(0o755)
    done = subprocess.run(
        [sys.executable, "-c", script, str(kept)], cwd=ROOT, capture_output=True, text=True,
        check=True, timeout=60,
    )
    assert done.stdout == f"{kept} can't be written: Permission denied.\n"


def test_a_folder_that_may_not_be_looked_into_is_refused() -> None:
    """As a user of little rights, for root may look anywhere."""
    if os.getuid() != 0:
        pytest.skip("only root can become another user")
    script = (
        "import os, sys\nfrom pathlib import Path\nfrom core.errors import Refusal\n"
        "from core.opening import open_any\nfrom core.training.run import Run\n"
        "folder = Path(sys.argv[1])\nos.setuid(65534)\n"
        "for act in (lambda: Run.resume(folder), lambda: open_any(str(folder), 0)):\n"
        "    try:\n        act()\n"
        "    except Refusal as refusal:\n        print(refusal)\n"
    )
    with tempfile.TemporaryDirectory() as folder:  # that of tests may not be looked into either
        done = subprocess.run(
            [sys.executable, "-c", script, folder], cwd=ROOT, capture_output=True, text=True,
            check=True, timeout=60,
        )
    assert done.stdout.splitlines() == [
        f"{folder} can't be read: Permission denied.",
        f"{folder}/config.json can't be read: Permission denied.",
    ]


# By the command


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_command_after_a_step_with_a_checkpoint(
    number: signal.Signals, tmp_path: Path, data: Path
) -> None:
    path = write_recipe(tmp_path, train={
        "steps": 100_000, "keep_every": 100_000, "evaluate_every": 100_000})
    run = tmp_path / "run"
    words = [sys.executable, "-m", "app", "train", "--run", str(run)]
    process = subprocess.Popen(
        [*words, "--recipe", str(path), "--data", str(data)], cwd=ROOT, stdout=subprocess.PIPE,
        text=True, env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    while not (run / "metrics.jsonl").exists():
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(number)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    (step,) = (step for step in steps(run) if step)
    assert said == f"{run}: kept at step {step}; --resume goes on\n"
    assert lines(run)[-1]["step"] == step
    assert main(["train", "--run", str(run), "--resume", "--steps", str(step + 2)]) == 0
    assert lines(run)[-1]["step"] == step + 2


def test_resume_begins_where_there_is_no_run(tmp_path: Path, data: Path) -> None:
    path = write_recipe(tmp_path, train={"steps": 4})
    words = ["train", "--run", str(tmp_path / "run"), "--recipe", str(path), "--data", str(data)]
    assert main([*words, "--resume", "--keep-every", "2"]) == 0
    assert steps(tmp_path / "run") == [0, 2, 4]
    assert main(words) == 2
    assert main([*words, "--resume", "2", "--rate", "0.5"]) == 0
    rates = [row["rate"] for row in lines(tmp_path / "run") if "gradient" in row]
    assert rates[3] == pytest.approx(0.5 * replace_rate(path, 3))


def replace_rate(path: Path, step: int) -> float:
    from core.training.schedule import learning_rate

    return learning_rate(step, replace(read_recipe(path).train, steps=4))
