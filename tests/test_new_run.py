"""A new run: what is offered, what is wrong with it said at once, what it would take, its start."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from torch.utils.flop_counter import FlopCounterMode

from app.__main__ import main
from app.cli import parse
from app.language import say_refusal
from app.new_run import NewRunDialog
from app.pages import TRAINING
from app.training_command import _recipe
from app.window import Window
from core.errors import Cancelled, Refusal
from core.training.beginning import starting_folder
from core.training.estimate import Estimate, estimate
from core.training.following import follow
from core.training.offers import offers, sample, starting_recipe
from core.training.recipe import OBJECTIVES, read_recipe
from core.training.run import Run
from core.training.sizing import Sizes, resize, sizes_of
from core.training.survey import survey
from core.training.tasks import TASKS
from tests.conftest import wait_until
from tests.test_runs import write_recipe

Open = Callable[..., Window]


def ask(window: Window, tmp_path: Path) -> NewRunDialog:
    """The dialog, for a run in a folder of this test."""
    window.beginning.new_run()
    wait_until(lambda: window.beginning.dialog is not None)
    dialog = window.beginning.dialog
    assert dialog is not None
    dialog.folder.path.setText(str(tmp_path / "run"))
    return dialog


def press_enter(dialog: NewRunDialog) -> None:
    QTest.keyClick(dialog.what, Qt.Key.Key_Return)


def settled(dialog: NewRunDialog) -> str:
    """What stands below the data once they were read."""
    found, notice = dialog.data.found, dialog.data.notice
    wait_until(lambda: notice.text() or (found.text() and not found.text().endswith("…")))
    return notice.text() or found.text()


def begun(window: Window, steps: int = 0) -> None:
    wait_until(lambda: window.steering.training is not None
               and window.steering.training.done > steps, 60)


# -- what is offered --------------------------------------------------------------------------


def test_every_task_and_every_objective_is_offered_and_says_what_to_look_at() -> None:
    there = {offer.name: offer for offer in offers()}
    assert set(there) == {*TASKS, *OBJECTIVES}
    for offer in there.values():
        assert offer.look.endswith(".")
        for recipe in offer.recipes.values():
            assert recipe.objective == (
                TASKS[offer.name].objective if offer.generated else offer.name)
            assert recipe.generated == (offer.name if offer.generated else "")
            assert not recipe.hold_out
            assert resize(recipe, sizes_of(recipe)) == recipe


def test_a_sample_is_held_out_and_solved() -> None:
    source, target = sample("reverse", 0)
    assert target == source[::-1]
    assert len(source) > 4
    assert (source, target) not in TASKS["reverse"].make(0).train
    text, nothing = sample("brackets", 0)
    assert text
    assert not nothing


def test_another_size_keeps_the_rest_and_a_window_fills_a_new_context() -> None:
    recipe = starting_recipe("masked")
    other = resize(recipe, Sizes(2, 2, 64, 40))
    assert (other.model["encoder_layers"], other.model["heads"], other.model["width"]) == (2, 2, 64)
    assert other.model["mlp_width"] == 256
    assert other.train.window == 40
    assert other.model["head"] == recipe.model["head"]
    with pytest.raises(Refusal, match="3 heads can't share a width of 64 evenly"):
        resize(recipe, Sizes(2, 3, 64, 40))


# -- beginning --------------------------------------------------------------------------------


def test_a_task_is_chosen_and_begins_with_enter(
    open_window: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window()
    dialog = ask(window, tmp_path)
    dialog.choose("reverse")
    QTest.keyClick(dialog.what, Qt.Key.Key_Down)  # by keyboard alone
    assert dialog.offer.name == "sort"
    QTest.keyClick(dialog.what, Qt.Key.Key_Up)
    press_enter(dialog)
    assert not dialog.isVisible()
    begun(window, 3)
    assert window.steering.training is not None
    assert window.steering.training.working, "it plays at once"
    wait_until(lambda: window.wish.prompt.target)
    assert window.wish.prompt.target == window.wish.prompt.source[::-1]
    wait_until(lambda: window.complete and window.picture is not None
               and window.picture.sight.kind == "cross")
    assert TRAINING in [key for key, _, _ in window.pages.shown()]
    assert window.beginning.dialog is None
    asked: list[str] = []
    monkeypatch.setattr(
        QFileDialog, "getExistingDirectory", lambda parent, title, folder, *_: asked.append(folder))
    window.beginning.open_run()
    assert asked == [str(tmp_path)], "the next is looked for where this one is"


def test_a_text_of_ones_own_begins_with_its_columns_and_what_is_held_out(
    open_window: Open, tmp_path: Path
) -> None:
    window = open_window()
    dialog = ask(window, tmp_path)
    table = tmp_path / "reviews.csv"
    table.write_text("stars,review\n" + "".join(
        f'{at % 2},"{"good" if at % 2 else "bad"} film {at}"\n' for at in range(160)))
    dialog.choose("classification")
    dialog.init.setCurrentText("")
    dialog.data.path.setText(str(table))
    assert "no column" not in settled(dialog)
    text, label = dialog.data.columns
    assert [text.itemText(row) for row in range(text.count())] == ["stars", "review"]
    text.setCurrentText("review")
    label.setCurrentText("stars")
    wait_until(lambda: dialog.checking.survey is not None)
    assert "to train on, 4 held out" in settled(dialog)
    for field, value in ((dialog.size_.layers, 1), (dialog.size_.width_, 16),
                         (dialog.size_.heads, 2), (dialog.size_.vocabulary, 300)):
        field.setValue(value)
    dialog.begin()
    begun(window, 1)
    window.steering.pause()
    run = read_recipe(tmp_path / "run" / "recipe.json")
    assert run.columns == ("review", "stars")
    assert run.hold_out_lines == 2
    assert run.model["encoder_layers"] == 1
    assert window.answer is not None
    assert window.answer.frame.card.labels == ("0", "1")
    assert window.wish.prompt.source == "The cat sat.", "what was typed stays"


def test_a_run_that_is_given_up_while_it_opens_leaves_the_model_before(
    open_window: Open, tmp_path: Path
) -> None:
    window = open_window()
    dialog = ask(window, tmp_path)
    before = window.wish.model
    dialog.choose("dates")
    dialog.size_.steps.setValue(77)
    dialog.begin()
    wait_until(window.opening.cancel)
    wait_until(lambda: window.complete)
    assert window.wish.model == before
    assert window.answer is not None
    assert window.answer.frame.training is None
    for thread in threading.enumerate():  # it ends by itself, and leaves no run
        if thread.name == "work":
            thread.join()
    assert not (tmp_path / "run" / "run.json").exists()
    window.beginning.new_run()
    again = window.beginning.dialog
    assert again is not None
    assert again.isVisible()
    assert (again.offer.name, again.size_.steps.value()) == ("dates", 77), "nothing is lost"


def test_what_only_the_run_finds_out_brings_the_dialog_back(
    open_window: Open, tmp_path: Path
) -> None:
    window = open_window()
    dialog = ask(window, tmp_path)
    pairs = tmp_path / "pairs.txt"
    pairs.write_text("a short one\ta short one\n" * 4000 + "word " * 90 + "\tx\n" + "a\tb\n" * 300)
    dialog.choose("translation")
    dialog.data.path.setText(str(pairs))
    settled(dialog)
    dialog.begin()
    assert not dialog.isVisible()
    wait_until(dialog.isVisible, 60)
    assert "raise window and context" in dialog.size_.notice.text()
    assert not (tmp_path / "run").exists()
    wait_until(lambda: window.complete)
    assert window.steering.training is None


def test_a_model_goes_on_learning(
    open_window: Open, tiny_model: Path, tmp_path: Path, data: Path
) -> None:
    window = open_window()
    window.beginning.train_further()
    wait_until(lambda: window.beginning.dialog is not None)
    dialog = window.beginning.dialog
    assert dialog is not None
    assert dialog.offer.name == "causal"
    assert dialog.start == str(tiny_model)
    assert dialog.size_.context.value() == 64, "it reads no more"
    assert not dialog.size_.width_.isEnabled()
    dialog.folder.path.setText(str(tmp_path / "run"))
    text = tmp_path / "one.txt"
    text.write_text("the cat sat on the mat\n" * 200)
    dialog.data.path.setText(str(text))
    settled(dialog)
    wait_until(lambda: "·" in dialog.estimate.text())
    assert dialog.size_.width_.value() == 32, "the model's own"
    dialog.begin()
    begun(window)
    window.steering.pause()
    assert window.answer is not None
    assert window.answer.frame.card.layers == {"decoder": 3}
    assert starting_folder(str(tmp_path / "run")).parent == tmp_path / "run"


# -- bad input --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("objective", "content", "said"),
    [
        ("causal", b"", "both need one"),
        ("causal", b"\x89PNG\0\0\0" * 40, "is not UTF-8 text"),
        ("causal", "é\n".encode("latin-1") * 40, "convert it first"),
        ("causal", b"one line alone", "both need one"),
        ("translation", b"no tab here\n" * 40, "a tab and its translation"),
        ("translation", b"a\tb\n", "both parts need one"),
        ("classification", b"good\tyes\n" * 40, "to tell labels apart takes two"),
        ("classification", b"no label\n" * 40, "a tab and its label"),
        ("masked", None, "can't be read"),
    ],
    ids=("empty", "binary", "misencoded", "one line", "no tab", "one pair", "one class",
         "no labels", "missing"),
)
def test_data_that_can_not_serve_are_refused_below_their_field(
    open_window: Open, tmp_path: Path, objective: str, content: bytes | None, said: str
) -> None:
    dialog = ask(open_window(), tmp_path)
    path = tmp_path / "data.txt"
    if content is not None:
        path.write_bytes(content)
    dialog.choose(objective)
    dialog.data.path.setText(str(path))
    sentence = settled(dialog)
    assert said in sentence
    assert "\n" not in sentence
    dialog.begin()
    assert dialog.isVisible()
    assert not (tmp_path / "run").exists()


def test_a_file_that_is_too_large_is_refused(
    open_window: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = ask(open_window(), tmp_path)
    monkeypatch.setattr("core.training.tables.TEXT_LIMIT", 1 << 20)
    path = tmp_path / "large.txt"
    path.write_text("a line of a large file\n" * 60_000)
    dialog.choose("causal")
    dialog.data.path.setText(str(path))
    assert "more than 1 MiB of text" in settled(dialog)


def test_no_data_no_folder_and_no_model_are_said_where_they_are_missing(
    open_window: Open, tmp_path: Path
) -> None:
    window = open_window()
    dialog = ask(window, tmp_path)
    dialog.choose("causal")
    press_enter(dialog)
    assert dialog.data.notice.text() == "Name a file or a folder to learn from."
    for path in ("~nobody-at-all/a", "long" * 100, "a\0b"):
        dialog.data.path.setText(path)
        assert "can't be read" in settled(dialog)
    dialog.choose("copy")
    (tmp_path / "file").write_text("x")
    for path, said in (
        ("", "Name a folder"), (str(tmp_path / "file"), "no folder that can be written"),
        (str(tmp_path / "file" / "below"), "no folder that can be written"),
        (str(tmp_path / ("long" * 100)), "can't be written"),
    ):
        dialog.folder.path.setText(path)
        assert said in dialog.folder.notice.text()
        press_enter(dialog)
        assert dialog.isVisible()
    dialog.folder.path.setText(str(tmp_path / "run"))
    assert not dialog.folder.notice.text()
    dialog.init.setCurrentText("no-such-model")
    wait_until(dialog.init_notice.text)
    assert "neither a folder, nor a model" in dialog.init_notice.text()
    dialog.init.setCurrentText("english-gpt")  # a decoder alone
    wait_until(lambda: "trains an encoder and a decoder" in dialog.init_notice.text())


def test_a_folder_that_holds_a_run_is_refused(
    open_window: Open, tmp_path: Path, data: Path
) -> None:
    dialog = ask(open_window(), tmp_path)
    follow(read_recipe(write_recipe(tmp_path)), data, tmp_path / "there")
    dialog.folder.path.setText(str(tmp_path / "there"))
    assert "already holds a run" in dialog.folder.notice.text()


def test_numbers_that_make_no_model_are_refused_below_them(
    open_window: Open, tmp_path: Path
) -> None:
    dialog = ask(open_window(), tmp_path)
    dialog.choose("reverse")
    dialog.size_.heads.setValue(3)
    assert "can't share a width of 64 evenly" in dialog.size_.notice.text()
    press_enter(dialog)
    assert dialog.isVisible()
    dialog.size_.heads.setValue(2)
    assert not dialog.size_.notice.text()
    dialog.size_.rate.setValue(0)
    assert "must be above 0" in dialog.size_.notice.text()


def test_a_header_is_offered_also_where_the_usual_columns_are_not_in_it(tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    rows.write_text('{"body": "a text", "kind": 3}\n' * 40)
    recipe = starting_recipe("classification")
    found = survey(recipe, rows)
    assert found.header == ("body", "kind")
    assert found.refusal is not None
    found = survey(replace(recipe, columns=("body", "kind")), rows)
    assert "labels" in say_refusal(found.refusal)  # type: ignore[arg-type]
    rows.write_text('{"body": "a text", "kind": 3}\n{"body": "another", "kind": 4}\n' * 40)
    found = survey(replace(recipe, columns=("body", "kind")), rows, 4)
    assert (found.refusal, found.train, found.held_out) == (None, 72, 8)


# -- what it would take -----------------------------------------------------------------------


def count_product(x: torch.Size, weight: torch.Size, *_: object, **__: object) -> int:
    """Of oneDNN's own operator, which torch's counter does not know."""
    return 2 * x.numel() * weight[0]


@pytest.mark.parametrize("name", ["reverse", "repeats", "dates", "copy"])
def test_an_estimate_times_the_work_that_the_run_then_does(name: str, tmp_path: Path) -> None:
    """The clock counts multiplications and additions, which are the same on every machine."""
    recipe = read_recipe(Path(f"resources/recipes/{name}.json").absolute())
    counts = {torch.ops.mkldnn._linear_pointwise: count_product}
    with FlopCounterMode(display=False, custom_mapping=counts) as work:
        told = estimate(recipe, clock=work.get_total_flops)
    run = Run.begin(recipe, None, tmp_path / "run")
    try:
        with FlopCounterMode(display=False, custom_mapping=counts) as work:
            for _ in range(10):
                run.advance()
        parameters = sum(parameter.numel() for parameter in run.model.parameters())
    finally:
        run.close()
    assert told.steps_a_second == pytest.approx(10 / work.get_total_flops(), rel=0.05)
    assert told.parameters == pytest.approx(parameters, rel=0.05)
    assert told.size > 16 * told.parameters


def test_the_dialog_says_the_estimate_of_what_is_on_screen(
    open_window: Open, tmp_path: Path
) -> None:
    dialog = ask(open_window(), tmp_path)
    dialog.choose("copy")
    told: list[Estimate] = []
    dialog.checking.estimated.connect(told.append)
    wait_until(lambda: told)
    assert f"{told[-1].parameters:,} parameters" in dialog.estimate.text()
    assert "steps/s" in dialog.estimate.text()
    small = told[-1].parameters
    dialog.size_.width_.setValue(128)
    assert dialog.estimate.text() == "Measuring …"
    wait_until(lambda: len(told) > 1)
    assert told[-1].parameters > 2 * small
    dialog.size_.width_.setValue(64)
    dialog.reject()
    QTest.qWait(600)
    assert len(told) == 2, "nothing is measured for a closed dialog"


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_every_objective_can_be_estimated_and_draws_nothing_of_torch_s_own_chance(
    objective: str
) -> None:
    recipe = resize(starting_recipe(objective), Sizes(1, 2, 32, 32))
    before = torch.get_rng_state()
    told = estimate(replace(recipe, train=replace(recipe.train, batch=4)))
    assert told.steps_a_second > 0
    assert torch.equal(before, torch.get_rng_state())


def test_an_estimate_can_be_given_up() -> None:
    def told() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        estimate(starting_recipe("causal"), told=told)


# -- without the dialog -----------------------------------------------------------------------


@pytest.mark.parametrize("objective", [*OBJECTIVES, *TASKS])
def test_every_objective_and_task_has_a_recipe_on_the_command_line(
    objective: str, data: Path
) -> None:
    given = ["train", "--objective", objective, "--run", "r"]
    recipe = _recipe(parse(given))
    assert objective in (recipe.objective, recipe.generated)
    if objective == "causal":
        held = _recipe(parse([*given, "--data", str(data / "train.txt")]))
        assert held.hold_out_lines == 1


def test_a_task_is_trained_by_its_name_alone(tmp_path: Path) -> None:
    run = tmp_path / "run"
    assert main(["train", "--objective", "copy", "--run", str(run), "--steps", "2"]) == 0
    assert (run / "model" / "config.json").exists()


def test_what_the_command_can_not_do_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["watch", str(tmp_path / "nowhere")]) == 2
    assert "There is no folder" in capsys.readouterr().err
    assert main(["train", "--objective", "flight", "--run", str(tmp_path / "r")]) == 2
    assert "known are causal, masked" in capsys.readouterr().err


def test_a_folder_is_watched_from_the_command_line_and_not_held(
    open_window: Open, tmp_path: Path, data: Path
) -> None:
    follow(read_recipe(write_recipe(tmp_path)), data, tmp_path / "run")
    options = parse(["watch", str(tmp_path / "run")])
    assert options.watch
    window = open_window(model=options.model, watch=options.watch)
    assert window.answer is not None
    assert len(window.answer.frame.kept) > 1
    Run.resume(tmp_path / "run").close()


def test_a_run_opens_again_where_it_was(
    open_window: Open, tmp_path: Path, data: Path
) -> None:
    run = Run.begin(read_recipe(write_recipe(tmp_path)), data, tmp_path / "run")
    run.advance()
    run.keep()
    run.close()
    window = open_window(model=str(tmp_path / "run"))
    begun(window)
    assert str(tmp_path / "run") in window.choices.recent


def test_the_memory_of_the_timeline_is_remembered(
    open_window: Open, tmp_path: Path
) -> None:
    window = open_window()
    assert window.wish.drive.budget == 256 << 20
    window.set_budget(64 << 20)
    assert window.wish.drive.budget == 64 << 20
    assert open_window().wish.drive.budget == 64 << 20
    window.choices.keep("budget", "much")
    assert window.choices.budget == 256 << 20
