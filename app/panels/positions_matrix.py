"""The scheme's rows as a matrix; beside a learned table, sinusoids."""

from __future__ import annotations

import math

import numpy as np

from app.paint.colour import signed_range
from app.panels.field_picture import Picture, Side, Spot
from app.panels.positions_scene import Scene
from app.panels.positions_way import Way, heat_picture, row_of, say_spot_of, step_through
from app.panels.positions_words import pair_of, translate
from app.theme import Theme
from core.asks.positions import Places


class MatrixWay(Way):
    """A row a position or a distance, a column a dimension or a pair."""

    tried = True

    def draw(self, scene: Scene, theme: Theme) -> None:
        """Draw the answers."""
        self.boards.show_heats(*matrix_pictures(scene.get(Places), len(scene.frame.queries)))

    def light(self, scene: Scene) -> None:
        """Mark the selected row and the chosen pair of columns."""
        places, column = scene.get(Places), scene.chosen.column
        columns: tuple[int, ...] = (column,)
        if places.pairs and places.scheme != "rotary":
            columns = places.pairs[pair_of(places, column)[0]]
        for heat in (self.boards.heat, self.boards.beside):
            heat.light(row_of(scene, places), *columns)

    def sentence(self, scene: Scene, spot: Spot | None) -> str:
        """One value."""
        return say_spot_of(scene, spot)

    def click(self, scene: Scene, row: int, column: int) -> None:
        """Choose the dimension, and the position."""
        scene.chosen.dimension = column
        if scene.relative:
            self.acts.wanted.emit()
        else:
            self.acts.choose_place(scene, row)

    def step(self, scene: Scene, down: int, right: int) -> None:
        """Another dimension, another row."""
        step_through(self.acts, scene, down, right, scene.relative)

    def cut(self, scene: Scene) -> tuple[float, float] | None:
        """A learned table may have a few values far from the rest."""
        places = scene.get(Places)
        ends = places_range(places), signed_range(places.rows)
        return ends if ends[0] < ends[1] else None


def matrix_pictures(places: Places, inside: int) -> tuple[Picture, Picture | None]:
    """The scheme's rows; beside a learned table, sinusoids."""
    turns = places.scheme == "rotary"
    down = translate("positions", "distance, query − key") if places.scheme == "relative" else (
        translate("positions", "position"))
    across = translate("positions", "pair of dimensions") if turns else (
        translate("positions", "dimension"))
    titles = {
        "learned": translate("positions", "the model's table"),
        "relative": translate("positions", "wave of each distance"),
        "rotary": translate("positions", "angle, in radians"),
    }
    title = titles.get(places.scheme, translate("positions", "what is added to the token"))
    count, width = places.rows.shape
    rows, columns = Side(count, title=down, first=places.first), Side(width, title=across)
    shown = None if places.scheme == "relative" else inside
    most = math.pi if turns else places_range(places)
    own = heat_picture(places.rows, most, title, rows, columns, turns, shown)
    if places.beside is None:
        return own, None
    return own, heat_picture(
        places.beside, 1.0, translate("positions", "sinusoids, not used"), rows, columns,
        inside=shown)


def places_range(places: Places) -> float:
    """Where colours end: of a learned table, where a few values would leave the rest pale."""
    most = signed_range(places.rows)
    if places.scheme != "learned":
        return most
    finite = np.abs(places.rows[np.isfinite(places.rows)])
    usual = float(np.quantile(finite, 0.995)) if finite.size else 0.0
    return usual if 0 < usual < most / 2 else most
