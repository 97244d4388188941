"""The lectures that ship: they read without trouble in both languages, their formulas typeset, and
the numbers that their scenes state are those of the models."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

from app.lectures.reading import read_lecture, shipped_lectures
from app.lectures.scene import Lecture, Scene
from app.paint.formula import typeset
from app.paint.formula_troubles import check_formulas
from tests.course_claims import CLAIMS, UNNUMBERED, Claim

LANGUAGES = ("en", "zh")
README = Path(__file__).parents[1] / "README.md"
FEWEST, MOST = 40, 110  # words of a scene, to be read from the last row
FEWEST_SIGNS, MOST_SIGNS = 60, 240  # Chinese characters, and words of other script among them
WIDEST = 21  # ems of a formula, to be large enough in the pane of words
_FORMULA = re.compile(r"\$\$(.+?)\$\$|\$([^$\n]+?)\$", re.DOTALL)
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_NOTE_FEWEST = 25


class Spoken(NamedTuple):
    """A scene, and where it is from."""

    lecture: Lecture
    scene: Scene
    language: str


@cache
def course(language: str) -> tuple[Lecture, ...]:
    return tuple(read_lecture(folder, language) for folder in shipped_lectures())


def spoken() -> list[Spoken]:
    return [Spoken(lecture, scene, language) for language in LANGUAGES
            for lecture in course(language) for scene in lecture.scenes]


def words_of(text: str) -> str:
    """Without formulas and the signs of Markdown."""
    return re.sub(r"[*`#>|_-]+", " ", _FORMULA.sub(" ", text))


def length_of(text: str, language: str) -> int:
    words = words_of(text)
    if language == "zh":
        signs = _CHINESE.findall(words)
        return len(signs) + len(_CHINESE.sub(" ", words).split())
    return len(words.split())


def formulas_of(text: str) -> list[tuple[str, bool]]:
    """Each formula, and whether it stands in a line of words."""
    return [((block or inline).strip(), not block) for block, inline in _FORMULA.findall(text)]


def test_there_are_twelve_lectures_and_they_are_numbered() -> None:
    names = [folder.name for folder in shipped_lectures()]
    assert [name[:2] for name in names] == [f"{at:02}" for at in range(1, 13)]
    assert 40 <= sum(len(lecture.scenes) for lecture in course("en")) <= 60


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_lecture_reads_without_trouble(language: str) -> None:
    for lecture in course(language):
        troubles = [(one.file, one.line, str(one.text)) for one in lecture.all_troubles]
        assert not troubles, troubles
        assert lecture.title, lecture.name
        assert lecture.about, lecture.name
        assert 3 <= len(lecture.scenes) <= 6, lecture.name


def test_both_languages_have_the_same_scenes_and_each_its_own_words() -> None:
    for english, chinese in zip(course("en"), course("zh"), strict=True):
        assert [one.name for one in english.scenes] == [one.name for one in chinese.scenes]
        assert english.title != chinese.title, english.name
        assert english.about != chinese.about, english.name
        for ours, theirs in zip(english.scenes, chinese.scenes, strict=True):
            where = f"{english.name}/{ours.name}"
            assert ours.title != theirs.title, where
            assert _CHINESE.search(theirs.words), where
            assert _CHINESE.search(theirs.notes), where
            assert not _CHINESE.search(ours.words), where
            blocks = [{one for one, _ in _FORMULA.findall(scene.words) if one}
                      for scene in (ours, theirs)]
            assert blocks[0] == blocks[1], where


def test_a_scene_can_be_read_from_the_last_row_and_has_notes() -> None:
    for lecture, scene, language in spoken():
        where = f"{lecture.name}/{scene.name} ({language})"
        low, high = (FEWEST, MOST) if language == "en" else (FEWEST_SIGNS, MOST_SIGNS)
        assert low <= length_of(scene.words, language) <= high, (
            where, length_of(scene.words, language))
        assert length_of(scene.notes, language) >= _NOTE_FEWEST, where
        assert 0 < len(scene.title) <= 40, where


def test_every_formula_is_typeset() -> None:
    found = {(formula, inline) for _, scene, _ in spoken()
             for text in (scene.words, scene.notes)
             for formula, inline in formulas_of(text)}
    assert len(found) > 80
    for formula, inline in sorted(found):
        drawn = typeset(formula, inline)
        assert not drawn.wrong, (formula, drawn.wrong)
        assert 0 < drawn.width < WIDEST, formula
    for language in LANGUAGES:
        assert not [one for lecture in course(language) for one in check_formulas(lecture)]


def test_no_scene_stands_where_the_one_before_it_stood() -> None:
    for language in LANGUAGES:
        for lecture in course(language):
            places = [scene.place for scene in lecture.scenes]
            assert all(old != new for old, new in pairwise(places)), (
                lecture.name)


def test_every_scene_has_something_that_runs() -> None:
    for lecture, scene, _ in spoken():
        assert set(scene.place.panels) - {"prompt"}, f"{lecture.name}/{scene.name}"


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: f"{claim.scene} {claim.says}")
def test_a_number_that_is_said_is_the_models(claim: Claim) -> None:
    assert claim.measure() == pytest.approx(claim.value, abs=claim.within)
    lecture, name = claim.scene.split("/")
    for language in claim.languages:
        of = next(one for one in course(language) if one.name == lecture)
        scene = next(one for one in of.scenes if one.name == name)
        said = re.sub(r"\s%", "%", scene.words + scene.notes)
        assert claim.says.replace(" %", "%") in said, (language, claim.says)


@pytest.mark.parametrize(("recipe", "name"), [
    ("reverse-deep", "03-with-both"), ("reverse-no-residual", "04-no-residual"),
    ("reverse-no-norm", "05-no-norm"),
])
def test_losses_of_a_trial_are_those_that_the_readme_was_measured_at(
    recipe: str, name: str
) -> None:
    """It takes minutes; the README says with which command."""
    row = re.search(
        rf"^\| `{recipe}` \|((?: [0-9.]+ \|)+)", README.read_text("utf-8"), re.MULTILINE)
    assert row is not None
    losses = [number.strip() for number in row[1].split("|")][:6]
    for language in LANGUAGES:
        lecture = next(one for one in course(language) if one.name == "08-residual")
        scene = next(one for one in lecture.scenes if one.name == name)
        for number in losses[-4:]:
            assert number in scene.notes, (language, number)
        assert losses[-1] in scene.words, language


@pytest.mark.parametrize(("scene", "says"), [
    ("01-language-models/03-context", "1.288 1.407"),
    ("04-decoder/02-into-the-source", "0.85 0.25"),
    ("09-pre-training/01-hidden-words", "35.1 4.5"),
    ("09-pre-training/03-next-sentence", "58.0 2,048"),
    ("09-pre-training/04-watch-it", "0.83 0.14 7,600"),
    ("10-fine-tuning/01-new-head", "9,596"),
    ("10-fine-tuning/04-where-it-fails", "75.8 80.2 0.510 0.535 1,066"),
    ("11-four-families/05-t5", "997"),
])
def test_what_the_models_were_measured_at_is_as_the_readme_says(scene: str, says: str) -> None:
    readme = README.read_text("utf-8")
    folder, name = scene.split("/")
    for language in LANGUAGES:
        lecture = next(one for one in course(language) if one.name == folder)
        spoken_of = next(one for one in lecture.scenes if one.name == name)
        for number in says.split():
            assert number in readme
            assert number in spoken_of.words + spoken_of.notes, (language, number)


@pytest.mark.parametrize("said", UNNUMBERED)
def test_what_is_said_without_a_number_holds(said: str) -> None:
    value, measure = UNNUMBERED[said]
    assert measure() == pytest.approx(value, abs=0.005)
