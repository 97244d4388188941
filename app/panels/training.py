"""Training: a run's controls, its losses and readings by step, its norms by layer."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.language import say_refusal
from app.panels.elided import Elided
from app.panels.page import Page
from app.panels.training_controls import TrainingControls
from app.panels.training_curves import Course, RunCurves
from app.panels.training_nothing import NoRun
from app.panels.training_readings import ReadingChips
from app.panels.training_words import say_losses, say_place
from app.state import View
from app.theme import Theme
from core.drive import Curve, Drive, Training
from core.tables import Tables
from core.told import tell

if TYPE_CHECKING:
    from app.choices import Choices
    from core.frame import Frame

_ROOMY, _LOW = 22, 16
"""Lines of a page that is high enough for all its controls, and for where the run is, which the
timeline tells too. Curves come first."""
_DRAWS = 100
"""Milliseconds between two drawings while steps are taken: curves need no thirty a second, and the
steps need the time."""


class TrainingPage(Page):
    """A run that is at hand, or how to get one."""

    looked = Signal(object)
    """A step to look at; None for the newest."""
    strode = Signal(int)
    """Kept steps to go on, or back."""
    returned = Signal()
    """The run is to go on from its newest checkpoint."""
    began = Signal()
    """A new run is wished for."""
    opened = Signal()
    """A run that there is already is to be opened."""

    needs_text = False

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folder: Path | None = None
        self._training: Training | None = None
        self._known: Mapping[str, Curve] = {}
        self._drive = Drive()
        self._kept: tuple[int, ...] = ()
        self._looked: int | None = None
        self._back = False
        self._late = False
        self._rest = QTimer(self, singleShot=True, interval=_DRAWS)
        self._rest.timeout.connect(self._draw_late)
        self.controls, self.curves = TrainingControls(self), RunCurves()
        self.log_values, self.log_steps = QToolButton(), QToolButton()
        self._whose = QLabel()
        self.readings = ReadingChips(self._whose)
        self.place, self.losses = Elided(), Elided()
        self.notice, self.again, self.back = QLabel(), QPushButton(), QPushButton()
        self.nothing = NoRun(self)
        self._lay_out()
        self._connect()
        self.retranslate()

    def _lay_out(self) -> None:
        self.notice.setObjectName("notice")
        self.notice.setWordWrap(True)
        for chip in (self.log_values, self.log_steps):
            chip.setObjectName("choice")
            chip.setCheckable(True)
            chip.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        stopped = QHBoxLayout()
        stopped.addWidget(self.notice, 1)
        stopped.addWidget(self.again)
        stopped.addWidget(self.back)
        losses = QHBoxLayout()
        losses.addWidget(self.losses, 1)
        losses.addWidget(self.log_values)
        losses.addWidget(self.log_steps)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        column.addWidget(self.controls)
        column.addWidget(self.place)
        column.addLayout(losses)
        column.addLayout(stopped)
        column.addWidget(self.readings)
        column.addWidget(self.curves, 1)
        self._content = content
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.nothing)
        self._stack.addWidget(content)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._stack)

    def _connect(self) -> None:
        self.nothing.began.connect(self.began)
        self.nothing.opened.connect(self.opened)
        self.again.clicked.connect(self.controls.toggled)
        self.back.clicked.connect(self.returned)
        self.readings.changed.connect(self._draw)
        for chip in (self.log_values, self.log_steps):
            chip.clicked.connect(self._draw)
        self.curves.strode.connect(self.strode)
        self.curves.looked.connect(self.looked)

    # -- words and colours ------------------------------------------------------------------

    def retranslate(self) -> None:
        """Say it in the language of the moment."""
        for part in (self.controls, self.readings, self.curves, self.nothing):
            part.retranslate()
        self._whose.setText(self.tr("Best head (right axis):"))
        self._whose.setToolTip(self.tr(
            "Right axis: of each reading, the value of the head that does it most, on the text and "
            "the attention on screen, at the steps that are kept"))
        self.log_values.setText(self.tr("log loss"))
        self.log_values.setToolTip(self.tr("A logarithmic axis for the loss"))
        self.log_steps.setText(self.tr("log steps"))
        self.log_steps.setToolTip(self.tr("A logarithmic axis for the steps"))
        self.again.setText(self.tr("Go on"))
        self._say()
        self._draw()

    def set_theme(self, theme: Theme) -> None:
        """Colour it anew."""
        super().set_theme(theme)
        self.controls.set_theme(theme)
        self.curves.set_theme(theme)

    def title(self, frame: Frame, view: View) -> str:
        """Which run it is."""
        if frame.training is None:
            return self.tr("Training")
        return self.tr("Training: {name}").format(name=frame.training.folder.name)

    def badge(self, frame: Frame, view: View) -> str:
        """Values that are not evenly spread."""
        return self.tr("logarithmic scale") if self._training is not None and (
            self.log_values.isChecked() or self.log_steps.isChecked()) else ""

    def restore(self, choices: Choices) -> None:
        """Take up what was chosen the last time."""
        kept = choices.word("training_readings", "-")
        if kept != "-":
            self.readings.choose(kept.split())
        logs = choices.word("training_log", "").split()
        self.log_values.setChecked("values" in logs)
        self.log_steps.setChecked("steps" in logs)

    def save(self, choices: Choices) -> None:
        """Remember what is chosen."""
        if self.readings.chosen is not None:
            choices.keep("training_readings", " ".join(self.readings.chosen))
        logs = (("values", self.log_values), ("steps", self.log_steps))
        choices.keep("training_log", " ".join(name for name, chip in logs if chip.isChecked()))

    # -- what it shows ----------------------------------------------------------------------

    def show_wish(self, drive: Drive, at: int | None) -> None:
        """What is wished of the run, before the run has done it; and of which step, None for the
        newest."""
        self._drive, self._back = drive, at is not None

    def show_frame(self, frame: Frame, view: View) -> None:
        """Where the run is; curves stay until there are newer ones."""
        training = frame.training
        folder = None if training is None else training.folder
        if folder != self._folder:
            self._folder, self._known = folder, {}
            self.curves.norms.clear()
        self._training, self._kept, self._looked = training, frame.kept, frame.step
        if training is not None:
            self._known = training.curves or self._known
            self.curves.norms.show_norms(training.norms)
        there = training is not None or len(frame.kept) > 1
        self._stack.setCurrentWidget(self._content if there else self.nothing)
        self._say()
        self._late = training is not None and training.working and self._rest.isActive()
        if not self._late:
            self._draw()
            self._rest.start()

    def _draw_late(self) -> None:
        if self._late:
            self._late = False
            self._draw()
            self._rest.start()

    def _say(self) -> None:
        """Everything but the plots."""
        training = self._training
        ours = training is not None and not training.watched
        self.controls.setVisible(ours)
        self.losses.setVisible(training is not None)
        if training is None:
            self.place.setText(self.tr("{count} steps are kept, {first} to {last}").format(
                count=len(self._kept), first=f"{self._kept[0]:,}", last=f"{self._kept[-1]:,}",
            ) if self._kept else "")
        else:
            self.place.setText(say_place(training))
            self.losses.setText(say_losses(training))
            if ours:
                self.controls.show_run(training, self._drive)
        self._say_end()

    def _say_end(self) -> None:
        """Why it goes no further, and what can be done."""
        training, words, again, back = self._training, "", False, False
        if training is None and self._kept:
            words = self.tr("Another program trains this run; its steps are on the timeline.")
        elif training is not None and training.stopped is not None:
            words = say_refusal(training.stopped)
            bad = "step" in training.stopped.values  # weights are no numbers any more
            again = not bad and not self._drive.playing
            back = bad and training.saved is not None
            self.back.setText(self.tr("Go back to step {step}").format(step=training.saved))
        elif training is not None and training.watched:
            words = self.tr("Another program trains this run; here it is watched.")
        elif training is not None and training.done >= training.steps:
            words = self.tr(
                "The run has taken all its steps. One step and Take go beyond them; "
                "Train > Train this model further begins a longer run from it.")
        elif training is not None and training.ended:
            words = self.tr("The run has ended early: for as long as its patience lasts, no "
                            "measure was better.")
        if words != self.notice.text():
            self.notice.setText(words)
        self.notice.setVisible(bool(words))
        self.again.setVisible(again)
        self.back.setVisible(back)

    # -- drawing ----------------------------------------------------------------------------

    def _draw(self) -> None:
        """All plots."""
        self.readings.offer(list(self._known))
        self.curves.show_course(Course(
            self._training, self._known, self._kept, self._looked, self.readings.shown,
            self.log_steps.isChecked(), self.log_values.isChecked(), self._back))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As many points as there is room for, and as many controls."""
        super().resizeEvent(event)
        self._make_room()
        points = max(self.width() // 3 // 40 * 40, 120)
        if points != self.curve_points:
            self.curve_points = points
            self.wished.emit()

    def changeEvent(self, event: QEvent) -> None:
        """Larger type."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "place"):
            self._make_room()

    def _make_room(self) -> None:
        lines = self.height() / self.fontMetrics().lineSpacing()
        self.controls.show_settings(lines >= _ROOMY)
        self.place.setVisible(lines >= _LOW)

    def numbers(self, frame: Frame, view: View) -> Tables:
        """The run's curves and norms."""
        return {} if self._training is None else tell(self._training, frame)
