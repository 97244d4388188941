"""Session files as the user meets them: saved, opened, never overwritten unasked."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QMimeData, QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog

from app import slots
from app.keeping import take_session
from app.lectures.reading import find_lecture
from app.lock import Lock, holder
from app.place import PANELS, Place
from app.references import short
from app.session_file import ENDING, LIMIT, SavedSession, read_session, trouble, write_session
from app.whole_file import fingerprint, read_file
from core.errors import Refusal, translate
from core.frame import Prompt

if TYPE_CHECKING:
    from app.state import Wish
    from app.window import Window

_MARK = "open"
"""Where a slot says which file its window had open."""


class Sessions(QObject):
    """The file that is open, if one is; what is not in it yet is in the window's slot."""

    renamed = Signal()
    """The title says something else."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.window = window
        self.path: Path | None = None
        """The file that Save writes."""
        self._copied: Path | None = None  # the file whose copy this is
        self._lock: Lock | None = None
        self._seen = ""  # the fingerprint of the file, as this window knows it
        self._unknown: Mapping[str, Any] = {}
        self._settled: Place | None = None  # the place that is in the file
        self._edited = False  # whether there is more than that, whatever the place is
        self._waits = ""  # for this model, which the file names
        self._title = ""
        window.keeping.ticked.connect(self._follow)
        window.prompting.typed.connect(self._edit)
        window.engine.refused.connect(self._refuse)

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
        own = session.unknown.get("", {})
        told = own.pop(_MARK, {})
        file = Path(str(told["file"])) if told.get("file") else None
        self._unknown = {key: group for key, group in session.unknown.items() if group}
        self._edited = told.get("changed") is True
        if file is not None and self._hold(file):
            self.path, self._seen = file, str(told.get("seen"))
        elif file is not None:
            self._copied = file
        place = session.place
        if model is not None and (short(model, None), watch) != (place.model, place.watch):
            place = _elsewhere(place, model, watch)
            session = replace(session, lecture="", before=None)
        self._show(replace(session, place=place))

    # -- what the user does -----------------------------------------------------------------

    def save(self) -> None:
        """Write the file that is open; ask for one where none is."""
        if self.path is None:
            self.save_as()
            return
        if self._changed_on_disk(self.path):
            self.window.remark(Refusal(
                translate("core", "{path} was changed by another program since it was opened "
                          "here, so it was not written; save this under another name."),
                path=self.path))
            self.save_as()
            return
        self._write(self.path)

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
        before = self._lock
        if self.path is None or _real(path) != _real(self.path):
            self._lock = None
            if not self._hold(path):
                self._lock = before
                self.window.remark(_held(self._lock_path(path), path, translate(
                    "core", "{path} is open in another window (process {process}), so it was not "
                    "written; save this under another name.")))
                return
        if self._write(path):
            if before is not None and before is not self._lock:
                before.release()
        elif self._lock is not before:
            if self._lock is not None:
                self._lock.release()
            self._lock = before

    def _write(self, path: Path) -> bool:
        window = self.window
        session = replace(take_session(window), unknown=self._unknown)
        try:
            self._seen = write_session(path, self._named(session))
        except Refusal as refusal:
            window.remark(refusal)
            return False
        self.path, self._copied, self._edited = path, None, False
        self._settled = _compared(session.place)
        window.choices.keep_session(str(path.absolute()))
        if window.refusal is not None and window.refusal.values.get("path") == path:
            window.forget(window.refusal)
        self._retitle()
        window.keeping.touch()
        return True

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
                if session.unknown.get("", {}).get(_MARK, {}).get("changed") is True}

    def close(self) -> None:
        """Let another window have the file."""
        if self._lock is not None:
            self._lock.release()
        self.path = self._lock = None

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
        if not self._hold(path):
            self._copied = path
            said = _held(self._lock_path(path), path, translate(
                "core", "{path} is open in another window (process {process}); this is a copy, to "
                "be saved under another name."))
        elif session.bad:  # to save it would replace what stands there
            self.close()
            self._copied = path
        else:
            self.path, self._seen = path, session.seen
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
            self.window.lecturing.open(find_lecture(session.lecture), session.scene)
        except Refusal as refusal:
            self.window.remark(refusal)
            return
        if not place.recipe:  # a scene's own run is begun anew
            self.window.placing.set(place)

    def _hold(self, path: Path) -> bool:
        """Whether no other window has it; where that can't be told, none has."""
        if self._lock is not None and self._lock.path == self._lock_path(path):
            return True
        try:
            lock = Lock.take(self._lock_path(path))
        except OSError:
            return True
        if lock is not None:
            self._lock = lock
        return lock is not None

    def _lock_path(self, path: Path) -> Path:
        name = hashlib.sha256(str(_real(path)).encode("utf-8", "surrogateescape")).hexdigest()
        return self.window.choices.state / "files" / f"{name[:32]}.lock"

    def _changed_on_disk(self, path: Path) -> bool:
        try:
            if not path.exists():
                return False
            return fingerprint(read_file(path, LIMIT)) != self._seen
        except (OSError, Refusal):
            return True

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
        told = {
            "file": "" if file is None else str(file.absolute()), "changed": self.changed,
            "seen": self._seen if self.path is not None else "",
        }
        own = dict(self._unknown.get("", {})) | {_MARK: told}
        return self._named(replace(session, unknown={**self._unknown, "": own}))

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


def _held(lock: Path, path: Path, template: str) -> Refusal:
    return Refusal(template, path=path, process=holder(lock))


def _real(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return path.absolute()


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
