"""The arithmetic of one cell, a step at a time: every number of it is from the running model."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.language import say_refusal
from app.paint.words import isolated
from app.panels.derivation_bars import range_of
from app.panels.derivation_canvas import Canvas
from app.panels.derivation_text import part_words
from app.panels.derivation_words import rough, sentence_of, source_of, step_names
from app.panels.elided import Elided
from app.panels.page import Page
from app.theme import LIGHT, Theme
from core.asks.derivation import STEPS, Bars, Derivation, DerivationAsk, StepKind
from core.edits import UNALTERED

if TYPE_CHECKING:
    from app.state import View
    from core.frame import Frame
    from core.trace import Ask

_CLOSE = 1e-4
"""A difference above this share of the numbers is one."""
_REST = 150
"""Milliseconds after which a step is told as text: it has thousands of numbers, and a key that is
held down passes many steps."""


class DerivationPage(Page):
    """Buttons and a list of the steps above, the step, what is under the pointer below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.wanted: StepKind = "residual"
        """The step that was chosen; shown as far as there is one."""
        self.derivation: Derivation | None = None
        self._frame: Frame | None = None
        self._back, self._list, self._forward = QToolButton(), QComboBox(), QToolButton()
        self._back.setArrowType(Qt.ArrowType.LeftArrow)
        self._forward.setArrowType(Qt.ArrowType.RightArrow)
        self._list.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._says = QLabel()
        self._says.setWordWrap(True)
        self.canvas = Canvas()
        self._area = QScrollArea()
        self._area.setWidget(self.canvas)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.viewport().installEventFilter(self)
        self._below = Elided()
        self._hint = QLabel()
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint.setWordWrap(True)
        self._telling = QTimer(self)
        self._telling.setSingleShot(True)
        self._telling.setInterval(_REST)
        self._telling.timeout.connect(self._tell)
        self._arrange()
        self._back.clicked.connect(lambda: self.step(-1))
        self._forward.clicked.connect(lambda: self.step(1))
        self._list.activated.connect(lambda at: self.choose(STEPS[at]))
        self.canvas.stepped.connect(self.step)
        self.canvas.read.connect(self._read)
        self.canvas.chosen.connect(self._hold)
        self.retranslate()
        self.set_theme(LIGHT)
        self._show_parts(False)

    def _arrange(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(4)
        for part in (self._back, self._list, self._forward):
            row.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self._says)
        column.addWidget(self._area, 1)
        column.addWidget(self._below)
        column.addWidget(self._hint, 1)

    def sizeHint(self) -> QSize:
        """About as large as the sheet."""
        return QSize(460, 420)

    def minimumSizeHint(self) -> QSize:
        """Room for a formula and its bars."""
        return QSize(300, 200)

    # -- what it asks and shows -------------------------------------------------------------

    def asks(self, frame: Frame | None, view: View) -> tuple[Ask[Any], ...]:
        """The step of the cell that is pointed at or held; else of the last query's strongest."""
        ask = self._ask(frame, view)
        return () if ask is None else (ask,)

    def _ask(self, frame: Frame | None, view: View) -> DerivationAsk | None:
        if view.shown is None:
            return None
        query, key = view.at or (None, None)
        edits = UNALTERED if frame is None else frame.edits
        return DerivationAsk(*view.shown, query, key, self.wanted, edits)

    def show_frame(self, frame: Frame, view: View) -> None:
        """Draw the step; until it is there, the one before stays."""
        ask = self._ask(frame, view)
        told, declined = frame.told(ask), frame.declined(ask)
        if ask is None or declined is not None:
            self.derivation = self._frame = None
            self._hint.setText(
                self.tr("Point at a head to see its arithmetic, click to keep it.")
                if declined is None else say_refusal(declined))
            self._show_parts(False)
        elif told is not None and told is not self.derivation:
            self.derivation, self._frame = told, frame
            self._show_parts(True)
            self._show()

    def title(self, frame: Frame, view: View) -> str:
        """Which cell it is."""
        found, held = self.derivation, self._frame
        if found is None or held is None or found.query >= len(held.queries):
            return self.tr("Arithmetic")
        words = self.tr(
            "Layer {layer}, head {head}: “{query}” ({i}) can't look at “{key}” ({j})",
        ) if found.masked else self.tr(
            "Layer {layer}, head {head}: “{query}” ({i}) looks at “{key}” ({j})")
        return words.format(
            layer=found.layer, head=found.head, i=found.query, j=found.key,
            query=isolated(held.queries.labels[found.query]),
            key=isolated(held.keys.labels[found.key]),
        )

    def badge(self, frame: Frame, view: View) -> str:
        """Where bars are more than pixels."""
        if self.derivation is None or not self.canvas.arranged.reduced:
            return ""
        return self.tr("several numbers a bar")

    def _show(self) -> None:
        found, held = self.derivation, self._frame
        if found is None or held is None:
            return
        kind = found.step.kind
        at = STEPS.index(kind)
        self._list.setCurrentIndex(at)
        self._back.setEnabled(at > 0)
        self._forward.setEnabled(at < self._last())
        self._says.setText(sentence_of(found.step))
        self._says.setToolTip(source_of(found.step))
        self._list.setToolTip(source_of(found.step))
        self.canvas.show_step(found, held.keys)
        self._read("")
        self._telling.start()

    def _last(self) -> int:
        masked = self.derivation is not None and self.derivation.masked
        return STEPS.index("mask" if masked else STEPS[-1])

    def _tell(self) -> None:
        """The step as text: its sentence, every number, its remarks."""
        found = self.derivation
        if found is None:
            return
        kind = found.step.kind
        self.canvas.setAccessibleDescription(" ".join((
            self.tr("Step {at} of {all}: {name}.").format(
                at=STEPS.index(kind), all=self._last(), name=step_names()[kind]),
            sentence_of(found.step),
            *(part_words(part, self.canvas.key_name) for part in found.step.parts),
        )))

    def _read(self, words: str) -> None:
        """Below stands what is under the pointer; else how true the step is."""
        self._below.setText(words or self._how_true())

    def _how_true(self) -> str:
        found, held = self.derivation, self._frame
        gap = None if found is None else found.step.gap
        if gap is None or held is None:
            return ""
        if not math.isfinite(gap):
            return self.tr("Some of these numbers are NaN or infinite.")
        if gap == 0:
            return self.tr("Computed again, it is the same.")
        if gap <= _CLOSE * self._size():
            return self.tr("Computed again in another order, it differs by at most {gap}.").format(
                gap=rough(gap))
        if held.card.dtype != "float32":
            return self.tr("Computed again, it differs by {gap}: the model runs in {type}.").format(
                gap=rough(gap), type=held.card.dtype)
        return self.tr("Computed again, it differs by {gap}, more than rounding explains.").format(
            gap=rough(gap))

    def _size(self) -> float:
        """The largest number of the step."""
        assert self.derivation is not None
        strips = [part.values for part in self.derivation.step.parts if isinstance(part, Bars)]
        return max(range_of(strips).high, 1.0) if strips else 1.0

    def _show_parts(self, shown: bool) -> None:
        for part in (self._back, self._list, self._forward, self._says, self._area, self._below):
            part.setVisible(shown)
        self._hint.setVisible(not shown)

    # -- what the user does -----------------------------------------------------------------

    def step(self, step: int) -> None:
        """So many steps forward, to the first or the last at most."""
        if self.derivation is not None:
            at = STEPS.index(self.derivation.step.kind) + step
            self.choose(STEPS[min(max(at, 0), self._last())])

    def choose(self, step: StepKind) -> None:
        """Show this step."""
        self.wanted = step
        if self.derivation is not None:
            self._list.setCurrentIndex(STEPS.index(self.derivation.step.kind))
        self._area.verticalScrollBar().setValue(0)
        self.wished.emit()

    def _hold(self, key: int) -> None:
        if self.derivation is not None:
            self.selected.emit({"held": (self.derivation.query, key), "cell": None})

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Bars grow with the room that there is."""
        if event.type() == QEvent.Type.Resize:
            self.canvas.set_room(self._area.viewport().height())
        return False

    # -- how it looks -----------------------------------------------------------------------

    def set_theme(self, theme: Theme) -> None:
        """Colour it anew."""
        super().set_theme(theme)
        self.canvas.set_theme(theme)
        for part in (self._says, self._below):
            part.setStyleSheet(f"color: {theme.muted}")
        background = f"background: {theme.surface}"
        self._area.viewport().setStyleSheet(background)

    def retranslate(self) -> None:
        """Say it in the language of the moment."""
        at = self._list.currentIndex()
        self._list.clear()
        self._list.addItems(
            [f"{index} · {name}" for index, name in enumerate(step_names().values())])
        self._list.setCurrentIndex(max(at, 0))
        self._list.setAccessibleName(self.tr("Steps"))
        for button, words in (
            (self._back, self.tr("The step before (Left)")),
            (self._forward, self.tr("The next step (Right)")),
        ):
            button.setToolTip(words)
            button.setAccessibleName(words)
        self.canvas.setAccessibleName(self.tr("Arithmetic of one cell"))
        self._hint.setText(self.tr("Point at a head to see its arithmetic, click to keep it."))
        self._show()


def _fill(page: DerivationPage, frame: Frame, view: View) -> None:
    from core.session import open_session
    from core.trace import Sight

    sight = Sight(asks=page.asks(frame, view))
    page.show_frame(open_session(frame.card.reference).look(frame.prompt, sight), view)


if __name__ == "__main__":
    from app.panels.demo import run_demo

    raise SystemExit(run_demo(DerivationPage, _fill))
