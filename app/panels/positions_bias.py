"""The bias that heads give to distances (T5), as curves and as a matrix."""

from __future__ import annotations

import numpy as np

from app.paint.colour import signed_range
from app.panels.field_picture import Picture, Side, Spot
from app.panels.positions_curves import Curve, CurvesPicture
from app.panels.positions_scene import Scene
from app.panels.positions_way import Asks, Way, heat_picture
from app.panels.positions_words import say_bias, translate
from app.theme import Theme
from core.asks.positions import AskBias, DistanceBias, Trial


class BiasWay(Way):
    """A curve a head along distance, key - query."""

    def asks(self, scene: Scene, trial: Trial) -> Asks:
        """The bias."""
        return (AskBias(),)

    def draw(self, scene: Scene, theme: Theme) -> None:
        """Draw the answer."""
        self.boards.show_curves(bias_picture(scene.get(DistanceBias), scene.head))

    def light(self, scene: Scene) -> None:
        """Mark the distance."""
        self.boards.curves.mark(-scene.distance)

    def sentence(self, scene: Scene, spot: Spot | None) -> str:
        """Of one distance, for one head."""
        bias, head, distance = scene.get(DistanceBias), scene.head, -scene.distance
        if spot is not None:
            head, distance = spot[0], int(bias.distances[0]) + spot[1]
        return say_bias(bias, head, distance)

    def click(self, scene: Scene, row: int, column: int) -> None:
        """Pin the head."""
        self.acts.pin(scene, row, len(scene.get(DistanceBias).bias))

    def step(self, scene: Scene, down: int, right: int) -> None:
        """Another head, another distance."""
        self.acts.step_distance(scene, right)
        if down:
            heads = len(scene.get(DistanceBias).bias)
            self.acts.pin(scene, (scene.head or 0) + down, heads)


class HeadsWay(BiasWay):
    """A row a head, a column a distance."""

    def draw(self, scene: Scene, theme: Theme) -> None:
        """Draw the answer."""
        self.boards.show_heats(heads_picture(scene.get(DistanceBias)))

    def light(self, scene: Scene) -> None:
        """Mark the head and the distance."""
        first = int(scene.get(DistanceBias).distances[0])
        self.boards.heat.light(scene.head, -scene.distance - first)


def bias_picture(bias: DistanceBias, head: int | None) -> CurvesPicture:
    """Each head's bias along distance; the shown head is lit."""
    curves = [Curve("", row, lit=index == head) for index, row in enumerate(bias.bias)]
    changes = np.flatnonzero(np.diff(bias.bucket))
    return CurvesPicture(
        int(bias.distances[0]), tuple(curves), translate("positions", "distance, key − query"),
        translate("positions", "Bias of each head; dotted lines part buckets"),
        edges=tuple(float(bias.distances[at]) + 0.5 for at in changes),
    )


def heads_picture(bias: DistanceBias) -> Picture:
    """Heads by distances."""
    heads, distances = bias.bias.shape
    return heat_picture(
        bias.bias, signed_range(bias.bias), translate("positions", "bias"),
        Side(heads, title=translate("positions", "head")),
        Side(distances, title=translate("positions", "distance, key − query"),
             first=int(bias.distances[0])))
