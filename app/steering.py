"""What a person does with a run: play, pause, steps, speed, and which step is looked at."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

from app.panels.timeline import newest_of
from core.against import Against
from core.drive import Begin, Training
from core.errors import Refusal
from core.frame import Frame

if TYPE_CHECKING:
    from app.window import Window

_PLAYBACK = 120
"""Milliseconds from one kept step to the next, when they are played back."""
_PICTURES = 120
"""Of a playback, about; where more steps are kept, some are passed over."""


class Steering(QObject):
    """Turns what is clicked into wishes; it knows a run by what frames tell of it."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.window = window
        self._playback = QTimer(self, interval=_PLAYBACK)
        self._playback.timeout.connect(self._play_back)
        self._said: Refusal | None = None
        """Why a run stopped, as it was said last."""
        self._behind: Refusal | None = None
        """Why it had stopped when it was last told to play: a run that is opened again still tells
        that for a while."""
        self.bar = bar = window.layout_.timeline
        bar.looked.connect(self.scrub)
        bar.stepped.connect(self.scrub_kept)
        bar.played.connect(self.play_back)
        bar.compared.connect(self.compare)

    @property
    def training(self) -> Training | None:
        """Where the run is, as the last answer told."""
        return self.window.answer.frame.training if self.window.answer is not None else None

    @property
    def drives(self) -> bool:
        """Whether the run is ours to go on with."""
        return self.training is not None and not self.training.watched

    @property
    def kept(self) -> tuple[int, ...]:
        """The steps that can be looked at."""
        return self.window.answer.frame.kept if self.window.answer is not None else ()

    # -- runs -------------------------------------------------------------------------------

    def begin(self, folder: Path, begin: Begin) -> None:
        """Begin a run in this folder; it waits for play."""
        self.window.opening.open(str(folder), begin=begin)

    def watch(self, folder: Path) -> None:
        """Look at a run that another program trains."""
        self.window.opening.open(str(folder), watch=True)

    # -- going on ---------------------------------------------------------------------------

    def play_or_pause(self) -> None:
        """Go on, or stop after the step at hand."""
        training = self.training
        if self.window.wish.drive.playing or (training is not None and training.working):
            self.pause()
        else:
            self.play()

    def play(self) -> None:
        """Take one step after another; a kept step that is looked at stays on screen."""
        if self.drives:
            self.stop_playback()
            self._behind = self._said
            self._drive(playing=True)

    def pause(self) -> None:
        """Stop after the step at hand; steps that were asked for and not taken are dropped."""
        self._drive(playing=False, pauses=self.window.wish.drive.pauses + 1)

    def step(self, count: int = 1) -> None:
        """Take so many steps, then wait."""
        if self.drives:
            self._drive(playing=False, steps=self.window.wish.drive.steps + count)

    def save(self) -> None:
        """Write a checkpoint now."""
        if self.drives:
            self._drive(saves=self.window.wish.drive.saves + 1)

    def go_back(self) -> None:
        """Go on from the newest checkpoint, as it was then; it waits for play."""
        if self.drives:
            self.stop_playback()
            self._drive(playing=False, returns=self.window.wish.drive.returns + 1, rate=None,
                        batch=None)

    def set_speed(self, speed: float) -> None:
        """At most so many steps a second; 0 for as many as there can be."""
        self._drive(speed=speed)

    def set_rate(self, factor: float) -> None:
        """Multiply the schedule's learning rates."""
        self._drive(rate=factor)

    def set_batch(self, size: int) -> None:
        """Rows of a batch from now on."""
        self._drive(batch=size)

    def set_budget(self, size: int) -> None:
        """Bytes of weights that the timeline may hold."""
        self._drive(budget=size)

    def _drive(self, **changes: Any) -> None:
        drive = replace(self.window.wish.drive, **changes)
        self.window.ask(drive=drive)
        self.window.showing.show()

    # -- time -------------------------------------------------------------------------------

    def look_at(self, step: int | None) -> None:
        """Look through the weights of this step, or of the newest."""
        if step != self.window.wish.at:
            self.window.ask(at=step)
            self.window.showing.show()

    def scrub(self, step: int | None) -> None:
        """The same by hand: what is played back stops."""
        self.stop_playback()
        self.look_at(step)

    def scrub_first(self) -> None:
        """Look at the first step that is kept."""
        if len(self.kept) > 1:
            self.scrub(self.kept[0])

    def scrub_kept(self, step: int) -> None:
        """So many kept steps on, by hand."""
        self.stop_playback()
        self.step_kept(step)

    def compare(self, against: Against | None) -> None:
        """Hold the picture against a step, and show what is different; or do so no more."""
        self.window.altering.compare(against)
        if against is not None:
            self.window.selecting.show_quantity("difference")
        elif self.window.view.quantity == "difference":
            self.window.selecting.show_quantity("pattern")

    def step_kept(self, step: int) -> None:
        """So many kept steps on, or back; after the last comes the newest."""
        kept, at = self.kept, self.window.wish.at
        if not kept or self.window.answer is None:
            return
        places = list(kept)
        if newest_of(self.window.answer.frame) > kept[-1]:
            places.append(newest_of(self.window.answer.frame))
        place = len(places) - 1 if at is None else _place(kept, at)
        wanted = min(max(place + step, 0), len(places) - 1)
        self.look_at(None if wanted == len(places) - 1 else places[wanted])

    @property
    def playing_back(self) -> bool:
        """Whether kept steps are shown one after another."""
        return self._playback.isActive()

    def play_back(self) -> None:
        """Show the kept steps one after another, from the first if the newest is shown."""
        if self.playing_back or len(self.kept) < 2:
            self.stop_playback()
            return
        if self.window.wish.at is None:
            self.look_at(self.kept[0])
        self._playback.start()
        self.show()

    def stop_playback(self) -> None:
        """Stay where it is."""
        self._playback.stop()
        self.show()

    def _play_back(self) -> None:
        window = self.window
        if window.answer is not None and window.answer.wish.at != window.wish.at:
            return  # the screen has not seen the last one yet
        self.step_kept(max(1, len(self.kept) // _PICTURES))
        if window.wish.at is None:
            self.stop_playback()

    def show(self) -> None:
        """Say in the bar where the run is."""
        self.bar.show_time(self.window.answer, self.window.wish, self.playing_back)

    # -- what the engine says ---------------------------------------------------------------

    def follow(self, frame: Frame) -> None:
        """A run that ended or could not go on is not played any more; what stopped it is said."""
        training, drive = frame.training, self.window.wish.drive
        stopped = training.stopped if training is not None and not training.watched else None
        if self._said is not None and stopped is None:
            self.window.forget(self._said)
        elif stopped is not None and stopped is not self._said:
            self.window.remark(stopped)
        self._said = stopped
        if training is None or not drive.playing or training.working:
            return
        answer = self.window.answer
        if answer is not None and answer.wish.drive != drive:
            return  # it does not know yet that it is to go on
        if training.ended or (stopped is not None and stopped is not self._behind):
            self._drive(playing=False)

    def refuse(self) -> None:
        """What had stopped, and was to go on, can't be opened again."""
        if self._said is not None and self.window.wish.drive.playing:
            self._drive(playing=False)


def _place(kept: tuple[int, ...], step: int) -> int:
    return min(range(len(kept)), key=lambda at: abs(kept[at] - step))
