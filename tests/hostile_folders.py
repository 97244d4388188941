"""Settings that no model has, files that are not what they should be, names that lead elsewhere."""

from __future__ import annotations

import json
import os
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.spoiling import (
    CONFIG,
    INDEX,
    WEIGHTS,
    Case,
    Spoil,
    cut,
    in_config,
    raw_config,
    split_names,
)


def every_config() -> Iterator[tuple[str, Case]]:
    odd = "is no JSON this program can read"
    whole = "config.json"
    marks = b'{"a": [' + b"[]," * 2 * 10**6 + b"[]]}"
    for name, base, spoil, told in (
        ("empty", "T5", raw_config(lambda raw: b""), (whole, odd)),
        ("half", "T5", raw_config(lambda raw: raw[: len(raw) // 2]), (whole, odd)),
        ("UTF-16", "T5", raw_config(lambda raw: raw.decode().encode("utf-16")), (whole, odd)),
        ("zeros", "T5", raw_config(lambda raw: bytes(1000)), (whole, odd)),
        ("two objects", "T5", raw_config(lambda raw: raw + raw), (whole, odd, "Extra data")),
        ("a key twice, far apart", "T5", raw_config(
            lambda raw: raw.rstrip().removesuffix(b"}") + b', "d_model": 24}'),
         (whole, odd, "d_model is given twice")),
        ("six million values", "T5", raw_config(lambda raw: marks), (whole, odd, "more values")),
        ("16 MB of one text", "T5", raw_config(
            lambda raw: b'{"a": "' + "🙂".encode() * (2**22 - 10) + b'"}'), (whole, "model_type")),
        ("more than 16 MB", "T5", raw_config(lambda raw: raw + b" " * 2**24), (whole, "at most")),
        ("a model_type of no one", "T5", in_config(model_type="t5\n"), (whole, "'t5\\n'", "opens")),
        ("quantized", "Llama", in_config(quantization_config={"bits": 4}), (whole, "quantized")),
        ("a rope of no one", "Llama", in_config(rope_parameters={"rope_type": "\n"}),
         (whole, "rope_type", "expected default")),
        ("a rope that is no number", "Llama", in_config(
            rope_parameters={"rope_type": "default", "rope_theta": "10000"}),
         (whole, "rope_theta", "'10000'", "expected a number")),
        ("a rope of 10^400", "Llama", raw_config(
            lambda raw: raw.replace(b'"rope_theta": 10000.0', b'"rope_theta": 1e400')),
         (whole, "rope_theta", "inf", "expected a number")),
        ("layers beyond the file", "Qwen 3", in_config(
            num_hidden_layers=2**24, layer_types=None, use_sliding_window=True, sliding_window=4,
            max_window_layers=2**23), (WEIGHTS, "has no tensor layers.2.")),
        ("heads without a share", "Llama", in_config(num_attention_heads=5), ("5 heads",)),
        ("an epsilon that is a text", "BERT, both heads", in_config(layer_norm_eps="tiny"),
         (whole, "layer_norm_eps", "'tiny'", "a number above 0")),
        ("an epsilon of null and a width of a list", "BERT, both heads", in_config(
            layer_norm_eps=None, hidden_size=[24]), (whole, "hidden_size", "[24]")),
        ("a flag that is a number", "Marian", in_config(scale_embedding=1),
         (whole, "scale_embedding", "1", "true or false")),
        ("a gate of no one", "T5", in_config(feed_forward_proj="gated-wishful"),
         (whole, "feed_forward_proj", "gated-wishful", "expected")),
        ("a vocabulary of 0", "BART", in_config(vocab_size=0), (whole, "vocab_size", "0")),
        ("a vocabulary below 0", "BART", in_config(vocab_size=-1), (whole, "vocab_size", "-1")),
        ("a vocabulary of another size", "Gemma 2", in_config(vocab_size=30),
         (WEIGHTS, "embed_tokens.weight", "[31, 24]", "[30, 24]")),
        ("a context of a fraction", "GPT-NeoX", in_config(max_position_embeddings=16.5),
         (whole, "max_position_embeddings", "16.5")),
    ):
        yield f"config: {name}", Case(base, spoil, told)


def every_place() -> Iterator[tuple[str, Case]]:
    """Files that are not what they should be, and names that lead elsewhere."""
    def shards(change: Callable[[dict[str, str]], object]) -> Spoil:
        """The weights in two files, and an index that is spoilt."""
        def spoil(folder: Path) -> None:
            (folder / WEIGHTS).rename(folder / "a.safetensors")
            places = dict.fromkeys(split_names(folder / "a.safetensors"), "a.safetensors")
            (folder / INDEX).write_text(json.dumps({"weight_map": change(places) or places}))
        return spoil

    def second(make: Spoil) -> Spoil:
        """A second shard, made as said."""
        def spoil(folder: Path) -> None:
            shards(lambda places: {**places, "more": "b.safetensors"})(folder)
            make(folder / "b.safetensors")
        return spoil

    def instead(name: str, make: Spoil) -> Spoil:
        def spoil(folder: Path) -> None:
            (folder / name).unlink()
            make(folder / name)
        return spoil

    def pickled(name: str) -> Spoil:
        def spoil(folder: Path) -> None:
            (folder / WEIGHTS).unlink()
            (folder / name).write_bytes(pickle.dumps(Bomb()))
        return spoil

    def outside(path: Path) -> None:
        elsewhere = path.parent.parent / "elsewhere"
        elsewhere.write_bytes(path.with_name("kept").read_bytes())
        path.symlink_to("../elsewhere")

    def leaving(name: str) -> Spoil:
        def spoil(folder: Path) -> None:
            (folder / name).rename(folder / "kept")
            outside(folder / name)
        return spoil

    for name, spoil, told in (
        ("a pickle", pickled("pytorch_model.bin"), ("pytorch_model.bin", "save_pretrained")),
        ("a pickle in parts", pickled("pytorch_model-00001-of-00002.bin"),
         ("pytorch_model-00001-of-00002.bin", "save_pretrained")),
        ("a pickle by torch's name", pickled("model.pt"), ("model.pt", "save_pretrained")),
        ("a pickle by TensorFlow's name", pickled("tf_model.h5"), ("tf_model.h5", "transformers")),
        ("a pickle under the safe name", instead(
            WEIGHTS, lambda path: path.write_bytes(pickle.dumps(Bomb()))), (WEIGHTS, "damaged")),
        ("a device", instead(WEIGHTS, lambda path: path.symlink_to("/dev/urandom")),
         (WEIGHTS, "no regular file")),
        ("a terminal", instead(CONFIG, lambda path: path.symlink_to("/dev/tty")),
         (CONFIG, "no regular file")),
        ("a link to /etc", instead(CONFIG, lambda path: path.symlink_to("/etc/passwd")),
         (CONFIG, "leaves its folder")),
        ("weights that leave", leaving(WEIGHTS), (WEIGHTS, "leaves its folder")),
        ("a config that leaves", leaving(CONFIG), (CONFIG, "leaves its folder")),
        ("a shard that leaves", second(lambda path: path.symlink_to("../../good")),
         ("b.safetensors", "can't be read")),
        ("a shard that is a pipe", second(os.mkfifo), ("b.safetensors", "no regular file")),
        ("a shard that is a folder", second(Path.mkdir), ("b.safetensors", "no regular file")),
        ("a shard that is a device", second(lambda path: path.symlink_to("/dev/zero")),
         ("b.safetensors", "no regular file")),
        ("a shard that is empty", second(Path.touch), ("b.safetensors", "its 0 bytes")),
        ("a shard that is not there", second(lambda path: None), ("b.safetensors", "No such")),
        ("a shard that is the other", second(lambda path: os.link(
            path.with_name("a.safetensors"), path)),
         (INDEX, "holds 28 tensors", "transformer.h.0.")),
        ("a shard above", shards(lambda places: {**places, "a": "../a.safetensors"}),
         (INDEX, "../a.safetensors", "a bare name")),
        ("a shard at the root", shards(lambda places: {**places, "a": "/a.safetensors"}),
         (INDEX, "/a.safetensors", "a bare name")),
        ("a shard that is a pickle", shards(lambda places: {**places, "a": "a.bin"}),
         (INDEX, "a.bin", "a bare name")),
        ("a shard with a NUL", shards(lambda places: {**places, "a": "\0.safetensors"}),
         (INDEX, "x00.safetensors", "a bare name")),
        ("a shard with a name without end", shards(
            lambda places: {**places, "a": "x" * 10**6 + ".safetensors"}),
         (INDEX, "xxx", "a bare name")),
        ("a shard that is no text", shards(
            lambda places: {**places, "a": 0}),  # type: ignore[dict-item]
         (INDEX, "0", "a bare name")),
        ("ten thousand shards", shards(
            lambda places: {str(part): f"{part}.safetensors" for part in range(10**4)}),
         (INDEX, "10000 files", "1024")),
        ("an index that is a list", lambda folder: (
            (folder / WEIGHTS).unlink(), (folder / INDEX).write_text("[]")), (INDEX, "no JSON")),
        ("an index that is empty", lambda folder: (
            (folder / WEIGHTS).unlink(), (folder / INDEX).touch()), (INDEX, "no JSON")),
    ):
        yield f"place: {name}", Case("GPT-2", spoil, told)
    for share in (0.0, 0.3, 0.9):
        yield f"place: cut to {share} while it is read", Case(
            "GPT-2", lambda folder: None, (WEIGHTS, "cut short", "of its", "bytes"), cut(share)
        )


class Bomb:
    """A pickle that leaves a trace if it is opened."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, ("touch exploded",)
