"""Tokens of whatever a person can type or paste, against transformers and by hand."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import groupby, pairwise
from pathlib import Path

import pytest
import regex
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer as Inner
from tokenizers import models, normalizers, pre_tokenizers, processors

from core.tokens import Span, Tokenizer, Tokens, visible, whole_characters
from core.training.vocabulary import END, train_tokenizer

FAMILY = "👨‍👩‍👧‍👦"
ENGLAND = "🏴󠁧󠁢󠁥󠁮󠁧󠁿"
PROSE = (
    "The cat sat on the mat because it was tired. Naïve café, 12,000 dogs!\n\n"
    "好奇的貓。好人好事，奇女子。 " + FAMILY + " 👍🏽 🇩🇪🇫🇷 " + ENGLAND +
    " שלום مرحبا हिन्दी 한국어\r\n\t"
) * 4
ODD = [
    "", " ", "   ", "\n\n", "\r\n", "\t", "\0", "\x1b", "\x7f", "\x85", "a", "The cat",
    "貓", "好", "䶮",
    FAMILY, "👩🏾‍🚀", "👍🏿", "🏽", "🇩🇪", "🇩", ENGLAND, "❤️", "❤", "\ufe0f", "e\u0301", "\u0301",
    "e" + "\u0301\u0323\u0308" * 8, "\u200d", "\u200c", "\u200f", "\u202e", "\u2066", "\ufeff",
    "שלום", "مرحبا", "क्षि", "ก็", "각", "각", "\u0600١", "ൎ ", "\u3164", "\xa0", "\u3000", "\u2028",
    "\ud83d", "\ude00", "\ufffd", "\ufffe", "\U000e0001", "\u0378", "\U0010ffff", "\ue000", "🫨",
    END,
    "<0x41>", "##s", "[SEP]", "Ġ", "1/2", "·",
]
any_text = st.lists(
    st.sampled_from(ODD) | st.text(st.characters(exclude_categories=()), max_size=6), max_size=14
).map("".join)
many = settings(max_examples=80, deadline=None, database=None)
few = settings(max_examples=30, deadline=None, database=None)


@cache
def byte_bpe() -> Tokenizer:
    return train_tokenizer("byte_bpe", [PROSE], 420)


@cache
def characters() -> Tokenizer:
    """A third of the characters are whole; the rest are spelled in bytes."""
    return train_tokenizer("characters", [PROSE], 290)


@cache
def word_pieces() -> Tokenizer:
    """As BERT has it: pieces without spaces, lower case, marks before and after."""
    names = ["[UNK]", "[CLS]", "[SEP]", "the", "cat", "##s", "sat", "好", "e"]
    vocabulary = {name: index for index, name in enumerate(names)}
    inner = Inner(models.WordPiece(vocabulary, unk_token="[UNK]"))
    inner.normalizer = normalizers.BertNormalizer()
    inner.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    inner.add_special_tokens(["[UNK]", "[CLS]", "[SEP]"])
    inner.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 1), ("[SEP]", 2)]
    )
    return Tokenizer(inner)


@cache
def pairs() -> Tokenizer:
    """Word pieces with a mask, and a template for two sentences."""
    inner = Inner.from_str(word_pieces().inner.to_str())
    inner.add_special_tokens(["[MASK]"])
    inner.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 1), ("[SEP]", 2)],
    )
    return Tokenizer(inner)


@cache
def trimmed() -> Tokenizer:
    """As RoBERTa has it: the space before a word belongs to its token, not to its span."""
    inner = Inner.from_str(byte_bpe().inner.to_str())
    inner.post_processor = processors.ByteLevel(trim_offsets=True)
    return Tokenizer(inner)


Kind = Callable[[], Tokenizer]
every_kind = pytest.mark.parametrize("kind", [byte_bpe, characters, word_pieces, trimmed])
covering_kinds = pytest.mark.parametrize("kind", [byte_bpe, characters])


def joined_by_cutting(text: str, spans: tuple[Span, ...]) -> list[Span | None]:
    """Cut ``text`` between two characters where no token crosses; None: a token without text.

    One without text between two that share a character is of that character: a space that is
    trimmed away, where a mark behind it and a letter before it make one character of all three.
    """
    ends = [0, *(match.end() for match in regex.finditer(r"\X", text))]
    cuts = [at for at in ends if not any(begin < at < end for begin, end in spans)]
    joined = [
        (max(c for c in cuts if c <= begin), min(c for c in cuts if c >= end))
        if begin < end else None
        for begin, end in spans
    ]
    held = [at for at, group in enumerate(joined) if group is not None]
    for before, after in pairwise(held):
        if joined[before] == joined[after]:
            joined[before:after] = [joined[before]] * (after - before)
    return joined


# Any text: one of each a token, whole characters, labels that can be read


@every_kind
@many
@given(text=any_text)
def test_every_token_has_a_span_a_group_and_a_label(kind: Kind, text: str) -> None:
    tokens = kind().encode(text, 1000)
    assert len(tokens) == len(tokens.spans) == len(tokens.groups) == len(tokens.labels)
    assert tokens.text == text
    assert (tokens.kept, tokens.cut) == (len(text), False)


@every_kind
@many
@given(text=any_text)
@example(text="\u0d4e \ufe0f")
def test_groups_are_the_whole_characters_that_tokens_share(kind: Kind, text: str) -> None:
    tokens = kind().encode(text, 1000)
    for group, expected in zip(tokens.groups, joined_by_cutting(text, tokens.spans), strict=True):
        assert group == expected or (expected is None and group[0] == group[1])


@every_kind
@many
@given(text=any_text)
def test_groups_never_go_backwards_and_never_overlap(kind: Kind, text: str) -> None:
    groups = kind().encode(text, 1000).groups
    assert all(left == right or left[1] <= right[0] for left, right in pairwise(groups))


@covering_kinds
@many
@given(text=any_text)
def test_groups_of_a_lossless_tokenizer_tile_the_text(kind: Kind, text: str) -> None:
    tiles = [group for group, _ in groupby(kind().encode(text, 1000).groups)]
    assert "".join(text[low:high] for low, high in tiles) == text
    boundaries = {0, *(match.end() for match in regex.finditer(r"\X", text))}
    assert boundaries.issuperset(edge for tile in tiles for edge in tile)


@every_kind
@many
@given(text=any_text)
def test_tokens_of_one_group_are_numbered(kind: Kind, text: str) -> None:
    tokens = kind().encode(text, 1000)
    labelled = zip(tokens.groups, tokens.labels, strict=True)
    for (low, high), run in groupby(labelled, key=lambda pair: pair[0]):
        labels = [label for _, label in run]
        name = visible(text[low:high])
        if low == high or len(labels) == 1 or len(name) > 32:
            continue
        assert labels == [f"{name} {k}/{len(labels)}" for k in range(1, len(labels) + 1)]


@every_kind
@many
@given(text=any_text)
def test_labels_hold_no_replacement_mark_and_no_control(kind: Kind, text: str) -> None:
    for label in kind().encode(text, 1000).labels:
        assert label
        assert "\ufffd" not in label
        assert not {"Cc", "Cs", "Zl", "Zp"} & set(map(unicodedata.category, label))
        assert not set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069") & set(label)


@every_kind
@many
@given(text=any_text)
def test_at_finds_the_first_token_of_a_character(kind: Kind, text: str) -> None:
    tokens = kind().encode(text, 1000)
    for character in range(-1, len(text) + 2):
        holding = [
            index for index, (low, high) in enumerate(tokens.groups) if low <= character < high
        ]
        assert tokens.at(character) == (holding[0] if holding else None)


@pytest.mark.parametrize("kind", [byte_bpe, characters, word_pieces])
def test_ids_and_spans_equal_those_of_transformers(kind: Kind, tmp_path: Path) -> None:
    from transformers import PreTrainedTokenizerFast

    kind().inner.save(str(tmp_path / "tokenizer.json"))
    theirs = PreTrainedTokenizerFast(tokenizer_file=str(tmp_path / "tokenizer.json"))

    @many
    @given(text=any_text)
    def compare(text: str) -> None:
        whole = "".join("\ufffd" if "\ud800" <= point <= "\udfff" else point for point in text)
        expected = theirs(whole, return_offsets_mapping=True)
        tokens = kind().encode(text, 1000)
        assert list(tokens.ids) == expected["input_ids"]
        assert list(tokens.spans) == [tuple(span) for span in expected["offset_mapping"]]

    compare()


# By hand


def test_a_chinese_character_in_bytes_is_one_group_of_three() -> None:
    tokens = characters().encode("a䶮b", 10)
    assert tokens.spans == ((0, 1), (1, 2), (1, 2), (1, 2), (2, 3))
    assert tokens.groups == tokens.spans
    assert tokens.labels == ("a", "䶮 1/3", "䶮 2/3", "䶮 3/3", "b")
    assert [tokens.at(character) for character in (0, 1, 2, 3)] == [0, 1, 4, None]


def test_a_joined_family_is_one_character() -> None:
    tokens = characters().encode(f"a{FAMILY}b", 100)
    assert tokens.groups[0] == (0, 1)
    assert set(tokens.groups[1:-1]) == {(1, 8)}
    assert tokens.groups[-1] == (8, 9)
    assert tokens.labels[1] == f"{FAMILY} 1/{len(tokens) - 2}"


def test_a_token_of_parts_of_two_characters_joins_both() -> None:
    # One token ends in the first bytes of the next flag's second half.
    assert whole_characters("abcd", [(0, 1), (0, 3), (2, 4)]) == [(0, 4)] * 3
    assert whole_characters("abcd", [(0, 1), (1, 3), (2, 4)]) == [(0, 1), (1, 4), (1, 4)]


def test_a_character_that_widens_backwards_takes_the_groups_before() -> None:
    assert whole_characters("e\u0301x", [(0, 1), (2, 3), (1, 2)]) == [(0, 3)] * 3
    assert whole_characters("🇩🇪x", [(0, 1), (1, 2), (2, 3)]) == [(0, 2), (0, 2), (2, 3)]


def test_a_token_without_text_has_an_empty_group_where_it_stands() -> None:
    assert whole_characters("ab", [(0, 0), (0, 1), (1, 1), (1, 2), (0, 0)]) == [
        (0, 0), (0, 1), (1, 1), (1, 2), (2, 2)
    ]


def test_only_the_wanted_tokens_and_those_of_their_last_character_are_grouped() -> None:
    spans = [(0, 1), (1, 2), (1, 2), (1, 2), (2, 3)]
    assert whole_characters("a好b", spans, wanted=1) == [(0, 1)]
    assert whole_characters("a好b", spans, wanted=2) == [(0, 1), (1, 2), (1, 2), (1, 2)]
    assert whole_characters("a好b", spans, wanted=9) == spans


def test_marks_of_a_template_are_labelled_by_their_piece() -> None:
    tokens = word_pieces().encode("The cats", 10)
    assert tokens.spans == ((0, 0), (0, 3), (4, 7), (7, 8), (0, 0))
    assert tokens.groups == ((0, 0), (0, 3), (4, 7), (7, 8), (8, 8))
    assert tokens.labels == ("[CLS]", "The", "cat", "s", "[SEP]")
    assert tokens.at(3) is None


def test_a_mark_that_is_typed_is_a_mark() -> None:
    assert byte_bpe().encode(f"a{END}", 9).ids[-1] == byte_bpe().inner.token_to_id(END)
    assert byte_bpe().encode(f"a{END}", 9).labels[-1] == END


def test_a_space_whose_span_is_trimmed_is_still_named() -> None:
    tokens = trimmed().encode("cat  cat", 10)
    empty = [label for (low, high), label in zip(tokens.groups, tokens.labels, strict=True)
             if low == high]
    assert empty == ["·"]


def test_spaces_whose_spans_are_trimmed_are_cut_like_any_text() -> None:
    assert trimmed().encode(" " * 5000, 8).cut
    assert not trimmed().encode(" " * 3, 8).cut


def test_a_lone_surrogate_is_spelled_by_its_number() -> None:
    tokens = byte_bpe().encode("a\ud83db", 10)
    assert tokens.text == "a\ud83db"
    assert tokens.labels == ("a", "U+D83D 1/3", "U+D83D 2/3", "U+D83D 3/3", "b")


def test_no_text_has_no_tokens() -> None:
    assert byte_bpe().encode("", 10) == Tokens("")
    assert Tokens("").at(0) is None


def test_spaces_alone_are_tokens() -> None:
    tokens = characters().encode("   ", 10)
    assert tokens.labels == ("·", "·", "·")


def test_a_letter_under_endless_accents_has_a_short_label() -> None:
    tokens = characters().encode("e" + "\u0301" * 5000, 8)
    assert all(len(label) < 50 for label in tokens.labels)
    assert tokens.labels[0].startswith("e\u0301")
    assert tokens.labels[0].endswith("… 1/10001")  # e, and two bytes an accent
    assert set(tokens.groups) == {(0, 5001)}


@pytest.mark.parametrize(("text", "shown"), [
    (" ", "·"), ("\n", "⏎"), ("\t", "⇥"), ("\r\n", "␍⏎"), ("\0", "␀"), ("\x1b", "␛"), ("\x7f", "␡"),
    ("\x85", "U+0085"), ("\xa0", "U+00A0"), ("\u3000", "U+3000"), ("\u2028", "U+2028"),
    ("\u200d", "U+200D"), ("\ufe0f", "U+FE0F"), ("\u202e", "U+202E"), ("\ufeff", "U+FEFF"),
    ("\u3164", "U+3164"), ("\ud800", "U+D800"), ("\ufffd", "U+FFFD"), ("\u0378", "U+0378"),
    ("\U0010ffff", "U+10FFFF"), ("\ue000", "U+E000"), ("\u0301", "◌\u0301"), ("e\u0301", "e\u0301"),
    ("\u0d4e\u202e", "\u0d4eU+202E"), ("\u0d4e ", "\u0d4e·"), ("\u200d👩", "U+200D👩"),
    (FAMILY, FAMILY), ("👍🏽", "👍🏽"), (ENGLAND, ENGLAND), ("❤️", "❤️"), ("🫨", "🫨"),
    ("क्षि", "क्षि"), ("שלום", "שלום"), ("a b", "a·b"),
])
def test_what_has_no_shape_is_spelled_out(text: str, shown: str) -> None:
    assert visible(text) == shown
    assert visible(shown) == shown


# Cut to the context


@pytest.mark.parametrize(("context", "kept", "labels"), [
    (1, 1, ("a",)),
    (2, 1, ("a", "䶮 1/3")),
    (3, 1, ("a", "䶮 1/3", "䶮 2/3")),
    (4, 2, ("a", "䶮 1/3", "䶮 2/3", "䶮 3/3")),
    (5, 3, ("a", "䶮 1/3", "䶮 2/3", "䶮 3/3", "b")),
])
def test_a_character_that_fits_in_part_does_not_count_as_kept(
    context: int, kept: int, labels: tuple[str, ...]
) -> None:
    tokens = characters().encode("a䶮b", context)
    assert tokens.labels == labels
    assert (tokens.kept, tokens.cut) == (kept, kept < 3)


def test_the_last_character_cut_in_bytes_is_cut() -> None:
    tokens = characters().encode("䶮", 2)
    assert (tokens.kept, tokens.cut) == (0, True)


def test_a_text_that_just_fits_is_not_cut() -> None:
    assert not characters().encode("a" * 64, 64).cut
    tokens = characters().encode("a" * 65, 64)
    assert (len(tokens), tokens.kept, tokens.cut) == (64, 64, True)


def test_a_cut_inside_a_family_keeps_its_first_member_and_shows_it_whole() -> None:
    whole = characters().encode(FAMILY, 100)
    man = sum(span == (0, 1) for span in whole.spans)
    tokens = characters().encode(FAMILY, man + 1)  # and the joiner, or its first byte
    assert tokens.groups == ((0, 7),) * (man + 1)
    assert tokens.labels == whole.labels[: man + 1]
    assert tokens.kept == whole.spans[man + 1][0]


@pytest.mark.parametrize(("context", "kept", "labels"), [
    (1, 0, ("[SEP]",)),
    (2, 0, ("[CLS]", "[SEP]")),
    (4, 7, ("[CLS]", "the", "cat", "[SEP]")),
    (5, 8, ("[CLS]", "the", "cat", "s", "[SEP]")),
])
def test_a_cut_keeps_the_mark_that_closes(
    context: int, kept: int, labels: tuple[str, ...]
) -> None:
    tokens = word_pieces().encode("the cats", context)
    assert tokens.labels == labels
    assert (tokens.kept, tokens.cut) == (kept, kept < 8)
    assert tokens.spans[-1] == (0, 0)
    assert tokens.groups[-1] == (kept, kept) if context > 2 else (0, 0)


@every_kind
@few
@given(text=any_text, times=st.integers(1, 300), context=st.integers(2, 24))
def test_a_cut_text_equals_the_start_of_the_whole(
    kind: Kind, text: str, times: int, context: int
) -> None:
    text *= times
    cut, whole = kind().encode(text, context), kind().encode(text, 10**6)
    marks = 1 if kind is word_pieces else 0  # the last token of the whole is [SEP]
    body = len(whole) - marks
    room = min(context - marks, body)
    assert cut.ids == whole.ids[:room] + whole.ids[body:]
    assert cut.spans == whole.spans[:room] + whole.spans[body:]
    assert cut.labels == whole.labels[:room] + whole.labels[body:]
    assert cut.groups[:room] == whole.groups[:room]
    assert cut.segments == (0,) * len(cut)
    left_out = [begin for begin, _ in whole.spans[room:body]]
    assert cut.kept == (left_out[0] if left_out else len(text))


@pytest.mark.parametrize("text", [
    "The cat sat on the mat. ", "好奇的貓", FAMILY, "a", " ", "e\u0301", "\0", "\ud800", "12,000 "
])
@covering_kinds
def test_a_hundred_thousand_characters_are_cut_to_the_context(kind: Kind, text: str) -> None:
    text = (text * (100_000 // len(text) + 1))[:100_000]
    tokens = kind().encode(text, 64)
    safe = text.replace("\ud800", "\ufffd")
    assert tokens.ids == tuple(kind().inner.encode(safe).ids[:64])
    assert tokens.cut
    assert tokens.kept == kind().inner.encode(safe).offsets[64][0]


@covering_kinds
def test_what_the_context_cannot_hold_costs_no_time(kind: Kind) -> None:
    def seconds(text: str) -> float:
        took = []
        for _ in range(7):
            started = time.perf_counter()
            kind().encode(text, 64)
            took.append(time.perf_counter() - started)
        return min(took)

    short = PROSE * 10
    assert len(short) > 64 * 16 + 256
    assert seconds(short * 40) < 5 * seconds(short) + 0.005


def test_a_group_of_many_tokens_takes_time_in_proportion() -> None:
    def seconds(accents: int) -> float:
        text, spans = "e" + "\u0301" * accents, [(n, n + 1) for n in range(accents + 1)]
        took = []
        for _ in range(3):
            started = time.perf_counter()
            assert whole_characters(text, spans) == [(0, accents + 1)] * (accents + 1)
            took.append(time.perf_counter() - started)
        return min(took)

    assert seconds(80_000) < 10 * seconds(20_000)  # the square would be 16


# Two sentences


def test_two_sentences_are_joined_by_the_template() -> None:
    tokens = pairs().encode("the cat", 20, "cats sat")
    assert tokens.labels == ("[CLS]", "the", "cat", "[SEP]", "cat", "s", "sat", "[SEP]")
    assert tokens.segments == (0, 0, 0, 0, 1, 1, 1, 1)
    assert (tokens.text, tokens.first) == ("the catcats sat", 7)
    assert tokens.spans == (
        (0, 0), (0, 3), (4, 7), (0, 0), (7, 10), (10, 11), (12, 15), (0, 0)
    )
    assert tokens.groups == (
        (0, 0), (0, 3), (4, 7), (7, 7), (7, 10), (10, 11), (12, 15), (15, 15)
    )
    assert (tokens.kept, tokens.cut) == (15, False)


def test_no_character_is_shared_by_two_sentences() -> None:
    tokens = characters().encode("e", 20, "\u0301x")
    assert tokens.groups == ((0, 1), (1, 2), (1, 2), (2, 3))


def test_an_empty_second_sentence_has_its_mark() -> None:
    assert pairs().encode("the", 20, "").labels == ("[CLS]", "the", "[SEP]", "[SEP]")
    assert pairs().encode("the", 20).labels == ("[CLS]", "the", "[SEP]")


@pytest.mark.parametrize(("context", "kept", "labels"), [
    (7, 12, ("[CLS]", "the", "cat", "[SEP]", "cat", "s", "[SEP]")),
    (6, 10, ("[CLS]", "the", "cat", "[SEP]", "cat", "[SEP]")),
    (5, 7, ("[CLS]", "the", "cat", "[SEP]")),  # nothing of the second is left
    (3, 4, ("[CLS]", "the", "[SEP]")),
])
def test_the_second_sentence_is_cut_first(
    context: int, kept: int, labels: tuple[str, ...]
) -> None:
    tokens = pairs().encode("the cat", context, "cats sat")
    assert tokens.labels == labels
    assert (tokens.kept, tokens.cut, tokens.first) == (kept, True, 7)
    assert len(tokens.segments) == len(tokens)


@many
@given(text=any_text, second=any_text, context=st.integers(4, 40), times=st.integers(1, 90))
def test_a_cut_pair_equals_the_start_of_the_whole_pair(
    text: str, second: str, context: int, times: int
) -> None:
    second *= times
    whole = pairs().inner.encode(*(
        "".join("\ufffd" if "\ud800" <= point <= "\udfff" else point for point in one)
        for one in (text, second)
    ))
    cut = pairs().encode(text, context, second)
    room = min(len(whole.ids), context) - 1
    if 1 not in whole.type_ids[:room] and len(whole.ids) > context:
        assert replace(cut, text=text) == pairs().encode(text, context)
        return
    assert cut.ids == (*whole.ids[:room], 2)
    assert cut.segments == (*whole.type_ids[:room], 1)
    joined = [
        (low + len(text), high + len(text)) if sentence == 1 else (low, high)
        for (low, high), sentence in zip(whole.offsets, whole.sequence_ids, strict=True)
    ]
    assert cut.spans == (*joined[:room], (0, 0))


@covering_kinds
@few
@given(text=any_text, second=any_text)
def test_groups_of_two_sentences_tile_both(kind: Kind, text: str, second: str) -> None:
    tokens = kind().encode(text, 1000, second)
    tiles = [group for group, _ in groupby(tokens.groups)]
    assert "".join(tokens.text[low:high] for low, high in tiles) == text + second
    assert len(text) in {0, *(high for _, high in tiles)}


# What is known of the tokenizer


def test_the_mask_is_found_by_its_name() -> None:
    assert pairs().mask_id == 9
    assert word_pieces().mask_id is None
    assert byte_bpe().mask_id is None


def test_merges_are_never_left_out_by_chance(tmp_path: Path) -> None:
    vocabulary = {"a": 0, "b": 1, "ab": 2}
    inner = Inner(models.BPE(vocab=vocabulary, merges=[("a", "b")], dropout=0.5))
    assert len({tuple(inner.encode("abab").ids) for _ in range(100)}) > 1
    inner.save(str(tmp_path / "tokenizer.json"))
    tokenizer = Tokenizer.from_file(tmp_path / "tokenizer.json")
    assert {tokenizer.encode("abab", 9).ids for _ in range(100)} == {(2, 2)}


# Names that stand alone


@every_kind
def test_no_name_holds_a_replacement_mark_or_a_control(kind: Kind) -> None:
    for token in range(kind().largest_id + 1):
        name = kind().name(token)
        assert name
        assert "\ufffd" not in name
        assert not {"Cc", "Cs", "Zl", "Zp"} & set(map(unicodedata.category, name))


def test_bytes_that_make_no_character_are_named_by_number() -> None:
    inner = byte_bpe().inner
    assert byte_bpe().name(inner.token_to_id("å¥")) == "<E5 A5>"  # 好 is E5 A5 BD, 奇 is E5 A5 87
    assert byte_bpe().name(inner.token_to_id("ð")) == "<F0>"
    assert characters().name(characters().inner.token_to_id("<0xE5>")) == "<E5>"
    assert characters().name(characters().inner.token_to_id("<0x0A>")) == "⏎"


def test_a_token_that_is_a_replacement_mark_is_named_by_its_number() -> None:
    tokenizer = train_tokenizer("characters", ["\ufffd"], 258)
    assert tokenizer.name(257) == "U+FFFD"


def test_names_are_what_a_person_reads() -> None:
    inner = byte_bpe().inner
    assert byte_bpe().name(inner.token_to_id("Ġthe")) == "·the"
    assert byte_bpe().name(inner.token_to_id(END)) == END
    assert word_pieces().name(5) == "##s"
    assert byte_bpe().name(10**6) == "#1000000"


def test_a_prediction_that_is_part_of_a_character_adds_no_text() -> None:
    inner = byte_bpe().inner
    assert byte_bpe().plain(inner.token_to_id("å¥")) is None
    assert byte_bpe().plain(inner.token_to_id("Ġthe")) == " the"
    assert characters().plain(characters().inner.token_to_id("<0xE5>")) is None
    assert characters().plain(characters().inner.token_to_id("好")) == "好"
