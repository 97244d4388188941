"""Open a model from the hub: its id, what would be downloaded and how large, the download."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.bytes_bar import BytesBar
from app.language import say_refusal
from app.paint.stroke import unit
from app.work import LatestBox, Work
from core.cache import cached_folder
from core.errors import Refusal
from core.memory import readable_size

if TYPE_CHECKING:
    from core.checkpoint.hub import HubModel

_LISTEN = 40  # milliseconds


class HubDialog(QDialog):
    """Asks the hub only when told to; what is cut or cancelled is gone on with the next time."""

    chosen = Signal(str)
    """A hub id whose files are all on this machine."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Open from the hub"))
        self._work: Work | None = None
        self._then: Callable[[object], None] | None = None
        self._told: LatestBox[tuple[int, int]] = LatestBox()
        self._outcome: LatestBox[object] = LatestBox()
        # The thread may outlive the dialog, so it holds the boxes and no part of Qt.
        self._listen = QTimer(self, interval=_LISTEN)
        self._listen.timeout.connect(self._hear)
        self._model: HubModel | None = None
        self._build()
        self._explain()
        self._rest()

    def _build(self) -> None:
        self.name = QLineEdit()
        self.name.setPlaceholderText(self.tr("owner/name, for example openai-community/gpt2"))
        self.name.textChanged.connect(self._forget)
        self.name.returnPressed.connect(self._enter)
        self.look_up = QPushButton(self.tr("&Look up"))
        self.look_up.clicked.connect(self.ask)
        label = QLabel(self.tr("Model &id"))
        label.setBuddy(self.name)
        row = QHBoxLayout()
        row.addWidget(label)
        row.addWidget(self.name, 1)
        row.addWidget(self.look_up)
        self.files = QTreeWidget()
        self.files.setRootIsDecorated(False)
        self.files.setAccessibleName(self.tr("Files"))
        self.files.setObjectName("framed")
        self.files.setHeaderLabels([self.tr("File"), self.tr("Size"), self.tr("Still to come")])
        self.files.setSelectionMode(QTreeWidget.SelectionMode.NoSelection)
        self.files.header().setStretchLastSection(False)
        self.files.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in (1, 2):
            self.files.header().setSectionResizeMode(
                column, QHeaderView.ResizeMode.ResizeToContents)
            self.files.headerItem().setTextAlignment(column, Qt.AlignmentFlag.AlignRight)
        self.total = QLabel()
        self.total.setWordWrap(True)
        self.notice = QLabel()
        self.notice.setObjectName("notice")
        self.notice.setWordWrap(True)
        self.bar = BytesBar()
        self.open_button = QPushButton()
        self.open_button.clicked.connect(self.fetch)
        self.cancel_button = QPushButton()
        self.cancel_button.clicked.connect(self.cancel)
        for button in (self.look_up, self.open_button, self.cancel_button):
            button.setAutoDefault(False)
        buttons = QHBoxLayout()
        buttons.addWidget(self.bar, 1)
        buttons.addStretch(0)
        buttons.addWidget(self.open_button)
        buttons.addWidget(self.cancel_button)
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        layout.addLayout(row)
        layout.addWidget(self.files, 1)
        layout.addWidget(self.total)
        layout.addWidget(self.notice)
        layout.addLayout(buttons)
        self.resize(QSize(620, 400) * unit(self.font()))

    # -- what the user does -----------------------------------------------------------------

    @property
    def busy(self) -> bool:
        """Whether the hub is being asked, or a download runs."""
        return self._work is not None

    def ask(self) -> None:
        """Ask what the model of this id consists of."""
        reference = self.name.text().strip()
        if not reference or self.busy:
            return
        self._model = None
        self.notice.clear()
        self._start(partial(_ask, reference), self._list)
        self.bar.wait()

    def fetch(self) -> None:
        """Download what is missing, then open."""
        if self.busy:
            return
        if self._model is None:
            self._open(self.name.text().strip())
            return
        self.notice.clear()
        self._start(partial(_fetch, self._model), self._open)
        self._tell(self._model.size - self._model.missing, self._model.size)

    def cancel(self) -> None:
        """Stop what is under way; with nothing under way, close."""
        if not self.busy:
            super().reject()
            return
        fetching = self._model is not None
        self._stop()
        self._rest()
        if fetching:
            self.total.setText(self.tr("Cancelled. What has come is kept for the next time."))

    def reject(self) -> None:
        """Esc: as the button beside it says."""
        self.cancel()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Nothing goes on behind a closed dialog."""
        self._stop()
        super().closeEvent(event)

    # -- what comes back --------------------------------------------------------------------

    def _start(
        self, run: Callable[[Callable[[int, int], None]], object], then: Callable[[object], None]
    ) -> None:
        self._told, self._outcome, self._then = LatestBox(), LatestBox(), then
        told, outcome = self._told, self._outcome
        self._work = Work(run, lambda done, total: told.put((done, total)), outcome.put)
        self._work.start()
        self._listen.start()
        self._rest()

    def _hear(self) -> None:
        """What the thread has said since the last time."""
        told, outcome, then = self._told.take(), self._outcome.take(), self._then
        if told is not None:
            self._tell(*told)
        if outcome is not None and then is not None:
            self._stop()
            then(outcome)

    def _stop(self) -> None:
        if self._work is not None:
            self._work.cancel()
        self._listen.stop()
        self._work = self._then = None

    def _tell(self, done: int, total: int) -> None:
        if self.busy:
            self.bar.tell(done, total)

    def _list(self, outcome: object) -> None:
        """The files of the model; or why there is no list."""
        if isinstance(outcome, Refusal):
            self._complain(outcome)
            return
        self._model = model = cast("HubModel", outcome)
        self.files.clear()
        for file in model.files:
            left = file.size - file.here
            item = QTreeWidgetItem([
                file.name, readable_size(file.size), readable_size(left) if left else "✓"])
            for column in (1, 2):
                item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight)
            self.files.addTopLevelItem(item)
        self.total.setText(self.tr("{count} files, {size}; {missing} still to come.").format(
            count=len(model.files), size=readable_size(model.size),
            missing=readable_size(model.missing)))
        self._rest()

    def _open(self, outcome: object) -> None:
        """Hand the model over; or say why it did not come."""
        if isinstance(outcome, Refusal):
            self._complain(outcome)
            return
        self.chosen.emit(str(outcome))
        self.accept()

    def _complain(self, refusal: Refusal) -> None:
        self.notice.setText(say_refusal(refusal))
        self._rest()

    def _forget(self) -> None:
        """Another id: the list is no longer true."""
        self._stop()
        self._model = None
        self.files.clear()
        self.notice.clear()
        self._explain()
        self._rest()

    def _explain(self) -> None:
        self.total.setText(self.tr(
            "Only configuration, weights (safetensors) and vocabulary are downloaded; never code."))

    def _enter(self) -> None:
        if self._model is not None or self._offline:
            self.fetch()
        else:
            self.ask()

    @property
    def _offline(self) -> bool:
        """Whether the model is on this machine, and the hub has not been heard."""
        return self._model is None and cached_folder(self.name.text().strip()) is not None

    def _rest(self) -> None:
        """Show what can be done now."""
        there = self._offline
        whole = there or (self._model is not None and not self._model.missing)
        self.open_button.setText(self.tr("&Open") if whole else self.tr("&Download and open"))
        self.open_button.setEnabled(not self.busy and (there or self._model is not None))
        self.cancel_button.setText(self.tr("&Cancel") if self.busy else self.tr("&Close"))
        self.look_up.setEnabled(not self.busy and bool(self.name.text().strip()))
        self.name.setReadOnly(self.busy)
        self.notice.setVisible(bool(self.notice.text()))
        self.bar.setVisible(self.busy)
        if there and not self.busy:
            self.total.setText(self.tr("This model is on this machine; it opens without network."))


def _ask(reference: str, tell: Callable[[int, int], None]) -> object:
    from core.checkpoint.hub import ask_hub  # brings torch and the client; not for the GUI's thread

    tell(0, 0)
    return ask_hub(reference)


def _fetch(model: HubModel, tell: Callable[[int, int], None]) -> str:
    from core.checkpoint.download import download

    download(model, tell)
    return model.reference
