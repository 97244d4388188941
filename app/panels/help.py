"""What a panel shows, what to look for, by which formula and from which source: in its place."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from app.panels.elided import Elided
from app.panels.words import WordsView
from app.theme import Theme

_NARROWEST = 420  # pixels; a formula needs as much


class HelpCard(QFrame):
    """Lies over a panel, and beyond it where that is too low for the words; Esc closes it."""

    closed = Signal()

    def __init__(self, panel: QWidget, room: QWidget) -> None:
        """Closed until it is told what to say.

        Args:
            panel: which it is about.
            room: around the panel, in which the card lies.
        """
        super().__init__(room)
        self.setObjectName("help")
        self.panel, self._room = panel, room
        self.title, self.words, self.close_button = Elided(), WordsView(), QToolButton()
        self.title.setObjectName("title")
        self.close_button.setObjectName("choice")
        self.close_button.setText("✕")
        self.close_button.clicked.connect(self.close)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 6, 10, 8)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.words, 1)
        self.words.document().setDocumentMargin(8)  # its focus is a frame around it
        self.words.settled.connect(self.place)
        self._watched: list[QWidget] = []
        part: QWidget | None = panel
        while part is not None:
            self._watched.append(part)
            part.installEventFilter(self)
            part = None if part is room else part.parentWidget()

    def say(self, title: str, markdown: str, theme: Theme) -> None:
        """Show these words."""
        self.title.setText(title)
        self.close_button.setAccessibleName(self.tr("Close the help"))
        self.close_button.setToolTip(self.tr("Close (Esc)"))
        self.setAccessibleName(title)
        self.words.setAccessibleName(title)
        self.words.set_theme(theme)
        self.words.set_words(markdown, None)
        self.show()
        self.raise_()
        self.place()

    def place(self) -> None:
        """Cover the panel; grow, first downwards, where the words need more."""
        room = self._room.rect()
        place = QRect(self.panel.mapTo(self._room, self.panel.rect().topLeft()), self.panel.size())
        width = min(max(place.width(), _NARROWEST), room.width())
        place.setLeft(max(min(place.left(), room.right() - width + 1), room.left()))
        place.setWidth(width)
        self.setGeometry(place.left(), room.top(), width, room.height())  # nothing is scrolled yet
        column = self.layout()
        assert column is not None
        column.activate()  # so that the words know how wide they are
        beside = self.height() - self.words.viewport().height()
        needed = beside + round(self.words.document().size().height()) + 2
        height = min(max(place.height(), needed), room.height())
        place.moveTop(min(place.top(), room.bottom() - height + 1))
        place.setHeight(height)
        self.setGeometry(place)

    def closeEvent(self, event: QCloseEvent) -> None:
        """It is not opened again."""
        for part in self._watched:
            part.removeEventFilter(self)
        super().closeEvent(event)
        self.closed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the panel; close with it."""
        kind = event.type()
        if kind in (QEvent.Type.Move, QEvent.Type.Resize):
            self.place()
        elif kind == QEvent.Type.Hide and watched is self.panel:
            self.close()
        return False

    def event(self, event: QEvent) -> bool:
        """Esc is for the help before it is for anything else."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and (
                event.key() == Qt.Key.Key_Escape):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)
