"""Scores without their scale: against transformers with larger queries, and against float64."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import transformers
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.citing import cite
from app.window import Window
from core.against import Against
from core.alter import altered
from core.asks.derivation import STEPS, DerivationAsk, Line
from core.asks.positions import AskTerm, AskTurn
from core.edits import Edit, Edits
from core.frame import Prompt
from core.session import Session, open_session
from core.sides import Sides
from core.trace import Sight
from tests.conftest import wait_until
from tests.derivation_formulas import Written
from tests.test_changes import open_page, settle
from tests.test_derivation import KINDS, assert_step_is, open_family
from tests.test_derivation_altered import look, remarks
from tests.test_two_stream_session import open_one
from tests.tiny_families import SENTENCE, make_tiny

CTRL_ALT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


def unscaled(stack: str, kind: str = "self") -> Edits:
    return Edits().put(Edit("scale", stack, kind))  # type: ignore[arg-type]


@torch.no_grad()
def with_larger_queries(theirs: Any, names: tuple[str, ...], width: int) -> Any:
    """Queries times the root of their width: what the scale divides by is there before."""
    for name, parameter in theirs.named_parameters():
        if "c_attn" in name:  # [in, 3 out] and [3 out] of GPT-2: queries are the first third
            parameter[..., : parameter.shape[-1] // 3] *= math.sqrt(width)
        elif name.endswith(names):
            parameter *= math.sqrt(width)
    return theirs.eval()


@pytest.mark.parametrize(("family", "auto", "names", "width"), [
    ("gpt2", "AutoModelForCausalLM", ("c_attn",), 6),
    ("llama", "AutoModelForCausalLM", ("q_proj.weight",), 16),
    ("bert", "AutoModelForPreTraining", ("query.weight", "query.bias"), 6),
])
def test_it_is_transformers_with_queries_times_the_root_of_their_width(
    family: str, auto: str, names: tuple[str, ...], width: int, tmp_path: Path
) -> None:
    session = open_session(str(make_tiny(family, tmp_path)))
    stack = session.config.stacks[-1]
    assert session.config.head_width == width
    theirs = with_larger_queries(
        getattr(transformers, auto).from_pretrained(tmp_path, attn_implementation="eager"),
        names, width)
    plain, source, _ = session.trace(Prompt(SENTENCE))
    with altered(session.model, unscaled(stack)):
        ours, _, _ = session.trace(Prompt(SENTENCE))
    with torch.no_grad():
        expected = theirs(torch.tensor([source.ids]), output_attentions=True)
    logits = expected.prediction_logits if family == "bert" else expected.logits
    torch.testing.assert_close(ours.logits, logits, rtol=1e-4, atol=2e-4)
    for layer, pattern in zip(ours.stack(stack).layers, expected.attentions, strict=True):
        torch.testing.assert_close(layer.attention("self").pattern, pattern, rtol=1e-4, atol=1e-5)
    assert (ours.logits - plain.logits).abs().max() > 1e-2


def test_every_term_of_xlnets_scores_is_without_it(tmp_path: Path) -> None:
    session, theirs = open_one(tmp_path)
    width = session.config.head_width
    biases = (".q", "r_w_bias", "r_r_bias", "r_s_bias")
    theirs = with_larger_queries(theirs, biases, width)
    with altered(session.model, unscaled("encoder")):
        ours, source, _ = session.trace(Prompt("sat où"))
    with torch.no_grad():
        expected = theirs(
            torch.tensor([source.ids]), token_type_ids=torch.tensor([source.segments]),
            output_attentions=True)
    for layer, pattern in zip(ours.stack("encoder").layers, expected.attentions, strict=True):
        pattern = pattern[0] if isinstance(pattern, tuple) else pattern
        torch.testing.assert_close(layer.attention("self").pattern, pattern, rtol=1e-4, atol=1e-5)


@torch.no_grad()
@pytest.mark.parametrize(("name", "stack", "kind"), [
    ("gpt2", "decoder", "self"), ("bert", "encoder", "self"), ("llama", "decoder", "self"),
    ("Gemma 2", "decoder", "self"), ("BART", "decoder", "self"), ("BART", "decoder", "cross"),
])
def test_the_arithmetic_of_a_cell_does_not_divide_and_says_so(
    name: str, stack: str, kind: str, tiny_model: Path, tmp_path: Path
) -> None:
    session, prompt = open_family(name, tiny_model, tmp_path)
    edits = unscaled(stack, kind)
    with altered(session.model, edits):
        trace, _, _ = session.trace(prompt)
    hand = Written(replace(KINDS[name], scale=1.0), session.model, trace, stack, kind, 1, 2, 3, 1)
    asks = [DerivationAsk(1, 2, 3, 1, step, edits) for step in STEPS]
    for step, found in zip(STEPS, look(
            session, prompt, asks, edits, stack=stack, kind=kind), strict=True):
        assert_step_is(found, hand.worked()[step])
        assert ("not divided" in " ".join(remarks(found))) == (step == "scale"), step


def test_another_attentions_scale_stays(tiny_model: Path, tmp_path: Path) -> None:
    session, prompt = open_family("BART", tiny_model, tmp_path)
    [found] = look(session, prompt, [DerivationAsk(0, 1, 2, 1, "scale", unscaled("encoder"))],
                   unscaled("encoder"), stack="decoder", kind="cross")
    assert not remarks(found)
    assert any("sqrt" in part.formula for part in found.step.parts if isinstance(part, Line))


def test_the_terms_and_the_turns_of_the_pages_are_those_of_the_run(tmp_path: Path) -> None:
    session, _ = open_one(tmp_path / "xlnet")
    ask = AskTerm((1, 0), 1)
    frame = Sides(session).look(
        Prompt("sat où"), Sight(asks=(ask,), head=(1, 0)), unscaled("encoder"))
    term = frame.answers[ask]
    [position] = [one for one in frame.head.terms if one.name == "position"]  # type: ignore[union-attr]
    for key, score in enumerate(position.scores[1]):
        [at] = np.flatnonzero(term.distances == 1 - key)
        assert term.term[at] == pytest.approx(score, rel=1e-4, abs=1e-5)
    session = open_session(str(make_tiny("llama", tmp_path / "llama")))
    turn_ask = AskTurn((1, 0), (3, 1), 0)
    frame = Sides(session).look(
        Prompt(SENTENCE), Sight(asks=(turn_ask,), head=(1, 0)), unscaled("decoder"))
    turn = frame.answers[turn_ask]
    assert turn.turned.sum() + turn.rest == pytest.approx(
        float(frame.head.scores[3, 1]), rel=1e-4)  # type: ignore[union-attr]


def test_the_weights_and_the_scale_are_as_before_whatever_happens(tiny_model: Path) -> None:
    session = open_session(str(tiny_model))
    before = {name: value.clone() for name, value in session.model.state_dict().items()}
    plain, _, _ = session.trace(Prompt(SENTENCE))
    with pytest.raises(KeyError), altered(session.model, unscaled("decoder")):
        raise KeyError
    again, _, _ = session.trace(Prompt(SENTENCE))
    torch.testing.assert_close(again.logits, plain.logits, rtol=0, atol=0)
    for name, value in session.model.state_dict().items():
        torch.testing.assert_close(value, before[name], rtol=0, atol=0)


def test_a_model_whose_scores_have_no_scale_runs_as_it_is(tmp_path: Path) -> None:
    session = open_session(str(make_tiny("t5", tmp_path)))
    prompt = Prompt(SENTENCE, "katze sass auf")
    plain, _, _ = session.trace(prompt)
    edits = Edits().put(*(
        Edit("scale", stack, kind) for stack, kind in (
            ("encoder", "self"), ("decoder", "self"), ("decoder", "cross"))))  # type: ignore[arg-type]
    with altered(session.model, edits):
        ours, _, _ = session.trace(prompt)
    torch.testing.assert_close(ours.logits, plain.logits, rtol=0, atol=0)
    assert not session.card.scaled
    [found] = look(session, prompt, [DerivationAsk(0, 1, 2, 1, "scale", edits)], edits,
                   stack="decoder", kind="cross")
    assert remarks(found) == ["This model does not scale the product."]


def test_the_gradient_is_that_of_the_altered_run(tiny_model: Path) -> None:
    session = open_session(str(tiny_model))
    frames = [
        Sides(session).look(Prompt(SENTENCE), Sight(head=(1, 2), gradient=True), edits)
        for edits in (Edits(), unscaled("decoder"))]
    plain, ours = (frame.gradient.head for frame in frames)  # type: ignore[union-attr]
    assert np.abs(plain - ours).max() > 1e-6


# -- the window -------------------------------------------------------------------------------


def entropy(frame: Any) -> float:
    assert frame.head is not None
    pattern = frame.head.pattern[1:]
    return float(-(pattern * np.log(np.maximum(pattern, 1e-30))).sum(-1).mean())


def test_a_button_leaves_the_scale_out_and_puts_it_back(
    open_window: Callable[..., Window], tiny_model: Path
) -> None:
    window, page = open_page(open_window)
    window.selecting.pin((1, 2))
    settle(window)
    plain = open_session(str(tiny_model)).look(Prompt("The cat sat."), Sight(head=(1, 2)))
    assert "q·k / √d" in page.scale.name.text()
    for wanted in (True, False):
        QTest.keyClick(window, Qt.Key.Key_Q, CTRL_ALT)
        assert page.scale.leave.isChecked() == wanted == bool(window.wish.edits)
    page.scale.leave.setFocus()
    QTest.keyClick(page.scale.leave, Qt.Key.Key_Space)
    window.pages.open("head")
    settle(window)
    frame = window.answer.frame  # type: ignore[union-attr]
    assert frame.edits.all == (Edit("scale", "decoder", "self"),)
    assert window.wish.against == Against()
    assert entropy(frame) < entropy(plain)  # patterns sharpen
    assert page.scale.name.text().endswith("q·k")
    assert page.listed.text() == "Altered: scores not divided by √d"
    assert "altered model" in window.sheet_panel.badge.text()
    assert "decoder, scores not divided by √d" in cite(frame, window.view)
    assert "×" not in page.listed.text()
    window.pages.open("changes")
    QTest.mouseClick(page.undo, Qt.MouseButton.LeftButton)
    window.pages.open("head")
    settle(window)
    assert not page.scale.leave.isChecked()
    np.testing.assert_array_equal(
        window.answer.frame.head.pattern, plain.head.pattern)  # type: ignore[union-attr]
    assert not window.answer.frame.edits  # type: ignore[union-attr]


def test_a_model_without_a_scale_offers_none(
    open_window: Callable[..., Window], tmp_path: Path
) -> None:
    folder = make_tiny("t5", tmp_path / "t5")
    window = open_window(SENTENCE, str(folder))
    window.pages.open("changes")
    wait_until(lambda: window.changes is not None and window.complete)
    assert window.changes is not None
    assert not window.changes.scale.leave.isEnabled()
    assert window.changes.scale.name.text() == "This model does not scale its scores."
    window.altering.silence("scale")
    assert not window.wish.edits
    window.altering.alter(unscaled("decoder"))  # as a scene of a lecture may ask
    settle(window)
    assert not window.answer.frame.edits  # type: ignore[union-attr]
    assert "altered" not in window.sheet_panel.badge.text()
    assert window.changes.listed.text() == "Altered: no scale to leave out"


def test_a_trace_file_tells_it(tiny_model: Path, tmp_path: Path) -> None:
    from safetensors import safe_open

    from core.tracefile import write_trace

    sides = Sides(open_session(str(tiny_model)))
    session: Session = sides.side(None, unscaled("decoder"))
    write_trace(session, Prompt(SENTENCE), tmp_path / "x.safetensors")
    with safe_open(tmp_path / "x.safetensors", "pt") as file:
        assert '"part": "scale"' in file.metadata()["alterations"]
