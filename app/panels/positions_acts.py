"""What the user does in a view of positions: it chooses, or selects for all pages."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.panels.positions_scene import Scene
from core.asks.positions import InputSum, Places


class Acts(QObject):
    """Changes of what is chosen, each kept within what there is."""

    selected = Signal(object)
    """Fields of the View and their new values, as a dict."""
    wanted = Signal()
    """Something else is chosen: it may have to be asked for."""

    def preview(self, cell: tuple[int, int] | None) -> None:
        """Light a cell on all pages while the pointer is there."""
        self.selected.emit({"cell": cell})

    def hold(self, cell: tuple[int, int] | None) -> None:
        """Keep a cell."""
        self.selected.emit({"held": cell, "cell": None})

    def pin(self, scene: Scene, head: int, heads: int) -> None:
        """Pin a head of the shown layer."""
        layer = scene.view.shown[0] if scene.view.shown else 0
        self.selected.emit({"pinned": (layer, min(max(head, 0), heads - 1)), "hovered": None})

    def step_distance(self, scene: Scene, keys: int) -> None:
        """Hold the same query, and a key so many further on."""
        if keys:
            query, key = scene.cell
            self.hold((query, min(max(key + keys, 0), len(scene.frame.keys) - 1)))

    def choose_place(self, scene: Scene, place: int) -> None:
        """Hold the token at this position, and what it looked at."""
        if 0 <= place < len(scene.frame.queries):
            scene.chosen.place = place
            self.hold((place, scene.cell[1]))
        self.wanted.emit()

    def step_place(self, scene: Scene, places: int) -> None:
        """Hold the token so many further on."""
        self.choose_place(scene, scene.place + places)

    def choose_dimension(self, scene: Scene, column: int) -> None:
        """Follow this dimension through all views."""
        places, found = scene.find(Places), scene.find(InputSum)
        count = places.rows.shape[1] if places is not None else (
            len(found.total) if found is not None else column + 1)
        scene.chosen.dimension = min(max(column, 0), count - 1)
        self.wanted.emit()

    def choose_pair(self, scene: Scene, pair: int) -> None:
        """Follow the first dimension of this pair."""
        places = scene.chosen.places
        if places is not None and places.pairs:
            pair = min(max(pair, 0), len(places.pairs) - 1)
            scene.chosen.dimension = (
                pair if places.scheme == "rotary" else places.pairs[pair][0])
            self.wanted.emit()

    def step_pair(self, scene: Scene, step: int) -> None:
        """Follow another pair."""
        self.choose_pair(scene, scene.chosen.pair + step)

    def choose_shift(self, scene: Scene, by: int) -> None:
        """Shift by so many positions."""
        scene.chosen.by = by
        self.wanted.emit()
