"""``headlight lecture``, and the guide that tells how lectures are written."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from app.__main__ import main
from app.lectures.keys import KEYS
from app.lectures.reading import LECTURES, read_lecture
from app.page_names import PAGES
from app.place import PANELS
from app.state import Attention, Quantity
from core.asks.readings import READINGS
from core.trace import Omit, Scale, Stream
from tests.lecture_files import scene, write


def test_a_sound_lecture_is_told_to_be_one(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("sample", str(LECTURES / "sample")):
        assert main(["lecture", name]) == 0
        assert capsys.readouterr().out == "3 scenes, no troubles\n"


def test_every_trouble_is_told_by_file_and_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(
        tmp_path,
        s1="---\nmodel: english-gpt\nprompt: A cat.\nhead: 6.0\ncell: 1.9\n"
           "highlight: heads 0.8 | tokens 2 3 | cells 5.0\n"
           "alter: silence head 0.9 | silence mlp 6\n"
           "mask: 1\nattention: cross\ncolour: red\n---\nSee $\\foo$ and $x.\n",
        s1_zh="---\ntitle: 一\nhead: 5.8\n---\n$注$\n",
        s2="---\nmodel: ./empty\n---\n", s3="---\ntrain: bad.json\nhead: 99.0\n---\n",
        s4="---\nmodel: dates\nprompt: Monday\nattention: cross\ncell: 0.50\n"
           "against: head 2.0\nbeside: english-gpt empty\n---\n")
    (tmp_path / "empty").mkdir()
    (tmp_path / "bad.json").write_text("{}")
    assert main(["lecture", str(tmp_path)]) == 1
    *lines, last = capsys.readouterr().out.splitlines()
    assert [line.split(": ")[0] for line in lines] == [
        "01-s.md:4", "01-s.md:5", "01-s.md:6", "01-s.md:6", "01-s.md:6", "01-s.md:7", "01-s.md:7",
        "01-s.md:8", "01-s.md:9", "01-s.md:10", "01-s.md:12", "01-s.md:12", "01-s.zh.md:3",
        "01-s.zh.md:5", "02-s.md:2", "03-s.md:2", "04-s.md:5", "04-s.md:6"]
    assert last == "4 scenes, 18 troubles"


def test_one_of_each_is_told_in_the_singular(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, s1="---\nhead: x\n---\n")
    assert main(["lecture", str(tmp_path)]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "1 scene, 1 trouble"


def test_a_text_that_is_too_long_and_a_run_are_looked_at_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, s1=f"---\nprompt: {'cat ' * 400}\n---\n", s2="---\ntrain: reverse\n---\n")
    assert main(["lecture", str(tmp_path)]) == 1
    first, last = capsys.readouterr().out.splitlines()
    assert first.startswith("01-s.md:2: ")
    assert "left out" in first
    assert last == "2 scenes, 1 trouble"


TEXT = "The old man sat by the fire, and the boy looked at the sea.\n" * 400
LABELLED = "".join(f"the {word} day number {at}\t{label}\n" for at in range(12)
                   for word, label in (("good", "pos"), ("bad", "neg")))
PAIRS = "".join(f"day {at}\t{at} day\n" for at in range(60))


def write_runs(folder: Path, *headers: str) -> Path:
    """A lecture of scenes that train, and what they name."""
    write(folder, **{f"s{at}": f"---\n{header}\n---\n" for at, header in enumerate(headers, 1)})
    for name, text in (("text.txt", TEXT), ("labels.txt", LABELLED), ("pairs.txt", PAIRS)):
        (folder / name).write_text(text)
    return folder


@pytest.mark.parametrize("header", [
    "train: causal\ndata: text.txt", "train: spans\ndata: text.txt",
    "train: masked\ndata: text.txt\nstart: english-bert",
    "train: permutation\ndata: text.txt\nstart: english-xlnet",
    "train: classification\ndata: labels.txt\nstart: english-bert",
    "train: translation\ndata: pairs.txt", "train: english-gpt\ndata: .", "train: dates",
])
def test_a_scene_that_trains_on_its_own_text_is_without_trouble(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], header: str
) -> None:
    folder = write_runs(tmp_path, header)
    if header.endswith("."):
        (folder / "labels.txt").unlink()
    assert main(["lecture", str(folder)]) == 0, capsys.readouterr().out


def test_what_a_run_could_not_begin_with_is_told_by_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_runs(
        tmp_path, "train: masked", "train: reverse\ndata: text.txt",
        "train: causal\n# a line\ndata: short.txt", "train: classification\ndata: text.txt",
        "train: masked\ndata: text.txt\nstart: english-gpt",
        "train: translation\nstart: dates\ndata: gone.txt", "data: text.txt\nstart: dates")
    (folder / "short.txt").write_text("a\nb\n")
    assert main(["lecture", str(folder)]) == 1
    *lines, last = capsys.readouterr().out.splitlines()
    assert [line.split(": ")[0] for line in lines] == [
        "01-s.md:2", "02-s.md:2", "03-s.md:4", "04-s.md:3", "05-s.md:4", "06-s.md:2", "06-s.md:4",
        "07-s.md:2", "07-s.md:3"]
    for line, says in zip(lines, (
            "name a file or a folder", "leave data out", "tokens", "line 1: expected", "",
            "name a file or a folder", "gone.txt", "say train too", "say train too"), strict=True):
        assert says in line
    assert last == "7 scenes, 9 troubles"


@pytest.mark.parametrize("what", ["nowhere", "empty", "x" * 300, ""])
def test_what_holds_no_lecture_is_refused_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], what: str
) -> None:
    (tmp_path / "empty").mkdir()
    assert main(["lecture", str(tmp_path / what) if len(what) == 5 else what]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("headlight: ")
    assert err.count("\n") == 1


# -- the guide -------------------------------------------------------------------------------------

GUIDES = [LECTURES / "GUIDE.md", LECTURES / "GUIDE.zh.md"]
ROW = re.compile(r"^\| `([a-z-]+)` \|(.+)\| `([^`]+)` \|$", re.MULTILINE)


@pytest.mark.parametrize("guide", GUIDES, ids=["en", "zh"])
def test_the_guide_tells_every_key_in_its_order(guide: Path) -> None:
    rows = ROW.findall(guide.read_text(encoding="utf-8"))
    assert [key for key, _, _ in rows] == list(KEYS)


@pytest.mark.parametrize("guide", GUIDES, ids=["en", "zh"])
def test_each_example_of_the_guide_is_read(guide: Path, tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("a")
    for key, _, example in ROW.findall(guide.read_text(encoding="utf-8")):
        line = example.replace("\\|", "|")
        assert line.startswith(f"{key}: ")
        train = "train: masked\n" if key in ("data", "start") else ""
        usual, found = scene(tmp_path, train), scene(tmp_path, train + line)
        assert found.troubles == (), line
        told = (
            found.title, found.place, found.marks, found.shows_words, found.data, found.start)
        assert key == "model" or told != (
            usual.title, usual.place, usual.marks, usual.shows_words, usual.data, usual.start), line


@pytest.mark.parametrize("guide", GUIDES, ids=["en", "zh"])
def test_the_guide_names_every_choice(guide: Path) -> None:
    rows = {key: values for key, values, _ in ROW.findall(guide.read_text(encoding="utf-8"))}
    assert re.findall(r"`([a-z_]+)`", rows["page"].rpartition("|")[0]) == list(PAGES)
    told = rows["show"].rpartition("|")[0]
    assert set(re.findall(r"`([a-z]+)`", told)) == {"words", *PANELS}
    for key, known in (
        ("attention", get_args(Attention)), ("stream", get_args(Stream)),
        ("quantity", get_args(Quantity)), ("tint", READINGS), ("scale", get_args(Scale)),
        ("leave-out", get_args(Omit)), ("renormalise", ("yes", "no")), ("play", ("yes", "no")),
    ):
        values = rows[key].rpartition("|")[0].partition("|")[0]
        assert set(re.findall(r"`([a-z_]+)`", values)) == set(known), key


@pytest.mark.parametrize("guide", GUIDES, ids=["en", "zh"])
def test_the_guides_own_scene_is_without_trouble(
    guide: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lecture, scene_ = [
        block for block in re.findall(r"```\n(.*?)```", guide.read_text("utf-8"), re.DOTALL)
        if block.startswith("---")]
    write(tmp_path, lecture=lecture, s1=scene_)
    found = read_lecture(tmp_path).scenes[0]
    assert found.notes
    assert len(found.marks) == 3
    assert main(["lecture", str(tmp_path)]) == 0
