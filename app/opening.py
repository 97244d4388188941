"""How a model comes into the window: chosen, dropped, from the hub, with progress, and if it is too
large; and back to the one before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, QTimer
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMessageBox, QToolButton, QWidget

from app.bytes_bar import BytesBar
from app.hub_dialog import HubDialog
from app.language import say_refusal
from app.reading_only import READ
from app.state import Wish
from core.catalogue import DEFAULT_MODEL
from core.drive import Drive
from core.edits import UNALTERED
from core.errors import NotYet, Refusal, TooLarge
from core.memory import WHOLE, Way

if TYPE_CHECKING:
    from app.window import Window
    from core.drive import Begin

_SHOW_AFTER = 200  # milliseconds; what opens sooner needs no bar
_LOOK_AGAIN = 500  # milliseconds between two looks for what is still to come


class Opening(QObject):
    """Wishes for another model; progress and cancel in the status bar, and dialogs."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.window = window
        self.room = QWidget()
        self.bar = BytesBar()
        self.bar.setFixedWidth(220)
        self.button = QToolButton()
        self.button.clicked.connect(self.cancel)
        row = QHBoxLayout(self.room)
        row.setContentsMargins(0, 0, 8, 0)
        row.addWidget(self.bar)
        row.addWidget(self.button)
        self.room.hide()
        window.statusBar().addWidget(self.room)
        self.show_after = _SHOW_AFTER
        self._wait = QTimer(self, singleShot=True)
        self._wait.timeout.connect(self.room.show)
        self._again = QTimer(self, singleShot=True)
        self._again.timeout.connect(self._look_again)
        self._loading: str | None = None
        self._before = Wish(drive=window.wish.drive)
        """What was wished of the model that answers, before another was wished for."""
        window.engine.progressed.connect(self._tell)
        window.installEventFilter(self)
        self._say()

    # -- what the user wants ----------------------------------------------------------------

    def open(
        self, reference: str, way: Way = WHOLE, begin: Begin | None = None, watch: bool = False,
        **changes: Any,
    ) -> None:
        """Load a bundled name, a folder or a cached hub id; the old one stays until it is there.

        Args:
            reference: of the model; or a run's folder.
            way: how it is held in memory.
            begin: what a new run begins with, in that folder.
            watch: whether a run is to be looked at alone.
            changes: further fields of the wish; the rest is as it usually begins.
        """
        window = self.window
        wish, answer = window.wish, window.answer
        window.refusal = None
        if answer is not None and answer.frame.card.reference == wish.model:
            self._before = wish
        usual: dict[str, Any] = {
            "edits": UNALTERED, "against": None, "at": None,
            "drive": Drive(budget=wish.drive.budget),
        }
        if "prompt" not in changes:
            usual["prompt"] = window.prompting.settle()
        window.ask(0.0, **usual | changes | {
            "model": reference, "way": way, "begin": begin, "watch": watch,
            "attempt": wish.attempt + 1})

    def go_back(self) -> None:
        """To the model that answers, or the one that always opens; its run goes on as it did."""
        window, before = self.window, self._before
        window.ask(model=before.model, way=before.way, begin=None, watch=before.watch, at=None,
                   drive=replace(before.drive, budget=window.wish.drive.budget),
                   attempt=window.wish.attempt + 1, prompt=window.prompting.settle())

    def choose_folder(self) -> None:
        """Ask for a model folder."""
        choices = self.window.choices
        folder = QFileDialog.getExistingDirectory(
            self.window, self.tr("Open a model folder"), choices.word("folder", ""), READ)
        if folder:
            choices.keep("folder", str(Path(folder).parent))
            self.open(folder)

    # -- while it loads ---------------------------------------------------------------------

    def begin(self, reference: str) -> None:
        """A model is being read."""
        self._loading = reference
        self.bar.wait()
        self.button.setVisible(self._back != reference)
        self._wait.start(self.show_after)

    def end(self) -> None:
        """It is there, or it will not come."""
        self._loading = None
        self._wait.stop()
        self._again.stop()
        self.room.hide()
        if isinstance(self.window.refusal, NotYet):
            self.window.refusal = None

    def awaits(self, refusal: Refusal, wish: Wish) -> bool:
        """Whether it is still to come: then the folder is looked through again and again."""
        if not isinstance(refusal, NotYet) or not wish.watch:
            return False
        self._again.start(_LOOK_AGAIN)
        return True

    def _look_again(self) -> None:
        wish = self.window.wish
        if wish.watch and wish.model == self._loading:
            self.window.ask(attempt=wish.attempt + 1)

    def cancel(self) -> bool:
        """Go back to the model that answers; False if nothing is being read."""
        if self._loading is None or self._loading == self._back:
            return False
        self.end()
        self.go_back()
        return True

    @property
    def _back(self) -> str:
        """The model that answers, or the one that always opens."""
        answer = self.window.answer
        return answer.frame.card.reference if answer else DEFAULT_MODEL

    def _tell(self, done: int, total: int) -> None:
        if self._loading is not None:
            self.bar.tell(done, total)

    # -- dialogs ----------------------------------------------------------------------------

    def open_hub(self) -> None:
        """Ask for a hub id."""
        dialog = HubDialog(self.window)
        dialog.chosen.connect(self.open)
        dialog.open()

    def offer(self, refusal: TooLarge, reference: str) -> None:
        """Memory does not hold it; ask whether one of the ways that fit will do."""
        offers: dict[Way, str] = refusal.values["offers"]
        box = QMessageBox(self.window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle(self.tr("Not enough memory"))
        box.setText(say_refusal(refusal))
        box.setInformativeText("\n\n".join(self._costs(offers)))
        for way, size in offers.items():
            take = box.addButton(self._name(way, size), QMessageBox.ButtonRole.AcceptRole)
            take.clicked.connect(lambda _, way=way: self.open(reference, way))
        keep = box.addButton(
            self.tr("&Leave the model at hand open"), QMessageBox.ButtonRole.RejectRole)
        box.setEscapeButton(keep)
        box.open()

    def _costs(self, offers: Iterable[Way]) -> list[str]:
        """What is given up, in a paragraph each."""
        told = []
        if any(way.slim for way in offers):
            told.append(self.tr(
                "With fewer tensors kept, a layer is let go once the sheet and the large head have "
                "what they show of it: each change of view runs the model again, and panels that "
                "need the whole trace stay empty."))
        told += [self.tr(
            "In {dtype} a number has two to three digits, so patterns differ a little from those "
            "in float32.").format(dtype=dtype)
            for dtype in dict.fromkeys(way.dtype for way in offers) if dtype != WHOLE.dtype]
        return told

    def _name(self, way: Way, size: str) -> str:
        """Of the button that accepts it."""
        if way.dtype == WHOLE.dtype:
            text = self.tr("Keep &fewer tensors ({size})")
        elif way.slim:
            text = self.tr("Open in {dtype}, &keep fewer tensors ({size})")
        else:
            text = self.tr("&Open in {dtype} ({size})")
        return text.format(dtype=way.dtype, size=size)

    # -- words ------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the language."""
        if event.type() == QEvent.Type.LanguageChange:
            self._say()
        return False

    def _say(self) -> None:
        self.button.setText(self.tr("Cancel"))
        self.button.setToolTip(self.tr("Stop loading and keep the model at hand (Esc)"))


def dropped_folder(data: QMimeData) -> str | None:
    """The model folder that is dropped: a folder, or that of its configuration or weights."""
    for url in data.urls():
        path = Path(url.toLocalFile())
        if not url.isLocalFile():
            continue
        if path.is_dir():
            return str(path)
        if path.name == "config.json" or path.suffix == ".safetensors":
            return str(path.parent)
    return None
