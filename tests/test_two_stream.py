"""XLNet against transformers eager: both streams, on randomised tiny models opened by us."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers
from safetensors.torch import save_file
from torch import Tensor

from core.checkpoint import Checkpoint, open_checkpoint
from core.errors import Refusal
from core.positions import distance_waves
from core.trace import AttentionTrace
from core.two_stream import (
    TwoStreamConfig,
    TwoStreamTransformer,
    draw_order,
    reading,
)
from core.two_stream_layer import by_distance
from tests.randomised import difference, randomise
from tests.test_families import Compared, assert_written_as_read, untie, write_tokenizer

WORDS, LAYERS, BATCH, LENGTH, BEFORE = 31, 2, 2, 9, 5
SETTINGS = {
    "vocab_size": WORDS, "d_model": 24, "n_layer": LAYERS, "n_head": 3, "d_inner": 40,
    "layer_norm_eps": 1e-5, "pad_token_id": 0, "mem_len": 7,
}


@dataclass(frozen=True)
class Case:
    settings: dict[str, Any] = field(default_factory=dict)
    head_width: int = 8
    """Heads x this differs from the width where it is not 8."""
    bare: bool = False
    untied: bool = False


CASES = {
    "both ways": Case(),
    "wide heads": Case({"clamp_len": 4, "ff_activation": "relu"}, head_width=10),
    "narrow heads": Case({"mem_len": None, "reuse_len": 3}, head_width=4),
    "one way": Case({"attn_type": "uni", "ff_activation": "gelu_new"}),
    "one way, as many keys": Case({"attn_type": "uni", "same_length": True}),
    "untied": Case(untied=True),
    "bare": Case({"clamp_len": 2}, bare=True),
    "no farthest distance, biases said to be shared": Case({"clamp_len": 0, "untie_r": False}),
}


def make_theirs(case: Case, seed: int) -> Any:
    kind = transformers.XLNetModel if case.bare else transformers.XLNetLMHeadModel
    config = kind.config_class(**SETTINGS | case.settings)
    object.__setattr__(config, "d_head", case.head_width)  # it would refuse, but computes with it
    theirs = randomise(kind._from_config(config, attn_implementation="eager"), seed, 0.3)
    if case.untied:
        untie("lm_loss")(theirs)
    return theirs


def save(theirs: Any, folder: Path) -> Path:
    tensors = {name: tensor.clone() for name, tensor in theirs.state_dict().items()}
    if "lm_loss.weight" in tensors and torch.equal(
        tensors["lm_loss.weight"], tensors["transformer.word_embedding.weight"]
    ):
        del tensors["lm_loss.weight"]
    folder.mkdir(exist_ok=True)
    save_file(tensors, folder / "model.safetensors")
    values = {**SETTINGS, **theirs.config.to_dict(), "model_type": "xlnet"}
    (folder / "config.json").write_text(json.dumps(values, default=str))
    write_tokenizer(folder)
    return folder


@dataclass(frozen=True)
class Given:
    ids: Tensor
    visible: Tensor | None = None
    segments: Tensor | None = None
    reads: Tensor | None = None
    targets: tuple[int, ...] = ()
    """What theirs predicts; ours predicts all."""
    memory: tuple[Tensor, ...] | None = None

    def rows(self) -> list[Given]:
        """Text by text."""
        def one(value: Tensor | None, row: int) -> Tensor | None:
            return None if value is None else value[row : row + 1]

        return [
            Given(
                self.ids[row : row + 1], one(self.visible, row), one(self.segments, row),
                one(self.reads, row), self.targets,
                self.memory and tuple(layer[row : row + 1] for layer in self.memory),
            )
            for row in range(BATCH)
        ]


def makers(seed: int) -> dict[str, Given]:
    random = torch.Generator().manual_seed(seed + 50)
    ids = torch.randint(5, WORDS, (BATCH, LENGTH), generator=random)
    visible = torch.arange(LENGTH) >= torch.tensor([4, 1])[:, None]
    segments = torch.tensor([[3] * 4 + [0] * 2 + [1] * 2 + [2], [3] + [0] * 4 + [1] * 3 + [2]])
    orders = torch.stack([draw_order(LENGTH, seed), draw_order(LENGTH, seed + 9)])
    order, any_mask = reading(orders), torch.rand(BATCH, LENGTH, LENGTH, generator=random) < 0.5
    every = tuple(range(LENGTH))
    before = torch.randint(5, WORDS, (BATCH, BEFORE), generator=random)
    plain = Given(ids)
    return {
        "plain": plain,
        "padded": replace(plain, visible=visible),
        "segments": replace(plain, segments=segments),
        "segments, padded": replace(plain, segments=segments, visible=visible),
        "order": replace(plain, reads=order, targets=every),
        "order, some predicted": replace(plain, reads=order, targets=(7, 2, 5)),
        "order, segments, padded": Given(ids, visible, segments, order, every),
        "any mask": replace(plain, reads=any_mask, targets=every),
        "before": Given(before),
    }


def run_theirs(theirs: Any, given: Given) -> Any:
    more: dict[str, Any] = {}
    if given.visible is not None:
        more["attention_mask"] = given.visible.float()
    if given.segments is not None:
        more["token_type_ids"] = given.segments
    if given.reads is not None:
        more["perm_mask"] = (~given.reads).float()
    if given.targets:
        target = torch.zeros(len(given.ids), len(given.targets), given.ids.shape[1])
        target[:, torch.arange(len(given.targets)), list(given.targets)] = 1
        more["target_mapping"] = target
    if given.memory is not None:
        more["mems"] = [one.transpose(0, 1) for one in given.memory]
    with torch.no_grad():
        return theirs(given.ids, **more, use_mems=True, output_attentions=True,
                      output_hidden_states=True)


def run_ours(checkpoint: Checkpoint, given: Given, **more: Any) -> Any:
    with torch.no_grad():
        return checkpoint.model(
            given.ids, None, given.visible, None, given.segments, reads=given.reads,
            memory=given.memory, **more,
        )


def compare(checkpoint: Checkpoint, theirs: Any, given: Given) -> list[Compared]:
    """Every tensor that both have, at real positions."""
    out, trace = run_theirs(theirs, given), run_ours(checkpoint, given)
    real = torch.ones_like(given.ids, dtype=torch.bool) if given.visible is None else given.visible
    predicted = list(given.targets)
    seen: list[Compared] = []

    def stream(name: str, ours: Tensor, other: Tensor, rows: Tensor) -> None:
        allowed = 1e-5 + 1e-5 * float(other[rows].abs().max())
        seen.append(Compared(name, difference(ours[rows], other[rows]), allowed))

    def pattern(name: str, ours: AttentionTrace, other: Tensor, rows: Tensor) -> None:
        mine, told = (one.transpose(1, 2)[rows] for one in (ours.pattern, other))
        seen.append(Compared(name, difference(mine, told), 1e-5))
        terms = [ours.content, ours.position, ours.segment]
        total = torch.stack([one for one in terms if one is not None]).sum(0)
        total = total.masked_fill(~ours.visible[:, None], -torch.inf)
        torch.testing.assert_close(ours.scores, total, atol=1e-5, rtol=1e-6)
        assert (ours.segment is None) == (given.segments is None)

    assert trace.encoder is not None
    assert len(out.attentions) == len(trace.encoder.layers) == LAYERS
    streams = out.hidden_states
    both = bool(given.targets)
    assert len(streams) == (LAYERS + 1) * (1 + both)
    for index, layer in enumerate(trace.encoder.layers):
        told = out.attentions[index] if both else (out.attentions[index],)
        stream(f"{index}.resid_in", layer.resid_in, streams[index * (1 + both)], real)
        pattern(f"{index}.pattern", layer.self, told[0], real)
        if both:
            assert layer.query_stream is not None
            at, rows = layer.query_stream, real[:, predicted]
            mine = at.resid_in[:, predicted]
            stream(f"{index}.query.resid_in", mine, streams[index * 2 + 1], rows)
            chosen = torch.zeros_like(real)
            chosen[:, predicted] = True
            pattern(f"{index}.query.pattern", at.self, told[1], real & chosen)
    stream("final", trace.encoder.final, streams[-1 - both], real)
    if both:
        last = trace.encoder.layers[-1].query_stream
        assert last is not None
        stream("query.final", last.resid_out[:, predicted], streams[-1], real[:, predicted])
    assert (trace.logits is None) == ("logits" not in out)
    if trace.logits is not None:
        logits = trace.logits[:, predicted] if both else trace.logits
        stream("logits", logits, out.logits, real[:, predicted] if both else real)
    assert isinstance(checkpoint.model, TwoStreamTransformer)
    kept = checkpoint.model.remember(trace, given.memory)
    assert len(kept) == len(out.mems) == LAYERS
    for index, (ours, other) in enumerate(zip(kept, out.mems, strict=True)):
        if given.visible is None:
            stream(f"{index}.mems", ours, other.transpose(0, 1), torch.ones(ours.shape[:2]) > 0)
    return seen


def expected_count(given: Given, bare: bool) -> int:
    """Stream and pattern of each layer, last stream, by stream; logits; memory by layer."""
    streams = 2 if given.targets else 1
    return streams * (2 * LAYERS + 1) + (not bare) + (given.visible is None) * LAYERS


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("name", CASES)
def test_both_streams_are_those_of_transformers(name: str, seed: int, tmp_path: Path) -> None:
    case = CASES[name]
    theirs = make_theirs(case, seed)
    checkpoint = open_checkpoint(save(theirs, tmp_path / "model"))
    assert checkpoint.config.tied_head == (not case.untied)
    assert checkpoint.config.head_width == case.head_width
    given = makers(seed)
    model = checkpoint.model
    assert isinstance(model, TwoStreamTransformer)
    memory = model.remember(run_ours(checkpoint, given["before"]))
    twice = model.remember(run_ours(checkpoint, replace(given["before"], memory=memory)), memory)
    remembered = {
        f"{name}, memory": replace(one, memory=memory) for name, one in given.items()
    } | {"plain, more memory": replace(given["plain"], memory=twice)}
    assert isinstance(checkpoint.config, TwoStreamConfig)
    one_way, compared = checkpoint.config.one_way, 0
    for kind, every in (given | remembered).items():
        for one in every.rows() if one_way else [every]:  # theirs masks but one text one way
            seen = compare(checkpoint, theirs, one)
            assert len(seen) == expected_count(one, case.bare), kind
            wrong = [found for found in seen if not found.difference <= found.allowed]
            assert not wrong, (kind, wrong)
            compared += len(seen)
    assert compared == (161 if case.bare else 180) * (BATCH if one_way else 1)
    assert_written_as_read(checkpoint, tmp_path / "model")


def test_scores_by_distance_are_dealt_to_their_keys() -> None:
    """Two queries behind one memory column: keys at -1, 0, 1; distances 2, 1, 0, -1."""
    scores = torch.tensor([[[[2.0, 1.0, 0.0, -1.0], [12.0, 11.0, 10.0, 9.0]]]])
    assert by_distance(scores, 3).tolist() == [[[[1.0, 0.0, -1.0], [12.0, 11.0, 10.0]]]]


def test_waves_are_those_of_the_paper() -> None:
    distances, width = torch.arange(6, -4, -1), 8
    expected = [
        [*(math.sin(at / 10000 ** (pair / 4)) for pair in range(4)),
         *(math.cos(at / 10000 ** (pair / 4)) for pair in range(4))] for at in distances.tolist()
    ]
    torch.testing.assert_close(
        distance_waves(distances, width), torch.tensor(expected), atol=1e-6, rtol=0
    )


def test_a_position_reads_those_whose_turn_came_before_its_own() -> None:
    assert reading(torch.tensor([2, 0, 1])).tolist() == [
        [False, True, True], [False, False, False], [False, True, False],
    ]


def test_heads_that_are_not_run_are_left_out(tmp_path: Path) -> None:
    config = transformers.XLNetConfig(**SETTINGS, num_labels=4)
    theirs = randomise(transformers.XLNetForSequenceClassification(config), 0)
    checkpoint = open_checkpoint(save(theirs, tmp_path / "model"))
    assert checkpoint.config.head == "none"
    ids = torch.randint(5, WORDS, (1, LENGTH), generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        final = theirs.transformer(ids).last_hidden_state
        trace = checkpoint.model(ids)
    assert trace.logits is None
    assert difference(trace.encoder.final, final) < 1e-4


def test_biases_said_to_be_shared_are_read_layer_by_layer_as_transformers_does(
    tmp_path: Path
) -> None:
    theirs = make_theirs(Case({"untie_r": False}), 0)
    folder = save(theirs, tmp_path / "model")
    assert json.loads((folder / "config.json").read_text())["untie_r"] is False
    layers = open_checkpoint(folder).model.encoder.layers
    for ours, layer in zip(layers, theirs.transformer.layer, strict=True):
        assert torch.equal(ours.self_attention.content_bias, layer.rel_attn.r_w_bias)
        assert torch.equal(ours.self_attention.position_bias, layer.rel_attn.r_r_bias)
    assert not torch.equal(layers[0].self_attention.content_bias,
                           layers[1].self_attention.content_bias)


@pytest.mark.parametrize(("name", "value", "told"), [
    ("untie_r", "no", "untie_r is 'no'"),
    ("bi_data", True, "bi_data is True; expected False"),
    ("attn_type", "tri", "attn_type is 'tri'; expected bi, uni"),
    ("clamp_len", -2, "clamp_len is -2"),
    ("clamp_len", True, "clamp_len is True"),
    ("mem_len", -1, "mem_len is -1"),
    ("same_length", 1, "same_length is 1"),
    ("d_head", 7, "asks for [24, 3, 7]"),
    ("d_model", 23, "need an even width"),
    ("n_head", 5, "asks for [24, 5, 8]"),
    ("n_layer", 3, "no tensor layer.2."),
    ("n_layer", 1, "that this family does not have"),
    ("n_layer", None, "no n_layer"),
    ("ff_activation", "maxout", "ff_activation is 'maxout'"),
])
def test_a_wrong_configuration_is_refused(
    name: str, value: object, told: str, tmp_path: Path
) -> None:
    folder = save(make_theirs(Case(), 0), tmp_path / "model")
    values = json.loads((folder / "config.json").read_text()) | {name: value}
    if name in ("d_model", "n_head"):
        values["d_head"] = 8
    if value is None:
        del values[name]
    (folder / "config.json").write_text(json.dumps(values))
    with pytest.raises(Refusal) as refused:
        open_checkpoint(folder)
    assert told in str(refused.value)


def test_a_file_of_2019_opens(tmp_path: Path) -> None:
    """The keys that files of 2019 have, and no others."""
    theirs = make_theirs(Case(), 0)
    folder = save(theirs, tmp_path / "model")
    (folder / "config.json").write_text(json.dumps({
        "model_type": "xlnet", "architectures": ["XLNetLMHeadModel"], "attn_type": "bi",
        "bi_data": False, "clamp_len": -1, "d_head": 8, "d_inner": 40, "d_model": 24,
        "dropout": 0.1, "ff_activation": "gelu", "layer_norm_eps": 1e-5, "mem_len": None,
        "n_head": 3, "n_layer": LAYERS, "reuse_len": None, "same_length": False,
        "untie_r": True, "vocab_size": WORDS, "n_token": WORDS,
    }))
    checkpoint = open_checkpoint(folder)
    given = makers(0)["order, segments, padded"]
    with torch.no_grad():
        wanted = run_theirs(theirs, given).logits
    ours = run_ours(checkpoint, given).logits
    assert given.visible is not None
    assert difference(ours[given.visible], wanted[given.visible]) < 1e-4
