"""Another program trains, and a window watches: steps and curves come by themselves."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.window import Window
from core.drive import Begin
from core.frame import Frame, Prompt
from core.opening import open_any
from core.session import open_session
from core.trace import Sight
from core.training.recipe import Recipe
from core.training.run import Run
from core.training.told import Told
from core.watching import WatchedSession, open_run
from tests.conftest import wait_until
from tests.test_live import recipe  # noqa: F401 - fixtures
from tests.test_runs import write_recipe

TEXT = "The cat sat on the mat."
TRAINER = """
    import sys, time
    import torch
    from transformers import AutoModelForCausalLM, Trainer, TrainerCallback, TrainingArguments
    class Slow(TrainerCallback):
        def on_step_end(self, *_, **__):
            time.sleep(0.7)
    model = AutoModelForCausalLM.from_pretrained(sys.argv[1])
    ids = torch.randint(0, model.config.vocab_size, (64, 12), generator=torch.manual_seed(0))
    rows = [{"input_ids": row, "labels": row} for row in ids]
    Trainer(
        model, TrainingArguments(
            sys.argv[2], max_steps=8, save_steps=2, per_device_train_batch_size=4, report_to=[],
            learning_rate=1e-2, disable_tqdm=True, use_cpu=True, logging_steps=1,
            eval_strategy="steps", eval_steps=4, save_total_limit=3),
        train_dataset=rows, eval_dataset=rows[:8], callbacks=[Slow()],
    ).train()
"""


def frame_of(window: Window) -> Frame:
    assert window.picture is not None
    return window.picture


def test_a_window_follows_a_run_of_the_hugging_face_trainer_by_itself(
    open_window: Callable[..., Window], tmp_path: Path, tiny_model: Path
) -> None:
    run = tmp_path / "run"
    run.mkdir()
    shutil.copy(tiny_model / "tokenizer.json", run)
    trainer = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(TRAINER), str(tiny_model), str(run)],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        window = open_window(TEXT)
        wait_until(lambda: (run / "checkpoint-2" / "trainer_state.json").exists(), 120)
        window.steering.watch(run)
        wait_until(lambda: window.complete and window.wish.watch, 60)
        bar = window.layout_.timeline
        seen: dict[int, Frame] = {}

        def come() -> bool:
            seen[frame_of(window).step or 0] = frame_of(window)
            return 8 in seen

        wait_until(come, 60)
    finally:
        trainer.kill()
        told = trainer.communicate()[1].decode()
    assert len(seen) > 2, (sorted(seen), told[-1000:])
    wait_until(lambda: bar.isVisibleTo(window))
    wait_until(lambda: frame_of(window).kept == (4, 6, 8))  # it keeps three
    assert bar.words.text() == "step 8 of 8 · the newest"
    training = frame_of(window).training
    assert training is not None
    assert training.watched
    assert (training.done, training.steps, training.working) == (8, 8, False)
    window.steering.play()
    assert not window.wish.drive.playing, "it is theirs to go on with"

    for step in (4, 8):
        window.steering.scrub(step)
        wait_until(lambda step=step: window.complete and frame_of(window).step == step)
        sight, alone = window.wish.sight, tmp_path / f"alone-{step}"
        shutil.copytree(run / f"checkpoint-{step}", alone)
        shutil.copy(tiny_model / "tokenizer.json", alone)
        wanted = open_session(str(alone)).look(Prompt(TEXT), sight)
        assert np.array_equal(frame_of(window).thumbnails, wanted.thumbnails)  # type: ignore[arg-type]
        assert frame_of(window).predictions == wanted.predictions
        if step in seen:
            assert np.array_equal(seen[step].thumbnails, wanted.thumbnails)  # type: ignore[arg-type]

    session = open_run(run, 1 << 28)
    curves = session.tell(100).curves
    log = json.loads((run / "checkpoint-8" / "trainer_state.json").read_text())["log_history"]
    losses = {row["step"]: row["loss"] for row in log if "loss" in row}
    assert len(losses) > 6
    assert dict(zip(curves["loss"].steps, curves["loss"].middle, strict=True)) == losses
    assert list(curves["held_out"].steps) == [4, 8]
    assert curves["rate"].middle[0] == next(row["learning_rate"] for row in log if "loss" in row)
    while session.probe(Prompt(TEXT), Sight()):
        pass
    assert list(session.tell(100).curves["previous_token"].steps) == [4, 6, 8]


def test_a_folder_that_vanishes_is_said_once_and_the_picture_stays(
    open_window: Callable[..., Window], tmp_path: Path, tiny_model: Path
) -> None:
    run = tmp_path / "run"
    for step in (1, 2):
        shutil.copytree(tiny_model, run / f"checkpoint-{step}")
    window = open_window(TEXT)
    window.steering.watch(run)
    wait_until(lambda: window.complete and frame_of(window).kept == (1, 2))
    refusals: list[str] = []
    window.engine.refused.connect(lambda refusal, wish: refusals.append(str(refusal)))
    before = frame_of(window)
    run.rename(tmp_path / "elsewhere")
    wait_until(lambda: window.notice.text())
    assert "can't be read: No such file or directory" in window.notice.text()
    assert str(run) in window.notice.text()
    wait_until(lambda: frame_of(window).training.stopped is not None)  # type: ignore[union-attr]
    assert np.array_equal(frame_of(window).thumbnails, before.thumbnails)  # type: ignore[arg-type]
    window.editor.set_prompt("The dog ran.")
    wait_until(lambda: window.complete and frame_of(window).prompt.source == "The dog ran.")
    end = time.monotonic() + 2.5
    wait_until(lambda: time.monotonic() > end)
    assert len(refusals) == 1, "a folder that stays away is not said again and again"
    (tmp_path / "elsewhere").rename(run)
    wait_until(lambda: frame_of(window).training.stopped is None)  # type: ignore[union-attr]
    shutil.copytree(tiny_model, run / "checkpoint-3")
    wait_until(lambda: frame_of(window).step == 3)


def test_a_run_of_ours_is_watched_while_another_process_trains_it(
    tmp_path: Path, recipe: Recipe, data: Path  # noqa: F811
) -> None:
    """Here the other process is this one: its lock is held, and the folder is all there is."""
    folder = tmp_path / "run"
    run = Run.begin(
        replace(recipe, train=replace(recipe.train, evaluate_every=4)), data, folder)
    session = open_any(str(folder), 1 << 28)
    assert isinstance(session, WatchedSession)
    session.folder.patience = 0
    for _ in range(8):
        run.advance()
    run.measure()
    run.keep()
    assert session.scan()
    training = session.tell(100)
    assert (training.done, training.steps, training.objective) == (8, 400, "causal")
    assert training.unit == run.objective.unit
    assert training.best == run.best
    rows = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    losses = [row["loss"] for row in rows if "held_out" not in row]
    assert list(training.curves["loss"].middle) == losses
    assert len(losses) == 8
    assert session.look(Prompt("the cat"), Sight()).step == 8
    session.scan()
    assert not session.scan()
    run.advance()
    run.close()
    session.scan()
    assert session.tell(0).done == 9
    assert session.look(Prompt("the cat"), Sight()).step == 8, "of step 9 there are no weights"
    again = Run.resume(folder)  # cuts the ninth step off, and takes another one
    assert session.scan()
    assert session.tell(0).done == 8
    again.close()


def test_what_is_damaged_in_a_trainers_state_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "trainer_state.json"
    told = Told(tmp_path)
    assert not told.refresh(tmp_path)
    path.write_text('{"max_steps": 9, "log_history": [{"step": 1, "loss"')
    assert not told.refresh(tmp_path), "it may be written yet"
    path.write_text(
        '{"max_steps": 9, "log_history": [{"step": 1, "loss": 3.5, "grad_norm": NaN}, 7, '
        '{"loss": 1.0}, {"step": true, "loss": 1.0}, {"step": -4, "loss": 1.0}, '
        '{"step": 2, "loss": "low", "learning_rate": 0.5}, {"step": 3, "loss": 1e999}, '
        '{"step": 4, "loss": 2.5, "grad_norm": -Infinity}, {"step": 5, "eval_loss": 2.25}]}')
    assert told.refresh(tmp_path)
    assert not told.refresh(tmp_path)
    assert told.steps == 9
    assert list(told.history.series["loss"].values) == [3.5, 2.5]
    assert list(told.history.series["loss"].steps) == [1, 4]
    assert told.history.last("held_out") == 2.25
    assert told.history.last("rate") == 0.5
    assert "gradient" not in told.history.series
    for damaged in ("[]", "7", '{"log_history": 3}', '{"log_history": {"step": 1}}', "[" * 99999):
        path.write_text(damaged)
        Told(tmp_path).refresh(tmp_path)


def test_metrics_are_read_as_they_grow_and_anew_when_they_were_cut(tmp_path: Path) -> None:
    path, told = tmp_path / "metrics.jsonl", Told(tmp_path)

    def lines(first: int, last: int, shift: float = 0.0) -> str:
        return "".join(
            json.dumps({"step": step, "loss": step + shift}) + "\n"
            for step in range(first, last))

    def losses() -> list[float]:
        return list(told.history.series["loss"].values)

    path.write_text(lines(1, 50) + '{"step": 50, "lo')
    assert told.refresh(None)
    assert not told.refresh(None)
    assert losses() == list(range(1, 50))
    with path.open("a") as file:
        file.write('ss": 50.0}\nnonsense\n')
    assert told.refresh(None)
    assert losses() == list(range(1, 51))
    path.write_text(lines(1, 20))
    assert told.refresh(None)
    assert losses() == list(range(1, 20))
    path.write_text(lines(1, 10) + lines(10, 60, 0.5))  # as long as before, and longer
    assert told.refresh(None)
    assert losses() == [*range(1, 10), *(step + 0.5 for step in range(10, 60))]
    with path.open("a") as file:
        file.write('{"step": 1e400, "loss": 1}\n{"step": 60, "loss": 1' + "0" * 400 + "}\n")
    told.refresh(None)
    assert losses()[-1] == 59.5


@pytest.mark.parametrize("begin", [True, False])
def test_a_run_in_this_window_is_not_a_watched_one(
    begin: bool, open_window: Callable[..., Window], tmp_path: Path, recipe: Recipe,  # noqa: F811
    data: Path, tiny_model: Path,
) -> None:
    window = open_window(TEXT)
    if begin:
        window.steering.begin(tmp_path / "run", Begin(recipe, data))
        wait_until(lambda: window.complete and window.steering.training is not None)
        assert window.steering.drives
    else:
        shutil.copytree(tiny_model, tmp_path / "run" / "checkpoint-3")
        window.steering.watch(tmp_path / "run")
        wait_until(lambda: window.complete and window.steering.training is not None)
        assert not window.steering.drives
        QTest.keyClick(window, Qt.Key.Key_F9)
        wait_until(lambda: window.training is not None and window.training.notice.isVisible())
        assert "Another program trains this run" in window.training.notice.text()  # type: ignore[union-attr]


def test_a_run_that_was_only_watched_is_watched_again_from_the_menu(
    open_window: Callable[..., Window], tmp_path: Path, recipe: Recipe, data: Path,  # noqa: F811
    tiny_model: Path,
) -> None:
    watched, trained = tmp_path / "watched", tmp_path / "trained"
    for folder in (watched, trained):
        Run.begin(recipe, data, folder).close()
    window = open_window(TEXT)

    def choose(folder: Path) -> None:
        window.actions_.models.fill()
        (action,) = [
            one for one in window.actions_.models.list.actions() if f"({folder})" in one.text()]
        action.trigger()
        wait_until(lambda: window.complete and window.wish.model == str(folder))

    window.steering.watch(watched)
    wait_until(lambda: window.complete and window.steering.training is not None)
    window.opening.open(str(trained))
    wait_until(lambda: window.complete and window.wish.model == str(trained))
    choose(watched)
    assert window.wish.watch
    assert not window.steering.drives
    choose(trained)
    assert not window.wish.watch
    assert window.steering.drives
    window.opening.open(str(watched))  # to train it, from now on
    wait_until(lambda: window.complete and window.steering.drives)
    choose(tiny_model)
    choose(watched)
    assert window.steering.drives


def test_a_folder_with_no_checkpoint_yet_is_waited_for(
    open_window: Callable[..., Window], tmp_path: Path, tiny_model: Path
) -> None:
    run = tmp_path / "run"
    run.mkdir()
    window = open_window(TEXT)
    before = frame_of(window)
    window.steering.watch(run)
    wait_until(lambda: f"{run} holds no whole checkpoint yet" in window.notice.text())
    assert window.wish.watch
    assert window.wish.model == str(run)
    assert frame_of(window).card == before.card, "the model at hand is there still"
    attempt = window.wish.attempt
    wait_until(lambda: window.wish.attempt > attempt + 1)
    assert window.notice.isVisible()
    assert not window.opening.button.isHidden()
    shutil.copytree(tiny_model, tmp_path / "half")
    (tmp_path / "half").rename(run / "checkpoint-3")
    wait_until(lambda: window.complete and frame_of(window).step == 3)
    assert frame_of(window).training is not None
    assert not window.notice.text()
    assert not window.opening.room.isVisible()


def test_who_waits_for_a_checkpoint_can_give_it_up(
    open_window: Callable[..., Window], tmp_path: Path, tiny_model: Path
) -> None:
    window = open_window(TEXT)
    window.steering.watch(tmp_path)
    wait_until(lambda: "no whole checkpoint yet" in window.notice.text())
    assert window.opening.cancel()
    wait_until(lambda: window.complete)
    assert (window.wish.model, window.wish.watch) == (str(tiny_model), False)
    assert not window.notice.text()
    attempt = window.wish.attempt
    end = time.monotonic() + 1.5
    wait_until(lambda: time.monotonic() > end)
    assert window.wish.attempt == attempt, "nobody looks there any more"


def test_a_window_that_starts_on_such_a_folder_waits_too(
    open_window: Callable[..., Window], tmp_path: Path, tiny_model: Path
) -> None:
    run = tmp_path / "run"
    run.mkdir()
    window = open_window(TEXT, model=str(run), watch=True, wait=False)
    wait_until(lambda: "no whole checkpoint yet" in window.notice.text())
    shutil.copytree(tiny_model, tmp_path / "half")
    (tmp_path / "half").rename(run / "checkpoint-1")
    wait_until(lambda: window.complete and frame_of(window).step == 1)
    assert not window.notice.text()


def test_a_window_follows_two_processes_of_torchrun(
    open_window: Callable[..., Window], tmp_path: Path, data: Path
) -> None:
    run = tmp_path / "run"
    asked = write_recipe(tmp_path, train={
        "steps": 5000, "keep_every": 20, "keep_last": 20, "evaluate_every": 20})
    window = open_window("the cat sat on the mat")
    window.steering.watch(tmp_path)  # nothing is there yet
    trainer = subprocess.Popen(
        [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2",
         "-m", "app", "train", str(run), "--recipe", str(asked),
         "--data", str(data)],
        cwd=Path(__file__).resolve().parent.parent, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, env=os.environ | {"OMP_NUM_THREADS": "1"})
    try:
        wait_until(run.is_dir, 120)
        window.steering.watch(run)
        seen: dict[int, Frame] = {}

        def come() -> bool:
            if window.answer is not None and window.answer.frame.card.reference == str(run):
                seen.setdefault(frame_of(window).step or 0, frame_of(window))
            return len([step for step in seen if step]) >= 3

        wait_until(come, 180)
        assert trainer.poll() is None, "it trains still"
    finally:
        trainer.terminate()
        trainer.wait(60)
    first, *_, last = (seen[step] for step in sorted(seen))
    assert first.training is not None
    assert last.training is not None
    assert last.training.watched
    assert last.training.done > first.training.done
    assert first.thumbnails is not None
    assert last.thumbnails is not None
    assert (first.thumbnails != last.thumbnails).any(), "the picture follows"
    rows = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    by_step = {row["step"]: row["loss"] for row in rows if "held_out" not in row}
    assert last.training.loss == by_step[last.training.done]
