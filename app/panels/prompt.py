"""What is typed: one text, two sentences, or a source and its target; and the tokens they make."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.panels.editor import PromptEditor
from app.panels.elided import Elided
from app.panels.strip import TokenStrip
from app.panels.verdict import Labels, Verdict
from app.state import Cell, attention_of
from app.theme import Theme
from core.frame import Frame, ModelCard

if TYPE_CHECKING:
    from core.tokens import Span


class PromptPanel(QWidget):
    """Shows what the model at hand can read, and nothing that it can't."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.source, self.second, self.target = PromptEditor(), PromptEditor(), PromptEditor()
        self.strip, self.verdict, self.labels = TokenStrip(), Verdict(), Labels()
        self.source_title, self.other_title = Elided(), Elided()
        self.write, self.draw, self.undraw = QPushButton(), QPushButton(), QPushButton()
        self.writing = False
        self.card: ModelCard | None = None
        for title in (self.source_title, self.other_title):
            title.setObjectName("title")
        self.write.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.corner = right = QHBoxLayout()
        right.addWidget(self.other_title)
        right.addWidget(self.verdict)
        right.addWidget(self.write)
        self._columns = columns = QGridLayout()
        columns.setHorizontalSpacing(10)
        columns.setVerticalSpacing(4)
        columns.addWidget(self.source_title, 0, 0)
        columns.addLayout(right, 0, 1)
        columns.addWidget(self.source, 1, 0)
        columns.addWidget(self.second, 1, 1)
        columns.addWidget(self.target, 1, 1)
        columns.setColumnStretch(0, 1)
        columns.setRowStretch(1, 1)
        self._below = QWidget()
        row = QHBoxLayout(self._below)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.strip, 1)
        for button in (self.draw, self.undraw):
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(6)
        whole.addLayout(columns, 1)
        whole.addWidget(self.labels)
        whole.addWidget(self._below)
        self._arrange()
        self.retranslate()

    def editors(self) -> tuple[PromptEditor, PromptEditor, PromptEditor]:
        """Source, second sentence, target."""
        return self.source, self.second, self.target

    def focused(self) -> PromptEditor:
        """The editor that keys go to; the source where none has them."""
        return next((editor for editor in self.editors() if editor.hasFocus()), self.source)

    @property
    def two_columns(self) -> bool:
        """Whether there is a second text; each then has a title of its own."""
        return self.card is not None and (self.card.two_sentences or len(self.card.layers) == 2)

    def show_card(self, card: ModelCard) -> None:
        """Offer what this model can read."""
        if card != self.card:
            self.card = card
            self._arrange()
            self.retranslate()

    def show_writing(self, writing: bool) -> None:
        """Whether the model is writing, so that the button stops it."""
        self.writing = writing
        self._name_button()

    def show_order(self, ordered: bool) -> None:
        """Whether there is an order to give up."""
        self.undraw.setEnabled(ordered)

    def _arrange(self) -> None:
        card = self.card
        target = card is not None and len(card.layers) == 2
        second = card is not None and card.two_sentences and not target
        self._columns.setColumnStretch(1, 1 if target or second else 0)
        for title in (self.source_title, self.other_title):
            title.setVisible(target or second)
        self.target.setVisible(target)
        self.write.setVisible(target)
        self.second.setVisible(second)
        self.verdict.setVisible(second and card is not None and card.verdict)
        self.labels.setVisible(card is not None and bool(card.labels))
        streams = card is not None and card.two_streams
        self._below.setVisible(streams or (card is not None and card.masks))
        self.draw.setVisible(streams)
        self.undraw.setVisible(streams)

    def light(self, frame: Frame, cell: Cell | None) -> None:
        """Light the tokens of a cell, each in the text that it comes from."""
        shown = attention_of(frame)
        two = len(frame.card.layers) == 2
        sides = (
            (frame.queries, two and shown != "encoder", 0),
            (frame.keys, two and shown == "decoder", 1),
        )
        for editor in self.editors():
            spans: list[Span | None] = []
            kept = None
            for tokens, in_target, side in sides:
                span = None
                if in_target == (editor is self.target):
                    start = tokens.first if editor is self.second else 0
                    end = tokens.first if editor is self.source else len(tokens.text)
                    span = _clip(tokens.groups[cell[side]], start, end) if cell else None
                    kept = max(tokens.kept - start, 0) if tokens.cut and tokens.kept < end else None
                spans.append(span)
            editor.light(spans[0], spans[1], kept)

    def set_theme(self, theme: Theme) -> None:
        """Colour it anew."""
        for part in (*self.editors(), self.strip, self.verdict, self.labels):
            part.set_theme(theme)

    def retranslate(self) -> None:
        """Say it in the language of the moment."""
        for part in (*self.editors(), self.strip, self.verdict, self.labels):
            part.retranslate()
        if self.card is not None and len(self.card.layers) == 2:
            self.source_title.setText(self.tr("Source"))
            self.other_title.setText(self.tr("Target"))
            self.source.name(self.tr("Source"), self.tr("Type what the encoder reads."))
            self.target.name(self.tr("Target"), self.tr(
                "Type what the decoder reads, or let the model write it."))
        elif self.two_columns:
            self.source_title.setText(self.tr("Sentence 1"))
            self.other_title.setText(self.tr("Sentence 2"))
            self.source.name(self.tr("Sentence 1"), self.tr("Type a sentence."))
            self.second.name(self.tr("Sentence 2"), self.tr(
                "Type a second sentence, or leave it empty."))
        self.draw.setText(self.tr("Draw a new order"))
        self.draw.setToolTip(self.tr(
            "Each token then sees only those that are read before it (Ctrl+R)."))
        self.undraw.setText(self.tr("No order"))
        self.undraw.setToolTip(self.tr("Every token sees every other (Ctrl+Shift+R)."))
        self._name_button()

    def _name_button(self) -> None:
        self.write.setText(self.tr("Stop (Esc)") if self.writing else self.tr("Write the target"))
        self.write.setToolTip("" if self.writing else self.tr(
            "The model writes on, its likeliest token each time (Ctrl+G)."))


def _clip(span: Span, start: int, end: int) -> Span | None:
    """What lies between two code points, counted from the first; None where nothing does."""
    low, high = max(span[0], start), min(span[1], end)
    return (low - start, high - start) if low < high else None
