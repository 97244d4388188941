"""What a new run would take is asked anew at each change; its data are read once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject

from app.new_run_check import Checking, Question
from core.training.estimate import Estimate
from core.training.offers import starting_recipe
from core.training.sizing import resize, sizes_of
from core.training.survey import Survey
from tests.conftest import wait_until


def test_data_that_are_being_read_are_read_on_while_numbers_change(
    application: object, tmp_path: Path
) -> None:
    path = tmp_path / "text.txt"
    path.write_text("the cat sat on the mat and a dog ran to the sea.\n" * 200)
    recipe = starting_recipe("causal")
    small = resize(recipe, replace(sizes_of(recipe), layers=1, heads=2, width=16, context=32))
    parent = QObject()
    checking = Checking(parent)
    surveys: list[Survey] = []
    estimates: list[Estimate] = []
    checking.surveyed.connect(surveys.append)
    checking.estimated.connect(estimates.append)
    checking.ask(Question(recipe, recipe, path))
    wait_until(lambda: checking._work is not None)
    reading = checking._work
    checking.ask(Question(small, recipe, path))
    assert checking._work is reading
    wait_until(lambda: estimates)
    assert len(surveys) == 2, "told to each question"
    assert checking.survey is surveys[0] is surveys[1], "and read once"
    assert [(one.sizes.layers, one.sizes.width) for one in estimates] == [(1, 16)]
    other = tmp_path / "other.txt"
    other.write_text(path.read_text())
    checking.ask(Question(small, recipe, other))
    assert checking.survey is None
    wait_until(lambda: len(estimates) == 2)
    assert checking.survey is surveys[-1] is not surveys[0]
