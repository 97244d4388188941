"""The bar of time: what is dragged, clicked, turned and typed, and what it says of a step."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeySequence, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.panels.timeline_track import StepTrack
from app.theme import DARK, LIGHT
from app.window import Window
from core.checkpoint import open_checkpoint
from core.drive import Begin
from core.training.recipe import Recipe
from tests.conftest import wait_until
from tests.test_live import recipe  # noqa: F401 - fixtures

KEPT = (0, 100, 200, 300, 400)


class Wishes:
    """What the line wishes for."""

    def __init__(self, track: StepTrack) -> None:
        self.steps: list[int | None] = []
        self.moves: list[int] = []
        track.wished.connect(self.steps.append)
        track.stepped.connect(self.moves.append)


@pytest.fixture
def track(application: QApplication) -> StepTrack:
    track = StepTrack()
    track.resize(418, track.sizeHint().height())
    track.show_steps(KEPT, 400, None, 400, None)
    return track


def test_a_place_on_the_line_is_its_step(track: StepTrack) -> None:
    for step in (0, 7, 133, 250, 390):
        assert abs(track.step_at(track.place(step)) - step) <= 1  # type: ignore[operator]
    assert track.step_at(-50) == 0
    assert track.step_at(track.place(400)) is None
    assert track.step_at(10_000) is None


def test_a_drag_wishes_for_each_step_that_it_passes_and_for_the_newest_at_the_end(
    track: StepTrack,
) -> None:
    wishes = Wishes(track)
    left = Qt.MouseButton.LeftButton
    QTest.mousePress(track, left, pos=QPoint(round(track.place(100)), 10))
    for x in (*range(120, 400, 20), 417):
        place = QPointF(x, 10)
        QApplication.sendEvent(track, QMouseEvent(
            QEvent.Type.MouseMove, place, place, Qt.MouseButton.NoButton, left,
            Qt.KeyboardModifier.NoModifier))
    QTest.mouseRelease(track, left, pos=QPoint(417, 10))
    steps = wishes.steps
    assert abs(steps[0] - 100) <= 1  # type: ignore[operator]
    assert steps[-1] is None
    assert steps[:-1] == sorted(steps[:-1])  # type: ignore[type-var]
    assert len(set(steps)) == len(steps) == 16
    QTest.mouseMove(track, QPoint(50, 10))
    assert len(wishes.steps) == 16, "the pointer alone picks nothing"


def test_keys_and_the_wheel_go_from_one_kept_step_to_the_next(track: StepTrack) -> None:
    wishes, key = Wishes(track), Qt.Key
    for each in (key.Key_Left, key.Key_Right, key.Key_PageDown, key.Key_PageUp):
        QTest.keyClick(track, each)
    assert wishes.moves == [-1, 1, -10, 10]
    QTest.keyClick(track, key.Key_Home)
    QTest.keyClick(track, key.Key_End)
    assert wishes.steps == [0, None]
    for turned in (60, 60, -120, 240):
        QApplication.sendEvent(track, QWheelEvent(
            QPointF(50, 10), QPointF(50, 10), QPoint(), QPoint(0, turned),
            Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase, False))
    assert wishes.moves[4:] == [1, -1, 2]


def test_it_says_which_kept_step_a_place_stands_for(track: StepTrack) -> None:
    assert track.tip(track.place(200)) == "Step 200"
    assert track.tip(track.place(340)) == "Step 340; the nearest that is kept is 300"
    assert track.tip(417) == "The newest step, 400, and those that come"
    track.show_steps(KEPT, 460, None, 460, None)  # the run is past what it kept last
    assert "kept is 460" in track.tip(track.place(432))


def test_ticks_the_handle_and_the_held_step_are_drawn_where_they_are(track: StepTrack) -> None:
    for theme in (LIGHT, DARK):
        track.set_theme(theme)
        track.show_steps(KEPT, 400, 230, 200, 100)
        image = track.grab().toImage()
        ratio = track.devicePixelRatio()

        def colour(step: int, y: int, image=image, ratio=ratio) -> str:  # type: ignore[no-untyped-def] # noqa: ANN001
            return image.pixelColor(round(track.place(step) * ratio), round(y * ratio)).name()

        assert colour(230, 10) == theme.accent
        assert colour(100, 10) == theme.query
        assert colour(200, 4) == theme.accent
        assert colour(300, 6) != colour(350, 6)
    still = track.grab().toImage()
    track.show_steps(KEPT, 400, 230, 200, 100, live=True)
    assert track.grab().toImage() != still, "it says that steps are being taken"
    track.show_steps(tuple(range(0, 401)), 400, None, 400, None)
    filled = track.grab().toImage()
    assert filled.pixelColor(round(track.place(350)), 7).name() == DARK.grid


def test_steps_beyond_32_bits_have_their_places(track: StepTrack) -> None:
    track.show_steps((10**14, 3 * 10**14), 3 * 10**14, None, 3 * 10**14, None)
    assert track.step_at((418) / 2) == 2 * 10**14
    assert not track.grab().isNull()


@pytest.fixture
def open_run(
    open_window: Callable[..., Window], tmp_path: Path, recipe: Recipe, data: Path  # noqa: F811
) -> Callable[[], Window]:
    """Opens a window on a run that has taken 40 steps and waits."""

    def open_one() -> Window:
        window = open_window("the cat sat on the mat")
        assert not window.layout_.timeline.isVisibleTo(window), "a model that stands has no time"
        window.steering.begin(tmp_path / "run", Begin(recipe, data))
        wait_until(lambda: window.complete and window.steering.training is not None)
        window.steering.step(40)
        wait_until(
            lambda: window.steering.training.done == 40 and window.complete)  # type: ignore[union-attr]
        return window

    return open_one


def shown(window: Window, step: int) -> bool:
    return window.complete and window.picture is not None and window.picture.step == step


def test_a_run_is_dragged_through_and_every_panel_follows(open_run: Callable[[], Window]) -> None:
    window = open_run()
    bar = window.layout_.timeline
    assert bar.isVisibleTo(window)
    assert bar.words.text() == "step 40 of 400 · the newest"
    newest = window.picture.thumbnails  # type: ignore[union-attr]
    asked = round(bar.track.place(13))
    QTest.mousePress(bar.track, Qt.MouseButton.LeftButton, pos=QPoint(asked, 10))
    wished = window.wish.at
    assert wished in (12, 13, 14)
    wait_until(lambda: shown(window, wished))
    assert not np.array_equal(window.picture.thumbnails, newest)  # type: ignore[union-attr]
    assert f"step {wished} " in bar.words.text()
    assert f"step {wished}" in window.status.text()
    assert bar.track.accessibleDescription() == bar.words.text()
    for x in range(asked, bar.track.width(), 7):  # nothing waits in a queue
        QTest.mousePress(bar.track, Qt.MouseButton.LeftButton, pos=QPoint(x, 10))
    QTest.mousePress(
        bar.track, Qt.MouseButton.LeftButton, pos=QPoint(bar.track.width() - 2, 10))
    wait_until(lambda: shown(window, 40))
    assert window.wish.at is None
    assert np.array_equal(window.picture.thumbnails, newest)  # type: ignore[union-attr]


def test_of_a_step_that_is_not_kept_the_nearest_is_shown_and_named(
    open_run: Callable[[], Window], tmp_path: Path
) -> None:
    window = open_run()
    bar = window.layout_.timeline
    begun = open_checkpoint(tmp_path / "run" / "checkpoint-0").model
    one = sum(p.numel() * 4 for p in begun.parameters())
    window.steering.set_budget(12 * one)
    wait_until(lambda: len(window.steering.kept) <= 12)
    window.steering.scrub(15)
    kept = min(window.steering.kept, key=lambda step: (abs(step - 15), step))
    assert kept != 15
    wait_until(lambda: shown(window, kept))
    assert bar.words.text() == f"step {kept} of 400 · nearest kept to 15"
    window.steering.step(3)
    wait_until(lambda: window.steering.training.done == 43)  # type: ignore[union-attr]
    assert window.wish.at == 15, "who looks back stays there while the run goes on"
    assert window.picture.step == kept  # type: ignore[union-attr]
    assert bar.track.tip(bar.track.width() - 2).startswith("The newest step, 43")


def test_buttons_and_keys_go_through_time(open_run: Callable[[], Window]) -> None:
    window = open_run()
    bar = window.layout_.timeline
    keys = {action.shortcut(): action for action in window.actions_.all()}
    bar.back.click()
    wait_until(lambda: shown(window, 39))
    keys[QKeySequence("Ctrl+,")].trigger()
    wait_until(lambda: shown(window, 38))
    keys[QKeySequence("Ctrl+.")].trigger()
    wait_until(lambda: shown(window, 39))
    assert not bar.newest.isChecked()
    bar.forward.click()
    wait_until(lambda: shown(window, 40))
    assert window.wish.at is None
    bar.first.click()
    wait_until(lambda: shown(window, 0))
    bar.play.click()
    assert bar.play.sign == "pause"
    assert window.steering.playing_back
    wait_until(lambda: window.wish.at not in (None, 0, 1))
    keys[QKeySequence("Alt+Home")].trigger()
    assert not window.steering.playing_back, "a hand stops what is played"
    wait_until(lambda: shown(window, 0))
    keys[QKeySequence("Shift+F9")].trigger()
    wait_until(lambda: window.wish.at is None and not window.steering.playing_back)
    assert bar.play.sign == "play"
    keys[QKeySequence("Alt+Home")].trigger()
    wait_until(lambda: shown(window, 0))
    bar.newest.click()
    wait_until(lambda: shown(window, 40))
    assert bar.newest.isChecked()


def test_the_handle_follows_a_run_that_trains_unless_it_was_dragged(
    open_run: Callable[[], Window],
) -> None:
    window = open_run()
    bar = window.layout_.timeline
    window.steering.set_speed(60.0)
    window.steering.play()
    wait_until(lambda: window.steering.training.done > 50)  # type: ignore[union-attr]
    assert bar.words.text().endswith(" of 400 · the newest")
    assert f"step {window.picture.step} of" in bar.words.text()  # type: ignore[union-attr]
    assert window.picture.step > 50  # type: ignore[operator, union-attr]
    assert window.wish.at is None
    window.steering.scrub(5)
    wait_until(lambda: window.picture.step == 5)  # type: ignore[union-attr]
    done = window.steering.training.done  # type: ignore[union-attr]
    wait_until(lambda: window.steering.training.done > done + 5)  # type: ignore[union-attr]
    assert window.picture.step == 5  # type: ignore[union-attr]
    window.steering.pause()
    wait_until(lambda: not window.steering.training.working)  # type: ignore[union-attr]


def test_two_steps_are_compared_and_the_difference_is_that_of_their_weights(
    open_run: Callable[[], Window],
) -> None:
    window = open_run()
    bar = window.layout_.timeline
    window.selecting.pin((0, 1))
    window.pages.set_split(True)
    window.pages.second.show_page("changes")
    wait_until(lambda: window.changes is not None)
    window.steering.scrub(10)
    wait_until(lambda: shown(window, 10) and window.picture.head is not None)  # type: ignore[union-attr]
    before = window.picture.head.pattern.copy()  # type: ignore[union-attr]
    bar.compare.click()
    wait_until(lambda: window.complete)
    assert bar.compare.isChecked()
    assert window.view.quantity == "difference"
    assert bar.words.text() == "step 10 of 400 · against step 10"
    window.steering.scrub(None)
    wait_until(lambda: shown(window, 40))
    frame = window.picture
    assert frame is not None
    assert frame.beside is not None
    assert frame.beside.step == 10
    assert frame.head is not None
    assert frame.beside.head is not None
    assert np.array_equal(frame.beside.head.pattern, before)
    assert not np.array_equal(frame.head.pattern, before)
    assert bar.words.text() == "step 40 of 400 · the newest · against step 10"
    assert window.changes is not None
    assert window.changes.other.value() == "step"
    assert window.changes.step.value() == 10
    assert "Step 40 against step 10" in window.changes.told.text()
    window.changes.step.setValue(20)  # chosen there, it is held here
    wait_until(lambda: window.complete and "against step 20" in bar.words.text())
    assert frame.change is not None
    assert frame.change.sheet is not None
    bar.compare.click()
    wait_until(lambda: window.complete)
    assert window.wish.against is None
    assert window.view.quantity == "pattern"
    assert not bar.compare.isChecked()


def test_another_model_takes_the_time_away(
    open_run: Callable[[], Window], tiny_model: Path
) -> None:
    window = open_run()
    window.steering.scrub(3)
    window.opening.open(str(tiny_model))
    wait_until(lambda: window.complete)
    assert not window.layout_.timeline.isVisibleTo(window)
    assert window.wish.at is None


def test_scrubbing_is_measured_from_the_move_to_the_picture(
    application: QApplication, tiny_model: Path
) -> None:
    import torch

    from app.bench.scrubbing import KEPT as STEPS
    from app.bench.scrubbing import measure_scrubbing

    threads = torch.get_num_threads()
    figures = measure_scrubbing(str(tiny_model), seconds=1.0)
    torch.set_num_threads(threads)
    assert figures["kept steps"] == STEPS + 1
    moves = figures["move to painted sheet, 15 moves a second"]
    assert 0 < moves["n"] <= 15
    assert figures["moves superseded by a newer one"] == round(1 - moves["n"] / 15, 3)
    assert moves["median_ms"] >= figures["of it, the look alone, in the engine"]["median_ms"] > 0
    assert figures["key to painted sheet, as fast"]["n"] > 0
    assert figures["ratio, move / key"] > 0


def test_a_run_is_measured_while_it_is_looked_at_and_alone(application: QApplication) -> None:
    import torch

    from app.bench.live import measure_live

    threads = torch.get_num_threads()
    figures = measure_live(rounds=1, steps=3)
    torch.set_num_threads(threads)
    assert figures["tokens looked at"] == 64
    assert figures["a step, alone"]["n"] == figures["a step, looked at"]["n"] == 1
    assert figures["a look, in the engine"]["n"] >= 3
    share = figures["a step, alone"]["median_ms"] / figures["a step, looked at"]["median_ms"]
    assert figures["steps a second, looked at / alone"] == pytest.approx(share, abs=0.01)
    assert figures["the same, but for waiting for a core"] > 0
