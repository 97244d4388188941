"""What the program remembers from one day to the next, each value checked as it is read."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings, QStandardPaths

from core.catalogue import DEFAULT_MODEL
from core.drive import BUDGET
from core.trace import Omit, Scale

BUDGETS = (64 << 20, BUDGET, 1024 << 20)
"""Bytes that the timeline may hold, to choose from."""
_RECENT = 8
_OMITS: dict[str, Omit] = {"nothing": "nothing", "special": "special", "first": "first"}
_SCALES: dict[str, Scale] = {"linear": "linear", "root": "root", "log": "log"}


class Choices:
    """Typed access to the settings file; a damaged value counts as absent."""

    def __init__(self, settings: QSettings) -> None:
        self.settings = settings

    @property
    def state(self) -> Path:
        """The folder of what windows write down while they run: the system's, or one beside
        settings that have a file of their own."""
        if self.settings.organizationName():
            place = QStandardPaths.StandardLocation.StateLocation
            return Path(QStandardPaths.writableLocation(place))
        return Path(f"{self.settings.fileName()}.state")

    def word(self, name: str, default: str) -> str:
        """A text of this name."""
        value = self.settings.value(name, default)
        return value if isinstance(value, str) else default

    def keep(self, name: str, value: object) -> None:
        """Remember ``value`` under ``name``."""
        self.settings.setValue(name, value)

    @property
    def model(self) -> str:
        """The model that was open last."""
        return self.word("model", DEFAULT_MODEL)

    @property
    def theme(self) -> str:
        """``system``, or a name of ``app.theme.THEMES``."""
        return self.word("theme", "system")

    @property
    def reduced_motion(self) -> bool:
        """Whether nothing moves that is no content: scenes change at once. Qt up to 6.11 does not
        tell what the system is set to."""
        return bool(self.word("reduced_motion", ""))

    @property
    def language(self) -> str:
        """``system`` or a code of ``app.language``."""
        return self.word("language", "system")

    @property
    def scale(self) -> Scale:
        """How weight becomes colour."""
        return _SCALES.get(self.word("scale", "linear"), "linear")

    @property
    def omit(self) -> Omit:
        """Which tokens the pictures of attention leave out."""
        return _OMITS.get(self.word("omit", "nothing"), "nothing")

    @property
    def renormalise(self) -> bool:
        """Whether what is left of a row sums to 1 again."""
        return bool(self.word("renormalise", ""))

    @property
    def points(self) -> int:
        """How much larger than the system's own type is, in points."""
        return self._points("points")

    @property
    def presenting_points(self) -> int:
        """Likewise, than the type that an audience sees at first."""
        return self._points("presenting_points")

    def _points(self, name: str) -> int:
        try:
            return max(min(int(str(self.settings.value(name, 0))), 16), -3)
        except ValueError:
            return 0

    @property
    def budget(self) -> int:
        """Bytes of weights that the timeline may hold."""
        try:
            told = int(str(self.settings.value("budget", BUDGET)))
        except ValueError:
            return BUDGET
        return told if told in BUDGETS else BUDGET

    def layout(self, name: str) -> QByteArray | None:
        """The saved state of a splitter or a window."""
        value = self.settings.value(name)
        return value if isinstance(value, QByteArray) else None

    @property
    def recent(self) -> list[str]:
        """Model folders opened before, the newest first."""
        return self._list("recent")

    @property
    def watched(self) -> list[str]:
        """Those of them that were only looked at."""
        return self._list("watched")

    @property
    def recent_sessions(self) -> list[str]:
        """Session files saved or opened before, the newest first."""
        return self._list("recent_sessions")

    def keep_session(self, path: str) -> None:
        """Remember a session file."""
        others = [other for other in self.recent_sessions if other != path]
        self.keep("recent_sessions", [path, *others][:_RECENT])

    def _list(self, name: str) -> list[str]:
        value = self.settings.value(name, [])
        told = [value] if isinstance(value, str) else value
        return [str(one) for one in told] if isinstance(told, list) else []

    @property
    def watch(self) -> bool:
        """Whether the model is a run that is looked at alone."""
        return bool(self.word("watch", ""))

    def keep_model(self, reference: str, watch: bool = False) -> None:
        """Remember the model that is open, and whether it is only looked at; a folder joins the
        recent ones."""
        self.keep("model", reference)
        self.keep("watch", "yes" if watch else "")
        if Path(reference).is_dir():
            others = [folder for folder in self.recent if folder != reference]
            recent, watched = [reference, *others][:_RECENT], {*self.watched} - {reference}
            if watch:
                watched.add(reference)
            self.keep("recent", recent)
            self.keep("watched", [folder for folder in recent if folder in watched])
