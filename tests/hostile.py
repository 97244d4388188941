"""Folders that are spoilt in every way, opened one after another in a process of its own.

Run as ``python -m tests.hostile GOOD SCRATCH``: GOOD holds a folder a family. For each case a line
of JSON says what was answered, how long it took and how much memory it took, and whether the
session that was open before still answers the same.
"""

from __future__ import annotations

import json
import math
import os
import pickle
import shutil
import struct
import sys
import time
from collections.abc import Callable, Iterator
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


def of_each_family() -> Iterator[tuple[str, Case]]:
    for base, facts in FAMILIES.items():
        key, bare = facts.key, facts.bare
        for name, spoil, told in (
            ("a key missing", lose(key), (WEIGHTS, "has no tensor", bare, "shape [")),
            ("a key more", lambda folder: grow(folder, "who.knows", "F32", [2, 3], 24),
             (WEIGHTS, "holds 1 tensors", "who.knows")),
            ("turned", reshape(key), (WEIGHTS, bare, "has shape [", "asks for [")),
            ("FP8", retype(key, "F8_E4M3", 1), (WEIGHTS, bare, "F8_E4M3", "F32, F16, BF16")),
            ("whole numbers", retype(key, "I32", 4), (WEIGHTS, bare, "I32", "F32, F16, BF16")),
            ("an empty axis", empty_axis(key), (WEIGHTS, bare, "[0, 4611686018427387904]")),
            ("cut", cut(0.7), (WEIGHTS, "is damaged", "end at byte", "bytes")),
            ("a bool for a count", in_config(**{facts.count: True}),
             (CONFIG, facts.count, "True", "a whole number from 1")),
            ("a size without end", in_config(**{facts.count: 10**300}),
             (CONFIG, facts.count, "1000000", "a whole number from 1")),
            ("an unknown activation", in_config(**{facts.activation: "wishful"}),
             (CONFIG, facts.activation, "wishful", "expected")),
        ):
            yield f"{base}: {name}", Case(base, spoil, told)


def every_header() -> Iterator[tuple[str, Case]]:
    """What a header can lie about."""
    key = "transformer.wte.weight"

    def entry(**values: object) -> Spoil:
        return in_header(lambda header: header[key].update(values))

    def instead(value: object) -> Spoil:
        return in_header(lambda header: header.update({key: value}))

    def table(text: bytes) -> Spoil:
        return lambda folder: join(folder, text, split(folder)[1])

    def overlap(header: Header) -> None:
        header["copy"] = header[key]

    def shift(header: Header) -> None:
        for one in header.values():
            if "data_offsets" in one:
                one["data_offsets"] = [at + 8 for at in one["data_offsets"]]

    def twice(folder: Path) -> None:
        header, body = split(folder)
        text = json.dumps(header)
        join(folder, (text[:-1] + f', "{key}": {json.dumps(header[key])}}}').encode(), body)

    odd = "its header is no JSON"
    expected = "expected a dtype, a shape and two data_offsets"
    for name, spoil, told in (
        ("a key twice", twice, (odd, f"the key {key} is given twice")),
        ("overlapping", in_header(overlap), ("begins at byte", "expected")),
        ("a gap", in_header(shift), ("begins at byte", "expected")),
        ("a tail", lambda folder: join(folder, *map_body(folder, lambda body: body + b"tail")),
         ("end at byte", "bytes")),
        ("offsets backwards", entry(data_offsets=[8, 4]), (key, "takes", "its offsets hold -4")),
        ("offsets below 0", entry(data_offsets=[-4, 4]), (key, expected)),
        ("three offsets", entry(data_offsets=[0, 4, 8]), (key, expected)),
        ("offsets of bools", entry(data_offsets=[False, True]), (key, expected)),
        ("offsets past all", entry(data_offsets=[0, 2**80]), (key, expected)),
        ("a size past all", entry(shape=[2**62, 2**62]), (key, "takes", "its offsets hold")),
        ("a size of 4000 digits", entry(shape=[10**4000]), (key, expected)),
        ("a size below 0", entry(shape=[-31, -24]), (key, expected)),
        ("a size of a fraction", entry(shape=[31.0, 24]), (key, expected)),
        ("a million axes", entry(shape=[1] * 10**6), (key, expected)),
        ("no shape", in_header(lambda header: header[key].pop("shape")), (key, expected)),
        ("a type that is a list", entry(dtype=["F32"]), (key, expected)),
        ("a type that is unknown", entry(dtype="F33\n"), (key, "F33", "does not know")),
        ("a list for a tensor", instead([1]), (key, "[1]", expected)),
        ("a null for a tensor", instead(None), (key, "None", expected)),
        ("a number for a tensor", instead(7), (key, "7", expected)),
        ("a name with a line break",
         in_header(lambda header: header.update({"a\nb": header.pop(key)})),
         ("has no tensor wte.weight",)),
        ("a name without end",
         lambda folder: grow(folder, "x" * 10**6, "F32", [1], 4), ("holds 1 tensors", "xxx")),
        ("a name that is no text",
         lambda folder: grow(folder, "\ud800", "F32", [1], 4), ("holds 1 tensors", "ud800")),
        ("NaN", table(b'{"a": NaN}'), (odd, "NaN")),
        ("no UTF-8", table(b'{"\xff\xfe": 1}'), (odd, "utf-8")),
        ("a list", table(b"[]      "), ("no table of tensors", "[]")),
        ("nothing", table(b"{}"), ("end at byte", "bytes")),
        ("a million lists", table(b"[" + b"[]," * 2 * 10**6 + b"[]]"), (odd, "more values")),
        ("nested without end", table(b'{"a":' * 10**5), (odd,)),
        ("16 MB of spaces and more", table(b" " * (2**24 + 1)), ("a header of 16777217",)),
        ("a length of 2^64 - 1", lambda folder: (folder / WEIGHTS).write_bytes(
            b"\xff" * 8 + b"{}"), ("a header of 18446744073709551615",)),
        ("7 bytes", lambda folder: (folder / WEIGHTS).write_bytes(b"\0" * 7), ("its 7 bytes",)),
        ("an archive", lambda folder: (folder / WEIGHTS).write_bytes(b"PK\x03\x04" + bytes(60)),
         ("a header of",)),
        ("10 TB of nothing", lambda folder: os.truncate(folder / WEIGHTS, 10**13),
         ("end at byte", "10000000000000 bytes")),
    ):
        yield f"header: {name}", Case("GPT-2", spoil, (WEIGHTS, *told))


def map_body(folder: Path, change: Callable[[bytes], bytes]) -> tuple[Header, bytes]:
    header, body = split(folder)
    return header, change(body)


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


def split_names(path: Path) -> list[str]:
    with path.open("rb") as file:
        (size,) = struct.unpack("<Q", file.read(8))
        return [name for name in json.loads(file.read(size)) if name != "__metadata__"]


CASES: dict[str, Case] = dict(
    one for kind in (of_each_family, every_header, every_config, every_place) for one in kind()
)


def main(good: Path, scratch: Path) -> None:
    """Try all cases, with no more than so much memory beyond what the program itself takes."""
    import resource

    import torch

    from core.checkpoint import open_checkpoint
    from core.errors import Refusal
    from core.frame import Prompt
    from core.session import open_session
    from core.trace import Sight

    torch.set_num_threads(1)
    session = open_session(str(good / "GPT-2"))
    sight = Sight(head=(1, 1))
    before = session.look(Prompt("w3 w7 w9"), sight)
    used = int(Path("/proc/self/statm").read_text().split()[5]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_DATA, (used + 500 * 10**6,) * 2)
    for name, case in CASES.items():
        folder = scratch / "model"
        shutil.rmtree(scratch, ignore_errors=True)
        shutil.copytree(good / case.base, folder)
        case.spoil(folder)
        Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
        start, meanwhile = peak(), case.meanwhile

        def watch(done: int, whole: int, folder: Path = folder, then: Spoil | None = meanwhile,
                  ) -> None:
            if then is not None and done:
                then(folder)

        started = time.process_time()
        try:
            open_checkpoint(folder, progress=watch)
            answer, kind = "", "opened"
        except Refusal as refusal:
            answer, kind = str(refusal), "refused"
        except BaseException as error:
            answer, kind = repr(error), "failed"
        seconds, most = time.process_time() - started, peak() - start
        session.look(Prompt("w1"), sight)
        after = session.look(Prompt("w3 w7 w9"), sight)
        same = before.head is not None and after.head is not None and bool(
            (before.head.pattern == after.head.pattern).all()
        )
        answer = answer.replace(str(folder), "…")
        print(json.dumps([name, kind, answer, seconds, most, same]), flush=True)


def peak() -> int:
    """Bytes of memory that this process has had at once."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) * 1024


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
