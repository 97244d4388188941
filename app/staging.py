"""What a lecture puts around the live program: its words beside it, marks on it, a fade between."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from app.marking import Marking
from app.panels.fade import Fade
from app.panels.scene import ScenePane

if TYPE_CHECKING:
    from app.window import Window

_KEPT = "words_share"
_SHARE, _LEAST, _MOST, _MORE = 0.34, 0.1, 0.47, 0.04


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
        self._place.hide()
        window.setCentralWidget(self.split)
        self._fade: Fade | None = None
        self._comes = False  # whether what is shown next is another scene
        lecturing = window.lecturing
        lecturing.leaving.connect(self._leave)
        lecturing.moved.connect(self.show)
        self.split.splitterMoved.connect(self._keep)
        self.split.installEventFilter(self)
        self.pane.words.settled.connect(self._divide)
        window.dress.themed.connect(self.set_theme)
        self.pane.asked.connect(lambda what: getattr(lecturing, what)())

    # -- room -------------------------------------------------------------------------------

    @property
    def share(self) -> float:
        """Of the width that the words have beside the program, on a screen of any size."""
        try:
            share = float(self.window.choices.word(_KEPT, ""))
        except ValueError:
            return _SHARE
        return share if _LEAST <= share <= 1 - _LEAST else _SHARE

    def _keep(self) -> None:
        words, program, *_ = self.split.sizes()
        self.window.choices.keep(_KEPT, f"{words / max(words + program, 1):.3f}")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Both grow with the window."""
        if event.type() == QEvent.Type.Resize:
            self._divide()
        return False

    def _divide(self) -> None:
        """More than their share to words that do not find room in it."""
        width, share = self.split.width(), self.share
        while True:
            words = round(width * share)
            self.split.setSizes([words, width - words])
            share += _MORE
            if self.pane.alone or self.pane.words.fits() or share > _MOST:
                break

    # -- scenes -----------------------------------------------------------------------------

    def _leave(self) -> None:
        """The picture of the old scene stays for a moment, over the new one."""
        self.end_fade()
        self._comes = True
        window = self.window
        if window.isVisible() and not window.choices.reduced_motion:
            self._fade = fade = Fade(self.split)
            fade.ended.connect(self._forget)

    def _forget(self) -> None:
        self._fade = None

    def end_fade(self) -> None:
        """The new scene alone, at once."""
        if self._fade is not None:
            self._fade.end()

    def show(self) -> None:
        """Show the scene that is on, or none."""
        lecturing, window = self.window.lecturing, self.window
        scene, lecture = lecturing.scene, lecturing.lecture
        comes, self._comes = self._comes, False
        self.marking.show(() if scene is None else scene.marks)
        if scene is None or lecture is None:
            self.pane.alone = False
            self._place.hide()
            window.layout_.show()
            if comes:
                self.focus()
            return
        tells = scene.shows_words or bool(lecturing.troubles) or lecturing.said is not None
        self.pane.alone = tells and not scene.place.panels
        window.layout_.setVisible(not self.pane.alone)
        self._place.setVisible(tells)
        self._room.setContentsMargins(8, 8, 8 if self.pane.alone else 0, 8)
        self.pane.show_scene(
            lecture, lecturing.at, lecturing.troubles, lecturing.said, window.helping.names())
        self._divide()
        if comes:  # else someone may be typing
            self.focus()
        if self._fade is not None:
            self._fade.raise_()

    def focus(self) -> None:
        """Keys go to the words, or to nothing that types: a remote's letters are no text. To the
        prompt where there is no lecture."""
        window = self.window
        rests = window.layout_ if self._place.isHidden() else self.pane
        (window.editor if window.lecturing.lecture is None else rests).setFocus()

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
