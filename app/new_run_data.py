"""What a new run learns from: a file or a folder, its columns, and what is held out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)

from app.language import say_refusal
from app.new_run_folder import typed_path
from app.notice import Notice
from app.panels.narrow import Narrow
from app.reading_only import READ

if TYPE_CHECKING:
    from core.training.recipe import Recipe
    from core.training.survey import Survey

_MOST = 1_000_000  # lines that can be held out


class DataPart(QWidget):
    """Says what was found below the field, as soon as it is known."""

    changed = Signal()

    SPACE = 8
    """Pixels between a name and its field."""

    def __init__(self) -> None:
        super().__init__()
        self.path = QLineEdit()
        self.path.setPlaceholderText(self.tr("A text file, a folder of them, CSV or JSON lines"))
        self.path.textChanged.connect(self._forget)
        self.file, self.folder = QPushButton(self.tr("&File …")), QPushButton(self.tr("F&older …"))
        self.file.clicked.connect(self._choose_file)
        self.folder.clicked.connect(self._choose_folder)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.path, 1)
        for button in (self.file, self.folder):
            button.setAutoDefault(False)
            row.addWidget(button)
        self.columns = (Narrow(), Narrow())
        self.names = (QLabel(), QLabel())
        self.held = QSpinBox(maximum=_MOST)
        self.held.setSpecialValueText(self.tr("one in 20"))
        self.held.valueChanged.connect(self.changed)
        for column in self.columns:
            column.currentIndexChanged.connect(lambda: self.changed.emit())
        self.found = QLabel(wordWrap=True)
        self.notice = Notice()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(self.SPACE)
        label = QLabel(self.tr("&Data"))
        label.setBuddy(self.path)
        grid.addWidget(label, 0, 0)
        grid.addLayout(row, 0, 1)
        grid.addWidget(self.found, 1, 1)
        grid.addWidget(self.notice, 2, 1)
        held = QLabel(self.tr("&Held-out lines"))
        held.setToolTip(self.tr("Lines at the end of each file, or of each label, that are "
                                "measured on and never trained on"))
        held.setBuddy(self.held)
        self.labels = label, held
        grid.addWidget(held, 3, 0)
        grid.addWidget(self.held, 3, 1, Qt.AlignmentFlag.AlignLeft)
        for at, (name, column) in enumerate(zip(self.names, self.columns, strict=True)):
            name.setBuddy(column)
            grid.addWidget(name, 4 + at, 0)
            grid.addWidget(column, 4 + at, 1)
        grid.setColumnStretch(1, 1)
        self._offered: tuple[str, ...] = ()
        self._usual: Sequence[str] = ()

    @property
    def chosen(self) -> Path | None:
        """What is read; None where nothing is named."""
        text = self.path.text().strip()
        return typed_path(text) if text else None

    @property
    def hold_out(self) -> int | None:
        """Lines; None where a share is meant."""
        return self.held.value() or None

    def apply(self, recipe: Recipe) -> Recipe:
        """The recipe with the columns that are chosen."""
        due = len(self._usual)
        names = tuple(column.currentText() for column in self.columns[:due])
        return replace(recipe, columns=names if self._offered else ())

    def expect(self, usual: Sequence[str], titles: Sequence[str]) -> None:
        """Of which columns: their usual names, and what they are called on screen."""
        self._usual = usual
        for at, name in enumerate(self.names):
            name.setText(titles[at] if at < len(titles) else "")
        self._offer(self._offered)

    def show_survey(self, survey: Survey | None) -> None:
        """Say what there is; None while it is being read."""
        self.notice.say("")
        if survey is None:
            self._tell(self.tr("Reading …") if self.chosen is not None else "")
        else:
            self._offer(survey.header)
            if survey.refusal is not None:
                self.complain(say_refusal(survey.refusal))
            else:
                words = self.tr(
                    "one text of {size} characters to train on, {held} held out"
                ) if survey.train == 1 else self.tr(
                    "{train} texts of {size} characters to train on, {held} held out")
                self._tell(words.format(
                    train=f"{survey.train:,}", size=f"{survey.size:,}",
                    held=f"{survey.held_out:,}"))

    def complain(self, words: str) -> None:
        """Say what is wrong with it."""
        self.notice.say(words)
        self._tell("")

    def _tell(self, words: str) -> None:
        self.found.setText(words)
        self.found.setVisible(bool(words))

    def _forget(self) -> None:
        self._offer(())
        self.changed.emit()

    def _offer(self, header: tuple[str, ...]) -> None:
        """The columns of a table to choose from; what was chosen stays where it can."""
        self._offered = header
        there = dict(enumerate(self._usual)) if header else {}
        for at, (name, column) in enumerate(zip(self.names, self.columns, strict=True)):
            for part in (name, column):
                part.setVisible(at in there)
            known = tuple(column.itemText(row) for row in range(column.count()))
            if at not in there or known == header:
                continue
            before = column.currentText()
            column.blockSignals(True)
            column.clear()
            column.addItems(header)
            wanted = before if before in header else there[at]
            column.setCurrentIndex(
                header.index(wanted) if wanted in header else min(at, len(header) - 1))
            column.blockSignals(False)

    def _choose_file(self) -> None:
        path, _ = QFileDialog.getOpenFileName(
            self, self.tr("Text to learn from"), self.path.text(),
            self.tr("Text, CSV and JSON lines (*.txt *.tsv *.csv *.jsonl *.ndjson *.json)") + ";;"
            + self.tr("All files (*)"), options=QFileDialog.Option.ReadOnly)
        if path:
            self.path.setText(path)

    def _choose_folder(self) -> None:
        path = QFileDialog.getExistingDirectory(
            self, self.tr("A folder of text to learn from"), self.path.text(), READ)
        if path:
            self.path.setText(path)
