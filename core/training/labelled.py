"""Labelled text: what it is about is told beside it, as a word out of a few."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.errors import Refusal, translate
from core.training.tables import is_table, lines, named, rows

Example = tuple[str, str]
"""A text and its label."""

MOST_LABELS = 256
"""Of one data set; more of them are a wrong column, not labels."""


@dataclass(frozen=True)
class Labelled:
    """Texts to train on and texts to measure on; no line is in both."""

    train: tuple[Example, ...]
    held_out: tuple[Example, ...]
    labels: tuple[str, ...]
    """Each once, at least two: the order in which a model answers them."""


def read_labelled(path: Path, hold_out_lines: int, columns: Sequence[str] = ()) -> Labelled:
    """Read labelled text; of each label, the last ``hold_out_lines`` texts are held out.

    Args:
        path: a table with ``columns``; a file of lines: a text, a tab, its label; or a folder
            with a file a label and a text a line. There the label is the ending where files
            share a name (``reviews.neg``, ``reviews.pos``), else the name (``neg.txt``).
        hold_out_lines: at least one.
        columns: of a table, those of the text and of the label; ``text`` and ``label`` if empty.

    Raises:
        Refusal: if a file can't be read, a line has no text or no label, there is one label or
            more than ``MOST_LABELS``, or nothing of a label is left to train or to measure on.
    """
    examples = _of_folder(path) if path.is_dir() else _of_file(path, columns)
    counts = Counter(label for _, label in examples)
    if len(counts) < 2:
        raise Refusal(
            translate("core", "{path} has texts of {count} labels; to tell labels apart takes two "
                      "or more."), path=path, count=len(counts),
        )
    if len(counts) > MOST_LABELS:
        raise Refusal(
            translate("core", "{path} has {count} different labels, more than {most}; is that the "
                      "column of labels?"), path=path, count=len(counts), most=MOST_LABELS,
        )
    label, least = min(counts.items(), key=lambda item: item[1])
    if not 0 < hold_out_lines < least:
        raise Refusal(
            translate("core", "{path} has {count} texts of the label {label} and {held_out} of "
                      "each label are held out; both parts need one."),
            path=path, count=least, label=label, held_out=hold_out_lines,
        )
    train: list[Example] = []
    held_out: list[Example] = []
    left = counts
    for example in examples:
        part = held_out if left[example[1]] <= hold_out_lines else train
        part.append(example)
        left[example[1]] -= 1
    return Labelled(tuple(train), tuple(held_out), tuple(sorted(counts, key=_order)))


def _order(label: str) -> tuple[bool, int, str]:
    """Whole numbers by their value, before words by their letters."""
    number = label.isascii() and label.isdigit() and len(label) < 20  # int() takes 4300 digits
    return (not number, int(label) if number else 0, label)


def _of_file(path: Path, columns: Sequence[str]) -> list[Example]:
    if is_table(path, columns):
        return [(text, label) for _, (text, label) in rows(path, named(columns, "text", "label"))]
    examples = []
    for number, line in lines(path):
        text, _, label = line.rpartition("\t")
        if not (text.strip() and label.strip()):
            raise Refusal(
                translate("core", "{path}, line {line}: expected a text, a tab and its label."),
                path=path, line=number,
            )
        examples.append((text, label.strip()))
    return examples


def label_files(folder: Path) -> dict[str, Path]:
    """The file of each label; the first kind of name that gives two of them.

    Raises:
        Refusal: if the folder can't be read.
    """
    try:
        files = sorted(file for file in folder.iterdir() if file.is_file())
    except OSError as error:
        raise Refusal(
            translate("core", "{path} can't be read: {reason}."),
            path=folder, reason=error.strerror,
        ) from error
    named = Counter(file.stem for file in files)
    return {
        file.suffix[1:]: file for file in files if named[file.stem] > 1 and len(file.suffix) > 1
    } or {
        file.stem: file for file in files
        if file.suffix == ".txt" and file.stem.lower() != "readme"
    }


def _of_folder(folder: Path) -> list[Example]:
    return [
        (line, label) for label, file in label_files(folder).items()
        for _, line in lines(file) if line.strip()
    ]
