"""The same model in the other layouts that are met in the wild, and what is refused of each."""

from __future__ import annotations

import copy
import json
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from core.checkpoint import open_checkpoint
from core.errors import Refusal
from tests.test_families import CASES, Case, compare, expected_count, make_inputs, make_theirs, save

WEIGHTS, INDEX, CONFIG = "model.safetensors", "model.safetensors.index.json", "config.json"
Tensors, Values = dict[str, Tensor], dict[str, Any]
Change = Callable[[Tensors, Values], None]


def rewrite(folder: Path, change: Change) -> None:
    tensors = load_file(folder / WEIGHTS)
    values = json.loads((folder / CONFIG).read_text())
    change(tensors, values)
    save_file(tensors, folder / WEIGHTS)  # without metadata, as old files are
    (folder / CONFIG).write_text(json.dumps(values))


def rename(tensors: Tensors, new: Callable[[str], str]) -> None:
    for name in list(tensors):
        tensors[new(name)] = tensors.pop(name)


def bare(prefix: str) -> Change:
    return lambda tensors, values: rename(tensors, lambda name: name.removeprefix(prefix))


def old_bert(tensors: Tensors, values: Values) -> None:
    """As converted from TensorFlow, with the buffer and the pooler of its time."""
    def old(name: str) -> str:
        if "LayerNorm" in name:
            return name.replace("LayerNorm.weight", "LayerNorm.gamma").replace(
                "LayerNorm.bias", "LayerNorm.beta"
            )
        return name

    rename(tensors, old)
    tensors["bert.embeddings.position_ids"] = torch.arange(16)[None]
    tensors["cls.predictions.decoder.weight"] = (
        tensors["bert.embeddings.word_embeddings.weight"].clone()
    )
    tensors["cls.predictions.decoder.bias"] = tensors["cls.predictions.bias"].clone()


def classifier(tensors: Tensors, values: Values) -> None:
    """A head that this program does not show."""
    tensors["classifier.weight"] = torch.ones(2, 24)
    tensors["classifier.bias"] = torch.ones(2)


def old_t5(tensors: Tensors, values: Values) -> None:
    for stack in ("encoder", "decoder"):
        tensors[f"{stack}.embed_tokens.weight"] = tensors["shared.weight"].clone()
    tensors["decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight"] = (
        torch.ones(8, 3)
    )
    for name in ("scale_decoder_outputs", "num_decoder_layers", "tie_word_embeddings"):
        values.pop(name, None)


def without_shared(tensors: Tensors, values: Values) -> None:
    tensors["encoder.embed_tokens.weight"] = tensors.pop("shared.weight")


def old_rope(tensors: Tensors, values: Values) -> None:
    told = values.pop("rope_parameters")
    values |= {"rope_theta": told.pop("rope_theta"), "torch_dtype": values.pop("dtype")}
    told["type"] = told.pop("rope_type")
    values["rope_scaling"] = None if told == {"type": "default"} else told
    for layer in range(2):
        tensors[f"model.layers.{layer}.self_attn.rotary_emb.inv_freq"] = torch.ones(4)


def old_neox(tensors: Tensors, values: Values) -> None:
    told = values.pop("rope_parameters")
    values |= {"rotary_pct": told["partial_rotary_factor"], "rotary_emb_base": told["rope_theta"]}
    for layer in range(2):
        at = f"gpt_neox.layers.{layer}.attention"
        tensors[f"{at}.bias"] = torch.ones(1, 1, 16, 16, dtype=torch.bool).tril()
        tensors[f"{at}.masked_bias"] = torch.tensor(-1e9)
        tensors[f"{at}.rotary_emb.inv_freq"] = torch.ones(2)


def old_marian(tensors: Tensors, values: Values) -> None:
    tensors["model.encoder.embed_positions.weight"] = torch.ones(16, 24)
    tensors["model.decoder.embed_positions.weight"] = torch.ones(16, 24)
    tensors["model.encoder.embed_tokens.weight"] = tensors["model.shared.weight"].clone()
    values |= {"normalize_before": False, "static_position_embeddings": True}


def old_gemma(tensors: Tensors, values: Values) -> None:
    values |= {"hidden_act": "gelu", "hidden_activation": None}


LAYOUTS: dict[str, tuple[str, Change]] = {
    "BERT of TensorFlow": ("BERT, both heads", old_bert),
    "BERT without prefix": ("BERT, both heads", bare("bert.")),
    "BERT with a classifier": ("BERT, bare", classifier),
    "RoBERTa without prefix": ("RoBERTa", bare("roberta.")),
    "DistilBERT without prefix": ("DistilBERT", bare("distilbert.")),
    "T5 with copies": ("T5", old_t5),
    "T5 without the shared name": ("T5", without_shared),
    "BART without prefix": ("BART", bare("model.")),
    "Marian of old": ("Marian", old_marian),
    "Llama of old": ("Llama", old_rope),
    "Llama of old, linear": ("Llama, linear", old_rope),
    "Llama 3 of old": ("Llama 3", old_rope),
    "Llama without prefix": ("Llama", bare("model.")),
    "Gemma of old": ("Gemma", old_gemma),
    "GPT-NeoX of old": ("GPT-NeoX, one after another", old_neox),
}


def differing(
    folder: Path, case: Case, theirs: Any, monkeypatch: pytest.MonkeyPatch
) -> list[str]:
    """Names of the tensors that are not the same; all have been compared."""
    checkpoint = open_checkpoint(folder)
    seen = compare(checkpoint, theirs, make_inputs(case, theirs, 0, "right"), monkeypatch)
    assert len(seen) == expected_count(checkpoint)
    return [found.name for found in seen if not found.difference <= found.allowed]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts_met_in_the_wild_give_the_same_tensors(
    layout: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, change = LAYOUTS[layout]
    theirs = make_theirs(CASES[name], 2)
    save(theirs, tmp_path)
    rewrite(tmp_path, change)
    assert differing(tmp_path, CASES[name], theirs, monkeypatch) == []


@pytest.mark.parametrize("name", ["BERT, both heads", "T5 1.1", "Gemma 2"])
def test_weights_in_many_files_give_the_same_tensors(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = make_theirs(CASES[name], 3)
    theirs.save_pretrained(tmp_path / "whole")
    save(theirs, tmp_path / "parts")
    split(tmp_path / "parts", 4)
    assert len(list((tmp_path / "parts").glob("model-*.safetensors"))) == 4
    assert differing(tmp_path / "parts", CASES[name], theirs, monkeypatch) == []


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16], ids=str)
@pytest.mark.parametrize("name", ["BERT, both heads", "T5", "Llama", "Gemma", "GPT-NeoX"])
def test_half_precision_files_are_computed_in_float32(
    name: str, dtype: torch.dtype, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = make_theirs(CASES[name], 4)
    save(copy.deepcopy(theirs).to(dtype), tmp_path)
    assert {tensor.dtype for tensor in load_file(tmp_path / WEIGHTS).values()} == {dtype}
    with torch.no_grad():  # not theirs.to(dtype).float(): that rounds buffers too
        for parameter in theirs.parameters():
            parameter.copy_(parameter.to(dtype))
    assert differing(tmp_path, CASES[name], theirs, monkeypatch) == []


def split(folder: Path, count: int) -> None:
    """The weights of a folder, dealt out to several files and an index."""
    tensors = load_file(folder / WEIGHTS)
    (folder / WEIGHTS).unlink()
    names = sorted(tensors)
    shards = {f"model-{part}.safetensors": names[part::count] for part in range(count)}
    for shard, held in shards.items():
        save_file({name: tensors[name] for name in held}, folder / shard)
    places = {name: shard for shard, held in shards.items() for name in held}
    (folder / INDEX).write_text(json.dumps({"metadata": {}, "weight_map": places}))


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("saved")


@pytest.fixture
def make(saved: Path, tmp_path: Path) -> Callable[..., Path]:
    """A folder with one of the families, which opens, to be spoilt."""
    def one(name: str = "Llama", parts: int = 0) -> Path:
        if not (saved / name).exists():
            save(make_theirs(CASES[name], 0), saved / name)
        folder = tmp_path / "model"
        shutil.copytree(saved / name, folder)
        if parts:
            split(folder, parts)
        open_checkpoint(folder)
        return folder
    return one


def refusal(folder: Path) -> str:
    started = time.process_time()  # of this process, however busy the machine is
    with pytest.raises(Refusal) as refused:
        open_checkpoint(folder)
    assert time.process_time() - started < 5
    sentence = str(refused.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence.replace(str(folder), "…")


def change_json(path: Path, **changes: Any) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


@pytest.mark.parametrize(("name", "changes", "sentence"), [
    ("Llama", {"quantization_config": {"quant_method": "gptq"}},
     "…/config.json: the weights are quantized, which this program does not read; open the model "
     "they were made from."),
    ("Llama", {"rope_parameters": {"rope_type": "yarn", "factor": 4.0}},
     "config.json: rope_type is 'yarn'; expected default, linear, llama3."),
    ("Llama", {"rope_scaling": {"type": "dynamic", "factor": 4.0}},
     "config.json: type is 'dynamic'; expected default, linear, llama3."),
    ("Llama", {"rope_parameters": {"rope_type": "linear"}},
     "config.json has no factor; the file is not whole, or not of this family."),
    ("Llama", {"rope_parameters": {"full_attention": {"rope_type": "default"}}},
     "config.json: rope_parameters differ by layer, which this program does not compute."),
    ("Llama", {"rope_parameters": [1]}, "config.json: rope_parameters is [1]; expected an object."),
    ("Llama", {"num_key_value_heads": 3}, "4 heads can't share 3 key heads evenly."),
    ("Llama", {"head_dim": None, "num_attention_heads": 5},
     "config.json: hidden_size is 24, which 5 heads do not divide."),
    ("Llama", {"head_dim": 2**24}, "4 heads of 16777216 are too wide to be shown."),
    ("Llama", {"hidden_act": "prelu"},
     "config.json: hidden_act is 'prelu'; expected gelu, gelu_new, gelu_pytorch_tanh, relu, silu, "
     "swish."),
    ("Qwen 3, windows by layer", {"layer_types": ["linear_attention", "full_attention"]},
     "config.json: layer_types is ['linear_attention', 'full_attention']; expected a list out of "
     "sliding_attention, full_attention."),
    ("Qwen 3, windows by layer", {"layer_types": ["full_attention"]},
     "1 attention windows are given for 2 layers."),
    ("Gemma", {"use_bidirectional_attention": True},
     "config.json: use_bidirectional_attention is True; expected False."),
    ("Gemma 2", {"attn_logit_softcapping": -1},
     "config.json: attn_logit_softcapping is -1; expected a number above 0."),
    ("BERT, bare", {"is_decoder": True}, "config.json: is_decoder is True; expected False."),
    ("BERT, bare", {"position_embedding_type": "relative_key"},
     "config.json: position_embedding_type is 'relative_key'; expected 'absolute'."),
    ("RoBERTa", {"pad_token_id": 15},
     "config.json: pad_token_id is 15, which leaves no room in 16 positions."),
    ("RoBERTa", {"pad_token_id": -1},
     "config.json: pad_token_id is -1; expected a whole number from 0 to 16777216."),
    ("T5", {"feed_forward_proj": "gated-swish-relu"}, None),
    ("T5", {"relative_attention_num_buckets": 3},
     "buckets is 3; it must be a whole number from 4 to 16777216."),
    ("T5", {"d_kv": 2**24, "num_heads": 2**24},
     "16777216 heads of 16777216 are too wide to be shown."),
    ("Marian", {"share_encoder_decoder_embeddings": False},
     "config.json: share_encoder_decoder_embeddings is False; expected True."),
    ("Marian", {"decoder_vocab_size": 30}, "config.json: decoder_vocab_size is 30; expected 31."),
    ("BART", {"decoder_attention_heads": 5},
     "config.json: d_model is 24, which 5 heads do not divide."),
    ("GPT-NeoX", {"rotary_pct": 0.1, "rope_parameters": None},
     "Rotary positions turn pairs; 1 of a head's 16 dimensions are none."),
])
def test_setting_that_can_not_be_shown_truthfully_is_refused(
    name: str, changes: Values, sentence: str | None, make: Callable[..., Path]
) -> None:
    folder = make(name)
    change_json(folder / CONFIG, **changes)
    found = refusal(folder)
    assert found == sentence or (sentence is None and "feed_forward_proj" in found)


LAYER_KEYS = {
    "BERT, bare": ("num_hidden_layers", "encoder.layer.2."),
    "RoBERTa": ("num_hidden_layers", "encoder.layer.2."),
    "DistilBERT": ("n_layers", "transformer.layer.2."),
    "T5": ("num_layers", "encoder.block.2."),
    "BART": ("decoder_layers", "decoder.layers.3."),
    "Marian": ("encoder_layers", "encoder.layers.2."),
    "Llama": ("num_hidden_layers", "layers.2."),
    "Mistral": ("num_hidden_layers", "layers.2."),
    "Gemma": ("num_hidden_layers", "layers.2."),
    "Gemma 2": ("num_hidden_layers", "layers.2."),
    "GPT-NeoX": ("num_hidden_layers", "layers.2."),
}


@pytest.mark.parametrize("name", LAYER_KEYS)
@pytest.mark.parametrize("layers", [10, 2**24])
def test_layers_without_end_stop_at_the_first_that_is_missing(
    layers: int, name: str, make: Callable[..., Path]
) -> None:
    key, first = LAYER_KEYS[name]
    folder = make(name)
    change_json(folder / CONFIG, **{key: layers, "layer_types": None})
    assert refusal(folder).startswith(f"…/model.safetensors has no tensor {first}")


SIZES = {
    "Llama": ("vocab_size", "hidden_size", "intermediate_size", "max_position_embeddings"),
    "BERT, bare": ("vocab_size", "hidden_size", "intermediate_size", "max_position_embeddings"),
    "T5": ("vocab_size", "d_model", "d_ff", "d_kv", "relative_attention_max_distance"),
    "BART": ("vocab_size", "d_model", "encoder_ffn_dim", "max_position_embeddings"),
    "Marian": ("d_model", "encoder_ffn_dim", "decoder_ffn_dim", "max_position_embeddings"),
    "GPT-NeoX": ("vocab_size", "hidden_size", "intermediate_size", "max_position_embeddings"),
}
FREE = ("max_position_embeddings", "relative_attention_max_distance")
"""Where positions are computed as they are needed, a long context costs nothing."""


@pytest.mark.parametrize(("name", "key"), [(n, k) for n, keys in SIZES.items() for k in keys])
def test_largest_sizes_are_held_against_the_file_before_anything_is_allocated(
    key: str, name: str, make: Callable[..., Path]
) -> None:
    folder = make(name)
    change_json(folder / CONFIG, **{key: 2**24})
    if key in FREE and name not in ("BERT, bare", "BART"):
        open_checkpoint(folder)
        return
    found = refusal(folder)
    assert "config.json asks for [" in found or "too wide to be shown" in found or (
        "do not divide" in found
    ), found


def test_copies_that_differ_are_refused(make: Callable[..., Path]) -> None:
    folder = make("T5")

    def differ(tensors: Tensors, values: Values) -> None:
        tensors["decoder.embed_tokens.weight"] = tensors["shared.weight"] + 1

    rewrite(folder, differ)
    assert refusal(folder) == (
        "…/model.safetensors: shared.weight and decoder.embed_tokens.weight differ; this program "
        "expects them to be one."
    )


@pytest.mark.parametrize("shard", [
    "../model-0.safetensors", "/etc/passwd", "model-0.bin", "sub/model-0.safetensors",
    "..\\model-0.safetensors", ".safetensors/", 7, None, ["model-0.safetensors"], "",
])
def test_shard_that_is_no_bare_name_is_refused(shard: object, make: Callable[..., Path]) -> None:
    folder = make(parts=2)
    change_json(folder / INDEX, weight_map={"a": "model-0.safetensors", "b": shard})
    assert refusal(folder) == (
        f"…/{INDEX} names {shard if isinstance(shard, str) else repr(shard)}; a bare name that "
        "ends in .safetensors is expected."
    )


@pytest.mark.parametrize("told", [None, [], {}, "model-0.safetensors"])
def test_index_without_a_map_is_refused(told: object, make: Callable[..., Path]) -> None:
    folder = make(parts=2)
    change_json(folder / INDEX, weight_map=told)
    assert refusal(folder) == f"…/{INDEX} has no weight_map."


def test_shard_that_is_missing_damaged_or_a_pipe_is_refused(make: Callable[..., Path]) -> None:
    folder = make(parts=2)
    shard = folder / "model-1.safetensors"
    whole = shard.read_bytes()
    shard.write_bytes(whole[:-1])
    assert refusal(folder).startswith("…/model-1.safetensors is damaged or no safetensors file: ")
    shard.unlink()
    assert refusal(folder) == "…/model-1.safetensors can't be read: No such file or directory."
    os.mkfifo(shard)
    assert refusal(folder) == "…/model-1.safetensors is no regular file."


def test_tensor_in_no_shard_or_in_two_is_refused(make: Callable[..., Path]) -> None:
    folder = make(parts=2)
    shards = [folder / f"model-{part}.safetensors" for part in range(2)]
    first, second = (load_file(shard) for shard in shards)
    save_file(second | {"model.norm.weight": torch.ones(24)}, shards[1])
    save_file(first | {"model.norm.weight": torch.ones(24)}, shards[0])
    assert refusal(folder) == (
        f"…/{INDEX} holds 1 tensors that this family does not have, such as model.norm.weight."
    )
    for shard, tensors in zip(shards, (first, second), strict=True):
        tensors.pop("model.norm.weight", None)
        save_file(tensors, shard)
    assert refusal(folder) == (
        f"…/{INDEX} has no tensor norm.weight; it should be there with shape [24]."
    )


@pytest.mark.parametrize("name", [WEIGHTS, CONFIG, "tokenizer.json"])
def test_link_out_of_the_folder_is_refused_and_one_within_it_or_the_hubs_cache_is_followed(
    name: str, make: Callable[..., Path], tmp_path: Path
) -> None:
    folder = make()
    (folder / name).rename(folder / "kept")
    (folder / name).symlink_to("kept")
    open_checkpoint(folder)
    (folder / "kept").rename(tmp_path / "kept")
    (folder / name).unlink()
    (folder / name).symlink_to(tmp_path / "kept")
    assert refusal(folder) == f"…/{name} is a link that leaves its folder."

    cache = tmp_path / "models--who--what"
    (cache / "blobs").mkdir(parents=True)
    (tmp_path / "kept").rename(cache / "blobs" / "0123")
    shutil.copytree(folder, cache / "snapshots" / "abc", symlinks=True)
    linked = cache / "snapshots" / "abc" / name
    linked.unlink()
    linked.symlink_to("../../blobs/0123")
    open_checkpoint(cache / "snapshots" / "abc")
