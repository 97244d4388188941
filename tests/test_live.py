"""A run trained by the engine while it is looked at: every step counted, every wish answered."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from app.engine import Engine
from app.state import Wish
from app.steering import Steering
from app.window import Window
from core.against import Against
from core.checkpoint import open_checkpoint
from core.drive import Begin, Drive
from core.edits import Edit, Edits
from core.errors import Refusal
from core.frame import Frame, Prompt
from core.live import LiveSession
from core.opening import open_any
from core.session import Session
from core.sides import Sides
from core.timeline import weight_bytes
from core.trace import Sight
from core.training.history import History, Series, read_history
from core.training.recipe import Recipe, read_recipe
from core.training.run import Run
from core.watching import open_run
from tests.conftest import wait_until
from tests.test_engine import Listener
from tests.test_runs import write_recipe
from tests.test_runs_last import full_after  # noqa: F401 - a fixture

BUDGET = 1 << 22
PROMPT = Prompt("the cat sat on the mat")


@pytest.fixture
def recipe(tmp_path: Path) -> Recipe:
    return read_recipe(write_recipe(
        tmp_path, train={"steps": 400, "evaluate_every": 50, "warmup": 0}))


@pytest.fixture
def live(tmp_path: Path, recipe: Recipe, data: Path) -> Iterator[LiveSession]:
    session = open_any(str(tmp_path / "run"), BUDGET, begin=Begin(recipe, data))
    assert isinstance(session, LiveSession)
    yield session
    session.close()


@pytest.fixture(params=["apart", "in the engine"])
def engine(
    application: object, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Engine]:
    """It has runs trained in a process of their own, or takes their steps itself."""
    if request.param != "apart":
        monkeypatch.setattr("app.apart.suits", lambda: False)
    engine = Engine()
    yield engine
    assert engine.stop(20)


class Person(Listener):
    """Wishes, and sees what comes."""

    def __init__(self, engine: Engine, wish: Wish) -> None:
        super().__init__(engine)
        self.wish = wish
        engine.start()
        self.want()

    def want(self, **changes: Any) -> None:
        self.wish = replace(self.wish, **changes)
        self.engine.wish(self.wish)

    def drive(self, **changes: Any) -> None:
        self.want(drive=replace(self.wish.drive, **changes))

    @property
    def frame(self) -> Frame:
        return self.answers[-1].frame

    def settle(self) -> None:
        """Until the newest wish is answered, and no step is left to take."""
        wait_until(lambda: self.answers and self.answers[-1].wish.drive is self.wish.drive
                   and self.frame.training is not None and not self.frame.training.working)


@pytest.fixture
def person(
    engine: Engine, tmp_path: Path, recipe: Recipe, data: Path
) -> Person:
    person = Person(engine, Wish(
        str(tmp_path / "run"), PROMPT, Sight(pixels=16), begin=Begin(recipe, data)))
    person.settle()
    return person


def test_a_run_begins_and_waits(person: Person, tmp_path: Path) -> None:
    assert person.frame.training is not None
    assert person.frame.training.done == 0
    assert not person.frame.training.working
    assert person.frame.step == 0
    assert person.frame.thumbnails is not None
    assert (tmp_path / "run" / "checkpoint-0" / "model.safetensors").exists()


def test_every_click_on_step_is_one_step_also_when_clicked_fast(person: Person) -> None:
    for clicks in range(1, 31):
        person.drive(steps=clicks)  # most are replaced before the engine sees them
    person.settle()
    assert person.frame.training is not None
    assert person.frame.training.done == 30
    assert person.frame.step == 30
    person.drive(steps=31)
    person.settle()
    assert person.frame.step == 31


def test_a_pause_takes_effect_within_a_step_and_drops_what_is_outstanding(person: Person) -> None:
    person.drive(playing=True)
    wait_until(lambda: person.frame.training.done > 5)  # type: ignore[union-attr]
    person.drive(playing=False, pauses=1)
    person.settle()
    done = person.frame.training.done  # type: ignore[union-attr]
    person.drive(steps=300)
    wait_until(lambda: person.frame.training.done > done)  # type: ignore[union-attr]
    person.drive(pauses=2)
    person.settle()
    between = person.frame.training.done  # type: ignore[union-attr]
    assert done < between < done + 300
    person.want(prompt=Prompt("a dog"))
    person.settle()
    assert person.frame.training.done == between  # type: ignore[union-attr]
    person.drive(steps=301)
    person.settle()
    assert person.frame.training.done == between + 1  # type: ignore[union-attr]


def test_going_back_drops_what_is_outstanding_and_waits(person: Person) -> None:
    person.drive(steps=300)
    wait_until(lambda: person.frame.training.done > 5)  # type: ignore[union-attr]
    person.drive(returns=1)
    person.settle()
    assert person.frame.training.done == person.frame.step == 0  # type: ignore[union-attr]
    person.drive(steps=302)
    person.settle()
    assert person.frame.training.done == 2  # type: ignore[union-attr]


def test_pictures_are_of_the_weights_that_they_name(person: Person, tmp_path: Path) -> None:
    """Replayed afterwards, without an engine, each step gives the same thumbnails."""
    person.drive(steps=12)
    person.settle()
    seen = {answer.frame.step: answer.frame for answer in person.answers}
    assert person.engine.stop(20)
    again = Run.resume(tmp_path / "run", at=0)
    try:
        checkpoint = replace(
            open_checkpoint(tmp_path / "run" / "checkpoint-0"), model=again.model)
        session = Session(checkpoint, person.frame.card, torch.device("cpu"))
        for step in range(13):
            if step:
                again.advance()
                session.weights_changed(step)
            again.model.eval()
            if step in seen:
                frame = session.look(PROMPT, Sight(pixels=16))
                assert np.array_equal(frame.thumbnails, seen[step].thumbnails), step
    finally:
        again.close()
    assert len(seen) > 1


def test_typing_goes_on_while_it_trains(person: Person) -> None:
    person.drive(playing=True)
    wait_until(lambda: person.frame.training.done > 3)  # type: ignore[union-attr]
    for text in ("a", "a d", "a dog", "a dog;"):
        person.want(prompt=Prompt(text), asked=1.0)
        wait_until(lambda text=text: person.frame.prompt.source == text)
        assert person.frame.training is not None
        assert person.frame.training.working
    asked = [answer.wish.asked for answer in person.answers if answer.frame.prompt.source == "a"]
    assert asked.count(1.0) == 1, "a key is answered once; what comes after is the run's"


def test_a_long_measure_keeps_no_key_waiting_and_can_be_left(
    engine: Engine, tmp_path: Path, data: Path
) -> None:
    """The held-out text is long: hundreds of batches, between which wishes are answered."""
    (data / "held.txt").write_text("A dog; quite another thing! " * 4000, encoding="utf-8")
    recipe = read_recipe(write_recipe(tmp_path, train={"steps": 400, "evaluate_every": 2}))
    person = Person(engine, Wish(
        str(tmp_path / "run"), PROMPT, Sight(pixels=16), begin=Begin(recipe, data)))
    person.settle()
    person.drive(steps=2)
    measured = tmp_path / "run" / "model" / "model.safetensors"
    for at in range(1000):
        person.want(prompt=Prompt(f"a dog {at}"))
        wait_until(lambda at=at: person.frame.prompt.source == f"a dog {at}")
        if person.frame.training is not None and person.frame.training.done == 2:
            break
    assert not measured.exists(), "it is answered before the measure has ended"
    assert person.frame.step == 2
    assert engine.stop(5), "it ends in the middle of a measure"
    assert not measured.exists()
    again = Run.resume(tmp_path / "run")
    assert again.done == 2
    again.close()


def test_a_step_looked_at_during_a_measure_calls_nobody_once_the_measure_is_over(
    live: LiveSession,
) -> None:
    for _ in range(3):
        live.advance()
    calls = []

    def attend() -> None:
        calls.append(live.look(PROMPT, Sight(pixels=16), 0).step)

    live.attend = attend
    live.measure()
    assert set(calls) == {0}
    calls.clear()
    assert live.look(Prompt("a dog"), Sight(pixels=16), 0).step == 0
    assert not calls


def test_an_altered_model_looked_at_during_a_measure_is_that_of_the_last_step(
    live: LiveSession,
) -> None:
    sides, edits = Sides(live), Edits((Edit("mlp", live.config.stacks[-1], layer=0),))
    against, sight = Against("prompt", prompt=Prompt("a dog")), Sight(head=(0, 0))

    def look() -> Frame:
        return sides.look(PROMPT, sight, edits, against)

    live.advance()
    before = look()
    seen: list[Frame] = []
    live.attend = lambda: seen.append(look())
    for _ in range(3):
        live.run.advance()
    live.model.eval()
    live.weights_changed(live.run.done)
    live.measure()
    sides.weights_changed()
    after = look()
    for now, then, old in ((seen[0], after, before),
                           (seen[0].beside, after.beside, before.beside)):
        assert now is not None
        assert then is not None
        assert old is not None
        assert (now.step, old.step) == (4, 1)
        assert now.predictions == then.predictions != old.predictions


def test_a_run_whose_folder_is_gone_can_be_looked_at_and_says_why_it_stops(
    live: LiveSession,
) -> None:
    live.advance()
    before = live.look(PROMPT, Sight(pixels=16)).thumbnails
    shutil.rmtree(live.run.folder)
    told = live.tell(working=True, points=10)
    assert (told.done, told.saved) == (1, None)
    with pytest.raises(Refusal, match="can't be written"):
        live.save()
    assert live.stopped is not None
    after = live.look(PROMPT, Sight(pixels=16)).thumbnails
    assert np.array_equal(before, after)  # type: ignore[arg-type]


def test_where_going_back_fails_no_step_is_taken_until_it_succeeds(
    live: LiveSession, data: Path, tmp_path: Path
) -> None:
    for _ in range(2):
        live.advance()
    data.rename(tmp_path / "moved")
    with pytest.raises(Refusal, match="data can't be read"):
        live.go_back()
    another = Run.resume(live.run.folder, data=tmp_path / "moved")  # its folder is free
    another.advance()
    another.measure()
    metrics = (live.run.folder / "metrics.jsonl").read_bytes()
    for act in (live.advance, live.measure, live.save):
        with pytest.raises(Refusal, match="data can't be read"):
            act()
    another.close()
    assert (live.run.folder / "metrics.jsonl").read_bytes() == metrics
    live.go_back()
    live.advance()
    assert live.run.done == 1


def test_a_speed_limit_is_kept(person: Person) -> None:
    import time

    person.drive(speed=10.0, steps=6)
    started = time.perf_counter()
    person.settle()
    assert time.perf_counter() - started >= 0.45  # six steps, five waits of a tenth of a second


def test_a_kept_step_can_be_looked_at_while_the_run_goes_on(person: Person) -> None:
    first = person.frame.thumbnails
    person.drive(steps=20)
    person.settle()
    newest = person.frame.thumbnails
    assert not np.array_equal(first, newest)  # type: ignore[arg-type]
    assert person.frame.kept[0] == 0
    person.want(at=0)
    wait_until(lambda: person.frame.step == 0)
    assert np.array_equal(person.frame.thumbnails, first)  # type: ignore[arg-type]
    person.drive(steps=25)
    person.settle()
    assert person.frame.training is not None
    assert (person.frame.step, person.frame.training.done) == (0, 25)
    person.want(at=None)
    wait_until(lambda: person.frame.step == 25)


def test_a_loss_that_is_no_number_stops_the_run_and_says_so(person: Person) -> None:
    person.drive(rate=1e9, playing=True)
    wait_until(lambda: person.frame.training.stopped is not None)  # type: ignore[union-attr]
    assert person.frame.training is not None
    assert "no number after step" in str(person.frame.training.stopped)
    assert not person.frame.training.working
    person.want(prompt=Prompt("still there"))
    wait_until(lambda: person.frame.prompt.source == "still there")


def test_a_run_whose_patience_is_over_is_played_no_more(
    engine: Engine, tmp_path: Path, data: Path
) -> None:
    recipe = read_recipe(write_recipe(tmp_path, train={
        "steps": 400, "evaluate_every": 2, "patience": 4, "learning_rate": 1e-12, "warmup": 0}))
    person = Person(engine, Wish(
        str(tmp_path / "run"), PROMPT, Sight(pixels=16), begin=Begin(recipe, data)))
    person.settle()
    person.drive(playing=True)
    wait_until(lambda: person.frame.training.ended)  # type: ignore[union-attr]
    assert not person.frame.training.working  # type: ignore[union-attr]
    assert person.frame.training.done < 40  # type: ignore[union-attr]
    done = person.frame.training.done  # type: ignore[union-attr]
    person.drive(playing=False, steps=3)
    wait_until(lambda: person.frame.training.done == done + 3)  # type: ignore[union-attr]


def test_a_rate_and_a_batch_are_taken_while_it_runs(person: Person) -> None:
    person.drive(rate=0.5, batch=3, steps=2)
    person.settle()
    training = person.frame.training
    assert training is not None
    assert (training.factor, training.batch) == (0.5, 3)
    person.drive(batch=0)
    wait_until(lambda: person.refusals)
    assert "batch" in str(person.refusals[-1][0])


def test_what_was_trained_is_kept_when_the_engine_ends(person: Person, tmp_path: Path) -> None:
    person.drive(steps=9)
    person.settle()
    assert person.engine.stop(20)
    again = open_any(str(tmp_path / "run"), BUDGET)
    assert isinstance(again, LiveSession)
    assert again.run.done == 9
    again.close()


def test_another_model_lets_go_of_the_run(person: Person, tiny_model: Path, tmp_path: Path) -> None:
    person.drive(playing=True)
    wait_until(lambda: person.frame.training.done > 2)  # type: ignore[union-attr]
    person.want(model=str(tiny_model), begin=None, drive=Drive(), attempt=1)
    wait_until(lambda: person.frame.card.reference == str(tiny_model))
    assert person.frame.training is None
    run = Run.resume(tmp_path / "run")  # nobody holds it
    assert run.done > 2
    run.close()


def test_curves_and_norms_are_told_where_they_are_wanted(person: Person, tmp_path: Path) -> None:
    person.drive(steps=60)
    person.settle()
    assert person.frame.training is not None
    assert not person.frame.training.curves
    person.want(sight=replace(person.wish.sight, curves=24))
    wait_until(lambda: person.frame.training.curves  # type: ignore[union-attr]
               and "previous_token" in person.frame.training.curves)  # type: ignore[union-attr]
    wait_until(lambda: len(
        person.frame.training.curves["previous_token"].steps) > 3)  # type: ignore[union-attr]
    training = person.frame.training
    rows = [json.loads(line) for line in (
        tmp_path / "run" / "metrics.jsonl").read_text().splitlines()]
    losses = np.array([row["loss"] for row in rows if "held_out" not in row])
    curve = training.curves["loss"]
    assert len(curve.steps) == 24
    assert curve.low.min() <= losses.min() + 1e-9
    assert [norm.layer for norm in training.norms][:1] == ["embedding"]
    assert all(norm.weight > 0 for norm in training.norms)
    assert training.held_out is not None  # measured at step 50
    assert training.best == pytest.approx(training.held_out)


def test_readings_by_step_are_those_of_the_weights_of_each_step(live: LiveSession) -> None:
    for _ in range(5):
        live.advance()
    sight = Sight()
    while live.probe(PROMPT, sight):
        pass
    curve = live.tell(False, 100).curves["previous_token"]
    assert list(curve.steps) == [0, 1, 2, 3, 4, 5]
    from core.asks.readings import ReadingsAsk

    for at, step in enumerate(curve.steps):
        frame = live.look(PROMPT, Sight(asks=(ReadingsAsk(),)), int(step))
        told = frame.told(ReadingsAsk())
        assert told is not None
        assert curve.middle[at] == pytest.approx(float(np.nanmax(told.values["previous_token"])))
    live.probe(Prompt("another text that is read anew"), sight)
    assert len(live.tell(False, 100).curves["previous_token"].steps) == 1


def test_a_run_in_use_elsewhere_is_watched(live: LiveSession, tmp_path: Path) -> None:
    other = open_any(str(tmp_path / "run"), BUDGET)
    assert not isinstance(other, LiveSession)
    assert other.timeline is not None
    assert other.timeline.steps == (0,)
    assert type(open_run(tmp_path / "run", BUDGET)) is type(other)


def test_a_series_keeps_order_and_forgets_what_is_done_again() -> None:
    series = Series()
    for step in range(200):
        series.add(step, step / 2)
    series.add(100, -1.0)
    assert list(series.steps) == list(range(101))
    assert series.last == -1.0
    series.insert(50.5, 7.0)
    series.insert(50, 8.0)
    series.add(102, float("nan"))
    at = list(series.steps).index(50.5)
    assert (series.values[at - 1], series.values[at]) == (8.0, 7.0)
    assert series.count == 102


def test_a_curve_of_many_steps_keeps_its_peaks() -> None:
    series = Series()
    values = np.random.default_rng(0).normal(size=100_000)
    values[54_321] = 99.0
    for step, value in enumerate(values):
        series.add(step, value)
    curve = series.curve(300)
    assert len(curve.steps) == 300
    assert curve.high.max() == 99.0
    assert curve.low.min() == values.min()
    assert (curve.low <= curve.middle).all()
    assert (curve.middle <= curve.high).all()
    assert curve.middle.mean() == pytest.approx(values.mean(), abs=1e-3)
    assert not curve.high.flags.writeable


def test_a_history_is_read_from_a_file_that_is_not_whole(tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    path.write_text(
        '{"step": 1, "loss": 3.0, "gradient": 1.0, "rate": 0.1}\n'
        'nonsense\n{"step": 2, "loss": 2.0, "gradient": null, "rate": 0.1}\n'
        '{"step": 2, "loss": 2.5, "held_out": 2.4, "tokens_a_second": 9.0, "rate": 0.1}\n{"st')
    history = read_history(path)
    assert list(history.series["loss"].values) == [3.0, 2.0]
    assert history.last("held_out") == 2.4
    assert read_history(tmp_path / "none").series == History().series


def test_numbers_that_no_picture_can_hold_are_left_out_of_a_history(tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    path.write_text(
        '{"step": 1, "loss": Infinity, "gradient": 1e301}\n{"step": 2, "loss": NaN}\n'
        f'{{"step": {10**30}, "loss": 1.0}}\n{{"step": -1, "loss": 1.0}}\n'
        '{"step": 3, "loss": 2.0}\n')
    history = read_history(path)
    assert list(history.series) == ["loss"]
    assert list(history.series["loss"].steps) == [3]


def test_a_window_begins_plays_and_goes_back_in_time(
    open_window: Callable[..., Window], tmp_path: Path, recipe: Recipe, data: Path
) -> None:
    window = open_window("the cat sat on the mat")
    steering: Steering = window.steering
    assert steering.training is None
    steering.play()
    assert not window.wish.drive.playing
    steering.begin(tmp_path / "run", Begin(recipe, data))
    wait_until(lambda: window.complete and steering.training is not None)
    steering.set_speed(60.0)  # it is not to end meanwhile
    steering.play()
    wait_until(lambda: steering.training.done > 12)  # type: ignore[union-attr]
    steering.pause()
    wait_until(lambda: window.complete and not steering.training.working)  # type: ignore[union-attr]
    done = steering.training.done  # type: ignore[union-attr]
    steering.step()
    wait_until(lambda: steering.training.done == done + 1)  # type: ignore[union-attr]
    steering.step_kept(-1)
    wait_until(lambda: window.complete and window.picture.step == steering.kept[-2])  # type: ignore[union-attr]
    assert window.wish.at == steering.kept[-2]
    steering.play_back()
    wait_until(lambda: window.wish.at is None and not steering.playing_back)
    window.editor.set_prompt("")
    wait_until(lambda: window.answer is not None and window.answer.frame.prompt.source == "")
    steering.step(2)
    wait_until(lambda: window.picture.training.done == done + 3)  # type: ignore[union-attr]
    window.opening.open(str(tmp_path / "nothing"))
    wait_until(lambda: window.notice.text())
    assert steering.training is not None, "the run stays where another can't be opened"


def test_a_run_that_is_opened_again_says_the_rate_of_its_last_step(
    live: LiveSession, tmp_path: Path
) -> None:
    live.advance()
    rate = live.tell(True, 0).rate
    assert rate > 0
    live.close()
    again = open_any(str(tmp_path / "run"), BUDGET)
    assert isinstance(again, LiveSession)
    assert again.run.done == 1
    assert again.tell(False, 0).rate == pytest.approx(rate)
    again.close()


def test_a_run_that_is_opened_again_shows_the_steps_that_are_on_the_disk(
    live: LiveSession, tmp_path: Path
) -> None:
    seen = {0: live.look(PROMPT, Sight(pixels=16)).thumbnails}
    for step in range(1, 7):
        live.advance()
        if step % 3 == 0:
            live.save()
            seen[step] = live.look(PROMPT, Sight(pixels=16)).thumbnails
    live.close()
    (tmp_path / "run" / "checkpoint-3" / "config.json").write_text("{")
    again = open_any(str(tmp_path / "run"), BUDGET)
    assert again.timeline is not None
    assert again.timeline.steps == (0, 6), "what is damaged is left out"
    for step in again.timeline.steps:
        assert np.array_equal(again.look(PROMPT, Sight(pixels=16), step).thumbnails, seen[step])
    again.close()
    size = weight_bytes(dict(again.model.named_parameters()))
    small = open_any(str(tmp_path / "run"), size)
    assert small.timeline is not None
    assert small.timeline.steps == (6,), "the budget holds one"
    small.close()


def test_a_measure_that_could_not_be_written_is_made_up_for_before_the_next_step(
    live: LiveSession, full_after: Callable[[int], None]  # noqa: F811
) -> None:
    for _ in range(49):
        live.advance()
    full_after(10)
    with pytest.raises(Refusal, match="the disk is full"):
        live.advance()
    assert (live.run.done, live.run.best_at) == (50, 0)
    full_after(0)
    live.advance()
    assert live.run.done == 51
    curve = live.tell(True, 100).curves["held_out"]
    assert list(curve.steps) == [50]
    assert live.run.best_at == 50
    assert live.run.best == curve.middle[0]
