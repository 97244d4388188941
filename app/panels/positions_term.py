"""What position alone adds to the scores of one head, by distance (XLNet)."""

from __future__ import annotations

from app.panels.field_picture import Spot
from app.panels.positions_curves import COLOURS, Curve, CurvesPicture
from app.panels.positions_scene import Scene
from app.panels.positions_way import Asks, Way
from app.panels.positions_words import say_term, translate
from app.theme import Theme
from core.asks.positions import AskTerm, DistanceTerm, Trial


class TermWay(Way):
    """The term of one query along distance, query - key."""

    def asks(self, scene: Scene, trial: Trial) -> Asks:
        """The term of the shown head and the selected query."""
        head = scene.view.shown
        return () if head is None else (AskTerm(head, scene.place),)

    def draw(self, scene: Scene, theme: Theme) -> None:
        """Draw the answer."""
        self.boards.show_curves(term_picture(scene.get(DistanceTerm), theme))

    def light(self, scene: Scene) -> None:
        """Mark the distance."""
        self.boards.curves.mark(scene.distance)

    def sentence(self, scene: Scene, spot: Spot | None) -> str:
        """Of one distance."""
        term = scene.get(DistanceTerm)
        distance = scene.distance if spot is None else int(term.distances[0]) + spot[1]
        return say_term(scene.frame, term, distance)

    def click(self, scene: Scene, row: int, column: int) -> None:
        """Hold the key at this distance."""
        self.acts.step_distance(scene, scene.distance - column)

    def step(self, scene: Scene, down: int, right: int) -> None:
        """Another query, another distance."""
        self.acts.step_distance(scene, -right)
        if down:
            self.acts.step_place(scene, down)


def term_picture(term: DistanceTerm, theme: Theme) -> CurvesPicture:
    """XLNet's position term of one head."""
    curves = (
        Curve(translate("positions", "this query"), term.term, lit=True),
        Curve(translate("positions", "mean of queries"), term.mean, COLOURS[2]),
        Curve(translate("positions", "the part no query changes"), term.constant, theme.text,
              dashed=True),
    )
    return CurvesPicture(
        int(term.distances[0]), curves, translate("positions", "distance, query − key"),
        translate("positions", "Position term of the scores: layer {layer}, head {head}").format(
            layer=term.head[0], head=term.head[1]),
        within=(term.reached[0], term.reached[1]))
