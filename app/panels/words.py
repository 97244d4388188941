"""Words in Markdown with typeset formulas: read, selected, copied, scrolled."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDesktopServices,
    QFocusEvent,
    QImageReader,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QTextDocument,
)
from PySide6.QtWidgets import QFrame, QMenu, QPlainTextEdit, QTextBrowser, QWidget

from app.lectures.markup import picture_path, pieces
from app.paint.formula import is_typeset, typeset
from app.paint.prose import (
    FORMULA,
    FormulaObject,
    Spot,
    dress_prose,
    told_prose,
    write_prose,
)
from app.paint.stroke import stroke
from app.theme import LIGHT, Theme
from app.work import Work

_LOOK = 30  # milliseconds between two looks at what has been typeset
_MOST_PIXELS = 4096  # of a picture's longer side


class WordsView(QTextBrowser):
    """Read only; a click on a link opens the system's browser, and nothing else is loaded."""

    settled = Signal()
    """All formulas are typeset: what they take of the room is known."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.anchorClicked.connect(_open)
        self.viewport().setAutoFillBackground(False)
        self.document().setUndoRedoEnabled(False)
        self._theme = LIGHT
        self._words = ""
        self._folder: Path | None = None
        self._spots: list[Spot] = []
        self._waiting: list[Spot] = []
        self._work: Work | None = None
        self._framed = False
        self._formulas = FormulaObject(self)
        self.document().documentLayout().registerHandler(FORMULA, self._formulas)
        self._looking = QTimer(self, interval=_LOOK)
        self._looking.timeout.connect(self._look)

    # -- what it shows ----------------------------------------------------------------------

    def set_words(self, markdown: str, folder: Path | None) -> None:
        """Show these, from the top; pictures are those in ``folder``."""
        self._words, self._folder = markdown, folder
        self._write()
        self.verticalScrollBar().setValue(0)

    def set_theme(self, theme: Theme) -> None:
        """Colour it anew."""
        if theme != self._theme:
            self._theme = theme
            self._formulas.warning = theme.warning
            place = self.verticalScrollBar().value()
            self._write()
            self.verticalScrollBar().setValue(place)

    def set_points(self, points: float) -> None:
        """Use type of this size."""
        font = self.font()
        if font.pointSizeF() != points:
            font.setPointSizeF(points)
            self.setFont(font)

    def fits(self) -> bool:
        """Whether all of it is seen at once."""
        return self.document().size().height() <= self.viewport().height()

    @property
    def formulas(self) -> list[Spot]:
        """Those that are shown, in order."""
        return list(self._spots)

    @property
    def is_settled(self) -> bool:
        """Whether every formula is typeset."""
        return not self._waiting

    @property
    def spoken(self) -> str:
        """The words as they are read out."""
        return told_prose(self.document(), 0, self.document().characterCount() - 1, spoken=True)

    def _write(self) -> None:
        self._spots = write_prose(self.document(), self._words, self._folder, self._theme)
        self._waiting = list(self._spots)
        self._look()
        if self._waiting:
            self._work = prepare(self._words)
            self._looking.start()
        self.setAccessibleDescription(self.spoken)

    def _look(self) -> None:
        """Take in what has been typeset by now."""
        busy = self._work is not None and self._work.thread.is_alive()  # first: it ends at any time
        ready = [spot for spot in self._waiting if is_typeset(spot.latex, not spot.alone)]
        if ready:
            for spot in ready:
                self.document().markContentsDirty(spot.at, 1)
            self._waiting = [spot for spot in self._waiting if spot not in ready]
        if self._looking.isActive() and not (self._waiting and busy):
            self._looking.stop()
            self._work = None
            self.settled.emit()

    # -- what the user does -----------------------------------------------------------------

    def createMimeDataFromSelection(self) -> QMimeData:
        """Plain text, in which formulas are LaTeX between dollar signs."""
        cursor = self.textCursor()
        plain = QPlainTextEdit(told_prose(  # what Python makes, the clipboard can't outlive
            self.document(), cursor.selectionStart(), cursor.selectionEnd()))
        plain.selectAll()
        return plain.createMimeDataFromSelection()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Scroll; select all and copy."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self.selectAll()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show that keys come here, unless a click says so already."""
        super().focusInEvent(event)
        self._framed = event.reason() != Qt.FocusReason.MouseFocusReason
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the frame away."""
        super().focusOutEvent(event)
        self._framed = False
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The words, and the frame of the focus."""
        super().paintEvent(event)
        if self._framed:
            painter = QPainter(self.viewport())
            painter.setPen(stroke(painter, self._theme.accent))
            painter.drawRect(self.viewport().rect().adjusted(0, 0, -1, -1))
            painter.end()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Copy, or select all."""
        self.menu().popup(event.globalPos())

    def menu(self) -> QMenu:
        """What can be done with the words."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        copy = menu.addAction(self.tr("&Copy"), self.copy)
        copy.setEnabled(self.textCursor().hasSelection())
        menu.addAction(self.tr("Select &all"), self.selectAll)
        return menu

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """A picture of the folder; nothing else is fetched."""
        path = None if self._folder is None else picture_path(
            QUrl(name).toString(), self._folder)
        if kind != QTextDocument.ResourceType.ImageResource.value or path is None:
            return None
        reader = QImageReader(str(path))
        size = reader.size()
        if max(size.width(), size.height()) > _MOST_PIXELS:
            reader.setScaledSize(size.scaled(
                _MOST_PIXELS, _MOST_PIXELS, Qt.AspectRatioMode.KeepAspectRatio))
        return reader.read()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the size of the type, and the colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_spots"):
            dress_prose(self.document())
        elif event.type() == QEvent.Type.PaletteChange and hasattr(self, "_spots"):
            self.viewport().update()


def prepare(*words: str) -> Work | None:
    """Typeset the formulas of these in a thread of their own, so that they are there when they are
    shown; None where all are."""
    wanted = dict.fromkeys(
        (piece.text, piece.kind == "inline") for one in words for piece in pieces(one)
        if piece.kind in ("inline", "block"))
    missing = [one for one in wanted if not is_typeset(*one)]
    if not missing:
        return None

    def run(tell: Callable[[int, int], None]) -> None:
        for at, (latex, inline) in enumerate(missing):
            tell(at, len(missing))
            typeset(latex, inline)

    work = Work(run, lambda done, total: None, lambda outcome: None)
    work.start()
    return work


def _open(address: QUrl) -> None:
    """Only of the web: the document keeps no other."""
    if address.scheme() in ("http", "https"):
        QDesktopServices.openUrl(address)
