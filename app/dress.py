"""How the window looks: theme, language, size of type."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QWidget

from app import theme as themes
from app.choices import Choices
from app.language import install_language
from app.looks import apply_points, apply_theme

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from app.theme import Theme


class Dress(QObject):
    """Uses and remembers what the user chose."""

    themed = Signal()
    """Colours changed."""

    def __init__(
        self, window: QWidget, choices: Choices, large: Callable[[], tuple[QWidget, ...]]
    ) -> None:
        """``large`` names the widgets whose type is larger than the rest."""
        super().__init__(window)
        self.window, self.choices, self._large = window, choices, large
        self.theme = themes.pick_theme(choices.theme)
        self._lift: float | None = None
        hints = QApplication.styleHints()
        hints.colorSchemeChanged.connect(self._follow_system)
        if hasattr(hints, "accessibility"):  # from Qt 6.10 on
            hints.accessibility().contrastPreferenceChanged.connect(self._follow_system)

    def put_on(self) -> None:
        """Everything, at the start."""
        self._apply_points()
        self._apply_theme()

    def set_theme(self, choice: str) -> None:
        """``system``, or a name of ``app.theme.THEMES``."""
        self.choices.keep("theme", choice)
        self._apply_theme()

    def _follow_system(self) -> None:
        if self.choices.theme == "system":
            self._apply_theme()

    def _apply_theme(self) -> None:
        self._wear(themes.pick_theme(self.choices.theme))

    def _wear(self, theme: Theme) -> None:
        self.theme = theme
        apply_theme(self.window, theme)
        self.themed.emit()

    @contextmanager
    def worn(self, theme: Theme) -> Iterator[None]:
        """Another theme for as long as something is drawn; none of it reaches the screen, which
        is painted by the event loop alone."""
        before = self.theme
        if theme is not before:
            self._wear(theme)
        try:
            yield
        finally:
            if theme is not before:
                self._wear(before)

    def set_language(self, choice: str) -> None:
        """``system``, or a code of ``app.language``."""
        self.choices.keep("language", choice)
        install_language(choice)

    def zoom_text(self, step: int) -> None:
        """Larger or smaller type everywhere; 0 for the system's own size, or an audience's."""
        name, points = ("points", self.choices.points) if self._lift is None else (
            "presenting_points", self.choices.presenting_points)
        self.choices.keep(name, 0 if step == 0 else points + step)
        self._apply_points()

    def lift_text(self, points: float | None) -> None:
        """Type that is larger by this, for an audience; how much else is chosen then is remembered
        apart. None for the usual."""
        self._lift = points
        self._apply_points()

    def _apply_points(self) -> None:
        larger = float(self.choices.points)
        if self._lift is not None:
            larger = self._lift + self.choices.presenting_points
        apply_points(self.window, self.theme, larger, self._large())
