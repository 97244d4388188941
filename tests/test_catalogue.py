"""Models by name: those that ship, those in folders, and the card that a folder may hold."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
import torch
from transformers import (
    AutoTokenizer,
    BertForPreTraining,
    BertForSequenceClassification,
    GPT2LMHeadModel,
    MarianMTModel,
    T5ForConditionalGeneration,
    XLNetLMHeadModel,
)

from core.catalogue import BUNDLED, CARD, DEFAULT_MODEL, bundled_models, find_model
from core.errors import Refusal
from core.frame import NotableHead, Prompt
from core.session import open_session
from core.trace import Sight
from tests.randomised import same_pattern, same_stream

TEXTS = {
    "english-gpt": "The cat sat on the mat because it was tired, and the cat sat on the mat.",
    "tang-gpt": "春眠不觉晓，处处闻啼鸟。夜来风雨声，花落知多少。",
}
SENTENCE = "The cat sat on the mat because it was tired."
GOOD = {"role": "induction", "layer": 1, "head": 3, "score": 0.5}


def test_a_model_ships_that_opens_by_default() -> None:
    assert DEFAULT_MODEL == "english-gpt"
    assert "english-gpt" in bundled_models()
    assert find_model(DEFAULT_MODEL) == BUNDLED / DEFAULT_MODEL


@pytest.mark.parametrize("name", TEXTS)
def test_bundled_decoder_gives_the_numbers_of_transformers_from_the_same_folder(name: str) -> None:
    text = TEXTS[name]
    trace, tokens, _ = open_session(name).trace(Prompt(text))
    folder = find_model(name)
    theirs = GPT2LMHeadModel.from_pretrained(
        folder, attn_implementation="eager", dtype=torch.float32
    )
    ids = AutoTokenizer.from_pretrained(folder)(text)["input_ids"]
    assert list(tokens.ids) == ids
    assert len(ids) > 5
    with torch.no_grad():
        told = theirs(torch.tensor([ids]), output_attentions=True, output_hidden_states=True)
    assert trace.decoder is not None
    assert len(told.attentions) == len(trace.decoder.layers) > 0
    for layer, pattern, stream in zip(
        trace.decoder.layers, told.attentions, told.hidden_states, strict=False
    ):
        assert same_pattern(layer.self.pattern, pattern)
        assert same_stream(layer.resid_in, stream)
    assert same_stream(trace.logits, told.logits)


def test_bundled_translator_gives_the_numbers_and_the_words_of_transformers() -> None:
    text, target = "Tuesday, the twenty-fourth of November, twenty twenty-six", "2026-11-24"
    trace, source, said = open_session("dates").trace(Prompt(text, target))
    folder = find_model("dates")
    theirs = MarianMTModel.from_pretrained(
        folder, attn_implementation="eager", dtype=torch.float32
    )
    tokenizer = AutoTokenizer.from_pretrained(folder)
    ids = torch.tensor([tokenizer(text)["input_ids"]])
    assert list(source.ids) == ids[0].tolist()
    assert said is not None
    assert trace.target_ids is not None
    with torch.no_grad():
        told = theirs(
            input_ids=ids, decoder_input_ids=trace.target_ids, output_attentions=True
        )
        written = theirs.generate(ids, max_new_tokens=16, num_beams=1, do_sample=False)
    assert tokenizer.decode(written[0], skip_special_tokens=True) == target
    assert trace.decoder is not None
    assert len(told.cross_attentions) == len(trace.decoder.layers) == 2
    for layer, pattern in zip(trace.decoder.layers, told.cross_attentions, strict=True):
        assert same_pattern(layer.attention("cross").pattern, pattern)
    assert same_stream(trace.logits, told.logits)


def test_bundled_encoder_gives_the_numbers_of_transformers_for_two_sentences() -> None:
    first, second = "The cat sat on the mat.", "It was tired, and slept."
    session = open_session("english-bert")
    trace, tokens, _ = session.trace(Prompt(first, second=second))
    folder = find_model("english-bert")
    theirs = BertForPreTraining.from_pretrained(
        folder, attn_implementation="eager", dtype=torch.float32
    )
    told_ids = AutoTokenizer.from_pretrained(folder)(first, second)
    assert list(tokens.ids) == told_ids["input_ids"]
    assert list(tokens.segments) == told_ids["token_type_ids"]
    with torch.no_grad():
        told = theirs(
            torch.tensor([tokens.ids]), token_type_ids=torch.tensor([tokens.segments]),
            output_attentions=True, output_hidden_states=True,
        )
    assert trace.encoder is not None
    assert len(told.attentions) == len(trace.encoder.layers) == 4
    for layer, pattern, stream in zip(
        trace.encoder.layers, told.attentions, told.hidden_states, strict=False
    ):
        assert same_pattern(layer.self.pattern, pattern)
        assert same_stream(layer.resid_in, stream)
    assert same_stream(trace.logits, told.prediction_logits)
    assert same_stream(trace.next_sentence, told.seq_relationship_logits)


@pytest.mark.parametrize(("text", "label"), [
    ("A warm, funny and moving film, and one of the best of the year.", "pos"),
    ("Beautifully acted, fresh, and a joy to watch.", "pos"),
    ("A dull, lifeless mess of a movie that is never funny.", "neg"),
    ("Too long, too boring, and the plot makes no sense.", "neg"),
])
def test_bundled_classifier_gives_the_numbers_of_transformers_and_is_right(
    text: str, label: str
) -> None:
    session = open_session("sentiment")
    trace, tokens, _ = session.trace(Prompt(text))
    folder = find_model("sentiment")
    theirs = BertForSequenceClassification.from_pretrained(
        folder, attn_implementation="eager", dtype=torch.float32
    )
    told_ids = AutoTokenizer.from_pretrained(folder)(text)
    assert list(tokens.ids) == told_ids["input_ids"]
    with torch.no_grad():
        told = theirs(torch.tensor([tokens.ids]), output_attentions=True)
    assert trace.encoder is not None
    assert len(told.attentions) == len(trace.encoder.layers) == 4
    for layer, pattern in zip(trace.encoder.layers, told.attentions, strict=True):
        assert same_pattern(layer.self.pattern, pattern)
    assert same_stream(trace.labels, told.logits)
    assert session.card.labels == tuple(theirs.config.id2label.values()) == ("neg", "pos")
    shares = dict(zip(session.card.labels, session.look(Prompt(text), Sight()).labels, strict=True))
    assert shares[label] > 0.5


def test_bundled_t5_gives_the_numbers_and_the_words_of_transformers() -> None:
    text, target = "the ninth of March, eighteen seventy-one", "1871-03-09"
    trace, source, _ = open_session("dates-t5").trace(Prompt(text, target))
    folder = find_model("dates-t5")
    theirs = T5ForConditionalGeneration.from_pretrained(
        folder, attn_implementation="eager", dtype=torch.float32
    )
    tokenizer = AutoTokenizer.from_pretrained(folder)
    ids = torch.tensor([tokenizer(text)["input_ids"]])
    assert list(source.ids) == ids[0].tolist()
    assert trace.target_ids is not None
    with torch.no_grad():
        told = theirs(input_ids=ids, decoder_input_ids=trace.target_ids, output_attentions=True)
        written = theirs.generate(ids, max_new_tokens=16, num_beams=1, do_sample=False)
    assert tokenizer.decode(written[0], skip_special_tokens=True) == target
    assert trace.encoder is not None
    assert trace.decoder is not None
    for layer, pattern in zip(trace.encoder.layers, told.encoder_attentions, strict=True):
        assert same_pattern(layer.self.pattern, pattern)
    for layer, pattern in zip(trace.decoder.layers, told.cross_attentions, strict=True):
        assert same_pattern(layer.attention("cross").pattern, pattern)
    assert same_stream(trace.logits, told.logits)


def test_bundled_xlnet_gives_the_numbers_of_transformers_for_a_drawn_order() -> None:
    session = open_session("english-xlnet")
    frame = session.look(Prompt(SENTENCE, order=3), Sight(head=(2, 1), stream="query"))
    folder = find_model("english-xlnet")
    theirs = XLNetLMHeadModel.from_pretrained(
        folder, attn_implementation="eager", dtype=torch.float32
    )
    ids = AutoTokenizer.from_pretrained(folder)(SENTENCE)["input_ids"]
    assert list(frame.queries.ids) == ids
    rank = torch.tensor(frame.order)
    with torch.no_grad():
        told = theirs(
            torch.tensor([ids]), token_type_ids=torch.tensor([frame.queries.segments]),
            perm_mask=(rank[None, :] >= rank[:, None])[None].float(),
            target_mapping=torch.eye(len(ids))[None], output_attentions=True,
        )
    assert frame.head is not None
    pattern = told.attentions[2][1][0, 1]
    seen = torch.tensor(frame.head.shown)
    assert (torch.tensor(frame.head.pattern) - pattern)[seen].abs().max() <= 1e-5
    at = frame.predicted_at
    assert at is not None
    best = told.logits[0, at].softmax(-1).topk(3)
    assert [one.probability for one in frame.predictions[:3]] == pytest.approx(
        best.values.tolist(), abs=1e-5)


@pytest.mark.parametrize(
    ("text", "hidden"),
    [("What is the matter with you, my dear?", "matter"),
     ("He shook his head and went out of the room.", "head"),
     ("They sat down by the fire, for it was cold.", "down")],
)
def test_bundled_encoder_finds_the_word_behind_the_mask(text: str, hidden: str) -> None:
    session = open_session("english-bert")
    at = session.tokenize(Prompt(text))[0].labels.index(hidden)
    frame = session.look(Prompt(text, masked=(at,)), Sight(predict_at=at))
    assert frame.behind_mask
    assert hidden in [one.label for one in frame.predictions[:5]]


@pytest.mark.parametrize("name", bundled_models())
def test_bundled_model_is_small_and_says_what_it_shows(name: str) -> None:
    files = [path for path in find_model(name).rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) <= 16e6
    card = open_session(name).card
    assert card.reference == card.name == name
    assert card.text
    assert card.step
    assert card.notable
    assert {one.role for one in card.notable} <= {"previous_token", "induction", "alignment"}
    assert all(0 < one.score <= 1 for one in card.notable)


def test_folder_is_found_from_home(
    tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(tiny_model, tmp_path / "mine")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert find_model("~/mine") == tmp_path / "mine"


@pytest.mark.parametrize("name", ["nobody", "x" * 5000, "~nobody/x", "nul\0", "a/b/c"])
def test_what_is_neither_a_folder_nor_bundled_is_refused_with_what_is(name: str) -> None:
    with pytest.raises(Refusal) as refused:
        find_model(name)
    assert str(refused.value).endswith(f"bundled are {', '.join(bundled_models()) or 'none'}.")
    assert str(refused.value).startswith(name)


@pytest.fixture
def folder(tiny_model: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_model, tmp_path / "mine"))


def test_card_gives_a_sentence_and_the_known_heads(folder: Path) -> None:
    (folder / CARD).write_text(json.dumps({"text": "Hä 好", "notable": [GOOD]}), encoding="utf-8")
    card = open_session(str(folder)).card
    assert card.text == "Hä 好"
    assert card.notable == (NotableHead("induction", 1, 3, 0.5),)
    assert (card.name, card.family, card.step, card.heads) == ("mine", "gpt2", 7, 4)
    assert card.layers == {"decoder": 3}


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b'{"text": "a"}',
        json.dumps({"text": "a", "notable": 3}).encode(),
        json.dumps({"text": "a", "notable": [3]}).encode(),
        json.dumps({"text": "a", "notable": [GOOD | {"layer": "1"}]}).encode(),
        json.dumps({"text": "a", "notable": [GOOD | {"score": "high"}]}).encode(),
        json.dumps({"text": "a", "notable": [GOOD | {"more": 1}]}).encode(),
    ],
    ids=lambda content: str(content[:40]),
)
def test_model_with_a_damaged_card_opens_without_one(content: bytes, folder: Path) -> None:
    (folder / CARD).write_bytes(content)
    card = open_session(str(folder)).card
    assert (card.text, card.notable) == ("", ())


def test_model_whose_card_is_a_pipe_opens_without_one(folder: Path) -> None:
    os.mkfifo(folder / CARD)
    assert open_session(str(folder)).card.text == ""


def test_heads_that_the_model_does_not_have_are_left_out(folder: Path) -> None:
    others = [GOOD | {"layer": 3}, GOOD | {"head": 4}, GOOD | {"layer": -1}, GOOD | {"head": -1}]
    told = {"text": "a", "notable": [*others, GOOD]}
    (folder / CARD).write_text(json.dumps(told), encoding="utf-8")
    assert open_session(str(folder)).card.notable == (NotableHead("induction", 1, 3, 0.5),)
