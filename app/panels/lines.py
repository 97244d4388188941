"""Lines from query to key, for any set of heads of a layer at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QToolButton, QVBoxLayout, QWidget

from app.language import say_refusal
from app.paint.words import isolated, typeset
from app.panels.chooser import Chooser
from app.panels.elided import Elided
from app.panels.lines_chips import HeadChips
from app.panels.lines_columns import Columns
from app.panels.lines_drawing import Drawing
from app.panels.lines_scene import Focus, Scene, Spot
from app.panels.lines_text import RunningText
from app.panels.page import Page
from app.state import Cell, View, attention_of
from app.theme import Theme
from core.asks.lines import STEPS, Lines, LinesAsk, TokenAsk, TokenWeights
from core.errors import Refusal
from core.frame import Frame
from core.omit import left_out
from core.trace import Ask

if TYPE_CHECKING:
    from app.choices import Choices

_NAMED = 4  # heads whose weights are read out for a cell


class LinesPage(Page):
    """Chips choose heads, a slider the threshold; pointing at a token shows its lines alone."""

    leaves_out = True

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = View()
        self._frame: Frame | None = None
        self._lines: Lines | None = None
        self._token: TokenWeights | None = None
        self._refusal: Refusal | None = None
        self._mode = "all"
        self._chosen: frozenset[int] = frozenset()
        self._threshold: float | None = None
        self._pointed: Spot | None = None
        self._kept: Spot | None = None
        self._followed: Focus | None = None
        self.heads, self.chips, self.forms = Chooser(), HeadChips(), Chooser()
        self.columns, self.text = Columns(), RunningText()
        self._drawings: dict[str, Drawing] = {"columns": self.columns, "text": self.text}
        self._form = "columns"
        self.slider, self.auto = QSlider(Qt.Orientation.Horizontal), QToolButton()
        self.slider.setRange(0, len(STEPS) - 1)
        self.auto.setObjectName("choice")
        self.auto.setCheckable(True)
        self.auto.setChecked(True)
        self._name, self._value, self._hint = QLabel(), QLabel(), QLabel()
        self._reading = Elided()
        self._hint.setWordWrap(True)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        row = QHBoxLayout()
        for part in (self._name, self.slider, self._value, self.auto):
            row.addWidget(part, 1 if part is self.slider else 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        choices = QHBoxLayout()
        choices.addWidget(self.heads)
        choices.addStretch(1)
        choices.addWidget(self.forms)
        column.addLayout(choices)
        column.addWidget(self.chips)
        column.addLayout(row)
        column.addWidget(self._hint, 1)
        for drawing in self._drawings.values():
            column.addWidget(drawing, 1)
            drawing.pointed.connect(self._point)
            drawing.clicked.connect(self._hold)
        column.addWidget(self._reading)
        self.heads.chosen.connect(self._choose_mode)
        self.chips.toggled.connect(self._toggle)
        self.chips.pinned.connect(self._pin)
        self.chips.hovered.connect(self._preview)
        self.slider.valueChanged.connect(self._slide)
        self.auto.clicked.connect(self._choose_threshold)
        self.forms.chosen.connect(self._choose_form)
        self.retranslate()

    def restore(self, choices: Choices) -> None:
        """The drawing that was chosen."""
        self._choose_form(choices.word("lines", self._form))

    def save(self, choices: Choices) -> None:
        """Which drawing is chosen."""
        choices.keep("lines", self._form)

    @property
    def drawing(self) -> Drawing:
        """The one that is shown."""
        return self._drawings[self._form]

    def retranslate(self) -> None:
        """Say it in the language of the moment."""
        self.heads.offer((
            ("all", self.tr("All heads"), self.tr("Lines of every head of the layer")),
            ("one", self.tr("Selected"), self.tr("Lines of the selected head alone")),
            ("some", self.tr("Chosen"), self.tr("Lines of the heads that were clicked below")),
        ), self._mode)
        self.forms.offer((
            ("columns", self.tr("Columns"), self.tr("Queries on the left, keys on the right")),
            ("text", self.tr("Running text"), self.tr(
                "The text as it was typed: a click holds a word, and with Shift shows who looks "
                "at it, as Space does")),
        ), self._form)
        self._name.setText(self.tr("Threshold"))
        self.slider.setAccessibleName(self.tr("Threshold of weights"))
        self.slider.setToolTip(self.tr("Weights below it have no line."))
        self.auto.setText(self.tr("Auto"))
        self.auto.setToolTip(self.tr(
            "The lowest threshold that leaves at most five lines a query, of all heads together"))
        for drawing in self._drawings.values():
            drawing.setAccessibleName(self.tr("Lines from query to key"))
        self.chips.retranslate()
        self._draw()

    # -- what is asked ----------------------------------------------------------------------

    def asks(self, frame: Frame | None, view: View) -> tuple[Ask[Any], ...]:
        """The layer's lines, and all weights of the token in focus."""
        shown = view.shown or (0, 0)
        heads = {"all": None, "one": (shown[1],), "some": tuple(sorted(self._chosen))}[self._mode]
        ask = LinesAsk(shown[0], heads, self._threshold)
        focus = self._focus(view)
        if focus is None or frame is None:
            return (ask,)
        return ask, TokenAsk(shown[0], heads, focus.side, focus.position)

    def _focus(self, view: View) -> Focus | None:
        """The token whose lines are shown: under the pointer, else held."""
        pointed = self._pointed
        at_line = pointed is not None and pointed.cell == view.cell and pointed.side is None
        if view.cell is not None and not at_line:
            return _side_of(view.cell, pointed)
        return _side_of(view.held, self._kept) if view.held is not None else None

    def show_frame(self, frame: Frame, view: View) -> None:
        """Draw the answer; until it is there, the one before stays."""
        self._view = view
        ask, *rest = self.asks(frame, view)
        self._refusal = frame.declined(ask)
        lines = frame.told(ask)
        if isinstance(lines, Lines):
            self._frame, self._lines, self._token = frame, lines, None
        if rest and frame is self._frame:
            token = frame.told(rest[0])
            self._token = token if isinstance(token, TokenWeights) else None
        self._draw()

    def title(self, frame: Frame, view: View) -> str:
        """The layer, and how many heads."""
        if self._lines is None:
            return self.tr("Lines")
        return self.tr("Layer {layer}, heads: {heads} of {count}").format(
            layer=self._lines.layer, heads=len(self._lines.heads), count=self._lines.count)

    def badge(self, frame: Frame, view: View) -> str:
        """What was left out."""
        lines = self._lines
        if lines is None:
            return ""
        parts = []
        if lines.total > len(lines.weight):
            parts.append(self.tr("strongest {sent} of {total}").format(
                sent=f"{len(lines.weight):,}", total=f"{lines.total:,}"))
        if lines.broken.any():
            parts.append(self.tr("queries with weights that are no numbers: {count}").format(
                count=int(lines.broken.sum())))
        if frame.sight.scale != "linear":
            parts.append(self.tr("opacity: square root") if frame.sight.scale == "root" else
                         self.tr("opacity: logarithm"))
        return " · ".join(parts)

    def set_theme(self, theme: Theme) -> None:
        """Colour it anew."""
        super().set_theme(theme)
        self._draw()

    # -- drawing ----------------------------------------------------------------------------

    def scene(self) -> Scene | None:
        """What is drawn."""
        frame, lines = self._frame, self._lines
        if frame is None or lines is None:
            return None
        shape, held, at = (len(frame.queries), len(frame.keys)), self._view.held, self._view.at
        focus = self._focus(self._view)
        if focus is not None and focus.position >= shape[focus.side == "key"]:
            focus = None  # of a longer prompt
        return Scene(
            frame.queries, frame.keys, attention_of(frame) == "cross", lines, self.theme,
            frame.sight.scale, focus,
            _side_of(held, self._kept) if _inside(held, shape) and held is not None else None,
            at if _inside(at, shape) else None, self._token,
            (frozenset(left_out(frame.queries, frame.sight.omit)),
             frozenset(left_out(frame.keys, frame.sight.omit))),
        )

    def _draw(self) -> None:
        scene = None if self._refusal is not None else self.scene()
        for part in (self.chips, self._reading):
            part.setVisible(scene is not None)
        for name, drawing in self._drawings.items():
            drawing.setVisible(scene is not None and name == self._form)
        self._hint.setVisible(scene is None)
        self._hint.setText(say_refusal(self._refusal) if self._refusal is not None else "")
        self.drawing.show_scene(scene)
        if scene is None:
            return
        if self._pointed is None:  # chosen elsewhere, it may be out of view
            if scene.focus is not None and scene.focus != self._followed:
                self.drawing.reveal(scene.focus)
            self._followed = scene.focus
        lines, pinned = scene.lines, self._view.pinned
        mine = pinned[1] if pinned is not None and pinned[0] == lines.layer else None
        self.chips.show_heads(scene.colours, frozenset(lines.heads), mine, self.theme)
        self._show_threshold(lines.threshold)
        self._reading.setText(self._say(scene))
        self.drawing.setAccessibleDescription(self._sum_up(scene))

    def _show_threshold(self, threshold: float) -> None:
        self.auto.setChecked(self._threshold is None)
        if self._threshold is None:
            self.slider.blockSignals(True)
            self.slider.setValue(STEPS.index(threshold))
            self.slider.blockSignals(False)
        self._value.setText(f"{threshold:g}")

    def _say(self, scene: Scene) -> str:
        if scene.cell is None:
            return self.tr("Point at a token to see its lines alone, or at a line for its weight.")
        query, key = scene.cell
        found = scene.weights(scene.cell)[:_NAMED]
        weights = [f"{head}: " + typeset(f"{weight:.4f}") for head, weight in found]
        if scene.omitted(scene.cell):
            said = self.tr("left out")
        elif scene.masked(scene.cell):
            said = self.tr("masked")
        elif weights:
            said = self.tr("head {weights}").format(weights=" · ".join(weights))
        else:
            said = self.tr("below the threshold")
        return self.tr("“{query}” ({i}) → “{key}” ({j}): {said}").format(
            query=isolated(scene.queries.labels[query]), i=query,
            key=isolated(scene.keys.labels[key]), j=key, said=said)

    def reading(self) -> str:
        """What is said of the cell under the pointer."""
        return self._reading.text()

    def _sum_up(self, scene: Scene) -> str:
        strands = scene.strands()
        if not len(strands.weight):
            return self.tr("No weight is at least {threshold}.").format(
                threshold=f"{scene.lines.threshold:g}")
        return self.tr(
            "{count} lines of at least {threshold}; the strongest goes from “{query}” to “{key}” "
            "in head {head}: {weight}"
        ).format(
            count=len(strands.weight), threshold=f"{scene.lines.threshold:g}",
            query=scene.queries.labels[int(strands.query[-1])],
            key=scene.keys.labels[int(strands.key[-1])], head=int(strands.head[-1]),
            weight=typeset(f"{float(strands.weight[-1]):.4f}"))

    # -- what the user does -----------------------------------------------------------------

    def _choose_form(self, form: str) -> None:
        if form not in self._drawings:  # a damaged setting
            return
        had = self.drawing.hasFocus()
        self._form, self._pointed, self._followed = form, None, None
        self.retranslate()
        if had:
            self.drawing.setFocus()

    def _choose_mode(self, mode: str) -> None:
        if mode == "some" and self._mode != "some" and self._lines is not None:
            self._chosen = frozenset(self._lines.heads)
        self._mode = mode
        self.wished.emit()

    def _toggle(self, head: int) -> None:
        shown = frozenset(self._lines.heads) if self._lines is not None else frozenset()
        self._chosen = (self._chosen if self._mode == "some" else shown) ^ {head}
        self._mode = "some"
        self.retranslate()
        self.wished.emit()

    def _preview(self, head: int | None) -> None:
        layer = self._lines.layer if self._lines is not None else 0
        self.selected.emit({"hovered": None if head is None else (layer, head)})

    def _pin(self, head: int) -> None:
        layer = self._lines.layer if self._lines is not None else 0
        self.selected.emit({"pinned": (layer, head), "hovered": None})

    def _slide(self, step: int) -> None:
        self._threshold = STEPS[step]
        self.auto.setChecked(False)
        self.wished.emit()

    def _choose_threshold(self, automatic: bool) -> None:
        self._threshold = None if automatic else STEPS[self.slider.value()]
        self.wished.emit()

    def _point(self, spot: Spot | None) -> None:
        if spot != self._pointed:
            self._pointed = spot
            self.selected.emit({"cell": None if spot is None else spot.cell})

    def _hold(self, spot: Spot) -> None:
        released = spot.side is not None and self._view.held is not None and (
            _side_of(spot.cell, spot) == _side_of(self._view.held, self._kept))
        self._kept = None if released else spot
        changes: dict[str, object] = {"held": None if released else spot.cell, "cell": None}
        if spot.head is not None and self._lines is not None:
            changes |= {"pinned": (self._lines.layer, spot.head), "hovered": None}
        self._pointed = None
        self.selected.emit(changes)


def _side_of(cell: Cell, spot: Spot | None) -> Focus:
    """The token that a cell was chosen by; a cell that another panel chose counts as a query's."""
    if spot is not None and spot.cell == cell and spot.side == "key":
        return Focus("key", cell[1])
    return Focus("query", cell[0])


def _inside(cell: Cell | None, shape: tuple[int, int]) -> bool:
    return cell is not None and cell[0] < shape[0] and cell[1] < shape[1]
