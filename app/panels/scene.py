"""What a scene says, beside the live program."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from app.language import in_turn, say_refusal
from app.panels.elided import Elided
from app.panels.words import WordsView

if TYPE_CHECKING:
    from app.lectures.scene import Lecture, Scene, Trouble
    from app.theme import Theme
    from core.errors import Refusal

_LARGER = 1.15
"""Words beside other type, at their least."""
_MOST = (1.7, 2.4)
"""How much larger words may grow where there is room: beside the program, and alone."""
_STEPS = 12
_TROUBLES = 4
"""That are told beside the words, which need room too."""
_TITLE = 1.1
"""How much larger the title is than the words."""
_MEASURE = 34
"""Letters' heights that a line is long at most."""


class ScenePane(QFrame):
    """Title, words as large as there is room for, where one is in the lecture, and what is wrong
    with the scene."""

    asked = Signal(str)
    """What a button asks for: ``back``, ``again`` or ``next``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.lecture, self.counter = Elided(), QLabel()
        self.title, self.words = QLabel(), WordsView()
        self.said, self.notice = QLabel(), QLabel()
        for part, name in ((self.lecture, "badge"), (self.counter, "badge"), (self.said, "badge"),
                           (self.notice, "notice"), (self.title, "title")):
            part.setObjectName(name)
        for label in (self.title, self.said, self.notice):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self.words.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.words.settled.connect(self._fit)  # a formula may be higher than a line
        self.buttons = {name: QToolButton() for name in ("back", "again", "next")}
        self._line: float | None = None
        self._told: tuple[str, Path] = "", Path()
        self.alone = False
        """Whether there is nothing beside it."""
        head = QHBoxLayout()
        head.addWidget(self.lecture, 1)
        head.addWidget(self.counter)
        self._tools = QWidget()
        tools = QHBoxLayout(self._tools)
        tools.setContentsMargins(0, 0, 0, 0)
        for name, button in self.buttons.items():
            button.setObjectName("choice")
            button.clicked.connect(lambda _=False, name=name: self.asked.emit(name))
            tools.addWidget(button)
        tools.addStretch(1)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(12, 6, 12, 8)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.title)
        column.addWidget(self.words, 1)
        column.addWidget(self.said)
        column.addWidget(self.notice)
        column.addWidget(self._tools)
        self.retranslate()

    def sizeHint(self) -> QSize:
        """A third of a laptop's screen."""
        return QSize(420, 600)

    def minimumSizeHint(self) -> QSize:
        """Room for a few words a line."""
        return QSize(200, 200)

    def retranslate(self) -> None:
        """Say it in the language of the moment."""
        self.setAccessibleName(self.tr("Scene"))
        self.words.setAccessibleName(self.tr("What the scene says"))
        for name, text, tip in (
            ("back", self.tr("‹ Back"), self.tr("The scene before (Page Up)")),
            ("again", self.tr("Back to the scene"), self.tr(
                "As its file says it, whatever was typed and clicked since (Ctrl+Home)")),
            ("next", self.tr("Next ›"), self.tr("The next scene (Page Down)")),
        ):
            self.buttons[name].setText(text)
            self.buttons[name].setToolTip(tip)

    def set_theme(self, theme: Theme) -> None:
        """Colour it anew."""
        self.words.set_theme(theme)

    def show_tools(self, shown: bool) -> None:
        """Show the buttons, or the words alone, as for an audience."""
        self._tools.setVisible(shown)

    def show_scene(
        self, lecture: Lecture, at: int, troubles: Sequence[Trouble], said: Refusal | None,
        names: Mapping[str, str],
    ) -> None:
        """Say this scene.

        Args:
            lecture: that is given.
            at: its scene, from 0.
            troubles: what is wrong with it.
            said: what else there is to say.
            names: of panels and pages, as the window says them.
        """
        scene = lecture.scenes[at]
        self.setAccessibleDescription(self._tell(scene, names))
        self.lecture.setText(lecture.title)
        self.count(at, len(lecture.scenes))
        self.title.setText(scene.title)
        if (scene.words, lecture.folder) != self._told:
            self._told = scene.words, lecture.folder
            self.words.set_words(*self._told)
        self.said.setText("" if said is None else say_refusal(said))
        self.said.setVisible(said is not None)
        told = [self._say(trouble) for trouble in troubles[:_TROUBLES]]
        if len(troubles) > _TROUBLES:
            told.append(self.tr("and {count} more").format(count=len(troubles) - _TROUBLES))
        self.notice.setText("\n".join(told))
        self.notice.setVisible(bool(troubles))
        self._fit()

    def _tell(self, scene: Scene, names: Mapping[str, str]) -> str:
        """Title and what is marked, for whoever does not see the marks."""
        kinds = {
            "head": self.tr("layer {0}, head {1}"), "token": self.tr("token {0}"),
            "cell": self.tr("query {0}, key {1}"), "panel": self.tr("the panel {0}"),
        }
        things = [
            kinds[mark.kind].format(
                *((names[mark.at],) if isinstance(mark.at, str) else mark.at))
            for mark in scene.marks]
        return " ".join(filter(None, (scene.title, self.tr("Marked: {things}.").format(
            things=in_turn(things)) if things else "")))

    def count(self, at: int, of: int, typed: str = "") -> None:
        """Say where one is, and the number that is being typed to go elsewhere."""
        self.counter.setText(f"→ {typed}" if typed else f"{at + 1} / {of}")
        self.counter.setAccessibleName(
            self.tr("Scene {number} of {count}").format(number=at + 1, count=of))

    def _say(self, trouble: Trouble) -> str:
        words = say_refusal(trouble.text)
        if not trouble.line:
            return words
        return self.tr("{file}, line {line}: {words}").format(
            file=trouble.file, line=trouble.line, words=words)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Scroll the words."""
        bar = self.words.verticalScrollBar()
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        if event.key() in steps:
            bar.setValue(bar.value() + steps[Qt.Key(event.key())] * self.fontMetrics().height() * 2)
        else:
            super().keyPressEvent(event)

    # -- size -------------------------------------------------------------------------------

    def set_line(self, pixels: float | None) -> None:
        """The least height of a line, so that the last row reads it; None for the usual."""
        self._line = pixels
        self._fit()

    def least_points(self) -> float:
        """The type that the height of a line asks for."""
        points = self.font().pointSizeF() * _LARGER
        if self._line is not None:
            points = max(points, points_of(self.font(), self._line))
        return points

    def _fit(self) -> None:
        """The largest type that all words find room in, from the least that is read; else that."""
        column, least = self._column, self.least_points()
        room = self.contentsRect().width()
        wide = int(_MEASURE * least * 1.6) if self.alone else room
        margin = max((room - wide) // 2, 12)
        column.setContentsMargins(margin, 6 if margin == 12 else 24, margin, 8)
        sizes = [least * (1 + (_MOST[self.alone] - 1) * step / _STEPS) for step in range(_STEPS)]
        self._size(sizes[max(bisect_left(sizes, True, key=self._too_large) - 1, 0)])

    def _size(self, points: float) -> None:
        font = self.title.font()
        font.setPointSizeF(points * _TITLE)
        self.title.setFont(font)
        self.words.set_points(points)
        self._column.activate()

    def _too_large(self, points: float) -> bool:
        self._size(points)
        return not self.words.fits()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More or less room for the words."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Larger type."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "words"):
            self._fit()


def points_of(font: QFont, line: float) -> float:
    """The size at which a line of this font is so many pixels high."""
    one = QFont(font)
    one.setPointSizeF(100.0)
    return 100.0 * line / QFontMetricsF(one).lineSpacing()
