"""A run's curves: losses and readings in one plot, small ones below it, norms by layer."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.panels.elided import Elided
from app.panels.training_confusion import ConfusionTable
from app.panels.training_lines import Line, PlotPicture
from app.panels.training_norms import NormBars
from app.panels.training_plot import StepPlot
from app.panels.training_readings import look_of
from app.panels.training_words import describe, same_unit, say_step, say_unit
from app.theme import LIGHT, Theme
from core.asks.readings import Reading
from core.drive import Curve, Training

_SMALL = ("held_out", "rate", "gradient", "tokens_a_second")
_LEAST = 5
"""Lines that the large plot needs."""
_SAYS = 1.0
"""Seconds between two descriptions of a plot that moves: a screen reader reads them aloud."""


@dataclass(frozen=True, eq=False)
class Course:
    """What there is to draw of a run."""

    training: Training | None = None
    curves: Mapping[str, Curve] = field(default_factory=dict)
    kept: tuple[int, ...] = ()
    """The steps that can be looked at."""
    looked: int | None = None
    """The one that is."""
    readings: Sequence[Reading] = ()
    """Those that are drawn."""
    log_steps: bool = False
    log_values: bool = False
    back: bool = False
    """Whether that is not the newest, whose norms are shown."""


class RunCurves(QScrollArea):
    """It scrolls where there is no room for all of it."""

    looked = Signal(object)
    """A step to look at; None for the newest."""
    strode = Signal(int)
    """Kept steps to go on, or back."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self.course = Course()
        self._pointed: float | None = None
        self._told = 0.0
        self.plot, self.reading, self.norms = StepPlot(), Elided(), NormBars()
        self.confusion = ConfusionTable()
        self.small = {name: StepPlot(compact=True) for name in _SMALL}
        self._lay_out()
        self.plot.strode.connect(self.strode)
        for plot in self._plots():
            plot.looked.connect(self.looked)
            plot.pointed.connect(self._point)

    def _lay_out(self) -> None:
        small = QHBoxLayout()
        small.setSpacing(8)
        for plot in self.small.values():
            small.addWidget(plot, 1)
        inside = QWidget()
        inside.setObjectName("inside")
        inside.setStyleSheet("QWidget#inside { background: transparent; }")
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.plot, 1)
        column.addWidget(self.reading)
        column.addLayout(small)
        column.addWidget(self.confusion)
        column.addWidget(self.norms)
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setAutoFillBackground(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The large plot is seen whole, however low it must be for that."""
        super().resizeEvent(event)
        line, most = self.fontMetrics().height(), self.plot.minimumSizeHint().height()
        self.plot.setMinimumHeight(min(max(self.viewport().height(), _LEAST * line), most))

    def _plots(self) -> tuple[StepPlot, ...]:
        return self.plot, *self.small.values()

    def retranslate(self) -> None:
        """Say it in the language of the moment."""
        self.norms.retranslate()
        self.confusion.retranslate()
        self.plot.setAccessibleName(self.tr("Losses and readings by step"))
        names = (self.tr("Held-out loss by step"), self.tr("Learning rate by step"),
                 self.tr("Gradient norm by step"), self.tr("Tokens a second by step"))
        for plot, name in zip(self.small.values(), names, strict=True):
            plot.setAccessibleName(name)
        self.show_course(self.course)

    def set_theme(self, theme: Theme) -> None:
        """Colour it anew."""
        self.theme = theme
        self.norms.set_theme(theme)
        self.confusion.set_theme(theme)
        for plot in self._plots():
            plot.theme = theme
        self.show_course(self.course)

    # -- drawing ----------------------------------------------------------------------------

    def show_course(self, course: Course) -> None:
        """Draw all plots."""
        self.course = course
        training, curves = course.training, course.curves
        self.confusion.show_training(training)
        last = max(training.done if training is not None else 0, *course.kept, 1)
        together = training is None or same_unit(training)
        self.plot.show_picture(PlotPicture(
            self._lines(together), last, "", course.log_steps, course.log_values, course.kept))
        unit = "" if training is None else say_unit(training.unit)
        titles = {
            "held_out": self.tr("Held out ({unit})").format(unit=unit),
            "rate": self.tr("Learning rate"), "gradient": self.tr("Gradient norm (log)"),
            "tokens_a_second": self.tr("Tokens a second"),
        }
        for name, plot in self.small.items():
            curve = curves.get(name)
            lines = () if curve is None else (Line(
                "", curve, self.theme.text, band=name == "gradient", dots=name == "held_out"),)
            plot.show_picture(PlotPicture(
                lines, last, titles[name], course.log_steps, name == "gradient"))
        self.small["held_out"].setVisible(not together)
        self._mark()
        self._describe()

    def _lines(self, together: bool) -> tuple[Line, ...]:
        curves, theme, lines = self.course.curves, self.theme, []
        if "loss" in curves:
            lines.append(Line(self.tr("loss (nats), mean and range"), curves["loss"], theme.text,
                              band=True))
        for reading in self.course.readings:
            if reading in curves:
                colour, dashed = look_of(reading)
                lines.append(Line("", curves[reading], colour, right=True, dashed=dashed))
        if "right" in curves:
            lines.append(Line(self.tr("held out, right"), curves["right"], theme.tint, right=True,
                              dots=True))
        if together and "held_out" in curves:
            lines.append(Line(self.tr("held out"), curves["held_out"], theme.accent, dots=True))
        return tuple(lines)

    def _mark(self) -> None:
        course = self.course
        for plot in self._plots():
            plot.mark(course.looked, self._pointed)
        if self._pointed is not None and course.curves:
            words = say_step(course.curves, self._pointed, course.readings)
        elif course.curves and not any(name in course.curves for name in course.readings):
            words = self.tr(
                "No reading that is chosen is defined on the attention and the text on screen.")
        else:
            words = self._say_looked() + self.tr("Click a step to look at it.")
        self.reading.setText(words)

    def _say_looked(self) -> str:
        course = self.course
        if course.looked is None:
            return ""
        step = f"{course.looked:,}"
        if course.back and course.training is not None and self.norms.norms:
            return self.tr("You look at step {step}; norms are those of step {done}. ").format(
                step=step, done=f"{course.training.done:,}")
        return self.tr("You look at step {step}. ").format(step=step)

    def _point(self, step: float | None) -> None:
        self._pointed = step
        self._mark()

    def _describe(self) -> None:
        """In words, now and then while it moves."""
        training = self.course.training
        if training is not None and training.working and (
            time.monotonic() - self._told < _SAYS
        ):
            return
        self._told = time.monotonic()
        keys = self.tr("Left and Right look at the kept steps, End at the newest.")
        self.plot.setAccessibleDescription(" ".join(filter(None, (
            describe(self.course.curves, self.course.readings), keys))))
