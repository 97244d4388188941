"""The arithmetic of an altered run: each factor stands where the run let it in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from core.alter import altered
from core.asks.derivation import STEPS, Derivation, DerivationAsk, Line, Remark
from core.edits import Edit, Edits
from core.frame import Prompt
from core.session import Session, open_session
from core.sides import Sides
from core.trace import Sight
from tests.derivation_formulas import Written
from tests.test_derivation import KINDS, TEXT, assert_step_is, open_family
from tests.test_two_stream_session import TEXT as PIECES
from tests.test_two_stream_session import open_one

FACTORS = {0: 0.0, 2: 1.5}


def look(
    session: Session, prompt: Prompt, asks: list[DerivationAsk], edits: Edits, **sight: object
) -> list[Derivation]:
    frame = Sides(session).look(
        prompt, Sight(asks=tuple(asks), **sight), edits)  # type: ignore[arg-type]
    found = [frame.told(ask) for ask in asks]
    assert all(found), [frame.declined(ask) for ask in asks]
    return found  # type: ignore[return-value]


def remarks(found: Derivation) -> list[str]:
    return [part.template.format(**part.values) for part in found.step.parts
            if isinstance(part, Remark)]


@torch.no_grad()
@pytest.mark.parametrize(("name", "stack", "attention"), [
    ("gpt2", "decoder", "self"), ("bert", "encoder", "self"), ("t5", "decoder", "cross"),
    ("Gemma 2", "decoder", "self"), ("GPT-NeoX", "decoder", "self"),
])
def test_scaled_heads_and_feed_forwards_enter_where_they_are_scaled(
    name: str, stack: str, attention: str, tiny_model: Path, tmp_path: Path
) -> None:
    session, prompt = open_family(name, tiny_model, tmp_path)
    edits = Edits().put(
        *(Edit("head", stack, attention, 1, head, factor)  # type: ignore[arg-type]
          for head, factor in FACTORS.items()),
        Edit("mlp", stack, layer=1, factor=0.3))  # type: ignore[arg-type]
    with altered(session.model, edits):
        trace, _, _ = session.trace(prompt)
    for head in (0, 1, 2):  # silenced, untouched, scaled
        asks = [DerivationAsk(1, head, 3, 1, step, edits) for step in STEPS]
        hand = Written(KINDS[name], session.model, trace, stack, attention, 1, head, 3, 1,
                       head_factors=FACTORS, mlp_factor=0.3)
        for step, found in zip(STEPS, look(
                session, prompt, asks, edits, stack=stack, kind=attention), strict=True):
            assert_step_is(found, hand.worked()[step])
            said = any("altered" in words for words in remarks(found))
            assert said == (step in ("heads", "mlp")), step


@torch.no_grad()
def test_arithmetic_without_the_factor_is_far_from_an_altered_run(tiny_model: Path) -> None:
    session = open_session(str(tiny_model))
    edits = Edits().put(Edit("head", "decoder", "self", 1, 2), Edit("mlp", "decoder", layer=1))
    for step in ("output", "added", "mlp"):
        plain = DerivationAsk(1, 2, 3, 1, step)
        wrong, right = look(session, Prompt(TEXT), [plain, replace(plain, edits=edits)], edits)
        assert wrong.step.gap is not None
        assert right.step.gap is not None
        assert wrong.step.gap > 0.05 > 1e-5 > right.step.gap


def test_a_post_norm_model_tells_how_true_what_is_added_is(
    tiny_model: Path, tmp_path: Path
) -> None:
    session, prompt = open_family("bert", tiny_model, tmp_path)
    asks = [DerivationAsk(0, 1, 2, 1, step) for step in ("output", "added", "norm")]
    for found in look(session, prompt, asks, Edits()):
        assert found.step.gap is not None
        assert found.step.gap < 1e-5


def test_another_layers_factors_are_not_this_ones(tiny_model: Path) -> None:
    session = open_session(str(tiny_model))
    edits = Edits().put(Edit("head", "decoder", "self", 0, 2), Edit("mlp", "decoder", layer=2))
    for step in ("heads", "output", "mlp"):
        [found] = look(session, Prompt(TEXT), [DerivationAsk(1, 2, 3, 1, step, edits)], edits)
        assert not remarks(found)
        assert not [part for part in found.step.parts
                    if isinstance(part, Line) and "varphi" in part.formula]


def test_a_scaled_token_is_named_where_its_stream_is_read(
    tiny_model: Path, tmp_path: Path
) -> None:
    session = open_session(str(tiny_model))
    edits = Edits().put(Edit("token", "decoder", at=3, factor=0.5),
                        Edit("token", "decoder", at=1, factor=0.0))
    asks = [DerivationAsk(1, 2, 3, 1, "residual", edits), DerivationAsk(1, 2, 3, 1, "query_key",
            edits), DerivationAsk(1, 2, 4, 2, "residual", edits)]
    query, key, neither = look(session, Prompt(TEXT), asks, edits)
    assert remarks(query) == [
        "The model is altered: the embedding of the query's token entered it times 0.5."]
    assert remarks(key) == [
        "The model is altered: the embedding of the key's token entered it times 0."]
    assert remarks(neither) == []
    session, prompt = open_family("t5", tiny_model, tmp_path)
    edits = Edits().put(Edit("token", "encoder", at=1, factor=2.0))
    asks = [DerivationAsk(1, 2, 1, 1, step, edits) for step in ("residual", "query_key")]
    query, key = look(session, prompt, asks, edits, stack="decoder", kind="cross")
    assert remarks(query) == []  # the token of that place is the encoder's
    assert "key's token entered it times 2" in remarks(key)[0]


def test_xlnets_query_stream_knows_no_token_that_could_be_scaled(tmp_path: Path) -> None:
    session, _ = open_one(tmp_path)
    edits = Edits().put(Edit("token", "encoder", at=2, factor=0.5))
    ask = DerivationAsk(1, 1, 2, 3, "residual", edits)
    for stream, count in (("content", 2), ("query", 1)):
        [found] = look(session, Prompt(PIECES, order=2), [ask], edits, stack="encoder",
                       stream=stream)
        assert len(remarks(found)) == count  # one says that the stream is read as it is
