"""What is wrong in a lecture's files is told by its line, and the rest goes on."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.lectures.keys import KEYS
from app.lectures.markup import pieces
from app.lectures.reading import read_lecture
from app.lectures.scene import Lecture
from app.lectures.source import LIMIT
from app.place import PANELS
from core.errors import Refusal
from tests.lecture_files import FOLDER, scene, told, write

WRONG = [
    ("colour: red", "colour"), ("no colon here", "colon"), (": no key", "colon"),
    ("title:", "title"), ("model: english-gtp", "english-gpt"), ("model: " + "x" * 5000, "english"),
    ("model: ../nowhere", "folder"), ("train: revers", "reverse"), ("train: ../a.json", ".json"),
    ("data: gone.txt", "folder of files"), ("data: ../a.txt", "folder of files"),
    ("data: /etc/hostname", "folder of files"), ("data: ~", "folder of files"),
    ("data: " + "x" * 5000, "folder of files"), ("start: english-gtp", "english-gpt"),
    ("start: ../model", "english-gpt"), ("start: .", "english-gpt"),
    ("play: maybe", "yes"), ("step: -1", "1000000000"), ("step: 99999999999", "1000000000"),
    ("step: " + "9" * 5000, "1000000000"), ("step: ²", "whole"), ("mask: 1 x", "whole"),
    ("mask: 1000000", "99999"), ("order: one", "whole"), ("show: words sheets", "timeline"),
    ("page: heads", "lens"), ("page: head lens flow", "two"), ("page: head head", "two"),
    ("attention: both", "encoder"), ("stream: both", "query"), ("head: 2", "2.3"),
    ("head: 2.x", "2.3"), ("head: 2.3.4", "2.3"), ("head: -1.0", "2.3"), ("head: 10000.0", "9999"),
    ("cell: 100000.0", "99999"), ("quantity: weights", "pattern"), ("tint: nothing", "entropy"),
    ("scale: linearly", "root"), ("leave-out: all", "special"), ("renormalise: true", "yes"),
    ("alter: silence", "silence head"), ("alter: silence head 2", "2.3"),
    ("alter: scale head 1.0", "silence head"), ("alter: scale head 1.0 3", "2"),
    ("alter: scale head 1.0 nan", "0"), ("alter: silence head 1.0 | ", "bar"),
    ("alter: unscaled 3", "unscaled"), ("alter: silence bias 1", "silence head"),
    ("against: nothing", "untouched"), ("against: model", "untouched"),
    ("against: untouched please", "untouched"), ("against: model gone", "english-gpt"),
    ("sample: hot", "temperature"), ("sample: temperature 99", "5"), ("sample: top-p 0", "0.01"),
    ("sample: top-k 1.5", "whole"), ("sample: temperature inf", "5"),
    ("beside: a b c d e", "four"), ("beside: english-gpt nobody", "english-gpt"),
    ("highlight: 2.3", "heads"), ("highlight: heads", "heads"), ("highlight: heads x", "2.3"),
    ("highlight: panel door", "sheet"), ("highlight: | heads 1.1", "bar"), ("cell:", "cell"),
]


@pytest.mark.parametrize(("line", "says"), WRONG, ids=[line[:24] for line, _ in WRONG])
def test_a_wrong_line_is_told_and_the_rest_goes_on(tmp_path: Path, line: str, says: str) -> None:
    found = scene(tmp_path, f"# one\n{line}\nleave-out: first\ntint: self" if not line.startswith(
        ("leave-out", "tint")) else f"# one\n{line}\nplay: yes")
    (trouble,) = found.troubles
    assert (trouble.file, trouble.line) == ("01-s.md", 3)
    assert says in str(trouble.text)
    assert len(str(trouble.text)) < 500
    good = scene(tmp_path, "leave-out: first\ntint: self" if not line.startswith(
        ("leave-out", "tint")) else "play: yes")
    assert found.place == good.place
    assert found.title == good.title
    assert found.marks == ()


def test_every_key_has_a_wrong_value_here() -> None:
    free = {"prompt", "second", "target"}  # any text is one
    assert {line.partition(":")[0] for line, _ in WRONG} >= set(KEYS) - free


def test_a_key_said_twice_stands_as_it_was_first(tmp_path: Path) -> None:
    found = scene(tmp_path, "head: 1.1\nhead: 2.2")
    assert found.place.head == (1, 1)
    assert told(found.troubles) == [("01-s.md", 3)]
    assert "line 2" in str(found.troubles[0].text)


# -- files -----------------------------------------------------------------------------------------


def test_a_file_without_a_header_is_words(tmp_path: Path) -> None:
    (found,) = read_lecture(write(tmp_path, s1="Just words.\n\n???\nNotes")).scenes
    assert (found.title, found.words, found.notes) == ("01-s", "Just words.", "Notes")
    assert told(found.troubles) == [("01-s.md", 1)]


def test_a_header_that_is_not_closed_ends_where_words_begin(tmp_path: Path) -> None:
    for between in ("\n", "", "\n\n"):
        (found,) = read_lecture(write(
            tmp_path, s1=f"---\ntitle: Open\nhead: 1.1\n{between}Words here.\n")).scenes
        assert (found.title, found.place.head) == ("Open", (1, 1))
        assert found.words == "Words here."
        assert told(found.troubles) == [("01-s.md", 1)]
    (found,) = read_lecture(write(tmp_path, s1="---\ntitle: Open")).scenes
    assert (found.title, found.words) == ("Open", "")
    assert told(found.troubles) == [("01-s.md", 1)]


@pytest.mark.parametrize(("data", "line", "says"), [
    (b"---\ntitle: x\n---\n" + b"a" * LIMIT, 1, "256 KiB"),
    (b"---\ntitle: x\n---\nab\xff\n", 4, "line 4"), (b"---\n\0\n---\n", 2, "UTF-8"),
    ("---\ntitle: 注意\n---\n".encode("gb18030"), 2, "UTF-8"),
    ("---\ntitle: x\n---\n".encode("utf-16"), 1, "UTF-8"), (b"\x7fELF\0\0", 1, "UTF-8"),
])
def test_a_file_that_is_no_text_is_still_a_scene(
    tmp_path: Path, data: bytes, line: int, says: str
) -> None:
    write(tmp_path, s2="---\ntitle: Next\n---\nGo on.")
    (tmp_path / "01-s.md").write_bytes(data)
    first, second = read_lecture(tmp_path).scenes
    assert (first.title, first.words) == ("01-s", "")
    assert told(first.troubles) == [("01-s.md", line)]
    assert says in str(first.troubles[0].text)
    assert second.troubles == ()
    assert second.title == "Next"


def test_a_mark_of_byte_order_and_other_ends_of_lines_are_no_trouble(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "01-s.md").write_bytes(
        b"\xef\xbb\xbf---\r\ntitle: x\r\nhead: 1.2\r\n---\r\n\r\nA\r\nB\r\n???\r\nC\r\n")
    (found,) = read_lecture(tmp_path).scenes
    assert (found.title, found.words, found.notes, found.troubles) == ("x", "A\nB", "C", ())
    assert found.place.head == (1, 2)
    assert (found.words_at.line, found.notes_at.line) == (6, 9)


def test_links_are_followed_within_the_folder_alone(tmp_path: Path) -> None:
    write(tmp_path / "other", s1="---\ntitle: secret\n---\n")
    folder = write(tmp_path / "own", s2="---\ntitle: own\n---\nx")
    (folder / "01-out.md").symlink_to(tmp_path / "other" / "01-s.md")
    (folder / "03-in.md").symlink_to("02-s.md")
    (folder / "04-round.md").symlink_to("04-round.md")
    (folder / "05-gone.md").symlink_to("nowhere.md")
    (folder / "06-s.md").mkdir()
    (folder / "a.json").symlink_to(tmp_path / "other" / "lecture.md")
    (folder / "07-s.md").write_text("---\ntrain: a.json\nmodel: ../other\n---\n")
    found = read_lecture(folder)
    assert [one.title for one in found.scenes] == [
        "01-out", "own", "own", "04-round", "05-gone", "06-s", "07-s"]
    assert [len(one.troubles) for one in found.scenes] == [1, 0, 0, 1, 1, 1, 1]
    assert "leads out" in str(found.scenes[0].troubles[0].text)
    last = found.scenes[-1]
    assert last.place.model == str((tmp_path / "other").resolve())  # models may be elsewhere
    assert last.place.recipe == ""


def test_what_is_learnt_from_lies_in_the_folder_whatever_links_there_are(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    folder = tmp_path / "own"
    texts = folder / "texts"
    texts.mkdir(parents=True)
    (texts / "in.txt").write_text("words")
    (texts / "again.txt").symlink_to("in.txt")
    assert scene(folder, "train: causal\ndata: texts").data == texts.resolve()
    (texts / "out.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "away").symlink_to(tmp_path)
    (folder / "one.txt").symlink_to(tmp_path / "secret.txt")
    for name in ("texts", "away", "away/secret.txt", "one.txt"):
        found = scene(folder, f"train: causal\ndata: {name}")
        assert found.data is None, name
        assert told(found.troubles) == [("01-s.md", 3)], name
    (texts / "out.txt").unlink()
    os.mkfifo(texts / "pipe.txt")
    assert told(scene(folder, "train: causal\ndata: texts").troubles) == [("01-s.md", 3)]


@pytest.mark.parametrize("key", ["data: texts", "start: english-bert"])
def test_what_a_run_begins_with_is_nothing_without_a_run(tmp_path: Path, key: str) -> None:
    (tmp_path / "texts").mkdir()
    found = scene(tmp_path, f"title: x\n{key}")
    assert (found.data, found.start) == (None, "")
    assert told(found.troubles) == [("01-s.md", 3)]
    assert "train" in str(found.troubles[0].text)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(write(tmp_path) / "01-s.md")
    (found,) = read_lecture(tmp_path).scenes
    assert told(found.troubles) == [("01-s.md", 1)]


def test_a_lecture_needs_a_scene_and_a_folder(tmp_path: Path) -> None:
    write(tmp_path / "empty")
    for folder, says in (("empty", "holds no scene"), ("gone", "can't be read"),
                         ("empty/lecture.md", "can't be read")):
        with pytest.raises(Refusal, match=says):
            read_lecture(tmp_path / folder)


def test_what_is_wrong_beside_the_scenes_is_told_too(tmp_path: Path) -> None:
    write(tmp_path, s1="---\ntitle: x\n---\n", readme="About this", readme_zh="这")
    (tmp_path / "notes.txt").write_text("not looked at")
    found = read_lecture(tmp_path)
    assert told(found.troubles) == [("readme.md", 1), ("readme.zh.md", 1)]
    (tmp_path / "lecture.md").write_text("---\ntitle: T\npage: head\n---\nA $x")
    assert told(read_lecture(tmp_path).troubles)[:2] == [("lecture.md", 3), ("lecture.md", 5)]
    (tmp_path / "lecture.md").unlink()
    found = read_lecture(tmp_path)
    assert found.title == tmp_path.name
    assert told(found.all_troubles)[0] == ("lecture.md", 1)
    assert len(found.scenes) == 1


@pytest.mark.skipif(os.name == "nt", reason="names are text there")
def test_a_name_that_is_no_text_is_told(tmp_path: Path) -> None:
    write(tmp_path, s1="---\ntitle: x\n---\n")
    for name in (b"02-\xff.md", b"03-a\nb.md"):
        (tmp_path / os.fsdecode(name)).write_text("---\ntitle: y\n---\n")
    found = read_lecture(tmp_path)
    assert [one.title for one in found.scenes] == ["x"]
    assert told(found.troubles) == [("'02-\\udcff.md'", 1), ("'03-a\\nb.md'", 1)]


# -- words and anything else ---------------------------------------------------------------------


@pytest.mark.parametrize(("words", "line", "says"), [
    ("a\nb $x", 5, "not closed"), ("a\n\n$$x\n\ny$$", 6, "not closed"), ("$$ $$", 4, "nothing"),
    ("it costs 5$", 4, "not closed"), ("x\n![a](gone.png)", 5, "gone.png"),
    ("![a](http://example.org/a.png)", 4, "example.org"), ("![a](../a.png)", 4, "../a.png"),
    ("![a](file:///etc/passwd)", 4, "passwd"), ("![a](/etc/passwd)", 4, "passwd"),
    ("![a]()", 4, "picture"), ("fine\n???\n$x", 6, "not closed"),
])
def test_wrong_markup_is_told_by_its_line(
    tmp_path: Path, words: str, line: int, says: str
) -> None:
    found = scene(tmp_path / "lecture", "title: x", words)
    assert (tmp_path / "lecture" / "01-s.md").is_file()
    assert {one.line for one in found.troubles} <= {line, line + 2}
    assert told(found.troubles)[0] == ("01-s.md", line)
    assert says in str(found.troubles[0].text)


@settings(FOLDER, max_examples=300)
@given(st.one_of(
    st.text(max_size=200),
    st.text("-\n:? $`\\!()[]|.0aé𝕏 ", max_size=200),
    st.lists(st.tuples(st.sampled_from(sorted(KEYS)), st.text(
        "0123456789. |nonehdsilcx-\u2028\x1c", max_size=30)), max_size=6).map(
        lambda lines: "---\n" + "\n".join(f"{k}: {v}" for k, v in lines) + "\n---\n$x$")))
def test_any_text_is_read(tmp_path: Path, text: str) -> None:
    write(tmp_path)
    (tmp_path / "01-s.md").write_text(text, encoding="utf-8", newline="")
    found = read_lecture(tmp_path)
    (one,) = found.scenes
    lines = text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
    assert all(1 <= trouble.line <= lines for trouble in one.troubles)
    assert all(str(trouble.text).strip() for trouble in one.troubles)
    assert set(one.place.panels) <= set(PANELS)
    joined = "".join(piece.text for piece in pieces(one.words) if piece.kind in ("words", "code"))
    assert joined.count("a") <= text.count("a")


@settings(FOLDER, max_examples=100)
@given(st.binary(max_size=300))
def test_any_bytes_are_read(tmp_path: Path, data: bytes) -> None:
    write(tmp_path)
    (tmp_path / "01-s.md").write_bytes(data)
    assert isinstance(read_lecture(tmp_path), Lecture)


@pytest.mark.parametrize("part", ["$a$ ", "`a` ", "`a ``b ", "$ ", "\\$", "$$ a $ ", "```\n"])
def test_a_file_as_long_as_may_be_is_cut_as_a_short_one_is(part: str) -> None:
    short, long = 12, LIMIT // len(part)
    few, many = pieces(part * short), pieces(part * long)
    assert [one.kind for one in many[:4]] == [one.kind for one in few[:4]]
    told, rest = ("".join(one.text for one in cut) for cut in (few, pieces(part * (long % short))))
    assert "".join(one.text for one in many) == told * (long // short) + rest
