"""Keys of a lecture and of a presenter's remote, wherever the focus is.

Page Up and Page Down drive from everywhere, the prompt too. Letters and digits are a lecture's only
where nobody types text, the space bar and arrows where the words have the focus, which they get
with each scene.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

if TYPE_CHECKING:
    from app.window import Window

_PATIENCE = 3000  # milliseconds for the next digit
Key = Qt.Key
_ALONE = (Key.Key_Shift, Key.Key_Control, Key.Key_Alt, Key.Key_Meta, Key.Key_AltGr)
Do = Callable[[], object]


class LectureKeys(QObject):
    """Looks at each key before whatever has the focus does."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.window = window
        self.typed = ""
        """Digits of the scene to jump to."""
        self._watched: QWidget | None = None
        self._forget = QTimer(self, singleShot=True, interval=_PATIENCE)
        self._forget.timeout.connect(lambda: self._type(""))
        window.installEventFilter(self)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._follow)

    def _follow(self, before: QWidget | None, now: QWidget | None) -> None:
        """Only what has the focus gets keys."""
        if self._watched is not None:
            self._watched.removeEventFilter(self)
            self._watched = None
        notes = self.window.presenting.notes
        if now is not None and now is not self.window and now.window() in (self.window, notes):
            self._watched = now
            now.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take a key that is the lecture's."""
        kind = event.type()
        if kind not in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride):
            return False
        assert isinstance(event, QKeyEvent)
        do = self._meaning(event, watched)
        if do is None:
            return False
        if kind == QEvent.Type.ShortcutOverride:  # else it is a menu's key, or the editor's
            event.accept()
            return True
        if not event.isAutoRepeat():  # a key that is held down goes one scene, not through all
            self.window.staging.end_fade()
            do()
        return True

    # -- what keys mean ---------------------------------------------------------------------

    def _meaning(self, event: QKeyEvent, watched: QObject) -> Do | None:
        window, key = self.window, event.key()
        if window.presenting.black:
            return None if key in _ALONE else window.presenting.lift_curtain
        inside = isinstance(watched, QWidget) and window.jump_list.isAncestorOf(watched)
        if window.jump_list.isVisible() and inside:
            return window.jump_list.close_list if key == Key.Key_Escape else None
        bare = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if bare == Qt.KeyboardModifier.ControlModifier and key == Key.Key_Home:
            return self._in_lecture(window.lecturing.again)
        if bare not in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier):
            return None
        plain = bare == Qt.KeyboardModifier.NoModifier
        if plain and key in (Key.Key_PageDown, Key.Key_PageUp):
            go = window.lecturing.next if key == Key.Key_PageDown else window.lecturing.back
            return self._in_lecture(go)
        if plain and key == Key.Key_Escape:
            return self._escape()
        if isinstance(watched, QWidget) and watched.testAttribute(
                Qt.WidgetAttribute.WA_InputMethodEnabled):
            return None
        return self._letter(event, key, watched) if self._listens else None

    @property
    def _listens(self) -> bool:
        return self.window.lecturing.lecture is not None or self.window.presenting.on

    def _in_lecture(self, do: Do) -> Do | None:
        return do if self.window.lecturing.lecture is not None else None

    def _escape(self) -> Do | None:
        """A number that was begun; the help of a panel; else the full screen, once no model is read
        or writes."""
        if self.typed:
            return lambda: self._type("")
        card = self.window.helping.card
        if card is not None:
            return card.close
        return self._stop_or_leave if self.window.presenting.on else None

    def _stop_or_leave(self) -> None:
        if not self.window.stop():
            self.window.presenting.leave()

    def _letter(self, event: QKeyEvent, key: int, watched: QObject) -> Do | None:
        window, lecturing = self.window, self.window.lecturing
        presenting = window.presenting
        if key in (Key.Key_B, Key.Key_Period):
            return presenting.toggle_black
        if isinstance(watched, QWidget) and window.pages.isAncestorOf(watched):
            return None  # pages have letters of their own
        if Key.Key_0 <= key <= Key.Key_9 and lecturing.lecture is not None:
            return lambda: self._type(self.typed + event.text())
        if key in (Key.Key_Return, Key.Key_Enter) and self.typed:
            return self._jump
        of_words: dict[int, Do] = {
            Key.Key_Space: lecturing.next, Key.Key_Right: lecturing.next,
            Key.Key_Backspace: lecturing.back, Key.Key_Left: lecturing.back,
            Key.Key_Home: lambda: lecturing.jump(0), Key.Key_End: self._jump_to_end,
        }
        if key == Key.Key_P:
            return presenting.toggle_pointer
        if lecturing.lecture is None:
            return None
        if key == Key.Key_G:
            return window.jump_list.toggle
        notes = presenting.notes
        pane = window.staging.pane
        resting = (window, window.layout_, pane, pane.words)
        if watched in resting or (notes is not None and watched in (
                notes, notes.notes, notes.words)):
            return of_words.get(key)
        return None

    def _jump_to_end(self) -> None:
        lecture = self.window.lecturing.lecture
        if lecture is not None:
            self.window.lecturing.jump(len(lecture.scenes) - 1)

    # -- numbers ----------------------------------------------------------------------------

    def _type(self, digits: str) -> None:
        self.typed = digits[-4:]
        self._forget.start() if self.typed else self._forget.stop()
        self.window.staging.count(self.typed)

    def _jump(self) -> None:
        number = int(self.typed)
        self._type("")
        self.window.lecturing.jump(number - 1)
