"""How place reaches this model: the scheme's numbers, and what they do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.language import say_refusal
from app.panels import positions_words as words
from app.panels.chooser import Chooser
from app.panels.field_picture import Spot
from app.panels.page import Page
from app.panels.positions_acts import Acts
from app.panels.positions_bias import BiasWay, HeadsWay
from app.panels.positions_boards import Boards
from app.panels.positions_likeness import LikenessWay
from app.panels.positions_matrix import MatrixWay
from app.panels.positions_sandbox import Sandbox
from app.panels.positions_scene import Chosen, Scene
from app.panels.positions_sum import SumWay
from app.panels.positions_term import TermWay
from app.panels.positions_turns import ShiftWay, TurnWay
from app.panels.positions_waves import WavesWay
from app.panels.positions_way import Way
from app.state import View
from app.theme import Theme
from core.asks.positions import Places, Trial
from core.frame import Frame
from core.trace import Ask

_WAYS: dict[str, type[Way]] = {
    "matrix": MatrixWay, "curves": WavesWay, "likeness": LikenessWay, "shift": ShiftWay,
    "sum": SumWay, "bias": BiasWay, "heads": HeadsWay, "term": TermWay, "turn": TurnWay,
}


class PositionsPage(Page):
    """A view of the scheme at a time; the chosen dimension runs through all of them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._latest: Frame | None = None
        self._view = View()
        self._chosen = Chosen()
        self._scene: Scene | None = None  # what is drawn, with the view of the moment
        self._shown = ""
        self._pointed: Spot | None = None
        self._drawn: tuple[object, ...] = ()
        self.views, self.measures, self.sandbox = Chooser(self), Chooser(self), Sandbox(self)
        self.boards, self.reading, self._acts = Boards(self), QLabel(self), Acts(self)
        self._ways = {name: way(self.boards, self._acts) for name, way in _WAYS.items()}
        self.reading.setWordWrap(True)
        self.reading.setTextFormat(Qt.TextFormat.PlainText)
        self.reading.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._lay_out()
        self._connect()
        self.retranslate()

    def _lay_out(self) -> None:
        first, second = QHBoxLayout(), QHBoxLayout()
        first.setSpacing(12)
        for row, chooser in ((first, self.views), (second, self.measures)):
            row.addWidget(chooser)
            row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(first)
        column.addLayout(second)
        column.addWidget(self.sandbox)
        column.addWidget(self.boards, 1)
        column.addWidget(self.reading)

    def _connect(self) -> None:
        boards, acts = self.boards, self._acts
        acts.selected.connect(self.selected)
        acts.wanted.connect(self._want)
        self.views.chosen.connect(self.choose_view)
        self.measures.chosen.connect(self._choose_measure)
        self.sandbox.tried.connect(lambda trial: self._want())
        for heat in (boards.heat, boards.beside):
            heat.pointed.connect(self._point)
            heat.clicked.connect(lambda spot: self._click(*spot))
        boards.curves.pointed.connect(self._point_curves)
        boards.curves.clicked.connect(lambda place, curve: self._click(curve, place))
        boards.bars.pointed.connect(
            lambda column: self._point(None if column is None else (0, column)))
        boards.bars.clicked.connect(lambda column: self._click(0, column))
        for part in (boards.heat, boards.beside, boards.curves, boards.bars, boards.plane):
            part.stepped.connect(self._step)
        boards.waves.clicked.connect(lambda pair, _: self._do(acts.choose_pair, pair))
        boards.waves.stepped.connect(lambda _, pairs: self._do(acts.step_pair, pairs))
        boards.plane.paired.connect(lambda pair: self._do(acts.choose_pair, pair))
        boards.plane.shifted.connect(lambda by: self._do(acts.choose_shift, by))
        boards.norms.clicked.connect(lambda place, _: self._do(acts.choose_place, place))
        boards.norms.stepped.connect(lambda _, places: self._do(acts.step_place, places))

    # -- what it asks -----------------------------------------------------------------------

    def _view_of(self, frame: Frame) -> str:
        offered = words.VIEWS[frame.card.positions]
        wanted = self._chosen.view.get(frame.card.positions, offered[0])
        return wanted if wanted in offered else offered[0]

    def asks(self, frame: Frame | None, view: View) -> tuple[Ask[Any], ...]:
        """What the view on screen needs."""
        if frame is None or not frame.queries.ids:
            return ()
        chosen, scheme, trial = self._chosen, frame.card.positions, self.sandbox.trial
        if chosen.places is not None and chosen.places.scheme != scheme:
            chosen.places = chosen.dimension = None  # another model's
        if scheme == "learned":
            trial = Trial(trial.length, None, trial.base)
        return self._ways[self._view_of(frame)].asks(Scene(frame, view, chosen), trial)

    # -- what it draws ----------------------------------------------------------------------

    def show_frame(self, frame: Frame, view: View) -> None:
        """Draw the answers where all are there; until then, what was there before."""
        self._view, self._latest = view, frame
        if self._scene is not None:
            self._scene = replace(self._scene, view=view)
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
            self._scene = Scene(frame, view, self._chosen, told)
            self._shown = self._view_of(frame)
            self._chosen.places = self._scene.find(Places) or self._chosen.places
            self._draw()

    def _say_instead(self, sentence: str) -> None:
        self._scene, self._drawn = None, ()
        self.boards.show_hint(sentence)
        self.reading.setText("")
        for tool in (self.sandbox, self.measures):
            tool.hide()

    def _draw(self) -> None:
        scene = self._scene
        if scene is None:
            return
        way, places = self._ways[self._shown], scene.find(Places)
        self.sandbox.setVisible(way.tried)
        if places is not None:
            self.sandbox.show_places(places)
        self.measures.offer(words.measure_choices() if way.measured else (), self._chosen.measure)
        key = (*scene.told, self._shown, self.theme, self._chosen.column, scene.view.shown,
               scene.frame.queries)
        if key != self._drawn:
            self._drawn = key
            way.draw(scene, self.theme)
        way.light(scene)
        self._say(scene)

    def _say(self, scene: Scene) -> None:
        sentence = self._ways[self._shown].sentence(scene, self._pointed)
        if sentence != self.reading.text():
            self.reading.setText(sentence)
        self.boards.describe(sentence)

    # -- what the user does -----------------------------------------------------------------

    def choose_view(self, shown: str) -> None:
        """Show the scheme this way."""
        if self._latest is not None:
            self._chosen.view[self._latest.card.positions] = shown
            self._pointed = None
            self._want()

    def _choose_measure(self, measure: str) -> None:
        self._chosen.measure = "dot" if measure == "dot" else "cosine"
        self._want()

    def _want(self) -> None:
        """It asks for something else; what is at hand is drawn at once."""
        self.wished.emit()
        if self._latest is not None:
            self.show_frame(self._latest, self._view)

    def _do(self, act: Callable[[Scene, int], None], number: int) -> None:
        if self._scene is not None:
            act(self._scene, number)

    def _click(self, row: int, column: int) -> None:
        if self._scene is not None:
            self._ways[self._shown].click(self._scene, row, column)

    def _step(self, down: int, right: int) -> None:
        if self._scene is not None:
            self._ways[self._shown].step(self._scene, down, right)

    def _point(self, spot: Spot | None) -> None:
        scene = self._scene
        if scene is None or spot == self._pointed:
            return
        self._pointed = spot
        self._ways[self._shown].point(scene, spot)
        self._say(scene)

    def _point_curves(self, found: tuple[int, int] | None) -> None:
        scene, picture = self._scene, self.boards.curves.picture
        if found is None or scene is None or picture is None:
            self._point(None)
        else:
            index = found[0] - picture.first
            self._point(self._ways[self._shown].spot(scene, index, found[1]))

    # -- words and looks --------------------------------------------------------------------

    def title(self, frame: Frame, view: View) -> str:
        """The scheme."""
        return words.scheme_title(frame.card.positions)

    def badge(self, frame: Frame, view: View) -> str:
        """Tried numbers, reduced pixels, logarithms."""
        scene = self._scene
        return "" if scene is None else words.badge_words(
            frame, scene.find(Places), self._ways[self._shown].cut(scene), self.boards.reduced,
            self.boards.waved, self._all_numbers(scene))

    def _all_numbers(self, scene: Scene) -> bool:
        arrays = [value for told in scene.told for value in vars(told).values()
                  if isinstance(value, np.ndarray) and value.dtype == np.float32]
        return all(bool(np.isfinite(array.sum())) for array in arrays)

    def set_theme(self, theme: Theme) -> None:
        """Colour it anew."""
        super().set_theme(theme)
        self.boards.set_theme(theme)
        self._draw()

    def retranslate(self) -> None:
        """Say it in the language of the moment."""
        self.views.setAccessibleName(self.tr("Ways to see positions"))
        self.measures.setAccessibleName(self.tr("How similarity is measured"))
        self.boards.retranslate()
        self.sandbox.retranslate()
        self._drawn = ()
        self._draw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Words wrap anew."""
        super().resizeEvent(event)
        self.boards.plane.fit(self.width())


if __name__ == "__main__":
    from app.panels.demo import run_demo

    raise SystemExit(run_demo(PositionsPage, PositionsPage.show_frame))
