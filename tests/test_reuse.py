"""A text that begins like the one before: its new rows alone run, and the trace is that of all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile
from pathlib import Path
from typing import Any

import hypothesis
import numpy as np
import pytest
import torch
from hypothesis import strategies as st
from torch import Tensor

from core.checkpoint import open_checkpoint
from core.config import ModelConfig
from core.frame import Frame, Prompt
from core.model import Transformer
from core.past import Past
from core.session import Session, open_session
from core.trace import Sight, Trace
from tests.randomised import randomise
from tests.test_families import CASES, WORDS, Case, make_theirs, save

LONGEST = 48
_ROOM = {"max_position_embeddings": LONGEST}
FAMILIES = {
    "GPT-2": Case("GPT2LMHeadModel", {
        "n_embd": 24, "n_layer": 3, "n_head": 4, "n_positions": LONGEST}),
    "T5": CASES["T5 1.1"],  # its positions have no end
} | {
    name: replace(CASES[name], settings=CASES[name].settings | _ROOM)
    for name in ("Llama 3", "Mistral", "Qwen 3, windows by layer", "GPT-NeoX", "Gemma 2", "Marian")
}
TYPICAL = ("GPT-2", "Llama 3", "Gemma 2", "T5", "Marian")


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Each family's random model, as transformers saves it."""
    folder = tmp_path_factory.mktemp("reuse")
    return {name: save(make_theirs(case, 3), folder / name) for name, case in FAMILIES.items()}


@pytest.fixture(scope="module")
def models(folders: dict[str, Path]) -> dict[str, Transformer]:
    """In double precision, where what is left out or put elsewhere is no rounding."""
    return {name: open_checkpoint(folder).model.double() for name, folder in folders.items()}


Ids = list[int]
words = st.integers(2, WORDS - 1)
texts = st.lists(words, min_size=1, max_size=LONGEST)


@st.composite
def edited(draw: st.DrawFn, texts: st.SearchStrategy[Ids] = texts) -> list[Ids]:
    """A text as somebody works on it, state by state."""
    states = [draw(texts)]
    for _ in range(draw(st.integers(1, 8))):
        now = states[-1]
        at = draw(st.integers(0, len(now)))
        new = draw(st.lists(words, min_size=1, max_size=24))
        states.append(draw(st.sampled_from([
            now + new[:1],  # one more at the end
            now[:-1] + new[:1],  # the last becomes another
            now[:-1],
            now[:at] + now[at + 1 :],
            now[:at] + new[:1] + now[at + 1 :],
            now[:at] + new + now[at:],  # a paste
            new,
            now,
            states[draw(st.integers(0, len(states) - 1))],  # undone
        ]))[:LONGEST] or new)
    return states


def common(before: Sequence[int], after: Sequence[int]) -> int:
    same = takewhile(lambda pair: pair[0] == pair[1], zip(before, after[:-1], strict=False))
    return len(list(same))


@torch.inference_mode()
def run(
    model: Transformer, text: Ids, past: Past | None = None, at: Sequence[int] | None = None
) -> Trace:
    """``text`` is what the decoder reads."""
    ids = torch.tensor([text])
    if model.config.encoder_layers:
        trace: Trace = model(torch.tensor([[3, 9, 4, 4, 17, 2, 30]]), ids, past=past, logits_at=at)
    else:
        trace = model(ids, past=past, logits_at=at)
    return trace


def assert_same(trace: Trace, whole: Trace, share: float = 1e-12) -> None:
    """Every tensor, within a share of its largest value; what is masked is so in both."""
    ours, theirs = dict(trace.named()), dict(whole.named())
    assert ours.keys() == theirs.keys()
    for name, right in theirs.items():
        found = ours[name]
        assert found.shape == right.shape, name
        masked = right.isinf()
        assert torch.equal(found[masked], right[masked]), name
        apart = (found - right).masked_fill(masked, 0).abs().max()
        largest = right.masked_fill(masked, 0).abs().max()
        assert apart <= share * largest, (name, float(apart), float(largest))


@pytest.mark.parametrize("name", FAMILIES)
@hypothesis.given(states=edited())
@hypothesis.settings(max_examples=15, deadline=None)
def test_a_trace_gone_on_with_is_that_of_the_whole_text(
    models: dict[str, Transformer], name: str, states: list[Ids]
) -> None:
    past, before = Past(), Ids()
    for text in states:
        past = past.keep(common(before, text))
        assert_same(run(models[name], text, past), run(models[name], text))
        before = text


@pytest.mark.parametrize("name", FAMILIES)
def test_in_single_precision_a_trace_differs_by_a_millionth(
    models: dict[str, Transformer], name: str
) -> None:
    torch.manual_seed(0)
    model = Transformer(models[name].config).eval()
    random, past, before = np.random.default_rng(0), Past(), Ids()
    for turn in range(20):
        text = random.integers(2, WORDS, random.integers(1, LONGEST)).tolist()
        if turn % 5:
            text = (before[: random.integers(1, LONGEST)] + text[:2])[:LONGEST]
        past = past.keep(common(before, text))
        assert_same(run(model, text, past), run(model, text), 1e-6)
        before = text


@pytest.mark.parametrize("name", FAMILIES)
def test_rows_typed_one_by_one_stay_exact_to_the_end_of_the_context(
    models: dict[str, Transformer], name: str
) -> None:
    text = [2 + at * at % (WORDS - 2) for at in range(LONGEST)]
    past = Past()
    for count in range(1, LONGEST + 1):
        past = past.keep(count - 1)
        trace = run(models[name], text[:count], past)
    assert_same(trace, run(models[name], text))


def test_logits_are_given_at_positions_of_the_whole_text(models: dict[str, Transformer]) -> None:
    past, text = Past(), [5, 6, 7, 8, 9, 10]
    run(models["GPT-2"], text[:5], past)
    past = past.keep(5)
    trace, whole = run(models["GPT-2"], text, past, at=(1, 5)), run(models["GPT-2"], text)
    assert trace.logits is not None
    assert whole.logits is not None
    assert torch.allclose(trace.logits, whole.logits[:, [1, 5]], rtol=0, atol=1e-12)


def test_only_rows_after_the_common_ones_are_computed(models: dict[str, Transformer]) -> None:
    model, past, text = models["Llama 3"], Past(), [5, 6, 7, 8, 9, 10]
    run(model, text[:4], past)
    rows: list[int] = []
    handles = [
        layer.register_forward_pre_hook(lambda layer, given: rows.append(given[0].shape[1]))
        for layer in (model.decoder.layers if model.decoder is not None else ())
    ]
    run(model, text, past.keep(4))
    for handle in handles:
        handle.remove()
    assert rows == [2] * model.config.decoder_layers


def test_a_row_added_copies_no_other(models: dict[str, Transformer]) -> None:
    model, text = models["GPT-2"], [5, 6, 7, 8]
    past = Past()
    run(model, text, past)
    first = run(model, [*text, 9], past.keep(4)).stack("decoder").layers[1]  # makes room
    second = run(model, [*text, 9, 10], past.keep(5)).stack("decoder").layers[1]
    for old, new in (
        (first.self.pattern, second.self.pattern), (first.self.scores, second.self.scores),
        (first.self.k, second.self.k), (first.mlp_act, second.mlp_act),
    ):
        assert old.data_ptr() == new.data_ptr()


def test_gradients_and_padding_need_no_past() -> None:
    """What trains is told of none, and runs as before."""
    config = ModelConfig(vocabulary=9, width=8, heads=2, head_width=4, mlp_width=8, context=8,
                         decoder_layers=1)
    model = randomise(Transformer(config), 0)
    trace = model(torch.tensor([[1, 2, 3]]), source_visible=torch.tensor([[True, True, False]]))
    trace.logits.sum().backward()
    assert all(part.grad is not None for part in model.parameters())


def spell(text: Sequence[int]) -> str:
    return " ".join(f"w{token}" for token in text)


def picture(frame: Frame) -> dict[str, Any]:
    assert frame.thumbnails is not None
    assert frame.head is not None
    return {
        "thumbnails": frame.thumbnails.astype(float), "pattern": frame.head.pattern,
        "scores": np.nan_to_num(frame.head.scores, neginf=-1e9),
        "chances": np.array([token.probability for token in frame.predictions]),
    }


def assert_same_frames(frame: Frame, fresh: Frame) -> None:
    assert [token.label for token in frame.predictions] == [
        token.label for token in fresh.predictions]
    assert frame.continued == fresh.continued
    seen, right = picture(frame), picture(fresh)
    for part, wanted in right.items():
        level = 1.0 if part == "thumbnails" else 1e-5  # of 255: one that is rounded elsewhere
        np.testing.assert_allclose(seen[part], wanted, rtol=1e-5, atol=level, err_msg=part)


@pytest.mark.parametrize("name", TYPICAL)
@hypothesis.given(states=edited(st.lists(words, min_size=1, max_size=20)), data=st.data())
@hypothesis.settings(
    max_examples=8, deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
def test_a_session_shows_of_an_edited_text_what_a_new_one_shows(
    folders: dict[str, Path], name: str, states: list[Ids], data: st.DataObject
) -> None:
    held, fresh = open_session(str(folders[name])), open_session(str(folders[name]))
    both = len(held.config.stacks) == 2
    sources = ["w3 w9 w4", "w3 w9 w4 w4"] if both else [""]
    for text in states:
        source = data.draw(st.sampled_from(sources)) if both else spell(text)
        prompt = Prompt(source, target=spell(text) if both else "")
        at = data.draw(st.none() | st.integers(0, len(text)))
        sight = Sight(head=(1, 2), predict_at=at)
        fresh.weights_changed()
        assert_same_frames(held.look(prompt, sight), fresh.look(prompt, sight))


def rows_read(session: Session, prompts: Sequence[Prompt]) -> list[list[int]]:
    """How many tokens each look embeds, stack by stack."""
    seen: list[list[int]] = []
    handle = session.model.embedding.register_forward_pre_hook(
        lambda module, given: seen[-1].append(given[0].shape[1]))
    for prompt in prompts:
        seen.append([])
        session.look(prompt, Sight(head=(0, 0)))
    handle.remove()
    return seen


def test_a_key_at_the_end_costs_one_row(folders: dict[str, Path]) -> None:
    session = open_session(str(folders["GPT-2"]))
    texts = ["w5 w6 w7 w8", "w5 w6 w7 w8 w9", "w5 w6 w7 w8 w10", "w5 w6 w7 w8", "w5 w6 w7 w8",
             "w5 w6 w9 w8", "w4 w5"]
    counts = rows_read(session, [Prompt(text) for text in texts])
    assert counts == [[4], [1], [1], [1], [], [2], [2]]


def test_a_target_goes_on_while_its_source_is_the_same(folders: dict[str, Path]) -> None:
    """A target has the start token before it."""
    session = open_session(str(folders["Marian"]))
    pairs = [("w5 w6 w7", "w8 w9"), ("w5 w6 w7", "w8 w9 w10"), ("w5 w6", "w8 w9 w10"),
             ("w5 w6", "w8 w9")]
    counts = rows_read(session, [Prompt(source, target=target) for source, target in pairs])
    assert counts == [[3, 3], [1], [2, 4], [1]]


def test_weights_that_changed_leave_no_row(folders: dict[str, Path]) -> None:
    session = open_session(str(folders["GPT-2"]))
    session.look(Prompt("w5 w6 w7"), Sight(head=(0, 0)))
    with torch.no_grad():
        for part in session.model.parameters():
            part.mul_(1.5)
    session.weights_changed()
    after = session.look(Prompt("w5 w6 w7 w8"), Sight(head=(1, 2)))
    session.weights_changed()
    assert_same_frames(after, session.look(Prompt("w5 w6 w7 w8"), Sight(head=(1, 2))))


def test_a_trace_that_was_handed_out_is_never_written_over(folders: dict[str, Path]) -> None:
    session = open_session(str(folders["GPT-2"]))
    session.look(Prompt("w5 w6 w7"), Sight())
    trace, _, _ = session.trace(Prompt("w5 w6 w7 w8"))
    copy: dict[str, Tensor] = {name: tensor.clone() for name, tensor in trace.named()}
    for text in ("w5 w6 w7 w8 w9", "w5 w6 w9 w9", "w2 w3"):
        session.look(Prompt(text), Sight())
    assert all(torch.equal(tensor, copy[name]) for name, tensor in trace.named())


def test_an_encoder_reads_all_of_a_text_again(tmp_path: Path) -> None:
    session = open_session(str(save(make_theirs(CASES["BERT, masked words"], 0), tmp_path)))
    counts = rows_read(session, [Prompt("w5 w6 w7"), Prompt("w5 w6 w7 w8")])
    assert counts == [[3], [4]]
