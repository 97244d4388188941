"""Markdown as Qt shows it; gives way to ``app.panels.words``."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QTextBrowser

from app.theme import Theme


class WordsView(QTextBrowser):
    """Words, read only."""

    def set_words(self, markdown: str, folder: Path | None) -> None:
        """Show these."""
        features = QTextDocument.MarkdownFeature.MarkdownNoHTML
        self.document().setMarkdown(
            markdown, features | QTextDocument.MarkdownFeature.MarkdownDialectGitHub)

    def set_theme(self, theme: Theme) -> None:
        """Colour it anew."""

    def set_points(self, points: float) -> None:
        """Use type of this size."""
        font = self.font()
        font.setPointSizeF(points)
        self.document().setDefaultFont(font)

    def fits(self) -> bool:
        """Whether all of it is seen."""
        return self.document().size().height() <= self.viewport().height()
