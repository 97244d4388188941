"""What is remembered of a window from one start to the next: its text, its sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from app.choices import Choices
    from app.layout import Layout
    from app.prompting import Prompting

_AFTER = 1000  # milliseconds after the last key
_TEXTS = ("text", "second", "target")


class Keeping(QObject):
    """Writes the prompt down soon after it was typed, so that no crash takes it."""

    def __init__(self, layout: Layout, prompting: Prompting, choices: Choices) -> None:
        super().__init__(layout)
        self.layout_, self.prompting, self.choices = layout, prompting, choices
        self.own = True
        """Whether the text is the user's own; one from the command line is not kept."""
        self._timer = QTimer(self, singleShot=True, interval=_AFTER)
        self._timer.timeout.connect(self.save_text)

    def restore(self, text: str | None) -> None:
        """Begin as it was left.

        Args:
            text: of the command line, instead of the one that was typed last.
        """
        self.own = text is None
        self.layout_.restore(self.choices)
        texts = [self.choices.word(name, "") for name in _TEXTS]
        self.prompting.restore(texts[0] if text is None else text, *texts[1:])

    def typed(self) -> None:
        """From here on the text is the user's own."""
        self.own = True
        self._timer.start()

    def save_text(self) -> None:
        """Write it down now."""
        if self.own:
            for name, editor in zip(_TEXTS, self.layout_.prompt.editors(), strict=True):
                self.choices.keep(name, editor.prompt())
            self.choices.settings.sync()

    def save(self) -> None:
        """Text and sizes."""
        self.save_text()
        self.layout_.save(self.choices)
        self.choices.settings.sync()
