"""Each step of the arithmetic of a cell, family by family, against float64 worked by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from core.asks.derivation import STEPS, Bars, Derivation, DerivationAsk, Remark
from core.frame import Prompt
from core.session import Session, open_session
from core.trace import Sight
from tests.derivation_by_hand import Kind
from tests.derivation_formulas import Worked, Written
from tests.test_families import CASES as THEIRS
from tests.test_families import make_theirs, save
from tests.tiny_families import SENTENCE, make_tiny

TEXT, WORDS, TARGET = "The cat sat on the mat.", "w5 w6 w7 w9 w30 w11 w5 w8", "w8 w7 w20 w9"
ROPE, GATED = 10000.0, "silu"
KINDS: dict[str, Kind] = {
    "gpt2": Kind(),
    "bert": Kind(post=True, act="gelu"),
    "t5": Kind(rms=True, act="relu", scale=1.0, buckets=8),
    "llama": Kind(rms=True, act=GATED, base=ROPE),
    "Llama, biases, wide heads, tied": Kind(rms=True, act=GATED, base=ROPE),
    "Gemma 2": Kind(rms=True, base=ROPE, scale=5**-0.5, cap=2.0, window=3, calm=True),
    "GPT-NeoX": Kind(act="gelu", parallel=True, base=ROPE, share=0.25),
    "Qwen 3": Kind(rms=True, act=GATED, base=ROPE, normed=True),
    "BART": Kind(post=True, act="gelu"),
}
PLACES = [
    ("gpt2", "decoder", "self"), ("bert", "encoder", "self"), ("t5", "encoder", "self"),
    ("t5", "decoder", "self"), ("t5", "decoder", "cross"), ("llama", "decoder", "self"),
    ("Llama, biases, wide heads, tied", "decoder", "self"), ("Gemma 2", "decoder", "self"),
    ("GPT-NeoX", "decoder", "self"), ("Qwen 3", "decoder", "self"), ("BART", "encoder", "self"),
    ("BART", "decoder", "self"), ("BART", "decoder", "cross"),
]


def open_family(name: str, tiny_model: Path, folder: Path) -> tuple[Session, Prompt]:
    if name == "gpt2":
        return open_session(str(tiny_model)), Prompt(TEXT)
    if name in ("bert", "t5", "llama"):
        return open_session(str(make_tiny(name, folder))), Prompt(
            SENTENCE, "katze sass auf der matte")
    return open_session(str(save(make_theirs(THEIRS[name], 3), folder))), Prompt(WORDS, TARGET)


def told(
    session: Session, prompt: Prompt, asks: list[DerivationAsk], **sight: Any
) -> list[Derivation]:
    frame = session.look(prompt, Sight(asks=tuple(asks), **sight))
    found = [frame.told(ask) for ask in asks]
    assert all(found), [frame.declined(ask) for ask in asks]
    return found  # type: ignore[return-value]


def assert_step_is(found: Derivation, expected: Worked) -> None:
    """Formula by formula, each number to the fifth digit of the largest."""
    parts = [part for part in found.step.parts if not isinstance(part, Remark)]
    assert [part.formula for part in parts] == [formula for formula, _ in expected]
    for part, (formula, number) in zip(parts, expected, strict=True):
        if isinstance(part, Bars):
            assert isinstance(number, torch.Tensor), formula
            theirs = number.detach().numpy()
            most = np.abs(theirs[np.isfinite(theirs)]).max(initial=1e-3)
            np.testing.assert_allclose(
                part.values, theirs, rtol=1e-5, atol=1e-5 * most, err_msg=formula)
        else:
            assert part.value == pytest.approx(number, rel=2e-5, abs=2e-6), formula
    if found.step.gap is not None:
        most = max([1.0, *(float(np.abs(part.values[np.isfinite(part.values)]).max(initial=0))
                           for part in parts if isinstance(part, Bars))])
        assert found.step.gap <= 2e-6 * most


def cells(causal: bool, heads: int, queries: int, keys: int) -> list[tuple[int, int, int, int]]:
    """(layer, head, query, key), a masked one last where there is one."""
    found = [(0, 0, min(2, queries - 1), 0), (1, heads - 1, queries - 1, 1),
             (1, 1, queries - 1, keys - 1), (0, heads - 1, 1, 1)]
    return [*found, (1, 0, 1, keys - 1)] if causal else found


@torch.no_grad()
@pytest.mark.parametrize(("name", "stack", "attention"), PLACES)
def test_every_number_of_every_step_is_that_of_float64(
    name: str, stack: str, attention: str, tiny_model: Path, tmp_path: Path
) -> None:
    session, prompt = open_family(name, tiny_model, tmp_path)
    trace, source, target = session.trace(prompt)
    queries = len(source if target is None or stack == "encoder" else target)
    keys = len(source) if attention == "cross" else queries
    heads = session.config.shape(stack).heads  # type: ignore[arg-type]
    causal, hidden = stack == "decoder" and attention == "self", 0
    beyond = [(0, 1, 6, 2)] if KINDS[name].window else []  # a key that is too far back
    for cell in [*cells(causal, heads, queries, keys), *beyond]:
        asks = [DerivationAsk(*cell, step) for step in STEPS]
        hand = Written(KINDS[name], session.model, trace, stack, attention, *cell)
        by_hand = hand.worked()
        for step, found in zip(STEPS, told(
                session, prompt, asks, stack=stack, kind=attention), strict=True):
            late = hand.masked and STEPS.index(step) > STEPS.index("mask")
            assert found.masked == hand.masked
            assert found.step.kind == ("mask" if late else step)
            assert_step_is(found, by_hand["mask" if late else step])
            assert (found.layer, found.head, found.query, found.key) == cell
        hidden += hand.masked
    assert hidden == causal + len(beyond)
