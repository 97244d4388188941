"""How a run comes into the window: begun in a dialog, gone on with, or watched."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from app.pages import TRAINING
from app.reading_only import READ
from app.work import LatestBox, Work
from core.catalogue import bundled_models

if TYPE_CHECKING:
    from app.new_run import NewRunDialog
    from app.state import Wish
    from app.window import Window
    from core.drive import Begin
    from core.errors import Refusal
    from core.frame import Frame, ModelCard

Sample = tuple[str, str]
"""A source and its target."""


class Beginning(QObject):
    """Keeps the dialog until its run is there, so that nothing that was set is lost."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.window = window
        self.dialog: NewRunDialog | None = None
        self._language = ""
        self._wanted = False  # whether a dialog waits for torch
        self._further: ModelCard | None = None  # the model that it starts from
        self._folder = ""  # of the run that was begun last, as long as it is wanted
        self._opening = False  # whether it is still to come
        self._sample: LatestBox[object] = LatestBox()
        window.engine.ready.connect(self._open_wanted)

    # -- what the user does -----------------------------------------------------------------

    def new_run(self) -> None:
        """Ask what is to be learnt, as it was left if nothing came of it."""
        self._want(None)

    def _want(self, further: ModelCard | None) -> None:
        self._wanted, self._further = True, further
        if self.window.engine.is_ready:
            self._open_wanted()

    def train_further(self) -> None:
        """The same, from the model at hand."""
        answer = self.window.answer
        if answer is not None:
            self._want(answer.frame.card)

    def open_run(self) -> None:
        """Go on with a run, or look at it where another program trains it."""
        folder = self._choose(self.tr("Open the folder of a run"))
        if folder is not None:
            self.window.opening.open(folder)

    def watch(self) -> None:
        """Look at a folder of checkpoints that another program writes."""
        folder = self._choose(self.tr("Watch a folder of checkpoints"))
        if folder is not None:
            self.window.steering.watch(Path(folder))

    def _choose(self, title: str) -> str | None:
        choices = self.window.choices
        folder = QFileDialog.getExistingDirectory(
            self.window, title, choices.word("runs", choices.word("folder", "")), READ)
        if not folder:
            return None
        choices.keep("runs", str(Path(folder).parent))
        return folder

    # -- the dialog -------------------------------------------------------------------------

    def _open_wanted(self) -> None:
        """torch is there; in this thread its import would hold up every key."""
        if not self._wanted:
            return
        further, self._wanted = self._further, False
        window, language = self.window, self.window.choices.language
        if self.dialog is not None and (further or self._language != language):
            self._drop()
        if self.dialog is None:
            from app.apart import get_ready
            from app.new_run import NewRunDialog  # brings what a run needs, and torch

            get_ready()
            models = [*bundled_models(), *window.choices.recent]
            self.dialog = NewRunDialog(window, models, further)
            self.dialog.begun.connect(self._begin)
            self._language = language
        self.dialog.open()

    def give_up(self) -> None:
        """Ask for no run any more, neither now nor once torch is there."""
        self._wanted = False
        self._drop()

    def _drop(self) -> None:
        if self.dialog is not None:
            self.dialog.close()
            self.dialog.deleteLater()
            self.dialog = None

    def _begin(self, folder: Path, begin: Begin) -> None:
        if self.dialog is not None:
            self.dialog.hide()
        self._folder, self._opening = str(folder), True
        self._sample = LatestBox()
        task, seed = begin.recipe.generated, begin.recipe.train.seed
        if task:
            Work(lambda tell: _sample(task, seed), lambda done, size: None,
                 self._sample.put).start()
        self.window.steering.begin(folder, begin)

    # -- what the engine says ---------------------------------------------------------------

    @property
    def comes(self) -> str:
        """``begun`` while a run is still being made, or waits for torch as its scene does; and
        ``opened`` while one that is there is being opened."""
        window, wish = self.window, self.window.wish
        scene, answer = window.lecturing.scene, window.answer
        if scene is not None and bool(scene.place.recipe) and not window.engine.is_ready:
            return "begun"
        if answer is not None and answer.frame.card.reference == wish.model:
            return ""
        if wish.begin is not None:
            return "begun"
        return "opened" if window.refusal is None and _holds_run(wish.model) else ""

    def follow(self, frame: Frame) -> None:
        """The run that was begun is there: it is shown, and plays."""
        window, here = self.window, frame.card.reference
        if window.wish.model != self._folder:  # it was given up, or another came after it
            self._folder, self._opening = "", False
        if frame.training is None or here != self._folder:
            return
        self._show_sample()
        if not self._opening:
            return
        self._opening = False
        self._drop()
        window.choices.keep("runs", str(Path(here).parent))
        if len(frame.card.layers) == 2:
            window.selecting.show_attention("cross")
        window.pages.open(TRAINING)
        window.steering.play()
        window.editor.setFocus()

    def refuse(self, refusal: Refusal, wish: Wish) -> None:
        """It can't be: the dialog is there again, as it was left, and says why."""
        if not self._opening or wish.model != self._folder:
            return
        self._folder, self._opening = "", False
        if self.dialog is not None:
            self.dialog.open()
            self.dialog.complain(refusal)

    def _show_sample(self) -> None:
        """An example of the task in the prompt, as soon as it is drawn."""
        found = self._sample.take()
        if isinstance(found, tuple):
            source, target = found
            self.window.editor.set_prompt(source)
            self.window.target.set_prompt(target)


def _holds_run(reference: str) -> bool:
    try:
        return (Path(reference) / "run.json").is_file()
    except OSError:  # too long for a name
        return False


def _sample(task: str, seed: int) -> Sample:
    from core.training.offers import sample

    return sample(task, seed)
