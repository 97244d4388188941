"""When a run takes its next step, and when its picture is due. No thread and no lock in here."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from core.drive import Drive

if TYPE_CHECKING:
    from core.live import LiveSession

PICTURE = 1 / 30
"""Seconds between two pictures of a model that learns."""


class Pace:
    """Of one run, from when it was opened."""

    def __init__(self, live: LiveSession) -> None:
        self.live = live
        self._drive = Drive()
        self._granted = 0  # of the single steps
        self._due = self._pictured = 0.0

    def follow(self, drive: Drive) -> None:
        """Go on in this way; what ended the last step is tried again where more are asked for.

        Raises:
            Refusal: if something in it can't be done.
        """
        before, self._drive = self._drive, drive
        if (drive.playing and not before.playing) or drive.steps > before.steps:
            self.live.stopped = None
        if drive.pauses > before.pauses:
            self._granted = before.steps
        if drive.speed != before.speed:
            self._due = 0.0
        self.live.follow(drive)

    @property
    def working(self) -> bool:
        """Whether there are steps to take."""
        if self.live.stopped is not None:
            return False
        return self._drive.steps > self._granted or (self._drive.playing and not self.live.ended)

    @property
    def patience(self) -> float | None:
        """Seconds until there is a step to take; None if there is none."""
        return max(0.0, self._due - time.perf_counter()) if self.working else None

    def step(self) -> None:
        """Take one.

        Raises:
            Refusal: as :meth:`LiveSession.advance` does.
        """
        now = time.perf_counter()
        if self._drive.speed:
            self._due = max(self._due, now) + 1 / self._drive.speed
        if self._granted < self._drive.steps:
            self._granted += 1
        self.live.advance()

    def picture_due(self, taken: bool) -> bool:
        """Whether it is time for a picture: the screen has the last one, or nothing comes after.

        ``taken``: whether the last one has been taken.
        """
        now = time.perf_counter()
        if self.working and (not taken or now - self._pictured < PICTURE):
            return False
        self._pictured = now
        return True
