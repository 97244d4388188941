"""Tables as CSV and NPZ: what is read back is what was written, to the last digit."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest

from core.tables import Axis, Table, write_csv, write_npz

LABELS = ("plain", 'a "quoted", one', "two\nlines", "好 2/3", "=1+1")


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8"), newline="")))


def grid(rows: int, columns: int) -> Table:
    random = np.random.default_rng(0)
    values = random.normal(size=(rows, columns)).astype(np.float32) * np.float32(1e-3)
    return Table(values, (Axis("query", LABELS[:rows]), Axis("key", first=7)))


def test_csv_has_a_header_and_each_number_reads_back_exactly() -> None:
    table = grid(5, 3)
    told = rows(write_csv({"weight": table}))
    assert list(told[0]) == ["query", "query label", "key", "weight"]
    assert len(told) == 15
    for row in told:
        query, key = int(row["query"]), int(row["key"]) - 7
        assert row["query label"] == LABELS[query]
        assert np.float32(row["weight"]) == table.values[query, key]


def test_arrays_that_share_their_axes_stand_side_by_side_and_others_leave_gaps() -> None:
    first, axes = grid(2, 3), grid(2, 3).axes
    tables = {"a": first, "b": Table(np.full((2, 3), -np.inf), axes),
              "c": Table(np.array([np.nan, 2.0]), (Axis("rank", first=1),))}
    told = rows(write_csv(tables))
    assert [bool(row["a"]) for row in told] == [True] * 6 + [False] * 2
    assert {row["b"] for row in told[:6]} == {"-inf"}
    assert [row["c"] for row in told] == [""] * 6 + ["nan", "2.0"]
    assert [row["rank"] for row in told[6:]] == ["1", "2"]
    assert {row["query"] for row in told[6:]} == {""}


def test_axes_of_one_name_and_other_lengths_lose_no_row() -> None:
    tables = {"long": Table(np.arange(4), (Axis("position"),)),
              "short": Table(np.arange(2), (Axis("position", ("x", "y")),))}
    told = rows(write_csv(tables))
    assert [(row["position"], row["position label"], row["long"], row["short"])
            for row in told] == [
        ("0", "", "0", ""), ("1", "", "1", ""), ("2", "", "2", ""), ("3", "", "3", ""),
        ("0", "x", "", "0"), ("1", "y", "", "1")]


def test_a_character_that_utf8_lacks_is_replaced() -> None:
    data = write_csv({"a": Table(np.zeros(1), (Axis("t", ("\ud800",)),))})
    assert rows(data)[0]["t label"] == "?"


def test_npz_needs_no_pickle_and_names_its_axes() -> None:
    table = grid(5, 3)
    with np.load(io.BytesIO(write_npz({"weight": table}, "said of it")),
                 allow_pickle=False) as told:
        assert set(told) == {
            "weight", "weight.axes", "weight.query", "weight.key", "caption"}
        assert np.array_equal(told["weight"], table.values)
        assert told["weight"].dtype == np.float32
        assert told["weight.axes"].tolist() == ["query", "key"]
        assert told["weight.query"].tolist() == list(LABELS)
        assert told["weight.key"].tolist() == [7, 8, 9]
        assert str(told["caption"]) == "said of it"


def test_an_axis_too_few_is_an_error() -> None:
    with pytest.raises(ValueError, match="zip"):
        write_csv({"a": Table(np.zeros((2, 2)), (Axis("row"),))})
