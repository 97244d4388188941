"""Before an audience: the whole screen, large type, nothing to operate; pointer, black screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication

from app.looks import usual_points
from app.notes_window import NotesWindow
from app.panels.curtain import Curtain
from app.panels.pointer import Pointer
from app.panels.scene import points_of
from app.panels.titled import Titled

if TYPE_CHECKING:
    from PySide6.QtGui import QScreen

    from app.window import Window

LINES = 36
"""Of a scene's type that a screen is high at most; with the room between them its words have 27, so
that the last row reads them."""
_LABELS = 40
"""Likewise, of everything else."""


class Presenting(QObject):
    """Dresses the window for an audience, and gives it back as it was."""

    changed = Signal()
    """It began or ended, or the screen is black or no longer."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.window = window
        self.on = False
        self.curtain: Curtain | None = None
        self.pointer = Pointer(window)
        self.notes: NotesWindow | None = None
        self._state = Qt.WindowState.WindowNoState
        self._sized: QSize | None = None
        """The screen that the type was last made for: to set it anew takes a while."""
        self._soon = QTimer(self, singleShot=True, interval=0)
        """A page that was just made heeds the size of type no sooner."""
        self._soon.timeout.connect(self._size_again)
        window.pages.made.connect(lambda page: self._soon.start())
        window.installEventFilter(self)

    # -- the whole screen -------------------------------------------------------------------

    def begin(self) -> None:
        """From the lecture's first scene."""
        self.window.lecturing.jump(0)
        self.start()

    def start(self) -> None:
        """From here; the live program alone where there is no lecture."""
        if self.on:
            return
        window = self.window
        self.on, self._state = True, window.windowState()
        self._show_controls(False)
        window.setWindowState(self._state | Qt.WindowState.WindowFullScreen)
        self._size_type()
        self._soon.start()
        screens = QApplication.screens()
        if len(screens) > 1 and window.lecturing.lecture is not None:
            self.show_notes()
        self.changed.emit()

    def leave(self) -> None:
        """The window as it was."""
        self.lift_curtain()
        self.pointer.set_on(False)
        if not self.on:
            return
        window, self.on = self.window, False
        window.setWindowState(self._state)
        self._show_controls(True)
        window.dress.lift_text(None)
        window.staging.pane.set_line(None)
        self.changed.emit()

    def toggle(self) -> None:
        """From the first scene; or leave."""
        self.leave() if self.on else self.begin()

    def toggle_here(self) -> None:
        """From here; or leave."""
        self.leave() if self.on else self.start()

    def _show_controls(self, shown: bool) -> None:
        window = self.window
        # Not hidden: the keys of its actions would be dead.
        window.menuBar().setMaximumHeight(16777215 if shown else 0)
        window.statusBar().setVisible(shown)
        window.pages.show_tabs(shown)
        for panel in window.findChildren(Titled):
            panel.show_tools(shown)
        window.staging.pane.show_tools(shown)

    def _size_type(self) -> None:
        """As large as the last row needs, on whatever screen this is; labels are smaller where a
        page would need more than its width."""
        window, screen = self.window, self.window.screen().size()
        self._sized = screen
        labels = points_of(QApplication.font(), screen.height() / _LABELS)
        lift = max(labels - usual_points(), 0.0)
        window.staging.pane.set_line(screen.height() / LINES)
        window.dress.lift_text(lift)
        while lift > 0 and self._needed() > screen.width():
            lift = max(lift - 1, 0.0)
            window.dress.lift_text(lift)

    def _needed(self) -> int:
        """The least width of the window, once its parts know of their type."""
        QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
        return self.window.minimumSizeHint().width()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the window to another screen, and out of the full screen by whatever way."""
        if event.type() == QEvent.Type.Resize and self._sized != self.window.screen().size():
            self._size_again()
        elif event.type() == QEvent.Type.WindowStateChange and not self.window.isFullScreen():
            self.leave()
        return False

    def _size_again(self) -> None:
        if self.on:
            self._size_type()

    # -- black, pointer, notes --------------------------------------------------------------

    @property
    def black(self) -> bool:
        """Whether the screen is black."""
        return self.curtain is not None

    def toggle_black(self) -> None:
        """Make the screen black, or bring the picture back."""
        if self.black:
            self.lift_curtain()
            return
        self.curtain = Curtain(self.window)
        self.curtain.clicked.connect(self.lift_curtain)
        self.changed.emit()

    def lift_curtain(self) -> None:
        """Bring the picture back."""
        if self.curtain is not None:
            self.curtain.hide()
            self.curtain.deleteLater()
            self.curtain = None
            self.changed.emit()

    def toggle_pointer(self) -> None:
        """Show where the mouse is, or no longer."""
        self.pointer.set_on(not self.pointer.on)
        self.changed.emit()

    def show_notes(self) -> None:
        """Open the notes, on a screen that the audience does not see where there is one."""
        if self.notes is None:
            self.notes = NotesWindow(self.window)
        self.notes.place(self._other_screen())

    def toggle_notes(self) -> None:
        """Open the notes, or close them."""
        if self.notes is not None and self.notes.isVisible():
            self.notes.hide()
        else:
            self.show_notes()

    def _other_screen(self) -> QScreen | None:
        shown = self.window.screen()
        return next((one for one in QApplication.screens() if one is not shown), None)

    def close(self) -> None:
        """The window is about to be gone."""
        self.leave()
        if self.notes is not None:
            self.notes.close()
            self.notes.deleteLater()
            self.notes = None
