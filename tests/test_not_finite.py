"""Values that are no numbers: named where they first appear, for every family, and marked."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from core.broken import Broken, say_broken
from core.edits import Edit, Edits
from core.frame import Frame, Prompt
from core.memory import WHOLE, Way
from core.session import Session, open_session
from core.sides import Sides
from core.trace import Sight
from tests.test_slim import make

NAN = float("nan")
TEXT = "the cat sat on the mat"
WEIGHTS = "model.safetensors"
Index = tuple[int, ...]

CASES: dict[str, tuple[str, Index, float, Broken]] = {
    # name of the tensor in the file, index of the spoilt entry, its value, what is to be found
    "llama": ("", (), 0.0, Broken("")),
    "llama, embedding": (
        "model.embed_tokens.weight", (6, 1), NAN,
        Broken("decoder.embed", position=1, parameter="embed_tokens.weight")),
    "llama, query": (
        "model.layers.1.self_attn.q_proj.weight", (50, 2), NAN,
        Broken("decoder.1.self.q_flat", 3, None, "layers.1.self_attn.q_proj.weight")),
    "llama, key": (
        "model.layers.1.self_attn.k_proj.weight", (20, 2), float("inf"),
        Broken("decoder.1.self.k_flat", 1, None, "layers.1.self_attn.k_proj.weight")),
    "llama, value": (
        "model.layers.2.self_attn.v_proj.weight", (3, 2), NAN,
        Broken("decoder.2.self.v", 0, None, "layers.2.self_attn.v_proj.weight")),
    "llama, output": (
        "model.layers.2.self_attn.o_proj.weight", (3, 2), NAN,
        Broken("decoder.2.resid_mid", None, None, "layers.2.self_attn.o_proj.weight")),
    "llama, norm before attention": (
        "model.layers.2.input_layernorm.weight", (3,), NAN,
        Broken("decoder.2.self.q_flat", None, None, "layers.2.input_layernorm.weight")),
    "llama, norm before feed-forward": (
        "model.layers.0.post_attention_layernorm.weight", (3,), NAN,
        Broken("decoder.0.mlp_act", None, None, "layers.0.post_attention_layernorm.weight")),
    "llama, gate": (
        "model.layers.0.mlp.gate_proj.weight", (3, 1), NAN,
        Broken("decoder.0.mlp_act", None, None, "layers.0.mlp.gate_proj.weight")),
    "llama, feed-forward": (
        "model.layers.1.mlp.down_proj.weight", (3, 1), NAN,
        Broken("decoder.1.mlp_out", None, None, "layers.1.mlp.down_proj.weight")),
    "llama, last norm": (
        "model.norm.weight", (3,), NAN, Broken("decoder.final", None, None, "norm.weight")),
    "llama, head": (
        "lm_head.weight", (3, 4), NAN, Broken("logits", None, None, "lm_head.weight")),
    "llama, overflow": (
        "model.layers.1.mlp.down_proj.weight", (), 3.4e38, Broken("decoder.1.mlp_out")),
    "bert, place": (
        "bert.embeddings.position_embeddings.weight", (3, 1), NAN,
        Broken("encoder.positions", None, 3, "embeddings.position_embeddings.weight")),
    "bert, segment": (
        "bert.embeddings.token_type_embeddings.weight", (0, 1), NAN,
        Broken("encoder.segments", None, 0, "embeddings.token_type_embeddings.weight")),
    "bert, norm of the embeddings": (
        "bert.embeddings.LayerNorm.bias", (1,), NAN,
        Broken("encoder.0.resid_in", None, None, "embeddings.LayerNorm.bias")),
    "bert, norm behind attention": (
        "bert.encoder.layer.1.attention.output.LayerNorm.weight", (1,), NAN,
        Broken("encoder.1.resid_mid", None, None,
               "encoder.layer.1.attention.output.LayerNorm.weight")),
    "bert, norm behind feed-forward": (
        "bert.encoder.layer.2.output.LayerNorm.weight", (1,), NAN,
        Broken("encoder.2.resid_out", None, None, "encoder.layer.2.output.LayerNorm.weight")),
    "bert, head": (
        "cls.predictions.transform.dense.weight", (1, 1), NAN,
        Broken("logits", None, None, "cls.predictions.transform.dense.weight")),
    "bert, verdict": (
        "cls.seq_relationship.weight", (1, 1), NAN,
        Broken("next_sentence", None, None, "cls.seq_relationship.weight")),
    "t5, bias": (
        "encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight", (0, 2), NAN,
        Broken("encoder.0.self.bias", 2, None,
               "encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight")),
    "t5, end of the encoder": (
        "encoder.final_layer_norm.weight", (1,), NAN,
        Broken("encoder.final", None, None, "encoder.final_layer_norm.weight")),
    "t5, cross query": (
        "decoder.block.1.layer.1.EncDecAttention.q.weight", (17, 1), NAN,
        Broken("decoder.1.cross.q", 2, None, "decoder.block.1.layer.1.EncDecAttention.q.weight")),
    "t5, cross key": (
        "decoder.block.1.layer.1.EncDecAttention.k.weight", (17, 1), NAN,
        Broken("decoder.1.cross.k", 2, None, "decoder.block.1.layer.1.EncDecAttention.k.weight")),
    "t5, cross output": (
        "decoder.block.0.layer.1.EncDecAttention.o.weight", (1, 1), NAN,
        Broken("decoder.0.resid_cross", None, None,
               "decoder.block.0.layer.1.EncDecAttention.o.weight")),
    "xlnet, place": (
        "transformer.layer.1.rel_attn.r", (1, 2, 0), NAN,
        Broken("encoder.1.self.position", 2, None, "layer.1.rel_attn.r")),
    "xlnet, segment": (
        "transformer.layer.1.rel_attn.r_s_bias", (1, 0), NAN,
        Broken("encoder.1.self.segment", 1, None, "layer.1.rel_attn.r_s_bias")),
    "xlnet, start of the query stream": (
        "transformer.mask_emb", (0, 0, 1), NAN,
        Broken("encoder.0.query_stream.resid_in", None, None, "mask_emb")),
}
del CASES["llama"]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sound")
    for family in ("llama", "bert", "t5", "xlnet"):
        make(family, folder / family)
    return folder


def spoil(folder: Path, key: str, at: Index, value: float) -> None:
    tensors = load_file(folder / WEIGHTS)
    tensors[key][at or ...] = value
    save_file(tensors, folder / WEIGHTS)


def spoilt(sound: Path, name: str, folder: Path, way: Way = WHOLE) -> tuple[Session, Frame]:
    family = name.split(",")[0]
    for file in (sound / family).iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    key, at, value, _ = CASES[name]
    spoil(folder, key, at, value)
    session = open_session(str(folder), way)
    return session, session.look(prompt_of(family), Sight(head=(0, 0)))


def prompt_of(family: str) -> Prompt:
    if family == "xlnet":
        return Prompt("猫 sat où sat", order=1)
    second = "the dog ran" if family == "bert" else ""
    return Prompt(TEXT, target="katze sass" if family == "t5" else "", second=second)


@pytest.mark.parametrize("way", [WHOLE, Way(slim=True)], ids=["whole", "slim"])
@pytest.mark.parametrize("name", CASES)
def test_the_first_tensor_and_the_parameter_behind_it_are_named(
    name: str, way: Way, sound: Path, tmp_path: Path
) -> None:
    _, frame = spoilt(sound, name, tmp_path, way)
    assert frame.broken == CASES[name][3]
    assert not frame.finite


@pytest.mark.parametrize("way", [WHOLE, Way(slim=True)], ids=["whole", "slim"])
@pytest.mark.parametrize("family", ["llama", "bert", "t5", "xlnet"])
def test_a_sound_model_is_looked_at_where_it_ends_and_nowhere_else(
    family: str, way: Way, sound: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = open_session(str(sound / family), way)
    looked: list[tuple[int, ...]] = []
    real = torch.Tensor.isfinite
    monkeypatch.setattr(
        torch.Tensor, "isfinite", lambda x: looked.append(tuple(x.shape)) or real(x))
    frame = session.look(prompt_of(family), Sight(head=(0, 0)))
    assert frame.broken is None
    assert frame.unreal is None
    ends = [(1, 1 if family in ("llama", "t5") else 2, session.config.vocabulary)]
    assert [shape for shape in looked if shape != (1, 2)] in (ends, [(1, 1, ends[0][2])])
