"""What a scene that fine-tunes says of its run: of the texts kept apart, so many are right."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.lecture_runs import begin_of
from app.lectures.reading import read_lecture, shipped_lectures
from core.catalogue import BUNDLED
from core.training.classification import encode_labelled, judge
from core.training.labelled import read_labelled
from core.training.recipe import read_recipe
from core.training.run import Run

FOLDER = next(folder for folder in shipped_lectures() if folder.name.startswith("10-"))
SCENE = next(one for one in read_lecture(FOLDER).scenes if one.name == "05-train-one")


@pytest.mark.parametrize(("start", "said", "least", "most"), [
    (SCENE.start, "21 right", 19, 24), ("", "random numbers 15", 9, 17)], ids=["model", "random"])
def test_a_hundred_sentences_are_enough_for_a_model_that_has_read(
    tmp_path: Path, start: str, said: str, least: int, most: int
) -> None:
    """Another processor may round one or two over the border."""
    assert SCENE.data is not None
    assert said in SCENE.notes
    recipe = read_recipe(Path(SCENE.place.recipe))
    data = read_labelled(SCENE.data, recipe.hold_out_lines)
    assert (len(data.train), len(data.held_out)) == (100, 24)
    assert not begin_of(SCENE.place.recipe, SCENE.data, start).share, "the recipe says what is kept"
    words = SCENE.place.prompt.source.lower().strip(".").split()
    trained = " ".join(text for text, _ in data.train).lower()
    assert not [word for word in ("stern", "baled") if word in trained or word not in words]
    run = Run.begin(recipe, SCENE.data, tmp_path / "run", BUNDLED / start if start else None)
    try:
        for _ in range(recipe.train.steps):
            run.advance()
        rows = encode_labelled(data.held_out, data.labels, run.tokenizer, recipe.train.window)
        told, labels = judge(run.model, rows)
        assert least <= int((told.argmax(-1) == labels).sum()) <= most
        asked = [(SCENE.place.prompt.source, "sea")]
        own, label = judge(run.model, encode_labelled(
            asked, data.labels, run.tokenizer, recipe.train.window))
        assert not start or own.argmax(-1).tolist() == label.tolist(), "in seconds it is right"
    finally:
        run.close()
