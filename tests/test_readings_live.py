"""The readings of the sentence at hand against loops over every cell, and values by hand."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from core.asks.readings import READINGS, Readings, ReadingsAsk
from core.errors import Refusal
from core.frame import Frame, Prompt
from core.memory import Way
from core.readings.heads import JOBS, mean_weight, next_token
from core.readings.live import Gauge, _even, delimiters, distances
from core.session import Session, open_session
from core.trace import AttentionTrace, Sight
from tests.test_two_stream_session import open_one
from tests.tiny_families import make_tiny

Loop = Callable[[int, int], bool]
CPU = torch.device("cpu")
ASK = ReadingsAsk()
TEXT = "the cat sat on the mat because the cat was tired ."


def read(session: Session, prompt: Prompt, **sight: object) -> tuple[Readings, Frame]:
    frame = session.look(prompt, Sight(asks=(ASK,), **sight))  # type: ignore[arg-type]
    told = frame.told(ASK)
    assert told is not None, frame.declined(ASK)
    return told, frame


# -- by hand ----------------------------------------------------------------------------------

PATTERN = torch.tensor([
    [[1.0, 0.0, 0.0, 0.0], [0.25, 0.75, 0.0, 0.0], [0.5, 0.25, 0.25, 0.0], [0.1, 0.2, 0.3, 0.4]],
    [[1.0, 0.0, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0]],
], dtype=torch.float64)
CAUSAL = torch.ones(4, 4, dtype=torch.bool).tril()
IDS = torch.tensor([7, 9, 7, 9])


def gauge(visible: torch.Tensor = CAUSAL) -> Gauge:
    return Gauge(
        visible, {"self": JOBS["self"](IDS), "induction": JOBS["induction"](IDS)},
        distances(4, 4, CPU))


def test_two_heads_on_a_b_a_b_by_hand() -> None:
    first, second = gauge().measure(PATTERN).tolist()
    bits = (
        0.25 * 2 + 0.75 * math.log2(4 / 3),
        1.5,
        0.1 * math.log2(10) + 0.2 * math.log2(5) + 0.3 * math.log2(10 / 3) + 0.4 * math.log2(2.5),
    )
    assert first == pytest.approx([
        (0.75 + 0.25 + 0.4) / 3,
        (0.25 + 0.3) / 2,  # 2 looks at 1, 3 at 2
        (0.25 + (0.5 * 2 + 0.25) + (0.1 * 3 + 0.2 * 2 + 0.3)) / 3,
        sum(bits) / 3,
        (bits[0] / 1 + bits[1] / math.log2(3) + bits[2] / 2) / 3,
    ])
    assert second == pytest.approx([0, 0, (1 + 2 + 3) / 3, 0, 0])


def test_a_head_that_looks_everywhere_alike_is_as_broad_as_can_be() -> None:
    (even,) = gauge().measure(_even(CAUSAL)).tolist()
    assert even == pytest.approx([
        (1 / 2 + 1 / 3 + 1 / 4) / 3, (1 / 3 + 1 / 4) / 2, (1 / 2 + 1 + 6 / 4) / 3,
        (1 + math.log2(3) + 2) / 3, 1,
    ])


def test_only_queries_that_see_such_a_key_count() -> None:
    near = CAUSAL.triu(-1)  # a window of two
    pattern = torch.tensor([[[1.0, 0, 0, 0], [0.5, 0.5, 0, 0], [0, 0.25, 0.75, 0], [0, 0, 1, 0]]])
    far = torch.zeros(4, 4, dtype=torch.bool)
    far[2:, 0] = True
    first = torch.zeros(4, 4, dtype=torch.bool)
    first[1:, 0] = True
    found = Gauge(near, {"self": far, "first_token": first}, None).measure(pattern)[0].tolist()
    assert math.isnan(found[0])
    assert found[1] == 0.5  # of query 1 alone: 2 and 3 do not see it


def test_a_weight_that_is_no_number_makes_its_head_have_none() -> None:
    broken = PATTERN.clone()
    broken[0, 3, 1] = math.nan
    first, second = gauge().measure(broken)
    assert first.isnan().all()
    assert second.isfinite().all()


def test_the_next_token_is_the_one_after_and_never_that_after_the_first() -> None:
    assert next_token(torch.tensor([5, 5, 5])).tolist() == [
        [False, False, False], [False, False, True], [False, False, False]]


# -- real models, cell by cell ----------------------------------------------------------------


def loops(frame: Frame, marks: list[bool], decoder: bool, cross: bool) -> dict[str, Loop]:
    """Whether a reading wants query i to look at key j; both count in the keys."""
    ids = frame.keys.ids
    if cross:
        return {"first_token": lambda i, j: j == 0, "delimiter": lambda i, j: marks[j]}
    cells: dict[str, Loop] = {
        "previous_token": lambda i, j: i > 0 and j == i - 1,
        "self": lambda i, j: i > 0 and j == i,
        "duplicate_token": lambda i, j: j < i and ids[i] == ids[j],
        "first_token": lambda i, j: i > 0 and j == 0,
        "delimiter": lambda i, j: i > 0 and marks[j],
    }
    if decoder:
        cells["induction"] = lambda i, j: 0 < j < i and ids[j - 1] == ids[i]
    else:
        cells["next_token"] = lambda i, j: i > 0 and j == i + 1
    return cells


def slow(
    layer: AttentionTrace, head: int, cells: dict[str, Loop], cross: bool,
    without: tuple[int, ...] = (), renormalise: bool = False,
) -> dict[str, float]:
    """Every reading of one head, in float64, one cell at a time."""
    pattern = layer.pattern[0, head].double().numpy().copy()
    seen = ~np.isneginf(layer.scores[0, head].numpy())
    for at in without:
        pattern[at] = pattern[:, at] = seen[at] = seen[:, at] = 0
    if renormalise:
        pattern /= np.maximum(pattern.sum(1, keepdims=True), 1e-300)
    queries, keys = pattern.shape
    before = 0 if cross else keys - queries
    found: dict[str, float] = {}
    for name, wants in cells.items():
        sums = []
        for i in range(queries):
            there = [j for j in range(keys) if wants(before + i, j)]
            if any(seen[i, j] for j in there):
                sums.append(sum(pattern[i, j] for j in there))
        found[name] = sum(sums) / len(sums) if sums else math.nan
    rows = [i for i in range(queries) if seen[i].sum() > 1]
    bits = [-sum(w * math.log2(w) for w in pattern[i] if w > 0) for i in rows]
    found["entropy"] = sum(bits) / len(rows)
    found["broad"] = sum(
        b / math.log2(seen[i].sum()) for b, i in zip(bits, rows, strict=True)) / len(rows)
    if not cross:
        found["distance"] = sum(
            pattern[i, j] * abs(before + i - j) for i in rows for j in range(keys)) / len(rows)
    return found


def assert_read(
    session: Session, prompt: Prompt, marks: Callable[[str], bool], stack: str = "decoder",
    kind: str = "self", stream: str = "content",
) -> Readings:
    told, frame = read(session, prompt, stack=stack, kind=kind, stream=stream)
    trace, cross = session.trace(prompt)[0], kind == "cross"
    layers = [layer.on(stream) for layer in trace.stack(stack).layers]  # type: ignore[arg-type]
    flags = [marks(label) for label in frame.keys.labels]
    cells = loops(frame, flags, stack == "decoder", cross)
    for at, layer in enumerate(layers):
        attention = layer.attention(kind)  # type: ignore[arg-type]
        for head in range(attention.pattern.shape[1]):
            expected = slow(attention, head, cells, cross)
            for name, value in expected.items():
                if math.isnan(value):
                    assert name in told.declined
                    continue
                ours = told.values[name][at, head]  # type: ignore[index]
                assert ours == pytest.approx(value, abs=3e-6), (name, at, head)
    assert set(told.values) | set(told.declined) == set(READINGS)
    assert set(told.values) <= set(cells) | {"entropy", "broad", "distance"}
    for name in told.values:
        values = told.values[name]
        assert not values.flags.writeable
        assert values.dtype == np.float32
        assert (values <= told.most[name] + 1e-6).all()
        assert told.alike[name].shape == (len(layers),)
    return told


def punctuation(label: str) -> bool:
    return all(unicodedata.category(sign)[0] == "P" for sign in label.strip())


def test_a_decoder_of_byte_level_tokens(tiny_model: Path) -> None:
    told = assert_read(
        open_session(str(tiny_model)), Prompt("The cat sat. The cat, and the cat."), punctuation)
    assert "next" in str(told.declined["next_token"])
    assert set(told.declined) == {"next_token"}


@pytest.mark.parametrize("family", ["bert", "llama"])
def test_one_stack(family: str, tmp_path: Path) -> None:
    session = open_session(str(make_tiny(family, tmp_path)))
    stack = "encoder" if family == "bert" else "decoder"
    second = "she saw the sea ." if family == "bert" else ""
    told = assert_read(
        session, Prompt(TEXT, second=second), lambda label: label in ("[CLS]", "[SEP]", "."),
        stack)
    assert set(told.declined) == ({"induction"} if family == "bert" else {"next_token"})


@pytest.mark.parametrize(("stack", "kind", "declined"), [
    ("encoder", "self", {"induction"}),
    ("decoder", "self", {"next_token"}),
    ("decoder", "cross", {
        "previous_token", "self", "next_token", "duplicate_token", "induction", "distance"}),
])
def test_two_stacks(stack: str, kind: str, declined: set[str], tmp_path: Path) -> None:
    told = assert_read(
        open_session(str(make_tiny("t5", tmp_path))),
        Prompt(TEXT, target="die katze sass auf der matte . die katze"),
        lambda label: label in ("</s>", ".", "<unk>"), stack, kind)
    assert set(told.declined) == declined


@pytest.mark.parametrize("stream", ["content", "query"])
@pytest.mark.parametrize("before", ["", "où où crème sat 猫 😀 sat où"])
def test_two_streams_and_memory(stream: str, before: str, tmp_path: Path) -> None:
    session = open_one(tmp_path)[0]
    prompt = Prompt("猫 sat où 😀 sat 猫", order=3, before=before)
    told = assert_read(
        session, prompt, lambda label: label in ("<sep>", "<cls>"), "encoder", stream=stream)
    assert ("self" in told.declined) == (stream == "query")  # it does not know itself
    assert "induction" in told.declined


def test_a_token_behind_the_mask_is_no_delimiter(tmp_path: Path) -> None:
    from core.look import Look

    session = open_session(str(make_tiny("bert", tmp_path)))
    prompt = Prompt("the cat . sat .", masked=(3, 4))
    trace, source, _ = session.trace(prompt)
    look = Look(session.model, session.tokenizer, trace, source, None, "encoder", "self",
                "content", source, source, 0)
    assert list(zip(source.labels, delimiters(look), strict=True)) == [
        ("[CLS]", True), ("the", False), ("cat", False), ("[MASK]", False), ("[MASK]", False),
        (".", True), ("[SEP]", True)]


def test_what_a_trained_head_is_known_for_is_read_as_the_evaluation_reads_it(
    tiny_model: Path
) -> None:
    session = open_session(str(tiny_model))
    prompt = Prompt("the cat sat and the cat sat and the cat")
    told, frame = read(session, prompt)
    ids = torch.tensor(frame.queries.ids)
    layers = session.trace(prompt)[0].stack("decoder").layers
    for job, keys in JOBS.items():
        scores = torch.stack([mean_weight(one.self.pattern[0], keys(ids)) for one in layers])
        np.testing.assert_allclose(told.values[job], scores, atol=1e-6)  # type: ignore[arg-type,index]


def delimiting(label: str) -> bool:
    return label in ("[CLS]", "[SEP]", ".")


@pytest.mark.parametrize("renormalise", [True, False])
def test_tokens_that_are_left_out_are_neither_queries_nor_keys(
    renormalise: bool, tmp_path: Path
) -> None:
    session = open_session(str(make_tiny("bert", tmp_path)))
    prompt = Prompt(TEXT, second="she saw the sea .")
    whole, _ = read(session, prompt)
    told, frame = read(session, prompt, omit="special", renormalise=renormalise)
    marks = [at for at, label in enumerate(frame.keys.labels) if label in ("[CLS]", "[SEP]")]
    cells = loops(frame, [delimiting(label) for label in frame.keys.labels], False, False)
    bare = set() if renormalise else {"entropy", "broad", "distance"}
    assert set(told.declined) == {"induction", "first_token"} | bare
    assert "left out" in str(told.declined["first_token"])
    assert all("sum to 1" in str(told.declined[name]) for name in bare)  # type: ignore[index]
    layers = session.trace(prompt)[0].stack("encoder").layers
    for at, layer in enumerate(layers):
        for head in range(8):
            expected = slow(layer.self, head, cells, False, tuple(marks), renormalise)
            for name, values in told.values.items():
                assert values[at, head] == pytest.approx(expected[name], abs=3e-6), name
    seen = len(frame.keys) - len(marks)
    if renormalise:
        assert told.alike["broad"] == pytest.approx(1)
        assert told.most["entropy"] == pytest.approx(math.log2(seen))
    else:  # a head that looks at all alike gives the marks their part too
        assert told.alike["self"] == pytest.approx(1 / len(frame.keys))
    assert read(session, prompt)[0].values["self"] == pytest.approx(whole.values["self"])


# -- what is not there ------------------------------------------------------------------------


def test_one_token_has_no_reading_and_says_why(tiny_model: Path) -> None:
    told, _ = read(open_session(str(tiny_model)), Prompt("T"))
    assert not told.values
    assert set(told.declined) == set(READINGS)
    assert all(str(reason).endswith(".") for reason in told.declined.values())


def test_a_text_without_a_repeat_says_so(tmp_path: Path) -> None:
    told, _ = read(open_session(str(make_tiny("llama", tmp_path))), Prompt("the cat sat"))
    for name in ("duplicate_token", "induction"):
        assert "twice" in str(told.declined[name])


def test_weights_that_are_no_numbers_are_no_readings(tiny_model: Path) -> None:
    session = open_session(str(tiny_model))
    with torch.no_grad():
        session.model.get_parameter("decoder.layers.1.self_attention.query.weight").fill_(math.nan)
    told, _ = read(session, Prompt("The cat sat. The cat."))
    for values in told.values.values():
        assert np.isfinite(values[0]).all()
        assert np.isnan(values[1:]).all()


def test_a_model_that_keeps_fewer_tensors_says_so(tiny_model: Path) -> None:
    session = open_session(str(tiny_model), Way(slim=True))
    frame = session.look(Prompt("The cat sat."), Sight(asks=(ASK,)))
    assert isinstance(frame.declined(ASK), Refusal)


def test_the_same_trace_is_read_once_and_another_stack_anew(tmp_path: Path) -> None:
    session = open_session(str(make_tiny("t5", tmp_path)))
    prompt = Prompt(TEXT, target="die katze")
    first = read(session, prompt, stack="encoder")[0]
    assert read(session, prompt, stack="encoder", head=(0, 1))[0] is first
    assert read(session, prompt, stack="decoder")[0] is not first
    assert read(session, Prompt("the dog", target="die katze"), stack="encoder")[0] is not first
