"""A lecture and its scenes, as they are read; without Qt."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from app.place import Place
from core.errors import Refusal


@dataclass(frozen=True)
class Mark:
    """Something that is pointed out on screen."""

    kind: Literal["head", "token", "cell", "panel"]
    at: tuple[int, ...] | str
    """(layer, head), (position,), (query, key), or the name of a panel or page."""

    @property
    def pair(self) -> tuple[int, int]:
        """Of a head or a cell."""
        assert not isinstance(self.at, str)  # neither has a name
        first, second = self.at
        return first, second


@dataclass(frozen=True)
class Trouble:
    """What is wrong in a file, and what is done without it."""

    line: int
    """Counted from 1."""
    text: Refusal
    file: str = ""
    """Its name within the lecture's folder."""


@dataclass(frozen=True)
class Spot:
    """Where words begin: a file, and a line of it, counted from 1."""

    file: str = ""
    line: int = 1


@dataclass(frozen=True)
class Scene:
    """What is said, and where the program stands while it is."""

    name: str
    """Of its file, without ``.md``."""
    title: str
    words: str
    """Markdown, with formulas in LaTeX between dollar signs."""
    notes: str
    """For whoever teaches; likewise."""
    place: Place = field(default_factory=Place)
    shows_words: bool = True
    marks: tuple[Mark, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    words_at: Spot = field(default_factory=Spot)
    notes_at: Spot = field(default_factory=Spot)
    data: Path | None = None
    """What its run learns from; None for what a recipe makes."""
    start: str = ""
    """The bundled model that its run starts from; none for random weights."""
    keys_at: tuple[tuple[str, Spot], ...] = ()
    """Where each key stands that is understood."""

    def spot(self, key: str) -> Spot:
        """Where ``key`` stands; the beginning of the file where it is not said."""
        return dict(self.keys_at).get(key, Spot(self.words_at.file))


@dataclass(frozen=True)
class Lecture:
    """Scenes in order."""

    name: str
    """Of its folder."""
    folder: Path
    title: str
    about: str
    """Markdown, a paragraph."""
    scenes: tuple[Scene, ...]
    troubles: tuple[Trouble, ...] = ()
    """Those of no scene."""
    about_at: Spot = field(default_factory=Spot)

    @property
    def all_troubles(self) -> tuple[Trouble, ...]:
        """Every one, its scenes' included."""
        return (*self.troubles, *(trouble for scene in self.scenes for trouble in scene.troubles))
