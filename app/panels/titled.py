"""A panel's frame: its title, a badge that says what was done to the picture, its content."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.panels.elided import Elided
from app.panels.help_button import HelpButton


class Titled(QFrame):
    """A line of words above one widget; two where one has no room for all of them."""

    appeared = Signal()
    """The panel is on screen again, and may hold an old picture."""

    def __init__(self, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.title, self.badge = Elided(), Elided()
        self.title.setObjectName("title")
        self.badge.setObjectName("badge")
        self.badge.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._tools = QWidget()
        self._row = QHBoxLayout(self._tools)
        self._row.setContentsMargins(0, 0, 0, 0)
        self.question = HelpButton()
        self._row.addWidget(self.question)
        self._head, self._below, self._moved = QHBoxLayout(), QHBoxLayout(), 0
        self._head.addWidget(self.title, 1)
        self._place_beside(0)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(10, 6, 10, 8)
        self.column.setSpacing(6)
        self.column.addLayout(self._head)
        self.column.addLayout(self._below)
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
        self._arrange(self._moved)

    def _arrange(self, least: int = 0) -> None:
        """What finds no room beside the title gets a line of its own: the badge, then the tools
        too. It stays there until the panel has another width, as words that change with the head
        under the pointer must not move the picture."""
        if not self.isVisible():  # its width is not its own yet
            return
        sides, gap = self.column.contentsMargins(), self._head.spacing()
        title, badge, tools = (
            0 if part.isHidden() else part.sizeHint().width() + gap
            for part in (self.title, self.badge, self._tools))
        room = self.contentsRect().width() - sides.left() - sides.right() + gap
        above = title + tools <= room or self._tools_alone()
        moved = max(int(title + badge + tools > room) if above else 2, least)
        if moved != self._moved:
            self._moved = moved
            self._place_beside(moved)

    def _tools_alone(self) -> bool:
        """Whether they are no more than the question mark, which is worth no line."""
        tools = self._tools.findChildren(
            QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
        return all(tool is self.question or tool.isHidden() for tool in tools)

    def _place_beside(self, moved: int) -> None:
        """Have so many of badge and tools in the second line."""
        (self._below if moved else self._head).addWidget(self.badge, 1 if moved else 0)
        (self._below if moved == 2 else self._head).addWidget(
            self._tools, 0, Qt.AlignmentFlag.AlignRight)

    def minimumSizeHint(self) -> QSize:
        """Without the second line: words that come and go must not move other panels."""
        least = super().minimumSizeHint()
        if not self._moved:
            return least
        return least - QSize(0, self._below.sizeHint().height() + self.column.spacing())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More room, or less."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        """Other type."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_below"):
            self._arrange()

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
        self._arrange()
        self.appeared.emit()
