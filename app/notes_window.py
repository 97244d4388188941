"""Notes for whoever teaches, on a screen of their own: what to say, what comes next, the time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QEvent, QSize, Qt, QTime, QTimer
from PySide6.QtGui import QGuiApplication, QHideEvent, QResizeEvent, QScreen, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from app.looks import usual_points
from app.paint.stroke import unit
from app.panels.elided import Elided
from app.panels.scene import points_of
from app.panels.words import WordsView

if TYPE_CHECKING:
    from app.window import Window


_LINES = 44
"""Of small type that the window is high at most."""


class NotesWindow(QWidget):
    """Follows the lecture; keys drive it from here too."""

    def __init__(self, window: Window) -> None:
        super().__init__()
        self.window_ = window
        self.lecture, self.counter, self.title = Elided(), QLabel(), QLabel()
        self.notes, self.words = WordsView(), WordsView()
        self.next_title = QLabel()
        self.clock, self.since = QLabel(), QLabel()
        self.pause, self.reset = QToolButton(), QToolButton()
        for label in (self.title, self.next_title):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        began = window.lecturing.began
        self._before = began.elapsed() if began.isValid() else 0
        """Milliseconds that were counted before the last pause."""
        self._running = QElapsedTimer()
        self._running.start()
        self._paused = self._over = False
        self._tick = QTimer(self, interval=500)
        self._tick.timeout.connect(self._show_time)
        self.pause.clicked.connect(self.toggle_pause)
        self.reset.clicked.connect(self.restart)
        for button in (self.pause, self.reset):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        top = QHBoxLayout()
        for part in (self.clock, self.since, self.pause, self.reset):
            top.addWidget(part)
        top.addStretch(1)
        top.addWidget(self.counter)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(10)
        column.addLayout(top)
        column.addWidget(self.lecture)
        column.addWidget(self.title)
        column.addWidget(self.notes, 3)
        column.addWidget(self.next_title)
        column.addWidget(self.words, 1)
        size = QSize(900, 640) * unit(self.font())
        self.resize(size.boundedTo(window.screen().availableSize()))
        window.lecturing.moved.connect(self.follow)
        window.dress.themed.connect(self._dress)
        window.presenting.changed.connect(self._show_time)
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)  # else there is no window
        application.screenRemoved.connect(self._lose)
        self.addActions(window.actions_.lectures.menu.actions())  # their keys are the same here
        self._dress()
        self.retranslate()

    def place(self, screen: QScreen | None) -> None:
        """Be seen: on the whole of this screen, or as a window where there is no other."""
        if screen is not None:
            self.setGeometry(screen.availableGeometry())
            self.showMaximized()
        else:
            self.show()
            self.activateWindow()
        self.follow()

    def _lose(self, screen: QScreen) -> None:
        """Where the only screen left is the audience's, notes are not for it."""
        if self.window_.presenting.on and len(QGuiApplication.screens()) < 2:
            self.hide()

    # -- words ------------------------------------------------------------------------------

    def retranslate(self) -> None:
        """Say it in the language of the moment."""
        self.setWindowTitle(self.tr("Notes"))
        self.notes.setAccessibleName(self.tr("Notes"))
        self.words.setAccessibleName(self.tr("What the next scene says"))
        self.reset.setText(self.tr("Count anew"))
        self._show_time()
        self.follow()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange and hasattr(self, "next_title"):
            self.retranslate()

    def follow(self) -> None:
        """Show the scene that is on, and the next."""
        lecturing = self.window_.lecturing
        lecture, scene = lecturing.lecture, lecturing.scene
        if lecture is None or scene is None:
            self._over = True
            self.lecture.setText("")
            self.counter.setText("")
            self.title.setText(self.tr("No lecture is open."))
            for view in (self.notes, self.words):
                view.set_words("", None)
            self.next_title.setText("")
            return
        if self._over:
            self._over = False
            self.restart()
        self.lecture.setText(lecture.title)
        self.counter.setText(f"{lecturing.at + 1} / {len(lecture.scenes)}")
        self.title.setText(scene.title)
        self.notes.set_words(scene.notes or self.tr("*No notes.*"), lecture.folder)
        following = lecturing.following
        self.next_title.setText(
            self.tr("This is the last scene.") if following is None
            else self.tr("Next: {title}").format(title=following.title))
        self.words.set_words("" if following is None else following.words, lecture.folder)

    def _dress(self) -> None:
        font = self.font()
        base = max(usual_points(), points_of(font, self.height() / _LINES))
        for part, factor in (
            (self, 1.2), (self.clock, 1.8), (self.since, 1.8), (self.counter, 1.8),
            (self.title, 1.6), (self.lecture, 1.1), (self.next_title, 1.3),
        ):
            font.setPointSizeF(base * factor)
            part.setFont(font)
        self.notes.set_points(base * 1.8)
        self.words.set_points(base * 1.1)
        for view in (self.notes, self.words):
            view.set_theme(self.window_.theme)

    def showEvent(self, event: QShowEvent) -> None:
        """Time is told while someone can see it."""
        super().showEvent(event)
        self._show_time()
        self._tick.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Counted it is anyway."""
        super().hideEvent(event)
        self._tick.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Type as large as the screen allows."""
        super().resizeEvent(event)
        self._dress()

    # -- time -------------------------------------------------------------------------------

    def elapsed(self) -> int:
        """Milliseconds that the lecture has taken, without its pauses."""
        return self._before + (0 if self._paused else self._running.elapsed())

    def toggle_pause(self) -> None:
        """Let the time stand, or go on."""
        self._before, self._paused = self.elapsed(), not self._paused
        self._running.start()
        self._show_time()

    def restart(self) -> None:
        """Count from now on."""
        self._before = 0
        self._running.start()
        self._show_time()

    def _show_time(self) -> None:
        seconds = self.elapsed() // 1000
        self.clock.setText(QTime.currentTime().toString("HH:mm"))
        self.since.setText(f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}")
        self.clock.setAccessibleName(self.tr("The time"))
        self.since.setAccessibleName(self.tr("Since the lecture began"))
        self.pause.setText(self.tr("Go on") if self._paused else self.tr("Pause"))
