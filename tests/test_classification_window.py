"""A classifier in a real window: its verdict as one types, in both languages, and without room."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
import transformers
from PySide6.QtTest import QTest
from safetensors.torch import load_file, save_file

from app.pages import TRAINING
from app.panels.verdict import Labels, percent
from app.theme import DARK
from app.window import Window
from core.drive import Begin
from core.frame import Frame
from tests.conftest import wait_until
from tests.test_classification import FAMILIES, LABELS, make_theirs, save
from tests.test_classification_training import write_data, write_recipe
from tests.tiny_families import make_tiny

Open = Callable[..., Window]


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    made = tmp_path_factory.mktemp("classifiers")
    found = {name: str(save(make_theirs(name, 4), made / name)) for name in ("bert", "gpt2")}
    return found | {"plain": str(make_tiny("bert", made / "plain"))}


def frame_of(window: Window) -> Frame:
    wait_until(lambda: window.complete and window.wish.prompt == window.prompting.prompt)
    assert window.picture is not None
    return window.picture


@pytest.mark.parametrize("family", ["bert", "gpt2"])
def test_the_verdict_follows_each_key(
    open_window: Open, folders: dict[str, str], family: str
) -> None:
    window = open_window("the cat", model=folders[family])
    panel = window.layout_.prompt
    theirs = getattr(transformers, FAMILIES[family][0]).from_pretrained(folders[family]).eval()
    assert panel.labels.isVisible()
    assert not panel.verdict.isVisible()
    said = []
    for key in " sat on the sea":
        QTest.keyClicks(window.editor, key)
        frame = frame_of(window)
        with torch.inference_mode():
            told = theirs(torch.tensor([frame.queries.ids])).logits[0].double().softmax(-1)
        assert panel.labels.labels == LABELS
        assert panel.labels.shares == pytest.approx(told.tolist(), abs=1e-5)
        said.append(panel.labels.shares)
    assert len(set(said)) > 2


def test_who_does_not_see_is_told_the_likeliest_first(
    open_window: Open, folders: dict[str, str]
) -> None:
    window = open_window("the cat sat", model=folders["bert"])
    labels = window.layout_.prompt.labels
    ranked = sorted(zip(labels.shares, labels.labels, strict=True), reverse=True)
    said = labels.accessibleDescription().replace("\u2068", "").replace("\u2069", "")
    assert labels.accessibleName() == "Classifier's verdict"
    assert said == ", ".join(f"{label}: {share * 100:.1f} %" for share, label in ranked)
    assert "classifier of 3 labels" in window.status.text()
    assert window.predictions_panel.title.text() == "No token is predicted"


def test_a_model_that_tells_nothing_apart_shows_no_verdict(
    open_window: Open, folders: dict[str, str]
) -> None:
    window = open_window("the cat sat", model=folders["bert"])
    panel = window.layout_.prompt
    window.opening.open(folders["plain"])
    wait_until(lambda: panel.card is not None and panel.card.reference == folders["plain"])
    frame_of(window)
    assert not panel.labels.isVisible()
    assert panel.verdict.isVisible()
    assert "classifier" not in window.status.text()


def test_an_altered_model_gives_its_own_verdict(
    open_window: Open, folders: dict[str, str]
) -> None:
    window = open_window("the cat sat", model=folders["bert"])
    labels = window.layout_.prompt.labels
    before = labels.shares
    window.altering.silence("mlp")
    wait_until(lambda: window.complete and bool(window.picture and window.picture.edits))
    after = labels.shares
    window.altering.silence("mlp")
    wait_until(lambda: window.complete and not (window.picture and window.picture.edits))
    assert max(abs(a - b) for a, b in zip(before, after, strict=True)) > 1e-3
    assert labels.shares == pytest.approx(before, abs=1e-6)


def test_every_page_and_both_themes_open_on_a_classifier(
    open_window: Open, folders: dict[str, str]
) -> None:
    window = open_window("the cat sat", model=folders["gpt2"])
    for key in window.pages.panels:
        window.pages.open(key)
        wait_until(lambda: window.complete)
    window.layout_.prompt.set_theme(DARK)
    assert not window.grab().isNull()


def strokes(labels: Labels) -> list[str]:
    return [label for label, _ in labels.shown()]


def test_where_not_all_have_room_the_likeliest_stand_first(application: object) -> None:
    labels = Labels()
    names, shares = [f"label {at}" for at in range(9)], [0.02 * at for at in range(8)] + [0.44]
    labels.show_shares(names, shares)
    labels.resize(3000, 24)
    assert strokes(labels) == names
    labels.resize(640, 24)
    assert strokes(labels)[:2] == ["label 8", "label 7"]
    assert 2 <= len(strokes(labels)) < 5
    labels.resize(60, 24)
    assert strokes(labels) == ["label 8"]
    assert not labels.grab().isNull()
    labels.show_shares(names, ())
    assert [share for _, share in labels.shown()] == [None]
    assert labels.accessibleDescription() == ""
    assert percent(None) == "–"


def test_a_verdict_that_is_no_number_is_a_dash(
    open_window: Open, folders: dict[str, str], tmp_path: Path
) -> None:
    broken = shutil.copytree(folders["bert"], tmp_path / "broken")
    weights = load_file(broken / "model.safetensors")
    weights["classifier.weight"][0] = torch.nan
    save_file(weights, broken / "model.safetensors", metadata={"format": "pt"})
    window = open_window("the cat sat", model=str(broken))
    assert window.picture is not None
    assert window.picture.labels == ()
    labels = window.layout_.prompt.labels
    assert [percent(share) for _, share in labels.ranked()] == ["–"] * len(LABELS)
    assert labels.accessibleDescription() == ""
    window.grab()


def test_a_run_that_learns_labels_shows_how_many_of_each_are_told(
    open_window: Open, tmp_path: Path
) -> None:
    recipe = write_recipe(tmp_path / "recipe.json")
    window = open_window("the cat sat")
    window.resize(1280, 900)
    window.pages.open(TRAINING)
    window.steering.begin(tmp_path / "run", Begin(recipe, write_data(tmp_path / "data")))
    wait_until(lambda: window.complete and window.steering.training is not None)
    page = window.training
    assert page is not None
    table = page.curves.confusion
    assert not table.isVisible(), "nothing was measured"
    window.steering.play()
    wait_until(lambda: window.complete and window.steering.training is not None
               and window.steering.training.ended)
    training = window.steering.training
    assert training is not None
    assert training.right is not None
    assert table.isVisible()
    assert (table.labels, table.counts) == (training.labels, training.confusion)
    texts = sum(map(sum, table.counts))
    assert (table.counts[0][0] + table.counts[1][1]) / texts == training.right
    bad, good = table.accessibleDescription().split(". ")
    assert bad == (f"bad: {table.counts[0][0]} said to be bad, "
                   f"{table.counts[0][1]} said to be good")
    assert good.startswith("good: ")
    assert f"{training.right:.3f} right" in page.losses.text()
    assert [line.name for line in page.curves.plot.picture.lines if line.right
            and line.name] == ["held out, right"]
    before = table.grab().toImage()
    window.dress.set_theme("dark")
    assert table.grab().toImage() != before
    window.opening.open("english-gpt")
    wait_until(lambda: window.complete and window.steering.training is None)
    window.opening.open(str(tmp_path / "run"))
    wait_until(lambda: window.complete and window.steering.training is not None)
    assert table.isVisible(), "what was measured last is read again"
    assert table.counts == training.confusion
