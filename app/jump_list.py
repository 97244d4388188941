"""A list of every scene of every lecture, beside the picture: type to find, Enter to go there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout

from app.language import current_language
from app.lectures.reading import read_lecture, shipped_lectures
from core.errors import Refusal

if TYPE_CHECKING:
    from app.lectures.scene import Lecture
    from app.window import Window

_PLACE = Qt.ItemDataRole.UserRole
_LIST_KEYS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class JumpList(QFrame):
    """Lies over a side of the window, and is gone once one has jumped."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.window_ = window
        self.setObjectName("panel")
        self.setAutoFillBackground(True)
        self.search, self.list = QLineEdit(), QListWidget()
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self.search.returnPressed.connect(self.jump)
        self.search.installEventFilter(self)
        self.list.itemActivated.connect(self.jump)
        self.list.itemClicked.connect(self.jump)
        self.list.setWordWrap(True)
        column = QVBoxLayout(self)
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        self.hide()
        window.installEventFilter(self)
        self.retranslate()

    def retranslate(self) -> None:
        """Say it in the language of the moment."""
        self.setAccessibleName(self.tr("All scenes"))
        self.search.setPlaceholderText(self.tr("Find a scene"))
        self.search.setAccessibleName(self.tr("Find a scene"))
        self.list.setAccessibleName(self.tr("All scenes"))
        if self.isVisible():
            self._fill()

    def open(self) -> None:
        """Show every scene, with the one that is on chosen."""
        self._fill()
        self._fit()
        self.search.clear()
        self.show()
        self.list.scrollToItem(self.list.currentItem(), self.list.ScrollHint.PositionAtCenter)
        self.raise_()
        self.window_.activateWindow()  # the key may have come from the notes
        self.search.setFocus()

    def close_list(self) -> None:
        """Be gone; keys go where the words are."""
        self.hide()
        self.window_.staging.focus()

    def toggle(self) -> None:
        """Show it, or be gone."""
        self.close_list() if self.isVisible() else self.open()

    def _fill(self) -> None:
        lecturing = self.window_.lecturing
        here = lecturing.lecture
        self.list.clear()
        shipped = shipped_lectures()
        for lecture in self._lectures(here):
            title = QListWidgetItem(lecture.title)
            title.setFlags(Qt.ItemFlag.NoItemFlags)  # keys pass over it
            self.list.addItem(title)
            number = shipped.index(lecture.folder) + 1 if lecture.folder in shipped else 0
            for at, scene in enumerate(lecture.scenes):
                places = f"{number}.{at + 1}" if number else str(at + 1)
                item = QListWidgetItem(f"    {places}  {scene.title}")
                item.setData(_PLACE, (str(lecture.folder), scene.name, lecture.title))
                self.list.addItem(item)
                if here is not None and (lecture.folder, at) == (here.folder, lecturing.at):
                    self.list.setCurrentItem(item)
        if self.list.currentItem() is None:
            self.list.setCurrentRow(1)

    def _lectures(self, here: Lecture | None) -> list[Lecture]:
        """Those that ship, and the one that is on if it is none of them."""
        folders = shipped_lectures()
        found = [] if here is None or here.folder in folders else [here]
        for folder in folders:
            try:
                found.append(read_lecture(folder, current_language()))
            except Refusal:
                continue
        return found

    def _filter(self, typed: str) -> None:
        words, first, title = typed.casefold().split(), None, None
        for row in range(self.list.count()):
            item, place = self.list.item(row), self.list.item(row).data(_PLACE)
            if place is None:  # a lecture's title stays over what is left of it
                title = item
                item.setHidden(bool(words))
                continue
            said = f"{place[2]} {item.text()}".casefold()
            item.setHidden(not all(word in said for word in words))
            if not item.isHidden():
                first = first or item
                if title is not None:
                    title.setHidden(False)
        current = self.list.currentItem()
        if first is not None and (current is None or current.isHidden()):
            self.list.setCurrentItem(first)

    def shown(self) -> list[str]:
        """The scenes that are left, as they read."""
        items = (self.list.item(row) for row in range(self.list.count()))
        return [item.text().strip() for item in items
                if item.data(_PLACE) is not None and not item.isHidden()]

    def jump(self) -> None:
        """Go to the scene that is chosen."""
        item = self.list.currentItem()
        if item is not None and item.data(_PLACE) is not None and not item.isHidden():
            folder, name, _ = item.data(_PLACE)
            self.close_list()
            self.window_.lecturing.open(Path(folder), name)

    # -- room and keys ----------------------------------------------------------------------

    def _fit(self) -> None:
        window, em = self.window_, self.fontMetrics().height()
        width = min(em * 26, window.width() * 2 // 3)
        height = window.height() - 4 * em
        self.setGeometry(window.width() - width - em, 2 * em, width, height)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys of the search that move in the list; room in the window."""
        if watched is self.search and isinstance(event, QKeyEvent) and (
                event.type() == QEvent.Type.KeyPress and event.key() in _LIST_KEYS):
            self.list.keyPressEvent(event)
            return True
        if watched is self.window_ and event.type() == QEvent.Type.Resize:
            self._fit()
        return False
