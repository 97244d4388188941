"""Ctrl+C in a terminal, and a system that asks it to end, close the window as a person would."""

from __future__ import annotations

import signal
import socket

from PySide6.QtCore import QCoreApplication, QObject, QSocketNotifier


class Ending(QObject):
    """Python's own answer to Ctrl+C would break whatever Qt just calls, and let the window stay.

    The second time, the process ends at once.
    """

    def __init__(self, application: QCoreApplication) -> None:
        super().__init__(application)
        self.code: int | None = None
        """What to end with, once it was asked to."""
        self._told, self._tells = socket.socketpair()
        for end in (self._told, self._tells):
            end.setblocking(False)
        self._notifier = QSocketNotifier(self._told.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._end)
        signal.set_wakeup_fd(self._tells.fileno(), warn_on_full_buffer=False)
        hangup = getattr(signal, "SIGHUP", signal.SIGTERM)  # the terminal is closed
        for number in (signal.SIGINT, signal.SIGTERM, hangup):
            if signal.getsignal(number) != signal.SIG_IGN:  # a shell keeps it from its own jobs
                signal.signal(number, lambda number, _: signal.signal(number, signal.SIG_DFL))

    def _end(self) -> None:
        self.code = 128 + self._told.recv(64)[0]
        QCoreApplication.quit()
