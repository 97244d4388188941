"""Tables, pairs and labelled text: what is read by column, held out, and refused by its line."""

from __future__ import annotations

import csv
import json
import os
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import core.training.tables as tables
from app.__main__ import main
from core.errors import Refusal
from core.training.config import TrainConfig
from core.training.data import read_data
from core.training.labelled import MOST_LABELS, Labelled, read_labelled
from core.training.offers import starting_recipe
from core.training.recipe import Recipe, read_recipe
from core.training.survey import survey
from core.training.tables import lines, rows
from core.training.text import Corpus, read_corpus
from core.training.translation import PairCorpus, read_pairs
from core.training.vocabulary import TokenizerConfig

RECIPE = Path(__file__).parents[1] / "resources" / "recipes" / "brackets.json"
POLARITY = Path(__file__).parents[2] / "shared" / "corpora" / "sentence_polarity"
words = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from('",;\t\n'),
                min_size=1).filter(str.strip)


def write(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


# Tables


@settings(max_examples=100, deadline=None, database=None)
@given(table=st.lists(st.tuples(words, words), min_size=1))
def test_what_pythons_writers_write_is_read_by_column(
    tmp_path_factory: pytest.TempPathFactory, table: list[tuple[str, str]]
) -> None:
    folder = tmp_path_factory.mktemp("tables")
    with (folder / "a.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["label", "text"])
        writer.writerows(table)
    with (folder / "a.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json.dumps({"label": a, "text": b}) + "\n" for a, b in table)
    expected = [(b, a) for a, b in table]
    for name in ("a.csv", "a.jsonl"):
        assert [row for _, row in rows(folder / name, ("text", "label"))] == expected


def test_a_row_knows_the_line_on_which_it_begins(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", 'text\r\n"one\r\ntwo"\r\n\r\nthree\r\n')
    assert list(rows(path, ["text"])) == [(2, ("one\r\ntwo",)), (5, ("three",))]


@pytest.mark.parametrize("text", [
    "text;label\na,b;c\n", "text\tlabel\na,b\tc\n", '\ufefftext,label\n"a,b",c\n',
    'label,"text"\nc,"a,b"\n',
])
def test_commas_semicolons_and_tabs_part_columns(tmp_path: Path, text: str) -> None:
    assert list(rows(write(tmp_path / "a.csv", text), ("text", "label"))) == [(2, ("a,b", "c"))]


def test_columns_that_are_counted_have_no_header(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "3,title,body\n4,other,more\n")
    assert list(rows(path, ["2", "0"])) == [(1, ("body", "3")), (2, ("more", "4"))]


def test_labels_may_be_numbers_in_json(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", '{"text": "a", "label": 1}\n\n{"label": true, "text": "b"}')
    assert list(rows(path, ("text", "label"))) == [(1, ("a", "1")), (3, ("b", "true"))]


CSV = [
    ("text,label\na\n", "{path}, line 2 has 1 fields and none numbered 1, counted from 0."),
    ("words,label\na,b\n", "{path}, line 1 has no column 'text'; it has words, label."),
    ('text,label\n"a" b,c\n', "{path}, line 2 is no row of a CSV file: ',' expected after '\"'."),
    ('text,label\na,b\n"c,d\ne,f\n', "{path}, line 3 is no row of a CSV file: "),
    ("text,label\na,b\n ,c\n", "{path}, line 3: the column text is empty."),
    (b"text,label\na,b\ncaf\xe9,c\n",
     "{path} is not UTF-8 text (line 3, byte 18); convert it first."),
    ("text,label\na\0,b\n", "{path} is not UTF-8 text (line 2, byte 12); convert it first."),
    ("text,label\na,b\n".encode("utf-16"), "{path} is not UTF-8 text (line 1, byte 0); "),
    (bytes(range(256)), "{path} is not UTF-8 text (line 1, byte 0); convert it first."),
    (bytes(range(1, 256)), "{path}, line 1 has no column 'text'; it has '\\x01\\x02\\x03"),
]
JSON = [
    ('{"text": "a", "label": "b"}\n{"text": \n', "{path}, line 2 is no JSON: Expecting value."),
    ('{"text": "a", "label": "b"}\n{"text": "c"}\n',
     "{path}, line 2 has no column 'label'; it has text."),
    ('{"text": "a", "label": "b"}\n["c", "d"]\n', "{path}, line 2 is no JSON object."),
    ('{"text": null, "label": "b"}\n', "{path}, line 1: text is no text."),
    ('{"text": "\\ud800", "label": "b"}\n', "{path}, line 1: text is no text."),
    ('{"text": ["a"], "label": "b"}\n', "{path}, line 1: text is no text."),
    ("[" * 100_000, "{path}, line 1 is no JSON: "),
    ("{}\n", "{path}, line 1 has no column 'text'; it has -."),
]


@pytest.mark.parametrize(("ending", "text", "sentence"), [
    *(("csv", *case) for case in CSV), *(("jsonl", *case) for case in JSON),
])
def test_what_is_wrong_is_told_by_its_line(
    tmp_path: Path, ending: str, text: str | bytes, sentence: str
) -> None:
    path = write(tmp_path / f"a.{ending}", text)
    with pytest.raises(Refusal) as refused:
        list(rows(path, ("text", "label")))
    assert str(refused.value).startswith(sentence.replace("{path}", str(path)))
    assert "\n" not in str(refused.value)


def test_a_quote_that_is_never_closed_does_not_swallow_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "LINE_LIMIT", 1000)
    path = write(tmp_path / "a.csv", 'text\n"' + "one more line\n" * 100)
    with pytest.raises(Refusal, match=r"line 2 is no row of a CSV file: field larger than"):
        list(rows(path, ["text"]))


def test_more_text_than_is_read_is_refused_as_soon_as_it_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = 3 * 2**20
    monkeypatch.setattr(tables, "TEXT_LIMIT", limit)
    line = "x" * 99 + "\n"
    path = write(tmp_path / "a.txt", line * (limit // 100))
    assert len("".join(text for _, text in lines(path))) == limit // 100 * 99
    for name, text in (
        ("a.txt", line), ("a.csv", "text\n" + line), ("a.jsonl", json.dumps({"text": line}) + "\n")
    ):
        path = write(tmp_path / name, text * (limit // 90))
        with pytest.raises(Refusal, match="has more than 3 MiB of text, which is all that is read"):
            read_corpus(path, hold_out_lines=1)


def test_what_is_not_asked_for_does_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "TEXT_LIMIT", 100)
    path = write(tmp_path / "a.csv", "text,more\n" + f"a,{'x' * 90}\n" * 50)
    assert len(list(rows(path, ["text"]))) == 50


def test_a_table_larger_than_its_text_is_surveyed_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "TEXT_LIMIT", 100)
    path = write(tmp_path / "a.csv", "text,more\n" + f"a,{'x' * 90}\n" * 50)
    found = survey(starting_recipe("causal"), path)
    assert (found.refusal, found.train, found.held_out) == (None, 48, 2)


def test_a_line_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "LINE_LIMIT", 2**20)
    path = write(tmp_path / "a.txt", "one\n" + "x" * (2**20 + 1))
    with pytest.raises(Refusal, match=r"a\.txt, line 2 is longer than 1 MiB\."):
        read_corpus(path, hold_out_lines=1)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.csv")
    with pytest.raises(Refusal, match=r"a\.csv is no regular file\."):
        read_corpus(tmp_path / "a.csv", hold_out_lines=1)


# A corpus and pairs


def test_each_row_of_a_table_is_a_document(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "id,text\n1,one\n2,two\n3,three\n")
    assert read_corpus(path, hold_out_lines=1) == Corpus(("one", "two"), ("three",))
    assert read_corpus(path, hold_out_lines=2, columns=["id"]) == Corpus(("1",), ("2", "3"))


@pytest.mark.parametrize(("text", "held_out", "columns", "sentence"), [
    ("text\n", 1, (), "{path} leaves 0 documents to train on and 0 to measure on"),
    ("", 1, (), "{path} leaves 0 documents to train on and 0 to measure on"),
    ("text\none\n", 1, (), "{path} leaves 0 documents to train on and 1 to measure on"),
    ("text\none\ntwo\n", 0, (), "{path} leaves 2 documents to train on and 0 to measure on"),
    ("text\none\ntwo\n", 1, ("text", "text"), "2 columns are named where 1 are due: text."),
])
def test_a_table_that_leaves_nothing_is_refused(
    tmp_path: Path, text: str, held_out: int, columns: tuple[str, ...], sentence: str
) -> None:
    path = write(tmp_path / "a.csv", text)
    with pytest.raises(Refusal) as refused:
        read_corpus(path, hold_out_lines=held_out, columns=columns)
    assert str(refused.value).startswith(sentence.format(path=path))


def test_pairs_are_two_columns(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", "".join(
        json.dumps({"source": f"s{n}", "target": f"t{n}", "en": f"e{n}"}) + "\n" for n in range(3)
    ))
    assert read_pairs(path, 1) == PairCorpus((("s0", "t0"), ("s1", "t1")), (("s2", "t2"),))
    assert read_pairs(path, 2, ("en", "target")).train == (("e0", "t0"),)


# Labelled text


def test_the_last_texts_of_each_label_are_held_out(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "text,label\na,x\nb,y\nc,x\nd,x\ne,y\nf,y\n")
    assert read_labelled(path, 1) == Labelled(
        (("a", "x"), ("b", "y"), ("c", "x"), ("e", "y")), (("d", "x"), ("f", "y")), ("x", "y")
    )


def test_lines_with_a_tab_are_labelled_text(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", "a\tb\tx\nc\ty \nd\tx\ne\ty\n")
    assert read_labelled(path, 1).train == (("a\tb", "x"), ("c", "y"))


def test_numbers_are_ordered_by_value(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "text,label\n" + "".join(
        f"{n},{n}\n" * 2 for n in (10, 9, "b", 0)
    ))
    assert read_labelled(path, 1).labels == ("0", "9", "10", "b")


def test_a_label_of_more_digits_than_a_number_takes_is_a_word(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "text,label\n" + f"a,7\nb,{'9' * 5000}\n" * 2)
    assert read_labelled(path, 1).labels == ("7", "9" * 5000)


@pytest.mark.parametrize(("names", "labels"), [
    (("r.neg", "r.pos", "README.txt"), ("neg", "pos")),
    (("bad.txt", "good.txt", "README.txt"), ("bad", "good")),
])
def test_a_folder_has_a_file_a_label(
    tmp_path: Path, names: tuple[str, ...], labels: tuple[str, ...]
) -> None:
    for name in names:
        write(tmp_path / name, f"1 {name}\n\n2 {name}\n3 {name}\n")
    read = read_labelled(tmp_path, 1)
    assert read.labels == labels
    assert read.train == tuple(
        (f"{n} {name}", label) for name, label in zip(names, labels, strict=False) for n in (1, 2)
    )
    assert read.held_out == tuple(
        (f"3 {name}", label) for name, label in zip(names, labels, strict=False)
    )


@pytest.mark.skipif(not POLARITY.exists(), reason="the sentences are not here")
def test_the_sentences_on_films_are_read_and_their_last_tenths_held_out() -> None:
    read = read_labelled(POLARITY, 533)
    assert read.labels == ("neg", "pos")
    assert Counter(label for _, label in read.train) == {"neg": 4798, "pos": 4798}
    last = (POLARITY / "rt-polarity.neg").read_text(encoding="utf-8").split("\n")[4798:-1]
    assert [text for text, label in read.held_out if label == "neg"] == last


@pytest.mark.parametrize(("text", "sentence"), [
    ("", "{path} has texts of 0 labels; to tell labels apart takes two or more."),
    ("a\tx\n", "{path} has texts of 1 labels; to tell labels apart takes two or more."),
    ("a\tx\nb\tx\nc\tx\n", "{path} has texts of 1 labels; to tell labels apart takes two or"),
    ("a\tx\nb\ty\nc\ty\n",
     "{path} has 1 texts of the label x and 1 of each label are held out; both parts need one."),
    ("a\tx\nb\n", "{path}, line 2: expected a text, a tab and its label."),
    ("a\tx\n\tx\n", "{path}, line 2: expected a text, a tab and its label."),
    ("".join(f"a\t{n}\n" * 2 for n in range(MOST_LABELS + 1)),
     "{path} has 257 different labels, more than 256; is that the column of labels?"),
])
def test_labelled_text_that_cannot_serve_is_refused(
    tmp_path: Path, text: str, sentence: str
) -> None:
    path = write(tmp_path / "a.txt", text)
    with pytest.raises(Refusal) as refused:
        read_labelled(path, 1)
    assert str(refused.value).startswith(sentence.format(path=path))


def test_a_folder_without_labels_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "README.txt", "one\n")
    with pytest.raises(Refusal, match="has texts of 0 labels"):
        read_labelled(tmp_path, 1)


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read all")
def test_a_folder_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o000)
    with pytest.raises(Refusal, match=r"closed can't be read: Permission denied\."):
        read_labelled(folder, 1)


# The reader is picked by the objective


@pytest.mark.parametrize(("objective", "expected"), [
    ("causal", Corpus(("a", "b", "c"), ("d",))),
    ("translation", PairCorpus((("a", "x"), ("b", "x"), ("c", "y")), (("d", "y"),))),
    ("classification",
     Labelled((("a", "x"), ("c", "y")), (("b", "x"), ("d", "y")), ("x", "y"))),
])
def test_the_objective_picks_the_reader(tmp_path: Path, objective: str, expected: object) -> None:
    path = write(tmp_path / "a.csv", "1,a,x\n2,b,x\n3,c,y\n4,d,y\n")
    recipe = Recipe(
        objective, {}, TrainConfig(1, 1, 1, 0.1), TokenizerConfig("characters", 300),
        hold_out_lines=1, columns=("1",) if objective == "causal" else ("1", "2"),
    )
    assert read_data(recipe, path) == expected


def test_columns_are_named_on_the_command_line_and_go_into_the_runs_recipe(tmp_path: Path) -> None:
    with (tmp_path / "a.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("id", "body"), *((n, "the cat sat. " * 9) for n in range(9))])
    code = main([
        "train", "--recipe", str(RECIPE), "--data", str(tmp_path / "a.csv"), "--columns", "body",
        "--hold-out-lines", "2", "--steps", "1", "--run", str(tmp_path / "run"),
    ])
    assert code == 0
    followed = read_recipe(tmp_path / "run" / "recipe.json")
    assert followed.columns == ("body",)
    assert read_data(followed, tmp_path / "a.csv") == Corpus(("the cat sat. " * 9,) * 7,
                                                             ("the cat sat. " * 9,) * 2)
