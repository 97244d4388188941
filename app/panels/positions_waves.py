"""Single dimensions along positions, and how long their waves are."""

from __future__ import annotations

import math

import numpy as np

from app.panels.field_picture import Spot
from app.panels.positions_curves import COLOURS, Curve, CurvesPicture
from app.panels.positions_scene import Scene
from app.panels.positions_ticks import say
from app.panels.positions_way import Way, say_spot_of, step_through
from app.panels.positions_words import pair_of, translate
from app.theme import Theme
from core.asks.positions import Places


class WavesWay(Way):
    """The chosen dimension, the other of its pair, and a few to compare with."""

    tried = True

    def draw(self, scene: Scene, theme: Theme) -> None:
        """Draw the answer."""
        places = scene.get(Places)
        self.boards.show_curves(curve_picture(places, scene.chosen.column),
                                wavelength_picture(places, len(scene.frame.queries)))

    def light(self, scene: Scene) -> None:
        """Mark the position, and the pair."""
        self.boards.curves.mark(scene.distance if scene.relative else scene.place)
        self.boards.waves.mark(scene.chosen.pair)

    def sentence(self, scene: Scene, spot: Spot | None) -> str:
        """One value."""
        return say_spot_of(scene, spot)

    def spot(self, scene: Scene, index: int, curve: int) -> Spot:
        """Of the chosen dimension, whichever curve is nearest."""
        return index, scene.chosen.column

    def click(self, scene: Scene, row: int, column: int) -> None:
        """Choose the position, or hold a key at the distance."""
        if scene.relative:
            self.acts.step_distance(scene, scene.distance - column)
        else:
            self.acts.choose_place(scene, column)

    def step(self, scene: Scene, down: int, right: int) -> None:
        """Another position; another dimension, or, of distances, another pair."""
        if scene.relative:
            self.acts.step_distance(scene, -right)
            if down:
                self.acts.step_pair(scene, down)
        else:
            step_through(self.acts, scene, right, down, False)


def curve_picture(places: Places, column: int) -> CurvesPicture:
    """The chosen dimension, the other of its pair, and a few to compare with."""
    across = translate("positions", "distance, query − key") if places.scheme == "relative" else (
        translate("positions", "position"))
    if not places.pairs:
        width = places.waves.shape[1]
        others = sorted({0, width // 4, width // 2, 3 * width // 4} - {column})
        curves = [Curve(say(column), places.waves[:, column], lit=True)]
        curves += [Curve(say(other), places.waves[:, other], COLOURS[index])
                   for index, other in enumerate(others)]
        title = translate("positions", "Single dimensions, by position")
        return CurvesPicture(places.first, tuple(curves), across, title)
    pair, _ = pair_of(places, column)
    count = len(places.pairs)
    others = sorted({0, count // 8, count // 4, count // 2} - {pair})
    if places.scheme == "rotary":
        chosen = [Curve(f"cos {pair}", places.waves[:, pair], lit=True)]
        rest = [(f"cos {other}", other) for other in others]
        title = translate("positions", "Cosine of the turn of single pairs, by position")
    else:
        sine, cosine = places.pairs[pair]
        chosen = [Curve(f"{sine} sin", places.waves[:, sine], lit=True),
                  Curve(f"{cosine} cos", places.waves[:, cosine], lit=True, dashed=True)]
        rest = [(f"{places.pairs[other][0]} sin", places.pairs[other][0]) for other in others]
        title = translate("positions", "Single dimensions, by position")
    curves = chosen + [Curve(name, places.waves[:, other], COLOURS[index])
                       for index, (name, other) in enumerate(rest)]
    return CurvesPicture(places.first, tuple(curves), across, title)


def wavelength_picture(places: Places, tokens: int) -> CurvesPicture | None:
    """How many positions a wave takes, by pair."""
    if not places.pairs:
        return None
    with np.errstate(divide="ignore"):
        waves = np.float32(2 * math.pi) / places.frequencies
    text = translate("positions", "this text: {n}").format(n=tokens)
    return CurvesPicture(
        0, (Curve("", waves, lit=True),), translate("positions", "pair of dimensions"),
        translate("positions", "Wavelength of each pair, in positions, logarithmic"),
        logarithmic=True, levels=((float(max(tokens, 1)), text),),
    )
