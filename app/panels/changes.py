"""What if a head, a feed-forward or a token were silent, or scores were not scaled? And what is
otherwise elsewhere?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.altering import count_of, part_of
from app.language import in_turn
from app.paint.colour import signed_range
from app.paint.words import isolated, typeset
from app.panels.candidates import Candidates
from app.panels.changes_model import ModelBox
from app.panels.changes_part import PartRow
from app.panels.changes_scale import ScaleRow
from app.panels.changes_step import StepBox
from app.panels.chooser import Choice, Chooser
from app.panels.elided import Elided
from app.panels.field import Field
from app.panels.field_picture import Picture, Side, Spot
from app.panels.page import Page
from app.state import View
from app.theme import Theme
from core.against import Against, Change
from core.edits import UNALTERED, Edit, Edits, Part
from core.frame import Frame
from core.tables import Tables
from core.told import tell_change

PARTS: tuple[Part, ...] = ("head", "mlp", "token")
_NOTHING = "nothing"


class Changes(Page):
    """Alterations above, the other side below, and between them what it comes to."""

    edited = Signal(object)
    """The Edits that are wished for."""
    compared = Signal(object)
    """The Against that is wished for, or None."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: Frame | None = None
        self._view = View()
        self._edits = UNALTERED
        self._against: Against | None = None
        self.rows = {part: PartRow() for part in PARTS}
        for row in self.rows.values():
            row.scaled.connect(lambda edit: self.edited.emit(self._edits.put(edit)))
            row.isolated.connect(self._isolate)
        self.scale = ScaleRow()
        self.scale.scaled.connect(lambda edit: self.edited.emit(self._edits.put(edit)))
        self.listed, self.undo = Elided(), QToolButton()
        self.undo.clicked.connect(lambda: self.edited.emit(UNALTERED))
        self.other_name, self.other = Elided(), Chooser()
        self.other.chosen.connect(self._choose)
        self.prompt, self.model, self.step = QLineEdit(), ModelBox(), StepBox()
        self.prompt.textEdited.connect(self._type)
        self.step.valueChanged.connect(self._pick_step)
        self.model.textActivated.connect(
            lambda model: self.compared.emit(Against("model", model=model)))
        self.told = Elided()
        self.shifts = Candidates()
        self.map_name, self.map = Elided(), Field()
        self.map.pointed.connect(self._say_spot)
        self.map.clicked.connect(self._hold)
        self._lay_out()
        self.retranslate()
        self._offer()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for row in self.rows.values():
            column.addWidget(row)
        column.addWidget(self.scale)
        altered = QHBoxLayout()
        altered.addWidget(self.listed, 1)
        altered.addWidget(self.undo)
        column.addLayout(altered)
        against = QGridLayout()
        against.setHorizontalSpacing(8)
        against.addWidget(self.other_name, 0, 0)
        against.addWidget(self.other, 0, 1, Qt.AlignmentFlag.AlignLeft)
        against.addWidget(self.prompt, 1, 0, 1, 2)
        against.addWidget(self.model, 2, 0, 1, 2)
        against.addWidget(self.step, 3, 1, Qt.AlignmentFlag.AlignLeft)
        against.setColumnStretch(1, 1)
        column.addLayout(against)
        column.addWidget(self.told)
        column.addWidget(self.shifts, 3)
        column.addWidget(self.map_name)
        column.addWidget(self.map, 2)

    def sizeHint(self) -> QSize:
        """About as large as the sheet."""
        return QSize(460, 420)

    def minimumSizeHint(self) -> QSize:
        """The controls, and a few lines of what they do."""
        return QSize(300, 320)

    # -- words ------------------------------------------------------------------------------

    def retranslate(self) -> None:
        """Say it in the language of the moment."""
        words: dict[Part, tuple[str, str]] = {
            "head": (
                self.tr("What this head writes to the residual stream, times the factor."),
                self.tr("Silence the other heads of the layer")),
            "mlp": (
                self.tr("What the feed-forward of this layer writes to the stream, times the "
                        "factor."),
                self.tr("Silence the feed-forwards of all other layers")),
            "token": (
                self.tr("The embedding of this token, times the factor; its position stays."),
                self.tr("Silence all other tokens")),
        }
        for part, (tip, isolate_tip) in words.items():
            row = self.rows[part]
            row.say(self.tr("Silence"), self.tr("Isolate"), tip, isolate_tip)
            row.slider.setToolTip(tip)
        self.scale.retranslate()
        self.undo.setText(self.tr("Undo all"))
        self.undo.setToolTip(self.tr("The model as it was opened (Ctrl+Alt+Z)"))
        self.other_name.setText(self.tr("Against"))
        self.prompt.setPlaceholderText(self.tr("Another prompt, for the same model"))
        self.prompt.setAccessibleName(self.tr("The other prompt"))
        self.model.setAccessibleName(self.tr("The other model"))
        self.step.setAccessibleName(self.tr("The other step"))
        self.step.setToolTip(self.tr("Of a step that is not kept, the nearest is shown"))
        self.shifts.setAccessibleName(self.tr("Predictions on both sides"))
        self.map.setAccessibleName(self.tr("Change of the residual stream by layer and token"))
        self._offer()
        self._show()

    def _choices(self) -> list[Choice]:
        choices = [
            (_NOTHING, self.tr("Nothing"), self.tr("No comparison")),
            ("untouched", self.tr("Untouched"), self.tr("The same without alterations")),
            ("prompt", self.tr("Prompt"), self.tr("Another prompt, which begins as this one")),
            ("head", self.tr("Head"), self.tr("The head that is pinned now; then pin another")),
            ("model", self.tr("Model"), self.tr("Another model, with the same prompt")),
        ]
        if self._chosen() == "step" or (self._frame is not None and len(self._frame.kept) > 1):
            choices.append(("step", self.tr("Step"), self.tr("Another step of the training")))
        return choices

    def _chosen(self) -> str:
        return _NOTHING if self._against is None else self._against.other

    def title(self, frame: Frame, view: View) -> str:
        """What is compared."""
        return self.tr("What if")

    def badge(self, frame: Frame, view: View) -> str:
        """Says whether the map is reduced."""
        mapped = frame.change is not None and frame.change.streams is not None
        return self.tr("largest per pixel") if mapped and self.map.reduced else ""

    def _name(self, edit: Edit) -> str:
        if edit.part == "head":
            return self.tr("layer {layer}, head {head}").format(layer=edit.layer, head=edit.at)
        if edit.part == "mlp":
            return self.tr("feed-forward of layer {layer}").format(layer=edit.layer)
        if edit.part == "scale":
            scaled = self._frame is None or self._frame.card.scaled
            return self.tr("scores not divided by √d") if scaled else (
                self.tr("no scale to leave out"))
        return self.tr("token {i}").format(i=edit.at)

    def _part_name(self, part: Part, edit: Edit | None) -> str:
        if edit is None:
            return self.tr("Point at a cell for its token") if part == "token" else (
                self.tr("Pin a head to alter it"))
        if part == "head":
            return self.tr("Layer {layer}, head {head}").format(layer=edit.layer, head=edit.at)
        if part == "mlp":
            return self.tr("Feed-forward, layer {layer}").format(layer=edit.layer)
        assert self._frame is not None  # it named the edit
        assert self._view.at is not None
        label = isolated(self._frame.keys.labels[self._view.at[1]])
        return self.tr("Token {i}, “{token}”").format(i=edit.at, token=label)

    # -- drawing ----------------------------------------------------------------------------

    def set_theme(self, theme: Theme) -> None:
        """Colour it anew."""
        super().set_theme(theme)
        self.shifts.set_theme(theme)
        self.map.set_theme(theme)
        self._show()

    def show_wish(self, edits: Edits, against: Against | None) -> None:
        """Say what is wished for, whatever has been answered."""
        if (edits, against) != (self._edits, self._against):
            self._edits, self._against = edits, against
            other = None if against is None or against.other != "prompt" else against.prompt.source
            if other is not None and other != self.prompt.text() and not self.prompt.hasFocus():
                self.prompt.setText(other)  # set by a scene, or a session
            if against is not None and against.other == "model":
                self.model.show_model(against.model)
            self._offer()
            self._show()

    def show_frame(self, frame: Frame, view: View) -> None:
        """Draw the answer."""
        self._frame, self._view = frame, view
        self._offer()
        self._show()

    def _offer(self) -> None:
        other = self._chosen()
        self.other.offer(self._choices(), other)
        for name, box in (("prompt", self.prompt), ("model", self.model), ("step", self.step)):
            box.setVisible(other == name)
        self.step.offer(self._frame.kept if self._frame is not None else ())
        if self._against is not None and other == "step":
            self.step.show_step(self._against.step)

    def _show(self) -> None:
        frame = self._frame
        for part, row in self.rows.items():
            edit = part_of(frame, self._view, part) if frame is not None else None
            factor = 1.0 if edit is None else self._edits.factor(edit)
            row.show_part(self._part_name(part, edit), edit, factor)
        self.scale.show_edits(frame, self._view, self._edits)
        self.undo.setEnabled(bool(self._edits))
        self.listed.setText(self._list() if self._edits else self.tr("Nothing is altered."))
        change = frame.change if frame is not None else None
        self.told.setText(self._tell(frame, change))
        rows = tuple((one.label, one.before, one.after) for one in change.shifts) if change else ()
        self.shifts.show_rows(
            rows, self.tr("there"), self.tr("here"), "" if self._against is not None else self.tr(
                "Silence, scale or isolate a part, or choose what to compare with: the predictions "
                "of both sides stand here then, and what changes in each layer."))
        self._draw_map(frame, change)

    def _list(self) -> str:
        parts = [
            self._name(edit) + ("" if edit.part == "scale" else f" × {edit.factor:.1f}")
            for edit in self._edits.all]
        return self.tr("Altered: {parts}").format(parts=in_turn(parts))

    def _tell(self, frame: Frame | None, change: Change | None) -> str:
        if self._against is None or frame is None:
            return ""
        if self._against.other == "head":
            layer, head = self._against.head
            return self.tr("The large matrix shows the difference to layer {layer}, head {head}."
                           ).format(layer=layer, head=head)
        if change is None:
            return self.tr("The other side is not there yet.")
        sides = frame, frame.beside
        if any(side is not None and not side.finite and not side.predictions for side in sides):
            return self.tr("The predictions are no numbers.")
        if not any(side is not None and (side.predictions or side.labels) for side in sides):
            return self.tr("The model has no head: it predicts nothing that could be compared.")
        if change.divergence is None:
            return self.tr("Their predictions can't be compared: the vocabularies differ.")
        bits, there = f"{change.divergence:.4f}", frame.beside
        if self._against.other == "step" and there is not None and frame.step is not None:
            return self.tr("Step {step} against step {other}: {bits} bits apart (KL divergence); "
                           "in percent:").format(
                step=frame.step, other=there.step, bits=bits)
        return self.tr("Predictions differ by {bits} bits (KL divergence); in percent:").format(
            bits=bits)

    def _draw_map(self, frame: Frame | None, change: Change | None) -> None:
        streams = change.streams if change is not None else None
        self.map.setVisible(streams is not None)
        self.map_name.setVisible(streams is not None)
        if streams is None or frame is None:
            return
        most = signed_range(streams)
        names = [self.tr("layer {layer}").format(layer=layer) for layer in range(len(streams))]
        self.map.show_picture(Picture(
            streams / np.float32(most), Side(len(names), names), Side(streams.shape[1]),
            ((0.0, "0"), (1.0, f"{most:.0%}"))))
        shown = self._view.shown
        self.map.light(shown[0] if shown else None)
        self._say_spot(self.map.at)

    def _say_spot(self, spot: Spot | None) -> None:
        frame = self._frame
        change = frame.change if frame is not None else None
        words = self.tr(
            "Residual stream after each layer, by token: its change as a share of its length")
        if spot is not None and change is not None and change.streams is not None:
            words = self.tr("Layer {layer}, token {i}: the stream differs by {share}").format(
                layer=spot[0], i=spot[1], share=typeset(f"{change.streams[spot]:.2%}"))
        self.map_name.setText(words)
        self.map.setAccessibleDescription(words)

    # -- what the user does -----------------------------------------------------------------

    def _isolate(self, edit: Edit) -> None:
        if self._frame is not None:
            self.edited.emit(self._edits.isolate(edit, count_of(self._frame, edit)))

    def _choose(self, other: str) -> None:
        frame, shown = self._frame, self._view.shown
        if other == _NOTHING or frame is None:
            self.compared.emit(None)
        elif other == "prompt":
            if not self.prompt.text():
                self.prompt.setText(frame.prompt.source)
            self._type(self.prompt.text())
        elif other == "head" and shown is not None:
            self.compared.emit(Against("head", head=shown))
        elif other == "model":
            self.compared.emit(Against("model", model=self.model.currentText()))
        elif other == "step":
            ends = frame.kept or (0,)  # of a folder that has lost them all
            self.compared.emit(Against("step", step=ends[-1 if frame.step == ends[0] else 0]))
        else:
            self.compared.emit(Against())

    def _type(self, text: str) -> None:
        if self._frame is not None:
            prompt = replace(self._frame.prompt, source=text, masked=(), written=())
            self.compared.emit(Against("prompt", prompt=prompt))

    def offer_models(self, references: list[str]) -> None:
        """Names and folders of models that this one can be held against."""
        self.model.addItems(references)

    def _pick_step(self, step: int) -> None:
        self.compared.emit(Against("step", step=step))

    def _hold(self, spot: Spot) -> None:
        held = self._view.held or (0, 0)
        self.selected.emit({"held": (spot[1], min(held[1], spot[1]))})

    def numbers(self, frame: Frame, view: View) -> Tables:
        """What is otherwise than on the other side."""
        return tell_change(frame)
