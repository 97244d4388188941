"""A run that a process of its own trains: the same numbers, seen through the same memory."""

from __future__ import annotations

import json
import logging
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PySide6.QtWidgets import QApplication
from safetensors.torch import load_file

from app.apart import ApartSession, Link, open_apart, suits
from app.engine import Engine
from app.state import Wish
from app.training_process import Opened
from core.config import ModelConfig
from core.drive import Begin, Drive
from core.errors import Cancelled, Refusal
from core.frame import Prompt
from core.shared_weights import CAN_SHARE, SharedWeights
from core.trace import Sight
from core.training.recipe import Recipe, read_recipe
from core.training.run import Run
from core.two_stream import build_model
from tests.conftest import wait_until
from tests.test_live import PROMPT, Person, recipe  # noqa: F401 - a fixture
from tests.test_runs import write_recipe

pytestmark = pytest.mark.skipif(not CAN_SHARE, reason="this system can't pass memory on")


@pytest.fixture
def engine(application: QApplication) -> Iterator[Engine]:
    engine = Engine()
    yield engine
    assert engine.stop(20)


@pytest.fixture
def person(engine: Engine, tmp_path: Path, recipe: Recipe, data: Path) -> Person:  # noqa: F811
    person = Person(engine, Wish(
        str(tmp_path / "run"), PROMPT, Sight(pixels=16), begin=Begin(recipe, data)))
    person.settle()
    return person


def trainers() -> list[int]:
    return [each.pid for each in multiprocessing.active_children()
            if each.name == "training" and each.pid is not None]


def rows(folder: Path) -> list[dict[str, Any]]:
    """What was written of each step, but for what a clock says."""
    lines = (folder / "metrics.jsonl").read_text().splitlines()
    return [{name: value for name, value in json.loads(line).items()
             if name not in ("time", "tokens_a_second")} for line in lines]


def test_its_losses_and_weights_are_those_of_a_run_in_this_process_bit_for_bit(
    person: Person, recipe: Recipe, data: Path, tmp_path: Path  # noqa: F811
) -> None:
    assert len(trainers()) == 1
    person.drive(steps=60)
    person.settle()
    person.drive(saves=1)
    wait_until(lambda: person.frame.training.saved == 60)  # type: ignore[union-attr]
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    here = Run.begin(recipe, data, tmp_path / "here")
    for step in range(1, 61):
        here.advance()
        if step == recipe.train.evaluate_every:
            here.measure()
    here.keep()
    here.close()
    torch.set_num_threads(threads)
    assert rows(tmp_path / "run") == rows(tmp_path / "here")
    there, own = (load_file(tmp_path / name / "checkpoint-60" / "model.safetensors")
                  for name in ("run", "here"))
    assert there.keys() == own.keys()
    assert all(torch.equal(there[name], own[name]) for name in own)


def test_a_key_is_answered_in_the_middle_of_a_step(
    engine: Engine, tmp_path: Path, data: Path
) -> None:
    """A step takes most of a second; texts are seen through the weights before it."""
    slow = read_recipe(write_recipe(
        tmp_path, train={"steps": 400, "batch": 2000, "warmup": 0}))
    person = Person(engine, Wish(
        str(tmp_path / "run"), PROMPT, Sight(pixels=16), begin=Begin(slow, data)))
    person.settle()
    person.drive(steps=2)
    for text in ("a", "a d", "a dog", "a dog;", "a dog; q"):
        person.want(prompt=Prompt(text))
        wait_until(lambda text=text: person.frame.prompt.source == text)
        assert (person.frame.step, person.frame.training.done) == (0, 0)  # type: ignore[union-attr]
        assert person.frame.training.working  # type: ignore[union-attr]
    person.settle()
    assert (person.frame.step, person.frame.prompt.source) == (2, "a dog; q")


def test_a_trainer_that_is_killed_is_told_of_and_play_goes_on_from_the_newest_checkpoint(
    person: Person, caplog: pytest.LogCaptureFixture
) -> None:
    person.drive(steps=6)
    person.settle()
    person.drive(saves=1)
    wait_until(lambda: person.frame.training.saved == 6)  # type: ignore[union-attr]
    at_six = person.frame.thumbnails
    person.drive(playing=True)
    wait_until(lambda: person.frame.training.done > 20)  # type: ignore[union-attr]
    [before] = trainers()
    os.kill(before, signal.SIGKILL)
    wait_until(lambda: person.frame.training.stopped is not None)  # type: ignore[union-attr]
    assert "was ended from outside" in str(person.frame.training.stopped)  # type: ignore[union-attr]
    assert not person.frame.training.working  # type: ignore[union-attr]
    assert "-9" in caplog.text
    person.drive(playing=False)
    person.want(prompt=Prompt("still there"))
    wait_until(lambda: person.frame.prompt.source == "still there")
    seen, steps = person.frame.step, person.frame.kept
    assert seen == steps[-1], "what is seen is a step that was kept whole"
    person.want(prompt=PROMPT)
    wait_until(lambda: person.frame.prompt == PROMPT)
    live = person.frame.thumbnails
    person.want(at=seen)
    wait_until(lambda: person.answers[-1].wish.at == seen)
    assert np.array_equal(person.frame.thumbnails, live)  # type: ignore[arg-type]
    person.want(at=None)
    assert not trainers()
    person.drive(steps=person.wish.drive.steps + 1)
    wait_until(lambda: person.frame.training.stopped is None  # type: ignore[union-attr]
               and person.frame.training.done == 7)  # type: ignore[union-attr]
    person.settle()
    assert person.frame.training.done == 7, "no step of before is taken again"  # type: ignore[union-attr]
    [after] = trainers()
    assert after != before
    person.want(at=6)
    wait_until(lambda: person.frame.step == 6)
    assert np.array_equal(person.frame.thumbnails, at_six)  # type: ignore[arg-type]


def test_where_the_window_is_killed_the_trainer_keeps_what_there_is_and_lets_go_of_the_folder(
    person: Person, tmp_path: Path
) -> None:
    folder = tmp_path / "other"
    script = tmp_path / "play.py"
    script.write_text("""
import sys
from pathlib import Path
from app.apart import Apart, open_apart
from core.drive import Drive
if __name__ == "__main__":
    live = open_apart(Path(sys.argv[1]), 0, lambda done, size: None, None, Drive(), 1)
    run = Apart(live, print, lambda: None)
    run.follow(Drive(playing=True))
    while True:
        if run.patience == 0:
            with run.still():
                run.step()
            print(live.step, flush=True)
""", encoding="utf-8")
    person.engine.stop(20)
    (tmp_path / "run").rename(folder)
    other = subprocess.Popen(
        [sys.executable, str(script), str(folder)], stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1])
    assert other.stdout is not None
    while int(other.stdout.readline()) < 5:
        pass
    other.kill()
    assert not other.communicate()[1], "nothing is said in the terminal"
    end = time.monotonic() + 10
    while True:
        try:
            run = Run.resume(folder)
            break
        except Refusal:
            assert time.monotonic() < end, "it is still held"
            time.sleep(0.05)
    assert run.done >= 5
    run.close()


def test_what_it_logs_is_in_the_log_of_the_window(
    person: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    person.drive(rate=1e9, playing=True)
    wait_until(lambda: person.frame.training.stopped is not None)  # type: ignore[union-attr]
    assert any(record.name == "app.training_process" and "the run stopped" in record.message
               for record in caplog.records)


def test_norms_come_also_where_no_step_is_taken(person: Person) -> None:
    person.drive(steps=2)
    person.settle()
    assert not person.frame.training.norms  # type: ignore[union-attr]
    person.want(sight=replace(person.wish.sight, curves=24))
    wait_until(lambda: person.frame.training.norms)  # type: ignore[union-attr]
    assert all(norm.gradient for norm in person.frame.training.norms)  # type: ignore[union-attr]


def test_who_gives_up_while_it_begins_leaves_a_folder_that_is_free(
    recipe: Recipe, data: Path, tmp_path: Path  # noqa: F811
) -> None:
    def give_up(done: int, size: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        open_apart(tmp_path / "run", 0, give_up, Begin(recipe, data), Drive(), 1)
    assert not trainers()
    run = Run.resume(tmp_path / "run") if (tmp_path / "run" / "run.json").exists() else Run.begin(
        recipe, data, tmp_path / "run")
    assert run.done == 0
    run.close()


def test_a_relative_folder_stays_so_in_its_name_and_is_found(
    recipe: Recipe, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:
    monkeypatch.chdir(tmp_path)
    begin = Begin(recipe, data.relative_to(tmp_path))
    session = open_apart(Path("here"), 0, lambda done, size: None, begin, Drive(), 1)
    session.close()
    assert isinstance(session, ApartSession)
    assert session.card.reference == "here"
    assert (tmp_path / "here" / "checkpoint-0").is_dir()


def test_a_refusal_comes_over_whole(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text('{"version": 99}')
    with pytest.raises(Refusal, match="is of version 99") as told:
        open_apart(tmp_path, 0, lambda done, size: None, None, Drive(), 1)
    assert told.value.values["path"] == tmp_path
    assert "{found}" in told.value.template


def test_a_process_that_ends_while_it_opens_a_run_is_told_of(
    recipe: Recipe, data: Path, tmp_path: Path  # noqa: F811
) -> None:
    link = Link(tmp_path / "run", Begin(recipe, data), Drive(), 1)
    link.kill()
    with pytest.raises(Refusal, match="that was to train this run was ended from outside"):
        link.open(lambda done, size: None)
    link.close()


def test_runs_are_trained_apart_on_the_cpu_of_this_system() -> None:
    assert suits() is not torch.cuda.is_available()
    assert Opened.__dataclass_fields__.keys() == {"report", "onednn"}


# -- the weights themselves ---------------------------------------------------------------


def tied() -> torch.nn.Module:
    torch.manual_seed(0)
    return build_model(ModelConfig(
        vocabulary=11, context=8, width=8, heads=2, head_width=4, mlp_width=16, decoder_layers=1))


def test_two_models_that_share_memory_change_together() -> None:
    first, second = tied(), tied()
    before = {name: value.detach().clone() for name, value in first.named_parameters()}
    shared = SharedWeights.of(first)
    for parameter in second.parameters():
        torch.nn.init.zeros_(parameter)
    shared.show_through(second)
    for name, parameter in second.named_parameters():
        assert torch.equal(parameter, before[name])
    optimizer = torch.optim.SGD(first.parameters(), lr=0.5)
    tokens = torch.arange(8)[None]
    first(tokens).logits.square().sum().backward()
    optimizer.step()
    changed = False
    for name, parameter in second.named_parameters():
        assert torch.equal(parameter, first.get_parameter(name))
        changed |= not torch.equal(parameter, before[name])
    assert changed
    assert torch.equal(first(tokens).logits, second(tokens).logits)


def test_weights_of_another_model_are_refused() -> None:
    other = build_model(ModelConfig(
        vocabulary=99, context=8, width=8, heads=2, head_width=4, mlp_width=16, decoder_layers=1))
    with pytest.raises(ValueError, match="another model"):
        SharedWeights.of(tied()).show_through(other)


def test_a_stamp_tells_every_change_also_back_to_a_step_of_before() -> None:
    shared = SharedWeights.of(tied())
    stamps = [shared.stamped]
    for step in (1, 2, 1, 1):
        shared.stamp(step)
        stamps.append(shared.stamped)
    assert len(set(stamps)) == 5
    assert [step for _, step in stamps] == [0, 1, 2, 1, 1]


def _count(link: Any, times: int) -> None:
    from multiprocessing.reduction import recv_handle

    shared = SharedWeights(recv_handle(link))
    model = tied()
    shared.show_through(model)
    link.send("ready")
    _add(shared, model, times)
    link.send("done")
    with shared.turn():
        link.send("inside")
        time.sleep(60)


def _add(shared: SharedWeights, model: torch.nn.Module, times: int) -> None:
    """Read, wait, write: two that do so at once lose a count."""
    cell = next(iter(model.parameters())).data.view(-1)
    for _ in range(times):
        with shared.turn():
            before = float(cell[0])
            time.sleep(0.0002)
            cell[0] = before + 1


def test_two_processes_take_turns_and_one_that_is_killed_gives_its_turn_up() -> None:
    from multiprocessing.reduction import send_handle

    model = tied()
    shared = SharedWeights.of(model)
    next(iter(model.parameters())).data.zero_()
    context = multiprocessing.get_context("spawn")
    link, other = context.Pipe()
    process = context.Process(target=_count, args=(other, 300), daemon=True)
    process.start()
    assert process.pid is not None
    send_handle(link, shared.handle, process.pid)
    assert link.recv() == "ready"
    _add(shared, model, 300)
    assert link.recv() == "done"
    assert float(next(iter(model.parameters())).data.view(-1)[0]) == 600
    assert link.recv() == "inside"
    process.kill()
    process.join()
    with shared.turn():
        pass
