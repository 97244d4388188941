"""A comparison with ``transformers``, in a process of its own: this one stays free of it."""

from __future__ import annotations

import logging
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal

from app.work import torch_threads
from core.errors import Refusal, translate

if TYPE_CHECKING:
    from core.frame import Prompt

log = logging.getLogger(__name__)


class Comparison(QObject):
    """One model and prompt, held against the reference."""

    ended = Signal(object)
    """The ``core.parity.report.Report``, or a Refusal."""

    def __init__(self, model: str, prompt: Prompt, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._question = {"model": model, "prompt": asdict(prompt)}
        self._process = QProcess(self)
        self._process.finished.connect(self._read)
        self._process.errorOccurred.connect(self._fail)

    def start(self) -> None:
        """Begin; ``ended`` comes once, unless it is stopped before."""
        import json  # not before the window is there

        import core

        home = str(Path(core.__file__).parent.parent)
        environment = QProcessEnvironment.systemEnvironment()
        known = environment.value("PYTHONPATH")
        environment.insert("PYTHONPATH", os.pathsep.join(filter(None, (home, known))))
        environment.insert("OMP_NUM_THREADS", str(torch_threads()))
        self._process.setProcessEnvironment(environment)
        # -P: nothing is imported from the folder that the program happens to run in.
        self._process.start(sys.executable, ["-P", "-m", "core.parity"])
        self._process.write(json.dumps(self._question).encode())
        self._process.closeWriteChannel()

    def stop(self) -> None:
        """End it, whatever it is at."""
        self._process.blockSignals(True)
        if self._process.state() != QProcess.ProcessState.NotRunning:
            self._process.kill()
            self._process.waitForFinished(2000)

    def _read(self) -> None:
        import json

        from core.parity.report import Report

        try:
            told = json.loads(bytes(self._process.readAllStandardOutput().data()))
        except ValueError:
            self._fail()
            return
        if "report" in told:
            self.ended.emit(Report.from_json(told["report"]))
        else:
            self.ended.emit(Refusal(told["refusal"], **told["values"]))

    def _fail(self) -> None:
        """It crashed, was killed or could not be started."""
        said = bytes(self._process.readAllStandardError().data()).decode(errors="replace")
        log.warning("the comparison failed: %s; %s", self._process.errorString(), said[-4000:])
        self._process.blockSignals(True)  # a crash is told twice
        self.ended.emit(Refusal(translate(
            "core", "The comparison ended before its end; the log says why. A model that is too "
            "large for this machine's memory twice ends so.")))
