"""The gradient of the loss by every weight, against transformers' own graph."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import transformers
from torch.nn import functional as F

from app.window import Window
from core.alter import altered
from core.edits import Edit, Edits
from core.errors import Refusal
from core.frame import Contrast, Frame, Gradient, Prompt
from core.readings.text_loss import TOO_SHORT
from core.session import Session, open_session
from core.sides import Sides
from core.trace import MASKED, Sight
from tests.conftest import wait_until
from tests.test_classification import make_theirs as make_classifier
from tests.test_classification import save
from tests.test_two_stream_session import open_one
from tests.tiny_families import SENTENCE, make_tiny

FAMILIES = {
    "gpt2": "GPT2LMHeadModel", "llama": "LlamaForCausalLM", "bert": "BertForPreTraining",
    "t5": "T5ForConditionalGeneration",
}


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory, tiny_model: Path) -> dict[str, Path]:
    return {"gpt2": tiny_model} | {
        name: make_tiny(name, tmp_path_factory.mktemp(name)) for name in ("llama", "bert", "t5")
    }


def reference(name: str, folder: Path) -> Any:
    kind = getattr(transformers, FAMILIES[name])
    return kind.from_pretrained(folder, attn_implementation="eager").eval()


def gradient_of(session: Session, prompt: Prompt, **sight: Any) -> Gradient:
    frame = session.look(prompt, Sight(gradient=True, **sight))
    assert isinstance(frame.gradient, Gradient)
    return frame.gradient


def heads(session: Session, prompt: Prompt, **sight: Any) -> np.ndarray:
    """[layer, head, query, key], one head at a time."""
    layers = session.card.layers[sight["stack"]]
    found = [
        gradient_of(session, prompt, head=(layer, head), **sight).head
        for layer in range(layers) for head in range(session.card.heads)
    ]
    return np.array(found).reshape(layers, session.card.heads, *found[0].shape)  # type: ignore[union-attr]


def hold(session: Session, prompt: Prompt, loss: Any, theirs: Any, **sight: Any) -> None:
    wanted = torch.stack(torch.autograd.grad(loss, theirs))[:, 0].numpy()
    found = heads(session, prompt, **sight)
    seen = gradient_of(session, prompt, **sight)
    shown = seen.sheet.levels != MASKED
    assert seen.loss == pytest.approx(float(loss.detach()), abs=1e-5)
    assert np.abs(np.where(shown, found - wanted, 0)).max() <= 1e-5 * max(1, np.abs(wanted).max())
    assert np.abs(found).max() > 1e-6
    told = (seen.sheet.levels.astype(np.float64) - 128) / 127 * seen.sheet.most
    assert np.abs((told - found)[shown]).max() <= seen.sheet.most / 127 + 1e-6
    assert (found[~shown] == 0).all()


@pytest.mark.parametrize("name", ["gpt2", "llama"])
def test_of_a_model_that_writes_it_is_of_each_next_token(
    name: str, folders: dict[str, Path]
) -> None:
    session = open_session(str(folders[name]))
    prompt = Prompt(SENTENCE)
    ids = torch.tensor([session.tokenize(prompt)[0].ids])
    out = reference(name, folders[name])(ids, labels=ids, output_attentions=True)
    hold(session, prompt, out.loss, out.attentions, stack="decoder")


def test_of_a_hidden_token_it_is_of_what_stands_behind_the_mask(folders: dict[str, Path]) -> None:
    session = open_session(str(folders["bert"]))
    source = session.tokenize(Prompt(SENTENCE))[0]
    prompt = Prompt(SENTENCE, masked=(2, 4))
    ids = torch.tensor([session.tokenize(prompt)[0].ids])
    out = reference("bert", folders["bert"])(ids, output_attentions=True)
    wanted = torch.tensor([source.ids[2], source.ids[4]])
    loss = F.cross_entropy(out.prediction_logits[0, [2, 4]], wanted)
    hold(session, prompt, loss, out.attentions, stack="encoder")


def test_where_nothing_is_hidden_it_is_of_the_prediction_on_screen(
    folders: dict[str, Path]
) -> None:
    session = open_session(str(folders["bert"]))
    prompt = Prompt(SENTENCE)
    ids = torch.tensor([session.tokenize(prompt)[0].ids])
    out = reference("bert", folders["bert"])(ids, output_attentions=True)
    loss = -out.prediction_logits[0, 3].log_softmax(-1).max()
    hold(session, prompt, loss, out.attentions, stack="encoder", predict_at=3)


@pytest.mark.parametrize(("family", "stack"), [
    ("bert", "encoder"), ("distilbert", "encoder"), ("gpt2", "decoder")])
def test_of_a_classifier_it_is_of_the_likeliest_label(
    family: str, stack: str, tmp_path: Path
) -> None:
    theirs = make_classifier(family, 0)
    session = open_session(str(save(theirs, tmp_path)))
    prompt = Prompt(SENTENCE)
    ids = torch.tensor([session.tokenize(prompt)[0].ids])
    out = theirs(ids, output_attentions=True)
    loss = -out.logits[0].log_softmax(-1).max()
    hold(session, prompt, loss, out.attentions, stack=stack)


@pytest.mark.parametrize("kind", ["self", "cross"])
def test_of_two_stacks_it_is_of_the_target_in_each_attention(
    kind: str, folders: dict[str, Path]
) -> None:
    session = open_session(str(folders["t5"]))
    prompt = Prompt(SENTENCE, "katze sass auf der matte")
    source, target = session.tokenize(prompt)
    assert target is not None
    out = reference("t5", folders["t5"])(
        input_ids=torch.tensor([source.ids]), decoder_input_ids=torch.tensor([target.ids]),
        output_attentions=True)
    loss = F.cross_entropy(out.logits[0, :-1], torch.tensor(target.ids[1:]))
    theirs = out.decoder_attentions if kind == "self" else out.cross_attentions
    hold(session, prompt, loss, theirs, stack="decoder", kind=kind)


def test_the_encoder_of_two_stacks_has_a_part_in_it_too(folders: dict[str, Path]) -> None:
    session = open_session(str(folders["t5"]))
    prompt = Prompt(SENTENCE, "katze sass auf")
    source, target = session.tokenize(prompt)
    assert target is not None
    out = reference("t5", folders["t5"])(
        input_ids=torch.tensor([source.ids]), decoder_input_ids=torch.tensor([target.ids]),
        output_attentions=True)
    loss = F.cross_entropy(out.logits[0, :-1], torch.tensor(target.ids[1:]))
    session.look(prompt, Sight(stack="decoder", kind="cross"))  # its encoder is kept, no graph
    hold(session, prompt, loss, out.encoder_attentions, stack="encoder")


@pytest.mark.parametrize("stream", ["content", "query"])
def test_xlnet_has_one_in_both_streams(stream: Any, tmp_path: Path) -> None:
    session = open_one(tmp_path)[0]
    prompt = Prompt(SENTENCE, order=3)
    found = gradient_of(session, prompt, stack="encoder", stream=stream, head=(0, 1))
    assert found.head is not None
    assert np.isfinite(found.head).all()
    assert found.sheet.most > 0


def test_it_is_of_the_altered_model_where_one_is_altered(folders: dict[str, Path]) -> None:
    session = open_session(str(folders["gpt2"]))
    edits = Edits((Edit("head", "decoder", "self", 0, 1, 0.0),))
    sight = Sight(gradient=True, head=(0, 1))
    frame = Sides(session).look(Prompt(SENTENCE), sight, edits)
    assert isinstance(frame.gradient, Gradient)
    assert frame.gradient.head is not None
    assert (frame.gradient.head == 0).all()  # a silenced head has no say
    with altered(session.model, edits):
        ids = torch.tensor([session.tokenize(Prompt(SENTENCE))[0].ids])
        logits = session.model(ids).logits[0]
    wanted = F.cross_entropy(logits[:-1].float(), ids[0, 1:]).detach()
    assert frame.gradient.loss == pytest.approx(float(wanted), abs=1e-5)


def test_it_leaves_parameters_and_caches_as_they_were(folders: dict[str, Path]) -> None:
    session = open_session(str(folders["t5"]))
    prompt = Prompt(SENTENCE, "katze")
    before = session.look(prompt, Sight(stack="decoder", kind="cross"))
    session.look(prompt, Sight(stack="decoder", kind="cross", gradient=True))
    after = session.look(prompt, Sight(stack="decoder", kind="cross"))
    assert after.thumbnails is before.thumbnails
    assert all(parameter.grad is None for parameter in session.model.parameters())
    assert session.seen is not None
    assert not session.seen.attention[0].pattern.requires_grad


def test_tokens_that_are_left_out_are_masked_in_it(folders: dict[str, Path]) -> None:
    session = open_session(str(folders["bert"]))
    found = gradient_of(session, Prompt(SENTENCE), stack="encoder", omit="special")
    assert (found.sheet.levels[:, :, 0] == MASKED).all()
    assert (found.sheet.levels[:, :, :, 0] == MASKED).all()
    assert (found.sheet.levels[:, :, 1:-1, 1:-1] != MASKED).all()


def test_one_token_has_no_next_one(folders: dict[str, Path]) -> None:
    session = open_session(str(folders["gpt2"]))
    frame = session.look(Prompt("a"), Sight(gradient=True))
    assert isinstance(frame.gradient, Refusal)
    assert str(frame.gradient) == TOO_SHORT


def test_nothing_is_computed_that_is_not_asked_for(folders: dict[str, Path]) -> None:
    session = open_session(str(folders["gpt2"]))
    assert session.look(Prompt(SENTENCE), Sight()).gradient is None


def test_a_real_window_shows_it_on_sheet_and_matrix(open_window: Callable[..., Window]) -> None:
    window = open_window("The cat sat on the mat.")
    window.selecting.pin((1, 2))
    plain = window.sheet.grab().toImage()
    window.selecting.show_quantity("gradient")

    def there() -> bool:
        frame: Frame | None = window.picture
        return window.complete and frame is not None and isinstance(frame.gradient, Gradient)

    wait_until(there)
    gradient = window.picture.gradient  # type: ignore[union-attr]
    assert isinstance(gradient, Gradient)
    assert isinstance(gradient.sheet, Contrast)
    assert f"{gradient.sheet.most:.3g}" in window.sheet_panel.badge.text()
    assert window.sheet.grab().toImage() != plain
    window.selecting.step_cell(0, 0)
    window.selecting.step_cell(-1, -2)
    assert window.matrix is not None
    assert gradient.head is not None
    assert window.view.held is not None
    assert f"{gradient.head[window.view.held]:+.4g}".replace("-", "−") in window.matrix.reading()
    window.editor.set_prompt("a")
    wait_until(lambda: window.complete and window.picture.prompt.source == "a")  # type: ignore[union-attr]
    window.selecting.step_cell(0, 0)
    assert "type two tokens" in window.matrix.reading()
    window.selecting.show_quantity("pattern")
    wait_until(lambda: window.complete and window.picture.gradient is None)  # type: ignore[union-attr]
