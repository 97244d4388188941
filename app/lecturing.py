"""Where a lecture stands. A scene sets the live program; then it is anyone's to type and click in,
and one key brings the scene back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QObject, Signal

from app.language import current_language
from app.lecture_runs import LectureRuns, remove_left
from app.lectures.reading import read_lecture, shipped_lectures
from app.lectures.scene import Lecture, Scene, Trouble
from core.errors import Refusal, translate
from core.memory import WHOLE

if TYPE_CHECKING:
    from app.place import Place
    from app.state import Wish
    from app.window import Window
    from core.drive import Begin


class Lecturing(QObject):
    """Walks through scenes; it shows nothing itself."""

    leaving = Signal()
    """What is on screen is about to be another scene's."""
    moved = Signal()
    """A scene has been set, or the lecture is over, or there is something new to be said of it."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.window = window
        self.lecture: Lecture | None = None
        self.at = 0
        """Which scene is on, from 0."""
        self.began = QElapsedTimer()
        """Since a lecture was opened where there was none."""
        self.said: Refusal | None = None
        """What there is to say besides the scene, such as that it is the last."""
        self._refused: tuple[Trouble, ...] = ()
        """What the program could not do of the scene that is on."""
        self._way = WHOLE
        """How the model that was open before is held in memory."""
        self._before: Place | None = None
        self._runs = LectureRuns()
        self._left = False  # whether runs are to be removed once the engine has let go of them
        self._model = ""  # that the scene is to have
        self._plays = True  # whether its run may train by itself
        window.engine.ready.connect(self._set_waiting)
        window.engine.refused.connect(self._refuse)
        window.engine.unpaired.connect(self._unpair)
        window.engine.answered.connect(self._tidy)

    # -- what there is ----------------------------------------------------------------------

    @property
    def scene(self) -> Scene | None:
        """The one that is on."""
        return None if self.lecture is None else self.lecture.scenes[self.at]

    @property
    def troubles(self) -> tuple[Trouble, ...]:
        """Of the scene that is on: in its file, and in what it wants of the program."""
        return () if self.scene is None else (*self.scene.troubles, *self._refused)

    @property
    def following(self) -> Scene | None:
        """What comes next, if something does."""
        found = self._beside(1)
        return None if found is None else found[0].scenes[found[1]]

    def _beside(self, step: int) -> tuple[Lecture, int] | None:
        """The scene after this one, or before; of a shipped lecture's neighbour at its end."""
        if self.lecture is None:
            return None
        if 0 <= self.at + step < len(self.lecture.scenes):
            return self.lecture, self.at + step
        shipped = shipped_lectures()
        if self.lecture.folder not in shipped:
            return None
        place = shipped.index(self.lecture.folder) + step
        if not 0 <= place < len(shipped):
            return None
        other = read_lecture(shipped[place], current_language())
        return (other, 0 if step > 0 else len(other.scenes) - 1) if other.scenes else None

    @property
    def before(self) -> Place | None:
        """Where the window goes when the lecture is left."""
        return self._before

    # -- what the user does -----------------------------------------------------------------

    def open(self, folder: Path, at: int | str = 0, plays: bool = True) -> None:
        """Begin a lecture, or go on with another.

        Args:
            folder: of the lecture.
            at: its scene, counted from 0 or by the name of its file; where there is none such, the
                nearest.
            plays: whether a run of the scene may train; else it waits for whoever lets it.
        """
        try:
            lecture = read_lecture(folder, current_language())
        except Refusal as refusal:
            self._say(refusal)
            return
        names = [scene.name for scene in lecture.scenes]
        if isinstance(at, str):
            at = names.index(at) if at in names else 0
        self._go(lecture, at, plays)

    def next(self) -> None:
        """The next scene; after a shipped lecture's last the next lecture's first."""
        self._step(1, translate("core", "This was the last scene."))

    def back(self) -> None:
        """The scene before."""
        self._step(-1, translate("core", "This is the first scene."))

    def _step(self, step: int, end: str) -> None:
        if self.lecture is None:
            return
        try:
            found = self._beside(step)
        except Refusal as refusal:
            self._say(refusal)
            return
        if found is None:
            self._say(Refusal(end))
        else:
            self._go(*found)

    def jump(self, at: int) -> None:
        """To a scene of this lecture, counted from 0; to the nearest where there is none such."""
        if self.lecture is not None:
            self._go(self.lecture, at)

    def again(self) -> None:
        """Back to the scene as its file says it now, whatever was typed, clicked and trained."""
        if self.lecture is not None and self.scene is not None:
            self.open(self.lecture.folder, self._same(self.lecture))

    def _same(self, lecture: Lecture) -> int | str:
        """The scene that is on, in a lecture that may have changed."""
        names = [scene.name for scene in lecture.scenes]
        name = "" if self.scene is None else self.scene.name
        return name if name in names else self.at

    def leave(self) -> None:
        """End the lecture; the program stands where it stood before."""
        if self.lecture is None:
            return
        self.leaving.emit()
        before, self._before = self._before, None
        self.lecture, self.said, self._refused, self._model = None, None, (), ""
        if before is not None:
            self.window.placing.set(before, way=self._way)
        self._left = True
        self._tidy()
        self.moved.emit()

    def retranslate(self) -> None:
        """Read the scene in the language of the moment; the program stays as it is where both
        languages want the same of it."""
        lecture, scene = self.lecture, self.scene
        if lecture is None or scene is None:
            return
        try:
            other = read_lecture(lecture.folder, current_language())
        except Refusal as refusal:
            self._say(refusal)
            return
        names = [one.name for one in other.scenes]
        if scene.name not in names:
            return
        at = names.index(scene.name)
        wants, wanted = ((one.place, one.data, one.start) for one in (other.scenes[at], scene))
        if wants != wanted:
            self._go(other, at)
        else:
            self.lecture, self.at = other, at
            self.moved.emit()

    # -- setting a scene --------------------------------------------------------------------

    def _say(self, refusal: Refusal) -> None:
        """Say it where the scene's words are, or in the window where there is no lecture."""
        if self.lecture is None:
            self.window.remark(refusal)
        else:
            self.said = refusal
            self.moved.emit()

    def _go(self, lecture: Lecture, at: int, plays: bool = True) -> None:
        if self.lecture is None:
            self._before, self._way = self.window.placing.take(), self.window.wish.way
            self.began.start()
            self.window.beginning.give_up()  # no dialog over a lecture
            remove_left()
        self.leaving.emit()
        self.lecture, self.at = lecture, min(max(at, 0), len(lecture.scenes) - 1)
        self.said, self._refused, self._left, self._plays = None, (), False, plays
        self._set()
        self.moved.emit()

    def _set(self) -> None:
        """Have the program stand as the scene says."""
        scene = self.scene
        assert scene is not None
        place, begin = replace(scene.place, playing=scene.place.playing and self._plays), None
        if place.recipe:
            if not self.window.engine.is_ready:
                return  # a moment after the start; it is done once torch is there
            try:
                place, begin = self._train(scene, place)
            except Refusal as refusal:
                self._complain(refusal, "train")
                place = replace(place, model=self.window.wish.model, recipe="", playing=False)
        self._model = place.model
        self.window.placing.set(place, begin)

    def _train(self, scene: Scene, place: Place) -> tuple[Place, Begin | None]:
        """The place in the run of its recipe, and what that begins with if it is new."""
        folder, begin = self._runs.folder(scene.place.recipe, scene.data, scene.start)
        if self.window.wish.model == str(folder):
            begin = None  # it is just being made
        return replace(place, model=str(folder), watch=False, recipe=""), begin

    def _set_waiting(self) -> None:
        """torch is there, which a scene that trains waits for."""
        if self.scene is not None and self.scene.place.recipe:
            self._set()
            self.moved.emit()

    # -- what the engine says ---------------------------------------------------------------

    def _refuse(self, refusal: Refusal, wish: Wish) -> None:
        """The model is not there, or can't do what the scene wants; the rest goes on. What was
        typed and altered since is no fault of the scene's: the window says so."""
        scene, answer = self.scene, self.window.answer
        if scene is None or wish.model != self._model:
            return
        place = scene.place
        there = answer is not None and answer.frame.card.reference == wish.model
        others = (wish.prompt, wish.edits, wish.against) != (
            place.prompt, place.edits, place.against)
        if not (there and others):
            self._complain(refusal, _blamed(scene, refusal))
            self.moved.emit()

    def _unpair(self, refusal: Refusal) -> None:
        """The model that the scene compares with can't be read."""
        against = None if self.scene is None else self.scene.place.against
        if against is not None and against.other == "model":
            self._complain(refusal, "against")
            self.moved.emit()

    def _complain(self, refusal: Refusal, key: str) -> None:
        """Once, though another size of the window asks for the same again."""
        told = [str(trouble.text) for trouble in self._refused]
        if self.scene is not None and str(refusal) not in told:
            spot = self.scene.spot(key)
            self._refused = (*self._refused, Trouble(spot.line, refusal, spot.file))

    def close(self) -> None:
        """Remove what the lecture trained; the engine has ended."""
        self._runs.close()

    def _tidy(self) -> None:
        """Remove what the lecture trained, once another model is at hand."""
        answer = self.window.answer
        if self._left and (answer is None or not self._runs.hold(answer.frame.card.reference)):
            self._left = False
            self._runs.close()


def _blamed(scene: Scene, refusal: Refusal) -> str:
    """The key whose value is not to be had."""
    if not scene.place.recipe:
        return "model"
    path = refusal.values.get("path")
    of_data = scene.data is not None and isinstance(path, Path) and path.is_relative_to(scene.data)
    return "data" if of_data else "train"
