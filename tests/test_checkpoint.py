"""Checkpoint folders against transformers: read what it writes, write what it reads."""

from __future__ import annotations

import json
import os
import resource
import stat
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer as Inner
from tokenizers import models, pre_tokenizers
from torch import Tensor
from transformers import AutoModelForCausalLM, AutoTokenizer, GPT2Config, GPT2LMHeadModel

from core.checkpoint import open_checkpoint, write_checkpoint
from core.config import ModelConfig
from core.errors import Refusal
from core.files import write_file
from core.model import Transformer
from core.tokens import Tokenizer
from core.trace import Trace
from core.training.vocabulary import train_tokenizer
from tests.randomised import randomise, same_pattern, same_stream

WORDS, WIDTH, HEADS, LAYERS, CONTEXT = 29, 24, 3, 3, 16
IDS = torch.randint(WORDS, (2, 11), generator=torch.Generator().manual_seed(0))


def write_tokenizer(folder: Path) -> None:
    words = {f"w{index}": index for index in range(WORDS)}
    inner = Inner(models.WordLevel(words, unk_token="w0"))
    inner.pre_tokenizer = pre_tokenizers.Whitespace()
    inner.save(str(folder / "tokenizer.json"))


def make_theirs(seed: int = 0, **settings: Any) -> GPT2LMHeadModel:
    """A small GPT-2 of transformers in which no parameter keeps its start."""
    config = GPT2Config(**{
        "vocab_size": WORDS, "n_embd": WIDTH, "n_head": HEADS, "n_layer": LAYERS,
        "n_positions": CONTEXT, "bos_token_id": 0, "eos_token_id": 0, **settings,
    })
    return randomise(GPT2LMHeadModel._from_config(config, attn_implementation="eager"), seed, 0.4)


@dataclass
class Reference:
    """What transformers computes: patterns, streams, logits; and q, k, v, z by hooks."""

    patterns: tuple[Tensor, ...]
    streams: tuple[Tensor, ...]
    logits: Tensor
    parts: list[dict[str, Tensor]]
    scale: float


def run_theirs(theirs: GPT2LMHeadModel, ids: Tensor, mask: Tensor | None = None) -> Reference:
    parts: list[dict[str, Tensor]] = []
    heads = theirs.config.n_head

    def split(x: Tensor) -> Tensor:
        return x.reshape(*x.shape[:2], heads, WIDTH // heads).transpose(1, 2)

    def after_c_attn(module: object, given: tuple[Tensor], fused: Tensor) -> None:
        q, k, v = map(split, fused.chunk(3, dim=-1))
        parts.append({"q": q, "k": k, "v": v})

    def before_c_proj(module: object, given: tuple[Tensor]) -> None:
        parts[-1]["z"] = split(given[0])

    for block in theirs.transformer.h:
        block.attn.c_attn.register_forward_hook(after_c_attn)
        block.attn.c_proj.register_forward_pre_hook(before_c_proj)
    with torch.no_grad():
        out = theirs(
            ids, attention_mask=mask, use_cache=False,
            output_attentions=True, output_hidden_states=True,
        )
    assert len(out.attentions) == LAYERS  # under another implementation it is empty
    assert len(out.hidden_states) == LAYERS + 1
    assert len(parts) == LAYERS
    scale = (WIDTH / heads) ** -0.5 if theirs.config.scale_attn_weights else 1.0
    return Reference(out.attentions, out.hidden_states, out.logits, parts, scale)


def differing(trace: Trace, theirs: Reference) -> list[str]:
    """Names of the tensors that are not the same; every one of them has been compared."""
    assert trace.decoder is not None
    seen: dict[str, bool] = {}
    for index, layer in enumerate(trace.decoder.layers):
        at, parts = f"decoder.{index}", theirs.parts[index]
        # The last of their streams is after the final norm; the others enter a layer.
        seen[f"{at}.resid_in"] = same_stream(layer.resid_in, theirs.streams[index])
        seen[f"{at}.pattern"] = same_pattern(layer.self.pattern, theirs.patterns[index])
        for name in "qkvz":
            seen[f"{at}.{name}"] = same_stream(getattr(layer.self, name), parts[name])
        scores = torch.einsum("bhqd,bhkd->bhqk", parts["q"].double(), parts["k"].double())
        scores = scores * theirs.scale
        visible = layer.self.visible[:, None].expand_as(scores)
        seen[f"{at}.scores"] = same_stream(layer.self.scores[visible], scores[visible])
    seen["decoder.final"] = same_stream(trace.decoder.final, theirs.streams[-1])
    seen["logits"] = same_stream(trace.logits, theirs.logits)
    assert len(seen) == 7 * LAYERS + 2
    return [name for name, same in seen.items() if not same]


def open_and_run(folder: Path, ids: Tensor = IDS) -> Trace:
    with torch.no_grad():
        trace: Trace = open_checkpoint(folder).model(ids)
    return trace


VARIANTS: dict[str, dict[str, Any]] = {
    "as GPT-2": {},
    "n_inner": {"n_inner": 40},
    "one head": {"n_head": 1},
    "gelu": {"activation_function": "gelu"},
    "relu": {"activation_function": "relu"},
    "gelu_pytorch_tanh": {"activation_function": "gelu_pytorch_tanh"},
    "unscaled scores": {"scale_attn_weights": False},
    "epsilon": {"layer_norm_epsilon": 0.1},
    "untied": {"tie_word_embeddings": False},
    "upcast": {"reorder_and_upcast_attn": True},
}


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("settings", VARIANTS.values(), ids=VARIANTS.keys())
def test_every_tensor_of_a_folder_saved_by_transformers_is_theirs(
    settings: dict[str, Any], seed: int, tmp_path: Path
) -> None:
    theirs = make_theirs(seed, **settings)
    theirs.save_pretrained(tmp_path)
    write_tokenizer(tmp_path)
    assert differing(open_and_run(tmp_path), run_theirs(theirs, IDS)) == []


def test_padding_on_either_side_leaves_the_real_tokens_as_transformers_has_them(
    tmp_path: Path,
) -> None:
    theirs = make_theirs()
    theirs.save_pretrained(tmp_path)
    write_tokenizer(tmp_path)
    mask = torch.ones(2, 11, dtype=torch.int64)
    mask[0, :4], mask[1, 8:] = 0, 0
    expected = run_theirs(theirs, IDS, mask)
    real = mask.bool()

    with torch.no_grad():
        trace = open_checkpoint(tmp_path).model(IDS, None, real)

    for layer, pattern, stream in zip(
        trace.decoder.layers, expected.patterns, expected.streams[:-1], strict=True
    ):
        rows = real[:, None].expand(-1, HEADS, -1)
        assert same_pattern(layer.self.pattern[rows], pattern[rows])
        assert same_stream(layer.resid_in[real], stream[real])
    assert same_stream(trace.logits[real], expected.logits[real])


Files = tuple[dict[str, Tensor], dict[str, Any]]


def bare_names(tensors: dict[str, Tensor], config: dict[str, Any]) -> Files:
    return {name.removeprefix("transformer."): t for name, t in tensors.items()}, config


def old_buffers(tensors: dict[str, Tensor], config: dict[str, Any]) -> Files:
    for layer in range(LAYERS):
        at = f"transformer.h.{layer}.attn"
        tensors[f"{at}.bias"] = torch.ones(1, 1, CONTEXT, CONTEXT, dtype=torch.uint8).tril()
        tensors[f"{at}.masked_bias"] = torch.tensor(-1e4)
    return tensors, config


def old_config(tensors: dict[str, Tensor], config: dict[str, Any]) -> Files:
    return tensors, {
        "model_type": "gpt2", "architectures": ["GPT2LMHeadModel"], "vocab_size": WORDS,
        "n_embd": WIDTH, "n_head": HEADS, "n_layer": LAYERS,
        "n_positions": CONTEXT, "n_ctx": CONTEXT,
        "auto_map": {"AutoModel": "evil.Model"}, "task_specific_params": {"any": [1, None]},
    }


def repeated_head(tensors: dict[str, Tensor], config: dict[str, Any]) -> Files:
    """The head is written though it is tied, and the config says it is not."""
    tensors["lm_head.weight"] = tensors["transformer.wte.weight"].clone()
    return tensors, config | {"tie_word_embeddings": False}


@pytest.mark.parametrize("change", [bare_names, old_buffers, old_config, repeated_head])
def test_layouts_met_in_the_wild_give_the_same_tensors(
    change: Callable[..., Files], tmp_path: Path
) -> None:
    theirs = make_theirs(3)
    theirs.save_pretrained(tmp_path)
    write_tokenizer(tmp_path)
    tensors, config = change(
        load_file(tmp_path / "model.safetensors"),
        json.loads((tmp_path / "config.json").read_text()),
    )
    save_file(tensors, tmp_path / "model.safetensors")  # without metadata, as old files are
    (tmp_path / "config.json").write_text(json.dumps(config))

    checkpoint = open_checkpoint(tmp_path)
    assert checkpoint.config.tied_head
    assert checkpoint.step is None
    assert differing(open_and_run(tmp_path), run_theirs(theirs, IDS)) == []


@pytest.mark.parametrize("says_tied", [True, False, None])
def test_head_in_the_file_that_differs_from_the_embedding_is_used_whatever_config_says(
    says_tied: bool | None, tmp_path: Path
) -> None:
    theirs = make_theirs(4, tie_word_embeddings=False)
    assert not torch.equal(theirs.lm_head.weight, theirs.transformer.wte.weight)
    theirs.save_pretrained(tmp_path)
    write_tokenizer(tmp_path)
    values = json.loads((tmp_path / "config.json").read_text())
    values["tie_word_embeddings"] = says_tied
    (tmp_path / "config.json").write_text(json.dumps(values))

    assert not open_checkpoint(tmp_path).config.tied_head
    assert differing(open_and_run(tmp_path), run_theirs(theirs, IDS)) == []


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16], ids=str)
def test_half_precision_files_are_computed_in_float32(dtype: torch.dtype, tmp_path: Path) -> None:
    theirs = make_theirs(5).to(dtype)
    theirs.save_pretrained(tmp_path)
    write_tokenizer(tmp_path)
    assert load_file(tmp_path / "model.safetensors")["transformer.wte.weight"].dtype == dtype

    model = open_checkpoint(tmp_path).model

    assert {parameter.dtype for parameter in model.parameters()} == {torch.float32}
    assert differing(open_and_run(tmp_path), run_theirs(theirs.float(), IDS)) == []


TEXT = "The cat sat on the mat. The dog ran to the cat, and the cat ran away. 好 😀 "
OURS = ModelConfig(
    vocabulary=1, width=24, heads=3, head_width=8, mlp_width=40, context=32, decoder_layers=2
)


def make_ours(seed: int = 0, **settings: Any) -> tuple[Transformer, Tokenizer]:
    tokenizer = train_tokenizer("byte_bpe", [TEXT] * 4, 300)
    config = replace(OURS, vocabulary=tokenizer.largest_id + 1, **settings)
    return randomise(Transformer(config), seed, 0.4), tokenizer


CHANGES: dict[str, dict[str, Any]] = {
    "plain": {}, "untied": {"tied_head": False}, "relu": {"activation": "relu"},
    "gelu": {"activation": "gelu"}, "unscaled": {"scale_scores": False},
    "epsilon": {"norm_eps": 0.03},
}


@pytest.mark.parametrize("settings", CHANGES.values(), ids=CHANGES.keys())
def test_written_folder_comes_back_bit_for_bit(settings: dict[str, Any], tmp_path: Path) -> None:
    model, tokenizer = make_ours(**settings)
    write_checkpoint(tmp_path / "new" / "folder", model, tokenizer, step=1234)

    back = open_checkpoint(tmp_path / "new" / "folder")

    assert (back.name, back.family, back.step) == ("folder", "gpt2", 1234)
    assert back.config == model.config
    assert not back.model.training
    state = back.model.state_dict()
    assert state.keys() == model.state_dict().keys()
    assert all(torch.equal(state[name], value) for name, value in model.state_dict().items())
    assert back.tokenizer.inner.to_str() == tokenizer.inner.to_str()
    assert sorted(path.name for path in (tmp_path / "new" / "folder").iterdir()) == [
        "config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"
    ]


@pytest.mark.parametrize("settings", CHANGES.values(), ids=CHANGES.keys())
def test_written_folder_opens_in_transformers_with_the_same_logits(
    settings: dict[str, Any], tmp_path: Path
) -> None:
    model, tokenizer = make_ours(1, **settings)
    write_checkpoint(tmp_path, model, tokenizer)

    theirs, told = AutoModelForCausalLM.from_pretrained(tmp_path, output_loading_info=True)
    their_tokenizer = AutoTokenizer.from_pretrained(tmp_path)

    assert not any(told.values()), told  # no key missing, unexpected or of another shape
    assert isinstance(theirs, GPT2LMHeadModel)
    for text in (TEXT, "", "naïve\n\n\tdon't  ٣ 𝔸"):
        assert their_tokenizer(text)["input_ids"] == list(tokenizer.encode(text, 1000).ids)
    assert len(their_tokenizer) == model.config.vocabulary
    assert their_tokenizer.eos_token == "<|endoftext|>"
    assert their_tokenizer.model_max_length == 32
    ids = torch.tensor([tokenizer.encode(TEXT, 32).ids])
    with torch.no_grad():
        assert same_stream(model(ids).logits, theirs(ids).logits)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16], ids=str)
def test_folder_written_in_half_precision_holds_the_rounded_weights(
    dtype: torch.dtype, tmp_path: Path
) -> None:
    model, tokenizer = make_ours(2)
    write_checkpoint(tmp_path, model, tokenizer, dtype)

    theirs = AutoModelForCausalLM.from_pretrained(tmp_path)
    state = open_checkpoint(tmp_path).model.state_dict()

    assert theirs.dtype == dtype
    assert all(
        torch.equal(state[name], value.to(dtype).float())
        for name, value in model.state_dict().items()
    )
    ids = torch.tensor([tokenizer.encode(TEXT, 32).ids])
    with torch.no_grad():
        assert same_stream(open_checkpoint(tmp_path).model(ids).logits, theirs.float()(ids).logits)


def test_writing_again_replaces_what_was_there(tmp_path: Path) -> None:
    tokenizer = make_ours()[1]
    for seed in (0, 1):
        model = make_ours(seed)[0]
        write_checkpoint(tmp_path, model, tokenizer, step=seed)
    back = open_checkpoint(tmp_path)
    assert back.step == 1
    assert torch.equal(back.model.embedding.weight, model.embedding.weight)


def test_written_files_may_be_read_by_whom_the_umask_lets(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        write_checkpoint(tmp_path, *make_ours())
    finally:
        os.umask(before)
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o644}


def test_write_that_breaks_off_leaves_the_old_file_and_no_part(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text("old")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, hard))  # as on a disk that is full
    try:
        with pytest.raises(Refusal, match="can't be written: File too large"):
            write_file(path, b"x" * 100)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert [left.name for left in tmp_path.iterdir()] == ["config.json"]
    assert path.read_text() == "old"


def test_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Refusal, match="can't be written: Not a directory"):
        write_checkpoint(tmp_path / "file" / "model", *make_ours())


@pytest.mark.parametrize("settings", [
    {"norm_first": False}, {"final_norm": False}, {"positions": "sinusoidal"},
    {"positions": "none"}, {"scale_embedding": True}, {"head_width": 10},
    {"encoder_layers": 1}, {"encoder_layers": 1, "decoder_layers": 0},
], ids=str)
def test_model_that_no_layout_can_hold_is_not_written(
    settings: dict[str, Any], tmp_path: Path
) -> None:
    model, tokenizer = make_ours(**settings)
    with pytest.raises(Refusal, match=r"^Only an? .* can be written as (GPT-2|BERT|Marian)\.$"):
        write_checkpoint(tmp_path / "folder", model, tokenizer)
    assert not (tmp_path / "folder").exists()
