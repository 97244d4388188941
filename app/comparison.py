"""The dialog of Model > Compare with transformers: it waits, then shows what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QProgressBar,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.comparing import Comparison
from app.language import say_refusal
from app.paint.stroke import unit
from core.errors import Refusal

if TYPE_CHECKING:
    from core.frame import Prompt
    from core.parity.report import Report

_SIDE = Qt.AlignmentFlag
_NUMBERS = (1, 2, 3)
"""Columns that are aligned at their end."""


class ComparisonDialog(QDialog):
    """One comparison; the window behind it goes on."""

    def __init__(self, model: str, prompt: Prompt, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Compare with transformers"))
        self.report: Report | None = None
        self.verdict = QLabel(self.tr(
            "transformers opens the same folder and runs the same prompt; this takes a moment."))
        self.verdict.setWordWrap(True)
        self.verdict.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.waiting = QProgressBar(minimum=0, maximum=0, textVisible=False)
        self.table = QTableWidget(0, 5)
        self.table.hide()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        self.copier = buttons.addButton(
            self.tr("Copy"), QDialogButtonBox.ButtonRole.ActionRole
        )
        self.copier.clicked.connect(self.copy)
        self.copier.setEnabled(False)
        layout = QVBoxLayout(self)
        for part in (self.verdict, self.waiting, self.table, buttons):
            layout.addWidget(part)
        layout.addStretch()
        layout.setStretchFactor(self.table, 1)
        self.resize(QSize(640, 160) * unit(self.font()))
        self.comparison = Comparison(model, prompt, self)
        self.comparison.ended.connect(self._end)
        self.finished.connect(self.comparison.stop)  # what is not wanted is not waited for
        parent.installEventFilter(self)
        self.comparison.start()

    def copy(self) -> None:
        """Put the whole report on the clipboard, as the command line prints it."""
        words = self.report.lines() if self.report is not None else [self.verdict.text()]
        QGuiApplication.clipboard().setText("\n".join(words))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Close with the window."""
        if event.type() == QEvent.Type.Close:
            self.close()
        return False

    def _end(self, found: Report | Refusal) -> None:
        self.waiting.hide()
        self.copier.setEnabled(True)
        if isinstance(found, Refusal):
            self.verdict.setText(say_refusal(found))
            return
        self.report = found
        self.verdict.setText(self._say(found))
        self._fill(found)
        self.table.show()
        self.resize(QSize(640, 480) * unit(self.font()))

    def _say(self, report: Report) -> str:
        values = {
            "count": len(report.compared), "model": report.model, "version": report.version,
            "failed": len(report.failed), "name": report.worst_first()[0].name,
            "missing": len(report.left_out),
        }
        if report.passed:
            text = self.tr("Passed: {count} tensors of {model} are those of transformers "
                           "{version}, each within its tolerance. Nearest to it: {name}.")
        else:
            text = self.tr("Failed: of {count} tensors of {model}, {failed} differ from those of "
                           "transformers {version} by more than their tolerance. Worst: {name}.")
        if report.left_out:
            text += " " + self.tr("{missing} more are not told by this version of transformers.")
        return text.format(**values)

    def _fill(self, report: Report) -> None:
        self.table.setHorizontalHeaderLabels([
            self.tr("Tensor"), self.tr("Shape"), self.tr("Largest difference"),
            self.tr("Tolerance"), self.tr("Verdict"),
        ])
        self.table.verticalHeader().hide()
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.table.setRowCount(len(report.compared))
        for row, one in enumerate(report.worst_first()):
            verdict = self.tr("passed") if one.passed else self.tr("failed")
            for column, words in enumerate((*one.cells, verdict)):
                cell = QTableWidgetItem(words)
                if column in _NUMBERS:
                    cell.setTextAlignment(_SIDE.AlignRight | _SIDE.AlignVCenter)
                if not one.passed:
                    font = cell.font()
                    font.setBold(True)
                    cell.setFont(font)
                self.table.setItem(row, column, cell)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
