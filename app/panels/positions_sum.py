"""Token, position and segment add up to what enters the first layer."""

from __future__ import annotations

import numpy as np

from app.panels.field_picture import Spot
from app.panels.positions_bars import BarRow
from app.panels.positions_curves import COLOURS, Curve, CurvesPicture
from app.panels.positions_scene import Scene
from app.panels.positions_ticks import say
from app.panels.positions_way import Asks, Way, step_through
from app.panels.positions_words import part_names, say_sum, token_at, translate
from app.theme import Theme
from core.asks.positions import AskSum, InputSum, Trial


class SumWay(Way):
    """A row of bars a summand, and the norms of all along the text."""

    def asks(self, scene: Scene, trial: Trial) -> Asks:
        """The summands at the selected position."""
        return (AskSum(scene.place),)

    def draw(self, scene: Scene, theme: Theme) -> None:
        """Draw the answer."""
        found = scene.get(InputSum)
        self.boards.bars.show_rows(sum_rows(found, theme, token_at(scene.frame, found.place)))
        self.boards.norms.show_picture(norms_picture(found))
        self.boards.show_sum()

    def light(self, scene: Scene) -> None:
        """Mark the position and the dimension."""
        self.boards.norms.mark(scene.place)
        self.boards.bars.light(scene.chosen.dimension)

    def sentence(self, scene: Scene, spot: Spot | None) -> str:
        """One dimension, added up."""
        dimension = spot[1] if spot is not None else scene.chosen.dimension
        return say_sum(scene.get(InputSum), dimension, scene.scheme)

    def click(self, scene: Scene, row: int, column: int) -> None:
        """Choose the dimension."""
        self.acts.choose_dimension(scene, column)

    def step(self, scene: Scene, down: int, right: int) -> None:
        """Another dimension, another token."""
        step_through(self.acts, scene, down, right, False)


def sum_rows(found: InputSum, theme: Theme, token: str) -> tuple[BarRow, ...]:
    """The summands, their sum, and what the first norm makes of it."""
    colours = {"token": COLOURS[5], "position": COLOURS[4], "segment": COLOURS[1],
               "start": COLOURS[5]}
    note = translate("positions", "norm {norm} · cosine {cosine}")
    names, rows = part_names(), []
    for index, part in enumerate(found.parts):
        name = names[part.name]
        if part.name == "token":
            name += token
        elif part.name == "position":
            name += f" {found.place}"
        rows.append(BarRow(
            f"+ {name}" if index else name, part.values,
            note.format(norm=say(part.norm), cosine=say(part.cosine)), colours[part.name]))
    norm = translate("positions", "norm {norm}").format(norm=say(found.norm))
    rows.append(BarRow(
        translate("positions", "= input of layer 0") if found.normed is None else (
            translate("positions", "= sum")), found.total, norm, theme.accent))
    if found.normed is not None:
        rows.append(BarRow(
            translate("positions", "after the norm: input of layer 0"), found.normed,
            translate("positions", "norm {norm}").format(
                norm=say(float(np.sqrt((found.normed.astype(np.float64) ** 2).sum())))),
            COLOURS[0]))
    return tuple(rows)


def norms_picture(found: InputSum) -> CurvesPicture:
    """The norm of each summand along the text."""
    colours = (COLOURS[5], COLOURS[4], COLOURS[1])
    names = part_names()
    return CurvesPicture(
        0, tuple(Curve(names[part.name], found.norms[:, index], colours[index])
                 for index, part in enumerate(found.parts)),
        translate("positions", "position"), translate("positions", "Norm of each summand"))
