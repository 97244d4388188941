"""How place reaches this model: the scheme's numbers, and what they do."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from app.language import say_refusal
from app.paint.colour import signed_range
from app.panels import positions_views as views
from app.panels import positions_words as words
from app.panels.chooser import Chooser
from app.panels.field import Field
from app.panels.field_picture import Spot
from app.panels.page import Page
from app.panels.positions_bars import Bars
from app.panels.positions_curves import Curves
from app.panels.positions_plane import Plane
from app.panels.positions_sandbox import Sandbox
from app.state import View
from app.theme import Theme
from core.asks.positions import (
    AskBias,
    AskLikeness,
    AskPlaces,
    AskShift,
    AskSum,
    AskTerm,
    AskTurn,
    DistanceBias,
    DistanceTerm,
    InputSum,
    Likeness,
    Measure,
    PairTurn,
    Places,
    Shift,
    Trial,
)
from core.frame import Frame
from core.trace import Ask

_TRIED = ("matrix", "curves", "likeness", "shift")
"""Views of what may be tried with other numbers."""
_HEADED = ("term", "turn")
"""Views of one head."""


class PositionsPage(Page):
    """A view of the scheme at a time; the chosen dimension runs through all of them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._latest: Frame | None = None
        self._frame: Frame | None = None  # the one whose answers are drawn
        self._shown = ""
        self._view = View()
        self._places: Places | None = None
        self._chosen: dict[str, str] = {}
        self._measure: Measure = "cosine"
        self._dimension: int | None = None
        self._by = 3
        self._place: int | None = None
        self._pointed: tuple[int, int] | None = None
        self._told: tuple[Any, ...] = ()
        self._drawn: tuple[object, ...] = ()
        self.views, self.measures, self.sandbox = Chooser(self), Chooser(self), Sandbox(self)
        self.heat, self.beside = Field(self, steps=True), Field(self, steps=True)
        self.curves, self.waves = Curves(self), Curves(self)
        self.plane = Plane(self)
        self.bars, self.norms = Bars(self), Curves(self)
        self.reading, self.hint = QLabel(self), QLabel(self)
        self._stack = QStackedWidget(self)
        self._boards = {
            "heat": _board(QHBoxLayout, (self.heat, 1), (self.beside, 1)),
            "curves": _board(QVBoxLayout, (self.curves, 3), (self.waves, 2)),
            "plane": self.plane,
            "sum": _board(QVBoxLayout, (self.bars, 3), (self.norms, 2)),
            "hint": self.hint,
        }
        for board in self._boards.values():
            self._stack.addWidget(board)
        for label in (self.reading, self.hint):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.reading.setAlignment(Qt.AlignmentFlag.AlignTop)
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self.views)
        top.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(top)
        second = QHBoxLayout()
        second.addWidget(self.measures)
        second.addStretch(1)
        column.addLayout(second)
        column.addWidget(self.sandbox)
        column.addWidget(self._stack, 1)
        column.addWidget(self.reading)
        self._connect()
        self.retranslate()

    def _connect(self) -> None:
        self.views.chosen.connect(self.choose_view)
        self.measures.chosen.connect(self._choose_measure)
        self.sandbox.tried.connect(lambda trial: self._want())
        for heat in (self.heat, self.beside):
            heat.pointed.connect(self._point)
            heat.clicked.connect(self._click_heat)
            heat.stepped.connect(self._step_heat)
        self.curves.pointed.connect(self._point_curves)
        self.curves.clicked.connect(self._click_curves)
        self.curves.stepped.connect(self._step_curves)
        self.waves.clicked.connect(lambda pair, _: self._choose_pair(pair))
        self.waves.stepped.connect(lambda _, places: self._step_pair(places))
        self.plane.paired.connect(self._choose_pair)
        self.plane.shifted.connect(self._choose_shift)
        self.plane.stepped.connect(self._step_plane)
        self.bars.pointed.connect(lambda column: self._point((0, column) if (
            column is not None) else None))
        self.bars.clicked.connect(self._choose_dimension)
        self.bars.stepped.connect(self._step_heat)
        self.norms.clicked.connect(lambda place, _: self._choose_place(place))
        self.norms.stepped.connect(lambda _, places: self._choose_place(self._at() + places))

    # -- what it asks -----------------------------------------------------------------------

    def _view_of(self, frame: Frame) -> str:
        offered = words.VIEWS[frame.card.positions]
        wanted = self._chosen.get(frame.card.positions, offered[0])
        return wanted if wanted in offered else offered[0]

    def asks(self, frame: Frame | None, view: View) -> tuple[Ask[Any], ...]:
        """What the view on screen needs."""
        if frame is None or not frame.queries.ids:
            return ()
        if self._places is not None and self._places.scheme != frame.card.positions:
            self._places = self._dimension = None  # another model's
        shown, trial = self._view_of(frame), self.sandbox.trial
        if frame.card.positions == "learned":
            trial = Trial(trial.length, None, trial.base)
        place, head = self._place_in(frame, view), view.shown
        if shown in ("matrix", "curves"):
            return (AskPlaces(trial),)
        if shown == "likeness":
            return AskPlaces(trial), AskLikeness(trial, self._measure)
        if shown == "shift":
            at = place if frame.card.positions != "relative" else self._distance(frame, view)
            return AskPlaces(trial), AskShift(self._pair(), at, self._by, trial)
        if shown == "sum":
            return (AskSum(place),)
        if shown in ("bias", "heads"):
            return (AskBias(),)
        if head is None:
            return ()
        if shown == "term":
            return (AskTerm(head, place),)
        return AskPlaces(), AskTurn(head, self._cell_in(frame, view), self._pair())

    def _place_in(self, frame: Frame, view: View) -> int:
        """The position that is spoken of: the query that is selected, or the last."""
        last = len(frame.queries) - 1
        at = view.at
        if at is not None and at[0] <= last:
            return at[0]
        return last if self._place is None else min(max(self._place, 0), last)

    def _cell_in(self, frame: Frame, view: View) -> tuple[int, int]:
        query, last = self._place_in(frame, view), len(frame.keys) - 1
        at = view.at
        if at is not None and at[0] == query and at[1] <= last:
            return at
        return query, min(max(query - 1, 0), last)

    def _distance(self, frame: Frame, view: View) -> int:
        """query - key of the selected cell, positions counted from the first that is remembered."""
        query, key = self._cell_in(frame, view)
        return query + len(frame.keys) - len(frame.queries) - key

    def _at(self) -> int:
        return 0 if self._frame is None else self._place_in(self._frame, self._view)

    # -- what it draws ----------------------------------------------------------------------

    def show_frame(self, frame: Frame, view: View) -> None:
        """Draw the answers where all are there; until then, what was there before."""
        self._view, self._latest = view, frame
        self.views.offer(words.view_choices(frame.card.positions), self._view_of(frame))
        if not frame.queries.ids:
            return
        asks = self.asks(frame, view)
        declined = next(filter(None, map(frame.declined, asks)), None)
        told = tuple(frame.told(ask) for ask in asks)
        if not asks:
            self._say_instead(self.tr("Pin a head to see what position does to its scores."))
        elif declined is not None:
            self._say_instead(say_refusal(declined))
        elif None not in told:
            self._told, self._frame, self._shown = told, frame, self._view_of(frame)
            self._places = self._find(Places) or self._places
            self._draw()

    def _say_instead(self, sentence: str) -> None:
        self._told, self._drawn, self._frame = (), (), None
        self.hint.setText(sentence)
        self.reading.setText("")
        self._stack.setCurrentWidget(self.hint)
        for tool in (self.sandbox, self.measures):
            tool.hide()

    def _find(self, kind: type[Any]) -> Any:  # noqa: ANN401 - of the kind that is asked for
        return next((told for told in self._told if isinstance(told, kind)), None)

    def _draw(self) -> None:
        frame = self._frame
        if frame is None or not self._told:
            return
        shown = self._shown
        places: Places | None = self._find(Places)
        self.sandbox.setVisible(shown in _TRIED)
        if places is not None:
            self.sandbox.show_places(places)
        self.measures.offer(words.measure_choices() if shown == "likeness" else (), self._measure)
        key = (*self._told, shown, self.theme, self._column(), self._view.shown, frame.queries)
        if key != self._drawn:
            self._drawn = key
            getattr(self, f"_draw_{shown}")(frame)
        self._light(frame, shown)
        self._say(frame, shown)

    def _draw_matrix(self, frame: Frame) -> None:
        self._show_heats(*views.matrix_pictures(self._find(Places), len(frame.queries)))

    def _draw_likeness(self, frame: Frame) -> None:
        self._show_heats(*views.likeness_pictures(
            self._find(Likeness), self._measure == "cosine", len(frame.queries)))

    def _draw_heads(self, frame: Frame) -> None:
        self._show_heats(views.heads_picture(self._find(DistanceBias)), None)

    def _show_heats(self, own: Any, beside: Any) -> None:  # noqa: ANN401
        self.heat.show_picture(own)
        self.beside.show_picture(beside)
        self.beside.setVisible(beside is not None)
        self._stack.setCurrentWidget(self._boards["heat"])

    def _draw_curves(self, frame: Frame) -> None:
        places = self._find(Places)
        self._show_curves(views.curve_picture(places, self._column()),
                          views.wavelength_picture(places, len(frame.queries)))

    def _draw_bias(self, frame: Frame) -> None:
        head = self._view.shown
        self._show_curves(views.bias_picture(self._find(DistanceBias), head and head[1]), None)

    def _draw_term(self, frame: Frame) -> None:
        self._show_curves(views.term_picture(self._find(DistanceTerm), self.theme), None)

    def _show_curves(self, own: Any, waves: Any) -> None:  # noqa: ANN401
        self.curves.show_picture(own)
        self.waves.show_picture(waves)
        self.waves.setVisible(waves is not None)
        self._stack.setCurrentWidget(self._boards["curves"])

    def _draw_shift(self, frame: Frame) -> None:
        shift: Shift = self._find(Shift)
        places: Places = self._find(Places)
        distance = frame.card.positions == "relative"
        self._by = shift.by or self._by
        self.plane.show_plane(
            views.shift_picture(shift, distance), words.shift_lines(shift, distance), (),
            shift.pair, len(places.pairs), shift.by, len(places.rows))
        self._stack.setCurrentWidget(self.plane)

    def _draw_turn(self, frame: Frame) -> None:
        turn: PairTurn = self._find(PairTurn)
        self.plane.show_plane(
            views.turn_picture(turn), words.turn_lines(frame, turn),
            views.turn_rows(turn, self.theme), turn.pair, len(turn.flat), None, 0)
        self._stack.setCurrentWidget(self.plane)

    def _draw_sum(self, frame: Frame) -> None:
        found: InputSum = self._find(InputSum)
        self.bars.show_rows(views.sum_rows(
            found, self.theme, words.token_at(frame, found.place)))
        self.norms.show_picture(views.norms_picture(found))
        self._stack.setCurrentWidget(self._boards["sum"])

    # -- what is lit and said ---------------------------------------------------------------

    def _column(self) -> int:
        """The chosen dimension, as far as there are so many."""
        places = self._places
        if places is None:
            return self._dimension or 0
        last = int(places.rows.shape[1]) - 1
        if self._dimension is not None:
            return min(self._dimension, last)
        pair = round(len(places.pairs) * 0.15)  # a wave of a few words
        return min(places.pairs[pair][0], last) if places.pairs else 0

    def _pair(self) -> int:
        places = self._places
        if places is not None and places.pairs:
            return words.pair_of(places, self._column())[0]
        return self._dimension or 0

    def _light(self, frame: Frame, shown: str) -> None:
        place, column = self._place_in(frame, self._view), self._column()
        if shown == "matrix":
            places = self._find(Places)
            columns: tuple[int, ...] = (column,)
            if places.pairs and places.scheme != "rotary":
                columns = places.pairs[words.pair_of(places, column)[0]]
            row = place
            if places.scheme == "relative":
                row = self._distance(frame, self._view) - places.first
            self.heat.light(row, *columns)
            self.beside.light(row, *columns)
        elif shown == "likeness":
            query, key = self._cell_in(frame, self._view)
            for heat in (self.heat, self.beside):
                heat.light(query, key)
        elif shown == "heads":
            bias: DistanceBias = self._find(DistanceBias)
            head = self._view.shown
            index = self._key_distance(frame) - int(bias.distances[0])
            self.heat.light(head and head[1], index)
        elif shown == "curves":
            relative = frame.card.positions == "relative"
            self.curves.mark(self._distance(frame, self._view) if relative else place)
            self.waves.mark(self._pair())
        elif shown == "bias":
            self.curves.mark(self._key_distance(frame))
        elif shown == "term":
            self.curves.mark(self._distance(frame, self._view))
        elif shown == "sum":
            self.norms.mark(place)
            self.bars.light(self._dimension)

    def _key_distance(self, frame: Frame) -> int:
        return -self._distance(frame, self._view)

    def _say(self, frame: Frame, shown: str) -> None:
        sentence = self._sentence(frame, shown, self._pointed)
        if sentence != self.reading.text():
            self.reading.setText(sentence)
        for part in (self.heat, self.beside, self.curves, self.waves, self.bars, self.norms):
            part.setAccessibleDescription(sentence)

    def _sentence(self, frame: Frame, shown: str, cell: tuple[int, int] | None) -> str:
        place = self._place_in(frame, self._view)
        if shown in ("matrix", "curves"):
            places: Places = self._find(Places)
            row = place
            if places.scheme == "relative":
                row = self._distance(frame, self._view) - places.first
            row, column = cell or (row, self._column())
            row = min(max(row, 0), len(places.rows) - 1)
            return words.say_place(frame, places, row, min(column, places.rows.shape[1] - 1))
        if shown == "likeness":
            return words.say_likeness(
                self._find(Likeness), cell or self._cell_in(frame, self._view))
        if shown in ("bias", "heads"):
            bias: DistanceBias = self._find(DistanceBias)
            head = self._view.shown and self._view.shown[1]
            distance = self._key_distance(frame)
            if cell is not None:
                head, distance = cell[0], int(bias.distances[0]) + cell[1]
            return words.say_bias(bias, head, distance)
        if shown == "term":
            term: DistanceTerm = self._find(DistanceTerm)
            distance = int(term.distances[0]) + cell[1] if cell is not None else (
                self._distance(frame, self._view))
            return words.say_term(frame, term, distance)
        if shown == "sum":
            return words.say_sum(
                self._find(InputSum), cell[1] if cell else self._dimension, frame.card.positions)
        return "" if shown == "turn" else self.tr(
            "R(k) is the same wherever the shift starts; each pair turns at a speed of its own.")

    # -- what the user does -----------------------------------------------------------------

    def choose_view(self, shown: str) -> None:
        """Show the scheme this way."""
        if self._latest is not None:
            self._chosen[self._latest.card.positions] = shown
            self._pointed = None
            self._want()

    def _choose_measure(self, measure: str) -> None:
        self._measure = "dot" if measure == "dot" else "cosine"
        self._want()

    def _want(self) -> None:
        """It asks for something else; what is at hand is drawn at once."""
        self.wished.emit()
        if self._latest is not None:
            self.show_frame(self._latest, self._view)

    def _point(self, cell: tuple[int, int] | None) -> None:
        frame = self._frame
        if frame is None or cell == self._pointed or not self._told:
            return
        self._pointed = cell
        if self._shown == "likeness":
            within = cell is not None and cell[0] < len(frame.queries) and (
                cell[1] < len(frame.keys))
            self.selected.emit({"cell": cell if within else None})
        self._say(frame, self._shown)

    def _point_curves(self, found: tuple[int, int] | None) -> None:
        """A place and a curve, as a row and a column of what the curves are of."""
        frame, picture = self._frame, self.curves.picture
        if found is None or frame is None or picture is None:
            self._point(None)
            return
        index = found[0] - picture.first
        if self._shown == "curves":
            self._point((index, self._column()))
        else:
            self._point((found[1], index))

    def _click_heat(self, spot: Spot) -> None:
        frame, (row, column) = self._frame, spot
        if frame is None:
            return
        shown = self._shown
        if shown == "likeness":
            if row < len(frame.queries) and column < len(frame.keys):
                cell = (row, column)
                self.selected.emit({"held": None if cell == self._view.held else cell})
        elif shown == "heads":
            layer = self._view.shown[0] if self._view.shown else 0
            self.selected.emit({"pinned": (layer, row), "hovered": None})
        else:
            self._dimension = column
            if frame.card.positions == "relative":
                self._want()
            else:
                self._choose_place(row)

    def _step_heat(self, rows: int, columns: int) -> None:
        frame = self._frame
        if frame is None:
            return
        shown = self._shown
        if shown == "likeness":
            query, key = self._cell_in(frame, self._view)
            held = (min(max(query + rows, 0), len(frame.queries) - 1),
                    min(max(key + columns, 0), len(frame.keys) - 1))
            self.selected.emit({"held": held, "cell": None})
        elif shown == "heads":
            layer, head = self._view.shown or (0, 0)
            heads = len(self._find(DistanceBias).bias)
            self._step_distance(frame, columns)
            self.selected.emit(
                {"pinned": (layer, min(max(head + rows, 0), heads - 1)), "hovered": None})
        else:
            if columns:
                self._choose_dimension(max(self._column() + columns, 0))
            if rows and frame.card.positions == "relative" and shown != "sum":
                self._step_distance(frame, -rows)
            elif rows:
                self._choose_place(self._at() + rows)

    def _step_distance(self, frame: Frame, keys: int) -> None:
        """Hold the same query, and a key so many further on."""
        if keys:
            query, key = self._cell_in(frame, self._view)
            key = min(max(key + keys, 0), len(frame.keys) - 1)
            self.selected.emit({"held": (query, key), "cell": None})

    def _choose_place(self, place: int) -> None:
        """Hold the token at this position, and what it looked at."""
        frame = self._frame
        if frame is None:
            return
        if 0 <= place < len(frame.queries):
            self._place = place
            key = self._cell_in(frame, self._view)[1]
            self.selected.emit({"held": (place, key), "cell": None})
        self._want()

    def _choose_dimension(self, column: int) -> None:
        places, found = self._find(Places), self._find(InputSum)
        count = places.rows.shape[1] if places is not None else (
            len(found.total) if found is not None else column + 1)
        self._dimension = min(max(column, 0), count - 1)
        self._want()

    def _choose_pair(self, pair: int) -> None:
        places = self._places
        if places is not None and places.pairs:
            pair = min(max(pair, 0), len(places.pairs) - 1)
            self._dimension = pair if places.scheme == "rotary" else places.pairs[pair][0]
            self._want()

    def _step_pair(self, step: int) -> None:
        self._choose_pair(self._pair() + step)

    def _choose_shift(self, by: int) -> None:
        self._by = by
        self._want()

    def _click_curves(self, place: int, curve: int) -> None:
        frame = self._frame
        if frame is None:
            return
        shown = self._shown
        if shown == "bias":
            layer = self._view.shown[0] if self._view.shown else 0
            self.selected.emit({"pinned": (layer, curve), "hovered": None})
        elif shown == "curves" and frame.card.positions != "relative":
            self._choose_place(place)
        else:
            self._step_distance(frame, self._distance(frame, self._view) - place)

    def _step_curves(self, curves: int, places: int) -> None:
        frame = self._frame
        if frame is None:
            return
        shown = self._shown
        if shown == "bias":
            self._step_distance(frame, places)
            if curves:
                layer, head = self._view.shown or (0, 0)
                heads = len(self._find(DistanceBias).bias)
                self.selected.emit({
                    "pinned": (layer, min(max(head + curves, 0), heads - 1)), "hovered": None})
        elif shown == "term" or frame.card.positions == "relative":
            self._step_distance(frame, -places)
            if curves and shown == "term":
                self._choose_place(self._at() + curves)
            elif curves:
                self._step_pair(curves)
        else:
            if places:
                self._choose_place(self._at() + places)
            if curves:
                self._choose_dimension(self._column() + curves)

    def _step_plane(self, up: int, right: int) -> None:
        """Up and down choose the pair; left and right the shift, or the token."""
        frame = self._frame
        if frame is None:
            return
        if up:
            self._step_pair(up)
        elif self._shown == "shift":
            self._choose_shift(self._by + right)
        else:
            self._choose_place(self._at() + right)

    # -- words and looks --------------------------------------------------------------------

    def title(self, frame: Frame, view: View) -> str:
        """The scheme."""
        return words.scheme_title(frame.card.positions)

    def badge(self, frame: Frame, view: View) -> str:
        """Tried numbers, reduced pixels, logarithms."""
        if not self._told:
            return ""
        shown, board = self._shown, self._stack.currentWidget()
        heats = board is self._boards["heat"] and (self.heat.reduced or (
            not self.beside.isHidden() and self.beside.reduced))
        bars = board is self._boards["sum"] and self.bars.reduced
        logarithmic = shown == "curves" and not self.waves.isHidden()
        return words.badge_words(
            frame, self._find(Places), self._cut() if shown == "matrix" else None, heats or bars,
            logarithmic, self._all_numbers())

    def _cut(self) -> tuple[float, float] | None:
        places: Places = self._find(Places)
        ends = views.places_range(places), signed_range(places.rows)
        return ends if ends[0] < ends[1] else None

    def _all_numbers(self) -> bool:
        arrays = [value for told in self._told for value in vars(told).values()
                  if isinstance(value, np.ndarray) and value.dtype == np.float32]
        return all(bool(np.isfinite(array.sum())) for array in arrays)

    def set_theme(self, theme: Theme) -> None:
        """Colour it anew."""
        super().set_theme(theme)
        for heat in (self.heat, self.beside):
            heat.set_theme(theme)
        for part in (self.curves, self.waves, self.bars, self.norms):
            part.theme = theme
            part.update()
        self.plane.set_theme(theme)
        self._draw()

    def retranslate(self) -> None:
        """Say it in the language of the moment."""
        self.views.setAccessibleName(self.tr("Ways to see positions"))
        self.measures.setAccessibleName(self.tr("How similarity is measured"))
        for part, name in (
            (self.heat, self.tr("Positions as a matrix")),
            (self.beside, self.tr("Sinusoids as a matrix, for comparison")),
            (self.curves, self.tr("Positions as curves")),
            (self.waves, self.tr("Wavelengths by pair of dimensions")),
            (self.bars, self.tr("Token, position and their sum, by dimension")),
            (self.norms, self.tr("Norms of the summands, by position")),
        ):
            part.setAccessibleName(name)
        self.bars.setToolTip(self.tr(
            "A bar a dimension, all rows on one scale; the cosine is that with the sum."))
        self.beside.setToolTip(self.tr(
            "Vaswani et al. 2017, section 3.5; this model learned its positions instead."))
        self.sandbox.retranslate()
        self.plane.retranslate()
        self._drawn = ()
        self._draw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Words wrap anew."""
        super().resizeEvent(event)
        self.plane.fit(self.width())


def _board(kind: type[QHBoxLayout] | type[QVBoxLayout], *parts: tuple[QWidget, int]) -> QWidget:
    board = QWidget()
    layout = kind(board)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(8)
    for part, stretch in parts:
        layout.addWidget(part, stretch)
    return board


if __name__ == "__main__":
    from app.panels.demo import run_demo

    raise SystemExit(run_demo(PositionsPage, PositionsPage.show_frame))
