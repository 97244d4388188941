"""What is particular to a family, in a frame: against transformers, or derived in float64."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors import safe_open
from tokenizers import Tokenizer as Inner
from tokenizers import decoders, models, pre_tokenizers, processors

from app.__main__ import main
from app.captions import predictions_title
from app.paint.words import isolated
from core.checkpoint.generation import Generation, read_generation
from core.errors import Refusal
from core.frame import Frame, Prompt
from core.prediction import PREDICTIONS
from core.session import Session, open_session
from core.trace import Sight
from tests.test_families import CASES, WORDS, make_theirs, save

TEXT, SECOND, TARGET = "w7 w9 w12 w30", "w11 w20", "w6 w5 w8"
CLS, SEP, MASK = 1, 2, 3


def write_bert_tokenizer(folder: Path) -> None:
    """Words, with the template and the mask of BERT."""
    names = {1: "[CLS]", 2: "[SEP]", 3: "[MASK]"}
    inner = Inner(models.WordLevel({names.get(i, f"w{i}"): i for i in range(WORDS)}, "w0"))
    inner.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    inner.add_special_tokens(list(names.values()))
    inner.post_processor = processors.TemplateProcessing(
        "[CLS] $A [SEP]", "[CLS] $A [SEP] $B:1 [SEP]:1", [("[CLS]", CLS), ("[SEP]", SEP)]
    )
    inner.save(str(folder / "tokenizer.json"))


def write_closing_tokenizer(folder: Path) -> None:
    """Words, each text closed by the end token, as T5 and Marian do."""
    names = {1: "</s>"}
    inner = Inner(models.WordLevel({names.get(i, f"w{i}"): i for i in range(WORDS)}, "w0"))
    inner.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    inner.add_special_tokens(["</s>"])
    inner.post_processor = processors.TemplateProcessing("$A </s>", None, [("</s>", 1)])
    inner.save(str(folder / "tokenizer.json"))


def open_bert(folder: Path, name: str = "BERT, both heads", seed: int = 0) -> tuple[Session, Any]:
    theirs = make_theirs(CASES[name], seed)
    save(theirs, folder)
    write_bert_tokenizer(folder)
    return open_session(str(folder)), theirs


def open_one(folder: Path, name: str, seed: int = 0) -> tuple[Session, Any]:
    theirs = make_theirs(CASES[name], seed)
    return open_session(str(save(theirs, folder))), theirs


def head_of(frame: Frame) -> Any:
    assert frame.head is not None
    return frame.head


# -- BERT -------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_verdict_on_two_sentences_is_that_of_transformers(seed: int, tmp_path: Path) -> None:
    session, theirs = open_bert(tmp_path, seed=seed)
    frame = session.look(Prompt(TEXT, second=SECOND), Sight())
    ids = [CLS, 7, 9, 12, 30, SEP, 11, 20, SEP]
    assert frame.queries.ids == tuple(ids)
    with torch.no_grad():
        out = theirs(torch.tensor([ids]), token_type_ids=torch.tensor([[0] * 6 + [1] * 3]))
    wanted = out.seq_relationship_logits[0].double().softmax(-1)[0].item()
    assert frame.next_sentence == pytest.approx(wanted, abs=1e-6)
    assert session.look(Prompt(TEXT), Sight()).next_sentence is None


def test_a_model_without_segments_reads_the_first_sentence_alone(tmp_path: Path) -> None:
    session, _ = open_bert(tmp_path, "DistilBERT")
    assert not session.card.two_sentences
    frame = session.look(Prompt(TEXT, second=SECOND), Sight())
    assert frame.queries.ids == (CLS, 7, 9, 12, 30, SEP)
    assert frame.next_sentence is None


@pytest.mark.parametrize(("masked", "at", "read_at"), [
    ((2,), None, 2), ((4, 2), None, 2), ((4, 2), 4, 4), ((4, 2), 1, 1), ((7,), None, 7),
])
def test_what_stands_behind_a_mask_is_what_transformers_predicts_there(
    masked: tuple[int, ...], at: int | None, read_at: int, tmp_path: Path
) -> None:
    session, theirs = open_bert(tmp_path)
    prompt = Prompt(TEXT, second=SECOND, masked=masked)
    frame = session.look(prompt, Sight(predict_at=at))
    ids = [CLS, 7, 9, 12, 30, SEP, 11, 20, SEP]
    for one in masked:
        ids[one] = MASK
    assert frame.queries.ids == tuple(ids)
    with torch.no_grad():
        out = theirs(torch.tensor([ids]), token_type_ids=torch.tensor([[0] * 6 + [1] * 3]))
    best = out.prediction_logits[0, read_at].double().softmax(-1).topk(PREDICTIONS)
    assert frame.predicted_at == read_at
    assert frame.behind_mask == (read_at in masked)
    assert [p.probability for p in frame.predictions] == pytest.approx(best.values.tolist(), 1e-4)
    assert [p.label for p in frame.predictions] == [
        session.tokenizer.name(token) for token in best.indices.tolist()
    ]


def test_a_masked_word_is_still_found_by_its_group(tmp_path: Path) -> None:
    session, _ = open_bert(tmp_path)
    plain = session.look(Prompt(TEXT, second=SECOND), Sight()).queries
    tokens = session.look(Prompt(TEXT, second=SECOND, masked=(2, 6)), Sight()).queries
    assert [tokens.labels[at] for at in (2, 6)] == ["[MASK]", "[MASK]"]
    assert [tokens.text[slice(*tokens.groups[at])] for at in (2, 6)] == ["w9", "w11"]
    assert (tokens.text, tokens.spans, tokens.groups) == (plain.text, plain.spans, plain.groups)
    assert [at for at in range(len(tokens)) if tokens.labels[at] != plain.labels[at]] == [2, 6]


def test_marks_of_the_template_and_positions_beyond_the_text_are_not_masked(
    tmp_path: Path,
) -> None:
    session, _ = open_bert(tmp_path)
    frame = session.look(Prompt(TEXT, masked=(-1, 0, 5, 6, 99)), Sight())
    assert frame.queries.ids == (CLS, 7, 9, 12, 30, SEP)
    assert not frame.behind_mask


def test_a_mask_that_is_typed_is_predicted_like_one_that_is_clicked(tmp_path: Path) -> None:
    session, _ = open_bert(tmp_path)
    typed = session.look(Prompt("w7 w9 [MASK] w30"), Sight())
    clicked = session.look(Prompt(TEXT, masked=(3,)), Sight())
    assert typed.queries.ids == clicked.queries.ids
    assert (typed.predicted_at, typed.behind_mask) == (3, True)
    assert typed.predictions == clicked.predictions


@pytest.mark.parametrize("name", ["BERT, bare", "Llama", "T5"])
def test_a_model_without_a_masked_head_hides_nothing(name: str, tmp_path: Path) -> None:
    theirs = make_theirs(CASES[name], 0)
    save(theirs, tmp_path)
    write_bert_tokenizer(tmp_path)
    session = open_session(str(tmp_path))
    frame = session.look(Prompt(TEXT, masked=(2,)), Sight(stack="encoder"))
    assert MASK not in frame.queries.ids
    assert not session.card.masks
    assert not frame.behind_mask


# -- T5 ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("stack", ["encoder", "decoder"])
def test_content_and_bias_of_t5_add_up_to_its_scores(stack: Any, tmp_path: Path) -> None:
    session, theirs = open_one(tmp_path, "T5")
    block = getattr(theirs, stack).block[0].layer[0].SelfAttention
    for layer in range(2):
        sight = Sight(stack=stack, head=(layer, 2))
        head = head_of(session.look(Prompt(TEXT, TARGET), sight))
        assert [term.name for term in head.terms] == ["content", "bias"]
        content, bias = (term.scores for term in head.terms)
        seen = ~np.isneginf(head.scores)
        assert seen.all() == (stack == "encoder")
        np.testing.assert_allclose((content + bias)[seen], head.scores[seen], atol=1e-5)
        count = len(bias)
        with torch.no_grad():
            table = block.compute_bias(count, count)[0, 2].numpy()
        np.testing.assert_array_equal(bias, table)  # the same in every layer


def test_cross_attention_of_t5_is_content_alone(tmp_path: Path) -> None:
    session, _ = open_one(tmp_path, "T5")
    frame = session.look(Prompt(TEXT, TARGET), Sight(kind="cross", head=(0, 1)))
    assert head_of(frame).terms == ()
    assert head_of(frame).pattern.shape == (4, 4)


@pytest.mark.parametrize("name", ["BERT, bare", "Llama", "BART"])
def test_scores_that_are_one_product_have_no_terms(name: str, tmp_path: Path) -> None:
    session, _ = open_one(tmp_path, name)
    assert head_of(session.look(Prompt(TEXT, TARGET), Sight(head=(0, 1)))).terms == ()


# -- rotary, grouped queries ------------------------------------------------------------------


def turned(x: np.ndarray[Any, Any], base: float, share: float) -> np.ndarray[Any, Any]:
    """Dimension i and i + half of those that turn, as a complex number (Su et al. 2021)."""
    x = x.astype(np.float64)
    turning = int(x.shape[1] * share)
    half = turning // 2
    out = x.copy()
    for position in range(len(x)):
        for i in range(half):
            angle = position * base ** (-2 * i / turning)
            number = complex(x[position, i], x[position, i + half]) * complex(
                math.cos(angle), math.sin(angle)
            )
            out[position, i], out[position, i + half] = number.real, number.imag
    return out


@pytest.mark.parametrize(("name", "base", "share"), [
    ("Llama", 10000.0, 1.0), ("Qwen 3", 10000.0, 1.0), ("GPT-NeoX", 10000.0, 0.25),
    ("GPT-NeoX, one after another", 100.0, 0.5),
])
def test_queries_and_keys_turn_as_derived_in_float64(
    name: str, base: float, share: float, tmp_path: Path
) -> None:
    session, _ = open_one(tmp_path, name)
    frame = session.look(Prompt("w7 w9 w12 w30 w4 w4 w8"), Sight(head=(1, 2)))
    turn = head_of(frame).turn
    assert turn is not None
    np.testing.assert_allclose(turn.query_after, turned(turn.query_before, base, share), atol=1e-5)
    np.testing.assert_allclose(turn.key_after, turned(turn.key_before, base, share), atol=1e-5)
    assert np.abs(turn.query_after - turn.query_before).max() > 0.1
    scores = turn.query_after @ turn.key_after.T / math.sqrt(turn.key_after.shape[1])
    seen = ~np.isneginf(head_of(frame).scores)
    np.testing.assert_allclose(scores[seen], head_of(frame).scores[seen], atol=1e-5)


@pytest.mark.parametrize("name", ["BERT, bare", "T5", "BART"])
def test_positions_that_do_not_turn_have_no_turn(name: str, tmp_path: Path) -> None:
    session, _ = open_one(tmp_path, name)
    assert head_of(session.look(Prompt(TEXT, TARGET), Sight(head=(0, 1)))).turn is None


@pytest.mark.parametrize(("name", "key_heads", "shared"), [
    ("Llama", [0, 0, 1, 1], 2), ("Gemma", [0, 0, 0, 0], 1), ("T5", [0, 1, 2], 0),
    ("BART", [0, 1, 2, 3], 0),
])
def test_a_query_head_reads_the_key_head_that_the_weights_say(
    name: str, key_heads: list[int], shared: int, tmp_path: Path
) -> None:
    session, theirs = open_one(tmp_path, name)
    prompt = Prompt(TEXT, TARGET)
    heads = [head_of(session.look(prompt, Sight(head=(0, h)))) for h in range(len(key_heads))]
    assert [head.key_head for head in heads] == key_heads
    assert session.card.key_heads == shared
    if shared:
        width = theirs.config.head_dim or 6
        keys = theirs.model.layers[0].self_attn.k_proj.weight.detach().view(shared, width, -1)
        x = session._trace.decoder.layers[0].self  # type: ignore[union-attr]
        assert x.k.shape[1] == shared == len(keys)
        for head in heads:  # the query of one head with the key it is said to read
            assert head.turn is not None
            assert head.key_head is not None
            np.testing.assert_array_equal(head.turn.key_after, x.k[0, head.key_head].numpy())


# -- encoder-decoder --------------------------------------------------------------------------

BOTH = ["T5", "T5 1.1", "BART", "Marian"]
START = {"T5": 0, "T5 1.1": 0, "BART": 2, "Marian": 2}


@pytest.mark.parametrize("name", BOTH)
def test_before_a_target_is_typed_the_decoder_has_read_its_start_alone(
    name: str, tmp_path: Path
) -> None:
    session, theirs = open_one(tmp_path, name)
    frame = session.look(Prompt(TEXT), Sight(kind="cross", head=(1, 0)))
    assert frame.queries.ids == (START[name],)
    with torch.no_grad():
        out = theirs(input_ids=torch.tensor([frame.keys.ids]), output_attentions=True,
                     decoder_input_ids=torch.tensor([[START[name]]]))
    np.testing.assert_allclose(
        head_of(frame).pattern, out.cross_attentions[1][0, 0].numpy(), atol=1e-5
    )
    assert frame.predicted_at == 0


def test_a_target_begins_with_its_start_and_is_not_closed(tmp_path: Path) -> None:
    theirs = make_theirs(CASES["T5"], 0)
    save(theirs, tmp_path)
    write_closing_tokenizer(tmp_path)
    session = open_session(str(tmp_path))
    source, target = session.tokenize(Prompt(TEXT, TARGET))
    assert source.ids == (7, 9, 12, 30, 1)
    assert target is not None
    assert target.ids == (0, 6, 5, 8)
    assert [target.text[slice(*group)] for group in target.groups] == ["", "w6", "w5", "w8"]
    closed = session.tokenize(Prompt(TEXT, TARGET + " </s>"))[1]  # typed, and not the template's
    assert closed is not None
    assert closed.ids == (0, 6, 5, 8, 1)


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("name", [*BOTH, "Llama", "GPT-NeoX", "Gemma 2"])
def test_greedy_generation_writes_the_ids_of_transformers(
    name: str, seed: int, tmp_path: Path
) -> None:
    session, theirs = open_one(tmp_path, name, seed)
    both = name in BOTH
    start = (START[name],) if both else ()
    source, _ = session.tokenize(Prompt(TEXT))
    more = {"decoder_start_token_id": start[0]} if both else {}
    theirs.generation_config.forced_eos_token_id = None  # it would close at the limit, not the end
    with torch.no_grad():
        told = theirs.generate(
            torch.tensor([source.ids]), do_sample=False, max_new_tokens=9, use_cache=False, **more,
            attention_mask=torch.ones(1, len(source), dtype=torch.long),
        )[0].tolist()
    grown = list(session.generate(Prompt(TEXT), 9))
    before = start if both else source.ids
    assert [*before, *grown[-1].written] == told
    assert [len(prompt.written) for prompt in grown] == [*range(1, len(grown) + 1)]
    tokens = session.look(grown[-1], Sight()).predicted_in
    assert tokens is not None
    assert list(tokens.ids) == told


def test_generation_ends_with_the_end_token_and_adds_nothing_after_it(tmp_path: Path) -> None:
    theirs = make_theirs(CASES["T5"], 0)
    session = open_session(str(save(theirs, tmp_path)))
    written = [prompt.written for prompt in session.generate(Prompt(TEXT), 6)][-1]
    assert len(written) == 6
    end = written[3]
    theirs.config.eos_token_id = theirs.generation_config.eos_token_id = end
    session = open_session(str(save(theirs, tmp_path)))
    grown = list(session.generate(Prompt(TEXT), 20))
    length = written.index(end) + 1
    assert grown[-1].written == written[:length]
    assert session.next_token(grown[-1]) is None


@pytest.mark.parametrize("name", ["BART", "Llama"])
def test_generation_ends_where_the_context_does(name: str, tmp_path: Path) -> None:
    session, _ = open_one(tmp_path, name, seed=3)
    session.generation = replace(session.generation, ends=())
    grown = list(session.generate(Prompt(TEXT), 100))[-1]
    tokens = session.look(grown, Sight()).predicted_in
    assert tokens is not None
    assert len(tokens) == session.config.context == 16


@pytest.mark.parametrize("name", ["BERT, both heads", "T5, encoder", "Llama, bare"])
def test_a_model_that_writes_nothing_has_no_continuation(name: str, tmp_path: Path) -> None:
    session, _ = open_one(tmp_path, name)
    assert session.next_token(Prompt(TEXT)) is None


def test_the_encoder_does_not_run_again_while_only_the_target_changes(tmp_path: Path) -> None:
    session, theirs = open_one(tmp_path, "T5 1.1")
    runs = {"encoder": 0, "decoder": 0}
    for name in runs:
        def count(*_: Any, name: str = name) -> None:
            runs[name] += 1
        getattr(session.model, name).register_forward_hook(count)
    for target in ("", "w6", "w6 w5", "w6 w5 w8"):
        frame = session.look(Prompt(TEXT, target), Sight(kind="cross", head=(0, 1)))
    assert runs == {"encoder": 1, "decoder": 4}
    with torch.no_grad():
        out = theirs(input_ids=torch.tensor([frame.keys.ids]), output_attentions=True,
                     decoder_input_ids=torch.tensor([frame.queries.ids]))
    np.testing.assert_allclose(
        head_of(frame).pattern, out.cross_attentions[0][0, 1].numpy(), atol=1e-5
    )
    list(session.generate(Prompt(TEXT, "w6"), 3))
    assert runs["encoder"] == 1
    session.look(Prompt(TEXT + " w3", "w6"), Sight())
    assert runs["encoder"] == 2


# -- ids that the model wrote -------------------------------------------------------------------


def test_a_written_part_of_a_character_keeps_its_id_and_waits_for_the_rest(
    tiny_model: Path,
) -> None:
    session = open_session(str(tiny_model))
    parts = session.tokenizer.encode("好", 10).ids
    assert len(parts) == 3
    typed = session.tokenize(Prompt("The cat"))[0]
    for count in (1, 2):
        tokens = session.tokenize(Prompt("The cat", written=parts[:count]))[0]
        assert tokens.ids == typed.ids + parts[:count]
        assert tokens.text == "The cat"
        assert [tokens.stands_for_text(at) for at in range(len(typed), len(tokens))] == (
            [False] * count
        )
    tokens = session.tokenize(Prompt("The cat", written=parts))[0]
    assert tokens.text == "The cat好"
    assert tokens.labels[-3:] == ("好 1/3", "好 2/3", "好 3/3")
    assert tokens.groups[-3:] == ((7, 8),) * 3
    assert not tokens.cut


@pytest.mark.parametrize("text", ["The cat sat on the mat.", "好 👍🏽 a\u0301 die Maus", "  a  b "])
def test_what_is_written_reads_as_if_it_had_been_typed(text: str, tiny_model: Path) -> None:
    session = open_session(str(tiny_model))
    whole = session.tokenize(Prompt(text))[0]
    empty = session.tokenize(Prompt("", written=whole.ids))[0]
    assert empty == replace(whole, spans=empty.spans)
    for cut in range(len(whole)):
        start = whole.groups[cut][0]
        if cut and whole.groups[cut - 1][1] > start:
            continue  # inside a character
        typed = session.tokenize(Prompt(text[:start]))[0]
        if typed.ids != whole.ids[:cut]:
            continue  # another way to cut it
        tokens = session.tokenize(Prompt(text[:start], written=whole.ids[cut:]))[0]
        assert (tokens.ids, tokens.text, tokens.groups) == (whole.ids, text, whole.groups)
        assert tokens.labels == whole.labels


def test_bytes_that_make_no_character_are_named_and_not_shown_as_text(tiny_model: Path) -> None:
    session = open_session(str(tiny_model))
    last = session.tokenizer.encode("好", 10).ids[-1]
    tokens = session.tokenize(Prompt("a", written=(last,) * 6))[0]
    assert len(tokens) == 7
    assert "\ufffd" not in tokens.text + "".join(tokens.labels)
    assert tokens.labels[-1] == session.tokenizer.name(last)


def test_words_of_a_metaspace_tokenizer_are_written_with_the_space_before_them(
    tmp_path: Path,
) -> None:
    theirs = make_theirs(CASES["T5"], 0)
    save(theirs, tmp_path)
    pieces = ["</s>", "▁the", "▁cat", "s", "▁"]
    vocabulary = {piece: index for index, piece in enumerate(pieces)}
    inner = Inner(models.WordLevel(vocabulary, "▁"))
    inner.pre_tokenizer = pre_tokenizers.Metaspace()
    inner.decoder = decoders.Metaspace()
    inner.add_special_tokens(["</s>"])
    inner.save(str(tmp_path / "tokenizer.json"))
    session = open_session(str(tmp_path))
    target = session.tokenize(Prompt("the cat", written=(1, 2, 3, 0)))[1]
    assert target is not None
    assert target.text == "the cats"
    assert target.labels[-1] == "</s>"
    assert not target.stands_for_text(4)
    again = session.tokenize(Prompt("the cat", "the cat", written=(3, 2)))[1]
    assert again is not None
    assert again.text == "the cats cat"


def test_ids_that_another_model_wrote_are_left_out(tiny_model: Path) -> None:
    session = open_session(str(tiny_model))
    vocabulary = session.config.vocabulary
    for written in ((vocabulary,), (1, 10**9), (-1,)):
        frame = session.look(Prompt("The cat", written=written), Sight())
        assert frame.queries == session.tokenize(Prompt("The cat"))[0]


# -- how a text is begun and ended, from files ----------------------------------------------------


@pytest.mark.parametrize(("config", "file", "wanted"), [
    ({}, None, Generation()),
    ({"decoder_start_token_id": 2, "eos_token_id": 1}, None, Generation(2, (1,))),
    ({"eos_token_id": 1}, {"eos_token_id": [3, 4]}, Generation(0, (3, 4))),
    ({"pad_token_id": 5}, {}, Generation(5)),
    ({"bos_token_id": 6, "pad_token_id": 5}, {"eos_token_id": None}, Generation(6)),
    ({"eos_token_id": 50256}, None, Generation()),  # past the embedding: never met
    ({"bad_words_ids": [[7], [8, 9]], "forced_bos_token_id": 4}, None, Generation(0, (), 4, (7,))),
])
def test_generation_is_read_from_its_own_file_before_the_configuration(
    config: dict[str, Any], file: dict[str, Any] | None, wanted: Generation, tmp_path: Path
) -> None:
    if file is not None:
        (tmp_path / "generation_config.json").write_text(json.dumps(file))
    assert read_generation(tmp_path, config, WORDS) == wanted


@pytest.mark.parametrize("value", ["2", 1.5, True, [None], [[1, "2"]], {"id": 1}])
def test_an_id_that_is_none_is_refused_by_its_name(value: Any, tmp_path: Path) -> None:
    with pytest.raises(Refusal, match=r"eos_token_id is .* expected ids of tokens"):
        read_generation(tmp_path, {"eos_token_id": value}, WORDS)


@pytest.mark.parametrize("name", ["BART", "Marian"])
def test_a_forced_first_token_and_forbidden_ones_are_obeyed_as_transformers_does(
    name: str, tmp_path: Path
) -> None:
    theirs = make_theirs(CASES[name], 1)
    session = open_session(str(save(theirs, tmp_path)))
    free = list(session.generate(Prompt(TEXT), 6))[-1].written
    first, never = 4 if free[0] != 4 else 5, free[1]
    settings = {"decoder_start_token_id": 2, "forced_bos_token_id": first,
                "bad_words_ids": [[never]], "forced_eos_token_id": None, "eos_token_id": 0}
    for key, value in settings.items():
        setattr(theirs.generation_config, key, value)
    (save(theirs, tmp_path) / "generation_config.json").write_text(json.dumps(settings))
    session = open_session(str(tmp_path))
    with torch.no_grad():
        told = theirs.generate(
            torch.tensor([session.tokenize(Prompt(TEXT))[0].ids]), do_sample=False,
            max_new_tokens=6, use_cache=False, attention_mask=torch.ones(1, 4, dtype=torch.long),
        )[0].tolist()
    written = list(session.generate(Prompt(TEXT), 6))[-1].written
    assert [2, *written] == told
    assert written[0] == first
    assert never not in written
    assert written != free


# -- what the predictions are of --------------------------------------------------------------


@pytest.mark.parametrize(("masked", "at", "title"), [
    ((2,), None, f"Behind the mask at token 2, which hides “{isolated('w9')}”"),
    ((2, 4), 4, f"Behind the mask at token 4, which hides “{isolated('w30')}”"),
    ((2,), 1, f"In place of “{isolated('w7')}”"),
    ((), None, f"In place of “{isolated('[SEP]')}”"),
])
def test_a_masked_model_says_where_its_predictions_stand(
    masked: tuple[int, ...], at: int | None, title: str, tmp_path: Path
) -> None:
    session, _ = open_bert(tmp_path)
    frame = session.look(Prompt(TEXT, masked=masked), Sight(predict_at=at))
    assert predictions_title(frame) == title


def test_a_mask_that_was_typed_hides_no_word(tmp_path: Path) -> None:
    session, _ = open_bert(tmp_path)
    frame = session.look(Prompt("w7 [MASK]"), Sight())
    assert predictions_title(frame) == "Behind the mask at token 2"
    assert predictions_title(session.look(Prompt(TEXT), Sight())).startswith("In place of")


@pytest.mark.parametrize(("name", "stack"), [
    ("T5", "encoder"), ("T5", "decoder"), ("BART", "encoder"), ("Llama", "decoder"),
])
def test_a_decoder_says_after_which_token_whichever_stack_is_shown(
    name: str, stack: Any, tmp_path: Path
) -> None:
    session, _ = open_one(tmp_path, name)
    frame = session.look(Prompt(TEXT, TARGET), Sight(stack=stack))
    word = "w30" if name == "Llama" else "w8"
    assert predictions_title(frame) == f"Next token, after “{isolated(word)}”"


# -- the trace command ------------------------------------------------------------------------


def test_the_trace_of_two_sentences_and_a_mask_is_that_of_the_session(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    session, _ = open_bert(tmp_path / "bert")
    out = tmp_path / "t.safetensors"
    assert main(["trace", "--model", str(tmp_path / "bert"), "--text", TEXT, "--second", SECOND,
                 "--mask", "2", "4", "--out", str(out)]) == 0
    trace, source, _ = session.trace(Prompt(TEXT, second=SECOND, masked=(4, 2)))
    with safe_open(out, "pt") as file:
        told = file.metadata()
        assert file.get_tensor("source.ids").tolist() == [CLS, 7, MASK, 12, MASK, SEP, 11, 20, SEP]
        assert trace.next_sentence is not None
        assert torch.equal(file.get_tensor("next_sentence"), trace.next_sentence[0])
    assert json.loads(told["source.segments"]) == [0] * 6 + [1] * 3
    assert json.loads(told["source.masked"]) == [2, 4]
    assert told["source.text"] == source.text == TEXT + SECOND


def test_the_trace_of_a_target_begins_with_the_start_token(tmp_path: Path) -> None:
    open_one(tmp_path / "t5", "T5")
    out = tmp_path / "t.safetensors"
    assert main(["trace", "--model", str(tmp_path / "t5"), "--text", TEXT, "--target", TARGET,
                 "--out", str(out)]) == 0
    with safe_open(out, "pt") as file:
        assert file.get_tensor("target.ids").tolist() == [0, 6, 5, 8]
        assert file.get_tensor("decoder.0.cross.pattern").shape == (3, 4, 4)
        assert file.metadata()["target.text"] == TARGET


@pytest.mark.parametrize(("name", "words", "said"), [
    ("Llama", ["--target", "w1"], "Model has no use for --target; leave it out."),
    ("T5", ["--second", "w1"], "Model has no use for --second; leave it out."),
    ("T5", ["--mask", "1"], "Model has no use for --mask; leave it out."),
    ("BERT, both heads", ["--mask", "0"],
     "--mask is 0; the tokens are 1 w7, 2 w9, 3 w12, 4 w30."),
    ("BERT, both heads", ["--mask", "1", "-1"],
     "--mask is -1; the tokens are 1 w7, 2 w9, 3 w12, 4 w30."),
])
def test_a_trace_of_what_the_model_would_leave_out_is_refused(
    name: str, words: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(make_theirs(CASES[name], 0), tmp_path / "Model")
    if name.startswith("BERT"):
        write_bert_tokenizer(tmp_path / "Model")
    command = ["trace", "--model", str(tmp_path / "Model"), "--text", TEXT, *words]
    capsys.readouterr()
    assert main([*command, "--out", str(tmp_path / "t.safetensors")]) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "t.safetensors").exists()
