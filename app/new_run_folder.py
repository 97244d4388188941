"""Where a new run is kept: a folder that does not exist yet."""

from __future__ import annotations

import os
from itertools import count
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from app.language import say_refusal
from app.notice import Notice
from core.errors import Refusal, translate
from core.training.folder import RunFolder


class FolderPart(QWidget):
    """Proposes one by what is learnt, until another is typed."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.path = QLineEdit()
        self.path.textChanged.connect(self._check)
        self.choose = QPushButton(self.tr("&Choose …"))
        self.choose.setAutoDefault(False)
        self.choose.clicked.connect(self._choose)
        self.label = QLabel(self.tr("&Run folder"))
        self.label.setBuddy(self.path)
        self.notice = Notice()
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.path, 1)
        row.addWidget(self.choose)
        self.grid = grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.addWidget(self.label, 0, 0)
        grid.addLayout(row, 0, 1)
        grid.addWidget(self.notice, 1, 1)
        self._proposed = ""

    @property
    def chosen(self) -> Path:
        """Absolute."""
        return typed_path(self.path.text()).absolute()

    @property
    def refusal(self) -> Refusal | None:
        """Why no run can be kept there."""
        if not self.path.text().strip():
            return Refusal(translate("core", "Name a folder for the run."))
        return _refusal(self.chosen)

    def propose(self, name: str) -> None:
        """A folder of this name, unless the user has typed one."""
        if self.path.text() == self._proposed:
            self._proposed = str(free_folder(name))
            self.path.setText(self._proposed)

    def _check(self) -> None:
        refusal = self.refusal
        self.notice.say("" if refusal is None else say_refusal(refusal))
        self.changed.emit()

    def _choose(self) -> None:
        parent = next((one for one in self.chosen.parents if one.is_dir()), Path.home())
        folder = QFileDialog.getExistingDirectory(
            self, self.tr("A folder for the run"), str(parent))
        if folder:
            place = Path(folder)
            self.path.setText(
                str(place if _is_empty(place) else place / Path(self._proposed).name))


def typed_path(text: str) -> Path:
    """What a person typed, with ``~`` for the home."""
    path = Path(text.strip())
    try:
        return path.expanduser()
    except RuntimeError:  # the home of nobody
        return path


def runs_folder() -> Path:
    """Where runs are kept unless the user says otherwise."""
    place = QStandardPaths.StandardLocation.AppLocalDataLocation
    return Path(QStandardPaths.writableLocation(place)) / "runs"


def free_folder(name: str) -> Path:
    """The first of ``name-1``, ``name-2`` ... that does not exist."""
    places = (runs_folder() / f"{name}-{number}" for number in count(1))
    return next(place for place in places if not place.exists())


def _is_empty(folder: Path) -> bool:
    try:
        return not any(folder.iterdir())
    except OSError:
        return False


def _refusal(folder: Path) -> Refusal | None:
    try:
        RunFolder(folder).check_free()
        there = next(one for one in (folder, *folder.parents) if one.exists())
        if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
            return Refusal(
                translate("core", "{path} is no folder that can be written; name another."),
                path=there)
    except Refusal as refusal:
        return refusal
    except (OSError, ValueError) as error:  # too long a name, or no name; no right to look there
        return Refusal(
            translate("core", "{path} can't be written: {reason}."),
            path=folder, reason=getattr(error, "strerror", None) or str(error))
    return None
