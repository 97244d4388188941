"""The arithmetic where there is hardly any: short texts, small models, no numbers, no such cell."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from core.asks.derivation import STEPS, Bars, Derivation, DerivationAsk, Line
from core.checkpoint import write_checkpoint
from core.config import ModelConfig
from core.errors import NOT_KEPT
from core.frame import Prompt
from core.memory import Way
from core.model import Transformer
from core.session import Session, open_session
from core.trace import Sight
from core.training.vocabulary import train_tokenizer
from tests.derivation_by_hand import Kind
from tests.derivation_formulas import Written
from tests.randomised import randomise
from tests.test_derivation import KINDS, TEXT, assert_step_is, open_family, told


def make_small(folder: Path, **shape: int) -> Session:
    tokenizer = train_tokenizer("byte_bpe", [TEXT], 300)
    config = ModelConfig(vocabulary=tokenizer.largest_id + 1, mlp_width=12, context=16, **{
        "width": 8, "heads": 2, "head_width": 4, "decoder_layers": 1} | shape)
    write_checkpoint(folder, randomise(Transformer(config), 0, 0.3), tokenizer, step=0)
    return open_session(str(folder))


def hold_all(session: Session, prompt: Prompt, kind: Kind, stack: str, *cell: int) -> None:
    trace, _, _ = session.trace(prompt)
    hand = Written(kind, session.model, trace, stack, "self", *cell)  # type: ignore[arg-type]
    asks = [DerivationAsk(*cell, step) for step in STEPS]  # type: ignore[arg-type]
    for step, found in zip(STEPS, told(session, prompt, asks, stack=stack), strict=True):
        assert_step_is(found, hand.worked()[step])


@torch.no_grad()
def test_one_token_looks_at_itself_alone(tiny_model: Path) -> None:
    session = open_session(str(tiny_model))
    hold_all(session, Prompt("a"), Kind(), "decoder", 0, 1, 0, 0)
    [found] = told(session, Prompt("a"), [DerivationAsk(0, 1, None, None, "softmax")])
    lines = {part.formula: part.value for part in found.step.parts if isinstance(part, Line)}
    assert lines["A_{ij}"] == 1
    assert lines[r"e^{s_{ij} - \hat{s}_i}"] == 1


@torch.no_grad()
@pytest.mark.parametrize("shape", [
    {"heads": 8, "head_width": 1}, {"heads": 1, "head_width": 8},
    {"width": 1, "heads": 1, "head_width": 1},
])
def test_a_model_of_one_layer_with_heads_of_one_dimension(
    shape: dict[str, int], tmp_path: Path
) -> None:
    session = make_small(tmp_path, **shape)
    hold_all(session, Prompt("The cat"), Kind(), "decoder", 0, 0, 1, 0)


@torch.no_grad()
def test_only_special_tokens(tiny_model: Path, tmp_path: Path) -> None:
    session, _ = open_family("bert", tiny_model, tmp_path)
    prompt = Prompt("[SEP]")
    assert len(session.trace(prompt)[1]) == 3  # [CLS] [SEP] [SEP]
    hold_all(session, prompt, KINDS["bert"], "encoder", 2, 3, 2, 0)


def test_what_a_shorter_text_or_a_smaller_model_has_not_is_the_last_there_is(
    tiny_model: Path,
) -> None:
    session = open_session(str(tiny_model))
    count = len(session.trace(Prompt("The cat"))[1])
    [found] = told(session, Prompt("The cat"), [DerivationAsk(99, 99, 99, 99, "mlp")])
    assert (found.layer, found.head, found.query, found.key) == (2, 3, count - 1, count - 1)
    [low] = told(session, Prompt("The cat"), [DerivationAsk(-4, -4, -4, -4)])
    assert (low.layer, low.head, low.query, low.key) == (0, 0, 0, 0)


def test_without_a_cell_it_is_the_key_that_the_last_query_looks_at_most(tiny_model: Path) -> None:
    session = open_session(str(tiny_model))
    trace, source, _ = session.trace(Prompt(TEXT))
    pattern = trace.stack("decoder").layers[1].self.pattern[0, 2, -1]
    [found] = told(session, Prompt(TEXT), [DerivationAsk(1, 2)])
    assert (found.query, found.key) == (len(source) - 1, int(pattern.argmax()))


def test_without_a_token_nothing_is_answered(tiny_model: Path) -> None:
    ask = DerivationAsk(0, 0)
    frame = open_session(str(tiny_model)).look(Prompt(""), Sight(asks=(ask,)))
    assert frame.told(ask) is None


def test_a_model_that_keeps_fewer_tensors_says_so(tiny_model: Path) -> None:
    ask = DerivationAsk(0, 0)
    session = open_session(str(tiny_model), Way(slim=True))
    frame = session.look(Prompt(TEXT), Sight(asks=(ask,)))
    refusal = frame.declined(ask)
    assert refusal is not None
    assert str(refusal) == NOT_KEPT


@pytest.mark.parametrize("place", ["query", "mlp"])
def test_weights_that_are_no_numbers_are_so_in_every_step_that_they_reach(
    place: str, tiny_model: Path
) -> None:
    session = open_session(str(tiny_model))
    layer = session.model.decoder.layers[1]  # type: ignore[union-attr,index]
    linear = layer.self_attention.query if place == "query" else layer.mlp.into
    with torch.no_grad():
        linear.bias[0] = torch.nan  # type: ignore[union-attr,index,operator]
    asks = [DerivationAsk(1, 0, 3, 1, step) for step in STEPS]
    spoilt = {found.step.kind for found in told(session, Prompt(TEXT), asks) if _no_number(found)}
    assert spoilt == (set(STEPS) - {"residual"} if place == "query" else {"mlp"})
    for found in told(session, Prompt(TEXT), asks):
        if found.step.kind in spoilt and found.step.gap is not None:
            assert np.isnan(found.step.gap)
    before = [DerivationAsk(0, 0, 3, 1, step) for step in STEPS]
    assert not any(_no_number(found) for found in told(session, Prompt(TEXT), before))


def _no_number(found: Derivation) -> bool:
    values = [part.values for part in found.step.parts if isinstance(part, Bars)]
    lines = [part.value for part in found.step.parts if isinstance(part, Line)]
    return bool(np.isnan(np.concatenate([*values, np.array(lines)])).any())


def test_numbers_that_the_trace_holds_are_the_traces_own(tiny_model: Path) -> None:
    session = open_session(str(tiny_model))
    trace, _, _ = session.trace(Prompt(TEXT))
    layer = trace.stack("decoder").layers[2]
    seen, row = layer.self, (0, 1, 5)
    expected = {
        ("query_key", r"\mathbf{q}_i = W^Q\,\mathbf{h}_i + \mathbf{b}^Q"): seen.q[row],
        ("product", "k_{jc}"): seen.k[0, 1, 2], ("mask", "s_{ik} + m_{ik}"): seen.scores[row],
        ("softmax", r"A_{ik} = \frac{e^{s_{ik} - \hat{s}_i}}{Z_i}"): seen.pattern[row],
        ("z", r"\mathbf{z}_i = \sum_k A_{ik}\,\mathbf{v}_k"): seen.z[row],
        ("residual", r"\mathbf{x}_i"): layer.resid_in[0, 5],
        ("added", r"\mathbf{x}'_i = \mathbf{x}_i + \mathbf{a}_i"): layer.resid_mid[0, 5],
        ("mlp", r"\mathbf{o}_i = W_2\,\mathbf{m}_i + \mathbf{b}_2"): layer.mlp_out[0, 5],
        ("mlp", r"\mathbf{x}^{l+1}_i = \mathbf{x}'_i + \mathbf{o}_i"): layer.resid_out[0, 5],
    }
    for (step, formula), tensor in expected.items():
        [found] = told(
            session, Prompt(TEXT), [DerivationAsk(2, 1, 5, 2, step)])  # type: ignore[arg-type]
        [bars] = [part for part in found.step.parts
                  if isinstance(part, Bars) and part.formula == formula]
        np.testing.assert_array_equal(bars.values, tensor.numpy())
        assert not bars.values.flags.writeable
