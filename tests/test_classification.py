"""Classifiers by family: the numbers of transformers, its layout, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers
from torch import Tensor

from core.checkpoint import open_checkpoint, write_checkpoint
from core.config import ModelConfig
from core.errors import Refusal
from core.frame import Prompt
from core.model import Transformer
from core.parity.compare import compare
from core.session import open_session
from core.trace import Sight
from core.training.vocabulary import train_tokenizer
from tests.randomised import randomise
from tests.tiny_families import SENTENCE, WORDS, make_tiny

LABELS = ("bad", "fair", "good")
NAMED = {"id2label": dict(enumerate(LABELS)), "label2id": {name: at for at, name in
                                                           enumerate(LABELS)}}
_BERT = {"hidden_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4,
         "intermediate_size": 40, "max_position_embeddings": 64}
FAMILIES: dict[str, tuple[str, dict[str, Any]]] = {
    "bert": ("BertForSequenceClassification", _BERT),
    "roberta": ("RobertaForSequenceClassification", _BERT | {"pad_token_id": 0}),
    "distilbert": ("DistilBertForSequenceClassification", {
        "dim": 48, "n_layers": 2, "n_heads": 4, "hidden_dim": 40, "max_position_embeddings": 64}),
    "gpt2": ("GPT2ForSequenceClassification", {
        "n_embd": 48, "n_layer": 2, "n_head": 4, "n_positions": 64, "pad_token_id": 0}),
}


def make_theirs(family: str, seed: int, **more: Any) -> Any:
    name, settings = FAMILIES[family]
    kind = getattr(transformers, name)
    config = kind.config_class(vocab_size=len(WORDS), **settings | NAMED | more)
    return randomise(kind._from_config(config, attn_implementation="eager"), seed, 0.3).eval()


def save(theirs: Any, folder: Path, config: dict[str, Any] | None = None) -> Path:
    """With the words for tokens, and these changes to ``config.json``."""
    make_tiny("bert", folder)
    theirs.save_pretrained(folder)
    told = json.loads((folder / "config.json").read_text()) | (config or {})
    (folder / "config.json").write_text(json.dumps(told))
    return folder


def padded() -> tuple[Tensor, Tensor]:
    """Four rows of 3 to 9 tokens, none of them the padding, and which are real."""
    ids = torch.randint(1, len(WORDS), (4, 9), generator=torch.Generator().manual_seed(5))
    visible = torch.arange(9) < torch.tensor([9, 3, 7, 8])[:, None]
    return ids.masked_fill(~visible, 0), visible


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("family", FAMILIES)
@torch.inference_mode()
def test_classifier_gives_the_numbers_of_transformers(
    family: str, seed: int, tmp_path: Path
) -> None:
    theirs = make_theirs(family, seed)
    found = open_checkpoint(save(theirs, tmp_path))
    ids, visible = padded()
    trace = found.model(ids, source_visible=visible)
    told = theirs(input_ids=ids, attention_mask=visible.long()).logits
    assert found.config.labels == LABELS
    assert trace.logits is None
    assert told.std() > 0.01
    assert (trace.labels - told).abs().max() <= 1e-5 * (1 + told.abs().max())


@pytest.mark.parametrize("family", FAMILIES)
@torch.inference_mode()
def test_padding_and_company_do_not_change_what_is_said_of_a_text(
    family: str, tmp_path: Path
) -> None:
    model = open_checkpoint(save(make_theirs(family, 0), tmp_path)).model
    ids, visible = padded()
    together = model(ids, source_visible=visible).labels
    other = model(ids.masked_fill(~visible, 7), source_visible=visible).labels
    for row, (text, real) in enumerate(zip(ids, visible, strict=True)):
        alone = model(text[real][None]).labels
        assert (together[row] - alone[0]).abs().max() <= 1e-5
    assert (together - other).abs().max() <= (0 if family != "roberta" else 1e-5)


@pytest.mark.parametrize("family", FAMILIES)
def test_comparison_with_transformers_holds_the_verdict_too(family: str, tmp_path: Path) -> None:
    report = compare(str(save(make_theirs(family, 0), tmp_path)), Prompt(SENTENCE))
    assert report.compared[-1].name == "labels"
    assert report.passed


@torch.inference_mode()
def test_session_tells_the_share_of_each_label(tmp_path: Path) -> None:
    theirs = make_theirs("bert", 3)
    session = open_session(str(save(theirs, tmp_path)))
    frame = session.look(Prompt(SENTENCE), Sight())
    told = theirs(torch.tensor([frame.queries.ids])).logits[0].double().softmax(-1)
    assert frame.card.labels == LABELS
    assert frame.labels == pytest.approx(told.tolist(), abs=1e-6)
    assert frame.predictions == ()
    assert frame.next_sentence is None
    assert session.look(Prompt(""), Sight()).labels == (
        () if not session.tokenize(Prompt(""))[0].ids else pytest.approx(frame.labels, abs=1))


BERT = ModelConfig(
    vocabulary=300, width=32, heads=4, head_width=8, mlp_width=40, context=32,
    encoder_layers=2, segments=1, embed_norm=True, norm_first=False, final_norm=False,
    norm_eps=1e-12, activation="gelu", head="none", labels=LABELS,
)
GPT2 = ModelConfig(
    vocabulary=300, width=32, heads=4, head_width=8, mlp_width=40, context=32,
    decoder_layers=2, head="none", labels=LABELS,
)


@pytest.mark.parametrize(("config", "name"), [
    (BERT, "BertForSequenceClassification"), (GPT2, "GPT2ForSequenceClassification")])
@torch.inference_mode()
def test_written_classifier_opens_in_transformers_and_here_again(
    config: ModelConfig, name: str, tmp_path: Path
) -> None:
    model = randomise(Transformer(config), 1).eval()
    write_checkpoint(tmp_path, model, train_tokenizer("byte_bpe", [SENTENCE], 300))
    theirs, told = transformers.AutoModelForSequenceClassification.from_pretrained(
        tmp_path, output_loading_info=True)
    assert type(theirs).__name__ == name
    assert not told["missing_keys"]
    assert not told["unexpected_keys"]
    assert theirs.config.id2label == dict(enumerate(LABELS))
    ids = torch.tensor([[3, 9, 5, 1, 7]])
    ours = model(ids).labels
    assert (ours - theirs.eval()(ids).logits).abs().max() <= 1e-5 * (1 + ours.abs().max())
    again = open_checkpoint(tmp_path)
    assert again.config == config
    assert torch.equal(again.model(ids).labels, ours)


@pytest.mark.parametrize(("change", "labels"), [
    ({"id2label": None}, ()),
    ({"problem_type": "regression"}, ()),
    ({"problem_type": "multi_label_classification"}, ()),
    ({"problem_type": "single_label_classification"}, LABELS),
    ({"architectures": ["BertForMultipleChoice"]}, ()),
    ({"architectures": None}, ()),
    ({"id2label": {"0": "a", "1": "a", "2": "b"}}, ("a", "a", "b")),
])
def test_what_excludes_each_other_is_a_verdict_and_nothing_else(
    change: dict[str, Any], labels: tuple[str, ...], tmp_path: Path
) -> None:
    if change == {"id2label": None}:  # as transformers writes one label, a score
        theirs = make_theirs("bert", 0, id2label={0: "score"}, label2id={"score": 0})
        change = {}
    else:
        theirs = make_theirs("bert", 0)
    assert open_checkpoint(save(theirs, tmp_path, change)).config.labels == labels


def test_labels_without_names_are_counted(tmp_path: Path) -> None:
    theirs = make_theirs("bert", 0, id2label={0: "LABEL_0", 1: "LABEL_1"}, label2id=None)
    folder = save(theirs, tmp_path, {"id2label": None})
    assert open_checkpoint(folder).config.labels == ("LABEL_0", "LABEL_1")


@pytest.mark.parametrize("names", [
    {"0": "a", "2": "b", "3": "c"}, {"0": "a", "1": 3, "2": "c"}, {"x": "a", "y": "b"}, [1], "abc"])
def test_names_that_name_no_label_are_refused(names: object, tmp_path: Path) -> None:
    folder = save(make_theirs("bert", 0), tmp_path, {"id2label": names})
    with pytest.raises(Refusal, match=r"config\.json: id2label is"):
        open_checkpoint(folder)


def test_fewer_names_than_rows_are_refused(tmp_path: Path) -> None:
    folder = save(make_theirs("bert", 0), tmp_path, {"id2label": {"0": "a", "1": "b"}})
    with pytest.raises(Refusal, match=r"classifier\.weight"):
        open_checkpoint(folder)


def test_one_label_is_refused() -> None:
    with pytest.raises(Refusal, match="has 1 labels; it needs at least two"):
        ModelConfig(10, 8, 2, 4, 8, 8, encoder_layers=1, labels=("only",))


def test_two_stacks_classify_nothing() -> None:
    with pytest.raises(Refusal, match="this model has both"):
        ModelConfig(10, 8, 2, 4, 8, 8, encoder_layers=1, decoder_layers=1, labels=LABELS)
