"""When a run takes its next step, when its picture is due, and when the folder of another program's
run is looked through again. No thread and no lock in here."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from core.drive import Drive
from core.errors import Refusal

if TYPE_CHECKING:
    from core.live import LiveSession
    from core.watching import WatchedSession

PICTURE = 1 / 30
"""Seconds between two pictures of a model that learns."""
SCAN = 1.0
"""Seconds between two looks into a folder that another program writes."""


class Pace:
    """Of one run, from when it was opened."""

    def __init__(self, live: LiveSession) -> None:
        self.live = live
        self._drive = Drive()
        self._granted = 0  # of the single steps
        self._returned = 0
        self._due = self._pictured = 0.0

    def follow(self, drive: Drive) -> None:
        """Go on in this way; what ended the last step is tried again where more are asked for.

        Raises:
            Refusal: if something in it can't be done.
        """
        before, self._drive = self._drive, drive
        if (drive.playing and not before.playing) or drive.steps > before.steps:
            self.live.try_again()
        if drive.pauses > before.pauses:
            self._granted = before.steps
        if drive.speed != before.speed:
            self._due = 0.0
        self.live.follow(drive)

    @property
    def working(self) -> bool:
        """Whether there are steps to take."""
        if self._drive.returns > self._returned:
            return True
        if self.live.stopped is not None:
            return False
        return self._drive.steps > self._granted or (self._drive.playing and not self.live.ended)

    @property
    def patience(self) -> float | None:
        """Seconds until there is a step to take; None if there is none."""
        return max(0.0, self._due - time.perf_counter()) if self.working else None

    def step(self) -> None:
        """Take one, or go back to the newest checkpoint where that is asked for.

        Raises:
            Refusal: as :meth:`LiveSession.advance` and :meth:`LiveSession.go_back` do.
        """
        if self._drive.returns > self._returned:
            self._returned = self._drive.returns
            self.live.go_back()
            return
        now = time.perf_counter()
        if self._drive.speed:
            self._due = max(self._due, now) + 1 / self._drive.speed
        if self._granted < self._drive.steps:
            self._granted += 1
        self.live.advance()

    def picture_due(self, taken: bool) -> bool:
        """Whether it is time for a picture: the screen has the last one, or none comes soon.

        ``taken``: whether the last one has been taken.
        """
        now, wait = time.perf_counter(), self.patience
        soon = wait is not None and wait < PICTURE
        if soon and (not taken or now - self._pictured < PICTURE):
            return False
        self._pictured = now
        return True


class Watch:
    """Of a run that another program trains."""

    def __init__(self, watched: WatchedSession) -> None:
        self.watched = watched
        self._due = time.perf_counter() + SCAN

    @property
    def patience(self) -> float:
        """Seconds until the folder is to be looked through."""
        return max(0.0, self._due - time.perf_counter())

    def scan(self) -> bool:
        """Look through it; True if there is something new to show.

        Raises:
            Refusal: the first time that it can't be read.
        """
        lost = self.watched.lost
        try:
            return self.watched.scan()
        except Refusal:
            if lost is None:
                raise
            return False
        finally:
            self._due = time.perf_counter() + SCAN
