"""Below the panels: the time that a run has behind it, and which of its steps is looked at."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QWidget

from app.panels.elided import Steady
from app.panels.help_button import HelpButton
from app.panels.timeline_button import TimeButton
from app.panels.timeline_track import StepTrack
from app.state import Answer, Wish
from app.theme import Theme
from core.against import Against
from core.frame import Frame


class TimelineBar(QFrame):
    """There where a frame has a timeline; takes no room elsewhere."""

    looked = Signal(object)
    """The step that is wished for, kept or not; None for the newest."""
    stepped = Signal(int)
    """So many kept steps on."""
    played = Signal()
    """Kept steps are to be shown one after another, or no more."""
    compared = Signal(object)
    """The Against that is wished for, or None."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self._answer: Answer | None = None
        self._wish = Wish()
        self._plays = False
        self.allowed = True
        """Whether it may be on screen."""
        self.first, self.back = TimeButton("first"), TimeButton("back")
        self.play, self.forward = TimeButton("play"), TimeButton("forward")
        self.track, self.words = StepTrack(), Steady()
        self.newest, self.compare = QToolButton(), QToolButton()
        self.first.clicked.connect(self._go_first)
        self.back.clicked.connect(lambda: self.stepped.emit(-1))
        self.forward.clicked.connect(lambda: self.stepped.emit(1))
        self.play.clicked.connect(self.played)
        self.newest.clicked.connect(lambda: self.looked.emit(None))
        self.compare.clicked.connect(self.toggle_compare)
        self.track.wished.connect(self.looked)
        self.track.stepped.connect(self.stepped)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 3, 8, 3)
        row.setSpacing(4)
        for part in (self.first, self.back, self.play, self.forward):
            row.addWidget(part)
        row.addWidget(self.track, 1)
        row.addSpacing(4)
        row.addWidget(self.words, 1)
        for button in (self.newest, self.compare):
            button.setObjectName("choice")
            button.setCheckable(True)
            row.addWidget(button)
        self.question = HelpButton()
        row.addWidget(self.question)
        self.retranslate()
        self.hide()

    def retranslate(self) -> None:
        """Say it in the language of the moment."""
        self.setAccessibleName(self.tr("Timeline"))
        self.first.show_sign("first", self.tr("Back to the first step that is kept (Alt+Home)"))
        self.back.show_sign("back", self.tr("One kept step back (Ctrl+,)"))
        self.forward.show_sign("forward", self.tr("One kept step on (Ctrl+.)"))
        self.newest.setText(self.tr("Newest"))
        self.newest.setToolTip(self.tr("Look at the newest step, and follow the run (Alt+End)"))
        self.compare.setText(self.tr("Compare with this step"))
        self.compare.setToolTip(self.tr(
            "Hold this step: all others are shown as what is different from it (Ctrl+Alt+K)"))
        self.track.retranslate()
        self.words.setMaximumWidth(self.fontMetrics().averageCharWidth() * 64)
        self._show()

    def set_theme(self, theme: Theme) -> None:
        """Colour it anew."""
        self.track.set_theme(theme)

    def show_time(self, answer: Answer | None, wish: Wish, plays: bool) -> None:
        """Draw where the last answer stands in its run.

        Args:
            answer: the last one.
            wish: what is wished for by now.
            plays: whether kept steps are being shown one after another.
        """
        self._answer, self._wish, self._plays = answer, wish, plays
        frame = self._frame
        there = frame is not None and (len(frame.kept) > 1 or frame.training is not None)
        self.setVisible(there and self.allowed)
        if there:
            self._show()

    def allow(self, allowed: bool) -> None:
        """Be on screen where there is time to show, or never."""
        self.allowed = allowed
        self.show_time(self._answer, self._wish, self._plays)

    @property
    def _frame(self) -> Frame | None:
        return None if self._answer is None else self._answer.frame

    def _show(self) -> None:
        self.play.show_sign("pause" if self._plays else "play", (
            self.tr("Stay at this step (Shift+F9)") if self._plays
            else self.tr("Show the kept steps one after another (Shift+F9)")))
        if self._answer is None:
            return
        frame, asked = self._answer.frame, self._wish.at
        several = len(frame.kept) > 1
        for button in (self.first, self.back, self.play, self.forward, self.compare):
            button.setEnabled(several)
        self.newest.setChecked(asked is None)
        self.compare.setChecked(self._held is not None)
        live = frame.training is not None and frame.training.working
        self.track.show_steps(frame.kept, newest_of(frame), asked, frame.step, self._held, live)
        self.words.setText(self._tell(frame, self._answer.wish.at))
        self.track.setAccessibleDescription(self.words.text())

    @property
    def _held(self) -> int | None:
        """The step that is compared with: the one that was found, once it was."""
        against, answer = self._wish.against, self._answer
        if against is None or against.other != "step":
            return None
        if answer is None or answer.wish.against != against or answer.frame.beside is None:
            return against.step
        return answer.frame.beside.step

    def _tell(self, frame: Frame, asked: int | None) -> str:
        if frame.step is None:
            return ""
        training = frame.training
        total = max(newest_of(frame), training.steps if training is not None else 0)
        said = [self.tr("step {step} of {steps}").format(
            step=f"{frame.step:,}", steps=f"{total:,}")]
        if asked is None:
            said.append(self.tr("the newest"))
        elif asked != frame.step:
            said.append(self.tr("nearest kept to {step}").format(step=f"{asked:,}"))
        if self._held is not None:
            said.append(self.tr("against step {step}").format(step=f"{self._held:,}"))
        return " · ".join(said)

    # -- what the user does -----------------------------------------------------------------

    def _go_first(self) -> None:
        if self._frame is not None and self._frame.kept:
            self.looked.emit(self._frame.kept[0])

    def toggle_compare(self) -> None:
        """Hold the step looked at, so that others are compared with it; or let it go."""
        frame, held = self._frame, self._held
        if held is not None:
            self.compared.emit(None)
        elif frame is not None and frame.step is not None and len(frame.kept) > 1:
            self.compared.emit(Against("step", step=frame.step))
        self._show()  # a button that was clicked is down, whatever comes of it


def newest_of(frame: Frame) -> int:
    """The newest step that can be looked at: of a run of ours it need not be kept."""
    training = frame.training
    done = training.done if training is not None and not training.watched else 0
    return max(done, frame.kept[-1] if frame.kept else 0, frame.step or 0)
