"""What is on screen, taken out of it: as a picture, as numbers, as a recording."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QWidget

from app.citing import cite, cite_title
from app.drawing import Legend, draw, draw_caption, draw_image
from app.pages import page_names
from app.recording import Recorder, Recording
from app.theme import pick_theme
from core.errors import Refusal, translate
from core.tables import Table, Tables, write_csv
from core.told import tell_asked, tell_predictions, tell_sheet

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from app.window import Window
    from core.frame import Frame

WINDOW = "window"
PICTURES = (".png", ".svg", ".pdf")
NUMBERS = (".csv", ".npz")
TRACE = ".safetensors"
ANIMATION = ".gif"
_STAYS = 6000  # milliseconds of a sentence in the status line


@dataclass(frozen=True)
class Looks:
    """How a picture is drawn."""

    theme: str = "screen"
    """``screen`` for the one on screen, or ``light`` or ``dark``."""
    pixels: float = 2.0
    """Of a PNG, to each unit of the screen."""
    caption: bool = True
    """Whether the caption stands under it; it is in the file in any case."""


class Exporting(QObject):
    """The parts of a window that can be taken out of it, and their words."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.window = window
        self.recorder = Recorder(self)
        self.recorder.filled.connect(self.toggle_recording)
        self.recording: Recording | None = None
        """The last one."""
        self.recording_now = False
        """Whether something is recorded, or was until no more could be held."""

    # -- what there is ----------------------------------------------------------------------

    def parts(self) -> dict[str, QWidget]:
        """Everything that is on screen, by name, the whole window first."""
        window = self.window
        parts: dict[str, QWidget] = {
            "prompt": window.prompt_panel, "sheet": window.sheet_panel,
            "predictions": window.predictions_panel, "timeline": window.layout_.timeline,
        }
        pages = {key: panel for key, panel, _ in window.pages.shown()}
        there = {key: part for key, part in (parts | pages).items() if part.isVisibleTo(window)}
        return {WINDOW: window, **there}

    def names(self) -> dict[str, str]:
        """What each part is called."""
        return {
            WINDOW: self.tr("The whole window"), "prompt": self.tr("Prompt"),
            "sheet": self.tr("Heads"), "predictions": self.tr("Predictions"),
            "timeline": self.tr("Timeline"),
        } | page_names()

    @property
    def chosen(self) -> str:
        """The part that was chosen last, where it is on screen."""
        chosen = self.window.choices.word("export", WINDOW)
        return chosen if chosen in self.parts() else WINDOW

    def frame(self) -> Frame:
        """The picture that is on screen.

        Raises:
            Refusal: if there is none, or it is of another text than the prompt, which is empty.
        """
        window = self.window
        if window.picture is None or window.answer is None:
            raise Refusal(translate("core", "There is no picture yet; type a sentence first."))
        if not window.answer.frame.queries.ids:
            raise Refusal(translate("core", "The prompt is empty; type a sentence first."))
        return window.picture

    def numbers(self, part: str) -> Tables:
        """The arrays behind a part; those of the window have the name of their part before theirs.

        Raises:
            Refusal: if there are none.
        """
        self.window.showing.catch_up()
        if part == WINDOW:
            found: dict[str, Table] = {}
            for key in self.parts():
                found |= {f"{key}.{name}": one for name, one in self._numbers(key).items()}
        else:
            found = dict(self._numbers(part))
        if not found:
            raise Refusal(translate("core", "There are no numbers in this part of the window."))
        return found

    def _numbers(self, part: str) -> Tables:
        window = self.window
        page = window.pages.pages.get(part)
        if page is not None and not page.needs_text and window.answer is not None:
            return page.numbers(window.answer.frame, window.view)
        if part in (WINDOW, "prompt", "timeline"):
            return {}
        frame = self.frame()
        if part == "sheet":
            return {**tell_sheet(frame), **tell_asked(frame, window.sheet.asks(window.view))}
        if part == "predictions":
            return tell_predictions(frame)
        return {} if page is None else page.numbers(frame, window.view)

    # -- pictures ---------------------------------------------------------------------------

    def caption(self, whole: bool = False) -> str:
        """What can be cited; texts in it are cut short unless ``whole``."""
        window, frame = self.window, self.frame()
        against = None if window.answer is None else window.answer.wish.against
        if whole:
            return cite(frame, window.view, against, room=None)
        return cite(frame, window.view, against)

    def captioned(self, recording: Recording) -> Recording:
        """The recording with the caption of the moment under each picture, where there is one."""
        try:
            image = draw_caption(self.window, recording.size[0], self.caption())
        except Refusal:  # a run is recorded without a text too
            return recording
        return replace(recording, below=bytes(image.constBits()))

    def legend(self, part: str, below: bool = False) -> Legend:
        """What the file of a part says of itself, and under its picture if ``below``.

        Raises:
            Refusal: if there is no picture.
        """
        self.window.showing.catch_up()
        page = self.window.pages.pages.get(part)
        try:
            frame = self.frame()
        except Refusal:
            if page is None or page.needs_text:
                raise
            return Legend()  # a run has a picture without a text
        title = cite_title(frame, self.window.view)
        return Legend(title, self.caption(whole=True), self.caption() if below else "")

    def picture(self, part: str, ending: str, looks: Looks) -> bytes:
        """The file of a picture.

        Raises:
            Refusal: if there is none, or not enough memory.
        """
        legend, widget = self.legend(part, looks.caption), self._part(part)
        with self._worn(looks.theme):
            return draw(widget, ending, looks.pixels, legend)

    def image(self, part: str, looks: Looks) -> QImage:
        """The same, for the clipboard."""
        legend, widget = self.legend(part, looks.caption), self._part(part)
        with self._worn(looks.theme):
            return draw_image(widget, looks.pixels, legend)

    def _part(self, part: str) -> QWidget:
        found = self.parts().get(part)
        if found is None:
            raise Refusal(translate("core", "This part is no longer on screen."))
        return found

    def _worn(self, theme: str) -> AbstractContextManager[None]:
        return nullcontext() if theme == "screen" else self.window.dress.worn(pick_theme(theme))

    # -- what the user does -----------------------------------------------------------------

    def open(self, ending: str = "") -> None:
        """Ask what to export, and where; as the format of ``ending``, or the last."""
        from app.export_dialog import ExportDialog

        for dialog in self.window.findChildren(ExportDialog):
            dialog.close()
        ExportDialog(self, ending).show()

    def copy_picture(self) -> None:
        """The part that was chosen last, as it is on screen, on the clipboard."""
        try:
            image = self.image(self.chosen, Looks(caption=False))
        except Refusal as refusal:
            self.window.remark(refusal)
            return
        QGuiApplication.clipboard().setImage(image)
        self._say(self.tr("Copied as a picture: {part}"))

    def copy_numbers(self) -> None:
        """Its numbers, as CSV."""
        try:
            text = write_csv(self.numbers(self.chosen))
        except Refusal as refusal:
            self.window.remark(refusal)
            return
        QGuiApplication.clipboard().setText(text.decode())  # Python's own data it can't outlive
        self._say(self.tr("Copied as numbers: {part}"))

    def toggle_recording(self) -> None:
        """Record the part that was chosen last; or stop, and ask where to."""
        window = self.window
        self.recording_now = not self.recording_now
        if self.recording_now:
            # Said outside the window's own surface, which may be what is recorded.
            window.setWindowTitle(self.tr("● Recording {part} – Headlight").format(
                part=self.names()[self.chosen]))
            self.recorder.start(self.parts()[self.chosen])
            return
        self.recording = self.recorder.stop()
        window.sessions.retranslate()
        self.open(ANIMATION)

    def _say(self, words: str) -> None:
        self.window.statusBar().showMessage(
            words.format(part=self.names()[self.chosen]), _STAYS)

    def written(self, path: Path) -> None:
        """Say that a file is there."""
        self.window.statusBar().showMessage(
            self.tr("Written: {path}").format(path=path), _STAYS)
