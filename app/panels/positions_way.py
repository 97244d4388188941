"""What every view of positions is: it asks, draws, lights, says, and answers clicks and keys."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.panels.field_picture import Picture, Side, Spot
from app.panels.positions_acts import Acts
from app.panels.positions_boards import Boards
from app.panels.positions_scene import Scene
from app.panels.positions_ticks import say
from app.panels.positions_words import say_place
from app.theme import Theme
from core.asks.positions import AskPlaces, Places, Trial
from core.trace import Ask

Asks = tuple[Ask[Any], ...]


class Way:
    """One view of the scheme; it draws on boards that all views share."""

    tried = False
    """Whether the numbers of the scheme may be tried."""
    measured = False
    """Whether how it measures may be chosen."""

    def __init__(self, boards: Boards, acts: Acts) -> None:
        self.boards, self.acts = boards, acts

    def asks(self, scene: Scene, trial: Trial) -> Asks:
        """What it needs; nothing while no head is selected that it is of."""
        return (AskPlaces(trial),)

    def draw(self, scene: Scene, theme: Theme) -> None:
        """Draw the answers."""
        raise NotImplementedError

    def light(self, scene: Scene) -> None:
        """Mark the selection."""

    def sentence(self, scene: Scene, spot: Spot | None) -> str:
        """What is said of a spot, or of the selection."""
        return ""

    def spot(self, scene: Scene, index: int, curve: int) -> Spot:
        """A place along curves and one of them, as a row and a column of what they are of."""
        return curve, index

    def point(self, scene: Scene, spot: Spot | None) -> None:
        """The pointer is there."""

    def click(self, scene: Scene, row: int, column: int) -> None:
        """Choose what was clicked; of curves, the curve and the place."""

    def step(self, scene: Scene, down: int, right: int) -> None:
        """Go so far by key; of a plane, up and to the right."""

    def cut(self, scene: Scene) -> tuple[float, float] | None:
        """Where colours end, and how far values go; None where they end together."""
        return None


def heat_picture(
    values: NDArray[np.float32], most: float, title: str, rows: Side, columns: Side,
    turns: bool = False, inside: int | None = None,
) -> Picture:
    """Values from ``-most`` to ``most``."""
    ends = ("−π", "π") if turns else (say(-most), say(most))
    return Picture(
        values / np.float32(most), rows, columns, tuple(enumerate(ends)),
        "turns" if turns else "signed", title, inside=inside)


def step_through(acts: Acts, scene: Scene, rows: int, columns: int, distances: bool) -> None:
    """Another dimension, and another position or distance."""
    if columns:
        acts.choose_dimension(scene, max(scene.chosen.column + columns, 0))
    if rows and distances:
        acts.step_distance(scene, -rows)
    elif rows:
        acts.step_place(scene, rows)


def row_of(scene: Scene, places: Places) -> int:
    """The row of the selection."""
    return scene.distance - places.first if places.scheme == "relative" else scene.place


def say_spot_of(scene: Scene, spot: Spot | None) -> str:
    """One value of the scheme."""
    places = scene.get(Places)
    row, column = spot or (row_of(scene, places), scene.chosen.column)
    return say_place(scene.frame, places, min(max(row, 0), len(places.rows) - 1),
                     min(column, places.rows.shape[1] - 1))
