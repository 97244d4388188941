"""A panel's frame: its title, a badge that says what was done to the picture, its content."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.panels.elided import Elided
from app.panels.help_button import HelpButton


class Titled(QFrame):
    """One line of words above one widget."""

    appeared = Signal()
    """The panel is on screen again, and may hold an old picture."""

    def __init__(self, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.title, self.badge = Elided(), Elided()
        self.title.setObjectName("title")
        self.badge.setObjectName("badge")
        self.badge.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.badge, 0)
        self._tools = QWidget()
        self._row = QHBoxLayout(self._tools)
        self._row.setContentsMargins(0, 0, 0, 0)
        self.question = HelpButton()
        self._row.addWidget(self.question)
        head.addWidget(self._tools, 0, Qt.AlignmentFlag.AlignRight)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(10, 6, 10, 8)
        self.column.setSpacing(6)
        self.column.addLayout(head)
        self.column.addWidget(content, 1)
        self._content = content
        self._hint: QLabel | None = None

    def add_tools(self, *tools: QWidget) -> None:
        """Put choices at the end of the line of words, before the question mark."""
        for tool in tools:
            self._row.insertWidget(self._row.count() - 1, tool)

    def show_tools(self, shown: bool) -> None:
        """Show them, or the words alone, as for an audience."""
        self._tools.setVisible(shown and self._row.count() > 0)

    def fill(self, content: QWidget) -> None:
        """Put ``content`` where something else was."""
        self.column.replaceWidget(self._content, content)
        self.column.setStretchFactor(content, 1)
        self._content.deleteLater()
        self._content = content

    def say(self, title: str, badge: str = "") -> None:
        """Set both texts; an empty one takes no room."""
        self.title.setText(title)
        self.title.setVisible(bool(title))
        self.badge.setText(badge)
        self.badge.setVisible(bool(badge))
        self._place_question(bool(title or badge))

    def _place_question(self, above: bool) -> None:
        """In the line of words, or in the content's own corner where there are no words."""
        corner = getattr(self._content, "corner", None)
        if not isinstance(corner, QHBoxLayout):
            return
        there, shown = self._row.indexOf(self.question) >= 0, not self.question.isHidden()
        if above != there:
            (self._row if above else corner).addWidget(self.question)
            self.question.setVisible(shown)
            self._tools.setVisible(shown and self._row.count() > 0)

    def hint(self, words: str) -> None:
        """Say this in the place of the content; show the content again where it is empty."""
        if self._hint is None and words:
            self._hint = QLabel(self)
            self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
            self._hint.setWordWrap(True)
            self.column.addWidget(self._hint, 1)
        if self._hint is not None:
            self._hint.setText(words)
            self._hint.setVisible(bool(words))
            self._content.setVisible(not words)

    def showEvent(self, event: QShowEvent) -> None:
        """Tell that there is something to show it for."""
        super().showEvent(event)
        self.appeared.emit()
