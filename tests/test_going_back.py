"""What was going on goes on as it did where another model can't be opened, or is given up."""

from __future__ import annotations

import shutil
import threading
import weakref
from collections.abc import Callable
from pathlib import Path

import pytest

from app.window import Window
from app.work import Work
from core.drive import Begin, Training
from core.training.following import follow
from core.training.recipe import Recipe
from core.training.run import Run
from core.watching import WatchedSession
from tests.conftest import wait_until
from tests.test_live import Person, engine, person, recipe  # noqa: F401 - fixtures

Open = Callable[..., Window]


def run_of(window: Window) -> Training:
    training = window.steering.training
    assert training is not None
    return training


def refuse(window: Window, nothing: Path) -> None:
    model = window.wish.model
    window.opening.open(str(nothing))
    wait_until(lambda: window.notice.text() and window.complete and window.wish.model == model)


@pytest.fixture
def open_run(
    open_window: Open, tmp_path: Path, recipe: Recipe, data: Path  # noqa: F811
) -> Callable[[], Window]:
    """Opens a window with a run that waits."""
    def open_one() -> Window:
        window = open_window("the cat sat on the mat")
        window.steering.begin(tmp_path / "run", Begin(recipe, data))
        wait_until(lambda: window.complete and window.steering.training is not None)
        return window

    return open_one


def test_each_click_counts_after_a_model_that_was_refused(
    open_run: Callable[[], Window], tmp_path: Path
) -> None:
    window = open_run()
    steering = window.steering
    steering.step(5)
    wait_until(lambda: run_of(window).done == 5)
    steering.save()
    wait_until(lambda: run_of(window).saved == 5)
    refuse(window, tmp_path / "nothing")
    steering.step()
    wait_until(lambda: run_of(window).done == 6)
    steering.save()
    wait_until(lambda: run_of(window).saved == 6)
    steering.go_back()
    steering.step()
    wait_until(lambda: run_of(window).done == 7)


def test_a_run_plays_on_after_a_model_that_was_refused(
    open_run: Callable[[], Window], tmp_path: Path
) -> None:
    window = open_run()
    window.steering.set_speed(20.0)  # it is not to end meanwhile
    window.steering.play()
    wait_until(lambda: run_of(window).done > 2)
    refuse(window, tmp_path / "nothing")
    done = run_of(window).done
    wait_until(lambda: run_of(window).done > done + 2)
    assert window.wish.drive.playing
    window.steering.pause()
    wait_until(lambda: not run_of(window).working)


def test_a_run_that_is_watched_is_watched_still_after_a_model_that_was_refused(
    open_window: Open, tmp_path: Path, recipe: Recipe, data: Path, tiny_model: Path  # noqa: F811
) -> None:
    follow(recipe, data, tmp_path / "run")
    window = open_window(model=str(tmp_path / "run"), watch=True)
    before = window.engine._model.session
    assert isinstance(before, WatchedSession)
    refuse(window, tmp_path / "nothing")
    assert window.engine._model.session is before
    assert window.wish.watch
    other = shutil.copytree(tiny_model, tmp_path / "other")
    window.opening.open(str(other))
    if window.opening.cancel():  # it may be there at once
        wait_until(lambda: window.complete)
        assert window.engine._model.session is before
    Run.resume(tmp_path / "run").close()  # nobody holds it


def test_a_run_that_was_watched_is_watched_when_the_window_opens_again(
    open_window: Open, tmp_path: Path, recipe: Recipe, data: Path  # noqa: F811
) -> None:
    follow(recipe, data, tmp_path / "run")
    kept = open_window(model=str(tmp_path / "run"), watch=True).choices
    assert (kept.model, kept.watch) == (str(tmp_path / "run"), True)
    other = open_window()
    assert not other.wish.watch
    assert not other.choices.watch


def test_a_single_step_that_fails_is_said(
    open_run: Callable[[], Window], tmp_path: Path
) -> None:
    window = open_run()
    window.steering.step(3)
    wait_until(lambda: run_of(window).done == 3)
    (tmp_path / "run" / "metrics.jsonl").mkdir()  # nothing can be written there
    window.steering.step(200)
    wait_until(lambda: run_of(window).stopped is not None)
    wait_until(lambda: "metrics.jsonl" in window.notice.text())
    (tmp_path / "run" / "metrics.jsonl").rmdir()
    window.steering.step()
    wait_until(lambda: run_of(window).stopped is None)
    wait_until(lambda: not window.notice.text())


@pytest.mark.logs_errors
def test_what_nobody_foresaw_in_a_wish_ends_no_engine(person: Person) -> None:  # noqa: F811
    person.drive(rate="fast")
    wait_until(lambda: person.refusals)
    assert "could not be computed" in str(person.refusals[-1][0])
    person.drive(rate=None, steps=2)
    person.settle()
    assert person.frame.training is not None
    assert person.frame.training.done == 2


def test_what_comes_after_it_was_given_up_is_let_go() -> None:
    """The last moment, in which nothing is told any more."""
    ended: list[object] = []
    dropped: list[object] = []

    def run(tell: object) -> str:
        work.cancel()
        return "a run"

    work = Work(run, lambda done, size: None, ended.append, dropped.append)
    work.start()
    work.thread.join()
    assert (ended, dropped) == ([], ["a run"])


def test_what_is_given_up_holds_nobody_while_it_ends() -> None:
    """A window that closes meanwhile is let go; what it was told with is gone."""

    class Listener:
        def hear(self, *told: object) -> None:
            heard.append(told)

    heard: list[tuple[object, ...]] = []
    goes_on, began = threading.Event(), threading.Event()

    def run(tell: Callable[[int, int], None]) -> None:
        tell(0, 2)
        began.set()
        goes_on.wait(10)
        tell(2, 2)

    listener = Listener()
    work, held = Work(run, listener.hear, listener.hear), weakref.ref(listener)
    work.start()
    assert began.wait(10)
    del listener
    assert held() is not None
    work.cancel()
    assert held() is None
    assert work.thread.is_alive()
    goes_on.set()
    work.thread.join()
    assert heard == [(0, 2)]
