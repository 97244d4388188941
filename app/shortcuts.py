"""The sheet of all keys: every action by its menu, and the keys within each panel."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

Row = tuple[str, str]
"""What is done, and its keys; none of what only a menu does."""
Group = tuple[str, list[Row]]
"""A menu or a panel."""


def plain(text: str) -> str:
    """The text of an action without the letter that leads to it."""
    bare = re.sub(r"[(（]&.[)）]", "", text.replace("&&", "\0"))
    return bare.replace("&", "").replace("\0", "&")


class ShortcutSheet(QDialog):
    """What is typed above leaves the rows that have all of its words."""

    def __init__(self, groups: Sequence[Group], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Keys"))
        self.search, self.tree = QLineEdit(), QTreeWidget()
        self._groups: list[tuple[QTreeWidgetItem, list[QTreeWidgetItem]]] = []
        self.search.setPlaceholderText(self.tr("Search"))
        self.search.setAccessibleName(self.tr("Search"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self.search.installEventFilter(self)
        self.tree.setAccessibleName(self.tr("Keys"))
        self.tree.setHeaderLabels([self.tr("What"), self.tr("Key")])
        self.tree.setRootIsDecorated(False)
        self.tree.setItemsExpandable(False)
        self._fill(groups)
        header = self.tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        for part in (self.search, self.tree, buttons):
            layout.addWidget(part)
        em = self.fontMetrics().height()
        room = self.screen().availableSize() * 0.85
        self.resize(min(em * 42, room.width()), min(em * 44, room.height(), parent.height()))

    def _fill(self, groups: Sequence[Group]) -> None:
        font = self.font()
        font.setBold(True)
        for title, rows in groups:
            group = QTreeWidgetItem(self.tree, [title])
            group.setFont(0, font)
            group.setFirstColumnSpanned(True)
            self._groups.append((group, [QTreeWidgetItem(group, list(row)) for row in rows]))
        self.tree.expandAll()
        if self._groups:
            self.tree.setCurrentItem(self._groups[0][0])

    def shown(self) -> list[Row]:
        """The rows that are left."""
        return [(item.text(0), item.text(1)) for group, items in self._groups
                for item in items if not (item.isHidden() or group.isHidden())]

    def _filter(self, typed: str) -> None:
        words = typed.casefold().split()
        for group, items in self._groups:
            for item in items:
                said = f"{group.text(0)} {item.text(0)} {item.text(1)}".casefold()
                item.setHidden(not all(word in said for word in words))
            group.setHidden(all(item.isHidden() for item in items))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up and Down in the search move in the list."""
        keys = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and (
                event.key() in keys):
            self.tree.keyPressEvent(event)
            return True
        return False
