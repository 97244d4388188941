"""What is wrong with a folder is said in one sentence, at once, before anything is allocated."""

from __future__ import annotations

import json
import os
import shutil
import struct
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from core.checkpoint import open_checkpoint, write_checkpoint
from core.config import ModelConfig
from core.errors import Refusal
from core.model import Transformer
from core.tokens import Tokenizer
from core.training.vocabulary import train_tokenizer

pytestmark = pytest.mark.timeout(20)  # no case may hang

ROWS, WIDTH, MLP, CONTEXT, LAYERS = 300, 8, 20, 16, 2
PREFIX = "transformer."
CONFIG, WEIGHTS, TOKENIZER = "config.json", "model.safetensors", "tokenizer.json"


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tokenizer = train_tokenizer("byte_bpe", ["The cat sat on the mat."], 270)
    config = ModelConfig(
        vocabulary=ROWS, width=WIDTH, heads=2, head_width=4, mlp_width=MLP,
        context=CONTEXT, decoder_layers=LAYERS,
    )
    folder = tmp_path_factory.mktemp("good")
    write_checkpoint(folder, Transformer(config), tokenizer, step=3)
    return folder


@pytest.fixture
def folder(good: Path, tmp_path: Path) -> Path:
    """A folder that opens, to be spoilt."""
    shutil.copytree(good, tmp_path / "model")
    assert open_checkpoint(tmp_path / "model").step == 3
    return tmp_path / "model"


def refusal(folder: Path) -> str:
    started = time.monotonic()
    with pytest.raises(Refusal) as refused:
        open_checkpoint(folder)
    assert time.monotonic() - started < 5
    sentence = str(refused.value)
    assert sentence.endswith(".")
    assert not sentence.endswith("..")
    assert "\n" not in sentence
    return sentence


def change_config(folder: Path, **changes: Any) -> None:
    path = folder / CONFIG
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def split_weights(folder: Path) -> tuple[dict[str, Any], bytes]:
    """The header of the weights, parsed, and the numbers that follow it."""
    raw = (folder / WEIGHTS).read_bytes()
    (size,) = struct.unpack("<Q", raw[:8])
    return json.loads(raw[8 : 8 + size]), raw[8 + size :]


def join_weights(folder: Path, header: dict[str, Any] | bytes, body: bytes) -> None:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    (folder / WEIGHTS).write_bytes(struct.pack("<Q", len(text)) + text + body)


def test_folder_that_is_missing_or_a_file_is_refused(folder: Path) -> None:
    assert refusal(folder / "nowhere") == (
        f"{folder}/nowhere can't be read: No such file or directory."
    )
    assert refusal(folder / CONFIG) == (
        f"{folder}/config.json is no folder; name the folder that holds config.json and "
        "model.safetensors."
    )
    assert refusal(Path("a\0b")) == "a\0b can't be read: embedded null byte."
    assert refusal(Path("x" * 5000)).endswith("x can't be read: File name too long.")


def make_pipe(path: Path) -> None:
    os.mkfifo(path)


def make_loop(path: Path) -> None:
    path.symlink_to(path)


def make_endless(path: Path) -> None:
    path.symlink_to("/dev/zero")


def make_dangling(path: Path) -> None:
    path.symlink_to("nowhere")


@pytest.mark.parametrize("name", [CONFIG, WEIGHTS, TOKENIZER])
@pytest.mark.parametrize(("make", "reason"), [
    (Path.is_file, "can't be read: No such file or directory"),  # makes nothing
    (Path.mkdir, "is no regular file"),
    (make_pipe, "is no regular file"),
    (make_endless, "is no regular file"),
    (make_loop, "can't be read: Too many levels of symbolic links"),
    (make_dangling, "can't be read: No such file or directory"),
], ids=["missing", "folder", "pipe", "device", "loop", "dangling"])
def test_file_that_is_missing_or_cannot_be_read_to_its_end_is_refused(
    make: Callable[[Path], object], reason: str, name: str, folder: Path
) -> None:
    (folder / name).unlink()
    make(folder / name)
    if name == TOKENIZER and make is Path.is_file:
        reason = "nor vocab.json; the model came without its tokenizer"
        assert refusal(folder) == f"{folder} has neither tokenizer.json {reason}."
        return
    assert refusal(folder) == f"{folder}/{name} {reason}."


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
@pytest.mark.parametrize("name", [CONFIG, WEIGHTS, TOKENIZER])
def test_file_without_the_right_to_read_is_refused(name: str, folder: Path) -> None:
    (folder / name).chmod(0)
    assert refusal(folder) == f"{folder}/{name} can't be read: Permission denied."


@pytest.mark.parametrize(("name", "limit"), [(CONFIG, 16 * 2**20), (TOKENIZER, 64 * 2**20)])
def test_text_file_of_a_size_that_no_model_has_is_refused_unread(
    name: str, limit: int, folder: Path
) -> None:
    os.truncate(folder / name, limit + 1)  # sparse, so that it takes no room
    assert refusal(folder) == f"{folder}/{name} has {limit + 1} bytes; at most {limit} are read."


@pytest.mark.parametrize(("content", "reason"), [
    (b"", "Expecting value"),
    (b"{'n_embd': 8}", "Expecting property name enclosed in double quotes"),
    (b'{"n_embd": 8', "Expecting ',' delimiter"),
    (b'{"a": "\xff"}', "'utf-8' codec can't decode byte 0xff"),
    (b'{"n_embd": 8, "n_embd": 8}', "the key n_embd is given twice."),
    (b'{"a": [{"b": 1, "b": 2}]}', "the key b is given twice."),
    (b'{"layer_norm_epsilon": NaN}', "NaN is no JSON number."),
    (b'{"layer_norm_epsilon": -Infinity}', "-Infinity is no JSON number."),
])
def test_config_that_is_no_json_is_refused(content: bytes, reason: str, folder: Path) -> None:
    (folder / CONFIG).write_bytes(content)
    assert refusal(folder).startswith(
        f"{folder}/config.json is no JSON this program can read: {reason}"
    )


@pytest.mark.parametrize("content", [b"[" * 10**6, b'{"a":' * 10**6, b"9" * 10**6])
def test_config_nested_or_long_without_end_is_refused(content: bytes, folder: Path) -> None:
    (folder / CONFIG).write_bytes(content)
    assert refusal(folder).startswith(f"{folder}/config.json is no JSON this program can read: ")


@pytest.mark.parametrize("content", ["[]", "null", "3", '"gpt2"'])
def test_config_that_is_no_object_is_refused(content: str, folder: Path) -> None:
    (folder / CONFIG).write_text(content)
    assert refusal(folder) == f"{folder}/config.json holds no JSON object."


@pytest.mark.parametrize(("found", "shown"), [
    ("opt", "'opt'"), (None, "None"), (["gpt2"], "['gpt2']"), ("GPT2", "'GPT2'"),
    ("x" * 10**6, "'" + "x" * 59),
])
def test_model_of_another_family_is_refused(found: object, shown: str, folder: Path) -> None:
    change_config(folder, model_type=found)
    assert refusal(folder) == (
        f"{folder}/config.json: model_type is {shown}; this program opens gpt2, bert, "
        "roberta, xlm-roberta, distilbert, t5, bart, marian, llama, mistral, qwen2, qwen3, gemma, "
        "gemma2, gpt_neox, xlnet."
    )


COUNTS = ("vocab_size", "n_embd", "n_head", "n_layer", "n_positions", "n_inner")
BAD_COUNTS = {
    "True": True, "0": 0, "-4": -4, "8.0": 8.0, "'8'": "8", "[8]": [8], "1000000000": 10**9,
    "1" + "0" * 59: 10**4000,
}


@pytest.mark.parametrize("name", COUNTS)
@pytest.mark.parametrize("shown", BAD_COUNTS)
def test_count_that_is_no_number_or_absurd_is_refused(shown: str, name: str, folder: Path) -> None:
    change_config(folder, **{name: BAD_COUNTS[shown]})
    assert refusal(folder) == (
        f"config.json: {name} is {shown}; expected a whole number from 1 to 16777216."
    )


@pytest.mark.parametrize("name", COUNTS[:-1])
@pytest.mark.parametrize("null", [True, False])
def test_count_that_is_missing_is_refused(null: bool, name: str, folder: Path) -> None:
    values = json.loads((folder / CONFIG).read_text())
    values = values | {name: None} if null else {k: v for k, v in values.items() if k != name}
    (folder / CONFIG).write_text(json.dumps(values))
    assert refusal(folder) == (
        f"config.json has no {name}; the file is not whole, or not of this family."
    )


@pytest.mark.parametrize(("name", "value", "sentence"), [
    ("n_head", 3, "config.json: n_embd is 8, which 3 heads do not divide."),
    ("n_embd", 9, "config.json: n_embd is 9, which 2 heads do not divide."),
    ("layer_norm_epsilon", 0, "config.json: layer_norm_epsilon is 0; expected a number above 0."),
    ("layer_norm_epsilon", True,
     "config.json: layer_norm_epsilon is True; expected a number above 0."),
    ("layer_norm_epsilon", "1e-5",
     "config.json: layer_norm_epsilon is '1e-5'; expected a number above 0."),
    ("activation_function", "swish",
     "config.json: activation_function is 'swish'; expected gelu_new, gelu_pytorch_tanh, gelu, "
     "relu."),
    ("activation_function", ["relu"],
     "config.json: activation_function is ['relu']; expected gelu_new, gelu_pytorch_tanh, gelu, "
     "relu."),
    ("scale_attn_weights", 1, "config.json: scale_attn_weights is 1; expected true or false."),
    ("scale_attn_by_inverse_layer_idx", True,
     "config.json: scale_attn_by_inverse_layer_idx is set, which this program does not compute."),
])
def test_setting_out_of_range_is_refused(
    name: str, value: object, sentence: str, folder: Path
) -> None:
    change_config(folder, **{name: value})
    assert refusal(folder) == sentence


def test_number_too_large_for_a_float_is_refused(folder: Path) -> None:
    text = (folder / CONFIG).read_text().replace("1e-05", "1e999")
    (folder / CONFIG).write_text(text)
    assert refusal(folder) == (
        "config.json: layer_norm_epsilon is inf; expected a number above 0."
    )


@pytest.mark.parametrize(("name", "key", "found", "asked"), [
    ("n_positions", "wpe.weight", [CONTEXT, WIDTH], [2**24, WIDTH]),
    ("n_inner", "h.0.mlp.c_fc.weight", [WIDTH, MLP], [WIDTH, 2**24]),
    ("n_embd", "wte.weight", [ROWS, WIDTH], [ROWS, 2**24]),
    ("vocab_size", "wte.weight", [ROWS, WIDTH], [2**24, WIDTH]),
])
def test_largest_sizes_are_held_against_the_file_before_anything_is_allocated(
    name: str, key: str, found: list[int], asked: list[int], folder: Path
) -> None:
    change_config(folder, **{name: 2**24})
    assert refusal(folder) == (
        f"{folder}/model.safetensors: {key} has shape {found}; config.json asks for {asked}."
    )


@pytest.mark.parametrize("layers", [LAYERS + 1, 2**24])
def test_more_layers_than_the_file_has_end_at_the_first_that_is_missing(
    layers: int, folder: Path
) -> None:
    change_config(folder, n_layer=layers)
    assert refusal(folder) == (
        f"{folder}/model.safetensors has no tensor h.2.ln_1.weight; it should be there with shape "
        f"[{WIDTH}]."
    )


def test_fewer_layers_than_the_file_has_are_refused_too(folder: Path) -> None:
    change_config(folder, n_layer=LAYERS - 1)
    sentence = refusal(folder)
    assert sentence.startswith(
        f"{folder}/model.safetensors holds 12 tensors that this family does not have, such as "
        f"{PREFIX}h.1."
    )


def test_pickle_alone_is_refused_with_the_safe_way_out(folder: Path) -> None:
    (folder / WEIGHTS).rename(folder / "pytorch_model.bin")
    assert refusal(folder) == (
        f"{folder}/pytorch_model.bin is a pickle, which can run code; convert it with "
        "save_pretrained of transformers, which writes model.safetensors."
    )


def test_weights_cut_anywhere_are_refused(folder: Path) -> None:
    raw = (folder / WEIGHTS).read_bytes()
    (size,) = struct.unpack("<Q", raw[:8])
    near = {edge + step for edge in (0, 8, 8 + size, len(raw)) for step in range(-3, 4)}
    cuts = sorted({cut for cut in near | set(range(0, len(raw), 997)) if 0 <= cut < len(raw)})
    assert len(cuts) > 20
    for cut in cuts:
        (folder / WEIGHTS).write_bytes(raw[:cut])
        assert refusal(folder).startswith(
            f"{folder}/model.safetensors is damaged or no safetensors file: "
        ), cut


@pytest.mark.parametrize("lie", [0, 1, 1000, 2**31, 2**63, 2**64 - 1])
def test_header_that_lies_about_its_length_is_refused(lie: int, folder: Path) -> None:
    raw = (folder / WEIGHTS).read_bytes()
    (folder / WEIGHTS).write_bytes(struct.pack("<Q", lie) + raw[8:])
    assert refusal(folder).startswith(
        f"{folder}/model.safetensors is damaged or no safetensors file: "
    )


@pytest.mark.parametrize("header", [
    b"", b"[]", b"not json", b"\xff" * 64, b"[" * 10**6, b'{"a":' * 10**6,
])
def test_header_that_is_no_table_of_tensors_is_refused(header: bytes, folder: Path) -> None:
    join_weights(folder, header, split_weights(folder)[1])
    assert refusal(folder).startswith(
        f"{folder}/model.safetensors is damaged or no safetensors file: "
    )


def overlap(header: dict[str, Any]) -> None:
    header[f"{PREFIX}h.0.ln_1.weight"]["data_offsets"] = (
        header[f"{PREFIX}h.0.ln_1.bias"]["data_offsets"]
    )


def overflow(header: dict[str, Any]) -> None:
    header[f"{PREFIX}wte.weight"]["shape"] = [2**62, 2**62]


def beyond_the_end(header: dict[str, Any]) -> None:
    last = max(header, key=lambda k: header[k]["data_offsets"][1] if k != "__metadata__" else 0)
    header[last]["data_offsets"][1] += 4
    header[last]["shape"] = [header[last]["shape"][0] + 1]


def unknown_type(header: dict[str, Any]) -> None:
    header[f"{PREFIX}wte.weight"]["dtype"] = "F33"


@pytest.mark.parametrize("spoil", [overlap, overflow, beyond_the_end, unknown_type])
def test_tensors_that_overlap_or_do_not_fit_are_refused(
    spoil: Callable[[dict[str, Any]], None], folder: Path
) -> None:
    header, body = split_weights(folder)
    spoil(header)
    join_weights(folder, header, body)
    assert refusal(folder).startswith(
        f"{folder}/model.safetensors is damaged or no safetensors file: "
    )


def test_tensor_of_another_shape_is_refused_by_name(folder: Path) -> None:
    header, body = split_weights(folder)
    header[f"{PREFIX}h.1.mlp.c_fc.weight"]["shape"] = [MLP, WIDTH]  # as nn.Linear would have it
    join_weights(folder, header, body)
    assert refusal(folder) == (
        f"{folder}/model.safetensors: h.1.mlp.c_fc.weight has shape [20, 8]; config.json asks for "
        "[8, 20]."
    )


@pytest.mark.parametrize("dtype", ["I32", "U32"])
def test_tensor_of_whole_numbers_is_refused(dtype: str, folder: Path) -> None:
    header, body = split_weights(folder)
    header[f"{PREFIX}ln_f.weight"]["dtype"] = dtype
    join_weights(folder, header, body)
    assert refusal(folder) == (
        f"{folder}/model.safetensors: ln_f.weight is of type {dtype}; this program reads F32, F16, "
        "BF16."
    )


@pytest.mark.parametrize("name", [
    "wte.weight", "wpe.weight", "ln_f.bias", "h.0.attn.c_attn.weight", "h.1.attn.c_proj.bias",
])
def test_missing_tensor_is_refused_by_name_and_shape(name: str, folder: Path) -> None:
    header, body = split_weights(folder)
    shape = header[PREFIX + name]["shape"]
    header[f"{PREFIX}something.else"] = header.pop(PREFIX + name)
    join_weights(folder, header, body)
    assert refusal(folder) == (
        f"{folder}/model.safetensors has no tensor {name}; it should be there with shape {shape}."
    )


def add_tensor(folder: Path, name: str, count: int) -> None:
    header, body = split_weights(folder)
    end = len(body)
    header[name] = {"dtype": "F32", "shape": [count], "data_offsets": [end, end + 4 * count]}
    join_weights(folder, header, body + bytes(4 * count))


@pytest.mark.parametrize("name", [
    "h.0.attn.q_attn.weight", f"{PREFIX}h.0.ln_3.weight", "score.weight",
    f"{PREFIX}h.7.attn.c_attn.bias", "ln_f.bias",
])
def test_tensor_that_gpt2_does_not_have_or_has_twice_is_refused(name: str, folder: Path) -> None:
    add_tensor(folder, name, 8)
    sentence = refusal(folder)
    assert sentence.startswith(
        f"{folder}/model.safetensors holds 1 tensors that this family does not have, such as "
    )
    assert name.removeprefix(PREFIX) in sentence


def test_head_of_another_shape_is_refused(folder: Path) -> None:
    add_tensor(folder, "lm_head.weight", WIDTH)
    assert refusal(folder) == (
        f"{folder}/model.safetensors: lm_head.weight has shape [8]; config.json asks for "
        f"[{ROWS}, 8]."
    )


@pytest.mark.parametrize("step", ["", "many", "-3", "1.5", "9" * 40, "²"])
def test_step_that_is_no_number_counts_as_none(step: str, folder: Path) -> None:
    header, body = split_weights(folder)
    header["__metadata__"]["step"] = step
    join_weights(folder, header, body)
    assert open_checkpoint(folder).step is None


def test_weights_that_are_no_numbers_are_read_as_they_are(folder: Path) -> None:
    header, body = split_weights(folder)
    at = header[f"{PREFIX}ln_f.bias"]["data_offsets"][0]
    join_weights(folder, header, body[:at] + struct.pack("<ff", float("nan"), float("inf"))
                 + body[at + 8 :])
    bias = open_checkpoint(folder).model.state_dict()["decoder.norm.bias"]
    assert torch.isnan(bias[0])
    assert torch.isposinf(bias[1])


@pytest.mark.parametrize("content", [
    b"", b"{}", b"[]", b"\xff\xfe\x00", b"[" * 10**6, b'{"model": {"type": "BPE"}}', b"{",
])
def test_damaged_tokenizer_is_refused(content: bytes, folder: Path) -> None:
    (folder / TOKENIZER).write_bytes(content)
    assert refusal(folder).startswith(
        f"{folder}/tokenizer.json is no tokenizer this program can read: "
    )


def change_tokenizer(folder: Path, **changes: Any) -> None:
    path = folder / TOKENIZER
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def template(**special: Any) -> dict[str, Any]:
    return {
        "type": "TemplateProcessing", "pair": [], "special_tokens": special,
        "single": [
            {"SpecialToken": {"id": "[CLS]", "type_id": 0}},
            {"Sequence": {"id": "A", "type_id": 0}},
        ],
    }


@pytest.mark.parametrize("changes", [
    {"normalizer": {"type": "Precompiled", "precompiled_charsmap": "AAAA"}},
    {"post_processor": template()},
    {"pre_tokenizer": {"type": "Split", "pattern": {"Regex": "("}, "behavior": "Isolated",
                       "invert": False}},
], ids=["charsmap", "template", "pattern"])
def test_tokenizer_that_makes_the_library_panic_is_refused(
    changes: dict[str, Any], folder: Path
) -> None:
    change_tokenizer(folder, **changes)
    assert refusal(folder).startswith(
        f"{folder}/tokenizer.json is no tokenizer this program can read: "
    )


def test_panic_of_the_library_over_a_text_is_a_refusal(folder: Path) -> None:
    change_tokenizer(folder, pre_tokenizer={"type": "FixedLength", "length": 0})
    tokenizer = Tokenizer.from_file(folder / TOKENIZER)
    with pytest.raises(Refusal) as refused:
        tokenizer.encode("cat", 8)
    assert str(refused.value) == (
        "The tokenizer can't read this text: chunk size must be non-zero."
    )


@pytest.mark.parametrize("where", ["vocabulary", "template"])
def test_tokenizer_with_ids_past_the_embedding_is_refused(where: str, folder: Path) -> None:
    values = json.loads((folder / TOKENIZER).read_text())
    if where == "vocabulary":
        change_tokenizer(folder, model=values["model"] | {
            "vocab": values["model"]["vocab"] | {"zebra": ROWS}
        })
    else:
        change_tokenizer(folder, post_processor=template(
            **{"[CLS]": {"id": "[CLS]", "ids": [ROWS], "tokens": ["[CLS]"]}}
        ))
    assert refusal(folder) == (
        f"{folder}/tokenizer.json gives ids up to {ROWS}, but the model has {ROWS} tokens."
    )
