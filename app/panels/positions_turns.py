"""One pair of dimensions on a circle: shifted (sinusoids), or turned (rotary)."""

from __future__ import annotations

from app.panels.field_picture import Spot
from app.panels.positions_bars import BarRow
from app.panels.positions_circle import Arrow, CirclePicture
from app.panels.positions_curves import COLOURS
from app.panels.positions_scene import Scene
from app.panels.positions_ticks import say
from app.panels.positions_way import Asks, Way
from app.panels.positions_words import shift_lines, translate, turn_lines
from app.theme import Theme
from core.asks.positions import AskPlaces, AskShift, AskTurn, PairTurn, Places, Shift, Trial


class ShiftWay(Way):
    """Two places of one pair, and the rotation between them."""

    tried = True

    def asks(self, scene: Scene, trial: Trial) -> Asks:
        """The rows, and the shift of one pair."""
        at = scene.distance if scene.relative else scene.place
        return AskPlaces(trial), AskShift(scene.chosen.pair, at, scene.chosen.by, trial)

    def draw(self, scene: Scene, theme: Theme) -> None:
        """Draw the answers."""
        shift, places = scene.get(Shift), scene.get(Places)
        scene.chosen.by = shift.by or scene.chosen.by
        self.boards.plane.show_plane(
            shift_picture(shift, scene.relative), shift_lines(shift, scene.relative), (),
            shift.pair, len(places.pairs), shift.by, len(places.rows))
        self.boards.show_plane()

    def sentence(self, scene: Scene, spot: Spot | None) -> str:
        """What the picture is to tell."""
        return translate("positions", "R(k) is the same wherever the shift starts; each pair turns "
                         "at a speed of its own.")

    def step(self, scene: Scene, down: int, right: int) -> None:
        """Another pair, another shift."""
        if down:
            self.acts.step_pair(scene, down)
        else:
            self.acts.choose_shift(scene, scene.chosen.by + right)


class TurnWay(Way):
    """A query and a key before and after they turn, and what each pair gives to their score."""

    def asks(self, scene: Scene, trial: Trial) -> Asks:
        """The angles, and the turn of one pair of the shown head."""
        head = scene.view.shown
        return () if head is None else (
            AskPlaces(), AskTurn(head, scene.cell, scene.chosen.pair))

    def draw(self, scene: Scene, theme: Theme) -> None:
        """Draw the answers."""
        turn = scene.get(PairTurn)
        self.boards.plane.show_plane(
            turn_picture(turn), turn_lines(scene.frame, turn), turn_rows(turn, theme), turn.pair,
            len(turn.flat), None, 0)
        self.boards.show_plane()

    def step(self, scene: Scene, down: int, right: int) -> None:
        """Another pair, another token."""
        if down:
            self.acts.step_pair(scene, down)
        else:
            self.acts.step_place(scene, right)


def shift_picture(shift: Shift, distance: bool) -> CirclePicture:
    """Two places of one pair on the circle; its angle grows counter-clockwise."""
    name = "r" if distance else "PE"
    arrows = tuple(
        Arrow(f"{name}[{say(place)}]", vector[1], vector[0], colour)
        for place, vector, colour in (
            (shift.place, shift.before, COLOURS[4]), (shift.place + shift.by, shift.after,
                                                      COLOURS[5]))
    )
    return CirclePicture(arrows, ((0, 1, shift.frequency * shift.by),), "cos", "sin")


def turn_picture(turn: PairTurn) -> CirclePicture:
    """A query and a key before and after."""
    query, key = COLOURS[4], COLOURS[5]
    arrows = (
        Arrow("", *turn.query_before, query, faint=True), Arrow("q", *turn.query_after, query),
        Arrow("", *turn.key_before, key, faint=True), Arrow("k", *turn.key_after, key),
    )
    turns = ((0, 1, turn.cell[0] * turn.frequency), (2, 3, turn.cell[1] * turn.frequency))
    return CirclePicture(arrows, turns, say(turn.dimensions[0]), say(turn.dimensions[1]))


def turn_rows(turn: PairTurn, theme: Theme) -> tuple[BarRow, ...]:
    """What each pair gives to the score, with the turn and without."""
    def total(values: float) -> str:
        return translate("positions", "sum {n}").format(n=say(values, 4))

    return (
        BarRow(translate("positions", "to the score, by pair, unturned"), turn.flat,
               total(float(turn.flat.sum())), theme.grid),
        BarRow(translate("positions", "to the score, by pair, turned"), turn.turned,
               total(float(turn.turned.sum())), theme.accent),
    )
