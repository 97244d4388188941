"""Weights that are spoilt: in every family, and in all that a header can lie about."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

from tests.spoiling import (
    CONFIG,
    FAMILIES,
    WEIGHTS,
    Case,
    Header,
    Spoil,
    cut,
    empty_axis,
    grow,
    in_config,
    in_header,
    join,
    lose,
    map_body,
    reshape,
    retype,
    split,
)


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
