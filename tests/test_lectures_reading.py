"""Lectures: folders of text files become scenes, and what is wrong in them is told by its line."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.lectures.markup import pieces
from app.lectures.reading import find_lecture, read_lecture, shipped_lectures
from app.lectures.scene import Mark, Scene
from app.page_names import PAGES
from app.place import PANELS, Place
from core.against import Against
from core.catalogue import bundled_models
from core.edits import Edit, Edits
from core.errors import Refusal
from core.frame import Prompt
from core.sampling import GREEDY, Sampling
from tests.lecture_files import FOLDER, scene, told, write

SHOWN = ("prompt", "sheet", "pages")


def test_a_scene_that_says_nothing_stands_as_the_program_does(tmp_path: Path) -> None:
    found = scene(tmp_path, "")
    assert found == Scene(
        "01-s", "01-s", "Words.", "", replace(Place(), panels=SHOWN), True, (), (),
        found.words_at, found.notes_at)
    assert (found.words_at.file, found.words_at.line) == ("01-s.md", 4)


def test_every_key_sets_what_its_table_says(tmp_path: Path) -> None:
    (tmp_path / "mine.json").write_text("{}")
    (tmp_path / "novel.txt").write_text("Words.")
    found = scene(tmp_path, """\
# a comment: with a colon
title: Each token: a question
model: english-bert
train: mine.json
data: novel.txt
start: english-bert
play: yes
step: 40
prompt: The cat sat: on # the mat.
second: It was tired.
target: Nothing
mask: 5 3 3
order: 7
show: sheet words timeline
page: lens head
attention: encoder
stream: query
head: 2.3
cell: 8.1
quantity: scores
tint: induction
scale: log
leave-out: special
renormalise: yes
alter: silence head 2.3 | scale cross head 1.0 0.5 | silence mlp 2 | silence token 4 | unscaled
against: head 1.0
sample: temperature 0.8 | top-k 5 | top-p 0.9 | seed 3
beside: english-gpt dates
highlight: heads 2.3 0.1 | tokens 1 8 | cells 8.1 | panel sheet lens""", """\
\nSome *words*.

???

Notes
stand here.
""")
    assert found.troubles == ()
    assert found.title == "Each token: a question"
    assert (found.words, found.notes) == ("Some *words*.", "Notes\nstand here.")
    assert found.place == Place(
        model="english-bert", recipe=str(tmp_path.resolve() / "mine.json"), playing=True, step=40,
        prompt=Prompt(
            "The cat sat: on # the mat.", "Nothing", "It was tired.", (3, 5), order=7),
        panels=("sheet", "timeline"), pages=("lens", "head"), attention="encoder", stream="query",
        head=(2, 3), cell=(8, 1), quantity="scores", tint="induction", scale="log",
        omit="special", renormalise=True,
        edits=Edits(tuple(sorted((
            Edit("head", "encoder", "self", 2, 3), Edit("head", "decoder", "cross", 1, 0, 0.5),
            Edit("mlp", "encoder", layer=2), Edit("token", "encoder", at=4),
            Edit("scale", "encoder"))))),
        against=Against("head", head=(1, 0)), sampling=Sampling(0.8, 5, 0.9, 3),
        beside=("english-gpt", "dates"))
    assert (found.data, found.start) == (tmp_path.resolve() / "novel.txt", "english-bert")
    assert found.shows_words
    assert found.marks == (
        Mark("head", (2, 3)), Mark("head", (0, 1)), Mark("token", (1,)), Mark("token", (8,)),
        Mark("cell", (8, 1)), Mark("panel", "sheet"), Mark("panel", "lens"))


@pytest.mark.parametrize(("said", "against"), [
    ("untouched", Against()), ("model dates", Against("model", model="dates")),
    ("prompt A dog.", Against("prompt", prompt=Prompt("A dog.", second="And?", order=2))),
    ("head 0.3", Against("head", head=(0, 3))), ("step 12", Against("step", step=12)),
])
def test_a_comparison_is_read(tmp_path: Path, said: str, against: Against) -> None:
    header = f"prompt: A cat.\nsecond: And?\nmask: 1\norder: 2\nagainst: {said}"
    assert scene(tmp_path, header).place.against == against


@pytest.mark.parametrize(("key", "value", "field", "usual"), [
    ("head", "none", "head", None), ("alter", "none", "edits", Edits()),
    ("sample", "none", "sampling", GREEDY), ("mask", "none", "prompt", Prompt()),
    ("show", "words", "panels", ()), ("step", "newest", "step", None),
    ("prompt", "none", "prompt", Prompt("none")),
    ("sample", "seed 3", "sampling", Sampling(1.0, seed=3)), ("play", "no", "playing", False),
])
def test_a_value_may_be_the_usual_one(
    tmp_path: Path, key: str, value: str, field: str, usual: object
) -> None:
    found = scene(tmp_path, f"{key}: {value}")
    assert not found.troubles
    assert getattr(found.place, field) == usual


@pytest.mark.parametrize(("header", "edit"), [
    ("model: english-gpt\nalter: silence head 1.2", Edit("head", "decoder", "self", 1, 2)),
    ("model: english-bert\nalter: silence head 1.2", Edit("head", "encoder", "self", 1, 2)),
    ("model: english-xlnet\nalter: silence mlp 1", Edit("mlp", "encoder", layer=1)),
    ("model: dates\nalter: unscaled", Edit("scale", "decoder", "self")),
    ("model: dates\nattention: cross\nalter: unscaled", Edit("scale", "decoder", "cross")),
    ("model: dates\nattention: cross\nalter: silence token 3", Edit("token", "encoder", at=3)),
    ("model: dates\nalter: silence encoder head 1.2", Edit("head", "encoder", "self", 1, 2)),
    ("model: dates\nalter: unscaled encoder", Edit("scale", "encoder")),
    ("train: english-bert\nalter: silence head 1.2", Edit("head", "encoder", "self", 1, 2)),
    ("train: masked\nalter: silence head 1.2", Edit("head", "encoder", "self", 1, 2)),
    ("train: causal\nstart: english-xlnet\nalter: silence mlp 1", Edit("mlp", "encoder", layer=1)),
    ("train: reverse\nalter: scale cross head 0.1 2", Edit("head", "decoder", "cross", 0, 1, 2.0)),
    ("model: of-mine\nattention: encoder\nalter: silence mlp 0", Edit("mlp", "encoder")),
])
def test_an_alteration_is_of_the_attention_on_screen(
    tmp_path: Path, header: str, edit: Edit
) -> None:
    (tmp_path / "of-mine").mkdir()
    found = scene(tmp_path, header)
    assert found.troubles == ()
    assert found.place.edits == Edits((edit,))
    assert found.place.against == Against()  # as in the window: at first against itself


# -- as in the scene before ------------------------------------------------------------------------


def test_what_is_not_said_is_as_in_the_scene_before(tmp_path: Path) -> None:
    found = read_lecture(write(
        tmp_path,
        s1="---\nmodel: dates\nprompt: Monday\ntarget: 1\npage: lens flow\nhead: 1.1\n"
           "train: reverse\nsample: seed 3\nbeside: dates\n---\n",
        s2="---\n---\n", s3="---\ntarget: 2\nmodel: english-gpt\n---\n",
        s4="---\nhead: 0.1\n---\n"))
    usual = Place(panels=SHOWN)
    first, second, third, fourth = (one.place for one in found.scenes)
    assert (first.recipe, first.head) == ("reverse", (1, 1))
    kept = replace(usual, pages=("lens", "flow"))
    assert second == replace(kept, model="dates", prompt=Prompt("Monday", "1"))
    assert third == replace(kept, prompt=Prompt(target="2"))
    assert fourth == replace(third, head=(0, 1))


def test_a_scene_that_can_not_be_read_passes_on_what_was_before(tmp_path: Path) -> None:
    write(tmp_path, s1="---\nmodel: dates\npage: lens\n---\n", s3="---\nhead: 0.0\n---\n")
    (tmp_path / "02-s.md").write_bytes(b"\0")
    found = read_lecture(tmp_path)
    assert (found.scenes[2].place.model, found.scenes[2].place.pages) == ("dates", ("lens",))


HEADERS = st.fixed_dictionaries({}, optional={
    "model": st.sampled_from(bundled_models()), "page": st.sampled_from(PAGES),
    "prompt": st.sampled_from(["", "A cat.", "none"]), "second": st.sampled_from(["", "It."]),
    "target": st.sampled_from(["", "chat"]), "mask": st.sampled_from(["none", "1", "1 2"]),
    "order": st.sampled_from(["none", "4"]), "head": st.sampled_from(["none", "1.2"]),
    "alter": st.sampled_from(["none", "unscaled", "silence mlp 0"]),
    "show": st.sampled_from(["words", "sheet", " ".join(PANELS)]),
})


def spelled(place: Place, said: dict[str, str]) -> str:
    """The header of a scene that inherits nothing."""
    prompt, out = place.prompt, dict(said)
    out |= {"model": place.model, "page": " ".join(place.pages), "prompt": prompt.source,
            "second": prompt.second, "target": prompt.target,
            "mask": " ".join(map(str, prompt.masked)) or "none",
            "order": "none" if prompt.order is None else str(prompt.order)}
    return "\n".join(f"{key}: {value}" for key, value in out.items())


@settings(FOLDER, max_examples=60)
@given(st.lists(HEADERS, min_size=1, max_size=4))
def test_what_is_inherited_equals_what_is_written_out(
    tmp_path: Path, headers: list[dict[str, str]]
) -> None:
    files = {
        f"s{at}": "---\n" + "\n".join(f"{k}: {v}" for k, v in header.items()) + "\n---\n"
        for at, header in enumerate(headers, 1)
    }
    for old in tmp_path.glob("*/*"):
        old.unlink()
    read = read_lecture(write(tmp_path / "a", **files))
    assert read.all_troubles == ()
    for one, header in zip(read.scenes, headers, strict=True):
        alone = scene(tmp_path / "b", spelled(one.place, header))
        assert alone.troubles == ()
        assert alone.place == one.place


# -- languages -------------------------------------------------------------------------------------


def test_a_language_says_what_differs(tmp_path: Path) -> None:
    write(
        tmp_path, lecture_zh="---\ntitle: 讲\n---\n关于。",
        s1="---\ntitle: One\nmodel: english-gpt\nprompt: Hi\nhead: 1.1\n---\nWords\n???\nNotes",
        s1_zh="---\ntitle: 一\nmodel: tang-gpt\nprompt: 明月\nhead: none\n---\n字",
        s2="---\ntitle: Two\n---\nMore", s3="---\ntitle: Three\n---\nX",
        s3_zh="---\ntitle: 三\n---\n")
    english, chinese = read_lecture(tmp_path, "en"), read_lecture(tmp_path, "zh")
    assert english.all_troubles == chinese.all_troubles == ()
    assert (english.title, chinese.title, chinese.about) == ("A lecture", "讲", "关于。")
    assert [one.title for one in english.scenes] == ["One", "Two", "Three"]
    assert [one.title for one in chinese.scenes] == ["一", "Two", "三"]
    assert [one.words for one in chinese.scenes] == ["字", "More", "X"]
    first, second, _ = chinese.scenes
    assert first.notes == "Notes"
    assert (first.words_at.file, first.notes_at.file) == ("01-s.zh.md", "01-s.md")
    assert first.place == replace(
        english.scenes[0].place, model="tang-gpt", prompt=Prompt("明月"), head=None)
    assert second.place.prompt == Prompt("明月")  # as in the scene before, of this language


def test_a_wrong_value_of_a_language_leaves_that_of_the_scene(tmp_path: Path) -> None:
    write(tmp_path, s1="---\nhead: 1.1\n---\n", s1_zh="---\n\nhead: 9\n---\n")
    (found,) = read_lecture(tmp_path, "zh").scenes
    assert found.place.head == (1, 1)
    assert told(found.troubles) == [("01-s.zh.md", 3)]
    assert read_lecture(tmp_path, "en").scenes[0].troubles == ()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_translation_without_its_scene_is_a_scene_that_says_so(
    tmp_path: Path, language: str
) -> None:
    write(tmp_path, s1="---\ntitle: x\n---\n", s2_zh="---\ntitle: 二\nhead: 1.1\n---\n字")
    found = read_lecture(tmp_path, language).scenes
    assert [one.name for one in found] == ["01-s", "02-s"]
    assert (found[1].title, found[1].words, found[1].place.head) == ("二", "字", (1, 1))
    assert told(found[1].troubles) == [("02-s.zh.md", 1)]
    assert "02-s.md" in str(found[1].troubles[0].text)


# -- words -----------------------------------------------------------------------------------------


def test_words_are_cut_where_formulas_stand() -> None:
    text = "One $x$ costs \\$5.\n\n$$\n\\frac{a}{b}\n$$\n`$no$` ``$`$``\n```\n$no$\n```\n$a\nb$"
    assert [(piece.kind, piece.text, piece.line) for piece in pieces(text)] == [
        ("words", "One ", 0), ("inline", "x", 0), ("words", " costs \\$5.\n\n", 0),
        ("block", "\\frac{a}{b}", 2), ("words", "\n", 4), ("code", "`$no$`", 5), ("words", " ", 5),
        ("code", "``$`$``", 5), ("words", "\n", 5), ("code", "```\n$no$\n```", 6),
        ("words", "\n", 8), ("inline", "a\nb", 9)]


def test_a_dollar_sign_within_a_formula_does_not_end_it() -> None:
    assert [(piece.kind, piece.text) for piece in pieces("$5\\$ + x$ and $$a\\$$$")] == [
        ("inline", "5\\$ + x"), ("words", " and "), ("block", "a\\$")]


def test_a_picture_in_the_folder_is_no_trouble(tmp_path: Path) -> None:
    (tmp_path / "a b.png").write_bytes(b"")
    assert scene(tmp_path, "title: x", "![a](a%20b.png) `![b](c.png)`").troubles == ()


# -- finding ---------------------------------------------------------------------------------------


def test_a_lecture_is_found_by_number_name_and_path(tmp_path: Path) -> None:
    for folder in shipped_lectures():
        number, _, name = folder.name.partition("-")
        assert find_lecture(str(int(number))) == find_lecture(number) == folder
        assert find_lecture(name) == find_lecture(folder.name) == folder
    assert find_lecture(str(tmp_path)) == tmp_path
    assert find_lecture("sample").name == "sample"
    assert "sample" not in [folder.name for folder in shipped_lectures()]
    gone = str(tmp_path / "x")
    for wrong in ("99", "nothing-there", "", "x" * 5000, "\0", "~nobody-here/x", gone):
        with pytest.raises(Refusal, match="neither"):
            find_lecture(wrong)


def test_reading_brings_neither_torch_nor_qt() -> None:
    code = (
        "import sys; from app.lectures.reading import read_lecture, find_lecture; "
        "read_lecture(find_lecture('sample'), 'zh'); "
        "print([name for name in ('torch', 'numpy', 'PySide6') if name in sys.modules])")
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"
