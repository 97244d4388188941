"""Models without residual connections or without norms: computed, told, written and trained."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers
from torch import Tensor

from core.asks.activations import MatrixAsk
from core.asks.derivation import STEPS, DerivationAsk, Remark
from core.checkpoint import open_checkpoint, write_checkpoint
from core.checkpoint.write import layout
from core.config import ModelConfig
from core.errors import Refusal
from core.frame import Prompt
from core.model import Transformer
from core.parity.reference import Given, run_reference
from core.session import open_session
from core.trace import Sight
from core.training.recipe import read_recipe
from core.training.vocabulary import train_tokenizer
from core.two_stream import TwoStreamConfig
from tests.derivation_by_hand import Kind
from tests.derivation_formulas import Written
from tests.randomised import randomise, same_stream
from tests.test_derivation import assert_step_is, cells, told

ONE = ModelConfig(
    vocabulary=19, width=12, heads=3, head_width=4, mlp_width=20, context=16, decoder_layers=3)
BOTH = replace(ONE, encoder_layers=2, decoder_layers=2)
BARE: dict[str, dict[str, Any]] = {
    "no residual": {"residual": False}, "no norm": {"norm": "none"},
    "neither": {"residual": False, "norm": "none"},
    "no residual, norms behind": {"residual": False, "norm_first": False},
}
bare = pytest.mark.parametrize("name", BARE)
TEXT = "The cat sat on the mat."


# -- what is computed -------------------------------------------------------------------------


def linear(x: Tensor, module: Any) -> Tensor:
    return x @ module.weight.T + module.bias


def normed(x: Tensor, module: Any, there: bool) -> Tensor:
    if not there:
        return x
    apart = x - x.mean(-1, keepdim=True)
    return apart / (apart.pow(2).mean(-1, keepdim=True) + 1e-5).sqrt() * module.weight + module.bias


def attended(x: Tensor, memory: Tensor, module: Any, causal: bool) -> Tensor:
    """[T, D] and [S, D], head by head."""
    q, k, v = linear(x, module.query), linear(memory, module.key), linear(memory, module.value)
    read = []
    for head in range(3):
        part = slice(head * 4, head * 4 + 4)
        scores = q[:, part] @ k[:, part].T / 2
        if causal:
            scores += torch.full_like(scores, -math.inf).triu(1)
        read.append(scores.softmax(-1) @ v[:, part])
    return linear(torch.cat(read, 1), module.output)


def fed(x: Tensor, module: Any) -> Tensor:
    inner = linear(x, module.into)
    inner = inner / 2 * (1 + torch.tanh(math.sqrt(2 / math.pi) * (inner + 0.044715 * inner**3)))
    return linear(inner, module.out)


def by_hand(model: Any, name: str, x: Tensor, memory: Tensor | None = None) -> Tensor:
    """One stack: each sublayer in turn, and the sum or what is written alone."""
    config, stack = model.config, getattr(model, name)
    there, first = config.norm != "none", config.norm_first

    def sublayer(x: Tensor, norm: Any, compute: Any) -> Tensor:
        written = compute(normed(x, norm, there) if first else x)
        after = x + written if config.residual else written
        return after if first else normed(after, norm, there)

    for layer in stack.layers:
        at: Any = layer
        x = sublayer(x, at.self_norm, lambda h, at=at: attended(
            h, h, at.self_attention, name == "decoder"))
        if memory is not None:
            x = sublayer(x, at.cross_norm, lambda h, at=at: attended(
                h, memory, at.cross_attention, False))
        x = sublayer(x, at.mlp_norm, lambda h, at=at: fed(h, at.mlp))
    return normed(x, stack.norm, there)


def entering(model: Any, name: str, ids: Tensor) -> Tensor:
    table = getattr(model, name).positions.table
    return model.embedding.weight[ids[0]] + table[: ids.shape[1]]


@torch.no_grad()
@bare
def test_a_decoder_computes_what_is_worked_out_in_float64(name: str) -> None:
    model: Any = randomise(Transformer(replace(ONE, **BARE[name])).double(), 1)
    ids = torch.tensor([[3, 1, 4, 1, 5, 9]])
    logits = by_hand(model, "decoder", entering(model, "decoder", ids)) @ model.embedding.weight.T
    for keep in (True, False):
        assert same_stream(model(ids, keep=keep).logits[0], logits, 1e-12)


@torch.no_grad()
@bare
def test_an_encoder_and_a_decoder_do_too(name: str) -> None:
    model: Any = randomise(Transformer(replace(BOTH, **BARE[name])).double(), 2)
    ids, target = torch.tensor([[3, 1, 4, 1, 5, 9]]), torch.tensor([[2, 7, 1, 8]])
    memory = by_hand(model, "encoder", entering(model, "encoder", ids))
    x = by_hand(model, "decoder", entering(model, "decoder", target), memory)
    assert same_stream(model(ids, target).logits[0], x @ model.embedding.weight.T, 1e-12)


def test_a_model_without_norms_has_no_gains_to_learn() -> None:
    names = [name for name, _ in Transformer(replace(ONE, norm="none")).named_parameters()]
    assert not [name for name in names if "norm" in name]
    assert any("norm" in name for name, _ in Transformer(ONE).named_parameters())


@torch.no_grad()
@pytest.mark.parametrize("change", [{"residual": False}, {"norm": "none"}])
def test_they_start_with_streams_of_one_size_through_all_layers(change: dict[str, Any]) -> None:
    torch.manual_seed(0)
    wide = replace(ONE, width=96, heads=4, head_width=24, mlp_width=192, context=64,
                   tied_head=False, **change)
    trace = Transformer(wide).eval()(torch.arange(19)[None])
    sizes = [float(layer.resid_out.std()) for layer in trace.stack("decoder").layers]
    assert max(sizes) < 4 * min(sizes), sizes


@pytest.mark.parametrize("change", [
    {"residual": False, "parallel": True}, {"norm": "no"},
])
def test_what_makes_no_model_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(Refusal):
        replace(ONE, **change)


@pytest.mark.parametrize("change", [{"residual": False}, {"norm": "none"}])
def test_two_streams_keep_theirs(change: dict[str, Any]) -> None:
    with pytest.raises(Refusal, match="two streams"):
        TwoStreamConfig(**asdict(replace(ONE, decoder_layers=0, encoder_layers=1)) | {
            "positions": "relative", "rotary": ONE.rotary} | change)


# -- what is told -----------------------------------------------------------------------------


@torch.no_grad()
@bare
def test_every_number_of_a_cells_arithmetic_is_that_of_float64(name: str, tmp_path: Path) -> None:
    session = open_session(str(write_bare(tmp_path, ONE, name)))
    kind = Kind(
        residual=session.config.residual, normless=session.config.norm == "none",
        post=not session.config.norm_first)
    trace, source, _ = session.trace(Prompt(TEXT))
    for cell in cells(True, 3, len(source), len(source)):
        hand = Written(kind, session.model, trace, "decoder", "self", *cell)
        found = told(session, Prompt(TEXT), [DerivationAsk(*cell, step) for step in STEPS])
        for step, one in zip(STEPS, found, strict=True):
            late = hand.masked and STEPS.index(step) > STEPS.index("mask")
            assert_step_is(one, hand.worked()["mask" if late else step])
            said = " ".join(part.template for part in one.step.parts if isinstance(part, Remark))
            joins = not hand.masked and step in ("added", "mlp")
            assert ("no residual connections" in said) == (joins and not kind.residual)


def test_a_stream_that_no_norm_reads_is_not_offered_as_one(tmp_path: Path) -> None:
    for name, there in (("no residual", True), ("no norm", False)):
        session = open_session(str(write_bare(tmp_path / name, ONE, name)))
        ask = MatrixAsk("resid_out", 1, 8, 8)
        field = session.look(Prompt(TEXT), Sight(asks=(ask,))).told(ask)
        assert field is not None
        assert [site in field.place.sites for site in ("self_read", "mlp_read", "final")] == [
            there] * 3


# -- in a folder ------------------------------------------------------------------------------


def write_bare(folder: Path, config: ModelConfig, name: str) -> Path:
    tokenizer = train_tokenizer("byte_bpe", [TEXT], 300)
    config = replace(config, vocabulary=tokenizer.largest_id + 1, context=32, **BARE[name])
    write_checkpoint(folder, randomise(Transformer(config), 3, 0.3), tokenizer, step=7)
    return folder


@torch.no_grad()
@bare
@pytest.mark.parametrize("config", [ONE, BOTH, replace(ONE, tied_head=False)])
def test_what_is_written_is_read_as_it_was(name: str, config: ModelConfig, tmp_path: Path) -> None:
    folder = write_bare(tmp_path, config, name)
    model: Any = randomise(Transformer(open_checkpoint(folder).config), 3, 0.3)
    found = open_checkpoint(folder)
    assert (found.family, found.step) == ("headlight", 7)
    assert found.config == replace(model.config, tied_head=found.config.tied_head)
    assert found.config.tied_head == config.tied_head
    theirs = found.model.state_dict()
    for key, value in model.state_dict().items():
        assert torch.equal(value, theirs[key]), key


def test_transformers_refuses_it(tmp_path: Path) -> None:
    folder = write_bare(tmp_path, ONE, "no residual")
    for auto in ("AutoConfig", "AutoModel", "AutoModelForCausalLM"):
        with pytest.raises(ValueError, match="headlight"):
            getattr(transformers, auto).from_pretrained(folder)
    with pytest.raises(Refusal, match=r"transformers .* can't open"):
        run_reference(folder, "headlight", ONE, Given(torch.zeros(1, 1, dtype=torch.long)))


def test_a_family_has_no_place_for_it() -> None:
    plain = layout(ONE)
    assert "gpt2" in plain.MODEL_TYPES
    for change in BARE.values():
        config = replace(ONE, **change)
        assert layout(config).MODEL_TYPES == ("headlight",)
        with pytest.raises(Refusal):
            plain.from_config(config)
    with pytest.raises(Refusal):
        layout(replace(ONE, residual=False)).from_config(ONE)


@pytest.mark.parametrize(("change", "said"), [
    ({"residual": True}, "own layout"), ({"residual": "no"}, "residual"),
    ({"width": 10**12}, "width"), ({"decoder_layers": -1}, "decoder_layers"),
    ({"deep": 3}, "deep"), ({"vocabulary": None}, "vocabulary"), ({"rotary": {"base": -1}}, "base"),
    ({"positions": "relative"}, "two streams"), ({"width": 24}, "shape"),
    ({"decoder_layers": 2**24}, "layers.3"), ({"windows": [3]}, "windows"),
])
def test_a_configuration_made_by_hand_is_refused_in_a_sentence(
    change: dict[str, Any], said: str, tmp_path: Path
) -> None:
    folder = write_bare(tmp_path, ONE, "no residual")
    values = json.loads((folder / "config.json").read_bytes())
    values["model"] |= change
    (folder / "config.json").write_text(json.dumps(values))
    with pytest.raises(Refusal, match=said):
        open_checkpoint(folder)
    values["model"] = ["none"]
    (folder / "config.json").write_text(json.dumps(values))
    with pytest.raises(Refusal, match="model"):
        open_checkpoint(folder)


# -- recipes ----------------------------------------------------------------------------------

RECIPES = Path(__file__).resolve().parent.parent / "resources" / "recipes"
_OTHERS = {"reverse-no-residual": {"residual": False}, "reverse-no-norm": {"norm": "none"}}


@pytest.mark.parametrize("name", _OTHERS)
def test_a_recipe_without_differs_from_the_deep_one_in_that_alone(name: str) -> None:
    deep, other = read_recipe(RECIPES / "reverse-deep.json"), read_recipe(RECIPES / f"{name}.json")
    assert dict(other.model) == dict(deep.model) | _OTHERS[name]
    assert replace(other, model=deep.model) == deep
