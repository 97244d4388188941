"""How alike the rows of every two positions are."""

from __future__ import annotations

from app.paint.colour import signed_range
from app.panels.field_picture import Picture, Side, Spot
from app.panels.positions_scene import Scene
from app.panels.positions_way import Asks, Way, heat_picture
from app.panels.positions_words import say_likeness, translate
from app.theme import Theme
from core.asks.positions import AskLikeness, AskPlaces, Likeness, Trial


class LikenessWay(Way):
    """A row a position and a column a position: cells, as those of the head."""

    tried = measured = True

    def asks(self, scene: Scene, trial: Trial) -> Asks:
        """The rows, and how alike they are."""
        return AskPlaces(trial), AskLikeness(trial, scene.chosen.measure)

    def draw(self, scene: Scene, theme: Theme) -> None:
        """Draw the answers."""
        self.boards.show_heats(*likeness_pictures(
            scene.get(Likeness), scene.chosen.measure == "cosine", len(scene.frame.queries)))

    def light(self, scene: Scene) -> None:
        """Mark the selected cell."""
        for heat in (self.boards.heat, self.boards.beside):
            heat.light(*scene.cell)

    def sentence(self, scene: Scene, spot: Spot | None) -> str:
        """Of two positions."""
        return say_likeness(scene.get(Likeness), spot or scene.cell)

    def _within(self, scene: Scene, spot: Spot) -> bool:
        return spot[0] < len(scene.frame.queries) and spot[1] < len(scene.frame.keys)

    def point(self, scene: Scene, spot: Spot | None) -> None:
        """Light the cell on all pages."""
        self.acts.preview(spot if spot is not None and self._within(scene, spot) else None)

    def click(self, scene: Scene, row: int, column: int) -> None:
        """Hold the cell, or let it go."""
        cell = row, column
        if self._within(scene, cell):
            self.acts.selected.emit({"held": None if cell == scene.view.held else cell})

    def step(self, scene: Scene, down: int, right: int) -> None:
        """Hold the cell beside."""
        query, key = scene.cell
        self.acts.hold((min(max(query + down, 0), len(scene.frame.queries) - 1),
                        min(max(key + right, 0), len(scene.frame.keys) - 1)))


def likeness_pictures(
    likeness: Likeness, cosine: bool, inside: int
) -> tuple[Picture, Picture | None]:
    """Every position against every other."""
    title = translate("positions", "cosine of rows") if cosine else (
        translate("positions", "dot product of rows"))
    side = Side(len(likeness.values), title=translate("positions", "position"))
    most = 1.0 if cosine else signed_range(likeness.values)
    own = heat_picture(likeness.values, most, title, side, side, inside=inside)
    if likeness.beside is None:
        return own, None
    most = 1.0 if cosine else signed_range(likeness.beside)
    title = translate("positions", "of sinusoids, not used")
    return own, heat_picture(likeness.beside, most, title, side, side, inside=inside)
