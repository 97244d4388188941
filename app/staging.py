"""What a lecture puts around the live program: its words beside it, marks on it, a fade between."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from app.marking import Marking
from app.panels.fade import Fade
from app.panels.scene import ScenePane

if TYPE_CHECKING:
    from app.window import Window

_KEPT = "stage"


class Staging(QObject):
    """Follows where the lecture is; without one the program has all the room."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.window = window
        self.pane, self.marking = ScenePane(), Marking(window)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setChildrenCollapsible(False)
        self.split.setHandleWidth(8)
        self._place = QWidget()
        self._room = column = QVBoxLayout(self._place)
        column.setContentsMargins(8, 8, 0, 8)
        column.addWidget(self.pane)
        self.split.addWidget(self._place)
        self.split.addWidget(window.layout_)
        self.split.setStretchFactor(1, 1)
        self.split.setSizes([340, 660])
        kept = window.choices.layout(_KEPT)
        if kept is not None:
            self.split.restoreState(kept)
        self._place.hide()
        window.setCentralWidget(self.split)
        self._fade: Fade | None = None
        lecturing = window.lecturing
        lecturing.leaving.connect(self._leave)
        lecturing.moved.connect(self.show)
        self.split.splitterMoved.connect(self._keep)
        window.dress.themed.connect(self.set_theme)
        self.pane.asked.connect(lambda what: getattr(lecturing, what)())

    def _keep(self) -> None:
        self.window.choices.keep(_KEPT, self.split.saveState())

    def _leave(self) -> None:
        """The picture of the old scene stays for a moment, over the new one."""
        self.end_fade()
        window = self.window
        if window.isVisible() and not window.choices.reduced_motion:
            self._fade = fade = Fade(self.split)
            fade.destroyed.connect(self._forget)

    def _forget(self) -> None:
        self._fade = None

    def end_fade(self) -> None:
        """The new scene alone, at once."""
        if self._fade is not None:
            self._fade.end()
            self._fade = None

    def show(self) -> None:
        """Show the scene that is on, or none."""
        lecturing, window = self.window.lecturing, self.window
        scene, lecture = lecturing.scene, lecturing.lecture
        self.marking.show(() if scene is None else scene.marks)
        if scene is None or lecture is None:
            self.pane.alone = False
            self._place.hide()
            window.layout_.show()
            return
        tells = scene.shows_words or bool(lecturing.troubles) or lecturing.said is not None
        self.pane.alone = tells and not scene.place.panels
        window.layout_.setVisible(not self.pane.alone)
        self._place.setVisible(tells)
        self._room.setContentsMargins(8, 8, 8 if self.pane.alone else 0, 8)
        self.pane.show_scene(lecture, lecturing.at, lecturing.troubles, lecturing.said)
        self.focus()
        if self._fade is not None:
            self._fade.raise_()

    def focus(self) -> None:
        """Keys go to the words, or to nothing that types: a remote's letters are no text."""
        (self.window.layout_ if self._place.isHidden() else self.pane.words).setFocus()

    def count(self, typed: str) -> None:
        """Say which scene is on, or the number that is being typed."""
        lecturing = self.window.lecturing
        if lecturing.lecture is not None:
            self.pane.count(lecturing.at, len(lecturing.lecture.scenes), typed)

    def set_theme(self) -> None:
        """Colour it anew."""
        self.pane.set_theme(self.window.theme)
        self.marking.set_theme()

    def retranslate(self) -> None:
        """Say it in the language of the moment."""
        self.pane.retranslate()
        self.window.lecturing.retranslate()
        self.show()
