"""What ends a run that is trained apart, or keeps it from beginning, and what is left of it."""

from __future__ import annotations

import errno
import multiprocessing
import os
import pickle
import subprocess
import sys
from dataclasses import replace
from multiprocessing.reduction import recv_handle, send_handle
from pathlib import Path
from typing import Any

import pytest
import torch

from app.apart import Apart, get_ready, open_apart
from app.engine import Engine
from app.state import Wish
from core.checkpoint import open_checkpoint
from core.drive import Begin, Drive, Report, Training
from core.errors import Refusal
from core.followed import FollowedSession
from core.frame import Prompt
from core.shared_weights import CAN_SHARE, SharedWeights
from core.trace import Sight
from core.training.recipe import Recipe, read_recipe
from core.training.run import Run
from tests.conftest import wait_until
from tests.test_apart import engine, person, tied, trainers  # noqa: F401 - fixtures
from tests.test_live import PROMPT, Person, recipe  # noqa: F401 - a fixture
from tests.test_runs import write_recipe

pytestmark = pytest.mark.skipif(not CAN_SHARE, reason="this system can't pass memory on")
_OPEN = """
import os, signal, sys, time
from pathlib import Path
from app.apart import get_ready, open_apart
from core.drive import Drive
if __name__ == "__main__":
    signal.signal(signal.SIGINT, lambda *of: None)
    get_ready()
    for _ in range(8 if "interrupt" in sys.argv else 0):
        time.sleep(0.1)
        os.killpg(0, signal.SIGINT)
    live = open_apart(Path(sys.argv[1]), 0, lambda done, size: None, None, Drive(), 1)
    if "interrupt" in sys.argv:
        os.killpg(0, signal.SIGINT)
    live.close()
    print("opened", live.step, flush=True)
    os._exit(0)
"""
_HOLD = """
import sys, time
from app.holding import Holding, Wanted
from core.memory import WHOLE
if __name__ == "__main__":
    left = []
    holding = Holding(lambda done, size: None, left.append)
    holding.want(Wanted(sys.argv[1], WHOLE), 0)
    while not left:
        time.sleep(0.01)
    print(type(left[0][2]).__name__)
    left[0][2].close()
"""


@pytest.fixture
def folder(tmp_path: Path, recipe: Recipe, data: Path) -> Path:  # noqa: F811
    """Of a run that waits for its first step."""
    Run.begin(recipe, data, tmp_path / "run").close()
    return tmp_path / "run"


def python(script: str, tmp_path: Path, *arguments: str, **options: Any) -> tuple[str, str]:
    """What a program says that is started in a folder where a person has an ``app``."""
    path, started = tmp_path / "scripts" / "script.py", tmp_path / "started"
    path.parent.mkdir()
    path.write_text(script, encoding="utf-8")
    (started / "app").mkdir(parents=True)
    (started / "app" / "__init__.py").write_text("print('another')", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(path), *arguments], cwd=started, capture_output=True, text=True,
        start_new_session=True, timeout=120, check=False, **options)
    return done.stdout, done.stderr


def test_a_module_of_the_folder_that_the_program_is_started_in_is_not_taken_for_ours(
    folder: Path, tmp_path: Path
) -> None:
    assert python(_OPEN, tmp_path, str(folder)) == ("opened 0\n", "")


def test_an_interrupt_in_the_terminal_is_heard_by_no_process_but_the_window_s(
    folder: Path, tmp_path: Path
) -> None:
    assert python(_OPEN, tmp_path, str(folder), "interrupt") == ("opened 0\n", "")


def test_nothing_is_left_in_the_folder_for_passing_things(folder: Path, tmp_path: Path) -> None:
    """Not where the process of the window ends at once, as it does."""
    passing = tmp_path / "passing"
    passing.mkdir()
    said, _ = python(_OPEN, tmp_path, str(folder), env=os.environ | {"TMPDIR": str(passing)})
    assert said == "opened 0\n"
    wait_until(lambda: not list(passing.glob("pymp-*")))  # torch has a folder of its own


def test_where_no_other_process_can_be_had_a_run_is_trained_in_this_one(
    folder: Path, tmp_path: Path
) -> None:
    """The name of a socket has its limits."""
    far = tmp_path.joinpath(*["far away"] * 12)
    far.mkdir(parents=True)
    said, warned = python(_HOLD, tmp_path, str(folder), env=os.environ | {"TMPDIR": str(far)})
    assert said == "LiveSession\n"
    assert "can't be trained in a process of their own" in warned


def test_where_no_memory_can_be_passed_on_a_run_is_trained_in_this_one(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(name: str) -> int:
        raise OSError(errno.ENOSYS, "Function not implemented")

    assert get_ready()
    monkeypatch.setattr(os, "memfd_create", refuse)
    assert not get_ready()
    assert "can't be trained in a process of their own" in caplog.text


def _break_off(link: Any, folder: Path) -> None:
    shared, model = SharedWeights(recv_handle(link)), open_checkpoint(folder / "checkpoint-1").model
    shared.show_through(model)
    with shared.change(2):
        next(iter(model.parameters())).data.fill_(7.0)
        link.send("in the middle")
        link.recv()


@pytest.mark.parametrize("budget", [1 << 20, 0])
def test_weights_in_the_middle_of_a_change_are_never_seen(
    budget: int, folder: Path
) -> None:
    """Who changes them is killed there; nobody has said so yet when they are looked at."""
    run = Run.resume(folder)
    run.advance()
    run.keep()
    shared, model = SharedWeights.of(run.model), run.model
    shared.stamp(1)
    whole = {name: value.detach().clone() for name, value in model.named_parameters()}
    told = Training(folder, "causal", done=1, steps=400, unit="nats", saved=1)
    session = FollowedSession(folder, shared, Report(1, 1, 0, told), False, budget)
    context = multiprocessing.get_context("spawn")
    link, other = context.Pipe()
    process = context.Process(target=_break_off, args=(other, folder), daemon=True)
    process.start()
    other.close()
    assert process.pid is not None
    send_handle(link, shared.handle, process.pid)
    assert link.recv() == "in the middle"
    process.kill()
    process.join()
    with session.still() as changed:
        assert changed
        assert session.step == 1
        for name, parameter in session.model.named_parameters():
            assert torch.equal(parameter, whole[name]), name
    with session.still() as changed:
        assert not changed
    run.close()


def test_a_change_that_fails_is_seen_as_one_of_the_step_before() -> None:
    shared = SharedWeights.of(tied())
    with shared.change(4):
        pass
    before = shared.stamped

    def fail() -> None:
        with shared.change(5):
            raise MemoryError

    with pytest.raises(MemoryError):
        fail()
    assert shared.stamped != before
    assert shared.stamped[1] == before[1] == 4


def test_what_was_learnt_is_kept_where_reports_of_it_can_not_be_dealt_with(
    recipe: Recipe, data: Path, tmp_path: Path  # noqa: F811
) -> None:
    live = open_apart(
        tmp_path / "run", 0, lambda done, size: None, Begin(recipe, data), Drive(), 1)
    refused: list[Refusal] = []
    run = Apart(live, refused.append, lambda: None)
    run.follow(Drive(playing=True))
    why = Refusal("There is not enough memory for {what}.", what="this")

    def hear(done: int) -> bool:
        if run.patience == 0:
            with run.still():
                run.step()
        return run.lost or (live.step or 0) >= done

    wait_until(lambda: hear(5))
    run.stop(why)
    wait_until(lambda: run.lost or hear(1 << 30))
    assert run.live.tell(run.working, 0).stopped is why
    assert not run.working
    assert not run.follow(Drive(playing=False, steps=1)), "it is to be opened again"
    live.close()
    kept = Run.resume(tmp_path / "run")
    assert kept.done >= 5
    kept.close()


def test_clicks_on_another_run_are_not_those_on_one_that_could_not_be_opened_again(
    person: Person, data: Path, tmp_path: Path  # noqa: F811
) -> None:
    begin = person.wish.begin
    person.drive(steps=6)
    person.settle()
    [trainer] = trainers()
    os.kill(trainer, 9)
    wait_until(lambda: person.frame.training.stopped is not None)  # type: ignore[union-attr]
    data.rename(tmp_path / "moved")
    person.drive(steps=7)
    wait_until(lambda: person.refusals)
    (tmp_path / "moved").rename(data)
    person.want(model=str(tmp_path / "other"), begin=begin, drive=Drive(), attempt=1)
    wait_until(lambda: person.frame.card.reference == str(tmp_path / "other"))
    person.drive(steps=1)
    wait_until(lambda: person.frame.training.done == 1)  # type: ignore[union-attr]


def test_a_run_that_another_window_trains_is_watched(person: Person) -> None:  # noqa: F811
    person.drive(steps=2)
    person.settle()
    other = Engine()
    second = Person(other, replace(person.wish, begin=None, drive=Drive()))
    wait_until(lambda: second.answers and second.frame.training is not None)
    assert second.frame.training.watched  # type: ignore[union-attr]
    person.drive(steps=3)
    person.settle()
    assert other.stop(20)
    assert person.frame.training.done == 3  # type: ignore[union-attr]


def test_a_run_that_was_given_up_while_it_was_opened_is_opened_when_it_is_wished_for_again(
    engine: Engine, recipe: Recipe, data: Path, tiny_model: Path, tmp_path: Path  # noqa: F811
) -> None:
    """It takes a while to read, and is not let go of before it is read."""
    (data / "train.txt").write_text("the cat sat on the mat. " * 60_000, encoding="utf-8")
    Run.begin(recipe, data, tmp_path / "run").close()
    person = Person(engine, Wish(str(tmp_path / "run"), PROMPT, Sight(pixels=16)))  # noqa: F811
    wait_until(lambda: any(
        str(tmp_path / "run" / "lock") in held_files(each) for each in trainers()))
    person.want(model=str(tiny_model))
    wait_until(lambda: person.answers)
    person.want(model=str(tmp_path / "run"))
    wait_until(lambda: person.frame.training is not None)
    assert not person.frame.training.watched  # type: ignore[union-attr]


def held_files(process: int) -> list[str]:
    """What it has open."""
    return [os.path.realpath(each) for each in Path(f"/proc/{process}/fd").iterdir()]


# -- what is told ---------------------------------------------------------------------------


def test_a_reason_in_our_own_words_stays_one_in_another_process() -> None:
    inner = Refusal("{path} is gone", path=Path("here"))
    told = pickle.loads(pickle.dumps(Refusal("No: {why}, {error}.", why=inner, error=OSError("x"))))
    assert str(told) == "No: here is gone, x."
    assert isinstance(told.values["why"], Refusal)
    assert told.values["why"].template == "{path} is gone"
    assert told.values["error"] == "x"


def test_why_a_run_stopped_is_told_once(person: Person) -> None:  # noqa: F811
    person.drive(rate=1e9, playing=True)
    wait_until(lambda: person.frame.training.stopped is not None)  # type: ignore[union-attr]
    first = person.frame.training.stopped  # type: ignore[union-attr]
    for speed in (5.0, 6.0):
        person.drive(playing=False, speed=speed)
        person.settle()
    person.want(sight=replace(person.wish.sight, curves=24))
    wait_until(lambda: person.frame.training.norms)  # type: ignore[union-attr]
    assert person.frame.training.stopped is first  # type: ignore[union-attr]


def test_norms_are_those_of_the_last_step_however_soon_it_came(
    person: Person, tmp_path: Path  # noqa: F811
) -> None:
    person.want(sight=replace(person.wish.sight, curves=24))
    for steps in (1, 2, 3):
        person.drive(steps=steps)
        person.settle()
    told = {norm.layer: norm.weight for norm in person.frame.training.norms}  # type: ignore[union-attr]
    person.drive(saves=1)
    wait_until(lambda: person.frame.training.saved == 3)  # type: ignore[union-attr]
    kept = open_checkpoint(tmp_path / "run" / "checkpoint-3").model
    squares = sum(float(value.detach().square().sum())
                  for name, value in kept.named_parameters() if name.startswith("decoder.layers.0"))
    assert told["decoder.layers.0"] == pytest.approx(squares ** 0.5, rel=1e-6)


def test_norms_stay_while_it_is_measured(
    engine: Engine, tmp_path: Path, data: Path  # noqa: F811
) -> None:
    (data / "held.txt").write_text("A dog; quite another thing! " * 1000, encoding="utf-8")
    recipe = read_recipe(write_recipe(  # noqa: F811
        tmp_path, train={"steps": 400, "evaluate_every": 2}))
    person = Person(engine, Wish(  # noqa: F811
        str(tmp_path / "run"), PROMPT, Sight(pixels=16, curves=24), begin=Begin(recipe, data)))
    person.settle()
    person.drive(steps=1)
    person.settle()
    wait_until(lambda: person.frame.training.norms)  # type: ignore[union-attr]
    before = len(person.answers)
    person.drive(steps=2)
    measured = tmp_path / "run" / "model" / "model.safetensors"
    at = 0
    while not measured.exists():
        at += 1
        person.want(prompt=Prompt(f"a dog {at}"))
        wait_until(lambda text=f"a dog {at}": person.frame.prompt.source == text)
    seen = [answer.frame.training for answer in person.answers[before:]]
    assert any(told.done == 2 and told.held_out is None for told in seen if told is not None)
    assert all(told.norms for told in seen if told is not None)
