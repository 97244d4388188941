"""Session files as the user meets them: saved, opened, never overwritten unasked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, Qt
from PySide6.QtWidgets import QFileDialog

from app import slots
from app.keeping import take_session
from app.lectures.reading import find_lecture
from app.place import PANELS, Place
from app.references import short
from app.session_file import ENDING, OpenFile, SavedSession, read_session, trouble
from app.session_hold import SessionHold
from core.errors import Refusal
from core.frame import Prompt

if TYPE_CHECKING:
    from app.state import Wish
    from app.window import Window


class Sessions(QObject):
    """The file that is open, if one is; what is not in it yet is in the window's slot."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.window = window
        self._file = SessionHold(window.choices.state)
        self._copied: Path | None = None  # the file whose copy this is
        self._unknown = SavedSession().unknown
        self._settled: Place | None = None  # the place that is in the file
        self._edited = False  # whether there is more than that, whatever the place is
        self._failed: Refusal | None = None  # why the last file could not be written
        self._waits = ""  # for this model, which the file names
        self._title = ""
        window.keeping.ticked.connect(self._follow)
        window.prompting.typed.connect(self._edit)
        window.engine.refused.connect(self._refuse)

    @property
    def path(self) -> Path | None:
        """The file that Save writes."""
        return self._file.path

    # -- at the start -----------------------------------------------------------------------

    def begin(self, text: str | None, model: str | None, watch: bool, file: Path | None) -> None:
        """Begin with a file, or as it was left, or with what the command line says."""
        window = self.window
        left = window.keeping.restore(text, adopts=file is None)
        window.wish = replace(window.wish, prompt=window.prompting.prompt)
        if left is not None:
            self._go_on(left, model, watch)
        elif file is not None:
            self.open(file)

    def _go_on(self, session: SavedSession, model: str | None, watch: bool) -> None:
        """With what a window left."""
        place, told = session.place, session.open or OpenFile()
        if model is not None and (short(model, None), watch) != (place.model, place.watch):
            own = session.before or place  # not a lecture's
            self._show(replace(
                session, place=_elsewhere(own, model, watch), lecture="", before=None))
            return
        self._unknown, self._edited = session.unknown, told.changed
        if told.file:
            try:
                self._file.take(Path(told.file), told.seen)
            except Refusal:
                self._copied = Path(told.file)
        self._show(session)

    # -- what the user does -----------------------------------------------------------------

    def save(self) -> None:
        """Write the file that is open; ask for one where none is."""
        if self.path is None:
            self.save_as()
            return
        try:
            self._file.check()
        except Refusal as refusal:
            self.window.remark(refusal)
            self.save_as()
            return
        self.save_to(self.path)

    def save_as(self) -> None:
        """Ask for a file and write it."""
        dialog = self._dialog(self.tr("Save the session as"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(ENDING[1:])
        name = self.path or self._copied
        dialog.selectFile(name.name if name is not None else f"{self.tr('session')}{ENDING}")
        dialog.fileSelected.connect(lambda path: self.save_to(Path(path)))
        dialog.open()

    def save_to(self, path: Path) -> None:
        """Write this file, which is the open one from here on."""
        window, session = self.window, replace(take_session(self.window), unknown=self._unknown)
        try:
            self._file.write(path, self._named(session))
        except Refusal as refusal:
            self._failed = refusal
            window.remark(refusal)
            return
        self._copied, self._edited = None, False
        self._settled = _compared(session.place)
        window.choices.keep_session(str(path.absolute()))
        said = window.refusal
        if said is not None and (said is self._failed or said.values.get("path") == path):
            window.forget(said)
        self._retitle()
        window.keeping.touch()

    def choose(self) -> None:
        """Ask for a file and open it."""
        dialog = self._dialog(self.tr("Open a session"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: self.open(Path(path)))
        dialog.open()

    def open(self, path: Path) -> None:
        """Open a file; what was not saved stays in a slot of its own."""
        try:
            session = read_session(path)
        except Refusal as refusal:
            self.window.remark(refusal)
            return
        self._set_aside()
        self._take(path, session)

    def open_left(self, path: Path) -> None:
        """Go on with what another window left in a slot, now that it is closed."""
        try:
            slot = slots.take(path)
        except OSError:
            return
        session = None if slot is None else slots.read(path)
        if slot is None or session is None:
            return
        self._set_aside()
        self.window.keeping.use(slot)
        self._go_on(session, None, False)

    def left(self) -> dict[Path, SavedSession]:
        """What other windows left that is in no file."""
        found = slots.waiting(self.window.choices.state / "windows")
        return {path: session for path, session in found
                if session.open is not None and session.open.changed}

    def close(self) -> None:
        """Let another window have the file."""
        self._file.release()

    # -- what becomes of it -----------------------------------------------------------------

    def _set_aside(self) -> None:
        """Leave what is on screen, so that it can be gone back to."""
        if self.changed:
            self.window.keeping.leave()
        self.window.lecturing.leave()
        self.close()
        self._copied, self._unknown, self._edited = None, {}, False

    def _take(self, path: Path, session: SavedSession) -> None:
        window, said = self.window, trouble(path, session)
        self._unknown = session.unknown
        self._copied = path
        try:
            if not session.bad:  # else saving would replace what stands there
                self._file.take(path, session.seen)
                self._copied = None
        except Refusal as refusal:
            said = refusal
        self._show(session)
        window.choices.keep_session(str(path.absolute()))
        window.keeping.own = True
        window.keeping.touch()
        if said is not None:
            window.remark(said)

    def _show(self, session: SavedSession) -> None:
        """Go there; nothing trains, and nothing is loaded from anywhere but this machine."""
        window, place = self.window, replace(session.place, playing=False)
        window.keeping.lay_out(session)
        self._settled, self._waits = None, place.model
        if not session.lecture:
            window.placing.set(replace(place, recipe="", panels=PANELS))
            self._retitle()
            return
        window.placing.set(replace(session.before or Place(), playing=False, recipe=""))
        self._retitle()
        if window.isVisible():
            self._enter(session, place)
        else:
            window.opened.connect(lambda: self._enter(session, place))

    def _enter(self, session: SavedSession, place: Place) -> None:
        """Go on in a lecture."""
        try:
            self.window.lecturing.open(find_lecture(session.lecture), session.scene, plays=False)
        except Refusal as refusal:
            self.window.remark(refusal)
            return
        if not place.recipe:  # a scene's own run is begun anew, and waits
            self.window.placing.set(place)

    def _refuse(self, refusal: Refusal, wish: Wish) -> None:
        """The file's model can't be opened; to save another one in its place is not meant."""
        gone = wish.model == self._waits != self.window.wish.model
        if gone and self.path is not None:
            self._copied = self.path
            self.close()
            self._retitle()

    # -- what is new ------------------------------------------------------------------------

    @property
    def changed(self) -> bool:
        """Whether there is something that is in no file."""
        return self._edited or (
            self._settled is not None and _compared(self.window.placing.take()) != self._settled)

    def _edit(self) -> None:
        self._edited = True

    def _follow(self) -> None:
        if self._settled is None and self.window.complete:
            self._settled, self._waits = _compared(self.window.placing.take()), ""
        self._retitle()

    def mark(self, session: SavedSession) -> SavedSession:
        """The same for a slot, which also keeps what file is open."""
        file = self.path or self._copied
        told = OpenFile("" if file is None else str(file.absolute()), self._file.seen, self.changed)
        return self._named(replace(session, unknown=self._unknown, open=told))

    def _named(self, session: SavedSession) -> SavedSession:
        """With a shipped lecture by its name, so that it is found on another machine."""
        if not session.lecture:
            return session
        folder = Path(session.lecture)
        try:
            shipped = find_lecture(folder.name) == folder
        except Refusal:
            shipped = False
        return replace(session, lecture=folder.name if shipped else session.lecture)

    # -- words ------------------------------------------------------------------------------

    def title(self) -> str:
        """Of the window; Qt puts a star in the place of its mark."""
        if self.path is not None:
            return self.tr("{file}[*] — Headlight").format(file=self.path.name)
        if self._copied is not None:
            return self.tr("{file} (copy)[*] — Headlight").format(file=self._copied.name)
        return self.tr("Headlight")

    def _retitle(self) -> None:
        title = self.title()
        if title != self._title:
            self._title = title
            self.window.setWindowTitle(title)
        if "[*]" in title:
            self.window.setWindowModified(self.changed)

    def retranslate(self) -> None:
        """Say it in the language of the moment."""
        self._title = ""
        self._retitle()

    def _dialog(self, title: str) -> QFileDialog:
        recent = self.window.choices.recent_sessions
        folder = str(Path(recent[0]).parent) if recent else ""
        kinds = self.tr("Sessions (*{ending})").format(ending=ENDING)
        dialog = QFileDialog(self.window, title, folder, kinds)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return dialog


def dropped_session(data: QMimeData) -> Path | None:
    """The session file that is dropped."""
    for url in data.urls():
        path = Path(url.toLocalFile())
        if url.isLocalFile() and path.suffix == ENDING and not path.is_dir():
            return path
    return None


def _compared(place: Place) -> Place:
    """What makes a place another one: not that a run goes on."""
    return replace(place, playing=False)


def _elsewhere(place: Place, model: str, watch: bool) -> Place:
    """The same in another model, as far as that has a meaning there."""
    prompt = place.prompt
    return Place(
        model=model, watch=watch, prompt=Prompt(prompt.source, prompt.target, prompt.second),
        panels=place.panels, pages=place.pages, quantity=place.quantity, tint=place.tint,
        scale=place.scale, omit=place.omit, renormalise=place.renormalise,
        sampling=place.sampling)
