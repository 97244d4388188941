"""The page of a run in a real window: what is driven, what is drawn, what is said."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.apart import suits
from app.panels.positions_curves import COLOURS
from app.panels.positions_ticks import real_ticks, say, say_ticks
from app.panels.training import TrainingPage
from app.panels.training_axis import Axis, axis_of
from app.panels.training_lines import Line, PlotPicture
from app.panels.training_norms import NormBars, scale_of, share_of
from app.panels.training_plot import StepPlot
from app.panels.training_readings import SHARES, ReadingChips, look_of
from app.theme import DARK, LIGHT
from app.window import Window
from core.checkpoint import open_checkpoint
from core.drive import Begin, Curve, Norms, Training
from core.training.classification import make_classifier
from core.training.following import follow
from core.training.history import Series
from core.training.recipe import Recipe, read_recipe
from tests.conftest import wait_until
from tests.test_apart import trainers
from tests.test_runs import write_recipe
from tests.test_training import make_trainer
from tests.tiny_families import make_tiny

TEXT = "the cat sat on the mat, the cat sat"


@pytest.fixture
def recipe(tmp_path: Path) -> Recipe:
    return read_recipe(write_recipe(
        tmp_path, train={"steps": 400, "evaluate_every": 20, "warmup": 0, "keep_every": 50}))


@pytest.fixture
def open_run(
    open_window: Callable[..., Window], tmp_path: Path, recipe: Recipe, data: Path
) -> Callable[[], Window]:
    """Opens a window with a run that waits, and its page."""
    def open_one() -> Window:
        window = open_window(TEXT)
        window.pages.open("training")
        window.steering.begin(tmp_path / "run", Begin(recipe, data))
        wait_until(lambda: window.complete and window.steering.training is not None)
        return window

    return open_one


def page_of(window: Window) -> TrainingPage:
    page = window.training
    assert page is not None
    return page


def run_of(window: Window) -> Training:
    training = window.steering.training
    assert training is not None
    return training


def settle(window: Window, done: int) -> None:
    """Until the run has taken so many steps and the page says so."""
    wait_until(lambda: run_of(window).done == done and not run_of(window).working
               and window.complete and page_of(window).place.text().startswith(f"step {done} "))


def draw(plot: StepPlot, width: int = 400, height: int = 240) -> QImage:
    plot.resize(width, height)
    return plot.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def like(image: QImage, colour: str) -> np.ndarray:
    """[row, column]: where a picture has about this colour."""
    rows = np.frombuffer(image.constBits(), dtype=np.uint8).reshape(
        image.height(), image.bytesPerLine() // 4, 4)[:, : image.width(), 2::-1].astype(int)
    wanted = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    return np.asarray(np.abs(rows - wanted).max(axis=2) < 24)


def curve(steps: np.ndarray, values: np.ndarray) -> Curve:
    return Curve(steps.astype(float), values.astype(float), values.astype(float),
                 values.astype(float))


# -- driving ------------------------------------------------------------------------------


def test_without_a_run_the_page_says_how_one_is_had(open_window: Callable[..., Window]) -> None:
    window = open_window(TEXT)
    QTest.keyClick(window, Qt.Key.Key_F9)
    wait_until(lambda: window.training is not None)
    page = page_of(window)
    wait_until(page.nothing.isVisible)
    assert not page.controls.isVisible()
    assert page.nothing.begin.isEnabled()
    opened: list[bool] = []
    page.opened.disconnect()  # from the chooser of folders, which waits for a person
    page.opened.connect(lambda: opened.append(True))
    page.nothing.open.click()
    assert opened


def test_a_run_that_can_t_be_begun_is_not_waited_for(
    open_window: Callable[..., Window], tmp_path: Path, recipe: Recipe, data: Path
) -> None:
    window = open_window(TEXT)
    window.pages.open("training")
    (tmp_path / "run").write_text("a file")
    window.steering.begin(tmp_path / "run", Begin(recipe, data))
    window.showing.show()
    nothing = page_of(window).nothing
    assert nothing.words.text() == "A run is being begun …"
    wait_until(lambda: window.refusal is not None)
    assert nothing.words.text().startswith("No run is open.")
    assert nothing.open.isVisible()


def test_while_a_run_is_opened_again_its_page_says_so(
    open_run: Callable[[], Window], tmp_path: Path
) -> None:
    window = open_run()
    nothing = page_of(window).nothing
    window.opening.open("english-gpt")
    wait_until(lambda: window.complete and nothing.isVisible())
    assert nothing.words.text().startswith("No run is open.")
    window.opening.open(str(tmp_path / "run"))
    window.showing.show()
    assert nothing.words.text() == "The run is being opened …"
    assert not nothing.begin.isVisible()
    wait_until(lambda: window.complete and window.steering.training is not None)
    window.opening.open("english-gpt")
    wait_until(lambda: window.complete and nothing.isVisible())
    assert nothing.words.text().startswith("No run is open.")
    assert nothing.begin.isVisible()


def test_keys_play_pause_step_and_save(open_run: Callable[[], Window], tmp_path: Path) -> None:
    window = open_run()
    page = page_of(window)
    assert page.controls.play.text() == "Play"
    window.steering.set_speed(20.0)  # it is not to end meanwhile
    QTest.keyClick(window, Qt.Key.Key_F9)
    wait_until(lambda: run_of(window).done > 4 and page.controls.play.text() == "Pause")
    QTest.keyClick(window, Qt.Key.Key_F9)
    wait_until(lambda: not run_of(window).working and not window.wish.drive.playing)
    done = run_of(window).done
    settle(window, done)
    assert page.controls.play.text() == "Play"
    for _ in range(3):
        QTest.keyClick(window, Qt.Key.Key_F10)
    settle(window, done + 3)
    page.controls.count.setValue(7)
    QTest.keyClick(window, Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
    settle(window, done + 10)
    modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    QTest.keyClick(window, Qt.Key.Key_S, modifiers)
    wait_until(lambda: run_of(window).saved == done + 10)
    assert (tmp_path / "run" / f"checkpoint-{done + 10}" / "model.safetensors").exists()
    assert f"saved at {done + 10}" in page.place.text()


def test_buttons_do_what_keys_do(open_run: Callable[[], Window]) -> None:
    window = open_run()
    controls = page_of(window).controls
    window.steering.set_speed(20.0)
    controls.play.click()
    wait_until(lambda: run_of(window).done > 3)
    controls.play.click()
    wait_until(lambda: not run_of(window).working and not window.wish.drive.playing)
    done = run_of(window).done
    controls.one.click()
    settle(window, done + 1)
    controls.count.setValue(5)
    controls.many.click()
    settle(window, done + 6)


def test_rate_batch_and_speed_are_taken_and_shown(
    open_run: Callable[[], Window], tmp_path: Path
) -> None:
    window = open_run()
    controls = page_of(window).controls
    controls.one.click()
    settle(window, 1)
    before = run_of(window).rate
    controls.factor.stepUp()
    assert controls.factor.value() == pytest.approx(10**0.1, abs=1e-3)
    for _ in range(9):
        controls.factor.stepUp()
    assert controls.factor.value() == pytest.approx(10, rel=1e-3)
    controls.factor.setValue(0.5)
    controls.batch.setValue(3)
    controls.one.click()
    settle(window, 2)
    assert run_of(window).factor == 0.5
    assert run_of(window).batch == 3
    assert run_of(window).rate < 0.7 * before
    assert controls.rate.text() == f"= {run_of(window).rate:.3g}".replace("-", "−")
    assert (controls.factor.value(), controls.batch.value()) == (0.5, 3)
    controls.speed.setValue(25)
    assert window.wish.drive.speed == 25.0
    window.steering.set_batch(6)
    wait_until(lambda: controls.batch.value() == 6)
    controls.batch.setFocus()
    QTest.keyClicks(controls.batch.lineEdit(), "9")
    controls.one.click()
    settle(window, 3)
    assert controls.batch.lineEdit().text() != "6", "what is being typed stays"


def test_another_page_of_a_run_that_plays_is_not_taken_for_the_picture_of_the_last_key(
    open_run: Callable[[], Window]
) -> None:
    window = open_run()
    window.steering.set_speed(20.0)
    window.steering.play()
    window.editor.setFocus()
    QTest.keyClick(window.editor, Qt.Key.Key_X)
    assert window.wish.asked
    wait_until(lambda: window.answer.wish.prompt == window.wish.prompt  # type: ignore[union-attr]
               and not window.answer.wish.asked)  # type: ignore[union-attr]
    window.pages.open("lens")
    assert not window.wish.asked
    window.pages.open("training")
    wait_until(lambda: window.complete)


def test_on_a_low_page_the_loss_is_seen_whole(open_run: Callable[[], Window]) -> None:
    window = open_run()
    window.resize(1280, 800)
    page = page_of(window)
    plot, controls = page.curves.plot, page.controls
    window.pages.show_pages(("head", "training"))
    wait_until(lambda: window.complete and controls.play.isVisible()
               and not controls.factor.isVisible())
    assert plot.height() <= page.curves.viewport().height()
    assert plot.field().height() > 2 * plot.fontMetrics().height()
    window.pages.show_pages(("training",))
    wait_until(lambda: window.complete and controls.factor.isVisible())
    assert page.place.isVisible()


def test_a_run_that_is_watched_has_no_controls(
    open_window: Callable[..., Window], tmp_path: Path, recipe: Recipe, data: Path
) -> None:
    train = replace(recipe.train, steps=40, keep_every=10, keep_last=0)
    follow(replace(recipe, train=train), data, tmp_path / "run")
    window = open_window(TEXT)
    window.pages.open("training")
    window.steering.watch(tmp_path / "run")
    wait_until(lambda: window.complete and window.answer.frame.kept == (0, 10, 20, 30, 40))  # type: ignore[union-attr]
    page = page_of(window)
    assert not page.controls.isVisible()
    assert page.notice.isVisible()
    assert "Another program trains this run" in page.notice.text()
    wait_until(lambda: page.curves.plot.picture.lines and page.curves.plot.picture.last == 40)
    assert page.curves.plot.picture.kept == (0, 10, 20, 30, 40)
    QTest.keyClick(window, Qt.Key.Key_F9)
    assert not window.wish.drive.playing
    QTest.keyClick(page.curves.plot, Qt.Key.Key_Home)
    wait_until(lambda: window.complete and window.answer.frame.step == 0)  # type: ignore[union-attr]


# -- what is told -------------------------------------------------------------------------


def test_curves_are_those_of_the_metrics(open_run: Callable[[], Window], tmp_path: Path) -> None:
    window = open_run()
    page = page_of(window)
    window.steering.step(60)
    settle(window, 60)
    window.steering.save()
    wait_until(lambda: run_of(window).saved == 60)
    rows = [json.loads(line) for line in (
        tmp_path / "run" / "metrics.jsonl").read_text().splitlines()]
    steps = [row for row in rows if "held_out" not in row]
    measures = [row for row in rows if "held_out" in row]
    loss = next(line for line in page.curves.plot.picture.lines if line.band)
    assert list(loss.curve.steps) == list(range(1, 61))
    assert loss.curve.middle == pytest.approx([row["loss"] for row in steps], abs=1e-6)
    held_out = page.curves.small["held_out"].picture.lines[0]  # in nats a byte: by itself
    assert page.curves.small["held_out"].isVisible()
    assert list(held_out.curve.steps) == [20, 40, 60]
    assert held_out.curve.middle == pytest.approx([row["held_out"] for row in measures])
    rate = page.curves.small["rate"].picture.lines[0]
    assert rate.curve.middle == pytest.approx([row["rate"] for row in steps])
    assert page.curves.small["gradient"].picture.log_values
    assert f"loss {steps[-1]['loss']:.3f}" in page.losses.text()
    assert f"held out {measures[-1]['held_out']:.3f}, best" in page.losses.text()
    assert "(nats a byte)" in page.losses.text()
    words = page.curves.plot.accessibleDescription()
    assert "at step 60" in words


def test_readings_are_drawn_by_step_and_chosen_by_chips(open_run: Callable[[], Window]) -> None:
    window = open_run()
    page = page_of(window)
    window.steering.step(12)
    settle(window, 12)
    wait_until(lambda: sum(line.right for line in page.curves.plot.picture.lines) == 2)
    wait_until(lambda: len(run_of(window).curves["induction"].steps) == 13)
    induction = next(line for line in page.curves.plot.picture.lines
                     if line.colour == look_of("induction")[0])
    told = run_of(window).curves["induction"]
    assert list(induction.curve.middle) == list(told.middle)
    QTest.mouseClick(page.readings.chip("induction"), Qt.MouseButton.LeftButton)
    assert [line.colour for line in page.curves.plot.picture.lines if line.right] == [
        look_of("previous_token")[0]]
    QTest.mouseClick(page.readings.chip("previous_token"), Qt.MouseButton.LeftButton)
    assert not any(line.right for line in page.curves.plot.picture.lines)
    assert "No reading that is chosen" in page.curves.reading.text()


def test_readings_that_are_not_defined_are_not_offered(application: object) -> None:
    chips = ReadingChips()
    assert chips.shown == ["previous_token", "induction"]
    chips.offer(["first_token", "broad", "loss", "entropy"])  # as cross-attention has them
    assert chips.shown == ["first_token", "broad"]
    assert chips.chip("induction").isHidden()
    chips.choose(["induction"])
    assert chips.shown == []
    chips.offer(SHARES)
    assert chips.shown == ["induction"]
    assert not chips.chip("induction").isHidden()
    chips.deleteLater()


def test_a_click_looks_at_a_step_and_keys_go_through_kept_ones(
    open_run: Callable[[], Window]
) -> None:
    window = open_run()
    page = page_of(window)
    window.steering.step(30)
    settle(window, 30)
    plot = page.curves.plot
    place = QPoint(round(plot.x_of(12)), round(plot.field().center().y()))
    QTest.mouseClick(plot, Qt.MouseButton.LeftButton, pos=place)
    assert window.wish.at == 12
    wait_until(lambda: window.complete and window.answer.frame.step in window.steering.kept)  # type: ignore[union-attr]
    QTest.keyClick(plot, Qt.Key.Key_Home)
    wait_until(lambda: window.complete and window.answer.frame.step == 0)  # type: ignore[union-attr]
    wait_until(lambda: page.curves.reading.text().startswith(
        "You look at step 0; norms are those of step 30. "))
    QTest.keyClick(plot, Qt.Key.Key_Right)
    wait_until(lambda: window.complete and window.answer.frame.step == window.steering.kept[1])  # type: ignore[union-attr]
    QTest.keyClick(plot, Qt.Key.Key_End)
    assert window.wish.at is None
    wait_until(lambda: page.curves.reading.text().startswith("You look at step 30. "))
    QTest.mouseMove(plot, QPoint(place.x(), place.y() + 1))
    QTest.mouseMove(plot, place)
    wait_until(lambda: page.curves.reading.text().startswith("Step 12: loss "))
    told = run_of(window).curves["loss"]
    value = float(told.middle[list(told.steps).index(12)])
    assert f"loss {value:.3g}" in page.curves.reading.text()
    assert " induction" in page.curves.reading.text()


def test_a_loss_that_is_no_number_is_said_and_the_run_goes_on_from_the_last_good_step(
    open_run: Callable[[], Window]
) -> None:
    window = open_run()
    page = page_of(window)
    window.steering.set_rate(0.5)
    window.steering.step(3)
    settle(window, 3)
    window.steering.save()
    wait_until(lambda: run_of(window).saved == 3)
    before = window.answer.frame.thumbnails  # type: ignore[union-attr]
    window.steering.step(3)
    settle(window, 6)
    wait_until(lambda: len(run_of(window).curves["loss"].steps) == 6)
    sixth = float(run_of(window).curves["loss"].middle[5])
    window.steering.set_rate(1e9)
    QTest.keyClick(window, Qt.Key.Key_F9)
    wait_until(lambda: run_of(window).stopped is not None and page.notice.isVisible())
    assert "no number after step" in page.notice.text()
    assert not page.again.isVisible()
    assert page.controls.play.text() == "Play"
    assert page.back.text() == "Go back to step 3"
    assert "no number after step" in window.notice.text()
    page.back.click()
    settle(window, 3)
    wait_until(lambda: not page.notice.isVisible())
    assert window.notice.text() == ""
    assert run_of(window).factor == 0.5
    assert np.array_equal(before, window.answer.frame.thumbnails)  # type: ignore[union-attr, arg-type]
    assert window.steering.kept == (0, 1, 2, 3)
    assert list(run_of(window).curves["loss"].steps) == [1, 2, 3]
    window.steering.step(3)
    settle(window, 6)
    assert float(run_of(window).curves["loss"].middle[5]) == sixth, "the same steps, done again"


def test_what_stopped_a_run_can_be_mended_and_gone_on_from(
    open_run: Callable[[], Window], tmp_path: Path
) -> None:
    window = open_run()
    page = page_of(window)
    window.steering.step(3)
    settle(window, 3)
    metrics = tmp_path / "run" / "metrics.jsonl"
    metrics.mkdir()  # nothing can be written there
    QTest.keyClick(window, Qt.Key.Key_F9)
    wait_until(lambda: run_of(window).stopped is not None and page.again.isVisible())
    assert "metrics.jsonl" in page.notice.text()
    wait_until(lambda: window.answer.wish.drive == window.wish.drive)  # type: ignore[union-attr]
    done = run_of(window).done
    metrics.rmdir()
    window.steering.set_speed(20.0)
    page.again.click()
    wait_until(lambda: run_of(window).done > done + 2)
    assert not page.notice.isVisible()
    window.steering.pause()
    wait_until(lambda: not run_of(window).working)


@pytest.mark.skipif(not suits(), reason="runs are trained in the process of the window")
def test_a_run_whose_trainer_was_killed_plays_on_with_one_press(
    open_run: Callable[[], Window], tmp_path: Path
) -> None:
    window = open_run()
    page = page_of(window)
    window.steering.set_speed(20.0)
    window.steering.step(3)
    settle(window, 3)
    window.steering.save()
    wait_until(lambda: run_of(window).saved == 3)
    QTest.keyClick(window, Qt.Key.Key_F9)
    wait_until(lambda: run_of(window).done > 5)
    [trainer] = trainers()
    os.kill(trainer, signal.SIGKILL)
    wait_until(page.again.isVisible)
    assert "was ended from outside" in page.notice.text()
    wait_until(lambda: page.controls.play.text() == "Play")
    page.again.click()
    assert not page.again.isVisible()
    wait_until(lambda: run_of(window).stopped is None and run_of(window).done > 4)
    assert run_of(window).working
    wait_until(lambda: page.controls.play.text() == "Pause" and not page.notice.isVisible())
    [trainer] = trainers()
    os.kill(trainer, signal.SIGKILL)
    wait_until(page.again.isVisible)
    shutil.rmtree(tmp_path / "run")
    page.again.click()
    wait_until(lambda: window.refusal is not None and page.again.isVisible())
    wait_until(lambda: page.controls.play.text() == "Play")  # it is not waited for


def test_a_run_that_has_all_its_steps_says_how_to_go_on(open_run: Callable[[], Window]) -> None:
    window = open_run()
    page = page_of(window)
    window.steering.step(399)
    settle(window, 399)
    assert not page.notice.isVisible()
    QTest.keyClick(window, Qt.Key.Key_F9)
    settle(window, 400)
    wait_until(lambda: page.notice.text() == (
        "The run has taken all its steps. One step and Take go beyond them; "
        "Train > Train this model further begins a longer run from it."))
    assert not page.controls.play.isEnabled()
    assert not page.again.isVisible()
    page.controls.one.click()
    page.controls.many.click()
    settle(window, 401 + page.controls.count.value())
    assert page.notice.isVisible()


def test_a_run_without_a_text_is_shown_too(
    open_window: Callable[..., Window], tmp_path: Path, recipe: Recipe, data: Path
) -> None:
    window = open_window(TEXT)
    window.editor.set_prompt("")
    window.pages.open("training")
    window.steering.begin(tmp_path / "run", Begin(recipe, data))
    wait_until(lambda: window.steering.training is not None)
    window.steering.step(4)
    wait_until(lambda: page_of(window).place.text().startswith("step 4 of 400"))
    assert page_of(window).controls.isVisible()


def test_norms_are_shown_by_layer(open_run: Callable[[], Window]) -> None:
    window = open_run()
    page = page_of(window)
    window.steering.step(2)
    settle(window, 2)
    wait_until(lambda: page.curves.norms.norms)
    norms = {norm.layer: norm for norm in page.curves.norms.norms}
    assert "decoder.layers.0" in norms
    assert f"Decoder 0: weights {norms['decoder.layers.0'].weight:.3g}" in (
        page.curves.norms.accessibleDescription())
    image = page.curves.norms.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    assert like(image, LIGHT.accent if page.theme == LIGHT else DARK.accent).any()


def test_another_run_begins_with_no_curves(
    open_run: Callable[[], Window], tmp_path: Path, tiny_model: Path
) -> None:
    window = open_run()
    page = page_of(window)
    window.steering.step(5)
    settle(window, 5)
    wait_until(lambda: page.curves.plot.picture.lines)
    window.opening.open(str(tiny_model))
    wait_until(lambda: window.complete and page.nothing.isVisible())
    assert not page.curves.plot.picture.lines
    assert not page.curves.norms.norms


def test_it_speaks_both_languages_and_wears_both_themes(open_run: Callable[[], Window]) -> None:
    window = open_run()
    page = page_of(window)
    window.steering.step(3)
    settle(window, 3)
    window.dress.set_theme("dark")
    assert page.curves.plot.theme == DARK
    window.dress.set_language("zh")
    wait_until(lambda: page.controls.play.text() == "开始")
    assert page.place.text().startswith("第 3 步")
    window.dress.set_language("en")
    wait_until(lambda: page.controls.play.text() == "Play")
    window.dress.set_theme("light")
    assert page.curves.plot.theme == LIGHT


def test_choices_are_remembered(
    open_window: Callable[..., Window], tmp_path: Path
) -> None:
    window = open_window(TEXT)
    window.pages.open("training")
    wait_until(lambda: window.training is not None)
    page_of(window).readings.chip("first_token").click()
    page_of(window).log_values.click()
    window.close()
    again = open_window(TEXT)
    again.pages.open("training")
    wait_until(lambda: again.training is not None)
    assert page_of(again).readings.shown == ["previous_token", "induction", "first_token"]
    assert page_of(again).log_values.isChecked()
    assert not page_of(again).log_steps.isChecked()


def test_curves_have_as_many_points_as_there_is_room_for(open_run: Callable[[], Window]) -> None:
    window = open_run()
    page = page_of(window)
    window.resize(1000, 700)
    wait_until(lambda: window.wish.sight.curves == page.curve_points)
    few = page.curve_points
    assert page.width() / 4 < few <= page.width() / 2
    window.resize(2400, 900)
    wait_until(lambda: window.wish.sight.curves == page.curve_points > 1.5 * few)
    window.pages.open("head")
    wait_until(lambda: window.wish.sight.curves == 0)


def test_a_narrow_page_puts_controls_in_more_rows(open_run: Callable[[], Window]) -> None:
    window = open_run()
    controls = page_of(window).controls
    rows = controls.play.parentWidget()
    assert rows is not None
    assert rows.heightForWidth(300) > rows.heightForWidth(900)
    window.resize(1024, 700)
    wait_until(lambda: controls.save.geometry().right() <= rows.width())
    assert rows.height() >= rows.heightForWidth(rows.width())


# -- the plot -----------------------------------------------------------------------------


def test_a_peak_of_one_step_among_a_hundred_thousand_is_drawn(application: object) -> None:
    series = Series()
    values = np.full(100_000, 2.0)
    values[54_321] = 9.0
    for step, value in enumerate(values, 1):
        series.add(step, value)
    plot = StepPlot()
    plot.show_picture(PlotPicture(
        (Line("loss", series.curve(120), "#d55e00", band=True),), 100_000))
    image = draw(plot)
    field = plot.field()
    x = round(plot.x_of(54_321))
    ink = (like(image, "#d55e00") | like(image, _quarter("#d55e00")))[:, x - 3 : x + 4].any(axis=1)
    top = field.bottom() - plot.values.place(9.0) * field.height()
    middle = field.bottom() - plot.values.place(5.5) * field.height()
    assert ink[round(top) : round(top) + 4].any()
    assert ink[round(middle)]
    elsewhere = like(image, _quarter("#d55e00"))[round(middle), : x - 8]
    assert not elsewhere.any()
    plot.deleteLater()


@pytest.mark.parametrize("rate", [2e-3, 1.67e-4, 6.67e-6, 1.23e-10])
def test_numbers_of_a_small_plot_are_seen_whole(application: QApplication, rate: float) -> None:
    plot = StepPlot(compact=True)
    steps = np.arange(1.0, 26.0)
    plot.show_picture(PlotPicture(
        (Line("", curve(steps, rate * steps / 25), LIGHT.text),), 25, "Learning rate"))
    plot.resize(180, 90)
    room, measure = plot.field().left() - 5, plot.fontMetrics()
    assert all(measure.horizontalAdvance(say(value)) <= room for value in (rate / 25, rate))


def _quarter(colour: str) -> str:
    parts = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    return "#" + "".join(f"{round(0.25 * part + 0.75 * 255):02x}" for part in parts)


@pytest.mark.parametrize("log_values", [False, True])
@pytest.mark.parametrize("log_steps", [False, True])
def test_points_lie_where_the_axes_say(
    application: object, log_values: bool, log_steps: bool
) -> None:
    steps = np.array([1, 10, 100, 1000])
    values = np.array([8.0, 4.0, 2.0, 1.0])
    plot = StepPlot()
    plot.show_picture(PlotPicture(
        (Line("loss", curve(steps, values), "#009e73"),), 1000, "", log_steps, log_values))
    plot.resize(600, 400)
    points = plot.points(plot.picture.lines[0], values)
    across, down = np.diff(points[:, 0]), np.diff(points[:, 1])
    assert (np.ptp(across) < 1e-6) == log_steps  # a decade is as wide as the next
    assert (np.ptp(down) < 1e-6) == log_values
    assert (down > 0).all()
    for step in steps:
        assert plot.step_at(plot.x_of(step)) == pytest.approx(step)
    image = draw(plot, 600, 400)
    for x, y in plot.points(plot.picture.lines[0], values):
        spot = like(image, "#009e73")[round(y) - 2 : round(y) + 3, round(x) - 2 : round(x) + 3]
        assert spot.any(), (x, y)
    plot.deleteLater()


def test_numbers_beside_a_plot_are_told_apart() -> None:
    assert say_ticks(real_ticks(8.3701, 8.3899, 10)) == [
        "8.372", "8.374", "8.376", "8.378", "8.38", "8.382", "8.384", "8.386", "8.388"]
    assert say_ticks(real_ticks(0.0, 6.0, 6)) == ["0", "1", "2", "3", "4", "5", "6"]
    assert say_ticks(real_ticks(0.0, 2500.0, 3)) == ["0", "1,000", "2,000"]
    assert say_ticks([]) == []


def test_a_high_plot_is_not_full_of_lines_across(application: object) -> None:
    plot = StepPlot()
    steps = np.arange(1.0, 101.0)
    plot.show_picture(PlotPicture((Line("loss", curve(steps, 5 / steps), "#009e73"),), 100))
    image = draw(plot, 400, 1600)
    column = like(image, LIGHT.line)[:, int(plot.field().right()) - 3]
    across = int(np.count_nonzero(np.diff(column.astype(int)) == 1))
    assert 5 < across <= 14  # those at numbers, and the frame's
    plot.deleteLater()


def test_a_dashed_line_has_gaps_however_many_points_it_has(application: object) -> None:
    steps = np.arange(300)
    plot = StepPlot()
    plot.show_picture(PlotPicture(
        (Line("", curve(steps, np.full(300, 0.5)), "#cc79a7", right=True, dashed=True),), 299))
    image = draw(plot, 500, 300)
    row = like(image, "#cc79a7")[round(plot.field().center().y())]
    inked = row[round(plot.x_of(0)) : round(plot.x_of(299))]
    assert 0.3 < inked.mean() < 0.85
    assert np.count_nonzero(np.diff(inked.astype(int))) > 30
    plot.deleteLater()


def test_readings_have_an_axis_of_their_own_from_0_to_1(application: object) -> None:
    steps = np.array([0, 50, 100])
    plot = StepPlot()
    plot.show_picture(PlotPicture((
        Line("loss", curve(steps, np.array([5.0, 4.0, 3.0])), "#000000"),
        Line("", curve(steps, np.array([0.0, 0.5, 1.0])), COLOURS[0], right=True)), 100))
    plot.resize(500, 300)
    field = plot.field()
    points = plot.points(plot.picture.lines[1], np.array([0.0, 0.5, 1.0]))
    assert points[:, 1] == pytest.approx([field.bottom(), field.center().y(), field.top()])
    plot.deleteLater()


def test_values_without_a_logarithm_do_no_harm(application: object) -> None:
    axis = axis_of([np.array([0.0, 1.0, np.nan, np.inf, 100.0])], log=True)
    assert 0 < axis.low <= 1 < 100 <= axis.high
    assert list(axis.at(np.array([0.0]))) == [0.0]
    assert axis_of([np.array([])], log=True).log
    assert axis_of([np.array([3.0])], log=False).low < 3 < axis_of([np.array([3.0])], False).high
    assert Axis(1.5, 4.0, log=True).ticks(5), "less than a decade has names too"
    assert Axis(1e-6, 1e3, log=True).ticks(4) == [1e-6, 1e-3, 1.0, 1e3]


@pytest.mark.parametrize("family", ["gpt2", "bert", "t5", "classifier"])
def test_each_row_of_norms_is_called_by_words(
    family: str, application: object, tmp_path: Path
) -> None:
    folder = make_tiny("bert" if family == "classifier" else family, tmp_path)
    model = open_checkpoint(folder).model
    if family == "classifier":
        model = make_classifier(model, ("good", "bad"), 0.0)
    trainer = make_trainer()
    trainer.model = model
    rows = trainer.norms()
    bars = NormBars()
    bars.show_norms(tuple(
        Norms(name, norm.weight, norm.gradient) for name, norm in rows.items()))
    told = [row.split(":")[0] for row in re.split(r"\. (?=\w)", bars.accessibleDescription())]
    assert len(told) == len(rows)
    assert len(set(told)) == len(told)
    assert not set(told) & set(rows)
    assert all(words[0].isupper() and "_" not in words for words in told), told


def test_no_gradient_is_told_before_a_step_is_taken(application: object) -> None:
    trainer = make_trainer()
    bars = NormBars()
    assert {norm.gradient for norm in trainer.norms().values()} == {None}
    bars.show_norms(tuple(
        Norms(name, norm.weight, norm.gradient) for name, norm in trainer.norms().items()))
    bars.resize(bars.sizeHint())
    bars.grab()
    assert "gradient" not in bars.accessibleDescription()
    trainer.step()
    bars.show_norms(tuple(
        Norms(name, norm.weight, norm.gradient) for name, norm in trainer.norms().items()))
    assert "gradient" in bars.accessibleDescription()


def test_norm_bars_are_logarithmic() -> None:
    assert scale_of([0.02, 3.0]) == (0.01, 10.0)
    assert scale_of([0.0, float("nan")]) == (0.1, 1.0)
    assert share_of(1.0, 0.01, 100.0) == pytest.approx(0.5)
    assert share_of(0.0, 0.01, 100.0) == share_of(float("nan"), 0.01, 100.0) == 0.0
    low, high = scale_of([1.0])
    assert share_of(1.0, low, high) > 0


def test_a_small_plot_without_numbers_says_so_inside_its_frame(application: object) -> None:
    plot = StepPlot(compact=True)
    plot.resize(150, 90)
    plot.show_picture(PlotPicture((), 10, "Tokens a second"))
    assert plot.field().width() > plot.fontMetrics().horizontalAdvance("No numbers yet")
