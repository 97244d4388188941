"""How a good model folder is spoilt, and what is to be answered."""

from __future__ import annotations

import json
import math
import os
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WEIGHTS, INDEX, CONFIG = "model.safetensors", "model.safetensors.index.json", "config.json"
Header = dict[str, Any]
Spoil = Callable[[Path], object]


@dataclass(frozen=True)
class Case:
    """What is done to a good folder, and the words that the refusal must hold."""

    base: str
    spoil: Spoil
    told: tuple[str, ...]
    meanwhile: Spoil | None = None
    """Done when the first tensors have been read."""


@dataclass(frozen=True)
class Facts:
    """Where a family keeps what is spoilt in each."""

    key: str
    """A matrix that is not square, by its name in the file."""
    bare: str
    count: str
    activation: str


FAMILIES = {
    "GPT-2": Facts("transformer.h.1.mlp.c_fc.weight", "h.1.mlp.c_fc.weight", "n_layer",
                   "activation_function"),
    "BERT, both heads": Facts(
        "bert.encoder.layer.1.intermediate.dense.weight",
        "encoder.layer.1.intermediate.dense.weight", "num_attention_heads", "hidden_act"),
    "RoBERTa": Facts(
        "roberta.encoder.layer.0.output.dense.weight", "encoder.layer.0.output.dense.weight",
        "hidden_size", "hidden_act"),
    "DistilBERT": Facts(
        "distilbert.transformer.layer.1.ffn.lin1.weight", "transformer.layer.1.ffn.lin1.weight",
        "n_heads", "activation"),
    "T5": Facts(
        "decoder.block.1.layer.2.DenseReluDense.wi.weight",
        "decoder.block.1.layer.2.DenseReluDense.wi.weight", "d_kv", "feed_forward_proj"),
    "BART": Facts("model.decoder.layers.2.fc1.weight", "decoder.layers.2.fc1.weight",
                  "decoder_layers", "activation_function"),
    "Marian": Facts("model.encoder.layers.1.fc2.weight", "encoder.layers.1.fc2.weight",
                    "encoder_ffn_dim", "activation_function"),
    "Llama": Facts("model.layers.1.mlp.gate_proj.weight", "layers.1.mlp.gate_proj.weight",
                   "intermediate_size", "hidden_act"),
    "Qwen 3": Facts("model.layers.0.self_attn.k_proj.weight",
                                      "layers.0.self_attn.k_proj.weight", "head_dim",
                                      "hidden_act"),
    "Gemma 2": Facts("model.layers.0.mlp.down_proj.weight", "layers.0.mlp.down_proj.weight",
                     "num_key_value_heads", "hidden_activation"),
    "GPT-NeoX": Facts("gpt_neox.layers.1.attention.query_key_value.weight",
                      "layers.1.attention.query_key_value.weight", "num_hidden_layers",
                      "hidden_act"),
    "XLNet": Facts("transformer.layer.1.ff.layer_1.weight", "layer.1.ff.layer_1.weight", "n_layer",
                   "ff_activation"),
}


def split(folder: Path) -> tuple[Header, bytes]:
    raw = (folder / WEIGHTS).read_bytes()
    (size,) = struct.unpack("<Q", raw[:8])
    return json.loads(raw[8 : 8 + size]), raw[8 + size :]


def join(folder: Path, header: object, body: bytes) -> None:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    (folder / WEIGHTS).write_bytes(struct.pack("<Q", len(text)) + text + body)


def in_header(change: Callable[[Header], object]) -> Spoil:
    """The table changes, the numbers stay."""
    def spoil(folder: Path) -> None:
        header, body = split(folder)
        change(header)
        join(folder, header, body)
    return spoil


def in_config(**values: object) -> Spoil:
    def spoil(folder: Path) -> None:
        told = json.loads((folder / CONFIG).read_text())
        (folder / CONFIG).write_text(json.dumps(told | values))
    return spoil


def raw_config(change: Callable[[bytes], bytes]) -> Spoil:
    return lambda folder: (folder / CONFIG).write_bytes(change((folder / CONFIG).read_bytes()))


def grow(folder: Path, key: str, dtype: str, shape: list[int], size: int) -> None:
    """One tensor more, at the end."""
    header, body = split(folder)
    header[key] = {"dtype": dtype, "shape": shape, "data_offsets": [len(body), len(body) + size]}
    join(folder, header, body + bytes(size))


def retype(key: str, dtype: str, size: int) -> Spoil:
    """A tensor of the right shape and of another type, whose numbers have ``size`` bytes."""
    def spoil(folder: Path) -> None:
        header, body = split(folder)
        header["old"] = header.pop(key)
        join(folder, header, body)
        shape = header["old"]["shape"]
        grow(folder, key, dtype, shape, math.prod(shape) * size)
    return spoil


def reshape(key: str) -> Spoil:
    return in_header(lambda header: header[key]["shape"].reverse())


def lose(key: str) -> Spoil:
    return in_header(lambda header: header.update({"lost": header.pop(key)}))


def empty_axis(key: str) -> Spoil:
    """A tensor with no numbers, whose other axis has no end."""
    def change(folder: Path) -> None:
        header, body = split(folder)
        header["spare"] = header.pop(key)
        header[key] = {"dtype": "F32", "shape": [0, 2**62],
                       "data_offsets": [len(body), len(body)]}
        join(folder, header, body)
    return change


def cut(share: float) -> Spoil:
    """Only the first part of the file is there."""
    def spoil(folder: Path) -> None:
        path = folder / WEIGHTS
        os.truncate(path, int(path.stat().st_size * share))
    return spoil


def map_body(folder: Path, change: Callable[[bytes], bytes]) -> tuple[Header, bytes]:
    header, body = split(folder)
    return header, change(body)


def split_names(path: Path) -> list[str]:
    with path.open("rb") as file:
        (size,) = struct.unpack("<Q", file.read(8))
        return [name for name in json.loads(file.read(size)) if name != "__metadata__"]
