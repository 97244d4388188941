"""Older vocabulary files against transformers' own tokenizers: ids, spans, segments, marks."""

from __future__ import annotations

import contextlib
import io
import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.checkpoint.spiece import Kind, read_sentence_pieces
from core.checkpoint.vocabulary import open_tokenizer
from core.errors import Refusal
from core.tokens import Tokenizer
from core.training.vocabulary import train_tokenizer

PROSE = (
    "The cat sat on the mat because it was tired. She's seen 12,000 dogs; I'll see 7!\n"
    "Naïve café déjà vu, ﬁne ①② ``quoted'' text.\n好奇的貓。好人好事，奇女子。\nthe THE The\n"
) * 4
TEXTS = [
    "", " ", "   ", "\n", "\r\n\t", "The cat sat.", "  The  cat ", "the\n\ncat", "café",
    "cafe\u0301", "好奇的貓", "好 cat", "👨‍👩‍👧‍👦", "🇩🇪🇫🇷", "ﬁne ①", "``a''", "Ünïcödé ẞ İ",
    "12,000", "She's I'LL 'd", "[MASK]", "<mask>", " <mask> x", "a[SEP]b", "</s>", "<s>x</s>",
    "<extra_id_0>", "x<extra_id_99>y", "<|endoftext|>", "a<|endoftext|> b", "<eop>x",
    "<sep><cls>", "<unk>", "[UNK] [PAD]", "▁", "##s", "\0", "\x7f\x85", "\u200d\u200b\ufeff",
    "\ufffd", "שלום مرحبا", "हिन्दी", "한국어 각", "\xa0\u3000x", "a" * 150, "\U0010ffff",
    "e" + "\u0301" * 9, "<0x41>", "Ġthe", "x\u2028y",
]
any_text = st.lists(
    st.sampled_from(TEXTS) | st.text(st.characters(exclude_categories=["Cs"]), max_size=6),
    max_size=8,
).map("".join)
many = settings(max_examples=25, deadline=None, database=None)

Make = Callable[[Path], None]


def bytes_files(*marks: str) -> Make:
    """vocab.json and merges.txt, with the marks before the bytes."""

    def make(folder: Path) -> None:
        told = json.loads(train_tokenizer("byte_bpe", [PROSE], 380).inner.to_str())["model"]
        names = list(marks) + [name for name in told["vocab"] if name not in marks]
        (folder / "vocab.json").write_text(json.dumps({n: k for k, n in enumerate(names)}))
        lines = ["#version: 0.2", *(" ".join(pair) for pair in told["merges"])]
        (folder / "merges.txt").write_text("\n".join(lines) + "\n", "utf-8")

    return make


def words_file(folder: Path) -> None:
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    words += ["the", "The", "cat", "sat", "caf", "cafe"]
    letters = sorted(set(PROSE + PROSE.lower()) - set(" \n"))
    pieces = words + letters + ["##" + letter for letter in letters] + ["好", "##s", "[unused1]"]
    text = "\n".join(dict.fromkeys(pieces)) + "\n"
    (folder / "vocab.txt").write_text(text, "utf-8")


def sentences_file(name: str, **options: Any) -> Make:
    """Trained on one thread, which gives the same file each time."""

    def make(folder: Path) -> None:
        import sentencepiece

        written = io.BytesIO()
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(PROSE.splitlines()), model_writer=written, num_threads=1,
            minloglevel=2, hard_vocab_limit=False, **options,
        )
        (folder / name).write_bytes(written.getvalue())

    return make


ROBERTA = bytes_files("<s>", "<pad>", "</s>", "<unk>", "<mask>")
T5 = sentences_file(
    "spiece.model", vocab_size=180, pad_id=0, eos_id=1, unk_id=2, bos_id=-1
)
XLNET = sentences_file(
    "spiece.model", vocab_size=180, control_symbols=["<cls>", "<sep>", "<pad>", "<mask>", "<eod>"],
    user_defined_symbols=["<eop>"],
)
XLM_R = sentences_file("sentencepiece.bpe.model", vocab_size=180)
LLAMA = sentences_file(
    "tokenizer.model", vocab_size=480, model_type="bpe", byte_fallback=True,
    normalization_rule_name="identity", remove_extra_whitespaces=False,
)
Case = tuple[str, str, Make, dict[str, Any]]
CASES: dict[str, Case] = {
    "gpt2": ("gpt2", "GPT2Tokenizer", bytes_files("<|endoftext|>"), {}),
    "gpt2_space": (
        "gpt2", "GPT2Tokenizer", bytes_files("<|endoftext|>"),
        {"add_prefix_space": True, "add_bos_token": True},
    ),
    "gpt2_mark_not_in_file": ("gpt2", "GPT2Tokenizer", bytes_files(), {"pad_token": "[P]"}),
    "roberta": ("roberta", "RobertaTokenizer", ROBERTA, {}),
    "roberta_lstrip": ("roberta", "RobertaTokenizer", ROBERTA, {
        "add_prefix_space": True, "trim_offsets": False,
        "mask_token": {"__type": "AddedToken", "content": "<mask>", "lstrip": True,
                       "rstrip": False, "single_word": False, "normalized": False},
    }),
    "bart": ("bart", "BartTokenizer", ROBERTA, {}),
    "gpt_neox": (
        "gpt_neox", "GPTNeoXTokenizer", bytes_files("<|endoftext|>", "<|padding|>"), {}
    ),
    "qwen2": ("qwen2", "Qwen2Tokenizer", bytes_files("<|endoftext|>"), {}),
    "bert": ("bert", "BertTokenizer", words_file, {}),
    "bert_cased": ("bert", "BertTokenizer", words_file, {"do_lower_case": False}),
    "bert_accents": ("bert", "BertTokenizer", words_file, {
        "do_lower_case": True, "strip_accents": False, "tokenize_chinese_chars": False,
    }),
    "distilbert": ("distilbert", "DistilBertTokenizer", words_file, {"do_lower_case": True}),
    "t5": ("t5", "T5Tokenizer", T5, {}),
    "t5_few_extra": ("t5", "T5Tokenizer", T5, {"extra_ids": 7}),
    "xlnet": ("xlnet", "XLNetTokenizer", XLNET, {}),
    "xlnet_lower": ("xlnet", "XLNetTokenizer", XLNET, {"do_lower_case": True}),
    "xlm-roberta": ("xlm-roberta", "XLMRobertaTokenizer", XLM_R, {}),
    "llama": ("llama", "LlamaTokenizer", LLAMA, {"add_bos_token": True, "add_eos_token": False}),
    "llama_end": ("llama", "LlamaTokenizer", LLAMA, {"add_bos_token": True, "add_eos_token": True}),
}


def made(folder: Path, case: Case) -> Path:
    family, kind, make, told = case
    folder.mkdir(parents=True, exist_ok=True)
    make(folder)
    (folder / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": kind} | told))
    (folder / "config.json").write_text(json.dumps({"model_type": family}))
    return folder


def spelled(tokenizer: Any) -> dict[str, int]:
    return dict(tokenizer.get_vocab())


@pytest.fixture(scope="module", params=CASES)
def both(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Tokenizer, Any]:
    import transformers

    case = CASES[request.param]
    folder = made(tmp_path_factory.mktemp("vocabularies") / request.param, case)
    return open_tokenizer(folder, case[0]), getattr(transformers, case[1]).from_pretrained(folder)


def compare(ours: Tokenizer, theirs: Any, text: str, second: str | None) -> None:
    pair = {} if second is None else {"text_pair": second}
    expected = theirs(text, **pair, return_offsets_mapping=True, return_token_type_ids=True)
    tokens = ours.encode(text, 10**5, second)
    assert list(tokens.ids) == expected["input_ids"]
    assert list(tokens.segments) == expected["token_type_ids"]
    parts = ours.inner.encode(*((text,) if second is None else (text, second)))
    assert parts.offsets == [tuple(span) for span in expected["offset_mapping"]]
    if second is None:
        assert list(tokens.spans) == parts.offsets


def test_every_text_is_read_as_transformers_reads_it(both: tuple[Tokenizer, Any]) -> None:
    for text in TEXTS:
        compare(*both, text, None)
        compare(*both, text, "the cat")


def test_any_text_is_read_as_transformers_reads_it(both: tuple[Tokenizer, Any]) -> None:
    @many
    @given(text=any_text, second=st.none() | any_text.filter(bool))  # theirs takes "" for none
    def check(text: str, second: str | None) -> None:
        compare(*both, text, second)

    check()


def test_every_token_has_the_id_it_has_in_transformers(both: tuple[Tokenizer, Any]) -> None:
    ours, theirs = both
    assert ours.inner.get_vocab(with_added_tokens=True) == spelled(theirs)
    assert ours.largest_id == max(spelled(theirs).values())


def test_the_mask_is_that_of_transformers(both: tuple[Tokenizer, Any]) -> None:
    ours, theirs = both
    assert ours.mask_id == getattr(theirs, "mask_token_id", None)


def test_tokens_are_written_back_as_transformers_writes_them(both: tuple[Tokenizer, Any]) -> None:
    ours, theirs = both
    for text in ("The cat sat.", "好奇 the cat", "café 12,000"):
        ids = ours.encode(text, 500).ids
        assert ours.decode(ids) == theirs._tokenizer.decode(list(ids), skip_special_tokens=False)


# SentencePiece's own reading


@pytest.mark.parametrize("name", ["t5", "xlnet", "llama"])
def test_pieces_scores_and_kinds_are_those_of_the_file(name: str, tmp_path: Path) -> None:
    import sentencepiece

    folder = made(tmp_path / name, CASES[name])
    (path,) = folder.glob("*.model")
    theirs = sentencepiece.SentencePieceProcessor(model_file=str(path))
    ours = read_sentence_pieces(path)
    size = theirs.get_piece_size()
    assert [piece.text for piece in ours.pieces] == [theirs.id_to_piece(k) for k in range(size)]
    assert [piece.score for piece in ours.pieces] == [theirs.get_score(k) for k in range(size)]
    kinds = [piece.kind for piece in ours.pieces]
    assert [kind is Kind.CONTROL for kind in kinds] == [theirs.is_control(k) for k in range(size)]
    assert [kind is Kind.BYTE for kind in kinds] == [theirs.is_byte(k) for k in range(size)]
    assert ours.unknown == theirs.unk_id()
    assert ours.merges == (name == "llama")


def plain(text: str) -> bool:
    """Without marks, and without a space in front, of which transformers drops one."""
    return not set("\0<▁") & set(text) and not text.startswith(" ")


@many
@given(text=any_text.filter(plain))
def test_llama_reads_a_text_as_sentencepiece_does(text: str) -> None:
    theirs, ours = llama()
    assert list(ours.encode(text, 10**5).ids[1:]) == theirs.encode(text)


_LLAMA: list[tuple[Any, Tokenizer]] = []


def llama() -> tuple[Any, Tokenizer]:
    import tempfile

    import sentencepiece

    if not _LLAMA:
        with tempfile.TemporaryDirectory() as folder:
            path = made(Path(folder), CASES["llama"])
            theirs = sentencepiece.SentencePieceProcessor(model_file=str(path / "tokenizer.model"))
            _LLAMA.append((theirs, open_tokenizer(path, "llama")))
    return _LLAMA[0]


# Damaged files


def field(number: int, content: bytes) -> bytes:
    assert len(content) < 128
    return bytes([number << 3 | 2, len(content)]) + content


def piece(text: bytes, score: float = 0.0) -> bytes:
    return field(1, field(1, text) + b"\x15" + struct.pack("<f", score))


GOOD = piece(b"<unk>") + piece(b"a", -1.0)
DAMAGED: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "no pieces"),
    "cut in a number": (GOOD + b"\x80", "middle of a number"),
    "endless number": (GOOD + b"\x80" * 11, "more than ten bytes"),
    "claims more": (GOOD + b"\x0a\xff\xff\xff\xff\x0f", "where 0 are left"),
    "cut": (GOOD[:-1], "are left"),
    "group": (GOOD + b"\x0b", "wire type 3"),
    "field 0": (GOOD + b"\x02\x00", "number 0"),
    "number for bytes": (GOOD + b"\x08\x01", "bytes are expected"),
    "bytes for a number": (GOOD + field(2, field(3, b"x")), "no number"),
    "twice": (GOOD + piece(b"a"), "given twice"),
    "no text": (GOOD + piece(b""), "empty"),
    "not a number": (GOOD + piece(b"b", float("nan")), "nan"),
    "infinite": (GOOD + piece(b"b", float("inf")), "inf"),
    "short score": (GOOD + field(1, field(1, b"b") + field(2, b"\0")), "4 bytes"),
    "no UTF-8": (GOOD + piece(b"\xff"), "utf-8"),
    "odd kind": (GOOD + field(1, field(1, b"b") + b"\x18\x63"), "99 is not a valid Kind"),
    "word model": (GOOD + field(2, b"\x18\x03"), "model type is 3"),
    "unknown past the end": (GOOD + field(2, b"\xc0\x02\x07"), "unknown piece is 7 of 2"),
    "text": (b"{}", "wire type"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_sentencepiece_file_is_refused(name: str, tmp_path: Path) -> None:
    content, said = DAMAGED[name]
    (tmp_path / "spiece.model").write_bytes(content)
    with pytest.raises(Refusal, match=r"spiece\.model is no SentencePiece model") as caught:
        read_sentence_pieces(tmp_path / "spiece.model")
    assert said in str(caught.value)


@many
@given(content=st.binary(max_size=60))
def test_no_bytes_at_all_break_the_reader(content: bytes) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "spiece.model"
        path.write_bytes(GOOD + content)
        with contextlib.suppress(Refusal):  # any other exception fails the test
            assert len(read_sentence_pieces(path).pieces) >= 2


BROKEN: dict[str, tuple[str, dict[str, str], str]] = {
    "no tokenizer": ("gpt2", {}, "neither tokenizer.json nor vocab.json"),
    "no merges": ("gpt2", {"vocab.json": '{"a": 0}'}, "merges.txt"),
    "three tokens": (
        "gpt2", {"vocab.json": '{"a": 0}', "merges.txt": "a a a"}, "line 1 is 'a a a'"
    ),
    "id as text": ("gpt2", {"vocab.json": '{"a": "0"}', "merges.txt": ""}, "the id of 'a' is '0'"),
    "id as truth": (
        "gpt2", {"vocab.json": '{"a": true}', "merges.txt": ""}, "the id of 'a' is True"
    ),
    "id below 0": ("gpt2", {"vocab.json": '{"a": -1}', "merges.txt": ""}, "the id of 'a' is -1"),
    "id twice": ("gpt2", {"vocab.json": '{"a": 1, "b": 1}', "merges.txt": ""}, "the same id"),
    "key twice": ("gpt2", {"vocab.json": '{"a": 1, "a": 2}', "merges.txt": ""}, "given twice"),
    "merge of no token": ("gpt2", {"vocab.json": '{"a": 0}', "merges.txt": "a b"}, "vocab.json"),
    "no [UNK]": ("bert", {"vocab.txt": "[CLS]\n[SEP]\nthe\n"}, "has no [UNK]"),
    "settings no object": (
        "bert", {"vocab.txt": "[UNK]\n", "tokenizer_config.json": "[]"}, "no JSON object"
    ),
    "extra ids past reason": (
        "t5", {"spiece.model": "", "tokenizer_config.json": '{"extra_ids": 1e99}'}, "spiece.model"
    ),
    "family without": ("gemma", {}, "tokenizer.json is missing; of gemma no other"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_files_are_refused_by_name(name: str, tmp_path: Path) -> None:
    family, files, said = BROKEN[name]
    for file, text in files.items():
        (tmp_path / file).write_text(text)
    with pytest.raises(Refusal) as caught:
        open_tokenizer(tmp_path, family)
    assert said in str(caught.value)
    assert str(tmp_path) in str(caught.value)


def test_tokenizer_json_counts_over_older_files(tmp_path: Path) -> None:
    folder = made(tmp_path / "both", CASES["gpt2"])
    newer = train_tokenizer("characters", ["abc"], 270)
    newer.inner.save(str(folder / "tokenizer.json"))
    assert open_tokenizer(folder, "gpt2").largest_id == newer.largest_id
