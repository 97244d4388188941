"""A look at data before a run: what columns there are, how much there is, and whether it serves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from core.errors import Refusal, translate
from core.training.data import read_data
from core.training.labelled import Labelled, label_files
from core.training.recipe import Recipe
from core.training.tables import count_lines, header_of
from core.training.text import Corpus
from core.training.translation import PairCorpus

Data = Corpus | PairCorpus | Labelled
T = TypeVar("T", str, tuple[str, str])

_SHARE = 20
"""One line in so many is held out, where nothing else is said."""
_MOST = 1000
"""And no more than so many."""


@dataclass(frozen=True)
class Survey:
    """What was found."""

    header: tuple[str, ...] = ()
    """Names of the columns of a table."""
    hold_out: int = 0
    """Lines that are held out, of each label where there are labels."""
    train: int = 0
    """Documents, pairs or texts to train on."""
    held_out: int = 0
    """To measure on."""
    size: int = 0
    """Characters to train on."""
    data: Data | None = None
    """What was read, if it can serve."""
    refusal: Refusal | None = None
    """Why it can't."""


def survey(recipe: Recipe, path: Path, hold_out: int | None = None) -> Survey:
    """Read ``path`` as ``recipe`` would.

    Args:
        recipe: its objective and columns count.
        path: of the data.
        hold_out: lines that are held out; None for a twentieth, as far as that is possible.
    """
    header: tuple[str, ...] = ()
    held = hold_out or 0
    try:
        header = header_of(path)
        if hold_out is None:
            held = propose_hold_out(recipe, path)
        data = read_data(replace(recipe, hold_out_lines=held), path)
    except Refusal as refusal:
        return Survey(header, held, refusal=type(refusal)(refusal.template, **refusal.values))
    except (OSError, ValueError) as error:  # too long a name, or none; no right to look there
        return Survey(header, held, refusal=Refusal(
            translate("core", "{path} can't be read: {reason}."),
            path=path, reason=getattr(error, "strerror", None) or str(error)))
    return Survey(header, held, len(data.train), len(data.held_out), size_of(data), data)


def propose_hold_out(recipe: Recipe, path: Path) -> int:
    """A twentieth of the lines of the shortest file, at least one.

    Raises:
        Refusal: if one can't be read.
    """
    labels = recipe.objective == "classification"
    files: Iterable[Path] = [path]
    if path.is_dir():
        files = label_files(path).values() if labels else path.glob("*.txt")
    counts = list(map(count_lines, files))
    least = min((count for count in counts if count), default=0)
    if labels and not path.is_dir():
        least //= 4  # they are held out of each label, and nothing is known of how many there are
    return max(min(least // _SHARE, _MOST), 1)


def default_columns(objective: str) -> Sequence[str]:
    """Of a table, where none are named."""
    return {"translation": ("source", "target"), "classification": ("text", "label")}.get(
        objective, ("text",))


def size_of(data: Data) -> int:
    """Characters to train on."""
    return sum(
        len(one) if isinstance(one, str) else sum(map(len, one)) for one in data.train)


def head_of(data: Data, size: int) -> Data:
    """Its beginning: of what it trains on some ``size`` characters, a quarter of what it holds out.
    """
    if isinstance(data, Corpus):
        train, held_out = _cut(data.train, size), _cut(data.held_out, size // 4)
        return replace(data, train=tuple(one[:size] for one in train),
                       held_out=tuple(one[:size] for one in held_out))
    if isinstance(data, PairCorpus):
        return PairCorpus(_cut(data.train, size), _cut(data.held_out, size // 4))
    return replace(data, train=_cut(data.train, size), held_out=_cut(data.held_out, size // 4))


def _cut(rows: Sequence[T], size: int) -> tuple[T, ...]:
    taken: list[T] = []
    for row in rows:
        taken.append(row)
        size -= len(row) if isinstance(row, str) else sum(map(len, row))
        if size <= 0:
            break
    return tuple(taken)
