"""Where the prompt is typed, and where tokens light up in it."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QRectF, QSize, Signal
from PySide6.QtGui import QColor, QKeyEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from app.paint.stroke import unit
from app.state import View
from app.theme import LIGHT, Theme
from core.frame import Frame

if TYPE_CHECKING:
    from core.tokens import Span

_BREAKS = str.maketrans({"\u2028": "\n", "\u2029": "\n"})  # Qt's own line and paragraph ends


class PromptEditor(QPlainTextEdit):
    """Plain text of any script; says at what moment the key was pressed that changed it."""

    edited = Signal(str, float)
    """The text, and ``time.perf_counter()`` at the key."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self._theme = LIGHT
        self._pressed = 0.0
        self._spans: tuple[Span | None, Span | None] = (None, None)
        self._kept: int | None = None
        self._revision = -1
        self.textChanged.connect(self._tell)
        self.retranslate()

    def retranslate(self) -> None:
        """Say it in the language of the moment."""
        self.setAccessibleName(self.tr("Prompt"))
        self.setPlaceholderText(self.tr("Type a sentence."))

    def name(self, name: str, hint: str) -> None:
        """Say what is typed here, where it is not the one prompt."""
        self.setAccessibleName(name)
        self.setPlaceholderText(hint)

    def set_theme(self, theme: Theme) -> None:
        """Colour the lit tokens anew."""
        self._theme = theme
        self._paint()

    def minimumSizeHint(self) -> QSize:
        """Two lines, so that a notice below finds room without moving anything."""
        frame = round(10 * unit(self.font())) + 2 * math.ceil(self.document().documentMargin())
        return QSize(200, 2 * self.fontMetrics().lineSpacing() + frame)

    def prompt(self) -> str:
        """The text as it was typed; Qt's plain text would lose no-break spaces."""
        return str(self.document().toRawText()).translate(_BREAKS)

    def set_prompt(self, text: str) -> None:
        """Replace the text; can be undone."""
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(text)
        self.moveCursor(QTextCursor.MoveOperation.End)

    def append(self, text: str) -> None:
        """Add ``text`` at the end; can be undone."""
        self._pressed = time.perf_counter()
        self.moveCursor(QTextCursor.MoveOperation.End)
        cursor = self.textCursor()
        cursor.beginEditBlock()  # else it is undone with what was typed before it
        cursor.insertText(text)
        cursor.endEditBlock()
        self.ensureCursorVisible()

    def write(self, text: str) -> None:
        """Add ``text`` that the model wrote at the end; can be undone, and is no edit of ours."""
        self.blockSignals(True)
        self.append(text)
        self.blockSignals(False)
        self._pressed = 0.0

    def unwrite(self, text: str) -> None:
        """Take ``text``, which the model wrote at the end, away; can be undone, and is no edit."""
        self.blockSignals(True)
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.setPosition(
            cursor.position() - utf16(text, len(text)), QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()
        self.blockSignals(False)

    def exchange(self, span: Span, text: str) -> None:
        """Put ``text`` in the place of some code points; can be undone."""
        self._pressed = time.perf_counter()
        whole = self.prompt()
        cursor = QTextCursor(self.document())
        cursor.setPosition(utf16(whole, span[0]))
        cursor.setPosition(utf16(whole, span[1]), QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(text)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Text alone: files that are dropped here are the window's, which opens them."""
        urls = source.urls()
        files = bool(urls) and all(url.isLocalFile() for url in urls)
        return not files and super().canInsertFromMimeData(source)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Note the moment, then type."""
        self._pressed = time.perf_counter()
        super().keyPressEvent(event)
        self._pressed = 0.0  # a key that changed nothing leads to no picture

    def _tell(self) -> None:
        pressed, self._pressed = self._pressed or time.perf_counter(), 0.0
        self.edited.emit(self.prompt(), pressed)

    def box(self, span: Span) -> QRectF:
        """Where some code points are drawn, in the viewport; to the end of their first line."""
        text, cursor = self.prompt(), QTextCursor(self.document())
        edges = []
        for place in span:
            cursor.setPosition(min(utf16(text, place), self.document().characterCount() - 1))
            edges.append(QRectF(self.cursorRect(cursor)))
        first, last = edges
        right = last.left() if last.top() == first.top() else float(self.viewport().width())
        return QRectF(first.left(), first.top(), right - first.left(), first.height())

    def light(self, query: Span | None, key: Span | None, kept: int | None) -> None:
        """Light the characters of the token that looks and of the one that is looked at.

        Args:
            query: code points of the query's token.
            key: likewise.
            kept: code points that the model reads, if it can't read them all.
        """
        revision = self.document().revision()  # an edit moves the lit places along
        if ((query, key), kept, revision) != (self._spans, self._kept, self._revision):
            self._spans, self._kept, self._revision = (query, key), kept, revision
            self._paint()

    def _paint(self) -> None:
        if self._kept is None and self._spans == (None, None):
            self.setExtraSelections([])  # as at most keys: without a copy of the text
            return
        text = self.prompt()
        lit = []
        if self._kept is not None:
            lit.append(self._selection(text, (self._kept, len(text)), self._theme.muted, None))
        colours = (self._theme.query, self._theme.key)
        for span, colour in zip(self._spans, colours, strict=True):
            if span is not None and span[1] <= len(text):
                lit.append(self._selection(text, span, None, colour))
        self.setExtraSelections(lit)

    def _selection(
        self, text: str, span: Span, ink: str | None, paper: str | None
    ) -> QTextEdit.ExtraSelection:
        look = QTextCharFormat()
        if ink is not None:
            look.setForeground(QColor(ink))
            look.setFontStrikeOut(True)
        if paper is not None:
            look.setBackground(QColor(paper))
        cursor = QTextCursor(self.document())
        cursor.setPosition(utf16(text, span[0]))
        cursor.setPosition(utf16(text, span[1]), QTextCursor.MoveMode.KeepAnchor)
        selection = QTextEdit.ExtraSelection()
        selection.cursor, selection.format = cursor, look
        return selection


def utf16(text: str, position: int) -> int:
    """The UTF-16 units before a code point; Qt counts those."""
    return len(text[:position].encode("utf-16-le", "surrogatepass")) // 2


if __name__ == "__main__":
    from app.panels.demo import run_demo

    def fill(editor: PromptEditor, frame: Frame, view: View) -> None:
        """The prompt, with the tokens of one cell lit."""
        editor.set_prompt(frame.prompt.source)
        if view.cell is not None:
            editor.light(frame.queries.groups[view.cell[0]], frame.keys.groups[view.cell[1]], None)

    raise SystemExit(run_demo(PromptEditor, fill))
