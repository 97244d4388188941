"""From files to windows of tokens: what is read, held out, spelled and drawn."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import Cancelled, Refusal
from core.tokens import Tokenizer
from core.training.text import Windows, encode_documents, read_corpus
from core.training.vocabulary import END, LEAST_VOCABULARY, TokenizerKind, train_tokenizer

TEXT = "好奇的貓坐在墊子上。 The cat sat on the mat; the mat sat still.\n\n  A dog came. \n" * 8
BOTH: tuple[TokenizerKind, ...] = ("byte_bpe", "characters")
TRAINED = {kind: train_tokenizer(kind, [TEXT], 320) for kind in BOTH}
both = pytest.mark.parametrize("kind", BOTH)
any_text = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("好貓 \n\r\0é<0x41>"))


# Tokenizers


@both
def test_a_tokenizer_is_the_same_each_time(kind: TokenizerKind) -> None:
    again = train_tokenizer(kind, [TEXT], 320)
    assert again.inner.to_str() == TRAINED[kind].inner.to_str()


def test_tokenizers_are_the_same_in_another_process() -> None:
    code = (
        "import sys; from core.training.vocabulary import train_tokenizer; "
        "text = sys.stdin.buffer.read().decode(); "
        f"print(*(train_tokenizer(kind, [text], 320).inner.to_str() for kind in {BOTH}), sep='\\n')"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], input=TEXT.encode(), capture_output=True, check=True,
        cwd=Path(__file__).parents[1], env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )
    assert run.stdout.decode().split("\n")[:2] == [TRAINED[kind].inner.to_str() for kind in BOTH]


@both
@settings(max_examples=200, deadline=None, database=None)
@given(text=any_text)
def test_any_text_is_spelled_and_read_back(kind: TokenizerKind, text: str) -> None:
    tokenizer = TRAINED[kind]
    assert tokenizer.decode(tokenizer.encode(text, 10**4).ids) == text


@both
@pytest.mark.parametrize("vocabulary", [LEAST_VOCABULARY, 258, 300])
def test_the_vocabulary_is_no_larger_than_asked(kind: TokenizerKind, vocabulary: int) -> None:
    tokenizer = train_tokenizer(kind, [TEXT], vocabulary)
    ids = sorted(tokenizer.inner.get_vocab(with_added_tokens=True).values())
    assert len(ids) <= vocabulary
    assert ids == list(range(len(ids)))
    assert tokenizer.largest_id == len(ids) - 1


@both
def test_a_vocabulary_without_room_for_every_byte_is_refused(kind: TokenizerKind) -> None:
    with pytest.raises(Refusal, match="256 tokens can't spell every text; it needs at least 257"):
        train_tokenizer(kind, [TEXT], LEAST_VOCABULARY - 1)


@both
def test_the_end_of_a_document_is_one_token(kind: TokenizerKind) -> None:
    inner = TRAINED[kind].inner
    assert inner.token_to_id(END) == 0
    assert inner.encode(f"a{END}b").ids[1] == 0
    assert len(inner.encode(f"a{END}b").ids) == 3
    assert TRAINED[kind].decode(inner.encode(f"a{END}b").ids) == f"a{END}b"


def test_frequent_characters_are_whole_and_others_are_bytes() -> None:
    inner = train_tokenizer("characters", ["aaa好好b"], 259).inner  # 257, and two characters
    assert inner.encode("a好b").tokens == ["a", "好", "<0x62>"]


def test_the_first_merge_is_the_most_frequent_pair_of_bytes() -> None:
    inner = train_tokenizer("byte_bpe", ["abababab cd"], LEAST_VOCABULARY + 1).inner
    assert inner.encode("abcd").tokens == ["ab", "c", "d"]


def test_the_characters_of_pairs_are_whole_and_end_with_a_stop() -> None:
    tokenizer = train_tokenizer("pair_characters", ["dacb", "12+3"], 300)
    read = tokenizer.inner.encode("ab1好")
    assert read.tokens == ["a", "b", "1", "<0xE5>", "<0xA5>", "<0xBD>", "</s>"]
    assert tokenizer.decode(read.ids[:-1]) == "ab1好"
    assert tokenizer.inner.token_to_id("<pad>") == 0


every = pytest.mark.parametrize("kind", get_args(TokenizerKind))


@every
def test_a_tokenizer_tells_how_far_it_has_read(kind: TokenizerKind) -> None:
    told: list[tuple[int, int]] = []
    documents = [TEXT * 200, TEXT * 300]
    train_tokenizer(kind, documents, 400, lambda read, size: told.append((read, size)))
    size = len(TEXT) * 500
    read = [done for done, _ in told]
    assert read == sorted(read)
    assert len(read) > 3
    assert told[-1] == (size, size)
    assert {whole for _, whole in told} == {size}


@every
def test_whoever_watches_a_tokenizer_can_end_its_training(kind: TokenizerKind) -> None:
    def end(read: int, size: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        train_tokenizer(kind, [TEXT], 400, end)


# Documents to tokens


@both
def test_documents_are_encoded_as_a_prompt_is(kind: TokenizerKind) -> None:
    documents = (TEXT, "one  line \n\n", "\n")
    stream = encode_documents(TRAINED[kind], documents)
    expected = [
        token for document in documents
        for token in (*TRAINED[kind].encode(document, 10**6).ids, 0)
    ]
    assert stream.dtype == torch.int64
    assert stream.tolist() == expected


def test_a_tokenizer_that_cannot_end_a_document_is_refused() -> None:
    from tokenizers import Tokenizer as Inner
    from tokenizers.models import WordLevel

    with pytest.raises(Refusal, match=r"no <\|endoftext\|>"):
        encode_documents(Tokenizer(Inner(WordLevel({"a": 0}, unk_token="a"))), ["a"])


# Files


def write(folder: Path, **files: str | bytes) -> Path:
    for name, text in files.items():
        data = text if isinstance(text, bytes) else text.encode()
        (folder / f"{name}.txt").write_bytes(data)
    return folder


def test_a_held_out_file_is_never_trained_on(tmp_path: Path) -> None:
    write(tmp_path, a="first\n", b="second\n", c="third\n")
    corpus = read_corpus(tmp_path, hold_out=["b.txt"])
    assert corpus.train == ("first\n", "third\n")
    assert corpus.held_out == ("second\n",)


def test_the_last_lines_of_each_other_file_are_held_out(tmp_path: Path) -> None:
    write(tmp_path, a="1\n2\n3\n", b="4\n5\n6", c="7\n8\n")
    corpus = read_corpus(tmp_path, hold_out=["c.txt"], hold_out_lines=2)
    assert corpus.train == ("1\n", "4\n")
    assert corpus.held_out == ("2\n3\n", "5\n6", "7\n8\n")


def test_a_file_with_too_few_lines_is_held_out_whole(tmp_path: Path) -> None:
    write(tmp_path, a="1\n2\n3\n", b="4\n")
    corpus = read_corpus(tmp_path, hold_out_lines=2)
    assert corpus.train == ("1\n",)
    assert corpus.held_out == ("2\n3\n", "4\n")


def test_one_file_is_a_corpus_and_other_files_are_left_alone(tmp_path: Path) -> None:
    write(tmp_path, a="1\n2\n", b=b"\xff")
    (tmp_path / "c.md").write_bytes(b"\xff")
    assert read_corpus(tmp_path / "a.txt", hold_out_lines=1).train == ("1\n",)


def test_the_byte_order_mark_is_no_character(tmp_path: Path) -> None:
    write(tmp_path, a=b"\xef\xbb\xbfone\r\ntwo\r\n", b="held")
    assert read_corpus(tmp_path, hold_out=["b.txt"]).train == ("one\ntwo\n",)


@pytest.mark.parametrize(("files", "options", "sentence"), [
    ({}, {}, "{path} holds no .txt file; name a text file or a folder of them."),
    ({"a": ""}, {}, "{path} leaves 0 documents to train on and 0 to measure on;"),
    ({"a": "one\n"}, {}, "{path} leaves 1 documents to train on and 0 to measure on;"),
    ({"a": "one\n"}, {"hold_out_lines": 1}, "{path} leaves 0 documents to train on and 1 to"),
    ({"a": "one\n"}, {"hold_out": ["a.txt"]}, "{path} leaves 0 documents to train on and 1 to"),
    ({"a": "one\n", "b": "two\n"}, {"hold_out": ["b.txt", "c.txt"]},
     "{path} has no file named c.txt, which is to be held out."),
    ({"a": b"caf\xe9\n"}, {}, "{path}/a.txt is not UTF-8 text (line 1, byte 3); convert it first."),
    ({"a": b"\xff\xfea\x00"}, {},
     "{path}/a.txt is not UTF-8 text (line 1, byte 0); convert it first."),
    ({"a": "好\n".encode("utf-16-le")}, {}, "{path}/a.txt is not UTF-8 text"),
    ({"a": "好a\0"}, {}, "{path}/a.txt is not UTF-8 text (line 1, byte 4); convert it first."),
    ({"a": bytes(range(256))}, {}, "{path}/a.txt is not UTF-8 text (line 1, byte 0)"),
])
def test_what_cannot_serve_is_refused_in_a_sentence(
    tmp_path: Path, files: dict[str, str | bytes], options: dict[str, list[str]], sentence: str
) -> None:
    with pytest.raises(Refusal) as refused:
        read_corpus(write(tmp_path, **files), **options)  # type: ignore[arg-type]
    assert str(refused.value).startswith(sentence.format(path=tmp_path))
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", ["absent", "absent.txt", "a\0b"])
def test_a_path_that_leads_nowhere_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(Refusal, match="can't be read: "):
        read_corpus(tmp_path / name, hold_out=["x.txt"])


def test_a_folder_named_like_a_text_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").mkdir()
    with pytest.raises(Refusal, match=r"a\.txt can't be read: Is a directory\."):
        read_corpus(tmp_path)


# Windows


STREAM = torch.arange(1000, 1200)


def draws(repeats: float = 0.0, seed: int = 0, window: int = 15, batch: int = 64) -> torch.Tensor:
    windows = Windows(STREAM, window, batch, repeats, seed)
    return torch.cat([windows.draw() for _ in range(8)])


def test_the_same_seed_draws_the_same_windows() -> None:
    assert torch.equal(draws(0.5, seed=3), draws(0.5, seed=3))
    assert not torch.equal(draws(0.5, seed=3), draws(0.5, seed=4))


def test_windows_draw_from_no_random_number_but_their_own() -> None:
    torch.manual_seed(1)
    first = draws(0.5)
    torch.manual_seed(2)
    assert torch.equal(first, draws(0.5))


def test_a_window_is_a_stretch_of_the_stream_with_one_token_more() -> None:
    rows = draws(batch=1024)
    assert rows.shape == (8192, 16)
    assert torch.equal(rows[:, 1:], rows[:, :-1] + 1)  # targets are the inputs, one further on
    assert set(rows[:, 0].tolist()) == set(range(1000, 1185))  # the first to the last that fits


def period(row: list[int]) -> int:
    return next(p for p in range(1, len(row) + 1) if row[p:] == row[: len(row) - p])


@pytest.mark.parametrize(("window", "least", "most"), [
    (1, 1, 1), (2, 1, 1), (7, 1, 3), (15, 1, 7), (16, 2, 8), (64, 8, 32)
])
def test_a_repeated_window_says_a_stretch_of_text_over_and_over(
    window: int, least: int, most: int
) -> None:
    rows = draws(repeats=1.0, window=window).tolist()
    periods = [period(row) for row in rows]
    assert set(periods) == set(range(least, most + 1))  # the longest is said twice
    assert all(
        row[:length] == list(range(row[0], row[0] + length))
        for row, length in zip(rows, periods, strict=True)
    )


def test_the_share_of_repeated_windows_is_what_was_asked() -> None:
    lengths = [period(row) for row in draws(repeats=0.25).tolist()]
    again = sum(length < 16 for length in lengths) / len(lengths)
    assert 0.17 < again < 0.33  # 512 windows: four deviations


def test_a_stream_shorter_than_a_window_is_refused() -> None:
    assert Windows(STREAM[:16], 15, 2, 0.0, 0).draw().tolist() == [list(range(1000, 1016))] * 2
    with pytest.raises(Refusal, match="The text has 15 tokens and a window needs 15 and one more"):
        Windows(STREAM[:15], 15, 2, 0.0, 0)
