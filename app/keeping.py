"""What is remembered of a window from one start to the next, whatever ends it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer, Signal

from app import slots
from app.choices import Choices
from app.session_file import PAGE_SETTINGS, SIZES, SavedSession, session_bytes
from app.work import Work
from core.errors import Refusal, translate

if TYPE_CHECKING:
    from PySide6.QtWidgets import QSplitter

    from app.window import Window

_TEXT_AFTER = 1000  # milliseconds after the last key
_EVERY = 250  # milliseconds, at most, from a change to its being written
_PATIENCE = 10.0  # seconds for a write that is under way, at the end
_TEXTS = ("text", "second", "target")


class Keeping(QObject):
    """Writes down where the window stands soon after it changed, so that no crash takes it.

    The settings keep the text that was typed last and the sizes of the last window that was
    closed; a slot of its own (see ``app.slots``) keeps all that a session file keeps.
    """

    ticked = Signal()
    """Something may have changed a moment ago."""
    failed = Signal(object)
    """A Refusal: it could not be written."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.window, self.choices = window, window.choices
        self.own = True
        """Whether the text is the user's own; one from the command line is not kept."""
        self._slot: slots.Slot | None = None
        self._last = b""  # what the slot holds
        self._work: Work | None = None
        self._complained = self._closed = False
        self._text_timer = QTimer(self, singleShot=True, interval=_TEXT_AFTER)
        self._text_timer.timeout.connect(self.save_text)
        self._timer = QTimer(self, singleShot=True, interval=_EVERY)
        self._timer.timeout.connect(self._tick)
        self.failed.connect(self._complain)
        window.installEventFilter(self)
        for splitter in self._splitters().values():
            splitter.splitterMoved.connect(self.touch)

    # -- what is there at the start ---------------------------------------------------------

    def restore(self, text: str | None, adopts: bool) -> SavedSession | None:
        """Begin as it was left; what a slot kept, for whoever goes there.

        Args:
            text: of the command line, instead of the one that was typed last.
            adopts: whether what another window left may be gone on with.
        """
        self.own = text is None
        self.window.layout_.restore(self.choices)
        texts = [self.choices.word(name, "") for name in _TEXTS]
        self.window.prompting.restore(texts[0] if text is None else text, *texts[1:])
        if not self.own or not adopts:
            return None
        try:
            found = slots.adopt(self.choices.state / "windows")
        except OSError:
            return None  # it is said as soon as there is something to write
        if found is None:
            return None
        self._slot, session = found
        return session

    # -- while it runs ----------------------------------------------------------------------

    def typed(self) -> None:
        """From here on the text is the user's own."""
        self.own = True
        self._text_timer.start()
        self.touch()

    def touch(self) -> None:
        """Something may have changed."""
        if not self._closed and not self._timer.isActive():
            self._timer.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The window's size is kept too."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.WindowStateChange):
            self.touch()
        return False

    def _tick(self) -> None:
        self.ticked.emit()
        if not self.own:
            return
        if self._work is not None and self._work.thread.is_alive():
            self.touch()  # the disk is slow
            return
        raw = self._bytes()
        slot = None if raw == self._last else self._claim()
        if slot is None:
            return
        self._last = raw
        self._work = Work(
            lambda tell: slot.write(raw), lambda done, total: None, self._ended)
        self._work.start()

    def _ended(self, outcome: object) -> None:
        self._complained &= isinstance(outcome, Refusal)
        if isinstance(outcome, Refusal):
            self.failed.emit(outcome)

    def _complain(self, refusal: Refusal) -> None:
        """Once: each further key would say it again."""
        self._last = b""
        if not self._complained:
            self._complained = True
            self.window.remark(refusal)

    def _claim(self) -> slots.Slot | None:
        if self._slot is None:
            folder = self.choices.state / "windows"
            try:
                self._slot = slots.claim(folder)
            except OSError as error:
                self._complain(Refusal(
                    translate("core", "{path} can't be written: {reason}."),
                    path=folder, reason=error.strerror or error))
        return self._slot

    def _bytes(self) -> bytes:
        return session_bytes(self.window.sessions.mark(take_session(self.window)))

    # -- its end ----------------------------------------------------------------------------

    def save_text(self) -> None:
        """Write it down now."""
        if self.own:
            editors = self.window.layout_.prompt.editors()
            for name, editor in zip(_TEXTS, editors, strict=True):
                self.choices.keep(name, editor.prompt())
            self.choices.settings.sync()

    def save(self) -> None:
        """Text, sizes, and all that a session file keeps; the slot is free."""
        self.save_text()
        self.window.layout_.save(self.choices)
        self.choices.settings.sync()
        if not self._closed:
            self.leave()
            self._closed = True

    def use(self, slot: slots.Slot) -> None:
        """Write down here from now on, after :meth:`leave`."""
        if self._slot is not None:
            self._slot.release()
        self._slot, self._last = slot, b""

    def leave(self) -> None:
        """Write all down, and leave the slot to whoever comes next; this window takes another."""
        self._timer.stop()
        if self._work is not None:
            self._work.thread.join(_PATIENCE)
            if self._work.thread.is_alive():
                return  # the disk does not answer
        raw = self._bytes() if self.own else self._last
        slot = self._slot if raw == self._last else self._claim()
        if slot is None:
            return
        try:
            if raw != self._last:
                slot.write(raw)
        except Refusal as refusal:
            self._complain(refusal)
        slot.release()
        self._slot, self._last = None, b""

    def _splitters(self) -> dict[str, QSplitter]:
        layout = self.window.layout_
        return dict(zip(SIZES, (layout.rows, layout.columns, layout.left, layout.pages),
                        strict=True))

    # -- the layout -------------------------------------------------------------------------

    def sizes(self) -> dict[str, tuple[int, ...]]:
        """Of what lies in each splitter, where nothing is hidden that has room once it is seen."""
        return {name: tuple(part.sizes()) for name, part in self._splitters().items()
                if all(part.sizes()) and getattr(part, "chosen", True)}

    def lay_out(self, session: SavedSession) -> None:
        """Give the window and its parts the sizes of a session, as far as the screen is large
        enough; and pages what they keep."""
        window = self.window
        if session.maximised:
            window.setWindowState(window.windowState() | window.windowState().WindowMaximized)
        elif session.size is not None and not (window.isMaximized() or window.isFullScreen()):
            width, height = session.size
            room = window.screen().availableSize()
            window.resize(min(width, room.width()), min(height, room.height()))
        for name, splitter in self._splitters().items():
            sizes = session.sizes.get(name, ())
            if len(sizes) == splitter.count() and any(sizes):
                splitter.setSizes(list(sizes))
        for name, word in session.settings.items():
            self.choices.keep(name, word)
        for page in window.pages.pages.values():
            page.restore(self.choices)


class _PageSettings(Choices):
    """Hears what pages would keep, and keeps it apart."""

    def __init__(self, choices: Choices) -> None:
        super().__init__(choices.settings)
        self.kept: dict[str, str] = {}

    def keep(self, name: str, value: object) -> None:
        """Hear it."""
        if name in PAGE_SETTINGS:
            self.kept[name] = str(value)


def take_session(window: Window) -> SavedSession:
    """All that a session file keeps, as it is now."""
    pages = _PageSettings(window.choices)
    for page in window.pages.pages.values():
        page.save(pages)
    kept = {name: pages.kept.get(name, window.choices.word(name, "")) for name in PAGE_SETTINGS}
    session = SavedSession(
        place=window.placing.take(), size=(window.width(), window.height()),
        maximised=window.isMaximized(), sizes=window.keeping.sizes(),
        settings={name: word for name, word in kept.items() if word})
    lecture, scene = window.lecturing.lecture, window.lecturing.scene
    if lecture is None or scene is None:
        return session
    return replace(
        session, lecture=str(lecture.folder), scene=scene.name, before=window.lecturing.before,
        place=replace(session.place, recipe=scene.place.recipe))
