"""Arrays whose axes have names and labels, and two files that hold them: CSV and NPZ."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the window opens before numpy is there
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Axis:
    """What an index of an array counts."""

    name: str
    labels: tuple[str, ...] = ()
    """One an index; none where the number says it all."""
    first: int = 0
    """The number of the first index."""


@dataclass(frozen=True, eq=False)
class Table:
    """An array, with one axis a dimension."""

    values: NDArray[Any]
    axes: tuple[Axis, ...]

    @classmethod
    def along(cls, numbers: Iterable[float], axis: Axis) -> Table:
        """Of numbers one after another."""
        import numpy as np

        return cls(np.array(list(numbers), dtype=np.float64), (axis,))

    def numbers(self) -> tuple[range, ...]:
        """What the indices of each axis are called."""
        return tuple(
            range(axis.first, axis.first + size)
            for axis, size in zip(self.axes, self.values.shape, strict=True))


Tables = Mapping[str, Table]


def write_csv(tables: Tables) -> bytes:
    """UTF-8, a header, and a row an index; arrays with the same axes stand side by side.

    Each axis has a column of numbers, and one of labels where it has some; an array that lacks an
    axis leaves its columns empty. A number is written with the fewest digits that read back as it.
    """
    axes: dict[str, bool] = {}
    for table in tables.values():
        for axis in table.axes:
            axes[axis.name] = axes.get(axis.name, False) or bool(axis.labels)
    columns = [
        column for name, labelled in axes.items()
        for column in ((name, f"{name} label") if labelled else (name,))]
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([*columns, *tables])
    for names in _side_by_side(tables):
        writer.writerows(_rows(tables, names, columns))
    return out.getvalue().encode("utf-8", "replace")


def _side_by_side(tables: Tables) -> list[list[str]]:
    """The names of those that share their axes, together."""
    groups: dict[object, list[str]] = {}
    for name, table in tables.items():
        groups.setdefault((table.axes, table.values.shape), []).append(name)
    return list(groups.values())


def _rows(tables: Tables, names: list[str], columns: list[str]) -> Iterator[list[str]]:
    axes, numbers = tables[names[0]].axes, tables[names[0]].numbers()
    places = [columns.index(axis.name) for axis in axes]
    labels = [(at, columns.index(f"{axis.name} label"))
              for at, axis in enumerate(axes) if axis.labels]
    order = list(tables)
    values = [(len(columns) + order.index(name), map(str, tables[name].values.ravel()))
              for name in names]
    width = len(columns) + len(order)
    for spot in product(*numbers):
        row = [""] * width
        for place, number in zip(places, spot, strict=True):
            row[place] = str(number)
        for at, place in labels:
            row[place] = axes[at].labels[spot[at] - axes[at].first]
        for place, told in values:
            row[place] = next(told)
        yield row


def write_npz(tables: Tables, caption: str = "") -> bytes:
    """Numpy's archive, without pickle.

    ``name`` is an array, ``name.axes`` the names of its axes, ``name.AXIS`` the labels of one, or
    its numbers; ``caption`` says what it is of.
    """
    import numpy as np

    arrays: dict[str, Any] = {}
    for name, table in tables.items():
        arrays[name] = table.values
        arrays[f"{name}.axes"] = np.array([axis.name for axis in table.axes], dtype=np.str_)
        for axis, numbers in zip(table.axes, table.numbers(), strict=True):
            arrays[f"{name}.{axis.name}"] = np.array(
                axis.labels, dtype=np.str_) if axis.labels else np.array(numbers, dtype=np.int64)
    if caption:
        arrays["caption"] = np.array(caption)
    out = io.BytesIO()
    np.savez_compressed(out, **arrays)
    return out.getvalue()
