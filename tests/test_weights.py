"""Matrices of a head and its layer, their gradients and changes, against independent graphs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.nn import functional as F

from core.alter import altered
from core.asks.weights import MatrixName, WeightsAsk, WeightsPicture
from core.checkpoint import write_checkpoint
from core.edits import UNALTERED, Edit, Edits
from core.errors import NOT_KEPT, Refusal
from core.frame import Frame, Prompt
from core.memory import Way
from core.readings.text_loss import TOO_SHORT
from core.readings.weights import NO_OTHER, SAME_STEP
from core.session import Session, open_session
from core.sides import Sides
from core.timeline import Timeline
from core.trace import Sight
from core.two_stream import build_model
from tests.test_classification import make_theirs as make_classifier
from tests.test_classification import save
from tests.test_gradients import reference
from tests.test_timeline import learn, size_of
from tests.test_two_stream_session import open_one
from tests.tiny_families import SENTENCE, make_tiny

ALL = 4096
LAYER, HEAD = 1, 5


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return {name: make_tiny(name, tmp_path_factory.mktemp(name))
            for name in ("gpt2", "llama", "bert", "t5")}


def ask_for(matrix: MatrixName, **more: Any) -> WeightsAsk:
    return WeightsAsk(**{
        "matrix": matrix, "layer": LAYER, "head": HEAD, "rows": ALL, "columns": ALL} | more)


def told(session: Session | Sides, prompt: Prompt, ask: WeightsAsk, **sight: Any) -> WeightsPicture:
    edits = sight.pop("edits", UNALTERED)
    wanted = Sight(asks=(ask,), **sight)
    frame = session.look(prompt, wanted, edits) if isinstance(session, Sides) else (
        session.look(prompt, wanted))
    found = frame.told(ask)
    assert found is not None, frame.declined(ask)
    return found


def refused(frame: Frame, ask: WeightsAsk) -> Refusal:
    found = frame.declined(ask)
    assert found is not None
    return found


def near(found: NDArray[np.float32], wanted: Tensor) -> None:
    theirs = wanted.detach().double().numpy()
    assert found.shape == theirs.shape
    gap, most = np.abs(found - theirs).max(), np.abs(theirs).max()
    assert gap <= 1e-5 * max(1, most)
    assert gap <= 1e-2 * most  # some are small: BERT's head hardly moves its likeliest token
    assert most > 0


# -- against transformers -----------------------------------------------------------------------


def of_gpt2(take: Callable[[Tensor], Tensor], theirs: Any, ids: Tensor) -> dict[str, Tensor]:
    """What its authors call [in, out], three matrices in one."""
    block, width = theirs.transformer.h[LAYER], 48
    fused = take(block.attn.c_attn.weight)
    at = slice(HEAD * 6, HEAD * 6 + 6)
    return {
        "query": fused[:, :width][:, at], "key": fused[:, width : 2 * width][:, at],
        "value": fused[:, 2 * width :][:, at], "output": take(block.attn.c_proj.weight)[at],
        "into": take(block.mlp.c_fc.weight), "out": take(block.mlp.c_proj.weight),
        "norms": torch.stack([take(block.ln_1.weight), take(block.ln_2.weight)]),
        "embedding": take(theirs.transformer.wte.weight)[ids],
    }


def of_bert(take: Callable[[Tensor], Tensor], theirs: Any, ids: Tensor) -> dict[str, Tensor]:
    """[out, in], a matrix each."""
    block = theirs.bert.encoder.layer[LAYER]
    at = slice(HEAD * 6, HEAD * 6 + 6)
    own = block.attention.self
    return {
        "query": take(own.query.weight)[at].T, "key": take(own.key.weight)[at].T,
        "value": take(own.value.weight)[at].T,
        "output": take(block.attention.output.dense.weight)[:, at].T,
        "into": take(block.intermediate.dense.weight).T, "out": take(block.output.dense.weight).T,
        "norms": torch.stack([take(block.attention.output.LayerNorm.weight),
                              take(block.output.LayerNorm.weight)]),
        "embedding": take(theirs.bert.embeddings.word_embeddings.weight)[ids],
    }


def of_llama(take: Callable[[Tensor], Tensor], theirs: Any, ids: Tensor) -> dict[str, Tensor]:
    """Eight heads of 16 that share two of keys."""
    block = theirs.model.layers[LAYER]
    at, group = slice(HEAD * 16, HEAD * 16 + 16), slice(16, 32)
    own = block.self_attn
    return {
        "query": take(own.q_proj.weight)[at].T, "key": take(own.k_proj.weight)[group].T,
        "value": take(own.v_proj.weight)[group].T, "output": take(own.o_proj.weight)[:, at].T,
        "into": take(block.mlp.up_proj.weight).T, "gate": take(block.mlp.gate_proj.weight).T,
        "out": take(block.mlp.down_proj.weight).T,
        "norms": torch.stack([take(block.input_layernorm.weight),
                              take(block.post_attention_layernorm.weight)]),
        "embedding": take(theirs.model.embed_tokens.weight)[ids],
    }


THEIRS = {"gpt2": of_gpt2, "llama": of_llama, "bert": of_bert}
STACKS: dict[str, Any] = {"gpt2": "decoder", "llama": "decoder", "bert": "encoder"}


@pytest.mark.parametrize("family", list(THEIRS))
def test_each_matrix_is_that_of_the_family_in_the_papers_orientation(
    family: str, folders: dict[str, Path]
) -> None:
    session, theirs = open_session(str(folders[family])), reference(family, folders[family])
    ids = torch.tensor(session.tokenize(Prompt(SENTENCE))[0].ids)
    wanted = THEIRS[family](lambda weight: weight, theirs, ids)
    place = None
    for name, matrix in wanted.items():
        found = told(session, Prompt(SENTENCE), ask_for(name), stack=STACKS[family])  # type: ignore[arg-type]
        assert np.array_equal(found.values, matrix.detach().numpy()), name
        place = found.place
    assert place is not None
    assert set(place.matrices) == set(wanted)


@pytest.mark.parametrize(("family", "masked"), [
    ("gpt2", ()), ("llama", ()), ("bert", (2, 4)), ("bert", ())])
def test_each_gradient_is_that_of_their_loss(
    family: str, masked: tuple[int, ...], folders: dict[str, Path]
) -> None:
    session, theirs = open_session(str(folders[family])), reference(family, folders[family])
    prompt = Prompt(SENTENCE, masked=masked)
    whole = session.tokenize(Prompt(SENTENCE))[0].ids
    ids = torch.tensor([session.tokenize(prompt)[0].ids])
    out, of = theirs(ids), "next"
    if family != "bert":
        loss = theirs(ids, labels=ids).loss
    elif masked:
        at, of = list(masked), "hidden"
        loss = F.cross_entropy(out.prediction_logits[0, at], torch.tensor(whole)[at])
    else:
        loss, of = -out.prediction_logits[0, 3].log_softmax(-1).max(), "likeliest"
    loss.backward()
    wanted = THEIRS[family](lambda weight: weight.grad, theirs, ids[0])  # type: ignore[arg-type, return-value]
    for name, slope in wanted.items():
        found = told(
            session, prompt, ask_for(name, side="gradient"), stack=STACKS[family], predict_at=3)  # type: ignore[arg-type]
        near(found.values, slope)
        assert found.loss == pytest.approx(float(loss.detach()), abs=1e-5)
        assert found.loss_of == of


def test_of_a_classifier_the_gradient_is_of_the_likeliest_label(tmp_path: Path) -> None:
    theirs = make_classifier("bert", 0)
    session = open_session(str(save(theirs, tmp_path)))
    ids = torch.tensor([session.tokenize(Prompt(SENTENCE))[0].ids])
    (-theirs(ids).logits[0].log_softmax(-1).max()).backward()
    block = theirs.bert.encoder.layer[0]
    found = told(session, Prompt(SENTENCE), ask_for("into", layer=0, head=0, side="gradient"),
                 stack="encoder")
    near(found.values, block.intermediate.dense.weight.grad.T)
    assert found.loss_of == "label"


@pytest.mark.parametrize(("stack", "kind"), [
    ("decoder", "cross"), ("decoder", "self"), ("encoder", "self")])
def test_of_two_stacks_each_attention_has_its_own(
    stack: Any, kind: Any, folders: dict[str, Path]
) -> None:
    session, theirs = open_session(str(folders["t5"])), reference("t5", folders["t5"])
    prompt = Prompt(SENTENCE, "katze sass auf der matte")
    source, target = session.tokenize(prompt)
    assert target is not None
    out = theirs(input_ids=torch.tensor([source.ids]), decoder_input_ids=torch.tensor([target.ids]))
    F.cross_entropy(out.logits[0, :-1], torch.tensor(target.ids[1:])).backward()
    parts = getattr(theirs, stack).block[LAYER].layer
    own = parts[1].EncDecAttention if kind == "cross" else parts[0].SelfAttention
    at = slice(HEAD * 8, HEAD * 8 + 8)
    wanted = {
        "query": own.q.weight.grad[at].T, "key": own.k.weight.grad[at].T,
        "value": own.v.weight.grad[at].T, "output": own.o.weight.grad[:, at].T,
        "into": parts[-1].DenseReluDense.wi.weight.grad.T,
        "out": parts[-1].DenseReluDense.wo.weight.grad.T,
        "norms": torch.stack([part.layer_norm.weight.grad for part in parts]),
    }
    for name, slope in wanted.items():
        found = told(session, prompt, ask_for(name, side="gradient"), stack=stack, kind=kind)  # type: ignore[arg-type]
        near(found.values, slope)
    assert (own.q.weight[at].T.detach().numpy() == told(
        session, prompt, ask_for("query"), stack=stack, kind=kind).values).all()


# -- against finite differences -----------------------------------------------------------------


def in_double(session: Session) -> Session:
    session.model.double()
    session.weights_changed()
    return session


def loss_by_hand(session: Session, prompt: Prompt) -> float:
    trace, source, target = session.trace(prompt)
    assert trace.logits is not None
    logits = trace.logits[0].numpy()
    chances = logits - np.log(np.exp(logits - logits.max(1)[:, None]).sum(1))[:, None] - (
        logits.max(1)[:, None])
    if trace.decoder is None:
        assert session.seen is not None
        return -float(chances[session.seen.at].max())
    ids = (target or source).ids
    return -float(np.mean([chances[at, ids[at + 1]] for at in range(len(ids) - 1)]))


MATRICES = {
    "gpt2": ("query", "key", "value", "output", "into", "out", "norms", "embedding"),
    "llama": ("query", "key", "value", "output", "into", "gate", "out", "norms", "embedding"),
    "t5": ("query", "key", "value", "output", "into", "out", "norms", "embedding"),
    "xlnet": ("query", "key", "value", "place", "output", "into", "out", "norms", "embedding"),
}


def view_of(
    session: Session, name: str, stack: str, kind: str, row: int, column: int, ids: Sequence[int]
) -> Tensor:
    """The one number of our own parameters that an entry is, written out by hand."""
    model: Any = session.model
    layer = getattr(model, stack).layers[LAYER]
    attention = getattr(layer, f"{kind}_attention")
    width = attention.head_width
    group = attention.heads // (len(attention.key.weight) // width)
    at = 1 // group * width if name in ("key", "value") else width
    if name in ("query", "key", "value", "place"):
        return getattr(attention, name).weight[at + column, row]  # type: ignore[no-any-return]
    if name == "output":
        return attention.output.weight[column, at + row]  # type: ignore[no-any-return]
    if name == "norms":
        norms = [layer.self_norm, layer.mlp_norm]
        if getattr(layer, "cross_norm", None) is not None:
            norms.insert(1, layer.cross_norm)
        return norms[row].weight[column]  # type: ignore[no-any-return]
    if name == "embedding":
        return model.embedding.weight[ids[row], column]  # type: ignore[no-any-return]
    return getattr(layer.mlp, name).weight[column, row]  # type: ignore[no-any-return]


@pytest.mark.parametrize("family", list(MATRICES))
def test_each_gradient_is_what_a_small_step_does_to_the_loss(
    family: str, folders: dict[str, Path], tmp_path: Path
) -> None:
    opened = open_one(tmp_path)[0] if family == "xlnet" else open_session(str(folders[family]))
    session = in_double(opened)
    stack, kind = ("decoder", "cross") if family == "t5" else (session.config.stacks[-1], "self")
    prompt = Prompt(SENTENCE, "katze sass auf" if family == "t5" else "")
    ids = (session.tokenize(prompt)[1 if family == "t5" else 0] or session.tokenize(prompt)[0]).ids
    step = 1e-5
    draw = np.random.default_rng(0)
    largest = 0.0
    for name in MATRICES[family]:
        ask = ask_for(name, head=1, side="gradient")  # type: ignore[arg-type]
        found = told(session, prompt, ask, stack=stack, kind=kind).values
        for _ in range(3):
            row, column = (int(draw.integers(size)) for size in found.shape)
            number = view_of(session, name, stack, kind, row, column, ids)
            ends = []
            for sign in (1, -1):
                with torch.no_grad():
                    number += sign * step
                session.weights_changed()
                session.look(prompt, Sight(stack=stack, kind=kind))  # type: ignore[arg-type]
                ends.append(loss_by_hand(session, prompt))
                with torch.no_grad():
                    number -= sign * step
            session.weights_changed()
            slope = (ends[0] - ends[1]) / (2 * step)
            assert found[row, column] == pytest.approx(slope, rel=1e-4, abs=1e-7), name
            largest = max(largest, abs(slope))
    assert largest > 1e-3


# -- what else is told --------------------------------------------------------------------------


def test_an_altered_model_has_the_gradient_of_what_runs(folders: dict[str, Path]) -> None:
    session = open_session(str(folders["gpt2"]))
    sides, prompt = Sides(session), Prompt(SENTENCE)
    edits = Edits((Edit("head", "decoder", "self", LAYER, HEAD, 0.0),))
    for name in ("query", "key", "value", "output"):
        found = told(sides, prompt, ask_for(name, side="gradient"), edits=edits)  # type: ignore[arg-type]
        assert (found.values == 0).all()  # a silenced head has no say
    found = told(sides, prompt, ask_for("out", side="gradient"), edits=edits)
    weight = session.model.decoder.layers[LAYER].mlp.out.weight  # type: ignore[union-attr, index]
    with altered(session.model, edits):
        ids = torch.tensor([session.tokenize(prompt)[0].ids])
        loss = F.cross_entropy(session.model(ids).logits[0, :-1], ids[0, 1:])
        near(found.values, torch.autograd.grad(loss, weight)[0].T)  # type: ignore[arg-type]
    plain = told(sides, prompt, ask_for("out", side="gradient"))
    assert np.abs(plain.values - found.values).max() > 1e-4


def test_what_is_reduced_says_where_it_stands_and_the_entry_is_of_the_whole(
    folders: dict[str, Path]
) -> None:
    session, prompt = open_session(str(folders["llama"])), Prompt(SENTENCE)
    for side in ("weights", "gradient"):
        whole = told(session, prompt, ask_for("into", side=side)).values
        ask = ask_for("into", side=side, rows=7, columns=5, entry=(40, 11))
        small = told(session, prompt, ask)
        assert small.values.shape == (7, 5)
        for at in np.ndindex(7, 5):
            assert small.values[at] == whole[small.spot(*at)]
        assert small.largest is not None
        assert abs(whole[small.largest]) == np.abs(whole).max()
        assert small.norm == pytest.approx(np.linalg.norm(whole.astype(np.float64)), rel=1e-5)
        assert small.entry is not None
        assert (small.entry.row, small.entry.column) == (40, 11)
        assert small.entry.value == pytest.approx(float(whole[40, 11]), rel=1e-6)
    weights = told(session, prompt, ask_for("into")).values
    assert small.entry.weight == pytest.approx(float(weights[40, 11]))
    far = told(session, prompt, ask_for("into", entry=(10**6, -3))).entry
    assert far is not None
    assert (far.row, far.column) == (weights.shape[0] - 1, 0)


@pytest.mark.parametrize("family", ["gpt2", "llama", "bert"])
def test_spectra_are_the_singular_values_of_the_products(
    family: str, folders: dict[str, Path]
) -> None:
    session, prompt = open_session(str(folders[family])), Prompt(SENTENCE)
    stack = STACKS[family]
    w: dict[str, Any] = {
        name: told(session, prompt, ask_for(name), stack=stack).values.astype(np.float64)  # type: ignore[arg-type]
        for name in ("query", "key", "value", "output")}
    found = told(session, prompt, ask_for("value"), stack=stack).spectra
    assert found is not None
    width = w["query"].shape[1]
    for values, product in ((found.score, w["query"] @ w["key"].T),
                            (found.write, w["value"] @ w["output"])):
        wanted = np.linalg.svd(product, compute_uv=False)
        assert len(values) == width
        assert np.abs(values - wanted[:width]).max() < 1e-9 * wanted[0]
        assert wanted[width:].max() < 1e-9 * wanted[0]
    assert told(session, prompt, ask_for("into"), stack=stack).spectra is None


def test_heads_that_share_a_key_head_show_the_same_keys(folders: dict[str, Path]) -> None:
    session, prompt = open_session(str(folders["llama"])), Prompt(SENTENCE)
    keys = [told(session, prompt, ask_for("key", head=head)) for head in range(8)]
    assert [one.place.key_head for one in keys] == [0, 0, 0, 0, 1, 1, 1, 1]
    assert keys[5].place.sharing == (4, 5, 6, 7)
    assert (keys[4].values == keys[7].values).all()
    assert (keys[0].values != keys[4].values).any()


def test_one_token_has_no_gradient_and_still_weights(folders: dict[str, Path]) -> None:
    session = open_session(str(folders["gpt2"]))
    ask, plain = ask_for("query", side="gradient"), ask_for("query")
    frame = session.look(Prompt("cat"), Sight(asks=(ask, plain)))
    assert refused(frame, ask).template == TOO_SHORT
    assert frame.told(plain) is not None


def test_a_slim_model_shows_weights_and_says_why_it_has_no_gradient(
    folders: dict[str, Path]
) -> None:
    session = open_session(str(folders["gpt2"]), Way(slim=True))
    ask, plain = ask_for("query", side="gradient"), ask_for("query")
    frame = session.look(Prompt(SENTENCE), Sight(asks=(ask, plain)))
    assert refused(frame, ask).template == NOT_KEPT
    wanted = told(open_session(str(folders["gpt2"])), Prompt(SENTENCE), plain)
    found = frame.told(plain)
    assert found is not None
    assert np.array_equal(found.values, wanted.values)


def test_weights_that_are_no_numbers_are_counted_and_shown_as_such(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    folder = make_tiny("gpt2", tmp_path)
    tensors = load_file(folder / "model.safetensors")
    tensors[f"transformer.h.{LAYER}.attn.c_attn.weight"][3, HEAD * 6 + 2] = float("nan")
    save_file(tensors, folder / "model.safetensors", {"format": "pt"})
    session = open_session(str(folder))
    found = told(session, Prompt(SENTENCE), ask_for("query"))
    assert np.isnan(found.values[3, 2])
    assert np.isnan(found.values).sum() == found.summary.broken == 1
    rest = found.values[np.isfinite(found.values)].astype(np.float64)
    assert found.norm == pytest.approx(np.linalg.norm(rest), rel=1e-6)
    assert found.largest is not None
    assert np.isfinite(found.values[found.largest])
    assert found.spectra is not None
    assert np.isnan(found.spectra.score).all()
    assert np.isfinite(found.spectra.write).all()
    slope = told(session, Prompt(SENTENCE), ask_for("query", side="gradient"))
    assert slope.summary.broken == slope.values.size
    assert slope.largest is None


def test_the_change_is_since_the_step_that_is_asked_for_or_the_first(
    folders: dict[str, Path]
) -> None:
    session, prompt = open_session(str(folders["gpt2"])), Prompt(SENTENCE)
    ask = ask_for("output", side="change", entry=(2, 3))
    assert refused(session.look(prompt, Sight(asks=(ask,))), ask).template == NO_OTHER
    session.timeline = Timeline(20 * size_of(session.model))
    torch.manual_seed(3)
    seen: list[NDArray[np.float32]] = []
    for step in range(4):
        if step:
            learn(session.model)
        session.weights_changed(step)
        session.timeline.offer(step, session.model)
        seen.append(told(session, prompt, ask_for("output")).values)
        frame = session.look(prompt, Sight(asks=(ask,)))
        if not step:
            assert refused(frame, ask).template == SAME_STEP
            continue
        found = frame.told(ask)
        assert found is not None
        assert (found.since, found.step) == (0, step)
        assert np.array_equal(found.values, seen[step] - seen[0])
        assert found.entry is not None
        assert found.entry.value == found.values[2, 3]
        assert found.entry.weight == seen[step][2, 3]
    later = told(session, prompt, ask_for("output", side="change", since=2))
    assert np.array_equal(later.values, seen[3] - seen[2])
    past = Sight(asks=(ask_for("output", side="change", since=3),))
    frame = session.look(prompt, past, at=1)  # dragged back, and compared with what came after
    found = frame.told(past.asks[0])
    assert found is not None
    assert (found.step, found.since) == (1, 3)
    assert np.array_equal(found.values, seen[1] - seen[3])


def test_in_half_the_memory_numbers_are_the_same_but_for_their_digits(
    folders: dict[str, Path]
) -> None:
    whole = open_session(str(folders["llama"]))
    half = open_session(str(folders["llama"]), Way(dtype="bfloat16"))
    for side in ("weights", "gradient"):
        ask = ask_for("key", side=side)
        wanted, found = told(whole, Prompt(SENTENCE), ask), told(half, Prompt(SENTENCE), ask)
        size = np.abs(wanted.values).max()
        assert np.abs(found.values - wanted.values).max() < 0.1 * size
        assert found.spectra is not None


def test_gradients_follow_the_weights_and_leave_no_trace(folders: dict[str, Path]) -> None:
    session, prompt = open_session(str(folders["gpt2"])), Prompt(SENTENCE)
    ask = ask_for("query", side="gradient")
    before = told(session, prompt, ask)
    learn(session.model)
    session.weights_changed(1)
    after = told(session, prompt, ask)
    assert before.loss != after.loss
    assert np.abs(before.values - after.values).max() > 1e-6
    assert all(parameter.grad is None for parameter in session.model.parameters())


def test_another_head_of_the_same_layer_runs_nothing_again(folders: dict[str, Path]) -> None:
    session, prompt = open_session(str(folders["gpt2"])), Prompt(SENTENCE)
    runs: list[object] = []
    session.model.register_forward_pre_hook(lambda model, given: runs.append(model))
    for head in range(8):
        told(session, prompt, ask_for("query", side="gradient", head=head))
        told(session, prompt, ask_for("into", side="gradient", head=head))
    assert len(runs) == 2  # the picture, and once more for its graph
    told(session, prompt, ask_for("query", side="gradient", layer=0))
    assert len(runs) == 3


def test_a_matrix_that_a_model_has_not_is_another(folders: dict[str, Path]) -> None:
    session = open_session(str(folders["gpt2"]))
    found = told(session, Prompt(SENTENCE), ask_for("gate", layer=99, head=-4)).place
    assert (found.matrix, found.layer, found.head) == ("query", 2, 0)


def test_a_model_without_norms_has_no_gains(tiny_model: Path, tmp_path: Path) -> None:
    bundled = open_session(str(tiny_model))
    config = replace(bundled.config, norm="none", residual=False)
    write_checkpoint(tmp_path / "bare", build_model(config), bundled.tokenizer)
    session = open_session(str(tmp_path / "bare"))
    found = told(session, Prompt("The cat sat."), ask_for("norms", side="gradient")).place
    assert found.matrix == "query"
    assert "norms" not in found.matrices
