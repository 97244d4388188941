"""When a run takes its next step, when its picture is due, and when the folder of another program's
run is looked through again. No thread and no lock in here."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING

from core.drive import Drive, Training
from core.errors import Refusal

if TYPE_CHECKING:
    from core.live import LiveSession
    from core.watching import WatchedSession

PICTURE = 1 / 30
"""Seconds between two pictures of a model that learns."""
SCAN = 1.0
"""Seconds between two looks into a folder that another program writes."""


class Beat:
    """Comes every ``PICTURE`` on average, also where it is only now and then asked for."""

    def __init__(self) -> None:
        self._next = 0.0

    @property
    def due(self) -> bool:
        """Whether it is time."""
        return time.perf_counter() >= self._next

    def take(self) -> None:
        """Wait for the next; what comes late does not put off the one after it."""
        self._next = max(self._next + PICTURE, time.perf_counter())


class Pace:
    """Of one run, from when it was opened."""

    def __init__(self, live: LiveSession, before: Drive | None = None) -> None:
        """Of what is asked for, only what goes beyond ``before`` is new."""
        self.live = live
        self.drive = before = replace(before or Drive(), playing=False)
        self._granted = before.steps  # of the single steps
        self.returned = before.returns
        """How often it went back."""
        live.follow_from(before)
        self._due = 0.0
        self._beat = Beat()

    def follow(self, drive: Drive) -> bool:
        """Go on in this way; what ended the last step is tried again where more are asked for.
        There is always somebody to do so.

        Raises:
            Refusal: if something in it can't be done.
        """
        before, self.drive = self.drive, drive
        if (drive.playing and not before.playing) or drive.steps > before.steps:
            self.live.try_again()
        if drive.pauses > before.pauses or drive.returns > before.returns:
            self._granted = before.steps
        if drive.speed != before.speed:
            self._due = 0.0
        self.live.follow(drive)
        return True

    @property
    def working(self) -> bool:
        """Whether there are steps to take."""
        if self.drive.returns > self.returned:
            return True
        if self.live.stopped is not None:
            return False
        return self.drive.steps > self._granted or (self.drive.playing and not self.live.ended)

    @property
    def patience(self) -> float | None:
        """Seconds until there is a step to take; None if there is none."""
        return max(0.0, self._due - time.perf_counter()) if self.working else None

    def step(self) -> None:
        """Take one, or go back to the newest checkpoint where that is asked for.

        Raises:
            Refusal: as :meth:`LiveSession.advance` and :meth:`LiveSession.go_back` do.
        """
        if self.drive.returns > self.returned:
            self.returned = self.drive.returns
            self.live.go_back()
            return
        now = time.perf_counter()
        if self.drive.speed:
            self._due = max(self._due, now) + 1 / self.drive.speed
        if self._granted < self.drive.steps:
            self._granted += 1
        self.live.advance()

    def still(self) -> AbstractContextManager[bool]:
        """Within, weights stay as they are; they do so whenever no step is taken."""
        return nullcontext(False)

    def stop(self, why: Refusal) -> None:
        """Take no step until more are asked for."""
        self.live.stopped = why

    def tell(self, points: int) -> Training:
        """Where the run is; with curves of so many points, and with the norms of all layers, unless
        it is 0."""
        return self.live.tell(self.working, points, norms=points > 0)

    def picture_due(self, taken: bool) -> bool:
        """Whether it is time for a picture: the screen has the last one, or none comes soon.

        ``taken``: whether the last one has been taken.
        """
        wait = self.patience
        soon = wait is not None and wait < PICTURE
        if soon and not (taken and self._beat.due):
            return False
        self._beat.take()
        return True


class Watch:
    """Of a run that another program trains."""

    def __init__(self, live: WatchedSession) -> None:
        self.live = live
        self.drive = Drive()
        self.working = False
        """Not here."""
        self._due = time.perf_counter() + SCAN

    def follow(self, drive: Drive) -> bool:
        """As :class:`Pace` does, what can be followed of it: what may be held in memory."""
        self.drive = drive
        self.live.folder.budget = drive.budget
        return True

    @property
    def patience(self) -> float:
        """Seconds until the folder is to be looked through."""
        return max(0.0, self._due - time.perf_counter())

    def still(self) -> AbstractContextManager[bool]:
        """Within, weights stay as they are; a checkpoint is read whole, or not at all."""
        return nullcontext(False)

    def scan(self) -> bool:
        """Look through it; True if there is something new to show.

        Raises:
            Refusal: the first time that it can't be read.
        """
        lost = self.live.lost
        try:
            return self.live.scan()
        except Refusal:
            if lost is None:
                raise
            return False
        finally:
            self._due = time.perf_counter() + SCAN

    def tell(self, points: int) -> Training:
        """As :class:`Pace` does."""
        return self.live.tell(points)
