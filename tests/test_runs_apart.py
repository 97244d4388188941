"""Runs that share a process, a folder or its data with something else, and are not disturbed."""

from __future__ import annotations

import gc
import json
import math
import threading
import weakref
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
import torch

from core.checkpoint import open_checkpoint
from core.drive import Begin, Drive
from core.errors import Refusal
from core.frame import Prompt
from core.live import LiveSession
from core.opening import open_any
from core.trace import Sight
from core.training.chance import Chance
from core.training.data import fingerprint
from core.training.folder import RunFolder
from core.training.recipe import Recipe, read_recipe
from core.training.run import Run
from core.training.text import Corpus
from core.training.translation import PairCorpus
from tests.test_live import BUDGET, live, recipe  # noqa: F401 - fixtures
from tests.test_runs import write_recipe
from tests.test_runs_last import full_after  # noqa: F401 - a fixture


@pytest.fixture
def gpu(monkeypatch: pytest.MonkeyPatch) -> torch.Generator:
    """A generator of this process that stands where a GPU's would."""
    generator = torch.Generator().manual_seed(123)
    for name, stands in (
        ("get_rng_state", generator.get_state), ("set_rng_state", generator.set_state),
        ("manual_seed_all", generator.manual_seed),
    ):
        monkeypatch.setattr(torch.cuda, name, stands)
    return generator


def losses(run: Run, count: int) -> list[float]:
    return [float(run.advance()) for _ in range(count)]


def make(folder: Path, seed: int = 5) -> Recipe:
    """Its model drops a tenth of all activations."""
    made = read_recipe(write_recipe(folder, train={"steps": 40, "warmup": 0, "seed": seed}))
    assert made.model["dropout"] == 0.1
    return made


# -- chance -----------------------------------------------------------------------------------


def test_a_run_of_the_cpu_that_goes_on_with_a_gpu_draws_by_its_seed_and_step(
    gpu: torch.Generator
) -> None:
    kept, others = Chance(5, torch.device("cpu")).state(), count()

    def drawn(seed: int, step: int) -> list[float]:
        gpu.manual_seed(next(others))  # another process, which has drawn otherwise
        before = gpu.get_state()
        chance = Chance(seed, torch.device("cuda"))
        chance.set_state(kept, step)
        with chance.lent():
            found = torch.rand(3, generator=gpu).tolist()
        assert torch.equal(gpu.get_state(), before), "it draws from its own"
        return found

    assert drawn(5, 40) == drawn(5, 40)
    assert drawn(5, 40) != drawn(5, 80)
    assert drawn(5, 40) != drawn(6, 40)


def test_a_run_of_a_gpu_goes_on_where_its_generator_stood(gpu: torch.Generator) -> None:
    one, two = (Chance(5, torch.device("cuda")) for _ in range(2))
    with one.lent():
        torch.rand(7, generator=gpu)
    two.set_state(one.state(), 40)
    found = []
    for chance in (one, two):
        with chance.lent():
            found.append((torch.rand(3).tolist(), torch.rand(3, generator=gpu).tolist()))
    assert found[0] == found[1]


def test_two_runs_that_take_turns_lose_what_each_loses_alone(
    tmp_path: Path, data: Path
) -> None:
    alone = []
    for seed in (5, 6):
        run = Run.begin(make(tmp_path, seed), data, tmp_path / f"alone-{seed}")
        alone.append(losses(run, 6))
        run.close()
    assert alone[0] != alone[1]
    runs = [Run.begin(make(tmp_path, seed), data, tmp_path / f"both-{seed}") for seed in (5, 6)]
    turns = [[float(run.advance()) for run in runs] for _ in range(6)]
    for run in runs:
        run.close()
    assert [list(one) for one in zip(*turns, strict=True)] == alone


def test_whoever_else_draws_changes_nothing_and_is_not_changed(
    tmp_path: Path, data: Path
) -> None:
    run = Run.begin(make(tmp_path), data, tmp_path / "quiet")
    quiet = losses(run, 5)
    run.close()
    torch.manual_seed(1)
    undisturbed = torch.rand(6)
    torch.manual_seed(1)
    drawn = [torch.rand(1)]
    run = Run.begin(make(tmp_path), data, tmp_path / "run")
    drawn.append(torch.rand(1))
    loud = []
    for _ in range(2):
        loud += losses(run, 1)
        drawn.append(torch.rand(1))
    run.keep()
    run.close()
    torch.rand(100, generator=torch.Generator().manual_seed(3))
    again = Run.resume(tmp_path / "run")
    drawn.append(torch.rand(1))
    loud += losses(again, 3)
    drawn.append(torch.rand(1))
    again.measure()
    again.close()
    assert loud == quiet
    assert torch.equal(torch.cat(drawn), undisturbed)


def test_chance_is_told_and_put_back() -> None:
    chance = Chance(3, torch.device("cpu"))
    with chance.lent():
        first = torch.rand(3)
    state = json.loads(json.dumps(chance.state()))
    with chance.lent():
        second = torch.rand(3)
    other = Chance(8, torch.device("cpu"))
    other.set_state(state)
    with other.lent():
        assert torch.equal(torch.rand(3), second)
    torch.manual_seed(3)
    assert torch.equal(torch.rand(3), first)


def test_two_threads_that_draw_take_turns() -> None:
    ours, theirs = (Chance(seed, torch.device("cpu")) for seed in (3, 4))
    entered, drawn = threading.Event(), []

    def draw() -> None:
        with theirs.lent():
            entered.set()
            drawn.append(torch.rand(3))

    before, other = torch.get_rng_state(), threading.Thread(target=draw)
    with ours.lent():
        other.start()
        assert not entered.wait(0.2)
        first = torch.rand(3)
    other.join(20)
    assert torch.equal(torch.get_rng_state(), before)
    for seed, found in ((3, first), (4, drawn[0])):
        torch.manual_seed(seed)
        assert torch.equal(torch.rand(3), found)


@pytest.mark.parametrize("state", [{}, {"torch": 7}, {"torch": "AAAA"}, {"torch": "no base"}])
def test_damaged_chance_is_refused_and_disturbs_nobody(state: dict[str, object]) -> None:
    before = torch.get_rng_state()
    with pytest.raises(ValueError, match=r"damaged|base64|Incorrect|padding"):
        Chance(0, torch.device("cpu")).set_state(state)
    assert torch.equal(torch.get_rng_state(), before)


def test_a_step_that_fails_gives_chance_back(tmp_path: Path, data: Path) -> None:
    run = Run.begin(make(tmp_path), data, tmp_path / "run")
    before = torch.get_rng_state()
    run.model.register_forward_hook(lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run.advance()
    run.close()
    assert torch.equal(torch.get_rng_state(), before)


def test_a_run_that_is_let_go_is_gone_with_its_weights_and_waits_for_no_collector(
    tmp_path: Path, data: Path
) -> None:
    run = Run.begin(make(tmp_path), data, tmp_path / "run")
    run.set_rate(0.5)
    run.advance()
    run.close()
    gc.collect()
    gc.disable()
    try:
        held = weakref.ref(run.model), weakref.ref(run.trainer.optimizer)
        del run
        assert [one() for one in held] == [None, None]
    finally:
        gc.enable()


def test_a_session_of_a_run_goes_with_it_too(tmp_path: Path, data: Path) -> None:
    Run.begin(make(tmp_path), data, tmp_path / "run").close()
    for watch in (False, True):
        session = open_any(str(tmp_path / "run"), BUDGET, watch=watch)
        session.look(Prompt("a b"), Sight(gradient=True))
        if isinstance(session, LiveSession):
            session.advance()
            session.close()
        gc.collect()
        gc.disable()
        try:
            held = weakref.ref(session), weakref.ref(session.model)
            del session
            assert [one() for one in held] == [None, None]
        finally:
            gc.enable()


# -- data that were changed -------------------------------------------------------------------


def test_data_that_were_changed_since_are_noticed_and_taken_when_they_are_named(
    tmp_path: Path, data: Path
) -> None:
    run = Run.begin(make(tmp_path), data, tmp_path / "run")
    losses(run, 3)
    run.keep()
    run.close()
    file = data / "train.txt"
    before = file.read_text(encoding="utf-8")
    file.write_text(before.replace("cat", "dog", 1), encoding="utf-8")
    count = len(before) + len((data / "held.txt").read_text(encoding="utf-8"))
    with pytest.raises(Refusal) as said:
        Run.resume(tmp_path / "run")
    words = str(said.value)
    assert str(data) in words
    assert f"had {count} characters and has {count}" in words
    assert "--data" in words
    file.write_text(before, encoding="utf-8")  # whoever puts it back goes on
    Run.resume(tmp_path / "run").close()
    file.write_text(before + "more", encoding="utf-8")
    again = Run.resume(tmp_path / "run", data=data)
    losses(again, 1)
    again.close()
    Run.resume(tmp_path / "run").close()  # they are the run's own from then on


def test_the_same_words_in_another_place_are_the_same_data(
    tmp_path: Path, data: Path
) -> None:
    run = Run.begin(make(tmp_path), data, tmp_path / "run")
    expected = losses(run, 4)
    run.close()
    data.rename(tmp_path / "moved")
    again = Run.resume(tmp_path / "run", at=0, data=tmp_path / "moved")
    assert losses(again, 4) == expected
    again.close()


def test_a_run_that_kept_no_mark_of_its_data_goes_on(
    tmp_path: Path, data: Path
) -> None:
    Run.begin(make(tmp_path), data, tmp_path / "run").close()
    about = json.loads((tmp_path / "run" / "run.json").read_bytes())
    assert about.pop("read")["characters"] > 100
    (tmp_path / "run" / "run.json").write_text(json.dumps(about))
    (data / "train.txt").write_text("the cat sat on the mat. " * 30, encoding="utf-8")
    Run.resume(tmp_path / "run").close()


def test_what_is_read_is_told_apart_wherever_its_borders_are() -> None:
    several = [
        Corpus(("ab", "c"), ("d",)), Corpus(("a", "bc"), ("d",)), Corpus(("abc",), ("d",)),
        Corpus(("ab",), ("c", "d")), PairCorpus((("ab", "c"),), (("d", ""),)),
        Corpus(("ab", "c"), ("\ud800",)),
    ]
    assert len({fingerprint(one)["hash"] for one in several}) == len(several)


# -- a disk that is full, a folder that is another's ------------------------------------------


def test_a_change_that_can_not_be_recorded_is_tried_once_until_more_is_asked_for(
    live: LiveSession, full_after: Callable[[int], None], tmp_path: Path  # noqa: F811
) -> None:
    full_after(5)
    for wanted in (Drive(rate=0.5), Drive(rate=0.25), Drive(rate=0.25, batch=3)):
        with pytest.raises(Refusal, match="disk is full"):
            live.follow(wanted)
        for _ in range(3):  # at each key
            live.follow(wanted)
    assert (live.run.trainer.factor, live.batch) == (1.0, 4)
    full_after(0)
    live.follow(Drive(rate=0.25, batch=3))
    assert live.run.trainer.factor == 1.0
    live.try_again()
    live.follow(Drive(rate=0.25, batch=3))
    assert (live.run.trainer.factor, live.batch) == (0.25, 3)
    assert len(json.loads((tmp_path / "run" / "changes.json").read_bytes())) == 2


def test_a_run_that_has_let_go_of_its_folder_writes_nothing_there(
    live: LiveSession, tmp_path: Path  # noqa: F811
) -> None:
    for _ in range(3):
        live.advance()
    live.save()
    folder = tmp_path / "run"
    (folder / "checkpoint-3" / "state.json").rename(folder / "away")
    with pytest.raises(Refusal, match=r"state.json"):
        live.go_back()
    (folder / "away").rename(folder / "checkpoint-3" / "state.json")
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    for change in (Drive(rate=0.5), Drive(batch=2)):
        with pytest.raises(Refusal, match="not held"):
            live.follow(change)
    with pytest.raises(Refusal):
        live.advance()
    with pytest.raises(Refusal):
        live.save()
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


# -- going back -------------------------------------------------------------------------------


def measured_on_what_it_learns(data: Path) -> Path:
    """Each measure is better than the one before."""
    (data / "held.txt").write_bytes((data / "train.txt").read_bytes())
    return data


def step_of_best(folder: Path) -> int | None:
    return open_checkpoint(folder / "model").step


def test_who_goes_back_has_the_best_of_the_steps_that_are_left(
    tmp_path: Path, data: Path
) -> None:
    asked = make(tmp_path)
    asked = replace(asked, train=replace(asked.train, keep_last=0))
    folder = tmp_path / "run"
    run = Run.begin(asked, measured_on_what_it_learns(data), folder)
    best = {}
    for step in (4, 8, 12):
        losses(run, 4)
        best[step] = run.measure().held_out
        run.keep()
    assert best[12] < best[8] < best[4]
    assert step_of_best(folder) == 12
    run.close()
    Run.resume(folder, at=12).close()
    assert step_of_best(folder) == 12
    again = Run.resume(folder, at=8)
    assert step_of_best(folder) == 8
    assert again.best == best[8]
    found, kept = (open_checkpoint(folder / name).model for name in ("model", "checkpoint-8"))
    for (name, ours), (_, theirs) in zip(
            found.named_parameters(), kept.named_parameters(), strict=True):
        assert torch.equal(ours, theirs), name
    again.close()


def test_where_the_best_of_those_is_not_kept_there_is_none_until_the_next_measure(
    tmp_path: Path, data: Path
) -> None:
    folder = tmp_path / "run"
    run = Run.begin(make(tmp_path), measured_on_what_it_learns(data), folder)
    losses(run, 3)
    run.measure()
    losses(run, 1)
    run.keep()
    losses(run, 8)
    run.measure()
    run.close()
    assert step_of_best(folder) == 12
    again = Run.resume(folder)  # nobody named a step: it does the same once more
    assert step_of_best(folder) == 12
    assert again.done == 4
    assert math.isfinite(again.best)
    again.close()
    again = Run.resume(folder, at=4)
    assert not (folder / "model").exists()
    losses(again, 1)
    again.measure()
    assert step_of_best(folder) == 5
    again.close()


def test_going_back_in_a_window_mends_the_best_too(live: LiveSession) -> None:  # noqa: F811
    for _ in range(2):
        live.advance()
    live.save()
    live.advance()
    live.measure()
    folder = live.run.folder
    assert step_of_best(folder) == 3
    live.go_back()
    assert live.step == 2
    assert not (folder / "model").exists()


def test_a_folder_that_holds_no_model_has_best_weights_of_no_step(tmp_path: Path) -> None:
    place = RunFolder(tmp_path)
    assert place.step_of("model") == 0
    (tmp_path / "model").write_text("no folder")
    assert place.step_of("model") == 0


def test_a_model_without_residuals_is_a_run_that_goes_on(
    tmp_path: Path, data: Path
) -> None:
    asked = make(tmp_path)
    for change in ({"residual": False}, {"norm": "none"}):
        name = next(iter(change))
        bare = replace(asked, model={**asked.model, **change})
        session = open_any(str(tmp_path / name), BUDGET, begin=Begin(bare, data))
        assert isinstance(session, LiveSession)
        assert session.card.family == "headlight"
        first = losses(session.run, 3)
        session.run.keep()
        then = losses(session.run, 3)
        session.run.close()
        assert first != then
        again = Run.resume(tmp_path / name, at=3)
        assert getattr(again.model.config, name) == change[name]
        assert losses(again, 3) == then
        again.close()
